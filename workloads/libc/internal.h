/* internal.h - what the parts of the library share; not for programs.
 *
 * Thread-local memory is laid out as the psABI has it: tp points to the block of the
 * program's own variables, and what the library knows of a thread lies below it.
 */
#ifndef LIBC_INTERNAL_H
#define LIBC_INTERNAL_H
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>

enum { KEYS = 64, TCB_ROOM = 512, SIGCANCEL = 33 };

struct __tcb {
    int tid;                    /* 0 once it has ended: the kernel's doing */
    int error;                  /* errno */
    void *(*fn)(void *);
    void *arg, *result;
    void *stack;                /* mapped by us; NULL: the first thread's, or a caller's */
    size_t stack_size;          /* with tcb and thread-local memory */
    int state;                  /* TCB_JOINABLE, _DETACHED or _OVER */
    int cancelled, cancel_off, cancel_async;
    struct __cleanup *cleanup;
    const void **values;        /* of the keys, allocated at the first use */
    char name[16];
};
enum { TCB_JOINABLE, TCB_DETACHED, TCB_OVER };

long __syscall(long number, long a, long b, long c, long d, long e, long f);
/* A call that may wait, and is a point of cancellation. */
long __wait_call(long number, long a, long b, long c, long d, long e, long f);
int __clone(void *(*fn)(void *), void *arg, void *stack_top, long flags, int *parent_tid,
            void *tls, int *child_tid);
/* -errno of the kernel becomes -1 and errno. */
long __result(long r);

#define CALL0(n) __result(__syscall(n, 0, 0, 0, 0, 0, 0))
#define CALL1(n, a) __result(__syscall(n, (long)(a), 0, 0, 0, 0, 0))
#define CALL2(n, a, b) __result(__syscall(n, (long)(a), (long)(b), 0, 0, 0, 0))
#define CALL3(n, a, b, c) __result(__syscall(n, (long)(a), (long)(b), (long)(c), 0, 0, 0))
#define CALL4(n, a, b, c, d) \
    __result(__syscall(n, (long)(a), (long)(b), (long)(c), (long)(d), 0, 0))
#define CALL5(n, a, b, c, d, e) \
    __result(__syscall(n, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), 0))
#define CALL6(n, a, b, c, d, e, f) \
    __result(__syscall(n, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f)))

static inline struct __tcb *__self(void)
{
    char *tp;

    __asm__("mv %0, tp" : "=r"(tp));
    return (struct __tcb *)(tp - TCB_ROOM);
}

/* Times as the kernel has them. */
struct __ktime { int64_t sec, nsec; };

/* A lock of the library's own; a no-op's price while there is one thread. */
void __lock(int *lock);
void __unlock(int *lock);

/* Sleep while *at == value, until a time by `clock` (NULL: for ever). -errno; a point of
 * cancellation if `cancel`. */
int __futex_until(int *at, int value, int clock, const struct timespec *until, int cancel);

void __flush_all(void);
struct __tls { char *image; size_t file, all, align; };
/* Fill in the thread-local variables at tp. */
void __tls_init(char *tp);
size_t __tls_size(void);
void __fork_prepare(void);
void __fork_parent(void);
void __fork_child(void);
/* The end of a thread that was never joined takes its own memory along. */
_Noreturn void __leave(void *stack, size_t size);
#endif
