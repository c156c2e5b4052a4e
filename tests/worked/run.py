#!/usr/bin/env python3
"""Textbook examples with known answers.

Each workloads/worked/NAME.json has a NAME.expected beside it:

  runs     a list; each is one `ossim run NAME.json ARGS --json - --events -` and what
           must come out: gantt (pieces in order; where a source draws a piece for each
           quantum of a task that is alone, they are one), gantt_prefix, sequence (whom
           the first dispatches chose), tasks, summary, disk, first_miss (task, release, deadline),
           finish_ratio (task, task, quotient). `merge` joins all touching pieces of one
           task, for sources that draw them as one.
  analyze  what `ossim analyze NAME.json --json -` must say.
"""
import glob, json, math, os, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.join(HERE, "..", "..")
OSSIM = os.path.join(TOP, "ossim")
LATER = ["processor sharing", "EDZL", "aperiodic servers (CBS and others)",
         "precedence graphs (DAGs)", "policies that idle on purpose"]
failures = []


def ossim(*args):
    p = subprocess.run([OSSIM, *args], capture_output=True, text=True)
    if p.returncode not in (0,):
        raise RuntimeError("ossim %s: exit %d: %s" % (" ".join(args), p.returncode,
                                                      p.stderr.strip()))
    return p.stdout


def get(tree, path):
    for key in path.split("."):
        tree = tree[key] if tree is not None else None
    return tree


def same(want, got):
    if isinstance(want, bool) or want is None:
        return want is got
    if isinstance(want, (int, float)):
        return got is not None and math.isclose(want, float(got), rel_tol=1e-6,
                                                abs_tol=1e-6)
    if isinstance(want, list) and isinstance(got, list):
        return len(want) == len(got) and all(same(w, g) for w, g in zip(want, got))
    return want == got


def expect(where, want, got):
    if not same(want, got):
        failures.append("%s: expected %s, got %s" % (where, json.dumps(want),
                                                     json.dumps(got)))


def merged(pieces):
    out = []
    for task, start, end in pieces:
        if out and out[-1][0] == task and out[-1][2] == start:
            out[-1][2] = end
        else:
            out.append([task, start, end])
    return out


def check_run(name, path, run):
    with tempfile.TemporaryDirectory() as tmp:
        events = os.path.join(tmp, "events")
        result = json.loads(ossim("run", path, *run["args"], "--json", "-", "--events",
                                  events, "--audit"))
        lines = [json.loads(line) for line in open(events)]
    where = " ".join([name] + run["args"])
    pieces = [[g["task"], float(g["from"]), float(g["to"])] for g in result["gantt"]
              if float(g["to"]) > float(g["from"])]
    if run.get("merge"):
        pieces = merged(pieces)
    if "gantt" in run:
        expect(where + " gantt", merged(run["gantt"]), pieces)
    if "gantt_prefix" in run:
        want = merged(run["gantt_prefix"])
        # The source's list may end in the middle of a stretch that we draw whole.
        expect(where + " gantt", want[:-1], pieces[:len(want) - 1])
    if "sequence" in run:
        expect(where + " sequence", run["sequence"],
               [e["task"] for e in lines if e["event"] == "dispatch"][:len(run["sequence"])])
    tasks = {t["name"]: t for t in result["tasks"]}
    for task, fields in run.get("tasks", {}).items():
        for field, want in fields.items():
            expect("%s %s.%s" % (where, task, field), want, get(tasks[task], field))
    for field, want in run.get("summary", {}).items():
        expect("%s %s" % (where, field), want, get(result["summary"], field))
    for field, want in run.get("disk", {}).items():
        expect("%s disk.%s" % (where, field), want, result["disk"][field])
    if "finish_ratio" in run:
        a, b, want = run["finish_ratio"]
        expect(where + " finish ratio", want,
               float(tasks[a]["finish"]) / float(tasks[b]["finish"]))
    if "first_miss" in run:
        task, _, deadline = run["first_miss"]       # task null: a tie decides
        misses = [e for e in lines if e["event"] == "job_miss"]
        expect(where + " first miss", [task, deadline],
               [task and misses[0]["task"], misses[0]["deadline"]] if misses else None)


def main():
    n = 0
    for path in sorted(glob.glob(os.path.join(TOP, "workloads/worked/*.expected"))):
        name = os.path.basename(path)[:-len(".expected")]
        workload = path[:-len("expected")] + "json"
        want = json.load(open(path))
        before = len(failures)
        try:
            for run in want["runs"]:
                check_run(name, workload, run)
                n += 1
            if "analyze" in want:
                got = json.loads(ossim("analyze", workload, "--json", "-"))
                for field, value in want["analyze"].items():
                    expect("%s analyze %s" % (name, field), value, got.get(field))
                n += 1
        except (RuntimeError, KeyError, IndexError, ValueError) as e:
            failures.append("%s: %s: %s" % (name, type(e).__name__, e))
        if len(failures) == before:
            print("ok   " + name)
        for f in failures[before:]:
            print("FAIL " + f)
    print("left for later versions: " + ", ".join(LATER))
    print("%d worked runs, %d failures" % (n, len(failures)))
    return 1 if failures or not n else 0


sys.exit(main())
