#!/bin/bash
# calls.sh - what a program gets of the machine around it: its date, its limits by their names,
# and the harts that it asks for.
cd "$(dirname "$0")/../.." || exit 1
if ! command -v riscv64-unknown-elf-gcc >/dev/null && ! command -v ld.lld >/dev/null; then
    echo "calls: SKIPPED: no compiler (apt-get install gcc-riscv64-unknown-elf)"
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP
passed=0
failed=0
check() { # WHAT CONDITION...
    local what=$1
    shift
    if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAIL $what"; fi
}
./ossim asm tests/cmd/calls.c -o "$work/calls.elf" || exit 1

# Files are dated as the clock goes.
dated() { # DATE NOW OLD LATER
    cat >"$work/date.json" <<END
{"ossim": 1, "machine": {$1}, "kernel": {"files": {"/etc/motd": "hello"}},
 "processes": [{"name": "calls", "program": "calls.elf", "args": ["date"]}]}
END
    ./ossim run "$work/date.json" --quiet --stdout "$work/date" || return 1
    printf '%s\n' "now $2" "old $3" "new $3" "later $4" "touched $4" "proc $4" |
        diff - "$work/date/calls.out"
}
check "a date" dated '"date": "2020-02-29T23:30:00"' 2020-02-29T23:30 2020-02-29T23:30 2020-03-01T00:31
check "no date" dated '' 1970-01-01T00:00 2026-01-01T00:00 2026-01-01T01:01

# Each limit: how many there were, what the call says, what getrlimit says; and the message.
limit() { # WHAT OUT MESSAGE
    timeout 60 ./ossim exec --fast "$work/calls.elf" "$1" >"$work/out" 2>"$work/err" </dev/null
    check "$1: $(cat "$work/out")" grep -Eqx "$1 $2" "$work/out"
    check "$1 is named: $(cat "$work/err")" grep -Fqx "$work/calls.elf: $3" "$work/err"
}
limit descriptors "1021 .*file.* 1024" "RLIMIT_NOFILE is reached: 1024 descriptors of a process"
limit pipes "1024 .*file.*" "pipe-max is reached: 1024 pipes of the machine"
limit regions "10[0-9][0-9] .*memory" "max_map_count is reached: 1024 regions of memory of a process"
limit tasks "256 .* 257" "kernel.max_forks is reached: 256 tasks made by programs at a time"
limit timers "32 .* 32" "RLIMIT_SIGPENDING is reached: 32 timers of a process"
limit signals "32 .* 32" "RLIMIT_SIGPENDING is reached: 32 real-time signals waiting in a process"

# Threads run only where they may: by the audit, and by the events.
cat >"$work/pin.json" <<END
{"ossim": 1, "time_unit": "us", "machine": {"cpus": 4}, "kernel": {"scheduler": "rr:quantum=50"},
 "processes": [{"name": "calls", "program": "calls.elf", "args": ["affinity"]}]}
END
for sched in rr fair mlfq "priority:quantum=50us"; do
    ./ossim run "$work/pin.json" --sched "$sched" --audit --quiet --stdout "$work/pin" --events "$work/ev"
    check "$sched: nobody breaks a law" test $? = 0
    check "$sched: all at home" grep -qx "all at home" "$work/pin/calls.out"
    check "$sched: by the events" python3 - "$work/ev" <<'PY'
import json, sys
may, seen = {}, set()
for line in open(sys.argv[1]):
    e = json.loads(line)
    if e["event"] == "affinity":
        may[e["task"]] = int(e["harts"], 0) if isinstance(e["harts"], str) else e["harts"]
    elif e["event"] == "dispatch" and e["task"] in may:
        assert may[e["task"]] >> e["cpu"] & 1, e
        seen.add((e["task"], e["cpu"]))
assert len(may) == 6 and len({cpu for _, cpu in seen}) == 4, (may, seen)
PY
done
# A drive is shared by processes, however many threads each has: one reads 100 blocks of 1 ms,
# four of another 100 each. By process the first has half of the drive until it ends; by thread
# it would have a fifth, and end at 500 ms.
seq 100000 | head -c 102400 >"$work/a"
seq 100000 | head -c 409600 >"$work/b"
cat >"$work/readers.json" <<END
{"ossim": 1, "machine": {"cpus": 8, "disk": {"model": "fixed", "latency": 1, "size": "4MiB", "scheduler": "fair"}},
 "kernel": {"files": {"/a": {"from": "a"}, "/b": {"from": "b"}}, "cache": {"blocks": 96, "read_ahead": 0}},
 "processes": [{"name": "a", "program": "calls.elf", "args": ["readers", "/a", "1"]},
               {"name": "b", "program": "calls.elf", "args": ["readers", "/b", "4"]}]}
END
./ossim run "$work/readers.json" --json - --audit >"$work/readers.out"
check "threads share what their process has of the drive" python3 - "$work/readers.out" <<'PY'
import json, sys
a, b = [t["finish"] for t in json.load(open(sys.argv[1]))["tasks"]][:2]
assert 195 < a < 230 and 500 < b < 540, (a, b)
PY
echo "calls: $passed passed, $failed failed"
[ $failed = 0 ]
