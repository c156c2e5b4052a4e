/* fcfs.c - first come, first served; a task keeps the hart until it blocks or yields.
 *
 * Every operation is O(1). 8 bytes a task.
 */
#include <ossim/sched.h>
#include <sched/fifo.h>

static const struct policy_param params[] = { { 0 } };   /* not even a quantum */

struct fcfs {
    struct fifo_link *links;    /* by tid, in the tasks' memory */
    struct fifo line;
};

static size_t state_size(const struct sched_params *p)
{
    (void)p;
    return sizeof(struct fcfs);
}

static size_t task_size(const struct sched_params *p)
{
    (void)p;
    return sizeof(struct fifo_link);
}

static void init(void *rq, const struct sched_params *p)
{
    struct fcfs *f = rq;

    f->links = p->tasks;
    fifo_init(&f->line);
}

static void enqueue(void *rq, const struct sched_task *t, enum sched_why why, ns_t now)
{
    struct fcfs *f = rq;

    (void)now;
    if (why == SCHED_PREEMPTED)         /* never by us: it has not lost its turn */
        fifo_push(&f->line, f->links, t->tid);
    else
        fifo_append(&f->line, f->links, t->tid);
}

static tid_t pick(void *rq, ns_t now)
{
    struct fcfs *f = rq;

    (void)now;
    return fifo_take(&f->line, f->links);
}

static void leave(void *rq, tid_t tid)
{
    struct fcfs *f = rq;

    fifo_remove(&f->line, f->links, tid);
}

const struct sched_ops sched_fcfs = {
    .abi = SCHED_ABI, .name = "fcfs",
    .source = "Silberschatz, Galvin, Gagne, Operating System Concepts, "
              "\"First-Come, First-Served Scheduling\"",
    .about = "first come, first served",
    .params = params,
    .state_size = state_size, .task_size = task_size, .init = init,
    .enqueue = enqueue, .pick = pick, .remove = leave,
};
