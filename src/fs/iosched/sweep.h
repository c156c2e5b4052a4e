/* sweep.h - the elevators: SCAN, C-SCAN, LOOK and C-LOOK. For iosched/ only.
 *
 * They differ in two questions: does the arm run on to the edge before it turns, and does
 * it serve on the way back or return at once? What the arm is at is served before it
 * moves. The arm runs to the edge only if requests remain behind it: with none left it
 * has nothing to turn for (Silberschatz's figures have it so).
 *
 * Within a cylinder the lowest sector is first, whichever way the arm moves: the platter
 * turns one way only, and neighbours served backwards would cost a revolution each.
 */
#ifndef FS_IOSCHED_SWEEP_H
#define FS_IOSCHED_SWEEP_H

#include <fs/iosched/sorted.h>

enum { SWEEP_WRAP, SWEEP_EDGE, SWEEP_DIRECTION };
enum { WRAP_COUNTED, WRAP_FREE };
enum { EDGE_RUN, EDGE_TURN };

#define SWEEP_PARAMS(edge)                                                            \
    {                                                                                 \
        { "wrap", PARAM_CHOICE, "counted", 0, 0, 1, "counted/free",                   \
          "are the cylinders of a return without service counted" },                  \
        { "edge", PARAM_CHOICE, edge, 0, 0, 1, "run/turn",                            \
          "before turning: run on to the edge, or turn at the last request" },        \
        { "direction", PARAM_CHOICE, "", 0, 0, 1, "up/down",                          \
          "where the arm moves first" },                                              \
        { 0 },                                                                        \
    }

struct sweep {
    struct sorted queue;
    uint32_t cylinders;
    bool down, circular, run, free;
};

static inline size_t sweep_size(const struct iosched_params *p)
{
    return sizeof(struct sweep) + sorted_size(p->max_requests);
}

static inline void sweep_init(struct sweep *s, const struct iosched_params *p,
                              bool circular)
{
    sorted_init(&s->queue, s + 1, p->max_requests);
    s->cylinders = p->cylinders;
    s->circular = circular;
    s->run = p->value[SWEEP_EDGE].v[0] == EDGE_RUN;
    s->free = p->value[SWEEP_WRAP].v[0] == WRAP_FREE;
    s->down = p->value[SWEEP_DIRECTION].n ? p->value[SWEEP_DIRECTION].v[0] == 1 : p->down;
}

static inline void sweep_enqueue(void *q, const struct iosched_request *r, ns_t now)
{
    (void)now;
    sorted_add(&((struct sweep *)q)->queue, r, r->sector);
}

static inline void sweep_remove(void *q, uint32_t slot)
{
    sorted_remove(&((struct sweep *)q)->queue, slot);
}

/* The index of the next request in the direction, from `cylinder` on; n: none. */
static inline uint32_t sweep_ahead(const struct sweep *s, uint32_t cylinder)
{
    if (!s->down)
        return sorted_from_cylinder(&s->queue, cylinder);
    uint32_t at = sorted_from_cylinder(&s->queue, cylinder + 1);

    return at > 0 ? sorted_from_cylinder(&s->queue, sorted_at(&s->queue, at - 1)->cylinder)
                  : s->queue.n;
}

static inline void sweep_via(struct iosched_answer *out, uint32_t from, uint32_t cylinder)
{
    if (cylinder != from)
        out->via[out->nvia++] = cylinder;
}

/* Nothing is ahead: back over the edge, or from where the arm is. */
static inline uint32_t sweep_turn(struct sweep *s, uint32_t cylinder,
                                  struct iosched_answer *out)
{
    uint32_t top = s->cylinders - 1;
    uint32_t edge = s->down ? 0 : top, other = top - edge;

    if (s->run)
        sweep_via(out, cylinder, edge);
    if (!s->circular) {
        s->down = !s->down;
        return sweep_ahead(s, edge);
    }
    if (s->free)
        out->free = 1u << out->nvia;
    if (s->run)
        sweep_via(out, edge, other);
    return sweep_ahead(s, other);
}

static inline void sweep_pick(void *q, const struct iosched_arm *arm,
                              struct iosched_answer *out)
{
    struct sweep *s = q;
    uint32_t at = sweep_ahead(s, arm->cylinder);

    if (at == s->queue.n)
        at = sweep_turn(s, arm->cylinder, out);
    out->slot = sorted_take(&s->queue, at);
}

#endif
