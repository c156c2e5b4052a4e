#!/usr/bin/env python3
"""What typical mistakes lose, by a simulator of its own: the rules of FCFS and RR, and each
mistake as a change of them, written down once more without ossim. Where the two schedules
of a workload differ `ossim grade` must say so, at the same time; where they do not, the part
must be passed."""
import itertools
import json
import pathlib

from grading import HERE, ROOT, check, finish, grade, same, workspace


def simulate(workload, quantum=None, front=False, woken_first=False, by_number=False,
             newest_tie=False, expired_first=False, expired_on=False):
    """[(from, to, name)] on one CPU, without preemption by others."""
    ready, running, pieces, now = [], None, [], 0
    left = {}                       # name -> [cpu, io, cpu, ...]
    number = {}
    events = []                     # (time, class, order, name): arrivals before wake-ups
    for i, p in enumerate(workload["processes"]):
        number[p["name"]] = i
        left[p["name"]] = [v for b in p["bursts"] for v in b.values()]
        events.append((p.get("arrival", 0), 0, i, p["name"]))
    waits = len(events)

    def enqueue(name, new=False, woken=False):
        at = len(ready)
        if woken and woken_first:
            at = 0
        if new and newest_tie and now == 0:
            while at and number[ready[at - 1]] < number[name]:
                at -= 1
        ready.insert(at, name)

    def come():
        for e in sorted(e for e in events if e[0] == now):
            events.remove(e)
            enqueue(e[3], new=e[1] == 0, woken=e[1] == 1)

    while events or ready or running:
        expires = running and running[1] + quantum if quantum and running else None
        ends = running[1] + left[running[0]][0] if running else None
        stop = min(t for t in (ends, expires) if t is not None) if running else None
        now = min([e[0] for e in events] + ([stop] if stop is not None else []))
        due = running and now == stop
        if due and ends > now and expired_first:
            enqueue(running[0])
        come()
        if due:
            name, since = running
            pieces.append((since, now, name))
            left[name][0] -= now - since
            running = None
            if left[name][0] == 0:
                left[name].pop(0)
                if left[name]:
                    waits += 1
                    events.append((now + left[name].pop(0), 1, waits, name))
            elif expired_on:
                ready.insert(0, name)
            elif not expired_first:
                enqueue(name)
        if not running and ready:
            if front:
                name = ready.pop()
            elif by_number:
                name = min(ready, key=number.get)
                ready.remove(name)
            else:
                name = ready.pop(0)
            running = (name, now)
    return pieces


def first_difference(a, b):
    """The first time at which another task runs, or None."""
    def who(pieces, t):
        return next((n for s, e, n in pieces if s <= t < e), None)
    for t in range(int(max(p[1] for p in a + b))):
        if who(a, t) != who(b, t):
            return t
    return None


def renamings(workload):
    """All ways to change names among tasks that nothing tells apart."""
    alike = {}
    for p in workload["processes"]:
        alike.setdefault(json.dumps({k: v for k, v in p.items() if k != "name"}), []).append(p["name"])
    for orders in itertools.product(*map(itertools.permutations, alike.values())):
        yield {old: new for group, order in zip(alike.values(), orders) for old, new in zip(group, order)}


def differ(workload, right, wrong, exact):
    """When the two first differ whatever the names; None: with some names they do not."""
    a, b = simulate(workload, **right), simulate(workload, **wrong)
    if exact:
        return first_difference(a, b)
    at = [first_difference(a, [(s, e, names[n]) for s, e, n in b]) for names in renamings(workload)]
    return None if None in at else max(at)


RULES = {
    "fcfs": ({}, {"arrival-order": {"front": True}, "quantum": {"quantum": 10},
                  "woken-first": {"woken_first": True}, "by-number": {"by_number": True},
                  "ties": {"newest_tie": True}}),
    "rr": ({"quantum": 4}, {"quantum-forgotten": {}, "off-by-one": {"quantum": 5},
                            "off-by-one-less": {"quantum": 3},
                            "expired-first-in-line": {"quantum": 4, "expired_on": True},
                            "ties": {"quantum": 4, "expired_first": True}}),
}
for rubric, (right, mistakes) in RULES.items():
    path = ROOT / f"workloads/rubrics/{rubric}/rubric.json"
    parts = json.loads(path.read_text())["parts"]
    known = {w["name"]: w for w in json.loads((HERE / f"wrong/{rubric}.json").read_text())}
    source = (HERE / f"solutions/{rubric}.c").read_text()
    with workspace() as tmp:
        for name in mistakes:
            text = source
            for old, new in known[name]["edit"]:
                text = text.replace(old, new)
            (pathlib.Path(tmp) / f"{name}.c").write_text(text)
        _, out, _ = grade(path, tmp)
    for s in out["submissions"]:
        got = {p["id"]: p for p in s["parts"]}
        points = 0
        for p in parts:
            points += got[p["id"]]["points"]
            loads = [r["workload"] for r in p.get("run", [])]
            plain = "schedule" in p["check"] and not any("count" in q for w in loads for q in w["processes"])
            if not plain:
                continue
            exact = p["check"]["schedule"].get("ties") == "exact"
            wrong = mistakes[s["name"][:-2]]
            at = next((t for w in loads if (t := differ(w, right, wrong, exact)) is not None), None)
            d = got[p["id"]].get("divergence", {})
            same(f"{rubric}/{s['name']}/{p['id']}", d.get("at"), at)
            check(f"{rubric}/{s['name']}/{p['id']}: points",
                  got[p["id"]]["points"] == (p["points"] if at is None else 0))
        same(f"{rubric}/{s['name']}: the sum", s["score"], points)
# The simulator itself, by hand: A 0-4 B 4-7 A 7-9 under a quantum of 4.
TWO = {"processes": [{"name": "A", "bursts": [{"cpu": 6}]}, {"name": "B", "bursts": [{"cpu": 3}]}]}
same("by hand", simulate(TWO, quantum=4), [(0, 4, "A"), (4, 7, "B"), (7, 9, "A")])
finish()
