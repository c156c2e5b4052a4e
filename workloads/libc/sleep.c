/* sleep.c - clocks, timers, and waiting for time or for descriptors. */
#include "internal.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/random.h>
#include <sys/select.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static struct timespec from_kernel(struct __ktime k)
{
    return (struct timespec){ .tv_sec = k.sec, .tv_nsec = (long)k.nsec };
}

int clock_gettime(clockid_t clock, struct timespec *t)
{
    struct __ktime k;

    if (CALL2(SYS_clock_gettime64, clock, &k) < 0)
        return -1;
    *t = from_kernel(k);
    return 0;
}

int clock_getres(clockid_t clock, struct timespec *t)
{
    struct __ktime k;

    if (CALL2(SYS_clock_getres_time64, clock, &k) < 0)
        return -1;
    if (t)
        *t = from_kernel(k);
    return 0;
}

int clock_settime(clockid_t clock, const struct timespec *t)
{
    struct __ktime k = { t->tv_sec, t->tv_nsec };

    return (int)CALL2(SYS_clock_settime64, clock, &k);
}

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *t, struct timespec *left)
{
    struct __ktime k = { t->tv_sec, t->tv_nsec }, rest = { 0, 0 };
    long r = __wait_call(SYS_clock_nanosleep_time64, clock, flags, (long)&k, (long)&rest, 0, 0);

    if (r == -EINTR && left && !(flags & TIMER_ABSTIME))
        *left = from_kernel(rest);
    return (int)-r;
}

int nanosleep(const struct timespec *t, struct timespec *left)
{
    return (int)__result(-clock_nanosleep(CLOCK_REALTIME, 0, t, left));
}

time_t time(time_t *t)
{
    struct timespec now = { 0 };

    clock_gettime(CLOCK_REALTIME, &now);
    if (t)
        *t = now.tv_sec;
    return now.tv_sec;
}

int timespec_get(struct timespec *t, int base)
{
    return base == TIME_UTC && clock_gettime(CLOCK_REALTIME, t) == 0 ? base : 0;
}

clock_t clock(void)
{
    struct timespec t;

    if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t) < 0)
        return -1;
    return (clock_t)(t.tv_sec * CLOCKS_PER_SEC + t.tv_nsec / 1000);
}

int gettimeofday(struct timeval *t, void *zone)
{
    struct timespec now = { 0 };
    int r = clock_gettime(CLOCK_REALTIME, &now);

    if (t)
        *t = (struct timeval){ .tv_sec = now.tv_sec, .tv_usec = now.tv_nsec / 1000 };
    if (zone)
        memset(zone, 0, sizeof(struct timezone));
    return r;
}

int settimeofday(const struct timeval *t, const struct timezone *zone)
{
    struct timespec to = { .tv_sec = t->tv_sec, .tv_nsec = t->tv_usec * 1000 };

    (void)zone;
    return clock_settime(CLOCK_REALTIME, &to);
}

unsigned sleep(unsigned seconds)
{
    struct timespec t = { .tv_sec = seconds };

    return nanosleep(&t, &t) < 0 ? (unsigned)t.tv_sec : 0;
}

int usleep(useconds_t us)
{
    struct timespec t = { .tv_sec = us / 1000000, .tv_nsec = (long)(us % 1000000 * 1000) };

    return nanosleep(&t, NULL);
}

/* ---- timers: itimerval has 32-bit times in the kernel ---- */

struct kernel_timer { int32_t interval[2], value[2]; };

static struct itimerval timer_of(const struct kernel_timer *k)
{
    return (struct itimerval){
        .it_interval = { .tv_sec = k->interval[0], .tv_usec = k->interval[1] },
        .it_value = { .tv_sec = k->value[0], .tv_usec = k->value[1] } };
}

int getitimer(int which, struct itimerval *t)
{
    struct kernel_timer k;

    if (CALL2(SYS_getitimer, which, &k) < 0)
        return -1;
    *t = timer_of(&k);
    return 0;
}

int setitimer(int which, const struct itimerval *t, struct itimerval *old)
{
    struct kernel_timer k = { 0 }, was = { 0 };

    if (t)
        k = (struct kernel_timer){ { (int32_t)t->it_interval.tv_sec, t->it_interval.tv_usec },
                                   { (int32_t)t->it_value.tv_sec, t->it_value.tv_usec } };
    if (CALL3(SYS_setitimer, which, t ? &k : NULL, &was) < 0)
        return -1;
    if (old)
        *old = timer_of(&was);
    return 0;
}

/* In whole microseconds; what was left of the last one. */
static int64_t arm(int64_t us, int64_t interval)
{
    struct itimerval t = { .it_interval = { .tv_sec = interval / 1000000,
                                            .tv_usec = (long)(interval % 1000000) },
                           .it_value = { .tv_sec = us / 1000000, .tv_usec = (long)(us % 1000000) } };
    struct itimerval old = { 0 };

    setitimer(ITIMER_REAL, &t, &old);
    return old.it_value.tv_sec * 1000000 + old.it_value.tv_usec;
}

unsigned alarm(unsigned seconds)
{
    return (unsigned)((arm((int64_t)seconds * 1000000, 0) + 999999) / 1000000);
}

unsigned ualarm(unsigned us, unsigned interval)
{
    return (unsigned)arm(us, interval);
}

/* ---- descriptors ---- */

int ppoll(struct pollfd *fds, nfds_t n, const struct timespec *timeout, const sigset_t *mask)
{
    struct __ktime k = { 0, 0 };

    if (timeout)
        k = (struct __ktime){ timeout->tv_sec, timeout->tv_nsec };
    return (int)__result(__wait_call(SYS_ppoll_time64, (long)fds, (long)n,
                                     (long)(timeout ? &k : NULL), (long)mask, sizeof *mask, 0));
}

int poll(struct pollfd *fds, nfds_t n, int ms)
{
    struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L };

    return ppoll(fds, n, ms < 0 ? NULL : &t, NULL);
}

/* What select asks, as poll asks it. */
static nfds_t ask(struct pollfd *p, int n, const fd_set *in, const fd_set *out,
                  const fd_set *except)
{
    nfds_t used = 0;

    for (int fd = 0; fd < n; fd++) {
        short events = 0;

        if (in && FD_ISSET(fd, in))
            events |= POLLIN;
        if (out && FD_ISSET(fd, out))
            events |= POLLOUT;
        if (except && FD_ISSET(fd, except))
            events |= POLLPRI;
        if (events)
            p[used++] = (struct pollfd){ .fd = fd, .events = events };
    }
    return used;
}

static int answer(const struct pollfd *p, short asked, short means, fd_set *set)
{
    if (!set || !(p->events & asked))
        return 0;
    if (p->revents & means)
        return 1;
    FD_CLR(p->fd, set);
    return 0;
}

int pselect(int n, fd_set *in, fd_set *out, fd_set *except, const struct timespec *timeout,
            const sigset_t *mask)
{
    struct pollfd p[n > 0 && n <= FD_SETSIZE ? n : 1];
    nfds_t used;
    int found = 0;

    if (n < 0 || n > FD_SETSIZE) {
        errno = EINVAL;
        return -1;
    }
    used = ask(p, n, in, out, except);
    if (ppoll(p, used, timeout, mask) < 0)
        return -1;
    for (nfds_t i = 0; i < used; i++)
        if (p[i].revents & POLLNVAL) {
            errno = EBADF;
            return -1;
        }
    for (nfds_t i = 0; i < used; i++)
        found += answer(&p[i], POLLIN, POLLIN | POLLHUP | POLLERR, in) +
                 answer(&p[i], POLLOUT, POLLOUT | POLLERR, out) +
                 answer(&p[i], POLLPRI, POLLPRI, except);
    return found;
}

int select(int n, fd_set *in, fd_set *out, fd_set *except, struct timeval *timeout)
{
    struct timespec t;

    if (timeout)
        t = (struct timespec){ .tv_sec = timeout->tv_sec, .tv_nsec = timeout->tv_usec * 1000 };
    return pselect(n, in, out, except, timeout ? &t : NULL, NULL);
}

ssize_t getrandom(void *buf, size_t n, unsigned flags)
{
    return CALL3(SYS_getrandom, buf, n, flags);
}
