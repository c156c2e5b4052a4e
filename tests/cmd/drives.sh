#!/bin/bash
# drives.sh - "machine.disk" as a user writes it: parameters that cannot be, each named at its
# place, and times worked out by hand.
cd "$(dirname "$0")/../.." || exit 1
exec python3 - <<'END'
import json, os, re, subprocess, sys, tempfile

dir = tempfile.mkdtemp()
path = os.path.join(dir, "w.json")
passed, failures = 0, []


def ossim(disk, processes, **more):
    json.dump({"ossim": 1, "machine": {"disk": disk}, "processes": processes, **more},
              open(path, "w"))
    return subprocess.run(["./ossim", "run", path, "--json", "-", "--audit"],
                          capture_output=True, text=True)


def expect(what, good):
    global passed
    passed += good
    if not good:
        failures.append(what)


def reads(*blocks):
    return [{"name": str(i), "bursts": [{"disk": {"read": b}}]} for i, b in enumerate(blocks)]


# --- what no drive has, or what does not go together: the key is named, the status is 2 ---

def refuse(words, key, disk):
    p = ossim(disk, reads(0))
    good = (p.returncode == 2 and words in p.stderr
            and re.match(re.escape(path) + r":1:\d+: error: /machine/disk%s: " % key, p.stderr))
    expect("%s: %d %s" % (disk, p.returncode, p.stderr.strip()), bool(good))


refuse("round before that", "/phase", {"model": "hdd", "rpm": 6000, "phase": 10})
refuse("longer than an outer", "", {"model": "hdd", "outer": 10, "inner": 11})
refuse("more zones", "", {"model": "hdd", "cylinders": 10, "zones": 11})
refuse("no cylinder 40", "/head", {"model": "textbook", "cylinders": 40, "head": 40})
refuse("revolution beside it", "/rpm", {"model": "hdd", "rpm": 6000, "revolution": 10})
refuse("fewer sectors", "/size", {"model": "textbook", "cylinders": 40, "size": 512})
refuse("lost its data", "/failed", {"raid": 0, "of": 2, "failed": 1})
refuse("no drive is missing", "/rebuild", {"raid": 5, "of": 4, "rebuild": True})
refuse("3 to 16", "/of", {"raid": 5, "of": 2})
refuse("smaller than a chunk", "", {"raid": 0, "of": 2, "drive": {"model": "fixed", "size": 512}})
refuse("unknown key", "/rpm", {"model": "ssd", "rpm": 6000})
# A sum over all its cylinders would not fit.
for model, key in (("textbook", "per_cylinder"), ("hdd", "seek_per"), ("hdd", "seek_root"),
                   ("hdd", "revolution"), ("hdd", "bus_sector"), ("ssd", "program")):
    refuse("too long for a drive", "/" + key, {"model": model, key: "100s"})

# --- times by hand ---

def finishes(disk, processes, **more):
    p = ossim(disk, processes, **more)
    if p.returncode:
        return p.stderr
    return [t["finish"] for t in json.loads(p.stdout)["tasks"]]


def takes(want, disk, processes, **more):
    got = finishes(disk, processes, **more)
    expect("%s %s: %s, not %s" % (disk, more, got, want), got == want)


# The longest that is taken: the root of 3,999,999 is 1999.99975, so 199,999.975 s.
got = finishes({"model": "hdd", "cylinders": 4000000, "surfaces": 1, "zones": 1, "outer": 2,
                "inner": 2, "revolution": "1ns", "seek_root": "99s", "seek_base": 0,
                "knee": 4000000, "buffer": 0}, reads(3999999))
expect("a long seek: %s" % got, not isinstance(got, str) and abs(got[0] - 99000 * 3999999 ** .5) < 1)
# Without a track buffer the same block is there again a revolution later; with one of 8
# sectors it takes the bus alone.
drive = {"model": "hdd", "cylinders": 1, "surfaces": 1, "zones": 1, "outer": 10, "inner": 10,
         "revolution": 10, "merge": False}
twice = [{"bursts": [{"disk": {"read": 1}}] * 2}]
takes([14], {**drive, "buffer": 0}, twice)
takes([5], {**drive, "buffer": 4096, "bus_sector": 0.5}, twice)
takes([3], {**drive, "buffer": 0, "phase": 1}, reads(1))
# A slow drive works its queue off slowly.
slow = {"events": [{"at": 0, "fault": {"disk": "slow", "for": 150}}]}
takes([10, 20, 30], "fixed", reads(0, 9, 5))
takes([100, 200, 210], "fixed", reads(0, 9, 5), **slow)

# RAID of drives that take 10 ms each, 4 blocks a chunk. A row is 12 blocks on four drives of
# RAID 5: written whole in one go; a small write reads data and parity, then writes both; where
# the data's drive is missing, the two others are read instead, and only the parity written.
def raid(level, of, **more):
    return {"raid": level, "of": of, "chunk": 4096, "drive": {"model": "fixed", "size": "1MiB"}, **more}


def asks(*what):
    return [{"name": str(i), "bursts": [{"disk": {op: b, "blocks": n}}]}
            for i, (op, b, n) in enumerate(what)]


takes([10], raid(0, 4), asks(("read", 0, 16)))
takes([20], raid(0, 4), asks(("read", 0, 20)))
takes([10, 10, 20, 20], raid(1, 2), asks(*[("read", 4 * i, 1) for i in range(4)]))
takes([10], raid(1, 3), asks(("write", 0, 16)))
takes([10, 10, 20, 20, 30, 30], raid(1, 3, failed=1), asks(*[("read", 4 * i, 1) for i in range(6)]))
takes([20], raid(5, 4), asks(("write", 0, 1)))
takes([10], raid(5, 4), asks(("write", 12, 12)))
takes([20], raid(5, 3), asks(("write", 0, 1)))
takes([40], raid(5, 4), asks(("write", 0, 8)))
takes([20, 20], raid(5, 5), asks(("write", 0, 1), ("write", 24, 1)))
takes([10], raid(5, 4, failed=0), asks(("read", 0, 1)))
takes([20], raid(5, 4, failed=0), asks(("write", 0, 1)))
takes([20], raid(5, 4, failed=1), asks(("write", 0, 1)))
takes([10], raid(5, 4, failed=3), asks(("write", 0, 1)))
takes([10], raid(5, 4, failed=2), asks(("write", 0, 12)))

# Shares by tickets, of what goes through files too: 400, 200 and 100 of the same drive, 57
# blocks each. The first has 4/7 until it ends at about 103, the second then 2/3 until 147.
files = {"/" + n: n * 57000 for n in "abc"}
sharers = [{"name": n, "tickets": t, "bursts": [{"file": {"read": "/" + n, "bytes": 1000,
            "at": 1000 * i}} for i in range(57)]} for n, t in (("a", 400), ("b", 200), ("c", 100))]
kernel = {"files": files, "cache": {"blocks": 96, "read_ahead": 0}}
got = finishes({"model": "fixed", "latency": 1, "size": "4MiB", "scheduler": "fair"}, sharers,
               kernel=kernel)
expect("shares by tickets: %s" % got, abs(got[0] - 103) < 8 and abs(got[1] - 147) < 8)

# Each fault is in the report, by its name and place, and in the results.
for kind, more, words in (
        ("power-cut", {}, "power cut at 30 ms: 0 processes"),
        ("torn", {}, "power cut at 30 ms, writes under way torn: 0 processes"),
        ("slow", {"for": 9}, "disk fault at 30 ms: slow"), ("lost-write", {}, "fault at 30 ms: lost-write"),
        ("bad-sector", {"block": 9}, "disk fault at 30 ms: bad-sector, sector 18")):
    p = ossim({"model": "hdd", "size": "4MiB"},
              [{"bursts": [{"repeat": 5, "do": [{"file": {"append": "/f", "bytes": 3000}}, {"file": {"sync": "/f"}}]}]}],
              kernel={"files": {"/f": "x"}, "fs": {"journal": "ordered"}},
              events=[{"at": 30, "fault": {"disk": kind, **more}}])
    faults = json.loads(p.stdout)["disk"]["faults"]
    expect("%s: %s" % (kind, faults), len(faults) == 1 and (faults[0]["at"], faults[0]["kind"]) == (30, kind))
    text = subprocess.run(["./ossim", "run", path], capture_output=True, text=True).stdout
    expect("%s: no \"%s\" in %s" % (kind, words, text), words in text)

for f in failures:
    print("FAIL drives: " + f)
os.unlink(path)
os.rmdir(dir)
print("drives: %d passed, %d failed" % (passed, len(failures)))
sys.exit(bool(failures))
END
