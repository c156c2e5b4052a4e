/* sys_time.c - clocks and sleeping. The real-time clock starts at the workload's
 * machine.date, or at 0: a run must not depend on the host's calendar. */
#include <kern/syscall.h>

#define NS_PER_S INT64_C(1000000000)

/* --- clocks --- */

static int32_t clock_now(struct sysc *c, uint32_t clock, ns_t *now)
{
    ns_t user, kernel;

    switch (clock) {
    case G_CLOCK_MONOTONIC: case G_CLOCK_MONOTONIC_RAW: case G_CLOCK_MONOTONIC_COARSE:
    case G_CLOCK_BOOTTIME:
        *now = c->k->engine->now;
        return 0;
    case G_CLOCK_REALTIME: case G_CLOCK_REALTIME_COARSE:
    case G_CLOCK_TAI:           /* as Linux without NTP: no leap seconds are known */
        *now = c->k->config->date + c->k->engine->now;
        return 0;
    case G_CLOCK_PROCESS_CPUTIME:
        proc_times(c->k, c->p, &user, &kernel);
        *now = user + kernel;
        return 0;
    case G_CLOCK_THREAD_CPUTIME:
        *now = thread_time(c->k, c->t);
        return 0;
    default:
        return -G_EINVAL;
    }
}

static struct gabi_timespec64 timespec64(ns_t ns)
{
    return (struct gabi_timespec64){ ns / NS_PER_S, ns % NS_PER_S };
}

static struct gabi_timespec32 timespec32(ns_t ns)
{
    return (struct gabi_timespec32){ (int32_t)(ns / NS_PER_S), (int32_t)(ns % NS_PER_S) };
}

int32_t sys_clock_gettime64(struct sysc *c)
{
    ns_t now;
    int32_t err = clock_now(c, c->a[0], &now);

    if (err)
        return err;
    struct gabi_timespec64 ts = timespec64(now);
    return copy_out(c, c->a[1], &ts, sizeof ts);
}

int32_t sys_clock_gettime32(struct sysc *c)
{
    ns_t now;
    int32_t err = clock_now(c, c->a[0], &now);

    if (err)
        return err;
    struct gabi_timespec32 ts = timespec32(now);
    return copy_out(c, c->a[1], &ts, sizeof ts);
}

int32_t sys_clock_getres64(struct sysc *c)
{
    struct gabi_timespec64 ts = { 0, 1 };
    ns_t now;
    int32_t err = clock_now(c, c->a[0], &now);

    return err || !c->a[1] ? err : copy_out(c, c->a[1], &ts, sizeof ts);
}

int32_t sys_gettimeofday(struct sysc *c)
{
    ns_t now = c->k->config->date + c->k->engine->now;
    struct gabi_timeval32 tv = { (int32_t)(now / NS_PER_S),
                                 (int32_t)(now / 1000 % 1000000) };
    static const uint32_t zone[2];
    int32_t err;

    if (c->a[0] && (err = user_writable(c, c->a[0], sizeof tv)))
        return err;
    if (c->a[1] && (err = copy_out(c, c->a[1], zone, sizeof zone)))
        return err;
    return c->a[0] ? copy_out(c, c->a[0], &tv, sizeof tv) : 0;
}

static uint32_t ticks(ns_t ns)
{
    return (uint32_t)(ns / (NS_PER_S / G_USER_HZ));
}

int32_t sys_times(struct sysc *c)
{
    struct gabi_tms tms;
    ns_t user, kernel, child_user, child_kernel;
    int32_t err;

    proc_times(c->k, c->p, &user, &kernel);
    proc_child_times(c->p, &child_user, &child_kernel);
    tms = (struct gabi_tms){ ticks(user), ticks(kernel), ticks(child_user),
                             ticks(child_kernel) };
    if (c->a[0] && (err = copy_out(c, c->a[0], &tms, sizeof tms)))
        return err;
    return (int32_t)(ticks(c->k->engine->now) & INT32_MAX);
}

/* --- sleeping --- */

/* ns of a time given; -EINVAL if it is none. Far beyond any run is NS_MAX. */
static int32_t to_ns(int64_t sec, int64_t nsec, ns_t *ns)
{
    if (sec < 0 || nsec < 0 || nsec >= NS_PER_S)
        return -G_EINVAL;
    *ns = sec >= NS_MAX / NS_PER_S ? NS_MAX : sec * NS_PER_S + nsec;
    return 0;
}

static int32_t time_in(struct sysc *c, uint32_t va, bool wide, ns_t *ns)
{
    struct gabi_timespec64 ts;
    struct gabi_timespec32 ts32;
    int32_t err = wide ? copy_in(c, &ts, va, sizeof ts) : copy_in(c, &ts32, va, sizeof ts32);

    if (err)
        return err;
    return wide ? to_ns(ts.sec, ts.nsec, ns) : to_ns(ts32.sec, ts32.nsec, ns);
}

static int32_t time_out(struct sysc *c, uint32_t va, bool wide, ns_t ns)
{
    struct gabi_timespec64 ts = timespec64(ns);
    struct gabi_timespec32 ts32 = timespec32(ns);

    return wide ? copy_out(c, va, &ts, sizeof ts) : copy_out(c, va, &ts32, sizeof ts32);
}

static ns_t later(ns_t now, ns_t by)
{
    return by < NS_MAX - now ? now + by : NS_MAX;
}

/* request and remain as in nanosleep; absolute: request is a time of the clock, which is
 * `ahead` of the run's. */
static int32_t sleep_until(struct sysc *c, uint32_t request, uint32_t remain, bool wide,
                           bool absolute, ns_t ahead)
{
    ns_t now = c->k->engine->now, ns;
    int32_t err;

    if (c->r->state == REQUEST_NEW) {
        if ((err = time_in(c, request, wide, &ns)))
            return err;
        c->r->until = absolute ? ns - ahead : later(now, ns);
        request_sent(c->r);     /* the time counts from here */
    }
    if (now >= c->r->until)
        return 0;
    if (signal_waits(c->ps, c->t)) {
        if (remain && !absolute && (err = time_out(c, remain, wide, c->r->until - now)))
            return err;
        return SYS_INTR;
    }
    return sysc_wait(c, WAIT_SLEEP, UINT32_MAX, NULL, c->r->until);
}

static int32_t clock_sleep(struct sysc *c, bool wide)
{
    ns_t now;
    int32_t err = clock_now(c, c->a[0], &now);

    if (err)
        return err;
    if (c->a[0] == G_CLOCK_THREAD_CPUTIME || c->a[0] == G_CLOCK_PROCESS_CPUTIME)
        return -G_EOPNOTSUPP;
    return sleep_until(c, c->a[2], c->a[3], wide, c->a[1] & G_TIMER_ABSTIME,
                       now - c->k->engine->now);
}

int32_t sys_clock_nanosleep64(struct sysc *c)
{
    return clock_sleep(c, true);
}

int32_t sys_clock_nanosleep32(struct sysc *c)
{
    return clock_sleep(c, false);
}

int32_t sys_nanosleep(struct sysc *c)
{
    return sleep_until(c, c->a[0], c->a[1], false, false, 0);
}
