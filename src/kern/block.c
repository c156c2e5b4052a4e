/* block.c - the block service: the disk, and the tasks that wait for it.
 *
 * The device has one pending entry. While something may still be asked of it at this
 * instant, that entry comes last of all (PEND_DISK), so that the disk's scheduler chooses
 * among all requests of the instant; a completion comes with the other wake-ups.
 *
 * A task has one request. If its job is given up while that is in flight, the drive does
 * it all the same; what the task asks for next waits until then.
 */
#include "doorbell.h"

#include <kern/body.h>

#include <fs/storage.h>
#include <sim/check.h>

struct asker {
    struct blk_request r;
    bool busy, again;           /* again: as below, when r is done */
    uint8_t op;
    uint32_t nsectors;
    uint64_t sector;
};

/* Those who submit for the file system: their completions are said before they learn of
 * them. */
enum { BLOCK_SINKS = 4, NOBODYS_TICKETS = 100 };
struct relay {
    struct kern *k;
    const struct blk_sink *to;
    struct blk_sink mine;
};

struct block {
    struct storage storage;
    struct doorbell bell;
    struct blkdev port;         /* for the file system */
    struct relay relay[BLOCK_SINKS];
    uint32_t in_flight;         /* of the file system's requests */
    bool silent;
    struct blk_sink sink;
    struct drive_watch { struct kern *k; struct blk_watch watch; } drive[STORAGE_MEMBERS];
    uint32_t began;             /* the drive that began something last */
    struct asker *asker;        /* by tid */
};

void block_arm(struct kern *k)
{
    ns_t due = blk_due(&k->block->storage.dev), now = k->engine->now;

    if (due == NS_MAX)
        engine_cancel(k->engine, k->block_slot);
    else
        engine_set(k->engine, k->block_slot, due > now ? due : now,
                   due > now ? PEND_WAKE : PEND_DISK);
}

/* What a disk scheduler that shares weighs a task by. What nobody asked for (a journal, what
 * is written back late) counts as a process that says nothing does. */
static uint32_t weight_of(const struct kern *k, tid_t tid)
{
    return tid == TID_NONE ? NOBODYS_TICKETS : task_process(k, tid)->tickets;
}

/* ...and whose share it counts in: that of the process, whichever of its threads asks. */
static uint32_t share_of(const struct kern *k, tid_t tid)
{
    struct task_facts f;

    if (tid == TID_NONE)
        return 0;
    task_facts(k, tid, &f);
    return (uint32_t)f.leader + 1;
}

static void submit(struct kern *k, tid_t tid, struct asker *a)
{
    CHECK(!a->busy && a->nsectors > 0);
    CHECK(a->sector + a->nsectors <= k->block->storage.dev.nsectors);
    a->busy = true;
    a->r = (struct blk_request){ .op = a->op, .sector = a->sector, .nsectors = a->nsectors,
                                 .owner = tid, .weight = weight_of(k, tid),
                                 .share = share_of(k, tid), .deadline = NS_MAX,
                                 .sink = &k->block->sink, .tag = tid };
    kern_say(k, EV_DISK_SUBMIT, HART_NONE, tid, (int64_t)a->sector, a->nsectors);
    doorbell_ring(k, &k->block->bell, &a->r);
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

    CHECK(a->busy && a->r.tag == tid);
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
    const struct drive_watch *d = self;
    struct kern *k = d->k;

    k->block->began = (uint32_t)(d - k->block->drive);
    kern_say(k, EV_DISK_START, HART_NONE, r->owner, s->moved, s->done - k->engine->now);
    if (s->programmed)
        kern_say(k, EV_FLASH_WRITE, HART_NONE, r->owner, s->programmed, s->copied);
}

/* --- the file system's port --- */

static void relayed(void *self, struct blk_request *r)
{
    struct relay *y = self;

    CHECK(y->k->block->in_flight > 0);
    y->k->block->in_flight--;
    if (!y->k->block->silent)
        kern_say(y->k, EV_DISK_DONE, HART_NONE, r->owner, (int64_t)r->sector, r->status);
    r->sink = y->to;
    r->sink->done(r->sink->self, r);
}

static struct relay *relay_of(struct kern *k, const struct blk_sink *to)
{
    for (unsigned i = 0; i < BLOCK_SINKS; i++) {
        struct relay *y = &k->block->relay[i];

        if (!y->to) {
            *y = (struct relay){ .k = k, .to = to, .mine = { relayed, y } };
            return y;
        }
        if (y->to == to)
            return y;
    }
    check_failed(__FILE__, __LINE__, "few submit for the file system");
}

static void port_submit(void *self, struct blk_request *r, ns_t now)
{
    struct kern *k = self;

    (void)now;
    k->block->in_flight++;
    r->weight = weight_of(k, r->owner);
    r->share = share_of(k, r->owner);
    r->sink = &relay_of(k, r->sink)->mine;
    if (k->block->silent) {
        blk_submit(&k->block->storage.dev, r, k->engine->now);
        return;
    }
    kern_say(k, EV_DISK_SUBMIT, HART_NONE, r->owner, (int64_t)r->sector, r->nsectors);
    doorbell_ring(k, &k->block->bell, r);
}

static bool port_peek(const void *self, uint64_t sector, uint32_t n, void *buf)
{
    const struct kern *k = self;

    return blk_peek(&k->block->storage.dev, sector, n, buf);
}

static bool port_poke(void *self, uint64_t sector, uint32_t n, const void *buf)
{
    struct kern *k = self;

    return blk_poke(&k->block->storage.dev, sector, n, buf);
}

/* The rest is the machine's own affair. */
static const struct blkdev_ops port_ops = { .submit = port_submit, .peek = port_peek,
                                            .poke = port_poke };

const struct blkdev *block_device(struct kern *k, struct blkdev *measured)
{
    if (k->block)
        return &k->block->port;
    *measured = (struct blkdev){
        .nsectors = k->config->disk.nsectors - k->config->disk.reserved };
    return measured;
}

const struct blkdev *block_medium(const struct kern *k)
{
    return k->block ? &k->block->storage.dev : NULL;
}

const struct ioqueue *block_queue(const struct kern *k, uint32_t drive)
{
    return k->block && drive < k->block->storage.nqueues ? k->block->storage.queue[drive] : NULL;
}

uint32_t block_drives(const struct kern *k, uint32_t *last)
{
    *last = k->block->began;
    return k->block->storage.nqueues;
}

uint32_t block_in_flight(const struct kern *k)
{
    return k->block->in_flight;
}

static void watch_drive(struct kern *k, uint32_t i, const struct blk_watch *watch)
{
    struct blkdev d = ioqueue_device(k->block->storage.queue[i]);

    d.ops->watch(d.self, watch);
}

void block_silence(struct kern *k)
{
    k->block->silent = true;
    doorbell_hurry(k, &k->block->bell);
    for (uint32_t i = 0; i < k->block->storage.nqueues; i++)
        watch_drive(k, i, NULL);
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
    k->block->bell = doorbell_of(&k->block->storage.dev, k->block_bell_slot);
    for (uint32_t i = 0; i < k->block->storage.nqueues; i++) {
        k->block->drive[i] = (struct drive_watch){ k, { started, &k->block->drive[i] } };
        watch_drive(k, i, &k->block->drive[i].watch);
    }
    k->block->port = (struct blkdev){ &port_ops, k, k->block->storage.dev.nsectors -
                                                    k->config->disk.reserved };
    block_arm(k);               /* an array may have a drive to fill */
}

/* The sectors of a step: its number is drawn, and kept on the drive. */
static void locate(struct kern *k, tid_t tid, const struct step *s, struct asker *a)
{
    uint64_t size = k->block->storage.dev.nsectors, last = size - s->object;
    uint64_t number = (uint64_t)task_draw(k, tid, &s->len);

    a->nsectors = s->object;
    a->sector = number > last / s->count ? last : number * s->count;
}

void block_step(struct kern *k, tid_t tid, const struct step *s)
{
    struct asker *a = &k->block->asker[tid];

    locate(k, tid, s, a);
    CHECK(s->kind == STEP_DISK_READ || s->kind == STEP_DISK_WRITE);
    a->op = s->kind == STEP_DISK_READ ? BLK_READ : BLK_WRITE;
    task_block(k, tid, WAIT_DISK, UINT32_MAX);
    if (a->busy)
        a->again = true;
    else
        submit(k, tid, a);
    block_arm(k);
}

void block_submit(struct kern *k, struct blk_request *r)
{
    doorbell_ring(k, &k->block->bell, r);
    block_arm(k);
}

void block_asked(struct kern *k)
{
    doorbell_due(k, &k->block->bell);
    block_arm(k);
}

void block_due(struct kern *k)
{
    blk_step(&k->block->storage.dev, k->engine->now);
    block_arm(k);
    if (k->vfs)
        vfs_after_disk(k);
}

void block_fault(struct kern *k, const struct disk_fault *what)
{
    kern_say(k, EV_DISK_FAULT, HART_NONE, TID_NONE, what->kind, (int64_t)what->sector);
    doorbell_hurry(k, &k->block->bell);
    storage_fail(&k->block->storage, what, k->engine->now);
    block_arm(k);
}
