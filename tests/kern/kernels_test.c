/* Two kernels side by side: one engine, clock and stream, each with its own tasks and
 * policy; neither notices the other. */
#include "../suite.h"
#include "simulate.h"

#include "../suite.h"
#include <kern/kern.h>
#include <stdlib.h>
#include <string.h>

static const char first_json[] =
    "{\"ossim\":1,\"kernel\":{\"scheduler\":\"rr:quantum=2\"},\"processes\":["
    "{\"name\":\"A\",\"bursts\":[{\"cpu\":3},{\"io\":4},{\"cpu\":2}]},"
    "{\"name\":\"B\",\"arrival\":1,\"cpu\":6},{\"name\":\"T\",\"period\":5,\"jobs\":3,\"cpu\":1}]}";
static const char second_json[] =
    "{\"ossim\":1,\"machine\":{\"cpus\":2},\"kernel\":{\"scheduler\":\"mlfq\"},\"processes\":["
    "{\"name\":\"X\",\"bursts\":[{\"send\":\"c\"},{\"cpu\":7},{\"send\":\"c\"}]},"
    "{\"name\":\"Y\",\"count\":3,\"bursts\":[{\"cpu\":2},{\"sleep\":1},{\"cpu\":2}]},"
    "{\"name\":\"Z\",\"bursts\":[{\"recv\":\"c\"},{\"cpu\":4},{\"recv\":\"c\"}]}]}";

struct pair {
    struct engine engine;
    struct stream stream;
    struct kern kern[2];
    struct event event[2][2000];        /* by kernel */
    size_t n[2];
};

static void keep(void *ctx, const struct event *e)
{
    struct pair *p = ctx;

    ck_assert_int_lt(e->kernel, 2);
    ck_assert_uint_lt(p->n[e->kernel], 2000);
    p->event[e->kernel][p->n[e->kernel]++] = *e;
}

static void layout(struct pair *p, struct arena *a, const struct config *const *c)
{
    uint32_t slots[2] = { kern_nslots(c[0]), kern_nslots(c[1]) };

    engine_init(&p->engine, a, slots[0] + slots[1]);
    for (unsigned i = 0; i < 2; i++) {
        struct kern_host host = { .engine = &p->engine, .stream = &p->stream,
                                  .number = (uint16_t)i, .first_slot = i ? slots[0] : 0 };

        kern_init(&p->kern[i], a, c[i], &host);
    }
}

/* What kernel i said is what the machine `alone` said, kernel number aside. */
static void check_same(const struct pair *p, unsigned i, const struct simulation *alone)
{
    ck_assert_uint_eq(p->n[i], alone->nevents);
    for (size_t e = 0; e < alone->nevents; e++) {
        struct event mine = p->event[i][e];

        ck_assert_int_eq(mine.kernel, i);
        mine.kernel = 0;
        ck_assert_mem_eq(&mine, &alone->events[e], sizeof mine);
    }
}

START_TEST(neither_notices_the_other)
{
    struct simulation alone[2];
    struct pair *p = calloc(1, sizeof *p);
    struct kern *const both[] = { &p->kern[0], &p->kern[1] };
    struct arena a;

    simulate(&alone[0], first_json);
    simulate(&alone[1], second_json);
    const struct config *const c[] = { alone[0].config, alone[1].config };
    arena_init(&a, NULL, 0);
    layout(p, &a, c);
    size_t size = a.used;
    void *memory = aligned_alloc(4096, (size + 4095) & ~(size_t)4095);
    memset(memory, 0, size);
    arena_init(&a, memory, size);
    stream_init(&p->stream, true);
    stream_subscribe_kernel(&p->stream, KERNEL_ANY, EVENTS_ALL, keep, p);
    layout(p, &a, c);
    while (kernels_step(both, 2, NS_MAX))
        ;
    for (unsigned i = 0; i < 2; i++) {
        ck_assert_int_eq(p->kern[i].end, KERN_DONE);
        check_same(p, i, &alone[i]);
        simulate_close(&alone[i]);
    }
    free(memory);
    free(p);
}
END_TEST

SUITE(kernels, 10, neither_notices_the_other)
