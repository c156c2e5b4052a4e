/* Who runs: the decision of an instant is complete, whatever came at it and in whatever
 * order, also around locks. Each expected time was worked out by hand. */
#include "../suite.h"
#include "simulate.h"

#include <stdio.h>
#include <string.h>

enum { MS = 1000000 };

#define HEAD(policy, locks, cpus, queues)                                         \
    "{\"ossim\":1,\"machine\":{\"cpus\":" cpus "},\"kernel\":{\"scheduler\":\"" policy    \
    "\",\"locks\":\"" locks "\",\"runqueues\":\"" queues "\"},\"processes\":["
#define TAIL "]}"

/* "L1 13, H1 8": all of them end then. */
static void ends(const char *json, const char *want)
{
    struct simulation s;
    char name[16], got[256] = "";
    int at, used;

    simulate(&s, json);
    ck_assert_int_eq(s.end, MACHINE_DONE);
    for (const char *w = want; sscanf(w, "%15s %d%n", name, &at, &used) == 2; ) {
        size_t n = strlen(got);

        snprintf(got + n, sizeof got - n, "%s%s %g", n ? ", " : "", name,
                 (double)simulation_finish(&s, name) / MS);
        w += used + (w[used] == ',');
    }
    ck_assert_str_eq(got, want);
    simulate_close(&s);
}

static void two_urgent_at_once(const char *policy, const char *l, const char *h1,
                               const char *h2)
{
    char json[1024];

    snprintf(json, sizeof json, HEAD("%s", "none", "2", "global")
             "{\"name\":\"L1\",\"bursts\":[{\"cpu\":10}],%s},"
             "{\"name\":\"L2\",\"bursts\":[{\"cpu\":10}],%s},"
             "{\"name\":\"H1\",\"arrival\":5,\"bursts\":[{\"cpu\":3}],%s},"
             "{\"name\":\"H2\",\"arrival\":5,\"bursts\":[{\"cpu\":3}],%s}" TAIL,
             policy, l, l, h1, h2);
    ends(json, "L1 13, L2 13, H1 8, H2 8");
}

/* The hart that H1 takes goes to H2, who is the more urgent: H1 takes the other one. */
START_TEST(a_claim_is_not_forgotten)
{
    two_urgent_at_once("priority", "\"priority\":4", "\"priority\":2", "\"priority\":1");
    two_urgent_at_once("edf", "\"deadline\":50", "\"deadline\":12", "\"deadline\":11");
    two_urgent_at_once("dm", "\"deadline\":50", "\"deadline\":12", "\"deadline\":11");
    two_urgent_at_once("llf", "\"deadline\":50", "\"deadline\":12", "\"deadline\":11");
    two_urgent_at_once("srtf", "\"priority\":4", "\"priority\":2", "\"priority\":1");
    two_urgent_at_once("rm", "\"period\":50,\"jobs\":1", "\"period\":12,\"jobs\":1",
                       "\"period\":11,\"jobs\":1");
}
END_TEST

/* A slice ends on hart 0 and its task sinks to level 1; level 2 runs on hart 1. */
START_TEST(who_loses_a_hart_claims_another)
{
    ends(HEAD("mlfq:quantum=2/4/8", "none", "2", "global")
         "{\"name\":\"C\",\"bursts\":[{\"cpu\":20}]},"
         "{\"name\":\"A\",\"arrival\":7,\"bursts\":[{\"cpu\":3}]},"
         "{\"name\":\"B\",\"arrival\":9,\"bursts\":[{\"cpu\":2}]},"
         "{\"name\":\"D\",\"arrival\":7,\"bursts\":[{\"cpu\":12}]}" TAIL,
         /* C sinks at 2 and 6. At 7 A and D run; C waits. At 9 both sink: B runs (hart
          * 0, level 0) and A, the first of level 1; A ends at 10 and D, level 1, follows;
          * B ends at 11, and C of level 2 is alone with a hart. */
         "B 11, A 10");
}
END_TEST

/* At L's unlock the most urgent of all that pcp holds back runs: once blocked, for one
 * critical section. */
START_TEST(pcp_blocks_once)
{
    ends(HEAD("priority", "pcp", "1", "per-hart")
         "{\"name\":\"L\",\"priority\":3,\"bursts\":[{\"lock\":\"c\"},{\"cpu\":4},"
         "{\"unlock\":\"c\"},{\"cpu\":1}]},"
         "{\"name\":\"M\",\"priority\":2,\"arrival\":1,\"bursts\":[{\"lock\":\"c\"},"
         "{\"cpu\":5},{\"unlock\":\"c\"}]},"
         "{\"name\":\"H\",\"priority\":1,\"arrival\":2,\"bursts\":[{\"lock\":\"a\"},"
         "{\"cpu\":1},{\"lock\":\"c\"},{\"cpu\":1},{\"unlock\":\"c\"},{\"unlock\":\"a\"}]}"
         TAIL, "H 6, M 11, L 12");
}
END_TEST

/* L locks at the very instant at which H arrives: H must not begin. */
START_TEST(srp_asks_when_a_job_would_run)
{
    static const char tasks[] =
        "{\"name\":\"L\",\"period\":20,\"jobs\":1,\"bursts\":[{\"cpu\":2},{\"lock\":\"X\"},"
        "{\"cpu\":1},{\"lock\":\"Y\"},{\"cpu\":1},{\"unlock\":\"Y\"},{\"unlock\":\"X\"}]},"
        "{\"name\":\"H\",\"period\":10,\"jobs\":1,\"arrival\":2,\"bursts\":["
        "{\"lock\":\"Y\"},{\"cpu\":1},{\"lock\":\"X\"},{\"cpu\":1},{\"unlock\":\"X\"},"
        "{\"unlock\":\"Y\"}]}";
    static const char *const policy[] = { "rm", "edf", "dm" };

    for (int i = 0; i < 3; i++)
        for (int ceiling = 0; ceiling < 2; ceiling++) {
            char json[1024];

            snprintf(json, sizeof json, HEAD("%s", "%s", "1", "per-hart") "%s" TAIL,
                     policy[i], ceiling ? "ceiling" : "srp", tasks);
            ends(json, "L 4, H 6");
        }
}
END_TEST

/* L runs at H's urgency while it holds X: it goes on before H begins. */
START_TEST(an_owner_goes_before_its_equals)
{
    ends(HEAD("rm", "ceiling", "1", "per-hart")
         "{\"name\":\"H\",\"period\":10,\"jobs\":1,\"arrival\":2,\"bursts\":[{\"cpu\":1},"
         "{\"lock\":\"X\"},{\"cpu\":1},{\"unlock\":\"X\"}]},"
         "{\"name\":\"HH\",\"period\":5,\"jobs\":1,\"arrival\":1,\"bursts\":[{\"cpu\":2}]},"
         "{\"name\":\"L\",\"period\":20,\"jobs\":1,\"bursts\":[{\"lock\":\"X\"},{\"cpu\":3},"
         "{\"unlock\":\"X\"},{\"cpu\":1}]}" TAIL, "HH 3, H 7, L 8");
}
END_TEST

/* What L does after its unlock waits for the decision. */
START_TEST(an_unlock_is_a_point_of_decision)
{
    static const char *const protocol[] = { "pip", "pcp" };

    for (int i = 0; i < 2; i++) {
        char json[1024];

        snprintf(json, sizeof json, HEAD("priority", "%s", "1", "per-hart")
                 "{\"name\":\"L\",\"priority\":3,\"bursts\":[{\"lock\":\"X\"},{\"cpu\":3},"
                 "{\"unlock\":\"X\"},{\"lock\":\"X\"},{\"cpu\":5},{\"unlock\":\"X\"},"
                 "{\"cpu\":1}]},"
                 "{\"name\":\"H\",\"priority\":1,\"arrival\":1,\"bursts\":[{\"lock\":\"Y\"},"
                 "{\"cpu\":1},{\"lock\":\"X\"},{\"cpu\":1},{\"unlock\":\"X\"},"
                 "{\"unlock\":\"Y\"}]}" TAIL, protocol[i]);
        /* pip: H runs from 1 to 2, waits for X until 4 and has it to 5.
         * pcp: it waits from 1, and runs from 3 to 5. */
        ends(json, "H 5, L 11");
    }
}
END_TEST

/* A switch of 6 us, a gain of a level every 3 us: nobody ever begins to work. */
START_TEST(thrashing_comes_to_an_end)
{
    struct simulation s;

    simulate_open(&s, "{\"ossim\":1,\"time_unit\":\"us\",\"machine\":{\"costs\":"
                  "{\"context_switch\":6000}},\"kernel\":{\"scheduler\":"
                  "\"priority:quantum=2:aging=3\"},\"processes\":[{\"name\":\"T\","
                  "\"count\":3,\"bursts\":[{\"cpu\":100}]}]}");
    s.end = machine_run(s.machine, NS_MAX, 0);
    ck_assert_int_eq(s.end, MACHINE_THRASHING);
    simulate_close(&s);
}
END_TEST

/* A burst is measured by the fastest hart: on one of a third of its speed it takes three
 * times as long, also in parts, and to the nanosecond. */
START_TEST(slow_harts_take_longer)
{
    ends("{\"ossim\":1,\"machine\":{\"cpus\":[{\"mhz\":1000},{\"mhz\":250}]},\"processes\":["
         "{\"name\":\"A\",\"bursts\":[{\"cpu\":10}]},{\"name\":\"B\",\"bursts\":[{\"cpu\":10}]}]}",
         "A 10, B 40");
    ends("{\"ossim\":1,\"time_unit\":\"ns\",\"machine\":{\"cpus\":[{\"mhz\":3000},{\"mhz\":"
         "1000}]},\"kernel\":{\"scheduler\":\"rr:quantum=7\"},\"processes\":["
         "{\"name\":\"A\",\"affinity\":[1],\"bursts\":[{\"cpu\":1000000}]},"
         "{\"name\":\"B\",\"affinity\":[1],\"bursts\":[{\"cpu\":1000000}]}]}",
         "B 6");
}
END_TEST

static void gantt_is(const char *json, const char *want, unsigned preemptions)
{
    struct simulation s;
    char buf[512];
    unsigned n = 0;

    simulate(&s, json);
    ck_assert_str_eq(simulation_gantt(&s, buf, sizeof buf), want);
    for (size_t i = 0; i < s.nevents; i++)
        n += s.events[i].kind == EV_DESCHED && s.events[i].a == STOP_PREEMPTED;
    ck_assert_uint_eq(n, preemptions);
    simulate_close(&s);
}

/* B keeps the only cpu until 5. A burst of 0 ends at the instant at which it comes; so
 * does one after another delay; a lock is asked for by a task that runs. */
START_TEST(a_burst_of_nothing_needs_no_hart)
{
    static const struct { const char *steps, *ends; } t[] = {
        { "{\"cpu\":0}", "A 1, B 5" },
        { "{\"cpu\":0},{\"io\":0},{\"cpu\":0}", "A 1, B 5" },
        { "{\"cpu\":0},{\"io\":3},{\"cpu\":0}", "A 4, B 5" },
        { "{\"io\":1},{\"cpu\":0},{\"sleep\":1},{\"repeat\":2,\"do\":[{\"cpu\":0}]}", "A 3, B 5" },
        { "{\"cpu\":0},{\"io\":3},{\"cpu\":2}", "B 5, A 7" },
        { "{\"io\":6},{\"cpu\":2}", "B 5, A 9" },
        { "{\"cpu\":0},{\"lock\":\"x\"},{\"unlock\":\"x\"}", "B 5, A 5" },
        { "{\"cpu\":0},{\"yield\":true},{\"cpu\":0}", "B 5, A 5" },
    };

    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        char json[512];

        snprintf(json, sizeof json, HEAD("fcfs", "none", "1", "per-hart")
                 "{\"name\":\"B\",\"bursts\":[{\"cpu\":5}]},"
                 "{\"name\":\"A\",\"arrival\":1,\"bursts\":[%s]}" TAIL, t[i].steps);
        ends(json, t[i].ends);
    }
}
END_TEST

/* Deadline - work left orders the waiting: A 6, B 7. A runs to 1: laxities 6 and 6, no
 * change; to 2: 6 and 5, B; at 3: 5 and 5; at 4: 4 and 5, A ... An equal does not oust. */
START_TEST(an_equal_laxity_does_not_oust)
{
    gantt_is(HEAD("llf", "none", "1", "per-hart")
             "{\"name\":\"A\",\"deadline\":10,\"bursts\":[{\"cpu\":4}]},"
             "{\"name\":\"B\",\"deadline\":12,\"bursts\":[{\"cpu\":5}]}" TAIL,
             "A 0-2 B 2-4 A 4-6 B 6-9", 2);
    gantt_is(HEAD("llf", "none", "1", "per-hart")
             "{\"name\":\"B\",\"deadline\":12,\"bursts\":[{\"cpu\":5}]},"
             "{\"name\":\"A\",\"deadline\":10,\"bursts\":[{\"cpu\":4}]}" TAIL,
             "A 0-2 B 2-4 A 4-6 B 6-9", 2);
}
END_TEST

/* At 4 the laxities are compared and A's job is given up: it was not preempted. */
START_TEST(a_job_given_up_was_not_preempted)
{
    gantt_is(HEAD("llf", "none", "1", "per-hart")
             "{\"name\":\"A\",\"period\":20,\"deadline\":4,\"cpu\":8,\"jobs\":1,"
             "\"on_miss\":\"abort\"},"
             "{\"name\":\"B\",\"deadline\":30,\"bursts\":[{\"cpu\":5}]}" TAIL,
             "A 0-4 B 4-9", 0);
}
END_TEST

/* Under `estimate` a task's next burst is half of what it was thought to be and half of
 * what it was (10 at first): B's is 11 after one of 12, and 9 after one of 2 and one of 12.
 * N is new. */
START_TEST(estimates_are_averages)
{
#define ESTIMATE "{\"ossim\":1,\"knowledge\":\"estimate\",\"kernel\":{\"scheduler\":\"sjf\"}," \
                 "\"processes\":[{\"name\":\"N\",\"arrival\":20,\"bursts\":[{\"cpu\":1}]},"
    /* B 0-12, H 12-22: N before B. */
    ends(ESTIMATE "{\"name\":\"B\",\"bursts\":[{\"cpu\":12},{\"io\":1},{\"cpu\":1}]},"
         "{\"name\":\"H\",\"arrival\":5,\"bursts\":[{\"cpu\":10}]}" TAIL, "H 22, N 23, B 24");
    /* B 0-2, 3-15, H 15-25: B before N. */
    ends(ESTIMATE "{\"name\":\"B\",\"bursts\":[{\"cpu\":2},{\"io\":1},{\"cpu\":12},{\"io\":1},"
         "{\"cpu\":1}]},"
         "{\"name\":\"H\",\"arrival\":10,\"bursts\":[{\"cpu\":10}]}" TAIL,
         "H 25, B 26, N 27");
#undef ESTIMATE
}
END_TEST

/* 1 ms a migration: none for a task that comes, nor for the first that a hart ever runs;
 * one for A, who is back at 2, finds B on its hart and has run elsewhere before. */
START_TEST(a_migration_costs_where_it_counts)
{
#define MOVES(cpus) "{\"ossim\":1,\"machine\":{\"cpus\":" cpus ",\"costs\":{\"migration\":1000000}}," \
                    "\"kernel\":{\"scheduler\":\"fcfs\",\"runqueues\":\"global\"},\"processes\":["
    ends(MOVES("1") "{\"name\":\"A\",\"bursts\":[{\"cpu\":1}]},"
         "{\"name\":\"B\",\"bursts\":[{\"cpu\":1}]}" TAIL, "A 1, B 2");
    ends(MOVES("2") "{\"name\":\"A\",\"bursts\":[{\"cpu\":1},{\"io\":1},{\"cpu\":1}]},"
         "{\"name\":\"B\",\"arrival\":1,\"bursts\":[{\"cpu\":9}]}" TAIL, "A 3, B 10");
    ends(MOVES("2") "{\"name\":\"A\",\"bursts\":[{\"cpu\":1},{\"io\":1},{\"cpu\":1}]},"
         "{\"name\":\"C\",\"bursts\":[{\"cpu\":1}]},"
         "{\"name\":\"B\",\"arrival\":1,\"bursts\":[{\"cpu\":9}]}" TAIL, "A 4, B 10, C 1");
#undef MOVES
}
END_TEST

/* Each gap is drawn anew, behind the arrival before it: of 4,000 with a mean of 5 ms, the
 * sample mean is within 5% (three standard errors), and their deviation is as the mean. */
START_TEST(arrivals_have_gaps)
{
    enum { N = 4000 };
    struct simulation s;
    double sum = 0, squares = 0;
    ns_t before = 0;
    unsigned n = 0;

    simulate(&s, "{\"ossim\":1,\"machine\":{\"cpus\":4},\"processes\":[{\"name\":\"T\","
             "\"arrival\":{\"poisson\":5},\"count\":4000,\"bursts\":[{\"cpu\":0.01}]}]}");
    for (size_t i = 0; i < s.nevents; i++)
        if (s.events[i].kind == EV_ARRIVE) {
            double gap = (double)(s.events[i].at - before) / MS;

            before = s.events[i].at;
            sum += gap;
            squares += gap * gap;
            n++;
        }
    ck_assert_uint_eq(n, N);
    ck_assert_double_eq_tol(sum / N, 5, 0.25);
    ck_assert_double_eq_tol(squares / N - sum / N * sum / N, 25, 4);
    simulate_close(&s);
}
END_TEST

SUITE(decision, 40, a_claim_is_not_forgotten, who_loses_a_hart_claims_another,
      pcp_blocks_once, srp_asks_when_a_job_would_run, an_owner_goes_before_its_equals,
      an_unlock_is_a_point_of_decision, thrashing_comes_to_an_end,
      slow_harts_take_longer, a_burst_of_nothing_needs_no_hart, an_equal_laxity_does_not_oust,
      a_job_given_up_was_not_preempted, estimates_are_averages,
      a_migration_costs_where_it_counts, arrivals_have_gaps)
