/* powerbook.c - see powerbook.h */
#include <stat/powerbook.h>

#include <sim/check.h>
#include <sim/stream.h>
#include <stat/energy.h>
#include <stat/follow.h>
#include <stat/memory.h>

#include <math.h>

enum { FIRST_WIDTH = 1000 /* ns */, NOBODY = UINT32_MAX };

const event_set powerbook_kinds =
    EVENT_BIT(EV_ARRIVE) | EVENT_BIT(EV_DISPATCH) | EVENT_BIT(EV_BLOCK) | EVENT_BIT(EV_WAKE)
    | EVENT_BIT(EV_DESCHED) | EVENT_BIT(EV_EXIT) | EVENT_BIT(EV_FREQUENCY) | EVENT_BIT(EV_IDLE)
    | EVENT_BIT(EV_IDLE_EXIT);

struct hart_cell {
    unsigned __int128 fj;       /* uW x ns */
    unsigned __int128 cycles;   /* MHz x ns while it had a task */
    ns_t works;
};

struct waiting {
    uint32_t guest;
    uint8_t state;
    bool capped;                /* it sleeps for its cap, and wants a hart all the same */
    ns_t since;
};

struct powerbook {
    const struct config *config;
    struct heap *heap;
    ns_t width, now;
    struct energy *energy;      /* NULL: there are no power tables */
    struct hart_cell *harts;    /* by hart, then column */
    struct waiting *tasks;      /* by tid of the first ntasks; NULL: there are no guests */
    ns_t *steal;                /* by guest, then column */
};

/* --- columns --- */

static void halve(struct powerbook *b)
{
    unsigned guests = b->tasks ? b->config->vm->nguests : 0;

    for (unsigned h = 0; b->energy && h < b->config->ncpus; h++)
        for (unsigned i = 0; i < POWERBOOK_COLUMNS; i++) {
            struct hart_cell *row = b->harts + (size_t)h * POWERBOOK_COLUMNS, both = { 0, 0, 0 };

            for (unsigned k = 2 * i; k < 2 * i + 2 && k < POWERBOOK_COLUMNS; k++) {
                both.fj += row[k].fj;
                both.cycles += row[k].cycles;
                both.works += row[k].works;
            }
            row[i] = both;
        }
    for (unsigned g = 0; g < guests; g++)
        for (unsigned i = 0; i < POWERBOOK_COLUMNS; i++) {
            ns_t *row = b->steal + (size_t)g * POWERBOOK_COLUMNS, both = 0;

            for (unsigned k = 2 * i; k < 2 * i + 2 && k < POWERBOOK_COLUMNS; k++)
                both += row[k];
            row[i] = both;
        }
    b->width *= 2;
}

/* The part of [from, to) that is in one column, from its beginning on. */
struct part { unsigned column; ns_t span; };

static bool next_part(const struct powerbook *b, struct part *p, ns_t *from, ns_t to)
{
    if (*from >= to)
        return false;
    p->column = (unsigned)(*from / b->width);
    CHECK(p->column < POWERBOOK_COLUMNS);       /* reach() has made room */
    ns_t end = (ns_t)(p->column + 1) * b->width;

    p->span = (end < to ? end : to) - *from;
    *from += p->span;
    return true;
}

static void reach(struct powerbook *b, ns_t to)
{
    while (to > POWERBOOK_COLUMNS * b->width)
        halve(b);
    b->now = to > b->now ? to : b->now;
}

static void draw(void *book, unsigned hart, ns_t from, ns_t to, uint32_t uw, uint32_t mhz)
{
    struct powerbook *b = book;
    struct hart_cell *row = b->harts + (size_t)hart * POWERBOOK_COLUMNS;
    struct part p;

    reach(b, to);
    while (next_part(b, &p, &from, to)) {
        struct hart_cell *c = &row[p.column];

        c->fj += (unsigned __int128)uw * (uint64_t)p.span;
        c->cycles += (unsigned __int128)mhz * (uint64_t)p.span;
        c->works += mhz ? p.span : 0;
    }
}

static void wait(struct powerbook *b, struct waiting *w, ns_t to)
{
    ns_t *row = b->steal + (size_t)w->guest * POWERBOOK_COLUMNS;
    struct part p;

    reach(b, to);
    if (w->state == TASK_RUNNABLE || (w->state == TASK_SLEEPING && w->capped))
        while (next_part(b, &p, &w->since, to))
            row[p.column] += p.span;
    w->since = to;
}

/* --- building --- */

static bool take(struct powerbook *b)
{
    const struct config *c = b->config;

    if (c->power) {
        b->energy = energy_create(b->heap, c);
        b->harts = memory_zeroed(b->heap, (size_t)c->ncpus * POWERBOOK_COLUMNS, sizeof *b->harts);
        if (!b->energy || !b->harts)
            return false;
        energy_watch(b->energy, draw, b);
    }
    if (c->vm) {
        b->tasks = memory_zeroed(b->heap, (size_t)c->ntasks + 1, sizeof *b->tasks);
        b->steal = memory_zeroed(b->heap, (size_t)c->vm->nguests * POWERBOOK_COLUMNS,
                                 sizeof *b->steal);
    }
    return !c->vm || (b->tasks && b->steal);
}

struct powerbook *powerbook_create(struct heap *heap, const struct config *c)
{
    struct powerbook *b = memory_zeroed(heap, 1, sizeof *b);

    if (!b)
        return NULL;
    *b = (struct powerbook){ .config = c, .heap = heap, .width = FIRST_WIDTH };
    if (!take(b)) {
        powerbook_destroy(b);
        return NULL;
    }
    for (tid_t t = 0; b->tasks && t < c->ntasks; t++)
        b->tasks[t] = (struct waiting){ NOBODY, TASK_UNBORN, false, 0 };
    for (uint32_t g = 0; b->tasks && g < c->vm->nguests; g++) {
        const struct process_config *p = &c->processes[c->vm->guest[g].process];

        for (uint32_t i = 0; i < p->count; i++)
            b->tasks[p->first + i].guest = g;
    }
    return b;
}

void powerbook_destroy(struct powerbook *b)
{
    if (!b)
        return;
    energy_destroy(b->energy);
    memory_free(b->heap, b->harts);
    memory_free(b->heap, b->tasks);
    memory_free(b->heap, b->steal);
    memory_free(b->heap, b);
}

/* --- what happens --- */

void powerbook_event(void *book, const struct event *e)
{
    struct powerbook *b = book;

    if (b->energy && EVENT_BIT(e->kind) & energy_kinds)
        energy_event(b->energy, e);
    if (!b->tasks || e->tid >= b->config->ntasks || b->tasks[e->tid].guest == NOBODY)
        return;
    struct waiting *w = &b->tasks[e->tid];

    wait(b, w, e->at);
    w->state = (uint8_t)follow_after(w->state, e);
    if (e->kind == EV_BLOCK)
        w->capped = e->a == WAIT_CAP;
}

void powerbook_settle(struct powerbook *b, ns_t now)
{
    if (b->energy)
        energy_settle(b->energy, now);
    for (tid_t t = 0; b->tasks && t < b->config->ntasks; t++)
        if (b->tasks[t].guest != NOBODY)
            wait(b, &b->tasks[t], now);
    reach(b, now);
}

/* --- what there is to say --- */

unsigned powerbook_columns(const struct powerbook *b, ns_t *width)
{
    *width = b->width;
    return (unsigned)((b->now + b->width - 1) / b->width);
}

struct power_column powerbook_hart(const struct powerbook *b, unsigned hart, unsigned column)
{
    struct power_column out = { 0, 0, NAN };
    ns_t from = (ns_t)column * b->width, to = from + b->width < b->now ? from + b->width : b->now;

    if (!b->energy)
        return out;
    const struct hart_cell *c = &b->harts[(size_t)hart * POWERBOOK_COLUMNS + column];
    out.joules = (double)((long double)c->fj / 1e15L);
    if (to > from)
        out.watts = (double)((long double)c->fj / (long double)(to - from) / 1e6L);
    if (c->works)
        out.mhz = (double)((long double)c->cycles / (long double)c->works);
    return out;
}

ns_t powerbook_steal(const struct powerbook *b, unsigned guest, unsigned column)
{
    return b->steal ? b->steal[(size_t)guest * POWERBOOK_COLUMNS + column] : 0;
}
