/* player.c - goals, and the way back.
 *
 * The machine is run an entry at a time, so that each place where it can stand is
 * known: going back by one event is going to the mark before the last.
 */
#include <tui/player.h>

#include <sim/check.h>
#include <host/clock.h>
#include <host/pages.h>
#include <sim/heap.h>
#include <stdlib.h>
#include <string.h>

enum { MARKS = 1 << 14 };       /* a power of two */
#define DEFAULT_BUDGET ((size_t)256 << 20)
#define MS INT64_C(1000000)

enum {
    SHARE = 22,                 /* a snapshot for each SHARE times of what one takes: 4.5% */
    SHARE_BACK = 4,             /* on a way back: another step back may follow */
    LEAST_MS = 20, LEAST_BACK_MS = 4,   /* between two */
    MOST_MS = 100,              /* where one takes long. A step back has 100 ms too, and
                                 * repeats in memory that is there what was run in new */
    SMOOTH = 4,                 /* one snapshot's share in what one takes is 1 / SMOOTH */
    PORTION_MS = 20,            /* of work at a time */
    PATIENCE_MS = 200,          /* of work without a good place for a snapshot */
    STRIDE = 64,                /* entries of bursts between two looks at the clock */
};

struct position player_position(const struct player *p)
{
    return (struct position){ p->ops->now(p->machine), p->model->count };
}

/* --- marks --- */

static struct position *mark(const struct player *p, uint64_t number)
{
    return &p->marks[number % MARKS];
}

static bool same_place(struct position a, struct position b)
{
    return a.at == b.at && a.events == b.events;
}

static void marks_begin(struct player *p, struct position first)
{
    p->mark_low = 0;
    p->mark_high = p->mark_here = 1;
    *mark(p, 0) = first;
}

/* Known ones stay known: what follows a position is always the same. */
static void marks_pass(struct player *p)
{
    struct position here = player_position(p);
    uint64_t number = p->mark_here++;

    p->at_mark = true;
    if (number < p->mark_high && same_place(*mark(p, number), here))
        return;
    *mark(p, number) = here;
    p->mark_high = number + 1;
    if (p->mark_high - p->mark_low > MARKS)
        p->mark_low = p->mark_high - MARKS;
}

/* The machine stands where `last` is the last one. */
static void marks_return(struct player *p, struct position last)
{
    uint64_t low = p->mark_low, high = p->mark_high;

    while (low < high) {
        uint64_t middle = low + (high - low) / 2;

        if (mark(p, middle)->events < last.events)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < p->mark_high && same_place(*mark(p, low), last))
        p->mark_here = low + 1;
    else
        marks_begin(p, last);
}

bool player_before_last(const struct player *p, struct position *out)
{
    if (p->mark_here < p->mark_low + 2)
        return false;
    *out = *mark(p, p->mark_here - 2);
    return true;
}

/* --- snapshots --- */

static struct snapshot_at describe(const struct player *p)
{
    const struct position *last = mark(p, p->mark_here - 1);

    return (struct snapshot_at){
        .now = p->ops->now(p->machine), .events = p->model->count,
        .steps = p->ops->steps(p->machine), .cost = (uint64_t)p->cost,
        .mark_at = last->at, .mark_events = last->events, .at_mark = p->at_mark,
        .typed = p->next_typed,
    };
}

static bool same_state(const struct snapshot_at *a, const struct snapshot_at *b)
{
    return a->now == b->now && a->events == b->events && a->steps == b->steps
        && a->typed == b->typed;
}

/* What one takes differs from one to the next, since new memory is dear. */
static void count_taking(struct player *p, int64_t took)
{
    p->taking_ns += took;
    p->take_ns += (took - p->take_ns) / (p->take_ns ? SMOOTH : 1);
}

/* Of the present, unless there is one. */
static void take(struct player *p)
{
    struct snapshot_at here = describe(p);
    int64_t start = clock_cpu_ns();

    if (!p->snapshots || p->model->crash[0])
        return;
    for (unsigned i = 0; i < snapshots_count(p->snapshots); i++)
        if (same_state(snapshots_at(p->snapshots, i), &here))
            return;
    *p->kept = *p->model;
    snapshots_take(p->snapshots, &here);
    p->taken_at = p->cost;
    count_taking(p, clock_cpu_ns() - start);
}

static void put_back(struct player *p, unsigned i)
{
    struct snapshot_at at = *snapshots_at(p->snapshots, i);
    uint64_t fresh = p->model->fresh;

    snapshots_restore(p->snapshots, i);
    *p->model = *p->kept;
    p->model->fresh = fresh;
    p->model->now = p->ops->now(p->machine);
    CHECK(p->model->now == at.now);
    p->cost = p->taken_at = (int64_t)at.cost;
    p->next_typed = at.typed;
    p->at_mark = at.at_mark;
    marks_return(p, (struct position){ at.mark_at, at.mark_events });
}

/* --- building --- */

static bool build(struct player *p)
{
    const struct tui_setup *s = p->setup;
    struct model *model = p->model;

    if (p->heap)
        memset(s->observers, 0, *heap_used(p->heap));
    p->heap = heap_init(s->observers, s->observers_size);
    p->kept = heap_take_zeroed(p->heap, 1, sizeof *p->kept);
    if (!p->kept || !model_init(model, p->heap, s->config, p->ops))
        return false;
    model->output = s->output;
    model->ctx = s->ctx;
    if (p->machine)
        pages_clear(s->memory, s->memory_size);
    p->machine = p->ops->init(s->memory, s->memory_size, s->config, s->hash);
    model_begin(model, p->machine);
    if (s->attach)
        s->attach(s->ctx, p->machine, p->heap);
    p->cost = p->taken_at = 0;
    p->next_typed = 0;
    p->at_mark = true;
    marks_begin(p, (struct position){ 0, 0 });
    return true;
}

/* Without memory for the first one there are none. */
static void start_snapshots(struct player *p)
{
    const struct tui_setup *s = p->setup;
    struct snapshot_region r[] = { { s->memory, s->memory_size, NULL },
                                   { s->observers, s->observers_size,
                                     heap_used(p->heap) } };

    p->pool_size = s->snapshot_bytes ? s->snapshot_bytes : DEFAULT_BUDGET;
    p->pool = pages_map_large(p->pool_size);
    if (p->pool)
        p->snapshots = snapshots_init(p->pool, p->pool_size, r, 2, pages_touched);
    take(p);
    p->take_ns = p->taking_ns = 0;      /* the first one is no part of running */
    if (p->snapshots && !snapshots_count(p->snapshots))
        p->snapshots = NULL;
}

bool player_init(struct player *p, const struct tui_setup *s,
                 const struct machine_ops *ops, struct model *model)
{
    *p = (struct player){ .setup = s, .ops = ops, .model = model };
    p->marks = malloc(MARKS * sizeof *p->marks);
    for (uint32_t i = 0; i < s->config->nprocesses; i++)
        p->programs |= s->config->processes[i].program != NULL;
    if (!p->marks || !build(p))
        return false;
    start_snapshots(p);
    return true;
}

static void forget_typed(struct player *p, size_t from)
{
    for (size_t i = from; i < p->ntyped; i++)
        free(p->typed[i].bytes);
    p->ntyped = from;
}

void player_free(struct player *p)
{
    forget_typed(p, 0);
    free(p->typed);
    free(p->marks);
    pages_unmap(p->pool, p->pool_size);
    *p = (struct player){ 0 };
}

/* --- going forward --- */

/* At most one entry, not past `until`. False: there is none up to then. */
static bool advance(struct player *p, ns_t until)
{
    uint64_t count = p->model->count, steps = p->ops->steps(p->machine);

    p->ops->run(p->machine, until, 1);
    p->at_mark = false;
    if (p->model->count != count)
        marks_pass(p);
    return p->ops->steps(p->machine) != steps;
}

/* One entry towards a position. True: it is reached. */
static bool approach(struct player *p, struct position to)
{
    struct position here = player_position(p);

    if (p->ops->over(p->machine) || (here.at >= to.at && here.events >= to.events))
        return true;
    if (to.at > 0 && here.at < to.at - 1) {
        advance(p, to.at - 1);
        return false;
    }
    return !advance(p, to.at);
}

static bool reached_before(struct position a, struct position b)
{
    return a.at < b.at || (a.at == b.at && a.events <= b.events);
}

/* Is something to be typed again on the way to `until` or to the target? */
static const struct typed *typed_ahead(const struct player *p)
{
    const struct typed *t = &p->typed[p->next_typed];

    if (p->next_typed >= p->ntyped)
        return NULL;
    if (p->goal == GOAL_POSITION)
        return reached_before(t->where, p->target) ? t : NULL;
    return p->goal != GOAL_TIME || t->where.at <= p->until ? t : NULL;
}

static bool goal_reached(const struct player *p)
{
    switch (p->goal) {
    case GOAL_EVENT:    return p->model->count != p->start_count;
    case GOAL_DECISION: return p->model->dispatches != p->start_count;
    default:            return false;
    }
}

static void type_again(struct player *p, const struct typed *t)
{
    if (t->process == TYPED_POLICY)
        p->ops->switch_policy(p->machine, t->policy);
    else
        p->ops->input(p->machine, t->process, t->bytes, t->size);
}

/* One entry towards the goal. True: the goal is reached. */
static bool work_once(struct player *p)
{
    const struct typed *t = typed_ahead(p);

    if (t) {
        if (approach(p, t->where)) {
            type_again(p, t);
            p->next_typed++;
        }
        return goal_reached(p);
    }
    switch (p->goal) {
    case GOAL_POSITION: return approach(p, p->target);
    case GOAL_TIME:     return !advance(p, p->until);
    default:
        return !advance(p, NS_MAX) || goal_reached(p) || p->ops->needs_input(p->machine);
    }
}

/* Some entries; so many that the clock is not asked too often. */
static void work_some(struct player *p, unsigned n)
{
    while (n-- && p->goal)
        if (work_once(p) || p->ops->over(p->machine))
            p->goal = GOAL_NONE;
}

/* Programs are executed ahead of the present; least so right after an entry, and what is
 * shown of them on the way back from there is as it was. */
static bool snapshot_due(const struct player *p, bool back, unsigned entries)
{
    int64_t gap = (back ? SHARE_BACK : SHARE) * p->take_ns, since = p->cost - p->taken_at;
    int64_t least = (back ? LEAST_BACK_MS : LEAST_MS) * MS, most = MOST_MS * MS;

    if (p->programs && !p->at_mark && since < PATIENCE_MS * MS)
        return false;
    return since > (gap < least ? least : gap < most ? gap : most) || (p->every && entries % p->every == 0);
}

/* Count the work up to now, and take a snapshot if it is time. */
static void look_up(struct player *p, bool back, unsigned entries)
{
    int64_t cpu = clock_cpu_ns();

    p->cost += cpu - p->cpu;
    p->cpu = cpu;
    if (snapshot_due(p, back, entries)) {
        take(p);
        p->cpu = clock_cpu_ns();
    }
}

bool player_work(struct player *p, unsigned entries)
{
    int64_t start = clock_ns(), looked = start, now = start;

    p->cpu = clock_cpu_ns();
    while (entries && p->goal && now - start < PORTION_MS * MS) {
        unsigned n = p->programs ? 1 : entries < STRIDE ? entries : STRIDE;
        bool back = p->goal == GOAL_POSITION;

        work_some(p, n);
        entries -= n;
        now = clock_ns();
        if (now - looked > MS || p->every) {
            look_up(p, back, entries);
            looked = now = clock_ns();
        }
        if (!p->goal && back && p->owed) {
            p->owed--;
            player_back_event(p);
        }
    }
    look_up(p, player_goes_back(p), 1);
    p->model->now = p->ops->now(p->machine);
    return p->goal != GOAL_NONE;
}

void player_go(struct player *p, enum goal goal, ns_t until)
{
    p->goal = goal;
    p->until = until;
    p->owed = 0;
    p->has_origin = false;
    p->start_count = goal == GOAL_DECISION ? p->model->dispatches : p->model->count;
}

ns_t player_heading(const struct player *p)
{
    if (p->goal == GOAL_TIME)
        return p->until;
    return p->goal == GOAL_POSITION ? p->target.at : p->model->now;
}

/* --- going back --- */

/* Programs may have run on after the target, and said nothing yet. */
static bool not_after(const struct snapshot_at *s, struct position target)
{
    return s->now <= target.at
        && (s->events < target.events || (s->events == target.events && s->at_mark));
}

/* The last snapshot from which the target can be reached; 0 is the beginning. */
static unsigned nearest(const struct player *p, struct position target)
{
    unsigned i = snapshots_count(p->snapshots) - 1;

    while (i && !not_after(snapshots_at(p->snapshots, i), target))
        i--;
    return i;
}

/* Stand somewhere not after the target, as near as a snapshot or the present is. */
static void come_near(struct player *p, struct position target)
{
    struct snapshot_at here = describe(p);

    if (!p->snapshots) {
        if (!not_after(&here, target))
            build(p);
        return;
    }
    unsigned i = nearest(p, target);
    if (p->model->crash[0] || !not_after(&here, target)
        || snapshots_at(p->snapshots, i)->events > here.events
        || snapshots_at(p->snapshots, i)->now > here.now)
        put_back(p, i);
}

static void go_to(struct player *p, struct position target)
{
    if (p->goal != GOAL_POSITION) {
        take(p);
        p->origin = describe(p);
        p->has_origin = !p->model->crash[0];
        p->owed = 0;
    }
    come_near(p, target);
    p->goal = GOAL_POSITION;
    p->target = target;
    p->by_mark = false;
}

void player_restart(struct player *p)
{
    if (p->snapshots)
        put_back(p, 0);
    else
        build(p);
    p->goal = GOAL_NONE;
    p->owed = 0;
    p->has_origin = false;
}

/* The ring begins too late for a step back: come from further away, and then step. */
static void learn_marks(struct player *p)
{
    bool on_way = p->goal == GOAL_POSITION;
    struct position here = on_way ? p->target : player_position(p);
    struct position before = on_way ? p->target : *mark(p, p->mark_here - 1);

    if (!before.events) {
        player_restart(p);
        return;
    }
    unsigned owed = on_way ? p->owed : 0;
    before.events--;
    go_to(p, before);
    p->target = here;
    p->owed = owed + 1;
}

void player_back_event(struct player *p)
{
    bool on_way = p->goal == GOAL_POSITION;
    uint64_t from = on_way ? p->to_mark : p->mark_here - 1;

    if (on_way && (!p->by_mark || p->owed)) {
        p->owed++;
    } else if (from > p->mark_low) {
        go_to(p, *mark(p, from - 1));
        p->by_mark = true;
        p->to_mark = from - 1;
    } else {
        learn_marks(p);
    }
}

void player_back_to(struct player *p, ns_t at)
{
    if (at < 0)
        player_restart(p);
    else
        go_to(p, (struct position){ at, UINT64_MAX });
}

void player_forward_to(struct player *p, ns_t at)
{
    come_near(p, (struct position){ at, UINT64_MAX });
    player_go(p, GOAL_TIME, at);
}

void player_give_up(struct player *p)
{
    bool back = p->goal == GOAL_POSITION && p->has_origin;

    p->goal = GOAL_NONE;
    p->owed = 0;
    p->has_origin = false;
    for (unsigned i = 0; back && p->snapshots && i < snapshots_count(p->snapshots); i++)
        if (same_state(snapshots_at(p->snapshots, i), &p->origin)) {
            put_back(p, i);
            return;
        }
}

/* --- typing --- */

/* Snapshots of a future that will not come, and what is known of its marks. */
static void forget_future(struct player *p)
{
    struct snapshot_at here = describe(p);
    unsigned n = p->snapshots ? snapshots_count(p->snapshots) : 0, i = n;

    while (i > 1) {
        const struct snapshot_at *s = snapshots_at(p->snapshots, i - 1);

        if (s->events < here.events || (s->events == here.events && s->now < here.now)
            || same_state(s, &here))
            break;
        i--;
    }
    if (n && i < n)
        snapshots_forget(p->snapshots, i);
    p->mark_high = p->mark_here;
}

/* Room for one more, after whatever was typed later is forgotten; NULL: no memory. */
static struct typed *next_typed(struct player *p)
{
    struct typed *typed;

    forget_future(p);
    forget_typed(p, p->next_typed);
    typed = realloc(p->typed, (p->ntyped + 1) * sizeof *typed);
    if (typed)
        p->typed = typed;
    return typed ? &typed[p->ntyped] : NULL;
}

static void keep_typed(struct player *p)
{
    p->next_typed = ++p->ntyped;
}

bool player_has_future(const struct player *p)
{
    return p->next_typed < p->ntyped;
}

bool player_type(struct player *p, uint32_t process, const char *bytes, size_t size)
{
    struct position where = player_position(p);
    struct typed *typed = next_typed(p);
    char *copy = malloc(size ? size : 1);

    if (!typed || !copy || !p->ops->input(p->machine, process, bytes, size)) {
        free(copy);
        return false;
    }
    memcpy(copy, bytes, size);
    *typed = (struct typed){ where, process, 0, size, copy };
    keep_typed(p);
    return true;
}

bool player_switch(struct player *p, uint32_t i)
{
    struct position where = player_position(p);
    struct typed *typed = next_typed(p);

    if (!typed)
        return false;
    p->ops->switch_policy(p->machine, i);
    *typed = (struct typed){ .where = where, .process = TYPED_POLICY, .policy = i };
    keep_typed(p);
    return true;
}

uint32_t player_switched(const struct player *p)
{
    const struct typed *last = p->next_typed ? &p->typed[p->next_typed - 1] : NULL;

    return last && last->process == TYPED_POLICY && same_place(last->where, player_position(p))
               ? last->policy : UINT32_MAX;
}
