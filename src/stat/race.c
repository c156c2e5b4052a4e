/* race.c - the law of data races. */
#include <stat/race.h>

#include <stat/race_clock.h>
#include <stat/race_shadow.h>
#include <stdlib.h>
#include <string.h>

enum { RECENT = 4, BUCKETS = 1 << 10 };

struct thread {
    struct race_clock now;      /* what it knows */
    struct race_clock fenced;   /* ...and knew at its last release fence */
    uint32_t index;             /* its place in clocks */
    uint64_t from;              /* its own clock as it began: the index may be used before */
    uint64_t used;              /* ...and at its last access; 0: there was none */
    uint64_t recent[RECENT];    /* words of synchronisation that it has read since the last
                                 * acquire fence, 0: none */
    unsigned next;
};

struct sync {
    struct sync *next;          /* in its bucket */
    uint64_t key;
    struct race_clock clock;
};

struct race_law {
    race_fn *fn;
    void *ctx;
    bool failed;
    struct race_shadow *shadow;
    struct thread *thread;      /* all there ever were */
    uint32_t nthreads, threads_room;
    struct index {              /* a place in clocks, used by one thread after another */
        bool vacant;            /* its last thread is over: */
        uint64_t used, last;    /* the thread's clock at its last access, and at its end */
    } *index;
    uint32_t nindices;
    struct sync *bucket[BUCKETS];
};

struct race_law *race_create(race_fn *fn, void *ctx)
{
    struct race_law *l = calloc(1, sizeof *l);

    if (l && !(l->shadow = shadow_create())) {
        free(l);
        return NULL;
    }
    if (l)
        l->fn = fn, l->ctx = ctx;
    return l;
}

void race_destroy(struct race_law *l)
{
    struct sync *next;

    if (!l)
        return;
    for (unsigned i = 0; i < BUCKETS; i++)
        for (struct sync *s = l->bucket[i]; s; s = next) {
            next = s->next;
            vclock_clear(&s->clock);
            free(s);
        }
    for (uint32_t i = 0; i < l->nthreads; i++) {
        vclock_clear(&l->thread[i].now);
        vclock_clear(&l->thread[i].fenced);
    }
    shadow_destroy(l->shadow);
    free(l->thread);
    free(l->index);
    free(l);
}

bool race_failed(const struct race_law *l)
{
    return l->failed;
}

static void must(struct race_law *l, bool ok)
{
    l->failed |= !ok;
}

/* --- epochs --- */

static race_epoch epoch(uint32_t index, uint64_t clock)
{
    return (race_epoch)index << RACE_CLOCK_BITS | clock;
}

static uint32_t epoch_index(race_epoch e)
{
    return (uint32_t)(e >> RACE_CLOCK_BITS);
}

static uint64_t epoch_clock(race_epoch e)
{
    return e & ((UINT64_C(1) << RACE_CLOCK_BITS) - 1);
}

static race_epoch own_epoch(const struct thread *t)
{
    return epoch(t->index, vclock_at(&t->now, t->index));
}

/* Does the thread know of it? */
static bool before(race_epoch e, const struct thread *t)
{
    return epoch_clock(e) <= vclock_at(&t->now, epoch_index(e));
}

static void tick(struct race_law *l, struct thread *t)
{
    must(l, vclock_set(&t->now, t->index, vclock_at(&t->now, t->index) + 1));
}

/* The thread whose access that was: the last one with this index that began before. */
static uint32_t epoch_thread(const struct race_law *l, race_epoch e)
{
    for (uint32_t i = l->nthreads; i-- > 0;)
        if (l->thread[i].index == epoch_index(e) && l->thread[i].from <= epoch_clock(e))
            return i;
    return RACE_NOBODY;
}

/* --- threads --- */

static bool more_threads(struct race_law *l)
{
    uint32_t room = l->threads_room ? l->threads_room * 2 : 16;
    struct thread *more;

    if (l->nthreads < l->threads_room)
        return true;
    if (!(more = realloc(l->thread, room * sizeof *more)))
        return false;
    l->thread = more;
    l->threads_room = room;
    return true;
}

static bool more_indices(struct race_law *l)
{
    uint32_t n = l->nindices + 1;
    struct index *more = realloc(l->index, n * sizeof *more);

    if (!more)
        return false;
    l->index = more;
    if (n >> (64 - RACE_CLOCK_BITS))
        return false;
    l->index[l->nindices++] = (struct index){ 0 };
    return true;
}

/* An index of whose last thread the parent knows all that it did: then nothing of that can
 * race with the new one, and clocks stay short. UINT32_MAX: no memory. */
static uint32_t index_take(struct race_law *l, const struct thread *parent)
{
    for (uint32_t i = 0; parent && i < l->nindices; i++)
        if (l->index[i].vacant && l->index[i].used <= vclock_at(&parent->now, i)) {
            l->index[i].vacant = false;
            return i;
        }
    return more_indices(l) ? l->nindices - 1 : UINT32_MAX;
}

uint32_t race_thread(struct race_law *l, uint32_t parent)
{
    uint32_t index;

    if (!more_threads(l))
        return l->failed = true, RACE_NOBODY;
    struct thread *up = parent < l->nthreads ? &l->thread[parent] : NULL;
    struct thread *t = &l->thread[l->nthreads];

    if ((index = index_take(l, up)) == UINT32_MAX)
        return l->failed = true, RACE_NOBODY;
    *t = (struct thread){ .index = index, .from = l->index[index].last + 1 };
    if (up)
        must(l, vclock_copy(&t->now, &up->now));
    must(l, vclock_set(&t->now, index, t->from));
    if (up)
        tick(l, up);
    return l->nthreads++;
}

void race_end(struct race_law *l, uint32_t thread)
{
    struct thread *t = &l->thread[thread];

    l->index[t->index] = (struct index){ true, t->used, vclock_at(&t->now, t->index) };
    vclock_clear(&t->now);
    vclock_clear(&t->fenced);
}

/* --- what orders --- */

static struct sync **bucket_of(struct race_law *l, uint64_t key)
{
    return &l->bucket[key * UINT64_C(0x9e3779b97f4a7c15) >> 54];
}
_Static_assert(BUCKETS == 1 << 10, "the upper ten bits of the product");

static struct sync *sync_find(struct race_law *l, uint64_t key)
{
    struct sync *s = *bucket_of(l, key);

    while (s && s->key != key)
        s = s->next;
    return s;
}

static struct sync *sync_get(struct race_law *l, uint64_t key)
{
    struct sync *s = sync_find(l, key), **bucket = bucket_of(l, key);

    if (s)
        return s;
    if (!(s = calloc(1, sizeof *s)))
        return l->failed = true, NULL;
    s->key = key;
    s->next = *bucket;
    return *bucket = s;
}

static uint64_t word_key(uint32_t space, uint32_t va)
{
    return (uint64_t)space << 30 | va >> 2;
}

void race_release(struct race_law *l, uint32_t thread, uint64_t key)
{
    struct thread *t = &l->thread[thread];
    struct sync *s = sync_get(l, key);

    if (!s)
        return;
    must(l, vclock_join(&s->clock, &t->now));
    tick(l, t);
}

void race_acquire(struct race_law *l, uint32_t thread, uint64_t key)
{
    struct sync *s = sync_find(l, key);

    if (s)
        must(l, vclock_join(&l->thread[thread].now, &s->clock));
}

void race_fence(struct race_law *l, uint32_t thread, bool acquire, bool release)
{
    struct thread *t = &l->thread[thread];

    for (unsigned i = 0; acquire && i < RECENT; i++) {
        if (t->recent[i])
            race_acquire(l, thread, t->recent[i] - 1);
        t->recent[i] = 0;
    }
    if (release) {
        must(l, vclock_copy(&t->fenced, &t->now));
        tick(l, t);
    }
}

/* It has read a word of synchronisation: a fence may make that an acquire. */
static void has_read(struct thread *t, uint64_t key)
{
    for (unsigned i = 0; i < RECENT; i++)
        if (t->recent[i] == key + 1)
            return;
    t->recent[t->next++ % RECENT] = key + 1;
}

/* The write half of an atomic access. What is published goes on with whoever changes the
 * word by an atomic read and write (a release sequence); a store ends it. */
static void publish(struct race_law *l, struct thread *t, uint64_t key, struct race_atomic a)
{
    struct sync *s = sync_get(l, key);
    const struct race_clock *what = a.release ? &t->now : &t->fenced;

    if (!s)
        return;
    must(l, a.how == RACE_STORE ? vclock_copy(&s->clock, what) : vclock_join(&s->clock, what));
    if (a.release)
        tick(l, t);
}

/* --- accesses --- */

struct access {
    struct race_law *l;
    struct thread *t;
    race_epoch own;
    struct race_pair pair;      /* of a race; the earlier one is filled in when there is one */
    bool said;                  /* one of the bytes raced already */
};

static void raced(struct access *a, race_epoch e, uint32_t site, uint32_t va)
{
    struct race_pair p = a->pair;

    if (a->said)
        return;
    a->said = true;
    p.va = va;
    p.was = epoch_thread(a->l, e);
    p.was_site = site;
    a->l->fn(a->l->ctx, &p);
}

static void against(struct access *a, race_epoch e, uint32_t site, uint32_t va)
{
    if (e && !before(e, a->t))
        raced(a, e, site, va);
}

/* It is one of several readers. */
static void share(struct access *a, struct race_cell *c)
{
    struct race_readers *r = shadow_readers(a->l->shadow, c);
    uint32_t i = 0;

    if (!r) {
        a->l->failed = true;
        return;
    }
    while (i < r->n && epoch_index(r->at[i].epoch) != a->t->index)
        i++;
    r->at[i] = (struct race_reader){ a->own, a->pair.now_site };
    r->n += i == r->n;
}

static void cell_read(struct access *a, struct race_cell *c, uint32_t va)
{
    if (c->read == a->own)
        return;
    against(a, c->write, c->write_site, va);
    if (c->flags & CELL_SHARED || (c->read && !before(c->read, a->t))) {
        share(a, c);
    } else {
        c->read = a->own;
        c->read_site = a->pair.now_site;
    }
}

static void cell_write(struct access *a, struct race_cell *c, uint32_t va)
{
    if (c->write == a->own)
        return;
    against(a, c->write, c->write_site, va);
    if (c->flags & CELL_SHARED) {
        const struct race_readers *r = shadow_readers(a->l->shadow, c);

        for (uint32_t i = 0; r && i < r->n; i++)
            against(a, r->at[i].epoch, r->at[i].site, va);
        shadow_unread(a->l->shadow, c);
    } else {
        against(a, c->read, c->read_site, va);
    }
    c->write = a->own;
    c->write_site = a->pair.now_site;
}

typedef void cell_fn(struct access *a, struct race_cell *c, uint32_t va);

/* The part of an access that is in one word: n bytes from va. */
static struct race_cell *one_word(struct access *a, uint32_t va, unsigned n, cell_fn *fn)
{
    struct race_cell *w = shadow_word(a->l->shadow, a->pair.space, va), *byte;

    if (!w) {
        a->l->failed = true;
        return NULL;
    }
    if (n == 4 && !(w->flags & WORD_SPLIT)) {
        fn(a, w, va);
        return w;
    }
    if (!(byte = shadow_bytes(a->l->shadow, w))) {
        a->l->failed = true;
        return NULL;
    }
    for (unsigned i = 0; i < n; i++)
        fn(a, &byte[(va + i) & 3], va + i);
    return w;
}

static unsigned in_word(uint32_t va, uint32_t size)
{
    unsigned room = 4 - (va & 3);

    return size < room ? size : room;
}

/* All of it. The flags of its words, together. */
static uint32_t each_word(struct access *a, uint32_t va, uint32_t size, cell_fn *fn)
{
    uint32_t flags = 0;

    for (unsigned n; size; va += n, size -= n) {
        n = in_word(va, size);
        const struct race_cell *w = one_word(a, va, n, fn);

        flags |= w ? w->flags : 0;
    }
    return flags;
}

static struct access begin(struct race_law *l, uint32_t thread, uint32_t space, uint32_t va,
                           uint32_t site)
{
    struct thread *t = &l->thread[thread];

    t->used = vclock_at(&t->now, t->index);
    return (struct access){ .l = l, .t = t, .own = own_epoch(t),
                            .pair = { .space = space, .va = va, .now = thread,
                                      .now_site = site } };
}

void race_read(struct race_law *l, uint32_t thread, uint32_t space, uint32_t va,
               uint32_t size, uint32_t site)
{
    struct access a = begin(l, thread, space, va, site);

    if (!(each_word(&a, va, size, cell_read) & WORD_SYNC))
        return;
    for (unsigned n; size; va += n, size -= n) {
        const struct race_cell *w = shadow_word(l->shadow, space, va);

        n = in_word(va, size);
        if (w && w->flags & WORD_KERNEL)
            race_acquire(l, thread, word_key(space, va));
        else if (w && w->flags & WORD_SYNC)
            has_read(a.t, word_key(space, va));
    }
}

void race_write(struct race_law *l, uint32_t thread, uint32_t space, uint32_t va,
                uint32_t size, uint32_t site)
{
    struct access a = begin(l, thread, space, va, site);

    if (!(each_word(&a, va, size, cell_write) & WORD_SYNC))
        return;
    for (unsigned n; size; va += n, size -= n) {
        const struct race_cell *w = shadow_word(l->shadow, space, va);

        n = in_word(va, size);
        if (w && w->flags & WORD_SYNC)
            race_release(l, thread, word_key(space, va));
    }
}

void race_atomic(struct race_law *l, uint32_t thread, uint32_t space, uint32_t va,
                 uint32_t size, struct race_atomic how, uint32_t site)
{
    struct access a = begin(l, thread, space, va, site);
    struct race_cell *w = one_word(&a, va, in_word(va, size), cell_read);
    uint64_t key = word_key(space, va);

    if (!w)
        return;
    w->flags |= WORD_SYNC;
    if (how.how & RACE_LOAD) {
        if (how.acquire || w->flags & WORD_KERNEL)
            race_acquire(l, thread, key);
        else
            has_read(a.t, key);
    }
    if (how.how & RACE_STORE)
        publish(l, a.t, key, how);
}

void race_farewell(struct race_law *l, uint32_t thread, uint32_t space, uint32_t va)
{
    struct race_cell *w = shadow_word(l->shadow, space, va);

    if (!w) {
        l->failed = true;
        return;
    }
    w->flags |= WORD_SYNC | WORD_KERNEL;
    race_release(l, thread, word_key(space, va));
}

void race_forget(struct race_law *l, uint32_t space, uint32_t from, uint64_t to)
{
    shadow_forget(l->shadow, space, from, to);
}
