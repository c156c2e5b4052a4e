/* elevator.c - the arm goes on in its direction as long as something lies there (LOOK).
 *
 *     ossim arm 98,183,37,122,14,124,65,67 --head 53 --disk-sched ./workloads/plugins/elevator.c
 *
 * Of one cylinder's requests the one that came first is served first. A parameter says
 * which way the arm goes at first: elevator.c:start=down.
 */
#include <ossim/iosched.h>

enum { START };
enum { START_AS_SAID, START_UP, START_DOWN };

static const struct policy_param params[] = {
    { "start", PARAM_CHOICE, "as-said", 0, 0, 1, "as-said/up/down",
      "where the arm goes at first: as the command or workload says, or else" },
    { 0 },
};

struct waiting { bool here; uint32_t cylinder; uint64_t number; };

struct elevator {
    uint32_t slots;
    bool down;
    uint64_t issued;
    struct waiting waiting[];   /* by slot */
};

static size_t state_size(const struct iosched_params *p)
{
    return sizeof(struct elevator) + p->max_requests * sizeof(struct waiting);
}

static void init(void *q, const struct iosched_params *p)
{
    struct elevator *e = q;

    e->slots = p->max_requests;
    e->down = p->value[START].v[0] == START_AS_SAID ? p->down
                                                    : p->value[START].v[0] == START_DOWN;
}

static void enqueue(void *q, const struct iosched_request *r, ns_t now)
{
    struct elevator *e = q;

    (void)now;
    e->waiting[r->slot] = (struct waiting){ true, r->cylinder, ++e->issued };
}

static void leave(void *q, uint32_t slot)
{
    struct elevator *e = q;

    e->waiting[slot].here = false;
}

static uint32_t apart(uint32_t a, uint32_t b)
{
    return a < b ? b - a : a - b;
}

/* The nearest in the direction of the arm; IOREQ_NONE. */
static uint32_t ahead(const struct elevator *e, uint32_t arm)
{
    uint32_t best = IOREQ_NONE;

    for (uint32_t s = 0; s < e->slots; s++) {
        const struct waiting *w = &e->waiting[s], *b = &e->waiting[best == IOREQ_NONE ? 0 : best];

        if (!w->here || (e->down ? w->cylinder > arm : w->cylinder < arm))
            continue;
        if (best == IOREQ_NONE || apart(w->cylinder, arm) < apart(b->cylinder, arm) ||
            (w->cylinder == b->cylinder && w->number < b->number))
            best = s;
    }
    return best;
}

static void pick(void *q, const struct iosched_arm *arm, struct iosched_answer *out)
{
    struct elevator *e = q;

    out->slot = ahead(e, arm->cylinder);
    if (out->slot == IOREQ_NONE) {      /* nothing is left there: turn round */
        e->down = !e->down;
        out->slot = ahead(e, arm->cylinder);
    }
    leave(e, out->slot);
}

const struct iosched_ops ossim_iosched = {
    .abi = IOSCHED_ABI, .name = "elevator",
    .source = "Silberschatz, Galvin, Gagne, Operating System Concepts, \"Disk Scheduling\"",
    .about = "on in one direction as long as something lies there",
    .params = params,
    .state_size = state_size, .init = init, .enqueue = enqueue, .pick = pick,
    .remove = leave,
};
