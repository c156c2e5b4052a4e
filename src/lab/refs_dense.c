/* refs_dense.c - see refs_dense.h. Here the table, lru and random. */
#include <lab/refs_dense.h>

#include <mm/replace/registry.h>
#include <sim/rng.h>

#include <stdlib.h>
#include <string.h>

enum { PAGES_MAX = 1 << 26 };   /* places on a line are 29 bits wide */

refs_dense_run *refs_dense_for(const struct replace_ops *ops, const struct refs *r)
{
    static const struct { const char *name; refs_dense_run *run; } known[] = {
        { "lru", refs_dense_lru }, { "random", refs_dense_random },
        { "lfu", refs_dense_lfu }, { "arc", refs_dense_arc },
        { "s3-fifo", refs_dense_s3_fifo }, { "opt", refs_dense_opt },
    };

    if (r->npages >= PAGES_MAX)
        return NULL;
    for (unsigned i = 0; i < sizeof known / sizeof *known; i++)
        if (ops == replace_find(known[i].name, strlen(known[i].name)))
            return known[i].run;
    return NULL;
}

bool refs_dense_begin(struct refs_dense *d, const struct refs *r, struct refs_run *out)
{
    *d = (struct refs_dense){ .r = r, .out = out,
                              .dirty = r->writes ? calloc(r->npages, 1) : NULL };
    return d->dirty || !r->writes;
}

void refs_dense_end(struct refs_dense *d)
{
    free(d->dirty);
}

/* --- lru: its line is the string itself --- */

/* The pages in memory are those used after `passed`; the first of the string from there on
 * that was not used again is the least recently used. */
static size_t lru_evict(struct refs_dense *d, const uint32_t *last, size_t passed)
{
    const struct refs *r = d->r;

    while (last[refs_page(r, passed)] != passed + 1) {
        passed++;
        __builtin_prefetch(&last[refs_page_ahead(r, passed)]);
    }
    refs_dense_evict(d, refs_page(r, passed));
    return passed + 1;
}

static inline __attribute__((always_inline)) void
lru_loop(struct refs_dense *d, uint32_t *last, uint32_t frames, bool writes)
{
    const struct refs *r = d->r;
    size_t passed = 0;

    for (size_t i = 0; i < r->n; i++) {
        uint32_t page = refs_page(r, i);
        bool miss = last[page] <= passed;

        __builtin_prefetch(&last[refs_page_ahead(r, i)], 1);
        last[page] = (uint32_t)i + 1;
        if (miss && refs_dense_full(d, frames))
            passed = lru_evict(d, last, passed);
        if (writes)
            refs_dense_write(d, r->ref[i], miss);
    }
}

bool refs_dense_lru(const struct refs *r, const struct refs_dense_params *p,
                    struct refs_run *out)
{
    struct refs_dense d = { .r = NULL };
    uint32_t *last = calloc(r->npages, sizeof *last);   /* by page: last use + 1; 0: none */
    bool ok = last && refs_dense_begin(&d, r, out);

    if (ok && r->writes)
        lru_loop(&d, last, p->frames, true);
    else if (ok)
        lru_loop(&d, last, p->frames, false);
    free(last);
    refs_dense_end(&d);
    return ok;
}

/* --- random --- */

static void random_loop(struct refs_dense *d, uint32_t *member, bool *here,
                        const struct refs_dense_params *p)
{
    const struct refs *r = d->r;
    rng_t rng = rng_stream(p->seed, "replacement", 0);

    for (size_t i = 0; i < r->n; i++) {
        uint32_t page = refs_page(r, i);
        bool miss = !here[page];

        __builtin_prefetch(&here[refs_page_ahead(r, i)], 1);
        if (miss && refs_dense_full(d, p->frames)) {
            uint32_t *gone = &member[rng_below(&rng, p->frames)];

            refs_dense_evict(d, *gone);
            here[*gone] = false;
            *gone = member[p->frames - 1];      /* as mm/replace/random.c closes the gap */
        }
        if (miss) {
            member[d->used - 1] = page;
            here[page] = true;
        }
        refs_dense_write(d, r->ref[i], miss);
    }
}

bool refs_dense_random(const struct refs *r, const struct refs_dense_params *p,
                       struct refs_run *out)
{
    struct refs_dense d = { .r = NULL };
    uint32_t *member = malloc(p->frames * sizeof *member);
    bool *here = calloc(r->npages, sizeof *here);       /* by page */
    bool ok = member && here && refs_dense_begin(&d, r, out);

    if (ok)
        random_loop(&d, member, here, p);
    free(member);
    free(here);
    refs_dense_end(&d);
    return ok;
}
