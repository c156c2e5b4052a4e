#!/usr/bin/python3
"""Policies that see each reference, on a machine: lru, lfu and opt make the faults that strings
and plain doubles make, of burst tasks and of programs; and opt, which records the run first,
makes the fewest."""
import json, random, subprocess, sys

passed = failed = 0


def check(name, got, want=True):
    global passed, failed
    if got == want:
        passed += 1
    else:
        failed += 1
        print(f"FAIL {name}: {got!r}, expected {want!r}")


def ossim(*args, text=None):
    done = subprocess.run(["./ossim", *args], input=text, capture_output=True, text=True, timeout=100)
    if not done.stdout:
        print(done.stderr)
    return json.loads(done.stdout)


def run(process, frames, policy, *options):
    r = ossim("run", "/dev/stdin", "--json", "-", "--audit", *options, text=json.dumps(
        {"ossim": 1, "processes": [process], "kernel": {"replacement": policy},
         "machine": {"memory": {"frames": frames}, "swap": {"frames": 1000, "latency": 0.1}}}))
    faults = r["summary"]["page_faults"]
    return faults["minor"] + faults["major"], r


def bursts():
    random.seed(3)
    for i in range(3):
        pages = [min(int(random.expovariate(.3)), 12) for _ in range(300)]
        by_refs = ossim("refs", ",".join(map(str, pages)), "--replacement", "opt,lru,lfu",
                        "--frames", "3,5", "--json", "-")["runs"]
        task = {"name": "A", "bursts": [{"touch": pages, "each": 0.01, "write": i != 1}]}
        for r in by_refs:
            check(f"string {i}, {r['policy']}, {r['frames']} frames",
                  run(task, r["frames"], r["policy"])[0], r["faults"])


def reader(pages):
    """A program that writes to its pages in the order of a list in its text."""
    return {"name": "A", "asm": f"""_start: li a0, 0
 li a1, {40 * 4096}
 li a2, 3
 li a3, 0x22
 li a4, -1
 li a5, 0
 li a7, 222
 ecall
 mv s1, a0
 la s2, list
 li s3, {len(pages)}
1: lbu t0, 0(s2)
 slli t0, t0, 12
 add t0, t0, s1
 sb t0, 0(t0)
 addi s2, s2, 1
 addi s3, s3, -1
 bnez s3, 1b
 li a0, 0
 li a7, 93
 ecall
list: .byte {",".join(map(str, pages))}
"""}


def double(pages, frames, optimal):
    """The text before each page. The stack's page, which the loader has written, is here first,
    and nobody needs it again."""
    string = [x for p in pages for x in ("text", p)]
    ahead, later = {}, [0] * len(string)
    for i in range(len(string) - 1, -1, -1):
        later[i] = ahead.get(string[i], len(string))
        ahead[string[i]] = i
    here, next_use, faults = ["stack"], {"stack": len(string)}, 0
    for i, page in enumerate(string):
        if page in here:
            here.remove(page)
        else:
            faults += 1
            if len(here) == frames:
                here.remove(max(here, key=lambda p: next_use[p]) if optimal else here[0])
        here.append(page)
        next_use[page] = later[i]
    return faults


def programs():
    random.seed(4)
    pages = [min(int(random.expovariate(.2)), 30) for _ in range(400)]
    for frames in (16, 20):
        _, stopped = run(reader(pages), frames, "lru", "--until", "0.5")
        kernel = sum(x["count"] for x in stopped["memory"]["map"] if x["use"] == "kernel")
        faults = {p: run(reader(pages), frames, p)[0] for p in
                  ("lru", "opt", "lfu", "fifo", "clock", "aging:interval=0.01", "two-list")}
        check(f"lru, {frames} frames", faults["lru"], double(pages, frames - kernel, False))
        check(f"opt, {frames} frames", faults["opt"], double(pages, frames - kernel, True))
        check(f"nobody is better than opt, {frames} frames", min(faults.values()), faults["opt"])
        check("and one sees each reference, the other does not", faults["lru"] != faults["fifo"])


def compared():
    """The same in compare, where each cell records its own run; two tasks at once."""
    r = ossim("compare", "workloads/bully.json", "--replacement", "opt,lru,fifo", "--json", "-")
    text = json.dumps(r)
    check("opt is a column", '"opt' in text)


bursts()
programs()
compared()
print(f"exact: {passed} passed, {failed} failed")
sys.exit(failed > 0)
