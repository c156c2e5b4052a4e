#!/usr/bin/env python3
"""The programs of workloads/programs under `ossim exec`, and under qemu-riscv32 where it is
installed (which judges the programs and the C library themselves), against
expected.txt. A program in C needs a compiler for RISC-V.

Usage: run.py [OSSIM]      exit status 1 if anything differs"""
import os, shutil, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
OSSIM = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else os.path.join(ROOT, "ossim")
QEMU = shutil.which("qemu-riscv32")


def cases():
    """(name, status, arguments, input, output)"""
    case = None
    for line in open(os.path.join(HERE, "expected.txt")):
        line = line.rstrip("\n")
        if line.startswith("|"):
            case[4] += line[1:] + "\n"
        elif line and not line.startswith("#"):
            if case:
                yield case
            head, mark, text = line.partition(" < ")
            name, status, *args = head.split()
            case = [name, int(status), args, text + "\n" if mark else "", ""]
    yield case


def run(command, text):
    try:
        r = subprocess.run(command, input=text.encode(), capture_output=True, timeout=60)
    except subprocess.TimeoutExpired:
        return "no end", ""
    return (128 - r.returncode if r.returncode < 0 else r.returncode), \
        r.stdout.decode(errors="replace")


def main():
    total, bad, compilers = 0, 0, True
    if not QEMU:
        print("programs: SKIPPED the second opinion: no qemu-riscv32 (apt-get install qemu-user)")
    if not any(shutil.which(c) for c in ("riscv64-unknown-elf-gcc", "riscv32-unknown-elf-gcc",
                                         "ld.lld")):
        print("programs: SKIPPED those in C: no compiler (apt-get install "
              "gcc-riscv64-unknown-elf)")
        compilers = False
    with tempfile.TemporaryDirectory() as work:
        for name, status, args, text, output in cases():
            source = os.path.join(ROOT, "workloads", "programs", name)
            elf = os.path.join(work, name + ".elf")
            if name.endswith(".c") and not compilers:
                continue
            if not os.path.exists(elf):
                subprocess.run([OSSIM, "asm", source, "-o", elf], check=True)
            runs = [("ossim exec", [OSSIM, "exec", elf] + args)]
            if QEMU:
                runs.append(("qemu-riscv32", [QEMU, elf] + args))
            for who, command in runs:
                total += 1
                got = run(command, text)
                if got == (status, output):
                    continue
                bad += 1
                print("programs: %s %s under %s: ended with %s, expected %d; it printed\n%s" %
                      (name, " ".join(args), who, got[0], status, got[1]))
    print("programs: %d runs, %d failures" % (total, bad))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
