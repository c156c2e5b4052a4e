#!/bin/sh
# cli.sh - what a user sees of `ossim run`: exit statuses, messages, files.
# Usage: tests/cmd/cli.sh [OSSIM]. Prints what differs; exit status 1 if anything did.

ossim=$(realpath "${1:-./ossim}")
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d) || exit 3
trap 'rm -rf "$dir"' EXIT
trap 'kill $! 2>/dev/null; exit 1' INT TERM HUP
cd "$dir" || exit 3
checks=0 failures=0
LC_ALL=C.UTF-8 TERM=dumb
export LC_ALL TERM
unset COLUMNS

fail() { failures=$((failures + 1)); echo "cli.sh: $*"; sed 's/^/    /' err | head -5; }

# status N ARGS...: the exit status of ossim ARGS
status() {
    want=$1; shift
    checks=$((checks + 1))
    timeout 20 "$ossim" "$@" >out 2>err </dev/null
    got=$?
    [ $got = "$want" ] || fail "ossim $*: exit status $got, expected $want"
}
# has FILE TEXT, lacks FILE TEXT: about the last command
has() { checks=$((checks + 1)); grep -qF -- "$2" "$1" || fail "$1 lacks: $2"; }
lacks() { checks=$((checks + 1)); grep -qF -- "$2" "$1" && fail "$1 has: $2"; }
same() { checks=$((checks + 1)); [ "$1" = "$2" ] || fail "found $1, expected $2"; }

cat >convoy.json <<'END'
{"ossim": 1, "name": "convoy", "processes": [
  {"name": "P1", "bursts": [{"cpu": 24}]},
  {"name": "P2", "bursts": [{"cpu": 3}]},
  {"name": "P3", "bursts": [{"cpu": 3}]}]}
END

# The report and its numbers.
status 0 run convoy.json --sched rr:quantum=4 --audit
has out 'rr:quantum=4 on 1 cpu'
has out 'mean                              15.667     3.667    5.667   10'
has out 'context switches 3, preemptions 1'
has out ' laws held'
has out '█'
status 0 convoy.json --sched fcfs           # no terminal: as run
has out 'fcfs on 1 cpu'
status 0 run convoy.json --ascii
lacks out '█'
LC_ALL=C status 0 run convoy.json
lacks out '█'
LC_ALL= LC_CTYPE=C LANG=C.UTF-8 status 0 run convoy.json
lacks out '█'
same "$("$ossim" check - <convoy.json 2>&1)" "-: ok"        # it is read once
LC_ALL= LC_CTYPE= LANG=xx_XX.utf8 status 0 run convoy.json     # need not be installed
has out '█'
status 0 run convoy.json --quiet
same "$(wc -c <out)" 0

# Results.
status 0 run convoy.json --sched fcfs --json -
has out '"waiting": {"mean": 17, "min": 0, "p50": 24'
lacks out 'context switches'
status 0 run convoy.json --json r.json --csv r.csv --events e.jsonl
has r.json '"trace_hash": "'
has r.csv '1,P2,0,'
same "$(wc -l <r.csv)" 4              # a head and three tasks: one table
has e.jsonl '{"at": 0, "event": "arrive", "task": "P1", "process": "P1"}'
same "$(ls | grep -c '^r\.\|^e\.')" 3
one=$(grep trace_hash r.json)
status 0 run convoy.json --json r.json --quiet
same "$(grep trace_hash r.json)" "$one"     # observers change nothing
if command -v python3 >/dev/null; then
    checks=$((checks + 1))
    python3 -c 'import json
json.load(open("r.json")); [json.loads(l) for l in open("e.jsonl")]' 2>err || fail 'invalid JSON'
fi
status 0 run convoy.json --until 5 --json -
has out '"ended": "stopped"'
has out '"finish": null'
status 0 run convoy.json --cpus 2 --seed 7 --set processes.0.bursts.0.cpu=2.5 --json -
has out '"seed": 7'
has out '"cpu": 2.5'

# Wrong usage and wrong input: 2, nothing on stdout, the place on stderr.
status 2
status 2 rnu convoy.json
has err 'did you mean "run"?'
status 2 run
status 2 run convoy.json convoy.json
status 2 run nowhere.json
has err 'nowhere.json'
status 2 run convoy.json --bogus
status 2 run convoy.json --shed rr
has err 'did you mean --sched?'
status 2 list polices
has err 'did you mean "policies"?'
status 2 list policy
has err 'did you mean "policies"?'
status 0 help run
has out 'usage: ossim run'
status 2 help nun
has err 'did you mean "run"?'
status 2 run convoy.json --seed x
status 2 ./convoy.json --bogus
has err 'try: ossim help run'
# A path may begin at the root, as JSONPath has it.
status 0 run convoy.json --set '$.processes[0].bursts[0].cpu=30' --sched fcfs --json -
has out '"end_time": 36'
# What cannot be written is an error, wherever it was to go.
if [ -w /dev/full ]; then
    for words in 'run convoy.json' 'run convoy.json --json -' 'list policies' \
                 'compare convoy.json --sched rr,fcfs' 'run convoy.json --quiet --trace -' \
                 'analyze convoy.json' --version; do
        checks=$((checks + 1))
        "$ossim" $words >/dev/full 2>err </dev/null
        [ $? = 1 ] || fail "ossim $words: a full disk is not told of"
        has err 'error: cannot write'
        has err 'No space left'
    done
fi
status 2 run convoy.json --json - --csv -
status 2 run convoy.json --json no/such/dir/r.json
status 2 run convoy.json --sched rrr
has err 'did you mean'
status 2 run convoy.json --sched fcfs,rr
status 2 run convoy.json --replacement nobody
has err 'no replacement policy is called'
status 2 run convoy.json --structure tower
# A task set without an end is no run, but can be analysed: R of 10 beside (1, 4) is 14.
echo '{"ossim": 1, "processes": [{"period": 4, "cpu": 1}, {"period": 100, "cpu": 10}]}' >endless.json
status 2 run endless.json
has err 'would go on for ever'
status 0 analyze endless.json
has out '   0.1000        14         14'
status 0 run convoy.json --structure monolithic
status 2 grade convoy.json
printf '{"ossim": 1, "processes": [{"name": "A", "bursts": [{"cpu": -1}]}], "x": 1}' >bad.json
status 2 run bad.json
has err 'bad.json:1:'
has err '/processes/0/bursts/0/cpu'
has err '/x'
same "$(wc -c <out)" 0
status 0 --help
status 0 run --help
has out '--sched'
status 0 --version
has out 'ossim '

# Runs that fail: 1, and the results are there all the same.
cat >dead.json <<'END'
{"ossim": 1, "processes": [
  {"name": "A", "bursts": [{"lock": "m"}, {"cpu": 5}, {"lock": "n"}, {"unlock": "n"}, {"unlock": "m"}]},
  {"name": "B", "bursts": [{"lock": "n"}, {"cpu": 5}, {"lock": "m"}, {"unlock": "m"}, {"unlock": "n"}]}]}
END
status 1 run dead.json --sched rr:quantum=2 --json dead.out
has err 'dead.json: error: deadlock at'
has err 'A waits for lock n held by B'
has dead.out '"ended": "stuck"'
printf '{"ossim": 1, "processes": [{"name": "A", "bursts": [{"cpu": 1}, {"recv": "c"}]}]}' >stuck.json
status 1 run stuck.json
has err 'A waits for channel c'
printf '{"ossim": 1, "processes": [{"name": "A", "bursts": [{"cpu": 1}, {"unlock": "m"}]}]}' >unlock.json
status 1 run unlock.json
has err 'A unlocks m, which it does not hold'

# A plug-in that lies.
if command -v cc >/dev/null; then
    status 1 run convoy.json --sched "$here/../hostile/outside.c" --json out.json
    has err 'picked a task that does not exist'
    has out.json '"ended": "done"'
fi

# A thread bears the name of the process that made it, not of the first in the file.
cat >threads.json <<'END'
{"ossim": 1, "processes": [
  {"name": "first", "asm": "_start: li a0, 0\n li a7, 93\n ecall\n"},
  {"name": "maker", "asm": "_start: li a0, 0x10f00\n li a7, 220\n la a1, end\n ecall\n li a0, 0\n li a7, 93\n ecall\n .bss\n .space 4096\nend: .word 0\n"}]}
END
status 0 run threads.json --json -
has out '"name": "maker/'
lacks out '"name": "first/'

# Ctrl-C: what was measured is written.
printf '{"ossim": 1, "processes": [{"name": "A", "bursts": [{"repeat": 900000000, "do": [{"cpu": 1}]}]}]}' >long.json
"$ossim" run long.json --csv long.csv --quiet 2>err &
pid=$!
sleep 0.5
kill -TERM $pid
wait $pid
same $? 1
has err 'interrupted'
has long.csv '0,A,0,0,,'

# A system call is shown with its arguments, what it is answered by name.
cat >call.json <<'END'
{"ossim": 1, "processes": [{"name": "p",
 "asm": "main: li a0, 1\nla a1, t\nli a2, 4\nli a7, 64\necall\nli a0, 77\nli a7, 57\necall\nli a0, 0\nli a7, 93\necall\n.data\nt: .ascii \"abc\\n\"\n"}]}
END
status 0 run call.json --quiet --events -
has out '"call": "write(1, 4)"'
has out '"call": "close(77)"'
has out '"call": "close", "result": -9, "error": "EBADF"'

# The man page is set without a complaint, and has all commands.
groff -mdoc -ww -z "$here/../../man/ossim.1" >out 2>err
same "$(cat out err)" ""
groff -mdoc -Tascii -P-bcou "$here/../../man/ossim.1" >out 2>err
for command in $("$ossim" help 2>&1 | sed -n 's/^  \([a-z][a-z]*\) .*/\1/p'); do
    has out "ossim $command"
    for option in $("$ossim" "$command" --help 2>&1 | grep -oE -e '--[a-z][a-z-]+' | sort -u); do
        has out "$option"
    done
done

echo "cli.sh: $checks checks, $failures failures"
[ $failures = 0 ]
