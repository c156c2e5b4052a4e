#!/usr/bin/env python3
"""links.py FIRST LAST - random machines of guests that talk, each on a processor of its own:
when each ends, computed here from what a link is, against what ./ossim says. Exact.

A message is on its way for L. Of one channel at most as many as its sender's channel_capacity
are on the way or wait there; the next send waits for the news that the one so many before it
was taken, which comes L after that. With a capacity of 0 each send waits for its own."""
import json
import os
import random
import subprocess
import sys
import tempfile
from fractions import Fraction as F


def scripts_of(r, n):
    steps = [[] for _ in range(n)]
    for _ in range(r.randint(1, 25)):
        a, b = r.sample(range(n), 2)
        k = r.randint(1, 2)
        for _ in range(k):
            steps[a].append({"send": f"{a}-{b}"})
            if r.random() < .6:
                steps[a].append({"cpu": r.choice([.1, .5, 1, 2.25])})
        for _ in range(k if r.random() < .97 else r.randint(0, 2)):
            if r.random() < .3:
                steps[b].append({"cpu": r.choice([.1, .7, 3])})
            steps[b].append({"recv": f"{a}-{b}"})
            if r.random() < .3:
                steps[b].append({"sleep": r.choice([.3, 2])})
    # A channel on which nobody receives is none that leads out, and stays at home.
    heard = {s["recv"] for one in steps for s in one if "recv" in s}
    return [[s for s in one if s.get("send", next(iter(heard), None)) in heard] + [{"cpu": 1}]
            for one in steps]


class Model:
    def __init__(self, latency, capacity, steps):
        self.latency, self.capacity, self.steps = F(str(latency)), capacity, steps
        self.time, self.at = [F(0)] * len(steps), [0] * len(steps)
        self.arrives, self.taken, self.under_way = {}, {}, {}

    def wait_for_taken(self, g, channel, i):
        if i < len(self.taken.get(channel, [])):
            self.time[g] = max(self.time[g], self.taken[channel][i] + self.latency)
            return True
        return False

    def send(self, g, channel):
        sent = self.arrives.setdefault(channel, [])
        if self.capacity[g] == 0:
            mine = self.under_way.setdefault((g, self.at[g]), len(sent))
            if mine == len(sent):
                sent.append(self.time[g] + self.latency)
            return self.wait_for_taken(g, channel, mine)
        before = len(sent) - self.capacity[g]
        if before >= 0 and not self.wait_for_taken(g, channel, before):
            return False
        sent.append(self.time[g] + self.latency)
        return True

    def recv(self, g, channel):
        taken, sent = self.taken.setdefault(channel, []), self.arrives.get(channel, [])
        if len(taken) == len(sent):
            return False
        self.time[g] = max(self.time[g], sent[len(taken)])
        taken.append(self.time[g])
        return True

    def step(self, g):
        (what, v), = self.steps[g][self.at[g]].items()
        if what in ("cpu", "sleep"):
            self.time[g] += F(str(v))
        elif not getattr(self, what)(g, v):
            return False
        self.at[g] += 1
        return True

    def run(self):
        n, more = range(len(self.steps)), True
        while more:
            more = False
            for g in n:
                marks = sum(map(len, self.arrives.values()))
                while self.at[g] < len(self.steps[g]) and self.step(g):
                    more = True
                more |= marks != sum(map(len, self.arrives.values()))
        return [self.time[g] if self.at[g] == len(self.steps[g]) else None for g in n]


stuck = 0
with tempfile.TemporaryDirectory() as d:
    for seed in range(int(sys.argv[1]), int(sys.argv[2])):
        r = random.Random(seed)
        n, latency = r.randint(2, 5), r.choice([0, .05, .2, 1, 3.7])
        capacity = [r.choice([16, 16, 0, 1, 2, 3]) for _ in range(n)]
        steps = scripts_of(r, n)
        guests = [{"name": f"g{g}", "affinity": [g], "workload": {
            "ossim": 1, "kernel": {"channel_capacity": capacity[g]},
            "processes": [{"name": "p", "bursts": steps[g]}]}} for g in range(n)]
        w = {"ossim": 1, "machine": {"cpus": n}, "kernel": {"structure": {
            "model": "vm", "link_latency": latency, "guests": guests}}}
        path = os.path.join(d, "w.json")
        with open(path, "w") as f:
            json.dump(w, f)
        p = subprocess.run(["./ossim", "run", path, "--audit", "--quiet", "--json", "-"],
                           capture_output=True, text=True)
        assert p.returncode in (0, 1), (seed, p.stderr)
        got = [g["tasks"][0]["finish"] for g in json.loads(p.stdout, parse_float=F)["guests"]]
        want = Model(latency, capacity, steps).run()
        assert [g if g is None else F(g) for g in got] == want, (seed, got, want)
        assert (None in want) == (p.returncode == 1), (seed, p.returncode, p.stderr)
        stuck += None in want
print(f"{int(sys.argv[2]) - int(sys.argv[1])} as computed, {stuck} of them stuck")
