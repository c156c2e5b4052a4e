/* disk-fifo.c - the request that came first is served first.
 *
 *     ossim arm 98,183,37,122,14,124,65,67 --head 53 --disk-sched ./workloads/plugins/disk-fifo.c
 *
 * The smallest disk scheduler there can be: the five ops that each must have. Numbered
 * tickets rather than a list: leaving early is one store, and there is no link to dangle.
 */
#include <ossim/iosched.h>

struct fifo {
    uint32_t slots;
    uint64_t issued;            /* tickets handed out so far */
    uint64_t ticket[];          /* by slot; 0 = not queued */
};

static size_t state_size(const struct iosched_params *p)
{
    return sizeof(struct fifo) + p->max_requests * sizeof(uint64_t);
}

static void init(void *q, const struct iosched_params *p)
{
    struct fifo *f = q;

    f->slots = p->max_requests; /* all-zero tickets already mean: empty */
}

static void enqueue(void *q, const struct iosched_request *r, ns_t now)
{
    struct fifo *f = q;

    (void)now;
    f->ticket[r->slot] = ++f->issued;
}

static void leave(void *q, uint32_t slot)
{
    struct fifo *f = q;

    f->ticket[slot] = 0;
}

/* The answer says which slot; the arm goes there directly. */
static void pick(void *q, const struct iosched_arm *arm, struct iosched_answer *out)
{
    struct fifo *f = q;

    (void)arm;
    out->slot = IOREQ_NONE;
    for (uint32_t s = 0; s < f->slots; s++)
        if (f->ticket[s] && (out->slot == IOREQ_NONE || f->ticket[s] < f->ticket[out->slot]))
            out->slot = s;
    leave(f, out->slot);
}

const struct iosched_ops ossim_iosched = {
    .abi = IOSCHED_ABI, .name = "disk-fifo",
    .source = "OSTEP, \"Hard Disk Drives\"",
    .about = "what came first is served first",
    .state_size = state_size, .init = init, .enqueue = enqueue, .pick = pick,
    .remove = leave,
};
