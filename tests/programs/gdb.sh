#!/bin/sh
# gdb.sh - a simulated program under gdb-multiarch: breakpoints, steps, watchpoints,
# registers, memory, and the fault that ends it.
cd "$(dirname "$0")/../.." || exit 1
if ! command -v gdb-multiarch > /dev/null; then
    echo "gdb: SKIPPED, no gdb-multiarch (apt-get install gdb-multiarch)"
    exit 0
fi
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
trap 'kill $! 2>/dev/null; exit 1' INT TERM HUP
port=$((20000 + $$ % 20000))
cat > "$tmp/p.s" <<'S'
        .globl _start, add, counter
_start: li s0, 3
loop:   mv a0, s0
        jal add
        addi s0, s0, -1
        bnez s0, loop
        lw a0, 4(zero)
add:    la t0, counter
        lw t1, 0(t0)
        add t1, t1, a0
        sw t1, 0(t0)
        ret
        .data
counter: .word 5
S
cat > "$tmp/commands" <<S
set confirm off
set pagination off
set architecture riscv:rv32
target remote :$port
break *add
continue
printf "at %x a0 %d\n", \$pc, \$a0
continue
printf "a0 %d counter %d\n", \$a0, *(int *)&counter
stepi
printf "next %x\n", \$pc
delete
watch *(int *)&counter
continue
printf "counter %d\n", *(int *)&counter
set var *(int *)&counter = 100
set var \$s0 = 1
delete
info threads
continue
printf "fault at %x\n", \$pc
continue
S
./ossim asm "$tmp/p.s" -o "$tmp/p.elf" || exit 1
failed=0
# session NAME STATUS PROGRAM WANTED... : the commands are in $tmp/commands.
session() {
    name=$1 wanted_status=$2 program=$3
    shift 3
    port=$((port + 1))
    sed -i "s/^target remote .*/target remote :$port/" "$tmp/commands"
    timeout 60 ./ossim exec --gdb $port "$program" > "$tmp/printed" 2> "$tmp/err" &
    server=$!
    for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        grep -q waiting "$tmp/err" 2> /dev/null && break
        sleep 0.1
    done
    timeout 50 gdb-multiarch -batch -nx -x "$tmp/commands" "$program" > "$tmp/out" 2>&1
    wait $server
    status=$?
    for want; do
        if grep -qF -- "$want" "$tmp/out"; then
            echo "ok   $name: $want"
        else
            echo "FAIL $name: $want"
            failed=1
        fi
    done
    [ "$status" = "$wanted_status" ] || { echo "FAIL $name: exit status $status"; failed=1; }
    [ "$failed" = 0 ] || sed 's/^/     | /' "$tmp/out"
}
session gdb 139 "$tmp/p.elf" 'at 10018 a0 3' 'a0 2 counter 8' 'next 1001c' 'counter 10' \
    'Thread 2.1 (p.elf)' 'received signal SIGSEGV' 'fault at 10014' 'terminated with signal SIGSEGV'

if ! command -v riscv64-unknown-elf-gcc > /dev/null; then
    echo "gdb: SKIPPED backwards: no compiler (apt-get install gcc-riscv64-unknown-elf)"
    [ "$failed" = 0 ]
    exit
fi
# From a program's end by SIGABRT to who wrote the wrong value, and to the beginning.
cat > "$tmp/commands" <<S
set confirm off
set pagination off
set architecture riscv:rv32
target remote :$port
continue
watch last
reverse-continue
reverse-continue
delete
reverse-next
reverse-step
reverse-finish
printf "before %x\n", *(unsigned *)\$pc & 0x7f
stepi
reverse-stepi
tbreak main
reverse-continue
printf "sum %d last %d\n", total, last
reverse-continue
continue
kill
S
./ossim asm tests/programs/backwards.c -o "$tmp/b.elf" || exit 1
session backwards 134 "$tmp/b.elf" 'received signal SIGABRT' 'Old value = 1000' 'New value = 6' \
    'corrupt (i=3) at' 'Old value = 6' 'New value = 3' 'add (a=3, b=3) at' 'before 6f' \
    'Temporary breakpoint 2, main ()' 'sum 0 last 0' 'No more reverse-execution history'
[ "$(grep -c round "$tmp/printed")" = 4 ] || { echo "FAIL backwards: printed twice"; failed=1; }
[ "$failed" = 0 ]
