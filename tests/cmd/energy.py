#!/usr/bin/env python3
"""energy.py WORKLOAD GOVERNOR RESULTS EVENTS - adds up what each hart draws, from the events
and the workload's tables alone, and holds it against the results. Exact: rational numbers."""
import json
import sys
from fractions import Fraction as F

workload = json.load(open(sys.argv[1]))
results = json.load(open(sys.argv[3]))
events = [json.loads(l, parse_float=F) for l in open(sys.argv[4])]
UNIT = {"ns": F(1, 10**9), "us": F(1, 10**6), "ms": F(1, 1000), "s": F(1)}


def seconds(v):
    if isinstance(v, str):
        for u in ("ns", "us", "ms", "s"):
            if v.endswith(u):
                return F(v[:-len(u)]) * UNIT[u]
    return F(str(v)) * UNIT[workload["time_unit"]]


class Hart:
    def __init__(self, c):
        self.power = {o["mhz"]: F(str(o["mw"])) / 1000 for o in c["opps"]}
        self.idle = [(F(str(i["mw"])) / 1000, seconds(i.get("entry", 0))) for i in c["idle"]]
        order = sorted(self.power)
        self.mhz = order[-1] if sys.argv[2] == "performance" else order[0]
        self.task, self.state, self.since, self.entered, self.sum = None, None, F(0), F(0), F(0)

    def settle(self, at, tasks):
        span = at - self.since
        if self.task is not None:
            got = span * self.power[self.mhz]
            tasks[self.task] = tasks.get(self.task, 0) + got
            self.sum += got
        elif self.state is not None:
            going = max(F(0), min(at, self.entered) - self.since)
            self.sum += going * self.power[self.mhz] + (span - going) * self.idle[self.state][0]
        self.since = at


harts = [Hart(c) for c in workload["machine"]["cpus"]]
tasks = {}
changes = 0
for e in events:
    if "cpu" not in e or e["event"] not in ("dispatch", "desched", "frequency", "idle", "idle_exit"):
        continue
    h, at = harts[e["cpu"]], F(e["at"]) * UNIT[workload["time_unit"]]
    h.settle(at, tasks)
    if e["event"] == "dispatch":
        h.task = e["task"]
    elif e["event"] == "desched":
        h.task = None
    elif e["event"] == "frequency":
        changes += h.mhz != e["mhz"]
        h.mhz = e["mhz"]
    elif e["event"] == "idle":
        h.state, h.entered = e["state"], at + h.idle[e["state"]][1]
    else:
        h.state = None
end = F(str(results["end_time"])) * UNIT[workload["time_unit"]]
for h in harts:
    h.settle(end, tasks)

total = float(sum(h.sum for h in harts))
assert abs(results["summary"]["energy_joules"] - total) < 1e-9 * total, (results["summary"]["energy_joules"], total)
for h, c in zip(harts, results["cpus"]):
    assert abs(c["energy_joules"] - float(h.sum)) <= 1e-9 * total, (c, float(h.sum))
for t in results["tasks"]:
    assert abs(t["energy_joules"] - float(tasks.get(t["name"], 0))) <= 1e-9 * total, t
assert (changes > 0) == (sys.argv[2] in ("ondemand", "schedutil")), changes
assert len([t for t in results["tasks"] if t["energy_joules"] > 0]) == len(results["tasks"])
# Over time it is the same energy: mean power times the width of each column, the last one up to the end.
over = results["over_time"]
for row, h in zip(over["cpus"], harts):
    ends = [min(results["end_time"], (i + 1) * over["column"]) for i in range(len(row["watts"]))]
    widths = [b - a for a, b in zip([0] + ends, ends)]
    got = sum(w * t for w, t in zip(row["watts"], widths)) * float(UNIT[workload["time_unit"]])
    assert abs(got - float(h.sum)) <= 1e-9 * total, (row["cpu"], got, float(h.sum))
    assert all(m is None or m <= max(h.power) for m in row["mhz"])
