#!/usr/bin/env python3
"""Random instruction streams, judged by qemu-riscv32.

Programs of random RV32IMA instructions are assembled once; the same ELF runs under
`ossim exec` and under qemu's user mode, and both must print the same registers and the
same memory after every stretch of instructions. qemu shares no line with ossim. Streams
are drawn from a fixed seed, so a failure can be had again: qemu.py SEED runs one.
"""
import os, random, shutil, subprocess, sys, tempfile

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
OSSIM = os.path.join(TOP, "ossim")
QEMU = shutil.which("qemu-riscv32") or shutil.which("qemu-riscv32-static")
PROGRAMS, STRETCHES, LENGTH = 60, 8, 60

# x2 points to the data, x3 to the register dump; the rest is free.
FREE = [r for r in range(1, 32) if r not in (2, 3)]
R_TYPE = """add sub sll slt sltu xor srl sra or and mul mulh mulhsu mulhu div divu rem
            remu""".split()
I_TYPE = "addi slti sltiu xori ori andi".split()
SHIFTS = "slli srli srai".split()
LOADS = {"lb": 1, "lbu": 1, "lh": 2, "lhu": 2, "lw": 4}
STORES = {"sb": 1, "sh": 2, "sw": 4}
BRANCHES = "beq bne blt bge bltu bgeu".split()
AMOS = "swap add xor and or min max minu maxu".split()
EDGES = [0, 1, 2, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffffe, 0x12345678, 31, 32]


class Stream:
    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.lines = []
        self.labels = 0

    def reg(self):
        return "x%d" % self.rng.choice(FREE)

    def dest(self):
        return "x0" if self.rng.random() < 0.05 else self.reg()

    def source(self):
        return "x0" if self.rng.random() < 0.05 else self.reg()

    def address(self, size):
        # Not always aligned: both sides carry misaligned accesses out.
        at = self.rng.randrange(-1024, 1024)
        return at if self.rng.random() < 0.1 else at // size * size

    def instruction(self):
        r = self.rng
        kind = r.random()
        if kind < 0.40:
            op = r.choice(R_TYPE)
            return ["%s %s, %s, %s" % (op, self.dest(), self.source(), self.source())]
        if kind < 0.55:
            return ["%s %s, %s, %d" % (r.choice(I_TYPE), self.dest(), self.source(),
                                       r.randrange(-2048, 2048))]
        if kind < 0.62:
            return ["%s %s, %s, %d" % (r.choice(SHIFTS), self.dest(), self.source(),
                                       r.randrange(32))]
        if kind < 0.66:
            return ["%s %s, %d" % (r.choice(["lui", "auipc"]) if r.random() < .8 else "lui",
                                   self.dest(), r.randrange(1 << 20))]
        if kind < 0.74:
            op = r.choice(list(LOADS))
            return ["%s %s, %d(x2)" % (op, self.dest(), self.address(LOADS[op]))]
        if kind < 0.82:
            op = r.choice(list(STORES))
            return ["%s %s, %d(x2)" % (op, self.source(), self.address(STORES[op]))]
        if kind < 0.90:
            self.labels += 1
            label = "skip%d" % self.labels
            skipped = self.instruction() + self.instruction()
            return ["%s %s, %s, %s" % (r.choice(BRANCHES), self.source(), self.source(),
                                       label)] + skipped + [label + ":"]
        if kind < 0.96:
            base = self.reg()
            return ["addi %s, x2, %d" % (base, r.randrange(-256, 256) * 4),
                    "amo%s.w%s %s, %s, (%s)" % (r.choice(AMOS),
                                                r.choice(["", ".aq", ".rl", ".aqrl"]),
                                                self.dest(), self.source(), base)]
        base, old, ok = self.rng.sample(FREE, 3)
        return ["addi x%d, x2, %d" % (base, r.randrange(-256, 256) * 4),
                "lr.w x%d, (x%d)" % (old, base),
                "sc.w x%d, %s, (x%d)" % (ok, self.source(), base),
                "li x%d, %d" % (base, r.getrandbits(32))]

    def text(self):
        out = [".globl _start", "_start:", "la x2, data + 1024", "la x3, dump"]
        for r in FREE:
            value = self.rng.choice(EDGES) if self.rng.random() < .4 else \
                self.rng.getrandbits(32)
            out.append("li x%d, %d" % (r, value))
        for _ in range(STRETCHES):
            n = 0
            while n < LENGTH:
                lines = self.instruction()
                out += lines
                n += len(lines)
            out += ["sw x%d, %d(x3)" % (r, 4 * r) for r in FREE]
            out += ["li a7, 64", "li a0, 1", "mv a1, x3", "li a2, %d" % (128 + 4096),
                    "ecall"] + ["lw x%d, %d(x3)" % (r, 4 * r) for r in FREE]
        out += ["li a0, 0", "li a7, 93", "ecall", ".bss", ".balign 4096", "dump: .space 128",
                "data: .space 4096"]
        return "\n".join(out) + "\n"


def run(command):
    p = subprocess.run(command, capture_output=True, timeout=60)
    return p.returncode, p.stdout


def first_difference(a, b):
    size = 128 + 4096
    for i in range(0, max(len(a), len(b)), 4):
        if a[i:i + 4] != b[i:i + 4]:
            stretch, at = divmod(i, size)
            where = "x%d" % (at // 4) if at < 128 else "data+%d" % (at - 128)
            return "after stretch %d, %s: ossim %s, qemu %s" % (
                stretch + 1, where, a[i:i + 4][::-1].hex(), b[i:i + 4][::-1].hex())
    return "none"


def main():
    if not QEMU:
        print("qemu.py: SKIPPED, since qemu-riscv32 is not installed (qemu-user)")
        return 0
    seeds = [int(sys.argv[1])] if len(sys.argv) > 1 else range(PROGRAMS)
    failed = 0
    with tempfile.TemporaryDirectory() as tmp:
        source, elf = os.path.join(tmp, "s.s"), os.path.join(tmp, "s.elf")
        for seed in seeds:
            with open(source, "w") as f:
                f.write(Stream(seed).text())
            subprocess.run([OSSIM, "asm", source, "-o", elf], check=True)
            ours, theirs = run([OSSIM, "exec", elf]), run([QEMU, elf])
            if ours != theirs or len(ours[1]) != STRETCHES * (128 + 4096):
                failed += 1
                print("FAIL seed %d: exit %d against %d; %s" % (
                    seed, ours[0], theirs[0], first_difference(ours[1], theirs[1])))
    n = len(seeds)
    print("%d passed, %d failed" % (n - failed, failed))
    return 1 if failed else 0


sys.exit(main())
