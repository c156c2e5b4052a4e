/* results_test.c - JSON that reads back, times exact to the last digit. */
#include "../stat/feed.h"
#include "../suite.h"

#include <cjson/cJSON.h>
#include <formats/results.h>
#include <stdlib.h>
#include <string.h>

struct sink { char *text; size_t n, room; bool full; };

static bool take(void *ctx, const char *bytes, size_t n)
{
    struct sink *s = ctx;

    if (s->full)
        return false;
    if (s->n + n + 1 > s->room)
        s->text = realloc(s->text, s->room = 2 * (s->n + n + 1));
    memcpy(s->text + s->n, bytes, n);
    s->text[s->n += n] = 0;
    return true;
}

static struct feed f;
static struct metrics *m;
static struct gantt *g;

static void begin(uint32_t ntasks)
{
    feed_init(&f, 1, ntasks);
    m = metrics_create(&f.config);
    g = gantt_create(1, 0);
    feed_to(&f, metrics_event, m);
    feed_to(&f, gantt_event, g);
}

static void finish(struct sink *s)
{
    free(s->text);
    metrics_destroy(m);
    gantt_destroy(g);
}

static double number(const cJSON *o, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(o, name);

    ck_assert_msg(cJSON_IsNumber(item), "%s is no number", name);
    return item->valuedouble;
}

static struct results results_at(ns_t ms)
{
    return (struct results){ .config = &f.config, .metrics = m, .gantt = g,
                             .end = ms * MS, .trace_hash = 0x123, .ended = "done" };
}

START_TEST(textbook_as_json)
{
    struct sink s = { 0 };
    struct text_out out = { take, &s };

    begin(3);
    feed_textbook(&f);
    struct results r = results_at(30);
    ck_assert(results_json(&r, &out));
    cJSON *root = cJSON_Parse(s.text);
    ck_assert_ptr_nonnull(root);
    ck_assert_str_eq(cJSON_GetObjectItem(root, "trace_hash")->valuestring,
                     "0000000000000123");
    ck_assert_str_eq(cJSON_GetObjectItem(root, "scheduler")->valuestring, "rr:quantum=4");
    ck_assert_double_eq(number(root, "end_time"), 30);
    const cJSON *summary = cJSON_GetObjectItem(root, "summary");
    ck_assert_double_eq(number(cJSON_GetObjectItem(summary, "waiting"), "mean"), 17.0 / 3);
    ck_assert_double_eq(number(summary, "context_switches"), 3);
    ck_assert_double_eq(number(summary, "jobs"), 0);
    const cJSON *tasks = cJSON_GetObjectItem(root, "tasks");
    ck_assert_int_eq(cJSON_GetArraySize(tasks), 3);
    ck_assert_double_eq(number(cJSON_GetArrayItem(tasks, 2), "waiting"), 7);
    ck_assert_ptr_null(cJSON_GetObjectItem(cJSON_GetArrayItem(tasks, 2), "state"));
    const cJSON *gantt = cJSON_GetObjectItem(root, "gantt");
    ck_assert_int_eq(cJSON_GetArraySize(gantt), 4);
    ck_assert_str_eq(cJSON_GetObjectItem(cJSON_GetArrayItem(gantt, 1), "task")->valuestring,
                     "B");
    cJSON_Delete(root);
    finish(&s);
}
END_TEST

START_TEST(unfinished_tasks_have_null_and_a_state)
{
    struct sink s = { 0 };
    struct text_out out = { take, &s };

    begin(2);
    strcpy(f.process[0].name, "say \"hi\"\n");
    arrive(&f, 0, 0);
    feed_ns(&f, 0, EV_DISPATCH, 0, 0, 0, 0);
    struct results r = results_at(5);
    ck_assert(results_json(&r, &out));
    cJSON *root = cJSON_Parse(s.text);
    ck_assert_ptr_nonnull(root);
    const cJSON *a = cJSON_GetArrayItem(cJSON_GetObjectItem(root, "tasks"), 0);
    ck_assert_str_eq(cJSON_GetObjectItem(a, "name")->valuestring, "say \"hi\"\n");
    ck_assert(cJSON_IsNull(cJSON_GetObjectItem(a, "finish")));
    ck_assert_str_eq(cJSON_GetObjectItem(a, "state")->valuestring, "running");
    const cJSON *b = cJSON_GetArrayItem(cJSON_GetObjectItem(root, "tasks"), 1);
    ck_assert(cJSON_IsNull(cJSON_GetObjectItem(b, "arrival")));
    ck_assert_str_eq(cJSON_GetObjectItem(b, "state")->valuestring, "unborn");
    ck_assert_double_eq(number(cJSON_GetArrayItem(cJSON_GetObjectItem(root, "gantt"), 0),
                               "to"), 5);
    cJSON_Delete(root);
    finish(&s);
}
END_TEST

START_TEST(pieces_have_a_length)
{
    struct sink s = { 0 };
    struct text_out out = { take, &s };

    begin(2);
    feed_ns(&f, 0, EV_ARRIVE, HART_NONE, 0, 0, 0);
    feed_ns(&f, 0, EV_DISPATCH, 0, 0, 0, 0);
    feed_ns(&f, 0, EV_DESCHED, 0, 0, STOP_BLOCKED, 0);
    feed_ns(&f, 3 * MS, EV_DISPATCH, 0, 0, 0, 0);
    feed_ns(&f, 5 * MS, EV_DESCHED, 0, 0, STOP_BLOCKED, 2 * MS);
    feed_ns(&f, 5 * MS, EV_DISPATCH, 0, 0, 0, 0);
    struct results r = results_at(5);
    ck_assert(results_json(&r, &out));
    cJSON *root = cJSON_Parse(s.text);
    const cJSON *pieces = cJSON_GetObjectItem(root, "gantt");
    ck_assert_int_eq(cJSON_GetArraySize(pieces), 1);
    ck_assert_double_eq(number(cJSON_GetArrayItem(pieces, 0), "from"), 3);
    cJSON_Delete(root);
    finish(&s);
}
END_TEST

/* A number for every counter that readers may ask for. */
START_TEST(counters_are_numbers)
{
    static const char *const names[] = {
        "context_switches", "preemptions", "migrations", "jobs", "deadline_misses",
        "miss_ratio", "tlb_misses", "swap_in", "swap_out", "evictions", "disk_requests",
        "disk_seek_cylinders", "disk_busy", "cache_hits", "cache_misses", "crossings",
        "crossing_time", "ipc_messages", "vm_exits", "energy_joules" };
    struct sink s = { 0 };
    struct text_out out = { take, &s };

    begin(3);
    feed_textbook(&f);
    struct results r = results_at(30);
    r.tlb_misses = 7;
    ck_assert(results_json(&r, &out));
    cJSON *root = cJSON_Parse(s.text);
    const cJSON *summary = cJSON_GetObjectItem(root, "summary");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        ck_assert_double_ge(number(summary, names[i]), 0);
    ck_assert_double_eq(number(summary, "tlb_misses"), 7);
    cJSON_Delete(root);
    finish(&s);
}
END_TEST

START_TEST(seeds_past_a_double_are_strings)
{
    struct sink s = { 0 };
    struct text_out out = { take, &s };

    begin(1);
    f.config.seed = UINT64_MAX;
    struct results r = results_at(0);
    ck_assert(results_json(&r, &out));
    ck_assert_ptr_nonnull(strstr(s.text, "\"seed\": \"18446744073709551615\""));
    finish(&s);
}
END_TEST

static size_t lines(const char *text)
{
    size_t n = 0;

    for (; *text; text++)
        n += *text == '\n';
    return n;
}

START_TEST(csv_has_a_line_per_task)
{
    struct sink s = { 0 };
    struct text_out out = { take, &s };

    begin(3);
    strcpy(f.process[1].name, "a,b");
    feed_textbook(&f);
    struct results r = results_at(30);
    ck_assert(results_csv(&r, &out));
    ck_assert_ptr_nonnull(strstr(s.text, "\n0,A,0,0,30,30,0,6,0,24,1.25,"));
    ck_assert_ptr_nonnull(strstr(s.text, "\n1,\"a,b\",0,4,7,7,4,4,0,3,"));
    ck_assert_ptr_null(strchr(s.text, '\r'));
    /* One table, so that any reader of CSV can take it: a head and three tasks. */
    ck_assert_uint_eq(lines(s.text), 4);
    finish(&s);
}
END_TEST

START_TEST(a_failing_writer_is_told_of)
{
    struct sink s = { .full = true };
    struct text_out out = { take, &s };

    begin(3);
    feed_textbook(&f);
    struct results r = results_at(30);
    ck_assert(!results_json(&r, &out));
    ck_assert(!results_csv(&r, &out));
    finish(&s);
}
END_TEST

START_TEST(times_are_exact)
{
    char b[48];

    ck_assert_str_eq(time_text(2500000, MS, b, sizeof b), "2.5");
    ck_assert_str_eq(time_text(-1000, MS, b, sizeof b), "-0.001");
    ck_assert_str_eq(time_text(30 * MS, MS, b, sizeof b), "30");
    ck_assert_str_eq(time_text(1, 1000000000, b, sizeof b), "0.000000001");
    ck_assert_str_eq(time_text(NS_MAX, 1, b, sizeof b), "9223372036854775807");
    ck_assert_str_eq(number_text(0.1, b, sizeof b), "0.1");
    ck_assert_str_eq(number_text(49.0 / 3, b, sizeof b), "16.333333333333332");
}
END_TEST

START_TEST(events_are_lines_of_json)
{
    struct sink s = { 0 };
    struct event_lines lines = { .words.config = &f.config, .out = { take, &s } };

    begin(1);
    feed_to(&f, event_lines, &lines);
    run(&f, 0, 2, 0, 0, STOP_PREEMPTED);
    feed_ns(&f, 2500000, EV_BLOCK, HART_NONE, 0, WAIT_LOCK, 1);
    ck_assert_str_eq(s.text,
        "{\"at\": 0, \"event\": \"dispatch\", \"cpu\": 0, \"task\": 0, \"overhead\": 0}\n"
        "{\"at\": 2, \"event\": \"desched\", \"cpu\": 0, \"task\": 0, "
        "\"why\": \"preempted\", \"ran\": 2}\n"
        "{\"at\": 2.5, \"event\": \"block\", \"task\": 0, \"cause\": \"lock\", "
        "\"object\": \"spoon\"}\n");
    finish(&s);
}
END_TEST

START_TEST(what_has_a_name_is_written_by_name)
{
    struct sink s = { 0 };
    struct event_lines lines = { .words.config = &f.config, .out = { take, &s } };
    struct event call = { .kind = EV_SYSCALL, .hart = 0, .tid = 1, .a = 64, .b = 1,
                          .more = { 0x11008, 4 } };
    char word[EVENT_WORD];

    begin(1);
    ck_assert_str_eq(event_arg_text(&lines.words, &call, 0, word), "write(1, 4)");
    event_lines(&lines, &call);
    feed_to(&f, event_lines, &lines);
    feed_ns(&f, MS, EV_SYSRET, 0, 1, 64, -11);
    feed_ns(&f, MS, EV_SIGNAL, HART_NONE, 1, 15, 1);
    feed_ns(&f, MS, EV_TRAP, HART_NONE, 1, 13, 0x1234);
    feed_ns(&f, MS, EV_POLICY_FAULT, HART_NONE, 1, FAULT_TIMER, -5);
    feed_ns(&f, MS, EV_END, HART_NONE, TID_NONE, 3, 0);
    ck_assert_str_eq(s.text,
        "{\"at\": 0, \"event\": \"syscall\", \"cpu\": 0, \"task\": 1, "
        "\"call\": \"write(1, 4)\", \"arg0\": 1}\n"
        "{\"at\": 1, \"event\": \"sysret\", \"cpu\": 0, \"task\": 1, "
        "\"call\": \"write\", \"result\": -11, \"error\": \"EAGAIN\"}\n"
        "{\"at\": 1, \"event\": \"signal\", \"task\": 1, \"signal\": \"SIGTERM\", "
        "\"from\": 1}\n"
        "{\"at\": 1, \"event\": \"trap\", \"task\": 1, \"cause\": \"load page fault\", "
        "\"tval\": \"0x1234\"}\n"
        "{\"at\": 1, \"event\": \"policy_fault\", \"task\": 1, \"fault\": \"timer\", "
        "\"detail\": -5}\n"
        "{\"at\": 1, \"event\": \"end\", \"reason\": \"stuck\"}\n");
    finish(&s);
}
END_TEST

START_TEST(another_kernels_tasks_are_not_named)
{
    struct sink s = { 0 };
    struct event_lines lines = { .words.config = &f.config, .out = { take, &s } };
    struct event e = { .kind = EV_ARRIVE, .hart = HART_NONE, .tid = 1, .kernel = 2 };

    begin(1);
    event_lines(&lines, &e);
    ck_assert_str_eq(s.text, "{\"at\": 0, \"event\": \"arrive\", \"kernel\": 2, "
                             "\"task\": 1, \"process\": 0}\n");
    finish(&s);
}
END_TEST

SUITE(results, 10, what_has_a_name_is_written_by_name, another_kernels_tasks_are_not_named,
      textbook_as_json, unfinished_tasks_have_null_and_a_state,
      seeds_past_a_double_are_strings, pieces_have_a_length, counters_are_numbers,
      csv_has_a_line_per_task,
      a_failing_writer_is_told_of, times_are_exact, events_are_lines_of_json)
