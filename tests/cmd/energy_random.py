#!/usr/bin/env python3
"""energy_random.py FIRST LAST - random harts with operating points and idle states under every
governor. From the events alone, in exact numbers: the joules of each hart and task and of all;
that a hart enters the deepest state whose residency its last idling reached, and sinks one
deeper no sooner than that state asks for; that who wakes it waits for the rest of the entry
and for the exit; and that every frequency changes when its governor's rule says, and at no other
time."""
import heapq
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
    power, residency, entry, leave, idle = round(r.uniform(0, mw[0]), 2), 0, 0, 0, []
    for _ in range(r.randint(0, 3)):
        entry = max(entry, r.choice([0, 10, 400]))
        leave = max(leave, r.choice([0, 30, 650]))
        idle.append({"mw": power, "entry": f"{entry}us", "exit": f"{leave}us", "residency": f"{residency}us"})
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
    if r.random() < .4:
        w["kernel"]["governor_rate_limit"] = r.choice(["0us", "200us", "20ms"])
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


DECAY = 2 ** (-1 / 32)
PERIOD = F(1 << 20, 10 ** 6)


class Used:
    """What of the fastest hart it used lately (PELT): known at the ends of periods of 1,024 us."""
    def __init__(self):
        self.at, self.value, self.part = F(0), 0.0, 0.0

    def passes(self, to, rate):
        while self.at < to:
            end = min(to, (self.at // PERIOD + 1) * PERIOD)
            self.part += float((end - self.at) / PERIOD) * rate
            if end % PERIOD == 0:
                self.value = self.value * DECAY + self.part * (1 - DECAY)
                self.part = 0.0
            self.at = end
        return self.value


class Close(Exception):
    """Too near to a border for one who computes in floating point."""


class Clocks:
    """The frequencies, by who has a hart: what `ondemand` and `schedutil` do, and when."""
    def __init__(self, w):
        self.w, self.governor, self.cpus = w, w["kernel"]["governor"], w["machine"]["cpus"]
        n, names = len(self.cpus), [c.get("cluster") for c in self.cpus]
        self.clock = [names.index(c) if c else h for h, c in enumerate(names)]
        self.opps = [[o["mhz"] for o in c["opps"]] for c in self.cpus]
        first = [len(o) - 1 if self.governor == "performance" else 0 for o in self.opps]
        self.opp, self.want, self.again = first[:], first[:], [F(0)] * n
        self.fastest = max(o[-1] * c["dmips"] for o, c in zip(self.opps, self.cpus))
        self.busy_since, self.window, self.busy = [None] * n, [F(0)] * n, [F(0)] * n
        self.used, self.due, self.timers, self.count, self.said = [Used() for _ in range(n)], {}, [], 0, []

    def neighbours(self, c):
        return [h for h in range(len(self.cpus)) if self.clock[h] == c]

    def rate(self, h):
        if self.busy_since[h] is None:
            return 0
        return self.opps[h][self.opp[self.clock[h]]] * self.cpus[h]["dmips"] / self.fastest

    def set(self, what, at):
        self.count += 1
        self.due[what] = (at, self.count)
        heapq.heappush(self.timers, (at, self.count, what))

    def until(self, at, including):
        """All that is due by then."""
        while self.timers and (self.timers[0][0] < at or including and self.timers[0][0] == at):
            t, number, what = heapq.heappop(self.timers)
            if self.due.get(what) == (t, number):
                del self.due[what]
                (self.change if what[0] == "change" else self.tick)(what[1], t)

    def ask(self, c, opp, at):
        if opp == self.want[c]:
            return
        self.want[c] = opp
        transition = ms(self.cpus[c].get("transition", "0us"))
        if opp == self.opp[c]:          # as it was before the clock had got to it
            self.due.pop(("change", c), None)
        elif transition:
            self.set(("change", c), at + transition)
        else:
            self.change(c, at)

    def change(self, c, at):
        for h in self.neighbours(c):
            self.used[h].passes(at, self.rate(h))
        self.opp[c] = self.want[c]
        self.said += [(at, h, self.opps[h][self.opp[c]]) for h in self.neighbours(c)]

    def lowest(self, h, mhz):
        return next((i for i, m in enumerate(self.opps[h]) if m >= mhz), len(self.opps[h]) - 1)

    def tick(self, h, at):
        (self.ondemand if self.governor == "ondemand" else self.schedutil)(h, at)
        self.set(("tick", h), at + (10 if self.governor == "ondemand" else 4))

    def ondemand(self, c, at):
        """The highest if the busiest was busy above 80 per cent, in whole ones; else in proportion."""
        span, busy, low, high = at - self.window[c], 0, self.opps[c][0], self.opps[c][-1]
        for h in self.neighbours(c):
            working = self.busy_since[h] is not None
            busy = max(busy, self.busy[h] + (at - self.busy_since[h] if working else 0))
            self.busy[h] = F(0)
            if working:
                self.busy_since[h] = at
        load = busy * 100 // span if span else 0
        self.window[c] = at
        self.ask(c, len(self.opps[c]) - 1 if load > 80 else self.lowest(c, low + load * (high - low) // 100), at)

    def schedutil(self, h, at):
        """A quarter more than what the busiest of those that work used."""
        c, wish = self.clock[h], 0
        if at < self.again[c]:
            return
        for o in self.neighbours(c):
            if self.busy_since[o] is not None:
                mhz = self.used[o].passes(at, self.rate(o)) * 1.25 * self.fastest / self.cpus[o]["dmips"]
                if any(abs(mhz - m) < 1e-3 * m for m in self.opps[o]):
                    raise Close
                wish = max(wish, self.lowest(o, mhz))
        if wish != self.want[c]:
            self.ask(c, wish, at)
            transition = ms(self.cpus[c].get("transition", "0us"))
            limit = self.w["kernel"].get("governor_rate_limit")
            self.again[c] = at + (ms(limit) if limit else transition * 3 / 2 or 1)

    def hears(self, e, at):
        """Who stops by itself does so before the governor looks; the next is chosen after it."""
        h, chosen = e["cpu"], e["event"] == "dispatch" or e.get("why") == "preempted"
        self.until(at, chosen)
        looks = ("tick", self.clock[h] if self.governor == "ondemand" else h)
        if e["event"] == "dispatch":
            self.used[h].passes(at, 0)
            self.busy_since[h] = at
            if self.governor == "schedutil":
                self.set(looks, at)
            elif self.governor == "ondemand" and looks not in self.due:
                self.set(looks, max(at, self.window[looks[1]] + 10))
        elif e["event"] == "desched":
            self.used[h].passes(at, self.rate(h))
            self.busy[h] += at - self.busy_since[h]
            self.busy_since[h] = None
            if self.governor == "schedutil" or all(self.busy_since[o] is None for o in self.neighbours(self.clock[h])):
                self.due.pop(looks, None)


def check_clocks(w, events, end):
    """Returns how many changes there were; None: nobody can tell."""
    clocks = Clocks(w)
    try:
        for e, at in events:
            clocks.hears(e, at)
        clocks.until(end, False)
    except Close:
        return None
    said = [(at, e["cpu"], e["mhz"]) for e, at in events if e["event"] == "frequency" and at < end]
    found = [s for s in clocks.said if s[0] < end]
    for a, b in zip(said + [None], found + [None]):
        assert a == b, ("frequency", a and (float(a[0]),) + a[1:], "by the rule", b and (float(b[0]),) + b[1:])
    return len(found)


def check(w, d):
    path, out, log = (os.path.join(d, n) for n in ("w.json", "out.json", "events"))
    with open(path, "w") as f:
        json.dump(w, f)
    subprocess.run(["./ossim", "run", path, "--audit", "--quiet", "--json", out, "--events", log], check=True)
    results = json.load(open(out), parse_float=F)
    harts, tasks = [Hart(c, w["kernel"]["governor"]) for c in w["machine"]["cpus"]], {}
    events = [(e, F(e["at"])) for e in (json.loads(line, parse_float=F) for line in open(log))
              if e["event"] in ("dispatch", "desched", "frequency", "idle", "idle_exit")]
    for e, at in events:
        harts[e["cpu"]].settle(at, tasks)
        harts[e["cpu"]].hears(e, at)
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
    return w["kernel"]["governor"], check_clocks(w, events, F(results["end_time"]))


done, changes, unknown = {}, {}, 0
with tempfile.TemporaryDirectory() as d:
    for seed in range(int(sys.argv[1]), int(sys.argv[2])):
        try:
            g, n = check(workload(random.Random(seed)), d)
        except AssertionError as wrong:
            raise SystemExit(f"seed {seed}: {wrong}")
        done[g] = done.get(g, 0) + 1
        changes[g] = changes.get(g, 0) + (n or 0)
        unknown += n is None
assert len(done) == 4 and unknown * 10 < sum(done.values()), (done, unknown)
assert 2 * changes["ondemand"] > done["ondemand"] and 2 * changes["schedutil"] > done["schedutil"], changes
assert not changes["performance"] and not changes["powersave"], changes
print(", ".join(f"{g} {n}" for g, n in sorted(done.items())), "as computed,",
      changes["ondemand"] + changes["schedutil"], "changes of frequency as the rules say")
