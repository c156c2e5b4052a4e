/* Where fair and eevdf place who comes: by the time that the running task has had up to
 * now, not up to its pick. */
#include "../suite.h"
#include "simulate.h"

#include <stdio.h>
#include <string.h>

enum { MS = 1000000 };

static void pieces(const char *policy, const char *processes, const char *want)
{
    struct simulation s;
    char json[1024], got[4096];

    snprintf(json, sizeof json, "{\"ossim\":1,\"kernel\":{\"scheduler\":\"%s\"},"
             "\"processes\":[%s]}", policy, processes);
    simulate(&s, json);
    simulation_gantt(&s, got, sizeof got);
    ck_assert_msg(strncmp(got, want, strlen(want)) == 0, "%s: %s", policy, got);
    simulate_close(&s);
}

/* B comes in the middle of A's slice, level with A. */
START_TEST(a_newcomer_is_level_with_the_running_task)
{
    static const char tasks[] = "{\"name\":\"A\",\"bursts\":[{\"cpu\":30}]},"
        "{\"name\":\"B\",\"arrival\":5.9,\"bursts\":[{\"cpu\":30}]}";

    pieces("fair", tasks, "A 0-3 A 3-6 B 6-9 A 9-12 B 12-15 A 15-18");
    pieces("eevdf", tasks, "A 0-3 A 3-6 B 6-9 A 9-12 B 12-15 A 15-18");
}
END_TEST

/* B slept from 4 to 14: it stands 3 behind A, takes the hart, and is level after 3. */
START_TEST(a_sleeper_is_half_a_latency_behind)
{
    pieces("fair", "{\"name\":\"A\",\"bursts\":[{\"cpu\":40}]},"
           "{\"name\":\"B\",\"bursts\":[{\"cpu\":1},{\"sleep\":10},{\"cpu\":20}]}",
           "A 0-3 B 3-4 A 4-7 A 7-10 A 10-13 A 13-14 B 14-17 A 17-20 B 20-23");
}
END_TEST

/* 0.3 ms of work and a short wait, over and over, beside one that never waits. */
START_TEST(short_bursts_have_their_share)
{
    static const double wait[] = { 0.05, 0.1, 0.2, 0.3 };

    for (int i = 0; i < 4; i++) {
        struct simulation s;
        struct peek_task t;
        char json[512];

        snprintf(json, sizeof json, "{\"ossim\":1,\"kernel\":{\"scheduler\":\"fair\"},"
                 "\"processes\":[{\"name\":\"hog\",\"bursts\":[{\"cpu\":9999}]},{\"name\":"
                 "\"I\",\"bursts\":[{\"repeat\":9999,\"do\":[{\"cpu\":0.3},{\"io\":%g}]}]}],"
                 "\"stop\":{\"at\":900}}", wait[i]);
        simulate(&s, json);
        peek_task(s.machine, 1, &t);
        ck_assert_msg(t.received > 360 * MS, "%g: %g", wait[i],
                      (double)t.received / MS);
        simulate_close(&s);
    }
}
END_TEST

/* H weighs 3121 against 1024: its slice of 3 ms takes .98 of virtual time, so its deadline
 * is always the earlier one. But after its first slice it stands at .98 and the mean at .74:
 * it is not eligible, and L runs. After L's slice the mean is 1.48, 2.22 and 2.96 before
 * H's next three (.98, 1.97, 2.95), then 3.71 against 3.94: L again. */
START_TEST(who_is_ahead_is_not_eligible)
{
    pieces("eevdf:slice=3", "{\"name\":\"H\",\"nice\":-5,\"bursts\":[{\"cpu\":15}]},"
           "{\"name\":\"L\",\"bursts\":[{\"cpu\":6}]}",
           "H 0-3 L 3-6 H 6-9 H 9-12 H 12-15 L 15-18 H 18-21");
}
END_TEST

SUITE(fair, 10, a_newcomer_is_level_with_the_running_task,
      a_sleeper_is_half_a_latency_behind, short_bursts_have_their_share,
      who_is_ahead_is_not_eligible)
