#!/usr/bin/env python3
"""Traces for Perfetto, held against the results of the same run.

Each shipped workload that runs in a moment is run with --trace and --json: what a cpu's
track shows never overlaps, a task's states lie end to end from its arrival to its finish
and add up to the results, every arrow begins and ends inside a slice, and numbers keep
their nanoseconds. (Perfetto's trace processor drops what overlaps without a word.)
"""
import collections, glob, json, os, subprocess, sys, tempfile
from decimal import Decimal

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
OSSIM = os.path.join(TOP, "ossim")
NAMES = ["convoy", "demo", "four-harts", "inversion", "pipeline", "overload", "quantum",
         "change-of-mind", "machine-code"]
failures = 0


def expect(ok, *what):
    global failures
    if not ok:
        failures += 1
        print("FAIL", *what)


def load(path):
    return json.load(open(path), parse_float=Decimal, parse_int=Decimal)


def end(e):
    return e["ts"] + e["dur"]


def check(name, trace, results):
    unit = {"ns": Decimal("0.001"), "us": 1, "ms": 1000, "s": 1000000}[results["time_unit"]]
    events = trace["traceEvents"]
    names = {e["pid"]: e["args"]["name"] for e in events
             if e["ph"] == "M" and e["name"] == "process_name"}
    slices, states, arrows = (collections.defaultdict(list) for _ in range(3))
    for e in events:
        if e["ph"] == "X":
            slices[e["pid"], e["tid"]].append(e)
        elif e["ph"] == "T":
            states[e["pid"]].append(e)
        elif e["ph"] in "sf":
            arrows[e["id"]].append(e)
    for (pid, _), track in slices.items():
        track.sort(key=lambda e: e["ts"])
        if pid == 1:
            for a, b in zip(track, track[1:]):
                expect(end(a) <= b["ts"], name, "overlap on a cpu:", a, b)
    for id, pair in arrows.items():
        expect([e["ph"] for e in pair] == ["s", "f"], name, "arrow", id)
        for e in pair:
            expect(any(s["ts"] <= e["ts"] < end(s) for s in slices[e["pid"], e["tid"]]),
                   name, "arrow outside any slice:", e)
    tasks = {t["name"]: t for t in results["tasks"]}
    for pid, track in states.items():
        track.sort(key=lambda e: e["ts"])
        for a, b in zip(track, track[1:]):
            expect(end(a) == b["ts"], name, names[pid], "hole between states:", a, b)
        t = tasks.get(names[pid])
        if not t or t["finish"] is None:
            continue
        expect(track[0]["ts"] == t["arrival"] * unit, name, names[pid], "arrival")
        expect(end(track[-1]) == t["finish"] * unit, name, names[pid], "finish")
        waited = sum(e["dur"] for e in track if e["name"] == "Runnable")
        expect(waited == t["waiting"] * unit, name, names[pid], "waiting")
    ran = sum(s["dur"] for k, track in slices.items() if k[0] == 1 for s in track
              if s["name"] != "switch")
    running = sum(e["dur"] for t in states.values() for e in t if e["name"] == "Running")
    switches = sum(s["dur"] for k, track in slices.items() if k[0] == 1 for s in track
                   if s["name"] == "switch")
    expect(ran + switches == running, name, "cpus and tasks disagree:", ran, switches, running)


with tempfile.TemporaryDirectory() as tmp:
    for name in NAMES:
        trace, results = os.path.join(tmp, "t"), os.path.join(tmp, "r")
        subprocess.run([OSSIM, "run", os.path.join(TOP, "workloads", name + ".json"),
                        "--quiet", "--trace", trace, "--json", results], check=False,
                       stderr=subprocess.DEVNULL)
        check(name, load(trace), load(results))
print("perfetto: %d runs, %d failures" % (len(NAMES), failures))
sys.exit(failures != 0)
