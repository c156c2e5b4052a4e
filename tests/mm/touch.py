#!/usr/bin/python3
"""Burst tasks that touch pages, judged by a plain double and by hand.

The double keeps a list of frames and moves time by itself: one task, an own swap drive of
fixed latency, exact policies. Faults, writes to swap, reads from it and the end of the run
must be the same as ossim's, for random strings and sizes. Then laws: what two policies see
of the same string is the same number of references, memory that suffices faults once a
page, and no frame is lost.
"""
import json, random, subprocess, sys, tempfile

passed = failed = 0


def check(name, got, want):
    global passed, failed
    if got == want:
        passed += 1
    else:
        failed += 1
        print(f"FAIL {name}: {got}, expected {want}")


def run(workload, *options):
    done = subprocess.run(["./ossim", "run", "/dev/stdin", "--json", "-", "--audit", *options],
                          input=json.dumps(workload), capture_output=True, text=True)
    if not done.stdout:
        print(done.stderr)
        return None
    result = json.loads(done.stdout)
    result["status"] = done.returncode
    return result


def workload(steps, frames, swap=None, policy="lru", **kernel):
    machine = {"memory": {"frames": frames}}
    if swap:
        machine["swap"] = swap
    return {"ossim": 1, "machine": machine, "kernel": {"replacement": policy, **kernel},
            "processes": [{"name": "A", "bursts": steps}]}


class Double:
    """One task. A reference costs `each`; a dirty victim is written before its frame is
    free, and a page that was written before is read: one after the other, `latency` each."""

    def __init__(self, frames, latency, lru):
        self.frames, self.latency, self.lru = frames, latency, lru
        self.here = []          # pages, the next victim first
        self.dirty, self.saved = set(), set()
        self.time = self.minor = self.major = self.out = self.back = 0

    def touch(self, page, write, each):
        self.time += each
        if page in self.here:
            if self.lru:
                self.here.remove(page)
                self.here.append(page)
        else:
            self.fault(page)
        if write:
            self.dirty.add(page)

    def fault(self, page):
        major = page in self.saved
        if major:
            self.major += 1
        else:
            self.minor += 1
        if len(self.here) == self.frames:
            victim = self.here.pop(0)
            if victim in self.dirty:
                self.dirty.remove(victim)
                self.saved.add(victim)
                self.out += 1
                self.time += self.latency
        if major:
            self.back += 1
            self.time += self.latency
        self.here.append(page)


def against_double(seed):
    rng = random.Random(seed)
    frames, latency, each = rng.randint(1, 6), rng.randint(1, 5), rng.choice([0, 1])
    policy = rng.choice(["lru", "fifo"])
    double = Double(frames, latency, policy == "lru")
    steps = []
    for _ in range(rng.randint(1, 6)):
        pages = [rng.randrange(8) for _ in range(rng.randint(1, 25))]
        write = rng.random() < 0.5
        steps.append({"touch": pages, "write": write, "each": each})
        for page in pages:
            double.touch(page, write, each)
    r = run(workload(steps, frames, {"frames": 8, "latency": latency}, policy))
    s, t = r["summary"], r["tasks"][0]
    got = (s["page_faults"]["minor"], s["page_faults"]["major"], s["swap_out"], s["swap_in"],
           r["end_time"], s["frames_free"], t["resident"], r["status"])
    want = (double.minor, double.major, double.out, double.back, double.time, frames,
            min(frames, len({p for step in steps for p in step["touch"]})), 0)
    check(f"seed {seed} ({policy}, {frames} frames)", got, want)


for seed in range(60):
    against_double(seed)

# By hand: Belady's string (REFERENCE.md 2), as a process.
belady = [1, 2, 3, 4, 1, 2, 5, 1, 2, 3, 4, 5]
for policy, frames, faults in [("fifo", 3, 9), ("fifo", 4, 10), ("lru", 3, 10), ("lru", 4, 8),
                               ("clock", 3, 9), ("clock", 4, 10), ("clock:bit=0", 3, 10)]:
    r = run(workload([{"touch": belady}], frames, policy=policy))
    check(f"Belady, {policy}, {frames}", r["summary"]["page_faults"], {"minor": faults, "major": 0})

# Patterns: 0..49 over and over in 50 frames faults 50 times, in 49 with LRU always.
loop = [{"touch": {"loop": 50}, "count": 500}]
check("a loop that fits", run(workload(loop, 50))["summary"]["page_faults"]["minor"], 50)
check("a loop that does not", run(workload(loop, 49))["summary"]["page_faults"]["minor"], 500)
check("ranges", run(workload([{"touch": ["2..5", "5..2", 0]}], 8))["summary"]["page_faults"]["minor"], 5)
r = run(workload([{"touch": {"phases": [[3, 100], [4, 200]]}}], 3, policy="lru"))
check("phases have pages of their own", r["summary"]["page_faults"]["minor"] >= 7, True)
for pattern in [{"uniform": 20}, {"zipf": [20, 1.0]}, {"walk": [20, 0.9]}]:
    a = run(workload([{"touch": pattern, "count": 3000}], 20))
    b = run(workload([{"touch": pattern, "count": 3000}], 5))
    check(f"{pattern}: what fits faults once a page", a["summary"]["page_faults"]["minor"], 20)
    check(f"{pattern}: less memory, more faults",
          b["summary"]["page_faults"]["minor"] > 100, True)
few = {k: run(workload([{"touch": v, "count": 3000}], 5))["summary"]["page_faults"]["minor"]
       for k, v in {"uniform": {"uniform": 20}, "zipf": {"zipf": [20, 1.5]}, "walk": {"walk": [20, 0.95]}}.items()}
check("locality helps", few["zipf"] < few["uniform"] > few["walk"], True)

# No swap and nothing clean: somebody is killed, and says so.
r = run(workload([{"touch": [0, 1, 2], "write": True}, {"cpu": 1}], 2))
check("out of memory", (r["summary"]["oom_kills"], r["status"], r["summary"]["frames_free"]), (1, 0, 2))
check("and has its signal", [t.get("signal") for t in r["tasks"]], [9])
# A swap that is full is the same as none.
r = run(workload([{"touch": "0 1 2 3 4".split() and [0, 1, 2, 3, 4], "write": True}], 2,
                 {"frames": 2, "latency": 1}))
check("swap full", r["summary"]["oom_kills"], 1)
full = {"ossim": 1, "machine": {"memory": {"frames": 8}, "swap": {"frames": 4, "latency": 0.1}},
        "processes": [{"name": n, "bursts": [{"touch": {"loop": p}, "count": 30, "write": True}]}
                      for n, p in (("a", 10), ("b", 6))]}
said = subprocess.run(["./ossim", "run", "/dev/stdin", "--quiet"], input=json.dumps(full),
                      capture_output=True, text=True)
# It has six of the eight frames: 6 times 20, and nothing for when it came.
check("and it is said who, and why", (said.returncode, said.stderr.split(": error: ")[1:]), (0, [
    "a is killed at 0.4 ms: no frame can be had, and it has the highest score, 120 with 6 frames "
    "(kernel.oom: score)\n"]))

# Two tasks: while one waits for the disk the other runs.
two = {"ossim": 1, "machine": {"memory": {"frames": 2}, "swap": {"frames": 8, "latency": 10}},
       "kernel": {"scheduler": "fcfs", "replacement": "lru"},
       "processes": [{"name": "A", "bursts": [{"touch": [0, 1, 2], "write": True}, {"cpu": 1}]},
                     {"name": "B", "bursts": [{"cpu": 10}]}]}
r = run(two)
check("the disk works while B runs", (r["end_time"], r["summary"]["cpu_user"]), (11, 1))

# Local shares: a bully does not take the other's frames.
def bully(allocation):
    return run({"ossim": 1, "machine": {"memory": {"frames": 8}, "swap": {"frames": 64, "latency": 1}},
                "kernel": {"allocation": allocation, "replacement": "fifo", "scheduler": "rr:quantum=1"},
                "processes": [
                    {"name": "quiet", "bursts": [{"repeat": 20, "do": [{"touch": [0, 1, 2], "each": 0.25}]}]},
                    {"name": "bully", "bursts": [{"touch": {"loop": 20}, "count": 400, "each": 0.25, "write": True}]}]})
shared, local = bully("global"), bully("local")
quiet = lambda r: sum(r["tasks"][0]["page_faults"].values())
check("local allocation shields", (quiet(local), quiet(shared) > 3), (3, True))

# Allocation goes by the task's own CPU time. Its pages 0 to 9 are used at 0, page 10 at 3 ms of its
# own, page 11 at 9 ms: of faults 3 ms apart none is rare (low=5), 6 ms apart one is, and then what
# was not used since 3 goes: ten pages. In windows of 10: all twelve pages in the first, one in the
# second; what was used last in the first millisecond goes at the reference at 11 ms. How long it
# waits for a device or for the hart in between is no matter.
def own_time(allocation, waits, other):
    a = [{"touch": ["0..9"]}, {"cpu": 3}, *waits, {"touch": [10]}, {"cpu": 6}, *waits, {"touch": [11]},
         {"cpu": 2}, *waits, {"touch": [11]}]
    r = run({"ossim": 1, "machine": {"memory": {"frames": 100}}, "kernel": {"scheduler": "rr:quantum=1",
            "allocation": allocation}, "processes": [{"name": "A", "bursts": a}, *other]}, "--until",
            "1000", "--events", work.name)
    ran, since, out = 0, None, {}
    for e in map(json.loads, open(work.name)):      # what A had run when which pages left
        if e["event"] == "evict":
            out.setdefault(ran + e["at"] - since, []).append(int(e["page"], 16))
        elif e.get("task") == "A" and e["event"] in ("dispatch", "desched"):
            ran += e.get("ran", 0)
            since = e["at"]
    return out, r["tasks"][0]["working_set"]
work = tempfile.NamedTemporaryFile(prefix="ossim-touch-")
for waits, other in (([], []), ([{"io": 100}], []), ([], [{"name": "B", "bursts": [{"cpu": 900}]}])):
    check("pff by own time", own_time("pff:low=5:high=4", waits, other)[0], {9: list(range(10))})
    check("working set by own time", own_time("working-set:window=10", waits, other), ({11: list(range(10))}, 12))

# Every policy that runs on frames ends every random run with all frames free.
mixed = {"ossim": 1, "machine": {"cpus": 2, "memory": {"frames": 9}, "swap": {"frames": 200, "latency": 1}},
         "processes": [{"name": f"P{i}", "arrival": i, "count": 2, "bursts": [
             {"touch": {"uniform": 12}, "count": 300, "each": 0.05, "write": i % 2 == 0}, {"io": 2},
             {"touch": {"loop": 10}, "count": 50}]} for i in range(3)]}
for policy in "fifo lru clock clock:dirty=1 nru aging lfu random wsclock two-list mglru arc sieve s3-fifo".split():
    for allocation in ["global", "local", "working-set:window=5", "pff"]:
        r = run(mixed, "--set", f"kernel.replacement={policy}", "--set", f"kernel.allocation={allocation}")
        s = r["summary"]
        check(f"{policy}, {allocation}", (s["finished"], s["frames_free"], s["oom_kills"], r["status"]), (6, 9, 0, 0))
        check(f"{policy}, {allocation}: counts add up", s["swap_in"] == s["page_faults"]["major"] and s["swap_out"] <= s["evictions"], True)

# A page that is none is told once, and the list is not called empty for it.
bad = {"ossim": 1, "processes": [{"name": "A", "bursts": [{"touch": [-1]}]}]}
said = subprocess.run(["./ossim", "run", "/dev/stdin"], input=json.dumps(bad), capture_output=True, text=True)
check("no page -1", (said.returncode, said.stderr.count("error:"), "/touch/0: found -1" in said.stderr), (2, 1, True))

# A text for a policy is taken as a whole or not at all, whatever the policy is of; so are pages.
plain = {"ossim": 1, "machine": {"disk": {"model": "hdd"}}, "processes": [{"name": "A", "bursts": [{"touch": [1]}]}]}
for path, good, bads in (
        ("kernel.allocation", "pff:high=5:low=5", ["pff:low=1:high=5", "pff:low=1", "pff:high=11", "pff:low=5:low=6",
         "pff:", "pff:low=", "pff:low=1 ", " pff", "pff:window=3", "local:x=1", "global:", "working-set:window=0",
         "working-set:window=1:window=2", ""]),
        ("kernel.replacement", "clock:dirty=1", ["clock:", "clock:dirty=1:dirty=1", "clock ", "lru:x=1", ":"]),
        ("kernel.scheduler", "rr:quantum=1", ["rr:", "rr:quantum=1:", "rr:quantum=1:quantum=2", "rr "]),
        ("machine.disk.scheduler", "scan:wrap=free", ["scan:", "scan:wrap=free:wrap=free", " scan"]),
        ("machine.disk.model", "ssd", ["ssd:", "ssd "]), ("machine.date", "2026-01-31", ["2026- 1-31", "+026-01-31"]),
        ("processes[0].bursts[0].touch[0]", "5..2", [" 2..5", "2.. 5", "2..5 ", "+2..5", "-4294967290..5", "2..",
         "0..16777216", "..2", "2..18446744073709551617"])):
    for value in [good, *bads]:
        done = subprocess.run(["./ossim", "run", "/dev/stdin", "--quiet", "--set", f'{path}="{value}"'],
                              input=json.dumps(plain), capture_output=True, text=True)
        place = "/" + path.replace(".", "/").replace("[", "/").replace("]", "")
        check(f"{path}: '{value}'", (done.returncode, place in done.stderr), (0, False) if value == good else (2, True))

# The thrashing curve: a climb, a peak and a collapse; and load control, which cures it.
def workers(n, control):
    r = json.loads(subprocess.run(
        ["./ossim", "run", "workloads/thrashing.json", "--json", "-", "--audit", "--set",
         f"processes[0].count={n}", "--set", f"kernel.load_control={control}"],
        capture_output=True, text=True).stdout)
    return r["summary"]["cpu_user"], r["summary"]["suspensions"], r["summary"]["finished"], r["end_time"]
curve = {n: workers(n, "none")[0] for n in (1, 2, 3, 4, 8, 12)}
check("it climbs", curve[1] < curve[2] < curve[3] < curve[4] > 0.95, True)
check("it collapses", curve[4] > 2 * curve[8] > 20 * curve[12], True)
user, suspensions, finished, end = workers(12, "suspend")
check("load control cures it", (user > 20 * curve[12], suspensions >= 8, finished), (True, True, 12))

print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0 or passed == 0)
