#!/bin/sh
# kernel.sh - programs as a user runs them: each prints what it should and ends as it should.
# One line a case, a sum; status 1 if any failed.
cd "$(dirname "$0")/../.." || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
passed=0 failed=0

result() {                      # name, condition's status, what to show on failure
    if [ "$2" = 0 ]; then
        passed=$((passed + 1))
        echo "ok   $1"
    else
        failed=$((failed + 1))
        echo "FAIL $1"
        [ -n "$3" ] && [ -f "$3" ] && sed 's/^/     | /' "$3" | head -20
    fi
}

# expect NAME STATUS TEXT command...: its status, and its output if TEXT is not "-".
expect() {
    name=$1 status=$2 text=$3
    shift 3
    timeout 30 "$@" > "$tmp/out" 2> "$tmp/err" < "${input:-/dev/null}"
    got=$?
    cat "$tmp/err" >> "$tmp/out.all" 2> /dev/null
    ok=0
    [ "$got" = "$status" ] || ok=1
    if [ "$text" != - ]; then
        printf '%s' "$text" > "$tmp/want"
        cmp -s "$tmp/want" "$tmp/out" || ok=1
    fi
    { echo "status $got"; cat "$tmp/out" "$tmp/err"; } > "$tmp/show"
    result "$name" $ok "$tmp/show"
}

# says NAME TEXT: the last command's stderr has TEXT in it.
says() {
    grep -qF -- "$2" "$tmp/err"
    result "$1" $? "$tmp/err"
}

nl='
'

# --- the kernel, by programs that look after themselves ---
for p in fork signals files memory threads times hostile; do
    expect "$p" 0 "ok$nl" ./ossim exec tests/programs/$p.c
done
for p in fork threads signals; do
    expect "$p on four harts" 0 "ok$nl" ./ossim exec --cpus 4 tests/programs/$p.c
done
for s in fcfs mlfq fair stride lottery priority; do
    expect "fork under $s" 0 "ok$nl" ./ossim exec --sched $s tests/programs/fork.c
done
expect "slow kernel" 0 "ok$nl" ./ossim exec --set machine.costs=linux-zen4 tests/programs/signals.c

# --- programs for other simulators ---
dialect() {                     # name of a file in abi/, its simulator, its status
    input=tests/programs/abi/$1.in
    [ -f "$input" ] || input=/dev/null
    expect "$1" "$3" - ./ossim exec --abi "$2" tests/programs/abi/$1.s
    cmp -s "$tmp/out" tests/programs/abi/$1.out
    result "$1 prints what it should" $? "$tmp/out"
    input=
}
dialect rars_sum rars 3
dialect rars_random rars 0
dialect rars_file rars 0
dialect venus_list venus 7
dialect venus_squares venus 0
dialect ripes_fact ripes 0
expect "no number at the end of input" 1 "" ./ossim exec --abi rars tests/programs/abi/read_bad.s
says "...is said" "the input has ended"
expect "not a call of Ripes" 159 "" ./ossim exec --abi ripes tests/programs/abi/read_bad.s
says "...is named" "--abi ripes has no call 5 here"
expect "a folder, and a dialog" 159 "/-1ä
" ./ossim exec --abi rars tests/programs/abi/rars_where.s
says "...is named" "it opens a dialog, and there are no windows"
expect "a float" 159 "" ./ossim exec --abi rars tests/programs/abi/rars_float.s
says "...is said" "RV32IMA has no floating-point registers"
printf 'li a0, 7\nli a7, 1\necall\n' > "$tmp/bare.s"
for abi in rars ripes; do
    expect "$abi: no label, and no end" 0 7 ./ossim exec --abi $abi "$tmp/bare.s"
done
expect "no end for Linux" 132 "" ./ossim exec "$tmp/bare.s"
says "...is said" "no instruction stands there"
expect "without --abi" 3 - ./ossim exec tests/programs/abi/rars_sum.s
says "...it is named" "try --abi rars"
expect "no such abi" 2 "" ./ossim exec --abi mars tests/programs/abi/read_bad.s
says "...says which there are" '"rars"'

# --- one program becomes another ---
./ossim run tests/programs/exec/exec.json --quiet --audit --stdout "$tmp" 2> "$tmp/err"
printf '%s\n%s\n%s\n' 'child.c,one,two words;HOME=/' 'child.c,one,two words;' \
    'child.c,one,two words;HOME=/' | sed 's/child\.c/child/' > "$tmp/want"
cmp -s "$tmp/want" "$tmp/parent.out"
result "execve of another program" $? "$tmp/parent.out"

# --- exec: console, status, messages ---
cat > "$tmp/cat.s" <<'S'
_start: li a0, 0
        la a1, buf
        li a2, 100
        li a7, 63
        ecall
        blez a0, end
        mv a2, a0
        li a0, 1
        li a7, 64
        ecall
        j _start
end:    li a7, 93
        ecall
        .bss
buf:    .space 100
S
seq 3000 > "$tmp/numbers"
input=$tmp/numbers expect "stdin to stdout" 0 "$(cat "$tmp/numbers")$nl" ./ossim exec "$tmp/cat.s"
printf '_start: li a0, 300\nli a7, 93\necall\n' > "$tmp/e.s"
expect "exit status" 44 "" ./ossim exec "$tmp/e.s"
printf 'f: sw zero, 16(zero)\n_start: j f\n' > "$tmp/f.s"
expect "killed by a fault" 139 "" ./ossim exec "$tmp/f.s"
says "and says where" "killed by SIGSEGV at pc 0x00010000 (f+0x0), address 0x00000010"
printf '_start: li a7, 172\necall\nli a1, 9\nli a7, 129\necall\n' > "$tmp/k.s"
expect "killed by itself" 137 "" ./ossim exec "$tmp/k.s"
says "and says how" "killed by SIGKILL"
printf '_start: j _start\n' > "$tmp/l.s"
expect "a loop is stopped" 1 "" ./ossim exec --until 5 "$tmp/l.s"
printf '_start: li a7, 400\necall\nsub a0, zero, a0\nli a7, 93\necall\n' > "$tmp/n.s"
expect "a call that is not there" 38 "" ./ossim exec "$tmp/n.s"
expect "arguments are the program's" 44 "" ./ossim exec "$tmp/e.s" --help -x
expect "no program" 2 "" ./ossim exec
expect "no such program" 2 "" ./ossim exec "$tmp/none.s"
printf 'this is no program' > "$tmp/bad.elf"
expect "not a program" 2 "" ./ossim exec "$tmp/bad.elf"
says "  which is said of the file as a whole" "bad.elf: error: this is no program"
expect "memory too small" 137 "" ./ossim exec --frames 3 "$tmp/e.s"

# --- every instruction, and nothing changed by it ---
expect "instruction trace" 44 "" ./ossim exec --trace-insn "$tmp/trace" "$tmp/e.s"
printf '%s\n' '0 0 e.s 00010000 12c00513 li      a0, 300' \
    '1 0 e.s 00010004 05d00893 li      a7, 93' '2 0 e.s 00010008 00000073 ecall' > "$tmp/want"
cmp -s "$tmp/want" "$tmp/trace"
result "a line for each" $? "$tmp/trace"
for more in "" "--trace-insn $tmp/trace"; do
    ./ossim run tests/programs/exec/exec.json --set machine.cpus=2 --set machine.mhz=700 \
        --set kernel.scheduler=rr:quantum=10us --json - $more 2> /dev/null | grep trace_hash
done > "$tmp/hashes"
[ "$(uniq "$tmp/hashes" | wc -l)" = 1 ] && [ -s "$tmp/hashes" ]
result "a traced run is the same run" $? "$tmp/hashes"

# --- misses are counted: with one entry, code and data take it from each other ---
tlb_misses() {                  # options
    printf '{"ossim":1,"processes":[{"name":"a","asm":"%s"}]}' '_start: li t0, 100\nla t1, x\n1: lw t2, (t1)\naddi t0, t0, -1\nbnez t0, 1b\nli a0, 0\nli a7, 93\necall\n.data\nx: .word 1\n' > "$tmp/tlb.json"
    ./ossim run "$tmp/tlb.json" --quiet --json - "$@" |
        sed -n 's/.*"tlb_misses": \([0-9]*\).*/\1/p' | head -n 1
}
[ "$(tlb_misses)" = 2 ]
result "as many TLB misses as pages" $?
[ "$(tlb_misses --set machine.memory.tlb.entries=1 --set machine.memory.tlb.ways=1)" = 201 ]
result "and many with one entry" $?

# --- a race shows when the timer jitters ---
for pad in 0 1 2 3 4; do
    said=all; [ $pad -lt 2 ] && said=lost       # what the fixed phase does
    set -- exec -DPAD=$pad --sched rr:quantum=10us
    expect "phase $pad, an exact timer" 0 "$said$nl" ./ossim "$@" tests/programs/race/phase.c
    expect "phase $pad, a late timer" 0 "lost$nl" \
        ./ossim "$@" --set kernel.timer_jitter='"1us"' tests/programs/race/phase.c
done

# --- input comes before a sleep or timeout ends ---
polls=tests/programs/input/polls.c sleeper=tests/programs/input/sleeper.c
expect "end of file is there at once" 0 "1 ready, 0 read, in time$nl" ./ossim exec $polls
input=Makefile
expect "a file is there at once" 0 "1 ready, 64 read, in time$nl" ./ossim exec $polls
input=
(sleep 0.3; echo hi) | ./ossim exec $polls > "$tmp/out" 2> "$tmp/err"
[ "$(cat "$tmp/out")" = "1 ready, 3 read, in time" ]
result "a pipe's writer may begin late" $? "$tmp/out"
mkfifo "$tmp/silent"
exec 4<>"$tmp/silent"                   # somebody may write: no end of file
./ossim exec --fast $polls < "$tmp/silent" > "$tmp/out" 2> "$tmp/err"
[ "$(cat "$tmp/out")" = "0 ready, -1 read, late" ]
result "nothing comes: the poll times out" $? "$tmp/out"
exec 4>&-
(echo hi; sleep 0.1) | ./ossim exec $sleeper > "$tmp/out" 2> "$tmp/err"
[ "$(cat "$tmp/out")" = "0 at the end, in time" ]
result "a sleeper does not starve the reader" $? "$tmp/out"

# --- a fault in any thread is shown with its place ---
expect "a thread faults" 139 "" ./ossim exec tests/programs/input/fault.c thread
says "...with its line" "fault.c:9"
says "...and itself" "in thread 3 at pc"
expect "the first thread faults" 139 "" ./ossim exec tests/programs/input/fault.c
says "...with its line" "fault.c:9"

# --- the same run twice ---
./ossim run tests/programs/exec/exec.json --set machine.cpus=3 --json "$tmp/a" --quiet 2> /dev/null
./ossim run tests/programs/exec/exec.json --set machine.cpus=3 --json "$tmp/b" --quiet 2> /dev/null
cmp -s "$tmp/a" "$tmp/b"
result "runs repeat" $?

echo "kernel by programs: $passed passed, $failed failed"
[ "$failed" = 0 ]
