/* plot_time.c - the data behind plots/over_time.gp: one row for each hart or guest. */
#include <lab/plot_time.h>

#include <host/gnuplot.h>
#include <lab/plot_file.h>
#include <math.h>
#include <stat/label.h>
#include <stdio.h>

enum { NAMES = 16384, ROW_NAME = 13 /* there is room for beside a strip */ };

struct figure {
    const char *kind, *title, *unit;
    unsigned rows;
    double (*value)(const struct powerbook *b, unsigned row, unsigned column);
};

static double watts(const struct powerbook *b, unsigned row, unsigned column)
{
    return powerbook_hart(b, row, column).watts;
}

static double mhz(const struct powerbook *b, unsigned row, unsigned column)
{
    return powerbook_hart(b, row, column).mhz;
}

static double steal(const struct powerbook *b, unsigned row, unsigned column)
{
    return (double)powerbook_steal(b, row, column);
}

static void row_name(const struct config *c, bool guests, unsigned row, char *buf, size_t size)
{
    if (guests)
        snprintf(buf, size, "%s", c->vm->guest[row].name);
    else
        snprintf(buf, size, "cpu %u%s%s", row, *c->cpus[row].kind ? " " : "", c->cpus[row].kind);
}

/* In percent of the time of all of a guest's CPUs. */
static double share(double value, const struct config *c, unsigned guest, ns_t width)
{
    return 100 * value / ((double)width * c->processes[c->vm->guest[guest].process].count);
}

static enum err draw(const char *dir, const char *name, const struct config *c,
                     const struct powerbook *b, const struct figure *f, struct diag *diag)
{
    bool guests = f->value == steal;
    static char names[NAMES];
    struct plot_file file;
    char title[CONFIG_NAME + 48], rows[16], one[CONFIG_NAME + 32], fit[sizeof one];
    ns_t width;
    unsigned n = powerbook_columns(b, &width);
    enum err err = plot_open(&file, dir, name, f->kind, diag);

    if (err)
        return err;
    names[0] = '\0';
    plot_put(&file, "row,name,ms,%s\n", f->unit);
    for (unsigned r = 0; r < f->rows; r++) {
        row_name(c, guests, r, one, sizeof one);
        plot_word(names, sizeof names, label_fit(one, ROW_NAME, "\u2026", fit, sizeof fit));
        for (unsigned i = 0; i <= n; i++) {     /* the last one again, where it ends */
            unsigned at = i < n ? i : n - 1;
            double v = f->value(b, r, at);

            plot_put(&file, "%u,", r);
            plot_field(&file, one);
            plot_put(&file, ",%.6f,", (double)((ns_t)i * width) / 1e6);
            plot_put(&file, isnan(v) ? "\n" : "%.6g\n", guests ? share(v, c, r, width) : v);
        }
    }
    if ((err = plot_close(&file, diag)))
        return err;
    snprintf(title, sizeof title, "%s: %s", c->name, f->title);
    snprintf(rows, sizeof rows, "%u", f->rows);
    const char *args[] = { file.csv, file.base, title, f->unit, rows, names, NULL };
    return gnuplot_run("over_time", args, diag);
}

enum err plot_time(const char *dir, const char *name, const struct config *c,
                   const struct powerbook *b, struct diag *diag)
{
    unsigned harts = c->power ? c->ncpus : 0, guests = c->vm ? c->vm->nguests : 0;
    const struct figure figures[] = {
        { "power", "power of each cpu", "W", harts, watts },
        { "frequency", "frequency of each cpu while it works", "MHz", harts, mhz },
        { "steal", "steal time of each guest", "% of its cpus' time", guests, steal },
    };
    enum err err = ERR_OK, one;
    ns_t width;

    if (!powerbook_columns(b, &width))
        return ERR_OK;
    for (unsigned i = 0; i < sizeof figures / sizeof *figures; i++)
        if (figures[i].rows && (one = draw(dir, name, c, b, &figures[i], diag)))
            err = one;
    return err;
}
