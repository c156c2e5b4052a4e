/* gdb_past.c - what is kept of a run, so that a debugger can go back in it.
 *
 * Snapshots of the machine, as often as costs a few hundredths of the time, and a list of
 * all that came in from outside: what was typed, and what the debugger changed. Going
 * back means putting a snapshot back and running on from there, putting the same in again
 * at the same places. What programs print on that way was printed before and is dropped,
 * and so is every event: subscribers hear each once.
 */
#include "gdb_inside.h"

#include <host/clock.h>
#include <host/pages.h>
#include <sim/stream.h>
#include <stdlib.h>
#include <string.h>

#define BUDGET ((size_t)256 << 20)
#define MS INT64_C(1000000)

enum {
    BATCH = 4096,
    PORTION = 1000000,          /* ns of the machine's that it may run at once, at most, */
    LEAST = 1000,               /* and at least; each instruction of each hart is looked at, */
    EXPECTED_MS = 20,           /* so that what takes longer is cut: Ctrl-C may take 100 ms */
    SHARE = 26,                 /* a snapshot for each SHARE times of what the last one took */
    STEP_COST = 64,             /* a pending entry's effort, in instructions */
};

/* --- snapshots --- */

static struct snapshot_at describe(const struct gdb *g)
{
    uint64_t steps = machine_steps(g->m);

    return (struct snapshot_at){ .now = machine_now(g->m), .events = g->count, .steps = steps,
                                 .cost = g->count + steps * STEP_COST, .typed = g->past.next };
}

static bool same_state(const struct snapshot_at *a, const struct snapshot_at *b)
{
    return a->now == b->now && a->events == b->events && a->steps == b->steps &&
           a->typed == b->typed;
}

static bool take(struct gdb *g)
{
    struct past *p = &g->past;
    struct snapshot_at here = describe(g);
    int64_t start = clock_cpu_ns();

    for (unsigned i = 0; i < snapshots_count(p->snapshots); i++)
        if (same_state(snapshots_at(p->snapshots, i), &here))
            return true;
    bool taken = snapshots_take(p->snapshots, &here);
    p->taken_at = clock_cpu_ns();
    p->take_ns = p->taken_at - start;
    return taken;
}

void past_open(struct gdb *g)
{
    struct past *p = &g->past;
    struct snapshot_region r = { g->s->memory, g->s->size, NULL };

    p->portion = PORTION;
    p->pool_size = BUDGET;
    p->pool = pages_map_large(p->pool_size);
    if (p->pool)
        p->snapshots = snapshots_init(p->pool, p->pool_size, &r, 1, pages_touched);
    if (p->snapshots && !take(g))
        p->snapshots = NULL;
}

static void forget_notes(struct past *p, size_t from)
{
    for (size_t i = from; i < p->nnotes; i++)
        free(p->note[i].bytes);
    p->nnotes = from;
}

void past_close(struct gdb *g)
{
    forget_notes(&g->past, 0);
    free(g->past.note);
    if (g->past.pool)
        pages_unmap(g->past.pool, g->past.pool_size);
}

void past_keep(struct gdb *g)
{
    const struct past *p = &g->past;
    int64_t since = clock_cpu_ns() - p->taken_at, gap = SHARE * p->take_ns;

    if (p->snapshots && since > (gap > 20 * MS ? gap : 20 * MS))
        take(g);
}

/* What was printed again goes nowhere, but has to leave the console. */
static void heard_again(void *ctx, const struct event *e)
{
    struct gdb *g = ctx;
    char buf[512];

    if (e->kind == EV_OUTPUT && !e->kernel)
        while (machine_output(g->m, e->tid, buf, sizeof buf) > 0)
            ;
    if (!e->kernel)
        procs_hear(g, e);
}

static void put_back(struct gdb *g, unsigned i)
{
    struct past *p = &g->past;
    struct stream *s = machine_stream(g->m);

    if (s->count > p->heard)
        p->heard = s->count;
    snapshots_restore(p->snapshots, i);
    stream_told(s, p->heard, heard_again, g);
    g->count = snapshots_at(p->snapshots, i)->events;
    p->next = snapshots_at(p->snapshots, i)->typed;
    p->at_note = false;
    g->over = g->stepped = g->stopping = g->news = g->ends_seen = false;
    g->stepping = g->pass = g->watched_by = TID_NONE;
    g->stand = STAND_BETWEEN;
}

uint64_t past_return(struct gdb *g, uint64_t before)
{
    const struct snapshots *s = g->past.snapshots;
    unsigned i = snapshots_count(s) - 1;

    while (i && snapshots_at(s, i)->events >= before)
        i--;
    put_back(g, i);
    return g->count;
}

bool past_hold(struct gdb *g, struct snapshot_at *here)
{
    *here = describe(g);
    return take(g);
}

void past_release(struct gdb *g, const struct snapshot_at *here)
{
    for (unsigned i = 0; i < snapshots_count(g->past.snapshots); i++)
        if (same_state(snapshots_at(g->past.snapshots, i), here))
            put_back(g, i);
}

/* --- what was put in --- */

bool past_ahead(const struct gdb *g)
{
    return g->past.next < g->past.nnotes;
}

static void forget_future(struct gdb *g)
{
    struct past *p = &g->past;
    struct snapshot_at here = describe(g);
    unsigned i = p->snapshots ? snapshots_count(p->snapshots) : 0;

    forget_notes(p, p->next);
    while (i > 1) {
        const struct snapshot_at *s = snapshots_at(p->snapshots, i - 1);

        if (s->events < here.events || (s->events == here.events && s->now < here.now) ||
            same_state(s, &here))
            break;
        i--;
    }
    if (i)
        snapshots_forget(p->snapshots, i);
    p->heard = machine_stream(g->m)->count;
    stream_told(machine_stream(g->m), p->heard, heard_again, g);
}

void past_note(struct gdb *g, const struct note *what)
{
    struct past *p = &g->past;
    struct note n = *what, *more;

    forget_future(g);
    more = realloc(p->note, (p->nnotes + 1) * sizeof *more);
    if (more)
        p->note = more;
    n.bytes = malloc(n.size ? n.size : 1);
    if (!more || !n.bytes) {    /* what cannot be repeated cannot be gone back over */
        free(n.bytes);
        p->snapshots = NULL;
        return;
    }
    memcpy(n.bytes, what->bytes, n.size);
    n.stand = g->stand;
    n.halted = g->stands;
    n.count = g->count;
    n.now = machine_now(g->m);
    p->note[p->nnotes++] = n;
    p->next = p->nnotes;
}

static uint32_t note_word(const struct note *n)
{
    uint32_t word = 0;

    memcpy(&word, n->bytes, n->size < sizeof word ? n->size : sizeof word);
    return word;
}

static void put_one_in(struct gdb *g, const struct note *n)
{
    switch (n->kind) {
    case NOTE_INPUT:    machine_input(g->m, 0, n->bytes, n->size); break;
    case NOTE_REGISTER: machine_set_reg(g->m, n->tid, n->where, note_word(n)); break;
    case NOTE_MEMORY:   machine_poke(g->m, n->tid, n->where, n->bytes, n->size); break;
    case NOTE_HOLD:     machine_hold(g->m, (int32_t)n->where, n->bytes[0] != 0); break;
    case NOTE_KILL:     machine_kill(g->m, (int32_t)n->where); break;
    }
}

static bool same_place(const struct note *a, const struct note *b)
{
    return a->stand == b->stand && a->count == b->count && a->halted == b->halted &&
           a->now == b->now;
}

/* The next note, and those of the same place: the thread that stands there may be held by the
 * first, and would not come there again. */
static void put_in(struct gdb *g)
{
    struct past *p = &g->past;
    const struct note *n;

    p->at_note = false;
    do {
        n = &p->note[p->next++];
        put_one_in(g, n);
    } while (past_ahead(g) && n[1].kind != NOTE_INPUT && same_place(n, n + 1));
}

bool past_due(struct gdb *g, enum gdb_stand stand, tid_t tid)
{
    const struct note *n = &g->past.note[g->past.next];

    if (!past_ahead(g) || n->stand != stand || n->count != g->count || n->halted != tid)
        return false;
    g->past.at_note = true;
    return true;
}

/* Put in when nothing was about to be executed. */
static bool stands_at(const struct gdb *g, const struct note *n)
{
    return g->count == n->count && machine_now(g->m) >= n->now &&
           (n->kind != NOTE_INPUT || machine_needs_input(g->m));
}

/* --- running --- */

static ns_t a_little(const struct gdb *g)
{
    ns_t next = machine_next(g->m), portion = g->past.portion;

    return next > NS_MAX - portion ? NS_MAX : next + portion;
}

/* The next time more or less, by what a portion took of our time. Where the machine stands
 * does not depend on it. */
static void adjust(struct past *p, int64_t took)
{
    if (took > EXPECTED_MS * MS && p->portion > LEAST)
        p->portion /= 2;
    else if (took < EXPECTED_MS * MS / 4 && p->portion < PORTION)
        p->portion *= 2;
}

enum past_went past_run(struct gdb *g)
{
    const struct note *n = past_ahead(g) ? &g->past.note[g->past.next] : NULL;
    ns_t until = a_little(g), now = machine_now(g->m);
    uint64_t count = g->count, steps = machine_steps(g->m);
    bool between = n && n->stand == STAND_BETWEEN;

    if (n && (g->count > n->count || (between && stands_at(g, n)))) {
        put_in(g);
        return WENT_ON;
    }
    if (between && n->now < until)
        until = n->now > now ? n->now : now;
    g->stand = STAND_BETWEEN;
    int64_t start = clock_ns();
    enum machine_end end = machine_run(g->m, until, BATCH);
    adjust(&g->past, clock_ns() - start);
    if (end != MACHINE_RUNNING)
        return WENT_OVER;
    if (g->past.at_note) {
        put_in(g);
        return WENT_ON;
    }
    if (machine_halted(g->m))
        return WENT_HALTED;
    /* It will not come nearer. */
    if (between && count == g->count && steps == machine_steps(g->m) &&
        now == machine_now(g->m))
        put_in(g);
    return WENT_ON;
}
