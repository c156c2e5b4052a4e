/* refs_arc.c - see refs_dense.h. arc: T1, T2, B1 and B2 are lines of pages. */
#include <lab/refs_line.h>

#include <mm/replace/arc.h>

enum { T1, T2, B1, B2, LISTS };

struct arc {
    struct refs_dense d;
    struct lines l;
    uint32_t capacity;
    int64_t target;             /* in ARC_ONEs */
};

static uint32_t on(const struct arc *a, unsigned list)
{
    return a->l.line[list].n;
}

/* For a page that comes from B1 or B2, or from none of the lists. */
static void make_room(struct arc *a, unsigned from)
{
    if (from != LINE_NONE)
        a->target = arc_learn(a->target, from == B2, on(a, from), on(a, from == B2 ? B1 : B2),
                              a->capacity);
    unsigned t = arc_from(a->target, on(a, T1), from == B2) ? T2 : T1;
    if (!on(a, t))
        t = t == T1 ? T2 : T1;
    uint32_t page = lines_take(&a->l, t);
    refs_dense_evict(&a->d, page);
    lines_append(&a->l, t == T1 ? B1 : B2, page, LINE_NONE);
}

/* The page is in B1 or B2, or in none of the lists. */
static void miss(struct arc *a, uint32_t page, unsigned from)
{
    if (refs_dense_full(&a->d, a->capacity))
        make_room(a, from);
    lines_append(&a->l, from != LINE_NONE ? T2 : T1, page, from);
    while (arc_cut_b1(on(a, T1), on(a, B1), a->capacity))
        lines_take(&a->l, B1);
    while (arc_cut_b2((uint64_t)on(a, T1) + on(a, T2), on(a, B1), on(a, B2), a->capacity))
        lines_take(&a->l, B2);
}

static inline __attribute__((always_inline)) void loop(struct arc *a, bool writes)
{
    const struct refs *r = a->d.r;

    for (size_t i = 0; i < r->n; i++) {
        uint32_t page = refs_page(r, i);
        unsigned from = lines_on(&a->l, page);
        bool here = from == T1 || from == T2;

        __builtin_prefetch(&a->l.where[refs_page_ahead(r, i)], 1);
        if (here)
            lines_append(&a->l, T2, page, from);
        else
            miss(a, page, from);
        if (writes)
            refs_dense_write(&a->d, r->ref[i], !here);
    }
}

bool refs_dense_arc(const struct refs *r, const struct refs_dense_params *p,
                    struct refs_run *out)
{
    struct arc a = { .capacity = p->frames };
    /* B1 and B2 have capacity + 1 together, for a moment. */
    bool ok = lines_init(&a.l, LISTS, p->frames + 1, r->npages) &&
              refs_dense_begin(&a.d, r, out);

    if (ok && r->writes)
        loop(&a, true);
    else if (ok)
        loop(&a, false);
    lines_free(&a.l);
    refs_dense_end(&a.d);
    return ok;
}
