#!/usr/bin/env python3
"""workloads/rubric-schema.json against an independent validator and against ossim: both
take the rubrics that are right, the shipped ones too, and refuse those that are wrong."""
import json
import pathlib

import jsonschema

from grading import ROOT, check, finish, ossim, workspace

SCHEMA = json.loads((ROOT / "workloads/rubric-schema.json").read_text())
jsonschema.Draft202012Validator.check_schema(SCHEMA)
validator = jsonschema.Draft202012Validator(SCHEMA)
RUN = [{"workload": {"ossim": 1, "processes": [{"cpu": 1}]}}]


def rubric(check, **part):
    return {"ossim_rubric": 1, "parts": [{"id": "a", "points": 1, "run": RUN, "check": check, **part}]}


def without(key, of):
    out = json.loads(json.dumps(of))
    out["parts"][0].pop(key)
    return out


COMPILES, LIKE = {"compiles": True}, {"schedule": {"like": "rr:quantum=4"}}
COST = {"cost": "instructions", "op": "pick", "growth": "log n", "tasks": [10, 20]}
GOOD = [
    rubric(COMPILES), without("run", rubric(COMPILES)), rubric({"survives": True}), rubric(LIKE),
    rubric({"schedule": {"like": "fcfs", "ties": "exact"}}),
    rubric({"metric": "waiting.mean", "at_most": 1}), rubric({"metric": "x", "at_least": -1, "task": "A"}),
    rubric({"metric": "x", "times": 1.1, "of": "rr"}), rubric({"law": "no-starvation", "within": 5}),
    rubric({"law": "work-conserving"}), rubric({"law": "shares", "within": 0.1}),
    without("run", rubric(COST)), rubric(LIKE, visibility="hidden", tags=["x"], partial=True, requires=[]),
    rubric(LIKE, hints=[{"when": {"like": "fcfs"}, "say": "x"}]), rubric(LIKE, run=[{**RUN[0], "vary": True}]),
    rubric(LIKE, hints=[{"name": "n", "when": w, "say": "x"} for w in
                        ({"tie": True}, {"later": True}, {"unexpired": True}, {"variables": True}, {"breaks": "work-conserving"},
                         {"breaks": "no-starvation", "within": 3}, {"passes": []})]),
    {"ossim_rubric": 1, "parts": rubric(LIKE, id="b")["parts"] +
     rubric(LIKE, hints=[{"when": {"passes": ["b"]}, "say": "x"}])["parts"]},
    rubric(LIKE, run=[{**RUN[0], "seeds": "1..20", "set": {"machine.cpus": 2}}, {**RUN[0], "seeds": 3}]),
    rubric({"follows": "scaled"}), rubric({"follows": "shifted", "by": 10}), rubric({"follows": "again"}),
    rubric({"follows": "reordered"}), rubric({"follows": "renamed"}),
    {**rubric(LIKE), "name": "n", "title": "t", "about": "a", "pass": 1},
]
BAD = [
    {}, {"ossim_rubric": 1}, {"ossim_rubric": 1, "parts": []}, {**rubric(LIKE), "ossim_rubric": 2},
    {**rubric(LIKE), "more": 1}, {**rubric(LIKE), "pass": -1},
    without("id", rubric(LIKE)), without("points", rubric(LIKE)), without("check", rubric(LIKE)),
    without("run", rubric(LIKE)), rubric(LIKE, id="a b"), rubric(LIKE, id=""), rubric(LIKE, points=-1),
    rubric(LIKE, visibility="secret"), rubric(LIKE, more=1), rubric(LIKE, run=[]), rubric(LIKE, run=[{}]),
    rubric(LIKE, run=[{**RUN[0], "seeds": "1-20"}]), rubric(LIKE, run=[{**RUN[0], "seed": 1}]),
    rubric(LIKE, run=[{**RUN[0], "vary": 1}]), rubric(LIKE, partial=1), rubric(LIKE, tags="x"), rubric(LIKE, hints=[{"say": "x"}]),
    rubric(LIKE, hints=[{"when": {}, "say": "x"}]), rubric(LIKE, hints=[{"when": {"tie": False}, "say": "x"}]),
    rubric(LIKE, hints=[{"when": {"tie": True, "later": True}, "say": "x"}]),
    rubric(LIKE, hints=[{"when": {"breaks": "no-starvation"}, "say": "x"}]),
    rubric(LIKE, hints=[{"when": {"passes": "a"}, "say": "x"}]), rubric(LIKE, hints=[{"when": {"passes": [1]}, "say": "x"}]),
    rubric(LIKE, hints=[{"when": {"breaks": "work-conserving", "within": 1}, "say": "x"}]),
    rubric({}), rubric({"compiles": False}), rubric({**COMPILES, "survives": True}),
    rubric({"schedule": {}}), rubric({"schedule": {"like": "fcfs", "ties": "all"}}),
    rubric({"metric": "x"}), rubric({"metric": "x", "times": 2}), rubric({"metric": "x", "of": "rr"}),
    rubric({"metric": "x", "at_most": "1"}), rubric({"law": "none"}), rubric({"law": "no-starvation"}),
    rubric({"law": "work-conserving", "within": 1}), rubric({"law": "shares", "within": 2}),
    rubric({**COST, "tasks": [10]}), rubric({**COST, "growth": "n^2"}), rubric({**COST, "cost": "time"}),
    rubric({"follows": "me"}), rubric({"follows": "shifted"}), rubric({"follows": "scaled", "by": 2}),
    rubric({"follows": "shifted", "by": 0}), rubric({**LIKE, "within": 3}), rubric({"law": "shares", "within": 0.1, "op": "pick"}),
]
DRAWN = [{"workload": {"ossim": 1, "processes": [{"name": "A", "bursts": [{"cpu": {"exp": 5}}]},
                                                 {"name": "B", "bursts": [{"cpu": 5}]}]}}]
# What only the reader knows.
READER = [
    rubric({"schedule": {"like": "nobody"}}), rubric(LIKE, requires=["b"]),
    rubric(LIKE, hints=[{"when": {"passes": ["a"]}, "say": "x"}]),      # itself does not stand before it
    rubric(LIKE, hints=[{"when": {"like": "rr:quantum=0"}, "say": "x"}]),
    rubric({**COST, "tasks": [20, 10]}), {**rubric(LIKE), "pass": 2},
    rubric(LIKE, run=[{"workload": {"ossim": 1, "processes": [{"cpu": -1}]}}]),
    rubric(LIKE, run=[{"workload": "nowhere.json"}]),
    rubric({"follows": "scaled"}, run=DRAWN), rubric({"follows": "renamed"}, run=DRAWN),
    rubric({"follows": "reordered"}, run=DRAWN),
    {"ossim_rubric": 1, "parts": 2 * rubric(LIKE)["parts"]},
]

with workspace() as tmp:
    path = pathlib.Path(tmp) / "r.json"

    def taken(document):
        path.write_text(json.dumps(document))
        run = ossim("check", path)
        check("no crash", run.returncode in (0, 2), str(document))
        return run.returncode == 0, run.stderr

    for d in GOOD:
        check(f"schema takes {d}", validator.is_valid(d))
        check(f"ossim takes {d}", *taken(d))
    for d in BAD:
        check(f"schema refuses {d}", not validator.is_valid(d))
        # A document without "ossim_rubric" is read as a workload, and refused as one.
        check(f"ossim refuses {d}", not taken(d)[0])
    for d in READER:
        check(f"the reader refuses {d}", validator.is_valid(d) and not taken(d)[0])

for file in sorted((ROOT / "workloads/rubrics").glob("*/rubric.json")):
    errors = list(validator.iter_errors(json.loads(file.read_text())))
    check(f"{file} by the schema", not errors, str(errors[:1]))
    run = ossim("check", file)
    check(f"{file} by ossim", run.returncode == 0, run.stderr)
finish()
