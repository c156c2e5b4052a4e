#!/bin/bash
# zoo.sh - kinds of operating systems by what matters in each, and the energy they take:
# no policy is best everywhere, a hard deadline fails the run, a cooperative kernel takes no
# hart away, and the joules of the results are those of the events.
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
passed=0 failed=0
result() {
    if [ "$2" = 0 ]; then passed=$((passed + 1)); echo "ok   $1"
    else failed=$((failed + 1)); echo "FAIL $1"; [ -n "$3" ] && sed 's/^/     | /' "$3" | head -8; fi
}

# --- the table ---
./ossim compare workloads/zoo/ --sched fcfs,rr,sjf,mlfq,fair,edf,eas --seeds 1..3 --no-color \
    > "$tmp/table" 2> "$tmp/err"
[ $? = 1 ]
result "a policy that fails the hard real-time one fails the comparison" $? "$tmp/err"
[ "$(grep -c "hard-rt.json: error: .*a deadline was missed that must hold" "$tmp/err")" = 6 ]
result "...which names it" $? "$tmp/err"
python3 - "$tmp/table" <<'PY'
import re, sys
text = open(sys.argv[1]).read()
wins = dict((p, int(n)) for p, n in re.findall(r"([a-z]+) (\d+)", text[text.rindex("Best (*)"):].split(":", 1)[1]))
assert len(wins) == 7 and max(wins.values()) < 7, wins     # nobody everywhere
assert sum(wins.values()) >= 7, wins                       # somebody at each
scores = text[text.index("What matters"):]
best = {}
for block in scores.split("\n\n")[1:-1]:
    lines = block.split("\n")
    names = lines[0].split()
    for line in lines[1:]:
        cells = re.findall(r"(failed|[\d.]+)(\*?)", re.split(r"less|more", line)[1])
        assert len(cells) == len(names), line
        best.setdefault(line.split()[0], []).extend(n for n, c in zip(names, cells) if c[1])
assert best["mainframe"] == ["sjf"] and best["smartphone"] == ["eas"], best
assert best["soft-rt"] == ["edf"] and best["hard-rt"] == ["edf"], best
assert "fair" in best["pc"] and "fcfs" not in best["server"], best
PY
result "no policy is best everywhere, and each animal has its own" $? "$tmp/table"

# --- hard deadlines, and none to share ---
./ossim run workloads/zoo/hard-rt.json --sched rm --quiet 2> "$tmp/err"
[ $? = 1 ] && grep -q "a deadline was missed that must hold" "$tmp/err"
result "hard: one miss ends the run, status 1" $? "$tmp/err"
./ossim run workloads/zoo/hard-rt.json --quiet --audit
result "...and edf holds them all" $?
./ossim run workloads/zoo/hard-rt.json --set kernel.preemption=none --quiet 2> "$tmp/err"
[ $? = 1 ]
result "...but not if tasks are left to give the hart away themselves" $? "$tmp/err"
for p in rr:quantum=1 srtf mlfq:boost=20 priority edf fair; do
    ./ossim run workloads/zoo/embedded.json --sched $p --json - --audit > "$tmp/json" 2> "$tmp/err" &&
        python3 -c '
import json, sys
s = json.load(open(sys.argv[1]))["summary"]
assert s["preemptions"] == 0 and s["context_switches"] > 200, s["context_switches"]' "$tmp/json"
    result "cooperative: $p takes no hart away" $? "$tmp/err"
done

# --- energy: the events say the same ---
for g in performance powersave ondemand schedutil; do
    ./ossim run workloads/zoo/smartphone.json --set kernel.governor=$g --audit --json "$tmp/json" \
        --events "$tmp/events" --quiet 2> "$tmp/err" &&
        python3 tests/cmd/energy.py workloads/zoo/smartphone.json $g "$tmp/json" "$tmp/events" \
            > "$tmp/out" 2>&1
    result "joules under $g are those of the events" $? "$tmp/out"
done

# --- wrong tables ---
wrong() {
    cat > "$tmp/w.json" <<JSON
{"ossim": 1, "machine": {"cpus": [$2]}, "processes": [{"name": "A", "cpu": 1}]}
JSON
    ./ossim run "$tmp/w.json" --quiet 2> "$tmp/err"
    [ $? = 2 ] && grep -q "w.json:1:.*$3" "$tmp/err"
    result "$1" $? "$tmp/err"
}
wrong "frequencies rise" '{"opps": [{"mhz": 2, "mw": 1}, {"mhz": 2, "mw": 3}]}' \
    "/machine/cpus/0/opps/1/mhz: 2 MHz does not lie above"
wrong "a power is needed" '{"opps": [{"mhz": 2}]}' '/machine/cpus/0/opps/0: "mw" is missing'
wrong "mhz beside opps is the highest" '{"mhz": 5, "opps": [{"mhz": 2, "mw": 1}]}' \
    "/machine/cpus/0/mhz: the highest of"
wrong "idle states get deeper" \
    '{"idle": [{"mw": 2, "residency": 5}, {"mw": 1, "residency": 3}]}' \
    "/machine/cpus/0/idle/1/residency: shorter"
wrong "a cluster has one clock" \
    '{"cluster": "c", "opps": [{"mhz": 2, "mw": 1}]}, {"cluster": "c", "mhz": 3}' \
    "/machine/cpus/1/cluster: harts of a cluster share a clock"
wrong "...without operating points too" '{"cluster": "c", "mhz": 2}, {"cluster": "c", "mhz": 3}' \
    "/machine/cpus/1/cluster: harts of a cluster share a clock"

wrong "powers do not fall with the frequency" '{"opps": [{"mhz": 2, "mw": 3}, {"mhz": 4, "mw": 2.999}]}' \
    "/machine/cpus/0/opps/1/mw: less than what the slower"
wrong "...nor rise with the depth" '{"idle": [{"mw": 2}, {"mw": 2.001, "residency": 3}]}' \
    "/machine/cpus/0/idle/1/mw: more than what the shallower"
./ossim run workloads/convoy.json --set kernel.governor=ondemand --quiet 2> "$tmp/err"
[ $? = 2 ] && grep -q '/kernel/governor: no processor has "opps" that "ondemand" could' "$tmp/err" &&
    ./ossim run workloads/convoy.json --set kernel.governor=performance --quiet
result "a governor has something to govern" $? "$tmp/err"

# --- how much slower than asked for ---
# 10 ms of the fastest hart each: A stays on the one of 1000 MHz, B on that of 250, C asks for
# I/O besides (6 + 4), D has jobs of 3 in periods of 20.
cat > "$tmp/slow.json" <<JSON
{"ossim": 1, "machine": {"cpus": [{"mhz": 1000}, {"mhz": 250}, {"mhz": 500}, {"mhz": 250}]}, "processes": [
  {"name": "A", "cpu": 10, "affinity": [0]}, {"name": "B", "cpu": 10, "affinity": [1]},
  {"name": "C", "affinity": [2], "bursts": [{"cpu": 3}, {"io": 4}, {"cpu": 3}]},
  {"name": "D", "affinity": [3], "period": 20, "cpu": 3, "jobs": 2}]}
JSON
./ossim run "$tmp/slow.json" --audit --json - > "$tmp/json" && python3 -c '
import json, sys
got = {t["name"]: (t["cpu"], t["slowdown"]) for t in json.load(open(sys.argv[1]))["tasks"]}
assert got == {"A": (10, 1), "B": (40, 4), "C": (12, 1.6), "D": (24, 4)}, got' "$tmp/json"
result "slowdown is over what the fastest hart would have needed" $? "$tmp/json"
# Powersave: 4 ms at 300 of 1000 MHz take 13.333334, both bursts of it together no less.
cat > "$tmp/slow.json" <<JSON
{"ossim": 1, "machine": {"cpus": [{"opps": [{"mhz": 300, "mw": 1}, {"mhz": 1000, "mw": 9}]}]},
 "kernel": {"governor": "powersave"}, "processes": [{"name": "A", "cpu": 4}]}
JSON
./ossim run "$tmp/slow.json" --audit --json - > "$tmp/json" && python3 -c '
import json, sys
t = json.load(open(sys.argv[1]))["tasks"][0]
assert t["finish"] == 13.333334 and abs(t["slowdown"] - 13.333334 / 4) < 1e-9, t' "$tmp/json"
result "...at its highest frequency" $? "$tmp/json"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
