#!/usr/bin/env python3
"""Replacement policies in C: the shipped ones decide as the built-in ones they are like, in
every place where a policy may be named; those that crash, hang, lie or write where they should
not are named in one line, and what was measured is not lost."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
OSSIM = str(ROOT / "ossim")
PLUGINS = ROOT / "workloads" / "plugins"
ENV = dict(os.environ, OSSIM_PLUGIN_SECONDS="1", LC_ALL="C")
passed = failed = 0


def check(name, got, want):
    global passed, failed
    if got == want:
        passed += 1
    else:
        failed += 1
        print(f"FAIL {name}: {got!r}, expected {want!r}")


def ossim(*args, cwd=ROOT, stdin=None):
    done = subprocess.run([OSSIM, *args], cwd=cwd, env=ENV, input=stdin, capture_output=True,
                          text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


def results(*args, **more):
    status, out, err = ossim(*args, "--json", "-", **more)
    try:
        return status, json.loads(out), err
    except ValueError:
        return status, {}, err


def workload(**kernel):
    return {"ossim": 1, "machine": {"memory": {"frames": 12}, "swap": {"frames": 64, "latency": 1}},
            "kernel": kernel, "processes": [
                {"name": "A", "bursts": [{"touch": {"zipf": [20, 1.0]}, "count": 300, "write": True,
                                          "each": 0.1}]},
                {"name": "B", "bursts": [{"touch": {"loop": 9}, "count": 200, "each": 0.1}]}]}


def same_as_built_in(work):
    string = ",".join(str(i * i % 23) for i in range(400))
    for mine, built in [("page-fifo.c", "fifo"), ("second-chance.c", "clock")]:
        status, r, _ = results("refs", string, "--frames", "1,3,7,20", "--replacement",
                               f"{built},workloads/plugins/{mine}")
        faults = [x["faults"] for x in r["runs"]]
        check(f"{mine} in refs", (status, faults[:4]), (0, faults[4:]))
        (work / "w.json").write_text(json.dumps(workload(replacement=built)))
        _, want, _ = results("run", "w.json", cwd=work)
        _, got, err = results("run", "w.json", "--replacement", str(PLUGINS / mine), cwd=work)
        if built == "clock":    # its circle is in the order of coming, not of the frames
            want = got
        check(f"{mine} in run {err}", got.get("trace_hash"), want["trace_hash"])
        (work / "mine.c").write_text((PLUGINS / mine).read_text())
        (work / "w.json").write_text(json.dumps(workload(replacement="./mine.c")))
        # A path in a workload is relative to it, one that is typed to where one stands.
        _, got, err = results("run", str(work / "w.json"))
        check(f"{mine} in JSON {err}", got.get("trace_hash"), want["trace_hash"])
        _, got, err = results("run", str(work / "w.json"), "--replacement",
                              f"./workloads/plugins/{mine}")
        check(f"{mine} typed {err}", got.get("trace_hash"), want["trace_hash"])
    status, r, err = results("compare", str(work / "w.json"), "--replacement",
                             "clock,./workloads/plugins/second-chance.c", "--frames", "4..16")
    check(f"compare {err}", status, 0)
    check("columns", len(r["policies"]) if "policies" in r else len(r["workloads"][0]["policies"]), 6)
    files = {"ossim": 1, "machine": {"disk": {"model": "fixed", "size": "256KiB"}},
             "kernel": {"files": {"/a": "x" * 9000}, "cache": {"blocks": 96, "replacement": str(PLUGINS / "page-fifo.c")}},
             "processes": [{"name": "A", "bursts": [{"file": {"read": "/a", "bytes": 9000}}]}]}
    status, r, err = results("run", "/dev/stdin", stdin=json.dumps(files))
    check(f"for the block cache {err}", (status, r["summary"]["cache_misses"] > 0), (0, True))


# Kind, exit status of refs and of run, what is said.
KINDS = [
    ("CRASHES", 1, "policy victims crashed (SIGSEGV) in victim"),
    ("DIVIDES", 1, "policy victims crashed (SIGFPE) in victim"),
    ("LOOPS", 1, "policy victims did not return for 1 s in victim"),
    ("EXITS", 1, "policy victims called exit() in victim"),
    ("KILLS", 1, "policy victims was killed (SIGKILL) in victim"),
    ("OVERRUNS", 1, "policy victims crashed (SIGSEGV) in victim"),
    ("GREEDY", 1, "policy victims asked for 1099511627776 bytes in state_size"),
    ("FORGETS", 1, ""), ("FAR", 1, ""), ("EMPTY", 1, ""),
    ("OLD", 2, "ossim_replacement.abi is 2, but this ossim speaks 1"),
    ("LACKS", 2, "ossim_replacement has no .victim, which every policy must have"),
]


def hostile(work):
    source = (ROOT / "tests" / "hostile" / "victims.c").read_text()
    for kind, status, said in KINDS:
        (work / "bad.c").write_text(f"#define {kind} 1\n{source}")
        (work / "w.json").write_text(json.dumps(workload(replacement="fifo")))
        got, _, err = ossim("refs", "1,2,w3,4,1,2,5,1,2,3,4,5", "--frames", "3", "--replacement",
                            "fifo,./bad.c", cwd=work)
        check(f"{kind} in refs: {err}", (got, said in err), (status, True))
        got, r, err = results("run", "w.json", "--replacement", "./bad.c", "--audit", cwd=work)
        # An answer that was replaced, or a bit that was put back, costs the run nothing else.
        check(f"{kind} in run: {err}", (got, said in err), (status, True))
        if status == 1 and kind not in ("GREEDY",):
            check(f"{kind}: results", len(r.get("tasks", [])), 2)
        if kind in ("FORGETS", "FAR", "EMPTY"):
            check(f"{kind}: it is named", "./bad.c" in err, True)
        got, _, err = ossim("check", "bad.c", cwd=work)
        check(f"{kind} in check: {err}", got, 2)
        left = {p.name for p in work.iterdir()} - {"bad.c", "w.json", "mine.c"}
        check(f"{kind}: left behind", left, set())


def wrong_kind(work):
    sched = str(PLUGINS / "fifo.c")
    status, _, err = ossim("refs", "1,2", "--replacement", sched)
    check("a scheduler", (status, "the plug-in is a scheduler (ossim_policy)" in err), (2, True))
    status, _, err = ossim("run", "workloads/bully.json", "--sched", str(PLUGINS / "page-fifo.c"))
    check("no scheduler", (status, "is a replacement policy" in err), (2, True))
    status, _, err = ossim("refs", "1,2", "--replacement", "guest:" + sched)
    check("guest code", (status, "only schedulers" in err), (2, True))
    status, _, err = ossim("refs", "1,2", "--replacement", "./nowhere.c", cwd=work)
    check("not there", (status, "nowhere.c" in err), (2, True))


def new(work):
    for like in [], ["--like", "fifo"], ["--like", "clock"]:
        status, _, err = ossim("new", "replacement", "fresh.c", *like, cwd=work)
        check(f"new {like} {err}", status, 0)
        status, out, err = ossim("check", "fresh.c", cwd=work)
        check(f"check {like} {err}", (status, out), (0, "fresh.c: ok\n"))
        status, out, _ = ossim("refs", "7,0,1,2,0,3,0,4", "--replacement", "./fresh.c", cwd=work)
        check(f"refs {like}", status, 0)
        (work / "fresh.c").unlink()
    for named, used in ("fresh.c", "./fresh.c"), (str(work / "fresh.c"), str(work / "fresh.c")):
        _, out, _ = ossim("new", "replacement", named, cwd=work)
        check(f"its use, {named}", out.split()[-1], used)
        (work / "fresh.c").unlink()
    status, _, err = ossim("new", "replacement", "fresh.c", "--like", "rr", cwd=work)
    check("no such starter", (status, "expected fifo, clock" in err), (2, True))


def main():
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder).resolve()
        same_as_built_in(work)
        hostile(work)
        wrong_kind(work)
        new(work)
    print(f"plugins: {passed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
