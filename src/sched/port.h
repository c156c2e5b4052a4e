/* sched/port.h - one way to call a policy, wherever it lives.
 *
 * The ops of <ossim/sched.h> with a `self` before them. Students' contract stays without
 * one; who fills the port puts it in: sched/builtin.c for policies that are compiled in,
 * and higher floors for those that run under guard, or in a machine of their own. The
 * face (struct sched_ops of the policy) stands beside the port: name, flags and parameters
 * are read from there, and which of its functions are NULL says which ops there are; of
 * those only the port's are called, and only by sched/core.c.
 */
#ifndef SCHED_PORT_H
#define SCHED_PORT_H

#include <ossim/sched.h>

struct config;                  /* sim/config.h */

struct sched_port {
    size_t (*state_size)(void *self, const struct sched_params *p);
    size_t (*task_size)(void *self, const struct sched_params *p);
    void (*init)(void *self, void *rq, const struct sched_params *p);
    void (*enqueue)(void *self, void *rq, const struct sched_task *t, enum sched_why why,
                    ns_t now);
    tid_t (*pick)(void *self, void *rq, ns_t now);
    void (*remove)(void *self, void *rq, tid_t tid);
    void (*ran)(void *self, void *rq, const struct sched_task *t, ns_t ran,
                enum sched_stop why, ns_t now);
    ns_t (*quantum)(void *self, const void *rq, tid_t tid);
    bool (*preempts)(void *self, const void *rq, const struct sched_task *queued,
                     const struct sched_task *running);
    ns_t (*timer)(void *self, void *rq, ns_t now);
    unsigned (*select_hart)(void *self, const struct sched_task *t,
                            const struct sched_hart *harts, unsigned nharts,
                            enum sched_why why, ns_t now);
    tid_t (*pull)(void *self, void *rq, unsigned idle_hart, ns_t now);
    int64_t (*urgency)(void *self, const struct sched_params *p,
                       const struct sched_task *t);
    unsigned (*level)(void *self, const void *rq, tid_t tid);
    void (*explain)(void *self, const void *rq, tid_t tid, char *buf, size_t size);

    /* Optional, both or none, for a policy that has a place of its own in each machine:
     * its size in bytes; and, given that place, zeroed and 64-aligned, the `self` of this
     * machine, which all ops but the sizes get. Called again when the policy takes over. */
    size_t (*room)(void *self, const struct sched_params *p, const struct config *c);
    void *(*open)(void *self, void *room, const struct sched_params *p,
                  const struct config *c);
    /* Optional. Can the policy not go on? Then its answers mean nothing any more; *what
     * gets a number for EV_POLICY_FAULT. */
    bool (*broken)(void *self, int64_t *what);
    /* Optional, for a policy that may write where it should not: its memory then stands
     * between pages of 4 KiB that nobody needs, and each of them is told here, before init.
     * What is written to them is nobody's harm; the port may see to it that nothing can. */
    void (*fence)(void *self, void *page);
    /* Optional. Cycles that its ops took since this was last asked. */
    uint64_t (*work)(void *self);
};

/* self: the policy's const struct sched_ops. */
extern const struct sched_port sched_builtin_port;

#endif
