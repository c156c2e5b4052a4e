/* plot_disk.c - the data behind plots/cache.gp and plots/journal.gp; the arm has its own. */
#include <lab/plot_disk.h>

#include <host/gnuplot.h>
#include <lab/plot_arm.h>
#include <lab/plot_file.h>
#include <stdio.h>

enum { DRIVES = 16 };

/* The moves of one drive, to points, from where its arm was at first if they are all there;
 * how many. */
static size_t moves_of(const struct diskbook *d, uint32_t drive, uint32_t head,
                       struct plot_arm_point *points, unsigned long *moved)
{
    const struct disk_move *m;
    size_t n = 0;

    for (uint64_t i = 0; (m = diskbook_move(d, i)); i++)
        if (m->drive == drive) {
            if (!n && d->moves <= DISKBOOK_PATH && disk_move_from(m, head))
                points[n++] = (struct plot_arm_point){ head, m->from, false };
            points[n++] = (struct plot_arm_point){ m->cylinder, m->to, true };
            *moved += m->moved;
        }
    return n;
}

/* A panel for each drive that did something. */
static enum err arm(const char *dir, const char *name, const struct config *c,
                    const struct diskbook *d, const struct disk_now *last, struct diag *diag)
{
    const struct disk_config *one = c->disk.model == DISK_RAID ? c->disk.member : &c->disk;
    struct plot_arm_point points[DISKBOOK_PATH + DRIVES];
    struct plot_arm_run run[DRIVES] = { 0 };
    char label[DRIVES][CONFIG_NAME + 16];
    char title[96] = PLOT_ARM_TITLE;
    size_t n = 0, used = 0;

    if (d->moves > DISKBOOK_PATH)
        snprintf(title, sizeof title, PLOT_ARM_TITLE " (the last %d of %llu requests)",
                 DISKBOOK_PATH, (unsigned long long)d->moves);
    for (uint32_t i = 0; i < last->drives && n < DRIVES; i++) {
        struct plot_arm_run *r = &run[n];

        snprintf(label[n], sizeof label[n], last->drives > 1 ? "%s drive %u" : "%s",
                 one->scheduler.spec, i);
        *r = (struct plot_arm_run){ .label = label[n], .points = points + used };
        r->n = moves_of(d, i, one->head, points + used, &r->moves);
        used += r->n;
        n += r->n > 0;
    }
    return n ? plot_arm(dir, name, "arm", title, run, n, last->cylinders, diag) : ERR_OK;
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
        err = arm(dir, name, c, d, last, diag);
    if (last->cache && (one = over_time(dir, name, "cache", c, d, last->cache, diag)))
        err = one;
    if (last->log_size && (one = over_time(dir, name, "journal", c, d, last->log_size, diag)))
        err = one;
    return err;
}
