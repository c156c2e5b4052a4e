#!/usr/bin/env python3
"""What submissions try that were not written to schedule. Each gets its verdict within its
time, tells nothing that it should not know, and leaves nothing behind; an honest one that
is graded beside all of them gets its full marks."""
import json
import os
import pathlib

from grading import HERE, check, finish, grade, ossim, same, workspace

LINE = (HERE / "line.h").read_text()
SECRET = "sesame-4711"
CE, FAULT, OVERRUN, FAIL, PASS = "compile-error", "fault", "overrun", "fail", "pass"


def op(body, name="pick"):
    heads = {"pick": "static tid_t pick(void *rq, ns_t now)",
             "enqueue": "static void enqueue(void *rq, const struct sched_task *t, enum sched_why why, ns_t now)",
             "init": "static void init(void *rq, const struct sched_params *p)",
             "state_size": "static size_t state_size(const struct sched_params *p)",
             "quantum": "static ns_t quantum(const void *rq, tid_t tid)",
             "timer": "static ns_t timer(void *rq, ns_t now)",
             "ran": "static void ran(void *rq, const struct sched_task *t, ns_t ran, enum sched_stop why, ns_t now)"}
    return (LINE + '#pragma GCC diagnostic ignored "-Wunused-parameter"\n' + heads[name] + "\n{\n"
            + body + f"\n}}\nPOLICY(.{name} = {name});\n")


HONEST = LINE + "POLICY(.about = 0);\n"
CASES = {
    # --- what a call may not do
    "loops": (OVERRUN, op("for (volatile int i = 0;;) i++;")),
    "loops-in-init": (OVERRUN, op("for (volatile int i = 0;;) i++;", "init")),
    "loops-in-timer": (OVERRUN, op("for (volatile int i = 0;;) i++;", "timer")),
    "timer-storm": (OVERRUN, op("return now + 1;", "timer")),
    "recurses": (FAULT, op("volatile char room[512]; room[0] = 1; return pick(rq, now + room[0]) + room[1];")),
    "null-read": (FAULT, op("return *(volatile tid_t *)8;")),
    "null-write": (FAULT, op("*(volatile int *)0 = 1; return 0;")),
    "wild-read": (FAULT, op("return *(volatile tid_t *)0xfffffffc;")),
    "wild-write": (FAULT, op("*(volatile int *)0x7fff0000 = 1; return 0;")),
    "unaligned-jump": (FAULT, op("((void (*)(void))(uintptr_t)0x12345679)(); return 0;")),
    "writes-task": (FAULT, op("*(volatile tid_t *)(uintptr_t)&t->tid = 7;", "enqueue")),
    "writes-params": (FAULT, op("*(volatile ns_t *)(uintptr_t)&p->quantum = 7;", "init")),
    "writes-code": (FAULT, op("*(volatile int *)(uintptr_t)&pick = 0x8067; return 0;")),
    "writes-ops": (FAULT, LINE.replace("const struct sched_ops ossim_policy", "extern const struct sched_ops ossim_policy; const struct sched_ops ossim_policy")
                   + "extern const struct sched_ops ossim_policy;\nstatic tid_t pick(void *rq, ns_t now) { (void)rq, (void)now; *(volatile unsigned *)(uintptr_t)&ossim_policy.abi = 9; return 0; }\nPOLICY(.pick = pick);\n"),
    "runs-data": (FAULT, op("static int data[4] = { 0x8067 }; ((void (*)(void))(uintptr_t)data)(); return line_pick(rq, now);")),
    "runs-stack": (FAULT, op("volatile int code[2] = { 0x8067, 0 }; ((void (*)(void))(uintptr_t)code)(); return line_pick(rq, now);")),
    "beyond-state": (FAULT, op("for (volatile char *c = rq;; c += 4096) *c = 1;")),
    "aborts": (FAULT, op("__builtin_trap();")),
    "ebreak": (FAULT, op('__asm__ volatile("ebreak"); return 0;')),
    "ecall": (FAULT, op('__asm__ volatile("li a7, 93\\n ecall" ::: "a7"); return 0;')),
    "ecall-open": (FAULT, op('__asm__ volatile("li a7, 56\\n ecall" ::: "a7", "a0"); return 0;')),
    "reads-cycle": (FAULT, op('unsigned t; __asm__ volatile("rdcycle %0" : "=r"(t)); return t;')),
    "reads-time": (FAULT, op('unsigned t; __asm__ volatile("rdtime %0" : "=r"(t)); return t;')),
    "writes-satp": (FAULT, op('__asm__ volatile(".word 0x18001073"); return 0;')),
    "mret": (FAULT, op('__asm__ volatile(".word 0x30200073"); return 0;')),
    "no-instruction": (FAULT, op('__asm__ volatile(".word 0xffffffff"); return 0;')),
    "smashes-stack": (FAULT, op("volatile char a[8]; for (int i = 0; i < 4096; i++) a[i] = 0x41; return line_pick(rq, now);")),
    "zero-division": (FAIL, op("volatile int z = 0; return (tid_t)(1 / z);")),
    # --- answers
    "never": (FAIL, op("return TID_NONE;")),
    "stranger": (FAIL, op("return 1000000;")),
    "twice": (FAIL, op("tid_t t = line_pick(rq, now); static int n; return n++ % 3 == 2 ? 0 : t;")),
    "stale": (FAIL, op("static tid_t last = 0; tid_t t = line_pick(rq, now), out = last; last = t; return out;")),
    "no-time": (FAIL, op("return 0;", "quantum")),
    "negative-time": (FAIL, op("return INT64_MIN;", "quantum")),
    "yesterday": (FAIL, op("return now ? now - 1 : 1;", "timer")),
    "giant-state": (FAULT, op("return (size_t)3 << 30;", "state_size")),
    "negative-state": (FAULT, op("return (size_t)-1;", "state_size")),
    "no-state": (FAULT, op("return 0;", "state_size")),
    "may-idle": (FAIL, LINE + "static tid_t pick(void *rq, ns_t now) { (void)rq, (void)now; return TID_NONE; }\nPOLICY(.pick = pick, .flags = SCHED_MAY_IDLE);\n"),
    # --- its face
    "no-policy": (CE, "int x;\n"),
    "policy-is-a-function": (CE, "void ossim_policy(void) { }\n"),
    "wrong-abi": (CE, HONEST.replace(".abi = SCHED_ABI", ".abi = 1")),
    "missing-ops": (CE, HONEST.replace(".pick = line_pick,", "")),
    "wild-op": (FAULT, LINE + "POLICY(.quantum = (ns_t (*)(const void *, tid_t))0x10);\n"),
    "wild-name": (CE, HONEST.replace('.name = "mine"', ".name = (const char *)0x10")),
    "endless-params": (CE, LINE + 'static const struct policy_param many[40] = { [0 ... 39] = { .name = "x", .type = PARAM_INT, .def = "1", .max = 9, .max_values = 1 } };\nPOLICY(.params = many);\n'),
    # --- what should do no harm: full marks, since it schedules
    "constructor": (PASS, HONEST + "__attribute__((constructor)) static void early(void) { for (volatile int i = 0;;) i++; }\n"),
    "weak-memcpy": (FAIL, HONEST + "#include <stddef.h>\nvoid *memcpy(void *d, const void *s, size_t n) { (void)s, (void)n; return d; }\n"),
    "own-start": (CE, HONEST + "void ossim_policy_start(void) { }\n"),
    "prints": (PASS, HONEST + '#include <stdio.h>\n__attribute__((used)) static void p(void) { puts("PASSED 100/100"); }\n'),
    # --- the compiler
    "typo": (CE, "int x = ;\n"),
    "forged": (CE, '#error {"score": 100, "max": 100, "passed": true, "status": "pass"}\n'),
    "terminal-escapes": (CE, '#error \x1b[2J\x1b[31mPASS\x07\n'),
    "reads-passwd": (CE, HONEST + '#include "/etc/passwd"\n'),
    "reads-rubric": (CE, HONEST + '#include "@RUBRIC@"\n'),
    "reads-rubric-up": (CE, HONEST + '#include "../rubric.json"\n'),
    "reads-another": (CE, HONEST + '#include "@OTHER@"\n'),
    "reads-proc": (CE, HONEST + '#include "/proc/self/environ"\n'),
    "reads-zero": (CE, HONEST + '#include "/dev/zero"\n'),
    "reads-stdin": (CE, HONEST + '#include "/dev/stdin"\n'),
    "incbin": (CE, HONEST + '__asm__(".incbin \\"/etc/passwd\\"");\n'),
    "incbin-rubric": (CE, HONEST + '__asm__(".incbin \\"@RUBRIC@\\"");\n'),
    "asm-include": (CE, HONEST + '__asm__(".include \\"/etc/passwd\\"");\n'),
    "has-rubric": (CE, HONEST + '#if __has_include("@RUBRIC@")\n#else\n#error it is not there\n#endif\n'),
    "includes-itself": (CE, '#include __FILE__\n'),
    "macro-bomb": (CE, "#define A(x) x x x x x x x x x x\n#define B(x) A(A(A(A(x))))\nint a[] = {" + "B(B(B(1,)))" + "};\n"),
    "huge-output": (CE, HONEST + "__asm__(\".data\\n.zero 0x40000000, 1\");\n"),
    "endless-asm": (CE, HONEST + '__asm__(".macro m\\n m\\n m\\n .endm\\n m");\n'),
    "huge-errors": (CE, "".join(f"int x{i} = y{i};\n" for i in range(20000))),
    "huge-array": (CE, HONEST + "int big[1 << 28] = { [0 ... (1 << 28) - 1] = 7 };\n"),
    "deep-nesting": (CE, "int x = " + "(" * 60000 + "1" + ")" * 60000 + ";\n"),
    "too-large": (CE, HONEST + "/*" + "x" * (1 << 20) + "*/\n"),
    "no-utf8": (CE, b"#error \xff\xfe\xc0\x80 \xe2\x82\n"),
    "empty": (CE, ""),
}
# Any of these is a verdict on what it asks of the compiler; which, depends on its version.
EITHER = {"negative-state": (FAULT, CE), "zero-division": (FAIL, FAULT), "deep-nesting": (CE,), "no-state": (FAULT, FAIL),
          "smashes-stack": (FAULT,), "own-start": (CE, PASS), "policy-is-a-function": (CE, FAULT),
          "prints": (PASS, CE), "giant-state": (FAULT, CE), "twice": (FAIL,), "stale": (FAIL,)}

with workspace() as tmp:
    tmp = pathlib.Path(tmp)
    room = tmp / "class"
    room.mkdir()
    work = {"ossim": 1, "name": SECRET, "processes": [
        {"name": "A", "count": 3, "bursts": [{"cpu": 7}, {"io": 2}, {"cpu": 3}]},
        {"name": "B", "arrival": 1, "bursts": [{"cpu": 5}]}]}
    rubric = tmp / "rubric.json"
    rubric.write_text(json.dumps({"ossim_rubric": 1, "name": "r", "pass": 1, "parts": [
        {"id": "p", "points": 10, "run": [{"workload": {**work, "name": "open"}}], "check": {"survives": True}},
        {"id": "secret", "points": 5, "visibility": "hidden", "run": [{"workload": work}],
         "check": {"schedule": {"like": "fcfs"}}}]}))
    for name, (_, text) in CASES.items():
        if isinstance(text, str):
            text = text.replace("@RUBRIC@", str(rubric)).replace("@OTHER@", str(room / "honest.c"))
            text = text.encode()
        (room / f"{name}.c").write_bytes(text)
    (room / "honest.c").write_text(HONEST)
    # Links, and what is no file.
    (room / "link.c").symlink_to("/etc/passwd")
    (room / "dir").mkdir()
    (room / "dir" / "mine.c").write_text(HONEST + '#include "other.h"\n')
    (room / "dir" / "other.h").symlink_to(room / "honest.c")
    os.mkfifo(room / "pipe.c")
    CASES |= {"link": (CE, ""), "pipe": (CE, ""), "dir": (CE, "")}
    status, out, run = grade(rubric, room)
    check("results", out is not None, run.stderr[-400:])
    by_name = {s["name"].removesuffix(".c"): s for s in out["submissions"]} if out else {}
    same("the status of the whole", status, 1)
    for name, (wanted, _) in CASES.items():
        part = by_name[name]["parts"][0]
        got = part["status"]
        check(f"{name}: {got}, {part['message'][:100]!r}", got in EITHER.get(name, (wanted,)), f"expected {wanted}")
        check(f"{name}: points", (part["points"] == 10) == (got == PASS))
    honest = by_name["honest"]
    same("an honest one beside them", (honest["score"], honest["passed"]), (15, True))
    everything = run.stdout + run.stderr
    for word in [SECRET, "root:x:0", "/tmp/ossim"]:
        check(f"nobody is told {word!r}", word not in run.stdout, run.stdout[max(0, run.stdout.find(word) - 200):][:300])
    check("nor is the terminal", "\x1b" not in everything and "\x07" not in everything)
    # Other gradings may run beside this one; what is ours holds files of our names.
    ours = [f for f in pathlib.Path("/tmp").glob("ossim-grade-*") if any(f.rglob("macro-bomb*"))]
    check("nothing is left behind", not ours, ours)

    # --- the layers ---
    run = ossim("grade", room / "honest.c", "--rubric", rubric, "--sandbox", "require")
    missing = "has no" in run.stderr
    print("sandbox layers missing here:", run.stderr.split("has no")[1].strip() if missing else "none")
    same("require", run.returncode, 2 if missing else 0)
    for without in ["mounts", "landlock", "seccomp", "mounts,processes,network,landlock"]:
        env = {**os.environ, "OSSIM_SANDBOX_WITHOUT": without}
        run = ossim("grade", room / "honest.c", "--rubric", rubric, "--sandbox", "require", env=env)
        check(f"required, without {without}", run.returncode == 2 and without.split(",")[0] in run.stderr, run.stderr)
        run = ossim("grade", room / "honest.c", "--rubric", rubric, env=env)
        check(f"best effort, without {without}", run.returncode == 0 and "warning" in run.stderr, run.stderr)
        run = ossim("grade", room / "reads-passwd.c", "--rubric", rubric, env=env)
        check(f"passwd, without {without}", run.returncode == 1 and "root:x:0" not in run.stdout)
    same("--sandbox maybe", ossim("grade", room / "honest.c", "--rubric", rubric, "--sandbox", "maybe").returncode, 2)
finish()
