/* deadline.c - sorted order in batches, but nobody waits past a deadline.
 *
 * Reads and writes each stand in an order of sectors and in a line by arrival. A batch
 * goes on upwards from the last request while it can. Then the next batch begins: reads
 * first, unless writes have been passed over writes_starved times; at the oldest request
 * of that direction if its time is up, or if nothing is left above; else further up.
 *
 * Differs from Linux: there is no zone locking and there are no priority classes. A
 * request that carries a deadline of its own keeps it if it is the earlier one.
 */
#include <fs/iosched/sorted.h>

enum { READ_EXPIRE, WRITE_EXPIRE, WRITES_STARVED, FIFO_BATCH };

static const struct policy_param params[] = {
    { "read_expire", PARAM_TIME, "500ms", 0, NS_MAX, 1, NULL, "a read is overdue after this" },
    { "write_expire", PARAM_TIME, "5s", 0, NS_MAX, 1, NULL, "a write is overdue after this" },
    { "writes_starved", PARAM_INT, "2", 0, 1000000, 1, NULL,
      "batches of reads before one of writes" },
    { "fifo_batch", PARAM_INT, "16", 1, 1000000, 1, NULL, "requests in a batch" },
    { 0 },
};

struct by_direction {
    struct sorted queue;        /* the key is the sector */
    struct sorted line;         /* the key is the time at which it is overdue */
    uint64_t next;              /* the batch goes on from this sector */
};

struct deadline {
    struct by_direction dir[2]; /* 0 reads, 1 writes */
    ns_t expire[2];
    uint32_t batch, batched;    /* requests a batch may have, and has had */
    uint32_t starve, starved;
    bool writing;               /* the direction of the batch */
    size_t is_write;            /* where the flags by slot are, from here */
};

static size_t state_size(const struct iosched_params *p)
{
    return sizeof(struct deadline) + 4 * sorted_size(p->max_requests) + p->max_requests;
}

static void init(void *q, const struct iosched_params *p)
{
    struct deadline *d = q;
    uint8_t *memory = (uint8_t *)(d + 1);

    for (unsigned i = 0; i < 2; i++) {
        sorted_init(&d->dir[i].queue, memory, p->max_requests);
        memory += sorted_size(p->max_requests);
        sorted_init(&d->dir[i].line, memory, p->max_requests);
        memory += sorted_size(p->max_requests);
    }
    d->is_write = (size_t)(memory - (uint8_t *)d);
    d->expire[0] = p->value[READ_EXPIRE].v[0];
    d->expire[1] = p->value[WRITE_EXPIRE].v[0];
    d->starve = (uint32_t)p->value[WRITES_STARVED].v[0];
    d->batch = (uint32_t)p->value[FIFO_BATCH].v[0];
    d->batched = d->batch;      /* no batch is going on */
}

static uint8_t *is_write(struct deadline *d, uint32_t slot)
{
    return (uint8_t *)d + d->is_write + slot;
}

static void enqueue(void *q, const struct iosched_request *r, ns_t now)
{
    struct deadline *d = q;
    ns_t due = now > NS_MAX - d->expire[r->write] ? NS_MAX : now + d->expire[r->write];

    *is_write(d, r->slot) = r->write;
    sorted_add(&d->dir[r->write].queue, r, r->sector);
    sorted_add(&d->dir[r->write].line, r,
               (uint64_t)(r->deadline < due ? r->deadline : due));
}

static void leave(void *q, uint32_t slot)
{
    struct deadline *d = q;
    struct by_direction *by = &d->dir[*is_write(d, slot)];

    sorted_remove(&by->queue, slot);
    sorted_remove(&by->line, slot);
}

/* Serve `at` of the sorted order. */
static void serve(struct deadline *d, uint32_t at, struct iosched_answer *out)
{
    struct by_direction *by = &d->dir[d->writing];

    by->next = sorted_at(&by->queue, at)->key;      /* others of the same place, too */
    out->slot = sorted_at(&by->queue, at)->slot;
    leave(d, out->slot);
    d->batched++;
}

static bool chooses_writes(struct deadline *d)
{
    if (d->dir[0].queue.n == 0)
        return true;
    return d->dir[1].queue.n > 0 && d->starved++ >= d->starve;
}

static uint32_t oldest(const struct by_direction *by)
{
    return sorted_find(&by->queue, sorted_at(&by->line, 0)->slot);
}

static void pick(void *q, const struct iosched_arm *arm, struct iosched_answer *out)
{
    struct deadline *d = q;
    const struct by_direction *by = &d->dir[d->writing];
    uint32_t at = sorted_from(&by->queue, by->next);

    if (d->batched < d->batch && at < by->queue.n) {
        serve(d, at, out);
        return;
    }
    d->writing = chooses_writes(d);
    if (d->writing)
        d->starved = 0;
    by = &d->dir[d->writing];
    at = sorted_from(&by->queue, by->next);
    if (at == by->queue.n || sorted_at(&by->line, 0)->key <= (uint64_t)arm->now)
        at = oldest(by);
    d->batched = 0;
    serve(d, at, out);
}

const struct iosched_ops iosched_deadline = {
    .abi = IOSCHED_ABI, .name = "deadline",
    .source = "Linux, Documentation/block/deadline-iosched.rst",
    .about = "sorted batches, reads first, nobody past a deadline",
    .params = params,
    .state_size = state_size, .init = init,
    .enqueue = enqueue, .pick = pick, .remove = leave,
};
