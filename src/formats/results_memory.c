/* results_memory.c - who has memory at the end of the run, what page tables and TLBs say, and
 * faults and working sets over time. */
#include <formats/text.h>

#include <string.h>

enum { RUNS = 4096, ENTRIES = 4096, SHIFT = 12 };       /* at most so many are written */

static void member(struct text *t, const char *name, uint64_t v)
{
    text_put(t, ", \"");
    text_put(t, name);
    text_put(t, "\": ");
    text_count(t, v);
}

static void flag(struct text *t, const char *name, bool v)
{
    if (!v)
        return;
    text_put(t, ", \"");
    text_put(t, name);
    text_put(t, "\": true");
}

static void task(struct text *t, const struct results_memory *m, tid_t tid)
{
    char name[CONFIG_NAME + 16];

    if (tid == TID_NONE)
        return;
    text_put(t, ", \"task\": ");
    text_string(t, m->name(m->ctx, tid, name, sizeof name));
}

/* --- the map of frames: a run of frames that are used alike is one entry --- */

static bool alike(const struct memory_frame *a, const struct memory_frame *b)
{
    return a->use == b->use && a->tid == b->tid && a->accessed == b->accessed &&
           a->dirty == b->dirty && a->pinned == b->pinned;
}

static void frames(struct text *t, const struct results_memory *m, const struct memory_frame *f,
                   uint32_t from, uint32_t n, bool first)
{
    static const char *const use[] = { [MEMORY_FREE] = "free", [MEMORY_KERNEL] = "kernel",
                                       [MEMORY_PAGE] = "page", [MEMORY_COMING] = "coming",
                                       [MEMORY_GOING] = "going" };

    text_put(t, first ? "\n   {\"from\": " : ",\n   {\"from\": ");
    text_count(t, from);
    member(t, "count", n);
    text_put(t, ", \"use\": \"");
    text_put(t, use[f->use]);
    text_put(t, "\"");
    task(t, m, f->tid);
    flag(t, "accessed", f->accessed);
    flag(t, "dirty", f->dirty);
    flag(t, "pinned", f->pinned);
    text_put(t, "}");
}

static void map(struct text *t, const struct results_memory *m, uint32_t nframes)
{
    struct memory_frame some[512], run = { .tid = TID_NONE };
    uint32_t from = 0, runs = 0;

    text_put(t, ",\n  \"map\": [");
    for (uint32_t at = 0; at < nframes && runs < RUNS; at += 512) {
        uint32_t n = nframes - at < 512 ? nframes - at : 512;

        m->frames(m->ctx, some, at, n);
        for (uint32_t i = 0; i < n; i++) {
            if (at + i && !alike(&some[i], &run)) {
                frames(t, m, &run, from, at + i - from, !runs++);
                from = at + i;
            }
            run = some[i];
        }
    }
    if (runs < RUNS && nframes)
        frames(t, m, &run, from, nframes - from, !runs);
    text_put(t, "]");
}

/* --- page tables and translation buffers --- */

static void entry(struct text *t, const struct memory_page *p)
{
    member(t, "page", p->bits[0] ? p->va >> SHIFT : p->va);
    member(t, p->here ? "frame" : "slot", p->where);
    if (p->bits[0] && p->here) {
        text_put(t, ", \"bits\": ");
        text_string(t, p->bits);
    }
    text_put(t, "}");
}

static void page_tables(struct text *t, const struct results_memory *m)
{
    struct memory_page p[64];
    uint32_t n, done = 0;
    char name[CONFIG_NAME + 16];

    text_put(t, ",\n  \"pages\": [");
    for (tid_t tid = 0; tid < m->ntasks && done < ENTRIES; tid++)
        for (uint32_t skip = 0; done < ENTRIES && (n = m->pages(m->ctx, tid, skip, p, 64));
             skip += n)
            for (uint32_t i = 0; i < n; i++) {
                text_put(t, done++ ? ",\n   {\"task\": " : "\n   {\"task\": ");
                text_string(t, m->name(m->ctx, tid, name, sizeof name));
                entry(t, &p[i]);
            }
    text_put(t, "]");
}

static void translations(struct text *t, const struct results_memory *m, uint32_t ncpus)
{
    struct memory_translation x[64];
    uint32_t n, done = 0;

    text_put(t, ",\n  \"tlb\": [");
    for (unsigned h = 0; h < ncpus; h++)
        for (uint32_t skip = 0; done < ENTRIES && (n = m->tlb(m->ctx, h, skip, x, 64)); skip += n)
            for (uint32_t i = 0; i < n; i++) {
                text_put(t, done++ ? ",\n   {\"cpu\": " : "\n   {\"cpu\": ");
                text_count(t, h);
                task(t, m, x[i].tid);
                member(t, "asid", x[i].asid);
                member(t, "page", x[i].va >> SHIFT);
                member(t, "frame", x[i].frame);
                text_put(t, ", \"bits\": ");
                text_string(t, x[i].bits);
                flag(t, "mega", x[i].mega);
                text_put(t, "}");
            }
    text_put(t, "]");
}

/* --- over time --- */

static void sets(struct text *t, const struct results_memory *m, const struct memory_now *now)
{
    text_put(t, ", \"tasks\": [");
    for (unsigned i = 0; i < now->n; i++) {
        text_put(t, i ? ", {\"resident\": " : "{\"resident\": ");
        text_count(t, now->task[i].resident);
        if (now->windows)
            member(t, "working_set", now->task[i].working_set);
        task(t, m, now->task[i].tid);
        text_put(t, "}");
    }
    text_put(t, "]");
}

static void over_time(struct text *t, const struct results_memory *m, ns_t unit)
{
    struct memory_counts was = { 0 };

    text_put(t, ",\n  \"over_time\": [");
    for (uint32_t i = 0; i < m->book->n; i++) {
        const struct memory_sample *s = &m->book->sample[i];

        text_put(t, i ? ",\n   {\"at\": " : "\n   {\"at\": ");
        text_time(t, s->at, unit);
        member(t, "minor", s->sum.minor - was.minor);
        member(t, "major", s->sum.major - was.major);
        member(t, "swap_in", s->sum.swap_in - was.swap_in);
        member(t, "swap_out", s->sum.swap_out - was.swap_out);
        member(t, "evictions", s->sum.evictions - was.evictions);
        member(t, "free", s->now.free);
        member(t, "resident", s->now.resident);
        if (s->now.windows)
            member(t, "working_set", s->now.working_set);
        member(t, "suspended", s->now.suspended);
        member(t, "tlb_misses", s->now.tlb_misses);
        sets(t, m, &s->now);
        text_put(t, "}");
        was = s->sum;
    }
    text_put(t, "]");
}

void results_memory(struct text *t, const struct results *r)
{
    const struct results_memory *m = r->memory_now;

    if (!m || !m->book || !m->book->n)
        return;
    const struct memory_now *last = &m->book->sample[m->book->n - 1].now;

    text_put(t, " \"memory\": {\"frames\": ");
    text_count(t, last->frames);
    member(t, "free", last->free);
    map(t, m, last->frames);
    page_tables(t, m);
    translations(t, m, r->config->ncpus);
    over_time(t, m, r->config->time_unit);
    text_put(t, "},\n");
}
