/* gantt.c - who had which hart or lock, and what each task did, over time.
 *
 * Each row is a track cut into columns of equal time. Those of harts and locks are drawn
 * as in the printed chart (stat/strip.h); a task's shows its states. Colour only repeats
 * what the text says.
 */
#include <tui/view.h>

#include <stat/strip.h>
#include <stdio.h>
#include <string.h>

enum { MAX_COLUMNS = 1024, TICK = 10 };

static ns_t gantt_average(const struct model *m);

/* --- the width of a column --- */

ns_t gantt_zoom(ns_t column, bool in)
{
    ns_t nice = 1, last = 1;

    for (int i = 0; nice <= NS_MAX / 10; i++) {
        if (nice > column || (in && nice == column))
            return in ? last : nice;
        last = nice;
        nice = i % 3 == 1 ? nice / 2 * 5 : nice * 2;
    }
    return last;
}

ns_t gantt_fit(const struct model *m, int width)
{
    ns_t column = 1;

    while (m->now / column >= width)
        column = gantt_zoom(column, false);
    return column;
}

/* Without the user's word: the whole run as long as a stretch is, on average, two
 * columns wide; from then on the chart moves on with the time. */
static ns_t choose_column(const struct model *m, int width)
{
    ns_t unit = m->config->time_unit;
    ns_t column = unit >= 2 ? unit / 2 : 1, most = gantt_average(m) / 2;

    while (m->now / column >= width && gantt_zoom(column, false) <= most)
        column = gantt_zoom(column, false);
    return column;
}

static ns_t gantt_average(const struct model *m)
{
    uint64_t pieces = 1;
    uint32_t harts = m->config->ncpus < 16 ? m->config->ncpus : 16;

    for (uint32_t h = 0; h < harts; h++)
        pieces += m->harts[h].n;
    return m->now / (ns_t)pieces * (ns_t)harts;
}

/* --- rows --- */

struct chart {
    struct canvas *c;
    const struct model *m;
    ns_t left, column;
    int x, w;                   /* of the columns, without labels */
    int y;                      /* of the row that is drawn */
};

static ns_t column_start(const struct chart *g, int i)
{
    return g->left + g->column * i;
}

/* The kernel's own time is drawn as if a task of this number had it. */
#define TID_KERNEL (TID_NONE - 1)

static const char *pen_name(void *chart, tid_t tid, char *buf, size_t size)
{
    const struct chart *g = chart;

    return tid == TID_KERNEL ? "" : model_name(g->m, tid, buf, size);
}

static char pen_symbol(void *chart, tid_t tid)
{
    const struct chart *g = chart;

    return tid == TID_KERNEL ? '%' : model_symbol(g->m, tid);
}

static void pen_put(void *chart, unsigned x, uint32_t glyph, tid_t tid)
{
    const struct chart *g = chart;
    bool block = glyph >= 0x2581 && glyph <= 0x2588;

    if (tid == TID_KERNEL)
        canvas_put(g->c, g->x + (int)x, g->y, PAINT_FAINT, block ? glyph : 0x2592);
    else if (tid == TID_NONE)
        canvas_put(g->c, g->x + (int)x, g->y,
                   glyph == STRIP_IDLE_GLYPH ? PAINT_FAINT : PAINT_HEAD, glyph);
    else
        canvas_put(g->c, g->x + (int)x, g->y, model_paint(tid)
                   ^ (block ? STYLE_REVERSE : 0), glyph);
}

/* What a track of tasks says of the columns up to now. */
static struct strip strip_of(const struct chart *g, const struct track *t,
                             struct strip_cell *cells)
{
    ns_t now = g->m->now, columns = (now - g->left + g->column - 1) / g->column;
    struct strip s = { g->left, g->column, now, 0, cells };

    s.n = columns < 0 ? 0 : (unsigned)(columns < g->w ? columns : g->w);
    memset(cells, 0, s.n * sizeof *cells);
    for (uint32_t i = track_after(t, 0, g->left); i < t->n; i++) {
        const struct piece *p = &t->v[i];

        if (p->from >= column_start(g, g->w))
            break;
        strip_add(&s, p->from, p->work < p->to ? p->work : p->to, TID_KERNEL);
        strip_add(&s, p->work, p->to, p->value);
    }
    return s;
}

static void draw_owners(struct chart *g, const struct track *t)
{
    struct strip_cell cells[MAX_COLUMNS];
    struct strip s = strip_of(g, t, cells);
    struct strip_pen pen = { g, pen_name, pen_symbol, pen_put };

    strip_draw_owners(&s, &pen);
    for (unsigned i = 0; i < s.n && column_start(g, (int)i) < t->lost; i++)
        canvas_put(g->c, g->x + (int)i, g->y, PAINT_FAINT, ' ');
}

static int columns_of_piece(const struct column *col, int n)
{
    int i = 1;

    while (i < n && col[i].kind == col->kind && col[i].piece == col->piece)
        i++;
    return i;
}

static uint32_t cause_sign(enum wait_cause cause)
{
    switch (cause) {
    case WAIT_LOCK: case WAIT_FUTEX: case WAIT_FILELOCK: return 'x';
    case WAIT_MSG: case WAIT_PIPE:      return '?';
    case WAIT_SLEEP:                    return 'z';
    default:                            return '~';
    }
}

static void draw_state(const struct chart *g, int x, int y, int n, tid_t tid,
                       const struct column *col)
{
    uint32_t ch = (uint32_t)model_symbol(g->m, tid);
    unsigned style = model_paint(tid);

    if (col->value == TASK_RUNNABLE) {
        ch = 0x2591;
        style = PAINT_WARN;
    } else if (col->value != TASK_RUNNING) {
        ch = cause_sign((enum wait_cause)(col->value >> 8));
        style = PAINT_FAINT;
    }
    for (int i = 0; i < n; i++)
        canvas_put(g->c, x + i, y, style, ch);
}

static void draw_states(const struct chart *g, const struct track *t, tid_t tid)
{
    struct column col[MAX_COLUMNS];
    uint32_t hint = 0;
    int n = 0;

    for (; n < g->w && column_start(g, n) < g->m->now; n++)
        col[n] = track_column(t, column_start(g, n), column_start(g, n + 1), g->m->now,
                              &hint);
    for (int i = 0, run; i < n; i += run) {
        run = columns_of_piece(&col[i], n - i);
        if (col[i].kind == COLUMN_ONE && column_start(g, i) >= t->lost) {
            draw_state(g, g->x + i, g->y, run, tid, &col[i]);
            continue;
        }
        run = 1;
        canvas_put(g->c, g->x + i, g->y, PAINT_HEAD,
                   col[i].kind == COLUMN_MANY ? STRIP_SHARED_GLYPH : ' ');
    }
}

static void draw_marks(const struct chart *g, int y, bool misses)
{
    uint64_t i = model_mark_from(g->m, g->left);
    ns_t end = column_start(g, g->w);

    canvas_text(g->c, 1, y, g->x - 2, misses ? PAINT_BAD : PAINT_FAINT,
                misses ? "late" : "arrive");
    for (; i < g->m->nmarks; i++) {
        const struct mark *k = &g->m->marks[i % MODEL_MARKS];
        int at = (int)((k->at - g->left) / g->column);
        struct cell *cell;

        if (k->at >= end)
            break;
        if (k->tid == TID_NONE || k->miss != misses || at >= g->w || y >= g->c->h || g->x + at >= g->c->w)
            continue;
        cell = &g->c->cells[y * g->c->w + g->x + at];
        if (cell->ch == ' ')
            canvas_put(g->c, g->x + at, y, misses ? PAINT_BAD | STYLE_REVERSE
                       : model_paint(k->tid), (uint32_t)model_symbol(g->m, k->tid));
        else if (cell->ch != (uint32_t)model_symbol(g->m, k->tid))
            canvas_put(g->c, g->x + at, y, misses ? PAINT_BAD : PAINT_HEAD, '+');
    }
}

/* Where another policy took over, and its name, as the printed chart has it. */
static void draw_policies(const struct chart *g, int y)
{
    ns_t end = column_start(g, g->w);

    canvas_text(g->c, 1, y, g->x - 2, PAINT_FAINT, "policy");
    for (uint64_t i = model_mark_from(g->m, g->left); i < g->m->nmarks; i++) {
        const struct mark *k = &g->m->marks[i % MODEL_MARKS];
        int at = (int)((k->at - g->left) / g->column);
        const struct policy_config *p;

        if (k->at >= end)
            break;
        if (k->tid != TID_NONE || at >= g->w
            || !(p = config_switched_to(g->m->config, k->policy)))
            continue;
        canvas_fill(g->c, (struct rect){ g->x + at, y, g->w - at, 1 }, PAINT_PLAIN, ' ');
        canvas_put(g->c, g->x + at, y, PAINT_HEAD | STYLE_BOLD, '|');
        canvas_text(g->c, g->x + at + 1, y, g->w - at - 1, PAINT_HEAD, p->spec);
    }
}

/* Where time has come to; a number that stands there stays readable. */
static void draw_now(const struct chart *g, int x, int y)
{
    const struct cell *cell = &g->c->cells[y * g->c->w + x];

    if (cell->ch >= '0' && cell->ch <= '9')
        canvas_restyle(g->c, (struct rect){ x, y, 1, 1 },
                       PAINT_HEAD | STYLE_BOLD | STYLE_REVERSE);
    else
        canvas_put(g->c, x, y, PAINT_HEAD | STYLE_BOLD, 0x25b2);
}

static void draw_axis(const struct chart *g, int y)
{
    ns_t step = g->column * TICK, t = g->left / step * step;
    int now = (int)((g->m->now - g->left) / g->column);

    for (int i = 0; i < g->w; i++)
        canvas_put(g->c, g->x + i, y, PAINT_FAINT, 0x2500);
    for (; t < column_start(g, g->w); t += step) {
        int at = (int)((t - g->left) / g->column);
        char text[40];

        if (t < g->left)
            continue;
        canvas_put(g->c, g->x + at, y, PAINT_FAINT, 0x253c);
        model_time(g->m->config, t, 9, text, sizeof text);
        if (at + 1 + text_width(text) <= g->w)
            canvas_text(g->c, g->x + at + 1, y, TICK - 1, PAINT_FAINT, text);
    }
    if (now >= 0 && now <= g->w)
        draw_now(g, g->x + (now < g->w ? now : g->w - 1), y);
}

/* --- the pane --- */

/* What the rows are: harts first, then tasks and locks, or not all of them. */
struct rows { uint32_t harts, tasks, locks, n; };

static struct rows rows_of(const struct model *m, const struct look *l, int height)
{
    uint32_t tasks = m->ntasks < MODEL_TRACKED ? m->ntasks : MODEL_TRACKED;
    struct rows r = { m->config->ncpus, tasks, model_locks(m), 0 };

    if (l->by_task)
        r.harts = 0;
    else if (height <= (int)r.harts)
        r.tasks = r.locks = 0;  /* they only get what is to spare */
    r.n = r.harts + r.tasks + r.locks;
    return r;
}

static void draw_task_label(const struct chart *g, int y, const struct look *l, tid_t tid)
{
    char name[MODEL_NAME];

    chip_symbol(g->c, 1, y, g->m, tid);
    canvas_name(g->c, 3, y, g->x - 4, tid == l->selected ? PAINT_HEAD | STYLE_BOLD
                : PAINT_PLAIN, model_name(g->m, tid, name, sizeof name));
}

static void draw_hart_label(const struct chart *g, int y, unsigned hart)
{
    struct peek_hart h = { .running = TID_NONE };

    if (g->m->machine && !g->m->crash[0])
        g->m->ops->hart(g->m->machine, hart, &h);
    canvas_print(g->c, 1, y, g->x - 3, PAINT_PLAIN, "cpu %u", hart);
    chip_symbol(g->c, g->x - 2, y, g->m, h.running);
}

static void draw_lock_label(const struct chart *g, int y, uint32_t lock)
{
    canvas_print(g->c, 1, y, g->x - 2, PAINT_PLAIN, "lock %s",
                 g->m->config->lock_names[lock]);
}

/* Arrivals and misses of tasks with rows, where they happened. */
static void mark_rows(const struct chart *g, int y, const struct rows *rows, uint32_t top,
                      int height)
{
    ns_t end = column_start(g, g->w);

    for (uint64_t i = model_mark_from(g->m, g->left); i < g->m->nmarks; i++) {
        const struct mark *k = &g->m->marks[i % MODEL_MARKS];
        int64_t row = (int64_t)k->tid + rows->harts - top;
        int x = g->x + (int)((k->at - g->left) / g->column);

        if (k->at >= end)
            break;
        if (k->tid >= rows->tasks || row < 0 || row >= height || x >= g->x + g->w)
            continue;
        if (k->miss)
            canvas_put(g->c, x, y + (int)row, PAINT_BAD | STYLE_BOLD | STYLE_REVERSE, '!');
        else
            canvas_restyle(g->c, (struct rect){ x, y + (int)row, 1, 1 },
                           model_paint(k->tid) | STYLE_UNDERLINE);
    }
}

static void scroll_chart(struct look *l, const struct model *m, const struct chart *g)
{
    ns_t view = g->column * g->w;

    if (!l->pinned)
        l->left = m->now >= view ? (m->now / g->column - g->w + 1) * g->column : 0;
    if (l->left > m->now)
        l->left = m->now;
    if (l->left < 0)
        l->left = 0;
    l->left -= l->left % g->column;
}

static void title_note(const struct model *m, const struct look *l, ns_t column,
                       const struct rows *rows, uint32_t fit, char *buf, size_t size)
{
    char time[40], more[48] = "";

    if (rows->n > fit && fit)
        snprintf(more, sizeof more, "  rows %u-%u of %u", l->gantt_top,
                 l->gantt_top + fit - 1, rows->n);
    snprintf(buf, size, "column = %s %.4s%s  %s%s%s",
             model_time(m->config, column, 9, time, sizeof time), m->config->unit_name,
             more, rows->harts ? "≡ several  ▁..▇ in part  · idle" : "", rows->harts && rows->tasks ? "  " : "",
             rows->tasks ? "░ ready  ~ waiting  x lock  ? message  z asleep  ! late" : "");
}

static int label_width(const struct model *m, const struct rows *rows)
{
    return rows->tasks || rows->locks ? 14 : m->config->ncpus > 100 ? 12 : 9;
}

/* The rows of marks below the chart, in this order. */
struct below { int arrivals, misses, policies; };

static struct below below(const struct model *m, const struct look *l, int h)
{
    uint32_t rows = l->by_task ? m->ntasks : m->config->ncpus;
    int least = rows > 1 ? 5 : 4;
    struct below b = { h >= least, m->misses && h > least, 0 };

    b.policies = m->switches && h > least + b.misses;
    return b;
}

/* How many rows are left for harts and tasks: less the title, the marks and the axis. */
static int rows_for(const struct below *b, int h)
{
    return h - 2 - b->arrivals - b->misses - b->policies;
}

static struct chart chart_in(struct canvas *c, struct rect r, const struct model *m,
                             const struct rows *rows)
{
    int label = label_width(m, rows);
    struct chart g = { c, m, 0, 0, r.x + label, r.w - label - 1, 0 };

    if (g.w > MAX_COLUMNS)
        g.w = MAX_COLUMNS;
    return g;
}

tid_t gantt_task_at(const struct model *m, const struct look *l, struct rect r, int x, int y)
{
    struct below b = below(m, l, r.h);
    int height = rows_for(&b, r.h);
    struct rows rows = rows_of(m, l, height);
    struct chart g = chart_in(NULL, r, m, &rows);
    uint32_t row = l->gantt_top + (uint32_t)(y - r.y - 1);
    struct strip_cell cell;

    if (y <= r.y || y > r.y + height || row >= rows.n || !l->shown_column)
        return TID_NONE;
    if (row >= rows.harts && row < rows.harts + rows.tasks)
        return row - rows.harts;
    if (x < g.x || x >= g.x + g.w)
        return TID_NONE;
    g.column = l->shown_column;
    g.left = l->left + g.column * (x - g.x);
    g.w = 1;
    struct strip s = strip_of(&g, row < rows.harts ? &m->harts[row]
                              : &m->locks[row - rows.harts - rows.tasks], &cell);
    tid_t tid = s.n ? strip_view(&s, 0).tid : TID_NONE;

    return tid == TID_KERNEL ? TID_NONE : tid;
}

static void draw_one(struct chart *g, const struct rows *rows, const struct look *l,
                     uint32_t row)
{
    uint32_t task = row - rows->harts, lock = task - rows->tasks;

    if (row < rows->harts) {
        draw_hart_label(g, g->y, row);
        draw_owners(g, &g->m->harts[row]);
    } else if (task < rows->tasks) {
        draw_task_label(g, g->y, l, task);
        draw_states(g, &g->m->states[task], task);
    } else {
        draw_lock_label(g, g->y, lock);
        draw_owners(g, &g->m->locks[lock]);
    }
}

static void draw(struct canvas *c, struct rect r, const struct model *m, struct look *l)
{
    struct below b = below(m, l, r.h);
    int height = rows_for(&b, r.h);
    struct rows rows = rows_of(m, l, height);
    struct chart g = chart_in(c, r, m, &rows);
    char note[160];

    if (g.w < 4 || height < 1)
        return;
    g.column = l->shown_column = l->column ? l->column : choose_column(m, g.w);
    scroll_chart(l, m, &g);
    g.left = l->left;
    l->gantt_rows = (uint32_t)height;
    if (l->gantt_top + l->gantt_rows > rows.n)
        l->gantt_top = rows.n > l->gantt_rows ? rows.n - l->gantt_rows : 0;

    title_note(m, l, g.column, &rows, l->gantt_rows, note, sizeof note);
    pane_title(c, &r, view_gantt.name, l->active == PANE_GANTT, note);
    for (int i = 0; i < height && l->gantt_top + (uint32_t)i < rows.n; i++) {
        g.y = r.y + i;
        draw_one(&g, &rows, l, l->gantt_top + (uint32_t)i);
    }
    mark_rows(&g, r.y, &rows, l->gantt_top, height);
    if (b.arrivals)
        draw_marks(&g, r.y + height, false);
    if (b.misses)
        draw_marks(&g, r.y + height + b.arrivals, true);
    if (b.policies)
        draw_policies(&g, r.y + height + b.arrivals + b.misses);
    draw_axis(&g, r.y + r.h - 1);
}

const struct view_ops view_gantt = { "Gantt", draw };
