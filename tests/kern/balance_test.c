/* Queues of busy harts are evened out: equal tasks come to equal shares, weighted ones to
 * theirs; and nothing moves when it is turned off, or where a policy has partitions. */
#include "../suite.h"
#include "simulate.h"

#include <stdio.h>
#include <string.h>

enum { MS = 1000000, SPAN = 3000 };

/* Hogs with these tickets, 0 ends; shares of the whole machine in thousandths. */
static unsigned shares(const char *policy, const char *balance, int cpus, const int *tickets,
                       int *share)
{
    struct simulation s;
    char json[2048];
    size_t used = (size_t)snprintf(json, sizeof json, "{\"ossim\":1,\"machine\":{\"cpus\":%d},"
        "\"kernel\":{\"scheduler\":\"%s\"%s},\"stop\":{\"at\":%d},\"processes\":[", cpus,
        policy, balance, SPAN);

    for (int i = 0; tickets[i]; i++)
        used += (size_t)snprintf(json + used, sizeof json - used, "%s{\"name\":\"h%d\","
                                 "\"tickets\":%d,\"bursts\":[{\"cpu\":99999}]}", i ? "," : "",
                                 i, tickets[i]);
    snprintf(json + used, sizeof json - used, "]}");
    simulate(&s, json);
    for (int i = 0; tickets[i]; i++) {
        struct peek_task t;

        peek_task(s.machine, (tid_t)i, &t);
        share[i] = (int)(t.received / MS * 1000 / SPAN / cpus);
    }
    unsigned moves = simulation_count(&s, EV_MIGRATE);
    simulate_close(&s);
    return moves;
}

static void near(const char *policy, int cpus, const int *tickets, const int *want, int off)
{
    int share[16];

    shares(policy, "", cpus, tickets, share);
    for (int i = 0; tickets[i]; i++)
        ck_assert_msg(share[i] >= want[i] - off && share[i] <= want[i] + off,
                      "%s: task %d has %d, expected %d", policy, i, share[i], want[i]);
}

START_TEST(three_hogs_on_two_harts)
{
    static const char *const policy[] = { "rr", "fair", "eevdf", "stride", "mlfq",
                                          "lottery", "priority:quantum=10" };
    static const int equal[] = { 100, 100, 100, 0 }, third[] = { 333, 333, 333 };

    for (size_t i = 0; i < sizeof policy / sizeof *policy; i++)
        near(policy[i], 2, equal, third, 6);
}
END_TEST

START_TEST(other_numbers)
{
    static const int five[] = { 9, 9, 9, 9, 9, 0 }, fifth[] = { 200, 200, 200, 200, 200 };
    static const int seven[] = { 9, 9, 9, 9, 9, 9, 9, 0 };
    static const int seventh[] = { 143, 143, 143, 143, 143, 143, 143 };

    near("rr", 3, five, fifth, 8);
    near("fair", 3, five, fifth, 8);
    near("rr", 2, seven, seventh, 5);
}
END_TEST

START_TEST(tickets_hold_over_the_machine)
{
    static const int two[] = { 100, 100, 200, 0 }, half[] = { 250, 250, 500 };
    static const int four[] = { 100, 200, 300, 400, 0 }, tenths[] = { 100, 200, 300, 400 };

    near("stride", 2, two, half, 3);
    near("stride", 2, four, tenths, 3);
    near("lottery", 2, two, half, 35);  /* chance */
    near("lottery", 2, four, tenths, 35);
}
END_TEST

START_TEST(nothing_moves_without_need)
{
    static const int three[] = { 9, 9, 9, 0 }, four[] = { 9, 9, 9, 9, 0 };
    int share[4];

    ck_assert_uint_eq(shares("rr", ",\"balance\":0", 2, three, share), 0);
    ck_assert_uint_eq(shares("rr", ",\"balance\":{\"interval\":0}", 2, three, share), 0);
    ck_assert_int_eq(share[1], 500);
    ck_assert_uint_eq(shares("fcfs", "", 2, three, share), 0);  /* no quanta: no turns */
    ck_assert_uint_eq(shares("edf", "", 2, three, share), 0);   /* partitions */
    ck_assert_uint_eq(shares("rr", "", 2, four, share), 0);     /* even already */
    ck_assert_uint_gt(shares("rr", "", 2, three, share), 0);
}
END_TEST

SUITE(balance, 20, three_hogs_on_two_harts, other_numbers, tickets_hold_over_the_machine,
      nothing_moves_without_need)
