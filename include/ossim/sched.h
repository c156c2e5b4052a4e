/* ossim/sched.h - what a scheduling policy owes the kernel, and may rely on.
 *
 * One instance serves one run queue: one per hart, or one for all of them
 * ("runqueues" in the workload). The core owns the memory: zeroed, flat, and
 * best linked by task number, so that it can be copied, rewound, or hosted in a
 * sandbox. An op may not allocate, do I/O or read a clock. The core checks
 * every answer; an impossible one raises EV_POLICY_FAULT, no worse: a policy may
 * lose, never corrupt.
 *
 * The life of a task as a policy sees it:
 *
 *     enqueue(NEW) --> pick --> [runs] --> ran(why) --> enqueue(why) --> pick ...
 *                                              \
 *                                               --> blocks or exits: no enqueue;
 *                                                   enqueue(WOKEN) when it is back
 *
 * A plug-in is one .c file that includes this header and ends with
 *
 *     const struct sched_ops ossim_policy = { .abi = SCHED_ABI, ... };
 */
#ifndef OSSIM_SCHED_H
#define OSSIM_SCHED_H

#include <ossim/types.h>

/* Bumped when anything below changes. 2: `explain`; struct sched_param, which <sched.h>
 * of POSIX has too, is struct policy_param. */
enum { SCHED_ABI = 2 };

/* How a task came to be runnable, or why it is put back. */
enum sched_why {
    SCHED_NEW,                  /* it arrived, or its next job was released */
    SCHED_WOKEN,                /* what it waited for has happened */
    SCHED_EXPIRED,              /* its quantum is used up */
    SCHED_YIELDED,              /* it gave the hart away */
    SCHED_PREEMPTED,            /* another took the hart from it */
    SCHED_MIGRATED,             /* it comes from another queue or policy */
    SCHED_CHANGED,              /* it was queued; its attributes are new */
};

/* Why a task stopped running. */
enum sched_stop {
    STOP_EXPIRED,
    STOP_YIELDED,
    STOP_PREEMPTED,
    STOP_BLOCKED,
    STOP_EXITED,
};

/* Values of policy parameters, in the order of the policy's own table. */
enum { SCHED_MAX_PARAMS = 12, SCHED_MAX_VALUES = 16 };

struct sched_value {
    uint32_t n;                 /* how many values: a list like 10/20/40 has 3 */
    uint32_t given;             /* 1: the user wrote it; 0: it is the default */
    int64_t v[SCHED_MAX_VALUES];
};

enum policy_param_type {
    PARAM_TIME,                 /* ns; bare numbers are in the time unit */
    PARAM_INT,
    PARAM_REAL,                 /* in millionths: 0.5 is 500000 */
    PARAM_CHOICE,               /* index into `choices` */
};

struct policy_param {            /* one row of a policy's table */
    const char *name;
    enum policy_param_type type;
    const char *def;            /* as the user would write it; "" = none, n = 0 */
    int64_t min, max;           /* in the unit of the type */
    uint32_t max_values;        /* 1, or more if a list a/b/c is allowed */
    const char *choices;        /* "oracle/estimate"; NULL unless a choice */
    const char *about;          /* one line for `ossim list policies` */
};

struct sched_params {           /* constant for the whole run */
    tid_t max_tasks;            /* slots, >= 1 */
    uint32_t nharts;            /* >= 1 */
    ns_t quantum;               /* ns, >= 1: the parameter `quantum`, or 10 units */
    ns_t time_unit;             /* ns that one unit of the workload has */
    uint64_t seed;              /* the only randomness an op may use */
    void *tasks;                /* task_size bytes a slot, zeroed, shared by all
                                 * queues of the policy; NULL if task_size is 0.
                                 * Valid for the whole run: init may keep it. */
    struct sched_value value[SCHED_MAX_PARAMS];
};

struct sched_task {             /* a copy; gone when the op returns */
    tid_t tid;                  /* slot, below max_tasks */
    int32_t nice;               /* -20 (favoured) .. 19 */
    int32_t priority;           /* as the workload gives it */
    uint32_t tickets;           /* >= 1 */
    uint32_t hart;              /* where it ran last; HART_NONE: nowhere yet */
    uint64_t affinity;          /* bit h: may run on hart h (harts >= 64: any) */
    ns_t arrival;
    ns_t received;              /* CPU time so far, over all bursts */
    ns_t burst;                 /* what is left of the present CPU burst, as far
                                 * as the workload's `knowledge` allows; 0 = unknown */
    ns_t period;                /* of a periodic task; 0 = not periodic */
    ns_t relative_deadline;     /* after release or arrival; 0 = none */
    ns_t release;               /* of the present job; the arrival if it has none */
    ns_t deadline;              /* absolute, of the present job; NS_MAX = none */
};

struct sched_hart {             /* what select_hart sees of each hart */
    tid_t running;              /* TID_NONE: idle */
    uint32_t nqueued;           /* tasks in its queue */
    int64_t load;               /* sum of C/T over the periodic tasks that live
                                 * here, in millionths */
};

enum sched_flags {
    SCHED_HANDS_BACK = 1,       /* before `timer`, running tasks of the queue are
                                 * put back (PREEMPTED), and picked afresh after it;
                                 * one that is picked again has not been disturbed */
    SCHED_EXPIRED_FIRST = 2,    /* at one instant, burst ends, expiry and timer come
                                 * before arrivals and wake-ups, not after; a
                                 * parameter `requeue` (arrivals-first/expired-first)
                                 * of the policy's table overrides this */
    SCHED_BY_DEADLINE = 8,      /* the earliest absolute deadline runs: inheritance
                                 * compares those before `urgency` */
    SCHED_BY_TICKETS = 16,      /* shares are by tickets, */
    SCHED_BY_NICE = 32,         /* or by the weights of nice values: so weighs a balancer
                                 * of queues; otherwise it counts tasks */
    SCHED_BY_ENERGY = 64,       /* per-hart queues, no select_hart: where the workload gives
                                 * operating points, a task goes where it costs the least
                                 * energy, as long as no hart is used over 80% */
    SCHED_GANGS = 128,          /* the `priority` of a task is the number of its entry in the
                                 * workload: tasks with the same one are a gang */
    SCHED_MAY_IDLE = 4,         /* pick may return TID_NONE though tasks are queued */
};

struct sched_ops {
    unsigned abi;               /* SCHED_ABI */
    const char *name;           /* as a config file writes it: [a-z0-9-]+ */
    const char *source;         /* the book section or paper this follows */
    const char *about;          /* optional: one line for `ossim list policies` */
    unsigned flags;             /* enum sched_flags */
    const struct policy_param *params;   /* optional: ends with name == NULL */

    /* Bytes of state for one queue, >= 1. Pure. */
    size_t (*state_size)(const struct sched_params *p);
    /* Optional. Bytes for each task, shared by all queues. Pure. */
    size_t (*task_size)(const struct sched_params *p);
    /* Turn zeroed memory into an empty queue. */
    void (*init)(void *rq, const struct sched_params *p);

    /* t is runnable as of `now` and on no queue; `why` says how it came. */
    void (*enqueue)(void *rq, const struct sched_task *t,
                    enum sched_why why, ns_t now);
    /* Take off and return the task to run; TID_NONE iff none is queued. */
    tid_t (*pick)(void *rq, ns_t now);
    /* tid is queued here and leaves without running: killed or migrated. */
    void (*remove)(void *rq, tid_t tid);

    /* Optional. t stops running after `ran` ns, with what its kernel did on its behalf in
     * them: calls, faults, exits. Comes before its enqueue. */
    void (*ran)(void *rq, const struct sched_task *t, ns_t ran,
                enum sched_stop why, ns_t now);
    /* Optional. ns until tid, just picked, is expired; >= 1, NS_MAX: never.
     * NULL: it runs until it blocks. */
    ns_t (*quantum)(const void *rq, tid_t tid);
    /* Optional. Should `queued`, just enqueued, oust `running`? NULL: never.
     * Asked for each hart that the queue serves, weakest running task first. */
    bool (*preempts)(const void *rq, const struct sched_task *queued,
                     const struct sched_task *running);
    /* Optional. Called once after init and then at each time that it asked for.
     * Returns the next time, > now, or NS_MAX for never again. */
    ns_t (*timer)(void *rq, ns_t now);

    /* Optional, per-hart queues only: the hart whose queue t shall join, below
     * nharts and in t's affinity. NULL: the core's own choice (an idle hart,
     * the last one, or the shortest queue). */
    unsigned (*select_hart)(const struct sched_task *t,
                            const struct sched_hart *harts, unsigned nharts,
                            enum sched_why why, ns_t now);
    /* Optional, per-hart queues only: an idle hart asks for work. Take off and
     * return a task, or TID_NONE for none. NULL: what pick would return. */
    tid_t (*pull)(void *rq, unsigned idle_hart, ns_t now);

    /* Optional. How urgent t is, for lock protocols: smaller is more urgent.
     * Must not depend on time. NULL: t->priority. */
    int64_t (*urgency)(const struct sched_params *p, const struct sched_task *t);
    /* Optional, for views: the level or band that queued tid stands in, 0 = top. */
    unsigned (*level)(const void *rq, tid_t tid);
    /* Optional, for views: in a few words why queued tid stands where it does ("level 2,
     * 3rd", "deadline 60", "vruntime 12.4"), times in time units, into buf[0 .. size-1],
     * size >= 32, ended by a NUL. */
    void (*explain)(const void *rq, tid_t tid, char *buf, size_t size);
};

/* What a policy did wrong: `a` of EV_POLICY_FAULT. `b` is the bad answer. */
enum sched_fault {
    FAULT_NOT_QUEUED = 1,       /* picked a task that is not on this queue */
    FAULT_NO_SUCH_TASK,         /* picked a slot that does not exist */
    FAULT_IDLE,                 /* picked none though tasks are queued */
    FAULT_QUANTUM,              /* a quantum below 1 */
    FAULT_TIMER,                /* a timer in the past */
    FAULT_HART,                 /* chose a hart that is not there or not allowed */
    FAULT_CRASH,                /* the plug-in crashed or did not return */
};

/* The value of parameter i, or `otherwise` if it has none. */
static inline int64_t sched_param_get(const struct sched_params *p, unsigned i,
                                      int64_t otherwise)
{
    return p->value[i].n ? p->value[i].v[0] : otherwise;
}

#endif
