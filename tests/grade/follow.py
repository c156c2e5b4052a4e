#!/usr/bin/env python3
"""Metamorphic parts: policies that decide by what they should not, each caught by the one
change that shows it, at a time computed by hand; and the shipped solutions, which follow."""
import json
import pathlib

from grading import HERE, check, finish, one, ossim, same, workspace

LINE = (HERE / "line.h").read_text()
SOURCES = {
    "fifo": "POLICY(.about = 0);",
    # 10 ms, whatever the workload's unit is
    "absolute": """static ns_t quantum(const void *rq, tid_t tid)
{ (void)rq, (void)tid; return 10000000; }
POLICY(.quantum = quantum);""",
    # first come, first served until 90 ms, from the other end afterwards
    "clock": """static tid_t pick(void *rq, ns_t now)
{ struct line *l = rq; return l->n ? line_take(l, now >= 90000000 ? l->n - 1 : 0) : TID_NONE; }
POLICY(.pick = pick);""",
    # the largest number first
    "number": """static tid_t pick(void *rq, ns_t now)
{ struct line *l = rq; tid_t best = 0; (void)now; if (!l->n) return TID_NONE;
  for (tid_t i = 1; i < l->n; i++) if (l->waiting[i] > l->waiting[best]) best = i;
  return line_take(l, best); }
POLICY(.pick = pick);""",
    # slices of 4 units for the first three picks since it was loaded, then of 2
    "variable": """static unsigned picks;
struct unit { struct line line; };
static tid_t pick(void *rq, ns_t now) { picks++; return line_pick(rq, now); }
static ns_t quantum(const void *rq, tid_t tid)
{ (void)rq, (void)tid; return picks > 3 ? NS_MAX : 400000000; }
POLICY(.pick = pick, .quantum = quantum);""",
}
# Under fifo: A 0-20, B 20-30, C 30-35. From the other end, or by the largest number (file
# order A B C): C at 20. In the file from the last to the first the largest is A, then B.
THREE = {"ossim": 1, "processes": [
    {"name": "A", "bursts": [{"cpu": 20}]}, {"name": "B", "arrival": 1, "bursts": [{"cpu": 10}]},
    {"name": "C", "arrival": 2, "bursts": [{"cpu": 5}]}]}
# In seconds, slices of 0.4: three picks, then for ever; the second time for ever at once.
SECONDS = {"ossim": 1, "time_unit": "s", "processes": [
    {"name": "A", "bursts": [{"cpu": 2}]}, {"name": "B", "bursts": [{"cpu": 2}]}]}
CHANGES = [("scaled", {"follows": "scaled"}), ("shifted", {"follows": "shifted", "by": 100}),
           ("reordered", {"follows": "reordered"}), ("renamed", {"follows": "renamed"}),
           ("again", {"follows": "again"})]


def rubric(path, workload):
    path.write_text(json.dumps({"ossim_rubric": 1, "parts": [
        {"id": name, "points": 1, "check": c, "run": [{"workload": workload}]}
        for name, c in CHANGES if name != "reordered" or workload is not SECONDS]}))
    return path


with workspace() as tmp:
    tmp = pathlib.Path(tmp)
    for name, body in SOURCES.items():
        (tmp / f"{name}.c").write_text(LINE + body + "\n")
    three, seconds = rubric(tmp / "three.json", THREE), rubric(tmp / "seconds.json", SECONDS)

    def verdicts(source, path=three):
        parts = one(path, source)
        return {i: (d["at"], d["expected"], d["got"]) if (d := p.get("divergence")) else p["status"]
                for i, p in parts.items() if p["status"] != "pass"}

    for name, wanted in [
            ("fifo", {}),
            # As it is: A 0-10, B 10-20, C 20-25, A 25-35. In seconds 10 ms are nothing: A goes
            # on alone until B comes at 1 s, and then they take turns of 10 ms: B at 1.
            ("absolute", {"scaled": (1, "A", "B")}),
            # All is over at 35 ms as it is. Shifted, or in seconds, the end at 20 is past 90 ms.
            ("clock", {"scaled": (20, "B", "C"), "shifted": (20, "B", "C")}),
            ("number", {"reordered": (20, "C", "B")})]:
        same(name, verdicts(tmp / f"{name}.c"), wanted)
    # 0.4 A, 0.4 B, 0.4 A, then B to its end: the second time A to its end first.
    same("variable", verdicts(tmp / "variable.c", seconds),
         {"scaled": (0.4, "B", "A"), "again": (0.4, "B", "A")})
    p = one(seconds, tmp / "variable.c")["again"]
    check("it is said why", "left something in variables" in p["message"], p["message"])
    check("and drawn", "again" in p["divergence"]["charts"], p["divergence"]["charts"])
    for solution in sorted((HERE / "solutions").glob("*.c")):
        got = verdicts(solution)
        # Under these a newcomer begins level with those that wait: a tie, and then the order
        # in the file (or chance, by number) may decide.
        if solution.stem in ("lottery", "fair", "stride"):
            got.pop("reordered", None)
        same(solution.stem, got, {})

    # Of a hidden part nothing is told.
    hidden = json.loads(three.read_text())
    hidden["parts"] = [{**hidden["parts"][2], "visibility": "hidden"}]
    three.write_text(json.dumps(hidden))
    p = one(three, tmp / "number.c")["reordered"]
    same("hidden", (p["status"], "divergence" in p, "file" in p["message"]), ("fail", False, False))

    # Where the order decides, the rubric is wrong, and says so.
    together = json.loads(json.dumps(hidden))
    together["parts"][0]["run"][0]["workload"]["processes"][1]["arrival"] = 0
    three.write_text(json.dumps(together))
    run = ossim("check", three)
    check("ties are refused", run.returncode == 2 and "arrive together" in run.stderr, run.stderr)
finish()
