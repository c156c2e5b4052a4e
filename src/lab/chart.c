/* chart.c - the Gantt chart as text: rows of cells, one cell a fixed span of time.
 *
 * A cell shows the piece that has most of it. The span is the smallest of 1, 2 and 5
 * times a power of ten ns with which the run fits the width, so that the axis has
 * round numbers.
 */
#include <lab/report.h>

#include <stdlib.h>
#include <string.h>

enum { NAME = 2 * CONFIG_NAME, MAX_HART_ROWS = 32, MAX_TASK_ROWS = 16, TICK = 10,
       MAX_WIDTH = 400, LABEL_MAX = 14 };

#define NOBODY SIZE_MAX

struct chart {
    const struct report *r;
    FILE *out;
    const struct gantt_piece *piece;
    size_t n;
    ns_t from, to, cell;        /* cell: ns that one column stands for */
    unsigned columns, label;    /* label: columns before the first cell */
    bool tails;                 /* short names show their end: P1, P2 -> 1, 2 */
};

static const char *piece_name(const struct chart *c, const struct gantt_piece *p,
                              char buf[NAME])
{
    return peek_name(c->r->machine, p->tid, buf, NAME);
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

/* --- which piece has a cell --- */

/* owner[x]: index of the piece with the most of cell x among those of `hart`, or of
 * `tid` when hart is HART_NONE. */
static void own_cells(const struct chart *c, uint16_t hart, tid_t tid, size_t *owner)
{
    ns_t most[MAX_WIDTH] = { 0 };

    for (unsigned x = 0; x < c->columns; x++)
        owner[x] = NOBODY;
    for (size_t i = 0; i < c->n; i++) {
        const struct gantt_piece *p = &c->piece[i];
        ns_t from = p->from - c->from, to = piece_end(c, p) - c->from;

        if ((hart != HART_NONE ? p->hart != hart : p->tid != tid) || from >= to)
            continue;
        for (ns_t x = from / c->cell; x < (ns_t)c->columns && x * c->cell < to; x++) {
            ns_t a = x * c->cell > from ? x * c->cell : from;
            ns_t b = (x + 1) * c->cell < to ? (x + 1) * c->cell : to;

            if (b - a > most[x]) {
                most[x] = b - a;
                owner[x] = i;
            }
        }
    }
}

/* --- rows --- */

static void put_label(const struct chart *c, const char *text)
{
    unsigned n = 0;

    fputc(' ', c->out);
    for (const char *s = text; *s && n < c->label - 2; s++) {
        fputc(*s, c->out);
        n += ((unsigned char)s[1] & 0xc0) != 0x80;
    }
    for (; n < c->label - 1; n++)
        fputc(' ', c->out);
}

/* Dark enough for white letters, and told apart by most who see colours otherwise. */
static void colour(const struct chart *c, tid_t tid)
{
    static const unsigned char background[] = { 24, 130, 29, 90, 94, 60, 124, 23 };

    if (c->r->colour)
        fprintf(c->out, "\033[97;48;5;%um", background[tid % sizeof background]);
}

static void plain(const struct chart *c)
{
    if (c->r->colour)
        fputs("\033[0m", c->out);
}

/* A stretch of `width` cells: its name, then a bar. A name that does not fit shows its
 * first letters, or its last ones where the first letters are no help. */
static void put_stretch(const struct chart *c, const struct gantt_piece *p, unsigned width)
{
    char name[NAME];
    const char *s = piece_name(c, p, name);
    size_t length = strlen(s);
    unsigned x = 0;

    if (c->tails && length > width)
        s += length - width;
    while (((unsigned char)*s & 0xc0) == 0x80)
        s++;
    colour(c, p->tid);
    for (; *s && x < width; s++) {
        fputc(*s, c->out);
        x += ((unsigned char)s[1] & 0xc0) != 0x80;
    }
    for (; x < width; x++)
        fputs(c->r->colour ? " " : c->r->utf8 ? "\u2501" : "=", c->out);
    plain(c);
}

static void hart_row(const struct chart *c, uint16_t hart)
{
    size_t owner[MAX_WIDTH];
    char text[24];

    snprintf(text, sizeof text, "cpu %u", hart);
    put_label(c, text);
    own_cells(c, hart, TID_NONE, owner);
    for (unsigned x = 0; x < c->columns;) {
        unsigned end = x;

        while (end < c->columns && owner[end] == owner[x])
            end++;
        if (owner[x] != NOBODY)
            put_stretch(c, &c->piece[owner[x]], end - x);
        else
            for (unsigned i = x; i < end; i++)
                fputs(c->r->utf8 ? "\u00b7" : ".", c->out);
        x = end;
    }
    fputc('\n', c->out);
}

/* Where it ran; its hart's last digit if there are several. */
static void task_row(const struct chart *c, tid_t tid)
{
    size_t owner[MAX_WIDTH];
    char name[NAME];
    bool many = c->r->results->config->ncpus > 1;

    put_label(c, peek_name(c->r->machine, tid, name, sizeof name));
    own_cells(c, HART_NONE, tid, owner);
    for (unsigned x = 0; x < c->columns; x++) {
        if (owner[x] == NOBODY) {
            fputs(c->r->utf8 ? "\u00b7" : ".", c->out);
            continue;
        }
        colour(c, tid);
        if (many)
            fputc('0' + c->piece[owner[x]].hart % 10, c->out);
        else
            fputs(c->r->colour ? " " : c->r->utf8 ? "\u2588" : "#", c->out);
        plain(c);
    }
    fputc('\n', c->out);
}

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

/* --- the whole --- */

/* Do two names begin alike? Then their ends tell more. */
static bool begin_alike(const struct chart *c, tid_t ntasks)
{
    bool seen[256] = { false };
    char name[NAME];

    for (tid_t tid = 0; tid < ntasks && tid < 64; tid++) {
        unsigned char first =
            (unsigned char)*peek_name(c->r->machine, tid, name, sizeof name);

        if (seen[first])
            return true;
        seen[first] = true;
    }
    return false;
}

static unsigned label_width(const struct chart *c, tid_t ntasks)
{
    size_t widest = c->r->results->config->ncpus > 10 ? 6 : 5;
    char name[NAME];

    for (tid_t tid = 0; ntasks <= MAX_TASK_ROWS && tid < ntasks; tid++) {
        size_t n = text_columns(peek_name(c->r->machine, tid, name, sizeof name));

        if (n > widest)
            widest = n;
    }
    return (unsigned)(widest < LABEL_MAX ? widest : LABEL_MAX) + 3;
}

static bool lay_out(struct chart *c, tid_t ntasks)
{
    const struct results *r = c->r->results;
    unsigned width = c->r->width < MAX_WIDTH ? c->r->width : MAX_WIDTH;
    size_t unit_columns = text_columns(r->config->unit_name) + 4;

    c->piece = gantt_pieces(r->gantt, &c->n);
    if (!c->n || r->end <= 0)
        return false;
    c->from = gantt_lost(r->gantt) ? c->piece[0].from : 0;
    c->to = r->end;
    c->label = label_width(c, ntasks);
    c->columns = width - c->label - (unsigned)unit_columns;
    c->cell = round_cell(c->to - c->from, c->columns);
    c->columns = (unsigned)((c->to - c->from + c->cell - 1) / c->cell);
    c->tails = begin_alike(c, ntasks);
    return c->columns > 0;
}

void chart_print(const struct report *r, FILE *out)
{
    struct chart c = { .r = r, .out = out };
    tid_t ntasks = peek_ntasks(r->machine);
    uint32_t ncpus = r->results->config->ncpus;
    char text[48];

    if (!r->results->gantt || !lay_out(&c, ntasks))
        return;
    for (uint32_t h = 0; h < ncpus && h < MAX_HART_ROWS; h++)
        hart_row(&c, (uint16_t)h);
    if (ncpus > MAX_HART_ROWS)
        fprintf(out, " ... %u more cpus\n", ncpus - MAX_HART_ROWS);
    for (tid_t tid = 0; ntasks <= MAX_TASK_ROWS && tid < ntasks; tid++)
        task_row(&c, tid);
    axis(&c);
    fprintf(out, " (one column is %s %s)\n",
            short_time(c.cell, r->results->config->time_unit, text, sizeof text),
            r->results->config->unit_name);
}
