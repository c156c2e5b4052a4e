#!/usr/bin/env python3
"""The ready rubrics: each reference solution (tests/grade/solutions, plug-ins of their own)
gets full marks, and each typical mistake (tests/grade/wrong: an edit of that solution)
exactly the parts lost, and is told by the names, that are written down with it; and what the rules
say, computed without ossim (doubles.py).

    tests/grade/rubrics.py [--show] [NAME...]      --show: print what each mistake gets
"""
import json
import pathlib
import sys

from doubles import hold
from grading import HERE, ROOT, check, finish, grade, same, workspace

RUBRICS = ROOT / "workloads/rubrics"
names = [a for a in sys.argv[1:] if not a.startswith("-")]
show = "--show" in sys.argv


for solution in sorted((HERE / "solutions").glob("*.c")):
    name = solution.stem
    if names and name not in names:
        continue
    rubric = RUBRICS / name / "rubric.json"
    source = solution.read_text()
    wrongs = json.loads((HERE / f"wrong/{name}.json").read_text())
    with workspace() as tmp:
        tmp = pathlib.Path(tmp)
        (tmp / "solution.c").write_text(source)
        for w in wrongs:
            text = source
            for old, new in w["edit"]:
                check(f"{name}/{w['name']}: the edit applies", text.count(old) >= 1, old)
                text = text.replace(old, new)
            (tmp / f"{w['name']}.c").write_text(text)
        status, out, run = grade(rubric, tmp)
    if not out:
        check(name, False, run.stderr[-500:])
        continue
    by_name = {s["name"][:-2]: s for s in out["submissions"]}
    good = by_name["solution"]
    check(f"{name}: full marks", good["score"] == good["max"] == 100,
          str([p for p in good["parts"] if p["status"] != "pass"]))
    for w in wrongs:
        s = by_name[w["name"]]
        lost = {p["id"]: p["status"] for p in s["parts"] if p["status"] != "pass"}
        mistakes = {p["id"]: p["mistake"] for p in s["parts"] if p.get("mistake")}
        if show:
            print(json.dumps({"rubric": name, "name": w["name"], "score": s["score"],
                              "lost": lost, "mistakes": mistakes}))
            continue
        same(f"{name}/{w['name']}: parts lost", lost, w["lost"])
        same(f"{name}/{w['name']}: score", round(s["score"], 3), w["score"])
        same(f"{name}/{w['name']}: told as", mistakes, w["mistakes"])
        check(f"{name}/{w['name']}: loses something", s["score"] < s["max"])
    if not show:
        hold(name, json.loads(rubric.read_text())["parts"], by_name, wrongs)
if not show:
    finish()
