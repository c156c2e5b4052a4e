/* metrics.c - the subscriber: follows every task and hart through the events.
 *
 * Runs inside the simulation's hot loop. An event touches one task record and one
 * hart record; whatever needs a pass over the tasks is left to metrics_run.c.
 */
#include <stat/metrics_state.h>

#include <sim/stream.h>

#include <math.h>
#include <stdlib.h>
#include <stat/memory.h>
#include <string.h>

const event_set metrics_kinds =
    EVENT_BIT(EV_ARRIVE) | EVENT_BIT(EV_DISPATCH) | EVENT_BIT(EV_DESCHED)
    | EVENT_BIT(EV_BLOCK) | EVENT_BIT(EV_WAKE) | EVENT_BIT(EV_EXIT)
    | EVENT_BIT(EV_JOB_RELEASE) | EVENT_BIT(EV_JOB_FINISH) | EVENT_BIT(EV_JOB_MISS)
    | EVENT_BIT(EV_JOB_ABORT) | EVENT_BIT(EV_JOB_SKIP) | EVENT_BIT(EV_SEND)
    | EVENT_BIT(EV_DEADLOCK) | EVENT_BIT(EV_POLICY_FAULT) | EVENT_BIT(EV_END)
    | EVENT_BIT(EV_SYSCALL) | EVENT_BIT(EV_ENOSYS) | EVENT_BIT(EV_TRAP)
    | EVENT_BIT(EV_EVICT) | EVENT_BIT(EV_SWAP_IN) | EVENT_BIT(EV_SWAP_OUT)
    | EVENT_BIT(EV_OOM_KILL) | EVENT_BIT(EV_SUSPEND) | EVENT_BIT(EV_SHOOTDOWN)
    | EVENT_BIT(EV_PAGE_FAULT) | EVENT_BIT(EV_SIGNAL) | EVENT_BIT(EV_FORK)
    | EVENT_BIT(EV_KERNEL) | EVENT_BIT(EV_DISK_START) | EVENT_BIT(EV_DISK_DONE)
    | EVENT_BIT(EV_FLASH_WRITE) | EVENT_BIT(EV_CROSSING) | EVENT_BIT(EV_MESSAGE)
    | EVENT_BIT(EV_REPLY) | EVENT_BIT(EV_VCPU_OFF) | EVENT_BIT(EV_VCPU_ON)
    | EVENT_BIT(EV_VM_EXIT) | EVENT_BIT(EV_VCPU_SPEED)
    | EVENT_BIT(EV_FREQUENCY) | EVENT_BIT(EV_IDLE) | EVENT_BIT(EV_IDLE_EXIT)
    | EVENT_BIT(EV_FAULT) | EVENT_BIT(EV_LOST) | EVENT_BIT(EV_REPAIRED)
    | EVENT_BIT(EV_WORK_LOST) | EVENT_BIT(EV_PANIC);

/* --- memory --- */

/* Without a list of harts all are alike. */
static void set_speed(const struct metrics *m, struct hart_record *h, uint32_t mhz, uint32_t parts)
{
    const struct config *c = m->config;

    h->mhz = mhz;
    h->parts = parts;
    h->speed = (c->cpus ? (uint64_t)mhz * cpu_dmips(&c->cpus[h - m->harts]) : 1) * parts;
}

static void set_speeds(struct metrics *m)
{
    const struct config *c = m->config;
    uint32_t parts = config_parts(c);

    m->fastest = 1;
    for (unsigned h = 0; h < c->ncpus; h++) {
        uint32_t top = c->cpus ? cpu_speed(&c->cpus[h]) : 1;

        set_speed(m, &m->harts[h], c->cpus ? config_first_mhz(c, h) : 1, parts);
        m->fastest = top > m->fastest ? top : m->fastest;
    }
    /* What is interpreted is as on a hart that is as much slower. */
    m->fastest *= (uint64_t)config_slowdown(c) * parts;
}

struct metrics *metrics_create(const struct config *c)
{
    return metrics_create_in(NULL, c);
}

struct metrics *metrics_create_in(struct heap *heap, const struct config *c)
{
    struct metrics *m = memory_zeroed(heap, 1, sizeof *m);

    if (!m)
        return NULL;
    m->config = c;
    m->heap = m->response.heap = m->lateness.heap = heap;
    m->room = (size_t)c->ntasks + 1;
    m->nslots = c->ntasks;
    m->tasks = memory_zeroed(heap, m->room, sizeof *m->tasks);
    m->harts = memory_zeroed(heap, c->ncpus, sizeof *m->harts);
    m->energy = c->power ? energy_create(heap, c) : NULL;
    if (!m->tasks || !m->harts || (c->power && !m->energy)) {
        metrics_destroy(m);
        return NULL;
    }
    for (unsigned h = 0; h < c->ncpus; h++)
        m->harts[h].running = m->harts[h].last = TID_NONE;
    set_speeds(m);
    m->first_arrival = m->last_finish = NS_MAX;
    return m;
}

void metrics_destroy(struct metrics *m)
{
    if (!m)
        return;
    hist_free(&m->response);
    hist_free(&m->lateness);
    energy_destroy(m->energy);
    memory_free(m->heap, m->tasks);
    memory_free(m->heap, m->rests);
    memory_free(m->heap, m->jobs);
    memory_free(m->heap, m->job_rests);
    memory_free(m->heap, m->splits);
    memory_free(m->heap, m->past);
    memory_free(m->heap, m->harts);
    memory_free(m->heap, m);
}

bool metrics_ok(const struct metrics *m)
{
    return !m->failed && (!m->energy || energy_ok(m->energy));
}

/* Room for element n of a growing array. False: no memory. */
static bool grow(struct metrics *m, void *array, size_t *room, size_t n, size_t size)
{
    void **p = array;

    if (n < *room)
        return true;
    size_t more = *room ? *room + *room / 2 : 16;

    if (more <= n)
        more = n + 16;
    char *bigger = memory_resize(m->heap, *p, more * size);

    if (!bigger) {
        m->failed = true;
        return false;
    }
    *p = bigger;
    *room = more;
    return true;
}

/* One element more, zeroed; its number, from 1. 0: no memory. */
static uint32_t claim(struct metrics *m, void *array, size_t *n, size_t *room, size_t size)
{
    if (!grow(m, array, room, *n, size))
        return 0;
    memset(*(char **)array + *n * size, 0, size);
    return (uint32_t)++*n;
}
#define CLAIM(m, array, n) claim(m, &(m)->array, &(m)->n, &(m)->array##_room, sizeof *(m)->array)

static inline struct task_record *record(struct metrics *m, tid_t tid)
{
    if (__builtin_expect(tid < m->nslots, 1))
        return &m->tasks[tid];
    if (tid == TID_NONE || !grow(m, &m->tasks, &m->room, tid, sizeof *m->tasks))
        return NULL;
    memset(m->tasks + m->nslots, 0, (tid + 1 - m->nslots) * sizeof *m->tasks);
    m->nslots = (size_t)tid + 1;
    return &m->tasks[tid];
}

/* NULL: no memory. All of these are borrowed until the next one is made. */
static struct task_rest *rest_of(struct metrics *m, struct task_record *t)
{
    if (!t->rest)
        t->rest = CLAIM(m, rests, nrests);
    return t->rest ? &m->rests[t->rest - 1] : NULL;
}

static struct job_record *job_of(struct metrics *m, struct task_record *t)
{
    if (!t->jobs)
        t->jobs = CLAIM(m, jobs, njobs);
    return t->jobs ? &m->jobs[t->jobs - 1] : NULL;
}

static struct job_rest *job_rest_of(struct metrics *m, struct job_record *j)
{
    if (!j->rest)
        j->rest = CLAIM(m, job_rests, njob_rests) & 0x7fffffff;
    return j->rest ? &m->job_rests[j->rest - 1] : NULL;
}

/* --- where a task's time goes --- */

static void add_blocked(struct metrics *m, struct task_record *t, ns_t span)
{
    unsigned cause = t->cause < WAIT_CAUSES ? t->cause : WAIT_NONE;
    struct task_rest *r = cause == WAIT_RELEASE ? NULL : rest_of(m, t);

    if (!r)
        return;
    if (!r->split && r->blocked && r->only_cause != cause) {
        r->split = CLAIM(m, splits, nsplits);
        if (r->split)
            m->splits[r->split - 1].by[r->only_cause] = r->blocked;
    }
    if (r->split)
        m->splits[r->split - 1].by[cause] += span;
    r->only_cause = (uint8_t)cause;
    r->blocked += span;
}

/* Book the time since the last change of state. Running time is booked as a whole
 * when the stretch ends. */
static inline void settle(struct metrics *m, struct task_record *t, ns_t at)
{
    ns_t span = at - t->since;

    if (t->state == TASK_RUNNABLE)
        t->waiting += span;
    else if (t->state == TASK_SLEEPING && span)
        add_blocked(m, t, span);
    t->since = at;
}

static void on_arrive(struct metrics *m, const struct event *e)
{
    struct task_record *t = record(m, e->tid);

    if (!t)
        return;
    if (t->state == TASK_DEAD) {
        if (!grow(m, &m->past, &m->past_room, m->npast, sizeof *m->past))
            return;
        m->past[m->npast++] = (struct past_record){
            e->tid, m->energy ? energy_task_ended(m->energy, e->tid) : 0, *t
        };
    }
    *t = (struct task_record){
        .arrival = e->at, .start = NS_MAX, .since = e->at,
        .process = (uint32_t)e->a, .hart = HART_NONE, .state = TASK_RUNNABLE,
    };
    if (m->first_arrival == NS_MAX)
        m->first_arrival = e->at;
    m->arrived++;
}

/* Kernel time is announced when it begins, behind what was announced before. A stretch
 * may end earlier: what did not pass is taken back then. */
static inline void announce_kernel(struct metrics *m, struct hart_record *h, ns_t at, ns_t span)
{
    h->stretch_kernel += span;
    h->kernel += span;
    m->kernel += span;
    h->kernel_until = (h->kernel_until > at ? h->kernel_until : at) + span;
    if (h->kernel_until > m->kernel_until)
        m->kernel_until = h->kernel_until;
}

static void set_off(struct metrics *m, struct hart_record *h, bool off)
{
    m->noff += (uint32_t)off - h->off;
    h->off = off;
}

static void on_dispatch(struct metrics *m, const struct event *e)
{
    struct task_record *t = record(m, e->tid);

    if (!t || e->hart >= m->config->ncpus)
        return;
    struct hart_record *h = &m->harts[e->hart];

    settle(m, t, e->at);
    t->state = (uint8_t)follow_kind(t->state, EV_DISPATCH, e->a);
    t->cause = WAIT_NONE;
    if (t->start == NS_MAX)
        t->start = e->at;
    if (h->last != TID_NONE) {
        bool other = h->last != e->tid;

        m->context_switches += other;
        m->preemptions += other && h->involuntary;
        m->migrations += t->hart != HART_NONE && t->hart != e->hart;
    }
    m->dispatches++;
    t->hart = e->hart;
    h->running = h->last = e->tid;
    h->involuntary = false;
    h->since = e->at;
    h->weighed = 0;
    h->stretch_kernel = 0;
    set_off(m, h, false);
    announce_kernel(m, h, e->at, e->a);
    m->open_since += e->at;
    m->nrunning++;
}

static inline void add_overhead(struct metrics *m, struct task_record *t, ns_t kernel)
{
    struct task_rest *r = kernel ? rest_of(m, t) : NULL;

    if (r)
        r->overhead += kernel;
}

/* `ran` is what the stretch of its task had of the hart so far. */
static void weigh(struct metrics *m, struct hart_record *h, struct task_record *t, ns_t ran)
{
    struct task_rest *r = h->speed < m->fastest ? rest_of(m, t) : NULL;

    if (r)
        r->lag += lag_of(m, h, t, ran - h->weighed);
    h->weighed = ran;
}

static void on_speed(struct metrics *m, const struct event *e)
{
    struct task_record *t = e->tid == TID_NONE ? NULL : record(m, e->tid);
    struct hart_record *h = &m->harts[e->hart];

    if (e->hart >= m->config->ncpus)
        return;
    if (t)
        weigh(m, h, t, e->b);
    set_speed(m, h, e->kind == EV_FREQUENCY ? (uint32_t)e->a : h->mhz,
              e->kind == EV_VCPU_SPEED ? (uint32_t)e->a : h->parts);
}

static void on_desched(struct metrics *m, const struct event *e)
{
    struct task_record *t = record(m, e->tid);

    if (!t || e->hart >= m->config->ncpus || m->harts[e->hart].running != e->tid)
        return;
    struct hart_record *h = &m->harts[e->hart];
    ns_t stretch = e->at - h->since, kernel = stretch - e->b;

    weigh(m, h, t, e->b);
    t->cpu += e->b;
    add_overhead(m, t, kernel);
    h->kernel += kernel - h->stretch_kernel;
    m->kernel += kernel - h->stretch_kernel;
    h->kernel_until = e->at;
    set_off(m, h, false);
    h->busy += stretch;
    m->busy += stretch;
    m->open_since -= h->since;
    m->nrunning--;
    h->running = TID_NONE;
    h->involuntary = e->a == STOP_EXPIRED || e->a == STOP_PREEMPTED;
    if (follow_on_hart(t->state))       /* else it ended a moment ago */
        t->since = e->at;
    t->state = (uint8_t)follow_kind(t->state, EV_DESCHED, e->a);
}

/* May come just before or just after the end of the stretch, and also for a task
 * that is queued or asleep, when its job is given up. */
static void on_block(struct metrics *m, const struct event *e)
{
    struct task_record *t = record(m, e->tid);

    if (!t)
        return;
    if (!follow_on_hart(t->state))
        settle(m, t, e->at);
    t->state = (uint8_t)follow_kind(t->state, EV_BLOCK, e->a);
    t->cause = (uint8_t)e->a;
}

static void on_wake(struct metrics *m, const struct event *e)
{
    struct task_record *t = record(m, e->tid);

    if (!t || t->state != TASK_SLEEPING)
        return;
    settle(m, t, e->at);
    t->state = (uint8_t)follow_kind(t->state, EV_WAKE, e->a);
    t->cause = WAIT_NONE;
}

ns_t metrics_kernel(const struct metrics *m, ns_t now)
{
    ns_t kernel = m->kernel;

    for (uint32_t h = 0; (now < m->kernel_until || m->noff) && h < m->config->ncpus; h++)
        kernel -= kernel_to_come(&m->harts[h], now);
    return kernel;
}

/* The last finish so far, and what the harts had done by then: shares of the
 * makespan leave out what comes after it. */
static void note_finish(struct metrics *m, ns_t at)
{
    m->last_finish = at;
    m->busy_at_finish = m->busy + (ns_t)m->nrunning * at - m->open_since;
    m->kernel_at_finish = metrics_kernel(m, at);
}

static void on_exit_task(struct metrics *m, const struct event *e)
{
    struct task_record *t = record(m, e->tid);

    if (!t || t->state == TASK_DEAD || t->state == TASK_UNBORN)
        return;
    settle(m, t, e->at);
    t->state = (uint8_t)follow_kind(t->state, EV_EXIT, e->a);
    struct task_rest *r = e->a || e->b ? rest_of(m, t) : NULL;
    if (r) {
        r->exit_status = (int32_t)e->a;
        r->exit_signal = (uint8_t)e->b;
    }
    if (t->start == NS_MAX && !e->b &&
        !(t->jobs && job_rest(m, &m->jobs[t->jobs - 1])->aborted))
        t->start = e->at;       /* it needed no hart */
    m->finished++;
    note_finish(m, e->at);
}

/* --- jobs --- */

static ns_t job_release_at(const struct metrics *m, const struct task_record *t,
                           const struct job_record *j, uint64_t job)
{
    ns_t period = t->process < m->config->nprocesses
        ? m->config->processes[t->process].period : 0;

    return t->arrival + job_rest(m, j)->offset + (ns_t)(job - 1) * period;
}

/* Its first job tells when job 1 was, or would have been. */
static void first_released(struct metrics *m, struct task_record *t, struct job_record *j,
                           const struct event *e)
{
    ns_t offset = e->at - job_release_at(m, t, j, (uint64_t)e->a);
    struct job_rest *r = offset ? job_rest_of(m, j) : NULL;

    if (r)
        r->offset = offset;
    j->released = 1;
}

/* Jobs end and miss in order, so one number says which were counted. */
static bool is_counted(const struct metrics *m, const struct job_record *j, uint64_t job)
{
    uint64_t n = jobs_counted(m, j);

    return n && job <= n + job_rest(m, j)->ahead;
}

/* It is the last one in jobs_counted now. */
static void note_counted(struct metrics *m, struct job_record *j, uint64_t job)
{
    uint64_t ahead = job - jobs_counted(m, j);
    struct job_rest *r = ahead != job_rest(m, j)->ahead ? job_rest_of(m, j) : NULL;

    if (r)
        r->ahead = ahead;
}

/* A job was not done in time, or given up. */
static void count_miss(struct metrics *m, struct job_record *j, uint64_t job)
{
    struct job_rest *r = is_counted(m, j, job) ? NULL : job_rest_of(m, j);

    if (!r)
        return;
    r->misses++;
    r->open++;
    note_counted(m, j, job);
}

/* A job has finished, and is among those that did. */
static void count_finish(struct metrics *m, struct job_record *j, uint64_t job, bool counted,
                         bool late)
{
    struct job_rest *r = counted || late ? job_rest_of(m, j) : NULL;

    if (r && counted)
        r->open--;
    else if (r)
        r->misses++;
    if (!counted)
        note_counted(m, j, job);
}

/* What a job has asked for is what its task got since the job before it was over.
 * response NS_MAX: it was given up. */
static void end_of_job(struct metrics *m, const struct task_record *t,
                       struct job_record *j, const struct event *e, ns_t response)
{
    ns_t all = metrics_asked(m, t, e->tid, e->at);
    ns_t asked = all - j->asked_before;

    j->asked_before = all;
    if (response == NS_MAX)
        return;
    if (asked > 0) {
        j->slowdown_sum += (double)response / (double)asked;
        return;
    }
    struct job_rest *r = job_rest_of(m, j);
    if (r)
        r->idle++;
}

static void add_response(struct metrics *m, struct job_record *j, ns_t response)
{
    bool first = !j->finished && !job_rest(m, j)->finished_high;

    if (first || response < j->response_min)
        j->response_min = response;
    if (first || response > j->response_max)
        j->response_max = response;
    j->response_sum += (uint64_t)response;
    bool carry = j->response_sum < (uint64_t)response, wrap = !++j->finished;
    struct job_rest *r = carry || wrap ? job_rest_of(m, j) : NULL;
    if (r) {
        r->response_high += carry;
        r->finished_high += wrap;
    }
    hist_add(&m->response, response);
}

static void add_lateness(struct metrics *m, struct job_record *j, ns_t late)
{
    struct job_rest *r = late > 0 ? job_rest_of(m, j) : NULL;

    if (r) {
        r->tardiness_sum += late;
        m->tardiness_sum += late;
    }
    hist_add(&m->lateness, late);
}

static void job_finished(struct metrics *m, struct task_record *t, struct job_record *j,
                         const struct event *e)
{
    ns_t response = e->at - job_release_at(m, t, j, (uint64_t)e->a);
    bool counted = is_counted(m, j, (uint64_t)e->a);

    if (t->start == NS_MAX)     /* it needed no hart */
        t->start = e->at;
    add_response(m, j, response);
    count_finish(m, j, (uint64_t)e->a, counted, e->at > e->b);
    end_of_job(m, t, j, e, response);
    note_finish(m, e->at);
    if (e->b != NS_MAX)
        add_lateness(m, j, e->at - e->b);
}

static void on_job(struct metrics *m, const struct event *e)
{
    struct task_record *t = record(m, e->tid);
    struct job_record *j = t ? job_of(m, t) : NULL;
    struct job_rest *r;

    if (!j)
        return;
    switch (e->kind) {
    case EV_JOB_RELEASE:
        if (!j->released)
            first_released(m, t, j, e);
        break;
    case EV_JOB_FINISH:
        job_finished(m, t, j, e);
        break;
    case EV_JOB_ABORT:
        end_of_job(m, t, j, e, NS_MAX);
        count_miss(m, j, (uint64_t)e->a);
        if ((r = job_rest_of(m, j)))
            r->aborted++;
        break;
    case EV_JOB_MISS:
        count_miss(m, j, (uint64_t)e->a);
        break;
    default:
        if ((r = job_rest_of(m, j)))
            r->skipped++;
        break;
    }
}

static void on_kernel(struct metrics *m, const struct event *e)
{
    if (e->hart >= m->config->ncpus)
        return;
    announce_kernel(m, &m->harts[e->hart], e->at, e->a);
}

/* Time that its real hart was not there, or worked for the kernel under it, is not the
 * task's. What was announced before stands still meanwhile, as the task does. An exit on
 * behalf of a cpu that is off, and what is left of one (`rest`), is part of what is `ahead`
 * when it is on again. */
static void on_virtual(struct metrics *m, const struct event *e)
{
    if (e->hart >= m->config->ncpus || m->harts[e->hart].running == TID_NONE)
        return;
    struct hart_record *h = &m->harts[e->hart];

    if (e->kind == EV_VM_EXIT) {
        if (!h->off)
            announce_kernel(m, h, e->at, e->b);
    } else if (e->kind == EV_VCPU_OFF) {
        h->held = kernel_to_come(h, e->at) - e->a;
        h->stretch_kernel -= e->a;
        h->kernel -= e->a;
        m->kernel -= e->a;
        h->off_at = e->at;
        set_off(m, h, true);
    } else {
        set_off(m, h, false);
        h->stretch_kernel += e->a - e->b;
        h->kernel += e->a - e->b;
        m->kernel += e->a - e->b;
        h->kernel_until = e->at + h->held;
        announce_kernel(m, h, e->at, e->b);
    }
}

/* Several may be served at once: only what is new of the time counts. */
static void on_disk_start(struct metrics *m, const struct event *e)
{
    ns_t from = m->disk_until > e->at ? m->disk_until : e->at, end = e->at + e->b;

    m->disk_cylinders += (uint64_t)e->a;
    if (end > from) {
        m->disk_busy += end - from;
        m->disk_until = end;
    }
}

/* A service is lost, or there again; it is down as long as any is. */
static void on_service(struct metrics *m, const struct event *e)
{
    uint32_t before = m->down, bit = 1u << e->a;

    if (e->kind == EV_LOST) {
        m->services_lost++;
        m->down |= bit;
    } else
        m->down &= ~bit;
    if (!before && m->down)
        m->down_since = e->at;
    if (before && !m->down)
        m->downtime += e->at - m->down_since;
}

void metrics_event(void *metrics, const struct event *e)
{
    struct metrics *m = metrics;

    m->now = e->at;
    if (m->energy && EVENT_BIT(e->kind) & energy_kinds)
        energy_event(m->energy, e);
    switch (e->kind) {
    case EV_ARRIVE: on_arrive(m, e); break;
    case EV_DISPATCH: on_dispatch(m, e); break;
    case EV_DESCHED: on_desched(m, e); break;
    case EV_BLOCK: on_block(m, e); break;
    case EV_WAKE: on_wake(m, e); break;
    case EV_EXIT: on_exit_task(m, e); break;
    case EV_JOB_RELEASE:
    case EV_JOB_FINISH:
    case EV_JOB_MISS:
    case EV_JOB_ABORT:
    case EV_JOB_SKIP: on_job(m, e); break;
    case EV_KERNEL: on_kernel(m, e); break;
    case EV_FREQUENCY:
    case EV_VCPU_SPEED: on_speed(m, e); break;
    case EV_VCPU_OFF:
    case EV_VCPU_ON:
    case EV_VM_EXIT: on_virtual(m, e); break;
    case EV_MESSAGE:
    case EV_REPLY:
    case EV_SEND: m->messages++; break;
    case EV_CROSSING: m->crossing += e->a; break;
    case EV_FAULT: m->faults++; break;
    case EV_LOST:
    case EV_REPAIRED: on_service(m, e); break;
    case EV_PANIC: m->panics++; break;
    case EV_WORK_LOST:
        m->work_lost += e->a;
        m->processes_lost++;
        break;
    case EV_DEADLOCK: m->deadlocks++; break;
    case EV_POLICY_FAULT: m->policy_faults++; break;
    case EV_SYSCALL: m->syscalls++; break;
    case EV_ENOSYS: m->enosys++; break;
    case EV_TRAP: m->traps++; break;
    case EV_SIGNAL: m->signals++; break;
    case EV_FORK: m->forks++; break;
    case EV_DISK_START: on_disk_start(m, e); break;
    case EV_DISK_DONE: m->disk_requests++; break;
    case EV_FLASH_WRITE:
        m->flash_written += (uint64_t)e->a;
        m->flash_moved += (uint64_t)e->b;
        break;
    case EV_EVICT: m->evictions++; break;
    case EV_SWAP_OUT: m->swap_out++; break;
    case EV_SWAP_IN: m->swap_in++; break;
    case EV_OOM_KILL: m->oom_kills++; break;
    case EV_SUSPEND: m->suspensions++; break;
    case EV_SHOOTDOWN: m->shootdowns++; break;
    case EV_PAGE_FAULT: *(e->b ? &m->major : &m->minor) += 1; break;
    default: break;
    }
}
