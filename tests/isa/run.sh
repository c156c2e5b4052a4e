#!/bin/sh
# run.sh - each program of this folder under `ossim exec`, and under qemu-riscv32 where
# that is installed, to judge the programs themselves. Exit status 1 if any failed.
#
# usage: tests/isa/run.sh [OSSIM]
cd "$(dirname "$0")" || exit 2
ossim=$(realpath "${1:-../../ossim}")
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
total=0 bad=0

judge=$(command -v qemu-riscv32) ||
    echo "isa: SKIPPED the second opinion: no qemu-riscv32 (apt-get install qemu-user)"
exec_works=1
"$ossim" exec --help >/dev/null 2>&1 || exec_works=0

check() {                       # who, status
    total=$((total + 1))
    [ "$2" -eq 0 ] && return
    bad=$((bad + 1))
    echo "isa: $name: test $2 failed under $1"
}

for source in *.s; do
    name=${source%.s}
    if ! "$ossim" asm "$source" -o "$work/$name.elf"; then
        total=$((total + 1)) bad=$((bad + 1))
        continue
    fi
    if [ -n "$judge" ]; then
        timeout 20 "$judge" "$work/$name.elf" >/dev/null 2>&1
        check qemu-riscv32 $?
    fi
    if [ $exec_works = 1 ]; then
        timeout 20 "$ossim" exec "$work/$name.elf" </dev/null >/dev/null 2>&1
        check ossim $?
    fi
done
[ $exec_works = 1 ] || { echo "isa: FAILED: this ossim has no exec"; bad=$((bad + 1)); }
echo "isa: $total runs, $bad failures"
[ $bad -eq 0 ]
