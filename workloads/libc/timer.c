/* timer.c - timer_create and its kin. SIGEV_THREAD has a thread for each timer, which waits
 * for the timer's signal and calls the function itself. */
#include "internal.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { TIMERS = 32, SIGTIMER = 32 };

struct kernel_event { union sigval value; int signo, notify, tid, room[12]; };
struct kernel_setting { struct __ktime interval, value; };

static struct helper {          /* by timer */
    pthread_t thread;
    void (*call)(union sigval);
    union sigval value;
    int id;                     /* the kernel's number */
    int used, over;
} helpers[TIMERS];

static void *help(void *arg)
{
    struct helper *h = arg;
    siginfo_t info;
    sigset_t set;

    sigemptyset(&set);
    set.bits[0] |= 1u << (SIGTIMER - 1);
    while (!__atomic_load_n(&h->over, __ATOMIC_ACQUIRE))
        if (sigwaitinfo(&set, &info) == SIGTIMER && info.si_code == SI_TIMER)
            h->call(h->value);
    return NULL;
}

/* A thread to whom the signal may go: it is blocked there before it can come. */
static struct helper *start_helper(const struct sigevent *e)
{
    struct helper *h = helpers;
    sigset_t all, old;
    int err;

    while (h < helpers + TIMERS && __atomic_exchange_n(&h->used, 1, __ATOMIC_ACQ_REL))
        h++;
    if (h == helpers + TIMERS) {
        errno = EAGAIN;
        return NULL;
    }
    h->call = e->sigev_notify_function;
    h->value = e->sigev_value;
    h->over = 0;
    all = (sigset_t){ { ~0u, ~0u } };
    sigprocmask(SIG_SETMASK, &all, &old);
    err = pthread_create(&h->thread, e->sigev_notify_attributes, help, h);
    sigprocmask(SIG_SETMASK, &old, NULL);
    if (!err)
        return h;
    h->used = 0;
    errno = err;
    return NULL;
}

static void end_helper(struct helper *h)
{
    int tid = h->thread->tid;

    pthread_detach(h->thread);
    __atomic_store_n(&h->over, 1, __ATOMIC_RELEASE);
    tgkill(getpid(), tid, SIGTIMER);
    __atomic_store_n(&h->used, 0, __ATOMIC_RELEASE);
}

/* timer_t: the kernel's number, or where the helper is. */
static struct helper *helper_of(timer_t t)
{
    struct helper *h = t;

    return (uintptr_t)h >= (uintptr_t)helpers && (uintptr_t)h < (uintptr_t)(helpers + TIMERS) ? h
                                                                                   : NULL;
}

static int number_of(timer_t t)
{
    return helper_of(t) ? helper_of(t)->id : (int)(uintptr_t)t;
}

int timer_create(clockid_t clock, struct sigevent *event, timer_t *timer)
{
    struct kernel_event k = { .signo = SIGALRM };
    struct helper *h = NULL;
    int id;

    if (event) {
        k.value = event->sigev_value;
        k.signo = event->sigev_signo;
        k.notify = event->sigev_notify;
        k.tid = event->sigev_notify_thread_id;
    }
    if (k.notify == SIGEV_THREAD) {
        if (!(h = start_helper(event)))
            return -1;
        k.signo = SIGTIMER;
        k.notify = SIGEV_THREAD_ID;
        k.tid = h->thread->tid;
    }
    if (CALL3(SYS_timer_create, clock, event ? &k : NULL, &id) < 0) {
        if (h)
            end_helper(h);
        return -1;
    }
    if (h)
        h->id = id;
    *timer = h ? (timer_t)h : (timer_t)(uintptr_t)id;
    return 0;
}

int timer_delete(timer_t timer)
{
    int r = (int)CALL1(SYS_timer_delete, number_of(timer));

    if (!r && helper_of(timer))
        end_helper(helper_of(timer));
    return r;
}

static struct timespec from_kernel(struct __ktime k)
{
    return (struct timespec){ .tv_sec = k.sec, .tv_nsec = (long)k.nsec };
}

int timer_settime(timer_t timer, int flags, const struct itimerspec *to, struct itimerspec *old)
{
    struct kernel_setting new = { { to->it_interval.tv_sec, to->it_interval.tv_nsec },
                                  { to->it_value.tv_sec, to->it_value.tv_nsec } }, was;
    int r = (int)CALL4(SYS_timer_settime64, number_of(timer), flags, &new, &was);

    if (!r && old)
        *old = (struct itimerspec){ from_kernel(was.interval), from_kernel(was.value) };
    return r;
}

int timer_gettime(timer_t timer, struct itimerspec *now)
{
    struct kernel_setting is;
    int r = (int)CALL2(SYS_timer_gettime64, number_of(timer), &is);

    if (!r)
        *now = (struct itimerspec){ from_kernel(is.interval), from_kernel(is.value) };
    return r;
}

int timer_getoverrun(timer_t timer)
{
    return (int)CALL1(SYS_timer_getoverrun, number_of(timer));
}
