/* model_test.c - states and times from events, symbols, times as text, sentences. */
#include "../suite.h"

#include "fake.h"

#include <tui/story.h>
#include <tui/view.h>

static struct model model;
static struct machine *machine;

static void begin(void)
{
    memset(&fake_block, 0, sizeof fake_block);
    ck_assert(model_init(&model, NULL, &fake_config, &fake_ops));
    machine = fake_init(&fake_block, sizeof fake_block, &fake_config, true);
    model_begin(&model, machine);
}

static void say(ns_t at, enum event_kind kind, unsigned hart, tid_t tid, int64_t a,
                int64_t b)
{
    struct event e = { .at = at, .kind = (uint16_t)kind, .hart = (uint16_t)hart, .tid = tid,
                       .a = a, .b = b };

    fake_say(machine, &e);
}

static void story(const char *expected)
{
    char text[STORY_TEXT];

    ck_assert_str_eq(story_event(&model, model_log(&model, model.count - 1), text,
                                 sizeof text), expected);
}

START_TEST(times_of_a_task)
{
    struct model_task t;

    begin();
    say(MS(1), EV_ARRIVE, HART_NONE, 0, 0, 0);
    say(MS(3), EV_DISPATCH, 0, 0, 500000, 0);   /* half a ms of overhead */
    model.now = MS(4);
    t = model_task(&model, 0);
    ck_assert_int_eq(t.received, 500000);
    ck_assert_int_eq(t.waiting, MS(2));
    ck_assert_int_eq(t.start, MS(3));
    say(MS(5), EV_DESCHED, 0, 0, STOP_BLOCKED, 1500000);
    say(MS(5), EV_BLOCK, HART_NONE, 0, WAIT_IO, 0);
    say(MS(9), EV_WAKE, HART_NONE, 0, WAIT_IO, 0);
    model.now = MS(10);
    t = model_task(&model, 0);
    ck_assert_int_eq(t.received, 1500000);
    ck_assert_int_eq(t.blocked, MS(4));
    ck_assert_int_eq(t.waiting, MS(3));
    ck_assert_uint_eq(model.in_state[TASK_RUNNABLE], 1);
    model_free(&model);
}
END_TEST

START_TEST(jobs_wait_for_their_release)
{
    begin();
    say(0, EV_ARRIVE, HART_NONE, 1, 0, 0);
    say(0, EV_JOB_RELEASE, HART_NONE, 1, 1, MS(10));
    say(0, EV_DISPATCH, 0, 1, 0, 0);
    say(MS(3), EV_JOB_FINISH, 0, 1, 1, MS(10));
    say(MS(3), EV_DESCHED, 0, 1, STOP_BLOCKED, MS(3));
    say(MS(3), EV_BLOCK, HART_NONE, 1, WAIT_RELEASE, 0);
    ck_assert_int_eq(model.tasks[1].state, TASK_SLEEPING);
    say(MS(10), EV_JOB_RELEASE, HART_NONE, 1, 2, MS(20));
    say(MS(10), EV_WAKE, HART_NONE, 1, WAIT_RELEASE, 0);
    ck_assert_int_eq(model.tasks[1].state, TASK_RUNNABLE);
    ck_assert_int_eq(model.tasks[1].blocked, 0);
    say(MS(20), EV_JOB_MISS, HART_NONE, 1, 2, MS(20));
    story("T1: job 2 MISSES its deadline");
    say(MS(20), EV_JOB_RELEASE, HART_NONE, 1, 3, MS(30));
    say(MS(21), EV_DISPATCH, 0, 1, 0, 0);
    say(MS(24), EV_JOB_FINISH, 0, 1, 2, MS(20));
    story("T1: job 2 is done, 4 ms LATE");
    say(MS(24), EV_DESCHED, 0, 1, STOP_BLOCKED, MS(3));
    say(MS(24), EV_BLOCK, HART_NONE, 1, WAIT_RELEASE, 0);
    say(MS(24), EV_WAKE, HART_NONE, 1, WAIT_RELEASE, 0);
    ck_assert_int_eq(model.tasks[1].state, TASK_RUNNABLE);      /* job 3 is there */
    ck_assert_uint_eq(model.misses, 1);
    model_free(&model);
}
END_TEST

/* What a child prints stands on its maker's console, in order; a slot that is used again by
 * somebody else's child changes over. */
START_TEST(children_share_a_console)
{
    begin();
    say(0, EV_ARRIVE, HART_NONE, 0, 0, 0);
    say(0, EV_ARRIVE, HART_NONE, 1, 0, 0);
    say(MS(1), EV_FORK, HART_NONE, 0, 2, 0);
    say(MS(1), EV_ARRIVE, HART_NONE, 2, 0, 0);
    say(MS(2), EV_FORK, HART_NONE, 2, 3, 0);    /* a grandchild */
    say(MS(2), EV_ARRIVE, HART_NONE, 3, 0, 0);
    ck_assert_uint_eq(model_console(&model, 3), 0);
    fake_output = "from below\n";
    say(MS(3), EV_OUTPUT, 0, 3, 1, 11);
    ck_assert_uint_eq(model.tasks[3].text_size, 0);
    ck_assert(model.tasks[0].text_size == 11 && !memcmp(model.tasks[0].text, "from below\n", 11));
    say(MS(4), EV_EXIT, HART_NONE, 3, 0, 0);
    say(MS(5), EV_FORK, HART_NONE, 1, 3, 0);
    say(MS(5), EV_ARRIVE, HART_NONE, 3, 0, 0);
    ck_assert_uint_eq(model_console(&model, 3), 1);
    ck_assert_uint_eq(model_console(&model, 2), 0);
    model_free(&model);
}
END_TEST

START_TEST(output_is_kept_to_a_limit)
{
    begin();
    fake_output = "0123456789012345678901234567890123456789\n";
    for (int i = 0; i < 2000; i++)
        say(MS(i), EV_OUTPUT, HART_NONE, 2, 1, 41);
    ck_assert_uint_eq(model.tasks[2].text_size, MODEL_TEXT);
    ck_assert(model.tasks[2].text[MODEL_TEXT - 1] == '\n');
    model_free(&model);
}
END_TEST

START_TEST(the_log_forgets_the_oldest)
{
    begin();
    for (int i = 0; i < MODEL_LOG + 10; i++)
        say(MS(i), EV_INPUT, HART_NONE, 2, 1, 0);
    ck_assert_uint_eq(model_log_first(&model), 10);
    ck_assert_ptr_null(model_log(&model, 9));
    ck_assert_int_eq(model_log(&model, 10)->at, MS(10));
    ck_assert_ptr_null(model_log(&model, MODEL_LOG + 10));
    model_free(&model);
}
END_TEST

START_TEST(symbols_are_distinct)
{
    begin();
    ck_assert_int_eq(model_symbol(&model, 0), 'A');
    ck_assert_int_eq(model_symbol(&model, 1), '1');
    ck_assert_int_eq(model_symbol(&model, 2), 'c');
    model_free(&model);
}
END_TEST

START_TEST(times_are_exact)
{
    char text[40];

    ck_assert_str_eq(model_time(&fake_config, MS(12), 3, text, sizeof text), "12");
    ck_assert_str_eq(model_time(&fake_config, 12500000, 3, text, sizeof text), "12.5");
    ck_assert_str_eq(model_time(&fake_config, 12050001, 3, text, sizeof text), "12.05");
    ck_assert_str_eq(model_time(&fake_config, 12050001, 9, text, sizeof text),
                     "12.050001");
    ck_assert_str_eq(model_time(&fake_config, -500000, 9, text, sizeof text), "-0.5");
    ck_assert_str_eq(model_time(&fake_config, NS_MAX, 9, text, sizeof text), "-");
}
END_TEST

START_TEST(sentences)
{
    begin();
    say(0, EV_ARRIVE, HART_NONE, 0, 0, 0);
    story("A arrives");
    say(0, EV_DISPATCH, 0, 0, 2000000, 0);
    story("A runs on cpu 0 after 2 ms in the kernel");
    say(MS(4), EV_DESCHED, 0, 0, STOP_PREEMPTED, 1250000);
    story("A is preempted after 1.25 ms");
    say(MS(5), EV_BLOCK, HART_NONE, 0, WAIT_LOCK, 9);
    story("A waits for a lock");
    say(MS(6), EV_POLICY_FAULT, 0, TID_NONE, FAULT_NOT_QUEUED, 7);
    story("POLICY FAULT: it picked a task that is not on its queue (7)");
    say(MS(6), EV_TRAP, 0, 2, 13, 0x1234);
    story("compiler: load page fault at 0x1234");
    say(MS(7), EV_EXIT, HART_NONE, 2, 0, 11);
    story("compiler is killed by SIGSEGV");
    say(MS(8), EV_END, HART_NONE, TID_NONE, MACHINE_STUCK, 0);
    story("the run is over: STUCK: nothing can ever move again");
    ck_assert_uint_eq(model.faults, 1);
    model_free(&model);
}
END_TEST

static const struct { const char *name; tid_t count; } crowd[] = {
    { "a-rather-long-name", 2500 }, { "a-rather-long-nam", 1 }, { "a-rather", 1 },
    { "a-rathe", 700 }, { "Z", 798 } };

static const char *name_in_crowd(const struct machine *m, tid_t tid, char *buf, size_t size)
{
    unsigned i = 0;

    (void)m;
    for (; tid >= crowd[i].count; i++)
        tid -= crowd[i].count;
    snprintf(buf, size, "%s-%u", crowd[i].name, tid + 1);
    return buf;
}

/* Thousands of names that differ late, early, or in their length only: neighbours stand in
 * order, down as well as up, and each task is there once. */
START_TEST(many_tasks_are_put_in_order)
{
    enum { N = 4000, COL_NAME = 1 };
    struct config c = fake_config;
    struct look l = { .sort = COL_NAME, .order_stale = true };
    struct machine_ops ops = fake_ops;
    char a[MODEL_NAME], b[MODEL_NAME];

    c.ntasks = N;
    ops.name = name_in_crowd;
    memset(&fake_block, 0, sizeof fake_block);
    ck_assert(model_init(&model, NULL, &c, &ops));
    machine = fake_init(&fake_block, sizeof fake_block, &c, true);
    model_begin(&model, machine);
    for (int down = 0; down < 2; down++) {
        bool seen[N] = { false };

        l.descending = down;
        l.order_stale = true;
        tasks_order(&model, &l);
        ck_assert_uint_eq(l.norder, N);
        for (uint32_t i = 0; i < N; i++) {
            ck_assert(!seen[l.order[i]]);
            seen[l.order[i]] = true;
            if (!i)
                continue;
            int by = strcmp(model_name(&model, l.order[i - 1], a, sizeof a),
                            model_name(&model, l.order[i], b, sizeof b));
            ck_assert_msg(down ? by > 0 : by < 0, "%s, %s", a, b);
        }
    }
    free(l.order);
    model_free(&model);
}
END_TEST

/* Every kind has a sentence; those of story.def are filled in as it says. */
START_TEST(every_event_is_a_sentence)
{
    static const struct {
        enum event_kind kind;
        unsigned hart;
        tid_t tid;
        int64_t a, b;
        const char *says;
    } told[] = {
        { EV_MIGRATE, 1, 0, 0, 1, "A moves from cpu 0 to cpu 1" },
        { EV_EVICT, HART_NONE, 0, 0x3000, 0, "page 0x3000 of A leaves memory, for slot 0" },
        { EV_EVICT, HART_NONE, 0, 0x3000, -1, "page 0x3000 of A leaves memory" },
        { EV_PAGE_FAULT, 0, 0, 0x3000, 1, "A: page fault at 0x3000, from disk" },
        { EV_PAGE_FAULT, 0, 0, 0x3000, 0, "A: page fault at 0x3000" },
        { EV_DISK_FAULT, HART_NONE, TID_NONE, 2, 77, "THE DISK FAILS: bad sector, sector 77" },
        { EV_DISK_FAULT, HART_NONE, TID_NONE, 0, -1, "THE DISK FAILS: power cut" },
        { EV_FILE_FAILED, HART_NONE, 0, -28, 4, "A: its unlink fails: -28 ENOSPC" },
        { EV_AFFINITY, HART_NONE, 0, 5, 0, "A may run on these cpus: 0 2" },
        { EV_IDLE_EXIT, 3, TID_NONE, 1, MS(2), "cpu 3 leaves idle state 1, which takes 2 ms" },
        { EV_CROSSING, 0, 0, 0, 1, "A: control passes to proc" },
        { EV_REAP, HART_NONE, TID_NONE, 0, 0, "nobody waits for A: it is gone" },
    };
    char text[STORY_TEXT];

    begin();
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        say(MS(1), told[i].kind, told[i].hart, told[i].tid, told[i].a, told[i].b);
        story(told[i].says);
    }
    for (uint16_t kind = 0; kind < EV_COUNT; kind++) {
        struct event e = { .kind = kind, .tid = 0, .a = 1, .b = 1 };

        story_event(&model, &e, text, sizeof text);
        ck_assert_msg(strlen(text) > 5 && !strpbrk(text, "@#$&{|}<>"), "%u: %s", kind, text);
    }
    model_free(&model);
}
END_TEST

SUITE(model, 5, children_share_a_console, times_of_a_task, jobs_wait_for_their_release,
      output_is_kept_to_a_limit, the_log_forgets_the_oldest, symbols_are_distinct, times_are_exact, sentences,
      every_event_is_a_sentence, many_tasks_are_put_in_order)
