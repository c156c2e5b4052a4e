/* rr.c - round robin: each task in turn, for a quantum at most.
 *
 * A task that comes back from waiting, or is new, goes to the end of the line and has a
 * whole quantum. With `weighted` a quantum is scaled by the weight of the task's nice
 * value, as Linux has it (nice 0: unchanged).
 *
 * Every operation is O(1), and neighbours in line are mostly neighbours in memory.
 * 8 bytes a task, 16 when weighted.
 */
#include <ossim/sched.h>
#include <sched/fifo.h>
#include <sched/flat.h>
#include <sched/phrase.h>
#include <sched/weight.h>

enum { QUANTUM, WEIGHTED, REQUEUE };

static const struct policy_param params[] = {
    [QUANTUM] = { "quantum", PARAM_TIME, "10", 1, NS_MAX, 1, NULL,
                  "time a task may run before the next one's turn" },
    [WEIGHTED] = { "weighted", PARAM_CHOICE, "0", 0, 1, 1, "0/1",
                   "scale the quantum by the weight of the task's nice value" },
    [REQUEUE] = { "requeue", PARAM_CHOICE, "arrivals-first", 0, 1, 1,
                  "arrivals-first/expired-first",
                  "who is queued first when an arrival and an expiry coincide" },
    { 0 },
};

struct rr {
    flat_t links;               /* struct fifo_link by tid */
    flat_t quanta;              /* ns_t by tid; 0 unless weighted */
    ns_t quantum;
    struct fifo line;
};

static struct fifo_link *links_of(const struct rr *r)
{
    return flat_at(r, r->links);
}

static ns_t *quanta_of(const struct rr *r)
{
    return flat_at(r, r->quanta);
}

static bool weighted(const struct sched_params *p)
{
    return sched_param_get(p, WEIGHTED, 0);
}

static size_t state_size(const struct sched_params *p)
{
    (void)p;
    return sizeof(struct rr);
}

static size_t task_size(const struct sched_params *p)
{
    return sizeof(struct fifo_link) + (weighted(p) ? sizeof(ns_t) : 0);
}

static void init(void *rq, const struct sched_params *p)
{
    struct rr *r = rq;

    r->links = flat_to(rq, p->tasks);
    r->quanta = weighted(p) ? flat_to(rq, links_of(r) + p->max_tasks) : 0;
    r->quantum = p->quantum;
    fifo_init(&r->line);
}

static void enqueue(void *rq, const struct sched_task *t, enum sched_why why, ns_t now)
{
    struct rr *r = rq;

    (void)now;
    if (r->quanta) {
        ns_t q = ns_scale(r->quantum, weight_of_nice(t->nice), WEIGHT_NICE_0);

        quanta_of(r)[t->tid] = q > 0 ? q : 1;
    }
    if (why == SCHED_PREEMPTED)         /* never by us: it has not lost its turn */
        fifo_push(&r->line, links_of(r), t->tid);
    else
        fifo_append(&r->line, links_of(r), t->tid);
}

static tid_t pick(void *rq, ns_t now)
{
    struct rr *r = rq;

    (void)now;
    return fifo_take(&r->line, links_of(r));
}

static void leave(void *rq, tid_t tid)
{
    struct rr *r = rq;

    fifo_remove(&r->line, links_of(r), tid);
}

static ns_t quantum(const void *rq, tid_t tid)
{
    const struct rr *r = rq;

    return r->quanta ? quanta_of(r)[tid] : r->quantum;
}

static void explain(const void *rq, tid_t tid, char *buf, size_t size)
{
    struct phrase say = phrase_in(buf, size);

    phrase_place(&say, links_of(rq), tid);
    phrase_text(&say, " in line");
}

const struct sched_ops sched_rr = {
    .abi = SCHED_ABI, .name = "rr",
    .source = "Silberschatz, Galvin, Gagne, Operating System Concepts, "
              "\"Round-Robin Scheduling\"",
    .about = "round robin",
    .params = params,
    .state_size = state_size, .task_size = task_size, .init = init,
    .enqueue = enqueue, .pick = pick, .remove = leave, .quantum = quantum,
    .explain = explain,
};
