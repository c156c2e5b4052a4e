/* metrics_state.h - what metrics.c keeps and metrics_run.c sums up. Not for others. */
#ifndef STAT_METRICS_STATE_H
#define STAT_METRICS_STATE_H

#include <stat/energy.h>
#include <stat/follow.h>
#include <stat/metrics.h>

/* One per task slot, so its size is what a million tasks cost. Times up to `since`
 * are in the sums; what comes after belongs to `state`. Between jobs a task was whatever
 * remains of its life. */
struct task_record {
    ns_t arrival, start;                /* start: NS_MAX not yet */
    ns_t since;                         /* of a dead one: its finish */
    ns_t cpu, waiting;
    uint32_t process;
    uint32_t jobs;                      /* 1 + index of its job_record; 0 none */
    uint32_t rest;                      /* 1 + index of its task_rest; 0: all of that is 0 */
    uint16_t hart;                      /* HART_NONE: never ran */
    uint8_t state;                      /* follow.h */
    uint8_t cause;                      /* what it waits, or is about to wait, for */
};

/* What not every task has. */
struct task_rest {
    ns_t blocked, overhead;
    unsigned __int128 lag;              /* ns of CPU time, times what its harts lacked of `fastest` */
    uint32_t split;                     /* 1 + index of its wait_split; 0 none */
    int32_t exit_status;
    uint8_t exit_signal;
    uint8_t only_cause;                 /* all of `blocked` is this, without a split */
};

/* For the few tasks that wait for more than one kind of thing. */
struct wait_split { ns_t by[WAIT_CAUSES]; };

/* Of a task with jobs. Releases are numbered without gaps, a period apart, and each deadline
 * is as far behind its release: lateness is told from the response time. Counts and sums are
 * the low part here; what is beyond it is in job_rest. */
struct job_record {
    ns_t response_min, response_max;
    uint64_t response_sum;
    ns_t asked_before;                  /* metrics_asked of all jobs before the present one */
    double slowdown_sum;                /* response / asked */
    uint32_t finished;
    uint32_t rest : 31;                 /* 1 + index of its job_rest; 0: all of that is 0 */
    uint32_t released : 1;              /* its first job was */
};

struct job_rest {
    uint64_t response_high, finished_high;
    int64_t open;                       /* jobs whose deadline has passed, less those finished */
    uint64_t ahead;                     /* of the last job in `jobs`: its number less that count */
    ns_t offset;                        /* job 1 was released so long after the arrival */
    uint64_t misses, aborted, skipped;
    uint64_t idle;                      /* finished jobs that had asked for nothing */
    __int128 tardiness_sum;
};

_Static_assert(sizeof(struct task_record) + sizeof(struct job_record) <= 104,
               "a million of them must stay small");

struct hart_record {
    tid_t running, last;                /* last: TID_NONE before its first dispatch */
    bool involuntary;                   /* the last stretch ended against its will */
    ns_t since;                         /* of the present stretch */
    uint32_t mhz, parts;                /* now; of a guest's: config.h, parts */
    uint64_t speed;                     /* ...MHz x work a MHz x parts */
    ns_t weighed;                       /* CPU time of the stretch that is in its task's lag */
    ns_t stretch_kernel;                /* kernel time in it that was announced */
    ns_t kernel_until;                  /* when all that was announced has passed */
    ns_t busy, kernel;                  /* kernel time is part of busy */
    bool off;                           /* a virtual one, whose task stands still */
    ns_t off_at, held;                  /* since; announced then, and not passed */
};

/* A forked task whose slot went to another. */
struct past_record { tid_t tid; double joules; struct task_record t; };

struct metrics {
    const struct config *config;
    struct heap *heap;                  /* NULL: none */
    bool failed;                        /* memory ran out */
    struct task_record *tasks;          /* by slot */
    size_t nslots, room;                /* slots seen; allocated */
    struct task_rest *rests;
    size_t nrests, rests_room;
    struct job_record *jobs;
    size_t njobs, jobs_room;
    struct job_rest *job_rests;
    size_t njob_rests, job_rests_room;
    struct wait_split *splits;
    size_t nsplits, splits_room;
    struct past_record *past;
    size_t npast, past_room;
    struct hart_record *harts;
    struct energy *energy;              /* NULL: no hart has a power table */
    uint64_t fastest;                   /* the speed by which work is measured */

    ns_t now, first_arrival, last_finish;       /* NS_MAX: none yet */
    ns_t busy;                          /* of all harts, in stretches that ended */
    ns_t kernel;                        /* in stretches that ended, and announced in others */
    ns_t kernel_until;                  /* no hart's lies later */
    ns_t open_since;                    /* sum of `since` of running stretches */
    uint32_t nrunning, noff;
    ns_t busy_at_finish, kernel_at_finish;      /* as of last_finish */
    uint64_t arrived, finished;
    uint64_t context_switches, preemptions, migrations, dispatches;
    uint64_t deadlocks, policy_faults, minor, major, messages;
    ns_t crossing;                      /* in door crossings, all tasks */
    uint64_t faults, services_lost, processes_lost, panics;
    uint32_t down;                      /* services that are lost now: a bit each */
    ns_t down_since, downtime, work_lost;
    uint64_t syscalls, enosys, traps, signals, forks;
    uint64_t disk_requests, disk_cylinders, flash_written, flash_moved;
    uint64_t evictions, swap_in, swap_out, oom_kills, suspensions, shootdowns;
    ns_t disk_busy, disk_until;         /* until: of what has begun */
    struct hist response, lateness;     /* over all jobs */
    __int128 tardiness_sum;
};

/* Kernel time of the present stretch that was announced and has not passed; less than 0:
 * some has passed that will be announced. */
static inline ns_t kernel_to_come(const struct hart_record *h, ns_t now)
{
    if (h->running == TID_NONE)
        return 0;
    if (h->off)
        return h->held - (now - h->off_at);
    return h->kernel_until > now ? h->kernel_until - now : 0;
}

static inline ns_t record_finish(const struct task_record *t)
{
    return t->state == TASK_DEAD ? t->since : NS_MAX;
}

/* Zeros if it has none. Borrowed until the next event. */
static inline const struct task_rest *record_rest(const struct metrics *m,
                                                  const struct task_record *t)
{
    static const struct task_rest none;

    return t->rest ? &m->rests[t->rest - 1] : &none;
}
static inline const struct job_rest *job_rest(const struct metrics *m,
                                              const struct job_record *j)
{
    static const struct job_rest none;

    return j->rest ? &m->job_rests[j->rest - 1] : &none;
}

/* Its jobs that finished or whose deadline has passed; those that finished. */
static inline uint64_t jobs_counted(const struct metrics *m, const struct job_record *j)
{
    return (job_rest(m, j)->finished_high << 32 | j->finished) +
           (uint64_t)job_rest(m, j)->open;
}
static inline uint64_t jobs_finished(const struct metrics *m, const struct job_record *j)
{
    return job_rest(m, j)->finished_high << 32 | j->finished;
}

/* What so much time of the hart lacked of the fastest's. A virtual CPU asks for time, not for
 * work: it has none of its own. */
static inline unsigned __int128 lag_of(const struct metrics *m, const struct hart_record *h,
                                       const struct task_record *t, ns_t ran)
{
    if (t->process < m->config->nprocesses && m->config->processes[t->process].guest)
        return 0;
    return (unsigned __int128)(uint64_t)ran * (m->fastest - h->speed);
}

/* Entry i: the slot or the past task; *tid is its slot. */
const struct task_record *metrics_record(const struct metrics *m, size_t i, tid_t *tid);
/* The sums of a record as of now. *dormant may be NULL. */
struct task_sums { ns_t cpu, waiting, blocked, overhead, dormant; };
struct task_sums metrics_sums(const struct metrics *m, const struct task_record *t,
                              tid_t tid, ns_t now);
/* What it asked for so far: its CPU time as the fastest hart would have needed it, and I/O. */
ns_t metrics_asked(const struct metrics *m, const struct task_record *t, tid_t tid, ns_t now);
/* Slowdown: of a periodic task the mean over its jobs; NAN if it has none (yet). */
double metrics_slowdown(const struct metrics *m, const struct task_record *t, tid_t tid,
                        ns_t now);
/* Kernel time of all harts that has passed by `now`. */
ns_t metrics_kernel(const struct metrics *m, ns_t now);

/* A task's time for a distribution. False if it has no such time (yet). */
enum metrics_field { F_TURNAROUND, F_FIRST_RESPONSE, F_WAITING, F_BLOCKED, F_CPU };
bool metrics_field(const struct metrics *m, enum metrics_field f, const struct task_record *t,
                   tid_t tid, ns_t now, ns_t *value);
/* Jain's index, (sum x)^2 / (n * sum x^2), of finished tasks' cpu / turnaround; NAN: there
 * are none. (Jain, Chiu, Hawe: "A Quantitative Measure of Fairness and Discrimination",
 * 1984.) */
struct fair_sum { long double sum, squares; size_t n; };
void fair_add(struct fair_sum *s, const struct task_record *t);
double fair_index(const struct fair_sum *s);
/* From lateness, whose negative values count as 0; sum: of those above it. */
struct spread metrics_tardiness(const struct spread *late, __int128 sum);
/* Services lost in so many faults of one kernel, over all that it has. */
double metrics_blast_radius(uint64_t lost, uint64_t faults);

#endif
