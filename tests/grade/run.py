#!/usr/bin/env python3
"""`ossim grade` and `ossim diff`: verdicts that were computed by hand, the shape of the
JSON, exit statuses, and the same bytes each time."""
import json
import pathlib
import shutil

from grading import HERE, check, finish, grade, one, ossim, same, workspace

POLICY = (HERE / "line.h").read_text()
SOURCES = {
    "fcfs": "POLICY(.about = 0);",
    "rr4": """static ns_t quantum(const void *rq, tid_t tid)
{ (void)rq, (void)tid; return 4000000; }
POLICY(.quantum = quantum);""",
    "lifo": """static tid_t pick(void *rq, ns_t now)
{ struct line *l = rq; (void)now; return l->n ? line_take(l, l->n - 1) : TID_NONE; }
POLICY(.pick = pick);""",
    "lazy": """static tid_t pick(void *rq, ns_t now)
{ return now < 2000000 ? TID_NONE : line_pick(rq, now); }
static ns_t timer(void *rq, ns_t now)
{ (void)rq; return now < 2000000 ? 2000000 : NS_MAX; }
POLICY(.pick = pick, .timer = timer, .flags = SCHED_MAY_IDLE);""",
    "null": """static tid_t pick(void *rq, ns_t now)
{ (void)rq, (void)now; return *(volatile tid_t *)8; }
POLICY(.pick = pick);""",
    "loop": """static tid_t pick(void *rq, ns_t now)
{ (void)rq, (void)now; for (volatile int i = 0;;) i++; }
POLICY(.pick = pick);""",
    "never": """static tid_t pick(void *rq, ns_t now)
{ (void)rq, (void)now; return TID_NONE; }
POLICY(.pick = pick);""",
    "scan": """static tid_t pick(void *rq, ns_t now)
{ struct line *l = rq; volatile tid_t sum = 0; (void)now;
  for (tid_t i = 0; i < l->n; i++) sum += l->waiting[i];
  return l->n ? line_take(l, 0) : TID_NONE; }
static ns_t quantum(const void *rq, tid_t tid)
{ (void)rq, (void)tid; return 1000000; }
POLICY(.pick = pick, .quantum = quantum);""",
    "typo": "POLICY(.pick = pick);",
}
# Under fcfs: A 0-6, B 6-9; A waits 0, B 6. Under rr:quantum=4: A 0-4, B 4-7, A 7-9; A
# waits 3, B 4. Under lifo: B 0-3, A 3-9; A waits 3.
TWO = {"ossim": 1, "processes": [{"name": "A", "bursts": [{"cpu": 6}]},
                                 {"name": "B", "bursts": [{"cpu": 3}]}]}
# T2 runs 2-7 if nothing preempts it, and the job of T1 that is released at 4 with deadline
# 8 ends at 9; the first hyperperiod is full (2/4 + 5/10 = 1), so edf misses none.
PERIODIC = {"ossim": 1, "processes": [{"name": "T1", "period": 4, "cpu": 2, "jobs": 5},
                                      {"name": "T2", "period": 10, "cpu": 5, "jobs": 2}]}
ENDLESS = {"ossim": 1, "processes": [{"name": "A", "tickets": 100, "bursts": [{"cpu": 90}]},
                                     {"name": "B", "tickets": 100, "bursts": [{"cpu": 90}]}],
           "stop": {"at": 40}}

with workspace() as tmp:
    tmp = pathlib.Path(tmp)
    for name, body in SOURCES.items():
        (tmp / f"{name}.c").write_text(POLICY + body + "\n")

    def rubric(*parts, name="r", **more):
        path = tmp / f"{name}.json"
        path.write_text(json.dumps({"ossim_rubric": 1, "name": name, "parts": parts, **more}))
        return path

    def part(check, workload=TWO, id="p", points=4, **more):
        out = {"id": id, "points": points, "check": check, **more}
        if workload:
            out["run"] = more.get("run", [{"workload": workload}])
        return out

    def verdict(source, *part_args, **part_more):
        p = one(rubric(part(*part_args, **part_more)), tmp / f"{source}.c").get("p", {})
        return p.get("status"), p.get("points")

    PASS, FAIL = ("pass", 4), ("fail", 0)
    like = {"schedule": {"like": "rr:quantum=4"}}
    for source, what, wanted in [
            ("rr4", like, PASS), ("fcfs", like, FAIL), ("lifo", like, FAIL),
            ("fcfs", {"schedule": {"like": "fcfs", "ties": "exact"}}, PASS),
            ("lifo", {"schedule": {"like": "fcfs"}}, FAIL),
            ("fcfs", {"metric": "waiting.mean", "at_most": 3}, PASS),
            ("fcfs", {"metric": "waiting.mean", "at_most": 2.99}, FAIL),
            ("rr4", {"metric": "waiting.mean", "at_least": 3.5}, PASS),
            ("rr4", {"metric": "waiting.mean", "at_least": 3.51}, FAIL),
            ("lifo", {"metric": "waiting.mean", "at_most": 1.5, "at_least": 1.5}, PASS),
            ("fcfs", {"metric": "waiting", "task": "B", "at_most": 6}, PASS),
            ("fcfs", {"metric": "waiting", "task": "B", "at_most": 5}, FAIL),
            ("fcfs", {"metric": "waiting", "task": "A", "at_most": 0}, PASS),
            # 3 against 3.5
            ("fcfs", {"metric": "waiting.mean", "times": 0.86, "of": "rr:quantum=4"}, PASS),
            ("fcfs", {"metric": "waiting.mean", "times": 0.85, "of": "rr:quantum=4"}, FAIL),
            ("fcfs", {"metric": "no_such.thing", "at_most": 6}, FAIL),
            ("fcfs", {"law": "no-starvation", "within": 6}, PASS),
            ("fcfs", {"law": "no-starvation", "within": 5}, FAIL),
            ("rr4", {"law": "no-starvation", "within": 4}, PASS),
            ("fcfs", {"law": "work-conserving"}, PASS),
            ("lazy", {"law": "work-conserving"}, FAIL),
            ("lazy", {"survives": True}, PASS),
            ("fcfs", {"law": "fifo-in-level"}, PASS),
            ("fcfs", {"survives": True}, PASS),
            ("null", {"survives": True}, ("fault", 0)),
            ("loop", {"survives": True}, ("overrun", 0)),
            ("never", {"survives": True}, FAIL),
            ("typo", {"survives": True}, ("compile-error", 0)),
            ("typo", {"compiles": True}, ("compile-error", 0)),
            ("null", {"compiles": True}, PASS)]:
        same(f"{source} by {what}", verdict(source, what), wanted)
    # Two guests, of which the submission schedules the CPUs: 6 and 2 ms of work.
    guests = {"ossim": 1, "kernel": {"structure": {"model": "vm", "guests": [
        {"name": n, "workload": {"ossim": 1, "processes": [{"name": "t", "cpu": ms}]}}
        for n, ms in (("a", 6), ("b", 2))]}}}
    for source, what, wanted in [
            ("fcfs", {"metric": "steal", "guest": "b", "at_most": 6}, PASS),
            ("fcfs", {"metric": "steal", "guest": "b", "at_most": 5.99}, FAIL),
            ("rr4", {"metric": "steal", "guest": "b", "at_most": 4}, PASS),
            ("fcfs", {"metric": "turnaround", "guest": "a", "at_most": 6}, PASS),
            ("rr4", {"metric": "turnaround", "guest": "a", "task": "t", "at_most": 8}, PASS),
            ("rr4", {"metric": "turnaround", "guest": "a", "task": "t", "at_most": 7.99}, FAIL),
            ("rr4", {"metric": "turnaround", "guest": "a", "times": 1.34, "of": "fcfs"}, PASS),
            ("rr4", {"metric": "turnaround", "guest": "a", "times": 1.33, "of": "fcfs"}, FAIL),
            ("fcfs", {"metric": "turnaround", "guest": "nobody", "at_most": 100}, FAIL),
            ("fcfs", {"law": "work-conserving"}, PASS)]:
        same(f"guests: {source} by {what}", verdict(source, what, guests), wanted)
    # A guest's own failure fails the part as it would bare, and the guest is named.
    def locks(name, *names):
        return {"name": name, "bursts": [s for n in names for s in ({"lock": n}, {"sleep": 1})]}

    parts, said = [], []
    for why, processes in [
            ("STUCK", [{"name": "A", "bursts": [{"recv": "c"}]}]),
            ("STUCK", [locks("A", "x", "y"), locks("B", "y", "x")]),
            ("a process unlocked", [{"name": "A", "bursts": [{"unlock": "x"}]}]),
            ("a deadline was", [{"name": "T", "period": 2, "cpu": 3, "jobs": 2, "on_miss": "fail"}]),
            ("null.c:", [{"name": "A", "cpu": 1}])]:
        inner = {"ossim": 1, "processes": processes}
        if why == "null.c:":            # bare, the submission takes its place
            inner["kernel"] = {"scheduler": f"guest:{tmp}/null.c"}
        for who in ("", "in: ", "in/in: "):
            if who or why != "null.c:":
                parts.append(part({"survives": True}, inner, str(len(said))))
                said.append(who + why)
            inner = {"ossim": 1, "kernel": {"structure": {"model": "vm", "guests": [
                {"name": "in", "workload": inner}]}}}
    for i, p in one(rubric(*parts), tmp / "fcfs.c").items():
        check(f"{said[int(i)]}", p["points"] == 0 and said[int(i)] in p["message"], p)
    # lifo with a third task that comes later but before the second is served
    three = {"ossim": 1, "processes": [{"name": n, "arrival": i, "bursts": [{"cpu": 5}]}
                                       for i, n in enumerate("ABC")]}
    same("lifo is not fifo", verdict("lifo", {"law": "fifo-in-level"}, three), FAIL)
    same("deadlines missed", verdict("fcfs", {"law": "no-deadline-missed"}, PERIODIC), FAIL)
    p = one(rubric(part({"law": "no-deadline-missed"}, PERIODIC)), tmp / "fcfs.c")["p"]
    check("how many deadlines", "deadline" in p["message"], p["message"])
    # rr4 gives 20 to each of the two in 40 ms, fcfs all of it to A
    same("shares kept", verdict("rr4", {"law": "shares", "within": 0.01}, ENDLESS), PASS)
    same("shares not kept", verdict("fcfs", {"law": "shares", "within": 0.49}, ENDLESS), FAIL)
    same("shares, all is near enough",
         verdict("fcfs", {"law": "shares", "within": 0.5}, ENDLESS), PASS)
    cost = {"cost": "instructions", "op": "pick", "growth": "1", "tasks": [10, 100]}
    same("a scan is not constant", verdict("scan", cost, None), FAIL)
    same("a scan is linear", verdict("scan", {**cost, "growth": "n"}, None), PASS)
    same("no cost of what is not called", verdict("scan", {**cost, "op": "timer"}, None), FAIL)
    same("a cost of what breaks", verdict("null", cost, None), ("fault", 0))
    same("a cost of wrong answers", verdict("never", cost, None), FAIL)

    # --- parts together ---
    half = part(like, id="half", points=10, partial=True, run=[
        {"workload": TWO},
        {"workload": {"ossim": 1, "processes": [{"name": "A", "bursts": [{"cpu": 2}]}]}}])
    whole = {**half, "id": "whole", "partial": False}
    after = part({"survives": True}, id="after", requires=["whole"])
    path = rubric(half, whole, after, part(like, id="four"), name="many", **{"pass": 10})
    parts = one(path, tmp / "fcfs.c")
    same("half of the runs", [(p["status"], p["points"]) for p in parts.values()],
         [("partial", 5), ("fail", 0), ("skipped", 0), ("fail", 0)])
    same("all of it", [p["points"] for p in one(path, tmp / "rr4.c").values()], [10, 10, 4, 4])
    status, out, run = grade(path, tmp / "fcfs.c", tmp / "rr4.c")
    same("one below the mark", status, 1)
    same("names and sums", [(s["name"], s["score"], s["max"], s["passed"])
                            for s in out["submissions"]],
         [("fcfs.c", 5, 28, False), ("rr4.c", 28, 28, True)])
    same("the outer keys", (out["ossim"], out["rubric"]), (1, "many"))
    same("all above it", grade(path, tmp / "rr4.c")[0], 0)
    d = parts["four"]["divergence"]
    same("the difference", [d[k] for k in ("at", "expected", "got")], [4, "B", "A"])
    same("who could run", [r.split(" ")[0] for r in d["runnable"]], ["B", "A"])
    pieces = lambda g: [(p["cpu"], p["task"], p["from"], p["to"]) for p in g]
    same("yours, drawn", pieces(d["gantt"]), [(0, "A", 0, 6), (0, "B", 6, 9)])
    same("the reference, drawn", pieces(d["reference_gantt"]),
         [(0, "A", 0, 4), (0, "B", 4, 7), (0, "A", 7, 9)])
    same("the same bytes", run.stdout, grade(path, tmp / "fcfs.c", tmp / "rr4.c")[2].stdout)

    # --- hints ---
    hints = [{"when": {"like": "rr:quantum=3"}, "say": "three"},
             {"when": {"like": "guest:lifo.c"}, "say": "backwards"},
             {"when": {"like": "fcfs"}, "say": "no quantum"}]
    path = rubric(part(like, hints=hints))
    for source, hint in [("fcfs", "Hint: no quantum"), ("lifo", "Hint: backwards")]:
        m = one(path, tmp / f"{source}.c")["p"]["message"]
        check(f"hint for {source}", m.endswith(hint), m)
    check("none where it passes", "Hint" not in one(path, tmp / "rr4.c")["p"]["message"])
    check("none where none fits", "Hint" not in one(path, tmp / "lazy.c")["p"]["message"])

    # --- hidden ---
    secret = {"ossim": 1, "name": "sesame", "processes": [
        {"name": "Xavier", "bursts": [{"cpu": 77}]}, {"name": "Yvonne", "bursts": [{"cpu": 33}]}]}
    path = rubric(part(like, secret, visibility="hidden"))
    _, out, run = grade(path, tmp / "fcfs.c")
    p = out["submissions"][0]["parts"][0]
    same("a hidden part has no divergence", "divergence" in p, False)
    check("nor anything of the workload", not any(w in run.stdout for w in
          ("sesame", "Xavier", "Yvonne", "77", "33")), run.stdout)
    c = p["counterexample"]
    check("but one of our own", c["expected"] != c["got"] and len(c["workload"]["processes"]) == 2)
    small = tmp / "small.json"
    small.write_text(json.dumps(c["workload"]))
    d = ossim("diff", small, "--sched", f"rr:quantum=4,guest:{tmp}/fcfs.c")
    check("on which they differ", d.returncode == 1 and f"at {c['at']} ms" in d.stdout, d.stdout)

    # --- programs in workloads: built before the grader shuts itself off ---
    (tmp / "sum.c").write_text("""#include <stdio.h>
int main(void) { volatile long s = 0; for (long i = 0; i < 1500000; i++) s += i; printf("%ld\\n", s); }
""")
    programs = {"ossim": 1, "time_unit": "us", "processes": [
        {"name": n, "program": "sum.c"} for n in "AB"]}
    like40 = {"schedule": {"like": "rr:quantum=40ms"}}
    same("fcfs on programs", verdict("fcfs", {"schedule": {"like": "fcfs"}}, programs), PASS)
    same("rr4 on programs", verdict("rr4", {"schedule": {"like": "rr:quantum=4ms"}}, programs), PASS)
    same("not rr4", verdict("rr4", like40, programs), FAIL)

    # --- who is to blame ---
    same("no rubric", ossim("grade", tmp / "fcfs.c").returncode, 2)
    same("no submission", grade(path)[0], 2)
    same("it is not there", grade(path, tmp / "nobody.c")[0], 2)
    (tmp / "empty").mkdir()
    same("an empty folder", grade(path, tmp / "empty")[0], 2)
    bad = tmp / "bad.json"
    bad.write_text('{"ossim_rubric": 1, "parts": [{"id": "a", "point": 3}]}')
    run = ossim("grade", tmp / "fcfs.c", "--rubric", bad)
    same("a bad rubric", run.returncode, 2)
    check("said where", f"{bad}:1:" in run.stderr and "point" in run.stderr, run.stderr)
    same("a reference that breaks is the grader's fault",
         grade(rubric(part({"schedule": {"like": "guest:null.c"}})), tmp / "fcfs.c")[0], 3)
    p = one(rubric(part({"schedule": {"like": "guest:null.c"}})), tmp / "fcfs.c")["p"]
    same("and is called so", p["status"], "grader-error")

    # --- folders ---
    kim = tmp / "class" / "kim: 12-30"
    kim.mkdir(parents=True)
    (kim / "my policy.c").write_text('#include "line.h"\n' + SOURCES["rr4"])
    shutil.copy(HERE / "line.h", kim)
    (tmp / "class" / "lee").mkdir()
    shutil.copy(tmp / "fcfs.c", tmp / "class" / "lee")
    _, out, _ = grade(rubric(part(like)), tmp / "class")
    same("a class, by name", [(s["name"], s["score"]) for s in out["submissions"]],
         [("kim: 12-30", 4), ("lee", 0)])

    # --- diff ---
    two = tmp / "two.json"
    two.write_text(json.dumps(TWO))
    run = ossim("diff", two, "--sched", "fcfs,rr:quantum=4")
    same("diff: they differ", run.returncode, 1)
    check("diff: where", "part at 4 ms: A runs under the first, B under the second"
          in run.stdout, run.stdout)
    check("diff: drawn", "AAAAAABBB" in run.stdout and "AAAABBBAA" in run.stdout, run.stdout)
    same("diff: alike", ossim("diff", two, "--sched", "fcfs,rr:quantum=6").returncode, 0)
    same("diff: two policies", ossim("diff", two, "--sched", "fcfs").returncode, 2)
    # Two that nothing tells apart: who is first is a tie.
    twins = tmp / "twins.json"
    twins.write_text(json.dumps({"ossim": 1, "processes": [
        {"name": n, "bursts": [{"cpu": 5}]} for n in "AB"]}))
    lifo = f"fcfs,guest:{tmp}/lifo.c"
    same("diff: a tie", ossim("diff", twins, "--sched", lifo).returncode, 0)
    same("diff: a tie, exactly", ossim("diff", twins, "--sched", lifo, "--exact").returncode, 1)
    same("diff: no tie", ossim("diff", two, "--sched", lifo).returncode, 1)

finish()
