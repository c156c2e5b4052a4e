#!/usr/bin/env python3
"""What the labs of memory show is so: the order of two loops, the reach of a TLB, what a fork
copies, who is interrupted; and replacement policies over sizes of memory, as table and curve."""
import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
passed = failed = 0


def check(name, got, want=True):
    global passed, failed
    if got == want:
        passed += 1
    else:
        failed += 1
        print(f"FAIL {name}: {got!r}, expected {want!r}")


def ossim(*args):
    return subprocess.run([str(ROOT / "ossim"), *args], cwd=ROOT, capture_output=True, text=True,
                          timeout=100)


def run(lab, *args):
    done = ossim("run", f"workloads/{lab}.json", "--json", "-", *args)
    if done.returncode:
        print(done.stderr)
    return json.loads(done.stdout)


def argument(i, value):
    return "--set", f'processes[0].args[{i}]="{value}"'


def locality():
    rows, columns = run("locality")["tasks"]
    pages = 256 * 256 * 4 // 4096
    check("rows need each page once, about", rows["page_faults"]["major"] < 2 * pages)
    # Each column needs all pages, and has lost each before it comes to it again.
    check("columns lose each page",
          pages * 256 <= columns["page_faults"]["major"] < pages * 256 * 1.1)
    check("columns wait for it", columns["turnaround"] > 50 * rows["turnaround"])
    rows, columns = run("locality", "--frames", "128")["tasks"]
    check("with memory enough, hardly", columns["page_faults"], rows["page_faults"])


def reach():
    few, many = (run("tlb-reach", *argument(0, n)) for n in (32, 128))
    check("within reach, once a page", few["summary"]["tlb_misses"] < 100)
    check("beyond, at every touch", many["summary"]["tlb_misses"] >= 128 * 200)
    check("and that is what it costs",
          many["end_time"] - many["summary"]["tlb_misses"] * 0.06 < 6 * few["end_time"])
    larger = run("tlb-reach", *argument(0, 128), "--set", "machine.memory.tlb.entries=256")
    check("a larger TLB reaches", larger["summary"]["tlb_misses"] < 1000)


def forks():
    copies = {}
    for cow in ("true", "false"):
        for writes in (2, 200):
            r = run("copy-on-write", *argument(2, writes), "--set", f"kernel.copy_on_write={cow}")
            copies[cow, writes] = r["summary"]["cow_copies"], r["end_time"]
            check(f"{cow}, {writes}: every child saw what it should", r["tasks"][0]["exit_code"], 0)
    check("few are copied", 10 * 2 <= copies["true", 2][0] <= 10 * 6)
    check("or all", copies["false", 2][0] >= 10 * 200)
    check("who writes to all has them all copied", copies["true", 200][0] >= 10 * 200)
    check("time", copies["true", 2][1] * 2 < copies["false", 2][1])
    check("what is put off is paid", copies["true", 200][1] * 1.1 > copies["false", 200][1])


def shootdowns():
    base = run("shootdown")
    check("each of three, each time", 150 <= base["summary"]["shootdowns"] <= 160)
    free = run("shootdown", "--set", "machine.costs.shootdown=0")
    check("as often when it is free", free["summary"]["shootdowns"] >= 150)
    # The first thread waits for the others at each of 50 changes, 2 us each.
    check("what it costs", base["end_time"] - free["end_time"] >= 50 * 2 * 0.9)
    check("nobody else, nobody is told", run("shootdown", "--cpus", "1")["summary"]["shootdowns"], 0)
    more = run("shootdown", "--cpus", "8", *argument(0, 7))
    check("seven others", 350 <= more["summary"]["shootdowns"] <= 370)


def compared():
    with tempfile.TemporaryDirectory() as folder:
        done = ossim("compare", "workloads/thrashing.json", "--replacement", "lru,clock,fifo",
                     "--frames", "16..64+24", "--plot", folder, "--json", f"{folder}/c.json")
        check(f"compare: {done.stderr}", done.returncode, 0)
        lines = [line.split() for line in done.stdout.splitlines()]
        check("a line a size", [x[0] for x in lines if x and x[0].isdigit()], ["16", "40", "64"])
        check("a column a policy", lines[1], ["frames", "lru", "clock", "fifo"])
        csv = (pathlib.Path(folder) / "thrashing-faults.csv").read_text().splitlines()
        check("points", len(csv), 1 + 9)
        for line in csv[1:]:
            policy, label, frames, faults = line.split(",")
            r = run("thrashing", "--replacement", label.strip('"'), "--frames", frames)
            check(f"{label} {frames}", r["summary"]["page_faults"]["major"], float(faults))
        check("figures", sorted(p.suffix for p in pathlib.Path(folder).glob("thrashing-faults.*")),
              [".csv", ".png", ".svg"])
    for bad in (["--frames", "0..4"], ["--frames", "8..4"], ["--replacement", "lru,,fifo"],
                ["--replacement", "lru,nope"], ["--replacement", "lru,fifo", "--sched", "rr,fcfs"]):
        check(f"refused {bad}", ossim("compare", "workloads/bully.json", *bad).returncode, 2)


WS = "ws: kernel.allocation=working-set; kernel.load_control=suspend"
PFF = "pff: kernel.allocation=pff:low=60:high=20;kernel.load_control=suspend"

DEFAULT = "default: kernel.allocation=pff; kernel.load_control=suspend"


def points(folder, name):
    lines = (pathlib.Path(folder) / f"{name}.csv").read_text().splitlines()
    found = {}
    for line in lines[1:]:
        _, label, x, y = line.split(",")
        found.setdefault(label.strip('"'), {})[int(x)] = float(y)
    return lines[0], found


def swept():
    with tempfile.TemporaryDirectory() as folder:
        done = ossim("compare", "workloads/thrashing.json", "--vary", "processes[0].count=2,4,5,8,12",
                     "--curve", "off", "--curve", WS, "--curve", PFF, "--curve", DEFAULT, "--plot", folder)
        check("thrashing", (done.returncode, done.stderr), (0, ""))
        head, curves = points(folder, "thrashing-cpu_user")
        check("its head", head, "curve,label,processes[0].count,cpu_user")
        check("its curves", {name: sorted(c) for name, c in curves.items()},
              dict.fromkeys(("off", "ws", "pff", "default"), [2, 4, 5, 8, 12]))
        off = curves["off"]
        check("a peak and a collapse", off[2] < off[4] > 0.95 and off[4] > 2 * off[8] > 20 * off[12])
        # The fifth finds no room, and waits until one is done: no collapse, whatever bounds pff has.
        check("one too many", [n for n in ("ws", "pff", "default") if curves[n][5] < 0.6], [])
        check("control keeps it up", [n for n in ("ws", "pff", "default") if min(curves[n][8], curves[n][12]) < 0.9], [])
        one = run("thrashing", "--set", "processes[0].count=8", "--set", "kernel.load_control=suspend",
                  "--allocation", "working-set")["summary"]["cpu_user"]
        check("as a run alone", abs(one - curves["ws"][8]) < 1e-5)
        done = ossim("compare", "workloads/tlb-reach.json", "--vary", 'processes[0].args[0]="48..96*2"',
                     "--curve", "64 entries", "--curve", "128: machine.memory.tlb.entries=128",
                     "--plot", folder)
        check("reach", (done.returncode, done.stderr), (0, ""))
        check("a table a metric", [l.split()[1] for l in done.stdout.splitlines() if " by " in l],
              ["tlb_misses", "turnaround,"])
        _, misses = points(folder, "tlb-reach-tlb_misses")
        check("its knee", (misses["64 entries"][48] < 150, misses["64 entries"][96] > 15000,
                           misses["128"][96] < 300), (True, True, True))
        check("its figures", sorted(p.name for p in pathlib.Path(folder).glob("*.png")),
              ["thrashing-cpu_user.png", "tlb-reach-tlb_misses.png", "tlb-reach-turnaround.png"])
    for bad in ("x", "machine.cpus=4..1", "machine.cpus=1..4*1", "machine.cpus=a", "machine.cpus=1,,2",
                "machine.cpus=1..100", "machine.cpus=0..1", "nope.x=1,2", "machine.cpus=1..2+",
                "machine.cpus=1..2 "):
        check(f"refused {bad}", ossim("compare", "workloads/bully.json", "--vary", bad).returncode, 2)
    for bad in (["--curve", "a"], ["--vary", "machine.cpus=1,2", "--curve", "=3"],
                ["--vary", "machine.cpus=1,2", "--curve", "a: b"],
                ["--vary", "machine.cpus=1,2", "--curve", "a", "--replacement", "lru,fifo"],
                ["--vary", "machine.cpus=1,2", "--frames", "8,16"]):
        check(f"refused {bad}", ossim("compare", "workloads/bully.json", *bad).returncode, 2)


def main():
    swept()
    locality()
    reach()
    forks()
    shootdowns()
    compared()
    print(f"labs: {passed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
