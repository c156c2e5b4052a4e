/* stat/metrics.h - the numbers of a run, computed from its events.
 *
 * A subscriber: it only reads. Each time has one meaning (INTERFACES.md,
 * "Results"), in exact nanoseconds. At any moment, for every task that arrived,
 *
 *     turnaround = cpu + waiting + blocked + overhead + dormant
 *
 * where `overhead` is the time that a hart already spent on the task but gave to
 * the kernel (a context switch, a system call beyond what counts as CPU received),
 * in which the task neither waits nor receives; and `dormant` is the time a
 * periodic task has nothing to do until its next release. metrics_check() proves it.
 * About 90 bytes a task; jobs and split waits cost more only where they occur.
 *
 * It does not know what was asked of the TLB or the caches.
 */
#ifndef STAT_METRICS_H
#define STAT_METRICS_H

#include <ossim/event.h>
#include <sim/config.h>
#include <stat/hist.h>

struct energy;
struct metrics;

/* The config is borrowed. NULL: no memory. */
struct metrics *metrics_create(const struct config *c);
/* In a heap, to go back with it; see stat/memory.h. */
struct metrics *metrics_create_in(struct heap *heap, const struct config *c);
void metrics_destroy(struct metrics *m);

/* The event_fn, and what it reads. */
void metrics_event(void *metrics, const struct event *e);
extern const event_set metrics_kinds;

/* False when the memory ran out and the numbers are not to be trusted. */
bool metrics_ok(const struct metrics *m);

/* --- tasks --- */

struct job_metrics {
    uint64_t jobs;              /* finished, or its deadline lies in the run */
    uint64_t misses;            /* of these: late or aborted */
    uint64_t finished, aborted, skipped;
    /* Over the finished ones; 0 if there are none. Response is finish - release. */
    ns_t response_min, response_max;
    double response_mean;       /* ns */
    ns_t lateness_min, lateness_max;    /* finish - deadline; with a deadline only */
    double lateness_mean, tardiness_mean;
    uint64_t with_deadline;     /* finished jobs that had one */
};

struct task_metrics {
    tid_t tid;
    uint32_t process;           /* index into config.processes */
    bool forked;                /* not one of the configured tasks */
    bool past;                  /* a forked task whose slot has been used again */
    enum task_state state;
    enum wait_cause cause;      /* while sleeping */
    uint32_t hart;              /* where it runs or ran last; HART_NONE */
    ns_t arrival, start, finish;        /* NS_MAX: not yet */
    ns_t cpu, waiting, blocked, overhead, dormant;
    ns_t blocked_by[WAIT_CAUSES];       /* adds up to blocked; [WAIT_RELEASE] is 0 */
    double slowdown;            /* turnaround / (cpu as the fastest hart would have needed
                                 * it + io); NAN unless finished, and when it asked for
                                 * nothing. Of a periodic task the mean of response / (that)
                                 * over its finished jobs */
    int32_t exit_status, exit_signal;
    double joules;              /* that harts drew for it; 0 without power tables */
    bool has_jobs;              /* periodic, or with a deadline */
    struct job_metrics job;
};

/* Entries: the configured tasks by number (arrived or not), then forked ones. */
size_t metrics_ntasks(const struct metrics *m);
/* The entry of slot tid's present task. */
size_t metrics_entry(const struct metrics *m, tid_t tid);
/* As of `now`, >= the last event's time. 0 <= i < metrics_ntasks(). */
void metrics_task(const struct metrics *m, size_t i, ns_t now, struct task_metrics *out);

/* Index of its process in the config; also of a task that has not arrived. */
uint32_t metrics_process(const struct config *c, const struct task_metrics *t);
/* finish - arrival, NS_MAX if it has not finished; start - arrival likewise. */
ns_t task_turnaround(const struct task_metrics *t);
ns_t task_first_response(const struct task_metrics *t);
/* As results and reports spell it: "runnable", "sleeping", ... */
const char *metrics_state_name(enum task_state s);

/* --- the whole run --- */

struct run_metrics {
    ns_t end;                   /* virtual time of these numbers */
    uint64_t tasks, arrived, finished;
    /* Over finished tasks, except waiting, blocked and cpu: over arrived ones;
     * first_response: over those that were dispatched. */
    struct spread turnaround, first_response, waiting, blocked, cpu;
    struct ratios slowdown;
    /* From the first arrival to the last finish of a task or job, or to the end if
     * nothing finished. */
    ns_t makespan;
    double throughput;          /* finished tasks per second of makespan; NAN: none */
    double cpu_user, cpu_kernel, cpu_idle;      /* of cpus x makespan; sum 1 */
    double jain_fairness;       /* over cpu / turnaround of finished tasks; NAN: none */
    uint64_t context_switches, preemptions, migrations, dispatches;
    uint64_t jobs, deadline_misses, jobs_finished, jobs_aborted, jobs_skipped;
    double miss_ratio;          /* 0 without jobs */
    struct spread response_time, lateness, tardiness;   /* of finished jobs */
    ns_t response_jitter;       /* longest less shortest job of a task, of the task where that
                                 * is most; 0 without jobs */
    uint64_t deadlocks, policy_faults;  /* members of lock cycles; bad answers */
    uint64_t page_faults_minor, page_faults_major, ipc_messages;
    uint64_t syscalls, enosys, traps, signals, forks;
    uint64_t evictions, swap_in, swap_out, oom_kills, suspensions, shootdowns;
    uint64_t disk_requests, disk_seek_cylinders;
    ns_t crossing_time;         /* spent on control passing between kernel services */
    uint64_t faults;            /* of services and processes */
    double blast_radius;        /* services lost to one of them, over services; NAN: none */
    ns_t downtime;              /* in which some service was not there; after a kernel's
                                 * end until the machine is back */
    uint64_t processes_lost;    /* to faults */
    ns_t work_lost;             /* CPU time that went into processes lost to faults */
    ns_t disk_busy;             /* in which some drive had something to do */
    double energy_joules;       /* of all harts, to the end; 0 without power tables */
    bool powered;               /* there are such tables */
    bool virtual;               /* it has guests, or is one: */
    ns_t steal;                 /* whose CPUs have waited so long for real ones; whoever has
                                 * the machine fills these two in, and: */
    bool translated;            /* what follows is known */
    uint64_t tlb_misses, cow_copies;
    double write_amplification; /* pages flash wrote, per page of a request; NAN: none */
};

/* As of `now`. Takes time in proportion to the tasks. False: no memory. */
bool metrics_run(struct metrics *m, ns_t now, struct run_metrics *out);

/* The same of a kernel and all those that run on it, n of them, the outermost first, each as
 * of its own time: harts and energy are the outermost's, tasks and jobs everybody's. */
bool metrics_pool(struct metrics *const *m, const ns_t *now, size_t n, struct run_metrics *out);

/* Per hart: ns spent so far on tasks' own work and in the kernel. */
void metrics_hart(const struct metrics *m, unsigned hart, ns_t now, ns_t *user,
                  ns_t *kernel);

/* What its harts draw; NULL without power tables. Borrowed. */
const struct energy *metrics_energy(const struct metrics *m);

/* The identity above holds for every task, and no time is negative. */
bool metrics_check(const struct metrics *m, ns_t now);

/* --- metrics by name, for tables that compare runs --- */

enum metric_unit { METRIC_TIME, METRIC_COUNT, METRIC_RATIO, METRIC_RATE };

struct metric {
    const char *name;           /* "waiting": of a distribution, the mean */
    const char *title;          /* for a table's head */
    enum metric_unit unit;      /* times are in ns */
    int better;                 /* -1: less is better, 1: more is, 0: neither */
    double (*value)(const struct run_metrics *r);       /* NAN: not measured */
};

/* In the order of tables; NULL past the end. */
const struct metric *metric_at(unsigned i);
const struct metric *metric_find(const char *name);
/* Its i for metric_at. */
unsigned metric_index(const struct metric *m);

#endif
