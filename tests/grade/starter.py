#!/usr/bin/env python3
"""`ossim new policy` writes what `ossim check` takes; `ossim check FILE.c` says what is wrong."""
import pathlib

from grading import ROOT, check, finish, ossim, same, workspace

POLICY = "const struct sched_ops ossim_policy = {"
SAY = """#include <string.h>
static void say(const void *rq, tid_t tid, char *buf, size_t size) { (void)rq, (void)tid, (void)buf, (void)size; %s }
"""

with workspace() as tmp:
    tmp = pathlib.Path(tmp)
    for like in ["fcfs", "rr", "mlfq"]:
        file = tmp / f"My_{like}.c"
        run = ossim("new", "policy", file, "--like", like)
        same(f"new, like {like}", run.returncode, 0)
        run = ossim("check", file)
        check(f"check {like}", run.returncode == 0 and "ok" in run.stdout, run.stderr)
        check(f"its own name, {like}", f'.name = "my-{like}"' in file.read_text())
    before = file.read_text()
    same("nothing is written over", ossim("new", "policy", file).returncode, 2)
    same("it is as it was", file.read_text(), before)
    for bad in [["policy"], ["policy", "x.py"], ["thing", "x.c"], [],
                ["policy", tmp / "x.c", "--like", "nobody"]]:
        same(f"new {bad}", ossim("new", *bad).returncode, 2)

    for name, old, new, said in [
            ("typo", "return first;", "return frist;", "frist"),
            ("no pick", ".pick = pick, ", "", "no .pick"),
            ("abi", ".abi = SCHED_ABI", ".abi = 1", "version 1 of the contract"),
            ("null", "f->ticket[t->tid] = ++f->issued;", "*(volatile int *)0 = 1;", "enqueue"),
            ("never", "return first;", "return TID_NONE;", "picked none"),
            ("stranger", "return first;", "return 12345;", "does not exist"),
            ("hangs", "return first;", "for (;;) __asm__ volatile(\"\");", "did not return"),
            ("a silent explain", POLICY, SAY % "" + POLICY + " .explain = say,", "explain breaks, or says nothing"),
            ("explain past the end", POLICY, SAY % "memset(buf, 'x', size + 1);" + POLICY + " .explain = say,",
             "crashed (SIGSEGV) in explain")]:
        text = (ROOT / "workloads/plugins/fifo.c").read_text()
        check(f"the edit for {name}", old in text)
        (tmp / "bad.c").write_text(text.replace(old, new))
        run = ossim("check", tmp / "bad.c")
        check(f"check says {name}", run.returncode == 2 and said in run.stderr
              and "bad.c" in run.stderr, f"{run.returncode} {run.stderr[-300:]}")
finish()
