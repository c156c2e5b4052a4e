#!/usr/bin/env python3
"""Writes the programs in tests/isa: one for each instruction of RV32IMA, in the style of
the official RISC-V unit tests ("riscv-tests", isa/): exit 0 passes, exit n says that
test n failed. What is expected is calculated here, from the words of the manual and
not by any of the interpreters under test.

Usage: make.py        (writes NAME.s beside itself)"""
import os

HERE = os.path.dirname(os.path.abspath(__file__))
M = 0xffffffff
VALUES = [(0, 0), (1, 1), (3, 7), (0, 0xffff8000), (0x80000000, 0), (0x80000000, 0xffff8000),
          (0, 0x7fff), (0x7fffffff, 0), (0x7fffffff, 0x7fff), (0x80000000, 0x7fff),
          (0x7fffffff, 0xffff8000), (0, M), (M, 1), (M, M), (1, 0x7fffffff),
          (0x80000000, M), (0x80000000, 1), (0xff00ff00, 0x0f0f0f0f), (0x12345678, 0x9abcdef0),
          (20, 0xfffffffa), (0xffffffec, 6), (0xffffffec, 0xfffffffa), (5, 31), (5, 32)]
SHORT = [0, 1, 5, 31, 0x7ff, -1, -5, -2048, 1365, -256]


def s(v):
    v &= M
    return v - (1 << 32) if v >> 31 else v


def div(a, b):
    if b == 0:
        return M
    q = abs(s(a)) // abs(s(b))
    return -q if (s(a) < 0) != (s(b) < 0) else q


def rem(a, b):
    if b == 0:
        return a
    r = abs(s(a)) % abs(s(b))
    return -r if s(a) < 0 else r


R = {"add": lambda a, b: a + b, "sub": lambda a, b: a - b, "sll": lambda a, b: a << (b & 31),
     "slt": lambda a, b: s(a) < s(b), "sltu": lambda a, b: a < b, "xor": lambda a, b: a ^ b,
     "srl": lambda a, b: a >> (b & 31), "sra": lambda a, b: s(a) >> (b & 31),
     "or": lambda a, b: a | b, "and": lambda a, b: a & b, "mul": lambda a, b: a * b,
     "mulh": lambda a, b: s(a) * s(b) >> 32, "mulhsu": lambda a, b: s(a) * b >> 32,
     "mulhu": lambda a, b: a * b >> 32, "div": div, "divu": lambda a, b: a // b if b else M,
     "rem": rem, "remu": lambda a, b: a % b if b else a}
I = {"addi": "add", "slti": "slt", "sltiu": "sltu", "xori": "xor", "ori": "or", "andi": "and"}
SHIFT = {"slli": "sll", "srli": "srl", "srai": "sra"}
BRANCH = {"beq": lambda a, b: a == b, "bne": lambda a, b: a != b, "blt": lambda a, b: s(a) < s(b),
          "bge": lambda a, b: s(a) >= s(b), "bltu": lambda a, b: a < b, "bgeu": lambda a, b: a >= b}
AMO = {"amoswap.w": lambda m, r: r, "amoadd.w": lambda m, r: m + r, "amoxor.w": lambda m, r: m ^ r,
       "amoand.w": lambda m, r: m & r, "amoor.w": lambda m, r: m | r,
       "amomin.w": lambda m, r: min(s(m), s(r)), "amomax.w": lambda m, r: max(s(m), s(r)),
       "amominu.w": min, "amomaxu.w": max}
LOADS = {"lb": (1, True), "lbu": (1, False), "lh": (2, True), "lhu": (2, False), "lw": (4, True)}
STORES = {"sb": 1, "sh": 2, "sw": 4}


class Program:
    def __init__(self, name):
        self.name, self.n, self.data, self.body = name, 1, [], []

    def test(self, what, *lines):
        """The next test; lines say `bne X, Y, fail` where something must be equal."""
        self.n += 1
        self.body.append("test_%d:%s# %s" % (self.n, " " * max(1, 21 - len(str(self.n))), what))
        self.body.append("    li gp, %d" % self.n)
        self.body += ["    " + line if not line.endswith(":") else line for line in lines]

    def write(self):
        text = ["# %s.s - %s, one test after the other. Written by make.py." %
                (self.name, self.name), "    .globl _start", "    .text", "_start:"] + self.body
        text += ["", "    li a0, 0", "    li a7, 93", "    ecall", "fail:",
                 "    mv a0, gp", "    li a7, 93", "    ecall"]
        if self.data:
            text += ["", "    .data"] + self.data
        with open(os.path.join(HERE, self.name + ".s"), "w") as f:
            f.write("\n".join(text) + "\n")


def equal(register, value):
    return ["li t0, %#x" % (value & M), "bne %s, t0, fail" % register]


def register_form(name):
    f, p = R[name], Program(name)
    for a, b in VALUES:
        p.test("%#x, %#x" % (a, b), "li a1, %#x" % a, "li a2, %#x" % b, "%s a0, a1, a2" % name,
               *equal("a0", f(a, b)))
    a, b = 0x80000011, 13
    p.test("rd is rs1", "li a1, %#x" % a, "li a2, %d" % b, "%s a1, a1, a2" % name,
           *equal("a1", f(a, b)))
    p.test("rd is rs2", "li a1, %#x" % a, "li a2, %d" % b, "%s a2, a1, a2" % name,
           *equal("a2", f(a, b)))
    p.test("all the same", "li a1, %#x" % a, "%s a1, a1, a1" % name, *equal("a1", f(a, a)))
    p.test("rs1 is x0", "li a2, %#x" % a, "%s a0, x0, a2" % name, *equal("a0", f(0, a)))
    p.test("rs2 is x0", "li a1, %#x" % a, "%s a0, a1, x0" % name, *equal("a0", f(a, 0)))
    p.test("rd is x0", "li a1, %#x" % a, "li a2, %d" % b, "%s x0, a1, a2" % name,
           "bnez x0, fail")
    p.write()


def immediate_form(name):
    f, p = R[I[name]], Program(name)
    for a in (0, 1, 0x7fffffff, 0x80000000, M, 0x00ff0f0f, 0xfffff800):
        for imm in SHORT:
            p.test("%#x, %d" % (a, imm), "li a1, %#x" % a, "%s a0, a1, %d" % (name, imm),
                   *equal("a0", f(a, imm & M)))
    p.test("rd is rs1", "li a1, 13", "%s a1, a1, 11" % name, *equal("a1", f(13, 11)))
    p.test("rs1 is x0", "%s a0, x0, -5" % name, *equal("a0", f(0, -5 & M)))
    p.test("rd is x0", "li a1, 33", "%s x0, a1, 50" % name, "bnez x0, fail")
    p.write()


def shift_form(name):
    f, p = R[SHIFT[name]], Program(name)
    for a in (1, M, 0x21212121, 0x80000000, 0x7fffffff):
        for n in (0, 1, 7, 14, 16, 31):
            p.test("%#x by %d" % (a, n), "li a1, %#x" % a, "%s a0, a1, %d" % (name, n),
                   *equal("a0", f(a, n)))
    p.test("rd is rs1", "li a1, 0x80000001", "%s a1, a1, 3" % name,
           *equal("a1", f(0x80000001, 3)))
    p.test("rd is x0", "li a1, 33", "%s x0, a1, 3" % name, "bnez x0, fail")
    p.write()


def upper_forms():
    p = Program("lui")
    for v in (0, 1, 0x80000, 0x7ffff, 0xfffff, 0x12345):
        p.test("%#x" % v, "lui a0, %#x" % v, "li t0, %d" % s(v << 12), "srai a0, a0, 4",
               "srai t0, t0, 4", "bne a0, t0, fail", "slli a1, a0, 24", "bnez a1, fail")
    p.test("rd is x0", "lui x0, 0x80000", "bnez x0, fail")
    p.write()
    p = Program("auipc")
    for v in (0, 1, 0x10, 0xfffff, 0x80000):
        p.test("%#x" % v, "1:", "auipc a0, %#x" % v, "la a1, 1b", "sub a0, a0, a1",
               *equal("a0", v << 12))
    p.test("twice, eight bytes apart", "auipc a0, 0", "nop", "auipc a1, 0", "sub a0, a1, a0",
           *equal("a0", 8))
    p.write()


def jumps():
    p = Program("jal")
    p.test("forward, links", "1:", "jal a0, 2f", "j fail", "2:", "la a1, 1b", "addi a1, a1, 4",
           "bne a0, a1, fail")
    p.test("backward", "j 2f", "1:", "j 3f", "2:", "jal a0, 1b", "j fail", "3:", "nop")
    p.test("rd is x0", "jal x0, 1f", "j fail", "1:", "bnez x0, fail")
    p.test("far forward and back", "jal a0, far", "back:", "la a1, back", "bne a0, a1, fail",
           "j 1f", ".space 70000", "far:", "jr a0", "1:", "nop")
    p.write()
    p = Program("jalr")
    p.test("links", "la a1, 2f", "1:", "jalr a0, 0(a1)", "j fail", "2:", "la a2, 1b",
           "addi a2, a2, 4", "bne a0, a2, fail")
    p.test("rd is rs1", "la a1, 2f", "1:", "jalr a1, 0(a1)", "j fail", "2:", "la a2, 1b",
           "addi a2, a2, 4", "bne a1, a2, fail")
    p.test("offset forward", "la a1, 1f - 2000", "jalr a0, 2000(a1)", "j fail", "1:", "nop")
    p.test("offset backward", "la a1, 1f + 2048", "jalr a0, -2048(a1)", "j fail", "1:", "nop")
    p.test("bit 0 is cleared", "la a1, 1f", "jalr a0, 1(a1)", "j fail", "1:", "nop")
    p.test("rd is x0", "la a1, 1f", "jalr x0, 0(a1)", "j fail", "1:", "bnez x0, fail")
    p.write()


def branch(name):
    f, p = BRANCH[name], Program(name)
    for a, b in [(0, 0), (1, 1), (M, M), (0, 1), (1, 0), (M, 1), (1, M), (0x80000000, 0x7fffffff),
                 (0x7fffffff, 0x80000000), (M, 0xfffffffe), (0xfffffffe, M), (0x80000000, M)]:
        if f(a, b):
            lines = ["%s a1, a2, 2f" % name, "1:", "j fail", "j 3f", "2:",
                     "%s a1, a2, 3f" % name, "j fail", "3:"]
        else:
            lines = ["%s a1, a2, 1f" % name, "j 2f", "1:", "j fail", "2:",
                     "%s a1, a2, 1b" % name]
        p.test("%#x, %#x: %s" % (a, b, "taken" if f(a, b) else "not taken"), "li a1, %#x" % a,
               "li a2, %#x" % b, *lines)
    a, b = next((a, b) for a, b in [(0, 0), (0, 1), (1, 0)] if f(a, b))
    p.test("backward", "li a1, %d" % a, "li a2, %d" % b, "j 2f", "1:", "j 3f", "2:",
           "%s a1, a2, 1b" % name, "j fail", "3:", "nop")
    p.test("nearly 4 KiB ahead", "li a1, %d" % a, "li a2, %d" % b, "%s a1, a2, 1f" % name,
           "j fail", ".space 4080", "1:", "nop")
    p.write()


def load(name):
    size, signed = LOADS[name]
    p, data = Program(name), bytes([0xff, 0x00, 0xf0, 0x0f, 0x00, 0xff, 0x0f, 0xf0,
                                    0x80, 0x7f, 0x01, 0xfe, 0x12, 0x34, 0x56, 0x78])
    p.data = ["    .balign 4", "data:", "    .byte " + ", ".join("%#x" % b for b in data), "end:"]
    for at in range(0, 16, size):
        v = int.from_bytes(data[at:at + size], "little", signed=signed)
        p.test("byte %d, positive offset" % at, "la a1, data", "%s a0, %d(a1)" % (name, at),
               *equal("a0", v))
        p.test("byte %d, negative offset" % at, "la a1, end", "%s a0, %d(a1)" % (name, at - 16),
               *equal("a0", v))
    v = int.from_bytes(data[8:8 + size], "little", signed=signed)
    p.test("rd is rs1", "la a1, data", "%s a1, 8(a1)" % name, *equal("a1", v))
    p.test("far offset", "la a1, data + 8 - 2047", "%s a0, 2047(a1)" % name, *equal("a0", v))
    p.test("rd is x0", "la a1, data", "%s x0, 0(a1)" % name, "bnez x0, fail")
    if size > 1:
        v = int.from_bytes(data[1:1 + size], "little", signed=signed)
        p.test("misaligned", "la a1, data", "%s a0, 1(a1)" % name, *equal("a0", v))
    p.write()


def store(name):
    size, p = STORES[name], Program(name)
    p.data = ["    .balign 4", "data:", "    .space 16", "end:"]
    for v in (0xaa, 0xffffff00, 0xbeef1234, 0x80008000, M):
        for at in range(0, 8, size):
            old = 0xdeadbeef
            whole = bytearray(old.to_bytes(4, "little") * 4)
            whole[at:at + size] = (v & M).to_bytes(4, "little")[:size]
            w = at // 4 * 4
            p.test("%#x at %d" % (v, at), "la a1, data", "li a2, %#x" % old, "sw a2, 0(a1)",
                   "sw a2, 4(a1)", "li a2, %#x" % v, "%s a2, %d(a1)" % (name, at),
                   "lw a0, %d(a1)" % w, *equal("a0", int.from_bytes(whole[w:w + 4], "little")),
                   "lw a0, %d(a1)" % (4 - w), *equal("a0", old))
    p.test("negative offset", "la a1, end", "li a2, 0x5a", "%s a2, -16(a1)" % name,
           "lbu a0, -16(a1)", *equal("a0", 0x5a))
    p.test("far offset", "la a1, data - 2047", "li a2, 0x33", "%s a2, 2047(a1)" % name,
           "la a1, data", "lbu a0, 0(a1)", *equal("a0", 0x33))
    p.test("x0 is stored as zero", "la a1, data", "%s x0, 0(a1)" % name, "lbu a0, 0(a1)",
           "bnez a0, fail")
    if size > 1:
        p.test("misaligned", "la a1, data", "li a2, 0x44332211", "%s a2, 1(a1)" % name,
               "lbu a0, 2(a1)", *equal("a0", 0x22))
    p.write()


def atomic(name):
    f, p = AMO[name], Program(name)
    p.data = ["    .balign 4", "data:", "    .word 0, 0"]
    cases = [(0x80000000, 0xfffff800), (0, M), (M, 0), (1, 2), (0x7fffffff, 0x80000000), (7, 7),
             (0xf0f0f0f0, 0x0ff00ff0), (0x7fffffff, 1)]
    for suffix in ("", ".aq", ".rl", ".aqrl"):
        for m, r in cases if not suffix else cases[:2]:
            p.test("%#x, %#x%s" % (m, r, suffix), "la a1, data", "li a2, %#x" % m, "sw a2, 0(a1)",
                   "li a2, %#x" % r, "%s%s a0, a2, (a1)" % (name, suffix), *equal("a0", m),
                   "lw a0, 0(a1)", *equal("a0", f(m, r)))
    p.test("rd is rs2", "la a1, data", "li a2, 5", "sw a2, 0(a1)", "li a2, 9",
           "%s a2, a2, (a1)" % name, *equal("a2", 5), "lw a0, 0(a1)", *equal("a0", f(5, 9)))
    p.test("rd is rs1", "la a1, data", "mv a3, a1", "li a2, 5", "sw a2, 0(a1)", "li a2, 9",
           "%s a1, a2, (a1)" % name, *equal("a1", 5), "lw a0, 0(a3)", *equal("a0", f(5, 9)))
    p.test("rd is x0", "la a1, data", "li a2, 5", "sw a2, 0(a1)", "li a2, 9",
           "%s x0, a2, (a1)" % name, "bnez x0, fail", "lw a0, 0(a1)", *equal("a0", f(5, 9)))
    p.write()


def reservations():
    data = ["    .balign 4", "data:", "    .word 0, 0"]
    p = Program("lr.w")
    p.data = data
    for v in (0, 1, 0x80000000, M):
        p.test("loads %#x" % v, "la a1, data", "li a2, %#x" % v, "sw a2, 0(a1)", "lr.w a0, (a1)",
               *equal("a0", v))
    p.test("acquire and release", "la a1, data", "li a2, 6", "sw a2, 0(a1)", "lr.w.aqrl a0, (a1)",
           *equal("a0", 6))
    p.write()
    p = Program("sc.w")
    p.data = data
    p.test("fails without a reservation", "la a1, data", "li a2, 1", "sc.w a0, a2, (a1)",
           "beqz a0, fail", "lw a0, 0(a1)", "bnez a0, fail")
    p.test("succeeds after lr.w", "la a1, data", "li a2, 7", "1:", "lr.w a3, (a1)",
           "sc.w a0, a2, (a1)", "bnez a0, 1b", "lw a0, 0(a1)", *equal("a0", 7))
    p.test("a second one fails", "li a2, 8", "sc.w a0, a2, (a1)", "beqz a0, fail", "lw a0, 0(a1)",
           *equal("a0", 7))
    p.test("a loop counts to 1000", "la a1, data", "sw x0, 0(a1)", "li a3, 1000", "1:",
           "lr.w.aq a0, (a1)", "addi a0, a0, 1", "sc.w.rl a2, a0, (a1)", "bnez a2, 1b",
           "addi a3, a3, -1", "bnez a3, 1b", "lw a0, 0(a1)", *equal("a0", 1000))
    p.write()


def the_rest():
    p = Program("fence")
    p.data = ["    .balign 4", "data:", "    .word 0"]
    for sets in ("", " rw, rw", " w, r", " iorw, iorw"):
        p.test("orders a store and a load:" + sets, "la a1, data", "li a2, 55", "sw a2, 0(a1)",
               "fence" + sets, "lw a0, 0(a1)", *equal("a0", 55))
    p.test("fence.tso", "fence.tso")
    p.write()
    p = Program("fence.i")
    p.test("changes nothing by itself", "li a1, 77", "fence.i", *equal("a1", 77))
    # mmap2(0, 4096, RWX, private and anonymous, -1, 0), then code written at run time
    p.test("sees code that was just written", "li a0, 0", "li a1, 4096", "li a2, 7", "li a3, 34",
           "li a4, -1", "li a5, 0", "li a7, 222", "ecall", "mv s0, a0", "lw a1, insns",
           "sw a1, 0(s0)", "lw a1, insns + 4", "sw a1, 4(s0)", "fence.i", "jalr s0",
           *equal("a0", 1))
    p.test("and when it is changed again", "lw a1, insns + 8", "sw a1, 0(s0)", "fence.i",
           "jalr s0", *equal("a0", 2))
    p.data = ["    .balign 4", "insns:", "    .word 0x00100513        # li a0, 1",
              "    .word 0x00008067        # ret", "    .word 0x00200513        # li a0, 2"]
    p.write()
    p = Program("ecall")
    p.test("getpid twice", "li a7, 172", "ecall", "mv s0, a0", "blez a0, fail", "li a7, 172",
           "ecall", "bne a0, s0, fail")
    p.test("keeps the other registers", "li a1, 11", "li t3, 13", "li s1, 15", "li a7, 172",
           "ecall", *equal("a1", 11), *equal("t3", 13), *equal("s1", 15), *equal("a7", 172))
    p.test("an unknown call is -ENOSYS", "li a7, 4000", "ecall", *equal("a0", -38))
    p.write()
    p = Program("ebreak")
    # rt_sigaction(SIGTRAP, {handler}, 0, 8): what ebreak does without a debugger
    p.test("raises SIGTRAP", "li a0, 5", "la a1, action", "li a2, 0", "li a3, 8", "li a7, 134",
           "ecall", "bnez a0, fail", "ebreak", "j fail", "handler:", *equal("a0", 5))
    p.data = ["    .balign 4", "action:", "    .word handler, 0, 0, 0, 0"]
    p.write()
    for name, low in (("csrrs", "csrrs a%d, %s, x0"), ("csrrc", "csrrc a%d, %s, x0"),
                      ("csrrsi", "csrrsi a%d, %s, 0"), ("csrrci", "csrrci a%d, %s, 0")):
        p = Program(name)
        for csr in ("cycle", "instret"):
            p.test("%s grows" % csr, low % (1, csr), "nop", "nop", "nop", low % (2, csr),
                   "bgeu a1, a2, fail")
        p.test("time does not fall", low % (3, "timeh"), low % (1, "time"), low % (2, "time"),
               low % (4, "timeh"), "bne a3, a4, 1f", "bltu a2, a1, fail", "1:", "nop")
        p.write()
    # rt_sigaction(SIGILL, {handler}, 0, 8): the counters cannot be written
    for name, text in (("csrrw", "csrrw a0, cycle, x0"), ("csrrwi", "csrrwi a0, cycle, 0")):
        p = Program(name)
        p.test("writing a read-only register is illegal", "li a0, 4", "la a1, action", "li a2, 0",
               "li a3, 8", "li a7, 134", "ecall", "bnez a0, fail", text, "j fail", "handler:",
               *equal("a0", 4))
        p.data = ["    .balign 4", "action:", "    .word handler, 0, 0, 0, 0"]
        p.write()


def main():
    for name in R:
        register_form(name)
    for name in I:
        immediate_form(name)
    for name in SHIFT:
        shift_form(name)
    for name in BRANCH:
        branch(name)
    for name in LOADS:
        load(name)
    for name in STORES:
        store(name)
    for name in AMO:
        atomic(name)
    upper_forms()
    jumps()
    reservations()
    the_rest()


main()
