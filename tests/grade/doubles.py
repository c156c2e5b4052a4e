"""What typical mistakes lose, by simulators of its own (rules.py): for every part whose verdict
is a schedule on one CPU, a law or a number, the rule and the mistake are played, and `ossim grade`
must give the points that follow, and tell the same first difference. What a mistake loses by
other checks (cost, two CPUs, a second run) stands in wrong/NAME.json."""
import decimal
import functools
import itertools
import json
import pathlib

from grading import check, ossim, same, workspace
from rules import Ageing, Deadline, Fair, Line, Lottery, Mlfq, Stride, play

UNIT = 10**6                    # ns: all these workloads are in ms


def scaled(x):
    """Times from units to ns, within bursts and attributes."""
    times = ("cpu", "io", "arrival", "period", "deadline")
    if isinstance(x, list):
        return [scaled(v) for v in x]
    return {k: v * UNIT if k in times else scaled(v) if k in ("bursts", "do") else v
            for k, v in x.items()}


@functools.cache
def drawn(text, seed, tmp):
    """What the seed makes of it, seen where everybody has a CPU: nobody waits, so that a task
    holds its own for as long as its bursts are, and the gaps are its waits for I/O."""
    workload = json.loads(text)
    n = sum(p.get("count", 1) for p in workload["processes"])
    (tmp / "drawn.json").write_text(text)
    run = ossim("run", tmp / "drawn.json", "--cpus", n, "--sched", "fcfs", "--seed", seed, "--json", "-")
    out = json.loads(run.stdout, parse_float=decimal.Decimal)
    attributes = [p for p in workload["processes"] for _ in range(p.get("count", 1))]
    processes = []
    for task, p in zip(out["tasks"], attributes):
        held = [(int(g["from"] * UNIT), int(g["to"] * UNIT)) for g in out["gantt"] if g["task"] == task["name"]]
        bursts = [{"cpu": held[0][1] - held[0][0]}]
        for (_, end), (start, to) in zip(held, held[1:]):
            bursts += [{"io": start - end}, {"cpu": to - start}]
        processes.append({**p, "name": task["name"], "arrival": held[0][0], "bursts": bursts})
    return processes


def runs_of(part, tmp):
    """(processes, stop, seed) of each run of a part."""
    for r in part["run"]:
        w = r["workload"]
        first, last = (map(int, r["seeds"].split("..")) if "seeds" in r else (w.get("seed", 0),) * 2)
        random = any("count" in p for p in w["processes"])
        for seed in range(first, last + 1):
            stop = w.get("stop", {}).get("at")
            yield (drawn(json.dumps(w), seed, tmp) if random else scaled(w["processes"]), stop and stop * UNIT, seed)


# --- verdicts ---

def first_difference(a, b):
    """The first time at which another task runs, or None."""
    def who(pieces, t):
        return next((n for s, e, n in pieces if s <= t < e), None)
    times = sorted({t for p in a + b for t in p[:2]})
    return next((t for t in times if who(a, t) != who(b, t)), None)


def renamings(processes):
    """All ways to change names among tasks that nothing tells apart."""
    alike = {}
    for p in processes:
        alike.setdefault(json.dumps({k: v for k, v in p.items() if k != "name"}), []).append(p["name"])
    for orders in itertools.product(*map(itertools.permutations, alike.values())):
        yield {old: new for group, order in zip(alike.values(), orders) for old, new in zip(group, order)}


def differ(processes, right, wrong, exact):
    """When the two first differ whatever the names; None: with some names they do not."""
    if exact:
        return first_difference(right, wrong)
    at = [first_difference(right, [(s, e, names[n]) for s, e, n in wrong]) for names in renamings(processes)]
    return None if None in at else max(at)


def keeps(c, run):
    """Does a run keep the law of a check?"""
    if c["law"] == "no-starvation":
        return max(run.longest.values()) <= c["within"] * UNIT
    if c["law"] == "shares":
        cpu, tickets = sum(run.cpu.values()), sum(t.tickets for t in run.tasks)
        return all(abs(run.cpu[t.name] / cpu - t.tickets / tickets) <= c["within"] for t in run.tasks)
    if c["law"] == "fifo-in-level":
        first = [(t.priority, t.arrival, run.first[t.name]) for t in run.tasks]
        return not any(p == q and a < b and x > y for p, a, x in first for q, b, y in first)
    if c["law"] == "no-deadline-missed":
        return run.misses == 0
    return c["law"] == "work-conserving"        # as all here are, by their making


def in_bounds(c, run):
    of_tasks = {"cpu": run.cpu, "waiting": run.waited}
    value = {"preemptions": run.preemptions, "waiting.mean": sum(run.waited.values()) / len(run.tasks) / UNIT}
    value = of_tasks[c["metric"]][c["task"]] / UNIT if "task" in c else value[c["metric"]]
    return c.get("at_least", value) <= value <= c.get("at_most", value)


def judged(part, right, wrong, tmp):
    """(runs, those that pass; of the first that does not: the first difference, and both schedules)"""
    c, passed, first, n = part["check"], 0, (None, [], []), 0
    for n, (processes, stop, seed) in enumerate(runs_of(part, tmp), 1):
        made, model = (play(processes, rule(seed), stop) for rule in (wrong, right))
        at = differ(processes, model.pieces, made.pieces, c["schedule"].get("ties") == "exact") if "schedule" in c else None
        good = at is None and ("law" not in c or keeps(c, made)) and ("metric" not in c or in_bounds(c, made))
        passed += good
        if at is not None and first[0] is None:
            first = at, model.pieces, made.pieces
    return n, passed, first


def drawn_alike(gantt, pieces):
    """Is what was drawn, a window of the schedule, what was played?"""
    drawn = [(round(p["from"] * UNIT), round(p["to"] * UNIT), p["task"]) for p in gantt]
    start, end = drawn[0][0], drawn[-1][1]
    return first_difference(drawn, [(max(s, start), min(e, end), n) for s, e, n in pieces if s < end and e > start]) is None


def plain(part):
    return any(k in part["check"] for k in ("schedule", "law", "metric")) and \
        not any("set" in r for r in part["run"])


# --- rules, and mistakes as changes of them ---

RULES = {
    "fcfs": (lambda seed, **m: Line(**m), {
        "solution": {}, "arrival-order": {"front": True}, "quantum": {"quantum": 10 * UNIT},
        "woken-first": {"woken_first": True}, "by-number": {"by_number": True}, "ties": {"newest_tie": True}}),
    "rr": (lambda seed, **m: Line(**{"quantum": 4 * UNIT, **m}), {
        "solution": {}, "quantum-forgotten": {"quantum": None}, "off-by-one": {"quantum": 5 * UNIT},
        "off-by-one-less": {"quantum": 3 * UNIT}, "expired-first-in-line": {"expired_on": True},
        "ties": {"expired_first": True}, "fixed-unit": {}}),
    "mlfq": (lambda seed, **m: Mlfq(UNIT, **m), {
        "solution": {}, "boost-forgotten": {"boost": None}, "allotment-reset": {"renews": True},
        "off-by-one": {"slices": (11, 20, 40)}, "never-sinks": {"sinks": False}, "no-quantum": {"expires": False},
        "newcomers-wait": {"preempts": False}, "arrival-order": {"front": True},
        "sleepers-miss-boost": {"asleep": False}, "slow": {}, "leak": {}}),
    "priority-ageing": (lambda seed, **m: Ageing(UNIT, **m), {
        "solution": {}, "ageing-forgotten": {"rings": False}, "order": {"reverse": True},
        "not-preemptive": {"preempts": False}, "off-by-one": {"age": 11}, "starvation": {"rings": False}}),
    "edf": (lambda seed, **m: Deadline(**m), {
        "solution": {}, "rate-monotonic": {"key": "period"}, "relative": {"key": "relative"},
        "not-preemptive": {"preempts": False}, "arrival-order": {"key": None}}),
    "lottery": (lambda seed, **m: Lottery(UNIT, seed, **m), {
        "solution": {}, "tickets-ignored": {"tickets": False}, "starvation": {"richest": True},
        "no-quantum": {"expires": False}}),
    "stride": (lambda seed, **m: Stride(UNIT, **m), {
        "solution": {}, "tickets-ignored": {"tickets": False}, "newcomer": {"newcomers_at_zero": True},
        "whole-quantum": {"whole": True}}),
    "fair": (lambda seed, **m: Fair(UNIT, **m), {
        "solution": {}, "nice-ignored": {"nice": 0}, "newcomer": {"newcomers_at_zero": True},
        "nice-reversed": {"nice": -1}, "sleeper": {"sleepers_last": True}}),
}


def hold_one(name, s, parts, rule, change, lost, tmp):
    """One submission's results against what its rule, or its mistake, must get."""
    got, points = {p["id"]: p for p in s["parts"]}, 0
    for p in parts:
        g = got[p["id"]]
        if plain(p):
            n, passed, (at, model, made) = judged(p, rule, lambda seed: rule(seed, **change), tmp)
            wanted = p["points"] * (passed / n if p.get("partial") else passed == n)
            if p.get("visibility") != "hidden":
                d = g.get("divergence", {})
                same(f"{name}/{p['id']}: the first difference", d.get("at"), at and at / UNIT)
                check(f"{name}/{p['id']}: both schedules", not d or
                      (drawn_alike(d["reference_gantt"], model) and drawn_alike(d["gantt"], made)))
        else:
            wanted = 0 if p["id"] in lost else p["points"]
        same(f"{name}/{p['id']}: points, by the rule", g["points"], wanted)
        points += wanted
    same(f"{name}: the sum, by the rule", s["score"], points)


def hold(rubric, parts, submissions, wrongs):
    """The submissions of a rubric that are listed here."""
    rule, mistakes = RULES[rubric]
    lost = {w["name"]: w["lost"] for w in wrongs}
    with workspace() as tmp:
        for name, change in mistakes.items():
            hold_one(f"{rubric}/{name}", submissions[name], parts, rule, change, lost.get(name, {}), pathlib.Path(tmp))


# The simulator itself, by hand: A 0-4 B 4-7 A 7-9 under a quantum of 4.
TWO = [{"name": "A", "bursts": [{"cpu": 6}]}, {"name": "B", "bursts": [{"cpu": 3}]}]
same("by hand", play(TWO, Line(quantum=4)).pieces, [(0, 4, "A"), (4, 7, "B"), (7, 9, "A")])
