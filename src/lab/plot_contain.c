/* plot_contain.c - the data behind plots/pareto.gp and plots/tradeoff.gp. */
#include <lab/contain.h>

#include <host/gnuplot.h>
#include <lab/plot.h>
#include <lab/plot_file.h>

#include <math.h>
#include <stdio.h>

enum { WORDS = 4096 };

static double cost_shown(const struct contain_point *p, unsigned i)
{
    return i == CONTAIN_TIME ? 100 * p->cost[i] : i == CONTAIN_MEMORY ? p->cost[i] / 1024
                                                                      : p->cost[i];
}

static double harm_scale(const struct compare_workload *load, unsigned i)
{
    return i == CONTAIN_RADIUS ? 100 : 1 / (double)load->unit;
}

/* Is no other structure better in this cost and this harm? */
static bool on_front(const struct compare *c, size_t w, const struct contain_point *p,
                     unsigned cost, unsigned harm)
{
    struct contain_point o;

    for (size_t k = 0; k < compare_plan(c)->npolicies; k++)
        if (contain_point(c, w, k, &o) && o.cost[cost] <= p->cost[cost] &&
            o.harm[harm].mean <= p->harm[harm].mean &&
            (o.cost[cost] < p->cost[cost] || o.harm[harm].mean < p->harm[harm].mean))
            return false;
    return true;
}

static void put_panel(struct plot_file *f, const struct compare *c, size_t w, unsigned panel,
                      unsigned cost, unsigned harm)
{
    const struct compare_workload *load = &compare_plan(c)->workloads[w];
    double scale = harm_scale(load, harm);
    struct contain_point p;

    for (size_t k = 0; k < compare_plan(c)->npolicies; k++) {
        if (!contain_point(c, w, k, &p))
            continue;
        const struct estimate *e = &p.harm[harm];
        bool interval = e->n > 1;

        plot_put(f, "%u,%zu,", panel, k);
        plot_field(f, compare_plan(c)->policies[k]);
        plot_put(f, ",%.9g,%.9g,%.9g,%.9g,%d\n", cost_shown(&p, cost), e->mean * scale,
                 (interval ? e->low : e->mean) * scale, (interval ? e->high : e->mean) * scale,
                 on_front(c, w, &p, cost, harm));
    }
}

static void axis(const struct compare_workload *load, bool cost, unsigned i, char *buf,
                 size_t size)
{
    static const char *const cost_unit[] = { " [% of the work]", "", "", "", " [KiB]" };

    if (cost)
        snprintf(buf, size, "%s%s", contain_cost_name(i), cost_unit[i]);
    else if (i == CONTAIN_RADIUS)
        snprintf(buf, size, "%s [%% of the services]", contain_harm_name(i));
    else
        snprintf(buf, size, "%s [%s]", contain_harm_name(i), load->unit_name);
}

/* Costs across, harms down. */
static enum err draw(const struct compare *c, size_t w, const char *dir, const char *kind,
                     unsigned ncosts, struct diag *diag)
{
    const struct compare_plan *plan = compare_plan(c);
    const struct compare_workload *load = &plan->workloads[w];
    char name[96], title[256], xs[512] = "", ys[512] = "", labels[WORDS] = "", text[80];
    struct plot_file f;
    enum err err = plot_open(&f, dir, plot_name(load->name, name, sizeof name), kind, diag);

    if (err)
        return err;
    plot_put(&f, "panel,structure,label,cost,harm,low,high,front\n");
    for (unsigned h = 0; h < CONTAIN_HARMS; h++)
        for (unsigned x = 0; x < ncosts; x++)
            put_panel(&f, c, w, h * ncosts + x, x, h);
    err = plot_close(&f, diag);
    if (err)
        return err;
    for (unsigned x = 0; x < ncosts; x++) {
        axis(load, true, x, text, sizeof text);
        plot_word(xs, sizeof xs, text);
    }
    for (unsigned h = 0; h < CONTAIN_HARMS; h++) {
        axis(load, false, h, text, sizeof text);
        plot_word(ys, sizeof ys, text);
    }
    for (size_t k = 0; k < plan->npolicies; k++)
        plot_word(labels, sizeof labels, plan->policies[k]);
    snprintf(title, sizeof title, "%.100s: what a structure costs, and what a fault takes (%zu drawn "
             "faults under each)", load->name, compare_plan(compare_hurt(c))->nseeds);
    const char *args[] = { f.csv, f.base, title, xs, ys, labels, NULL };
    return gnuplot_run(kind, args, diag);
}

enum err plot_contain(const struct compare *c, const char *dir, struct diag *diag)
{
    enum err err = ERR_OK;

    for (size_t w = 0; compare_hurt(c) && !err && w < compare_plan(c)->nworkloads; w++) {
        err = draw(c, w, dir, "pareto", 1, diag);
        if (!err)
            err = draw(c, w, dir, "tradeoff", CONTAIN_COSTS, diag);
    }
    return err;
}
