#!/usr/bin/env python3
"""Random machines with drives, files, processes in steps and faults. [FIRST] [COUNT]

What must hold of each, by an account of its own of what the steps do:
- it runs to its end, and the books balance (--audit);
- a file is as long as its process, the only one to write it, made it; after a power cut with a
  journal too, if that process had ended before, with a sync;
- what is left on the disk is clean, for e2fsck and for our fsck, unless the power went without
  a journal, or a drive lost a write: then both find faults or neither does, and what our fsck
  repairs e2fsck calls clean.
"""
import json
import os
import random
import shutil
from seeds import OSSIM, e2fsck, main, run

PLAIN = ["textbook", "fixed", "hdd", "hp-97560", "ssd", "femu"]
ARMS = "fcfs sstf scan c-scan look c-look satf deadline fair".split()
LOSES = {"lost-write", "bad-sector"}


def machine(r):
    model = r.choice(PLAIN + [{"raid": r.choice([0, 1]), "of": 2, "drive": r.choice(PLAIN[1:])},
                              {"raid": 5, "of": r.choice([3, 4]), "drive": r.choice(PLAIN[1:])}])
    disk = {"model": model, "scheduler": r.choice(ARMS), "size": r.choice(["8MiB", "16MiB", "64MiB"])}
    if model == "textbook":
        disk["cylinders"] = r.choice([200, 1024, 4096])
    kernel = {"files": {"/a": "hello\n", "/d/e": "x" * r.randrange(20000)},
              "fs": {"block": r.choice([1024, 2048, 4096]),
                     "journal": r.choice(["none", "ordered", "data"])},
              "cache": {"blocks": r.choice([96, 128, 256, 1000]),
                        "replacement": r.choice(["lru", "clock", "fifo", "two-list", "arc"]),
                        "write_back": r.choice([5000, 100, 1]), "read_ahead": r.choice([0, 4, 16])}}
    return {"ossim": 1, "seed": r.randrange(1000),
            "machine": {"cpus": r.choice([1, 1, 2]), "disk": disk}, "kernel": kernel}


def process(r, p):
    """Steps of one process on two files of its own."""
    steps = []
    for _ in range(r.randrange(1, 14)):
        name = f"/p{p}.{r.randrange(2)}"
        steps.append(r.choice([
            {"cpu": r.choice([0.2, 1, 3])},
            {"file": {"append": name, "bytes": r.randrange(1, 40000)}},
            {"file": {"write": name, "bytes": r.randrange(1, 9000), "at": r.randrange(300000)}},
            {"file": {"read": r.choice(["/a", "/d/e"]), "bytes": r.randrange(1, 20000)}},
            {"file": {"sync": name}},
            {"file": {"unlink": name}},
            {"disk": {"read": r.randrange(2000), "blocks": r.randrange(1, 9)}}]))
    if r.random() < 0.6:
        steps += [{"file": {"sync": f"/p{p}.{i}"}} for i in range(2)]
    return {"name": f"p{p}", "arrival": r.randrange(20), "bursts": steps}


def faults(r):
    kinds = r.choice([[], [], ["power-cut"], ["torn"], ["power-cut", "torn"], ["slow"],
                      ["slow", "power-cut"], ["lost-write"], ["bad-sector"]])
    out = []
    for kind in kinds:
        f = {"disk": kind}
        if kind in LOSES and (kind == "bad-sector" or r.random() < 0.5):
            f["block"] = r.randrange(1000)
        elif kind not in LOSES and r.random() < 0.6:
            f["for"] = r.choice([1, 10, 25])
        # whole milliseconds meet arrivals, others meet what is under way
        at = r.choice([r.randrange(12), r.randrange(80), r.randrange(300)])
        out.append({"at": at if r.random() < 0.5 else round(at + r.random(), 4), "fault": f})
    return out


def sizes_after(processes):
    """How long their files are when nothing is lost: each ran its steps in order."""
    size = {}
    for p in processes:
        for s in p["bursts"]:
            f = s.get("file", {})
            if "append" in f:
                size[f["append"]] = size.get(f["append"], 0) + f["bytes"]
            elif "write" in f:
                size[f["write"]] = max(size.get(f["write"], 0), f["at"] + f["bytes"])
            elif "unlink" in f:
                size.pop(f["unlink"], None)
    return size


def sizes_on(image):
    r = run(OSSIM, "disk", "ls", "-l", image, "/", text=True)
    out = {}
    for line in r.stdout.splitlines():
        word = line.split()
        if word and word[-1].startswith("p"):
            out["/" + word[-1]] = int(word[5])
    return out


def synced(w, results):
    """The processes that had ended, with a sync, when the power first went."""
    with open(results) as f:
        r = json.load(f)
    first = min((c["at"] for c in r.get("power_cuts", [])), default=float("inf"))
    ended = {t["name"] for t in r["tasks"] if t["finish"] is not None and t["finish"] < first}
    return [p for p in w["processes"] if p["name"] in ended and len(p["bursts"]) > 1
            and all("sync" in s.get("file", {}) for s in p["bursts"][-2:])]


def judge(w, image, results):
    """What is wrong with what is left on the disk; None: nothing."""
    kinds = {e["fault"]["disk"] for e in w.get("events", [])}
    cut = kinds & {"power-cut", "torn"}
    ours = run(OSSIM, "disk", "fsck", image, text=True)
    shutil.copy(image, image + ".replayed")
    if w["kernel"]["fs"]["journal"] != "none":      # with -n it would not be replayed
        run("e2fsck", "-p", "-E", "journal_only", image + ".replayed")
    theirs = e2fsck(image + ".replayed")
    if bool(theirs) != (ours.returncode != 0):
        return f"e2fsck: {theirs}\nours: {ours.returncode} {ours.stdout}{ours.stderr}"
    if theirs and not kinds & LOSES and not (cut and w["kernel"]["fs"]["journal"] == "none"):
        return "not clean: " + theirs
    if theirs:
        ours = run(OSSIM, "disk", "fsck", "--repair", image, text=True)
        theirs = e2fsck(image)
        no_copy = ours.returncode in (2, 4) and "Bad magic" in theirs   # the only superblock is gone
        if theirs and not no_copy:
            return "not clean after our repair: " + theirs
    found = sizes_on(image)
    if not kinds - {"slow"} and found != sizes_after(w["processes"]):
        return f"files: {found}, not {sizes_after(w['processes'])}"
    if cut and not kinds & LOSES and w["kernel"]["fs"]["journal"] != "none":
        want = sizes_after(synced(w, results))
        if not want.items() <= found.items():
            return f"files: {found}, and synced were {want}"
    return None


def try_one(seed, d):
    r = random.Random(seed)
    w = machine(r)
    w["processes"] = [process(r, p) for p in range(r.randrange(1, 5))]
    w["events"] = faults(r)
    path, image, results = (os.path.join(d, n) for n in ("w.json", "out.img", "out.json"))
    with open(path, "w") as f:
        json.dump(w, f)
    if os.path.exists(image):
        os.remove(image)
    done = run(OSSIM, "run", path, "--quiet", "--audit", "--disk-out", image, "--json", results, text=True)
    stays = "could not be unmounted" in done.stderr and any(
        e["fault"]["disk"] == "bad-sector" or w["kernel"]["fs"]["journal"] == "none"
        for e in w["events"])
    if done.returncode and not stays:
        return w, f"exit status {done.returncode}: {done.stderr}"
    return w, judge(w, image, results)


def show(w, what):
    return (f"{json.dumps(w['machine'])} {json.dumps(w['kernel']['fs'])} "
            f"{json.dumps(w['kernel']['cache'])} {json.dumps(w['events'])}\n{what}")


if __name__ == "__main__":
    main("random machines with files", 24, try_one, show)
