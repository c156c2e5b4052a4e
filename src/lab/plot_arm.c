/* plot_arm.c - the data behind plots/arm.gp. */
#include <lab/plot_arm.h>

#include <host/gnuplot.h>
#include <lab/plot_file.h>
#include <stdio.h>

enum { WORDS = 4096 };

static void put_run(struct plot_file *f, size_t k, const struct plot_arm_run *run)
{
    for (size_t i = 0; i < run->n; i++) {
        const struct plot_arm_point *p = &run->points[i];

        plot_put(f, "%zu,", k);
        plot_field(f, run->label);
        plot_put(f, ",%zu,%u,%.6f,%d\n", i, p->cylinder, (double)p->at / 1e6, p->served);
    }
}

enum err plot_arm(const char *dir, const char *name, const char *kind, const char *title,
                  const struct plot_arm_run *runs, size_t nruns, uint32_t cylinders,
                  struct diag *diag)
{
    struct plot_file f;
    char labels[WORDS] = "", moves[WORDS] = "", top[16], number[24];
    enum err err = plot_open(&f, dir, name, kind, diag);

    if (err)
        return err;
    plot_put(&f, "run,policy,step,cylinder,ms,served\n");
    for (size_t k = 0; k < nruns; k++) {
        put_run(&f, k, &runs[k]);
        plot_word(labels, sizeof labels, runs[k].label);
        snprintf(number, sizeof number, "%lu", runs[k].moves);
        plot_word(moves, sizeof moves, number);
    }
    err = plot_close(&f, diag);
    if (err)
        return err;
    snprintf(top, sizeof top, "%u", cylinders - 1);
    const char *args[] = { f.csv, f.base, title, labels, moves, top,
                           NULL };
    return gnuplot_run("arm", args, diag);
}
