/* compare_frames.c - see compare_frames.h; the script of the curves is plots/refs.gp. */
#include <lab/compare_frames.h>

#include <formats/text.h>
#include <host/gnuplot.h>
#include <lab/plot.h>
#include <lab/plot_file.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { WORDS = 8192, WIDTH = 12, NAME = 40, MIN_WIDTH = 9 };

static size_t policies(const struct frames_grid *g)
{
    return g->nreplacements ? g->nreplacements : 1;
}

static size_t sizes(const struct frames_grid *g)
{
    return g->nframes ? g->nframes : 1;
}

static const char *policy(const struct frames_grid *g, size_t r)
{
    return g->nreplacements ? g->replacements[r] : "faults";
}

static double faults_of(const struct compare *c, size_t w, size_t k, const char *kind)
{
    struct compare_number n = compare_number(c, w, k, metric_index(metric_find(kind)));

    return n.value.n ? n.value.mean : -1;
}

/* Which faults say something: major ones, where any run had some. */
static const char *kind_of(const struct compare *c, const struct frames_grid *g, size_t w)
{
    for (size_t k = 0; k < policies(g) * sizes(g); k++)
        if (faults_of(c, w, k, "page_faults_major") > 0)
            return "page_faults_major";
    return "page_faults_minor";
}

static const char *title_of(const char *kind)
{
    return metric_find(kind)->title;
}

/* --- the table --- */

static unsigned column_width(const struct frames_grid *g, size_t r)
{
    size_t n = strlen(policy(g, r));

    return n < MIN_WIDTH ? MIN_WIDTH : n > NAME ? NAME : (unsigned)n;
}

static bool line(const struct compare *c, const struct frames_grid *g, size_t w, size_t f,
                 const char *kind, const struct compare_style *style, struct text_out *out)
{
    double best = -1;
    bool good = g->nframes ? text_out_printf(out, " %10" PRIu32, g->frames[f])
                           : text_out_printf(out, " %10s", "");

    for (size_t r = 0; r < policies(g); r++) {
        double v = faults_of(c, w, r * sizes(g) + f, kind);

        if (v >= 0 && (best < 0 || v < best))
            best = v;
    }
    for (size_t r = 0; good && r < policies(g); r++) {
        double v = faults_of(c, w, r * sizes(g) + f, kind);
        bool mark = style->color && v >= 0 && v <= best && policies(g) > 1;
        int width = (int)column_width(g, r);

        good = v < 0 ? text_out_printf(out, "  %*s", width, "failed")
                     : text_out_printf(out, "  %s%*.*f%s", mark ? "\033[1m" : "", width,
                                       v - (double)(int64_t)v > 0 ? 1 : 0, v,
                                       mark ? "\033[0m" : "");
    }
    return good && text_out_printf(out, "\n");
}

static bool head(const struct frames_grid *g, struct text_out *out)
{
    bool good = text_out_printf(out, " %10s", "frames");

    for (size_t r = 0; good && r < policies(g); r++)
        good = text_out_printf(out, "  %*.*s", (int)column_width(g, r), NAME, policy(g, r));
    return good && text_out_printf(out, "\n");
}

bool compare_frames_table(const struct compare *c, const struct frames_grid *g,
                          const struct compare_style *style, struct text_out *out)
{
    const struct compare_plan *p = compare_plan(c);
    bool good = true;

    for (size_t w = 0; good && w < p->nworkloads; w++) {
        const char *kind = kind_of(c, g, w);

        good = text_out_printf(out, "%s%s: %s%s\n", w ? "\n" : "", p->workloads[w].name,
                               title_of(kind), p->nseeds > 1 ? ", mean over the seeds" : "") &&
               head(g, out);
        for (size_t f = 0; good && f < sizes(g); f++)
            good = line(c, g, w, f, kind, style, out);
    }
    return good;
}

/* --- the curves --- */

static enum err plot_one(const struct compare *c, const struct frames_grid *g, size_t w,
                         const char *dir, struct diag *diag)
{
    const struct compare_workload *load = &compare_plan(c)->workloads[w];
    const char *kind = kind_of(c, g, w);
    char name[128], words[WORDS] = "", title[256];
    struct plot_file f;
    enum err err = plot_open(&f, dir, plot_name(load->name, name, sizeof name), "faults", diag);

    if (err)
        return err;
    plot_put(&f, "policy,label,frames,%s\n", kind);
    for (size_t k = 0; k < policies(g) * sizes(g); k++) {
        double v = faults_of(c, w, k, kind);

        if (v < 0)
            continue;
        plot_put(&f, "%zu,", k / sizes(g));
        plot_field(&f, policy(g, k / sizes(g)));
        plot_put(&f, ",%" PRIu32 ",%.6g\n", g->frames[k % sizes(g)], v);
    }
    if ((err = plot_close(&f, diag)))
        return err;
    for (size_t r = 0; r < policies(g); r++)
        plot_word(words, sizeof words, policy(g, r));
    snprintf(title, sizeof title, "%.100s: %s by frames of memory", load->name, title_of(kind));
    const char *args[] = { f.csv, f.base, title, words, title_of(kind), NULL };
    return gnuplot_run("refs", args, diag);
}

enum err plot_frames(const struct compare *c, const struct frames_grid *g, const char *dir,
                     struct diag *diag)
{
    enum err first = ERR_OK, err;

    for (size_t w = 0; g->nframes > 1 && w < compare_plan(c)->nworkloads; w++)
        if ((err = plot_one(c, g, w, dir, diag)) && !first)
            first = err;
    return first;
}
