/* player.c - goals, and the way back.
 *
 * The machine is run an entry at a time, so that each place where it can stand is
 * known: going back by one event is going to the mark before the last.
 */
#include <tui/player.h>

#include <stdlib.h>
#include <string.h>

enum { MARKS = 1 << 16 };       /* a power of two */

struct position player_position(const struct player *p)
{
    return (struct position){ p->ops->now(p->machine), p->model->count };
}

/* --- building --- */

static void build(struct player *p)
{
    if (p->machine)
        memset(p->setup->memory, 0, p->setup->memory_size);
    p->machine = p->ops->init(p->setup->memory, p->setup->memory_size,
                              p->setup->config, p->setup->hash);
    model_begin(p->model, p->machine);
    if (p->setup->attach)
        p->setup->attach(p->setup->ctx, p->machine);
    p->nmarks = 0;
    p->next_typed = 0;
}

bool player_init(struct player *p, const struct tui_setup *s,
                 const struct machine_ops *ops, struct model *model)
{
    *p = (struct player){ .setup = s, .ops = ops, .model = model };
    p->marks = malloc(MARKS * sizeof *p->marks);
    if (!p->marks)
        return false;
    model->output = s->output;
    model->ctx = s->ctx;
    build(p);
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
    p->typed = NULL;
    p->marks = NULL;
}

/* --- going forward --- */

/* At most one entry, not past `until`. False: there is none up to then. */
static bool advance(struct player *p, ns_t until)
{
    uint64_t count = p->model->count;
    ns_t now = p->ops->now(p->machine);

    p->ops->run(p->machine, until, 1);
    if (p->model->count != count) {
        p->marks[p->nmarks++ % MARKS] = player_position(p);
        return true;
    }
    if (p->ops->over(p->machine))
        return false;
    if (p->ops->now(p->machine) < until || now < until)
        return true;
    /* An entry that says nothing looks like none: leave nothing behind. */
    p->ops->run(p->machine, until, 0);
    if (p->model->count != count)
        p->marks[p->nmarks++ % MARKS] = player_position(p);
    return false;
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

/* One entry towards the goal. True: the goal is reached. */
static bool work_once(struct player *p)
{
    const struct typed *t = typed_ahead(p);

    if (t) {
        if (approach(p, t->where)) {
            p->ops->input(p->machine, t->process, t->bytes, t->size);
            p->next_typed++;
        }
        return goal_reached(p);
    }
    switch (p->goal) {
    case GOAL_POSITION: return approach(p, p->target);
    case GOAL_TIME:     return !advance(p, p->until);
    default:
        advance(p, NS_MAX);
        return goal_reached(p);
    }
}

bool player_work(struct player *p, unsigned entries)
{
    for (unsigned i = 0; i < entries && p->goal; i++)
        if (work_once(p) || p->ops->over(p->machine))
            p->goal = GOAL_NONE;
    p->model->now = p->ops->now(p->machine);
    return p->goal != GOAL_NONE;
}

void player_go(struct player *p, enum goal goal, ns_t until)
{
    p->goal = goal;
    p->until = until;
    p->start_count = goal == GOAL_DECISION ? p->model->dispatches : p->model->count;
}

/* --- going back --- */

static void go_to(struct player *p, struct position target)
{
    build(p);
    p->goal = GOAL_POSITION;
    p->target = target;
}

void player_restart(struct player *p)
{
    build(p);
    p->goal = GOAL_NONE;
}

void player_back_event(struct player *p)
{
    if (p->nmarks < 2)
        player_restart(p);
    else
        go_to(p, p->marks[(p->nmarks - 2) % MARKS]);
}

void player_back_to(struct player *p, ns_t at)
{
    if (at < 0)
        player_restart(p);
    else
        go_to(p, (struct position){ at, UINT64_MAX });
}

/* --- typing --- */

bool player_type(struct player *p, uint32_t process, const char *bytes, size_t size)
{
    struct position where = player_position(p);
    struct typed *typed;
    char *copy;

    forget_typed(p, p->next_typed);
    typed = realloc(p->typed, (p->ntyped + 1) * sizeof *typed);
    copy = malloc(size ? size : 1);
    if (typed)
        p->typed = typed;
    if (!typed || !copy || !p->ops->input(p->machine, process, bytes, size)) {
        free(copy);
        return false;
    }
    memcpy(copy, bytes, size);
    p->typed[p->ntyped++] = (struct typed){ where, process, size, copy };
    p->next_typed = p->ntyped;
    return true;
}
