/* compare_sweep.c - see compare_sweep.h; the script of the curves is plots/refs.gp. */
#include <lab/compare_sweep.h>

#include <formats/text.h>
#include <host/gnuplot.h>
#include <lab/plot.h>
#include <lab/plot_file.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { WORDS = 8192, WIDTH = 10, NAME = 40, MIN_WIDTH = 9 };

/* One picture: a metric of a workload over the sweep. */
struct view {
    const struct compare *c;
    const struct sweep *s;
    size_t w;
    const struct metric *metric;
};

static size_t curves(const struct sweep *s)
{
    return s->ncurves ? s->ncurves : 1;
}

static size_t values(const struct sweep *s)
{
    return s->nx ? s->nx : 1;
}

static const struct compare_workload *load_of(const struct view *v)
{
    return &compare_plan(v->c)->workloads[v->w];
}

static const char *curve_name(const struct view *v, size_t r)
{
    return v->s->ncurves ? v->s->curves[r] : v->s->frames ? "faults" : v->metric->name;
}

/* In the workload's unit; NAN: there is none. */
static double value_of(const struct view *v, size_t k)
{
    struct compare_number n = compare_number(v->c, v->w, k, metric_index(v->metric));

    if (!n.value.n)
        return NAN;
    return v->metric->unit == METRIC_TIME ? n.value.mean / (double)load_of(v)->unit : n.value.mean;
}

/* Which faults say something: major ones, where any run had some. */
static const struct metric *faults_of(const struct compare *c, const struct sweep *s, size_t w)
{
    struct view v = { c, s, w, metric_find("page_faults_major") };

    for (size_t k = 0; k < curves(s) * values(s); k++)
        if (value_of(&v, k) > 0)
            return v.metric;
    return metric_find("page_faults_minor");
}

static bool by_faults(const struct view *v)
{
    return v->s->frames || !load_of(v)->nmetrics;
}

static size_t views(const struct compare *c, const struct sweep *s, size_t w)
{
    struct view v = { c, s, w, NULL };

    return by_faults(&v) ? 1 : load_of(&v)->nmetrics;
}

static struct view view_of(const struct compare *c, const struct sweep *s, size_t w, size_t i)
{
    struct view v = { c, s, w, NULL };

    v.metric = by_faults(&v) ? faults_of(c, s, w) : metric_find(load_of(&v)->metrics[i]);
    return v;
}

static const char *unit_of(const struct view *v)
{
    return v->metric->unit == METRIC_TIME ? load_of(v)->unit_name
         : v->metric->unit == METRIC_RATE ? "1/s" : "";
}

/* "turnaround, ms" */
static const char *title_of(const struct view *v, char *buf, size_t size)
{
    const char *unit = unit_of(v);

    snprintf(buf, size, "%s%s%s", by_faults(v) ? v->metric->title : v->metric->name,
             *unit ? ", " : "", unit);
    return buf;
}

/* --- the table --- */

static unsigned column_width(const struct view *v, size_t r)
{
    size_t n = strlen(curve_name(v, r));

    return n < MIN_WIDTH ? MIN_WIDTH : n > NAME ? NAME : (unsigned)n;
}

/* The best of the line; NAN: nobody's. */
static double best_of(const struct view *v, size_t x)
{
    double best = NAN;

    for (size_t r = 0; r < curves(v->s); r++) {
        double y = value_of(v, r * values(v->s) + x);

        if (!isnan(y) && (isnan(best) || (y - best) * v->metric->better > 0))
            best = y;
    }
    return best;
}

static int decimals(const struct view *v, double y)
{
    if (y - floor(y) <= 0)
        return 0;
    return v->metric->unit == METRIC_COUNT ? 1 : fabs(y) >= 100 ? 0 : fabs(y) >= 1 ? 2 : 3;
}

static bool line(const struct view *v, size_t x, const struct compare_style *style,
                 struct text_out *out)
{
    bool good = text_out_printf(out, " %*s", WIDTH, v->s->nx ? v->s->x[x] : "");
    double best = best_of(v, x);

    for (size_t r = 0; good && r < curves(v->s); r++) {
        double y = value_of(v, r * values(v->s) + x);
        bool mark = style->color && v->metric->better && y * v->metric->better >=
                    best * v->metric->better && curves(v->s) > 1;
        int width = (int)column_width(v, r);

        good = isnan(y) ? text_out_printf(out, "  %*s", width, "failed")
                        : text_out_printf(out, "  %s%*.*f%s", mark ? "\033[1m" : "", width,
                                          decimals(v, y), y, mark ? "\033[0m" : "");
    }
    return good && text_out_printf(out, "\n");
}

static bool head(const struct view *v, struct text_out *out)
{
    char what[NAME];
    size_t n = strlen(v->s->what);

    /* Of a long path the end says most. */
    snprintf(what, sizeof what, "%s", v->s->what + (n > WIDTH ? n - WIDTH : 0));
    bool good = text_out_printf(out, " %*s", WIDTH, what);

    for (size_t r = 0; good && r < curves(v->s); r++)
        good = text_out_printf(out, "  %*.*s", (int)column_width(v, r), NAME, curve_name(v, r));
    return good && text_out_printf(out, "\n");
}

static bool table(const struct view *v, const struct compare_style *style, struct text_out *out)
{
    char title[128];
    bool good = text_out_printf(out, "%s: %s%s%s%s\n", load_of(v)->name,
                                title_of(v, title, sizeof title), v->s->frames ? "" : " by ",
                                v->s->frames ? "" : v->s->what,
                                compare_plan(v->c)->nseeds > 1 ? ", mean over the seeds" : "") &&
                head(v, out);

    for (size_t x = 0; good && x < values(v->s); x++)
        good = line(v, x, style, out);
    return good;
}

bool compare_sweep_table(const struct compare *c, const struct sweep *s,
                         const struct compare_style *style, struct text_out *out)
{
    bool good = true;

    for (size_t w = 0; w < compare_plan(c)->nworkloads; w++)
        for (size_t i = 0; good && i < views(c, s, w); i++) {
            struct view v = view_of(c, s, w, i);

            good = (!(w + i) || text_out_printf(out, "\n")) && table(&v, style, out);
        }
    return good;
}

/* --- the curves --- */

static void put_points(const struct view *v, struct plot_file *f)
{
    plot_put(f, "%s,label,%s,%s\n", v->s->frames ? "policy" : "curve", v->s->what,
             v->metric->name);
    for (size_t k = 0; k < curves(v->s) * values(v->s); k++) {
        double y = value_of(v, k);

        if (isnan(y))
            continue;
        plot_put(f, "%zu,", k / values(v->s));
        plot_field(f, curve_name(v, k / values(v->s)));
        plot_put(f, ",%s,%.6g\n", v->s->x[k % values(v->s)], y);
    }
}

static enum err plot_one(const struct view *v, const char *dir, struct diag *diag)
{
    char name[128], words[WORDS] = "", title[256], y[128];
    const char *base = plot_name(load_of(v)->name, name, sizeof name);
    struct plot_file f;
    enum err err = plot_open(&f, dir, base, by_faults(v) ? "faults" : v->metric->name, diag);

    if (err)
        return err;
    put_points(v, &f);
    if ((err = plot_close(&f, diag)))
        return err;
    for (size_t r = 0; r < curves(v->s); r++)
        plot_word(words, sizeof words, curve_name(v, r));
    title_of(v, y, sizeof y);
    snprintf(title, sizeof title, "%.100s: %.60s by %.80s", load_of(v)->name, y,
             v->s->frames ? "frames of memory" : v->s->what);
    const char *args[] = { f.csv, f.base, title, words, y, v->s->what, NULL };
    return gnuplot_run("refs", args, diag);
}

enum err plot_sweep(const struct compare *c, const struct sweep *s, const char *dir,
                    struct diag *diag)
{
    enum err first = ERR_OK, err;

    for (size_t w = 0; s->nx > 1 && w < compare_plan(c)->nworkloads; w++)
        for (size_t i = 0; i < views(c, s, w); i++) {
            struct view v = view_of(c, s, w, i);

            if ((err = plot_one(&v, dir, diag)) && !first)
                first = err;
        }
    return first;
}
