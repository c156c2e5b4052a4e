#!/usr/bin/env python3
"""energy_random.py FIRST LAST - random harts with operating points and idle states under every
governor. From the events alone, in exact numbers: the joules of each hart and task and of all;
that a hart enters the deepest state whose residency its last idling reached, and sinks one
deeper no sooner than that state asks for; and that who wakes it waits for the rest of the entry
and for the exit."""
import json
import os
import random
import subprocess
import sys
import tempfile
from fractions import Fraction as F

MS = {"us": F(1, 1000), "ms": F(1)}


def ms(text):
    return F(text[:-2]) * MS[text[-2:]]


def hart_of(r):
    n = r.randint(1, 4)
    mhz = sorted(r.sample(range(200, 3000, 100), n))
    mw = sorted(round(r.uniform(1, 2000), r.randint(0, 3)) for _ in range(n))
    hart = {"opps": [{"mhz": a, "mw": b} for a, b in zip(mhz, mw)], "dmips": r.choice([300, 592, 1024])}
    power, residency, idle = round(r.uniform(0, mw[0]), 2), 0, []
    for _ in range(r.randint(0, 3)):
        idle.append({"mw": power, "entry": f"{r.choice([0, 10, 400])}us", "exit": f"{r.choice([0, 30, 650])}us",
                     "residency": f"{residency}us"})
        power = round(power * r.random(), 2)
        residency += r.choice([100, 1500, 4000])
    if idle:
        hart["idle"] = idle
    if r.random() < .7:
        hart["transition"] = f"{r.choice([50, 300, 2500])}us"
    return hart


def process(r, i):
    return [{"name": f"p{i}", "period": r.choice([8, 16.7, 33]), "cpu": r.choice([.3, 1, 2]), "jobs": r.randint(2, 12)},
            {"name": f"p{i}", "arrival": r.randint(0, 30), "cpu": r.choice([1, 20, 50])},
            {"name": f"p{i}", "bursts": [{"repeat": r.randint(1, 20), "do": [{"cpu": {"exp": 2}}, {"io": {"exp": 6}}]}]},
            {"name": f"p{i}", "count": 3, "arrival": {"poisson": 10}, "bursts": [{"cpu": .5}, {"sleep": 3}, {"cpu": 7}]},
            ][r.randint(0, 3)]


def workload(r):
    cpus = []
    for c in range(r.randint(1, 3)):
        hart, n = hart_of(r), r.randint(1, 3)
        if n > 1:
            hart["cluster"] = f"c{c}"
        cpus += [hart] * n
    w = {"ossim": 1, "seed": r.randint(0, 99),
         "machine": {"cpus": cpus, "costs": {"context_switch": r.choice([0, 0, 5000])}},
         "kernel": {"scheduler": r.choice(["eas", "rr", "fair", "edf", "mlfq", "srtf", "fcfs"]),
                    "governor": r.choice(["performance", "powersave", "ondemand", "schedutil"]),
                    "runqueues": r.choice(["per-hart", "per-hart", "global"])},
         "processes": [process(r, i) for i in range(r.randint(1, 6))]}
    if r.random() < .3:
        w["stop"] = {"at": r.choice([37, 100.5])}
    return w


class Hart:
    def __init__(self, c, governor):
        order = sorted(o["mhz"] for o in c["opps"])
        self.power = {o["mhz"]: F(str(o["mw"])) / 1000 for o in c["opps"]}
        self.idle = c.get("idle", [])
        self.mhz = order[-1] if governor == "performance" else order[0]
        self.task = self.state = self.last = None
        self.since = self.entered = self.idle_since = self.joules = F(0)

    def settle(self, at, tasks):
        """Up to now; a hart that comes out of an idle state has its task already."""
        span, now = at - self.since, self.power[self.mhz]
        if self.task is not None:
            tasks[self.task] = tasks.get(self.task, 0) + span * now
            self.joules += span * now
        elif self.state is not None:
            going = max(F(0), min(at, self.entered) - self.since)
            self.joules += going * now + (span - going) * F(str(self.idle[self.state]["mw"])) / 1000
        self.since = at

    def enters(self, at, state):
        if self.state is None:
            fits = [k for k in range(1, len(self.idle))
                    if self.last is None or ms(self.idle[k]["residency"]) <= self.last]
            assert state == len(fits), ("not the deepest that fits", at, state, fits)
            self.idle_since = at
        else:
            assert state == self.state + 1, ("sank further than one", at)
            assert at >= self.idle_since + ms(self.idle[state]["residency"]), ("sank too soon", at)
        self.state, self.entered = state, at + ms(self.idle[state]["entry"])

    def wakes(self, at, delay):
        want = ms(self.idle[self.state]["exit"]) + max(F(0), self.entered - at)
        assert delay == want, ("waits for another time", at, delay, want)
        self.last, self.state = at - self.idle_since, None

    def hears(self, e, at):
        if e["event"] == "dispatch":
            self.task = e["task"]
        elif e["event"] == "desched":
            self.task = None
        elif e["event"] == "frequency":
            self.mhz = e["mhz"]
        elif e["event"] == "idle":
            self.enters(at, e["state"])
        elif e["event"] == "idle_exit":
            self.wakes(at, F(e["delay"]))


def check(w, d):
    path, out, log = (os.path.join(d, n) for n in ("w.json", "out.json", "events"))
    with open(path, "w") as f:
        json.dump(w, f)
    subprocess.run(["./ossim", "run", path, "--audit", "--quiet", "--json", out, "--events", log], check=True)
    results = json.load(open(out), parse_float=F)
    harts, tasks = [Hart(c, w["kernel"]["governor"]) for c in w["machine"]["cpus"]], {}
    for line in open(log):
        e = json.loads(line, parse_float=F)
        if e["event"] in ("dispatch", "desched", "frequency", "idle", "idle_exit"):
            harts[e["cpu"]].settle(F(e["at"]), tasks)
            harts[e["cpu"]].hears(e, F(e["at"]))
    for h in harts:
        h.settle(F(results["end_time"]), tasks)
    total = sum(h.joules for h in harts)

    def same(what, said, found):
        assert abs(said * 1000 - found) <= total / 10**9, (what, float(said), float(found) / 1000)

    same("all", results["summary"]["energy_joules"], total)
    for h, c in zip(harts, results["cpus"]):
        same(c, c["energy_joules"], h.joules)
    for t in results["tasks"]:
        same(t["name"], t["energy_joules"], tasks.get(t["name"], 0))
    return w["kernel"]["governor"]


done = {}
with tempfile.TemporaryDirectory() as d:
    for seed in range(int(sys.argv[1]), int(sys.argv[2])):
        try:
            g = check(workload(random.Random(seed)), d)
        except AssertionError as wrong:
            raise SystemExit(f"seed {seed}: {wrong}")
        done[g] = done.get(g, 0) + 1
assert len(done) == 4, done
print(", ".join(f"{g} {n}" for g, n in sorted(done.items())), "as computed")
