#!/bin/bash
# Every hostile plug-in under ./ossim: the exit status and the message are right, what
# was measured is reported all the same, and compare survives them side by side.
cd "$(dirname "$0")/../.." || exit 1
export OSSIM_PLUGIN_SECONDS=1 LC_ALL=C
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cases=0 failed=0

cat > "$work/w.json" <<'W'
{"ossim": 1, "name": "victim", "machine": {"cpus": 2}, "processes": [
  {"name": "A", "count": 3, "bursts": [{"cpu": 7}, {"io": 2}, {"cpu": 3}]},
  {"name": "B", "arrival": 1, "bursts": [{"cpu": 5}]}]}
W

fail() {
    echo "FAIL $1"
    failed=$((failed + 1))
}

# expect STATUS PLUGIN TEXT: run it; stderr has TEXT.
expect() {
    ./ossim run "$work/w.json" --sched "./tests/hostile/$2.c" --json "$work/out.json" \
        > "$work/out" 2> "$work/err"
    local status=$?
    cases=$((cases + 1))
    echo "$2: $(tail -n 1 "$work/err" | sed "s|^$work/||" | cut -c 1-110)"
    [ $status = "$1" ] || fail "$2: exit status $status, expected $1"
    [ -z "$3" ] || grep -qF -- "$3" "$work/err" || fail "$2: no \"$3\" in: $(head -c 400 "$work/err")"
}

# The same, and the results are there.
measured() {
    rm -f "$work/out.json"
    expect 1 "$1" "$2"
    grep -qF "$work/w.json: error: " "$work/err" || fail "$1: the workload is not named"
    python3 -c 'import json, sys; json.load(open(sys.argv[1]))["tasks"]' "$work/out.json" \
        || fail "$1: no results were written"
}

# Impossible answers: the run goes on to its end.
measured never     "never.c picked none though tasks are queued"
measured twice     "twice.c picked a task that is not on its queue"
measured stranger  "stranger.c picked a task that is not on its queue"
measured outside   "outside.c picked a task that does not exist"
measured no-time   "no-time.c gave a quantum below 1 ns"
measured yesterday "yesterday.c asked for a timer in the past"
measured nowhere   "nowhere.c chose a cpu that is not there"
python3 - "$work/out.json" <<'P' || fail "nowhere: not every task came to its end"
import json, sys
sys.exit(any(t["finish"] is None for t in json.load(open(sys.argv[1]))["tasks"]))
P

# It may leave harts idle, but not for ever; and what did not end is not the best of all.
measured idles    "stuck at 1 ms: nothing can move again, 4 tasks left (A-1 waits for the policy"
measured idles-on "thrashing at"
./ossim compare "$work/w.json" --sched rr,./tests/hostile/idles.c,./tests/hostile/idles-on.c \
    --json "$work/idle.json" > "$work/out" 2> "$work/err" && fail "compare: idle policies pass"
python3 - "$work/idle.json" <<'P' || fail "compare: a run that did not end is scored"
import json, sys
p = json.load(open(sys.argv[1]))["workloads"][0]["policies"]
assert [x["failed"] for x in p] == [0, 1, 1], p
assert all(x["metrics"]["waiting"]["mean"] is None for x in p[1:])
P

# Crashes and endless ops: what was measured until then.
measured null     "policy null crashed (SIGSEGV) in enqueue at 2 ms"
measured raises   "policy raises crashed (SIGSEGV) in enqueue at 2 ms"
measured recurses "policy recurses crashed (SIGSEGV) in pick at 0 ms"
measured aborts   "policy aborts crashed (SIGABRT) in pick at 2 ms"
measured loops    "policy loops did not return for 1 s in pick at 0 ms"
measured sleeps   "policy sleeps did not return for 1 s in enqueue at 0 ms"
if [ "$(uname -m)" = x86_64 ]; then
    measured divides "policy divides crashed (SIGFPE) in quantum at"
fi
expect 1 greedy "policy greedy asked for"
expect 1 exits  "policy exits called exit() in pick"

# Nothing wrong: every flag of the contract, beside the headers of POSIX.
expect 0 posix ""

# What does not build, load or fit is invalid input.
expect 2 bad-syntax "bad-syntax.c:8:32: error:"
expect 2 bad-link   "favourite_task"
expect 2 bad-abi    "ossim_policy.abi is 999"
expect 2 old-abi    "built for version 1 of the contract"
expect 2 bad-name   "My Scheduler!"
expect 2 no-pick    "no .pick"
expect 2 no-policy  "no ossim_policy"

# Side by side: one crash is one row, and whatever a plug-in keeps in variables of its
# own, the numbers do not depend on the number of workers.
for jobs in 1 2; do
    ./ossim compare "$work/w.json" --seeds 1..3 --jobs $jobs --json "$work/$jobs.json" \
        --sched rr,./tests/hostile/null.c,./tests/hostile/exits.c,./tests/hostile/twice.c,./workloads/plugins/two-level.c \
        > "$work/out" 2> "$work/err"
    [ $? = 1 ] || fail "compare: exit status is not 1"
done
cmp -s "$work/1.json" "$work/2.json" || fail "compare: --jobs 1 and 2 differ"
grep -q "null.c: 3 of 3 runs failed: seed 1: policy null crashed (SIGSEGV)" "$work/err" \
    || fail "compare: $(cat "$work/err")"
python3 - "$work/1.json" <<'P' || fail "compare: the good ones were not measured"
import json, sys
p = json.load(open(sys.argv[1]))["workloads"][0]["policies"]
assert [x["failed"] for x in p] == [0, 3, 3, 3, 0]
assert p[4]["metrics"]["turnaround"]["n"] == 3
assert p[1]["metrics"]["turnaround"]["mean"] is None
P

echo "hostile: $cases plug-ins, $failed failures"
[ $failed = 0 ]
