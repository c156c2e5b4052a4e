/* refs_s3_fifo.c - see refs_dense.h. s3-fifo: its queues are lines of pages. */
#include <lab/refs_line.h>

#include <mm/replace/s3_fifo.h>

enum { SMALL, MAIN, GHOSTS, LISTS };

#define NO_PAGE UINT32_MAX

struct s3_fifo {
    struct refs_dense d;
    struct lines l;
    struct s3_fifo_sizes size;
    uint8_t *uses;              /* by page, since it came to its queue; <= S3_FIFO_USES */
};

static void enter(struct s3_fifo *q, unsigned queue, uint32_t page, unsigned from)
{
    lines_append(&q->l, queue, page, from);
    q->uses[page] = 0;
}

/* The first that was not used enough; those that were move to the main queue. */
static uint32_t from_small(struct s3_fifo *q)
{
    while (q->l.line[SMALL].n) {
        uint32_t page = lines_take(&q->l, SMALL);

        if (q->uses[page] < q->size.move)
            return page;
        enter(q, MAIN, page, LINE_NONE);
    }
    return NO_PAGE;
}

/* The first that was not used; those that were pay one use for another round. */
static uint32_t from_main(struct s3_fifo *q)
{
    while (q->l.line[MAIN].n) {
        uint32_t page = lines_take(&q->l, MAIN);

        if (!q->uses[page])
            return page;
        q->uses[page]--;
        lines_append(&q->l, MAIN, page, LINE_NONE);
    }
    return NO_PAGE;
}

static void remember(struct s3_fifo *q, uint32_t page)
{
    if (!q->size.ghosts)
        return;
    if (q->l.line[GHOSTS].n == q->size.ghosts)
        lines_take(&q->l, GHOSTS);
    lines_append(&q->l, GHOSTS, page, LINE_NONE);
}

static void make_room(struct s3_fifo *q)
{
    uint32_t small = NO_PAGE, page = NO_PAGE;

    if (q->l.line[MAIN].n <= q->size.main)
        small = from_small(q);
    if (small == NO_PAGE)
        page = from_main(q);
    if (small == NO_PAGE && page == NO_PAGE)
        small = from_small(q);
    if (small != NO_PAGE)
        remember(q, small);
    refs_dense_evict(&q->d, small != NO_PAGE ? small : page);
}

static inline __attribute__((always_inline)) void
loop(struct s3_fifo *q, uint32_t frames, bool writes)
{
    const struct refs *r = q->d.r;

    for (size_t i = 0; i < r->n; i++) {
        uint32_t page = refs_page(r, i);
        unsigned on = lines_on(&q->l, page);
        bool here = on == SMALL || on == MAIN;

        __builtin_prefetch(&q->l.where[refs_page_ahead(r, i)], 1);
        if (here) {
            q->uses[page] = (uint8_t)(q->uses[page] + (q->uses[page] < S3_FIFO_USES));
        } else {
            if (refs_dense_full(&q->d, frames))
                make_room(q);
            on = lines_on(&q->l, page);     /* it may just have been forgotten */
            enter(q, on == GHOSTS ? MAIN : SMALL, page, on);
        }
        if (writes)
            refs_dense_write(&q->d, r->ref[i], !here);
    }
}

bool refs_dense_s3_fifo(const struct refs *r, const struct refs_dense_params *p,
                        struct refs_run *out)
{
    struct s3_fifo q = { .size = s3_fifo_sizes(&p->c->params, p->frames),
                         .uses = calloc(r->npages, 1) };
    bool ok = lines_init(&q.l, LISTS, p->frames, r->npages) && q.uses &&
              refs_dense_begin(&q.d, r, out);

    if (ok && r->writes)
        loop(&q, p->frames, true);
    else if (ok)
        loop(&q, p->frames, false);
    lines_free(&q.l);
    free(q.uses);
    refs_dense_end(&q.d);
    return ok;
}
