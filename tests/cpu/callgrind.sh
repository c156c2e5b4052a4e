#!/bin/sh
# callgrind.sh [ENGINE] - host instructions for each guest instruction, kernel by kernel.
#
# Unlike a time this does not depend on the machine's mood. Two runs of different length
# are counted and subtracted, so that building and loading the program falls out.
set -e
engine=${1:-goto}
ossim=${OSSIM:-./ossim}
few=1000000 many=4000000
command -v valgrind >/dev/null || { echo "callgrind.sh: valgrind is not installed" >&2; exit 2; }
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# count KERNEL N: prints "guest host".
count() {
    guest=$(valgrind --tool=callgrind --callgrind-out-file="$out/cg" --log-file="$out/log" \
        "$ossim" bench cpu --once "$1" "$engine" "$2")
    echo "$guest $(sed -n 's/^summary: *//p; s/^totals: *//p' "$out/cg" | head -1)"
}

for kernel in fib sieve matmul structs quicksort sha256; do
    "$ossim" bench cpu --once "$kernel" "$engine" 1 >/dev/null     # builds it
    short=$(count "$kernel" $few)
    long=$(count "$kernel" $many)
    echo "$kernel $short $long" | awk '{ printf "%-10s %.2f\n", $1, ($5 - $3) / ($4 - $2) }'
done
