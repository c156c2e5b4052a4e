/* kinds.c - one policy, and what kinds.def has it do once in each run: `:kind=N` is its N-th
 * row. Apart from that it is honest. Each kind waits until 3 ms, so that there are results. */
#define _GNU_SOURCE
#include <pthread.h>
#include <ossim/sched.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fenv.h>
#include <limits.h>
#include <locale.h>
#include <malloc.h>
#include <math.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

/* The names of kinds.def stand for ops; those that the policy has itself. */
enum op { STATE_SIZE, TASK_SIZE, INIT, ENQUEUE, PICK, REMOVE, RAN, QUANTUM, PREEMPTS, TIMER,
          SELECT_HART, PULL, URGENCY, LEVEL, EXPLAIN, CONSTRUCT };
enum { BEGINS = 3000000 };

struct line {
    tid_t max_tasks;
    uint32_t kind;
    uint64_t issued;
    uint64_t ticket[];          /* by tid; 0 = not in line */
};

/* What a kind may look at, and its op's answer. */
struct at {
    void *rq;
    const struct sched_params *p;
    size_t size;                /* of the state */
    int64_t answer;
    ns_t now;
    char *buf;
    size_t room;
};

static struct line *last_rq;
static size_t last_size, tasks_size;
static void *last_tasks;
static unsigned calls;

/* What the compiler must not see through. */
static void *volatile nowhere, *volatile low = (void *)0x10;
static volatile int zero, deep;

static void spin(void)
{
    for (;;)
        calls += 2;
}

static void handler(int signo)
{
    (void)signo;
}

static void block_everything(void)
{
    sigset_t all;

    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
}

static void limit(__rlimit_resource_t what, rlim_t n)
{
    struct rlimit r = { n, n };

    setrlimit(what, &r);
}

static int recurse(int n)
{
    volatile char room[4096];

    room[0] = (char)n;
    return deep ? n : recurse(n + 1) + room[0];
}

static void *run_thread(void *arg)
{
    for (;;)
        pause();
    return arg;
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"
#define KIND(name, op, status, text, ...) static void kind_##name(struct at *at) __VA_ARGS__
#include "kinds.def"
#undef KIND
#pragma GCC diagnostic pop

static const struct { enum op op; void (*run)(struct at *at); } kinds[] = {
#define KIND(name, op, status, text, ...) { op, kind_##name },
#include "kinds.def"
#undef KIND
};

/* Which kind: before there is any state, by the environment. */
static unsigned kind_now(const struct line *l)
{
    const char *text = getenv("HOSTILE_KIND");

    return l ? l->kind : text ? (unsigned)atoi(text) : 0;
}

static int64_t maybe(enum op op, struct at *at)
{
    unsigned kind = kind_now(at->rq);

    if (kind < sizeof kinds / sizeof *kinds && kinds[kind].op == op && at->now >= BEGINS)
        kinds[kind].run(at);
    return at->answer;
}

__attribute__((constructor)) static void construct(void)
{
    struct at at = { .now = BEGINS };

    maybe(CONSTRUCT, &at);
}

static size_t state_size(const struct sched_params *p)
{
    struct at at = { .p = p, .now = BEGINS };

    at.answer = (int64_t)(sizeof(struct line) + p->max_tasks * sizeof(uint64_t));
    last_size = (size_t)maybe(STATE_SIZE, &at);
    return last_size;
}

static size_t task_size(const struct sched_params *p)
{
    struct at at = { .p = p, .now = BEGINS, .answer = 16 };

    tasks_size = 16 * p->max_tasks;
    return (size_t)maybe(TASK_SIZE, &at);
}

static void init(void *rq, const struct sched_params *p)
{
    struct line *l = rq;
    struct at at = { .rq = rq, .p = p, .size = last_size, .now = BEGINS };

    l->max_tasks = p->max_tasks;
    l->kind = (uint32_t)sched_param_get(p, 0, 0);
    last_rq = l;
    last_tasks = p->tasks;
    maybe(INIT, &at);
}

static void enqueue(void *rq, const struct sched_task *t, enum sched_why why, ns_t now)
{
    struct line *l = rq;
    struct at at = { .rq = rq, .size = last_size, .now = now };

    (void)why;
    at.answer = t->tid;
    l->ticket[maybe(ENQUEUE, &at)] = ++l->issued;
}

static tid_t pick(void *rq, ns_t now)
{
    struct line *l = rq;
    tid_t first = TID_NONE;
    struct at at = { .rq = rq, .size = last_size, .now = now };

    for (tid_t t = 0; t < l->max_tasks; t++)
        if (l->ticket[t] && (first == TID_NONE || l->ticket[t] < l->ticket[first]))
            first = t;
    at.answer = first;
    first = (tid_t)maybe(PICK, &at);
    if (first < l->max_tasks)
        l->ticket[first] = 0;
    return first;
}

static void leave(void *rq, tid_t tid)
{
    struct at at = { .rq = rq, .now = BEGINS };

    maybe(REMOVE, &at);
    ((struct line *)rq)->ticket[tid] = 0;
}

static void ran(void *rq, const struct sched_task *t, ns_t got, enum sched_stop why, ns_t now)
{
    struct at at = { .rq = rq, .size = last_size, .now = now };

    (void)t, (void)got, (void)why;
    maybe(RAN, &at);
}

static ns_t quantum(const void *rq, tid_t tid)
{
    struct at at = { .rq = (void *)(uintptr_t)rq, .now = calls++ > 4 ? BEGINS : 0,
                     .answer = 2000000 };

    (void)tid;
    return maybe(QUANTUM, &at);
}

static bool preempts(const void *rq, const struct sched_task *queued,
                     const struct sched_task *running)
{
    struct at at = { .rq = (void *)(uintptr_t)rq, .now = BEGINS };

    (void)queued, (void)running;
    return maybe(PREEMPTS, &at);
}

static ns_t timer(void *rq, ns_t now)
{
    struct at at = { .rq = rq, .now = now, .answer = now < BEGINS ? BEGINS : NS_MAX };

    return maybe(TIMER, &at);
}

static unsigned select_hart(const struct sched_task *t, const struct sched_hart *harts,
                            unsigned nharts, enum sched_why why, ns_t now)
{
    struct at at = { .rq = last_rq, .now = now, .answer = t->tid % nharts };
    unsigned kind = kind_now(last_rq);

    (void)harts, (void)why;
    if (kinds[kind].op == PULL)         /* the other one shall ask for work */
        at.answer = 0;
    return (unsigned)maybe(SELECT_HART, &at);
}

static tid_t pull(void *rq, unsigned idle_hart, ns_t now)
{
    struct at at = { .rq = rq, .now = now, .answer = TID_NONE };

    (void)idle_hart;
    return (tid_t)maybe(PULL, &at);
}

static int64_t urgency(const struct sched_params *p, const struct sched_task *t)
{
    struct at at = { .rq = last_rq, .p = p, .now = BEGINS, .answer = t->priority };

    return maybe(URGENCY, &at);
}

static unsigned level(const void *rq, tid_t tid)
{
    struct at at = { .rq = (void *)(uintptr_t)rq, .now = BEGINS };

    (void)tid;
    return (unsigned)maybe(LEVEL, &at);
}

static void explain(const void *rq, tid_t tid, char *buf, size_t size)
{
    struct at at = { .rq = (void *)(uintptr_t)rq, .now = BEGINS, .buf = buf, .room = size };

    (void)tid;
    maybe(EXPLAIN, &at);
}

static const struct policy_param params[] = {
    { .name = "kind", .type = PARAM_INT, .def = "0", .min = 0, .max = 999, .max_values = 1 },
    { .name = NULL },
};

const struct sched_ops ossim_policy = {
    .abi = SCHED_ABI, .name = "kinds", .source = "tests/hostile", .params = params,
    .state_size = state_size, .task_size = task_size, .init = init, .enqueue = enqueue,
    .pick = pick, .remove = leave, .ran = ran, .quantum = quantum, .preempts = preempts,
    .timer = timer, .select_hart = select_hart, .pull = pull, .urgency = urgency,
    .level = level, .explain = explain,
};
