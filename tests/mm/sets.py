#!/usr/bin/python3
"""What programs use of memory, as the kernel finds out by looking: working sets by hand, the
same numbers in results, events and figures; page tables, frames and translations that agree
with each other; allocation by working set, by frequency and by size; load control; scans."""
import csv, json, os, shutil, subprocess, sys, tempfile

passed = failed = 0
work = tempfile.mkdtemp(prefix="ossim-sets-")


def check(name, got, want=True):
    global passed, failed
    if got == want:
        passed += 1
    else:
        failed += 1
        print(f"FAIL {name}: {got!r}, expected {want!r}")


def loop(label, pages, rounds, first=0):
    """Writes to each of so many pages, again and again: 5 instructions a page, and 7 a round."""
    return f"""
 li s0, {rounds}
{label}1: li t0, {first * 4096}
 add t0, t0, s1
 li t1, {pages * 4096}
 add t1, t1, t0
 li t2, 4096
{label}2: lw t3, 0(t0)
 addi t3, t3, 1
 sw t3, 0(t0)
 add t0, t0, t2
 bltu t0, t1, {label}2
 addi s0, s0, -1
 bnez s0, {label}1
"""


def program(name, pages, *loops, **more):
    body = "".join(loop("abcdefg"[i], *how) for i, how in enumerate(loops))
    return dict(name=name, **more, asm=f"""_start: li a0, 0
 li a1, {pages * 4096}
 li a2, 3
 li a3, 0x22
 li a4, -1
 li a5, 0
 li a7, 222
 ecall
 mv s1, a0
{body} li a0, 0
 li a7, 93
 ecall
""")


def run(processes, frames, *options, **kernel):
    w = {"ossim": 1, "processes": processes, "name": "sets",
         "machine": {"memory": {"frames": frames}, "swap": {"frames": 1000, "latency": 0.1}},
         "kernel": {"scheduler": "rr:quantum=1", **kernel}}
    done = subprocess.run(["./ossim", "run", "/dev/stdin", "--json", "-", "--audit", *options],
                          input=json.dumps(w), capture_output=True, text=True, timeout=100)
    if not done.stdout:
        print(done.stderr)
    result = json.loads(done.stdout)
    check("it ran well", (done.returncode, done.stderr), (0, ""))
    return result


def agree(m, name):
    """Tables, frames and translations speak of one memory."""
    frames = [None] * m["frames"]
    for run_of in m["map"]:
        for f in range(run_of["from"], run_of["from"] + run_of["count"]):
            check(f"{name}: a frame is in the map once", frames[f], None) if frames[f] else None
            frames[f] = run_of
    check(f"{name}: all frames are in the map", None in frames, False)
    check(f"{name}: as many are free", sum(f["use"] == "free" for f in frames), m["free"])
    pages = {(p["task"], p["page"]): p for p in m["pages"]}
    here = [p for p in m["pages"] if "frame" in p and p["page"] != 0xbffff]
    check(f"{name}: a page is in a frame of its task's", [p for p in here if (
        frames[p["frame"]]["use"], frames[p["frame"]]["task"]) != ("page", p["task"])], [])
    check(f"{name}: no frame has two of them", len({p["frame"] for p in here}), len(here))
    check(f"{name}: dirty pages are dirty frames", [p for p in here if p["bits"][0] == "D"
                                                    and not frames[p["frame"]].get("dirty")], [])
    known = [t for t in m["tlb"] if "task" in t]
    check(f"{name}: a TLB knows what tables say", [t for t in known if pages[
        t["task"], t["page"]].get("frame") != t["frame"]], [])
    check(f"{name}: and only what was accessed", [t for t in known if "A" not in pages[
        t["task"], t["page"]]["bits"]], [])
    return here, known


def over_time():
    events = os.path.join(work, "events")
    r = run([program("A", 40, (30, 200000))], 1000, "--events", events, "--plot", work)
    over, faults = r["memory"]["over_time"], r["summary"]["page_faults"]
    # 30 pages and one of text in each window of 10 ms of its own that is over, and in the first one the
    # page of the stack that the loader writes to.
    own = [(own_time(events, "A", s["at"]) / 10, s["working_set"]) for s in over[:-1]]
    check("working set, by hand", {(int(at), n) for at, n in own if round(at, 5) % 1 or not at},
          {(0, 0), (1, 32), (2, 31), (3, 31)})
    # Three windows, and a last one that begins with the end of the loop in sight.
    check("its mean", 31 <= r["tasks"][0]["working_set"] <= 32)
    check("faults over time are all faults", (sum(s["minor"] for s in over),
                                              sum(s["major"] for s in over)),
          (faults["minor"], faults["major"]))
    said = [json.loads(l) for l in open(events)]
    for s in over:
        until = sum(e["event"] == "page_fault" and e["at"] <= s["at"] for e in said)
        have = sum(x["minor"] + x["major"] for x in over if x["at"] <= s["at"])
        if abs(until - have) > 1:       # the sample may be taken within an instant
            check(f"faults up to {s['at']}", have, until)
    rows = list(csv.DictReader(open(os.path.join(work, "sets-faults.csv"))))
    width = float(rows[1]["ms"]) - float(rows[0]["ms"])
    check("so does the figure", round(sum(float(x["minor"]) + float(x["major"])
                                          for x in rows) * width), sum(faults.values()))
    sets = list(csv.DictReader(open(os.path.join(work, "sets-working-sets.csv"))))
    check("and working sets", [int(x["working_set"]) for x in sets],
          [s["working_set"] for s in over])


def own_time(events, task, at):
    """CPU time that the task has had by then."""
    ran, since = 0, None
    for e in map(json.loads, open(events)):
        if e["at"] <= at and e.get("task") == task and e["event"] in ("dispatch", "desched"):
            ran += e.get("ran", 0)
            since = e["at"] if e["event"] == "dispatch" else None
    return ran + (at - since if since is not None else 0)


def waiting():
    """It loops over 30 pages for 6 ms of its own, waits for 50, and goes on for 19: its first
    window is not over while it waits, and nothing of what it uses is put out. Beside a program
    that computes it is the same; that one has a clock of its own."""
    def waits(*after):
        p = program("A", 40, (30, 40000))
        p["asm"] = p["asm"].replace(" li a0, 0\n li a7, 93", """ li a0, 0
 li a1, 0
 la a2, long
 li a3, 0
 li a7, 407
 ecall
""" + loop("again", *after) + """ li a0, 0
 li a7, 93""") + ".data\nlong: .word 0, 0, 50000000, 0\n"
        return p
    events = os.path.join(work, "events")
    for others in ([], [program("B", 40, (5, 500000))]):
        r = run([waits(30, 120000), *others], 1000, "--events", events, allocation="working-set:window=10")
        out = [e for e in map(json.loads, open(events)) if e["event"] == "evict" and e["task"] == "A"]
        # In the second window nobody uses the stack, which the loader wrote to, nor the time.
        check("what waits forgets nothing", [(e["page"], round(own_time(events, "A", e["at"])))
                                             for e in out], [("0xbfffe000", 20), ("0x11000", 20)])


def looks():
    two = [program(n, 30, (24, 100000)) for n in "AB"]
    here, known = agree(run(two, 1000, "--until", "3", "--plot", work)["memory"], "plenty")
    check("all is here, and translations are", (len(here) > 50, len(known) > 20), (True, True))
    pages = list(csv.DictReader(open(os.path.join(work, "sets-pages.csv"))))
    check("the figure has those pages", sum(p["here"] == "1" for p in pages), len(here) + 2)
    r = run(two, 45, "--until", "12")["memory"]
    agree(r, "tight")
    check("some are out", any("slot" in p for p in r["pages"]))


def allocation():
    body = program("A", 50, (40, 1), (10, 400000), (1, 1, 45), (10, 100000))
    resident = {}
    for how in ("global", "working-set:window=10", "pff:low=5:high=1"):
        r = run([body], 1000, "--until", "24", allocation=how)
        resident[how.split(":")[0]] = r["memory"]["over_time"][-1]["resident"]
    # 10 of the loop, the text and the way back from signals; by frequency also the page whose
    # fault let the others go, and the last one before it.
    check("resident sets", (resident["global"] >= 43, resident["working-set"], resident["pff"]),
          (True, 13, 14))
    # Of 60 frames two thirds for the one that is twice as large: .bss counts.
    def sized(name, pages):
        p = program(name, 60, (60, 40))
        p["asm"] += f".bss\n.space {pages * 4096}\n"
        return p
    r = run([sized("A", 39), sized("B", 18)], 60, "--until", "25", allocation="proportional")
    most = {t["name"]: t["resident"] for t in r["tasks"]}
    check("shares in proportion", 1.5 < most["A"] / most["B"] < 2.6)


def control():
    events = os.path.join(work, "events")
    four = [program(n, 24, (24, 20000)) for n in "ABCD"]
    free = run(four, 60)
    kept = run(four, 60, "--events", events, load_control="suspend")
    check("all come to an end", [t["exit_code"] for t in free["tasks"] + kept["tasks"]], [0] * 8)
    check("fewer faults", kept["summary"]["page_faults"]["major"] * 2 <=
          free["summary"]["page_faults"]["major"])
    said = [json.loads(l) for l in open(events)]
    turns = [(e["event"], e["task"]) for e in said if e["event"] in ("suspend", "resume")]
    check("in the stream, out and in again", len(turns) >= 2 and [k for k, _ in turns] ==
          ["suspend", "resume"] * (len(turns) // 2) and turns[0][1] == turns[1][1])
    check("and counted", kept["summary"]["suspensions"], len(turns) // 2)
    out = next(e["at"] for e in said if e["event"] == "suspend")
    back = next(e["at"] for e in said if e["event"] == "resume")
    check("it does not run meanwhile", [e for e in said if e["event"] == "desched" and e["task"]
                                        == turns[0][1] and out + 1.5 < e["at"] < back], [])
    check("samples show it", any(s["suspended"] for s in kept["memory"]["over_time"]))
    # Five of 32 pages in 60 frames: one fits. That it waits for its pages, and nobody runs, is no
    # reason to fetch another, however short the windows are.
    for allocation in ("global", "pff", "working-set:window=1"):
        r = run([program("A", 32, (30, 1000), count=5)], 60, "--cpus", "4", load_control="suspend",
                allocation=allocation)
        check(f"one at a time, {allocation}", (r["summary"]["suspensions"] <= 5, r["end_time"] < 60),
              (True, True))


def bursts(name, *steps, **more):
    return dict(name=name, bursts=list(steps), **more)


def loops(pages, count):
    return {"touch": {"loop": pages}, "count": count, "each": 0.02, "write": True}


def out_and_back():
    """Two of 30 pages in 40 frames: the newer one leaves. It comes back when the other cannot
    run, which then leaves, and is not put out when the other has ended before it could be."""
    new = loops(30, 9000)
    for what, old, newer in (
            ("waits for its lock", [loops(30, 3000), {"lock": "L"}, loops(30, 300)],
             [{"lock": "L"}, new, {"unlock": "L"}]),
            ("sleeps", [loops(30, 3000), {"sleep": 5000}, loops(30, 300)], [new]),
            ("ends", [loops(30, 2000)], [new])):
        if "lock" in what:
            old.append({"unlock": "L"})
        r = run([bursts("old", *old), bursts("new", *newer, arrival=1)], 40, replacement="lru",
                load_control="suspend", scheduler="rr:quantum=1")
        by = {t["name"]: t["finish"] for t in r["tasks"]}
        check(f"the old one {what}: both end", None not in by.values())
        check(f"the old one {what}: at once", by["new"] and by["new"] < 1300)
        check(f"the old one {what}: no to and fro", 1 <= r["summary"]["suspensions"] <= 2)
        last = r["memory"]["over_time"][-1]
        check("who has ended uses nothing", (last["working_set"], last["resident"]), (0, 0))
        check("a window that is not over is not in the mean",
              [t["working_set"] for t in r["tasks"]], [30, 30])
    # Marked while it waits for a page, and then alone: it stays.
    task = bursts("t", {"touch": {"phases": [[14, 300], [10, 300]]}, "count": 600, "each": 0.02,
                        "write": True}, {"cpu": 2}, loops(8, 50),
                  count=6, arrival={"uniform": [0, 5]})
    for seed in range(8):
        r = run([task], 48, "--seed", str(seed), "--set", "machine.swap.latency=5",
                load_control="suspend", scheduler="rr",
                replacement="lru", allocation="working-set:window=5")
        check(f"six, seed {seed}: all end", r["summary"]["finished"], 6)


def scans():
    """Ten pages all the time, and a hundred one after the other: who ages pages by the clock
    keeps the ten, who does not look loses them."""
    body = []
    for i in range(12):
        body += [(10, 600), (12, 1, 10 + 12 * i)]
    text = "".join(loop(f"l{i}x", *how) for i, how in enumerate(body))
    p = program("A", 200)
    p["asm"] = p["asm"].replace(" li a0, 0\n li a7, 93", text + " li a0, 0\n li a7, 93")
    majors = {}
    for policy in ("fifo", "aging:interval=0.01", "nru:interval=0.01", "clock"):
        majors[policy[:5]] = run([p], 32, replacement=policy)["summary"]["page_faults"]["major"]
    check("who looks in time keeps them", majors["aging"] * 2 < majors["fifo"])
    lazy = run([p], 32, replacement="aging:interval=1000")["summary"]["page_faults"]["major"]
    check("who looks too seldom does not", majors["aging"] < lazy)


over_time()
waiting()
looks()
allocation()
control()
out_and_back()
scans()
shutil.rmtree(work)
print(f"sets: {passed} passed, {failed} failed")
sys.exit(failed > 0)
