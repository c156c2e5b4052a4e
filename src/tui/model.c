/* model.c - events in, the state of the screens out. */
#include <tui/model.h>

#include <sim/check.h>
#include <stat/follow.h>
#include <stat/memory.h>
#include <stat/strip.h>
#include <stdio.h>
#include <string.h>

/* Few tasks have long pasts. */
static uint32_t states_of_one(const struct config *c)
{
    uint32_t n = MODEL_STATES / (c->ntasks + 1);

    return n < 32 ? 32 : n > 4096 ? 4096 : n;
}

bool model_init(struct model *m, struct heap *heap, const struct config *c,
                const struct machine_ops *ops)
{
    *m = (struct model){ .heap = heap, .config = c, .ops = ops,
                         .state_limit = states_of_one(c) };
    m->log = memory_zeroed(heap, MODEL_LOG, sizeof *m->log);
    m->marks = memory_zeroed(heap, MODEL_MARKS, sizeof *m->marks);
    m->harts = memory_zeroed(heap, c->ncpus, sizeof *m->harts);
    m->states = memory_zeroed(heap, MODEL_TRACKED, sizeof *m->states);
    m->locks = memory_zeroed(heap, model_locks(m) + 1, sizeof *m->locks);
    bool disk = c->disk.model != DISK_NONE;
    m->disk = disk ? memory_zeroed(heap, 1, sizeof *m->disk) : NULL;
    m->memory = memory_zeroed(heap, 1, sizeof *m->memory);
    if (c->power)
        m->trails = memory_zeroed(heap, c->ncpus, sizeof *m->trails);
    if (!m->log || !m->marks || !m->harts || !m->states || !m->locks || (disk && !m->disk) ||
        !m->memory || (c->power && !m->trails)) {
        model_free(m);
        return false;
    }
    for (uint32_t h = 0; h < c->ncpus; h++)
        m->harts[h].heap = heap;
    for (uint32_t i = 0; i < model_locks(m); i++)
        m->locks[i].heap = heap;
    for (uint32_t h = 0; m->trails && h < c->ncpus; h++)
        m->trails[h].track.heap = heap;
    for (uint32_t t = 0; t < MODEL_TRACKED; t++)
        m->states[t].heap = heap;
    strip_symbols(c, m->symbols, sizeof m->symbols);
    return true;
}

uint32_t model_locks(const struct model *m)
{
    return m->config->nlocks < MODEL_LOCKS ? m->config->nlocks : MODEL_LOCKS;
}

static void free_texts(struct model *m)
{
    for (tid_t t = 0; t < m->ntasks; t++)
        memory_free(m->heap, m->tasks[t].text);
}

void model_free(struct model *m)
{
    if (m->machine)
        stream_unsubscribe(m->ops->stream(m->machine), model_event, m);
    free_texts(m);
    for (uint32_t h = 0; m->harts && h < m->config->ncpus; h++)
        track_free(&m->harts[h]);
    for (uint32_t i = 0; m->locks && i < model_locks(m); i++)
        track_free(&m->locks[i]);
    for (uint32_t h = 0; m->trails && h < m->config->ncpus; h++)
        track_free(&m->trails[h].track);
    for (uint32_t t = 0; m->states && t < MODEL_TRACKED; t++)
        track_free(&m->states[t]);
    memory_free(m->heap, m->disk);
    memory_free(m->heap, m->memory);
    memory_free(m->heap, m->log);
    memory_free(m->heap, m->marks);
    memory_free(m->heap, m->harts);
    memory_free(m->heap, m->locks);
    memory_free(m->heap, m->trails);
    memory_free(m->heap, m->states);
    memory_free(m->heap, m->tasks);
    *m = (struct model){ 0 };
}

void model_begin(struct model *m, struct machine *machine)
{
    free_texts(m);
    for (uint32_t h = 0; h < m->config->ncpus; h++)
        track_clear(&m->harts[h]);
    for (uint32_t h = 0; m->trails && h < m->config->ncpus; h++)
        trail_begin(&m->trails[h], m->config, h);
    for (uint32_t t = 0; t < MODEL_TRACKED; t++)
        track_clear(&m->states[t]);
    for (uint32_t i = 0; i < model_locks(m); i++)
        track_clear(&m->locks[i]);
    m->machine = machine;
    if (m->disk)
        diskbook_begin(m->disk, m->ops->disk, machine);
    membook_begin(m->memory, machine ? m->ops->memory : NULL, machine);
    m->now = 0;
    m->count = m->fresh = m->dispatches = m->nmarks = 0;
    m->ntasks = 0;
    memset(m->in_state, 0, sizeof m->in_state);
    m->misses = m->faults = m->deadlocks = m->aborts = m->switches = 0;
    m->end = MACHINE_RUNNING;
    m->crash[0] = '\0';
    if (machine && !stream_subscribe(m->ops->stream(machine), EVENTS_ALL, model_event, m))
        m->lost_memory = true;
}

/* --- names and symbols --- */

char model_symbol(const struct model *m, tid_t tid)
{
    if (tid < sizeof m->symbols && m->symbols[tid])
        return m->symbols[tid];
    return strip_symbol(tid);
}

unsigned model_paint(tid_t tid)
{
    return PAINT_TASK + tid % PAINT_TASKS;
}

const char *model_name(const struct model *m, tid_t tid, char *buf, size_t size)
{
    if (tid == TID_NONE || !m->machine) {
        snprintf(buf, size, "-");
        return buf;
    }
    return m->ops->name(m->machine, tid, buf, size);
}

/* --- tasks --- */

static const struct model_task unborn = {
    .state = TASK_UNBORN, .hart = HART_NONE, .object = UINT32_MAX,
    .arrival = NS_MAX, .start = NS_MAX, .finish = NS_MAX, .console = TID_NONE,
};

/* The slot of a task that an event names; NULL without memory. */
static struct model_task *task_slot(struct model *m, tid_t tid)
{
    if (tid >= m->capacity) {
        tid_t capacity = m->capacity ? m->capacity : m->config->ntasks + 1;
        struct model_task *tasks;

        while (capacity <= tid)
            capacity *= 2;
        tasks = memory_resize(m->heap, m->tasks, capacity * sizeof *tasks);
        if (!tasks) {
            m->lost_memory = true;
            return NULL;
        }
        m->tasks = tasks;
        m->capacity = capacity;
    }
    while (m->ntasks <= tid) {
        tid_t t = m->ntasks;

        m->tasks[t] = unborn;
        m->in_state[TASK_UNBORN]++;
        m->ntasks++;
    }
    return &m->tasks[tid];
}

/* Bring a task's times up to `now`. */
static void settle(struct model_task *t, ns_t now)
{
    ns_t span = now - t->since;

    if (span <= 0)
        return;                 /* the overhead of its dispatch is not over yet */
    if (t->state == TASK_RUNNABLE)
        t->waiting += span;
    else if (t->state == TASK_SLEEPING && t->cause != WAIT_RELEASE)
        t->blocked += span;
    else if (t->state == TASK_RUNNING)
        t->received += span;
    t->since = now;
}

/* What the event makes of the task's state. */
static void follow(struct model *m, struct model_task *t, const struct event *e)
{
    unsigned next = follow_after(t->follows, e), shown = follow_shown(next);
    bool over = shown == TASK_DEAD || (shown == TASK_SLEEPING && t->cause == WAIT_RELEASE);

    settle(t, e->at);
    if (next == t->follows && e->kind != EV_BLOCK)
        return;
    CHECK(m->in_state[t->state] > 0);
    m->in_state[t->state]--;
    m->in_state[shown]++;
    t->follows = (uint8_t)next;
    t->state = (uint8_t)shown;
    t->since = e->at;
    if (e->tid >= MODEL_TRACKED)
        return;
    if (over)
        track_end(&m->states[e->tid], e->at);
    else
        track_begin(&m->states[e->tid], e->at, 0,
                    shown == TASK_SLEEPING ? shown | (uint32_t)t->cause << 8 : shown,
                    m->state_limit);
}

struct model_task model_task(const struct model *m, tid_t tid)
{
    struct model_task t = tid < m->ntasks ? m->tasks[tid] : unborn;

    settle(&t, m->now);
    return t;
}

/* --- events --- */

static void add_mark(struct model *m, const struct event *e, bool miss)
{
    m->marks[m->nmarks++ % MODEL_MARKS] = (struct mark){ e->at, e->tid, miss, 0 };
}

static void on_switch(struct model *m, const struct event *e)
{
    m->switches++;
    m->marks[m->nmarks++ % MODEL_MARKS] =
        (struct mark){ e->at, TID_NONE, false, (int32_t)e->a };
}

static void on_dispatch(struct model *m, struct model_task *t, const struct event *e)
{
    uint32_t limit = MODEL_PIECES / m->config->ncpus;

    m->dispatches++;
    if (e->hart < m->config->ncpus)
        track_begin(&m->harts[e->hart], e->at, e->a, e->tid, limit);
    follow(m, t, e);
    t->since = e->at + e->a;
    t->hart = e->hart;
    t->stretches++;
    if (t->start == NS_MAX)
        t->start = e->at;
}

static void on_lock(struct model *m, const struct event *e)
{
    struct track *t = e->a >= 0 && e->a < model_locks(m) ? &m->locks[e->a] : NULL;

    if (t && e->kind == EV_LOCK)
        track_begin(t, e->at, 0, e->tid, MODEL_PIECES / model_locks(m));
    else if (t)
        track_end(t, e->at);
}

static void on_desched(struct model *m, struct model_task *t, const struct event *e)
{
    ns_t received = t->received;

    if (e->hart < m->config->ncpus)
        track_end(&m->harts[e->hart], e->at);
    if (e->a == STOP_PREEMPTED)
        t->preempted++;
    if (!follow_on_hart(t->follows))
        return;                 /* it has ended */
    if (t->follows == TASK_RUNNING)
        t->cause = WAIT_NONE;   /* until the event that says it */
    follow(m, t, e);
    t->received = received + e->b;
}

static void on_block(struct model *m, struct model_task *t, const struct event *e)
{
    t->cause = (uint8_t)e->a;
    t->object = e->a == WAIT_LOCK || e->a == WAIT_MSG ? (uint32_t)e->b : UINT32_MAX;
    follow(m, t, e);
}

static void on_exit_event(struct model *m, struct model_task *t, const struct event *e)
{
    follow(m, t, e);
    t->finish = e->at;
    t->status = (int32_t)e->a;
    t->signal = (int32_t)e->b;
}

tid_t model_console(const struct model *m, tid_t tid)
{
    tid_t console = tid < m->ntasks ? m->tasks[tid].console : TID_NONE;

    return console == TID_NONE ? tid : console;
}

static void on_output(struct model *m, tid_t tid)
{
    struct model_task *t = &m->tasks[model_console(m, tid)];
    char chunk[4096];
    size_t n;

    while ((n = m->ops->output(m->machine, tid, chunk, sizeof chunk)) > 0) {
        uint32_t keep = MODEL_TEXT - (uint32_t)n;

        if (m->output)
            m->output(m->ctx, tid, chunk, n);
        if (!t->text && !(t->text = memory_resize(m->heap, NULL, MODEL_TEXT))) {
            m->lost_memory = true;
            continue;
        }
        if (t->text_size > keep) {
            memmove(t->text, t->text + t->text_size - keep, keep);
            t->text_size = keep;
        }
        memcpy(t->text + t->text_size, chunk, n);
        t->text_size += (uint32_t)n;
    }
}

/* Before the child arrives: it shares the console of its maker, or of whoever that shares. */
static void on_fork(struct model *m, const struct event *e)
{
    struct model_task *child = task_slot(m, (tid_t)e->a);

    if (child)
        child->console = model_console(m, e->tid);
}

/* A forked task takes the slot of one that is gone. */
static void reuse_slot(struct model *m, struct model_task *t)
{
    tid_t console = t->console;

    CHECK(t->state == TASK_DEAD && m->in_state[TASK_DEAD] > 0);
    memory_free(m->heap, t->text);
    *t = unborn;
    t->console = console;       /* said with the fork, before it arrived */
    m->in_state[TASK_DEAD]--;
    m->in_state[TASK_UNBORN]++;
}

static void on_task_event(struct model *m, struct model_task *t, const struct event *e)
{
    switch (e->kind) {
    case EV_ARRIVE:
        if (t->state == TASK_DEAD)
            reuse_slot(m, t);
        t->arrival = e->at;
        add_mark(m, e, false);
        follow(m, t, e);
        break;
    case EV_JOB_RELEASE:
        if (t->arrival != e->at)
            add_mark(m, e, false);
        break;
    case EV_WAKE:       follow(m, t, e); break;
    case EV_DISPATCH:   on_dispatch(m, t, e); break;
    case EV_DESCHED:    on_desched(m, t, e); break;
    case EV_BLOCK:      on_block(m, t, e); break;
    case EV_EXIT:       on_exit_event(m, t, e); break;
    case EV_JOB_FINISH: t->jobs++; break;
    case EV_JOB_MISS:
        t->misses++;
        m->misses++;
        add_mark(m, e, true);
        break;
    case EV_JOB_ABORT:
        m->aborts++;
        t->jobs++;
        break;
    case EV_LOCK:
    case EV_UNLOCK:     on_lock(m, e); break;
    case EV_OUTPUT:     on_output(m, e->tid); break;
    case EV_FORK:       on_fork(m, e); break;
    default:            break;
    }
}

void model_event(void *ctx, const struct event *e)
{
    struct model *m = ctx;
    struct model_task *t = e->tid == TID_NONE ? NULL : task_slot(m, e->tid);

    m->log[m->count++ % MODEL_LOG] = *e;
    m->now = e->at;
    if (m->disk)
        diskbook_event(m->disk, e);
    membook_event(m->memory, e);
    if (t)
        on_task_event(m, t, e);
    if (m->trails && e->hart < m->config->ncpus)
        trail_event(&m->trails[e->hart], m->config, e, MODEL_PIECES / m->config->ncpus);
    if (e->kind == EV_DEADLOCK && !m->deadlocks++)
        m->first_deadlock = *e;
    else if (e->kind == EV_POLICY_FAULT && ++m->faults)
        m->last_fault = *e;
    else if (e->kind == EV_POLICY_SWITCH)
        on_switch(m, e);
    else if (e->kind == EV_END)
        m->end = (enum machine_end)e->a;
}

/* --- looking --- */

void model_peek(const struct model *m, tid_t tid, struct peek_task *out)
{
    const struct process_config *p = config_process(m->config, tid);

    *out = (struct peek_task){ .tid = tid, .process = UINT32_MAX, .hart = HART_NONE,
                               .queue = UINT32_MAX, .deadline = NS_MAX };
    if (p) {
        out->process = (uint32_t)(p - m->config->processes);
        out->priority = p->priority;
        out->nice = p->nice;
    }
    if (m->machine && !m->crash[0] && tid < m->ntasks
        && m->tasks[tid].state != TASK_UNBORN)
        m->ops->task(m->machine, tid, out);
}

uint64_t model_log_first(const struct model *m)
{
    return m->count > MODEL_LOG ? m->count - MODEL_LOG : 0;
}

const struct event *model_log(const struct model *m, uint64_t i)
{
    return i >= model_log_first(m) && i < m->count ? &m->log[i % MODEL_LOG] : NULL;
}

uint64_t model_mark_from(const struct model *m, ns_t at)
{
    uint64_t low = m->nmarks > MODEL_MARKS ? m->nmarks - MODEL_MARKS : 0;
    uint64_t high = m->nmarks;

    while (low < high) {
        uint64_t middle = low + (high - low) / 2;

        if (m->marks[middle % MODEL_MARKS].at < at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const char *model_time(const struct config *c, ns_t t, int decimals, char *buf,
                      size_t size)
{
    char digits[32];
    ns_t unit = c->time_unit, rest;
    int n = 0, kept = 0;

    if (t == NS_MAX) {
        snprintf(buf, size, "-");
        return buf;
    }
    rest = (t < 0 ? -t : t) % unit;
    while (n < decimals && n < (int)sizeof digits - 1 && rest) {
        __int128 ten = (__int128)rest * 10;

        digits[n] = (char)('0' + (int)(ten / unit));
        rest = (ns_t)(ten % unit);
        if (digits[n++] != '0')
            kept = n;
    }
    digits[kept] = '\0';
    snprintf(buf, size, "%s%lld%s%s", t < 0 ? "-" : "",
             (long long)((t < 0 ? -t : t) / unit), kept ? "." : "", digits);
    return buf;
}
