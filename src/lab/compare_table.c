/* compare_table.c - a comparison as tables for people. See compare.h.
 *
 * Up to four policies stand side by side, metrics below each other; more policies are
 * rows, so that each metric can be read down its column. What does not fit in the width
 * follows in another block.
 */
#include <formats/text.h>
#include <lab/compare.h>
#include <stat/maths.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LABEL_MAX = 40, CELL_MAX = 64, HEAD_MAX = 36, GAP = 2, NOTES = 5, METRICS_MAX = 64,
       SIDE_BY_SIDE = 4 };

struct table {
    const struct compare *c;
    const struct compare_plan *plan;
    const struct compare_workload *load;
    const struct compare_style *style;
    struct text_out *out;
    size_t workload;
    bool difference;            /* the table of differences, not of values */
    unsigned guest;             /* of one guest; COMPARE_WHOLE */
    bool failed;                /* a write failed */
    unsigned label_width;
    unsigned *width;            /* by policy */
};

/* A failed write is remembered, and nothing is written after it. */
#define put(t, ...) \
    ((void)((t)->failed = (t)->failed || !text_out_printf((t)->out, __VA_ARGS__)))

/* Columns that a UTF-8 text takes, for the characters that we use. */
static unsigned text_width(const char *s)
{
    unsigned n = 0;

    for (; *s; s++)
        n += ((unsigned char)*s & 0xc0) != 0x80;
    return n;
}

static void pad(struct table *t, unsigned have, unsigned want)
{
    for (; have < want; have++)
        put(t, " ");
}

/* --- one cell --- */

static double scale_of(const struct table *t, unsigned m)
{
    return metric_at(m)->unit == METRIC_TIME ? 1.0 / (double)t->load->unit : 1.0;
}

/* Decimals for a whole row, so that its numbers line up: four digits or so of the
 * largest, none for counts that are whole. */
static int decimals_of(const struct table *t, unsigned m)
{
    double largest = 0;
    bool whole = true;

    for (size_t k = 0; k < t->plan->npolicies; k++) {
        struct compare_number x = compare_number_of(t->c, t->workload, k, t->guest, m);
        const struct estimate *e = t->difference ? &x.difference : &x.value;
        double v = fabs(e->mean * scale_of(t, m));
        if (isnan(v))
            continue;
        largest = v > largest ? v : largest;
        whole &= v == floor(v) && !(e->sd > 0);
    }
    if (whole || largest >= 10000)
        return 0;
    return largest >= 1000 ? 1 : largest >= 10 ? 2 : largest >= 1 ? 3 : 4;
}

/* Why policy k has no number: it had no good run, or what is measured never happened. */
static const char *why_missing(const struct table *t, size_t k, unsigned m)
{
    const char *name = metric_at(m)->name;

    if (!compare_good(t->c, t->workload, k))
        return "failed";
    if (!strcmp(name, "miss_ratio") || !strncmp(name, "response_time", 13)
        || !strcmp(name, "lateness") || !strcmp(name, "tardiness"))
        return "no job";
    if (!strcmp(name, "first_response"))
        return "none ran";
    if (!strcmp(name, "blast_radius") || !strcmp(name, "processes_lost"))
        return "no fault";
    return "none done";
}

/* "12.34 ± 0.56 *": the mean and half the width of its interval. */
static void cell_text(const struct table *t, size_t k, unsigned m, int decimals,
                      char *buf, size_t size)
{
    struct compare_number x = compare_number_of(t->c, t->workload, k, t->guest, m);
    const struct estimate *e = t->difference ? &x.difference : &x.value;
    double scale = scale_of(t, m), half = (e->high - e->low) / 2 * scale;
    bool chance = t->difference ? !x.difference_alike : !x.alike;
    bool interval = chance && half > 0;
    bool marked = t->difference ? interval && (e->low > 0 || e->high < 0) : x.best;
    char spread[24] = "";

    if (e->n == 0) {
        snprintf(buf, size, "%s  ", why_missing(t, k, m));
        return;
    }
    if (interval)
        snprintf(spread, sizeof spread, " %s %.*f", t->style->utf8 ? "±" : "+-", decimals,
                 half);
    double mean = e->mean * scale;
    if (fabs(mean) < 0.5 * maths_pow(10, -decimals))
        mean = 0;                       /* no "-0.00" */
    snprintf(buf, size, "%+.*f%s %s", decimals, mean, spread, marked ? "*" : " ");
    if (!t->difference)                 /* only differences show a plus */
        memmove(buf, buf + (buf[0] == '+'), strlen(buf) + !(buf[0] == '+'));
}

/* Of one guest among several: how its work fared. All the rest is in the JSON. */
static bool is_for_guests(const struct table *t, unsigned m)
{
    static const char *const names[] = { "turnaround", "throughput", "response_time",
                                         "response_time_p99", "miss_ratio", "processes_lost",
                                         "steal" };
    const char *wanted = t->load->guest[t->guest].config->metric;

    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(metric_at(m)->name, names[i]))
            return true;
    return wanted && !strcmp(metric_at(m)->name, wanted);
}

/* Rows in which there is nothing to see are left out: never measured, or 0 for
 * everybody. */
static bool row_shown(const struct table *t, unsigned m)
{
    if (t->guest != COMPARE_WHOLE && !is_for_guests(t, m))
        return false;
    for (size_t k = 0; k < t->plan->npolicies; k++) {
        struct compare_number x = compare_number_of(t->c, t->workload, k, t->guest, m);
        const struct estimate *e = t->difference ? &x.difference : &x.value;
        if (e->n > 0 && (e->mean != 0 || e->sd > 0))
            return true;
    }
    return false;
}

static void label_text(const struct table *t, unsigned m, char *buf, size_t size)
{
    const struct metric *metric = metric_at(m);
    const char *unit = metric->unit == METRIC_TIME ? t->load->unit_name
                     : metric->unit == METRIC_RATE ? "1/s" : "";
    const char *good = metric->better < 0 ? "less" : metric->better > 0 ? "more" : "";

    snprintf(buf, size, "%s%s%s%s%s%s", metric->name, *unit ? " " : "", unit,
             *good ? " (" : "", good, *good ? ")" : "");
}

static void head_text(const struct table *t, size_t k, char *buf, size_t size)
{
    const char *spec = t->plan->policies[k];
    size_t n = strlen(spec), name = strcspn(spec, ":");

    /* What tells policies apart is their name and the end of their parameters; of a
     * path, the end: ./students/.../mine.c */
    if (n < HEAD_MAX)
        snprintf(buf, size, "%s", spec);
    else if (name < HEAD_MAX / 2)
        snprintf(buf, size, "%.*s:...%s", (int)name, spec, spec + n - (HEAD_MAX - 5 - name));
    else
        snprintf(buf, size, "...%s", spec + n - (HEAD_MAX - 4));
}

/* --- layout --- */

static void measure(struct table *t)
{
    char buf[CELL_MAX];

    t->label_width = 0;
    for (size_t k = 0; k < t->plan->npolicies; k++) {
        head_text(t, k, buf, sizeof buf);
        t->width[k] = text_width(buf) + 2;      /* over the numbers, not their mark */
    }
    for (unsigned m = 0; metric_at(m); m++) {
        if (!row_shown(t, m))
            continue;
        int decimals = decimals_of(t, m);
        label_text(t, m, buf, sizeof buf);
        if (text_width(buf) > t->label_width)
            t->label_width = text_width(buf);
        for (size_t k = 0; k < t->plan->npolicies; k++) {
            cell_text(t, k, m, decimals, buf, sizeof buf);
            if (text_width(buf) > t->width[k])
                t->width[k] = text_width(buf);
        }
    }
}

static void put_head(struct table *t, size_t from, size_t to)
{
    char buf[CELL_MAX];

    pad(t, 0, t->label_width);
    for (size_t k = from; k < to; k++) {
        head_text(t, k, buf, sizeof buf);
        pad(t, text_width(buf), t->width[k] + GAP - 2);
        put(t, "%s  ", buf);
    }
    put(t, "\n");
}

static void put_cell(struct table *t, const char *text, unsigned width)
{
    bool bold = t->style->color && text[strlen(text) - 1] == '*';

    pad(t, text_width(text), width + GAP);
    put(t, "%s%s%s", bold ? "\033[1;32m" : "", text, bold ? "\033[0m" : "");
}

static void put_row(struct table *t, unsigned m, size_t from, size_t to)
{
    char buf[CELL_MAX];
    int decimals = decimals_of(t, m);

    label_text(t, m, buf, sizeof buf);
    put(t, "%s", buf);
    pad(t, text_width(buf), t->label_width);
    for (size_t k = from; k < to; k++) {
        cell_text(t, k, m, decimals, buf, sizeof buf);
        put_cell(t, buf, t->width[k]);
    }
    put(t, "\n");
}

/* Policies from..to fit side by side; one always does. */
static size_t block_end(const struct table *t, size_t from)
{
    unsigned columns = t->style->columns ? t->style->columns : 80;
    unsigned used = t->label_width + t->width[from] + GAP;
    size_t to = from + 1;

    while (to < t->plan->npolicies && used + t->width[to] + GAP <= columns)
        used += t->width[to++] + GAP;
    return to;
}

static void put_blocks(struct table *t)
{
    measure(t);
    for (size_t from = t->difference, to; from < t->plan->npolicies; from = to) {
        to = block_end(t, from);
        put_head(t, from, to);
        for (unsigned m = 0; metric_at(m); m++)
            if (row_shown(t, m))
                put_row(t, m, from, to);
        put(t, "\n");
    }
}

/* --- more policies than that: they are the rows, metrics the columns --- */

/* "turnaround" over "ms, less". */
static void column_heads(unsigned m, const struct compare_workload *load, char *name,
                         char *unit, size_t size)
{
    const struct metric *metric = metric_at(m);
    const char *u = metric->unit == METRIC_TIME ? load->unit_name
                  : metric->unit == METRIC_RATE ? "1/s" : "";
    const char *good = metric->better < 0 ? "less" : metric->better > 0 ? "more" : "";

    snprintf(name, size, "%s", metric->name);
    snprintf(unit, size, "%s%s%s", u, *u && *good ? ", " : "", good);
}

struct column { unsigned width; int decimals; bool shown; };

static unsigned column_width(struct table *t, unsigned m, int decimals)
{
    char buf[CELL_MAX], unit[CELL_MAX];

    column_heads(m, t->load, buf, unit, sizeof buf);
    unsigned width = text_width(buf) > text_width(unit) ? text_width(buf) : text_width(unit);

    width += 2;                         /* over the numbers, not their mark */
    for (size_t k = t->difference; k < t->plan->npolicies; k++) {
        cell_text(t, k, m, decimals, buf, sizeof buf);
        width = text_width(buf) > width ? text_width(buf) : width;
    }
    return width;
}

/* One block of columns, the shown metrics from..to. */
static void put_columns(struct table *t, unsigned from, unsigned to, const struct column *col)
{
    char buf[CELL_MAX], unit[CELL_MAX];

    for (unsigned line = 0; line < 2; line++) {
        pad(t, 0, t->label_width);
        for (unsigned m = from; m < to; m++) {
            if (!col[m].shown)
                continue;
            column_heads(m, t->load, buf, unit, sizeof buf);
            pad(t, text_width(line ? unit : buf), col[m].width + GAP - 2);
            put(t, "%s  ", line ? unit : buf);
        }
        put(t, "\n");
    }
    for (size_t k = t->difference; k < t->plan->npolicies; k++) {
        head_text(t, k, buf, sizeof buf);
        put(t, "%s", buf);
        pad(t, text_width(buf), t->label_width);
        for (unsigned m = from; m < to; m++) {
            if (!col[m].shown)
                continue;
            cell_text(t, k, m, col[m].decimals, buf, sizeof buf);
            put_cell(t, buf, col[m].width);
        }
        put(t, "\n");
    }
    put(t, "\n");
}

static void put_transposed(struct table *t)
{
    unsigned columns = t->style->columns ? t->style->columns : 80, n = 0;
    struct column col[METRICS_MAX] = { { 0 } };
    char buf[CELL_MAX];

    t->label_width = 0;
    for (size_t k = 0; k < t->plan->npolicies; k++) {
        head_text(t, k, buf, sizeof buf);
        t->label_width = text_width(buf) > t->label_width ? text_width(buf) : t->label_width;
    }
    for (; n < METRICS_MAX && metric_at(n); n++)
        if ((col[n].shown = row_shown(t, n))) {
            col[n].decimals = decimals_of(t, n);
            col[n].width = column_width(t, n, col[n].decimals);
        }
    for (unsigned from = 0, to; from < n; from = to) {
        unsigned used = t->label_width;

        for (to = from; to < n; to++) {
            unsigned more = col[to].shown ? col[to].width + GAP : 0;

            if (used > t->label_width && used + more > columns)
                break;
            used += more;
        }
        if (used > t->label_width)
            put_columns(t, from, to, col);
    }
}

static void put_numbers(struct table *t)
{
    if (t->plan->npolicies > SIDE_BY_SIDE)
        put_transposed(t);
    else
        put_blocks(t);
}

/* Is there a row to show? */
static bool any_row(const struct table *t)
{
    for (unsigned m = 0; metric_at(m); m++)
        if (row_shown(t, m))
            return true;
    return false;
}

/* --- around the tables --- */

/* A text in lines no longer than the screen. */
static void put_wrapped(struct table *t, const char *text)
{
    unsigned columns = t->style->columns ? t->style->columns : 80, used = 0;

    while (*text) {
        int n = (int)strcspn(text, " \n");
        if (used > 0 && used + 1 + (unsigned)n > columns) {
            put(t, "\n");
            used = 0;
        }
        put(t, "%s%.*s", used ? " " : "", n, text);
        used += (unsigned)n + (used > 0);
        text += n + (text[n] != '\0');
    }
    put(t, "\n");
}

static void put_title(struct table *t)
{
    const struct compare_workload *w = t->load;
    const struct compare_plan *p = t->plan;

    put(t, "%s: %u task%s, %u cpu%s, ", w->name, w->ntasks, w->ntasks == 1 ? "" : "s",
        w->ncpus, w->ncpus == 1 ? "" : "s");
    if (p->nseeds == 1)
        put(t, "seed %llu\n", (unsigned long long)p->seed_first);
    else
        put(t, "seeds %llu..%llu\n", (unsigned long long)p->seed_first,
            (unsigned long long)(p->seed_first + p->nseeds - 1));
    if (*w->about)
        put_wrapped(t, w->about);
    put(t, "\n");
}

/* What the numbers mean: with chance, an interval; without, none. */
static void put_legend(struct table *t)
{
    size_t alike = 0, npolicies = t->plan->npolicies;
    const char *pm = t->style->utf8 ? "±" : "+-";

    for (size_t k = 0; k < npolicies; k++)
        alike += compare_alike(t->c, t->workload, k);
    put(t, npolicies > SIDE_BY_SIDE
            ? "* best mean of its column; less, more: which is better.\n"
            : "* best mean in its row; (less), (more): which is better.\n");
    if (t->plan->nseeds == 1)
        put(t, "One seed: no interval can be given (--seeds 1..30 gives one).\n");
    else if (alike == npolicies)
        put(t, "Nothing here is left to chance: all %zu seeds gave the same run, so the "
            "numbers\nare exact and have no interval.\n", t->plan->nseeds);
    else
        put(t, "Mean %s half of the 95%% confidence interval over %zu seeds "
            "(Student's t).\n", pm, t->plan->nseeds);
    if (alike > 0 && alike < npolicies)
        for (size_t k = 0; k < npolicies; k++)
            if (compare_alike(t->c, t->workload, k))
                put(t, "%s: all seeds gave the same run, hence no interval.\n",
                    t->plan->policies[k]);
    put(t, "\n");
}

/* The first few runs that failed, in words; the rest as a number. */
static void put_failures(struct table *t)
{
    size_t said = 0, more = 0;

    for (size_t k = 0; k < t->plan->npolicies; k++)
        for (size_t s = 0; s < t->plan->nseeds; s++) {
            const char *why = "";
            const struct cell *cell = compare_cell(t->c, t->workload, k, s, &why);
            if (cell && cell->state == CELL_GOOD)
                continue;
            if (said++ < NOTES)
                put(t, "Left out: %s, seed %llu: %s\n", t->plan->policies[k],
                    (unsigned long long)(t->plan->seed_first + s),
                    cell ? cell->note : why);
            else
                more++;
        }
    if (more)
        put(t, "Left out as well: %zu more run%s (--json names them all)\n", more,
            more == 1 ? "" : "s");
    if (said)
        put(t, "\n");
}

static void put_guests(struct table *t)
{
    for (t->guest = 0; t->guest < t->load->nguests && t->guest < t->plan->nguests; t->guest++) {
        if (!any_row(t))
            continue;
        put(t, "Guest %s\n\n", t->load->guest[t->guest].name);
        put_numbers(t);
    }
    t->guest = COMPARE_WHOLE;
}

static void put_workload(struct table *t)
{
    put_title(t);
    t->difference = false;
    put_numbers(t);
    put_guests(t);
    put_legend(t);
    put_failures(t);
    if (t->plan->npolicies < 2)
        return;
    t->difference = true;
    if (!any_row(t))
        return;
    put(t, "Difference from %s, seed by seed (* the 95%% interval excludes 0)\n\n",
        t->plan->policies[0]);
    put_numbers(t);
}

bool compare_table(const struct compare *c, const struct compare_style *style,
                   struct text_out *out)
{
    const struct compare_plan *plan = compare_plan(c);
    struct table t = { .c = c, .plan = plan, .style = style, .out = out,
                       .guest = COMPARE_WHOLE,
                       .width = calloc(plan->npolicies, sizeof *t.width) };

    if (!t.width)
        return false;
    for (size_t w = 0; w < plan->nworkloads; w++) {
        t.workload = w;
        t.load = &plan->workloads[w];
        put_workload(&t);
    }
    free(t.width);
    return !t.failed;
}
