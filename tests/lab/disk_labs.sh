#!/bin/bash
# disk_labs.sh - what the `about` of each lab of disks, and its line in workloads/README.md, says
# in numbers: each is worked out by running it as it says, and looked for in the text.
cd "$(dirname "$0")/../.." || exit 1
exec python3 - <<'END'
import json, os, re, subprocess, sys, tempfile

passed, failures = 0, []
table = open("workloads/README.md").read()


def run(name, *sets, more=()):
    args = [a for s in sets for a in ("--set", s)]
    p = subprocess.run(["./ossim", "run", "workloads/%s.json" % name, *args, *more, "--json", "-"],
                       capture_output=True, text=True)
    if p.returncode:
        sys.exit("FAIL %s %s: %s" % (name, sets, p.stderr))
    return json.loads(p.stdout)


def about(name):
    return json.load(open("workloads/%s.json" % name))["about"]


def line(name):
    return re.search(r"^\| `%s` .*$" % re.escape(name), table, re.M)[0]


def says(name, text, want):
    global passed
    if want in text:
        passed += 1
    else:
        failures.append("%s does not say \"%s\": %s" % (name, want, text))


def finish(r, name, field="finish"):
    return max(t[field] for t in r["tasks"] if t["name"].split("-")[0] == name)


def thousands(n):
    return "{:,.0f}".format(n)


def span(r):
    return r["summary"]["makespan"] / 1000


name = "disk-readers"
look, satf = run(name), run(name, "machine.disk.scheduler=satf")
deep, sstf = run(name, "machine.disk.depth=16"), run(name, "machine.disk.scheduler=sstf")
says(name, line(name), "done in %.1f s instead of %.1f" % (span(satf), span(look)))
moved = [r["summary"]["disk_seek_cylinders"] for r in (look, satf, sstf)]
says(name, line(name), "moves the arm %.1f times as far" % (moved[1] / moved[0]))
says(name, about(name), "%.1f of %.1f ms" % (look["disk"]["rotation"] / 1600, span(look) / 1.6))
if not (moved[0] == min(moved) and span(satf) < span(sstf) < span(look) and span(deep) == span(satf)):
    failures.append(name + ": another order")

name = "disk-starvation"
sstf, look, fcfs = (run(name, "machine.disk.scheduler=" + s) for s in ("sstf", "look", "fcfs"))
says(name, line(name), "at %s ms, and at %s" % (thousands(finish(sstf, "edge")), finish(look, "edge")))
moved = [r["summary"]["disk_seek_cylinders"] for r in (fcfs, sstf, look)]
if not (moved[1] < moved[0] / 2 and moved[2] < moved[0] / 2
        and finish(sstf, "edge") == sstf["summary"]["makespan"]):
    failures.append(name + ": another order")

name = "fsync-stall"
editor = [finish(r, "editor", "turnaround") for r in (
    run(name), run(name, "processes.0.bursts.0.repeat=1"), run(name, "kernel.fs.journal=none"),
    run(name, "kernel.fs.journal=data"))]
says(name, about(name), "takes %.0f ms, not the %.0f that" % tuple(editor[:2]))
says(name, about(name), "it takes %.0f, with data" % editor[2])
says(name, about(name), "the log as well, %.0f." % editor[3])

name = "fsync"
none, ordered = run(name), run(name, "kernel.fs.journal=ordered")
pairs = [(finish(r, "lazy"), finish(r, "careful")) for r in (none, ordered)]
says(name, about(name), "done after %.0f ms" % pairs[0][0])
says(name, about(name), "goes on and takes %.0f." % pairs[0][1])
says(name, about(name), "needs %.0f and careful %.0f" % pairs[1])
says(name, line(name), "%.0f ms lazily, %.0f ms with" % pairs[0])

name = "journal-modes"
modes = [run(name, "kernel.fs.journal=" + m) for m in ("none", "ordered", "data")]
spans = tuple(r["summary"]["makespan"] for r in modes)
says(name, about(name), "%.0f, %.0f and %.0f ms" % spans)
says(name, line(name), "%.0f, %.0f and %.0f ms" % spans)
says(name, about(name), "%.0f, %.0f, %.0f ms)" % tuple(r["disk"]["rotation"] for r in modes))
says(name, line(name), "%d, %d, %d |" % tuple(r["file_system"]["blocks_written"] for r in modes))
cut = 'events=[{"at": 100, "fault": {"disk": "power-cut"}}]'
says(name, about(name), cut)
with tempfile.TemporaryDirectory() as dir:
    status = []
    for m in ("none", "ordered", "data"):
        image = os.path.join(dir, m)
        run(name, "kernel.fs.journal=" + m, cut, more=("--disk-out", image))
        status.append(subprocess.run(["./ossim", "disk", "fsck", image], capture_output=True).returncode)
    if status != [4, 0, 0]:
        failures.append("%s: fsck %s" % (name, status))

name = "ssd-amplification"
order = re.search(r"processes\.1\.bursts=\S.*?(?='\))", about(name))[0]
small, large, inorder = run(name), run(name, "machine.disk.spare=0.28"), run(name, order)
wa = [r["summary"]["write_amplification"] for r in (small, large, inorder)]
says(name, about(name), "write_amplification: %.1f," % wa[0])
says(name, about(name), "(%.1f s in all" % (finish(small, "update") / 1000 - 2))
says(name, about(name), "falls to %.1f, and the updates to %.1f s" % (wa[1], finish(large, "update") / 1000 - 2))
says(name, about(name), "and it is %g." % wa[2])
says(name, line(name), "%.1f and %.1f" % tuple(wa[:2]))

name = "raid5-small-writes"
spans = [span(run(name, *("machine.disk." + s for s in sets))) for sets in (
    (), ("raid=0",), ("raid=1", "of=2"), ("failed=1",), ("failed=1", "rebuild=true"))]
says(name, about(name), "the makespan, %.1f s" % spans[0])
for words, s in zip(("raid=0:", "of=2:", "failed=1:", "rebuild=true:"), spans[1:]):
    says(name, about(name), "%s %.1f s" % (words, s))
says(name, line(name), "%.1f s striped, %.1f s with parity" % (spans[1], spans[0]))

name = "cache-size"
misses = [thousands(run(name, "kernel.cache.blocks=%d" % b)["summary"]["cache_misses"])
          for b in (96, 128, 192, 512)]
says(name, line(name), "`cache_misses` %s, %s, %s, %s:" % tuple(misses))

name = "copy-and-batch"
runs = [run(name, more=("--sched", s)) for s in ("fcfs", "rr:quantum=20", "mlfq", "fair")]
copies = tuple(finish(r, "copier") for r in runs)
says(name, about(name), "takes %.0f, %.0f and %.0f ms" % copies[:3])
says(name, line(name), "at %.0f, %.0f, %.0f and %.0f ms" % copies)
copier = next(t for t in runs[2]["tasks"] if t["name"] == "copier")
says(name, about(name), "computes %.0f, waits %.0f for the disk and %.0f for"
     % (copier["cpu"], copier["blocked"], copier["waiting"]))
says(name, line(name), "loses %.0f ms of 400" % (finish(runs[2], "batch") - 400))

for f in failures:
    print("FAIL disk_labs: " + f)
print("disk_labs: %d passed, %d failed" % (passed, len(failures)))
sys.exit(bool(failures))
END
