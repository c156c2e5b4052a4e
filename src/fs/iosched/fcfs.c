/* fcfs.c - first come, first served. */
#include <fs/iosched/sorted.h>

struct fcfs {
    struct sorted queue;        /* the key is the number of arrival */
};

static size_t state_size(const struct iosched_params *p)
{
    return sizeof(struct fcfs) + sorted_size(p->max_requests);
}

static void init(void *q, const struct iosched_params *p)
{
    struct fcfs *f = q;

    sorted_init(&f->queue, f + 1, p->max_requests);
}

static void enqueue(void *q, const struct iosched_request *r, ns_t now)
{
    struct fcfs *f = q;

    (void)now;
    sorted_add(&f->queue, r, f->queue.arrivals);
}

static void pick(void *q, const struct iosched_arm *arm, struct iosched_answer *out)
{
    struct fcfs *f = q;

    (void)arm;
    out->slot = sorted_take(&f->queue, 0);
}

static void leave(void *q, uint32_t slot)
{
    sorted_remove(&((struct fcfs *)q)->queue, slot);
}

const struct iosched_ops iosched_fcfs = {
    .abi = IOSCHED_ABI, .name = "fcfs",
    .source = "Silberschatz, Galvin, Gagne, Operating System Concepts, \"Disk Scheduling\"",
    .about = "first come, first served",
    .state_size = state_size, .init = init,
    .enqueue = enqueue, .pick = pick, .remove = leave,
};
