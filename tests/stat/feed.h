/* feed.h - a config without a workload, and events told by hand. Times are in ms. */
#ifndef TESTS_STAT_FEED_H
#define TESTS_STAT_FEED_H

#include <ossim/event.h>
#include <ossim/sched.h>
#include <sim/config.h>
#include <stdio.h>

#define MS INT64_C(1000000)
enum { FEED_TASKS = 4 };

struct feed {
    struct config config;
    struct process_config process[FEED_TASKS];
    const char *locks[2];
    void (*to[4])(void *ctx, const struct event *e);
    void *ctx[4];
    unsigned n;
};

/* Processes A, B, ... with one task each. */
static inline void feed_init(struct feed *f, uint32_t ncpus, uint32_t ntasks)
{
    *f = (struct feed){ .locks = { "fork", "spoon" } };
    f->config = (struct config){ .name = "hand-made", .time_unit = MS, .unit_name = "ms",
                                 .ncpus = ncpus, .global_queue = true,
                                 .nprocesses = ntasks, .processes = f->process,
                                 .ntasks = ntasks, .nlocks = 2, .lock_names = f->locks };
    snprintf(f->config.policy.spec, sizeof f->config.policy.spec, "rr:quantum=4");
    for (uint32_t i = 0; i < ntasks; i++) {
        snprintf(f->process[i].name, sizeof f->process[i].name, "%c", 'A' + (char)i);
        f->process[i].count = 1;
        f->process[i].first = i;
        f->process[i].affinity = UINT64_MAX;
    }
}

static inline void feed_to(struct feed *f, void (*fn)(void *ctx, const struct event *e),
                           void *ctx)
{
    f->to[f->n] = fn;
    f->ctx[f->n++] = ctx;
}

static inline void feed_ns(struct feed *f, ns_t at, enum event_kind kind, unsigned hart,
                           tid_t tid, int64_t a, int64_t b)
{
    struct event e = { .at = at, .kind = (uint16_t)kind, .hart = (uint16_t)hart, .tid = tid,
                       .a = a, .b = b };

    for (unsigned i = 0; i < f->n; i++)
        f->to[i](f->ctx[i], &e);
}

static inline void arrive(struct feed *f, ns_t ms, tid_t tid)
{
    feed_ns(f, ms * MS, EV_ARRIVE, HART_NONE, tid, tid, 0);
}

static inline void run(struct feed *f, ns_t from, ns_t to, unsigned hart, tid_t tid,
                       enum sched_stop why)
{
    feed_ns(f, from * MS, EV_DISPATCH, hart, tid, 0, 0);
    feed_ns(f, to * MS, EV_DESCHED, hart, tid, why, (to - from) * MS);
    if (why == STOP_EXITED)
        feed_ns(f, to * MS, EV_EXIT, HART_NONE, tid, 0, 0);
}

/* A periodic task has done its job and waits for the next release; that job begins. */
static inline void job_over(struct feed *f, ns_t ms, tid_t tid)
{
    feed_ns(f, ms * 1000000, EV_BLOCK, HART_NONE, tid, WAIT_RELEASE, UINT32_MAX);
}

static inline void job_begins(struct feed *f, ns_t ms, tid_t tid)
{
    feed_ns(f, ms * 1000000, EV_WAKE, HART_NONE, tid, WAIT_RELEASE, 0);
}

static inline void end(struct feed *f, ns_t ms, int64_t reason)
{
    feed_ns(f, ms * MS, EV_END, HART_NONE, TID_NONE, reason, 0);
}

/* Silberschatz, Galvin, Gagne: "Operating System Concepts", the RR example: bursts 24,
 * 3 and 3, all at 0, quantum 4. */
static inline void feed_textbook(struct feed *f)
{
    for (tid_t tid = 0; tid < 3; tid++)
        arrive(f, 0, tid);
    run(f, 0, 4, 0, 0, STOP_EXPIRED);
    run(f, 4, 7, 0, 1, STOP_EXITED);
    run(f, 7, 10, 0, 2, STOP_EXITED);
    for (ns_t t = 10; t < 26; t += 4)
        run(f, t, t + 4, 0, 0, STOP_EXPIRED);
    run(f, 26, 30, 0, 0, STOP_EXITED);
    end(f, 30, 1);
}

#endif
