/* What policies remember of a task that was away, gave its turn up, or is new: schedules
 * worked out by hand that differ if they remember anything else. */
#include "../suite.h"
#include "simulate.h"

#include <stdio.h>
#include <string.h>

enum { MS = 1000000 };

#define W(cpus, policy, kernel) "{\"ossim\":1,\"machine\":{\"cpus\":" cpus "},\"kernel\":{\"scheduler\":\"" \
                                policy "\"" kernel "},\"processes\":["
#define END "]}"

static void begins(const char *json, const char *want)
{
    struct simulation s;
    char got[4096];

    simulate(&s, json);
    simulation_gantt(&s, got, sizeof got);
    ck_assert_msg(strncmp(got, want, strlen(want)) == 0, "%s\n got %s\nwant %s", json, got, want);
    simulate_close(&s);
}

static double share(const char *json, tid_t tid)
{
    struct simulation s;
    struct peek_task t;

    simulate(&s, json);
    peek_task(s.machine, tid, &t);
    double got = (double)t.received / (double)machine_now(s.machine);
    simulate_close(&s);
    return got;
}

/* A gives its quantum up after a tenth of it, and has used a whole one: B is next. */
START_TEST(a_yield_uses_the_whole_quantum)
{
    begins(W("1", "stride:quantum=10", "")
           "{\"name\":\"A\",\"bursts\":[{\"repeat\":3,\"do\":[{\"cpu\":1},{\"yield\":true}]}]},"
           "{\"name\":\"B\",\"bursts\":[{\"cpu\":40}]}" END,
           "A 0-1 B 1-11 A 11-12 B 12-22 A 22-23");
}
END_TEST

/* B comes at 40 and starts where A stands: it does not catch up with what A had alone. */
START_TEST(a_new_task_has_no_credit)
{
    begins(W("1", "stride:quantum=10", "")
           "{\"name\":\"A\",\"bursts\":[{\"cpu\":90}]},"
           "{\"name\":\"B\",\"arrival\":40,\"bursts\":[{\"cpu\":40}]}" END,
           "A 0-10 A 10-20 A 20-30 A 30-40 B 40-50 A 50-60 B 60-70 A 70-80");
}
END_TEST

/* Of three with a ticket each, each wins a third: 4 standard errors of 1,000 draws are .06. */
START_TEST(the_last_ticket_is_its_own)
{
    for (tid_t t = 0; t < 3; t++) {
        double got = share(W("1", "lottery:quantum=1", "")
                           "{\"name\":\"T\",\"count\":3,\"tickets\":1,\"bursts\":["
                           "{\"cpu\":2000}]}],\"stop\":{\"at\":1000}}", t);

        ck_assert_double_eq_tol(got, 1 / 3.0, 0.06);
    }
}
END_TEST

/* Between two bursts of 2 ms it is away for 10 us: no reason to get ahead of the hog. */
START_TEST(a_nap_earns_nothing)
{
    double nap = share(W("1", "fair", "")
                       "{\"name\":\"hog\",\"bursts\":[{\"cpu\":2000}]},"
                       "{\"name\":\"N\",\"bursts\":[{\"repeat\":999,\"do\":[{\"cpu\":2},"
                       "{\"io\":0.01}]}]}],\"stop\":{\"at\":1000}}", 1);

    ck_assert_double_eq_tol(nap, 0.5, 0.02);
}
END_TEST

/* At 9 hart 1 is idle, asks hart 0 for work and may have neither X nor Y. That costs them
 * nothing of their waiting: at 10, X has waited for 10 (ratio 2), Y for 2 (ratio 1.5). */
START_TEST(who_was_asked_for_keeps_waiting)
{
    struct simulation s;

    simulate(&s, W("2", "hrrn", "")
             "{\"name\":\"H\",\"affinity\":[0],\"bursts\":[{\"cpu\":10}]},"
             "{\"name\":\"X\",\"affinity\":[0],\"bursts\":[{\"cpu\":10}]},"
             "{\"name\":\"Y\",\"affinity\":[0],\"arrival\":8,\"bursts\":[{\"cpu\":4}]},"
             "{\"name\":\"Z\",\"affinity\":[1],\"bursts\":[{\"cpu\":9}]}" END);
    ck_assert_int_eq(simulation_finish(&s, "X"), 20 * MS);
    ck_assert_int_eq(simulation_finish(&s, "Y"), 24 * MS);
    simulate_close(&s);
}
END_TEST

/* B's guess is 10 and its bursts are of 10: the guess stays, burst after burst, and B, who
 * came earlier, goes before N. */
START_TEST(each_burst_is_guessed_afresh)
{
    begins(W("1", "sjf:burst=estimate", "")
           "{\"name\":\"B\",\"bursts\":[{\"cpu\":10},{\"io\":1},{\"cpu\":10},{\"io\":1},"
           "{\"cpu\":1}]},"
           "{\"name\":\"H\",\"arrival\":15,\"bursts\":[{\"cpu\":10}]},"
           "{\"name\":\"N\",\"arrival\":25,\"bursts\":[{\"cpu\":1}]}" END,
           "B 0-10 B 11-21 H 21-31 B 31-32 N 32-33");
}
END_TEST

/* A yield ends a burst: 4 where 3 was guessed makes 3.5, and N's guess is 3. */
START_TEST(a_yield_ends_the_burst_that_is_guessed)
{
    begins(W("1", "sjf:burst=estimate:tau0=3", "")
           "{\"name\":\"B\",\"bursts\":[{\"cpu\":4},{\"yield\":true},{\"cpu\":1}]},"
           "{\"name\":\"N\",\"arrival\":1,\"bursts\":[{\"cpu\":1}]}" END,
           "B 0-4 N 4-5 B 5-6");
}
END_TEST

/* L has the earlier deadline of those that wait for it (A's 13), not that of the shorter one
 * (B's 16, 10 after its arrival): M, who comes at 7 and is due at 14, has to wait. */
START_TEST(the_earlier_deadline_is_lent)
{
    struct simulation s;

    simulate(&s, W("1", "edf", ",\"locks\":\"pip\"")
             "{\"name\":\"L\",\"deadline\":100,\"bursts\":[{\"lock\":\"X\"},{\"cpu\":8},"
             "{\"unlock\":\"X\"},{\"cpu\":1}]},"
             "{\"name\":\"A\",\"arrival\":1,\"deadline\":12,\"bursts\":[{\"lock\":\"X\"},"
             "{\"cpu\":2},{\"unlock\":\"X\"}]},"
             "{\"name\":\"M\",\"arrival\":7,\"deadline\":7,\"bursts\":[{\"cpu\":3}]},"
             "{\"name\":\"B\",\"arrival\":6,\"deadline\":10,\"bursts\":[{\"lock\":\"X\"},"
             "{\"cpu\":2},{\"unlock\":\"X\"}]}" END);
    ck_assert_int_eq(simulation_finish(&s, "A"), 10 * MS);
    ck_assert_int_eq(simulation_finish(&s, "M"), 13 * MS);
    ck_assert_int_eq(simulation_finish(&s, "B"), 15 * MS);
    simulate_close(&s);
}
END_TEST

/* As many messages as were sent are received, however little room there is. */
START_TEST(no_message_is_lost_for_lack_of_room)
{
    for (int room = 0; room <= 3; room++) {
        struct simulation s;
        char json[800];

        snprintf(json, sizeof json, W("1", "fcfs", ",\"channel_capacity\":%d")
                 "{\"name\":\"S\",\"bursts\":[{\"repeat\":3,\"do\":[{\"send\":\"c\"}]}]},"
                 "{\"name\":\"R\",\"bursts\":[{\"cpu\":5},{\"repeat\":3,\"do\":[{\"recv\":"
                 "\"c\"}]}]}" END, room);
        simulate(&s, json);
        ck_assert_int_eq(s.end, MACHINE_DONE);
        ck_assert_uint_eq(simulation_count(&s, EV_RECV), 3);
        ck_assert_int_eq(simulation_finish(&s, "S"), room < 3 ? 5 * MS : 0);
        simulate_close(&s);
    }
}
END_TEST

SUITE(history, 20, a_yield_uses_the_whole_quantum, a_new_task_has_no_credit,
      the_last_ticket_is_its_own, a_nap_earns_nothing, who_was_asked_for_keeps_waiting,
      each_burst_is_guessed_afresh, a_yield_ends_the_burst_that_is_guessed,
      the_earlier_deadline_is_lent, no_message_is_lost_for_lack_of_room)
