/* block.c - the block service: the disk, and the tasks that wait for it.
 *
 * The device has one pending entry. While something may still be asked of it at this
 * instant, that entry comes last of all (PEND_DISK), so that the disk's scheduler chooses
 * among all requests of the instant; a completion comes with the other wake-ups.
 *
 * A task has one request. If its job is given up while that is in flight, the drive does
 * it all the same; what the task asks for next waits until then.
 */
#include <kern/kern.h>

#include <fs/storage.h>
#include <sim/check.h>

struct asker {
    struct blk_request r;
    bool busy, again;           /* again: as below, when r is done */
    uint8_t op;
    uint32_t nsectors;
    uint64_t sector;
};

struct block {
    struct storage storage;
    struct blk_sink sink;
    struct blk_watch watch;
    struct asker *asker;        /* by tid */
};

static void arm(struct kern *k)
{
    ns_t due = blk_due(&k->block->storage.dev), now = k->engine->now;

    if (due == NS_MAX)
        engine_cancel(k->engine, k->block_slot);
    else
        engine_set(k->engine, k->block_slot, due > now ? due : now,
                   due > now ? PEND_WAKE : PEND_DISK);
}

static void submit(struct kern *k, tid_t tid, struct asker *a)
{
    const struct process_config *p = task_process(k, tid);

    a->busy = true;
    a->r = (struct blk_request){ .op = a->op, .sector = a->sector, .nsectors = a->nsectors,
                                 .owner = tid, .weight = p->tickets, .deadline = NS_MAX,
                                 .sink = &k->block->sink, .tag = tid };
    kern_say(k, EV_DISK_SUBMIT, HART_NONE, tid, (int64_t)a->sector, a->nsectors);
    blk_submit(&k->block->storage.dev, &a->r, k->engine->now);
}

static bool waits(const struct kern *k, tid_t tid)
{
    return k->task[tid].state == TASK_SLEEPING && k->task[tid].cause == WAIT_DISK;
}

static void done(void *self, struct blk_request *r)
{
    struct kern *k = self;
    tid_t tid = (tid_t)r->tag;
    struct asker *a = &k->block->asker[tid];

    a->busy = false;
    kern_say(k, EV_DISK_DONE, HART_NONE, tid, (int64_t)r->sector, r->status);
    if (!waits(k, tid))
        a->again = false;
    else if (a->again) {
        a->again = false;
        submit(k, tid, a);
    } else
        task_wake(k, tid);
}

static void started(void *self, const struct blk_request *r, const struct blk_service *s)
{
    struct kern *k = self;

    kern_say(k, EV_DISK_START, HART_NONE, r->owner, s->moved, s->done - k->engine->now);
    if (s->programmed)
        kern_say(k, EV_FLASH_WRITE, HART_NONE, r->owner, s->programmed, s->copied);
}

void block_layout(struct kern *k, struct arena *a)
{
    struct storage measured;

    if (k->config->disk.model == DISK_NONE)
        return;
    k->block = arena_array(a, struct block, 1);
    struct asker *askers = arena_array(a, struct asker, k->max_tasks);
    storage_init(k->block ? &k->block->storage : &measured, a, &k->config->disk,
                 k->max_tasks);
    if (!k->block)
        return;
    k->block->asker = askers;
    k->block->sink = (struct blk_sink){ done, k };
    k->block->watch = (struct blk_watch){ started, k };
    k->block->storage.dev.ops->watch(k->block->storage.dev.self, &k->block->watch);
    arm(k);                     /* an array may have a drive to fill */
}

/* The sectors of a step: its number is drawn, and kept on the drive. */
static void locate(struct kern *k, tid_t tid, const struct step *s, struct asker *a)
{
    uint64_t size = k->block->storage.dev.nsectors, last = size - s->object;
    uint64_t number = (uint64_t)dist_draw(&s->len, &k->task[tid].rng);

    a->nsectors = s->object;
    a->sector = number > last / s->count ? last : number * s->count;
}

void block_step(struct kern *k, tid_t tid, const struct step *s)
{
    struct asker *a = &k->block->asker[tid];

    locate(k, tid, s, a);
    a->op = s->kind == STEP_DISK_READ ? BLK_READ : BLK_WRITE;
    task_block(k, tid, WAIT_DISK, UINT32_MAX);
    if (a->busy)
        a->again = true;
    else
        submit(k, tid, a);
    arm(k);
}

void block_submit(struct kern *k, struct blk_request *r)
{
    blk_submit(&k->block->storage.dev, r, k->engine->now);
    arm(k);
}

void block_due(struct kern *k)
{
    blk_step(&k->block->storage.dev, k->engine->now);
    arm(k);
}

void block_fault(struct kern *k, const struct disk_fault *what)
{
    kern_say(k, EV_DISK_FAULT, HART_NONE, TID_NONE, what->kind, (int64_t)what->sector);
    storage_fail(&k->block->storage, what, k->engine->now);
    arm(k);
}
