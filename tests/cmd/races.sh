#!/bin/bash
# races.sh - `--races`: each case of races.c reports the lines that it marks, and no other.
cd "$(dirname "$0")/../.." || exit 1
if ! command -v riscv64-unknown-elf-gcc >/dev/null && ! command -v ld.lld >/dev/null; then
    echo "races: SKIPPED: no compiler (apt-get install gcc-riscv64-unknown-elf)"
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
passed=0
failed=0
check() { # WHAT CONDITION...
    local what=$1
    shift
    if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAIL $what"; fi
}
source=tests/cmd/races.c
./ossim asm $source -o "$work/races.elf" || exit 1
hash_of() { sed -n 's/.*"trace_hash": "\([0-9a-f]*\)".*/\1/p' "$1"; }

one_case() { # NAME HARTS
    local marked status=0 got
    marked=$(grep -n "/\* $1 \*/" $source | cut -d: -f1)
    timeout 60 ./ossim exec --fast --races --cpus "$2" "$work/races.elf" "$1" \
        >"$work/out" 2>"$work/err" </dev/null || status=$?
    got=$(grep -o 'races\.c:[0-9]*' "$work/err" | cut -d: -f2 | sort -nu)
    check "$1 on $2 harts: lines $(echo $got) instead of $(echo $marked): $(cat "$work/err")" \
        test "$got" = "$marked"
    check "$1 on $2 harts: status $status" test $status = $([ -n "$marked" ] && echo 1 || echo 0)
}
{ grep -o '{ "[a-z_]*", [a-z_]* }' $source | cut -d'"' -f2; printf '%s\n' cancel detach fork; } >"$work/names"
check "there are all cases" test "$(wc -l <"$work/names")" = 36
while read -r name; do
    one_case "$name" 1
    one_case "$name" 2
done <"$work/names"

# What a line says; how many are told; the program's own status goes first.
./ossim exec --races "$work/races.elf" bad_counter 2>"$work/err"
check "what is told" grep -qx "$work/races.elf: data race on data (0x[0-9a-f]*): no lock, join or message orders these two ([0-9]* times\?)" "$work/err"
check "who" grep -Eqx '    (read|write) of 4 bytes by thread [23] \(races\.elf/[0-9]*\) at pc 0x[0-9a-f]{8} \(bad_counter\+0x[0-9a-f]+\), races\.c:[0-9]+(, earlier)?' "$work/err"
check "once for a pair of lines" test "$(grep -c 'data race' "$work/err")" = 1
./ossim exec --races=1 "$work/races.elf" bad_pairs 2>"$work/err"
check "no more than are wished" test "$(grep -c 'data race on' "$work/err")" = 1
check "...and how many more" grep -qx "$work/races.elf: 1 more data race" "$work/err"
./ossim exec --races --gdb 2345 "$work/races.elf" 2>"$work/err"
check "not with a debugger" test $? = 2
./ossim exec --races "$work/races.elf" nothing 2>/dev/null
check "the program's status" test $? = 2

# Two processes on one page are not compared, and that is said.
printf '#include <sys/mman.h>\n#include <sys/wait.h>\n#include <unistd.h>\nint main(int c, char **v) {
    int *n = mmap(0, 4096, 3, MAP_ANONYMOUS | (c > 1 ? MAP_SHARED : MAP_PRIVATE), -1, 0);
    if (fork() == 0) _exit(++*n - 1);
    ++*n; return wait(0) < 0; }\n' >"$work/shared.c"
./ossim exec --races "$work/shared.c" yes 2>"$work/err"
check "memory of two processes" test "$? $(cat "$work/err")" = \
    "0 $work/shared.c: data races in memory that processes share (MAP_SHARED) are not looked for"
./ossim exec --races "$work/shared.c" 2>"$work/err"
check "memory of one" test "$? $(cat "$work/err")" = "0 "

# A workload: the report, the JSON, the hash.
./ossim run workloads/race.json --races --json "$work/with.json" >"$work/out" 2>"$work/err"
check "the run has failed" test $? = 1
check "in the report" grep -q '! data race on counter' "$work/out"
check "with the workload's name" grep -q '^workloads/race.json: error: data race on counter' "$work/err"
check "in JSON" python3 - "$work/with.json" <<'PY'
import json, sys
race, = json.load(open(sys.argv[1]))["races"]
assert race["symbol"] == "counter" and race["times"] > 1, race
for a in race["accesses"]:
    assert a["kind"] in ("read", "write") and a["size"] == 4, a
    assert a["file"] == "race.c" and a["line"] == 21 and a["symbol"] == "with_none", a
    assert a["task"] in ("none/6", "none/7") and a["pc"].startswith("0x000"), a
PY
./ossim run workloads/race.json --json "$work/without.json" >/dev/null
check "the run is the same" test "$(hash_of "$work/with.json")" = "$(hash_of "$work/without.json")"
check "no races unless asked for" test "$(grep -c '"races"' "$work/without.json")" = 0
echo "data races: $passed passed, $failed failed"
[ $failed = 0 ]
