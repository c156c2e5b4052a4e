/* laws_test.c - whatever happens, no policy loses a task or hands one out twice.
 *
 * Random enqueue, pick, remove, pull and timer over several queues with shared task
 * memory, for every policy and many of their parameters, against a table of who is
 * where. Work conservation: pick finds a task exactly if one is queued.
 */
#include "../suite.h"
#include "harness.h"

#include <sim/rng.h>

enum { TASKS = 24, QUEUES = 3 };

static const char *const specs[] = {
    "fcfs", "sjf", "sjf:burst=estimate", "srtf", "srtf:burst=estimate:alpha=0.3", "hrrn",
    "rr", "rr:weighted=1", "priority", "priority:quantum=3", "priority:aging=4",
    "priority:aging=4:quantum=3:preemptive=0:order=high", "mlfq",
    "mlfq:levels=5:quantum=1/2/4:allotment=2:boost=20:bump=1:io=reset",
    "mlfq:levels=64:quantum=1:boost=7:demote=contended:bump=1",
    "mlfq:boost=9:preemptive=0:bump=1", "lottery", "stride", "edf", "edf:preemptive=0",
    "rm", "dm", "llf", "llf:preemptive=0", "fair", "fair:latency=1:granularity=9",
    "eevdf", "eevdf:slice=1ns", "eas", "gang", "gang:quantum=1",
};

struct bench {
    struct policy_config p;
    uint8_t *block;             /* the tasks' memory, and behind it the queues */
    size_t size;
    void *rq[QUEUES];
    struct sched_task task[TASKS];
    int where[TASKS];           /* queue; -1 away; -2 - q: running for queue q */
    unsigned queued[QUEUES];
    ns_t now, timer[QUEUES];
    rng_t rng;
};

static uint64_t dice(struct bench *b, uint64_t n)
{
    return rng_below(&b->rng, n);
}

static void put(struct bench *b, tid_t t, int q, enum sched_why why)
{
    b->task[t].burst = (ns_t)dice(b, 5 * UNIT);
    b->task[t].nice = (int32_t)dice(b, 40) - 20;
    if (why == SCHED_NEW) {
        b->task[t].release = b->now;
        b->task[t].deadline = dice(b, 3) ? b->now + (ns_t)dice(b, 20 * UNIT) : NS_MAX;
    }
    b->p.ops->enqueue(b->rq[q], &b->task[t], why, b->now);
    b->where[t] = q;
    b->queued[q]++;
}

static void stop(struct bench *b, tid_t t, enum sched_stop why, ns_t ran)
{
    b->task[t].received += ran;
    if (b->p.ops->ran)
        b->p.ops->ran(b->rq[-2 - b->where[t]], &b->task[t], ran, why, b->now);
}

static void pick(struct bench *b, int q)
{
    tid_t t = b->p.ops->pick(b->rq[q], b->now);

    ck_assert_msg((t == TID_NONE) == (b->queued[q] == 0), "%s: %u queued, picked %d",
                  b->p.spec, b->queued[q], (int)t);
    if (t == TID_NONE)
        return;
    ck_assert_uint_lt(t, TASKS);
    ck_assert_msg(b->where[t] == q, "%s: picked what is elsewhere", b->p.spec);
    b->where[t] = -2 - q;
    b->queued[q]--;
    if (b->p.ops->quantum)
        ck_assert_msg(b->p.ops->quantum(b->rq[q], t) >= 1, "%s", b->p.spec);
}

static void pull(struct bench *b, int from, int to)
{
    tid_t t = b->p.ops->pull ? b->p.ops->pull(b->rq[from], (unsigned)to, b->now)
                             : b->p.ops->pick(b->rq[from], b->now);

    if (t == TID_NONE)
        return;
    ck_assert_uint_lt(t, TASKS);
    ck_assert_int_eq(b->where[t], from);
    b->queued[from]--;
    put(b, t, to, SCHED_MIGRATED);
}

/* Something happens to the running task t of queue q. */
static void leave_hart(struct bench *b, tid_t t, int q)
{
    ns_t most = b->p.ops->quantum ? b->p.ops->quantum(b->rq[q], t) : UNIT;
    ns_t ran = (ns_t)dice(b, (uint64_t)(most > 9 * UNIT ? 9 * UNIT : most) + 1);

    b->now += ran;
    switch (dice(b, 6)) {
    case 5:                             /* picked to be looked at only */
        put(b, t, q, SCHED_PREEMPTED);
        break;
    case 0:
        stop(b, t, STOP_EXPIRED, most < 9 * UNIT ? most : ran);
        put(b, t, q, SCHED_EXPIRED);
        break;
    case 1:
        stop(b, t, STOP_YIELDED, ran);
        put(b, t, q, SCHED_YIELDED);
        break;
    case 2:
        stop(b, t, STOP_PREEMPTED, ran);
        put(b, t, q, SCHED_PREEMPTED);
        break;
    case 3:
        stop(b, t, STOP_BLOCKED, ran);
        b->where[t] = -1;
        break;
    default:
        stop(b, t, STOP_EXITED, ran);
        b->where[t] = -1;
        b->task[t].received = 0;        /* the next one in this slot */
    }
}

static void timers(struct bench *b)
{
    for (int q = 0; q < QUEUES && b->p.ops->timer; q++) {
        if (b->now < b->timer[q])
            continue;
        for (tid_t t = 0; t < TASKS && b->p.ops->flags & SCHED_HANDS_BACK; t++) {
            if (b->where[t] == -2 - q) {
                stop(b, t, STOP_PREEMPTED, 0);
                put(b, t, q, SCHED_PREEMPTED);
            }
        }
        b->timer[q] = b->p.ops->timer(b->rq[q], b->now);
        ck_assert_msg(b->timer[q] > b->now, "%s", b->p.spec);
    }
}

static void act(struct bench *b)
{
    tid_t t = (tid_t)dice(b, TASKS);
    int q = (int)dice(b, QUEUES), at = b->where[t];

    timers(b);
    at = b->where[t];
    if (b->p.ops->preempts)             /* about anybody: it must cope, no more */
        (void)b->p.ops->preempts(b->rq[q], &b->task[t], &b->task[dice(b, TASKS)]);
    if (at <= -2) {
        leave_hart(b, t, -2 - at);
    } else if (at == -1) {
        put(b, t, q, b->task[t].received && dice(b, 4) ? SCHED_WOKEN : SCHED_NEW);
        for (tid_t r = 0; r < TASKS && b->p.ops->preempts; r++)
            if (b->where[r] == -2 - q)
                (void)b->p.ops->preempts(b->rq[q], &b->task[t], &b->task[r]);
    } else if (dice(b, 3) == 0) {
        pull(b, at, q);
    } else if (dice(b, 6) == 0) {
        b->p.ops->remove(b->rq[at], t);
        b->queued[at]--;
        b->where[t] = -1;
        if (dice(b, 2))
            put(b, t, at, SCHED_CHANGED);
    } else {
        if (b->p.ops->level)
            ck_assert_uint_le(b->p.ops->level(b->rq[at], t), 1u << 31);
        char why[32] = "";
        b->p.ops->explain(b->rq[at], t, why, sizeof why);
        ck_assert_uint_ge(strlen(why), 3);
        pick(b, q);
    }
}

static void open_bench(struct bench *b, const char *spec, uint64_t seed)
{
    *b = (struct bench){ .rng = rng_stream(seed, spec, 0) };
    lab_policy(&b->p, spec);
    struct sched_params *p = &b->p.params;
    p->max_tasks = TASKS;
    p->nharts = QUEUES;
    const struct sched_ops *ops = b->p.ops;
    size_t size = (ops->state_size(p) + 63) / 64 * 64;
    size_t tasks = ((ops->task_size ? ops->task_size(p) * TASKS : 0) + 63) / 64 * 64;
    b->size = tasks + QUEUES * size;
    b->block = aligned_alloc(64, b->size);
    memset(b->block, 0, b->size);
    p->tasks = tasks ? b->block : NULL;
    for (tid_t t = 0; t < TASKS; t++) {
        b->where[t] = -1;
        b->task[t] = (struct sched_task){
            .tid = t, .priority = (int32_t)dice(b, 5), .hart = HART_NONE,
            .tickets = 1 + (uint32_t)dice(b, 200), .affinity = UINT64_MAX,
            .arrival = (ns_t)dice(b, 9), .deadline = NS_MAX,
            .period = (ns_t)dice(b, 3) * UNIT };
        b->task[t].relative_deadline = b->task[t].period;
    }
    for (int q = 0; q < QUEUES; q++) {
        b->rq[q] = b->block + tasks + (size_t)q * size;
        ops->init(b->rq[q], p);
        b->timer[q] = ops->timer ? ops->timer(b->rq[q], 0) : NS_MAX;
    }
}

/* Everybody who is queued comes out, once. */
static void close_bench(struct bench *b)
{
    for (int q = 0; q < QUEUES; q++) {
        while (b->queued[q])
            pick(b, q);
        pick(b, q);
    }
    free(b->block);
}

/* A policy keeps no pointers: all that it has may lie elsewhere from now on. */
static void move_house(struct bench *b)
{
    uint8_t *to = aligned_alloc(64, b->size);

    memcpy(to, b->block, b->size);
    memset(b->block, 0xa5, b->size);
    for (int q = 0; q < QUEUES; q++)
        b->rq[q] = to + ((uint8_t *)b->rq[q] - b->block);
    free(b->block);
    b->block = to;
}

START_TEST(nobody_is_lost)
{
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        for (uint64_t seed = 0; seed < 10; seed++) {
            struct bench b;

            open_bench(&b, specs[i], seed);
            for (int n = 0; n < 3000; n++) {
                b.now += (ns_t)dice(&b, UNIT);
                act(&b);
                if (n % 100 == 99)
                    move_house(&b);
            }
            close_bench(&b);
        }
    }
}
END_TEST

START_TEST(every_policy_is_here)
{
    for (unsigned p = 0; sched_builtin(p); p++) {
        const char *name = sched_builtin(p)->name;
        bool found = false;

        for (size_t i = 0; i < sizeof specs / sizeof *specs; i++)
            found |= strncmp(specs[i], name, strlen(name)) == 0;
        ck_assert_msg(found, "%s", name);
    }
}
END_TEST

SUITE(sched_laws, 40, nobody_is_lost, every_policy_is_here)
