/* timer.c - timers of processes: getitimer(2), timer_create(2).
 *
 * Differs from Linux: itimers of CPU time are exact, not rounded up to ticks.
 */
#include <kern/syscall.h>
#include <kern/timer.h>

#define NS_PER_S INT64_C(1000000000)

/* --- time by their clocks --- */

void timers_init(struct timers *t)
{
    memset(t, 0, sizeof *t);
    for (unsigned i = 0; i < ALL_TIMERS; i++)
        t->timer[i].at = NS_MAX;
    for (unsigned i = 0; i < PROC_ITIMERS; i++) {
        static const uint8_t signo[PROC_ITIMERS] = { G_SIGALRM, G_SIGVTALRM, G_SIGPROF };
        static const uint8_t clock[PROC_ITIMERS] = { TIMER_REAL, TIMER_USER, TIMER_CPU };

        t->timer[i].used = true;
        t->timer[i].signo = signo[i];
        t->timer[i].clock = clock[i];
    }
    t->timer[LIMIT_TIMER].clock = TIMER_CPU;
    t->most = NS_MAX;
}

/* How many harts the process runs on; what they have done is counted up to now. */
static unsigned running(struct kern *k, const struct proc *p)
{
    unsigned n = 0;

    for (unsigned h = 0; h < k->nharts; h++) {
        tid_t tid = k->hart[h].running;

        if (tid == TID_NONE || proc_of_task(k, tid) != p)
            continue;
        hart_account(k, h);
        n++;
    }
    return n;
}

static ns_t now_by(const struct kern *k, const struct proc *p, const struct timer *t)
{
    ns_t user, kernel;

    switch (t->clock) {
    case TIMER_REAL:
        return k->engine->now;
    case TIMER_THREAD:
        return thread_time_of(k, t->thread);
    default:
        proc_times(k, p, &user, &kernel);
        return t->clock == TIMER_USER ? user : user + kernel;
    }
}

/* Let the pending entry stand at the first of them. */
static void settle(struct kern *k, struct proc *p)
{
    struct timers *ts = proc_timers(p);
    unsigned n = ts->ncpu ? running(k, p) : 0;
    ns_t now = k->engine->now, due = NS_MAX;

    for (unsigned i = 0; i < ALL_TIMERS; i++) {
        const struct timer *t = &ts->timer[i];
        ns_t at = t->at;

        if (at != NS_MAX && t->clock != TIMER_REAL) {
            ns_t left = n ? (at - now_by(k, p, t)) / n : NS_MAX;

            at = !n ? NS_MAX : now + (left > 0 ? left : 1);
        }
        if (at < due)
            due = at;
    }
    if (due == NS_MAX)
        engine_cancel(k->engine, proc_slot(k, p));
    else
        engine_set(k->engine, proc_slot(k, p), due > now ? due : now, PEND_WAKE);
}

/* at NS_MAX: off. */
static void arm(struct timers *ts, struct timer *t, ns_t at, ns_t interval)
{
    bool cpu = t->clock != TIMER_REAL;

    ts->ncpu -= cpu && t->at != NS_MAX;
    t->at = at;
    t->interval = interval;
    ts->ncpu += cpu && t->at != NS_MAX;
}

/* --- expiry --- */

static void tell(struct kern *k, struct proc *p, struct timer *t, uint32_t number)
{
    bool posix = number >= PROC_ITIMERS && number < LIMIT_TIMER;
    struct signote note = { .code = posix ? G_SI_TIMER : G_SI_KERNEL, .value = t->value,
                            .pid = posix ? (int32_t)(number - PROC_ITIMERS) : 0 };

    (void)service_call(k, NULL, SERVICE_TIME, SERVICE_PROC);
    t->told = true;
    if (t->to)
        signal_thread_numbered(k, t->to, t->signo, note);
    else
        signal_process(k, p, t->signo, note);
}

static void expire(struct kern *k, struct proc *p, uint32_t number)
{
    struct timers *ts = proc_timers(p);
    struct timer *t = &ts->timer[number];
    ns_t now = now_by(k, p, t);
    uint64_t times = 1 + (t->interval ? (uint64_t)((now - t->at) / t->interval) : 0);

    if (number == LIMIT_TIMER)
        t->signo = now >= ts->most ? G_SIGKILL : G_SIGXCPU;
    arm(ts, t, t->interval ? t->at + (ns_t)times * t->interval : NS_MAX, t->interval);
    if (!t->signo)
        return;
    if (t->told && t->signo != G_SIGKILL && signal_is_pending(k, p, t->signo)) {
        t->missed += (uint32_t)times;
        return;
    }
    t->missed = (uint32_t)times - 1;
    tell(k, p, t, number);
}

void programs_slot_due(struct kern *k, uint32_t i)
{
    struct proc *p = proc_of_slot(k, i);
    struct timers *ts = proc_timers(p);

    if (ts->ncpu)
        (void)running(k, p);
    for (uint32_t n = 0; n < ALL_TIMERS && proc_lives(p); n++)
        if (ts->timer[n].at != NS_MAX && ts->timer[n].at <= now_by(k, p, &ts->timer[n]))
            expire(k, p, n);
    if (proc_lives(p))
        settle(k, p);
}

void timers_dispatched(struct kern *k, struct proc *p)
{
    if (proc_timers(p)->ncpu)
        settle(k, p);
}

uint32_t timer_delivered(struct proc *p, uint32_t id)
{
    struct timer *t = &proc_timers(p)->timer[PROC_ITIMERS + id % PROC_TIMERS];

    t->told = false;
    t->overrun = t->missed;
    t->missed = 0;
    return t->overrun;
}

static void forget(struct timers *ts, struct timer *t)
{
    arm(ts, t, NS_MAX, 0);
    *t = (struct timer){ .at = NS_MAX };
}

void timers_exec(struct kern *k, struct proc *p)
{
    struct timers *ts = proc_timers(p);

    for (unsigned i = PROC_ITIMERS; i < PROC_ITIMERS + PROC_TIMERS; i++)
        forget(ts, &ts->timer[i]);
    settle(k, p);
}

/* --- RLIMIT_CPU --- */

static ns_t seconds(uint64_t n)
{
    return n >= (uint64_t)(NS_MAX / NS_PER_S) ? NS_MAX : (ns_t)n * NS_PER_S;
}

void timers_limit(struct kern *k, struct proc *p, uint64_t soft, uint64_t hard)
{
    struct timers *ts = proc_timers(p);

    ts->most = seconds(hard);
    arm(ts, &ts->timer[LIMIT_TIMER], seconds(soft ? soft : 1), NS_PER_S);
    settle(k, p);
}

/* --- setitimer --- */

static int32_t timeval_ns(const struct gabi_timeval32 *tv, ns_t *ns)
{
    if (tv->sec < 0 || tv->usec < 0 || tv->usec >= 1000000)
        return -G_EINVAL;
    *ns = tv->sec * NS_PER_S + tv->usec * INT64_C(1000);
    return 0;
}

static struct gabi_timeval32 timeval_of(ns_t ns)
{
    return (struct gabi_timeval32){ (int32_t)(ns / NS_PER_S),
                                    (int32_t)((ns % NS_PER_S + 999) / 1000) };
}

/* Until it expires; 0: off. What is due this instant has not expired yet. */
static ns_t left_of(struct sysc *c, const struct timer *t)
{
    ns_t left = t->at == NS_MAX ? 0 : t->at - now_by(c->k, c->p, t);

    return t->at != NS_MAX && left < 1 ? 1 : left;
}

int32_t sys_getitimer(struct sysc *c)
{
    const struct timer *t = &proc_timers(c->p)->timer[c->a[0] % PROC_ITIMERS];
    struct gabi_itimerval it = { timeval_of(t->interval), timeval_of(left_of(c, t)) };

    if (c->a[0] >= PROC_ITIMERS)
        return -G_EINVAL;
    return copy_out(c, c->a[1], &it, sizeof it);
}

int32_t sys_setitimer(struct sysc *c)
{
    struct timers *ts = proc_timers(c->p);
    struct timer *t = &ts->timer[c->a[0] % PROC_ITIMERS];
    struct gabi_itimerval it = { .interval = { 0, 0 } };
    struct gabi_itimerval old = { timeval_of(t->interval), timeval_of(left_of(c, t)) };
    ns_t value, interval;
    int32_t err;

    if (c->a[0] >= PROC_ITIMERS)
        return -G_EINVAL;
    if (c->a[1] && (err = copy_in(c, &it, c->a[1], sizeof it)))
        return err;
    if ((err = timeval_ns(&it.value, &value)) || (err = timeval_ns(&it.interval, &interval)))
        return err;
    if (c->a[2] && (err = copy_out(c, c->a[2], &old, sizeof old)))
        return err;
    arm(ts, t, value ? now_by(c->k, c->p, t) + value : NS_MAX, interval);
    settle(c->k, c->p);
    return 0;
}

/* --- timer_create --- */

static bool clock_for(uint32_t clock, struct timer *t)
{
    t->realtime = clock == G_CLOCK_REALTIME || clock == G_CLOCK_TAI;
    switch (clock) {
    case G_CLOCK_REALTIME: case G_CLOCK_MONOTONIC: case G_CLOCK_BOOTTIME: case G_CLOCK_TAI:
        t->clock = TIMER_REAL;
        return true;
    case G_CLOCK_PROCESS_CPUTIME:
        t->clock = TIMER_CPU;
        return true;
    case G_CLOCK_THREAD_CPUTIME:
        t->clock = TIMER_THREAD;
        return true;
    default:
        return false;
    }
}

/* Who is to be told, and of what. */
static int32_t event_for(struct sysc *c, uint32_t id, struct timer *t)
{
    struct gabi_sigevent e = { .value = id, .signo = G_SIGALRM };
    int32_t err = c->a[1] ? copy_in(c, &e, c->a[1], sizeof e) : 0;
    uint32_t notify = (uint32_t)e.notify & ~(uint32_t)G_SIGEV_THREAD_ID;
    bool thread = (uint32_t)e.notify & G_SIGEV_THREAD_ID;

    if (err)
        return err;
    if (notify > G_SIGEV_THREAD || (thread && notify != G_SIGEV_SIGNAL))
        return -G_EINVAL;
    t->value = e.value;
    if (notify == G_SIGEV_NONE)
        return 0;
    if (e.signo < 1 || e.signo > G_NSIG ||
        (thread && !proc_has_thread(c->k, c->p, e.tid)))
        return -G_EINVAL;
    t->signo = (uint8_t)e.signo;
    t->to = thread ? e.tid : 0;
    return 0;
}

int32_t sys_timer_create(struct sysc *c)
{
    struct timers *ts = proc_timers(c->p);
    struct timer t = { .used = true, .at = NS_MAX };
    uint32_t id = 0;
    int32_t err;

    if (!clock_for(c->a[0], &t))
        return -G_EINVAL;
    t.thread = t.clock == TIMER_THREAD ? sysc_thread_number(c) : 0;
    while (id < PROC_TIMERS && ts->timer[PROC_ITIMERS + id].used)
        id++;
    if (id == PROC_TIMERS) {
        kern_say(c->k, EV_LIMIT, c->hart, c->r->tid, LIMIT_TIMERS, PROC_TIMERS);
        return -G_EAGAIN;
    }
    if ((err = event_for(c, id, &t)) || (err = copy_out(c, c->a[2], &id, sizeof id)))
        return err;
    ts->timer[PROC_ITIMERS + id] = t;
    return 0;
}

static struct timer *timer_of(struct sysc *c)
{
    struct timer *t = &proc_timers(c->p)->timer[PROC_ITIMERS + c->a[0] % PROC_TIMERS];

    return c->a[0] < PROC_TIMERS && t->used ? t : NULL;
}

static struct gabi_timespec64 timespec_of(ns_t ns)
{
    return (struct gabi_timespec64){ ns / NS_PER_S, ns % NS_PER_S };
}

static struct gabi_itimerspec64 setting_of(struct sysc *c, const struct timer *t)
{
    return (struct gabi_itimerspec64){ timespec_of(t->interval), timespec_of(left_of(c, t)) };
}

int32_t sys_timer_gettime(struct sysc *c)
{
    const struct timer *t = timer_of(c);

    if (!t)
        return -G_EINVAL;
    struct gabi_itimerspec64 it = setting_of(c, t);
    return copy_out(c, c->a[1], &it, sizeof it);
}

static bool timespec_ns(const struct gabi_timespec64 *ts, ns_t *ns)
{
    if (ts->sec < 0 || ts->nsec < 0 || ts->nsec >= NS_PER_S)
        return false;
    *ns = ts->sec >= NS_MAX / NS_PER_S / 2 ? NS_MAX / 2 : ts->sec * NS_PER_S + ts->nsec;
    return true;
}

/* When it first expires, by its clock; NS_MAX: never. */
static ns_t first_at(struct sysc *c, const struct timer *t, ns_t value)
{
    ns_t now = now_by(c->k, c->p, t);

    if (!value)
        return NS_MAX;
    if (!(c->a[1] & G_TIMER_ABSTIME))
        return now + value;
    if (t->realtime)
        value -= c->k->config->date;
    return value > now ? value : now;
}

int32_t sys_timer_settime(struct sysc *c)
{
    struct timer *t = timer_of(c);
    struct gabi_itimerspec64 it, old;
    ns_t value, interval;
    int32_t err;

    if (!t)
        return -G_EINVAL;
    if ((err = copy_in(c, &it, c->a[2], sizeof it)))
        return err;
    if (!timespec_ns(&it.value, &value) || !timespec_ns(&it.interval, &interval))
        return -G_EINVAL;
    old = setting_of(c, t);
    if (c->a[3] && (err = copy_out(c, c->a[3], &old, sizeof old)))
        return err;
    t->overrun = t->missed = 0;
    arm(proc_timers(c->p), t, first_at(c, t, value), interval);
    settle(c->k, c->p);
    return 0;
}

int32_t sys_timer_getoverrun(struct sysc *c)
{
    const struct timer *t = timer_of(c);

    return t ? (int32_t)t->overrun : -G_EINVAL;
}

int32_t sys_timer_delete(struct sysc *c)
{
    struct timer *t = timer_of(c);

    if (!t)
        return -G_EINVAL;
    forget(proc_timers(c->p), t);
    settle(c->k, c->p);
    return 0;
}
