/* plot_disk.c - the data behind plots/cache.gp and plots/journal.gp; the arm has its own. */
#include <lab/plot_disk.h>

#include <host/gnuplot.h>
#include <lab/plot_arm.h>
#include <lab/plot_file.h>
#include <stdio.h>

static enum err arm(const char *dir, const char *name, const struct config *c,
                    const struct diskbook *d, uint32_t cylinders, struct diag *diag)
{
    struct plot_arm_point points[DISKBOOK_PATH];
    struct plot_arm_run run = { .label = c->disk.scheduler.spec, .points = points };
    const struct disk_move *m;

    for (; (m = diskbook_move(d, run.n)); run.n++) {
        points[run.n] = (struct plot_arm_point){ m->cylinder, m->to, true };
        run.moves += m->moved;
    }
    return run.n ? plot_arm(dir, name, "arm", &run, 1, cylinders, diag) : ERR_OK;
}

static enum err over_time(const char *dir, const char *name, const char *kind,
                          const struct config *c, const struct diskbook *d, uint32_t most,
                          struct diag *diag)
{
    struct plot_file f;
    char title[CONFIG_NAME + 32], limit[16];
    enum err err = plot_open(&f, dir, name, kind, diag);

    if (err)
        return err;
    plot_put(&f, "ms,cached,dirty,waiting,journal,transaction\n");
    for (uint32_t i = 0; i < d->nsamples; i++) {
        const struct disk_now *s = &d->sample[i].now;

        plot_put(&f, "%.6f,%u,%u,%u,%u,%u\n", (double)d->sample[i].at / 1e6, s->cached,
                 s->dirty, s->waiting, s->log_used, s->held);
    }
    if ((err = plot_close(&f, diag)))
        return err;
    snprintf(title, sizeof title, "%s: %s over time", c->name, kind);
    snprintf(limit, sizeof limit, "%u", most);
    const char *args[] = { f.csv, f.base, title, limit, NULL };
    return gnuplot_run(kind, args, diag);
}

enum err plot_disk(const char *dir, const char *name, const struct config *c,
                   const struct diskbook *d, struct diag *diag)
{
    const struct disk_now none = { .cylinders = 1 };
    const struct disk_now *last = d->nsamples ? &d->sample[d->nsamples - 1].now : &none;
    enum err err = ERR_OK, one;

    if (last->cylinders > 1)
        err = arm(dir, name, c, d, last->cylinders, diag);
    if (last->cache && (one = over_time(dir, name, "cache", c, d, last->cache, diag)))
        err = one;
    if (last->log_size && (one = over_time(dir, name, "journal", c, d, last->log_size, diag)))
        err = one;
    return err;
}
