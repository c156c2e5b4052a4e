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
timeout 30 ./ossim exec --gdb $port "$tmp/p.elf" 2> "$tmp/err" &
server=$!
for i in 1 2 3 4 5 6 7 8 9 10; do
    grep -q waiting "$tmp/err" 2> /dev/null && break
    sleep 0.1
done
timeout 25 gdb-multiarch -batch -nx -x "$tmp/commands" "$tmp/p.elf" > "$tmp/out" 2>&1
wait $server
status=$?
failed=0
for want in 'at 10018 a0 3' 'a0 2 counter 8' 'next 1001c' 'counter 10' 'Thread 1 (p.elf)' \
            'received signal SIGSEGV' 'fault at 10014' 'terminated with signal SIGSEGV'; do
    if grep -qF -- "$want" "$tmp/out"; then
        echo "ok   gdb: $want"
    else
        echo "FAIL gdb: $want"
        failed=1
    fi
done
[ "$status" = 139 ] || { echo "FAIL gdb: exit status $status"; failed=1; }
[ "$failed" = 0 ] || sed 's/^/     | /' "$tmp/out"
[ "$failed" = 0 ]
