#!/usr/bin/env python3
"""Our assembler against GNU as: every instruction and pseudo-instruction over many
operands, data directives and expressions must give the same bytes.

Usage: asm_gnu.py [OSSIM]      (default ./ossim)
Exit status 0: same; 1: a difference; 77: there is no GNU assembler for RISC-V."""
import random, re, shutil, struct, subprocess, sys, tempfile, os

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
OSSIM = sys.argv[1] if len(sys.argv) > 1 else os.path.join(ROOT, "ossim")
PREFIX = next((p for p in ("riscv64-unknown-elf-", "riscv32-unknown-elf-",
                           "riscv64-linux-gnu-") if shutil.which(p + "as")), None)
REGS = ["zero", "ra", "sp", "gp", "tp", "t0", "t1", "t2", "s0", "s1", "a0", "a1", "a2", "a3",
        "a4", "a5", "a6", "a7", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11",
        "t3", "t4", "t5", "t6", "fp"] + ["x%d" % i for i in range(32)]
IMM12 = [-2048, -2047, -1, 0, 1, 5, 1024, 2047]
WORDS = [0, 1, -1, 2047, 2048, -2048, -2049, 4095, 4096, 0x7ff, 0x800, 0xfff, 0x12345678,
         0x7fffffff, 0x80000000, -0x80000000, 0xffffffff, 0xfffff800, 0xfffff7ff, 0x7ffff800,
         0x1000, 0x80000800, 0xdeadbeef]
CSRS = ["cycle", "time", "instret", "cycleh", "timeh", "instreth", "0xc00", "0x300", "4095"]
SETS = ["i", "o", "r", "w", "rw", "io", "iorw", "ir", "ow"]
AT = "start+%d"


def rows():
    """(name, pattern) of every line of the two tables."""
    formats = {"R": "d,s,t", "I": "d,s,j", "SHIFT": "d,s,>", "LOAD": "d,o(s)", "JALR": "d,o(s)",
               "S": "t,q(s)", "B": "s,t,p", "U": "d,u", "J": "d,a", "FENCE": "P,Q", "NONE": "",
               "LR": "d,0(s)", "AMO": "d,t,0(s)", "CSR": "d,E,s", "CSRI": "d,E,Z"}
    cpu = os.path.join(ROOT, "src", "cpu")
    for line in open(os.path.join(cpu, "isa.def")):
        m = re.match(r'INSN\(\w+, *"([^"]+)", *\w+, *\w+, *(\w+), *(\w+)', line)
        if m:
            yield m[1], formats[m[2]]
            if m[3] == "AMO":
                for suffix in (".aq", ".rl", ".aqrl"):
                    yield m[1] + suffix, formats[m[2]]
    for line in open(os.path.join(ROOT, "src", "asm", "pseudo.def")):
        m = re.match(r'PSEUDO\("([^"]+)", *"([^"]*)"', line)
        if m:
            yield m[1], m[2]


def operand(rng, letter):
    pick = rng.choice
    if letter in "dst":
        return pick(REGS)
    if letter in "joq":
        return str(pick(IMM12 + [rng.randrange(-2048, 2048)]))
    if letter == ">" or letter == "Z":
        return str(rng.randrange(32))
    if letter == "u":
        return pick([hex(rng.randrange(1 << 20)), "0", "0xfffff", "%hi(start+0x1234)"])
    if letter in "pa":
        return pick(["start", "end", "1b", "2f", ". + 8", "near"])
    if letter in "AB":
        return pick(["start", "end", "data", "data+4", "1b", "2f"])
    if letter == "I":
        return str(pick(WORDS + [rng.randrange(-1 << 31, 1 << 32), rng.randrange(-4096, 4096)]))
    if letter == "E":
        return pick(CSRS)
    if letter in "PQ":
        return pick(SETS)
    if letter == "0":
        return pick(["", "0"])
    return letter


def instructions(rng, each):
    lines = []
    for name, pattern in rows():
        for _ in range(each if pattern else 1):
            text = "".join(operand(rng, c) for c in pattern)
            if re.search(r"jump|call|tail", name) and "zero" in text or "x0" in text.split(","):
                continue
            lines.append("    %s %s" % (name, text))
    rng.shuffle(lines)
    return lines


def program(rng, each):
    """Instructions in blocks, so that labels near and far are in reach."""
    out, lines = [".globl _start", ".text", "_start:", "start:"], instructions(rng, each)
    near = [l for l in lines if re.search(r"near|1b|2f|\. \+", l) or not re.search(r"start|end", l)]
    far = [l for l in lines if l not in set(near)]
    for i in range(0, len(near), 16):
        out += ["1: nop"] + [re.sub(r"\bnear\b", "2f", l) for l in near[i:i + 16]] + ["2:"]
    out += far + ["end: nop", ".data", ".byte 1", ".balign 4", "data: .word 1, 2, 3"]
    return "\n".join(out) + "\n"


DATA = """
.globl _start
.text
_start: nop
    .equ N, 5
    .set M, N * 2 + 1
    K = M << 3
    .align 3
    addi a0, a0, N + 1
    addi a0, a0, 'A'
    addi a0, a0, '\\n'
    li a0, K - M ; li a1, ~N ; li a2, -N ; li a3, !N
    li a4, (1 << 31) | 0xff
    lui a0, %hi(var); addi a0, a0, %lo(var); lw a1, %lo(var)(a0); sw a1, %lo(var + 4)(a0)
l1: auipc a0, %pcrel_hi(var)
    addi a0, a0, %pcrel_lo(l1)
    sw a1, %pcrel_lo(l1)(a0)
1:  auipc a0, %pcrel_hi(var + 8)
    lw a1, %pcrel_lo(1b)(a0)
    # comment
    nop
    nop /* a
    comment */ ; nop
    .balign 16
    nop
    .p2align 4
end:
.data
    .byte 1, 2, 'a', -1, 255, N, '\\\\', '\\''
    .half 0x1234, -2, 65535
    .2byte 7
    .word 0xdeadbeef, -1, end - _start, N, 0b1011, 0777, var, var + 4
    .dword 0x123456789abcdef0, -1
    .quad 5
    .ascii "ab\\tc\\n\\"\\\\", "x" "y"
    .asciz "hello\\0world", ""
    .string "\\101\\x42"
    .align 2
var: .word 1
    .balign 8, 0xaa
    .space 5
    .space 3, 0x55
    .zero 2
    .skip 1
    .fill 3, 2, 0x1234
    .float 1, -2.5, 3.14159, 1e-40
    .double 0.1, -1e300, 5e-324, 123456789.123456789
    .p2align 3
    .word 1 + 2 * 3, 1 << 2 + 1, 6 / 2 * 3, 7 % 4, 1 | 2 + 4, 5 & 6 | 1, 3 ^ 1 + 1, -1 >> 60
    .word 1 == 1, 1 != 1, 2 < 3, 2 > 3, 2 <= 2, 3 >= 4, 1 && 0, 1 || 0, 1 + 2 == 3 && 4, -5 / 2, -5 % 3
    .word 1 - 2 - 3, 2 * 3 + 4 * 5, (1 + 2) * 3, -(4), ~0 & 0xff, - 1 + 2, 4 ! 1, 1 <> 2, 8 >> 1 << 2
    .rept 3
    .byte 9
    .endr
.section .rodata
    .word 77, . - 4
"""

FAR = """
.globl _start
_start:
    beq a0, a1, far
    bne a0, a1, far
    blt a0, a1, far
    bgeu a0, a1, far
    bgt a0, a1, far
    beqz a0, far
    blez a0, far
1:  j far
    .space 4080
    bltu a0, a1, 1b
    bge a0, a1, 1b
    bgtz a0, 1b
    bnez a0, _start
far: nop
    bleu a0, a1, _start
    .rept 1100
    nop
    .endr
    beq a0, a0, far
"""


MACROS = """
.globl _start
.text
_start:
    .macro push reg, off=0
    addi sp, sp, -4
    sw \\reg, \\off(sp)
    .endm
    .macro sum from=0, to=5
    .word \\from
    .if \\to-\\from
    sum "(\\from+1)", \\to
    .endif
    .endm
    .macro name_it n, rest:vararg
label_\\n\\()_x: nop
    .word \\rest
    .endm
    .macro count
    li a0, \\@
    .endm
    .macro maybe x
    .ifb \\x
    nop
    .exitm
    .endif
    addi \\x, \\x, 1
    .endm
    push a0
    push a1, 8
    push off=12, reg=ra
    count
    count
    maybe
    maybe t3
    name_it 7, 1, 2, 3
    j label_7_x
    .equ DEBUG, 1
    .ifdef DEBUG
    li a0, 1
    .else
    li a0, 2
    .endif
    .ifndef NOTHING
    li a1, 3
    .ifdef DEBUG
    li a1, 4
    .endif
    .else
    li a1, 5
    .ifdef DEBUG
    li a1, 6
    .else
    li a1, 7
    .endif
    .endif
    .if DEBUG == 2
    nop
    .elseif DEBUG == 1
    li a2, 8
    .else
    li a2, 9
    .endif
    .ifeq DEBUG - 1
    li a3, 1
    .endif
    .iflt DEBUG
    li a4, 1
    .endif
    .ifc abc, abc
    li a5, 1
    .endif
    .irp r, s0, s1, s2
    push \\r
    .irpc d, 13
    addi \\r, \\r, \\d
    .endr
    .endr
    .rept 0
    .irp x, 1, 2
    nop
    .endr
    .endr
    .rept 2
    maybe a1
    .endr
    .org 0x300
    nop
.data
    sum 0, 3
    .irp v, 1, 2, 300
    .uleb128 \\v
    .sleb128 -\\v
    .sleb128 64
    .uleb128 0x12345
    .endr
    .org 0x80, 0x11
    .byte 1
    .purgem count
    .macro count
    .byte 9
    .endm
    count
"""


# But for \uXXXX, which is RARS's, and the letter u to GNU as.
ESCAPES = r"""
.globl _start
_start: nop
.data
    .ascii "a\u41q\uzb", "\q\a\e\v\8\9\18\129"
    .asciz "\x4142\1234\0\'"
    .byte '\u', '\'', '\a'
"""

INSN = """
.globl _start
_start:
    .insn r 0x33, 0, 0, a0, a1, a2
    .insn r OP, 7, 0x7f, t0, s1, fp
    .insn r CUSTOM_0, 3, 0x20, x31, x0, x1
    .insn r MADD, 1, 2, a0, a1, a2, a3
    .insn r4 NMADD, 0, 3, t6, t5, t4, t3
    .insn i 0x13, 0, a0, a1, -2048
    .insn i OP_IMM, 7, a0, a1, 2047
    .insn i LOAD, 2, a0, -4(sp)
    .insn i 0x67, 0, ra, 12(a0)
    .insn i CUSTOM_1, 5, a0, a1, %lo(var)
    .insn s STORE, 2, a0, 8(sp)
    .insn s 0x23, 0, t1, -1(t2)
1:  .insn sb BRANCH, 0, a0, a1, 1b
    .insn b 0x63, 5, a0, a1, end
    .insn u LUI, a0, 0xfffff
    .insn u 0x17, t0, %hi(var)
    .insn j JAL, ra, end
    .insn uj 0x6f, zero, _start
    .insn 0x00000013
    .insn 4, 0xdeadbee3
    .insn i SYSTEM, 0, x0, x0, 0
    .insn r AMO, 2, 0x04, a0, a1, a2
end: nop
.data
var: .word 3
"""

INCLUDES = """
.globl _start
_start:
    .include "part.inc"
    .include "part.inc"
    three a0
    .ifdef WIDTH
    li a1, WIDTH
    .endif
.data
    .byte 1
    .incbin "bytes.bin"
    .incbin "bytes.bin", 3
    .incbin "bytes.bin", 2, 5
    .incbin "bytes.bin", 10, 0
    .byte 2
"""
PARTS = {"part.inc": b"""    addi a0, a0, 1
    .ifndef WIDTH
    .equ WIDTH, 77
    .macro three r
    li \\r, 3
    .endm
    .else
    .include "inner/deep.inc"
    .endif
""", "inner/deep.inc": b"    xor a1, a2, a3\n", "bytes.bin": bytes(range(250, 256)) + b"abc\n"}


def gnu(text, work):
    """Linked by GNU ld where our sections lie; the bytes of each section."""
    src, obj, elf, script = (os.path.join(work, n) for n in ("x.s", "x.o", "g.elf", "x.ld"))
    open(src, "w").write(".option norelax\n" + text)
    open(script, "w").write("""SECTIONS { .text 0x10000 : { *(.text) }
        .rodata ALIGN(4096) : { *(.rodata) } .data ALIGN(4096) : { *(.data) }
        .bss ALIGN(64) : { *(.bss) } }""")
    subprocess.run([PREFIX + "as", "-march=rv32ima_zicsr_zifencei_zihintpause", "-mabi=ilp32",
                    "-mno-relax", src, "-o", obj], check=True, cwd=work, stderr=subprocess.DEVNULL)
    subprocess.run([PREFIX + "ld", "-m", "elf32lriscv", "--no-relax", "-T", script, obj, "-o", elf],
                   check=True)
    return elf


def ours(text, work):
    src, elf = os.path.join(work, "o.s"), os.path.join(work, "o.elf")
    open(src, "w").write(text)
    subprocess.run([OSSIM, "asm", src, "-o", elf], check=True)
    return elf


def section(elf, name):
    """Bytes and address of a section, read by hand."""
    d = open(elf, "rb").read()
    shoff, = struct.unpack_from("<I", d, 32)
    n, strndx = struct.unpack_from("<HH", d, 48)
    heads = [struct.unpack_from("<10I", d, shoff + 40 * i) for i in range(n)]
    for h in heads:
        at = heads[strndx][4] + h[0]
        if d[at:d.index(b"\0", at)].decode() == name:
            return d[h[4]:h[4] + h[5]], h[3]
    return b"", 0


def compare(what, text):
    with tempfile.TemporaryDirectory() as work:
        os.mkdir(os.path.join(work, "inner"))
        for name, data in PARTS.items():
            open(os.path.join(work, name), "wb").write(data)
        g, o = gnu(text, work), ours(text, work)
        for name in (".text", ".rodata", ".data"):
            (gb, ga), (ob, oa) = section(g, name), section(o, name)
            if gb == ob and (ga == oa or not gb):
                continue
            at = next((i for i in range(min(len(gb), len(ob))) if gb[i] != ob[i]),
                      min(len(gb), len(ob))) & ~3
            print("asm_gnu: %s: %s differs at %#x: GNU %s, ours %s" %
                  (what, name, at, gb[at:at + 4][::-1].hex(), ob[at:at + 4][::-1].hex()))
            subprocess.run([PREFIX + "objdump", "-d", "-M", "no-aliases",
                            "--start-address=%d" % max(0, ga + at - 12),
                            "--stop-address=%d" % (ga + at + 8), g])
            keep = "/tmp/asm_gnu_failed.s"
            open(keep, "w").write(text)
            print("asm_gnu: the program is in", keep)
            return 1
    return 0


# A text that is wrong, and what is said: files by their own lines, cycles, missing ones.
WRONG = [
    ('.include "none.inc"', "x.s:1:10: error: none.inc cannot be read"),
    ('.include "bad.inc"', "bad.inc:2:5: error: unknown instruction 'addq'"),
    ('.include "self.inc"', "self.inc:1:10: error: files include each other without an end"),
    ('flw fa0, 0(a0)', "'flw' needs floating-point registers, and the harts have none"),
    ('.include none', "a file's name in \"quotes\" is expected here"),
    ('.incbin "bytes.bin", 0, 99', "the file has not so many bytes"),
    ('.incbin "bytes.bin", -1', "the file has not so many bytes"),
    ('.include "open.inc"', "open.inc:2:1: error: .endif is missing"),
    ('.insn r 0x30, 0, 0, a0, a1, a2', "an opcode is a number below 128 whose two low bits are set"),
    ('.insn r 0x33, 8, 0, a0, a1, a2', "this must be from 0 to 7"),
    ('.insn ca 0x33, 1', "'ca' is no format here"),
    ('.insn 0x1', "the low bits of this do not say 4 bytes"),
    ('.insn b 0x63, 0, a0, a1, far', "the target is too far away, or odd"),
]


def messages():
    bad = 0
    with tempfile.TemporaryDirectory() as work:
        for name, text in (("bad.inc", "nop\n    addq a0, a0\n"), ("self.inc", '.include "self.inc"\n'),
                           ("open.inc", ".ifdef X\n"), ("bytes.bin", "0123")):
            open(os.path.join(work, name), "w").write(text)
        for line, said in WRONG:
            open(os.path.join(work, "x.s"), "w").write(
                line + "\n.globl _start\n_start: nop\n.space 8000\nfar: nop\n")
            out = subprocess.run([os.path.abspath(OSSIM), "asm", "x.s"], cwd=work,
                                 capture_output=True, text=True)
            if out.returncode != 2 or said not in out.stderr:
                print("asm_gnu: %s: not said: %s\n%s" % (line, said, out.stderr))
                bad += 1
        # Beside the file that names it, then in the folders of -I, as an assembler's -I.
        os.makedirs(os.path.join(work, "a"))
        os.makedirs(os.path.join(work, "b"))
        open(os.path.join(work, "a", "x.s"), "w").write('.globl _start\n_start: .include "y.inc"\n.include "z.inc"\n')
        open(os.path.join(work, "a", "y.inc"), "w").write("li a7, 93\n")
        open(os.path.join(work, "b", "y.inc"), "w").write("li a7, 0\n")
        open(os.path.join(work, "b", "z.inc"), "w").write("li a0, 5\necall\n")
        out = subprocess.run([os.path.abspath(OSSIM), "exec", "-I", "b", "a/x.s"], cwd=work)
        if out.returncode != 5:
            print("asm_gnu: .include: status %d instead of 5" % out.returncode)
            bad += 1
    return bad


def main():
    if not PREFIX:
        print("asm_gnu: SKIPPED: no GNU assembler for RISC-V here "
              "(apt-get install binutils-riscv64-unknown-elf)", file=sys.stderr)
        return 77
    rng = random.Random(1)
    bad = compare("data and expressions", DATA) + compare("far branches", FAR) + \
        compare("macros and conditions", MACROS) + compare("escapes", ESCAPES) + \
        compare(".insn", INSN) + compare("files", INCLUDES) + messages()
    total = 0
    for each in (1, 12, 40):
        text = program(rng, each)
        total += text.count("\n")
        bad += compare("instructions x%d" % each, text)
    print("asm_gnu: %s rows, %d lines: %s" %
          (len(list(rows())), total, "differences" if bad else "the same bytes as GNU as"))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
