/* layout.c - small, ordinary and wide screens.
 *
 *     small          ordinary              wide
 *     Gantt          Gantt                 Gantt
 *     one pane       Queues | Processes    Queues | Processes | Events
 *                    Events                                     Details
 *                                                               Console
 */
#include <tui/layout.h>

enum { SMALL_WIDTH = 70, SMALL_HEIGHT = 20, WIDE = 120, DETAIL = 10, LARGE = 33, TABLE = 55,
       QUEUES = 24 };

static int at_most(int n, int most)
{
    return n < most ? n : most;
}

static int at_least(int n, int least)
{
    return n > least ? n : least;
}

static bool is_below(enum pane p)
{
    return p >= PANE_LOG;
}

/* Rows that the chart would like to have, with title, marks and axis; on a large screen
 * each task and each lock has one, too. */
static int gantt_wish(const struct model *m, const struct look *l, bool spare)
{
    uint32_t rows = l->by_task ? m->ntasks : m->config->ncpus;

    if (!l->by_task && spare)
        rows += m->ntasks < m->config->ntasks ? m->config->ntasks : m->ntasks;
    if (l->by_task || spare)
        rows += model_locks(m);
    return at_most(rows < 1000 ? at_least((int)rows, 1) : 1000, 1000) + 3
        + (m->misses > 0) + (m->switches > 0);
}

static int queue_width(const struct model *m, int w)
{
    return at_most(at_least(w / 3, 24), m->config->ncpus > 1 ? 64 : 50);
}

/* Rows that the run queues and the processes would like to have. */
static int middle_wish(const struct model *m, const struct look *l)
{
    uint32_t tasks = m->config->ntasks > m->ntasks ? m->config->ntasks : m->ntasks;
    bool one = m->config->global_queue || m->config->ncpus == 1;
    uint32_t queues = m->config->ncpus + (one ? l->levels : 0) + 1;

    return at_most(at_least((int)tasks + 2, (int)queues + 1), 1000);
}

/* Queues and processes side by side. */
static void place_middle(struct layout *y, const struct model *m, struct rect r)
{
    int q = queue_width(m, r.w);

    if (r.w - q < 54)
        q = at_least(r.w - 54, 24);
    y->pane[PANE_QUEUES] = (struct rect){ r.x, r.y, q - 1, r.h };
    y->pane[PANE_TASKS] = (struct rect){ r.x + q, r.y, r.w - q, r.h };
}

static void place_small(struct layout *y, const struct model *m, const struct look *l,
                        struct rect r)
{
    int gantt = at_most(at_most(gantt_wish(m, l, false) - 1, 4), r.h / 2);
    enum pane p = l->active == PANE_GANTT ? l->below : l->active;

    y->pane[PANE_GANTT] = (struct rect){ r.x, r.y, r.w, gantt };
    y->pane[p] = (struct rect){ r.x, r.y + gantt, r.w, r.h - gantt };
}

static void place_ordinary(struct layout *y, const struct model *m, const struct look *l,
                           struct rect r)
{
    int gantt = at_most(gantt_wish(m, l, r.h >= LARGE), at_least(r.h * 2 / 5, 5));
    int wish = at_least(at_least(middle_wish(m, l), 5), (r.h - gantt) / 3);
    int most = (r.h - gantt) * 3 / 5;
    struct rect middle = { r.x, r.y + gantt, r.w, at_most(wish, most) };
    int below = r.h - gantt - middle.h;

    y->pane[PANE_GANTT] = (struct rect){ r.x, r.y, r.w, gantt };
    place_middle(y, m, middle);
    y->pane[l->below] = (struct rect){ r.x, middle.y + middle.h, r.w, below };
}

/* A picture that wants all the room that there is below, or on the right. */
static bool is_room(enum pane p)
{
    return p > PANE_CONSOLE;
}

static bool has_programs(const struct model *m)
{
    uint32_t n = m->config->nprocesses < 64 ? m->config->nprocesses : 64;

    for (uint32_t i = 0; i < n; i++)
        if (m->config->processes[i].program)
            return true;
    return false;
}

static void place_wide(struct layout *y, const struct model *m, const struct look *l,
                       struct rect r)
{
    int gantt = at_most(gantt_wish(m, l, r.h >= LARGE), at_least(r.h * 2 / 5, 5));
    /* The table of processes keeps its first six columns. */
    int side = at_most(at_most(at_least(r.w / 3, 46), 90), r.w - 1 - QUEUES - TABLE);
    struct rect rest = { r.x, r.y + gantt, r.w - side - 1, r.h - gantt };
    struct rect right = { r.x + r.w - side, rest.y, side, rest.h };
    int console = has_programs(m) ? 7 : l->below == PANE_CONSOLE ? 4 : 0;

    y->pane[PANE_GANTT] = (struct rect){ r.x, r.y, r.w, gantt };
    place_middle(y, m, rest);
    if (right.h < 24 || is_room(l->below)) {
        y->pane[l->below] = right;
        return;
    }
    right.h = rest.h - DETAIL - console;
    y->pane[PANE_LOG] = right;
    right.y += right.h;
    right.h = DETAIL;
    y->pane[PANE_DETAIL] = right;
    right.y += DETAIL;
    right.h = console;
    y->pane[PANE_CONSOLE] = right;
}

struct layout layout_make(int w, int h, const struct model *m, const struct look *l)
{
    struct layout y = { .fits = w >= LAYOUT_LEAST_WIDTH && h >= LAYOUT_LEAST_HEIGHT };
    struct rect area = { 0, 2, w, h - 3 };

    if (!y.fits)
        return y;
    y.head = (struct rect){ 0, 0, w, 2 };
    y.bar = (struct rect){ 0, h - 1, w, 1 };
    if (l->full)
        y.pane[l->active] = area;
    else if (w < SMALL_WIDTH || h < SMALL_HEIGHT)
        place_small(&y, m, l, area);
    else if (w < WIDE)
        place_ordinary(&y, m, l, area);
    else
        place_wide(&y, m, l, area);
    return y;
}

enum pane layout_next(const struct layout *y, const struct look *l, int step)
{
    int p = (int)l->active;
    bool alone = l->full || !y->pane[PANE_QUEUES].h || !y->pane[PANE_TASKS].h;

    do {
        p = (p + step + PANES) % PANES;
    } while (!y->pane[p].h && !alone && p != (int)l->active);
    if (!y->pane[p].h && is_below(l->active) && p == (int)l->active)
        return PANE_TASKS;
    return (enum pane)p;
}
