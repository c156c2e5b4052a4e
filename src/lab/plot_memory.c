/* plot_memory.c - the data behind plots/faults.gp, working-sets.gp, frames.gp and pages.gp. */
#include <lab/plot_memory.h>

#include <host/gnuplot.h>
#include <lab/plot_file.h>
#include <machine/peek.h>
#include <stdio.h>
#include <string.h>

enum { COLUMNS = 100, NAMES = 2048, PLOT_FRAMES = 1 << 16, PLOT_PAGES = 1 << 14 };

/* --- what results say --- */

static void frames(void *machine, struct memory_frame *out, uint32_t from, uint32_t n)
{
    peek_frames(machine, out, from, n);
}

static uint32_t pages(void *machine, tid_t tid, uint32_t skip, struct memory_page *out,
                      uint32_t max)
{
    return peek_pages(machine, tid, skip, out, max);
}

static uint32_t tlb(void *machine, unsigned hart, uint32_t skip, struct memory_translation *out,
                    uint32_t max)
{
    return peek_tlb(machine, hart, skip, out, max);
}

static const char *name_of(void *machine, tid_t tid, char *buf, size_t size)
{
    return peek_name(machine, tid, buf, size);
}

struct results_memory memory_results(struct machine *m, const struct membook *book)
{
    return (struct results_memory){ .book = book, .ntasks = peek_ntasks(m), .frames = frames,
                                    .pages = pages, .tlb = tlb, .name = name_of, .ctx = m };
}

/* --- over time --- */

static double misses_at(const struct membook *b, ns_t at)
{
    const struct memory_sample *s = membook_at(b, at);

    return s ? (double)s->now.tlb_misses : 0;
}

/* Faults, evictions and misses of TLBs a ms in each of COLUMNS stretches. */
static enum err faults(const char *dir, const char *name, const struct config *c,
                       const struct membook *b, struct diag *diag)
{
    ns_t end = b->sample[b->n - 1].at + 1;
    char title[CONFIG_NAME + 40];
    struct plot_file f;
    enum err err = plot_open(&f, dir, name, "faults", diag);

    if (err)
        return err;
    plot_put(&f, "ms,minor,major,evictions,tlb_misses\n");
    for (int x = 0; x < COLUMNS; x++) {
        ns_t from = (ns_t)((__int128)end * x / COLUMNS);
        ns_t to = (ns_t)((__int128)end * (x + 1) / COLUMNS);
        struct memory_counts p = membook_counts(b, from - 1), q = membook_counts(b, to - 1);
        double ms = (double)(to > from ? to - from : 1) / 1e6;

        plot_put(&f, "%.6f,%.6g,%.6g,%.6g,%.6g\n", (double)from / 1e6,
                 (double)(q.minor - p.minor) / ms, (double)(q.major - p.major) / ms,
                 (double)(q.evictions - p.evictions) / ms,
                 (misses_at(b, to - 1) - misses_at(b, from - 1)) / ms);
    }
    if ((err = plot_close(&f, diag)))
        return err;
    snprintf(title, sizeof title, "%s: page faults over time", c->name);
    const char *args[] = { f.csv, f.base, title, NULL };
    return gnuplot_run("faults", args, diag);
}

static enum err working_sets(const char *dir, const char *name, const struct config *c,
                             const struct results_memory *m, struct diag *diag)
{
    const struct membook *b = m->book;
    const struct memory_now *last = &b->sample[b->n - 1].now;
    char title[CONFIG_NAME + 64], names[NAMES] = "", one[CONFIG_NAME + 16], n[16];
    struct plot_file f;
    enum err err = plot_open(&f, dir, name, "working-sets", diag);

    if (err)
        return err;
    plot_put(&f, "ms,resident,working_set,suspended,free");
    for (unsigned i = 0; i < last->n; i++) {
        m->name(m->ctx, last->task[i].tid, one, sizeof one);
        plot_put(&f, ",");
        plot_field(&f, one);
        plot_word(names, sizeof names, one);
    }
    plot_put(&f, "\n");
    for (uint32_t i = 0; i < b->n; i++) {
        const struct memory_now *s = &b->sample[i].now;

        plot_put(&f, "%.6f,%u,%u,%u,%u", (double)b->sample[i].at / 1e6, s->resident,
                 s->working_set, s->suspended, s->free);
        for (unsigned k = 0; k < s->n; k++)
            plot_put(&f, ",%u", s->windows ? s->task[k].working_set : s->task[k].resident);
        plot_put(&f, "\n");
    }
    if ((err = plot_close(&f, diag)))
        return err;
    snprintf(title, sizeof title, "%s: %s over time", c->name,
             last->windows ? "working sets" : "pages in memory");
    snprintf(n, sizeof n, "%u", last->frames);
    const char *args[] = { f.csv, f.base, title, n, names, last->windows ? "sets" : "", NULL };
    return gnuplot_run("working-sets", args, diag);
}

/* --- at the end --- */

/* The number of a task among those that are named; behind the last: others. */
static unsigned number_of(const struct memory_now *now, tid_t tid)
{
    unsigned i = 0;

    while (i < now->n && now->task[i].tid != tid)
        i++;
    return i;
}

static enum err frame_map(const char *dir, const char *name, const struct config *c,
                          const struct results_memory *m, const struct memory_now *now,
                          const char *names, struct diag *diag)
{
    char title[CONFIG_NAME + 40], most[16];
    struct memory_frame frame;
    struct plot_file f;
    enum err err = plot_open(&f, dir, name, "frames", diag);

    if (err)
        return err;
    plot_put(&f, "frame,kind,dirty,accessed\n");
    for (uint32_t i = 0; i < now->frames && i < PLOT_FRAMES; i++) {
        m->frames(m->ctx, &frame, i, 1);
        if (frame.use != MEMORY_FREE)
            plot_put(&f, "%u,%d,%d,%d\n", i,
                     frame.use == MEMORY_KERNEL ? -1 : (int)number_of(now, frame.tid),
                     frame.dirty, frame.accessed);
    }
    if ((err = plot_close(&f, diag)))
        return err;
    snprintf(title, sizeof title, "%s: who has which frame at the end", c->name);
    snprintf(most, sizeof most, "%u", now->frames < PLOT_FRAMES ? now->frames : PLOT_FRAMES);
    const char *args[] = { f.csv, f.base, title, most, names, NULL };
    return gnuplot_run("frames", args, diag);
}

/* Does some hart's TLB know the page as that frame? */
static bool known(const struct results_memory *m, const struct config *c, tid_t tid,
                  const struct memory_page *p)
{
    struct memory_translation t[64];
    uint32_t n;

    for (unsigned h = 0; p->here && p->bits[0] && h < c->ncpus; h++)
        for (uint32_t skip = 0; (n = m->tlb(m->ctx, h, skip, t, 64)); skip += n)
            for (uint32_t i = 0; i < n; i++)
                if (t[i].tid == tid && t[i].va == p->va)
                    return true;
    return false;
}

static enum err page_table(const char *dir, const char *name, const struct config *c,
                           const struct results_memory *m, const struct memory_now *now,
                           const char *names, struct diag *diag)
{
    char title[CONFIG_NAME + 40];
    struct memory_page p;
    uint32_t done = 0;
    struct plot_file f;
    enum err err = plot_open(&f, dir, name, "pages", diag);

    if (err)
        return err;
    plot_put(&f, "kind,row,page,here,where,tlb\n");
    for (tid_t tid = 0; tid < m->ntasks; tid++)
        for (uint32_t i = 0; done < PLOT_PAGES && m->pages(m->ctx, tid, i, &p, 1); i++, done++)
            plot_put(&f, "%u,%u,%u,%d,%u,%d\n", number_of(now, tid), i,
                     p.bits[0] ? p.va >> 12 : p.va, p.here, p.where, known(m, c, tid, &p));
    if ((err = plot_close(&f, diag)))
        return err;
    snprintf(title, sizeof title, "%s: page tables at the end", c->name);
    const char *args[] = { f.csv, f.base, title, names, NULL };
    return gnuplot_run("pages", args, diag);
}

enum err plot_memory(const char *dir, const char *name, const struct config *c,
                     const struct results_memory *m, struct diag *diag)
{
    const struct membook *b = m->book;
    const struct memory_sample *last = b && b->n ? &b->sample[b->n - 1] : NULL;
    char names[NAMES] = "", one[CONFIG_NAME + 16];
    enum err err, next;

    if (!last || !(b->sum.minor + b->sum.major))
        return ERR_OK;
    err = faults(dir, name, c, b, diag);
    if ((next = working_sets(dir, name, c, m, diag)))
        err = next;
    if (!last->now.resident)
        return err;
    for (unsigned i = 0; i < last->now.n; i++)
        plot_word(names, sizeof names, m->name(m->ctx, last->now.task[i].tid, one, sizeof one));
    if ((next = frame_map(dir, name, c, m, &last->now, names, diag)))
        err = next;
    if ((next = page_table(dir, name, c, m, &last->now, names, diag)))
        err = next;
    return err;
}
