#!/bin/bash
# What goes on between machines: messages by a link, memory by a balloon, locks whose holder
# is off, and what compare says of guests. Times in ms, worked out by hand.
set -u
cd "$(dirname "$0")/../.." || exit 1
dir=$(mktemp -d) && trap 'rm -rf "$dir"' EXIT
passed=0 failed=0

report() { # NAME STATUS
    if [ "$2" = 0 ]; then passed=$((passed + 1)); echo "ok   $1"
    else failed=$((failed + 1)); echo "FAIL $1"; fi
}
says() { # NAME WORKLOAD-OBJECT PYTHON-ASSERTIONS...: o: results, g: guests by name, f(g, t): finish
    echo "$2" >"$dir/w.json"
    ./ossim run "$dir/w.json" --audit --quiet --json "$dir/out.json" && python3 - "$dir/out.json" "$3" <<'PY'
import json, sys
o = json.load(open(sys.argv[1]))
g = {x["guest"]: x for x in o.get("guests", [])}
def f(guest, task):
    return next(t for t in (g[guest] if guest else o)["tasks"] if t["name"] == task)["finish"]
exec(sys.argv[2])
PY
    report "$1" $?
}
refused() { # NAME WORKLOAD-OBJECT EXPECTED
    echo "$2" >"$dir/w.json"
    ./ossim check "$dir/w.json" >"$dir/err" 2>&1
    [ $? = 2 ] && grep -q "$3" "$dir/err"
    report "$1" $?
}
vm() { # LATENCY CPUS GUESTS [PROCESSES]
    echo "{\"ossim\": 1, \"machine\": {\"cpus\": $2}, \"kernel\": {\"scheduler\": \"fcfs\", \"structure\": {\"model\": \"vm\",
      \"link_latency\": $1, \"guests\": [$3]}}${4:+, \"processes\": [$4]}}"
}
guest() { # NAME BURSTS [CAPACITY]
    echo "{\"name\": \"$1\", \"workload\": {\"ossim\": 1, \"kernel\": {\"channel_capacity\": ${3:-16}}, \"processes\": [{\"name\": \"t\", \"bursts\": [$2]}]}}"
}

# --- the link ---
one="{\"cpu\": 1}, {\"send\": \"c\"}" three="{\"repeat\": 3, \"do\": [{\"send\": \"c\"}]}"
take="{\"repeat\": 3, \"do\": [{\"recv\": \"c\"}, {\"cpu\": 1}]}"
says "a message takes the latency" "$(vm 0.5 2 "$(guest a "$one"), $(guest b '{"recv": "c"}, {"cpu": 1}')")" \
    'assert (f("a", "t"), f("b", "t")) == (1, 2.5)'
# a sets its timer, is switched to, computes, asks three times; b hears of it, and sets its timer.
says "...and what its exits take before" "$(vm 0.5 2 "$(guest a "$one"), $(guest b '{"recv": "c"}, {"cpu": 1}')" | sed 's/"model": "vm"/&, "mode": "full", "accesses": 3, "costs": {"trap": 10000}/; s/"cpus": 2/&, "mhz": 1000/')" \
    'assert (f("a", "t"), round(f("b", "t"), 6)) == (1.02, 2.57), (f("a", "t"), f("b", "t"))'
says "no latency" "$(vm 0 2 "$(guest a "$one"), $(guest b '{"recv": "c"}, {"cpu": 1}')")" \
    'assert (f("a", "t"), f("b", "t")) == (1, 2)'
says "on one processor" "$(vm 0.5 1 "$(guest a "$one"), $(guest b '{"recv": "c"}, {"cpu": 1}')")" \
    'assert (f("a", "t"), f("b", "t")) == (1, 2.5)'
# One on the way: the second leaves when the first is known to be taken, at 1; the third at 2.
says "a channel's room is the window" "$(vm 0.5 2 "$(guest a "$three" 1), $(guest b "$take")")" \
    'assert (f("a", "t"), f("b", "t")) == (2, 3.5)'
says "a rendezvous waits for the answer" "$(vm 0.5 2 "$(guest a "$three" 0), $(guest b "$take")")" \
    'assert (f("a", "t"), f("b", "t")) == (3, 3.5)'
says "room for all" "$(vm 0.5 2 "$(guest a "$three"), $(guest b "$take")")" \
    'assert (f("a", "t"), f("b", "t")) == (0, 3.5)'
says "to the host and back" "$(vm 0.5 2 "$(guest a '{"send": "c"}, {"recv": "d"}, {"cpu": 1}')" \
    '{"name": "h", "bursts": [{"recv": "c"}, {"cpu": 1}, {"send": "d"}]}')" \
    'assert (f(None, "h"), f("a", "t")) == (1.5, 3)'
says "two clients of one server" "$(vm 0.5 3 "$(guest a "$one"), $(guest b "$one"), $(guest s '{"recv": "c"}, {"recv": "c"}, {"cpu": 1}')")" \
    'assert f("s", "t") == 2.5'
says "who receives at home keeps his messages" \
    "$(vm 0.5 2 "$(guest a '{"send": "c"}, {"recv": "c"}, {"cpu": 1}'), $(guest b '{"send": "c"}, {"recv": "c"}, {"cpu": 2}')")" \
    'assert (f("a", "t"), f("b", "t")) == (1, 2)'
inner=$(vm 0.25 1 "$(guest x '{"send": "c"}'), $(guest y '{"recv": "c"}, {"cpu": 1}')")
python3 tests/cmd/links.py 0 60 >"$dir/err" 2>&1
report "random guests that talk, computed anew" $?
says "links of a guest's guests" "$(vm 3 1 "{\"name\": \"o\", \"workload\": $inner}")" \
    'assert g["o"]["guests"][1]["tasks"][0]["finish"] == 1.25'
refused "whose is a message" "$(vm 1 1 "$(guest a "$one"), $(guest b '{"recv": "c"}'), $(guest d '{"recv": "c"}')")" \
    'a sends on "c", on which both b and d receive'
vm 1 1 "$(guest a '{"cpu": 1}'), $(guest b '{"recv": "c"}'), $(guest d '{"cpu": 5}, {"send": "x"}, {"recv": "x"}')" >"$dir/w.json"
./ossim run "$dir/w.json" --quiet 2>"$dir/err"
[ $? = 1 ] && grep -q 'b: stuck.*t waits for channel c' "$dir/err"
report "nobody sends" $?
vm 1 2 "$(guest a '{"cpu": 1}, {"send": "c"}, {"recv": "d"}'), $(guest b '{"recv": "c"}, {"recv": "c"}, {"send": "d"}')" >"$dir/w.json"
./ossim run "$dir/w.json" --quiet 2>"$dir/err"
[ $? = 1 ] && grep -q 'stuck at ' "$dir/err"
report "each waits for the other: stuck" $?
./ossim run workloads/network.json --audit --quiet --json "$dir/net.json" && python3 - "$dir/net.json" <<'PY'
import json, sys
g = json.load(open(sys.argv[1]))["guests"]
assert all(x["ended"] == "done" for x in g) and g[0]["summary"]["jobs"] == 50
# Four messages and what is computed for it: 0.3 + 0.5 + 1 + 0.3 + 0.2.
assert g[0]["summary"]["response_time"]["min"] >= 4 * 0.2 + 2.3, g[0]["summary"]["response_time"]
assert sum(x["summary"]["ipc_messages"] for x in g) == 200
PY
report "the lab network" $?

# --- memory ---
./ossim run workloads/balloon.json --audit --quiet --json "$dir/b.json" --events "$dir/b.events" && python3 - "$dir" <<'PY'
import json, sys
o = json.load(open(sys.argv[1] + "/b.json"))
events = [json.loads(l) for l in open(sys.argv[1] + "/b.events")]
early, late = o["guests"]
assert (early["balloon"], late["balloon"]) == (32, 0) and early["memory_frames"] == 48
names = {e.get("kernel", 0) for e in events if e["event"] == "balloon"}
assert names == {1, 2}, names
def faults(kernel, a, b):
    return sum(1 for e in events if e["event"] == "page_fault" and e.get("kernel", 0) == kernel and e["major"] and a <= e["at"] < b)
# Of 40 pages 24 are out where a guest has 16 frames; of 48, none after the last is back.
assert faults(1, 0, 300) == 0 and faults(1, 320, 900) > 100, (faults(1, 0, 300), faults(1, 320, 900))
assert faults(2, 0, 300) > 50 and faults(2, 600, 900) == 0, (faults(2, 0, 300), faults(2, 600, 900))
grown = [e["at"] for e in events if e["event"] == "balloon" and e.get("kernel", 0) == 1 and e["frames"] == 32]
shrunk = [e["at"] for e in events if e["event"] == "balloon" and e.get("kernel", 0) == 2 and e["frames"] == 0]
# Eight are free; each of the other 24 is written first, 0.5 ms each, and only then late has it.
assert shrunk == [312] and grown == [312], (shrunk, grown)
assert [e["frames"] for e in events if e["event"] == "balloon" and e.get("kernel", 0) == 2 and e["at"] <= 301] == [32, 24, 23, 22]
PY
report "the lab balloon" $?

# At no time have the guests more than there is; in the end all balloons are as wanted where all guests could write
# what had to go, and had the time. Of guests that keep what they have dirty, the others wait for their end.
python3 - "$dir" <<'PY'
import json, random, subprocess, sys
waited = done = 0
for seed in range(60):
    r = random.Random(seed)
    n, swap = r.randint(2, 4), r.random() < .7
    size = [r.randint(20, 40) for _ in range(n)]
    first = [r.randint(0, 12) for _ in range(n)]
    machine = sum(size) - sum(first) + r.choice([0, 0, 5])
    wanted, events = list(first), []
    for at in sorted(r.sample(range(3, 60), r.randint(1, 6))):
        g = r.randrange(n)
        most = wanted[g] + machine - sum(size) + sum(wanted)    # so many fewer may it lend
        less = r.randint(max(0, wanted[g] - (machine - sum(size) + sum(wanted))), wanted[g])
        more = r.choice([i for i in range(n) if i != g])
        for i, to in ((more, r.randint(wanted[more], 16)), (g, less)):
            events.append({"at": at, "balloon": {"guest": f"g{i}", "frames": to}})
            wanted[i] = to
    def load(i):
        pages = r.randint(6, 12 if not swap else 30)
        return {"ossim": 1, "machine": dict({"memory": {"frames": size[i]}}, **({"swap": {"frames": 99}} if swap else {})), "processes":
                [{"bursts": [{"touch": {"loop": pages}, "count": r.randint(50, 900), "each": 0.1, "write": r.random() < .5}] +
                            [{"sleep": 900}, {"cpu": 1}] * swap}]}
    w = {"ossim": 1, "machine": {"cpus": r.randint(1, n), "memory": {"frames": machine}}, "events": events, "kernel": {"structure": {"model": "vm",
         "guests": [{"name": f"g{i}", "balloon": first[i], "workload": load(i)} for i in range(n)]}}}
    json.dump(w, open(sys.argv[1] + "/b.json", "w"))
    p = subprocess.run(["./ossim", "run", sys.argv[1] + "/b.json", "--audit", "--quiet", "--json", "-", "--events", sys.argv[1] + "/b.ev"],
                       capture_output=True, text=True)
    assert p.returncode == 0, (seed, p.stderr)
    o, have, gone = json.loads(p.stdout), list(first), set()
    asked = dict(enumerate(first))
    for line in open(sys.argv[1] + "/b.ev"):
        e = json.loads(line)
        k = e.get("kernel", 0) - 1
        if e["event"] == "balloon":
            have[k] = max(e["frames"], first[k]) if e["frames"] <= first[k] and asked[k] == first[k] and e["wanted"] == first[k] else e["frames"]
            asked[k] = e["wanted"]
            waited += e["frames"] > e["wanted"]
        elif e["event"] == "end" and k >= 0:
            gone.add(k)
        used = sum(size[i] - have[i] for i in range(n) if i not in gone)
        assert used <= machine, (seed, e, have, machine)
    if swap:
        assert [g["balloon"] for g in o["guests"]] == wanted, (seed, wanted, [g["balloon"] for g in o["guests"]])
        done += 1
assert waited > 5 and done > 30, (waited, done)
PY
report "random balloons never have more than there is" $?
keeps='{"ossim": 1, "machine": {"memory": {"frames": 16}}, "processes": [{"name": "p", "bursts": [{"touch": "PAGES", "each": 0.1, "write": true}, {"cpu": 9}, TOUCH{"cpu": 1}]}]}'
keeper() { sed "s/\"PAGES\"/[\"0..$2\"]/; s/TOUCH/$3/" <<<"{\"name\": \"$1\", \"workload\": $keeps, \"balloon\": $4}"; }
swaps() { # A B BALLOON: at 5 ms the balloons of 0 and 8 change places
    echo "{\"ossim\": 1, \"machine\": {\"cpus\": 2, \"memory\": {\"frames\": 24}}, \"kernel\": {\"structure\": {\"model\": \"vm\", \"guests\": [$1, $2]}},
      \"events\": [{\"at\": 5, \"balloon\": {\"guest\": \"a\", \"frames\": 8}}, {\"at\": 5, \"balloon\": {\"guest\": \"b\", \"frames\": 0}}]}"
}
# a has 12 dirty pages in 16 frames, and lends 4; b gets the others as a ends, at 11.2. It has 8 pages, and asks for 7
# more at 14.8; if it asks at once, they are not there, and its kernel has to kill.
more='{"touch": ["8..14"], "each": 0.1, "write": true}, '
says "nothing to lend until it ends" "$(swaps "$(keeper a 11 "" 0)" "$(keeper b 7 "{\"sleep\": 5}, $more" 8)")" \
    'assert (g["a"]["balloon"], g["b"]["balloon"], f("a", "p"), f("b", "p")) == (4, 0, 11.2, 16.5), (g["a"]["balloon"], g["b"]["balloon"], f("a", "p"), f("b", "p"))'
swaps "$(keeper a 11 "" 0)" "$(keeper b 7 "$more" 8)" >"$dir/w.json"
./ossim run "$dir/w.json" --quiet 2>"$dir/err"
grep -q 'b: p is killed at 10.3 ms: no frame can be had' "$dir/err"
report "...and none of it where it is needed sooner" $?
# Two frames, and four who write their first pages: two write-outs of 50 ms each are under way as the balloon, at 30 ms,
# gives ten frames back. Nobody waits for the first, at 53: a-1 has three of its six references left, the others five.
gives() { # FRAMES BALLOON PROCESS: back at AT
    echo "{\"ossim\": 1, \"kernel\": {\"structure\": {\"model\": \"vm\", \"guests\": [{\"name\": \"g\", \"frames\": $1, \"balloon\": $2,
      \"workload\": {\"ossim\": 1, \"machine\": {\"swap\": {\"frames\": 64, \"latency\": 50}}, \"processes\": [$3]}}]}},
      \"events\": [{\"at\": $4, \"balloon\": {\"guest\": \"g\", \"frames\": 0}}]}"
}
says "bursts have the frames that come back at once" "$(gives 12 10 '{"name": "a", "count": 4, "bursts": [{"touch": {"loop": 3}, "count": 6, "each": 1, "write": true}]}' 30)" \
    'assert [f("g", f"a-{i}") for i in (1, 2, 3, 4)] == [33, 38, 43, 48], [f("g", f"a-{i}") for i in (1, 2, 3, 4)]'
# A program whose stack is written out from 50 to 100 ms, for its fourth page: it has frames at 75.
says "...and so do programs" "$(gives 64 55 '{"name": "p", "asm": "_start: la s1, room\nli s0, 8\nli s2, 4096\n1: sw s0, 0(s1)\nadd s1, s1, s2\naddi s0, s0, -1\nbnez s0, 1b\nli a0, 0\nli a7, 93\necall\n.bss\n.align 12\nroom: .space 32768\n"}' 75)" \
    'assert 75 < f("g", "p") < 75.001, f("g", "p")'
two='{"name": "a", "frames": 48, "workload": {"ossim": 1, "processes": [{"cpu": 9}]}}, {"name": "b", "frames": 48, "balloon": 32, "workload": {"ossim": 1, "processes": [{"cpu": 9}]}}'
small() { echo "{\"ossim\": 1, \"machine\": {\"memory\": {\"frames\": 64}}, \"kernel\": {\"structure\": {\"model\": \"vm\", \"guests\": [$two]}}, \"events\": [$1]}"; }
refused "a balloon that leaves too little" "$(small '{"at": 1, "balloon": {"guest": "b", "frames": 16}}')" 'need 80 frames of memory, less their balloons'
refused "a balloon of nobody" "$(small '{"at": 1, "balloon": {"guest": "c", "frames": 16}}')" 'no guest of this name'
refused "a balloon of all there is" "$(small '{"at": 1, "balloon": {"guest": "b", "frames": 48}}')" '/events/0/balloon/frames'
says "what changes places fits" "$(small '{"at": 1, "balloon": {"guest": "a", "frames": 32}}, {"at": 1, "balloon": {"guest": "b", "frames": 0}}')" \
    'assert (g["a"]["balloon"], g["b"]["balloon"]) == (32, 0)'

# --- who schedules ---
says "one says who schedules the CPUs" '{"ossim": 1, "kernel": {"structure": {"model": "vm", "scheduler": "fcfs", "guests": [{"workload": {"ossim": 1, "processes": [{"cpu": 1}]}}]}}}' \
    'assert o["scheduler"] == "fcfs"'
./ossim run "$dir/w.json" --sched stride --quiet --json "$dir/out.json" && grep -q '"scheduler": "stride' "$dir/out.json"
report "--sched goes before the structure's" $?
refused "said twice" '{"ossim": 1, "kernel": {"scheduler": "rr", "structure": {"model": "vm", "scheduler": "fcfs", "guests": [{"workload": {"ossim": 1, "processes": [{"cpu": 1}]}}]}}}' \
    'structure/scheduler: .*say it once'

# --- locks whose holder is off, and the cures ---
lab() { # NAME OPTIONS...
    local name=$1; shift
    ./ossim run workloads/lock-holder.json --audit --quiet --json "$dir/$name.json" "$@"
}
gang="--sched gang:quantum=10 --set kernel.runqueues=global" pv="--set kernel.structure.pv_spin=0.05"
lab ill && lab gang $gang && lab pv $pv && lab both $gang $pv && python3 - "$dir" <<'PY'
import json, sys
def guest(name, of):
    return next(g for g in json.load(open(f"{sys.argv[1]}/{of}.json"))["guests"] if g["guest"] == name)
# For 200 ms of work; what is more was spun away.
waste = {of: guest("smp", of)["received"] - 200 for of in ("ill", "gang", "pv", "both")}
assert waste["ill"] > 60 and waste["gang"] < waste["ill"] / 5 and waste["pv"] < waste["ill"] / 5, waste
assert 0 <= waste["both"] < 1, waste
# The gang lets the guest itself gain by it, pv spinning its neighbours.
assert guest("smp", "gang")["end_time"] < guest("smp", "ill")["end_time"] * 0.85
assert all(guest(n, "pv")["end_time"] < guest(n, "ill")["end_time"] * 0.9 for n in ("north", "south"))
PY
report "lock holders: co-scheduling and paravirtual spinning" $?
refused "protocols are for those who sleep" '{"ossim": 1, "kernel": {"locks": "pip", "lock_spin": 1}, "processes": [{"cpu": 1}]}' '/kernel/lock_spin: '

# --- over time ---
./ossim run workloads/noisy-neighbour.json --quiet --plot "$dir/fig" --json "$dir/n.json" && python3 - "$dir" <<'PY'
import csv, json, os, sys
o = json.load(open(sys.argv[1] + "/n.json"))["over_time"]
rows = list(csv.DictReader(open(sys.argv[1] + "/fig/noisy-neighbour-steal.csv")))
width = o["column"]                     # one CPU each; percent of its time
for i, g in enumerate(o["guests"]):
    mine = [r for r in rows if r["row"] == str(i)]
    assert {r["name"] for r in mine} == {g["guest"]} and len(mine) == len(g["steal"]) + 1
    for r, s in zip(mine, g["steal"]):
        assert abs(float(r["% of its cpus' time"]) - 100 * s / width) < 1e-3, (r, s)
for kind in "svg", "png":
    assert os.path.getsize(f"{sys.argv[1]}/fig/noisy-neighbour-steal.{kind}") > 5000
assert not os.path.exists(sys.argv[1] + "/fig/noisy-neighbour-power.csv")     # nothing is known of power
PY
report "steal time over time, and its figure" $?

# --- what compare says ---
./ossim compare workloads/consolidation/ --audit --no-color --json "$dir/c.json" --csv "$dir/c.csv" >"$dir/table" &&
    ./ossim compare workloads/consolidation/ --no-color >"$dir/table" && python3 - "$dir" <<'PY'
import csv, json, sys
w = {x["workload"]: x["policies"][0] for x in json.load(open(sys.argv[1] + "/c.json"))["workloads"]}
def n(of, metric, guest=None):
    p = w[of] if guest is None else next(g for g in w[of]["guests"] if g["guest"] == guest)
    return p["metrics"][metric]["mean"]
m, k, g = "three-machines", "one-kernel", "three-guests"
# Three machines draw 3 x 50 W and 50 W more for each that works: .482 of the time in all.
assert abs(n(m, "power_watts") - 150 - 50 * .482) < 1 and abs(n(k, "power_watts") - n(g, "power_watts")) < 2
assert n(k, "power_watts") < n(m, "power_watts") / 2
assert n(m, "response_time") < n(k, "response_time") < n(g, "response_time")
assert n(m, "blast_radius") == n(g, "blast_radius") and abs(n(g, "blast_radius") - 1 / 3) < 1e-9 and n(k, "blast_radius") == 1
assert (n(m, "processes_lost"), n(k, "processes_lost"), n(g, "processes_lost")) == (2, 4, 2)
assert n(m, "steal") == 0 and abs(n(g, "steal") - sum(n(g, "steal", x) for x in ("web", "mail", "database"))) < 1e-6
assert n(g, "processes_lost", "web") == 2 and n(g, "processes_lost", "mail") is None
# Jobs are those of the guests, and all of them.
assert n(g, "jobs") == sum(n(g, "jobs", x) for x in ("web", "mail", "database")) > 150
assert {r["workload"] for r in csv.DictReader(open(sys.argv[1] + "/c.csv"))} >= {g, g + "/web", m + "/database", k}
last = open(sys.argv[1] + "/table").read().split("Side by side")[1]
assert last.index("three-machines") < last.index("one-kernel") < last.index("three-guests")
assert [l.split(",")[0] for l in last.splitlines()[3:10]] == ["power_watts", "cpu_idle", "response_time",
    "response_time_p99", "blast_radius", "processes_lost", "work_lost"], last
PY
report "consolidation: one table" $?
./ossim compare workloads/convoy.json >/dev/null 2>"$dir/err"
[ $? = 2 ] && grep -q 'no policies are given' "$dir/err"
report "one workload has no rival" $?

echo "between: $passed passed, $failed failed"
[ $failed = 0 ]
