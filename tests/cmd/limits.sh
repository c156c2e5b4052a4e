#!/bin/bash
# limits.sh - setrlimit of memory, stack and tasks: limits.c, whose answers are those that
# setrlimit(2), mmap(2) and fork(2) promise.
cd "$(dirname "$0")/../.." || exit 1
if ! command -v riscv64-unknown-elf-gcc >/dev/null && ! command -v ld.lld >/dev/null; then
    echo "limits: SKIPPED: no compiler (apt-get install gcc-riscv64-unknown-elf)"
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
cat >"$work/want" <<'END'
stack 8388608
0 11
0 11
stack 1048576
0
private 10 shared 10 to read 10
in its own place 1
mremap 1 1
brk 1 1 1
without 64
private 10 shared 64 to read 64
in its own place 1
mremap 1 1
brk 1 1 1
without 64
children 4: Resource temporarily unavailable
again 1
hard 1
files 6
the child's 1: Too many open files
still 6: 2
END
./ossim asm tests/cmd/limits.c -o "$work/limits.elf" || exit 1
timeout 60 ./ossim exec --fast "$work/limits.elf" >"$work/got" 2>"$work/err" </dev/null
if diff "$work/want" "$work/got" &&
    grep -Fqx "$work/limits.elf: RLIMIT_NPROC is reached: 5 tasks of programs" "$work/err"; then
    echo "limits: passed"
else
    cat "$work/err"
    exit 1
fi
