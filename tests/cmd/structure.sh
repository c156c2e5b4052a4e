#!/bin/bash
# structure.sh - what results say about how control passed between the kernel's services.
cd "$(dirname "$0")/../.." || exit 1
passed=0 failed=0
says() { # NAME WORKLOAD PYTHON-CONDITION
    if ./ossim run "$2" --until 200 --json - --quiet 2>/dev/null | python3 -c "
import json, sys
d = json.load(sys.stdin)
s = d['structure']
by = {(b['from'], b['to']): b for b in s['by']}
sys.exit(not ($3))"; then
        passed=$((passed + 1)); echo "ok   $1"
    else
        failed=$((failed + 1)); echo "FAIL $1"
    fi
}
says "the model is named" workloads/unix.json "s['model'] == 'monolithic'"
says "crossings add up" workloads/unix.json \
    "s['crossings'] == sum(b['count'] for b in s['by']) == d['summary']['crossings'] > 0"
says "a call is a call" workloads/unix.json \
    "all(b['mechanism'] == 'call' and b['time'] == 0 for b in s['by'])"
says "forks ask for memory and files" workloads/unix.json \
    "by['proc', 'mem']['count'] >= d['summary']['forks'] <= by['proc', 'file']['count']"
says "bursts cross nothing" workloads/demo.json "s['crossings'] == 0 and s['by'] == []"

# One call of 1 ms with costs that show who pays what: hand-computed, in ns at 1 GHz.
dir=$(mktemp -d) && trap 'rm -rf "$dir"' EXIT
cat >"$dir/one.json" <<'END'
{"ossim": 1, "time_unit": "us", "machine": {"mhz": 1000, "costs": {"syscall": 1000, "context_switch": 2000,
  "crossing": {"call": 100, "layer": 3000, "gate": 4000, "ring_trap": 9000, "check": 500, "message": 6000, "copy": 700}}},
 "kernel": {"scheduler": "fcfs"},
 "processes": [{"name": "A", "bursts": [{"cpu": 10}, {"call": "file", "cpu": 5, "bytes": 65}, {"cpu": 1}]}]}
END
costs() { # NAME STRUCTURE END CROSSING-TIME
    got=$(./ossim run "$dir/one.json" --set "kernel.structure=$2" --audit --json - --quiet | python3 -c "
import json, sys
d = json.load(sys.stdin); print(d['end_time'], d['structure']['crossing_time'])")
    if [ "$got" = "$3 $4" ]; then passed=$((passed + 1)); echo "ok   $1"
    else failed=$((failed + 1)); echo "FAIL $1: $got, not $3 $4"; fi
}
costs "a call: 10 + 1 (syscall) + 5 + 1" monolithic 17 0
costs "msdos: no wall, nothing to enter" msdos 16 0
costs "three layers down: 9 more" layered 26 9
costs "one ring at 4.5" rings 21.5 4.5
costs "one ring by trap: 9.5" '{"model": "rings", "hardware": false}' 26.5 9.5
costs "three rings" '{"model": "rings", "placement": {"file": 0}}' 30.5 13.5
# Sending: 1 + 6 + 3 * 0.7; a switch of 2 to the server, its 5, its answer of 8.1, and back.
costs "a message there and one back" microkernel 37.2 16.2
costs "a hybrid has it where it is placed" '{"model": "hybrid", "placement": {"file": "kernel"}}' 17 0
# The load of 50 finds the hart idle: A to idle to A is no switch.
costs "a module waits for its load once" '{"model": "modular", "load": {"file": 50}}' 67 0

# Without costs and servers, every structure has the schedule of monolithic.
same() { # WORKLOAD STRUCTURE...
    w=$1; shift
    want=$(./ossim run "$w" --json - --quiet | python3 -c 'import json, sys; print(json.load(sys.stdin)["gantt"])')
    for s; do
        got=$(./ossim run "$w" --structure "$s" --json - --quiet | python3 -c 'import json, sys; print(json.load(sys.stdin)["gantt"])')
        if [ "$got" = "$want" ]; then passed=$((passed + 1)); echo "ok   $w under $s"
        else failed=$((failed + 1)); echo "FAIL $w under $s"; fi
    done
}
same workloads/demo.json layered rings modular msdos unix multics the solaris darwin
same workloads/pipeline.json layered rings modular
says "a modular kernel has its own event only" workloads/demo.json "s['crossings'] == 0"

# Messages cost more than calls, layers the more the more of them, rings more than layers.
order=$(for s in monolithic modular layered rings microkernel; do
    ./ossim run workloads/structures.json --structure $s --json - --quiet | python3 -c "
import json, sys; print(json.load(sys.stdin)['structure']['crossing_time'])"; done)
if [ "$order" = "$(sort -g <<<"$order")" ]; then passed=$((passed + 1)); echo "ok   the lecture's order"
else failed=$((failed + 1)); echo "FAIL the lecture's order:" $order; fi

# Programs print and end the same under every structure.
for s in monolithic layered rings microkernel modular hybrid msdos multics the minix3 mach qnx l4 linux windows-nt; do
    mkdir "$dir/$s"
    ./ossim run workloads/unix.json --structure $s --audit --quiet --stdout "$dir/$s" --json "$dir/$s.json" 2>"$dir/$s.err"
    status=$?
    python3 -c "
import json
d = json.load(open('$dir/$s.json'))
print([(t['name'].split('/')[0], t['exit_code'], t['signal']) for t in d['tasks'] if 'exit_code' in t])" |
        tr ')' '\n' | sort >"$dir/$s/codes"
    if [ $status = 0 ] && diff -r "$dir/monolithic" "$dir/$s" >"$dir/diff"; then
        passed=$((passed + 1)); echo "ok   programs under $s"
    else failed=$((failed + 1)); echo "FAIL programs under $s: status $status"; head -5 "$dir/diff" "$dir/$s.err"; fi
done

# An urgent client of a server that is not: a job in between keeps both waiting.
cat >"$dir/inversion.json" <<'END'
{"ossim": 1, "kernel": {"scheduler": "priority", "structure": {"model": "microkernel", "priority": 9}},
 "processes": [{"name": "urgent", "priority": 1, "bursts": [{"cpu": 1}, {"call": "file", "cpu": 2}, {"cpu": 1}]},
               {"name": "middle", "priority": 5, "bursts": [{"cpu": 100}]}]}
END
for inherit in false:104 true:4; do
    got=$(./ossim run "$dir/inversion.json" --set "kernel.structure.inherit=${inherit%:*}" --audit --json - --quiet |
        python3 -c "import json, sys; print(json.load(sys.stdin)['tasks'][0]['finish'])")
    if [ "$got" = "${inherit#*:}" ]; then passed=$((passed + 1)); echo "ok   inherit $inherit"
    else failed=$((failed + 1)); echo "FAIL inherit $inherit: $got"; fi
done

# An upward call is refused, with the order.
echo '{"ossim": 1, "kernel": {"structure": "layered"}, "processes": [{"bursts": [{"call": "proc", "from": "driver:disk"}]}]}' >"$dir/up.json"
if ./ossim check "$dir/up.json" 2>&1 | grep -q 'may not call up to "proc".*the uppermost first: time / proc /'; then
    passed=$((passed + 1)); echo "ok   no call upwards"
else failed=$((failed + 1)); echo "FAIL no call upwards"; fi

# Structures side by side.
n=$(./ossim compare workloads/structures.json --structure all --json - --quiet 2>/dev/null | python3 -c "
import json, sys
text = sys.stdin.read(); json.loads(text); print(text.count('overhead'))")
if [ "${n:-0}" -ge 6 ]; then passed=$((passed + 1)); echo "ok   compare --structure all"
else failed=$((failed + 1)); echo "FAIL compare --structure all: $n"; fi


# What a fault takes along follows from where the service stands.
cat >"$dir/fault.json" <<'END'
{"ossim": 1, "events": [{"at": 5, "fault": {"service": "file", "kind": "crash"}}],
 "kernel": {"scheduler": "fcfs"},
 "processes": [{"name": "A", "bursts": [{"cpu": 4}, {"call": "file", "cpu": 3}, {"cpu": 2}]},
               {"name": "B", "arrival": 1, "bursts": [{"cpu": 10}]}]}
END
fault() { # NAME STRUCTURE STATUS CONDITION
    ./ossim run "$dir/fault.json" --set "kernel.structure=$2" --audit --quiet --json "$dir/fault.out" 2>"$dir/err"
    status=$?
    if [ $status = "$3" ] && python3 -c "
import json, sys
d = json.load(open('$dir/fault.out')); c = d['containment'][0]
all = set('proc mem file block tty ipc time driver:disk driver:tty driver:net'.split())
assert '$5' or set(c['lost']) | set(c['unharmed']) == all and not set(c['lost']) & set(c['unharmed'])
sys.exit(not ($4))"; then passed=$((passed + 1)); echo "ok   $1"
    else failed=$((failed + 1)); echo "FAIL $1: status $status"; cat "$dir/err" "$dir/fault.out"; fi
}
for s in monolithic layered modular msdos unix linux; do
    fault "$s: the kernel" $s 1 "set(c['lost']) == all and d['ended'] == 'panic' and d['end_time'] == 5 and c['processes_lost'] == 2"
done
fault "rings: those outside" rings 0 "set(c['lost']) == {'file', 'tty'} and c['processes_lost'] == 2 and c['work_lost'] == 5"
fault "rings: further in, more" '{"model": "rings", "placement": {"file": 1}}' 0 "set(c['lost']) == all - {'proc', 'mem', 'ipc', 'time'}"
# A computes to 4; B, which waits since 1, has the hart from there to 14. The server fails
# while it waits for its turn, is back at 6, and does its 3 from 14 on.
fault "microkernel: the server, whose client asks again" microkernel 0 \
    "c['lost'] == ['file'] and c['downtime'] == 1 and c['processes_lost'] == 0 and [t['finish'] for t in d['tasks'][:2]] == [19, 14]"
fault "no repair: an error, and on" '{"model": "microkernel", "restart": false}' 0 \
    "c['lost'] == ['file'] and c['downtime'] == 11 and [t['finish'] for t in d['tasks'][:2]] == [16, 14]"
fault "a service of the microkernel is the kernel" '{"model": "microkernel", "servers": ["tty"]}' 1 "set(c['lost']) == all"
fault "a hybrid: by placement" '{"model": "hybrid", "placement": {"file": "kernel"}}' 1 "set(c['lost']) == all"
sed -i 's/crash/hang/' "$dir/fault.json"
fault "a hang is found by the heartbeat" microkernel 0 "c['downtime'] == 6 and c['kind'] == 'hang'"


# What code of a place can touch, it can change; and whoever runs on what was changed fails.
sed -i 's/hang/corrupt/' "$dir/fault.json"
fault "corruption stays in the server, which fails when A calls" microkernel 0 \
    "c['reachable'] == c['corrupted'] == c['lost'] == ['file'] and c['bytes_changed'] == 64 and c['downtime'] == 1"
fault "corruption by the kernel reaches everything" monolithic 0 \
    "set(c['reachable']) == all and c['processes_reachable'] == 2 and c['corrupted']" other
fault "in rings, what is outside" rings 0 "set(c['reachable']) == {'file', 'tty'} >= set(c['corrupted'])" other
says_of() { # NAME STRUCTURE EVENTS BUGS STATUS CONDITION
    ./ossim run "$dir/fault.json" --structure "$2" --set "events=$3" --set "kernel.bugs=$4" \
        --audit --quiet --json "$dir/fault.out" 2>"$dir/err"
    status=$?
    if [ $status = "$5" ] && python3 -c "
import json, sys
d = json.load(open('$dir/fault.out')); c = d['containment'][0]; s = d['summary']
all = set('proc mem file block tty ipc time driver:disk driver:tty driver:net'.split())
sys.exit(not ($6))"; then passed=$((passed + 1)); echo "ok   $1"
    else failed=$((failed + 1)); echo "FAIL $1: status $status"; cat "$dir/err" "$dir/fault.out"; fi
}
spy='[{"at": 2, "fault": {"process": "A", "kind": "attack", "does": "read"}}]'
none='[]' file='[{"service": "file", "from": "user", "takes": 3}]'
both='[{"service": "file", "from": "user", "takes": 3}, {"service": "mem", "from": "file", "takes": 2}]'
says_of "an attacker without a bug stays in his process" microkernel "$spy" "$none" 0 \
    "c['reachable'] == [] and c['processes_reachable'] == 1 and set(c['unharmed']) == all"
says_of "one bug: one server" microkernel "$spy" "$file" 0 \
    "c['reachable'] == ['file'] and c['processes_reachable'] == 1"
says_of "two bugs: by the server into the kernel" microkernel "$spy" "$both" 0 \
    "set(c['reachable']) == all and c['processes_reachable'] == 2"
says_of "one bug: the whole kernel" monolithic "$spy" "$file" 0 \
    "set(c['reachable']) == all and c['processes_reachable'] == 2 and c['lost'] == []"
says_of "one bug: the rings outside" rings "$spy" "$file" 0 \
    "set(c['reachable']) == {'file', 'tty'} and c['processes_reachable'] == 2"
says_of "no wall, no bug needed" msdos "$spy" "$none" 0 "set(c['reachable']) == all"
says_of "he crashes what he takes" monolithic "${spy/read/crash}" "$file" 1 "d['ended'] == 'panic' and d['end_time'] == 5"
leak='[{"at": 2, "fault": {"service": "file", "kind": "leak", "frames": 10, "every": 1}}]'
says_of "a server's leak ends at its quota" microkernel "$leak" "$none" 0 \
    "c['lost'] == ['file'] and c['frames_leaked'] == 0 and c['downtime'] == 1"
says_of "a kernel's leak does not" monolithic "$leak" "$none" 0 "c['lost'] == [] and c['frames_leaked'] >= 100"
says_of "a driver without an iommu reaches all" microkernel \
    '[{"at": 2, "fault": {"service": "driver:disk", "kind": "corrupt"}}]' "$none" 0 "c['reachable'] == ['driver:disk']"
./ossim run "$dir/fault.json" --set 'kernel.structure={"model": "microkernel", "iommu": false}' --quiet --json "$dir/fault.out" \
    --set 'events=[{"at": 2, "fault": {"service": "driver:disk", "kind": "corrupt"}}]' 2>/dev/null
python3 -c "
import json, sys
sys.exit(len(json.load(open('$dir/fault.out'))['containment'][0]['reachable']) != 10)" &&
    passed=$((passed + 1)) || { failed=$((failed + 1)); echo "FAIL a device past all walls"; }

# A program that stores to the kernel's memory: a signal behind a wall; without one, the
# service on whose bytes it wrote fails at the next call, and all with it.
cat >"$dir/wild.json" <<'END'
{"ossim": 1, "processes": [{"name": "wild", "asm": "_start: li t0, 0xc0003000\nsw t0, 8(t0)\nli a7, 93\nli a0, 0\necall"},
  {"name": "cat", "asm": "_start: li s0, 2000\n1: addi s0, s0, -1\nbnez s0, 1b\nli a0, 1\nla a1, m\nli a2, 3\nli a7, 64\necall\nli a7, 93\nli a0, 0\necall\nm: .ascii \"hi\\n\""}]}
END
wild() { ./ossim run "$dir/wild.json" --structure "$1" --audit --quiet --json - 2>/dev/null | python3 -c "
import json, sys
d = json.load(sys.stdin)
sys.exit(not ($2))" && passed=$((passed + 1)) && echo "ok   a wild program under $1" ||
    { failed=$((failed + 1)); echo "FAIL a wild program under $1"; }; }
wild unix "d['ended'] == 'done' and d['tasks'][0]['signal'] == 11 and d['tasks'][1]['exit_code'] == 0"
wild msdos "d['ended'] == 'panic' and d['containment'][0]['corrupted'] == ['file'] and len(d['containment'][0]['lost']) == 10"

# Faults that are drawn come from the seed.
drawn() { ./ossim run workloads/structures.json --structure microkernel --seed "$1" --set 'faults={"count": 5, "from": 5, "to": 60}' \
    --json - --quiet 2>/dev/null | python3 -c "
import json, sys
d = json.load(sys.stdin); print([(c['at'], c['service'], c['kind']) for c in d['containment']], d['trace_hash'])"; }
a=$(drawn 1) b=$(drawn 1) c=$(drawn 2)
if [ "$a" = "$b" ] && [ "$a" != "$c" ]; then passed=$((passed + 1)); echo "ok   the seed's faults"
else failed=$((failed + 1)); echo "FAIL the seed's faults: $a / $b / $c"; fi

echo "$passed passed, $failed failed"
[ $failed = 0 ]
