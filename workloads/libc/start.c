/* start.c - from _start to main and to the end. */
#include "internal.h"

#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MAX_ATEXIT = 16 };

int main(int argc, char **argv, char **envp);

char **environ;
static struct __tcb first;
static void (*at_exit[MAX_ATEXIT])(void);
static int nat_exit;

/* The stack holds argc, the arguments, NULL, the environment, NULL. */
_Noreturn void __start_c(long *stack)
{
    int argc = (int)stack[0];
    char **argv = (char **)(stack + 1);

    __asm__ volatile("mv tp, %0" : : "r"(&first));
    environ = argv + argc + 1;
    first.tid = (int)__syscall(SYS_set_tid_address, (long)&first.tid, 0, 0, 0, 0, 0);
    exit(main(argc, argv, environ));
}

int *__errno(void)
{
    return &__self()->error;
}

int atexit(void (*fn)(void))
{
    if (nat_exit == MAX_ATEXIT)
        return -1;
    at_exit[nat_exit++] = fn;
    return 0;
}

_Noreturn void _exit(int status)
{
    for (;;)
        __syscall(SYS_exit_group, status, 0, 0, 0, 0, 0);
}

_Noreturn void _Exit(int status)
{
    _exit(status);
}

_Noreturn void exit(int status)
{
    while (nat_exit > 0)
        at_exit[--nat_exit]();
    __flush_all();
    _exit(status);
}
