#!/usr/bin/python3
"""Programs that swap: tests/programs/swap.c knows what is in its memory and looks all the
time; what it prints depends on its seed alone. So it must print the same in memory that
suffices, in memory with three or four frames beside the page tables, under every policy,
with read-ahead and clusters, on two harts, beside others, and when disk or swap fail
somebody else.
"""
import json, os, shutil, subprocess, sys, tempfile

passed = failed = 0
work = tempfile.mkdtemp(prefix="ossim-swap-")
elf = os.path.join(work, "swap.elf")


def check(name, got, want):
    global passed, failed
    if got == want:
        passed += 1
    else:
        failed += 1
        print(f"FAIL {name}: {got}, expected {want}")


def program(seed, rounds):
    return {"name": f"s{seed}", "program": elf, "args": [str(seed), str(rounds)]}


def run(frames, processes, policy="clock", cpus=1, swap=None, memory={}, events=[], machine={},
        options=[], **kernel):
    w = {"ossim": 1, "events": events, "processes": processes,
         "machine": {"cpus": cpus, "memory": {"frames": frames, **memory}, **machine,
                     "swap": {k: v for k, v in {"frames": 400, "latency": 0.1, **(swap or {})}.items()
                              if v is not None}},
         "kernel": {"replacement": policy, "scheduler": "rr:quantum=1", **kernel}}
    if swap == {}:
        del w["machine"]["swap"]
    out = os.path.join(work, "out.json")
    r = subprocess.run(["./ossim", "run", "/dev/stdin", "--json", out, "--audit", *options],
                       input=json.dumps(w), capture_output=True, text=True, timeout=100)
    s = json.load(open(out))
    s["status"], s["lines"] = r.returncode, sorted(l for l in r.stdout.split("\n")
                                                   if l.isdigit() or "swap.c" in l)
    return s


def said(seed, rounds):
    """In memory that suffices."""
    r = run(1000, [program(seed, rounds)])
    check(f"seed {seed}: it suffices", (r["status"], r["summary"]["swap_out"]), (0, 0))
    return r["lines"]


def tight(name, frames, seeds, rounds, want, **how):
    r = run(frames, [program(s, rounds) for s in seeds], **how)
    s = r["summary"]
    check(name, (r["status"], r["lines"], s["oom_kills"]),
          (0, sorted(sum((want[i] for i in seeds), [])), 0))
    check(f"{name}: all frames but the kernel's own are free", s["frames_free"], frames - 1)
    check(f"{name}: it swaps", s["swap_out"] > 5 and s["swap_in"] > 10, True)
    return s


def bad_sector(want):
    """A page of one of them cannot be read back: SIGBUS for that one. Which page, and when,
    a first run tells."""
    events = os.path.join(work, "events")
    both = [program(1, 20), program(2, 20)]
    first = run_on_disk(both, [], ["--events", events])
    check("swap on the disk", first["lines"], sorted(want[1] + want[2]))
    out, slot, back = {}, None, None
    for line in open(events):
        e = json.loads(line)
        if e["event"] == "swap_out":
            out[e["slot"]] = (e["at"], e.get("task"))
        elif e["event"] == "swap_in" and out[e["slot"]][1] == "s1" \
                and e["at"] - out[e["slot"]][0] > 1:
            slot, back = e["slot"], e["at"]
            break
    sector = 8192 - 400 * 8 + slot * 8
    r = run_on_disk(both, [{"at": back - 0.5, "fault": {"disk": "bad-sector",
                                                        "block": sector // 2}}], [])
    ends = {t["name"]: (t["exit_code"], t["signal"]) for t in r["tasks"]}
    check("a bad sector: SIGBUS for one, and the other does not notice",
          (ends["s1"][1], ends["s2"], want[2][0] in r["lines"]), (7, (0, None), True))


def bad_slots(want):
    """Sectors that are bad before anything is written there: the slot is given up, and nobody has
    to know. Every fifth slot, with pages that go alone and with clusters."""
    def bad(slot):
        return {"at": 0, "fault": {"disk": "bad-sector", "block": (8192 - 400 * 8 + slot * 8) // 2}}
    for cluster in (1, 4):
        r = run_on_disk([program(1, 20), program(2, 20)], [bad(s) for s in range(0, 60, 5)],
                        ["--set", f"machine.swap.cluster={cluster}"])
        check(f"bad slots, clusters of {cluster}", (r["lines"], [t["exit_code"] for t in r["tasks"][:2]],
              r["summary"]["oom_kills"]), (sorted(want[1] + want[2]), [0, 0], 0))


def full(want):
    """Swap that is too small by more or less, so that it is full at one moment or another: in a
    fork, while a page is written to, with pages that come along. Who is not killed is right."""
    killed = set()
    for slots in (1, 2, 4, 7, 11, 16, 22):
        swap = {"frames": slots, "readahead": slots % 3, "cluster": min(slots, 1 + slots % 4)}
        r = run(27, [program(3, 20), program(4, 20)], swap=swap, cpus=1 + slots % 2)
        whole = [i for i, t in zip((3, 4), r["tasks"]) if t["exit_code"] == 0]
        killed.add(r["summary"]["oom_kills"] > 0)
        # Of one whose child was killed, the parent says so; of no word is it said that it is wrong.
        check(f"{slots} slots", ([l for l in r["lines"] if "p[i] is" in l], r["summary"]["frames_free"],
              [i for i in whole if want[i][0] not in r["lines"]],
              {t["signal"] for t in r["tasks"]} <= {None, 9}), ([], 26, [], True))
    check("some are killed, and some are not", killed, {True, False})


def scarce():
    """No swap, and a frame more each time: the frame that cannot be had is in turn each of those
    that two ask for, in loading, faults, calls (ENOMEM), forks and their copies. What they have
    in memory is right to the end, and at the end nobody has any."""
    seeds, ends, told = (1, 2), set(), set()
    want = {seed: said(seed, 8) for seed in seeds}
    for frames in range(6, 66):
        r = run(frames, [program(seed, 8) for seed in seeds], swap={}, cpus=1 + frames % 2)
        both = r["tasks"][:2]
        ends |= {t["signal"] or t["exit_code"] for t in both}
        told |= {l.split(":")[1] for l in r["lines"] if "swap.c" in l}
        check(f"no swap, {frames} frames",
              ([l for l in r["lines"] if "p[i] is" in l], r["summary"]["frames_free"],
               [s for s, t in zip(seeds, both) if t["exit_code"] == 0 and want[s][0] not in r["lines"]]),
              ([], frames - 1, []))
    check("killed, refused, or right", ends, {9, 1, 0})
    check("refused: a mapping, a fork; and a child that was killed", {"38", "120", "135"} <= told, True)


def run_on_disk(processes, events, options):
    w = {"ossim": 1, "events": events, "processes": processes,
         "machine": {"memory": {"frames": 30}, "disk": {"model": "fixed", "latency": 0.1, "size": "4MiB"},
                     "swap": {"frames": 400, "on": "disk"}},
         "kernel": {"scheduler": "rr:quantum=1"}}
    out = os.path.join(work, "out.json")
    r = subprocess.run(["./ossim", "run", "/dev/stdin", "--json", out, "--audit", *options],
                       input=json.dumps(w), capture_output=True, text=True, timeout=100)
    if r.returncode not in (0, 1):
        print(r.stderr)
    s = json.load(open(out))
    s["lines"] = sorted(l for l in r.stdout.split("\n") if l.isdigit() or "swap.c" in l)
    return s


if not any(shutil.which(c) for c in ("riscv64-unknown-elf-gcc", "riscv32-unknown-elf-gcc", "ld.lld")):
    print("swap: SKIPPED, no compiler (apt-get install gcc-riscv64-unknown-elf)")
    sys.exit(0)
subprocess.run(["./ossim", "asm", "tests/programs/swap.c", "-o", elf], check=True)
want = {seed: said(seed, 20) for seed in range(1, 5)}
for i, policy in enumerate("fifo lru clock clock:dirty=1 nru aging lfu random wsclock two-list "
                           "mglru arc sieve s3-fifo opt".split()):
    tight(policy, 17, [1 + i % 4], 20, want, policy=policy)
tight("two on two harts", 29, [1, 2], 20, want, cpus=2)
tight("read-ahead and clusters", 30, [3, 4], 20, want, swap={"readahead": 4, "cluster": 8})
tight("bits set by software", 29, [2, 3], 20, want, memory={"svadu": False})
tight("shares", 44, [1, 2, 3], 20, want, allocation="local")
plain = {"model": "fixed", "latency": 0.1, "size": "4MiB"}
drives = [{"model": "mqsim", "size": "8MiB"}, {"raid": 0, "of": 2, "drive": plain},
          {"raid": 1, "of": 2, "drive": plain}, {"raid": 5, "of": 3, "drive": plain}]
for i, drive in enumerate(drives):
    s = tight(f"load control, swap on {drive.get('raid', 'flash')}", 44, [1, 2, 3], 20, want,
              swap={"latency": None, "drive": drive}, load_control="suspend",
              allocation=("working-set", "pff")[i % 2])
    check("...with somebody put out of memory", s["suspensions"] > 0, True)
r = run(34, [program(4, 20), {"name": "burst", "bursts": [{"touch": {"uniform": 30}, "count": 500,
                                                       "each": 0.01, "write": True}]}], cpus=2)
check("bursts in the same frames", (r["lines"], r["status"], r["summary"]["frames_free"],
      r["tasks"][1]["swap_out"] > 10, r["tasks"][0]["swap_in"] > 10), (want[4], 0, 33, True, True))
r = run(20, [program(1, 20)], swap={"frames": 3})
check("swap full: somebody is killed, and nothing is lost",
      (r["summary"]["oom_kills"] > 0, r["summary"]["frames_free"]), (True, 19))


def no_swap():
    """Two that map 40 pages and touch them later, in 64 frames and no swap: the asker of the last
    frame is not who dies, but who scores highest, and the other one has his frames."""
    eats = "".join(["_start: li a0, 0\n li a1, 0x28000\n li a2, 3\n li a3, 0x22\n li a4, -1\n li a5, 0\n"
                    " li a7, 222\n ecall\n mv t0, a0\n li t5, %d\n3: addi t5, t5, -1\n bnez t5, 3b\n"
                    " li t2, 4096\n li t3, %d\n1: sb zero, 0(t0)\n add t0, t0, t2\n addi t3, t3, -1\n"
                    " bnez t3, 1b\n li t5, 9000000\n2: addi t5, t5, -1\n bnez t5, 2b\n li a0, 0\n"
                    " li a7, 93\n ecall\n"])
    w = {"ossim": 1, "machine": {"memory": {"frames": 64}}, "kernel": {"scheduler": "rr:quantum=1"},
         "processes": [{"name": "most", "asm": eats % (1000000, 38)},
                       {"name": "last", "asm": eats % (3000000, 20)}]}

    def go(*options):
        r = subprocess.run(["./ossim", "run", "/dev/stdin", "--json", "-", "--audit", *options],
                           input=json.dumps(w), capture_output=True, text=True, timeout=100)
        return r, json.loads(r.stdout)

    text, r = go()
    check("no swap: the worst is killed", ([(t["exit_code"], t["signal"]) for t in r["tasks"]],
          r["summary"]["oom_kills"], r["summary"]["frames_free"], text.returncode),
          ([(None, 9), (0, None)], 1, 63, 1))
    check("...and it is said why", "most is killed at" in text.stderr and
          "no frame can be had, and it has the highest score, 820 with 41 frames (kernel.oom: score)"
          in text.stderr, True)
    _, r = go("--set", "kernel.oom=newest")
    check("the newest", [t["signal"] for t in r["tasks"]], [None, 9])
    text, r = go("--frames", "3")
    check("no room to load", ([t["signal"] for t in r["tasks"]], r["summary"]["oom_kills"],
          text.stderr.count("no frame can be had to load it")), ([9, 9], 2, 2))


no_swap()
bad_sector(want)
bad_slots(want)
full(want)
scarce()
shutil.rmtree(work)
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0 or passed == 0)
