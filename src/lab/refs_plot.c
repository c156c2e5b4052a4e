/* refs_plot.c - see refs_plot.h; the script is plots/refs.gp. */
#include <lab/refs_plot.h>

#include <host/gnuplot.h>
#include <lab/plot.h>
#include <lab/plot_file.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { WORDS = 8192 };

enum err refs_plot(const char *dir, const char *name, const struct refs_run *run,
                   size_t npolicies, size_t nsizes, struct diag *diag)
{
    const char *base = strrchr(name, '/') ? strrchr(name, '/') + 1 : name;
    char file_name[128], policies[WORDS] = "", title[256];
    struct plot_file f;
    enum err err = plot_open(&f, dir, plot_name(*base ? base : "refs", file_name,
                                                sizeof file_name), "misses", diag);

    if (err)
        return err;
    plot_put(&f, "policy,label,frames,miss_ratio\n");
    for (size_t i = 0; i < npolicies * nsizes; i++) {
        plot_put(&f, "%zu,", i / nsizes);
        plot_field(&f, run[i].policy);
        plot_put(&f, ",%" PRIu32 ",%.6f\n", run[i].frames,
                 (double)run[i].faults / (double)run[i].refs);
    }
    err = plot_close(&f, diag);
    if (err)
        return err;
    for (size_t k = 0; k < npolicies; k++)
        plot_word(policies, sizeof policies, run[k * nsizes].policy);
    snprintf(title, sizeof title, "%.100s%s%" PRIu64 " references", base, *base ? ": " : "",
             run[0].refs);
    const char *args[] = { f.csv, f.base, title, policies, NULL };
    return gnuplot_run("refs", args, diag);
}
