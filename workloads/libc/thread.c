/* thread.c - threads: their birth, their cancellation, their end. */
#include "internal.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { STACK = 256 << 10 };

static int others;              /* threads besides one */

/* ---- the end ---- */

static struct { int used; void (*destroy)(void *); } keys[KEYS];

static void destroy_values(struct __tcb *t)
{
    for (int round = 0, found = 1; found && round < PTHREAD_DESTRUCTOR_ITERATIONS; round++) {
        found = 0;
        for (int k = 0; t->values && k < KEYS; k++) {
            void *v = (void *)(uintptr_t)t->values[k];

            t->values[k] = NULL;
            if (v && keys[k].used && keys[k].destroy) {
                found = 1;
                keys[k].destroy(v);
            }
        }
    }
    free(t->values);
    t->values = NULL;
}

static _Noreturn void end(struct __tcb *t)
{
    int joinable = TCB_JOINABLE;

    if (__atomic_fetch_sub(&others, 1, __ATOMIC_ACQ_REL) == 0)
        exit(0);                /* the last one takes the process along */
    if (!__atomic_compare_exchange_n(&t->state, &joinable, TCB_OVER, 0, __ATOMIC_ACQ_REL,
                                     __ATOMIC_ACQUIRE) && t->stack) {
        sigset_t all;

        sigfillset(&all);
        sigprocmask(SIG_BLOCK, &all, NULL);
        __syscall(SYS_set_tid_address, 0, 0, 0, 0, 0, 0);
        __leave(t->stack, t->stack_size);
    }
    for (;;)
        __syscall(SYS_exit, 0, 0, 0, 0, 0, 0);
}

_Noreturn void pthread_exit(void *result)
{
    struct __tcb *t = __self();

    t->cancel_off = 1;
    t->result = result;
    while (t->cleanup) {
        struct __cleanup *c = t->cleanup;

        t->cleanup = c->next;
        c->fn(c->arg);
    }
    destroy_values(t);
    end(t);
}

/* ---- the beginning ---- */

static void *run(void *arg)
{
    struct __tcb *t = arg;

    pthread_exit(t->fn(t->arg));
}

/* A thread's own block and variables lie at the upper end of its stack. */
static struct __tcb *lay_out(char *stack, size_t size)
{
    char *tp = (char *)((uintptr_t)(stack + size - __tls_size()) & ~(uintptr_t)63);
    struct __tcb *t = (struct __tcb *)(tp - TCB_ROOM);

    memset(t, 0, TCB_ROOM);
    __tls_init(tp);
    return t;
}

static struct __tcb *make(const pthread_attr_t *attr)
{
    size_t size = (attr ? attr->stack_size : STACK) + 4095 + TCB_ROOM + __tls_size();
    struct __tcb *t;
    char *stack;

    if (attr && attr->stack)
        return lay_out(attr->stack, attr->stack_size);
    size &= ~(size_t)4095;
    stack = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (stack == MAP_FAILED)
        return NULL;
    t = lay_out(stack, size);
    t->stack = stack;
    t->stack_size = size;
    return t;
}

int pthread_create(pthread_t *out, const pthread_attr_t *attr, void *(*fn)(void *), void *arg)
{
    const long flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
                       CLONE_SYSVSEM | CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID;
    struct __tcb *t = make(attr);
    int r;

    if (!t)
        return EAGAIN;
    t->fn = fn;
    t->arg = arg;
    t->tid = -1;
    t->state = attr && attr->detached ? TCB_DETACHED : TCB_JOINABLE;
    __atomic_fetch_add(&others, 1, __ATOMIC_ACQ_REL);
    *out = t;
    r = __clone(run, t, t, flags, &t->tid, (char *)t + TCB_ROOM, &t->tid);
    if (r < 0) {
        __atomic_fetch_sub(&others, 1, __ATOMIC_ACQ_REL);
        if (t->stack)
            munmap(t->stack, t->stack_size);
        return r == -ENOMEM ? EAGAIN : -r;
    }
    if (attr && attr->inherit == PTHREAD_EXPLICIT_SCHED)
        __syscall(SYS_sched_setscheduler, r, attr->policy, (long)&attr->param, 0, 0, 0);
    return 0;
}

static void give_back(struct __tcb *t, void **result)
{
    if (result)
        *result = t->result;
    if (t->stack)
        munmap(t->stack, t->stack_size);
}

int pthread_join(pthread_t t, void **result)
{
    int tid;

    if (t == __self())
        return EDEADLK;
    if (__atomic_load_n(&t->state, __ATOMIC_ACQUIRE) == TCB_DETACHED)
        return EINVAL;
    while ((tid = __atomic_load_n(&t->tid, __ATOMIC_ACQUIRE)) != 0)
        __wait_call(SYS_futex_time64, (long)&t->tid, 0, tid, 0, 0, 0);
    give_back(t, result);
    return 0;
}

int pthread_tryjoin_np(pthread_t t, void **result)
{
    if (__atomic_load_n(&t->tid, __ATOMIC_ACQUIRE) != 0)
        return EBUSY;
    give_back(t, result);
    return 0;
}

int pthread_detach(pthread_t t)
{
    int state = TCB_JOINABLE;

    if (__atomic_compare_exchange_n(&t->state, &state, TCB_DETACHED, 0, __ATOMIC_ACQ_REL,
                                    __ATOMIC_ACQUIRE))
        return 0;
    return state == TCB_DETACHED ? EINVAL : pthread_join(t, NULL);
}

pthread_t pthread_self(void) { return __self(); }
int pthread_equal(pthread_t a, pthread_t b) { return a == b; }
int pthread_yield(void) { return sched_yield(); }

/* ---- cancellation ---- */

extern char __wait_call_at[], __wait_call_end[], __wait_call_cancel[];
_Noreturn void __cancelled(void);
long __cancellable(const int *cancelled, long number, long a, long b, long c, long d, long e,
                   long f) __asm__("__wait_call_at");

_Noreturn void __cancelled(void)
{
    pthread_exit(PTHREAD_CANCELED);
}

long __wait_call(long number, long a, long b, long c, long d, long e, long f)
{
    struct __tcb *t = __self();
    long r;

    if (t->cancel_off)
        return __syscall(number, a, b, c, d, e, f);
    r = __cancellable(&t->cancelled, number, a, b, c, d, e, f);
    if (r == -EINTR && t->cancelled)
        __cancelled();
    return r;
}

static void on_cancel(int sig, siginfo_t *info, void *context)
{
    struct __tcb *t = __self();
    unsigned long *pc = &((ucontext_t *)context)->uc_mcontext.gregs[0];

    (void)sig, (void)info;
    if (!t->cancelled || t->cancel_off)
        return;
    if (t->cancel_async) {
        sigdelset(&((ucontext_t *)context)->uc_sigmask, SIGCANCEL);
        *pc = (unsigned long)(uintptr_t)__cancelled;
    } else if (*pc >= (unsigned long)__wait_call_at && *pc < (unsigned long)__wait_call_end) {
        *pc = (unsigned long)__wait_call_cancel;
    }
}

int pthread_cancel(pthread_t t)
{
    static int ready;
    struct sigaction act = { .sa_sigaction = on_cancel, .sa_flags = SA_SIGINFO | SA_RESTART };

    if (!ready) {
        sigaction(SIGCANCEL, &act, NULL);
        ready = 1;
    }
    __atomic_store_n(&t->cancelled, 1, __ATOMIC_SEQ_CST);
    if (t == __self()) {
        if (t->cancel_async && !t->cancel_off)
            __cancelled();
        return 0;
    }
    return pthread_kill(t, SIGCANCEL);
}

void pthread_testcancel(void)
{
    struct __tcb *t = __self();

    if (t->cancelled && !t->cancel_off)
        __cancelled();
}

int pthread_setcancelstate(int state, int *old)
{
    if (state != PTHREAD_CANCEL_ENABLE && state != PTHREAD_CANCEL_DISABLE)
        return EINVAL;
    if (old)
        *old = __self()->cancel_off;
    __self()->cancel_off = state;
    return 0;
}

int pthread_setcanceltype(int type, int *old)
{
    if (type != PTHREAD_CANCEL_DEFERRED && type != PTHREAD_CANCEL_ASYNCHRONOUS)
        return EINVAL;
    if (old)
        *old = __self()->cancel_async;
    __self()->cancel_async = type;
    if (type == PTHREAD_CANCEL_ASYNCHRONOUS)
        pthread_testcancel();
    return 0;
}

void __cleanup_push(struct __cleanup *c)
{
    c->next = __self()->cleanup;
    __self()->cleanup = c;
}

void __cleanup_pop(int run_it)
{
    struct __cleanup *c = __self()->cleanup;

    __self()->cleanup = c->next;
    if (run_it)
        c->fn(c->arg);
}

/* ---- values of a thread's own ---- */

static int keys_lock;

int pthread_key_create(pthread_key_t *key, void (*destroy)(void *))
{
    unsigned k = 0;

    __lock(&keys_lock);
    while (k < KEYS && keys[k].used)
        k++;
    if (k < KEYS) {
        keys[k].used = 1;
        keys[k].destroy = destroy;
    }
    __unlock(&keys_lock);
    *key = k;
    return k < KEYS ? 0 : EAGAIN;
}

int pthread_key_delete(pthread_key_t key)
{
    if (key >= KEYS || !keys[key].used)
        return EINVAL;
    keys[key].used = 0;
    return 0;
}

void *pthread_getspecific(pthread_key_t key)
{
    struct __tcb *t = __self();

    return t->values && key < KEYS ? (void *)(uintptr_t)t->values[key] : NULL;
}

int pthread_setspecific(pthread_key_t key, const void *value)
{
    struct __tcb *t = __self();

    if (key >= KEYS || !keys[key].used)
        return EINVAL;
    if (!t->values && !(t->values = calloc(KEYS, sizeof *t->values)))
        return ENOMEM;
    t->values[key] = value;
    return 0;
}
