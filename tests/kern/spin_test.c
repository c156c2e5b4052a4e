/* Waiting for a lock without giving the hart up, and gangs, which are a cure for what that
 * costs: examples worked out by hand. Times in ms. */
#include "../suite.h"
#include "simulate.h"

#include <kern/service.h>

#include <stdio.h>

enum { MS = 1000000 };

static void two_harts(struct simulation *s, const char *kernel, const char *processes)
{
    char json[2000];

    snprintf(json, sizeof json, "{\"ossim\":1,\"machine\":{\"cpus\":2},\"kernel\":{%s},"
             "\"processes\":[%s]}", kernel, processes);
    simulate(s, json);
    ck_assert_int_eq(s->end, MACHINE_DONE);
}

/* How long tasks have spun so far, and how often one slept for a lock. */
static ns_t spun(const struct simulation *s)
{
    ns_t sum = 0;

    for (size_t i = 0; i < s->nevents; i++)
        sum += s->events[i].kind == EV_SPIN ? s->events[i].b : 0;
    return sum;
}

static unsigned slept(const struct simulation *s)
{
    unsigned n = 0;

    for (size_t i = 0; i < s->nevents; i++)
        n += s->events[i].kind == EV_BLOCK && s->events[i].a == WAIT_LOCK;
    return n;
}

#define HOLDER "{\"name\":\"H\",\"bursts\":[{\"lock\":\"m\"},{\"cpu\":3},{\"unlock\":\"m\"},{\"cpu\":1}]}"
#define WAITER(name) "{\"name\":\"" name "\",\"arrival\":1,\"bursts\":[{\"lock\":\"m\"},{\"cpu\":1}," \
                     "{\"unlock\":\"m\"}]}"

#define SPINNER(name, arrival) "{\"name\":\"" name "\",\"arrival\":" arrival ",\"affinity\":[%u]," \
                               "\"bursts\":[{\"lock\":\"m\"},{\"cpu\":1},{\"unlock\":\"m\"}]}"

START_TEST(who_spins_long_enough_has_it_at_once)
{
    struct simulation s;

    two_harts(&s, "\"scheduler\":\"fcfs\",\"lock_spin\":10", HOLDER "," WAITER("W"));
    ck_assert_int_eq(simulation_finish(&s, "W"), 4 * MS);
    ck_assert_int_eq(spun(&s), 2 * MS);
    ck_assert_uint_eq(slept(&s), 0);
    simulate_close(&s);
}
END_TEST

START_TEST(who_has_spun_enough_sleeps)
{
    struct simulation s;

    two_harts(&s, "\"scheduler\":\"fcfs\",\"lock_spin\":1", HOLDER "," WAITER("W"));
    ck_assert_int_eq(simulation_finish(&s, "W"), 4 * MS);
    ck_assert_int_eq(spun(&s), 1 * MS);
    ck_assert_uint_eq(slept(&s), 1);
    simulate_close(&s);
}
END_TEST

/* W spins from 1 on; X on the same hart has it from 2 to 4, in which H gives the lock back
 * at 3: W finds that out at 4. */
START_TEST(who_lost_its_hart_looks_when_it_is_back)
{
    struct simulation s;

    two_harts(&s, "\"scheduler\":\"priority\",\"lock_spin\":50",
              HOLDER ",{\"name\":\"W\",\"priority\":2,\"affinity\":[1],\"arrival\":1,\"bursts\":["
              "{\"lock\":\"m\"},{\"cpu\":1},{\"unlock\":\"m\"}]},"
              "{\"name\":\"X\",\"priority\":1,\"affinity\":[1],\"arrival\":2,\"cpu\":2}");
    ck_assert_int_eq(simulation_finish(&s, "X"), 4 * MS);
    ck_assert_int_eq(simulation_finish(&s, "W"), 5 * MS);
    ck_assert_int_eq(spun(&s), 1 * MS);
    simulate_close(&s);
}
END_TEST

/* Three harts: the one that came first has it first, then the other, whichever hart it is on. */
START_TEST(the_one_that_has_spun_the_longest_is_next)
{
    for (unsigned hart = 1; hart < 3; hart++) {
        struct simulation s;
        char json[1000];

        snprintf(json, sizeof json, "{\"ossim\":1,\"machine\":{\"cpus\":3},\"kernel\":{\"scheduler\":"
                 "\"fcfs\",\"lock_spin\":50},\"processes\":[" HOLDER "," SPINNER("late", "2") ","
                 SPINNER("first", "1") "]}", 3 - hart, hart);
        simulate(&s, json);
        ck_assert_int_eq(s.end, MACHINE_DONE);
        ck_assert_int_eq(simulation_finish(&s, "first"), 4 * MS);
        ck_assert_int_eq(simulation_finish(&s, "late"), 5 * MS);
        ck_assert_int_eq(spun(&s), 2 * MS + 2 * MS);
        simulate_close(&s);
    }
}
END_TEST

/* Each waits for the other's: they spin, and then it is a deadlock like others. */
START_TEST(a_deadlock_is_found_when_they_sleep)
{
    struct simulation s;

    simulate(&s, "{\"ossim\":1,\"machine\":{\"cpus\":2},\"kernel\":{\"scheduler\":\"fcfs\","
             "\"lock_spin\":5},\"processes\":["
             "{\"name\":\"A\",\"bursts\":[{\"lock\":\"x\"},{\"cpu\":1},{\"lock\":\"y\"}]},"
             "{\"name\":\"B\",\"bursts\":[{\"lock\":\"y\"},{\"cpu\":1},{\"lock\":\"x\"}]}]}");
    ck_assert_int_eq(s.end, MACHINE_STUCK);
    ck_assert_uint_eq(simulation_count(&s, EV_DEADLOCK), 2);
    ck_assert_int_eq(spun(&s), 10 * MS);
    simulate_close(&s);
}
END_TEST

/* A job that is given up while it spins leaves nothing behind. */
START_TEST(a_job_is_given_up_while_it_spins)
{
    struct simulation s;

    two_harts(&s, "\"scheduler\":\"edf\",\"lock_spin\":50",
              "{\"name\":\"H\",\"bursts\":[{\"lock\":\"m\"},{\"cpu\":7},{\"unlock\":\"m\"}]},"
              "{\"name\":\"P\",\"arrival\":1,\"period\":4,\"jobs\":3,\"on_miss\":\"abort\","
              "\"bursts\":[{\"lock\":\"m\"},{\"cpu\":1},{\"unlock\":\"m\"}]}");
    ck_assert_uint_eq(simulation_count(&s, EV_JOB_ABORT), 1);
    ck_assert_uint_eq(simulation_count(&s, EV_JOB_FINISH), 2);
    ck_assert_int_eq(simulation_finish(&s, "H"), 7 * MS);
    ck_assert_int_eq(spun(&s), 2 * MS);         /* by the second one, from 5 on */
    simulate_close(&s);
}
END_TEST

/* --- where the way to a lock costs something, or somebody's answer --- */

/* Three layers of 0.1 ms down to the locks. H has it from 0.3 to 3.6, when its second call is
 * through; W asks from 1 to 1.3, spins from there, and has 1 ms of work and a call left. */
#define LAYERS "{\"ossim\":1,\"machine\":{\"cpus\":2,\"mhz\":1000,\"costs\":{\"crossing\":" \
               "{\"layer\":100000}}},\"kernel\":{\"structure\":\"layered\",%s},\"processes\":[%s]}"
enum { CALL = 300000 };         /* ns */

static void in_layers(struct simulation *s, const char *kernel, const char *processes)
{
    char json[2000];

    snprintf(json, sizeof json, LAYERS, kernel, processes);
    simulate(s, json);
    ck_assert_int_eq(s->end, MACHINE_DONE);
}

/* Calls for locks, and what they cost. */
static void calls(const struct simulation *s, unsigned n)
{
    struct peek_crossing x;

    ck_assert(peek_way(s->machine, SERVICE_USER, SERVICE_IPC, &x));
    ck_assert_uint_eq(x.count, n);
    ck_assert_int_eq(x.time, (ns_t)n * CALL);
}

START_TEST(a_call_is_paid_once_and_then_it_spins)
{
    struct simulation s;

    in_layers(&s, "\"scheduler\":\"fcfs\",\"lock_spin\":10", HOLDER "," WAITER("W"));
    ck_assert_int_eq(simulation_finish(&s, "H"), 46 * MS / 10);
    ck_assert_int_eq(simulation_finish(&s, "W"), 49 * MS / 10);
    ck_assert_int_eq(spun(&s), 23 * MS / 10);
    ck_assert_uint_eq(slept(&s), 0);
    calls(&s, 4);
    simulate_close(&s);

    in_layers(&s, "\"scheduler\":\"fcfs\",\"lock_spin\":1", HOLDER "," WAITER("W"));
    ck_assert_int_eq(simulation_finish(&s, "W"), 49 * MS / 10);
    ck_assert_int_eq(spun(&s), 1 * MS);
    ck_assert_uint_eq(slept(&s), 1);
    calls(&s, 4);
    simulate_close(&s);
}
END_TEST

#define ON_ONE(name, priority, arrival, bursts) \
    ",{\"name\":\"" name "\",\"priority\":" priority ",\"affinity\":[1],\"arrival\":" arrival \
    ",\"bursts\":[" bursts "]}"
#define LOCKED "{\"lock\":\"m\"},{\"cpu\":1},{\"unlock\":\"m\"}"

/* X has W's hart for 2 ms, while W spins, or while it is on its way: that rest is paid after. */
START_TEST(who_loses_its_hart_on_the_way_or_after_it)
{
    struct simulation s;

    in_layers(&s, "\"scheduler\":\"priority\",\"lock_spin\":50",
              HOLDER ON_ONE("W", "2", "1", LOCKED) ON_ONE("X", "1", "2", "{\"cpu\":2}"));
    ck_assert_int_eq(simulation_finish(&s, "X"), 4 * MS);
    ck_assert_int_eq(simulation_finish(&s, "W"), 53 * MS / 10);
    ck_assert_int_eq(spun(&s), 7 * MS / 10);
    calls(&s, 4);
    simulate_close(&s);

    in_layers(&s, "\"scheduler\":\"priority\",\"lock_spin\":50",
              HOLDER ON_ONE("W", "2", "1", LOCKED) ON_ONE("X", "1", "1.1", "{\"cpu\":2}"));
    ck_assert_int_eq(simulation_finish(&s, "X"), 31 * MS / 10);
    ck_assert_int_eq(simulation_finish(&s, "W"), 49 * MS / 10);
    ck_assert_int_eq(spun(&s), 3 * MS / 10);
    calls(&s, 4);
    simulate_close(&s);
}
END_TEST

/* Locks are a server's, which takes and gives a message of 0.1 ms for each step: H has it
 * from 0.2, and gives it back at 3.4; W spins from 1.2, and has another message to wait for. */
START_TEST(a_server_is_asked_before_it_spins)
{
    struct simulation s;

    simulate(&s, "{\"ossim\":1,\"machine\":{\"cpus\":3,\"mhz\":1000,\"costs\":{\"crossing\":"
             "{\"message\":100000}}},\"kernel\":{\"scheduler\":\"fcfs\",\"lock_spin\":50,"
             "\"structure\":{\"model\":\"microkernel\",\"servers\":[\"ipc\"]}},\"processes\":["
             HOLDER "," WAITER("W") "]}");
    ck_assert_int_eq(s.end, MACHINE_DONE);
    ck_assert_int_eq(simulation_finish(&s, "H"), 44 * MS / 10);
    ck_assert_int_eq(simulation_finish(&s, "W"), 46 * MS / 10);
    ck_assert_int_eq(spun(&s), 22 * MS / 10);
    ck_assert_uint_eq(simulation_count(&s, EV_MESSAGE), 4);
    simulate_close(&s);
}
END_TEST

/* Under pcp whoever waited tries again, without another call. L has m from 0.3, H preempts
 * it at 1, asks until 1.3 and waits; L gives m back at 0.3 + 2 + 0.3 + 0.3 of H's. */
START_TEST(who_tries_again_does_not_call_again)
{
    struct simulation s;

    simulate(&s, "{\"ossim\":1,\"machine\":{\"mhz\":1000,\"costs\":{\"crossing\":"
             "{\"layer\":100000}}},\"kernel\":{\"structure\":\"layered\",\"scheduler\":\"priority\","
             "\"locks\":\"pcp\"},\"processes\":["
             "{\"name\":\"L\",\"priority\":2,\"bursts\":[{\"lock\":\"m\"},{\"cpu\":2},{\"unlock\":\"m\"}]},"
             "{\"name\":\"H\",\"priority\":1,\"arrival\":1,\"bursts\":[" LOCKED "]}]}");
    ck_assert_int_eq(s.end, MACHINE_DONE);
    ck_assert_int_eq(simulation_finish(&s, "H"), 42 * MS / 10);
    calls(&s, 4);
    simulate_close(&s);
}
END_TEST

/* --- gangs --- */

#define GANG(name, cpu) "{\"name\":\"" name "\",\"count\":2,\"cpu\":" cpu "}"

/* Slots of 2: G has 0 to 2 and 4 to 5, when it is done; then F need not wait for its own. */
START_TEST(a_gang_runs_as_one)
{
    struct simulation s;

    for (unsigned global = 0; global < 2; global++) {
        two_harts(&s, global ? "\"scheduler\":\"gang:quantum=2\",\"runqueues\":\"global\""
                             : "\"scheduler\":\"gang:quantum=2\"", GANG("G", "3") "," GANG("F", "3"));
        ck_assert_int_eq(simulation_finish(&s, "G-2"), 5 * MS);
        ck_assert_int_eq(simulation_finish(&s, "F-2"), 6 * MS);
        simulate_close(&s);
    }
}
END_TEST

/* Where the gang has nobody for a hart, others use it, until one of the gang wakes. */
START_TEST(a_hart_without_one_of_the_gang_is_lent)
{
    struct simulation s;

    two_harts(&s, "\"scheduler\":\"gang:quantum=20\",\"runqueues\":\"global\"",
              "{\"name\":\"G\",\"count\":2,\"bursts\":[{\"cpu\":1},{\"io\":2},{\"cpu\":4}]},"
              "{\"name\":\"F\",\"cpu\":4}");
    /* G to 1; F from 1 to 3, when G wakes; G to 7; F's other half. */
    ck_assert_int_eq(simulation_finish(&s, "G-2"), 7 * MS);
    ck_assert_int_eq(simulation_finish(&s, "F"), 9 * MS);
    simulate_close(&s);
}
END_TEST

SUITE(spinning, 30, who_spins_long_enough_has_it_at_once, who_has_spun_enough_sleeps,
      who_lost_its_hart_looks_when_it_is_back, the_one_that_has_spun_the_longest_is_next,
      a_deadlock_is_found_when_they_sleep, a_job_is_given_up_while_it_spins,
      a_call_is_paid_once_and_then_it_spins, who_loses_its_hart_on_the_way_or_after_it,
      a_server_is_asked_before_it_spins, who_tries_again_does_not_call_again,
      a_gang_runs_as_one, a_hart_without_one_of_the_gang_is_lent)
