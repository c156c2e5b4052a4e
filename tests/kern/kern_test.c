/* The kernel under small workloads with answers worked out by hand. */
#include "../suite.h"
#include "simulate.h"

#include <stdio.h>

static void expect_gantt(const char *json, const char *gantt)
{
    struct simulation s;
    char buf[4096];

    simulate(&s, json);
    ck_assert_int_eq(s.end, MACHINE_DONE);
    ck_assert_str_eq(simulation_gantt(&s, buf, sizeof buf), gantt);
    simulate_close(&s);
}

#define RR4 "{\"ossim\":1,\"kernel\":{\"scheduler\":\"rr:quantum=4\"},\"processes\":"

START_TEST(an_arrival_at_expiry_is_queued_first)
{
    /* Stallings, "Scheduling", round robin with q = 4. */
    expect_gantt(RR4 "[{\"name\":\"A\",\"bursts\":[{\"cpu\":3}]},"
                 "{\"name\":\"B\",\"arrival\":2,\"bursts\":[{\"cpu\":6}]},"
                 "{\"name\":\"C\",\"arrival\":4,\"bursts\":[{\"cpu\":4}]},"
                 "{\"name\":\"D\",\"arrival\":6,\"bursts\":[{\"cpu\":5}]},"
                 "{\"name\":\"E\",\"arrival\":8,\"bursts\":[{\"cpu\":2}]}]}",
                 "A 0-3 B 3-7 C 7-11 D 11-15 B 15-17 E 17-19 D 19-20");
}
END_TEST

START_TEST(io_overlaps_with_cpu)
{
    expect_gantt(RR4 "[{\"name\":\"A\",\"bursts\":[{\"cpu\":2},{\"io\":5},{\"cpu\":1}]},"
                 "{\"name\":\"B\",\"bursts\":[{\"cpu\":3},{\"io\":1}]}]}",
                 "A 0-2 B 2-5 A 7-8");
}
END_TEST

START_TEST(a_loop_repeats_its_steps)
{
    expect_gantt(RR4 "[{\"name\":\"A\",\"bursts\":[{\"repeat\":2,\"do\":[{\"cpu\":1},"
                 "{\"repeat\":2,\"do\":[{\"io\":1},{\"cpu\":2}]}]}]}]}",
                 "A 0-1 A 2-4 A 5-8 A 9-11 A 12-14");
}
END_TEST

START_TEST(a_lock_is_handed_to_who_waited)
{
    expect_gantt(RR4 "[{\"name\":\"A\",\"bursts\":[{\"lock\":\"L\"},{\"cpu\":6},"
                 "{\"unlock\":\"L\"},{\"cpu\":1}]},"
                 "{\"name\":\"B\",\"bursts\":[{\"cpu\":1},{\"lock\":\"L\"},{\"cpu\":1}]}]}",
                 "A 0-4 B 4-5 A 5-8 B 8-9");
}
END_TEST

#define JOBS4 "[{\"name\":\"A\",\"cpu\":4},{\"name\":\"B\",\"cpu\":3},"             \
              "{\"name\":\"C\",\"cpu\":2},{\"name\":\"D\",\"cpu\":5}]"

START_TEST(one_queue_for_two_harts)
{
    expect_gantt("{\"ossim\":1,\"machine\":{\"cpus\":2},\"kernel\":{\"scheduler\":\"fcfs\","
                 "\"runqueues\":\"global\"},\"processes\":" JOBS4 "}",
                 "1:B 0-3 0:A 0-4 1:C 3-5 0:D 4-9");
}
END_TEST

/* A and C go to hart 0, B and D to hart 1; at 6 hart 0 has nothing left, and D runs. */
START_TEST(a_queue_for_each_hart)
{
    expect_gantt("{\"ossim\":1,\"machine\":{\"cpus\":2},\"kernel\":{\"scheduler\":\"fcfs\"},"
                 "\"processes\":" JOBS4 "}",
                 "1:B 0-3 0:A 0-4 0:C 4-6 1:D 3-8");
}
END_TEST

START_TEST(an_idle_hart_pulls)
{
    struct simulation s;
    char buf[512];

    simulate(&s, "{\"ossim\":1,\"machine\":{\"cpus\":2},\"kernel\":{\"scheduler\":\"fcfs\"},"
             "\"processes\":[{\"name\":\"A\",\"cpu\":9},{\"name\":\"B\",\"cpu\":1},"
             "{\"name\":\"C\",\"cpu\":4},{\"name\":\"D\",\"cpu\":1}]}");
    ck_assert_str_eq(simulation_gantt(&s, buf, sizeof buf),
                     "1:B 0-1 1:D 1-2 1:C 2-6 0:A 0-9");
    ck_assert_uint_eq(simulation_count(&s, EV_MIGRATE), 1);
    simulate_close(&s);
}
END_TEST

START_TEST(affinity_binds)
{
    expect_gantt("{\"ossim\":1,\"machine\":{\"cpus\":2},\"kernel\":{\"scheduler\":\"fcfs\"},"
                 "\"processes\":[{\"name\":\"A\",\"cpu\":5,\"affinity\":[0]},"
                 "{\"name\":\"B\",\"cpu\":1},{\"name\":\"C\",\"cpu\":2,\"affinity\":[0]}]}",
                 "1:B 0-1 0:A 0-5 0:C 5-7");
}
END_TEST

START_TEST(a_switch_costs_what_the_costs_say)
{
    expect_gantt("{\"ossim\":1,\"machine\":{\"mhz\":1000,\"costs\":{\"context_switch\":"
                 "500000}},\"kernel\":{\"scheduler\":\"rr:quantum=2\"},\"processes\":["
                 "{\"name\":\"A\",\"cpu\":3},{\"name\":\"B\",\"cpu\":2}]}",
                 "A 0-2 B 2-4.5 A 4.5-6");
}
END_TEST

START_TEST(a_change_of_policy_loses_no_task)
{
    static const char *const policies[] = { "fcfs", "sjf", "srtf", "hrrn", "rr", "priority",
        "mlfq:boost=5", "lottery", "stride", "fair", "eevdf", "edf", "rm", "dm", "llf" };
    enum { N = sizeof policies / sizeof *policies };
    struct simulation s;
    char json[4000];

    for (unsigned from = 0; from < N; from++) {
        int n = snprintf(json, sizeof json,
            "{\"ossim\":1,\"machine\":{\"cpus\":3},\"kernel\":{\"scheduler\":\"%s\"},"
            "\"processes\":[{\"name\":\"a\",\"count\":9,\"arrival\":{\"uniform\":[0,6]},"
            "\"bursts\":[{\"repeat\":4,\"do\":[{\"cpu\":{\"uniform\":[1,9]}},"
            "{\"io\":{\"exp\":4}}]}]},{\"name\":\"p\",\"period\":20,\"cpu\":3,\"jobs\":9}],"
            "\"events\":[", policies[from]);
        for (unsigned i = 0; i < N; i++)
            n += snprintf(json + n, sizeof json - (size_t)n, "%s{\"at\":%u,\"scheduler\":\"%s\"}",
                          i ? "," : "", 5 + 4 * i, policies[(from + i * 4 + 1) % N]);
        snprintf(json + n, sizeof json - (size_t)n, "]}");
        simulate(&s, json);
        ck_assert_int_eq(s.end, MACHINE_DONE);
        ck_assert_uint_eq(simulation_count(&s, EV_EXIT), 10);
        ck_assert_uint_eq(simulation_count(&s, EV_POLICY_SWITCH), N);
        ck_assert_uint_eq(simulation_count(&s, EV_POLICY_FAULT), 0);
        simulate_close(&s);
    }
}
END_TEST

#define CROWD "{\"ossim\":1,\"machine\":{\"cpus\":2},\"kernel\":{\"scheduler\":\"mlfq\"}," \
              "\"seed\":7,\"processes\":[{\"name\":\"c\",\"count\":50,\"arrival\":"         \
              "{\"poisson\":3},\"bursts\":[{\"cpu\":{\"exp\":8}},{\"io\":{\"exp\":5}},"     \
              "{\"cpu\":{\"pareto\":[1.5,1]}}]}]}"

START_TEST(two_machines_do_not_disturb_each_other)
{
    struct simulation alone, a, b;
    struct peek_task t;
    tid_t order[8];

    simulate(&alone, CROWD);
    simulate_open(&a, CROWD);
    simulate_open(&b, CROWD);
    /* Turn about, in different strides, one of them watched all the time. */
    while (!machine_over(a.machine) || !machine_over(b.machine)) {
        machine_run(a.machine, NS_MAX, 7);
        machine_run(b.machine, machine_now(b.machine) + 1234567, 0);
        for (tid_t i = 0; i < peek_ntasks(a.machine); i++)
            peek_task(a.machine, i, &t);
        peek_queue(a.machine, 1, order, 8);
    }
    ck_assert_uint_eq(stream_hash(machine_stream(a.machine)),
                      stream_hash(machine_stream(alone.machine)));
    ck_assert_uint_eq(stream_hash(machine_stream(b.machine)),
                      stream_hash(machine_stream(alone.machine)));
    simulate_close(&alone);
    simulate_close(&a);
    simulate_close(&b);
}
END_TEST

START_TEST(a_queue_is_seen_in_the_order_of_its_policy)
{
    struct simulation s;
    tid_t order[8];

    simulate_open(&s, "{\"ossim\":1,\"kernel\":{\"scheduler\":\"sjf\"},\"processes\":["
                  "{\"name\":\"A\",\"cpu\":9},{\"name\":\"B\",\"arrival\":1,\"cpu\":7},"
                  "{\"name\":\"C\",\"arrival\":1,\"cpu\":3},{\"name\":\"D\",\"arrival\":2,"
                  "\"cpu\":5}]}");
    machine_run(s.machine, 2000000, 0);
    ck_assert_uint_eq(peek_queue(s.machine, 0, order, 8), 3);
    ck_assert_uint_eq(order[0], 2);
    ck_assert_uint_eq(order[1], 3);
    ck_assert_uint_eq(order[2], 1);
    ck_assert_uint_eq(peek_queue_length(s.machine, 0), 3);
    simulate_close(&s);
}
END_TEST

SUITE(kern, 10, an_arrival_at_expiry_is_queued_first, io_overlaps_with_cpu,
      a_loop_repeats_its_steps, a_lock_is_handed_to_who_waited, one_queue_for_two_harts,
      a_queue_for_each_hart, an_idle_hart_pulls, affinity_binds,
      a_switch_costs_what_the_costs_say, a_change_of_policy_loses_no_task,
      two_machines_do_not_disturb_each_other, a_queue_is_seen_in_the_order_of_its_policy)
