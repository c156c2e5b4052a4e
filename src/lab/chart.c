/* chart.c - the Gantt chart of the report: a row a cpu, a row a task, marks, an axis.
 *
 * What a cell shows is stat/strip.h's, as on the screens. The span of a cell is the
 * smallest of 1, 2 and 5 times a power of ten ns with which the run fits the width, so
 * that the axis has round numbers.
 */
#include <lab/report.h>

#include <sim/utf8.h>
#include <stat/label.h>
#include <stat/strip.h>
#include <stdlib.h>
#include <string.h>

enum { NAME = 2 * CONFIG_NAME, MAX_HART_ROWS = 32, MAX_TASK_ROWS = 16, MAX_LOCK_ROWS = 8,
       TICK = 10, MAX_WIDTH = 400, LABEL_MAX = 16, SYMBOLS = 256, TOLD = 12 };

struct chart {
    const struct report *r;
    FILE *out;
    const struct gantt_piece *piece;
    size_t n;
    const struct gantt_mark *mark;
    size_t nmarks;
    ns_t from, to, cell;        /* cell: ns that one column stands for */
    unsigned columns, label;    /* label: columns before the first cell */
    char symbol[SYMBOLS];
    bool shared, part;          /* such cells were drawn */
    tid_t told[TOLD];           /* tasks that appeared as symbols */
    unsigned ntold;
    struct strip_cell *cells;   /* of the row being drawn, as many as there are columns */
    uint32_t *glyph;
    tid_t *owner;
};

static const char *task_name(const struct chart *c, tid_t tid, char *buf, size_t size)
{
    return peek_name(c->r->machine, tid, buf, size);
}

static char symbol_of(const struct chart *c, tid_t tid)
{
    return tid < SYMBOLS && c->symbol[tid] ? c->symbol[tid] : strip_symbol(tid);
}

static ns_t piece_end(const struct chart *c, const struct gantt_piece *p)
{
    return p->open ? c->r->results->end : p->to;
}

static ns_t round_cell(ns_t span, unsigned columns)
{
    for (ns_t ten = 1;; ten *= 10)
        for (unsigned i = 0; i < 3; i++) {
            ns_t cell = ten * (i == 0 ? 1 : i == 1 ? 2 : 5);

            if (cell > NS_MAX / MAX_WIDTH || span <= cell * (ns_t)columns)
                return cell;
        }
}

/* --- the pen: a row is gathered, then printed --- */

static const char *pen_name(void *ctx, tid_t tid, char *buf, size_t size)
{
    return task_name(ctx, tid, buf, size);
}

static char pen_symbol(void *ctx, tid_t tid)
{
    return symbol_of(ctx, tid);
}

static void tell(struct chart *c, tid_t tid)
{
    for (unsigned i = 0; i < c->ntold; i++)
        if (c->told[i] == tid)
            return;
    if (c->ntold < TOLD)
        c->told[c->ntold++] = tid;
}

static void pen_put(void *ctx, unsigned x, uint32_t glyph, tid_t tid)
{
    struct chart *c = ctx;

    c->shared |= glyph == STRIP_SHARED_GLYPH;
    c->part |= glyph > 0x2580 && glyph < 0x2588;
    c->glyph[x] = glyph;
    c->owner[x] = tid;
    if (tid != TID_NONE && glyph < 0x80 && glyph == (unsigned char)symbol_of(c, tid))
        tell(c, tid);
}

static struct strip_pen pen(struct chart *c)
{
    return (struct strip_pen){ c, pen_name, pen_symbol, pen_put };
}

static struct strip blank(struct chart *c)
{
    memset(c->cells, 0, c->columns * sizeof *c->cells);
    return (struct strip){ .from = c->from, .cell = c->cell, .end = c->to, .n = c->columns,
                           .cells = c->cells };
}

static void put_glyph(const struct chart *c, uint32_t ch)
{
    char bytes[4];

    if (c->r->utf8)
        fwrite(bytes, 1, utf8_encode(ch, bytes), c->out);
    else
        fputc(strip_ascii(ch), c->out);
}

/* Dark enough for white letters, and told apart by most who see colours otherwise. */
static unsigned background(tid_t tid)
{
    static const unsigned char colour[] = { 24, 130, 29, 90, 94, 60, 124, 23 };

    return colour[tid % sizeof colour];
}

/* Letters stand on their task's colour, blocks are of it. */
static void put_row(const struct chart *c)
{
    for (unsigned x = 0; x < c->columns; x++) {
        bool of_task = c->r->colour && c->owner[x] != TID_NONE;

        if (of_task)
            fprintf(c->out, c->glyph[x] > 0x2580 ? "\033[38;5;%um" : "\033[97;48;5;%um",
                    background(c->owner[x]));
        put_glyph(c, c->glyph[x]);
        if (of_task && (x + 1 == c->columns || c->owner[x + 1] != c->owner[x]
                        || (c->glyph[x + 1] > 0x2580) != (c->glyph[x] > 0x2580)))
            fputs("\033[0m", c->out);
    }
    fputc('\n', c->out);
}

/* --- rows --- */

static void put_label(const struct chart *c, const char *text)
{
    char fit[NAME];

    fprintf(c->out, " %s", label_fit(text, c->label - 2, "~", fit, sizeof fit));
    for (size_t n = text_columns(fit); n < c->label - 1; n++)
        fputc(' ', c->out);
}

static void hart_row(struct chart *c, uint16_t hart)
{
    struct strip s = blank(c);
    struct strip_pen p = pen(c);
    char text[24];

    for (size_t i = 0; i < c->n; i++)
        if (c->piece[i].hart == hart)
            strip_add(&s, c->piece[i].from, piece_end(c, &c->piece[i]), c->piece[i].tid);
    strip_draw_owners(&s, &p);
    snprintf(text, sizeof text, "cpu %u", hart);
    put_label(c, text);
    put_row(c);
}

/* How much of each cell it ran. */
static void task_row(struct chart *c, tid_t tid)
{
    struct strip s = blank(c);
    struct strip_pen p = pen(c);
    char name[NAME], text[NAME + 2];

    for (size_t i = 0; i < c->n; i++)
        if (c->piece[i].tid == tid)
            strip_add(&s, c->piece[i].from, piece_end(c, &c->piece[i]), tid);
    strip_draw_shares(&s, &p);
    snprintf(text, sizeof text, "%c %s", symbol_of(c, tid),
             task_name(c, tid, name, sizeof name));
    put_label(c, text);
    put_row(c);
}

/* Who held a lock. */
static void lock_row(struct chart *c, uint32_t lock)
{
    struct strip s = blank(c);
    struct strip_pen p = pen(c);
    ns_t since = 0;
    tid_t holder = TID_NONE;
    bool used = false;
    char text[NAME];

    for (size_t i = 0; i < c->nmarks; i++) {
        const struct gantt_mark *m = &c->mark[i];

        if ((m->kind != EV_LOCK && m->kind != EV_UNLOCK) || m->object != lock)
            continue;
        if (holder != TID_NONE)
            strip_add(&s, since, m->at, holder);
        holder = m->kind == EV_LOCK ? m->tid : TID_NONE;
        since = m->at;
        used = true;
    }
    if (holder != TID_NONE)
        strip_add(&s, since, c->to, holder);
    if (!used)
        return;
    strip_draw_owners(&s, &p);
    snprintf(text, sizeof text, "lock %s", c->r->results->config->lock_names[lock]);
    put_label(c, text);
    put_row(c);
}

/* --- marks --- */

static void blank_row(struct chart *c)
{
    for (unsigned x = 0; x < c->columns; x++) {
        c->glyph[x] = ' ';
        c->owner[x] = TID_NONE;
    }
}

/* Deadlines that were missed, as the symbols of those that missed them. */
static void miss_row(struct chart *c)
{
    bool any = false;

    blank_row(c);
    for (size_t i = 0; i < c->nmarks; i++) {
        const struct gantt_mark *m = &c->mark[i];
        ns_t x = (m->at - c->from) / c->cell;
        uint32_t symbol = (unsigned char)symbol_of(c, m->tid);

        if (m->kind != EV_JOB_MISS || m->at < c->from)
            continue;
        x = x < (ns_t)c->columns ? x : (ns_t)c->columns - 1;
        c->glyph[x] = c->glyph[x] == ' ' || c->glyph[x] == symbol ? symbol : '+';
        any = true;
    }
    if (!any)
        return;
    put_label(c, "missed");
    put_row(c);
}

/* Where another policy took over, and its name. */
static void policy_row(struct chart *c)
{
    const struct config *config = c->r->results->config;
    bool any = false;

    blank_row(c);
    for (size_t i = 0; i < c->nmarks; i++) {
        const struct gantt_mark *m = &c->mark[i];
        ns_t x = (m->at - c->from) / c->cell;
        const struct policy_config *p =
            m->kind == EV_POLICY_SWITCH ? config_switched_to(config, m->object) : NULL;

        if (!p || m->at < c->from || x >= (ns_t)c->columns)
            continue;
        for (; x < (ns_t)c->columns; x++)
            c->glyph[x] = ' ';
        x = (m->at - c->from) / c->cell;
        c->glyph[x++] = '|';
        for (const char *s = p->spec; *s && x < (ns_t)c->columns; s++)
            c->glyph[x++] = (unsigned char)*s < 0x80 ? (unsigned char)*s : '?';
        any = true;
    }
    if (!any)
        return;
    put_label(c, "policy");
    put_row(c);
}

/* --- the axis and the legend --- */

static void axis(const struct chart *c)
{
    ns_t unit = c->r->results->config->time_unit;
    unsigned x = 0;

    put_label(c, "");
    for (unsigned tick = 0; tick <= c->columns; tick += TICK) {
        char text[48];

        while (x < tick) {
            fputc(' ', c->out);
            x++;
        }
        if (x > tick)           /* the number before took this place */
            continue;
        short_time(c->from + (ns_t)tick * c->cell, unit, text, sizeof text);
        x += (unsigned)fprintf(c->out, "%s", text);
    }
    fprintf(c->out, " %s\n", c->r->results->config->unit_name);
}

static void legend(const struct chart *c)
{
    char text[48];

    fprintf(c->out, " (one column is %s %s",
            short_time(c->cell, c->r->results->config->time_unit, text, sizeof text),
            c->r->results->config->unit_name);
    if (c->shared)
        fprintf(c->out, "; %s several took turns", c->r->utf8 ? "\u2261" : "*");
    if (c->part)
        fprintf(c->out, "; %s used in part", c->r->utf8 ? "\u2581..\u2587" : ", : +");
    fputs(")\n", c->out);
    if (peek_ntasks(c->r->machine) <= MAX_TASK_ROWS)    /* rows say which is whose */
        return;
    for (unsigned i = 0; i < c->ntold; i++) {
        char name[NAME];

        fprintf(c->out, "%s%c %s", i ? ", " : " (", symbol_of(c, c->told[i]),
                task_name(c, c->told[i], name, sizeof name));
    }
    if (c->ntold)
        fputs(c->ntold == TOLD ? ", ...)\n" : ")\n", c->out);
}

/* --- the whole --- */

static unsigned label_width(const struct chart *c, tid_t ntasks)
{
    const struct config *config = c->r->results->config;
    size_t widest = config->ncpus > 10 ? 6 : 5, n;
    char name[NAME];

    for (tid_t tid = 0; ntasks <= MAX_TASK_ROWS && tid < ntasks; tid++) {
        n = text_columns(task_name(c, tid, name, sizeof name)) + 2;
        widest = n > widest ? n : widest;
    }
    for (uint32_t i = 0; i < config->nlocks && i < MAX_LOCK_ROWS; i++) {
        n = text_columns(config->lock_names[i]) + 5;
        widest = n > widest ? n : widest;
    }
    widest = c->nmarks && widest < 6 ? 6 : widest;
    return (unsigned)(widest < LABEL_MAX ? widest : LABEL_MAX) + 3;
}

static bool lay_out(struct chart *c, tid_t ntasks)
{
    const struct results *r = c->r->results;
    unsigned width = c->r->width < MAX_WIDTH ? c->r->width : MAX_WIDTH;
    size_t unit_columns = text_columns(r->config->unit_name) + 4;

    c->piece = gantt_pieces(r->gantt, &c->n);
    c->mark = gantt_marks(r->gantt, &c->nmarks);
    if (!c->n || r->end <= 0)
        return false;
    strip_symbols(r->config, c->symbol, sizeof c->symbol);
    c->from = gantt_lost(r->gantt) ? c->piece[0].from : 0;
    c->to = r->end;
    c->label = label_width(c, ntasks);
    c->columns = width - c->label - (unsigned)unit_columns;
    c->cell = round_cell(c->to - c->from, c->columns);
    c->columns = (unsigned)((c->to - c->from + c->cell - 1) / c->cell);
    return c->columns > 0;
}

/* One block, the widest first. free(c->cells) */
static bool take_columns(struct chart *c)
{
    c->cells = calloc(c->columns, sizeof *c->cells + sizeof *c->glyph + sizeof *c->owner);
    if (!c->cells)
        return false;
    c->glyph = (uint32_t *)(c->cells + c->columns);
    c->owner = (tid_t *)(c->glyph + c->columns);
    return true;
}

static void rows(struct chart *c, tid_t ntasks)
{
    const struct config *config = c->r->results->config;

    for (uint32_t h = 0; h < config->ncpus && h < MAX_HART_ROWS; h++)
        hart_row(c, (uint16_t)h);
    if (config->ncpus > MAX_HART_ROWS)
        fprintf(c->out, " ... %u more cpus\n", config->ncpus - MAX_HART_ROWS);
    for (tid_t tid = 0; ntasks <= MAX_TASK_ROWS && tid < ntasks; tid++)
        task_row(c, tid);
    for (uint32_t i = 0; i < config->nlocks && i < MAX_LOCK_ROWS; i++)
        lock_row(c, i);
    miss_row(c);
    policy_row(c);
}

void chart_print(const struct report *r, FILE *out)
{
    struct chart c = { .r = r, .out = out };
    tid_t ntasks = peek_ntasks(r->machine);

    if (r->results->gantt && lay_out(&c, ntasks) && take_columns(&c)) {
        rows(&c, ntasks);
        axis(&c);
        legend(&c);
    }
    free(c.cells);
}
