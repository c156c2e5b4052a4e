/* fcfs.c - first come, first served; a task keeps the hart until it blocks or yields.
 *
 * Every operation is O(1). 8 bytes a task.
 */
#include <ossim/sched.h>
#include <sched/fifo.h>
#include <sched/flat.h>
#include <sched/phrase.h>

static const struct policy_param params[] = { { 0 } };   /* not even a quantum */

struct fcfs {
    flat_t links;               /* struct fifo_link by tid, in the tasks' memory */
    struct fifo line;
};

static struct fifo_link *links_of(const struct fcfs *f)
{
    return flat_at(f, f->links);
}

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

    f->links = flat_to(rq, p->tasks);
    fifo_init(&f->line);
}

static void enqueue(void *rq, const struct sched_task *t, enum sched_why why, ns_t now)
{
    struct fcfs *f = rq;

    (void)now;
    if (why == SCHED_PREEMPTED)         /* never by us: it has not lost its turn */
        fifo_push(&f->line, links_of(f), t->tid);
    else
        fifo_append(&f->line, links_of(f), t->tid);
}

static tid_t pick(void *rq, ns_t now)
{
    struct fcfs *f = rq;

    (void)now;
    return fifo_take(&f->line, links_of(f));
}

static void leave(void *rq, tid_t tid)
{
    struct fcfs *f = rq;

    fifo_remove(&f->line, links_of(f), tid);
}

static void explain(const void *rq, tid_t tid, char *buf, size_t size)
{
    struct phrase say = phrase_in(buf, size);

    phrase_place(&say, links_of(rq), tid);
    phrase_text(&say, " in line");
}

const struct sched_ops sched_fcfs = {
    .abi = SCHED_ABI, .name = "fcfs",
    .source = "Silberschatz, Galvin, Gagne, Operating System Concepts, "
              "\"First-Come, First-Served Scheduling\"",
    .about = "first come, first served",
    .params = params,
    .state_size = state_size, .task_size = task_size, .init = init,
    .enqueue = enqueue, .pick = pick, .remove = leave, .explain = explain,
};
