/* gantt.c - stretches of tasks on harts, from DISPATCH to DESCHED.
 *
 * Pieces end in an order of their own, so each gets its place when it begins: the
 * present or last piece of a hart is remembered by its index in the ring. A task that
 * is picked again at the instant at which its quantum ended goes on in the same piece.
 */
#include <stat/gantt.h>

#include <sim/check.h>
#include <ossim/sched.h>
#include <sim/stream.h>
#include <stdlib.h>
#include <stat/memory.h>
#include <string.h>

enum { NO_PIECE = -1 };

struct gantt {
    struct heap *heap;
    uint32_t nharts;
    size_t bound;               /* 0: none */
    struct gantt_piece *pieces; /* a ring once it is as long as the bound */
    size_t n, room, first;
    struct gantt_mark *marks;
    size_t nmarks, marks_room;
    int64_t *last;              /* by hart: number of its last piece; NO_PIECE */
    int64_t base;               /* number of the piece at `first` */
    uint64_t lost;
    ns_t now;
    bool failed;
};

const event_set gantt_kinds =
    EVENT_BIT(EV_DISPATCH) | EVENT_BIT(EV_DESCHED) | EVENT_BIT(EV_END)
    | EVENT_BIT(EV_LOCK) | EVENT_BIT(EV_UNLOCK) | EVENT_BIT(EV_JOB_MISS)
    | EVENT_BIT(EV_POLICY_SWITCH);

struct gantt *gantt_create(uint32_t nharts, size_t max_pieces)
{
    return gantt_create_in(NULL, nharts, max_pieces);
}

struct gantt *gantt_create_in(struct heap *heap, uint32_t nharts, size_t max_pieces)
{
    struct gantt *g = memory_zeroed(heap, 1, sizeof *g);

    if (!g)
        return NULL;
    g->heap = heap;
    g->nharts = nharts;
    g->bound = max_pieces;
    g->last = memory_zeroed(heap, nharts, sizeof *g->last);
    if (!g->last) {
        memory_free(heap, g);
        return NULL;
    }
    for (uint32_t h = 0; h < nharts; h++)
        g->last[h] = NO_PIECE;
    return g;
}

void gantt_destroy(struct gantt *g)
{
    if (!g)
        return;
    memory_free(g->heap, g->pieces);
    memory_free(g->heap, g->marks);
    memory_free(g->heap, g->last);
    memory_free(g->heap, g);
}

static bool make_room(struct gantt *g)
{
    size_t room = g->room ? 2 * g->room : 256;

    if (g->bound && room > g->bound)
        room = g->bound;
    struct gantt_piece *more = memory_resize(g->heap, g->pieces, room * sizeof *more);

    if (!more)
        return false;
    g->pieces = more;
    g->room = room;
    return true;
}

/* The place of the next piece; NULL: none could be had. */
static struct gantt_piece *next_piece(struct gantt *g)
{
    if (g->failed)
        return NULL;
    if (g->bound && g->n == g->bound) {         /* the oldest goes */
        struct gantt_piece *p = &g->pieces[g->first];

        g->first = g->first + 1 == g->bound ? 0 : g->first + 1;
        g->base++;
        g->lost++;
        return p;
    }
    if (g->n == g->room && !make_room(g)) {
        g->failed = true;
        return NULL;
    }
    return &g->pieces[g->n++];          /* first is 0 as long as there is room */
}

static struct gantt_piece *piece_number(struct gantt *g, int64_t number)
{
    if (number == NO_PIECE || number < g->base)
        return NULL;
    CHECK(number < g->base + (int64_t)g->n);
    size_t i = g->first + (size_t)(number - g->base);

    return &g->pieces[i >= g->room ? i - g->room : i];
}

/* Whoever waited, even for no time, begins anew. */
static bool goes_on(const struct gantt_piece *p, const struct event *e)
{
    return p && !p->open && p->tid == e->tid && p->to == e->at && !e->a
           && p->why != STOP_BLOCKED && p->why != STOP_EXITED;
}

static void begin(struct gantt *g, const struct event *e)
{
    struct gantt_piece *p = piece_number(g, g->last[e->hart]);

    if (goes_on(p, e)) {
        p->open = 1;
        return;
    }
    p = next_piece(g);
    if (!p) {
        g->lost++;
        g->last[e->hart] = NO_PIECE;
        return;
    }
    *p = (struct gantt_piece){ .from = e->at, .to = e->at, .tid = e->tid,
                               .hart = e->hart, .why = STOP_EXPIRED, .open = 1 };
    g->last[e->hart] = g->base + (int64_t)g->n - 1;
}

static void end(struct gantt *g, const struct event *e)
{
    struct gantt_piece *p = piece_number(g, g->last[e->hart]);

    if (p && p->open) {
        p->to = e->at;
        p->why = (uint8_t)e->a;
        p->open = 0;
    }
}

static void add_mark(struct gantt *g, const struct event *e)
{
    if (g->nmarks == g->marks_room) {
        size_t room = g->marks_room ? 2 * g->marks_room : 64;
        struct gantt_mark *more = g->bound && room > g->bound ? NULL
            : memory_resize(g->heap, g->marks, room * sizeof *more);

        if (!more)
            return;
        g->marks = more;
        g->marks_room = room;
    }
    g->marks[g->nmarks++] = (struct gantt_mark){ e->at, e->tid, e->kind, e->a };
}

void gantt_event(void *gantt, const struct event *e)
{
    struct gantt *g = gantt;

    g->now = e->at;
    switch (e->kind) {
    case EV_DISPATCH:
        if (e->hart < g->nharts)
            begin(g, e);
        break;
    case EV_DESCHED:
        if (e->hart < g->nharts)
            end(g, e);
        break;
    case EV_END:
        break;                  /* only `now` is of interest */
    default:
        add_mark(g, e);
    }
}

static void reverse(struct gantt_piece *p, size_t n)
{
    for (size_t i = 0; i < n / 2; i++) {
        struct gantt_piece swap = p[i];

        p[i] = p[n - 1 - i];
        p[n - 1 - i] = swap;
    }
}

/* Dispatches come in the order of time already; at one instant harts may not. */
static void order_instants(struct gantt_piece *p, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        struct gantt_piece piece = p[i];
        size_t j = i;

        while (j && p[j - 1].from == piece.from && p[j - 1].hart > piece.hart) {
            p[j] = p[j - 1];
            j--;
        }
        p[j] = piece;
    }
}

/* The last pieces of harts may have moved. */
static void find_last(struct gantt *g)
{
    uint32_t missing = g->nharts;

    for (uint32_t h = 0; h < g->nharts; h++)
        g->last[h] = NO_PIECE;
    for (size_t i = g->n; i-- > 0 && missing;)
        if (g->last[g->pieces[i].hart] == NO_PIECE) {
            g->last[g->pieces[i].hart] = g->base + (int64_t)i;
            missing--;
        }
}

const struct gantt_piece *gantt_pieces(struct gantt *g, size_t *n)
{
    if (g->first) {             /* rotate the ring so that it begins at 0 */
        reverse(g->pieces, g->first);
        reverse(g->pieces + g->first, g->n - g->first);
        reverse(g->pieces, g->n);
        g->first = 0;
    }
    order_instants(g->pieces, g->n);
    find_last(g);
    for (size_t i = 0; i < g->n; i++)
        if (g->pieces[i].open)
            g->pieces[i].to = g->now;
    *n = g->n;
    return g->pieces;
}

const struct gantt_mark *gantt_marks(const struct gantt *g, size_t *n)
{
    *n = g->nmarks;
    return g->marks;
}

uint64_t gantt_lost(const struct gantt *g)
{
    return g->lost;
}
