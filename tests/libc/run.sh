#!/bin/bash
# run.sh - the C library against the host's: each program here, built for both, must print
# the same, under `ossim exec` and, where it is installed, qemu-riscv32.
cd "$(dirname "$0")/../.." || exit 1
if ! command -v riscv64-unknown-elf-gcc >/dev/null && ! command -v ld.lld >/dev/null; then
    echo "libc: SKIPPED: no compiler (apt-get install gcc-riscv64-unknown-elf)"
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
total=0
failed=0
same() { # NAME
    if [ "$1" = math ]; then
        tests/libc/math.py "$work/want" "$work/got"
    else
        cmp -s "$work/want" "$work/got"
    fi
}
compare() { # NAME WHO COMMAND...
    local name=$1 who=$2
    shift 2
    total=$((total + 1))
    "$@" >"$work/got" 2>"$work/err" </dev/null && same "$name" && return
    failed=$((failed + 1))
    echo "FAIL $name under $who: not as the host has it"
    [ "$name" = math ] || diff "$work/want" "$work/got" | head -6
    head -3 "$work/err"
}
for source in tests/libc/*.c; do
    name=$(basename "$source" .c)
    ${HOST_CC:-cc} -O1 -w -fno-builtin -D_GNU_SOURCE "$source" -o "$work/host" -lm || exit 1
    ./ossim asm "$source" -o "$work/$name.elf" || exit 1
    "$work/host" >"$work/want" </dev/null
    compare "$name" "ossim exec" ./ossim exec "$work/$name.elf"
    command -v qemu-riscv32 >/dev/null && compare "$name" qemu-riscv32 qemu-riscv32 "$work/$name.elf"
    # clang has no run-time library for this machine: ours, which has no binary128.
    if command -v clang >/dev/null && command -v ld.lld >/dev/null && [ "$name" != math ]; then
        OSSIM_RISCV_CC=clang ./ossim asm "$source" -o "$work/$name.clang.elf" || exit 1
        compare "$name" "ossim exec, built by clang" ./ossim exec "$work/$name.clang.elf"
    fi
done
echo "libc against the host's: $((total - failed)) passed, $failed failed"
[ $failed = 0 ]
