#!/bin/bash
# What is written, and what a signal, a limit or a killed process leave of it: whole results
# or the old ones, and nothing beside them.
cd "$(dirname "$0")/../.." || exit 1
ossim=$PWD/ossim here=$PWD
export LC_ALL=C
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'kill $! 2>/dev/null; exit 1' INT TERM HUP
cd "$work" || exit 1
passed=0 failed=0

check() { if [ "$2" = "$3" ]; then passed=$((passed + 1)); else echo "FAIL $1: \"$3\" instead of \"$2\""; failed=$((failed + 1)); fi; }
has() { if grep -qF -- "$2" err; then passed=$((passed + 1)); else echo "FAIL $1: no \"$2\" in: $(head -c 300 err)"; failed=$((failed + 1)); fi; }
ends() { local want=$1; shift; "$@" > out 2> err; check "$* ends with" "$want" $?; }
whole() { python3 -c 'import json, sys; json.load(open(sys.argv[1], "rb"))' "$1" 2> /dev/null && echo whole || echo broken; }
left() { find . -name '.*.ossim' | wc -l; }

echo '{"ossim": 1, "processes": [{"name": "A", "bursts": [{"cpu": 5}]}]}' > w.json
echo '{"ossim": 1, "name": "long", "processes": [{"name": "A", "count": 50, "bursts": [{"repeat": 1000000, "do": [{"cpu": 1}, {"io": 1}]}]}]}' > long.json

# --- signals: the results until then
for signal in TERM HUP INT; do
    timeout -s $signal 1.5 "$ossim" run long.json --quiet --json out.json --events ev --csv out.csv 2> err
    has "run, SIG$signal" "interrupted at"
    check "run, SIG$signal: results" whole "$(whole out.json)"
    check "run, SIG$signal: events" whole "$(tail -n 1 ev > last; whole last)"
    check "run, SIG$signal: left behind" 0 "$(left)"
    timeout -s $signal 1.5 "$ossim" compare long.json w.json --sched rr,fcfs --seeds 1..3 --json c.json > out 2> err
    check "compare, SIG$signal: results" whole "$(whole c.json)"
    has "compare, SIG$signal" "interrupted"
    rm -f out.json ev out.csv c.json
done

# --- the host's limits
( ulimit -f 64; ends 1 "$ossim" run long.json --until 3000 --quiet --events ev; has "ulimit -f" "ev: error: cannot write it: File too large"; check "ulimit -f: left" 0 "$(left)"; exit $failed ) || failed=$((failed + 1))
for option in json csv events trace; do
    ends 1 "$ossim" run w.json --quiet --$option /dev/full
    has "--$option /dev/full" "No space left on device"
done
if [ "$(id -u)" = 0 ] && command -v setpriv > /dev/null; then
    chmod 777 .
    if setpriv --reuid 65534 --clear-groups "$ossim" --version > /dev/null 2>&1; then
        setpriv --reuid 65534 --clear-groups bash -c "ulimit -u 1; exec '$ossim' compare w.json --sched rr,fcfs --seeds 1..3" > out 2> err
        check "compare, ulimit -u 1" 1 $?
        has "compare, ulimit -u 1" "Resource temporarily unavailable"
    fi
fi

# --- kill -9 while it writes: what stood there before is whole, the next one clears up
"$ossim" run w.json --quiet --json out.json --events ev
cp out.json old.json
for delay in 0.02 0.1 0.3 0.7; do
    "$ossim" run long.json --quiet --json out.json --events ev --csv out.csv --trace tr 2> /dev/null &
    sleep $delay
    kill -9 $! 2> /dev/null
    wait $! 2> /dev/null
    check "kill -9 after $delay s: the old results" same "$(cmp -s out.json old.json && echo same)"
done
"$ossim" run w.json --quiet --json out.json --events ev --csv out.csv --trace tr
check "litter of killed runs" 0 "$(left)"
# One that still runs keeps its own.
"$ossim" run long.json --quiet --json out.json --events ev 2> err &
runs=$!
sleep 0.5
before=$(left)
"$ossim" run w.json --quiet --json out.json --events ev
check "another run's files stay" "$before" "$(left)"
kill $runs; wait $runs
check "and become results" whole "$(whole out.json)"
for command in "disk put d.img w.json /w" "asm p.s -o p.elf" "refs 1,2,3 --replacement lru --frames 2 --json r.json"; do
    [ -e d.img ] || "$ossim" disk mkfs d.img --size 1MiB > out
    printf '_start: li a0, 0\nli a7, 93\necall\n' > p.s
    "$ossim" $command > out 2> err & kill -9 $!; wait $! 2> /dev/null
    "$ossim" $command > out 2> err
    check "$command after kill -9" 0 $?
done
check "kill -9 of others: left" 0 "$(left)"
# Whatever is written, at any moment: each file is as before or as it becomes.
cat > disk.json <<JSON
{"ossim": 1, "machine": {"disk": {"model": "fixed", "size": "2MiB", "latency": 0.1}},
 "kernel": {"files": {"/a": "$(printf '%030000d' 7)", "/b": "bb"}},
 "processes": [{"name": "A", "bursts": [{"repeat": 300, "do": [{"file": {"append": "/c", "bytes": 999}}]}]}]}
JSON
cp "$here/workloads/plugins/round-robin.c" s.c
cat > rubric.json <<JSON
{"ossim_rubric": 1, "name": "r", "pass": 1, "parts": [{"id": "p", "points": 1, "run": [{"workload": {"ossim": 1, "processes": [{"name": "A", "cpu": 5}]}}], "check": {"survives": true}}]}
JSON
"$ossim" grade s.c --rubric rubric.json --quiet --json g.json > out 2> err || cat err
digests() { find "$1" -type f ! -name '.*' -exec sha256sum {} + 2> /dev/null | LC_ALL=C sort; }
killed() {
    local what=$1 place=$2 i; shift 2
    rm -rf "$place"; "$@" > /dev/null 2> err
    digests "$place" > want
    for i in 0.01 0.03 0.06 0.1; do
        [ $i = 0.06 ] && rm -rf "$place"
        "$@" > /dev/null 2>&1 & sleep $i; kill -9 $! 2> /dev/null; wait $! 2> /dev/null
        digests "$place" | LC_ALL=C comm -23 - want > odd
        check "$what, killed after $i s: whole or not there" 0 "$(wc -l < odd)"
    done
    "$@" > /dev/null 2> err
    digests "$place" > now
    check "$what, after that" same "$(cmp -s want now && echo same)"
}
killed --disk-out d.out "$ossim" run disk.json --quiet --disk-out d.out
killed --files-out tree "$ossim" run disk.json --quiet --files-out tree
killed --plot plots "$ossim" run w.json --quiet --plot plots
killed "disk get" got "$ossim" disk get d.out /a got
killed "grade --json" g.json "$ossim" grade s.c --rubric rubric.json --quiet --json g.json
killed "new policy" mine.c "$ossim" new policy mine.c --like rr
check "kill -9 of everything: left" 0 "$(left)"
rm -f s.c mine.c

# --- names
ends 2 "$ossim" run w.json --quiet --json a --csv ./a
has "two outputs" "--json and --csv write the same file"
ln -s "$work" again
ends 2 "$ossim" run w.json --quiet --events b --trace again/b
ends 2 "$ossim" run w.json --quiet --json w.json
has "over the workload" "it is one of the files that are read"
ends 2 "$ossim" compare w.json --sched rr,fcfs --json ./w.json --quiet
ends 2 "$ossim" run w.json --quiet --json again/w.json
ends 0 "$ossim" check w.json
ends 0 "$ossim" run w.json --quiet --json /dev/null --csv /dev/null
ln -s nowhere dangling; ln -s loop loop
for link in dangling loop; do
    ends 2 "$ossim" run w.json --quiet --json $link
    check "$link stays" yes "$([ -L $link ] && echo yes)"
done
ln -s real link; echo > real
ends 0 "$ossim" run w.json --quiet --json link
check "a link stays one" "yes whole" "$([ -L link ] && echo yes) $(whole real)"
long=$(printf '%0240d' 0)
ends 0 "$ossim" run w.json --quiet --json "$long"

# --- paths that are no text
odd=$(printf 'caf\351')
mkdir "$odd" && cp w.json p.s "$here/tests/hostile/posix.c" "$here/tests/hostile/honest.h" "$odd"
ends 0 "$ossim" run "$odd/w.json" --quiet --json "$odd/o.json" --sched "$odd/posix.c"
check "a policy's name that is no text" caf "$(python3 -c 'import json, os; print(os.fsencode(json.load(open("o.json"))["scheduler"])[:3].decode())' 2> /dev/null || python3 -c 'import json, os; print(os.fsencode(json.load(open(b"caf\xe9/o.json"))["scheduler"])[:3].decode())')"
ends 0 "$ossim" exec "$odd/p.s"
ends 0 "$ossim" check "$odd/w.json"
ends 0 "$ossim" compare "$odd/w.json" --sched "rr,$odd/posix.c" --quiet --json "$odd/c.json"
check "compare's JSON" whole "$(whole "$odd/c.json")"

# --- plug-ins that do not load
cp "$odd/posix.c" ./-o.c; cp "$odd/honest.h" .
ends 0 "$ossim" run w.json --quiet --sched=-o.c
check "-o.c is no option" 0 "$(find . -maxdepth 1 -name '*.c' -newer w.json ! -name '-o.c' | wc -l)"
cc -shared -fPIC -o good.so -I"$here/include" ./-o.c
head -c 6000 good.so > cut.so; : > empty.so; head -c 20000 /dev/urandom > noise.so
(cat good.so | head -c 5000; head -c 4000 /dev/zero) > zeroed.so
for so in cut empty noise zeroed; do
    ends 2 "$ossim" run w.json --quiet --sched ./$so.so
    has "$so.so" "./$so.so: "
done
face() { printf '#include <ossim/sched.h>\n#define NAME "face"\n#include "honest.h"\n%s\nconst struct sched_ops ossim_policy = { .abi = SCHED_ABI, .name = %s, .params = %s, .state_size = honest_state_size, .init = honest_init, .enqueue = honest_enqueue, .pick = honest_pick, .remove = honest_remove };\n' "$1" "$2" "$3" > face.c; }
row='{ .name = "x", .type = PARAM_INT, .def = "1", .max = 9, .max_values = 1 }'
face "static const struct policy_param p[] = { $row, $row, { .name = NULL } };" '"face"' p
ends 2 "$ossim" run w.json --quiet --sched ./face.c; has "two parameters of one name" "two rows of ossim_policy.params are called x"
face "static const struct policy_param p[40] = { [0 ... 39] = $row };" '"face"' p
ends 2 "$ossim" run w.json --quiet --sched ./face.c
for wild in '(const char *)0x10' '(const char *)-1' 'NULL'; do
    face "" "$wild" NULL; ends 2 "$ossim" run w.json --quiet --sched ./face.c
    face "static const struct policy_param p[] = { { .name = ${wild/NULL/(const char *)1}, .def = \"1\" }, { 0 } };" '"face"' p
    ends 2 "$ossim" run w.json --quiet --sched ./face.c
done
face "" '"face"' '(const struct policy_param *)8'
ends 2 "$ossim" run w.json --quiet --sched ./face.c
has "a wild table" "while its ossim_policy was read"
printf '#include "/dev/zero"\n' > endless.c
ends 2 timeout 100 "$ossim" run w.json --quiet --sched ./endless.c

echo "files_out: $passed passed, $failed failed"
[ $failed = 0 ]
