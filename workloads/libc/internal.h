/* internal.h - what the parts of the library share; not for programs. */
#ifndef LIBC_INTERNAL_H
#define LIBC_INTERNAL_H
#include <stddef.h>
#include <stdint.h>

struct __tcb {               /* tp points to the running thread's */
    int tid;                    /* 0 once it has ended: the kernel's doing */
    int error;                  /* errno */
    void *(*fn)(void *);
    void *arg, *result;
    void *stack;                /* NULL: the first thread */
};

long __syscall(long number, long a, long b, long c, long d, long e, long f);
int __clone(void *(*fn)(void *), void *arg, void *stack_top, long flags, int *parent_tid,
            void *tls, int *child_tid);
/* -errno of the kernel becomes -1 and errno. */
long __result(long r);

static inline struct __tcb *__self(void)
{
    struct __tcb *t;

    __asm__("mv %0, tp" : "=r"(t));
    return t;
}

/* A lock of the library's own; a no-op's price while there is one thread. */
void __lock(int *lock);
void __unlock(int *lock);

void __flush_all(void);
#endif
