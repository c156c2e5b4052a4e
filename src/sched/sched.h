/* sched/sched.h - run queues with a policy behind them.
 *
 * The core's side of <ossim/sched.h>: it keeps, for each task, on which queue it
 * stands, asks the policy (nobody else does, see sched/port.h), and checks what it
 * answers. A bad answer is said as EV_POLICY_FAULT and replaced by a good one (the
 * lowest task queued), so that a run always goes on. It knows nothing of kernels or
 * bodies.
 */
#ifndef SCHED_SCHED_H
#define SCHED_SCHED_H

#include <ossim/sched.h>
#include <sched/port.h>
#include <sim/arena.h>
#include <sim/config.h>
#include <sim/stream.h>

enum { QUEUE_NONE = UINT16_MAX };

struct sched {
    const struct sched_ops *ops;        /* the policy's face: not to be called */
    const struct sched_port *port;
    void *self;                         /* the port's */
    const struct config *config;
    struct sched_params params;         /* nharts, max_tasks, tasks filled in */
    struct stream *stream;
    uint16_t nqueues;
    bool expired_first;                 /* sched_expired_first(), asked at every stop */
    size_t state_size, task_size;       /* bytes: of one queue; of one task */
    size_t stride;                      /* from one queue's block to the next */
    size_t tasks_stride;                /* task_size bytes of all, and their fence */
    uint8_t *state;                     /* nqueues blocks, 64-aligned; fenced: 16 */
    uint8_t *tasks;
    uint8_t *room;                      /* of a port that wants one */
    size_t room_size;
    uint16_t *on_queue;                 /* by tid; QUEUE_NONE */
    uint32_t *length;                   /* by queue */
    uint32_t *weight;                   /* by tid, of those queued; NULL: there is one queue */
    uint64_t *load;                     /* by queue: the sum of their weights */
    uint64_t faults;                    /* bad answers so far */
    bool broken;                        /* sched_broken has said so, now or before: */
    void *broken_self;                  /* ...the port's; NULL: none has broken yet */
    ns_t broken_at;
};

/* Bytes are taken from the arena; with the largest of several policies' sizes, when
 * a run switches between them. on_queue is shared across switches. */
void sched_init(struct sched *s, struct arena *a, const struct config *c,
                const struct policy_config *p, struct stream *stream);
/* Another policy takes over empty queues: everything was taken off before. */
void sched_switch(struct sched *s, const struct policy_config *p);

/* t is on no queue. */
void sched_enqueue(struct sched *s, unsigned queue, const struct sched_task *t,
                   enum sched_why why, ns_t now);
/* TID_NONE iff the queue is empty, or the policy may idle and does. */
tid_t sched_pick(struct sched *s, unsigned queue, ns_t now);
/* tid is queued; afterwards it is not. */
void sched_remove(struct sched *s, tid_t tid);
/* A task that idle hart may take from queue, or TID_NONE. It is off the queue. */
tid_t sched_pull(struct sched *s, unsigned queue, unsigned hart, ns_t now);
/* ns until the task just picked expires; NS_MAX never. */
ns_t sched_quantum(struct sched *s, unsigned queue, tid_t tid, ns_t now);
void sched_ran(struct sched *s, unsigned queue, const struct sched_task *t, ns_t ran,
               enum sched_stop why, ns_t now);
/* Does the policy want to hear it? If not, sched_ran is nothing. */
static inline bool sched_wants_ran(const struct sched *s)
{
    return s->ops->ran;
}
/* Would `queued` oust `running`? Never, if the policy is not of that kind. */
bool sched_preempts(const struct sched *s, unsigned queue,
                    const struct sched_task *queued, const struct sched_task *running);
static inline bool sched_may_preempt(const struct sched *s)
{
    return s->ops->preempts && !s->config->cooperative;
}
/* The policy's timer for one queue: calls it and returns the next time. */
ns_t sched_timer(struct sched *s, unsigned queue, ns_t now);
/* The hart whose queue t shall join, one that t may run on; HART_NONE: the policy leaves
 * it to the caller, or said nonsense. */
unsigned sched_select_hart(struct sched *s, const struct sched_task *t,
                           const struct sched_hart *harts, enum sched_why why, ns_t now);
/* Does the policy come before arrivals at one instant? */
static inline bool sched_expired_first(const struct sched *s)
{
    return s->expired_first;
}
/* Has the policy come to its end? Said in the stream, once; somebody else must take over,
 * or the run ends. */
bool sched_breaks(struct sched *s, ns_t now);   /* for the next one */
static inline bool sched_broken(struct sched *s, ns_t now)
{
    return s->port->broken && sched_breaks(s, now);
}
/* Cycles of kernel time that the policy's ops took since the last call; 0 unless its port
 * counts them. */
static inline uint64_t sched_work(const struct sched *s)
{
    return s->port->work ? s->port->work(s->self) : 0;
}
int64_t sched_urgency(const struct sched *s, const struct sched_task *t);
/* What a task weighs where harts are evened out: its tickets or the weight of its nice
 * value, where the policy shares by those, else 1. */
uint32_t sched_weight(const struct sched *s, const struct sched_task *t);
/* The sum over a queue, as of when each came to it. There must be several queues. */
static inline uint64_t sched_load(const struct sched *s, unsigned queue)
{
    return s->load[queue];
}

/* --- for views: these change nothing --- */

/* The level that queued tid stands in; 0 if the policy has none. */
unsigned sched_level(const struct sched *s, tid_t tid);
/* Why queued tid stands where it does, in a few words; "" if the policy does not say.
 * size >= 32. A plug-in may write to what it was given as const: scratch (sched_scratch_size
 * bytes) keeps what it had, to be put back. NULL: only a built-in policy is asked. */
void sched_explain(struct sched *s, tid_t tid, void *scratch, char *buf, size_t size);
/* The first `max` tasks of a queue in the order of picking. The policy picks for real; what
 * it had is kept in scratch likewise. */
unsigned sched_order(struct sched *s, unsigned queue, void *scratch, tid_t *out,
                     unsigned max, ns_t now);
size_t sched_scratch_size(const struct sched *s);

/* Each queue has as many tasks as its length says and weighs what they do, and no task stands on a queue that
 * is not there. O(tasks). */
bool sched_check(const struct sched *s);

#endif
