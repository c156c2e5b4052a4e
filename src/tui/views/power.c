/* power.c - what each hart draws and runs at over time, and what guests wait for.
 *
 * Three pages, of which there are those that the workload has something for: power of each
 * hart, its frequency, and the steal time of each guest: the part of its CPUs' time that
 * they wanted a real one and had none; of guests of guests, whose events are not kept, only
 * how long that was in all. A column is as long as the Gantt chart's, and the
 * last one ends now. The height of a bar is a share of the most that the row can have.
 */
#include <tui/nested.h>
#include <tui/view.h>

#include <stdio.h>

enum { WIDE = 60, LABEL = 30, NARROW = 22, ALL = 8 };

enum page { PAGE_POWER, PAGE_FREQUENCY, PAGE_STEAL, PAGES };

struct plan {
    struct canvas *c;
    const struct model *m;
    struct rect r;
    int label;                  /* columns of the label; the rest are bars */
    ns_t column;
};

static bool has_page(const struct model *m, unsigned page)
{
    return page == PAGE_STEAL ? m->config->vm != NULL : m->trails != NULL;
}

unsigned power_turn(const struct model *m, unsigned page)
{
    for (unsigned i = 1; i <= PAGES; i++)
        if (has_page(m, (page + i) % PAGES))
            return (page + i) % PAGES;
    return page;
}

/* --- bars --- */

/* Eighths of a cell, at least one if there is anything. */
static unsigned eighths(uint64_t part, uint64_t whole)
{
    unsigned n = whole ? (unsigned)((part * ALL + whole / 2) / whole) : 0;

    return n > ALL ? ALL : part && !n ? 1 : n;
}

static void put_bar(struct canvas *c, int x, int y, unsigned n)
{
    static const char plain[ALL + 1] = " .:-=+*%#";

    if (n)
        canvas_put(c, x, y, PAINT_PLAIN, c->ascii ? (uint32_t)plain[n] : 0x2580 + n);
}

/* The time of bar i of `bars`, the last of which ends now. False: before the beginning. */
static bool span_of(const struct plan *p, int i, int bars, ns_t *from, ns_t *to)
{
    *to = p->m->now - p->column * (bars - 1 - i);
    *from = *to - p->column;
    if (*from < 0)
        *from = 0;
    return *to > *from;
}

/* --- harts --- */

static void hart_label(const struct plan *p, int y, unsigned h)
{
    const struct cpu_config *c = &p->m->config->cpus[h];
    const struct trail *t = &p->m->trails[h];
    const char *state = t->works ? "" : t->state >= 0 ? c->idle[t->state].name : "stopped";
    uint32_t mhz = c->nopps ? c->opps[t->opp].mhz : c->mhz;
    uint32_t uw = t->works ? (c->nopps ? c->opps[t->opp].uw : 0)
                : t->state >= 0 ? c->idle[t->state].uw : 0;
    char text[48];
    int x = canvas_print(p->c, p->r.x, y, 4, PAINT_HEAD, "%u", h);

    if (p->label == LABEL)
        canvas_print(p->c, p->r.x + x + 1, y, 7, PAINT_FAINT, "%.7s", c->kind);
    if (t->works)
        snprintf(text, sizeof text, "%u MHz %6.5g mW ", mhz, (double)uw / 1e3);
    else
        snprintf(text, sizeof text, "%.7s %7.5g mW ", state, (double)uw / 1e3);
    canvas_right(p->c, p->r.x + p->label, y, p->label - 3, PAINT_PLAIN, text);
}

static void draw_hart(const struct plan *p, int y, unsigned h, bool power)
{
    const struct cpu_config *c = &p->m->config->cpus[h];
    int bars = p->r.w - p->label;
    uint64_t most = power ? (c->nopps ? c->opps[c->nopps - 1].uw : c->nidle ? c->idle[0].uw : 0)
                          : c->mhz;
    uint32_t hint = 0;
    ns_t from, to;

    hart_label(p, y, h);
    for (int i = 0; i < bars; i++) {
        if (!span_of(p, i, bars, &from, &to))
            continue;
        struct trail_mean mean = trail_mean(&p->m->trails[h], c, from, to, &hint);

        put_bar(p->c, p->r.x + p->label + i, y, eighths(power ? mean.uw : mean.mhz, most));
    }
}

/* --- guests --- */

static ns_t waited(const struct plan *p, const struct process_config *cpus, ns_t from, ns_t to)
{
    ns_t sum = 0;

    for (uint32_t i = 0; i < cpus->count; i++) {
        tid_t tid = cpus->first + i;

        if (tid >= p->m->ntasks || tid >= MODEL_TRACKED)
            continue;
        sum += track_time(&p->m->states[tid], TASK_RUNNABLE, from, to) +
               track_time(&p->m->states[tid], TASK_SLEEPING | WAIT_CAP << 8, from, to);
    }
    return sum;
}

static void guest_bars(const struct plan *p, int y, const struct process_config *cpus)
{
    int bars = p->r.w - p->label;
    ns_t from, to;

    for (int i = 0; i < bars; i++)
        if (span_of(p, i, bars, &from, &to))
            put_bar(p->c, p->r.x + p->label + i, y,
                    eighths((uint64_t)waited(p, cpus, from, to),
                            (uint64_t)(to - from) * cpus->count));
}

/* Number g of all, those in it behind each. */
static void draw_guest(const struct plan *p, int y, unsigned g)
{
    const struct vm_config *vm = p->m->config->vm;
    char time[40], text[64];
    struct nested n;

    if (p->m->crash[0] || !nested_guest(p->m, g, &n)) {
        if (g < vm->nguests)
            canvas_name(p->c, p->r.x, y, p->label - 3, PAINT_HEAD, vm->guest[g].name);
        return;
    }
    int indent = (int)n.depth * 2;

    snprintf(text, sizeof text, "%s %.4s%s ",
             model_time(p->m->config, n.facts.steal, 1, time, sizeof time),
             p->m->config->unit_name, n.facts.over ? " over" : n.facts.non ? " on" : "");
    canvas_right(p->c, p->r.x + p->label, y, p->label - 3, PAINT_PLAIN, text);
    canvas_name(p->c, p->r.x + indent, y, p->label - indent - text_width(text) - 1, PAINT_HEAD,
                n.name);
    if (!n.depth)
        guest_bars(p, y, &p->m->config->processes[vm->guest[n.index].process]);
}

/* --- the pane --- */

static uint32_t rows_of(const struct model *m, unsigned page)
{
    return page == PAGE_STEAL ? config_guests(m->config->vm) : m->config->ncpus;
}

/* "power  rows 0-4 of 8  column = 1 ms", as far as there is room for it. */
static void note_text(const struct plan *p, uint32_t n, const struct look *l, char *buf, size_t size)
{
    static const char *const names[PAGES] = { "power", "frequency", "steal time of guests" };
    char rows[48] = "", column[64], time[40];
    int room = p->r.w - 12;

    if (n > l->power.rows)
        snprintf(rows, sizeof rows, "  rows %u-%u of %u", l->power.top,
                 l->power.top + l->power.rows - 1, n);
    snprintf(column, sizeof column, "  column = %s %.4s",
             model_time(p->m->config, p->column, 3, time, sizeof time), p->m->config->unit_name);
    snprintf(buf, size, "%s%s%s", names[l->power.page], rows, column);
    if (text_width(buf) > room)
        snprintf(buf, size, "%.10s%s%s", names[l->power.page], rows, column);
    if (text_width(buf) > room)
        snprintf(buf, size, "%.10s%s", names[l->power.page], rows);
}

static void draw(struct canvas *c, struct rect r, const struct model *m, struct look *l)
{
    char note[160] = "";

    if (r.h < 2 || r.w < NARROW + 4 || !m->machine)
        return;
    if (!has_page(m, l->power.page))
        l->power.page = power_turn(m, l->power.page);
    struct plan p = { .c = c, .m = m, .r = { r.x, r.y + 1, r.w, r.h - 1 },
                      .label = r.w < WIDE ? NARROW : LABEL,
                      .column = l->shown_column ? l->shown_column : m->config->time_unit };
    bool any = has_page(m, l->power.page);
    uint32_t n = any ? rows_of(m, l->power.page) : 0, rows = (uint32_t)p.r.h;
    uint32_t most = n > rows ? n - rows : 0;

    l->power.rows = rows;
    l->power.top = l->power.top < most ? l->power.top : most;
    if (any)
        note_text(&p, n, l, note, sizeof note);
    pane_title(c, &r, view_power.name, l->active == PANE_POWER, note);
    if (!any)
        wrapped_text(c, r, PAINT_FAINT, "Nothing is known of power here (machine.cpus with opps "
                     "or idle states), and there are no guests (kernel.structure vm).");
    for (uint32_t y = 0; y < rows && l->power.top + y < n; y++) {
        if (l->power.page == PAGE_STEAL)
            draw_guest(&p, r.y + (int)y, l->power.top + y);
        else
            draw_hart(&p, r.y + (int)y, l->power.top + y, l->power.page == PAGE_POWER);
    }
}

const struct view_ops view_power = { "Power", draw };
