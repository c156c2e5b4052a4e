#!/bin/bash
# Policies that run as guest code. Honest ones give the same run as natively; what the
# others try ends in one line that names op, source line and cause, with exit status 1 and
# the results until then; nothing that they do reaches the host, and nothing hangs.
cd "$(dirname "$0")/../.." || exit 1
export LC_ALL=C
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cp tests/hostile/honest.h "$work"
passed=0 failed=0

ok() { passed=$((passed + 1)); }
fail() {
    echo "FAIL $1"
    failed=$((failed + 1))
}

cat > "$work/w.json" <<'W'
{"ossim": 1, "name": "victim", "machine": {"cpus": 2}, "processes": [
  {"name": "A", "count": 3, "bursts": [{"cpu": 7}, {"io": 2}, {"cpu": 3}]},
  {"name": "B", "arrival": 1, "bursts": [{"cpu": 5}]}]}
W

# --- the same run ---

hash_of() { ./ossim run "$1" --sched "$2" --until 5000 --json - 2>&1 | sed -n 's/.*"trace_hash": "\([^"]*\)".*/\1/p'; }
for plugin in $(grep -l ossim_policy workloads/plugins/*.c); do
    for w in convoy four-harts inversion queueing; do
        native=$(hash_of "workloads/$w.json" "$plugin")
        guest=$(hash_of "workloads/$w.json" "guest:$plugin")
        if [ -n "$native" ] && [ "$native" = "$guest" ]; then ok
        else fail "$w under $plugin: native $native, guest $guest"; fi
    done
done

# --- what others try ---
# try NAME OP TEXT <<BODY: the op is a function with this body; stderr has TEXT.

declare -A head=(
    [INIT]='void init(void *rq, const struct sched_params *p)'
    [ENQUEUE]='void enqueue(void *rq, const struct sched_task *t, enum sched_why why, ns_t now)'
    [PICK]='tid_t pick(void *rq, ns_t now)'
    [QUANTUM]='ns_t quantum(const void *rq, tid_t tid)'
    [STATE_SIZE]='size_t state_size(const struct sched_params *p)'
)
try() {
    local name=$1 op=$2 text=$3 lower=${2,,}
    {
        echo "#define NAME \"$name\""
        echo "#define $op $lower"
        echo '#include "honest.h"'
        echo "#pragma GCC diagnostic ignored \"-Wunused-parameter\""
        echo "static ${head[$op]}"
        echo "{"
        cat
        echo "}"
        echo "HONEST_OPS;"
    } > "$work/$name.c"
    rm -f "$work/out.json"
    timeout 20 ./ossim run "$work/w.json" --sched "guest:$work/$name.c" \
        --json "$work/out.json" --quiet > "$work/out" 2> "$work/err"
    local status=$?
    echo "$name: $(grep -v warning "$work/err" | tail -n 1 | sed "s|$work/||g" | cut -c 1-120)"
    if [ $status != 1 ]; then fail "$name: exit status $status, expected 1"
    elif ! grep -qF -- "$text" "$work/err"; then fail "$name: no \"$text\" in: $(head -c 400 "$work/err")"
    elif ! python3 -c 'import json, sys; json.load(open(sys.argv[1]))["tasks"]' "$work/out.json"; then
        fail "$name: no results"
    else ok; fi
}

try null-read PICK "null-read.c:7: in pick: read of address 0x8 (not mapped) at 0 ms" <<'C'
    return *(volatile tid_t *)8;
C
try null-write ENQUEUE "in enqueue: write to address 0x0 (not mapped, or read-only)" <<'C'
    *(volatile int *)0 = 1;
C
try writes-task ENQUEUE "in enqueue: write to address" <<'C'
    *(volatile tid_t *)(uintptr_t)&t->tid = 7;
C
try writes-params INIT "in init: write to address" <<'C'
    *(volatile ns_t *)(uintptr_t)&p->quantum = 7;
C
try beyond-state PICK "in pick: write to address" <<'C'
    for (volatile char *c = rq;; c += 4096)
        *c = 1;
C
try kernel-space PICK "in pick: read of address 0xfffffffc" <<'C'
    return *(volatile tid_t *)0xfffffffc;
C
try loops PICK "in pick: did not return within its instructions" <<'C'
    for (volatile int i = 0;;)
        i++;
C
try loops-in-init INIT "in init: did not return" <<'C'
    for (volatile int i = 0;;)
        i++;
C
try recurses PICK "in pick: write to address" <<'C'
    volatile char room[512];
    room[0] = 1;
    return pick((void *)(uintptr_t)rq, now + room[0]) + room[1];
C
try aborts PICK "in pick: stopped itself" <<'C'
    __builtin_trap();
C
try system-call PICK "calls the system" <<'C'
    register long a7 __asm__("a7") = 93;
    __asm__ volatile("ecall" : : "r"(a7));
    return 0;
C
try reads-clock QUANTUM "in quantum: illegal instruction" <<'C'
    unsigned t;
    __asm__ volatile("rdcycle %0" : "=r"(t));
    return t;
C
try counts-time PICK "illegal instruction" <<'C'
    unsigned t;
    __asm__ volatile("rdtime %0" : "=r"(t));
    return t;
C
try privileged PICK "illegal instruction" <<'C'
    __asm__ volatile(".word 0x18001073");
    return 0;
C
try no-instruction PICK "illegal instruction 0x00000000" <<'C'
    __asm__ volatile(".word 0");
    return 0;
C
try jumps-into-data PICK "in pick: jump to address" <<'C'
    static int data[4] = { 0x8067 };
    void (*f)(void) = (void (*)(void))(uintptr_t)data;
    f();
    return honest_pick(rq, now);
C
try jumps-wild PICK "jumps-wild.c:7: in pick: jump to address 0x12345678" <<'C'
    ((void (*)(void))(uintptr_t)0x12345678)();
    return honest_pick(rq, now);
C
try rewrites-itself PICK "in pick: write to address" <<'C'
    *(volatile int *)(uintptr_t)&pick = 0x8067;
    return 0;
C
try giant-state STATE_SIZE "memory is too small" <<'C'
    return (size_t)3 << 30;
C
try negative-state STATE_SIZE "memory is too small" <<'C'
    return (size_t)-1;
C
try never PICK "picked none though tasks are queued" <<'C'
    return TID_NONE;
C
try stranger PICK "picked a task that does not exist" <<'C'
    return 1000000;
C
try twice PICK "picked a task that is not on its queue" <<'C'
    static int n;
    tid_t t = honest_pick(rq, now);
    return n++ % 3 == 2 ? 0 : t;
C
try no-time QUANTUM "gave a quantum below 1 ns" <<'C'
    return 0;
C
try negative-time QUANTUM "gave a quantum below 1 ns" <<'C'
    return INT64_MIN;
C

# --- limits, fallback and charge ---

run_json() { ./ossim run "$work/w.json" --json - --quiet "$@" 2> "$work/err"; }
field() { python3 -c 'import json,sys; d=json.load(sys.stdin); print(eval(sys.argv[1]))' "$1"; }
is() { # NAME GOT WANTED
    if [ "$2" = "$3" ]; then ok; else fail "$1: $2, expected $3"; fi
}
fifo=guest:workloads/plugins/fifo.c

is "every task ends under the fallback" \
    "$(run_json --sched "guest:$work/null-read.c" --set kernel.guest_policy.on_fault=fallback:rr |
       field 'all(t["finish"] is not None for t in d["tasks"])')" True
grep -q "in pick: read of address 0x8" "$work/err" && ok || fail "a fallback hides what broke"
is "a budget of 20 is too small for a pick" \
    "$(run_json --sched $fifo --set kernel.guest_policy.instructions=20 | field 'd["ended"]')" "policy fault"
is "a memory of 16 KiB is too small for a policy" \
    "$(run_json --sched $fifo --set kernel.guest_policy.memory=16KiB | field 'd["ended"]')" "policy fault"
is "a policy is free of charge" "$(run_json --sched $fifo | field 'd["summary"]["cpu_kernel"]')" 0
# At 1 MHz an instruction takes 1 us: what fifo's ops take is seen, and only that.
is "its instructions can be charged" \
    "$(run_json --sched $fifo --set kernel.guest_policy.charge=true --set machine.mhz=1 |
       field '0.001 < d["summary"]["cpu_kernel"] < 0.5')" True
for bad in memory=1 memory=2TiB memory=x instructions=0 charge=3 on_fault=maybe on_fault=fallback:nobody more=1; do
    ./ossim check "$work/w.json" --set "kernel.guest_policy.$bad" > "$work/out" 2>&1
    is "guest_policy.$bad is refused" "$? $(grep -c kernel/guest_policy "$work/out")" "2 1"
done
OSSIM_RISCV_CC=/nowhere/cc ./ossim run "$work/w.json" --sched $fifo > "$work/out" 2>&1
is "without a compiler" "$? $(grep -c 'apt-get install gcc-riscv64-unknown-elf' "$work/out")" "2 1"
echo 'int x;' > "$work/empty.c"
./ossim run "$work/w.json" --sched "guest:$work/empty.c" > "$work/out" 2>&1
is "without a policy in it" "$? $(grep -c 'ossim_policy' "$work/out")" "2 1"

echo "$passed passed, $failed failed"
[ $failed = 0 ] && [ $passed -gt 0 ]
