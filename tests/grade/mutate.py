#!/usr/bin/env python3
"""Small random changes to the reference solutions: whatever they do, the grader judges them,
never crashes, and blames the submission.

    tests/grade/mutate.py [COUNT [SEED]]
"""
import pathlib
import random
import re
import sys

from grading import HERE, ROOT, check, finish, grade, same, workspace

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 24
random.seed(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
SWAPS = [("<", ">="), (">", "<="), ("==", "!="), ("+", "-"), ("&&", "||"), ("->", "."),
         ("++", "--"), ("0", "1"), ("1", "0"), ("TID_NONE", "0"), ("true", "false"),
         ("next", "prev"), ("head", "tail"), ("return", "if (0) return"), (";", ";;"), ("*", "&")]


def mutated(text):
    body = text.index("struct", text.index("#include"))
    for _ in range(random.randint(1, 3)):
        old, new = random.choice(SWAPS)
        places = [m.start() for m in re.finditer(re.escape(old), text) if m.start() > body]
        if places:
            at = random.choice(places)
            text = text[:at] + new + text[at + len(old):]
    return text


STATUSES = {"pass", "partial", "fail", "compile-error", "fault", "overrun", "skipped"}
solutions = sorted((HERE / "solutions").glob("*.c"))
for solution in solutions:
    with workspace() as tmp:
        tmp = pathlib.Path(tmp)
        n = max(1, COUNT // len(solutions))
        for i in range(n):
            (tmp / f"m{i}.c").write_text(mutated(solution.read_text()))
        status, out, run = grade(ROOT / "workloads/rubrics" / solution.stem / "rubric.json", tmp)
        check(f"{solution.stem}: status {status}", status in (0, 1), run.stderr[-300:])
        for s in out["submissions"] if out else []:
            got = {p["status"] for p in s["parts"]}
            check(f"{solution.stem}/{s['name']}: {got}", got <= STATUSES,
                  str([p for p in s["parts"] if p["status"] not in STATUSES][:1]))
            same(f"{solution.stem}/{s['name']}: the sum", s["score"], sum(p["points"] for p in s["parts"]))
finish()
