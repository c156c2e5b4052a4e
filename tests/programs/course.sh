#!/bin/bash
# course.sh - programs in the manner of a course's, one or two for each chapter of OSTEP:
# built for the host, where they say what is right, and run under `ossim exec` on one hart
# and on four, and under qemu-riscv32 where it is installed.
cd "$(dirname "$0")/../.." || exit 1
if ! command -v riscv64-unknown-elf-gcc >/dev/null && ! command -v ld.lld >/dev/null; then
    echo "course: SKIPPED: no compiler (apt-get install gcc-riscv64-unknown-elf)"
    exit 0
fi
top=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
total=0
failed=0
compare() { # NAME WHO COMMAND...
    local name=$1 who=$2
    shift 2
    total=$((total + 1))
    (cd "$work" && timeout 60 "$@" >got 2>err </dev/null) && cmp -s "$work/want" "$work/got" && return
    failed=$((failed + 1))
    echo "FAIL $name under $who: not as on the host"
    diff "$work/want" "$work/got" | head -6
    head -3 "$work/err"
}
for source in tests/programs/course/*.c; do
    name=$(basename "$source" .c)
    ${HOST_CC:-cc} -w -D_GNU_SOURCE -pthread "$source" -o "$work/host" -lm || exit 1
    ./ossim asm "$source" -o "$work/$name.elf" || exit 1
    (cd "$work" && ./host >want </dev/null) || { echo "FAIL $name on the host"; failed=$((failed + 1)); }
    # (sysv would leave its table in the host's /dev/shm, named executes itself, and qemu
    # holds nobody to RLIMIT_DATA)
    [[ $name != sysv && $name != named && $name != limits ]] && command -v qemu-riscv32 >/dev/null && compare "$name" qemu-riscv32 qemu-riscv32 "$name.elf"
    if [[ $name = files || $name = library ]] && ./ossim list syscalls | grep -q 'there are no files yet'; then
        echo "course: SKIPPED $name under ossim: this version has no files"
        continue
    fi
    compare "$name" "ossim exec" "$top/ossim" exec "$name.elf"
    compare "$name" "four harts" "$top/ossim" exec --cpus 4 "$name.elf"
done
echo "a course's programs: $((total - failed)) passed, $failed failed"
[ $failed = 0 ]
