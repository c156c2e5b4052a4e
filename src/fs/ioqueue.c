/* ioqueue.c - submit, choose, begin, complete. */
#include <fs/ioqueue.h>

#include <sim/check.h>
#include <string.h>

enum { NONE = UINT32_MAX, MERGE_MAX = 1024 /* sectors */, PATIENCE = 4, SLOWNESS = 10 };

enum slot_state { SLOT_FREE, SLOT_QUEUED, SLOT_INSIDE, SLOT_RUNNING };

struct slot {
    struct blk_request *first, *last;   /* merged ones, linked by next, in sector order */
    uint64_t sector;
    uint32_t nsectors, cylinder;
    struct drive_place place;   /* of a drive that has an op for it */
    uint32_t next, prev;        /* in the list of its state */
    uint32_t merge_next;        /* among those whose end has the same hash */
    uint8_t state;
    bool mergeable;
    uint8_t op;
    struct iosched_answer how;  /* inside: the way of the arm */
    ns_t done;                  /* running */
};

struct list { uint32_t head, tail, n; };

struct ioqueue {
    const struct disk_config *c;
    const struct iosched_ops *sched;
    struct op_watched watched;  /* of a plug-in: who is told of each op */
    void *sched_state;
    struct drive drive;
    struct store *store;
    struct slot *slot;
    uint32_t nslots, depth, width;      /* width: running at once */
    struct list free, queued, inside, running;
    uint32_t *merge;            /* by hash of an end; NONE */
    uint32_t merge_mask;
    struct blk_request *line, *line_end;        /* no slot yet */
    struct blk_request *instant, *instant_end;  /* take no time */
    ns_t now, kick;             /* something can be begun since then; NS_MAX: nothing */
    ns_t soonest;               /* the least `done` */
    uint64_t arm_sector;
    ns_t slow_until;            /* what is begun before takes SLOWNESS times as long */
    uint32_t passed;            /* how often the oldest inside was passed over */
    const struct blk_watch *watch;
    struct blk_stats stats;
};

/* --- lists of slots --- */

static void put(struct ioqueue *q, struct list *l, uint32_t i, enum slot_state state)
{
    struct slot *s = &q->slot[i];

    s->state = (uint8_t)state;
    s->next = NONE;
    s->prev = l->tail;
    if (l->tail == NONE)
        l->head = i;
    else
        q->slot[l->tail].next = i;
    l->tail = i;
    l->n++;
}

static void take(struct ioqueue *q, struct list *l, uint32_t i)
{
    struct slot *s = &q->slot[i];

    CHECK(l->n > 0);
    /* It is in this list and in no other. */
    CHECK(s->prev == NONE ? l->head == i : q->slot[s->prev].next == i);
    CHECK(s->next == NONE ? l->tail == i : q->slot[s->next].prev == i);
    if (s->prev == NONE)
        l->head = s->next;
    else
        q->slot[s->prev].next = s->next;
    if (s->next == NONE)
        l->tail = s->prev;
    else
        q->slot[s->next].prev = s->prev;
    l->n--;
}

/* --- lists of requests --- */

static void append(struct blk_request **head, struct blk_request **end,
                   struct blk_request *r)
{
    r->next = NULL;
    if (*head)
        (*end)->next = r;
    else
        *head = r;
    *end = r;
}

/* --- merging --- */

static uint32_t *merge_bucket(struct ioqueue *q, uint64_t end)
{
    return &q->merge[(uint32_t)(end * UINT64_C(0x9E3779B97F4A7C15) >> 40) & q->merge_mask];
}

static void merge_offer(struct ioqueue *q, uint32_t i)
{
    struct slot *s = &q->slot[i];

    if (!s->mergeable)
        return;
    uint32_t *bucket = merge_bucket(q, s->sector + s->nsectors);
    s->merge_next = *bucket;
    *bucket = i;
}

static void merge_withdraw(struct ioqueue *q, uint32_t i)
{
    struct slot *s = &q->slot[i];

    if (!s->mergeable)
        return;
    uint32_t *link = merge_bucket(q, s->sector + s->nsectors);
    while (*link != i) {
        CHECK(*link != NONE);   /* it was offered, and its end is as it was then */
        link = &q->slot[*link].merge_next;
    }
    *link = s->merge_next;
}

/* Behind a queued request that ends where r begins. */
static bool merged(struct ioqueue *q, struct blk_request *r)
{
    if (!q->c->merge || r->op > BLK_WRITE)
        return false;
    for (uint32_t i = *merge_bucket(q, r->sector); i != NONE; i = q->slot[i].merge_next) {
        struct slot *s = &q->slot[i];

        if (s->sector + s->nsectors != r->sector || s->op != r->op
            || s->first->owner != r->owner || s->nsectors + r->nsectors > MERGE_MAX)
            continue;
        merge_withdraw(q, i);
        append(&s->first, &s->last, r);
        s->nsectors += r->nsectors;
        merge_offer(q, i);
        if (q->sched->grown) {
            watched_enter(&q->watched, "grown");
            q->sched->grown(q->sched_state, i, s->nsectors);
            watched_leave(&q->watched);
        }
        return true;
    }
    return false;
}

/* --- in --- */

static void enter(struct ioqueue *q, struct blk_request *r, ns_t now)
{
    uint32_t i = q->free.head;
    struct slot *s = &q->slot[i];

    CHECK(s->state == SLOT_FREE);
    take(q, &q->free, i);
    r->next = NULL;
    s->first = s->last = r;
    s->sector = r->sector;
    s->nsectors = r->nsectors;
    s->op = r->op;
    s->cylinder = q->drive.ops->cylinder(q->drive.self, r->sector);
    if (q->drive.ops->place)
        q->drive.ops->place(q->drive.self, r->sector, &s->place);
    s->mergeable = q->c->merge && r->op <= BLK_WRITE;
    put(q, &q->queued, i, SLOT_QUEUED);
    merge_offer(q, i);
    struct iosched_request copy = {
        .slot = i, .owner = r->share ? r->share - 1 : r->owner, .weight = r->weight ? r->weight : 1,
        .write = r->op == BLK_WRITE, .cylinder = s->cylinder, .sector = r->sector,
        .nsectors = r->nsectors, .arrival = r->submitted, .deadline = r->deadline,
    };
    watched_enter(&q->watched, "enqueue");
    q->sched->enqueue(q->sched_state, &copy, now);
    watched_leave(&q->watched);
}

/* Is there work to begin, and room for it? Then a step is due at once. */
static void arrange(struct ioqueue *q, ns_t now)
{
    bool work = q->inside.n > 0 || (q->queued.n > 0 && q->running.n < q->depth);

    if (q->instant || (work && q->running.n < q->width)) {
        if (q->kick == NS_MAX)
            q->kick = now;
    } else {
        q->kick = NS_MAX;
    }
}

static void submit(void *self, struct blk_request *r, ns_t now)
{
    struct ioqueue *q = self;

    r->submitted = r->started = now;
    r->status = BLK_OK;
    bool wrong = r->op != BLK_FLUSH
                 && (r->nsectors == 0 || r->sector >= q->drive.nsectors
                     || r->nsectors > q->drive.nsectors - r->sector);
    if (wrong)
        r->status = BLK_IO_ERROR;
    if (wrong || r->op == BLK_FLUSH)
        append(&q->instant, &q->instant_end, r);
    else if (q->line || !merged(q, r)) {
        if (q->line || q->free.n == 0)
            append(&q->line, &q->line_end, r);
        else
            enter(q, r, now);
    }
    arrange(q, now);
}

static ns_t due(const void *self)
{
    const struct ioqueue *q = self;

    return q->kick < q->soonest ? q->kick : q->soonest;
}

/* --- choosing --- */

static ns_t access_time(const void *drive, uint32_t i)
{
    const struct ioqueue *q = drive;
    const struct slot *s = &q->slot[i];

    if (i >= q->nslots || s->state == SLOT_FREE)        /* a plug-in may ask for anything */
        return NS_MAX;
    if (q->drive.ops->reach)
        return q->drive.ops->reach(q->drive.self, &s->place, q->now);
    return q->drive.ops->access(q->drive.self, s->sector, s->nsectors, q->now);
}

static bool possible(const struct ioqueue *q, const struct iosched_answer *a)
{
    if (a->slot >= q->nslots || q->slot[a->slot].state != SLOT_QUEUED
        || a->nvia > IOSCHED_VIA)
        return false;
    for (uint32_t i = 0; i < a->nvia; i++)
        if (a->via[i] >= q->drive.cylinders)
            return false;
    return true;
}

static void leave(struct ioqueue *q, uint32_t i)
{
    watched_enter(&q->watched, "remove");
    q->sched->remove(q->sched_state, i);
    watched_leave(&q->watched);
}

/* One request leaves the scheduler for the drive. */
static void admit(struct ioqueue *q)
{
    struct iosched_arm arm = { .cylinder = q->drive.ops->arm(q->drive.self),
                               .sector = q->arm_sector, .now = q->now,
                               .access = access_time, .drive = q };
    struct iosched_answer a = { .slot = IOREQ_NONE };

    watched_enter(&q->watched, "pick");
    q->sched->pick(q->sched_state, &arm, &a);
    watched_leave(&q->watched);
    if (!possible(q, &a)) {
        q->stats.policy_faults++;
        a = (struct iosched_answer){ .slot = q->queued.head };
        leave(q, a.slot);
    }
    merge_withdraw(q, a.slot);
    take(q, &q->queued, a.slot);
    put(q, &q->inside, a.slot, SLOT_INSIDE);
    q->slot[a.slot].how = a;
}

/* The drive's own choice: the shortest access, but the oldest is not passed over for
 * ever. */
static uint32_t inside_next(struct ioqueue *q)
{
    uint32_t best = q->inside.head;

    if (q->inside.n == 1 || q->drive.parallel || q->passed >= PATIENCE * q->depth) {
        q->passed = 0;
        return best;
    }
    ns_t least = access_time(q, best);
    for (uint32_t i = q->slot[best].next; i != NONE; i = q->slot[i].next) {
        ns_t t = access_time(q, i);

        if (t < least) {
            least = t;
            best = i;
        }
    }
    q->passed = best == q->inside.head ? 0 : q->passed + 1;
    return best;
}

/* --- beginning --- */

static void account(struct ioqueue *q, const struct slot *s, const struct blk_service *sv)
{
    struct blk_stats *st = &q->stats;

    st->served++;
    st->cylinders += sv->moved;
    st->seek += sv->seek;
    st->rotation += sv->rotation;
    st->transfer += sv->transfer;
    if (s->op == BLK_READ)
        st->sectors_read += s->nsectors;
    else if (s->op == BLK_WRITE)
        st->sectors_written += s->nsectors;
    /* Flash works on several at once: only what is new of the time counts. */
    ns_t from = q->now;
    for (uint32_t i = q->running.head; i != NONE; i = q->slot[i].next)
        if (q->slot[i].done > from)
            from = q->slot[i].done;
    if (sv->done > from)
        st->busy += sv->done - from;
}

static void begin(struct ioqueue *q, uint32_t i)
{
    struct slot *s = &q->slot[i];
    struct drive_command c = { .op = s->op, .nsectors = s->nsectors, .sector = s->sector,
                               .slower = q->now < q->slow_until ? SLOWNESS - 1 : 0 };
    struct blk_service sv = { 0 };

    if (q->depth == 1) {
        c.nvia = s->how.nvia;
        c.free = s->how.free;
        memcpy(c.via, s->how.via, sizeof c.via);
    }
    q->drive.ops->serve(q->drive.self, &c, q->now, &sv);
    CHECK(s->state == SLOT_INSIDE && sv.done >= q->now);
    account(q, s, &sv);
    take(q, &q->inside, i);
    put(q, &q->running, i, SLOT_RUNNING);
    s->done = sv.done;
    if (sv.done < q->soonest)
        q->soonest = sv.done;
    q->arm_sector = s->sector + s->nsectors;
    for (struct blk_request *r = s->first; r; r = r->next)
        r->started = q->now;
    if (q->watch)
        q->watch->started(q->watch->self, s->first, &sv);
}

static void choose(struct ioqueue *q)
{
    while (q->running.n < q->width) {
        while (q->queued.n > 0 && q->inside.n + q->running.n < q->depth)
            admit(q);
        if (q->inside.n == 0)
            break;
        begin(q, inside_next(q));
    }
}

/* --- completing --- */

static bool move_bytes(struct ioqueue *q, struct blk_request *r)
{
    if (!q->store)
        return true;
    if (r->op == BLK_DISCARD)
        return store_discard(q->store, r->sector, r->nsectors);
    if (!r->data)
        return true;
    return r->op == BLK_READ ? store_read(q->store, r->sector, r->nsectors, r->data)
                             : store_write(q->store, r->sector, r->nsectors, r->data);
}

static void finish(struct ioqueue *q, struct blk_request *r, ns_t now)
{
    r->completed = now;
    if (r->status == BLK_OK && r->op != BLK_FLUSH && !move_bytes(q, r))
        r->status = BLK_IO_ERROR;
    q->stats.requests++;
    q->stats.errors += r->status != BLK_OK;
    r->sink->done(r->sink->self, r);
}

/* All of a list, which may grow while its requests are told of. */
static void finish_all(struct ioqueue *q, struct blk_request *r, ns_t now)
{
    while (r) {
        struct blk_request *next = r->next;

        finish(q, r, now);
        r = next;
    }
}

/* The slot that is done first; of several, the one that began first. */
static uint32_t done_next(struct ioqueue *q, ns_t now)
{
    uint32_t best = NONE;

    for (uint32_t i = q->running.head; i != NONE; i = q->slot[i].next)
        if (q->slot[i].done <= now && (best == NONE || q->slot[i].done < q->slot[best].done))
            best = i;
    return best;
}

static void find_soonest(struct ioqueue *q)
{
    q->soonest = NS_MAX;
    for (uint32_t i = q->running.head; i != NONE; i = q->slot[i].next)
        if (q->slot[i].done < q->soonest)
            q->soonest = q->slot[i].done;
}

static bool complete(struct ioqueue *q, ns_t now)
{
    struct blk_request *instant = q->instant;
    bool any = instant;
    uint32_t i;

    q->instant = NULL;
    finish_all(q, instant, now);
    if (q->soonest > now)
        return any;
    while ((i = done_next(q, now)) != NONE) {
        struct blk_request *first = q->slot[i].first;

        take(q, &q->running, i);
        put(q, &q->free, i, SLOT_FREE);
        if (q->line) {
            struct blk_request *r = q->line;

            q->line = r->next;
            enter(q, r, now);
        }
        find_soonest(q);
        finish_all(q, first, now);
        any = true;
    }
    return any;
}

static void step(void *self, ns_t now)
{
    struct ioqueue *q = self;

    q->now = now;
    if (!complete(q, now))
        choose(q);
    q->kick = NS_MAX;
    arrange(q, now);
}

/* --- power cuts --- */

static void drop_requests(struct ioqueue *q, struct blk_request *r)
{
    while (r) {
        struct blk_request *next = r->next;

        r->status = BLK_GONE;
        append(&q->instant, &q->instant_end, r);
        r = next;
    }
}

static void drop_slots(struct ioqueue *q, struct list *l)
{
    while (l->n > 0) {
        uint32_t i = l->head;

        if (q->slot[i].state == SLOT_QUEUED) {
            leave(q, i);
            merge_withdraw(q, i);
        }
        take(q, l, i);
        put(q, &q->free, i, SLOT_FREE);
        drop_requests(q, q->slot[i].first);
    }
}

static void reset(void *self, ns_t now)
{
    struct ioqueue *q = self;
    struct blk_request *line = q->line, *instant = q->instant;

    q->line = q->instant = NULL;
    drop_requests(q, instant);
    drop_slots(q, &q->running);
    drop_slots(q, &q->inside);
    drop_slots(q, &q->queued);
    drop_requests(q, line);
    q->soonest = NS_MAX;
    arrange(q, now);
}

/* --- the rest of the port --- */

static bool peek(const void *self, uint64_t sector, uint32_t nsectors, void *buf)
{
    const struct ioqueue *q = self;

    return q->store && store_read(q->store, sector, nsectors, buf);
}

static bool poke(void *self, uint64_t sector, uint32_t nsectors, const void *buf)
{
    struct ioqueue *q = self;

    return q->store && store_write(q->store, sector, nsectors, buf);
}

static void stats(const void *self, struct blk_stats *out)
{
    const struct ioqueue *q = self;

    *out = q->stats;
    if (q->drive.ops->stats)
        q->drive.ops->stats(q->drive.self, out);
}

static void watch(void *self, const struct blk_watch *w)
{
    ((struct ioqueue *)self)->watch = w;
}

static const struct blkdev_ops ops = {
    .submit = submit, .due = due, .step = step, .peek = peek, .poke = poke,
    .reset = reset, .stats = stats, .watch = watch,
};

struct blkdev ioqueue_device(struct ioqueue *q)
{
    return (struct blkdev){ .ops = &ops, .self = q, .nsectors = q ? q->drive.nsectors : 0 };
}

/* --- making one --- */

static void lists_init(struct ioqueue *q)
{
    q->free = q->queued = q->inside = q->running = (struct list){ NONE, NONE, 0 };
    for (uint32_t i = 0; i < q->nslots; i++)
        put(q, &q->free, i, SLOT_FREE);
    for (uint32_t i = 0; i <= q->merge_mask; i++)
        q->merge[i] = NONE;
}

/* Bytes that the scheduler wants. */
static size_t ask_size(const struct iosched_config *c, const struct iosched_params *p)
{
    size_t limit = (size_t)64 << 20 | (size_t)p->max_requests << 12;

    watched_enter(&c->watch, "state_size");
    size_t size = c->ops->state_size(p);
    watched_leave(&c->watch);
    watched_size(&c->watch, "state_size", size, limit);
    return pieces_size(size, c->watch.ops != NULL);
}

struct ioqueue *ioqueue_init(struct arena *a, const struct disk_config *c,
                             const struct drive *d, struct store *store,
                             uint32_t max_owners)
{
    struct iosched_params params = c->scheduler.params;
    uint32_t buckets = 1;

    params.max_requests = c->slots;
    params.max_owners = max_owners;
    params.cylinders = d->cylinders;
    while (buckets < c->slots)
        buckets *= 2;
    struct ioqueue *q = arena_array(a, struct ioqueue, 1);
    struct slot *slots = arena_array(a, struct slot, c->slots);
    uint32_t *merge = arena_array(a, uint32_t, buckets);
    bool fenced = c->scheduler.watch.ops;
    size_t size = ask_size(&c->scheduler, &params), stride;
    uint8_t *state = pieces_take(a, size, 1, fenced, &stride);

    if (!q)
        return NULL;
    *q = (struct ioqueue){ .c = c, .sched = c->scheduler.ops, .sched_state = state,
        .watched = c->scheduler.watch,
        .drive = *d, .store = store, .slot = slots, .nslots = c->slots,
        .depth = c->depth < c->slots ? c->depth : c->slots, .merge = merge,
        .merge_mask = buckets - 1, .kick = NS_MAX, .soonest = NS_MAX };
    q->width = d->parallel ? q->depth : 1;
    lists_init(q);
    if (fenced)
        pieces_fence(state, size, 1, stride, q->watched.ops->fence, q->watched.self);
    watched_enter(&q->watched, "init");
    q->sched->init(q->sched_state, &params);
    watched_leave(&q->watched);
    return q;
}

void ioqueue_slow(struct ioqueue *q, ns_t until)
{
    q->slow_until = until;
}

/* --- for views and tests --- */

uint32_t ioqueue_cylinders(const struct ioqueue *q)
{
    return q->drive.ops->cylinder(q->drive.self, q->drive.nsectors - 1) + 1;
}

uint32_t ioqueue_arm(const struct ioqueue *q)
{
    return q->drive.ops->arm(q->drive.self);
}

uint32_t ioqueue_waiting(const struct ioqueue *q, uint32_t *cylinders, uint32_t max)
{
    uint32_t n = 0;

    for (uint32_t i = q->queued.head; i != NONE; i = q->slot[i].next, n++)
        if (n < max)
            cylinders[n] = q->slot[i].cylinder;
    return n;
}

static bool list_check(const struct ioqueue *q, const struct list *l, enum slot_state state)
{
    uint32_t n = 0, prev = NONE;

    for (uint32_t i = l->head; i != NONE; prev = i, i = q->slot[i].next, n++)
        if (n > q->nslots || q->slot[i].state != state || q->slot[i].prev != prev)
            return false;
    return n == l->n && l->tail == prev;
}

bool ioqueue_check(const struct ioqueue *q)
{
    return list_check(q, &q->free, SLOT_FREE) && list_check(q, &q->queued, SLOT_QUEUED)
           && list_check(q, &q->inside, SLOT_INSIDE)
           && list_check(q, &q->running, SLOT_RUNNING)
           && q->free.n + q->queued.n + q->inside.n + q->running.n == q->nslots
           && q->running.n <= q->width && q->inside.n + q->running.n <= q->depth
           && (q->line == NULL || q->free.n == 0);
}
