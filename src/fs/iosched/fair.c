/* fair.c - shares of the drive by process: start-time fair queueing.
 *
 * Each request gets a start tag: the virtual time at its arrival, or where the owner's
 * last request ends in virtual time, whichever is later. What it costs (its sectors, and
 * `position` sectors for moving the arm) divided by the owner's weight is how far that
 * end lies behind the start. The lowest start tag is served, and is the virtual time.
 * A process that has been idle does not save up.
 */
#include <fs/iosched/sorted.h>

enum { POSITION };
enum { SCALE = 1024 };          /* of virtual time, so that weights divide finely */

static const struct policy_param params[] = {
    { "position", PARAM_INT, "64", 0, 1000000, 1, NULL,
      "sectors that moving the arm counts as" },
    { 0 },
};

struct fair {
    struct sorted queue;        /* the key is the start tag */
    uint64_t now;               /* virtual */
    uint64_t position;
    uint32_t nowners;
    uint64_t end[];             /* by owner, and one more for nobody */
};

static size_t state_size(const struct iosched_params *p)
{
    return sizeof(struct fair) + (p->max_owners + 1) * sizeof(uint64_t)
           + sorted_size(p->max_requests);
}

static void init(void *q, const struct iosched_params *p)
{
    struct fair *f = q;

    f->nowners = p->max_owners;
    f->position = (uint64_t)p->value[POSITION].v[0];
    sorted_init(&f->queue, f->end + p->max_owners + 1, p->max_requests);
}

static void enqueue(void *q, const struct iosched_request *r, ns_t now)
{
    struct fair *f = q;
    uint64_t *end = &f->end[r->owner < f->nowners ? r->owner : f->nowners];
    uint64_t start = *end > f->now ? *end : f->now;

    (void)now;
    sorted_add(&f->queue, r, start);
    *end = start + (r->nsectors + f->position) * SCALE / r->weight;
}

static void pick(void *q, const struct iosched_arm *arm, struct iosched_answer *out)
{
    struct fair *f = q;

    (void)arm;
    f->now = sorted_at(&f->queue, 0)->key;
    out->slot = sorted_take(&f->queue, 0);
}

static void leave(void *q, uint32_t slot)
{
    sorted_remove(&((struct fair *)q)->queue, slot);
}

const struct iosched_ops iosched_fair = {
    .abi = IOSCHED_ABI, .name = "fair",
    .source = "Goyal, Vin and Cheng, \"Start-Time Fair Queueing\", SIGCOMM 1996",
    .about = "shares by process, in proportion to weight",
    .params = params,
    .state_size = state_size, .init = init,
    .enqueue = enqueue, .pick = pick, .remove = leave,
};
