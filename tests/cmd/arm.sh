#!/bin/bash
# arm.sh - `ossim arm` as a user meets it: the textbooks' sums, in cylinders and in time.
cd "$(dirname "$0")/../.." || exit 1
pass=0 fail=0
ok() { pass=$((pass + 1)); }
bad() { echo "FAIL: $*"; fail=$((fail + 1)); }

queue=98,183,37,122,14,124,65,67

# moves POLICY DIRECTION CYLINDERS MS: what one policy must come to; ms as the table has it
moves() {
    got=$(./ossim arm $queue --head 53 --cylinders 200 "$2" --disk-sched "$1" |
          awk -v p="$1" '$1 == p {print $2, $3}')
    [ "$got" = "$3 $4" ] && ok || bad "$1 $2: $got, not $3 $4"
}

# Silberschatz, Galvin, Gagne, "Disk Scheduling"; times from the seek curve of Ruemmler and
# Wilkes for the HP 97560, worked out with bc. FCFS and C-SCAN tie in time.
moves fcfs --up 640 52.8
moves sstf --up 236 41.2
moves scan --down 236 45.8
moves scan --up 331 47.5
moves look --down 208 40.7
moves look --up 299 42.4
moves c-scan --up 382 52.8
moves c-scan:wrap=free --up 183 52.8
moves c-scan --down 386 53.0
moves c-look --up 322 42.8
moves c-look:wrap=free --up 153 42.8

# The JSON, field by field, and `policy` as it was given.
./ossim arm $queue --head 53 --cylinders 200 --up --disk-sched look:edge=turn,sstf --json - |
python3 -c '
import json, sys
runs = json.load(sys.stdin)["runs"]
assert [r["policy"] for r in runs] == ["look:edge=turn", "sstf"], runs
assert [r["moves"] for r in runs] == [299, 236], runs
assert runs[1]["order"] == [65, 67, 37, 14, 98, 122, 124, 183], runs
assert set(runs[0]) == {"policy", "moves", "order", "time_ms"}, runs
assert abs(runs[1]["time_ms"] - 41.2) < 0.05, runs' && ok || bad "the JSON"

# Sorted order serves all that wait at a place while the arm is there.
got=$(./ossim arm 50,60,50,10 --head 0 --disk-sched deadline | awk '$1 == "deadline" {print $2, $4, $5, $6, $7}')
[ "$got" = "60 10 50 50 60" ] && ok || bad "deadline, two at one place: $got"

# A plug-in's path may have any characters.
dir=$(mktemp -d)
./ossim new iosched "$dir/a\"b.c" >/dev/null
./ossim arm 98,183 --disk-sched "$dir/a\"b.c" --json - |
    python3 -c 'import json, sys; assert json.load(sys.stdin)["runs"][0]["policy"].endswith("a\"b.c")' &&
    ok || bad "a plug-in with a quote in its name"
rm -r "$dir"

# refuse WORDS ARGS: exit status 2, and all that is wrong is said
refuse() {
    want=$1; shift
    err=$(./ossim arm "$@" 2>&1 >/dev/null); status=$?
    [ $status = 2 ] && [[ $err == *"$want"* ]] && ok || bad "arm $*: $status, $err"
}
refuse "there is no cylinder 300" 98,300 --cylinders 200
refuse "there is no cylinder 53" 1,2 --head 53 --cylinders 50
refuse "is no queue" 98,x
refuse "is no queue" 98,
refuse "no disk scheduler" 98 --disk-sched scam
refuse "did you mean 'edge'" 98 --disk-sched scan:egde=run
# The plot's titles: how far the arm went, in words that nobody takes for the drive's size.
plots=$(mktemp -d)
./ossim arm $queue --head 53 --up --disk-sched sstf,c-look --plot "$plots" --quiet
for title in "sstf: moved over 236 cylinders" "c-look: moved over 322 cylinders"; do
    grep -qF "$title" "$plots/arm-queue.svg" && ok || bad "the plot does not say \"$title\""
done
rm -r "$plots"

refuse "no drive with a seek curve" 98 --drive mqsim
refuse "usage" --head 3

echo "arm: $pass passed, $fail failed"
[ $fail = 0 ]
