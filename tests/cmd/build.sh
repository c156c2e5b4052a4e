#!/bin/bash
# build.sh [OSSIM] - programs of several files, flags, and programs that execve finds.
ossim=$(realpath "${1:-./ossim}")
top=$(cd "$(dirname "$0")/../.." && pwd)
dir=$(mktemp -d) || exit 3
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 3
checks=0 failures=0
expect() { # STATUS OUTPUT ARGS...: what ossim ARGS prints
    local want=$1 text=$2
    shift 2
    checks=$((checks + 1))
    out=$(timeout 60 "$ossim" "$@" 2>err </dev/null)
    local got=$?
    [ $got = "$want" ] && [ "$out" = "$text" ] && return
    failures=$((failures + 1))
    echo "build.sh: ossim $*: status $got, printed: $out"
    head -3 err
}
says() { checks=$((checks + 1)); grep -qF -- "$1" err || { failures=$((failures + 1)); echo "build.sh: err lacks: $1"; cat err; }; }

printf '    .globl add1\n    .text\nloop:\nadd1: addi a0, a0, 1\n    ret\n' >add1.s
printf '    .text\nmain:\n    addi sp, sp, -16\n    sw ra, 0(sp)\nloop: li a0, 41\n    call add1\n    lw ra, 0(sp)\n    addi sp, sp, 16\n    ret\n' >main.s
printf 'main:\n    mv s0, a0\n    lw a0, 4(a1)\n    lbu a0, 0(a0)\n    add a0, a0, s0\n    ret\n' >args.s
expect 42 "" exec main.s add1.s --
expect 99 "" exec args.s a                      # argc 2, 'a' 97
expect 2 "" exec main.s
says "main.s:6:10: error: 'add1' is not defined"
printf 'main: nop\n' >endless.s                  # must not run into what calls main
expect 132 "" exec endless.s
says "(no_return_from_main+0x0)"
printf '_start: ret\n' >nowhere.s
expect 139 "" exec nowhere.s
says "a jump to 0, as by a ret where nobody has called"
printf '_start: li a7, 4\n ecall\n li a7, 1000\n ecall\n li a7, 93\n li a0, 0\n ecall\n' >rars.s
expect 0 "" exec rars.s
says "there is no system call 4 (ENOSYS); that looks like RARS, Venus or Ripes"
expect 2 "" exec missing.s
says "missing.s"
expect 2 "" exec main.s missing.s --
cat >broken.s <<'END'
    nop
    nonsense a0
END
expect 2 "" exec main.s broken.s --
says "broken.s:2:5: error:"
cat >two.json <<'END'
{"ossim": 1, "processes": [
  {"name": "m", "program": "main.s", "sources": ["add1.s"]},
  {"name": "x", "program": "main.s", "sources": ["add1.s"], "cflags": ["-o", "x"]},
  {"name": "y", "cpu": 1, "include": ["."]}]}
END
expect 2 "" check two.json
says "two.json:3:72: error: /processes/1/cflags/0: this flag is not among those"
says '/processes/2/include: "include" goes with "program" or "asm" only'

if command -v riscv64-unknown-elf-gcc >/dev/null || command -v ld.lld >/dev/null; then
    mkdir inc
    echo '#define M 5' >inc/h.h
    echo 'int twice(int x) { return x * 2; }' >twice.c
    cat >a.c <<'END'
#include <stdio.h>
#include "h.h"
int twice(int);
int add1(int);
int main(int argc, char **argv)
{
    __asm__ volatile("fence.i");
    printf("%d %d %d %s\n", twice(N), M, add1(1), argc > 1 ? argv[1] : "-");
    return 0;
}
END
    expect 0 "42 5 2 hello" exec -DN=21 -I inc a.c twice.c add1.s -- hello
    expect 0 "6 5 2 -" exec a.c -DN=3 -Iinc twice.c -O0 -lm add1.s --
    expect 2 "" exec a.c twice.c add1.s --
    says "a.c:2:10: error: the program does not compile: h.h: No such file or directory"
    expect 2 "" exec a.c missing.c --
    says "missing.c: cannot read it"
    cat >own.c <<'END'
#include <stdio.h>
#include <string.h>
/* Names that the library has, too. */
int getline(void) { return 3; }
char *strdup(const char *s) { return (char *)s + 1; }
int main(void) { printf("%d %s\n", getline(), strdup("xyz")); return 0; }
END
    sed -i 's/^#include <stdio.h>$/int printf(const char *, ...);/' own.c
    expect 0 "3 yz" exec own.c
    cat >sh.c <<'END'
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void)
{
    if (fork() == 0) {
        execlp("say", "say", "hi", NULL);
        perror("say");
        _exit(1);
    }
    wait(NULL);
    execl("/bin/end", "end", NULL);
    perror("end");
    return 1;
}
END
    printf '#include <stdio.h>\nint main(int c, char **v) { return puts(v[1]) < 0; }\n' >say.c
    printf 'int main(void) { return 9; }\n' >end.c
    expect 9 hi exec --with say.c,end.c sh.c
    expect 1 hi exec --with say.c sh.c
    says "end: No such file or directory"
    expect 2 "" exec --with say.c,missing.c sh.c
    echo 'int printf(const char *, ...); int main(void) { printf("hello, world\n"); return 0; }' >hello.c
    "$ossim" asm hello.c -o hello.elf
    checks=$((checks + 1))
    riscv64-unknown-elf-size hello.elf 2>/dev/null | awk 'NR == 2 && $1 + $2 >= 16384 { exit 1 }' ||
        { failures=$((failures + 1)); echo "build.sh: a hello has more than 16 KiB"; }
    cat >build.json <<'END'
{"ossim": 1, "processes": [{"name": "a", "program": "a.c", "sources": ["twice.c", "add1.s"],
                            "include": ["inc"], "cflags": ["-DN=7"], "args": ["x"]}]}
END
    expect 0 "" run build.json --quiet --stdout out
    checks=$((checks + 1))
    [ "$(cat out/a.out)" = "14 5 2 x" ] || { failures=$((failures + 1)); echo "build.sh: a.out: $(cat out/a.out)"; }
    expect 0 "" run "$top/workloads/race.json" --quiet --stdout race
    checks=$((checks + 1))
    cat race/*.out | sort | awk '{ ok += $1 == "none:" ? $2 < 99000 : $2 == 100000 } END { exit ok != 4 }' ||
        { failures=$((failures + 1)); echo "build.sh: the race:"; cat race/*.out; }
else
    echo "build.sh: SKIPPED programs in C: no compiler (apt-get install gcc-riscv64-unknown-elf)"
fi
echo "builds: $checks checks, $failures failures"
[ $failures = 0 ]
