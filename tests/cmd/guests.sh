#!/bin/bash
# Machines in machines, as a user has them: the same outputs under every kind, results of
# each guest that add up, nested two deep, systems by name, and mistakes with their places.
set -u
cd "$(dirname "$0")/../.." || exit 1
dir=$(mktemp -d) && trap 'rm -rf "$dir"' EXIT
passed=0 failed=0

report() { # NAME STATUS
    if [ "$2" = 0 ]; then passed=$((passed + 1)); echo "ok   $1"
    else failed=$((failed + 1)); echo "FAIL $1"; fi
}

cat >"$dir/web.json" <<'END'
{"ossim": 1, "name": "web", "machine": {"disk": "fixed"}, "processes": [
  {"name": "hello", "asm": ".globl _start\n_start: li s0,5\n1: li a0,1\n la a1,m\n li a2,3\n li a7,64\n ecall\n li t0,100000\n2: addi t0,t0,-1\n bnez t0,2b\n addi s0,s0,-1\n bnez s0,1b\n li a0,0\n li a7,93\n ecall\n.data\nm: .ascii \"hi\\n\"\n"},
  {"name": "disk", "bursts": [{"repeat": 3, "do": [{"cpu": 0.5}, {"disk": {"read": 5}}]}]},
  {"name": "sleeper", "bursts": [{"repeat": 4, "do": [{"cpu": 0.3}, {"sleep": 1}]}]}]}
END
cat >"$dir/db.json" <<'END'
{"ossim": 1, "name": "db", "machine": {"cpus": 2}, "kernel": {"scheduler": "mlfq"}, "processes": [
  {"name": "query", "count": 4, "arrival": {"poisson": 2}, "bursts": [{"cpu": {"exp": 1}}, {"io": 2}, {"cpu": 1}]}]}
END
guests="[{\"name\": \"web\", \"workload\": \"web.json\"}, {\"name\": \"db\", \"workload\": \"db.json\", \"weight\": 200}]"
echo "{\"ossim\": 1, \"machine\": {\"mhz\": 1000, \"cpus\": 2}, \"kernel\": {\"structure\": \"kvm\", \"guests\": $guests},
  \"processes\": [{\"name\": \"host\", \"cpu\": 3}]}" >"$dir/two.json"

# Under every kind of virtualisation the guests end alike and print the same.
for kind in kvm esxi hyper-v vmware-workstation virtualbox xen-pv bochs; do
    mkdir -p "$dir/$kind"
    ./ossim run "$dir/two.json" --structure $kind --audit --quiet --stdout "$dir/$kind" --json "$dir/out.json" &&
        cmp -s "$dir/kvm/web_hello.out" "$dir/$kind/web_hello.out" && [ -s "$dir/$kind/web_hello.out" ] &&
        python3 - "$dir/out.json" $kind <<'END'
import json, sys
o = json.load(open(sys.argv[1]))
web, db = o["guests"]
assert (web["guest"], db["guest"], db["vcpus"]) == ("web", "db", 2)
assert [t["name"] for t in db["tasks"]] == ["query-1", "query-2", "query-3", "query-4"]
for g in o["guests"]:
    assert g["ended"] == "done" and all(t["finish"] is not None for t in g["tasks"])
    # What its CPUs got and waited for is what the host says of them.
    of = [t for t in o["tasks"] if t["name"].split("-")[0] == g["guest"]]
    assert abs(sum(t["cpu"] for t in of) - g["received"]) < 1e-6, (of, g["received"])
    assert abs(sum(t["waiting"] for t in of) - g["steal"]) < 1e-6, (of, g["steal"])
    assert g["exits"] == sum(g["exits_by"].values())
    over = next(x for x in o["over_time"]["guests"] if x["guest"] == g["guest"])["steal"]
    assert abs(sum(over) - sum(t["waiting"] for t in of)) < 1e-6, (sum(over), of)
assert o["summary"]["vm_exits"] == web["exits"] + db["exits"]
assert (o["summary"]["vm_exits"] == 0) == (sys.argv[2] == "bochs")
END
    report "$kind" $?
done

python3 tests/cmd/guests_random.py 0 100 >"$dir/random" 2>&1
status=$?
report "random machines, computed anew from their events: $(tail -1 "$dir/random")" $status

# Alone and free of charge, a guest says what its workload says on bare metal.
for w in web db; do
    echo "{\"ossim\": 1, \"machine\": {\"cpus\": 2}, \"kernel\": {\"structure\": {\"model\": \"vm\", \"guests\": [{\"workload\": \"$w.json\"}]}}}" >"$dir/alone.json"
    ./ossim run "$dir/$w.json" --quiet --json "$dir/bare.json" && ./ossim run "$dir/alone.json" --quiet --json "$dir/alone.out" &&
        python3 -c "
import json, sys
bare, alone = json.load(open('$dir/bare.json')), json.load(open('$dir/alone.out'))['guests'][0]
assert alone['trace_hash'] == bare['trace_hash'] and alone['steal'] == 0
assert alone['tasks'] == bare['tasks'] and alone['gantt'] == bare['gantt']"
    report "alone: $w" $?
done

# Nested two deep: a guest with guests of its own, which print the same under every kind.
echo "{\"ossim\": 1, \"kernel\": {\"structure\": {\"model\": \"vm\"}, \"guests\": [{\"name\": \"outer\", \"vcpus\": 2, \"workload\":
  {\"ossim\": 1, \"kernel\": {\"structure\": {\"model\": \"vm\", \"mode\": \"para\", \"guests\": $guests}}}},
  {\"name\": \"beside\", \"workload\": {\"ossim\": 1, \"processes\": [{\"name\": \"hog\", \"cpu\": 9}]}}]}}" >"$dir/deep.json"
nested() { # ARGUMENTS...
    rm -f "$dir/outer_web_hello.out"
    ./ossim run "$dir/deep.json" --audit --quiet --stdout "$dir" --json "$dir/deep.out" "$@" &&
        cmp -s "$dir/kvm/web_hello.out" "$dir/outer_web_hello.out" && python3 -c "
import json
o = json.load(open('$dir/deep.out'))
outer, beside = o['guests']
assert [g['guest'] for g in outer['guests']] == ['web', 'db'] and beside['ended'] == 'done'
assert outer['steal'] > 0 and all(g['ended'] == 'done' for g in outer['guests'])
got = sum(g['received'] for g in outer['guests'])
assert abs(got - outer['received']) < 1e-6, (got, outer['received'])
assert o['end_time'] >= got + 9"
    report "nested two deep, $2" $?
}
for kind in kvm esxi hyper-v vmware-workstation virtualbox xen-pv bochs; do
    nested --structure $kind
done
[ "$(./ossim run "$dir/deep.json" --quiet --events - | md5sum)" = "$(./ossim run "$dir/deep.json" --quiet --events - | md5sum)" ]
report "the same twice" $?

# Weights of 1 to 3, and who always has something to do: a quarter and three of a span. fair
# has nice values for them, 0 and the nearest: Linux' table says 1024 and 3121.
hog='{"ossim": 1, "processes": [{"name": "hog", "cpu": 9999}]}'
shares() { # SCHEDULER SPAN EXPECTED
    echo "{\"ossim\": 1, \"stop\": {\"at\": $2}, \"kernel\": {\"scheduler\": \"$1\", \"structure\": {\"model\": \"vm\", \"guests\":
      [{\"name\": \"a\", \"weight\": 100, \"workload\": $hog}, {\"name\": \"b\", \"weight\": 300, \"workload\": $hog}]}}}" >"$dir/shares.json"
    ./ossim run "$dir/shares.json" --audit --quiet --json "$dir/shares.out" && python3 -c "
import json
a, b = json.load(open('$dir/shares.out'))['guests']
assert ($3), (a['received'], a['steal'], b['received'], b['steal'])"
    report "1 to 3: $1" $?
}
shares stride:quantum=1 400 "(a['received'], a['steal'], b['received'], b['steal']) == (100, 300, 300, 100)"
shares fair 4000 "abs(b['received'] / 4000 - 3121 / 4145) < 0.001 and a['received'] + b['received'] == 4000"

# ...whichever of its CPUs have it: two of them share it, by tickets and by nice (150 of 100
# each is nearest to -2, of which Linux' table says 1586).
pair='{"ossim": 1, "processes": [{"name": "hog", "count": 2, "cpu": 9999}]}'
for of in stride:quantum=1,3/4,.001 fair,3172/4196,.001 eevdf,3172/4196,.002; do
    IFS=, read -r policy share within <<<"$of"
    echo "{\"ossim\": 1, \"stop\": {\"at\": 4000}, \"kernel\": {\"structure\": {\"model\": \"vm\", \"guests\":
      [{\"name\": \"a\", \"workload\": $hog}, {\"name\": \"b\", \"vcpus\": 2, \"weight\": 300, \"workload\": $pair}]}}}" >"$dir/shares.json"
    ./ossim run "$dir/shares.json" --sched $policy --audit --quiet --json "$dir/shares.out" && python3 -c "
import json
a, b = json.load(open('$dir/shares.out'))['guests']
assert abs(b['received'] / 4000 - $share) < $within, b['received']"
    report "1 to 3, in two CPUs: $policy" $?
done

# Small weights are shares among guests: 3 is to 1 as 300 to 100, however many CPUs share them,
# and the smallest is as an ordinary process is (2 to 1 is nearest to nice -3: 1991).
small() { # POLICY A B VCPUS OWN EXPECTED
    echo "{\"ossim\": 1, \"stop\": {\"at\": 4000}, \"kernel\": {\"structure\": {\"model\": \"vm\", \"guests\":
      [{\"name\": \"a\", \"vcpus\": $4, \"weight\": $2, \"workload\": $pair}, {\"name\": \"b\", \"vcpus\": $4, \"weight\": $3, \"workload\": $pair}]}},
      \"processes\": [$5]}" >"$dir/small.json"
    ./ossim run "$dir/small.json" --sched "$1" --audit --quiet --json "$dir/small.out" && python3 -c "
import json
a, b = (g['received'] / 4000 for g in json.load(open('$dir/small.out'))['guests'])
assert all(abs(x - y) < .002 for x, y in zip((a, b), ($6))), (a, b)"
    report "weights of $2 and $3, $4 CPUs each: $1" $?
}
small stride:quantum=1 3 1 1 "" 3/4,1/4
small stride:quantum=1 3 1 2 "" 3/4,1/4
small stride:quantum=1 3 1 1 '{"name": "own", "cpu": 9999}' 3/5,1/5
small stride:quantum=1 30 10 1 '{"name": "own", "cpu": 9999}' 30/140,10/140
small fair 2 1 1 "" 1991/3015,1024/3015
small fair 3 1 1 "" 3121/4145,1024/4145
small stride:quantum=1 20 10 2 "" 2/3,1/3

# A cap is a guest's, whichever of its CPUs use it, in each period by itself: who comes late
# takes nothing of a period along, and who has nothing to do leaves his part to the others.
capped() { # WORKLOAD VCPUS CAP END
    echo "{\"ossim\": 1, \"machine\": {\"cpus\": 2}, \"kernel\": {\"structure\": {\"model\": \"vm\", \"cap_period\": 10, \"guests\":
      [{\"name\": \"a\", \"vcpus\": $2, \"cap\": $3, \"workload\": {\"ossim\": 1, \"processes\": [$1]}}]}}}" >"$dir/capped.json"
    ./ossim run "$dir/capped.json" --audit --quiet --json "$dir/capped.out" && python3 -c "
import json
o = json.load(open('$dir/capped.out'))
assert o['end_time'] == $4, o['end_time']
waited = sum(t['blocked_by'].get('cap', 0) + t['waiting'] for t in o['tasks'])
assert abs(o['guests'][0]['steal'] - waited) < 1e-6, waited
assert abs(sum(o['over_time']['guests'][0]['steal']) - waited) < 1e-6"
    report "a cap of $3, $2 CPUs, until $4" $?
}
capped '{"cpu": 20}' 1 50 35
capped '{"bursts": [{"sleep": 7}, {"cpu": 20}]}' 1 50 42
capped '{"cpu": 20}' 2 100 20
capped '{"count": 2, "cpu": 20}' 2 100 35
capped '{"cpu": 20}, {"cpu": 2}' 2 100 22

# What simulates is simulated: 4 ms of work, by factors of 3 and 5, take 60; beside it, in the
# outer of the two, 4 take 12. What waits for a device does not wait longer.
echo '{"ossim": 1, "kernel": {"structure": {"model": "vm", "mode": "simulated", "factor": 3, "guests": [{"name": "o", "workload":
  {"ossim": 1, "machine": {"cpus": 2}, "processes": [{"name": "beside", "affinity": [1], "cpu": 4}], "kernel": {"structure": {"model": "vm", "mode": "simulated",
    "factor": 5, "guests": [{"name": "i", "affinity": [0], "workload": {"ossim": 1, "processes": [{"name": "x", "bursts": [{"cpu": 3}, {"sleep": 7}, {"cpu": 1}]}]}}]}}}}]}},
  "machine": {"cpus": 2}}' >"$dir/factors.json"
./ossim run "$dir/factors.json" --audit --quiet --json "$dir/factors.out" && python3 -c "
import json
o = json.load(open('$dir/factors.out'))['guests'][0]
beside, x = o['tasks'][0], o['guests'][0]['tasks'][0]
assert (beside['name'], beside['cpu'], beside['finish'], beside['slowdown']) == ('beside', 12, 12, 3), beside
assert (x['cpu'], x['finish'], x['slowdown']) == (60, 67, 67 / 4), x"
report "factors multiply" $?

# Of two CPUs on one real one that is busy for 3 ms, one does all of 1 ms; the other waited
# 4 ms, up to the end of its machine.
echo '{"ossim": 1, "kernel": {"scheduler": "fcfs", "structure": {"model": "vm", "guests": [{"name": "g", "vcpus": 2, "workload":
  {"ossim": 1, "processes": [{"name": "x", "cpu": 1}]}}]}}, "processes": [{"name": "own", "cpu": 3}]}' >"$dir/waits.json"
./ossim run "$dir/waits.json" --audit --quiet --json "$dir/waits.out" && python3 -c "
import json
o = json.load(open('$dir/waits.out'))
waited = sum(t['waiting'] for t in o['tasks'] if t['name'] != 'own')
assert o['guests'][0]['steal'] == waited == 7 and abs(sum(o['over_time']['guests'][0]['steal']) - 7) < 1e-6, (o['guests'][0]['steal'], waited)"
report "who waits to the end" $?

# Exits counted by hand: x reads the disk (4 accesses; its end interrupts, and that the drive
# begins does not), sleeps once (another interrupt) and halts twice; three dispatches set timers.
cat >"$dir/exits.json" <<'END'
{"ossim": 1, "machine": {"mhz": 1000}, "kernel": {"structure": {"model": "vm", "mode": "full", "costs": {"trap": 1000}, "guests":
  [{"name": "a", "workload": {"ossim": 1, "machine": {"disk": "fixed"}, "processes":
    [{"name": "x", "bursts": [{"cpu": 1}, {"disk": {"read": 3}}, {"cpu": 1}, {"sleep": 2}, {"cpu": 1}]}]}}]}}}
END
./ossim run "$dir/exits.json" --audit --quiet --json "$dir/exits.out" && python3 -c "
import json
o = json.load(open('$dir/exits.out'))
g = o['guests'][0]
assert g['exits_by'] == {'switch': 1, 'timer': 3, 'interrupt': 2, 'halt': 2, 'io': 4}, g['exits_by']
assert g['exits'] == 12 and abs(g['exit_time'] - 0.012) < 1e-9
# 3 + 12 ms, and ten exits: the disk waits for its four, and those of halts are over before the waiting is.
assert abs(o['end_time'] - 15.010) < 1e-9, o['end_time']"
report "exits by hand" $?

# A device knows of a request when its exits are through, here of 10 us each: three of io for 1 ms, and three of the
# disk for 10 ms, are as much longer for each access. Halts are over before.
waits='{"ossim": 1, "machine": {"disk": "fixed"}, "processes": [{"name": "x", "bursts": [{"repeat": 3, "do": [{"cpu": 1}, STEP]}]}]}'
of() { # ACCESSES WORKLOAD
    echo "{\"ossim\": 1, \"machine\": {\"mhz\": 1000}, \"kernel\": {\"structure\": {\"model\": \"vm\", \"mode\": \"hardware\", \"accesses\": $1,
      \"costs\": {\"exit\": 10000}, \"guests\": [{\"name\": \"a\", \"workload\": $2}]}}}"
}
lasts() { ./ossim run - --audit --quiet --json - | python3 -c "
import json, sys
o = json.load(sys.stdin)
assert abs(o['end_time'] - ($1)) < 1e-9, (o['end_time'], $1)"; }
# Each of the three: the timer is set, 1 ms, the accesses, the device; and its interrupt but for the last, with which all ends.
of 1 "${waits/STEP/'{"io": 2}'}" | lasts '3 * (.01 + 1 + 1 * .01 + 2) + 2 * .01' && of 4 "${waits/STEP/'{"io": 2}'}" | lasts '3 * (.01 + 1 + 4 * .01 + 2) + 2 * .01'
report "a device waits for what asks it" $?
of 1 "${waits/STEP/'{"disk": {"read": 3}}'}" | lasts '3 * (.01 + 1 + 1 * .01 + 10) + 2 * .01' && of 4 "${waits/STEP/'{"disk": {"read": 3}}'}" | lasts '3 * (.01 + 1 + 4 * .01 + 10) + 2 * .01'
report "...and so does a disk" $?
# A ring has all that is in it with one hypercall, of 10 us here: four CPUs ask their disk, the first at 1 ms, two while that
# call is under way, and one behind it.
rings() { # MODE TASKS: how many exits for io
    echo "{\"ossim\": 1, \"machine\": {\"cpus\": 4, \"mhz\": 1000}, \"kernel\": {\"structure\": {\"model\": \"vm\", \"mode\": \"$1\", \"accesses\": 1,
      \"costs\": {\"exit\": 10000, \"hypercall\": 10000}, \"guests\": [{\"name\": \"a\", \"workload\": {\"ossim\": 1, \"machine\": {\"cpus\": 4, \"disk\": \"fixed\"},
      \"kernel\": {\"scheduler\": \"fcfs\"}, \"processes\": [$2]}}]}}}" | ./ossim run - --audit --quiet --json - |
        python3 -c "import json, sys; print(json.load(sys.stdin)['guests'][0]['exits_by']['io'])"
}
asks_at() { echo "{\"name\": \"t$1\", \"bursts\": [{\"cpu\": $1}, {\"disk\": {\"read\": 3}}]}"; }
[ "$(rings hardware "$(asks_at 1), $(asks_at 1.000001), $(asks_at 1.005), $(asks_at 1.02)")" = 4 ] &&
    [ "$(rings para "$(asks_at 1), $(asks_at 1.000001), $(asks_at 1.005), $(asks_at 1.02)")" = 2 ]
report "...by rings, together" $?
# Swapping asks a drive, too: of two pages one has room, so three are written and two read, in 5 ms each and two accesses
# before; the timer is set four times, and each of five interrupts is over before its drive is asked again, or x goes on.
of 2 '{"ossim": 1, "machine": {"memory": {"frames": 1}, "swap": {"frames": 8, "latency": 5}}, "processes": [{"name": "x", "bursts": [{"touch": [0, 1, 0, 1], "each": 1, "write": true}]}]}' >"$dir/swaps.json"
./ossim run "$dir/swaps.json" --audit --quiet --json - | python3 -c "
import json, sys
g = json.load(sys.stdin)['guests'][0]
s, e = g['summary'], g['exits_by']
assert (s['swap_out'], s['swap_in']) == (3, 2) and (e['io'], e['interrupt']) == (2 * 5, 5), (s['swap_out'], s['swap_in'], e)
assert abs(g['end_time'] - (4 + 5 * (5 + .02) + 4 * .01 + 5 * .01)) < 1e-9, g['end_time']"
report "...and a drive for swapping" $?
# The power goes while a request is on its way to the disk, from 1.01 to 1.05: it is lost like one that the disk has.
of 4 '{"ossim": 1, "machine": {"disk": "fixed"}, "processes": [{"name": "x", "bursts": [{"cpu": 1}, {"disk": {"write": 3}}]}], "events": [{"at": 1.03, "fault": {"disk": "power-cut"}}]}' >"$dir/cut.json"
./ossim run "$dir/cut.json" --audit --quiet --events "$dir/cut.ev" && python3 -c "
import json
events = [json.loads(l) for l in open('$dir/cut.ev')]
done = [(e['at'], e['status']) for e in events if e['event'] == 'disk_done']
assert done == [(1.03, 2)] and not any(e['event'] == 'disk_start' for e in events), done"
report "...and is lost with the power" $?
# A program's console is a device as well: three writes, and no more however long they are; what is typed interrupts.
says='.globl _start\n_start: li s0,3\n1: li a0,1\n la a1,m\n li a2,3\n li a7,64\n ecall\n addi s0,s0,-1\n bnez s0,1b\n li a0,0\n la a1,m\n li a2,3\n li a7,63\n ecall\n li a0,0\n li a7,93\n ecall\n.data\nm: .ascii \"hi\\n\"\n'
hears="{\"ossim\": 1, \"processes\": [{\"name\": \"p\", \"asm\": \"$says\", \"stdin\": {\"text\": \"\", \"open\": true}}], \"events\": [{\"at\": 5, \"process\": \"p\", \"input\": \"yes\\n\"}]}"
asks() { # ACCESSES
    of "$1" "$hears" | ./ossim run - --audit --quiet --json - | python3 -c "
import json, sys
e = json.load(sys.stdin)['guests'][0]['exits_by']
assert (e['io'], e['interrupt'], e['halt']) == (3 * $1, 1, 1), e"
}
asks 1 && asks 4
report "...and a console" $?

# A guest's CPUs are as slow as the harts that they are on, and so are machines in it.
job='{"ossim": 1, "processes": [{"name": "A", "cpu": 10}]}'
vm() { echo '{"structure": {"model": "vm", "guests": ['"$1"']}}'; }
inner="{\"ossim\": 1, \"kernel\": $(vm "{\"name\": \"in\", \"workload\": $job}")}"
echo '{"ossim": 1, "machine": {"cpus": [{"mhz": 1000}, {"mhz": 250}, {"mhz": 750, "dmips": 512}, {"mhz": 300}]},
  "kernel": '"$(vm "{\"name\": \"fast\", \"affinity\": [0], \"workload\": $job},
    {\"name\": \"slow\", \"affinity\": [1], \"workload\": $job}, {\"name\": \"dull\", \"affinity\": [2], \"workload\": $job},
    {\"name\": \"deep\", \"affinity\": [3], \"workload\": $inner}")"'}' >"$dir/slow.json"
./ossim run "$dir/slow.json" --audit --quiet --json "$dir/slow.out" && python3 -c "
import json
g = {x['guest']: x for x in json.load(open('$dir/slow.out'))['guests']}
at = lambda x: (x['tasks'][0]['turnaround'], x['tasks'][0]['slowdown'])
# The fastest does 1000 x 1024 units in a us: dmips are 1024 unless they are said.
assert at(g['fast']) == (10, 1) and at(g['slow']) == (40, 4), (at(g['fast']), at(g['slow']))
assert g['fast']['speed_parts'] == 40, g['fast']['speed_parts']    # 250 / 1000 = 10/40, 375 / 1000 = 15/40
assert abs(at(g['dull'])[0] - 10 / .375) < 1.1e-6, at(g['dull'])
deep = g['deep']['guests'][0]
assert abs(at(deep)[0] - 10 / .3) < 1.1e-6 and abs(at(deep)[1] - 1 / .3) < 1e-6, at(deep)"
report "slow harts" $?

# A program there does what it does where it is pinned to the slow hart itself, and so does its clock.
cat >"$dir/clock.c" <<'END'
#include <stdio.h>
#include <time.h>
int main(void)
{
    struct timespec a, b;
    volatile unsigned x = 0;
    unsigned long long t, u, back = 0;
    clock_gettime(CLOCK_MONOTONIC, &a);
    __asm__ volatile ("rdtime %0" : "=r"(t));
    for (unsigned i = 0, last = (unsigned)t, now; i < 100000; i++, last = now) {
        __asm__ volatile ("rdtime %0" : "=r"(now));
        back += (int)(now - last) < 0;
        x += i;
    }
    clock_gettime(CLOCK_MONOTONIC, &b);
    printf("%lld ns, %llu back\n", (b.tv_sec - a.tv_sec) * 1000000000ll + b.tv_nsec - a.tv_nsec, back);
    return 0;
}
END
sed -i 's/unsigned long long t, u, back = 0/unsigned long long back = 0; unsigned t/' "$dir/clock.c"
ways='"processes": [{"name": "p", "program": "clock.c"'
for mhz in 1000 700 333; do
    cpus='"machine": {"cpus": [{"mhz": 1000}, {"mhz": '$mhz'}]}'
    echo '{"ossim": 1, '"$cpus, $ways"', "affinity": [1]}]}' >"$dir/bare.json"
    echo '{"ossim": 1, '"$cpus"', "kernel": '"$(vm "{\"affinity\": [1], \"workload\": {\"ossim\": 1, $ways}]}}")"'}' >"$dir/in.json"
    ./ossim run "$dir/bare.json" --quiet --json "$dir/bare.out" --stdout "$dir/bare"
    ./ossim run "$dir/in.json" --audit --quiet --json "$dir/in.out" --stdout "$dir/in"
    python3 -c "
import json
bare, inside = (json.load(open('$dir/' + f)) for f in ('bare.out', 'in.out'))
assert bare['end_time'] == inside['end_time'] > 0.3 * 1000 / $mhz, (bare['end_time'], inside['end_time'])" &&
        cmp -s "$dir"/bare/*.out "$dir"/in/*.out && grep -q ' 0 back' "$dir"/in/*.out
    report "a program on $mhz of 1000 MHz: $(cat "$dir"/in/*.out)" $?
    rm -r "$dir/bare" "$dir/in"
done

# Programs see what was stolen, in hundredths: beside a hog that has every second quantum it is as
# much as they had themselves; bare there is none, and who sleeps was not kept waiting.
cat >"$dir/stat.c" <<'END'
#include <fcntl.h>
#include <unistd.h>
int main(int argc, char **argv)
{
    char buf[200];
    volatile unsigned x = 0;
    for (unsigned i = 0; i < 1000000; i++)
        x += i;
    if (argc > 1)
        usleep(200000);
    return write(1, buf, read(open("/proc/stat", O_RDONLY), buf, sizeof buf)) < 0;
}
END
hog='{"name": "hog", "workload": {"ossim": 1, "processes": [{"cpu": 10000}]}}'
sees() { # NAME WORKLOAD EXPECTED: of the line user, system, idle and steal
    echo "$2" >"$dir/sees.json"
    ./ossim run "$dir/sees.json" --audit --quiet --stdout "$dir/sees" --json "$dir/sees.out"
    set -- "$1" "$3" $(cat "$dir"/sees/*.out)
    [ "$4,$6,$7,${11}" = "$2" ] || { echo "$*"; false; }
    report "$1" $?
    rm -r "$dir/sees"
}
slow='"ossim": 1, "machine": {"mhz": 100, "disk": "fixed"}, "kernel": {"files": {"/etc/x": ""}}, "processes": [{"name": "p", "program": "stat.c"'
stop='"ossim": 1, "stop": {"at": 2000}, "kernel"'
sees "no steal time on bare metal" "{$slow}]}" 5,0,0,0
# Bursts are work as programs are: 50 ms of the one in turns of 10 with 100 of the other, whose
# rest (of 50 ms) falls into a sleep of 200.
sees "bursts are in /proc/stat" "{$slow, \"args\": [\"s\"]}, {\"name\": \"b\", \"cpu\": 100}]}" 15,0,15,0
sees "steal time in /proc/stat" "{$stop: $(vm "{\"name\": \"a\", \"workload\": {$slow}]}}, $hog")}" 5,0,0,5
sees "...and none asleep" "{$stop: $(vm "{\"name\": \"a\", \"workload\": {$slow, \"args\": [\"s\"]}]}}, $hog")}" 5,0,20,5

# A governor's changes reach what runs: 16 ms of work at 500 MHz until ondemand looks after 10 ms, and finds it
# busy; the rest at 2000. The time before is five of the 16 ms, at a quarter of the speed.
echo '{"ossim": 1, "machine": {"cpus": [{"opps": [{"mhz": 500, "mw": 10}, {"mhz": 2000, "mw": 100}]}]},
  "kernel": {"governor": "ondemand", '"$(vm "{\"workload\": {\"ossim\": 1, \"processes\": [{\"name\": \"A\", \"cpu\": 16}]}}" | sed 's/^{//')"'}' >"$dir/dvfs.json"
./ossim run "$dir/dvfs.json" --audit --quiet --json "$dir/dvfs.out" && python3 -c "
import json
o = json.load(open('$dir/dvfs.out'))
assert o['guests'][0]['tasks'][0]['turnaround'] == 10 + 16 - 2.5, o['guests'][0]['tasks'][0]"
report "a frequency that changes under a guest" $?

# ...through a machine in between, too; and that one may be simulated, on the slow hart of two.
inside() { echo "{\"ossim\": 1, \"kernel\": $(vm "{\"workload\": $1}")}"; }
echo '{"ossim": 1, "machine": {"cpus": [{"opps": [{"mhz": 500, "mw": 10}, {"mhz": 2000, "mw": 100}]}]},
  "kernel": {"governor": "ondemand", '"$(vm "{\"workload\": $(inside '{"ossim": 1, "processes": [{"name": "A", "cpu": 16}]}')}" | sed 's/^{//')"'}' >"$dir/dvfs.json"
./ossim run "$dir/dvfs.json" --audit --quiet --json "$dir/dvfs.out" && python3 -c "
import json
o = json.load(open('$dir/dvfs.out'))['guests'][0]['guests'][0]
assert o['tasks'][0]['turnaround'] == 10 + 16 - 2.5, o['tasks'][0]"
report "...two deep" $?
echo '{"ossim": 1, "machine": {"cpus": [{"mhz": 1000}, {"mhz": 900}]}, "kernel": {"structure": {"model": "vm", "mode": "simulated", "factor": 3,
  "guests": [{"affinity": [1], "workload": '"$(inside '{"ossim": 1, "processes": [{"name": "A", "cpu": 3}]}')"'}]}}}' >"$dir/slow.json"
./ossim run "$dir/slow.json" --audit --quiet --json "$dir/slow.out" && python3 -c "
import json
o = json.load(open('$dir/slow.out'))['guests'][0]['guests'][0]
assert o['tasks'][0]['turnaround'] == 3 * 3 / .9, o['tasks'][0]"
report "...on a slow hart, simulated" $?

# What a kernel does for a task counts in its share: a guest that exits all the time, or a process that calls all the
# time, gets half of 300 ms, beside one that computes; until a quantum (2 ms; of mlfq 10) is over, or 3 ms for fair.
calls='_start: li a7, 172\necall\nj _start\n'
for policy in rr:quantum=2 stride:quantum=2:3000000 stride:quantum=2 fair eevdf mlfq; do
    trap=6000 && [ "${policy##*:}" = 3000000 ] && trap=3000000      # exits that are longer than a slice, in parts
    policy=${policy%:3000000}
    echo "{\"ossim\": 1, \"kernel\": {\"scheduler\": \"$policy\", \"structure\": {\"model\": \"vm\", \"mode\": \"full\", \"costs\": {\"trap\": $trap}, \"guests\": [
      {\"name\": \"calls\", \"workload\": {\"ossim\": 1, \"processes\": [{\"name\": \"c\", \"asm\": \"$calls\"}]}},
      {\"name\": \"sums\", \"workload\": {\"ossim\": 1, \"processes\": [{\"name\": \"s\", \"cpu\": 400}]}}]}}, \"stop\": {\"at\": 300}}" |
        ./ossim run - --audit --quiet --json - | python3 -c "
import json, sys
calls, sums = json.load(sys.stdin)['guests']
for g in calls, sums:
    assert 140 <= g['received'] + g['exit_time'] <= 160, ('$policy', g['guest'], g['received'], g['exit_time'])" &&
    echo "{\"ossim\": 1, \"machine\": {\"costs\": {\"syscall\": 20000}}, \"kernel\": {\"scheduler\": \"$policy\"}, \"processes\": [
      {\"name\": \"c\", \"asm\": \"$calls\"}, {\"name\": \"s\", \"cpu\": 400}], \"stop\": {\"at\": 300}}" |
        ./ossim run - --audit --quiet --json - | python3 -c "
import json, sys
s = json.load(sys.stdin)['tasks'][1]['cpu']
assert 140 <= s <= 160, ('$policy', s)" || break
    last=$policy
done
[ "$last" = mlfq ]
report "exits and calls count in a share" $?

# Of 10 ms each, 3 are a capped guest's. Exits count, of 1 ms here: in the first period the timer is set, x computes, and
# asks; that it halts, is interrupted and sets the timer is owed, which is all of the second period and 0 of the third's:
# 1 to compute, 1 to ask, 1 to halt; two are owed, and so the fourth has 1 to compute, the device its half after 1 more.
echo '{"ossim": 1, "machine": {"mhz": 1000}, "kernel": {"structure": {"model": "vm", "mode": "hardware", "accesses": 1, "cap_period": 10, "costs": {"exit": 1000000},
  "guests": [{"name": "a", "cap": 30, "workload": {"ossim": 1, "processes": [{"name": "x", "bursts": [{"repeat": 3, "do": [{"cpu": 1}, {"io": 0.5}]}]}]}}]}}}' |
    lasts '30 + 1 + 1 + .5'
report "a cap is for exits as well" $?
# ...and it is of time: 9 ms of work are 36 on a core of a quarter the speed, 12 times 3; 18 at half the frequency.
slow() { echo "{\"ossim\": 1, \"machine\": {\"cpus\": [{\"dmips\": 1024, \"mhz\": 1000}, $1]}, \"kernel\": {${2:-}\"structure\": {\"model\": \"vm\", \"cap_period\": 10,
  \"guests\": [{\"name\": \"a\", \"cap\": 30, \"affinity\": [1], \"workload\": {\"ossim\": 1, \"processes\": [{\"name\": \"x\", \"cpu\": 9}]}}]}}}"; }
slow '{"dmips": 256, "mhz": 1000}' | lasts '11 * 10 + 3' &&
    slow '{"dmips": 1024, "opps": [{"mhz": 500, "mw": 10}, {"mhz": 1000, "mw": 30}]}' '"governor": "powersave", ' | lasts '5 * 10 + 3'
report "...on slow cores, too" $?

# An exit is paid once: that of A's interrupt at 0.82 has long passed when at 2.18 one of m's begins, in which A
# loses its hart. A goes on at 2.3, as soon as own is done, with 3.67 of its 5 ms.
cat >"$dir/rest.json" <<'END'
{"ossim": 1, "kernel": {"structure": {"model": "vm", "mode": "hardware", "costs": {"exit": 20000}, "guests": [{"name": "m", "workload":
 {"ossim": 1, "processes": [{"name": "own", "priority": 0, "bursts": [{"cpu": 0.1}, {"io": 2}, {"cpu": 0.1}]}],
  "kernel": {"scheduler": "priority", "structure": {"model": "vm", "mode": "hardware", "costs": {"exit": 10000}, "guests":
   [{"name": "A", "priority": 1, "workload": {"ossim": 1, "kernel": {"scheduler": "fcfs"}, "processes":
    [{"name": "p", "bursts": [{"cpu": 0.5}, {"io": 0.1}, {"cpu": 5}]}]}}]}}}}]}}}
END
./ossim run "$dir/rest.json" --audit --quiet --json "$dir/rest.out" --events "$dir/rest.ev" && grep -q '"end_time": 5.97[^0-9]' "$dir/rest.out" &&
    ! grep -q '"rest of an exit' "$dir/rest.ev"
report "an exit is paid once" $?

# Nested tables: with hardware a walk is four times as long, else as on bare metal.
cat >"$dir/walk.c" <<'END'
int main(void) { static volatile char page[200 * 4096]; for (int i = 0; i < 600; i++) page[i % 200 * 4096] += 1; return 0; }
END
walks() { echo '{"ossim": 1, "machine": {"costs": {"tlb_walk_level": '"$1"'}}, "processes": [{"name": "t", "program": "walk.c"}]}'; }
took() { # WORKLOAD: ns
    echo "$1" >"$dir/walks.json"
    ./ossim run "$dir/walks.json" --audit --quiet --json - | python3 -c "
import json, sys
o = json.load(sys.stdin)
print(round((o.get('guests') or [o])[0]['tasks'][0]['finish'] * 1e6))"
}
none=$(took "$(walks 0)") bare=$(($(took "$(walks 10)") - none)) got=
for mode in hardware para full; do
    got+=" $(($(took '{"ossim": 1, "kernel": {"structure": {"model": "vm", "mode": "'$mode'", "guests": [{"workload": '"$(walks 10)"'}]}}}') - none))"
done
[ "$bare" -gt 12000 ] && [ "$got" = " $((4 * bare)) $bare $bare" ]
report "nested tables: $bare ns of walks,$got" $?

# What the lab says of itself: finish of both, steal of both, mJ of both.
little() { # EXPECTED OPTION...
    local want=$1
    shift
    ./ossim run workloads/guests-on-little.json "$@" --audit --quiet --json "$dir/little.out" && python3 -c "
import json
o = json.load(open('$dir/little.out'))
got = [g['tasks'][0]['finish'] for g in o['guests']] + [g['steal'] for g in o['guests']] + \
      [round(t['energy_joules'] * 1000, 9) for t in o['tasks']]
assert got == $want, got"
    report "a little core: $*" $?
}
little '[60, 240, 0, 0, 9, 3.6]'
little '[120, 480, 0, 0, 4.8, 2.88]' --set kernel.governor=powersave
little '[65, 245, 0, 0, 8.65, 3.585]' --set kernel.governor=ondemand
little '[117, 120, 57, 60, 9, 9]' --set 'kernel.guests[1].affinity=[0]'

# A guest that fails fails the run, and is named.
echo '{"ossim": 1, "kernel": {"structure": {"model": "vm", "guests": [{"name": "g", "workload":
  {"ossim": 1, "processes": [{"name": "A", "bursts": [{"recv": "c"}]}]}}]}}}' >"$dir/stuck.json"
./ossim run "$dir/stuck.json" --quiet 2>"$dir/err"
[ $? = 1 ] && grep -q 'g: stuck at 0 ms: .*A waits for channel c' "$dir/err"
report "a guest that is stuck" $?
echo '{"ossim": 1, "kernel": {"structure": {"model": "vm"}, "guests": [{"name": "outer", "workload": {"ossim": 1, "kernel":
  {"structure": {"model": "vm", "guests": [{"name": "g", "workload": {"ossim": 1, "processes": [{"name": "wild",
    "asm": ".globl _start\n_start: li t0,0x124\n lw a0,0(t0)\n"}]}}]}}}}]}}' >"$dir/wild.json"
./ossim run "$dir/wild.json" --quiet 2>"$dir/err"
[ $? = 1 ] && grep -q 'outer/g: program wild was killed by SIGSEGV, load at 0x00000124 by pc 0x00010004: step 3 of the walk' "$dir/err"
report "...or killed by an access, which is explained" $?

# Long names leave the table of guests in order.
./ossim run tests/screens/names.json | awk '/^ guest / { end = index($0, "received") + 7 }
    /^ database.* at / { n += substr($0, end, 2) ~ /[0-9] / } END { exit n != 2 }'
report "long names in the table" $?

# What to look for in a system stands in its file, and what it is in the list.
list=$(./ossim list structures)
for f in workloads/structures/{esxi,hyper-v,kvm,vmware-workstation,virtualbox,xen-pv,bochs}.json workloads/zoo/*.json; do
    grep -q 'What to look for: .*Questions: .*?' $f || list=
done
grep -q '^kvm  *KVM: the Linux kernel' <<<"$list" && ! grep -q 'What to look for' <<<"$list"
report "teaching" $?

# Mistakes have their file and place, in a guest's own file too.
wrong() { # TEXT EXPECTED
    echo "$1" >"$dir/wrong.json"
    ./ossim check "$dir/wrong.json" >"$dir/err" 2>&1
    [ $? = 2 ] && grep -q "$2" "$dir/err"
    report "refused: $2" $?
}
wrong '{"ossim": 1, "kernel": {"structure": {"model": "vm"}}}' '"guests" is missing'
wrong '{"ossim": 1, "processes": [{"cpu": 1}], "kernel": {"guests": [{"workload": "web.json"}]}}' '/kernel/guests: guests need'
wrong '{"ossim": 1, "kernel": {"structure": {"model": "vm", "guests": [{"workload": {"ossim": 1, "processes": [{"cpuu": 1}]}}]}}}' \
    '/kernel/structure/guests/0/workload/processes/0/cpuu: '
wrong '{"ossim": 1, "kernel": {"structure": {"model": "vm", "guests": [{"workload": "none.json"}]}}}' '/kernel/structure/guests/0/workload: .*none.json'
wrong '{"ossim": 1, "kernel": {"structure": {"model": "vm", "guests": [{"workload": "wrong.json"}]}}}' 'guests are at most 3 deep'
echo '{"ossim": 1, "processes": [{"cpu": -1}]}' >"$dir/inner.json"
wrong '{"ossim": 1, "kernel": {"structure": {"model": "vm", "guests": [{"workload": "inner.json"}]}}}' 'inner.json:1:[0-9]*: error: /processes/0/cpu'
wrong '{"ossim": 1, "machine": {"memory": {"frames": 100}}, "kernel": {"structure": {"model": "vm", "overhead": 20, "guests": [{"frames": 90, "workload": "web.json"}]}}}' \
    'need 110 frames'
wrong '{"ossim": 1, "kernel": {"structure": {"model": "vm", "guests": [{"workload": "web.json"}]}, "guests": [{"workload": "db.json"}]}}' \
    '/kernel/guests: the structure has its "guests" too'
wrong '{"ossim": 1, "kernel": {"structure": {"model": "vm", "cap_period": "50ns", "guests": [{"cap": 1, "workload": "web.json"}]}}}' \
    'guests/0/cap: 1 hundredths'
wrong '{"ossim": 1, "kernel": {"structure": {"model": "vm", "guests": [{"frames": 10, "balloon": 10, "workload": "web.json"}]}}}' \
    'guests/0/balloon: found 10'
[ "$(wc -l <"$dir/err")" = 1 ]
report "...which is said once" $?
many=$(for i in 1 2 3 4 5 6; do echo -n "${many:+, }{\"name\": \"web\", \"workload\": \"web.json\"}"; many=1; done)
wrong "{\"ossim\": 1, \"kernel\": {\"structure\": {\"model\": \"vm\", \"guests\": [$many]}}}" 'guests/5: a process or guest is called "web" too'
[ "$(wc -l <"$dir/err")" = 5 ]
report "...of each guest once" $?

echo "guests: $passed passed, $failed failed"
[ $failed = 0 ]
