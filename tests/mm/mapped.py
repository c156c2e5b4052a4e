#!/usr/bin/env python3
"""Files in memory (tests/programs/mapped.c), with memory to spare and without, on one CPU and
on two, with and without a journal: the program finds nothing wrong, and what nobody but its
end has written is on the disk. Then accesses that are refused, and what is said of them."""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
OSSIM = str(ROOT / "ossim")
passed = failed = 0


def check(name, got, want):
    global passed, failed
    if got == want:
        passed += 1
    else:
        failed += 1
        print(f"FAIL {name}: {got!r}, expected {want!r}")


def run(work, workload):
    (work / "w.json").write_text(json.dumps(workload))
    return subprocess.run([OSSIM, "run", "w.json", "--json", "out.json", "--audit", "--quiet",
                           "--stdout", "o", "--files-out", "files"], cwd=work, timeout=120,
                          capture_output=True, text=True)


def mapped(work, elf, frames, swap, cpus, journal, kernel):
    machine = {"cpus": cpus, "memory": {"frames": frames},
               "disk": {"model": "fixed", "latency": 0.1, "size": "2MiB"}}
    if swap:
        machine["swap"] = {"frames": 200, "latency": 0.1}
    name = f"{frames} frames, swap {swap}, {cpus} cpus, {journal}, {kernel}"
    done = run(work, {"ossim": 1, "machine": machine,
                      "kernel": {"files": {"/a": "x"}, "fs": {"journal": journal}, **kernel},
                      "processes": [{"name": "mapped", "program": elf, "args": ["200"]}]})
    check(f"{name}: {done.stderr[-300:]}", done.returncode, 0)
    check(name, (work / "o" / "mapped.out").read_text(), "0 failures\n")
    left = (work / "files" / "left").read_bytes()
    check(f"{name}: left", left.rstrip(b"\0"), b"written by nobody but the end of the program\n")
    check(f"{name}: length", len(left), 4096)


SYNCED = r"""
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
/* Round after round all four pages get its letter, the first two are synced, and then the letter
 * is noted in a file of its own. */
int main(void)
{
    int log = open("/log", O_RDWR);
    char *m = mmap(0, 4 * 4096, PROT_READ | PROT_WRITE, MAP_SHARED, open("/data", O_RDWR), 0);

    for (char letter = 'A'; letter <= 'Z'; letter++) {
        memset(m, letter, 4 * 4096);
        if (msync(m, 2 * 4096, MS_SYNC) || pwrite(log, &letter, 1, 0) != 1 || fsync(log))
            return 1;
    }
    return pause();
}
"""


def cut(work, elf, at, kind, journal):
    """The power goes: what msync has answered for is there, as new as the note says or newer;
    the rest is of one round or another, and nobody else's."""
    done = run(work, {"ossim": 1, "events": [{"at": at, "fault": {"disk": kind}}], "stop": {"at": 400},
                      "machine": {"memory": {"frames": 200},
                                  "disk": {"model": "fixed", "latency": 0.2, "size": "2MiB"}},
                      "kernel": {"fs": {"journal": journal},
                                 "files": {"/data": "@" * 16384, "/log": "@"}},
                      "processes": [{"name": "synced", "program": elf}]})
    name = f"{kind} at {at}, {journal}"
    check(f"{name}: {done.stderr[-300:]}", done.returncode, 0)
    data, note = (work / "files" / "data").read_bytes(), (work / "files" / "log").read_bytes()[0]
    pages = [data[i:i + 4096] for i in range(0, len(data), 4096)]
    check(f"{name}: length", len(data), 16384)
    check(f"{name}: what was synced is there", [p for p in pages[:2] if not note <= min(p) <= max(p)
                                                <= min(note + 1, ord("Z"))], [])
    check(f"{name}: nothing is of nobody", [p for p in pages[2:] if not ord("@") <= min(p) <= max(p)
                                            <= ord("Z")], [])
    return note


def cuts(work):
    (work / "synced.c").write_text(SYNCED)
    built = subprocess.run([OSSIM, "asm", "synced.c", "-o", "synced.elf"], cwd=work,
                           capture_output=True, text=True)
    check(f"built: {built.stderr[-300:]}", built.returncode, 0)
    notes = {cut(work, "synced.elf", at, kind, journal)
             for at, kind in ((3, "power-cut"), (11, "torn"), (24.5, "power-cut"), (37, "torn"))
             for journal in ("none", "ordered", "data")}
    check("at different rounds", len(notes) > 4, True)


ACCESS = r"""
#include <sys/mman.h>
int main(int n, char **how)
{
    char *m = mmap(0, 8192, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    (void)n;
    m[0] = m[4096] = 1;
    switch (how[1][0]) {
    case 'u': munmap(m, 8192); break;
    case 'p': mprotect(m, 8192, PROT_READ); break;
    case 'n': m = (char *)16; break;
    case 't': m = (char *)main; break;
    case 'm': __atomic_fetch_add((int *)(m + 1), 1, __ATOMIC_SEQ_CST); break;
    default: ((void (*)(void))m)();
    }
    m[5] = 3;
    return 0;
}
"""
REFUSED = [
    ("u", "store", 3, r"not valid .*it was in the mapping 0x\w+-0x\w+ rw-, unmapped by munmap at"),
    ("p", "store", 8, r"does not allow it \(0x\w+ DA-U--RV\); it is in the mapping 0x\w+-0x\w+ "
                      r"r--, last changed by mprotect at"),
    ("n", "store", 3, r"not valid .*bytes below the program 0x\w+-0x\w+ r-x, from the loader"),
    ("t", "store", 8, r"DA-UX-RV\); it is in the program 0x\w+-0x\w+ r-x, from the loader"),
    ("f", "fetch", 8, r"DA-U-WRV\); it is in the mapping 0x\w+-0x\w+ rw-, last changed by mmap2"),
    ("m", "store", None, r"^misaligned for an atomic access; it is in the mapping 0x\w+-0x\w+ rw-, "
                      r"last changed by mmap2" "|SIGBUS.*misaligned for an atomic access; it is in"),
]


def refused(work):
    (work / "access.c").write_text(ACCESS)
    for how, access, step, text in REFUSED:
        workload = {"ossim": 1, "processes": [{"name": "A", "program": "access.c", "args": [how]}]}
        (work / "w.json").write_text(json.dumps(workload))
        done = subprocess.run([OSSIM, "run", "w.json", "--json", "out.json"], cwd=work,
                              capture_output=True, text=True)
        fault = json.loads((work / "out.json").read_text())["tasks"][0].get("fault", {})
        check(f"{how}: step", (fault.get("access"), fault.get("step")), (access, step))
        check(f"{how}: {fault.get('text')}", bool(re.search(text, fault.get("text", ""))), True)
        check(f"{how}: report", fault.get("text", "?") in done.stderr + done.stdout, True)
        exec_ = subprocess.run([OSSIM, "exec", "access.c", how], cwd=work, capture_output=True,
                               text=True)
        check(f"{how}: exec {exec_.stderr}", bool(re.search(text, exec_.stderr)), True)


ENDS = r"""
#include <setjmp.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
static sigjmp_buf back;
static void caught(int signo) { (void)signo; siglongjmp(back, 1); }
static int deep(int n) { volatile char frame[2000]; frame[0] = (char)n; return deep(n + 1) + frame[0]; }
static void wild(void) { *(volatile int *)0x1234 = 5; }
static void handled(void)
{
    signal(SIGSEGV, caught);
    if (!sigsetjmp(back, 1))
        wild();
    signal(SIGSEGV, SIG_DFL);
}
int main(int argc, char **how)
{
    int status = 0;
    pid_t child;

    (void)argc;
    switch (how[1][0]) {
    case 'o': return deep(0);
    case 'g': return *((volatile char *)&status - 0x800000 - 100000);
    case 'k': handled(); kill(getpid(), SIGSEGV); break;
    case 'b': handled(); kill(getpid(), SIGBUS); break;
    case 't': handled(); asm volatile("ebreak"); break;
    case 'a': handled(); *(volatile int *)0x5678 = 1; break;
    case 'c':
        if (!fork()) wild();
        wait(&status);
        return status;
    case 's':
        if (!(child = fork())) { handled(); for (;;) pause(); }
        kill(child, SIGSEGV);
        wait(&status);
        return status;
    case 'f':
        signal(SIGUSR1, caught);
        asm volatile("li a7, 172\necall\nli sp, 0x3000\nli a1, 10\nli a7, 129\necall");
    }
    return 0;
}
"""
OVER = r"address 0x\w+ \((store|load)\): stack overflow: the guard page"
# What is asked for, the status, what is said, and whether a refused access is said to be the reason.
END = [
    ("o", 139, OVER + r" below the stack; .* bytes below the stack 0x", True),
    ("g", 139, OVER + r"s below the stack; .*; it is 100\d\d\d bytes below the stack 0x", True),
    ("k", 139, r"^ends.elf: killed by SIGSEGV at pc 0x\w+ \(\w+\+0x\w+\)$", False),
    ("b", 135, r"^ends.elf: killed by SIGBUS at pc 0x\w+ \(\w+\+0x\w+\)$", False),
    ("t", 133, r"killed by SIGTRAP at pc .* address 0x00000000$", False),
    ("a", 139, r"address 0x00005678 \(store\): step 3 of the walk", True),
    ("c", 11, r"^ends.elf: process \d+ killed by SIGSEGV at pc 0x\w+ \((main|wild)\S+\), .*address "
              r"0x00001234 \(store\): step 3 of the walk, .* the program 0x", None),
    ("s", 11, r"^$", None),
    ("f", 139, r"address 0x00002\w\w\w \(store\): step 3 of the walk", True),
]


def ends(work):
    """What is said of an end is the reason of that end, and of a child's end as well."""
    (work / "ends.c").write_text(ENDS)
    built = subprocess.run([OSSIM, "asm", "ends.c", "-o", "ends.elf"], cwd=work, capture_output=True,
                           text=True)
    check(f"built: {built.stderr[-300:]}", built.returncode, 0)
    for how, status, said, explained in END:
        done = subprocess.run([OSSIM, "exec", "ends.elf", how], cwd=work, capture_output=True, text=True)
        check(f"end {how}: {done.stderr}", (done.returncode, bool(re.search(said, done.stderr.strip()))),
              (status, True))
        if explained is None:
            continue
        (work / "w.json").write_text(json.dumps({"ossim": 1, "processes": [
            {"name": "A", "program": "ends.elf", "args": [how]}]}))
        subprocess.run([OSSIM, "run", "w.json", "--json", "out.json"], cwd=work, capture_output=True)
        check(f"end {how}: in results", "fault" in json.loads((work / "out.json").read_text())["tasks"][0],
              explained)


READER = r"""
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
int main(int n, char **how)
{
    int fd = open(how[1], O_RDONLY), sum = 0;
    volatile char *m = mmap(0, 65536, PROT_READ, MAP_SHARED, fd, 0);

    for (int i = 0; n > 2 && i < atoi(how[2]); i++)
        sum += m[i * 4096];
    printf("%d\n", sum);
    return 0;
}
"""


def unreadable(work):
    """A page of a file that cannot be read is SIGBUS for who touches it, not for who maps the
    same file and does not, nor for a reader of another."""
    (work / "reader.c").write_text(READER)
    built = subprocess.run([OSSIM, "asm", "reader.c", "-o", "reader.elf"], cwd=work,
                           capture_output=True, text=True)
    check(f"built: {built.stderr[-300:]}", built.returncode, 0)

    def go(events, *readers, frames=400):
        w = {"ossim": 1, "events": events, "processes": [
            {"name": name, "program": "reader.elf", "args": list(args)} for name, *args in readers],
            "machine": {"memory": {"frames": frames}, "disk": {"model": "fixed", "latency": 0.1,
                                                               "size": "2MiB"}},
            "kernel": {"files": {"/a": "a" * 65536, "/b": "b" * 65536}}}
        (work / "w.json").write_text(json.dumps(w))
        done = subprocess.run([OSSIM, "run", "w.json", "--json", "out.json", "--audit", "--events",
                               "said", "--stdout", "o"], cwd=work, capture_output=True, text=True)
        r = json.loads((work / "out.json").read_text())
        return done, {t["name"]: t["signal"] or (work / "o" / (t["name"] + ".out")).read_text().strip()
                      for t in r["tasks"]}

    _, alone = go([], ("all", "/a", "16"))
    check("it can be read", alone, {"all": str(16 * ord("a"))})
    read = [e for e in map(json.loads, (work / "said").read_text().splitlines())
            if e["event"] == "disk_submit" and e["sectors"]]
    # Clean pages of files give way to others where there is no swap.
    _, ends = go([], ("all", "/a", "16"), ("other", "/b", "16"), frames=32)
    check("more than there is room for", ends, {"all": str(16 * ord("a")), "other": str(16 * ord("b"))})
    bad = {"at": 0, "fault": {"disk": "bad-sector", "block": read[-5]["sector"] // 2}}
    done, ends = go([bad], ("all", "/a", "16"), ("some", "/a", "10"), ("other", "/b", "16"))
    check("who touches it", ends, {"all": 7, "some": str(10 * ord("a")), "other": str(16 * ord("b"))})
    check("and why", "all was killed by SIGBUS, load at" in done.stderr + done.stdout and
          "the page cannot be read from its device" in done.stderr + done.stdout, True)


# Adds up a word of each of 16 pages of data, twice, writes to the first one, and looks whether
# what is behind the data is zero.
SUM = """_start: li s0, 2
 li a0, 0
1: la t0, pages
 li t1, 16
2: lw t2, 0(t0)
 add a0, a0, t2
 li t3, 4096
 add t0, t0, t3
 addi t1, t1, -1
 bnez t1, 2b
 addi s0, s0, -1
 bnez s0, 1b
 la t0, pages
 sw a0, 0(t0)
 la t0, zeros
 lw t1, 0(t0)
 add a0, a0, t1
 li t2, 8192
 add t0, t0, t2
 lw t1, 0(t0)
 add a0, a0, t1
 li a7, 93
 ecall
 .data
 .balign 4096
pages:
""" + "".join(f" .word {i + 1}\n .space 4092\n" for i in range(16)) + """ .word 0
 .bss
zeros: .space 12000
"""
START = """_start: la a0, path
 la a1, argv
 li a2, 0
 li a7, 221
 ecall
 li a7, 93
 li a0, 99
 ecall
path: .asciz "/bin/sum"
 .balign 4
argv: .word path, 0
"""


def lazily(work):
    """Programs of the disk are read page by page, shared, and leave memory last of all."""
    (work / "sum.s").write_text(SUM)
    subprocess.run([OSSIM, "asm", "sum.s", "-o", "sum.elf"], cwd=work, check=True)
    elf = (work / "sum.elf").read_bytes()
    # Pages that are touched are read; of what stands behind them in the file, nothing is.
    (work / "sum.elf").write_bytes(elf + bytes(100000))
    found = {}
    for name, frames, tasks in (("one", 200, 1), ("two", 200, 2), ("tight", 16, 1),
                                ("swap", 26, 1)):
        machine = {"memory": {"frames": frames},
                   "disk": {"model": "fixed", "latency": 0.1, "size": "2MiB"}}
        if name == "swap":
            machine["swap"] = {"frames": 200, "latency": 0.1, "on": "disk"}
        done = run(work, {"ossim": 1, "machine": machine, "processes": [
            {"name": f"sh{i}", "arrival": i * 20, "asm": START} for i in range(tasks)],
            "kernel": {"files": {"/bin/sum": {"from": "sum.elf", "mode": "0755"}}}})
        check(f"lazily, {name}: {done.stderr[-300:]}", done.returncode, 1)
        r = found[name] = json.loads((work / "out.json").read_text())
        check(f"lazily, {name}: the sum, its own pages and zeroes",
              [t["exit_code"] for t in r["tasks"]], [2 * 136 % 256] * tasks)
    one = found["one"]
    # The text, 15 pages of data beside the first one, which is written to, and perhaps the last.
    check("lazily: a fault a page", 16 <= one["summary"]["page_faults"]["major"] <= 19, True)
    check("lazily: not what nobody touches",
          one["file_system"]["blocks_read"] < 18 * 4 + 20 < (len(elf) + 100000) / 1024, True)
    check("lazily: in tight memory pages go and come again",
          sum(found["tight"]["summary"]["page_faults"].values()) >=
          sum(one["summary"]["page_faults"].values()) + 10, True)


def main():
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder).resolve()
        source = ROOT / "tests" / "programs" / "mapped.c"
        built = subprocess.run([OSSIM, "asm", str(source), "-o", str(work / "mapped.elf")],
                               capture_output=True, text=True)
        check(f"built: {built.stderr[-300:]}", built.returncode, 0)
        mapped(work, "mapped.elf", 400, False, 1, "none", {})
        mapped(work, "mapped.elf", 400, False, 2, "ordered", {"copy_on_write": False})
        mapped(work, "mapped.elf", 64, True, 1, "data", {"replacement": "lru"})
        mapped(work, "mapped.elf", 56, True, 2, "none", {"replacement": "clock"})
        cuts(work)
        refused(work)
        ends(work)
        unreadable(work)
        lazily(work)
    print(f"mapped: {passed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
