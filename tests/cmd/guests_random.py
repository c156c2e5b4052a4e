#!/usr/bin/env python3
"""guests_random.py FIRST LAST - random machines in machines, of every type and mode, two deep too,
with caps, weights, governors and switches that take time. From the events alone, in exact
numbers: what each guest received, within its cap, how long it was kept waiting, its exits and what each
of them has to cost; and of the machine under them when each task ran, waited and slept, what its
kernel took of every stretch on a hart, its switches, and how much of its harts was used. Where
nobody audits it, the run is the same."""
import json
import math
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from decimal import Decimal as D
from fractions import Fraction as F

MODES = {"full": "trap", "hardware": "exit", "para": "hypercall", "simulated": None}
TIMES = {"full": {"switch": 1, "timer": 1, "interrupt": 1, "halt": 1, "syscall": 2, "fault": 2},
         "hardware": {"timer": 1, "interrupt": 1, "halt": 1},
         "para": {"switch": 1, "timer": 1, "interrupt": 1, "halt": 1, "syscall": 1, "fault": 1}, "simulated": {}}
OWED = 4         # exits of a CPU that may come as its share is over
BY_PROCESS = {1: (), 2: ("io", "halt", "timer"), "kvm": ("io",)}
POLICIES = ["rr:quantum=1", "rr:quantum=3", "fcfs", "fair", "mlfq", "stride", "srtf", "priority", "lottery",
            "eevdf", "gang:quantum=2"]


def process(r, i):
    return [{"name": f"p{i}", "cpu": r.choice([1, 3.7, 12])},
            {"name": f"p{i}", "bursts": [{"repeat": r.randint(1, 9), "do": [{"cpu": {"exp": 1}}, {"io": {"exp": 2}}]}]},
            {"name": f"p{i}", "count": 3, "arrival": {"poisson": 4}, "bursts": [{"cpu": .5}, {"sleep": 1.3}, {"cpu": 2}]},
            {"name": f"p{i}", "bursts": [{"cpu": .2}, {"disk": {"read": 5}}, {"yield": True}, {"cpu": 1}]},
            {"name": f"p{i}", "arrival": r.randint(0, 9), "period": 5, "cpu": r.choice([.3, 1]), "jobs": 4}][r.randint(0, 4)]


def kernel(r):
    return {"scheduler": r.choice(POLICIES), "runqueues": r.choice(["per-hart", "global"])}


def workload(r):
    return {"ossim": 1, "kernel": kernel(r), "machine": {"cpus": r.randint(1, 3), "disk": "fixed"},
            "processes": [process(r, i) for i in range(r.randint(1, 4))]}


def structure(r, depth):
    mode = r.choice(list(MODES))
    s = {"model": "vm", "type": r.choice([1, 2, "kvm"]), "mode": mode, "cap_period": r.choice([3, 10, 100]),
         "costs": {k: r.choice([0, 700, 30000, 300000]) for k in ("trap", "exit", "hypercall", "process")}, "guests": []}
    if mode == "simulated":
        s["factor"] = r.randint(1, 4)
    if r.random() < .3:
        s["accesses"] = r.randint(1, 6)
    for i in range(r.randint(1, 3)):
        g = {"name": f"{'no'[depth]}{i}", "weight": r.randint(20, 300),
             "workload": machine(r, depth + 1) if depth == 0 and r.random() < .25 else workload(r)}
        if r.random() < .3:
            g["cap"] = r.randint(20, 150)
        s["guests"].append(g)
    return s


def machine(r, depth):
    w = {"ossim": 1, "kernel": dict(kernel(r), structure=structure(r, depth)),
         "machine": {"cpus": r.randint(1, 3), "disk": "fixed"}}
    if depth == 0 and r.random() < .3:
        w["machine"]["cpus"] = [{"mhz": r.choice([500, 700, 1000])} for _ in range(r.randint(1, 3))]
        if r.random() < .5:
            w["machine"]["cpus"].append({"opps": [{"mhz": 400, "mw": 10}, {"mhz": 1200, "mw": 90}]})
            w["kernel"]["governor"] = r.choice(["performance", "ondemand", "schedutil"])
    if r.random() < .5:
        w["machine"]["costs"] = {"context_switch": r.choice([900, 40000]), "migration": r.choice([0, 3000])}
    if r.random() < .6 or depth:
        w["processes"] = [process(r, i) for i in range(r.randint(1, 2))]
    if depth == 0 and r.random() < .2:
        w["stop"] = {"at": r.choice([9, 23.5])}
    return w


def ceil_ns(cycles, mhz):
    return D(math.ceil(F(cycles * 1000) / mhz)) / 1000000        # ms


class Kernel:
    """What its own events say; under: of a guest, whose kernel it runs on."""
    def __init__(self, w, under=None, config=None):
        self.w, self.under, self.config, self.guests = w, under, config, []
        cpus = w.get("machine", {}).get("cpus", 1)
        cpus = cpus if isinstance(cpus, list) else [{}] * cpus
        governed = w["kernel"].get("governor") in ("ondemand", "schedutil")
        self.mhz = [c["opps"][0 if governed else -1]["mhz"] if "opps" in c else c.get("mhz", 1000) for c in cpus]
        n = len(cpus)
        self.on, self.last, self.since, self.until, self.passed = [None] * n, [None] * n, [D(0)] * n, [D(0)] * n, [D(0)] * n
        self.off = [under is not None] * n
        self.spent, self.state, self.ran, self.switches, self.used, self.got = {}, {}, Counter(), 0, D(0), D(0)
        self.exits, self.exit_time, self.first = Counter(), D(0), None
        self.longest, self.fresh = D(0), [False] * n
        self.moved, self.parts, self.share, self.nothing, self.expired = {}, 1, [F(1)] * n, Counter(), None

    def cpu_task(self, hart):
        n = len(self.mhz)
        return self.config["name"] if n == 1 else f"{self.config['name']}-{hart + 1}"

    def enter(self, task, state, at):
        """None: it is no longer there. What it has a hart for that is off itself, it waits for."""
        before, since = self.state.get(task, (None, at))
        key = (task, "off" if before is not None and before[0] == "on" and self.off[before[1]] else before and before[0])
        self.spent[key] = self.spent.get(key, 0) + at - since
        self.state[task] = (state, at)

    def dispatch(self, e, at, exact):
        h, task, cost = e["cpu"], e["task"], self.w.get("machine", {}).get("costs", {})
        want = D(0)
        if self.last[h] is not None:
            moved = self.moved.get(task)
            cycles = (cost.get("context_switch", 0) if self.last[h] != task else 0) + \
                     (cost.get("migration", 0) if moved is not None and moved != h else 0)
            want = ceil_ns(cycles, self.mhz[h])
            self.switches += self.last[h] != task
        if exact:
            assert D(e["overhead"]) == want, ("a switch costs", want, e)
        self.on[h] = self.last[h] = task
        self.off[h] = False     # else it is said next
        self.moved[task] = h
        self.enter(task, ("on", h), at)
        self.since[h], self.until[h], self.passed[h], self.fresh[h] = at, at, D(0), False
        self.announce(h, at, D(e["overhead"]))

    def announce(self, h, at, span):
        self.until[h] = max(self.until[h], at) + span
        self.passed[h] += span

    def desched(self, e, at, exact):
        h = e["cpu"]
        taken = self.passed[h] - max(D(0), self.until[h] - at)
        if exact:
            assert D(e["ran"]) == at - self.since[h] - taken, ("of a stretch its task got", at - self.since[h] - taken, e)
        # A slice begins behind what is left of exits: short ones do not only do some of that. New ones may fill it.
        idly = e["why"] == "expired" and not e["ran"] and not self.fresh[h]
        self.nothing[e["task"]] = self.nothing[e["task"]] + 1 if idly else 0
        assert self.nothing[e["task"]] < 3, ("three slices in turn without anything", e)
        self.ran[e["task"]] += D(e["ran"])
        self.used += at - self.since[h]
        self.got += D(e["ran"])
        self.enter(e["task"], ("ready", None), at)
        self.on[h] = None

    def exit(self, e, mhz):
        s = self.under.w["kernel"]["structure"]
        cause, mode = e["cause"], s["mode"]
        n = TIMES[mode].get(cause, 0)
        if cause == "io" and mode != "simulated":
            n = s.get("accesses", 1 if mode == "para" else 4)
        each = s["costs"][MODES[mode]] + (s["costs"]["process"] if cause in BY_PROCESS[s["type"]] else 0)
        times = 1
        up = self.under
        while up.under:             # a machine that is simulated does its exits as slowly
            outer = up.under.w["kernel"]["structure"]
            times *= outer.get("factor", 1) if outer["mode"] == "simulated" else 1
            up = up.under
        assert D(e["time"]) == ceil_ns(n * each * times, mhz), (cause, mode, D(e["time"]), ceil_ns(n * each * times, mhz))
        self.exits[cause] += n
        self.exit_time += D(e["time"])
        self.longest = max(self.longest, D(e["time"]))


def kernels_of(w):
    """In the order of their numbers: a machine's guests come behind it, each before the next."""
    def add(k):
        all_of.append(k)
        for g in k.w["kernel"].get("structure", {}).get("guests", []):
            inner = Kernel(g["workload"], k, g)
            k.guests.append(inner)
            add(inner)
    all_of = []
    add(Kernel(w))
    return all_of


def hear(ks, e, at):
    k, exact = ks[e.get("kernel", 0)], e.get("kernel", 0) == 0
    what, task = e["event"], e.get("task")
    if k.expired is not None:   # the timer interrupts, which the machine under it has to bring
        assert what == "vm_exit" and e["cause"] == "interrupt" and e["cpu"] == k.expired, ("a slice ends without an exit", e)
        k.expired = None
    if what == "desched" and e["why"] == "expired" and k.under and TIMES[k.under.w["kernel"]["structure"]["mode"]]:
        k.expired = e["cpu"]
    if what == "arrive":
        k.first = at if k.first is None else k.first
        k.enter(task, ("ready", None), at)
    elif what == "dispatch":
        k.dispatch(e, at, exact and "opps" not in str(k.w["machine"]))
    elif what == "desched":
        k.desched(e, at, exact)
    elif what == "kernel":
        k.announce(e["cpu"], at, D(e["time"]))
        k.fresh[e["cpu"]] |= e["what"] == "exit from a guest"
    elif what == "block":
        k.enter(task, (e["cause"], None), at)
    elif what == "wake":
        k.enter(task, ("ready", None), at)
    elif what == "exit":
        k.enter(task, None, at)
    elif what == "frequency":
        k.mhz[e["cpu"]] = e["mhz"]
    elif what == "vcpu_speed":
        k.share[e["cpu"]] = F(e["parts"], k.parts)
    elif what in ("vcpu_off", "vcpu_on"):
        h = e["cpu"]
        if k.on[h]:
            k.enter(k.on[h], ("on", h), at)
        k.off[h] = what == "vcpu_off"
    elif what == "vm_exit":
        place = k.under.state.get(k.cpu_task(e["cpu"]), ((None, None), 0))[0]
        h = place[1] if place and place[0] == "on" and not k.under.off[place[1]] else 0
        k.exit(e, k.under.mhz[h] * k.under.share[h])


def settle(k, at):
    for task, (state, _) in list(k.state.items()):
        if state is not None:
            k.enter(task, state, at)
    for h, task in enumerate(k.on):
        if task:
            taken = k.passed[h] - max(D(0), k.until[h] - at)
            k.ran[task] += at - k.since[h] - taken
            k.used += at - k.since[h]
            k.got += at - k.since[h] - taken


def same(what, said, found):
    assert D(said) == found, (what, float(said), float(found))


def count_parts(k, g):
    k.parts = g["speed_parts"]
    for inner, results in zip(k.guests, g.get("guests", [])):
        count_parts(inner, results)


def check_cap(k, g, at):
    """A period's share is for exits as well; those that come as it is over are owed."""
    period, cap = D(k.under.w["kernel"]["structure"]["cap_period"]), k.config.get("cap")
    if cap:
        most = D(cap) / 100 * period * (at // period + 1) + len(k.mhz) * OWED * k.longest
        assert D(g["received"]) + k.exit_time <= most, ("more than its cap", g["received"], k.exit_time, most)


def check_guest(k, g, nested, at):
    spent, n = k.under.spent, len(k.mhz)
    tasks = [k.cpu_task(h) for h in range(n)]
    same("steal", g["steal"], sum(spent.get((t, s), 0) for t in tasks for s in ("ready", "cap", "off")))
    same("exit time", g["exit_time"], k.exit_time)
    assert {c: n for c, n in k.exits.items() if n} == {c: n for c, n in g["exits_by"].items() if n}, (k.exits, g["exits_by"])
    if not nested:
        same("received", g["received"], sum(k.under.ran[t] for t in tasks))
        check_cap(k, g, at)
    for inner, results in zip(k.guests, g.get("guests", [])):
        check_guest(inner, results, True, at)


def check_host(k, o, at):
    for t in o["tasks"]:
        name, by = t["name"], t["blocked_by"]
        same(f"{name} ran", t["cpu"], k.ran[name])
        same(f"{name} waited", t["waiting"], k.spent.get((name, "ready"), D(0)))
        for cause in by:
            same(f"{name} {cause}", by[cause], k.spent.get((name, cause), D(0)))
        assert {c for (who, c), v in k.spent.items() if who == name and v} - {"ready", "on", "release", None} == {c for c in by if by[c]}, (by, name)
    s, all_time = o["summary"], (at - k.first) * len(k.mhz)
    whole = all(t["finish"] is not None for t in o["tasks"])    # else they are of a part of the run
    for field, span in (("cpu_user", k.got), ("cpu_kernel", k.used - k.got), ("cpu_idle", all_time - k.used)) * whole:
        assert abs(s[field] - span / all_time) < D("1e-12"), (field, float(s[field]), float(span / all_time))
    assert s["context_switches"] == k.switches, (s["context_switches"], k.switches)
    assert s["vm_exits"] == sum(g["exits"] for g in o["guests"])


def check(w, d):
    path, out, log = (os.path.join(d, n) for n in ("w.json", "out.json", "events"))
    with open(path, "w") as f:
        json.dump(w, f)
    subprocess.run(["./ossim", "run", path, "--audit", "--quiet", "--json", out, "--events", log], check=True)
    o, ks = json.load(open(out), parse_float=D), kernels_of(w)
    bare = subprocess.run(["./ossim", "run", path, "--quiet", "--json", "-"], check=True, capture_output=True, text=True)
    assert json.loads(bare.stdout)["trace_hash"] == o["trace_hash"], "another run where nobody looks"
    for k, g in zip(ks[0].guests, o["guests"]):
        count_parts(k, g)
    for line in open(log):
        e = json.loads(line, parse_float=D)
        hear(ks, e, D(e["at"]))
    at = D(o["end_time"])
    for k in ks:
        settle(k, at)
    check_host(ks[0], o, at)
    for k, g in zip(ks[0].guests, o["guests"]):
        check_guest(k, g, False, at)
    return w["kernel"]["structure"]["mode"], len(ks) > 1 + len(ks[0].guests)


if __name__ == "__main__":
    done = Counter()
    with tempfile.TemporaryDirectory() as d:
        for seed in range(int(sys.argv[1]), int(sys.argv[2])):
            try:
                mode, deep = check(machine(random.Random(seed), 0), d)
            except (AssertionError, subprocess.CalledProcessError) as wrong:
                raise SystemExit(f"seed {seed}: {wrong}")
            done.update([mode] + ["two deep"] * deep)
    assert len(done) == 5, done
    print(", ".join(f"{g} {n}" for g, n in sorted(done.items())), "as computed")
