/* refs_opt.c - see refs_dense.h. opt: the string says when each page is used next. */
#include <lab/refs_dense.h>

#include <stdlib.h>

enum { LEVELS = 6 };            /* 64 to the sixth is more than a string has references */

/* The numbers of those references whose page is in memory since the one before: a set that
 * gives its largest. Level 0 has a bit for each number, each further one a bit for each
 * word below. Numbers that are past stay in it: something larger is always there when the
 * largest is asked for. */
struct coming {
    uint64_t *level[LEVELS];
    unsigned top;
};

static bool coming_init(struct coming *c, size_t n)
{
    bool ok = true;

    for (unsigned k = 0; k < LEVELS; k++) {
        n = (n + 63) / 64;
        c->level[k] = calloc(n, sizeof **c->level);
        ok = ok && c->level[k];
        c->top = k;
        if (n == 1)
            break;
    }
    return ok;
}

static inline bool coming_has(const struct coming *c, size_t i)
{
    return c->level[0][i / 64] >> i % 64 & 1;
}

static inline void coming_add(struct coming *c, size_t i)
{
    for (unsigned k = 0; k <= c->top; k++, i /= 64) {
        uint64_t old = c->level[k][i / 64];

        c->level[k][i / 64] = old | UINT64_C(1) << i % 64;
        if (old)
            break;
    }
}

static size_t coming_take_largest(struct coming *c)
{
    size_t i = 0;

    for (unsigned k = c->top + 1; k-- > 0;)
        i = i * 64 + 63 - (unsigned)__builtin_clzll(c->level[k][i]);
    for (size_t k = 0, at = i; k <= c->top; k++, at /= 64)
        if (c->level[k][at / 64] &= ~(UINT64_C(1) << at % 64))
            break;
    return i;
}

struct opt {
    struct coming coming;
    uint32_t *idle;             /* pages that are not used again, by their last use */
    uint32_t first, end;        /* those of them in memory */
};

static void opt_evict(struct refs_dense *d, struct opt *o)
{
    refs_dense_evict(d, o->first < o->end ? o->idle[o->first++]
                                          : refs_page(d->r, coming_take_largest(&o->coming)));
}

static void opt_loop(struct refs_dense *d, struct opt *o, uint32_t frames)
{
    const struct refs *r = d->r;

    for (size_t i = 0; i < r->n; i++) {
        bool miss = !coming_has(&o->coming, i);

        if (miss && refs_dense_full(d, frames))
            opt_evict(d, o);
        if (r->next[i] == UINT32_MAX)
            o->idle[o->end++] = refs_page(r, i);
        else
            coming_add(&o->coming, r->next[i]);
        refs_dense_write(d, r->ref[i], miss);
    }
}

bool refs_dense_opt(const struct refs *r, const struct refs_dense_params *p,
                    struct refs_run *out)
{
    struct refs_dense d = { .r = NULL };
    struct opt o = { .idle = malloc(r->npages * sizeof *o.idle) };
    bool ok = coming_init(&o.coming, r->n) && o.idle && refs_dense_begin(&d, r, out);

    if (ok)
        opt_loop(&d, &o, p->frames);
    for (unsigned k = 0; k < LEVELS; k++)
        free(o.coming.level[k]);
    free(o.idle);
    refs_dense_end(&d);
    return ok;
}
