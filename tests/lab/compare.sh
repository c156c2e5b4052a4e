#!/bin/bash
# ossim compare from outside: the numbers do not depend on --jobs, means, intervals and
# paired differences are those that Python computes, and the figures are drawn.
cd "$(dirname "$0")/../.." || exit 1
export LC_ALL=C.UTF-8
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'kill $! 2>/dev/null; exit 1' INT TERM HUP
cases=0 failed=0

check() {
    cases=$((cases + 1))
    if "${@:2}" > "$work/said" 2>&1; then
        echo "ok   $1"
    else
        echo "FAIL $1: $(head -c 600 "$work/said")"
        failed=$((failed + 1))
    fi
}

cat > "$work/random.json" <<'W'
{"ossim": 1, "name": "random", "about": "arrivals and lengths by chance",
 "machine": {"cpus": 2}, "processes": [
  {"name": "r", "count": 30, "arrival": {"poisson": 4},
   "bursts": [{"cpu": {"exp": 5}}, {"io": {"uniform": [1, 6]}}, {"cpu": {"exp": 2}}]},
  {"name": "b", "count": 2, "bursts": [{"cpu": 60}]}]}
W
cat > "$work/fixed.json" <<'W'
{"ossim": 1, "name": "fixed", "processes": [
  {"name": "A", "bursts": [{"cpu": 24}]}, {"name": "B", "bursts": [{"cpu": 3}]},
  {"name": "C", "bursts": [{"cpu": 3}]}]}
W
cat > "$work/drawn.json" <<'W'
{"ossim": 1, "name": "drawn", "stop": {"at": 400}, "processes": [
  {"name": "T", "uunifast": {"n": 5, "utilization": 0.9, "periods": [10, 20, 40]}}]}
W

run() {
    ./ossim compare "$work/random.json" "$work/fixed.json" "$work/drawn.json" \
        --sched fcfs,rr:quantum=4,lottery,srtf --seeds 1..6 --audit "$@"
}

same_for_all_jobs() {
    run --jobs 1 --json "$work/1.json" --csv "$work/1.csv" > "$work/1.txt" &&
    run --jobs 2 --json "$work/2.json" --csv "$work/2.csv" > "$work/2.txt" &&
    run --jobs 7 --json - > "$work/7.json" &&
    cmp "$work/1.json" "$work/2.json" && cmp "$work/1.json" "$work/7.json" &&
    cmp "$work/1.csv" "$work/2.csv" && cmp "$work/1.txt" "$work/2.txt"
}
check "--jobs 1, 2 and 7 give the same" same_for_all_jobs

cat > "$work/recompute.py" <<'P'
import csv, json, math, statistics, sys

# Student's t for p = 0.975: df 5 and 1 from the table in any statistics book.
T = {5: 2.570581836, 4: 2.776445105, 3: 3.182446305}

def close(a, b):
    if a is None or b is None:
        return a is b
    return math.isclose(a, b, rel_tol=1e-6, abs_tol=1e-9)

def check(what, said, values, alike):
    values = [v for v in values if v is not None]
    assert said["n"] == len(values), what
    if not values:
        assert said["mean"] is None, what
        return
    mean = statistics.fmean(values)
    assert close(said["mean"], mean), (what, said, mean)
    if alike or len(values) < 2:
        assert said["sd"] is None and said["ci95"] is None, (what, said)
        return
    sd = statistics.stdev(values)
    half = T[len(values) - 1] * sd / math.sqrt(len(values))
    assert close(said["sd"], sd), (what, said, sd)
    assert close(said["ci95"][0], mean - half), (what, said, mean - half)
    assert close(said["ci95"][1], mean + half), (what, said, mean + half)

doc = json.load(open(sys.argv[1]))
assert doc["seeds"] == [1, 2, 3, 4, 5, 6]
checked = 0
for load in doc["workloads"]:
    base = load["policies"][0]
    for policy in load["policies"]:
        hashes = {s["trace_hash"] for s in policy["by_seed"]}
        assert policy["alike"] == (len(hashes) == 1), load["workload"]
        for name, said in policy["metrics"].items():
            mine = [s[name] for s in policy["by_seed"]]
            first = [s[name] for s in base["by_seed"]]
            check((load["workload"], policy["scheduler"], name), said, mine,
                  policy["alike"])
            if policy is not base:
                pairs = [a - b if None not in (a, b) else None
                         for a, b in zip(mine, first)]
                check(("difference", name), said["difference"], pairs,
                      policy["alike"] and base["alike"])
            checked += 1
    for name in base["metrics"]:
        means = [p["metrics"][name]["mean"] for p in load["policies"]]
        for p in load["policies"]:
            if p["metrics"][name]["best"]:
                mean = p["metrics"][name]["mean"]
                assert close(mean, min(means)) or close(mean, max(means)), name
alike = {l["workload"]: [p["alike"] for p in l["policies"]] for l in doc["workloads"]}
assert alike["fixed"] == [True, True, False, True], alike
assert not any(alike["random"]) and not any(alike["drawn"]), alike
rows = list(csv.DictReader(open(sys.argv[2], newline="")))
assert len(rows) == checked, (len(rows), checked)
for row in rows:
    load = next(l for l in doc["workloads"] if l["workload"] == row["workload"])
    p = next(p for p in load["policies"] if p["scheduler"] == row["scheduler"])
    said = p["metrics"][row["metric"]]
    assert close(float(row["mean"]) if row["mean"] else None, said["mean"]), row
    assert close(float(row["ci95_low"]) if row["ci95_low"] else None,
                 said["ci95"][0] if said["ci95"] else None), row
print(checked, "numbers recomputed")
P
check "Python computes the same intervals" \
    python3 "$work/recompute.py" "$work/1.json" "$work/1.csv"

# A cell of a comparison is the run of that workload, policy and seed.
as_run() {
    ./ossim run "$work/random.json" --sched rr:quantum=4 --seed 3 --json "$work/run.json" \
        --quiet &&
    python3 - "$work/run.json" "$work/1.json" <<'P'
import json, sys
run, doc = (json.load(open(f)) for f in sys.argv[1:])
cell = doc["workloads"][0]["policies"][1]["by_seed"][2]
assert run["trace_hash"] == cell["trace_hash"], cell
assert abs(run["summary"]["turnaround"]["mean"] - cell["turnaround"]) < 1e-9, cell
P
}
check "a cell is what ossim run gives" as_run

audited() {
    ./ossim compare "$work/random.json" "$work/fixed.json" --sched rr,mlfq,fair,hrrn \
        --seeds 1..10 --audit --quiet
}
check "the laws hold in every cell" audited

no_false_zero() {
    ./ossim compare "$work/fixed.json" --sched fcfs,sjf --seeds 1..4 > "$work/out" &&
    grep -q "all 4 seeds gave the same run" "$work/out" && ! grep -q "±" "$work/out"
}
check "without chance there is no interval" no_false_zero

marked() {
    ./ossim compare "$work/fixed.json" --sched fcfs,sjf --ascii --no-color > "$work/out" &&
    grep -Eq '^waiting ms .* 17 +3 \*$' "$work/out" && ! grep -q $'\033' "$work/out" &&
    ! LC_ALL=C grep -q '[^ -~]' "$work/out"
}
check "the best is marked, in ASCII too" marked

interrupted() {         # what is measured is reported all the same
    python3 - "$work/random.json" "$work/big.json" <<'P'
import json, sys
doc = json.load(open(sys.argv[1]))
doc["processes"][0]["count"] = 20000
json.dump(doc, open(sys.argv[2], "w"))
P
    env --default-signal ./ossim compare "$work/big.json" --sched rr:quantum=1 \
        --seeds 1..100000 --jobs 2 --json "$work/big.out" > /dev/null 2> "$work/err" &
    local pid=$!
    sleep 0.7
    kill -$1 $pid
    wait $pid
    [ $? = 1 ] && python3 - "$work/big.out" <<'P'
import json, sys
p = json.load(open(sys.argv[1]))["workloads"][0]["policies"][0]
good = p["metrics"]["turnaround"]["n"]
assert 0 < good < 100000 and p["failed"] == 100000 - good, good
P
}
# env: who started us may have SIGINT ignored, for ever; -m: the shell does it itself.
set -m
check "an interrupted comparison reports what it has" interrupted INT
check "one that is asked to end does too" interrupted TERM
set +m

wrong() {               # wrong STATUS TEXT ARGS...
    ./ossim compare "${@:3}" > /dev/null 2> "$work/err"
    [ $? = "$1" ] && grep -qF -- "$2" "$work/err" || { cat "$work/err"; return 1; }
}
check "no workload" wrong 2 "no workload" --sched rr
check "no policies" wrong 2 "--sched" "$work/fixed.json"
check "unknown policy" wrong 2 "nosuch" "$work/fixed.json" --sched rr,nosuch
check "missing file" wrong 2 "$work/none.json" "$work/none.json" --sched rr

# A run in which a program ends badly fails the comparison, as it fails `run`, in a guest too;
# its numbers count all the same.
badly() { # FILE TEXT
    ./ossim compare "$work/$1.json" --sched rr,fcfs --json "$work/badly.json" > "$work/table" 2> "$work/err"
    [ $? = 1 ] && grep -q "$1.json: error: fcfs: in 1 of 1 runs programs ended badly: seed 0: $2" "$work/err" &&
        ! grep -q failed "$work/table" && python3 -c '
import json, sys
p = json.load(open(sys.argv[1]))["workloads"][0]["policies"][0]
assert p["metrics"]["turnaround"]["n"] == 1 and sys.argv[2] in p["by_seed"][0]["ended_badly"]' "$work/badly.json" "$2"
}
echo '{"ossim": 1, "processes": [{"cpu": 3}, {"name": "bad", "asm": ".globl _start\n_start: li a0,3\n li a7,93\n ecall\n"}]}' > "$work/ends.json"
echo '{"ossim": 1, "kernel": {"structure": {"model": "vm", "guests": [{"name": "g", "workload": "ends.json"}]}}}' > "$work/nested.json"
check "a program that ends badly" badly ends "program bad ended with status 3"
check "...in a guest" badly nested "g: program bad ended with status 3"

# What matters: * the best, = where all are as good, neither of who failed.
periodic() { # NAME ON_MISS CPU PERIOD CPU PERIOD
    echo "{\"ossim\": 1, \"name\": \"$1\", \"metric\": \"miss_ratio\", \"processes\": [
      {\"name\": \"A\", \"cpu\": $3, \"period\": $4, \"jobs\": 10, \"on_miss\": \"$2\"},
      {\"name\": \"B\", \"cpu\": $5, \"period\": $6, \"jobs\": 10, \"on_miss\": \"$2\"}]}" > "$work/$1.json"
}
periodic easy continue 2 10 2 10
periodic tight continue 1 4 8 20
periodic hard fail 2 5 3.9 7
scores() {
    ./ossim compare "$work"/{easy,tight,hard}.json --sched fcfs,edf,rm --no-color > "$work/table" 2> "$work/err"
    [ $? = 1 ] || return 1
    sed -n '/^What matters/,$p' "$work/table" | tee "$work/scores"
    grep -Eq '^easy .* 0= +0= +0=$' "$work/scores" && grep -Eq '^tight .* 0\.[0-9]+  +0\* +0\*$' "$work/scores" &&
        grep -Eq '^hard .* 0\* +0\* +failed *$' "$work/scores" &&
        grep -q '^(=: all are as good there)' "$work/scores"
}
check "what matters: the best, and all alike" scores

# Several numbers: each has its row, the first counts; one below 0 has its place in the plot.
several() {
    sed -i 's/"metric": "miss_ratio"/"metric": ["lateness", "miss_ratio"]/' "$work"/{easy,tight}.json
    ./ossim compare "$work"/{easy,tight}.json --sched fcfs,edf,rm --no-color --plot "$work/matters" > "$work/table" 2> "$work/err"
    [ $? = 0 ] || { cat "$work/err"; return 1; }
    sed -n '/^What matters/,$p' "$work/table" | tee "$work/scores"
    grep -Eq '^tight  lateness, ms, less  +-[0-9.]+  +-[0-9.]+\*' "$work/scores" &&
        grep -Eq '^       miss_ratio, less  +0\.[0-9]+  +0\* +0\*$' "$work/scores" &&
        grep -q '^Best (\*) in, of 2 by their first number: fcfs 0, ' "$work/scores" &&
        python3 -c '
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1])))
assert len(rows) == 6, rows
for of in "0", "1":
    mine = [r for r in rows if r["row"] == of]
    least = min(float(r["value"]) for r in mine)
    for r in mine:
        assert abs(float(r["far"]) - min(1, (float(r["value"]) - least) / -least)) < 1e-3, r
assert any(0 < float(r["far"]) for r in rows), rows' "$work/matters/what-matters-scores.csv"
}
check "what matters: several numbers of each" several

# Side by side, who alone has a number is not as good as all.
aside() {
    echo '{"ossim": 1, "name": "loose", "metric": "turnaround", "processes": [{"cpu": 1}]}' > "$work/loose.json"
    ./ossim compare "$work"/{easy,loose}.json --no-color | sed -n '/^Side by side/,$p' | tee "$work/side"
    grep -Eq '^miss_ratio, less +0 +- $' "$work/side" && grep -Eq '^turnaround, ms, less +[0-9.]+ +1\.00\*$' "$work/side"
}
check "side by side: alone is no comparison" aside

figures() {
    command -v gnuplot > /dev/null || { echo "gnuplot is missing"; return 1; }
    run --plot "$work/figures" > /dev/null 2> "$work/err" || { cat "$work/err"; return 1; }
    [ ! -s "$work/err" ] || { cat "$work/err"; return 1; }
    local n=0 f
    for f in "$work"/figures/{random,fixed,drawn}-{bars,waiting,first-response,gantt}; do
        [ -s "$f.csv" ] && [ "$(head -c 4 "$f.png" | tail -c 3)" = PNG ] &&
            python3 -c 'import sys, xml.dom.minidom as m; m.parse(sys.argv[1])' "$f.svg" ||
            { echo "$f"; return 1; }
        n=$((n + 1))
    done
    [ $n = 12 ]
}
check "all figures are drawn, without a warning" figures

run_chart() {
    ./ossim run "$work/fixed.json" --plot "$work/chart" --quiet &&
    [ -s "$work/chart/fixed-gantt.svg" ] && [ -s "$work/chart/fixed-gantt.png" ] &&
    python3 - "$work/chart/fixed-gantt.csv" <<'END'
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1])))
cpu = [r for r in rows if r["label"].startswith("CPU ")]
own = [r for r in rows if r["label"] == r["task"]]
what = lambda r: (r["task"], r["from"], r["to"])
assert len(cpu) >= 3 and sorted(map(what, cpu)) == sorted(map(what, own)), "each piece twice"
assert len({r["row"] for r in own}) == len({r["task"] for r in own}) > 1, "a row a task"
END
}
check "ossim run --plot draws its chart" run_chart

# One piece, one row: nothing in the data but what has a label (gnuplot 5.4 crashed).
run_piece() {
    echo '{"ossim": 1, "name": "piece", "processes": [{"cpu": 5}]}' > "$work/piece.json"
    ./ossim run "$work/piece.json" --plot "$work/chart" --quiet 2> "$work/err" || { cat "$work/err"; return 1; }
    [ -s "$work/chart/piece-gantt.svg" ] && [ -s "$work/chart/piece-gantt.png" ]
}
check "...of a single piece too" run_piece

# Nobody computes: there is nothing to draw of CPUs, and the arm's way is drawn all the same.
run_arm() {
    ./ossim run workloads/worked/disk-silberschatz.json --plot "$work/arm" --quiet 2> "$work/err" ||
        { cat "$work/err"; return 1; }
    # The way begins where the arm stood, as in the book's picture.
    [ "$(sed -n 2,3p "$work/arm/disk-silberschatz-arm.csv" | tr '\n' ' ')" = \
        '0,"fcfs",0,53,0.000000,0 0,"fcfs",1,98,45.000000,1 ' ] || return 1
    [ -s "$work/arm/disk-silberschatz-arm.png" ] && [ ! -e "$work/arm/disk-silberschatz-gantt.csv" ]
}
check "...and of a run in which only the disk works, the arm's way" run_arm

without_gnuplot() {
    mkdir -p "$work/bin"
    PATH="$work/bin" ./ossim compare "$work/fixed.json" --sched fcfs,sjf \
        --plot "$work/bare" > /dev/null 2> "$work/err"
    [ $? = 1 ] && grep -q "gnuplot is not installed" "$work/err" &&
        [ -s "$work/bare/fixed-bars.csv" ] && [ -s "$work/bare/fixed-gantt.csv" ] &&
        [ ! -e "$work/bare/fixed-bars.png" ]
}
check "without gnuplot the data is there and the status says so" without_gnuplot

echo "compare: $cases cases, $failed failures"
[ $failed = 0 ]
