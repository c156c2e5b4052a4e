/* builtin.c - the port to policies that are compiled in: their ops need no self. */
#include <sched/port.h>

static inline const struct sched_ops *of(void *self)
{
    return self;
}

static size_t state_size(void *self, const struct sched_params *p)
{
    return of(self)->state_size(p);
}

static size_t task_size(void *self, const struct sched_params *p)
{
    return of(self)->task_size(p);
}

static void init(void *self, void *rq, const struct sched_params *p)
{
    of(self)->init(rq, p);
}

static void enqueue(void *self, void *rq, const struct sched_task *t, enum sched_why why,
                    ns_t now)
{
    of(self)->enqueue(rq, t, why, now);
}

static tid_t pick(void *self, void *rq, ns_t now)
{
    return of(self)->pick(rq, now);
}

static void leave(void *self, void *rq, tid_t tid)
{
    of(self)->remove(rq, tid);
}

static void ran(void *self, void *rq, const struct sched_task *t, ns_t got,
                enum sched_stop why, ns_t now)
{
    of(self)->ran(rq, t, got, why, now);
}

static ns_t quantum(void *self, const void *rq, tid_t tid)
{
    return of(self)->quantum(rq, tid);
}

static bool preempts(void *self, const void *rq, const struct sched_task *queued,
                     const struct sched_task *running)
{
    return of(self)->preempts(rq, queued, running);
}

static ns_t timer(void *self, void *rq, ns_t now)
{
    return of(self)->timer(rq, now);
}

static unsigned select_hart(void *self, const struct sched_task *t,
                            const struct sched_hart *harts, unsigned nharts,
                            enum sched_why why, ns_t now)
{
    return of(self)->select_hart(t, harts, nharts, why, now);
}

static tid_t pull(void *self, void *rq, unsigned idle_hart, ns_t now)
{
    return of(self)->pull(rq, idle_hart, now);
}

static int64_t urgency(void *self, const struct sched_params *p,
                       const struct sched_task *t)
{
    return of(self)->urgency(p, t);
}

static unsigned level(void *self, const void *rq, tid_t tid)
{
    return of(self)->level(rq, tid);
}

static void explain(void *self, const void *rq, tid_t tid, char *buf, size_t size)
{
    of(self)->explain(rq, tid, buf, size);
}

const struct sched_port sched_builtin_port = {
    .state_size = state_size, .task_size = task_size, .init = init, .enqueue = enqueue,
    .pick = pick, .remove = leave, .ran = ran, .quantum = quantum, .preempts = preempts,
    .timer = timer, .select_hart = select_hart, .pull = pull, .urgency = urgency,
    .level = level, .explain = explain,
};
