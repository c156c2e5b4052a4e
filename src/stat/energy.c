/* energy.c - follows each hart's power through the events. */
#include <stat/energy.h>

#include <sim/stream.h>
#include <stat/memory.h>

#include <string.h>

const event_set energy_kinds = EVENT_BIT(EV_DISPATCH) | EVENT_BIT(EV_DESCHED) |
                               EVENT_BIT(EV_FREQUENCY) | EVENT_BIT(EV_IDLE) |
                               EVENT_BIT(EV_IDLE_EXIT);

typedef unsigned __int128 fj_t;         /* femtojoules */

struct hart_record {
    tid_t running;              /* TID_NONE: idle */
    int state;                  /* idle state; -1 none */
    uint32_t opp;
    ns_t since;                 /* what came before is in the sums */
    ns_t entered;               /* when its idle state is reached; before: still busy */
    fj_t sum;
    ns_t at_opp[CPU_OPPS], in_state[CPU_IDLE_STATES];
    uint64_t entries[CPU_IDLE_STATES], changes;
};

struct energy {
    const struct config *config;
    struct heap *heap;
    bool failed;
    struct hart_record *hart;
    fj_t *task;                 /* by slot */
    size_t room;
    energy_span_fn *span;
    void *span_ctx;
};

struct energy *energy_create(struct heap *heap, const struct config *c)
{
    struct energy *e = memory_zeroed(heap, 1, sizeof *e);

    if (!e)
        return NULL;
    *e = (struct energy){ .config = c, .heap = heap, .room = (size_t)c->ntasks + 1 };
    e->hart = memory_zeroed(heap, c->ncpus, sizeof *e->hart);
    e->task = memory_zeroed(heap, e->room, sizeof *e->task);
    if (!e->hart || !e->task) {
        energy_destroy(e);
        return NULL;
    }
    for (unsigned h = 0; h < c->ncpus; h++) {
        e->hart[h].running = TID_NONE;
        e->hart[h].state = -1;
        e->hart[h].opp = config_first_opp(c, h);
    }
    return e;
}

void energy_destroy(struct energy *e)
{
    if (!e)
        return;
    memory_free(e->heap, e->hart);
    memory_free(e->heap, e->task);
    memory_free(e->heap, e);
}

bool energy_ok(const struct energy *e)
{
    return !e->failed;
}

static uint32_t busy_power(const struct cpu_config *c, const struct hart_record *h)
{
    return c->nopps ? c->opps[h->opp].uw : 0;
}

static fj_t span(ns_t from, ns_t to)
{
    return to > from ? (fj_t)(uint64_t)(to - from) : 0;
}

/* Energy from h->since to `to`. */
static fj_t drawn(const struct cpu_config *c, const struct hart_record *h, ns_t to)
{
    if (h->running != TID_NONE)
        return span(h->since, to) * busy_power(c, h);
    if (h->state < 0)
        return 0;
    ns_t border = h->entered < to ? h->entered : to;

    border = border > h->since ? border : h->since;
    return span(h->since, border) * busy_power(c, h) +
           span(border, to) * c->idle[h->state].uw;
}

static fj_t *task_sum(struct energy *e, tid_t tid)
{
    if (tid >= e->room) {
        size_t room = 2 * (size_t)tid + 1;
        fj_t *more = memory_resize(e->heap, e->task, room * sizeof *more);

        if (!more) {
            e->failed = true;
            return NULL;
        }
        memset(more + e->room, 0, (room - e->room) * sizeof *more);
        e->task = more;
        e->room = room;
    }
    return &e->task[tid];
}

/* The same for who watches, in spans of one power each. */
static void tell(const struct energy *e, unsigned hart, ns_t to)
{
    const struct hart_record *h = &e->hart[hart];
    const struct cpu_config *c = &e->config->cpus[hart];
    uint32_t busy = busy_power(c, h);

    if (!e->span)
        return;
    if (h->running != TID_NONE) {
        e->span(e->span_ctx, hart, h->since, to, busy, c->nopps ? c->opps[h->opp].mhz : c->mhz);
        return;
    }
    if (h->state < 0)
        return;
    ns_t border = h->entered < to ? h->entered : to;

    border = border > h->since ? border : h->since;
    e->span(e->span_ctx, hart, h->since, border, busy, 0);
    e->span(e->span_ctx, hart, border, to, c->idle[h->state].uw, 0);
}

/* Bring the sums of a hart up to `at`. */
static void settle(struct energy *e, unsigned hart, ns_t at)
{
    struct hart_record *h = &e->hart[hart];
    fj_t got = drawn(&e->config->cpus[hart], h, at);

    tell(e, hart, at);
    h->sum += got;
    if (h->running != TID_NONE) {
        fj_t *task = task_sum(e, h->running);

        h->at_opp[h->opp] += at - h->since;
        if (task)
            *task += got;
    } else if (h->state >= 0) {
        h->in_state[h->state] += at - h->since;
    }
    h->since = at;
}

void energy_watch(struct energy *e, energy_span_fn *fn, void *ctx)
{
    e->span = fn;
    e->span_ctx = ctx;
}

void energy_settle(struct energy *e, ns_t now)
{
    for (unsigned h = 0; h < e->config->ncpus; h++)
        settle(e, h, now);
}

static void new_frequency(struct energy *e, struct hart_record *h, const struct event *v)
{
    const struct cpu_config *c = &e->config->cpus[v->hart];

    for (uint32_t i = 0; i < c->nopps; i++)
        if (c->opps[i].mhz == (uint64_t)v->a)
            h->opp = i;
    h->changes += v->at > 0;
}

void energy_event(struct energy *e, const struct event *v)
{
    if (v->hart >= e->config->ncpus)
        return;
    struct hart_record *h = &e->hart[v->hart];

    settle(e, v->hart, v->at);
    switch (v->kind) {
    case EV_DISPATCH: h->running = v->tid; break;
    case EV_DESCHED: h->running = TID_NONE; break;
    case EV_FREQUENCY: new_frequency(e, h, v); break;
    case EV_IDLE_EXIT: h->state = -1; break;
    default:
        h->state = (int)v->a;
        h->entered = v->at + e->config->cpus[v->hart].idle[h->state].entry;
        h->entries[h->state]++;
        break;
    }
}

static double joules(fj_t fj)
{
    return (double)((long double)fj / 1e15L);
}

void energy_hart(const struct energy *e, unsigned hart, ns_t now, struct hart_energy *out)
{
    const struct cpu_config *c = &e->config->cpus[hart];
    struct hart_record h = e->hart[hart];
    uint32_t uw = h.running != TID_NONE || (h.state >= 0 && now < h.entered)
                      ? busy_power(c, &h) : h.state >= 0 ? c->idle[h.state].uw : 0;

    *out = (struct hart_energy){ .joules = joules(h.sum + drawn(c, &h, now)), .state = h.state,
                                 .mhz = c->nopps ? c->opps[h.opp].mhz : c->mhz,
                                 .watts = (double)uw / 1e6, .changes = h.changes };
    if (h.running != TID_NONE)
        h.at_opp[h.opp] += now - h.since;
    else if (h.state >= 0)
        h.in_state[h.state] += now - h.since;
    memcpy(out->at_opp, h.at_opp, sizeof out->at_opp);
    memcpy(out->in_state, h.in_state, sizeof out->in_state);
    memcpy(out->entries, h.entries, sizeof out->entries);
}

double energy_joules(const struct energy *e, ns_t now)
{
    fj_t sum = 0;

    for (unsigned h = 0; h < e->config->ncpus; h++)
        sum += e->hart[h].sum + drawn(&e->config->cpus[h], &e->hart[h], now);
    return joules(sum);
}

double energy_task(const struct energy *e, tid_t tid, ns_t now)
{
    fj_t sum = tid < e->room ? e->task[tid] : 0;

    for (unsigned h = 0; h < e->config->ncpus; h++)
        if (e->hart[h].running == tid)
            sum += drawn(&e->config->cpus[h], &e->hart[h], now);
    return joules(sum);
}

double energy_task_ended(struct energy *e, tid_t tid)
{
    double sum = tid < e->room ? joules(e->task[tid]) : 0;

    if (tid < e->room)
        e->task[tid] = 0;
    return sum;
}
