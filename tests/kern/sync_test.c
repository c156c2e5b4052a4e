/* Locks under each protocol, deadlocks, messages. */
#include "../suite.h"
#include "simulate.h"

#include <stdio.h>
#include <string.h>

/* Burns and Wellings's four processes; the lower-case letters are their names. */
static const char inversion[] =
    "{\"ossim\":1,\"kernel\":{\"scheduler\":\"priority:order=high\",\"locks\":\"%s\"},"
    "\"processes\":["
    "{\"name\":\"a\",\"priority\":1,\"bursts\":[{\"cpu\":1},{\"lock\":\"Q\"},{\"cpu\":4},"
    "{\"unlock\":\"Q\"},{\"cpu\":1}]},"
    "{\"name\":\"b\",\"priority\":2,\"arrival\":2,\"bursts\":[{\"cpu\":2}]},"
    "{\"name\":\"c\",\"priority\":3,\"arrival\":2,\"bursts\":[{\"cpu\":1},{\"lock\":\"V\"},"
    "{\"cpu\":2},{\"unlock\":\"V\"},{\"cpu\":1}]},"
    "{\"name\":\"d\",\"priority\":4,\"arrival\":4,\"bursts\":[{\"cpu\":2},{\"lock\":\"Q\"},"
    "{\"cpu\":1},{\"unlock\":\"Q\"},{\"lock\":\"V\"},{\"cpu\":1},{\"unlock\":\"V\"},"
    "{\"cpu\":1}]}]}";

/* One letter a millisecond. */
static void timeline(const struct simulation *s, char *line, size_t size)
{
    ns_t since = 0;

    memset(line, 0, size);
    memset(line, '-', 17);
    for (size_t i = 0; i < s->nevents; i++) {
        const struct event *e = &s->events[i];

        if (e->kind == EV_DISPATCH)
            since = e->at;
        if (e->kind == EV_DESCHED)
            for (ns_t t = since / 1000000; t < e->at / 1000000; t++)
                line[t] = "abcd"[e->tid];
    }
}

static void expect_timeline(const char *protocol, const char *want)
{
    struct simulation s;
    char json[2000], line[64];

    snprintf(json, sizeof json, inversion, protocol);
    simulate(&s, json);
    ck_assert_int_eq(s.end, MACHINE_DONE);
    timeline(&s, line, sizeof line);
    ck_assert_str_eq(line, want);
    simulate_close(&s);
}

START_TEST(each_protocol_gives_its_schedule)
{
    expect_timeline("none", "aaccddccbbaaaddda");
    expect_timeline("pip", "aaccddaaadcddcbba");
    expect_timeline("pcp", "aacaddaadddcccbba");
    expect_timeline("ceiling", "aaaaadddddccccbba");
    expect_timeline("srp", "aaaaadddddccccbba");
}
END_TEST

START_TEST(a_cycle_is_named_and_the_run_ends)
{
    struct simulation s;

    simulate(&s, "{\"ossim\":1,\"kernel\":{\"scheduler\":\"rr:quantum=1\"},\"processes\":["
             "{\"name\":\"A\",\"bursts\":[{\"lock\":\"x\"},{\"cpu\":2},{\"lock\":\"y\"}]},"
             "{\"name\":\"B\",\"bursts\":[{\"lock\":\"y\"},{\"cpu\":2},{\"lock\":\"x\"}]},"
             "{\"name\":\"C\",\"bursts\":[{\"cpu\":9}]}]}");
    ck_assert_int_eq(s.end, MACHINE_STUCK);
    ck_assert_uint_eq(simulation_count(&s, EV_DEADLOCK), 2);
    ck_assert_uint_eq(simulation_count(&s, EV_STUCK), 1);
    ck_assert_int_eq(simulation_finish(&s, "C"), 13000000);
    simulate_close(&s);
}
END_TEST

/* Each of n waits for the lock of the next: n say so, and one who only waits for one of
 * them is not part of it. */
START_TEST(a_longer_cycle_is_found)
{
    for (int n = 3; n <= 5; n++) {
        struct simulation s;
        char json[2000];
        int at = snprintf(json, sizeof json, "{\"ossim\":1,\"kernel\":{\"scheduler\":"
                          "\"rr:quantum=1\"},\"processes\":[");

        for (int i = 0; i < n; i++)
            at += snprintf(json + at, sizeof json - (size_t)at,
                           "{\"name\":\"T%d\",\"bursts\":[{\"lock\":\"%d\"},{\"cpu\":2},"
                           "{\"lock\":\"%d\"}]},", i, i, (i + 1) % n);
        snprintf(json + at, sizeof json - (size_t)at,
                 "{\"name\":\"U\",\"bursts\":[{\"cpu\":1},{\"lock\":\"0\"}]}]}");
        simulate(&s, json);
        ck_assert_int_eq(s.end, MACHINE_STUCK);
        ck_assert_uint_eq(simulation_count(&s, EV_DEADLOCK), (unsigned)n);
        for (size_t e = 0; e < s.nevents; e++)
            if (s.events[e].kind == EV_DEADLOCK)        /* whose lock it waits for */
                ck_assert_int_eq(s.events[e].b, ((int)s.events[e].tid + 1) % n);
        simulate_close(&s);
    }
}
END_TEST

/* L holds X, M waits for it and holds Y, and at 3 H begins to wait for Y: L runs with H's
 * urgency, ahead of Q, who comes at 3 too and is more urgent than L and M. */
START_TEST(urgency_is_lent_along_a_chain)
{
    static const char *const protocol[] = { "pip", "pcp" };

    for (int i = 0; i < 2; i++) {
        struct simulation s;
        char json[2000];

        snprintf(json, sizeof json,
                 "{\"ossim\":1,\"kernel\":{\"scheduler\":\"priority\",\"locks\":\"%s\"},"
                 "\"processes\":["
                 "{\"name\":\"L\",\"priority\":4,\"bursts\":[{\"lock\":\"X\"},{\"cpu\":4},"
                 "{\"unlock\":\"X\"},{\"cpu\":1}]},"
                 "{\"name\":\"M\",\"priority\":3,\"arrival\":1,\"bursts\":[{\"lock\":\"Y\"},"
                 "{\"cpu\":1},{\"lock\":\"X\"},{\"cpu\":1},{\"unlock\":\"X\"},"
                 "{\"unlock\":\"Y\"}]},"
                 "{\"name\":\"H\",\"priority\":1,\"arrival\":3,\"bursts\":[{\"lock\":\"Y\"},"
                 "{\"cpu\":1},{\"unlock\":\"Y\"}]},"
                 "{\"name\":\"Q\",\"priority\":2,\"arrival\":3,\"bursts\":[{\"cpu\":10}]}]}",
                 protocol[i]);
        simulate(&s, json);
        if (i == 0) {
            /* L 0-1, M 1-2, L 2-5, M 5-6, H 6-7, Q 7-17, L 17-18. */
            ck_assert_int_eq(simulation_finish(&s, "M"), 6000000);
            ck_assert_int_eq(simulation_finish(&s, "H"), 7000000);
        } else {
            /* X has M's urgency: pcp keeps M from Y, but not H. L 0-3, H 3-4, Q 4-14. */
            ck_assert_int_eq(simulation_finish(&s, "H"), 4000000);
            ck_assert_int_eq(simulation_finish(&s, "Q"), 14000000);
        }
        simulate_close(&s);
    }
}
END_TEST

START_TEST(a_task_that_locks_twice_waits_for_itself)
{
    struct simulation s;

    simulate(&s, "{\"ossim\":1,\"processes\":[{\"name\":\"A\",\"bursts\":[{\"lock\":\"x\"},"
             "{\"lock\":\"x\"}]}]}");
    ck_assert_int_eq(s.end, MACHINE_STUCK);
    ck_assert_uint_eq(simulation_count(&s, EV_DEADLOCK), 1);
    simulate_close(&s);
}
END_TEST

START_TEST(unlocking_what_is_not_held_ends_the_run)
{
    struct simulation s;

    simulate(&s, "{\"ossim\":1,\"processes\":[{\"name\":\"A\",\"bursts\":[{\"cpu\":1},"
             "{\"unlock\":\"x\"}]}]}");
    ck_assert_int_eq(s.end, MACHINE_BAD_UNLOCK);
    ck_assert_uint_eq(simulation_count(&s, EV_BAD_UNLOCK), 1);
    simulate_close(&s);
}
END_TEST

START_TEST(steps_without_time_are_a_livelock)
{
    struct simulation s;

    simulate(&s, "{\"ossim\":1,\"processes\":[{\"name\":\"A\",\"bursts\":["
             "{\"repeat\":1000000000,\"do\":[{\"yield\":true}]}]}]}");
    ck_assert_int_eq(s.end, MACHINE_LIVELOCK);
    simulate_close(&s);
}
END_TEST

START_TEST(a_receiver_waits_for_its_message)
{
    struct simulation s;
    char buf[256];

    simulate(&s, "{\"ossim\":1,\"kernel\":{\"scheduler\":\"fcfs\"},\"processes\":["
             "{\"name\":\"R\",\"bursts\":[{\"recv\":\"m\"},{\"cpu\":1},{\"recv\":\"m\"},"
             "{\"cpu\":1}]},"
             "{\"name\":\"S\",\"bursts\":[{\"cpu\":2},{\"send\":\"m\"},{\"send\":\"m\"},"
             "{\"cpu\":2}]}]}");
    ck_assert_int_eq(s.end, MACHINE_DONE);
    ck_assert_str_eq(simulation_gantt(&s, buf, sizeof buf), "R 0-0 S 0-4 R 4-6");
    ck_assert_uint_eq(simulation_count(&s, EV_SEND), 2);
    ck_assert_uint_eq(simulation_count(&s, EV_RECV), 2);
    simulate_close(&s);
}
END_TEST

SUITE(sync, 10, each_protocol_gives_its_schedule, a_cycle_is_named_and_the_run_ends,
      a_longer_cycle_is_found, urgency_is_lent_along_a_chain,
      a_task_that_locks_twice_waits_for_itself, unlocking_what_is_not_held_ends_the_run,
      steps_without_time_are_a_livelock, a_receiver_waits_for_its_message)
