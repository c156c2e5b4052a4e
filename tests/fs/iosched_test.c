/* iosched_test.c - disk schedulers against textbooks, doubles and hostile answers. */
#include "rig.h"
#include "../suite.h"

#include <sim/rng.h>

enum { MANY = 64 };

/* --- the textbooks' queues, all queued at the start --- */

struct queue_case {
    const char *sched;
    bool down;
    unsigned moves;
    uint32_t order[16];         /* ends with 0 */
};

static void run_queue(const uint32_t *queue, uint32_t n, uint32_t head, uint32_t cylinders,
                      const struct queue_case *k)
{
    struct blk_request r[MANY] = { 0 };
    struct rig *g = malloc(sizeof *g);
    struct blk_stats st;

    rig_config(g, "textbook", k->sched);
    g->c.cylinders = cylinders;
    g->c.nsectors = cylinders * 8;
    g->c.head = head;
    g->c.scheduler.params.down = k->down;
    rig_start(g);
    for (uint32_t i = 0; i < n; i++) {
        r[i] = (struct blk_request){ .op = BLK_READ, .nsectors = 8, .owner = TID_NONE,
                                     .sector = queue[i] * 8, .tag = queue[i] };
        rig_submit(g, &r[i]);
    }
    rig_run(g, NS_MAX - 1);
    ck_assert_uint_eq(g->ndone, n);
    for (uint32_t i = 0; i < n; i++)
        ck_assert_msg(g->order[i] == k->order[i], "%s %s: %u. is %u, not %u", k->sched,
                      k->down ? "down" : "up", i + 1, (unsigned)g->order[i], k->order[i]);
    blk_stats(&g->s.dev, &st);
    ck_assert_msg(st.cylinders == k->moves, "%s: %u cylinders, not %u", k->sched,
                  (unsigned)st.cylinders, k->moves);
    if (!strstr(k->sched, "free"))
        ck_assert_int_eq(g->now, (ns_t)k->moves * RIG_UNIT);
    rig_stop(g);
    free(g);
}

/* Silberschatz, Galvin, Gagne, Operating System Concepts, figures of "Disk Scheduling". */
START_TEST(silberschatz_figures)
{
    static const uint32_t queue[] = { 98, 183, 37, 122, 14, 124, 65, 67 };
    static const struct queue_case cases[] = {
        { "fcfs", false, 640, { 98, 183, 37, 122, 14, 124, 65, 67 } },
        { "sstf", false, 236, { 65, 67, 37, 14, 98, 122, 124, 183 } },
        { "scan", true, 236, { 37, 14, 65, 67, 98, 122, 124, 183 } },
        { "scan", false, 331, { 65, 67, 98, 122, 124, 183, 37, 14 } },
        { "c-scan", false, 382, { 65, 67, 98, 122, 124, 183, 14, 37 } },
        { "c-scan:wrap=free", false, 183, { 65, 67, 98, 122, 124, 183, 14, 37 } },
        { "c-scan", true, 386, { 37, 14, 183, 124, 122, 98, 67, 65 } },
        { "c-scan:wrap=free", true, 187, { 37, 14, 183, 124, 122, 98, 67, 65 } },
        { "look", true, 208, { 37, 14, 65, 67, 98, 122, 124, 183 } },
        { "look", false, 299, { 65, 67, 98, 122, 124, 183, 37, 14 } },
        { "scan:edge=turn", false, 299, { 65, 67, 98, 122, 124, 183, 37, 14 } },
        { "c-look", false, 322, { 65, 67, 98, 122, 124, 183, 14, 37 } },
        { "c-look:wrap=free", false, 153, { 65, 67, 98, 122, 124, 183, 14, 37 } },
        { "c-look", true, 326, { 37, 14, 183, 124, 122, 98, 67, 65 } },
        { "c-look:wrap=free", true, 157, { 37, 14, 183, 124, 122, 98, 67, 65 } },
        { "c-look:edge=run", false, 382, { 65, 67, 98, 122, 124, 183, 14, 37 } },
        { "scan:direction=down", false, 236, { 37, 14, 65, 67, 98, 122, 124, 183 } },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        run_queue(queue, 8, 53, 200, &cases[i]);
}
END_TEST

/* The same book, the exercise on a drive of 5,000 cylinders with the head at 2,150. */
START_TEST(silberschatz_exercise)
{
    static const uint32_t queue[] = { 2069, 1212, 2296, 2800, 544, 1618, 356, 1523, 4965,
                                      3681 };
    static const struct queue_case cases[] = {
        { "fcfs", false, 13011,
          { 2069, 1212, 2296, 2800, 544, 1618, 356, 1523, 4965, 3681 } },
        { "sstf", false, 7586,
          { 2069, 2296, 2800, 3681, 4965, 1618, 1523, 1212, 544, 356 } },
        { "scan", false, 7492,
          { 2296, 2800, 3681, 4965, 2069, 1618, 1523, 1212, 544, 356 } },
        { "look", false, 7424,
          { 2296, 2800, 3681, 4965, 2069, 1618, 1523, 1212, 544, 356 } },
        { "c-scan", false, 9917,
          { 2296, 2800, 3681, 4965, 356, 544, 1212, 1523, 1618, 2069 } },
        { "c-look", false, 9137,
          { 2296, 2800, 3681, 4965, 356, 544, 1212, 1523, 1618, 2069 } },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        run_queue(queue, 10, 2150, 5000, &cases[i]);
}
END_TEST

/* Tanenbaum and Bos, Modern Operating Systems, "Disk Arm Scheduling Algorithms". */
START_TEST(tanenbaum_figure)
{
    static const uint32_t queue[] = { 1, 36, 16, 34, 9, 12 };
    static const struct queue_case cases[] = {
        { "fcfs", false, 111, { 1, 36, 16, 34, 9, 12 } },
        { "sstf", false, 61, { 12, 9, 16, 1, 34, 36 } },
        { "look", false, 60, { 12, 16, 34, 36, 9, 1 } },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        run_queue(queue, 6, 11, 40, &cases[i]);
}
END_TEST

/* --- doubles: requests that come while others are served --- */

struct double_request { uint32_t cylinder; ns_t at; bool done; };

struct double_arm { uint32_t at; bool down; };

/* The nearest in the direction; or none. Looks at everything, keeps nothing sorted. */
static int nearest(const struct double_request *r, int n, ns_t now, uint32_t at, bool down)
{
    int best = -1;

    for (int i = 0; i < n; i++) {
        if (r[i].done || r[i].at > now || (down ? r[i].cylinder > at : r[i].cylinder < at))
            continue;
        if (best < 0 || (down ? r[i].cylinder > r[best].cylinder
                              : r[i].cylinder < r[best].cylinder))
            best = i;
    }
    return best;
}

static int double_look(struct double_request *r, int n, ns_t now, struct double_arm *arm,
                       bool circular)
{
    int i = nearest(r, n, now, arm->at, arm->down);

    if (i < 0 && circular)
        return nearest(r, n, now, arm->down ? UINT32_MAX : 0, arm->down);
    if (i < 0) {
        arm->down = !arm->down;
        i = nearest(r, n, now, arm->at, arm->down);
    }
    return i;
}

static int double_sstf(const struct double_request *r, int n, ns_t now, uint32_t at)
{
    int best = -1;
    uint32_t least = UINT32_MAX;

    for (int i = 0; i < n; i++) {
        uint32_t d = r[i].cylinder < at ? at - r[i].cylinder : r[i].cylinder - at;

        if (!r[i].done && r[i].at <= now && d < least) {
            least = d;
            best = i;
        }
    }
    return best;
}

/* Serve n requests with the double; the tags in order. */
static void double_run(struct double_request *r, int n, const char *name, uint32_t *order)
{
    struct double_arm arm = { 0, false };
    ns_t now = 0;

    for (int k = 0; k < n; ) {
        int i = !strcmp(name, "sstf") ? double_sstf(r, n, now, arm.at)
                : double_look(r, n, now, &arm, !strcmp(name, "c-look"));

        if (i < 0) {
            ns_t next = NS_MAX;

            for (int j = 0; j < n; j++)
                if (!r[j].done && r[j].at > now && r[j].at < next)
                    next = r[j].at;
            now = next;
            continue;
        }
        uint32_t d = r[i].cylinder < arm.at ? arm.at - r[i].cylinder
                                            : r[i].cylinder - arm.at;
        now += (ns_t)d * RIG_UNIT;
        arm.at = r[i].cylinder;
        r[i].done = true;
        order[k++] = (uint32_t)i;
    }
}

/* Distinct cylinders, so that no tie is left to taste but that of sstf. */
static void draw(struct double_request *r, rng_t *rng, uint32_t cylinders)
{
    bool used[1024] = { false };

    for (int i = 0; i < MANY; i++) {
        do
            r[i].cylinder = (uint32_t)rng_below(rng, cylinders);
        while (used[r[i].cylinder]);
        used[r[i].cylinder] = true;
        r[i].at = (i ? r[i - 1].at : 0) + (ns_t)rng_below(rng, 40) * RIG_UNIT;
        r[i].done = false;
    }
}

static void compare_with_double(const char *sched, uint64_t seed)
{
    struct double_request r[MANY];
    struct blk_request req[MANY] = { 0 };
    struct rig *g = malloc(sizeof *g);
    rng_t rng = rng_stream(seed, "iosched", 0);
    uint32_t order[MANY];

    draw(r, &rng, 1000);
    rig_config(g, "textbook", sched);
    g->c.cylinders = 1000;
    g->c.nsectors = 8000;
    rig_start(g);
    for (int i = 0; i < MANY; i++) {
        /* What is due at the instant of an arrival: completions, then it, then picks. */
        while (blk_due(&g->s.dev) <= r[i].at && blk_due(&g->s.dev) != NS_MAX
               && !(blk_due(&g->s.dev) == r[i].at && g->now == r[i].at)) {
            g->now = blk_due(&g->s.dev);
            blk_step(&g->s.dev, g->now);
        }
        g->now = r[i].at;
        req[i] = (struct blk_request){ .op = BLK_READ, .nsectors = 1, .tag = (uint64_t)i,
                                       .sector = r[i].cylinder * 8, .owner = TID_NONE };
        rig_submit(g, &req[i]);
    }
    rig_run(g, NS_MAX - 1);
    double_run(r, MANY, sched, order);
    ck_assert_uint_eq(g->ndone, MANY);
    for (int i = 0; i < MANY; i++)
        ck_assert_msg(g->order[i] == order[i], "%s, seed %u: %d. is %u, not %u", sched,
                      (unsigned)seed, i, (unsigned)g->order[i], order[i]);
    rig_stop(g);
    free(g);
}

START_TEST(elevators_do_what_brute_force_does)
{
    for (uint64_t seed = 0; seed < 200; seed++) {
        compare_with_double("look", seed);
        compare_with_double("c-look", seed);
        compare_with_double("sstf", seed);
    }
}
END_TEST

/* Cylinders 40 and 39, three neighbours in each, come as the arm moves down from 50. */
START_TEST(a_cylinder_is_served_as_the_platter_turns)
{
    static const uint32_t sector[] = { 316, 314, 315, 325, 323, 324 };
    static const uint32_t order[] = { 4, 5, 3, 1, 2, 0 };
    static const char *const scheds[] = { "scan:direction=down", "look:direction=down",
                                          "c-scan:direction=down", "c-look:direction=down",
                                          "sstf" };

    for (size_t k = 0; k < sizeof scheds / sizeof *scheds; k++) {
        struct blk_request req[6] = { 0 };
        struct rig *g = malloc(sizeof *g);

        rig_config(g, "textbook", scheds[k]);
        g->c.cylinders = 100;
        g->c.nsectors = 800;
        g->c.head = 50;
        rig_start(g);
        for (uint32_t i = 0; i < 6; i++) {
            req[i] = (struct blk_request){ .op = BLK_READ, .nsectors = 1, .tag = i,
                                           .sector = sector[i], .owner = TID_NONE };
            rig_submit(g, &req[i]);
        }
        rig_run(g, NS_MAX - 1);
        for (uint32_t i = 0; i < 6; i++)
            ck_assert_msg(g->order[i] == order[i], "%s: %u. is %u", scheds[k], i,
                          (unsigned)g->order[i]);
        rig_stop(g);
        free(g);
    }
}
END_TEST

/* --- every scheduler serves every request once --- */

START_TEST(nothing_is_served_twice_or_never)
{
    static const char *const drives[] = { "textbook", "fixed", "hp-97560" };
    const struct iosched_ops *ops;

    for (unsigned i = 0; (ops = iosched_builtin(i)); i++)
        for (unsigned k = 0; k < 3; k++) {
            struct rig *g = malloc(sizeof *g);
            struct blk_request *r = calloc(2000, sizeof *r);
            bool seen[2000] = { false };
            rng_t rng = rng_stream(i, "once", k);

            rig_config(g, drives[k], ops->name);
            g->c.slots = 32;
            g->c.nsectors = 1600;
            g->c.merge = k == 2;
            rig_start(g);
            for (unsigned n = 0; n < 2000; n++) {
                r[n] = (struct blk_request){ .op = (uint8_t)rng_below(&rng, 4),
                    .owner = (tid_t)rng_below(&rng, 64), .tag = n,
                    .nsectors = 1 + (uint32_t)rng_below(&rng, 8),
                    .weight = (uint32_t)rng_below(&rng, 3),
                    .sector = rng_below(&rng, 1500) };
                rig_submit(g, &r[n]);
                if (rng_below(&rng, 4) == 0)
                    rig_run(g, g->now + (ns_t)rng_below(&rng, 300) * RIG_UNIT);
            }
            rig_run(g, NS_MAX - 1);
            ck_assert_msg(g->ndone == 2000, "%s on %s: %u", ops->name, drives[k], g->ndone);
            for (unsigned n = 0; n < 2000; n++) {
                ck_assert(!seen[g->order[n]]);
                seen[g->order[n]] = true;
                ck_assert_int_eq(r[n].status, BLK_OK);
            }
            rig_stop(g);
            free(r);
            free(g);
        }
}
END_TEST

/* --- deadline and fair --- */

/* Linux, deadline-iosched: reads before writes, but not more than writes_starved batches. */
START_TEST(deadline_reads_first_but_writes_in_time)
{
    struct rig *g = malloc(sizeof *g);
    struct blk_request r[12] = { 0 };
    /* Tags 0..9 are reads, 10 and 11 writes; batches of two, writes after two batches. */
    static const uint64_t want[] = { 0, 1, 2, 3, 10, 11, 4, 5, 6, 7, 8, 9 };

    rig_config(g, "textbook", "deadline:fifo_batch=2:writes_starved=2");
    g->c.nsectors = 1600;
    rig_start(g);
    for (unsigned i = 0; i < 12; i++) {
        r[i] = (struct blk_request){ .op = i < 10 ? BLK_READ : BLK_WRITE, .nsectors = 1,
                                     .sector = i * 16, .tag = i, .owner = TID_NONE };
        rig_submit(g, &r[i]);
    }
    rig_run(g, NS_MAX - 1);
    for (unsigned i = 0; i < 12; i++)
        ck_assert_uint_eq(g->order[i], want[i]);
    rig_stop(g);
    free(g);
}
END_TEST

START_TEST(deadline_serves_what_is_overdue)
{
    struct rig *g = malloc(sizeof *g);
    struct blk_request r[40] = { 0 };
    unsigned place = 40;

    /* The first request is far up; those that follow are below it and in sorted order
     * would all come first. */
    rig_config(g, "textbook", "deadline:read_expire=20:fifo_batch=4");
    g->c.nsectors = 1600;
    rig_start(g);
    for (unsigned i = 0; i < 40; i++) {
        r[i] = (struct blk_request){ .op = BLK_READ, .nsectors = 1, .tag = i,
                                     .sector = i ? i * 32 : 1596, .owner = TID_NONE };
        rig_submit(g, &r[i]);
    }
    rig_run(g, NS_MAX - 1);
    for (unsigned i = 0; i < 40; i++)
        if (g->order[i] == 0)
            place = i;
    ck_assert_uint_lt(place, 12);
    rig_stop(g);
    free(g);
}
END_TEST

/* Two processes that always want more, weights 3 and 1: they get sectors as 3 to 1. */
START_TEST(fair_gives_shares)
{
    struct rig *g = malloc(sizeof *g);
    struct blk_request *r = calloc(800, sizeof *r);
    unsigned heavy = 0;

    rig_config(g, "fixed", "fair");
    g->c.slots = 1024;
    rig_start(g);
    for (unsigned i = 0; i < 800; i++) {
        r[i] = (struct blk_request){ .op = BLK_READ, .nsectors = 8, .sector = i * 8,
                                     .tag = i, .owner = i % 2, .weight = i % 2 ? 1 : 3 };
        rig_submit(g, &r[i]);
    }
    rig_run(g, g->now + (ns_t)400 * 10 * RIG_UNIT);
    for (unsigned i = 0; i < g->ndone; i++)
        heavy += g->order[i] % 2 == 0;
    ck_assert_uint_eq(g->ndone, 400);
    ck_assert_uint_ge(heavy, 298);
    ck_assert_uint_le(heavy, 302);
    rig_stop(g);
    free(r);
    free(g);
}
END_TEST

/* --- impossible answers --- */

struct liar { struct iosched_answer answers[4]; uint32_t n; };

static size_t liar_size(const struct iosched_params *p)
{
    (void)p;
    return sizeof(struct liar);
}

static void liar_init(void *q, const struct iosched_params *p)
{
    (void)q, (void)p;
}

static void liar_enqueue(void *q, const struct iosched_request *r, ns_t now)
{
    (void)q, (void)r, (void)now;
}

static void liar_pick(void *q, const struct iosched_arm *arm, struct iosched_answer *out)
{
    struct liar *l = q;
    static const struct iosched_answer lies[] = {
        { .slot = IOREQ_NONE }, { .slot = 4000000 }, { .slot = 255 },
        { .slot = 1, .nvia = 3 }, { .slot = 1, .nvia = 1, .via = { 200 } },
    };

    (void)arm;
    *out = lies[l->n++ % 5];
}

static void liar_remove(void *q, uint32_t slot)
{
    (void)q, (void)slot;
}

static const struct iosched_ops liar = {
    .abi = IOSCHED_ABI, .name = "liar", .state_size = liar_size, .init = liar_init,
    .enqueue = liar_enqueue, .pick = liar_pick, .remove = liar_remove,
};

START_TEST(a_liar_gets_first_come_first_served)
{
    struct rig *g = malloc(sizeof *g);
    struct blk_request r[10] = { 0 };
    struct blk_stats st;

    rig_config(g, "textbook", "fcfs");
    g->c.scheduler.ops = &liar;
    g->c.nsectors = 1600;
    rig_start(g);
    for (unsigned i = 0; i < 10; i++) {
        r[i] = (struct blk_request){ .op = BLK_READ, .nsectors = 1, .tag = i,
                                     .sector = (i * 7 % 10) * 100, .owner = TID_NONE };
        rig_submit(g, &r[i]);
    }
    rig_run(g, NS_MAX - 1);
    for (unsigned i = 0; i < 10; i++)
        ck_assert_uint_eq(g->order[i], i);
    blk_stats(&g->s.dev, &st);
    ck_assert_uint_eq(st.policy_faults, 10);
    rig_stop(g);
    free(g);
}
END_TEST

START_TEST(mistakes_in_a_spec_are_explained)
{
    static const struct { const char *spec, *says; } bad[] = {
        { "scam", "no disk scheduler" }, { "scan:edge=walk", "run/turn" },
        { "scan:egde=run", "did you mean 'edge'" }, { "scan:", "sets no parameter" },
        { "deadline:fifo_batch=0", "expected 1" },
    };
    struct iosched_config c;
    struct diag d;

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ck_assert_msg(iosched_parse(&c, bad[i].spec, RIG_UNIT, &d) != ERR_OK, "%s",
                      bad[i].spec);
        ck_assert_msg(strstr(d.text, bad[i].says), "%s: %s", bad[i].spec, d.text);
    }
    ck_assert_int_eq(iosched_parse(&c, "c-scan:wrap=free:edge=turn", RIG_UNIT, &d), ERR_OK);
    ck_assert_str_eq(c.spec, "c-scan:wrap=free:edge=turn");
}
END_TEST

SUITE(iosched, 20, silberschatz_figures, silberschatz_exercise, tanenbaum_figure,
      elevators_do_what_brute_force_does, a_cylinder_is_served_as_the_platter_turns,
      nothing_is_served_twice_or_never,
      deadline_reads_first_but_writes_in_time, deadline_serves_what_is_overdue,
      fair_gives_shares, a_liar_gets_first_come_first_served,
      mistakes_in_a_spec_are_explained)
