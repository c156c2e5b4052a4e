/* satf.c - shortest access time first: seek and rotation together.
 *
 * It asks the drive about every queued request, so a pick is O(n). With `age`, what a
 * request has waited is taken off its access time in that proportion, which bounds how
 * long it can be passed over (Jacobson and Wilkes call that aged shortest access time
 * first).
 */
#include <fs/iosched/sorted.h>

enum { AGE };

static const struct policy_param params[] = {
    { "age", PARAM_REAL, "0", 0, 1000000000, 1, NULL,
      "access time that a request gains on others per time it has waited" },
    { 0 },
};

struct satf {
    struct sorted queue;        /* the key is the number of arrival */
    int64_t age;                /* in millionths */
    ns_t arrival[];             /* by slot */
};

static size_t head_size(const struct iosched_params *p)
{
    return sizeof(struct satf) + p->max_requests * sizeof(ns_t);
}

static size_t state_size(const struct iosched_params *p)
{
    return head_size(p) + sorted_size(p->max_requests);
}

static void init(void *q, const struct iosched_params *p)
{
    struct satf *s = q;

    sorted_init(&s->queue, s->arrival + p->max_requests, p->max_requests);
    s->age = p->value[AGE].v[0];
}

static void enqueue(void *q, const struct iosched_request *r, ns_t now)
{
    struct satf *s = q;

    (void)now;
    s->arrival[r->slot] = r->arrival;
    sorted_add(&s->queue, r, s->queue.arrivals);
}

/* Without ages it is the least access time alone. */
static uint32_t nearest(const struct satf *s, const struct iosched_arm *arm)
{
    const struct sorted_item *item = sorted_items(&s->queue);
    ns_t best = NS_MAX;
    uint32_t at = 0;

    for (uint32_t i = 0; i < s->queue.n; i++) {
        ns_t t = arm->access(arm->drive, item[i].slot);

        if (t < best) {
            best = t;
            at = i;
        }
    }
    return at;
}

static uint32_t nearest_by_age(const struct satf *s, const struct iosched_arm *arm)
{
    __int128 best = 0;
    uint32_t at = 0;

    for (uint32_t i = 0; i < s->queue.n; i++) {
        uint32_t slot = sorted_at(&s->queue, i)->slot;
        __int128 cost = (__int128)arm->access(arm->drive, slot) * 1000000
                        - (__int128)(arm->now - s->arrival[slot]) * s->age;

        if (i == 0 || cost < best) {
            best = cost;
            at = i;
        }
    }
    return at;
}

static void pick(void *q, const struct iosched_arm *arm, struct iosched_answer *out)
{
    struct satf *s = q;

    out->slot = sorted_take(&s->queue, s->age ? nearest_by_age(s, arm) : nearest(s, arm));
}

static void leave(void *q, uint32_t slot)
{
    sorted_remove(&((struct satf *)q)->queue, slot);
}

const struct iosched_ops iosched_satf = {
    .abi = IOSCHED_ABI, .name = "satf",
    .source = "Jacobson and Wilkes, \"Disk Scheduling Algorithms Based on Rotational "
              "Position\", HPL-CSP-91-7 (1991)",
    .about = "shortest access time first: seek and rotation together",
    .params = params,
    .state_size = state_size, .init = init,
    .enqueue = enqueue, .pick = pick, .remove = leave,
};
