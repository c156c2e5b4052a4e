#!/bin/bash
# containment.sh - structures side by side: what they cost, what a fault takes, and whose
# figures these are; faults in guests; modules that come from the disk and leave again.
cd "$(dirname "$0")/../.." || exit 1
passed=0 failed=0
dir=$(mktemp -d) && trap 'rm -rf "$dir"' EXIT
ok() { # NAME COMMAND...
    local name=$1
    shift
    if "$@" >"$dir/said" 2>&1; then passed=$((passed + 1)); echo "ok   $name"
    else failed=$((failed + 1)); echo "FAIL $name"; head -20 "$dir/said"; fi
}
holds() { # NAME FILE CONDITION: d is what is in the JSON file
    ok "$1" python3 -c "
import json
d = json.load(open('$2'))
p = {s['structure']: s for w in d.get('workloads', []) for s in w['containment']['structures']}
cost = {k: s['kernel_time'] for k, s in p.items()}
lost = {k: s['blast_radius']['mean'] for k, s in p.items()}
down = {k: s['downtime']['mean'] for k, s in p.items()}
work = {k: s['work_lost']['mean'] for k, s in p.items()}
c = d.get('containment', [])
assert $3"
}
has() { ok "$1" grep -q -e "$3" "$2"; }
has_not() { ok "$1" bash -c "! grep -q -e '$3' '$2'"; }

# What the lecture says, as numbers.
./ossim compare workloads/structures.json --structure all --json "$dir/all.json" --plot "$dir/plots" \
    >"$dir/all.txt" 2>"$dir/all.err"
ok "compare ends well" test $? = 0
a=$dir/all.json
holds "messages cost more than gates, gates than layers, layers than calls" "$a" \
    "cost['monolithic'] < cost['layered'] < cost['rings'] < cost['microkernel']"
holds "a module costs nothing after its load" "$a" "cost['modular'] == cost['monolithic']"
holds "a hybrid costs what it has of either" "$a" \
    "cost['monolithic'] < cost['hybrid'] <= cost['microkernel']"
holds "messages are sent where servers are" "$a" \
    "{k for k, s in p.items() if s['ipc_messages']} == {'microkernel', 'hybrid'} == {k for k, s in p.items() if s['memory_bytes']}"
holds "a fault takes least from a microkernel, more from rings and hybrids, all from the others" "$a" \
    "lost['microkernel'] < min(lost['rings'], lost['hybrid']) and max(lost['rings'], lost['hybrid']) < lost['monolithic'] == lost['modular'] == lost['layered']"
holds "whose kernels are down for longer" "$a" \
    "max(down['microkernel'], down['rings'], down['hybrid']) < down['monolithic'] == down['layered']"
holds "and lose more work" "$a" "work['microkernel'] < work['hybrid'] < work['rings'] <= work['monolithic']"
holds "the front: the cheapest, and those that pay for what they hold" "$a" \
    "all(p[k]['pareto'] for k in ('monolithic', 'rings', 'microkernel')) and not p['layered']['pareto'] and not p['hybrid']['pareto']"
holds "as many runs as were asked for" "$a" "d['workloads'][0]['containment']['runs'] == 32"
for kind in pareto tradeoff; do
    for suffix in csv svg png; do ok "$kind.$suffix" test -s "$dir/plots/structures-$kind.$suffix"; done
done
depth() { # LAYERS: crossing time of the same calls
    ./ossim run workloads/structures.json --set "kernel.structure={\"model\": \"layered\", \"order\": $1}" --json - --quiet |
        python3 -c "import json, sys; print(json.load(sys.stdin)['structure']['crossing_time'])"
}
drivers='["driver:disk", "driver:tty", "driver:net"]'
two=$(depth "[[\"proc\", \"time\", \"ipc\", \"file\", \"tty\", \"block\", \"mem\"], $drivers]")
four=$(depth "[[\"proc\", \"time\"], [\"ipc\"], [\"file\", \"tty\", \"block\", \"mem\"], $drivers]")
ten=$(depth '["time", "proc", "ipc", "driver:net", "driver:tty", "driver:disk", "file", "tty", "block", "mem"]')
ok "nested layers cost more, the more of them: $two $four $ten" \
    python3 -c "assert $two < $four < $ten"

# Figures without a source are marked.
./ossim list structures >"$dir/list" 2>&1
has "listed without a mark: it has a source" "$dir/list" 'message 121$'
has "listed with one: it has none" "$dir/list" 'message 13300?'
ok "every shipped figure says where it is from" python3 - <<'END'
import glob, json
def figures(o):
    for k, v in o.items():
        if isinstance(v, dict) and 'cycles' in v:
            yield k, v
        elif isinstance(v, dict):
            yield from figures(v)
for f in glob.glob('workloads/costs/*.json') + glob.glob('workloads/structures/*.json'):
    d = json.load(open(f))
    for k, v in figures(d):
        assert v.get('source'), (f, k)
    assert not [k for k, v in d.get('costs', {}).items() if not isinstance(v, dict)], f
    assert d['modelled'] and d['not_modelled'] if 'model' in d else d['about'], f
END
./ossim run workloads/structures.json --structure layered >"$dir/run" 2>&1
has "the report marks what the workload gives without a source" "$dir/run" 'layer 20?'
./ossim run workloads/structures.json --structure l4 --json "$dir/l4.json" >"$dir/run" 2>&1
has "but not what is cited" "$dir/run" 'message 121,'
holds "nor do results" "$dir/l4.json" \
    "d['structure']['costs']['message'] == {'cycles': 121, 'cited': True} and not d['structure']['costs']['copy']['cited'] and d['structure']['assumed']['reboot'] == 10000"
has "compare marks them" "$dir/all.txt" 'layer 20?'
has "and the reboot" "$dir/all.txt" '10000 ms?'
./ossim run workloads/structures.json --set 'kernel.structure={"model": "rings", "reboot": 500}' --json "$dir/own.json" --quiet 2>/dev/null
holds "which may be given" "$dir/own.json" "'reboot' not in d['structure']['assumed']"

# A fault in a guest's kernel: its guests are lost, the host lives.
cat >"$dir/guests.json" <<'END'
{"ossim": 1, "kernel": {"structure": {"model": "vm"}, "guests": [
  {"name": "a", "workload": {"ossim": 1, "processes": [{"name": "x", "cpu": 20}]}},
  {"name": "b", "workload": {"ossim": 1, "kernel": {"structure": {"model": "vm"}, "guests": [
    {"name": "c", "workload": {"ossim": 1, "processes": [{"name": "y", "cpu": 20}]}}]}}}]},
 "processes": [{"name": "h", "cpu": 20}],
 "events": [{"at": 5, "fault": {"service": "file", "guest": "G"}}]}
END
in_guest() { # NAME GUEST STATUS CONDITION
    sed "s|\"G\"|$2|" "$dir/guests.json" >"$dir/one.json"
    ./ossim run "$dir/one.json" --audit --json "$dir/one.out" --quiet 2>"$dir/err"
    ok "$1: status $3" test $? = "$3"
    holds "$1" "$dir/one.out" "$4"
}
in_guest "a guest is lost" '"a"' 1 "len(c) == 1 and c[0]['guest'] == 'a' and c[0]['guests_lost'] == 1 and [t['finish'] for t in d['tasks'] if t['name'] == 'h'] == [30]"
in_guest "a guest with one in it" '"b"' 1 "c[0]['guests_lost'] == 2"
in_guest "the one in it" '"b/c"' 1 "c[0]['guest'] == 'c' and c[0]['guests_lost'] == 1"
sed 's|, "guest": "G"||' "$dir/guests.json" >"$dir/one.json"
./ossim run "$dir/one.json" --json "$dir/one.out" --quiet 2>/dev/null
holds "the host, and with it three" "$dir/one.out" "c[0]['guests_lost'] == 3 and d['ended'] == 'panic'"
sed 's|"G"|"z"|' "$dir/guests.json" >"$dir/one.json"
./ossim check "$dir/one.json" >"$dir/said.txt" 2>&1
ok "a guest that is not there: status 2" test $? = 2
has "...is named" "$dir/said.txt" '/events/0/fault/guest: there is no guest of this name'

# Modules: read from the disk on the first call, gone after `unload`, read again.
./ossim run workloads/structure-modular.json --audit --events "$dir/events" --quiet 2>/dev/null
loads() { grep -c "\"module\".*\"$1\"" "$dir/events"; }
ok "the files are loaded once" test "$(loads file)" = 1
ok "the console's driver four times" test "$(loads driver:tty)" = 4
ok "having left thrice, and the files at last" test "$(grep -c '"unload"' "$dir/events")" -ge 3
has "from the disk" "$dir/events" '"disk_submit".*64'
# Schedulers: mlfq takes 5 ms, fair what the disk does (4); mlfq has left at 264, 60 after.
ok "schedulers are loaded and switched between" python3 - "$dir/events" <<'END'
import json, sys
said = [(e["event"], e["at"], e["policy"]) for e in map(json.loads, open(sys.argv[1])) if e["event"].startswith("policy_")]
want = [("policy_load", 100, "mlfq"), ("policy_switch", 105, "mlfq"), ("policy_load", 200, "fair"),
        ("policy_switch", 204, "fair"), ("policy_unload", 264, "mlfq"), ("policy_switch", 280, "rr:quantum=2"),
        ("policy_load", 300, "mlfq"), ("policy_switch", 305, "mlfq"), ("policy_unload", 340, "fair")]
assert said == want, said
END
ok "structure.modules has their loads" python3 - <<'END'
import json, subprocess
d = json.loads(subprocess.run(["./ossim", "run", "workloads/structure-modular.json", "--json", "-"], stdout=subprocess.PIPE, check=True).stdout)
m = {(x["kind"], x["name"]): x for x in d["structure"]["modules"]}
assert m["scheduler", "mlfq"] == {"name": "mlfq", "kind": "scheduler", "loads": 2, "load_time": 10, "unloads": 1, "loaded": True}, m
assert (m["scheduler", "fair"]["loads"], m["scheduler", "fair"]["load_time"], m["scheduler", "fair"]["loaded"]) == (1, 4, False)
assert m["service", "file"]["load_time"] == 12 * m["service", "file"]["loads"]
END
# Until it is loaded, all is as if nobody had asked; then as if it had been asked for then.
late() { # EVENT-TIME LOAD: the Gantt chart's pieces
    ./ossim run workloads/demo.json --set "events=[{\"at\": $1, \"scheduler\": \"fcfs\"}]" \
        --set "kernel.structure={\"model\": \"modular\", \"schedulers\": {\"fcfs\": $2}}" --json - --quiet | python3 -c "
import json, sys; print(json.load(sys.stdin)['gantt'])"
}
ok "the present one goes on meanwhile" test "$(late 100 30)" = "$(late 130 0)"
ok "and that is seen" test "$(late 100 30)" != "$(late 100 0)"
# Who is wanted last wins, whoever is there first; a module that is on its way is not loaded twice.
./ossim run workloads/demo.json --set 'kernel.structure={"model": "modular", "schedulers": {"fcfs": 9, "sjf": 2}}' \
    --set 'events=[{"at": 2, "scheduler": "fcfs"}, {"at": 4, "scheduler": "fcfs"}, {"at": 5, "scheduler": "sjf"}]' --events "$dir/events" --quiet --audit 2>/dev/null
ok "who is wanted last" python3 - "$dir/events" <<'END'
import json, sys
said = [(e["event"], e["at"], e["policy"]) for e in map(json.loads, open(sys.argv[1])) if e["event"].startswith("policy_")]
assert said == [("policy_load", 2, "fcfs"), ("policy_load", 5, "sjf"), ("policy_switch", 7, "sjf")], said
END
sed 's/"mlfq": 5/"mlfqq": 5/' workloads/structure-modular.json >"$dir/no.json"
./ossim check "$dir/no.json" >"$dir/said.txt" 2>&1
ok "a scheduler that is not there: status 2" test $? = 2
has "...is named" "$dir/said.txt" '/kernel/structure/schedulers/mlfqq: error\|no scheduler is called "mlfqq"'

echo '{"ossim": 1, "machine": {"disk": {"model": "fixed", "size": "1MiB"}}, "kernel": {"structure": {"model": "modular", "load": {"driver:disk": {"read": 1}}}}, "processes": [{"cpu": 1}]}' >"$dir/egg.json"
./ossim check "$dir/egg.json" >"$dir/said.txt" 2>&1
has "the disk's driver cannot come from the disk" "$dir/said.txt" 'cannot be read from the disk'

# Files are the same under every structure.
cat >"$dir/files.json" <<'END'
{"ossim": 1, "machine": {"disk": {"model": "fixed", "latency": 0.1, "size": "1MiB"}}, "kernel": {"files": {"/a": "first\n", "/dir/b": "second\n"}},
 "processes": [{"name": "w", "count": 3, "bursts": [{"file": {"write": "/a", "bytes": 3000}}, {"cpu": 1}, {"file": {"append": "/dir/b", "bytes": 500}},
   {"file": {"write": "/new", "bytes": 100}}, {"file": {"sync": "/new"}}]}, {"name": "r", "bursts": [{"sleep": 3}, {"file": {"read": "/a"}}, {"file": {"unlink": "/a"}}]}]}
END
for s in monolithic layered rings microkernel modular hybrid msdos minix3 linux; do
    ./ossim run "$dir/files.json" --structure $s --quiet --files-out "$dir/tree-$s" 2>"$dir/err"
    ok "files under $s" diff -r "$dir/tree-monolithic" "$dir/tree-$s"
done

# Each model's workload does what it says.
says() { # NAME WORKLOAD CONDITION [options]
    local w=$2 name=$1 condition=$3
    shift 3
    ./ossim run "workloads/structure-$w.json" --audit --quiet --json "$dir/w.json" "$@" 2>/dev/null
    holds "$name" "$dir/w.json" "$condition"
}
says "a driver takes the kernel" monolithic "d['ended'] == 'panic' and c[0]['processes_lost'] == 3"
says "msdos falls for a store" msdos "d['ended'] == 'panic' and c[0]['corrupted'] == ['file']"
says "unix does not" msdos "d['tasks'][0]['signal'] == 11 and d['tasks'][1]['exit_code'] == 0" --structure unix
says "layers alone" layered "d['ended'] == 'done' and {(b['from'], b['to']) for b in d['structure']['by']} >= {('file', 'block'), ('block', 'driver:disk')}"
says "rings outside" rings "c[0]['lost'] == ['file', 'tty'] and d['ended'] == 'done'"
says "an urgent client waits" microkernel "d['tasks'][0]['finish'] > 150 and c[0]['lost'] == ['file']"
says "unless the server inherits" microkernel "d['tasks'][0]['finish'] < 125" --set kernel.structure.inherit=true
says "a hybrid loses a server, then all" hybrid "c[0]['lost'] == ['tty'] and len(c[1]['lost']) == 10 and d['ended'] == 'panic'"
./ossim run workloads/structure-layered.json --set 'processes[4].bursts[0].from=driver:disk' --quiet >"$dir/said.txt" 2>&1
ok "no call upwards: status 2" test $? = 2
has "...with the order" "$dir/said.txt" 'may not call up to "proc".*the uppermost first'

echo "$passed passed, $failed failed"
[ $failed = 0 ]
