/* core_test.c - what the core asks of a policy, believes of its answers and shows. */
#include "../suite.h"

#include <sched/registry.h>
#include <sched/sched.h>

#include <stdlib.h>
#include <string.h>

enum { MS = 1000000, TASKS = 5, BYTES = 1 << 16 };

static struct diag diag;

struct bench {
    struct config config;
    struct sched sched;
    struct stream stream;
    struct arena arena;
    struct event last;          /* fault */
    unsigned nfaults;
};

static void on_fault(void *ctx, const struct event *e)
{
    struct bench *b = ctx;

    b->last = *e;
    b->nfaults++;
}

static void open_bench(struct bench *b, const struct policy_config *p, uint32_t harts)
{
    memset(b, 0, sizeof *b);
    b->config = (struct config){ .ncpus = harts, .ntasks = TASKS, .time_unit = MS };
    stream_init(&b->stream, false);
    stream_subscribe(&b->stream, EVENT_BIT(EV_POLICY_FAULT), on_fault, b);
    arena_init(&b->arena, memset(aligned_alloc(64, BYTES), 0, BYTES), BYTES);
    sched_init(&b->sched, &b->arena, &b->config, p, &b->stream);
}

static void close_bench(struct bench *b)
{
    ck_assert(sched_check(&b->sched));
    free(b->arena.base);
}

static void builtin(struct policy_config *p, const char *spec)
{
    size_t n = strcspn(spec, ":");

    ck_assert_int_eq(policy_parse(p, sched_find(spec, n), spec[n] ? spec + n + 1 : "", MS,
                                  &diag), ERR_OK);
}

static struct sched_task some_task(tid_t tid)
{
    return (struct sched_task){
        .tid = tid, .priority = 3, .tickets = 10 * (tid + 1), .hart = HART_NONE,
        .affinity = UINT64_MAX, .burst = (tid + 2) * MS + MS / 2, .period = 20 * MS,
        .relative_deadline = 15 * MS, .deadline = (60 + tid) * MS,
    };
}

static void put(struct bench *b, unsigned queue, tid_t tid, ns_t now)
{
    struct sched_task t = some_task(tid);

    sched_enqueue(&b->sched, queue, &t, SCHED_NEW, now);
}

/* --- a port of the test's own: every op says whose it is --- */

struct pages { int asked, opened; };    /* outside; `self` before the machine's own */
struct house { uint32_t length; tid_t line[TASKS]; unsigned calls; };

static const struct sched_ops face = {
    .abi = SCHED_ABI, .name = "outside",
    /* Whoever calls these, instead of the port, crashes. */
    .task_size = (size_t (*)(const struct sched_params *))16,
    .quantum = (ns_t (*)(const void *, tid_t))16,
};

static size_t port_state_size(void *self, const struct sched_params *p)
{
    ((struct pages *)self)->asked++;
    ck_assert_uint_eq(p->max_tasks, TASKS);
    return 1;
}

static size_t port_task_size(void *self, const struct sched_params *p)
{
    (void)p;
    ((struct pages *)self)->asked++;
    return 0;
}

static size_t port_room(void *self, const struct sched_params *p, const struct config *c)
{
    (void)p, (void)c;
    ((struct pages *)self)->asked++;
    return sizeof(struct house);
}

static void *port_open(void *self, void *room, const struct sched_params *p,
                       const struct config *c)
{
    (void)p, (void)c;
    ((struct pages *)self)->opened++;
    ck_assert_uint_eq(((struct house *)room)->calls, 0);
    return room;
}

static void port_init(void *self, void *rq, const struct sched_params *p)
{
    (void)rq, (void)p;
    ((struct house *)self)->calls++;
}

static void port_enqueue(void *self, void *rq, const struct sched_task *t,
                         enum sched_why why, ns_t now)
{
    struct house *h = self;

    (void)rq, (void)why, (void)now;
    h->line[h->length++] = t->tid;
}

static tid_t port_pick(void *self, void *rq, ns_t now)
{
    struct house *h = self;

    (void)rq, (void)now;
    return h->length ? h->line[--h->length] : TID_NONE;
}

static void port_remove(void *self, void *rq, tid_t tid)
{
    struct house *h = self;

    (void)rq;
    for (uint32_t i = 0; i < h->length; i++)
        if (h->line[i] == tid)
            memmove(&h->line[i], &h->line[i + 1], (--h->length - i) * sizeof tid);
}

static ns_t port_quantum(void *self, const void *rq, tid_t tid)
{
    (void)self, (void)rq;
    return tid + 1;
}

static const struct sched_port port = {
    .state_size = port_state_size, .task_size = port_task_size, .room = port_room,
    .open = port_open, .init = port_init, .enqueue = port_enqueue, .pick = port_pick,
    .remove = port_remove, .quantum = port_quantum,
};

START_TEST(a_port_has_a_room_in_each_machine)
{
    struct pages pages = { 0 };
    struct policy_config p = { .ops = &face, .port = &port, .self = &pages };
    struct bench a, b;
    tid_t order[2];

    open_bench(&a, &p, 1);
    open_bench(&b, &p, 1);
    ck_assert_int_eq(pages.opened, 2);
    put(&a, 0, 1, 0);
    put(&a, 0, 2, 0);
    put(&b, 0, 3, 0);
    void *scratch = malloc(sched_scratch_size(&a.sched));
    ck_assert_uint_eq(sched_order(&a.sched, 0, scratch, order, 2, 0), 2);
    free(scratch);
    ck_assert(order[0] == 2 && order[1] == 1);
    ck_assert_uint_eq(sched_pick(&a.sched, 0, 0), 2);
    ck_assert_uint_eq(sched_pick(&b.sched, 0, 0), 3);
    ck_assert_int_eq(sched_quantum(&b.sched, 0, 3, 0), 4);
    ck_assert_uint_eq(sched_pick(&a.sched, 0, 0), 1);
    ck_assert_uint_eq(sched_pick(&b.sched, 0, 0), TID_NONE);

    struct policy_config rr;
    builtin(&rr, "rr");
    sched_switch(&b.sched, &p);         /* it takes over from itself: anew */
    ck_assert_int_eq(pages.opened, 3);
    close_bench(&a), close_bench(&b);
}
END_TEST

/* A policy of one list for all its queues hands out what stands elsewhere: refused, and
 * the lowest that does stand there runs instead. */
START_TEST(picks_of_another_queue_are_refused)
{
    struct pages pages = { 0 };
    struct policy_config p = { .ops = &face, .port = &port, .self = &pages };
    struct bench b;

    open_bench(&b, &p, 2);
    put(&b, 0, 1, 0);
    put(&b, 0, 2, 0);
    put(&b, 1, 3, 0);
    ck_assert_uint_eq(sched_pick(&b.sched, 0, 7), 1);
    ck_assert_uint_eq(b.nfaults, 1);
    ck_assert_int_eq(b.last.a, FAULT_NOT_QUEUED);
    ck_assert_int_eq(b.last.b, 3);
    ck_assert_uint_eq(b.sched.on_queue[3], 1);
    ck_assert_uint_eq(b.sched.length[0], 1);
    ck_assert(sched_check(&b.sched));
    close_bench(&b);
}
END_TEST

START_TEST(check_sees_what_is_wrong)
{
    struct policy_config p;
    struct bench b;

    builtin(&p, "rr");
    open_bench(&b, &p, 2);
    put(&b, 1, 4, 0);
    b.sched.on_queue[4] = 0;
    ck_assert(!sched_check(&b.sched));
    b.sched.on_queue[4] = 2;
    ck_assert(!sched_check(&b.sched));
    b.sched.on_queue[4] = 1;
    b.sched.length[1] = 2;
    ck_assert(!sched_check(&b.sched));
    b.sched.length[1] = 1;
    close_bench(&b);
}
END_TEST

/* --- words --- */

START_TEST(policies_say_why)
{
    static const struct { const char *spec, *says; } word[] = {
        { "fcfs", "2nd in line" }, { "rr", "2nd in line" }, { "sjf", "3.5 left" },
        { "srtf:burst=estimate:tau0=7", "7 left, as estimated" },
        { "hrrn", "burst 3.5, waits since 2" }, { "priority", "priority 3" },
        { "priority:order=high", "priority 3" }, { "mlfq", "level 0, 2nd" },
        { "lottery", "20 of 30 tickets" }, { "stride", "pass 0" },
        { "edf", "deadline 61" }, { "rm", "period 20" }, { "dm", "relative deadline 15" },
        { "llf", "must begin by 57.5" }, { "fair", "vruntime 0" },
        { "eevdf", "deadline 3, eligible" },
    };

    for (size_t i = 0; i < sizeof word / sizeof *word; i++) {
        struct policy_config p;
        struct bench b;
        char buf[32];

        builtin(&p, word[i].spec);
        open_bench(&b, &p, 1);
        put(&b, 0, 0, MS);
        put(&b, 0, 1, 2 * MS);
        sched_explain(&b.sched, 1, NULL, buf, sizeof buf);
        ck_assert_msg(strcmp(buf, word[i].says) == 0, "%s: %s", word[i].spec, buf);
        close_bench(&b);
    }
    for (unsigned i = 0; sched_builtin(i); i++)
        ck_assert_msg(sched_builtin(i)->explain, "%s", sched_builtin(i)->name);
}
END_TEST

/* Takes the first of the queue, which it was shown as const. */
static void port_explain(void *self, const void *rq, tid_t tid, char *buf, size_t size)
{
    (void)tid;
    port_pick(self, (void *)(uintptr_t)rq, 0);
    memset(buf, '\033', size);
}

START_TEST(words_of_plugins_are_made_harmless)
{
    struct sched_ops talks = face;
    struct sched_port loud = port;
    struct pages pages = { 0 };
    struct policy_config p = { .ops = &talks, .port = &loud, .self = &pages };
    struct bench b;
    char buf[32];

    talks.explain = (void (*)(const void *, tid_t, char *, size_t))16;
    loud.explain = port_explain;
    open_bench(&b, &p, 1);
    put(&b, 0, 1, 0);
    put(&b, 0, 2, 0);
    void *scratch = malloc(sched_scratch_size(&b.sched));
    sched_explain(&b.sched, 1, scratch, buf, sizeof buf);
    free(scratch);
    ck_assert_str_eq(buf, "???????????????????????????????");
    sched_explain(&b.sched, 1, NULL, buf, sizeof buf);
    ck_assert_str_eq(buf, "");
    ck_assert_uint_eq(sched_pick(&b.sched, 0, 0), 2);
    ck_assert_uint_eq(sched_pick(&b.sched, 0, 0), 1);
    ck_assert_uint_eq(b.nfaults, 0);
    close_bench(&b);
}
END_TEST

SUITE(sched_core, 10, a_port_has_a_room_in_each_machine, picks_of_another_queue_are_refused,
      check_sees_what_is_wrong, policies_say_why, words_of_plugins_are_made_harmless)
