/* plot_scores.c - the data behind plots/scores.gp. */
#include <lab/plot_scores.h>

#include <host/gnuplot.h>
#include <lab/plot_file.h>

#include <math.h>
#include <stdio.h>

enum { WORDS = 8192 };

/* How far from the best of the row, 0 .. 1: 1 is twice as bad, or worse; negative: there
 * is nothing to show. Numbers below 0 (lateness) have no ratio: how much worse, against the
 * best. */
static double how_far(double value, double best, int better)
{
    double far = better > 0 && value > 0 ? best / value - 1
                                         : fabs(value - best) / fabs(best);

    if (isnan(value))
        return -1;
    if (value == best)
        return 0;
    return isfinite(far) && far < 1 ? far : 1;
}

/* The best mean of a workload; NAN: nobody has one. */
static double best_of(const struct compare *c, size_t w, unsigned metric, int better)
{
    double best = NAN;

    for (size_t k = 0; k < compare_plan(c)->npolicies; k++) {
        struct compare_number x = compare_number(c, w, k, metric);

        if (x.value.n && (isnan(best) || (better > 0 ? x.value.mean > best : x.value.mean < best)))
            best = x.value.mean;
    }
    return best;
}

static void put_row(struct plot_file *f, const struct compare *c, size_t w, unsigned row)
{
    const struct metric *m = compare_plan(c)->workloads[w].metric;
    unsigned metric = metric_index(m);
    double best = best_of(c, w, metric, m->better);
    char text[32];

    for (size_t k = 0; k < compare_plan(c)->npolicies; k++) {
        struct compare_number x = compare_number(c, w, k, metric);
        double v = x.value.n ? x.value.mean : NAN;

        bool star = compare_score_text(c, w, k, m, text, sizeof text) == '*';

        plot_put(f, "%u,%zu,%.4f,", row, k, how_far(v, best, m->better));
        plot_field(f, text);
        plot_put(f, ",%d\n", star);
    }
}

enum err plot_scores(const struct compare *c, const char *dir, struct diag *diag)
{
    const struct compare_plan *p = compare_plan(c);
    char rows[WORDS] = "", policies[WORDS] = "", label[256], what[128];
    struct plot_file f;
    unsigned n = 0;
    enum err err;

    if (!compare_has_scores(c))
        return ERR_OK;
    err = plot_open(&f, dir, "what-matters", "scores", diag);
    if (err)
        return err;
    plot_put(&f, "row,column,far,value,best\n");
    for (size_t w = 0; w < p->nworkloads; w++) {
        if (!p->workloads[w].metric)
            continue;
        put_row(&f, c, w, n++);
        snprintf(label, sizeof label, "%.100s: %s", p->workloads[w].name,
                 compare_score_unit(&p->workloads[w], p->workloads[w].metric, what,
                                    sizeof what));
        plot_word(rows, sizeof rows, label);
    }
    for (size_t k = 0; k < p->npolicies; k++)
        plot_word(policies, sizeof policies, p->policies[k]);
    err = plot_close(&f, diag);
    if (err)
        return err;
    const char *args[] = { f.csv, f.base, "What matters, under each policy", rows, policies,
                           NULL };
    return gnuplot_run("scores", args, diag);
}
