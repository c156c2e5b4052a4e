#!/bin/bash
# unix.sh - usertests passes on any format, cache, structure and number of harts, and leaves
# a clean disk; the small tools say what they should; steps of bursts work on files.
PATH=$PATH:/sbin:/usr/sbin
ossim=$PWD/ossim
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0
check() { # NAME COMMAND...
    local name=$1
    shift
    if "$@" >"$dir/out" 2>&1; then
        echo "ok   unix: $name"
    else
        echo "FAIL unix: $name"
        tail -8 "$dir/out"
        failed=1
    fi
}

# --- usertests ---

usertests() { # OPTION...
    "$ossim" run workloads/usertests.json --quiet --audit --stdout "$dir/ut" \
        --disk-out "$dir/ut.img" "$@" || { cat "$dir"/ut/*; return 1; }
    grep -q '^22 tests, 0 failed' "$dir"/ut/*
}
while read -r name options; do
    # shellcheck disable=SC2086
    check "usertests: $name" usertests $options
    check "  and the disk is clean" e2fsck -fn "$dir/ut.img"
done <<'LIST'
as_it_is --sched rr
two_harts --cpus 2 --sched mlfq --set kernel.cache.blocks=96
another_format --set kernel.fs={"block":4096,"journal":"data"} --set kernel.cache.replacement="arc"
a_microkernel --structure microkernel --set kernel.fs.journal="none"
LIST

# --- tools ---

cat >"$dir/session" <<'END2'
ps
dd if=/dev/zero of=/tmp/z bs=1k count=30 conv=fsync
df
stress -c 2 -t 2 & nice -n 10 stress -c 1 -t 2 & top -n 1
time echo timed
mkfifo /tmp/p
cat /tmp/p | wc & echo through a fifo > /tmp/p
wait
ls -l /tmp
echo "#!/bin/sh" > /tmp/s
echo "echo script \$0 \$1" >> /tmp/s
chmod +x /tmp/s
/tmp/s arg
cat /proc/self/comm
sleep 1; touch /tmp/new; find /tmp -newer /tmp/s; date; date -u "+%H:%M:%S %j"
nosuch; cat /proc/99
df -x 2>&1; ps -z 2>&1; ls -z 2>&1; top -x 2>&1; nice -n x ls 2>&1; nice -n 2>&1; mkfifo 2>&1
stress 5 2>&1; stress -c 2>&1; stress -c 1 -t x 2>&1; stress -cc 1 2>&1
END2
python3 - "$dir" <<'END2'
import json, os, sys
d = sys.argv[1]
w = json.load(open("workloads/shell.json"))
root = os.getcwd() + "/workloads/"
w["processes"][0].update(stdin={"text": open(d + "/session").read()}, args=[],
                         program=root + "programs/unix/sh.c")
for f in w["kernel"]["files"].values():
    if isinstance(f, dict):
        f["from"] = root + f["from"]
json.dump(w, open(d + "/session.json", "w"))
for name, args in (("same", []), ("tools", []), ("texts", []), ("filters", []), ("functions", ["one", "two"]),
                   ("language", ["one", "two  words", "three"])):
    w["kernel"]["files"][f"/home/{name}.sh"] = open(f"tests/programs/shell/{name}.sh").read()
    w["processes"][0].update(stdin={"text": ""}, args=[f"/home/{name}.sh", *args])
    json.dump(w, open(f"{d}/{name}.json", "w"))
END2
"$ossim" run "$dir/session.json" --quiet --stdout "$dir/so" >/dev/null 2>&1
says() { grep -Eq "$1" "$dir"/so/sh*; }
check "ps" says '^ +3 +2 R +0 .* ps$'
check "dd" says '^30\+0 blocks, 30720 bytes, '
check "df" says '^ +15865 +[0-9]+ +[0-9]+ +[0-9]+% +4096 '
check "top: the nice one gets less" says '^ +[0-9]+ +10 R .* stress$'
check "time" says '^real 0\.00'
check "a fifo" says '^1 3 15$'
check "ls shows it" says '^prw-r--r-- .* p$'
check "#! in execve" says '^script /tmp/s arg$'
check "/proc/self" says '^cat$'
check "wrong options are refused by all that have one" test "$(grep -hcE '^usage: (df|ps|ls|top|nice|mkfifo|stress)' "$dir"/so/sh.out)" = 11
check "a newer file" says '^/tmp/new$'
check "the date is the machine's" says '^Thu Jan  1 00:00:[01][0-9] UTC 2026$'
check "  by a format" says '^00:00:[01][0-9] 001$'
check "no such process" says '99: No such file'

# Shell and tools, options and mistakes, and the shell's language, beside those of the host.
beside_host() { # NAME ARGUMENT...
    local name=$1
    shift
    mkdir "$dir/host.$name"
    (cd "$dir/host.$name" && HOME=/ LC_ALL=C sh "$OLDPWD/tests/programs/shell/$name.sh" "$@" >"$dir/$name.host" 2>/dev/null
     echo "status $?" >>"$dir/$name.host")
    "$ossim" run "$dir/$name.json" --until 100s --quiet --stdout "$dir/$name" --json "$dir/$name.out"
    echo "status $(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["tasks"][0]["exit_code"])' "$dir/$name.out")" >>"$dir/$name/sh.out"
    diff "$dir/$name.host" "$dir/$name/sh.out"
}
check "tools and their options say what the host's say" beside_host same
check "  more of them, too" beside_host tools
check "the shell's language, too" beside_host language one "two  words" three
check "  functions, return, local, traps, set -e -u, and sums" beside_host functions one two

check "filters, printf, seq, find, expr: what the host's say" beside_host filters

# --- steps ---

cat >"$dir/steps.json" <<'END2'
{"ossim": 1, "machine": {"disk": {"model": "fixed", "latency": 1, "size": "4MiB"}},
 "kernel": {"files": {"/a": "hello", "/d": {}}, "fs": {"journal": "ordered"}},
 "processes": [
  {"name": "w", "bursts": [{"cpu": 1}, {"file": {"append": "/d/log", "bytes": 5000}},
     {"file": {"append": "/d/log", "bytes": 3}}, {"file": {"sync": "/d/log"}},
     {"file": {"write": "/d/new", "bytes": 100000, "at": 3000}}, {"file": {"sync": "/"}}]},
  {"name": "r", "bursts": [{"cpu": 1}, {"repeat": 3, "do": [{"file": {"read": "/a"}}]},
     {"file": {"read": "/nothere"}}, {"sleep": 500}, {"file": {"unlink": "/a"}}]}]}
END2
check "steps run" "$ossim" run "$dir/steps.json" --quiet --audit --disk-out "$dir/steps.img" \
    --json "$dir/steps.out" --events "$dir/steps.events"
check "  what they wrote is there" bash -c "'$ossim' disk ls '$dir/steps.img' /d -l |
    awk '\$6 == 5003 && /log/ { a = 1 } \$6 == 103000 && /new/ { b = 1 } END { exit !(a && b) }'"
check "  what they removed is not" bash -c "! '$ossim' disk cat '$dir/steps.img' /a"
check "  one that failed is said" grep -q '"event": "file_failed".*ENOENT' "$dir/steps.events"
check "  and counted" grep -q '"failed_steps": 1}' "$dir/steps.out"
check "  a file read again comes from the cache" python3 - "$dir/steps.out" <<'END2'
import json, sys
s = json.load(open(sys.argv[1]))["summary"]
assert s["cache_hits"] > s["cache_misses"] > 0, s
END2
cut() { # a power cut in the middle: the step begins anew
    python3 -c "
import json, sys
w = json.load(open('$dir/steps.json'))
w['events'] = [{'at': 60, 'fault': {'disk': 'power-cut'}}]
json.dump(w, open('$dir/cut.json', 'w'))"
    "$ossim" run "$dir/cut.json" --quiet --audit --disk-out "$dir/cut.img" && e2fsck -fn "$dir/cut.img" &&
        "$ossim" disk ls "$dir/cut.img" /d -l | grep -q '103000 .* new'
}
check "  and survive a power cut" cut
meets() { # the power is back at the very moment at which somebody asks for the disk
    python3 -c "
import json
w = json.load(open('$dir/steps.json'))
w['events'] = [{'at': 5, 'fault': {'disk': 'power-cut', 'for': 10}}]
w['processes'] += [{'name': 'late', 'arrival': 15, 'bursts': [{'file': {'read': '/a', 'bytes': 1}}]}]
json.dump(w, open('$dir/meets.json', 'w'))"
    "$ossim" run "$dir/meets.json" --quiet --audit --disk-out "$dir/meets.img" && e2fsck -fn "$dir/meets.img"
}
check "  and one that ends when somebody comes" meets
array_cut() { # at several moments, torn or not, on an array: mounted again, clean, rows made whole
    for cut in power-cut:20 torn:60 power-cut:120; do
        python3 -c "
import json
w = json.load(open('$dir/steps.json'))
w['machine']['disk'] = {'raid': 5, 'of': 3, 'drive': {'model': 'hdd', 'size': '8MiB'}}
w['kernel']['fs'] = {'journal': 'data'}
w['events'] = [{'at': float('${cut#*:}'), 'fault': {'disk': '${cut%:*}'}}]
json.dump(w, open('$dir/array.json', 'w'))" &&
        "$ossim" run "$dir/array.json" --quiet --audit --disk-out "$dir/array.img" --json "$dir/array.out" &&
            e2fsck -fn "$dir/array.img" && python3 - "$dir/array.out" <<'END2' || return 1
import json, sys
r = json.load(open(sys.argv[1]))
cut, disk = r["power_cuts"][0], r["disk"]
assert cut["recovered"] and disk["drives"] == 3, (cut, disk["drives"])
assert {m["drive"] for m in disk["path"]} == {0, 1, 2}
assert disk.get("rows_resynced", 0) >= disk.get("rows_stale", 0)
print(cut["replayed"], disk.get("rows_resynced", 0), disk.get("rows_stale", 0))
END2
    done
}
check "  and a torn write too, and an array makes its rows whole" array_cut
boots() { # a process that the boot starts anew, one that ends, one that goes on
    python3 - "$dir" <<'END2'
import json, os, sys
d = sys.argv[1]
unix = os.path.abspath("workloads/programs/unix")
script = "cat /log\necho boot >> /log\nsync\necho lost >> /lost\nstress -c 1 -t 1\n"
w = {"ossim": 1, "machine": {"disk": {"model": "ssd", "size": "8MiB"}},
     "kernel": {"files": {"/boot.sh": script, "/bin/cat": {"from": unix + "/../cat.c"},
                          **{"/bin/" + p: {"from": f"{unix}/{p}.c"} for p in ("echo", "sync", "stress")}},
                "fs": {"journal": "ordered"}},
     "processes": [{"name": "init", "program": unix + "/sh.c", "args": ["/boot.sh"], "power_cut": "restarts"},
                   {"name": "ends", "bursts": [{"cpu": 900}], "power_cut": "ends"},
                   {"name": "on", "bursts": [{"cpu": 900}, {"file": {"append": "/on", "bytes": 9}}]}],
     "events": [{"at": 400, "fault": {"disk": "power-cut", "for": 50}}, {"at": 800, "fault": {"disk": "power-cut"}}]}
json.dump(w, open(d + "/boots.json", "w"))
END2
    "$ossim" run "$dir/boots.json" --quiet --audit --json "$dir/boots.out" --disk-out "$dir/boots.img" \
        --stdout "$dir/boots" && e2fsck -fn "$dir/boots.img" && python3 - "$dir/boots.out" <<'END2'
import json, sys
r = json.load(open(sys.argv[1]))
cut, again = r["power_cuts"]
tasks = {t["name"]: t for t in r["tasks"]}
assert cut["at"] == 400 and cut["up"] >= 450 and cut["recovered"] and cut["files_lost"] >= 1, cut
assert again["at"] == 800 and again["up"] > 800 and again["recovered"], again
assert tasks["ends"]["finish"] == 400 and tasks["on"]["finish"] > 900, tasks
assert tasks["init"]["signal"] == 30 and tasks["init"]["finish"] == 400, tasks["init"]
assert tasks["init-2"]["arrival"] == 450 and tasks["init-3"]["exit_code"] == 0, tasks
END2
}
check "a power cut ends programs, and boots start them anew" boots
check "  they find what was synced" grep -qx boot "$dir/boots/init-3.out"
bad_restart() {
    sed 's/"name": "on"/"count": 2, "power_cut": "restarts", "name": "on"/' "$dir/boots.json" >"$dir/bad.json"
    "$ossim" check "$dir/bad.json"
    [ $? = 2 ]
}
check "  two at a time are a mistake" bad_restart
wrong() { # STEP
    sed "s|{\"file\": {\"unlink\": \"/a\"}}|$1|" "$dir/steps.json" >"$dir/wrong.json"
    "$ossim" check "$dir/wrong.json"
    [ $? = 2 ]
}
check "  no path, no bytes, two kinds are mistakes" eval \
    'wrong "{\"file\": {\"read\": \"a\"}}" && wrong "{\"file\": {\"write\": \"/a\"}}" &&
     wrong "{\"file\": {\"read\": \"/a\", \"unlink\": \"/a\"}}" &&
     wrong "{\"file\": {\"sync\": \"/\", \"bytes\": 3}}"'
exit $failed
