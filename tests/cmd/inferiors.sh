#!/bin/bash
# inferiors.sh - processes under gdb-multiarch: followed over fork, vfork and execve, held
# while another goes on, attached to, detached and killed, forwards and backwards.
cd "$(dirname "$0")/../.." || exit 1
if ! command -v gdb-multiarch >/dev/null || ! command -v riscv64-unknown-elf-gcc >/dev/null; then
    echo "inferiors: SKIPPED: no gdb-multiarch or compiler (apt-get install gdb-multiarch gcc-riscv64-unknown-elf)"
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'kill $! 2>/dev/null; exit 1' INT TERM HUP
failed=0 passed=0 port=$((20000 + $$ % 20000))
cat >"$work/forks.c" <<'C'
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
int where;
__attribute__((noinline)) int child_work(int n) { where = n; return n * 2; }
__attribute__((noinline)) int parent_work(int n) { where = n; return n + 1; }
int main(void)
{
    pid_t p = fork();
    int status;
    if (p == 0)
        exit(child_work(21));
    parent_work(1);
    waitpid(p, &status, 0);
    printf("where %d, child %d %d\n", where, WEXITSTATUS(status), WTERMSIG(status));
    return 3;
}
C
cat >"$work/runs.c" <<'C'
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void)
{
    int status;
    if (vfork() == 0) {
        execl("/bin/helper", "helper", "x", (char *)0);
        _exit(9);
    }
    wait(&status);
    printf("helper ended with %d\n", WEXITSTATUS(status));
    return 3;
}
C
cat >"$work/helper.c" <<'C'
__attribute__((noinline)) int help(int n) { return n + 3; }
int main(int argc, char **argv) { (void)argv; return help(argc); }
C
cat >"$work/sleeps.c" <<'C'
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
int turns;
__attribute__((noinline)) void turn(void) { turns++; }
int main(void)
{
    if (fork() == 0) {
        for (int i = 0; i < 50; i++) {
            usleep(1000);
            turn();
        }
        return 0;
    }
    for (int i = 0; i < 5; i++) {
        usleep(1000);
        turn();
    }
    wait(0);
    printf("turns %d\n", turns);
    return 0;
}
C
cat >"$work/three.c" <<'C'
#include <pthread.h>
#include <stdlib.h>
int last, sum[3];
static void *work(void *a)
{
    volatile int *mine = a;
    for (int i = 0; i < 500; i++)
        *mine += i;
    last = *mine + (int)((int *)a - sum);
    for (int i = 0; i < 500; i++)
        *mine -= i;
    return 0;
}
int main(void)
{
    pthread_t t[3];
    for (int i = 0; i < 3; i++)
        pthread_create(&t[i], 0, work, &sum[i]);
    for (int i = 0; i < 3; i++)
        pthread_join(t[i], 0);
    abort();
}
C
for f in forks runs helper sleeps three; do ./ossim asm "$work/$f.c" -o "$work/$f.elf" || exit 1; done

# session NAME PROGRAM STATUS PRINTED OPTIONS : gdb's commands are read from the input; what it
# says is left in out.
session() {
    local name=$1 program=$2 status=$3 printed=$4 how=${6:-remote} got
    port=$((port + 1))
    { printf 'set confirm off\nset pagination off\nset architecture riscv:rv32\ntarget %s :%d\n' "$how" $port
      cat; } >"$work/commands"
    timeout 60 ./ossim exec --gdb $port $5 "$work/$program.elf" >"$work/printed" 2>"$work/err" </dev/null &
    for _ in {1..100}; do
        grep -q waiting "$work/err" 2>/dev/null && break
        sleep 0.05
    done
    timeout 50 gdb-multiarch -batch -nx -x "$work/commands" "$work/$program.elf" >"$work/out" 2>&1
    wait $!
    got=$?
    said "$name: status $got" test $got = "$status"
    said "$name: printed $(cat "$work/printed")" test "$(cat "$work/printed")" = "$printed"
}
said() { # WHAT CONDITION...
    local what=$1
    shift
    if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAIL $what"; sed 's/^/     | /' "$work/out"; fi
}
heard() { for want; do said "not heard: $want" grep -qF -- "$want" "$work/out"; done; }

session parent forks 3 'where 1, child 42 0' '' <<'G'
break child_work
break parent_work
continue
info inferiors
continue
G
heard 'Detaching after fork from child process 3' 'Breakpoint 2, parent_work' \
    '[Inferior 1 (process 2) exited with code 03]'
said "the child runs free" test "$(grep -c 'hit Breakpoint 1' "$work/out")" = 0

session child forks 3 'where 1, child 42 0' '' <<'G'
set follow-fork-mode child
break child_work
break parent_work
continue
watch where
continue
printf "after %d\n", where
reverse-continue
printf "before %d\n", where
reverse-continue
delete
tbreak child_work
continue
continue
G
heard 'Detaching after fork from parent process 2' 'hit Breakpoint 1, child_work' 'New value = 21' \
    'after 21' 'before 0' 'No more reverse-execution history' \
    'hit Temporary breakpoint 4.1, child_work' '[Inferior 2 (process 3) exited with code 052]'

session both forks 3 'where 1, child 0 9' '' <<'G'
set detach-on-fork off
break child_work
break parent_work
continue
info inferiors
inferior 2
printf "child %d\n", where
continue
reverse-stepi
reverse-continue
continue
finish
printf "child %d\n", where
inferior 1
printf "parent %d\n", where
kill inferiors 2
delete
continue
G
heard '2    process 3' 'hit Breakpoint 2.1, parent_work' 'hit Breakpoint 1.2, child_work' \
    'child 0' 'No more reverse-execution history' 'Value returned is $1 = 42' 'child 21' 'parent 0' \
    '[Inferior 1 (process 2) exited with code 03]'

session together forks 3 'where 1, child 42 0' '' <<'G'
set detach-on-fork off
set schedule-multiple on
break child_work
break parent_work
continue
continue
continue
inferior 1
continue
G
heard 'hit Breakpoint 2.1, parent_work' 'hit Breakpoint 1.2, child_work' \
    '[Inferior 2 (process 3) exited with code 052]' '[Inferior 1 (process 2) exited with code 03]'

# (symbols of what execve brings in come from us)
session exec runs 3 'helper ended with 5' "--with $work/helper.c" <<'G'
catch vfork
catch exec
set follow-fork-mode child
continue
continue
break help
continue
reverse-stepi
continue
continue
G
heard 'Catchpoint 1 (vforked process 3)' 'Detaching vfork parent process 2 after child exec' \
    'process 3 is executing new program: /bin/helper' "Catchpoint 2 (exec'd /bin/helper)" \
    'hit Breakpoint 3, help (n=2)' '[Inferior 2 (process 3) exited with code 05]'

session 'vfork, parent' runs 3 'helper ended with 5' "--with $work/helper.c" <<'G'
tbreak wait
continue
continue
G
heard 'Detaching after vfork from child process 3' 'Temporary breakpoint 1' '[Inferior 1 (process 2) exited with code 03]'

session attach sleeps 0 'turns 5' '' extended-remote <<G
break turn
continue
continue
add-inferior -exec $work/sleeps.elf
inferior 2
attach 3
printf "child has %d\n", turns < 10
continue
detach
inferior 1
delete
continue
G
heard 'Breakpoint 1, turn' 'child has 1' 'hit Breakpoint 1.2, turn' '[Inferior 2 (process 3) detached]' \
    '[Inferior 1 (process 2) exited normally]'
# A step back is the thread's that is looked at, whichever were listed since.
session threads three 134 '' '--cpus 4' <<'G'
continue
watch last
reverse-continue
info threads
set $was = $_thread
reverse-stepi
printf "same %d\n", $was == $_thread
thread 2
info threads
reverse-stepi
printf "second %d\n", $_thread
kill
G
heard 'same 1' 'second 2'
echo "inferiors: $passed passed, $failed failed"
[ $failed = 0 ]
