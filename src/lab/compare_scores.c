/* compare_scores.c - workloads against policies, each workload by what matters in it. */
#include <formats/text.h>
#include <lab/compare.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { GAP = 2, CELL = 24, MIN_WIDTH = 9 };

struct scores {
    const struct compare *c;
    const struct compare_plan *plan;
    struct text_out *out;
    unsigned name_width, unit_width;
    bool failed;
    bool alike;                 /* there is a row in which all are as good */
    bool more;                  /* some workload has several rows */
};

/* A failed write is remembered, and nothing is written after it. */
#define put(s, ...) \
    ((void)((s)->failed = (s)->failed || !text_out_printf((s)->out, __VA_ARGS__)))

const struct metric *compare_matters(const struct compare_workload *w, unsigned i)
{
    return i == 0 ? w->metric : i < w->nmetrics ? metric_find(w->metrics[i]) : NULL;
}

const char *compare_score_unit(const struct compare_workload *w, const struct metric *m,
                               char *buf, size_t size)
{
    const char *unit = m->unit == METRIC_TIME ? w->unit_name
                     : m->unit == METRIC_RATE ? "1/s" : "";

    snprintf(buf, size, "%s%s%s%s", m->name, *unit ? ", " : "", unit,
             m->better < 0 ? ", less" : m->better > 0 ? ", more" : "");
    return buf;
}

/* '*': nobody is better, and somebody worse, or failed; '=': all are as good; ' '. */
static char mark(const struct compare *c, size_t w, size_t k, unsigned metric)
{
    struct compare_number x = compare_number(c, w, k, metric);
    bool failed = false, others = false;

    if (x.best || !x.value.n || metric_at(metric)->better == 0)
        return x.best ? '*' : ' ';
    for (size_t i = 0; i < compare_plan(c)->npolicies; i++) {
        struct compare_number y = compare_number(c, w, i, metric);

        failed |= !compare_good(c, w, i);
        if (i == k || !y.value.n)
            continue;
        if (!compare_same(x.value.mean, y.value.mean))
            return ' ';         /* somebody is better: else it were the best */
        others = true;
    }
    return failed ? '*' : others ? '=' : ' ';
}

char compare_score_text(const struct compare *c, size_t w, size_t k, const struct metric *m,
                        char *buf, size_t size)
{
    struct compare_number x = compare_number(c, w, k, metric_index(m));
    double v = x.value.mean;

    if (!x.value.n) {
        snprintf(buf, size, "%s", compare_good(c, w, k) ? "-" : "failed");
        return ' ';
    }
    if (m->unit == METRIC_TIME)
        v /= (double)compare_plan(c)->workloads[w].unit;
    if (m->unit == METRIC_COUNT && v == floor(v))
        snprintf(buf, size, "%.0f", v);
    else
        snprintf(buf, size, fabs(v) >= 100 ? "%.0f" : fabs(v) >= 1 ? "%.2f" : "%.3g", v);
    return mark(c, w, k, metric_index(m));
}

static unsigned column_width(const struct scores *s, size_t k)
{
    size_t n = strlen(s->plan->policies[k]);

    return n < MIN_WIDTH ? MIN_WIDTH : n > CELL ? CELL : (unsigned)n;
}

static void measure(struct scores *s)
{
    const struct metric *m;
    char buf[128];

    for (size_t w = 0; w < s->plan->nworkloads; w++) {
        const struct compare_workload *load = &s->plan->workloads[w];

        if (load->metric && strlen(load->name) > s->name_width)
            s->name_width = (unsigned)strlen(load->name);
        for (unsigned i = 0; (m = compare_matters(load, i)) != NULL; i++) {
            s->more |= i > 0;
            if (strlen(compare_score_unit(load, m, buf, sizeof buf)) > s->unit_width)
                s->unit_width = (unsigned)strlen(buf);
        }
    }
}

/* A number that matters in workload w, the i-th there, under policies from..to. */
static void put_row(struct scores *s, size_t w, unsigned i, size_t from, size_t to)
{
    const struct compare_workload *load = &s->plan->workloads[w];
    const struct metric *m = compare_matters(load, i);
    char buf[128];

    compare_score_unit(load, m, buf, sizeof buf);
    put(s, "%-*s%*s%-*s", (int)s->name_width, i ? "" : load->name, GAP, "",
        (int)s->unit_width, buf);
    for (size_t k = from; k < to; k++) {
        char sign = compare_score_text(s->c, w, k, m, buf, sizeof buf);

        s->alike |= sign == '=';
        put(s, "%*s%*s%c", GAP - 1, "", (int)column_width(s, k), buf, sign);
    }
    put(s, "\n");
}

/* Policies from..to, which fit side by side. */
static void put_block(struct scores *s, size_t from, size_t to)
{
    put(s, "%*s", (int)(s->name_width + GAP + s->unit_width), "");
    for (size_t k = from; k < to; k++)
        put(s, "%*s%*.*s ", GAP - 1, "", (int)column_width(s, k), CELL, s->plan->policies[k]);
    put(s, "\n");
    for (size_t w = 0; w < s->plan->nworkloads; w++)
        for (unsigned i = 0; compare_matters(&s->plan->workloads[w], i); i++)
            put_row(s, w, i, from, to);
    put(s, "\n");
}

/* How many workloads a policy is best at, alone or with others, by what matters most. */
static unsigned wins(const struct scores *s, size_t k)
{
    unsigned n = 0;

    for (size_t w = 0; w < s->plan->nworkloads; w++) {
        const struct metric *m = s->plan->workloads[w].metric;

        n += m && mark(s->c, w, k, metric_index(m)) == '*';
    }
    return n;
}

static void put_wins(struct scores *s, unsigned rows)
{
    const char *between = "";

    put(s, "Best (*) in, of %u%s:", rows, s->more ? " by their first number" : "");
    for (size_t k = 0; k < s->plan->npolicies; k++) {
        put(s, "%s %s %u", between, s->plan->policies[k], wins(s, k));
        between = ",";
    }
    put(s, "\n%s", s->alike ? "(=: all are as good there)\n" : "");
}

bool compare_has_scores(const struct compare *c)
{
    const struct compare_plan *p = compare_plan(c);
    unsigned rows = 0;

    for (size_t w = 0; w < p->nworkloads; w++)
        rows += p->workloads[w].metric != NULL;
    return rows > 1 && p->npolicies > 1;
}

bool compare_scores(const struct compare *c, const struct compare_style *style,
                    struct text_out *out)
{
    struct scores s = { .c = c, .plan = compare_plan(c), .out = out };
    unsigned columns = style->columns ? style->columns : 80, rows = 0;

    if (!compare_has_scores(c))
        return true;
    for (size_t w = 0; w < s.plan->nworkloads; w++)
        rows += s.plan->workloads[w].metric != NULL;
    measure(&s);
    put(&s, "What matters, workload by workload (mean)\n\n");
    for (size_t from = 0, to; from < s.plan->npolicies; from = to) {
        unsigned used = s.name_width + GAP + s.unit_width;

        for (to = from; to < s.plan->npolicies &&
                        (to == from || used + GAP + column_width(&s, to) <= columns); to++)
            used += GAP + column_width(&s, to);
        put_block(&s, from, to);
    }
    put_wins(&s, rows);
    return !s.failed;
}
