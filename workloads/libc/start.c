/* start.c - from _start to main and to the end. */
#include "internal.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_ATEXIT = 64 };

int main(int argc, char **argv, char **envp);

extern void (*const __init_array_start[])(void), (*const __init_array_end[])(void);
extern void (*const __fini_array_start[])(void), (*const __fini_array_end[])(void);
extern char __first_tls[], __tls_image[], __tls_file_size[], __tls_all_size[];

char **environ;
char *program_invocation_name;     /* argv[0] */
static void (*at_exit[MAX_ATEXIT])(void), (*at_quick_exit_[MAX_ATEXIT])(void);
static int nat_exit, nat_quick_exit;

size_t __tls_size(void)
{
    return (size_t)__tls_all_size;
}

void __tls_init(char *tp)
{
    memcpy(tp, __tls_image, (size_t)__tls_file_size);
}

/* The stack holds argc, the arguments, NULL, the environment, NULL. */
_Noreturn void __start_c(long *stack)
{
    int argc = (int)stack[0];
    char **argv = (char **)(stack + 1);

    __asm__ volatile("mv tp, %0" : : "r"(__first_tls));
    __tls_init(__first_tls);
    environ = argv + argc + 1;
    program_invocation_name = argv[0];
    __self()->tid = (int)__syscall(SYS_set_tid_address, (long)&__self()->tid, 0, 0, 0, 0, 0);
    for (size_t i = 0; i < (size_t)(__init_array_end - __init_array_start); i++)
        __init_array_start[i]();
    exit(main(argc, argv, environ));
}

int *__errno(void)
{
    return &__self()->error;
}

long __result(long r)
{
    if (r < 0 && r >= -4095) {
        __self()->error = (int)-r;
        return -1;
    }
    return r;
}

static int later(void (**list)(void), int *n, void (*fn)(void))
{
    if (*n == MAX_ATEXIT)
        return -1;
    list[(*n)++] = fn;
    return 0;
}

int atexit(void (*fn)(void)) { return later(at_exit, &nat_exit, fn); }
int at_quick_exit(void (*fn)(void)) { return later(at_quick_exit_, &nat_quick_exit, fn); }

_Noreturn void _Exit(int status)
{
    for (;;)
        __syscall(SYS_exit_group, status, 0, 0, 0, 0, 0);
}

_Noreturn void _exit(int status)
{
    _Exit(status);
}

_Noreturn void quick_exit(int status)
{
    while (nat_quick_exit > 0)
        at_quick_exit_[--nat_quick_exit]();
    _Exit(status);
}

_Noreturn void exit(int status)
{
    while (nat_exit > 0)
        at_exit[--nat_exit]();
    for (size_t i = (size_t)(__fini_array_end - __fini_array_start); i-- > 0;)
        __fini_array_start[i]();
    __flush_all();
    _Exit(status);
}
