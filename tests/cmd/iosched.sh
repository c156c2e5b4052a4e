#!/bin/bash
# iosched.sh - disk schedulers in C: the starters, their answers beside the built-in ones', in
# arm and in a run; and plug-ins that lie, crash, loop or are no such thing.
ossim=$PWD/ossim
root=$PWD
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0
check() { # NAME COMMAND...
    local name=$1
    shift
    if "$@" >"$dir/out" 2>&1; then
        echo "ok   iosched: $name"
    else
        echo "FAIL iosched: $name"
        tail -8 "$dir/out"
        failed=1
    fi
}
cd "$dir" || exit 3
queue=98,183,37,122,14,124,65,67
for like in fcfs look; do
    check "a starter like $like" "$ossim" new iosched "mine-$like.c" --like $like
    check "  passes check" "$ossim" check "mine-$like.c"
    for way in up down; do
        "$ossim" arm $queue --head 53 --$way --disk-sched "./mine-$like.c,$like" --csv - |
            cut -d, -f2- | sed 1d >"$dir/both"
        check "  moves as $like does, $way" test "$(sort -u both | wc -l)" = 1
    done
done
check "parameters reach it" eval '"$ossim" arm $queue --head 53 --disk-sched ./mine-look.c:start=down --csv - | grep -q ",208,"'
check "arm --sched is the same" eval '"$ossim" arm $queue --head 53 --sched ./mine-fcfs.c --csv - | grep -q ",640,"'
same() { # OPTION...
    "$ossim" run "$root/workloads/disk-readers.json" --quiet --json - "$@" | grep trace_hash
}
check "a run with it is that of fcfs" test "$(same --disk-sched ./mine-fcfs.c)" = "$(same --disk-sched fcfs)"
python3 - "$root" <<'END'
import json, sys
w = json.load(open(sys.argv[1] + "/workloads/disk-readers.json"))
w["machine"]["disk"]["scheduler"] = "./mine-look.c"
json.dump(w, open("w.json", "w"))
END
check "the workload may name it" "$ossim" run w.json --quiet --audit
mkdir elsewhere
check "  from its own folder" eval '(cd elsewhere && "$ossim" run ../w.json --quiet)'

# --- what is wrong with them ---
bad() { # NAME BODY-OF-PICK
    sed "s|^    leave(f, out->slot);|    $2|" mine-fcfs.c >"$1.c"
}
bad liar 'leave(f, out->slot); out->slot = 7777; '
bad crash '*(volatile int *)8 = 1;'
bad loop 'for (;;) ((volatile struct fifo *)f)->issued++;'
bad lazy '(void)arm; out->slot = IOREQ_NONE;'
for plugin in liar crash lazy; do
    "$ossim" arm $queue --head 53 --disk-sched "./$plugin.c" --quiet 2>"$plugin.err"
    check "arm with $plugin.c fails, and says so" test $? = 1 -a -s $plugin.err
    "$ossim" run w.json --disk-sched "./$plugin.c" --quiet --json $plugin.json 2>"$plugin.err"
    check "a run with it fails as well" test $? = 1 -a -s $plugin.err -a -s $plugin.json
    "$ossim" check "$plugin.c" 2>"$plugin.err"
    check "check finds it" test $? = 2 -a -s $plugin.err
done
check "a lie is counted" eval '! "$ossim" run w.json --disk-sched ./liar.c --quiet 2>err; grep -q "impossible answer" err'
timeout 60 "$ossim" arm $queue --head 53 --disk-sched ./loop.c --quiet 2>loop.err
check "one that loops is stopped" test $? = 1 -a -s loop.err
sed 's/IOSCHED_ABI/99/' mine-fcfs.c >abi.c
cp "$root/workloads/plugins/fifo.c" sched.c
for plugin in abi sched none; do
    "$ossim" arm $queue --head 53 --disk-sched "./$plugin.c" 2>$plugin.err
    check "$plugin.c is no disk scheduler" test $? = 2 -a -s $plugin.err
done
exit $failed
