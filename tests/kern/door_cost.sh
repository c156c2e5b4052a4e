#!/bin/bash
# door_cost.sh - what the door between services takes under `monolithic`, in host instructions,
# against a kernel that is built without it (-DNO_DOOR, in a build of its own).
#
# Two runs of different length are counted and subtracted, so that loading falls out. Prints
# for each kind of work: instructions with a door and without, and the difference in percent.
# An argument names the door's ossim.
cd "$(dirname "$0")/../.." || exit 1
with=${1:-$(readlink -f ./ossim)} without=build/nodoor/ossim
command -v valgrind >/dev/null || { echo "door_cost.sh: valgrind is not installed" >&2; exit 2; }
make --no-print-directory BUILD=build/nodoor EXTRA=-DNO_DOOR $without >/dev/null || exit 1
dir=$(mktemp -d) && trap 'rm -rf "$dir"' EXIT

bursts() { echo "{\"name\": \"t\", \"count\": 8, \"bursts\": [{\"repeat\": $1, \"do\": [$2]}]}"; }
program() { echo "{\"name\": \"p\", \"asm\": \"_start: li s0, $1\\n1: addi s0, s0, -1\\n$2\\nbnez s0, 1b\\nli a0, 0\\nli a7, 93\\necall\\n.bss\\nx: .space 8\"}"; }
processes() { # KIND N
    case $1 in
    computing) bursts "$2" '{"cpu": 40}, {"cpu": 1}' ;;
    yielding) bursts "$2" '{"cpu": 1}, {"yield": true}' ;;
    locking) bursts "$2" '{"cpu": 1}, {"lock": "m"}, {"cpu": 1}, {"unlock": "m"}' ;;
    waiting) bursts "$2" '{"cpu": 1}, {"io": 3}' ;;
    getppid) program "$2" 'li a7, 173\necall' ;;
    write) program "$2" 'li a0, 1\nla a1, x\nli a2, 4\nli a7, 64\necall' ;;
    esac
}
count() { # OSSIM KIND N
    echo "{\"ossim\": 1, \"kernel\": {\"scheduler\": \"rr:quantum=2\"}, \"processes\": [$(processes "$2" "$3")]}" >"$dir/w.json"
    valgrind --tool=callgrind --callgrind-out-file="$dir/cg" --log-file="$dir/log" \
        "$1" run "$dir/w.json" --quiet --json /dev/null >/dev/null || { echo "door_cost.sh: $2 failed" >&2; exit 1; }
    sed -n 's/^summary: *//p; s/^totals: *//p' "$dir/cg" | head -1
}
per() { echo $((($(count "$1" "$2" 2500) - $(count "$1" "$2" 500)) / 2000)); }
for kind in ${KINDS:-computing yielding locking waiting getppid write}; do
    a=$(per "$with" "$kind") b=$(per "$without" "$kind")
    echo "$kind $a $b" | awk '{ printf "%-10s %8d %8d  %+.2f%%\n", $1, $2, $3, 100 * ($2 / $3 - 1) }'
done
