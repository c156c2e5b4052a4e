/* The kernel under small workloads with answers worked out by hand. */
#include "../suite.h"
#include "simulate.h"

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

SUITE(kern, 10, an_arrival_at_expiry_is_queued_first, io_overlaps_with_cpu,
      a_loop_repeats_its_steps, a_lock_is_handed_to_who_waited)
