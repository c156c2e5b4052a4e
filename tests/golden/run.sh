#!/bin/bash
# run.sh [OSSIM] - the same input gives the same events: on every machine, with every
# compiler. hashes.txt has a line for each run: workload, policy, trace hash. With
# --renew, it is written afresh (a commit of its own, with the reason).
cd "$(dirname "$0")/../.." || exit 1
list=tests/golden/hashes.txt
ossim=./ossim
renew=
for arg; do
    case $arg in
    --renew) renew=1 ;;
    *) ossim=$arg ;;
    esac
done

hash_of() { # WORKLOAD POLICY
    "$ossim" run "$1" --sched "$2" --until 100000 --json - 2>/dev/null |
        sed -n 's/.*"trace_hash": *"\([0-9a-f]*\)".*/\1/p'
}

if [ -n "$renew" ]; then
    for w in workloads/*.json; do
        case $w in */schema.json | */crowd.json | */unix.json | */race.json) continue ;; esac
        for p in fcfs sjf rr:quantum=3 priority mlfq lottery stride fair eevdf edf llf; do
            echo "$w $p $(hash_of "$w" "$p")"
        done
    done >"$list.new" && mv "$list.new" "$list"
fi

n=0
failed=0
while read -r w p want; do
    n=$((n + 1))
    got=$(hash_of "$w" "$p")
    if [ "$got" != "$want" ] || [ -z "$want" ]; then
        failed=$((failed + 1))
        echo "FAIL $w under $p: trace hash $got, expected $want"
    fi
done <"$list"
echo "$((n - failed)) passed, $failed failed"
[ "$failed" = 0 ] && [ "$n" -gt 0 ]
