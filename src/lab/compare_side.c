/* compare_side.c - workloads side by side, under one policy or each under its own: a row for
 * each number that one of them says matters, a column for each of them. */
#include <formats/text.h>
#include <lab/compare.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { GAP = 2, NAME = 24, MIN_WIDTH = 10, ROWS = 64 };

struct side {
    const struct compare *c;
    const struct compare_plan *plan;
    struct text_out *out;
    const struct compare_workload *first;       /* whose unit all times have */
    unsigned row[ROWS], nrows;  /* metrics */
    unsigned label;             /* columns of the labels */
    bool failed;
};

/* A failed write is remembered, and nothing is written after it. */
#define put(s, ...) \
    ((void)((s)->failed = (s)->failed || !text_out_printf((s)->out, __VA_ARGS__)))

static void add_rows(struct side *s, const struct compare_workload *w)
{
    for (unsigned i = 0; i < w->nmetrics; i++) {
        unsigned m = metric_index(metric_find(w->metrics[i])), at = 0;

        while (at < s->nrows && s->row[at] != m)
            at++;
        if (at == s->nrows && at < ROWS)
            s->row[s->nrows++] = m;
    }
}

static const char *label_of(const struct side *s, unsigned m, char *buf, size_t size)
{
    return compare_score_unit(s->first, metric_at(m), buf, size);
}

static void value_text(const struct side *s, size_t w, unsigned m, char *buf, size_t size)
{
    struct compare_number x = compare_number(s->c, w, 0, m);
    double v = x.value.mean;

    if (!x.value.n) {
        snprintf(buf, size, "%s", compare_good(s->c, w, 0) ? "-" : "failed");
        return;
    }
    if (metric_at(m)->unit == METRIC_TIME)
        v /= (double)s->first->unit;
    if (metric_at(m)->unit == METRIC_COUNT && v == floor(v))
        snprintf(buf, size, "%.0f", v);
    else
        snprintf(buf, size, fabs(v) >= 100 ? "%.0f" : fabs(v) >= 1 ? "%.2f" : "%.3g", v);
}

/* '*': no workload's mean is better, and one is worse; '=': all are as good; ' ': neither,
 * or nobody else has such a number, or there is no better and worse. */
static char mark(const struct side *s, size_t w, unsigned m)
{
    double mine = compare_number(s->c, w, 0, m).value.mean;
    int better = metric_at(m)->better;
    bool worse = false, others = false;

    if (isnan(mine) || better == 0)
        return ' ';
    for (size_t i = 0; i < s->plan->nworkloads; i++) {
        struct estimate e = compare_number(s->c, i, 0, m).value;

        others |= e.n && i != w;
        if (!e.n || compare_same(e.mean, mine))
            continue;
        if ((e.mean - mine) * better > 0)
            return ' ';
        worse = true;
    }
    return worse ? '*' : others ? '=' : ' ';
}

static unsigned width_of(const struct side *s, size_t w)
{
    size_t n = strlen(s->plan->workloads[w].name);

    return n < MIN_WIDTH ? MIN_WIDTH : n > NAME ? NAME : (unsigned)n;
}

/* Workloads from..to, which fit side by side. */
static void put_block(struct side *s, size_t from, size_t to)
{
    char buf[128];

    put(s, "%*s", (int)s->label, "");
    for (size_t w = from; w < to; w++)
        put(s, "%*s%*.*s ", GAP - 1, "", (int)width_of(s, w), NAME, s->plan->workloads[w].name);
    put(s, "\n");
    for (unsigned i = 0; i < s->nrows; i++) {
        put(s, "%-*s", (int)s->label, label_of(s, s->row[i], buf, sizeof buf));
        for (size_t w = from; w < to; w++) {
            value_text(s, w, s->row[i], buf, sizeof buf);
            put(s, "%*s%*s%c", GAP - 1, "", (int)width_of(s, w), buf,
                mark(s, w, s->row[i]));
        }
        put(s, "\n");
    }
    put(s, "\n");
}

bool compare_side(const struct compare *c, const struct compare_style *style,
                  struct text_out *out)
{
    struct side s = { .c = c, .plan = compare_plan(c), .out = out };
    unsigned columns = style->columns ? style->columns : 80, say = 0;
    char buf[128];

    s.first = &s.plan->workloads[0];
    for (size_t w = 0; w < s.plan->nworkloads; w++) {
        add_rows(&s, &s.plan->workloads[w]);
        say += s.plan->workloads[w].nmetrics > 0;
    }
    if (s.plan->npolicies > 1 || say < 2)
        return true;
    for (unsigned i = 0; i < s.nrows; i++)
        if (strlen(label_of(&s, s.row[i], buf, sizeof buf)) > s.label)
            s.label = (unsigned)strlen(buf);
    put(&s, "Side by side: what matters in these workloads (mean; * the best, = all alike)\n\n");
    for (size_t from = 0, to; from < s.plan->nworkloads; from = to) {
        unsigned used = s.label;

        for (to = from; to < s.plan->nworkloads &&
                        (to == from || used + GAP + width_of(&s, to) <= columns); to++)
            used += GAP + width_of(&s, to);
        put_block(&s, from, to);
    }
    return !s.failed;
}
