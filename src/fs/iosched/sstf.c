/* sstf.c - shortest seek time first: the request whose cylinder is nearest.
 *
 * It starves requests at the edges while others keep coming near the arm. Of two at the
 * same distance the one that came first is served, unless `ties` says otherwise.
 */
#include <fs/iosched/sorted.h>

enum { TIES };
enum { TIES_ARRIVAL, TIES_LOW, TIES_HIGH };

static const struct policy_param params[] = {
    { "ties", PARAM_CHOICE, "arrival", 0, 0, 1, "arrival/low/high",
      "of two equally near: the first come, the lower or the higher cylinder" },
    { 0 },
};

struct sstf {
    struct sorted queue;
    int64_t ties;
};

static size_t state_size(const struct iosched_params *p)
{
    return sizeof(struct sstf) + sorted_size(p->max_requests);
}

static void init(void *q, const struct iosched_params *p)
{
    struct sstf *s = q;

    sorted_init(&s->queue, s + 1, p->max_requests);
    s->ties = p->value[TIES].v[0];
}

static void enqueue(void *q, const struct iosched_request *r, ns_t now)
{
    (void)now;
    sorted_add(&((struct sstf *)q)->queue, r, r->sector);
}

/* below < arm <= above, both there. */
static bool below_wins(const struct sstf *s, uint32_t below, uint32_t above, uint32_t arm)
{
    const struct sorted_item *b = sorted_at(&s->queue, below);
    const struct sorted_item *a = sorted_at(&s->queue, above);
    uint32_t down = arm - b->cylinder, up = a->cylinder - arm;

    if (down != up)
        return down < up;
    return s->ties == TIES_ARRIVAL ? b->arrived < a->arrived : s->ties == TIES_LOW;
}

static void pick(void *q, const struct iosched_arm *arm, struct iosched_answer *out)
{
    struct sstf *s = q;
    uint32_t above = sorted_from_cylinder(&s->queue, arm->cylinder), at = above;

    if (above > 0) {
        uint32_t below = sorted_from_cylinder(&s->queue,
                                              sorted_at(&s->queue, above - 1)->cylinder);

        if (above == s->queue.n || below_wins(s, below, above, arm->cylinder))
            at = below;
    }
    out->slot = sorted_take(&s->queue, at);
}

static void leave(void *q, uint32_t slot)
{
    sorted_remove(&((struct sstf *)q)->queue, slot);
}

const struct iosched_ops iosched_sstf = {
    .abi = IOSCHED_ABI, .name = "sstf",
    .source = "Silberschatz, Galvin, Gagne, Operating System Concepts, \"Disk Scheduling\"",
    .about = "shortest seek time first; starves the edges",
    .params = params,
    .state_size = state_size, .init = init,
    .enqueue = enqueue, .pick = pick, .remove = leave,
};
