/* queues.c - each hart's task and who stands behind it, next to run first.
 *
 * A row for each hart with its queue behind it, or one global queue after all harts.
 * Levels have a row each where there is one queue, else a tag before their tasks.
 */
#include <tui/view.h>

#include <ossim/sched.h>
#include <stdio.h>
#include <string.h>

enum { MOST_LEVELS = 6, SHOWN = 256 };

struct queues {
    struct canvas *c;
    const struct model *m;
    unsigned levels;            /* rows of levels under each queue; 0: none */
    bool global;
    bool tags;                  /* levels are tags within the row of a queue */
    struct rect r;
};

static unsigned level_of(const struct model *m, tid_t tid)
{
    struct peek_task t;

    model_peek(m, tid, &t);
    return t.level;
}

/* Levels are shown once the policy has any, all that were ever occupied. */
static unsigned count_levels(const struct model *m, struct look *l)
{
    const struct policy_config *p = m->ops->policy(m->machine);
    tid_t queue[SHOWN];

    if (!p->ops || !p->ops->level)
        return 0;
    for (unsigned q = 0; q < m->ops->nqueues(m->machine) && q < 8; q++) {
        unsigned n = m->ops->queue(m->machine, q, queue, SHOWN);

        for (unsigned i = 0; i < n; i++) {
            unsigned level = level_of(m, queue[i]) + 1;

            if (level > l->levels)
                l->levels = level;
        }
    }
    return l->levels > MOST_LEVELS ? 0 : l->levels ? l->levels : 1;
}

static int chip_width(const struct model *m, tid_t tid)
{
    char name[MODEL_NAME];
    int width = text_width(model_name(m, tid, name, sizeof name));

    return width < 12 ? width : 12;
}

/* Those of a queue that a row shows: all, or one level's (level >= 0). */
static unsigned select_tasks(const struct queues *v, unsigned queue, int level,
                             tid_t out[SHOWN])
{
    unsigned n = v->m->ops->queue(v->m->machine, queue, out, SHOWN), kept = 0;

    for (unsigned i = 0; i < n; i++)
        if (level < 0 || level_of(v->m, out[i]) == (unsigned)level)
            out[kept++] = out[i];
    return kept;
}

/* "L0 A B L2 C": a tag wherever the level changes. Returns the columns used. */
static int draw_tag(const struct queues *v, int x, int y, tid_t tid, unsigned *level)
{
    unsigned now = level_of(v->m, tid);

    if (!v->tags || now == *level)
        return 0;
    *level = now;
    return canvas_print(v->c, x, y, 5, PAINT_HEAD, "L%u ", now);
}

/* The tasks of a queue in a row, first to run first; by their symbols if there is no
 * room for their names, and "+9" for those without room even so. */
static void draw_tasks(const struct queues *v, int x, int y, unsigned queue, int level)
{
    tid_t tids[SHOWN];
    unsigned n = select_tasks(v, queue, level, tids), i = 0;
    unsigned length = level < 0 ? v->m->ops->queue_length(v->m->machine, queue) : n;
    int end = v->r.x + v->r.w - 1, all = x - 1;

    unsigned tag = UINT32_MAX;

    for (; i < n && all <= end; i++)
        all += chip_width(v->m, tids[i]) + 1 + (v->tags ? 3 : 0);
    bool symbols = all > end;

    if (length > n || (symbols && x + 2 * (int)n > end))
        end -= 4;
    for (i = 0; i < n; i++) {
        int width = symbols ? 1 : chip_width(v->m, tids[i]);

        if (x + width + (v->tags ? 3 : 0) > end)
            break;
        x += draw_tag(v, x, y, tids[i], &tag);
        x += 1 + (symbols ? chip_symbol(v->c, x, y, v->m, tids[i])
                          : chip_name(v->c, x, y, width, v->m, tids[i]));
    }
    if (i < length)
        canvas_print(v->c, x, y, 5, PAINT_HEAD, "+%u", length - i);
}

/* "cpu 0 > A 2 left": returns the column after it. The last `reserve` columns are not
 * for how much of the quantum is left. */
static int draw_hart(const struct queues *v, int y, unsigned hart, int reserve)
{
    const struct config *c = v->m->config;
    struct peek_hart h;
    char time[40], text[56];
    int x = v->r.x + 1, end = v->r.x + v->r.w - 1;

    v->m->ops->hart(v->m->machine, hart, &h);
    x += canvas_print(v->c, x, y, end - x, PAINT_PLAIN, "cpu %u ", hart);
    x += canvas_text(v->c, x, y, end - x, h.running == TID_NONE ? PAINT_FAINT
                     : PAINT_GOOD, h.running == TID_NONE ? "" : "▶");
    x += chip_name(v->c, x, y, end - x < 12 ? end - x : 12, v->m, h.running) + 1;
    if (h.running == TID_NONE || h.quantum_ends == NS_MAX || h.quantum_ends < v->m->now)
        return x;
    snprintf(text, sizeof text, "%s left",
             model_time(c, h.quantum_ends - v->m->now, 1, time, sizeof time));
    if (text_width(text) <= end - reserve - x)
        x += 1 + canvas_text(v->c, x, y, end - x, PAINT_FAINT, text);
    return x;
}

static void draw_hart_row(const struct queues *v, int y, unsigned hart)
{
    bool queue = !v->levels && v->m->ops->queue_length(v->m->machine, hart);
    int x = draw_hart(v, y, hart, queue ? 6 : 0);

    if (!queue)
        return;
    if (v->r.x + v->r.w - x >= 6)
        x += canvas_text(v->c, x, y, 2, PAINT_FAINT, "← ");
    draw_tasks(v, x, y, hart, -1);
}

static void draw_queue_row(const struct queues *v, int y, unsigned queue, unsigned sub)
{
    int x = v->r.x + 1;

    if (!v->levels) {
        x += canvas_text(v->c, x, y, v->r.w - 2, PAINT_PLAIN, "next ");
        if (!v->m->ops->queue_length(v->m->machine, queue))
            canvas_text(v->c, x, y, v->r.w - 7, PAINT_FAINT, "nobody");
    } else {
        x += canvas_print(v->c, x, y, v->r.w - 2, PAINT_HEAD, " L%u  ", sub);
    }
    draw_tasks(v, x, y, queue, v->levels ? (int)sub : -1);
}

static void draw_queue(const struct queues *v, int y, uint32_t row)
{
    uint32_t harts = v->m->config->ncpus, each = 1 + v->levels;

    if (v->global && row < harts)
        draw_hart(v, y, row, 0);
    else if (v->global)
        draw_queue_row(v, y, 0, row - harts);
    else if (row % each == 0)
        draw_hart_row(v, y, row / each);
    else
        draw_queue_row(v, y, row / each, row % each - 1);
}

/* In what is left of the pane: who is next in each queue, and what the policy orders them
 * by. */
static void draw_reasons(const struct queues *v, int row)
{
    unsigned nqueues = v->m->ops->nqueues(v->m->machine);
    int end = v->r.x + v->r.w - 1;

    for (unsigned q = 0; q < nqueues && row < v->r.h; q++) {
        tid_t tids[SHOWN];
        unsigned n = v->m->ops->queue(v->m->machine, q, tids, SHOWN);

        for (unsigned i = 0; i < n && row < v->r.h; i++) {
            char why[80];
            int x = v->r.x + 2, y = v->r.y + row;

            v->m->ops->explain(v->m->machine, tids[i], why, sizeof why);
            if (!why[0])
                continue;
            if (nqueues > 1)
                x += canvas_print(v->c, x, y, 5, PAINT_FAINT, "%u ", q);
            x += chip_name(v->c, x, y, 10, v->m, tids[i]) + 1;
            canvas_text(v->c, x, y, end - x, PAINT_PLAIN, why);
            row++;
        }
    }
}

static void draw(struct canvas *c, struct rect r, const struct model *m, struct look *l)
{
    struct queues v = { .c = c, .m = m, .global = m->config->global_queue, .r = r };
    uint32_t rows;
    char note[48] = "";

    if (!m->machine || r.h < 2 || r.w < 8)
        return;
    if (m->crash[0]) {
        pane_title(c, &r, view_queues.name, l->active == PANE_QUEUES, "");
        canvas_text(c, r.x + 1, r.y, r.w - 2, PAINT_BAD, "the policy has crashed");
        return;
    }
    v.levels = count_levels(m, l);
    if (v.levels && m->ops->nqueues(m->machine) > 1
        && m->config->ncpus * (1 + v.levels) > (uint32_t)r.h - 1) {
        v.levels = 0;
        v.tags = true;
    }
    rows = v.global ? m->config->ncpus + (v.levels ? v.levels : 1)
                    : m->config->ncpus * (1 + v.levels);
    l->queue_rows = (uint32_t)r.h - 1;
    if (l->queue_top + l->queue_rows > rows)
        l->queue_top = rows > l->queue_rows ? rows - l->queue_rows : 0;
    if (rows > l->queue_rows)
        snprintf(note, sizeof note, "%u more", rows - l->queue_rows);
    pane_title(c, &r, view_queues.name, l->active == PANE_QUEUES, note);
    v.r = r;
    for (int i = 0; i < r.h && l->queue_top + (uint32_t)i < rows; i++)
        draw_queue(&v, r.y + i, l->queue_top + (uint32_t)i);
    if (rows < (uint32_t)r.h)
        draw_reasons(&v, (int)rows);
}

const struct view_ops view_queues = { "Run queues", draw };
