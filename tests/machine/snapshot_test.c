/* snapshot_test.c - what is put back is what was there, and what follows it as well.
 *
 * The pages alone against whole copies; then machines of every kind, which go back and
 * forth at random and are held against one that only went forward.
 */
#include "../suite.h"
#include "../kern/simulate.h"

#include <host/pages.h>
#include <machine/snapshot.h>
#include <sim/heap.h>
#include <sim/rng.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE = SNAPSHOT_PAGE };

static rng_t dice;

static unsigned draw(unsigned n)
{
    return (unsigned)rng_below(&dice, n);
}

/* --- pages against whole copies --- */

enum { A_PAGES = 1100, B_PAGES = 40, KEPT = 4000 };

struct twin { uint8_t *a, *b; size_t used; };   /* whole copies */

static uint8_t *zeroed(size_t npages)
{
    uint8_t *p = pages_map(npages * PAGE);

    ck_assert_ptr_nonnull(p);
    return p;
}

static void scribble(uint8_t *a, uint8_t *b, size_t *used)
{
    for (unsigned n = draw(8); n; n--)
        a[draw(20) ? draw(60 * PAGE) : draw(A_PAGES * PAGE)] = (uint8_t)draw(3);
    if (draw(10) == 0)
        memset(a + (size_t)draw(A_PAGES) * PAGE, 0, PAGE);
    if (*used < B_PAGES * PAGE && draw(3) == 0)
        *used += draw(3 * PAGE);
    if (*used > B_PAGES * PAGE)
        *used = B_PAGES * PAGE;
    for (unsigned n = *used ? draw(8) : 0; n; n--)
        b[8 + draw((unsigned)*used)] = (uint8_t)draw(200);
}

static void random_walk(size_t budget, snapshot_touched_fn *touched, unsigned rounds)
{
    static struct twin twin[KEPT];
    uint8_t *a = zeroed(A_PAGES), *b = zeroed(B_PAGES + 1), *mem = zeroed(budget / PAGE);
    size_t used = 0;
    struct snapshot_region r[] = { { a, A_PAGES * PAGE, NULL },
                                   { b, (B_PAGES + 1) * PAGE, &used } };
    struct snapshots *s = snapshots_init(mem, budget, r, 2, touched);
    uint64_t events = 0, ntwins = 0;
    unsigned taken = 0;

    ck_assert_ptr_nonnull(s);
    for (unsigned round = 0; round < rounds; round++) {
        if (draw(3) || !snapshots_count(s)) {
            struct snapshot_at at = { .events = events, .cost = events, .steps = ntwins };

            scribble(a, b, &used);
            events += draw(4);
            at.events = at.cost = events;
            if (!snapshots_take(s, &at))
                continue;
            taken++;
            twin[ntwins].a = malloc(A_PAGES * PAGE);
            twin[ntwins].b = malloc((B_PAGES + 1) * PAGE);
            memcpy(twin[ntwins].a, a, A_PAGES * PAGE);
            memcpy(twin[ntwins].b, b, (B_PAGES + 1) * PAGE);
            twin[ntwins++].used = used;
        } else {
            unsigned i = draw(snapshots_count(s));
            const struct snapshot_at *at = snapshots_at(s, i);
            const struct twin *t = &twin[at->steps];

            if (draw(2))
                scribble(a, b, &used);
            events = at->events;
            snapshots_restore(s, i);
            used = t->used;     /* it does not lie in a region here */
            ck_assert(!memcmp(a, t->a, A_PAGES * PAGE));
            ck_assert(!memcmp(b, t->b, (B_PAGES + 1) * PAGE));
            if (draw(10) == 0 && i + 1 < snapshots_count(s))
                snapshots_forget(s, i + 1);
        }
        ck_assert(snapshots_check(s));
        ck_assert_uint_le(snapshots_bytes(s), budget);
    }
    ck_assert_uint_gt(taken, rounds / 4);
    while (ntwins) {
        free(twin[--ntwins].a);
        free(twin[ntwins].b);
    }
    pages_unmap(a, A_PAGES * PAGE);
    pages_unmap(b, (B_PAGES + 1) * PAGE);
    pages_unmap(mem, budget);
}

START_TEST(pages_against_whole_copies)
{
    dice = rng_stream(1, "snapshot", 0);
    random_walk(4000 * PAGE, NULL, 100);
    random_walk(4000 * PAGE, pages_touched, 100);
    random_walk(200 * PAGE, pages_touched, 200);        /* hardly any room */
}
END_TEST

START_TEST(too_little_room_is_said)
{
    uint8_t *a = zeroed(100), *mem = zeroed(100);
    struct snapshot_region r = { a, 100 * PAGE, NULL };
    struct snapshot_at at = { .events = 0 };
    struct snapshots *s;

    ck_assert_ptr_null(snapshots_init(mem, 10 * PAGE, &r, 1, NULL));
    s = snapshots_init(mem, 100 * PAGE, &r, 1, NULL);
    ck_assert_ptr_nonnull(s);
    memset(a, 1, 100 * PAGE);
    ck_assert(!snapshots_take(s, &at));
    ck_assert_uint_eq(snapshots_count(s), 0);
    ck_assert_uint_eq(snapshots_bytes(s), 0);
    memset(a, 0, 90 * PAGE);
    ck_assert(snapshots_take(s, &at));
    memset(a, 2, 100 * PAGE);
    ck_assert(!snapshots_take(s, &at));
    snapshots_restore(s, 0);
    ck_assert_uint_eq(a[0], 0);
    ck_assert_uint_eq(a[99 * PAGE], 1);
    ck_assert(snapshots_check(s));
    pages_unmap(a, 100 * PAGE);
    pages_unmap(mem, 100 * PAGE);
}
END_TEST

static void take_at(struct snapshots *s, uint8_t *a, uint64_t events)
{
    memcpy(a, &events, sizeof events);
    ck_assert(snapshots_take(s, &(struct snapshot_at){ .events = events, .cost = events }));
}

static uint64_t widest_gap(const struct snapshots *s)
{
    uint64_t widest = 0;

    for (unsigned i = 1; i < snapshots_count(s); i++) {
        uint64_t gap = snapshots_at(s, i)->events - snapshots_at(s, i - 1)->events;

        widest = gap > widest ? gap : widest;
    }
    return widest;
}

/* The past grows thinner, the gaps near the present do not. */
START_TEST(the_past_is_thinned_out)
{
    uint8_t *a = zeroed(4), *mem = zeroed(400);
    struct snapshot_region r = { a, 4 * PAGE, NULL };
    struct snapshots *s = snapshots_init(mem, 400 * PAGE, &r, 1, NULL);
    uint64_t n;

    for (uint64_t i = 0; i < 10000; i++)
        take_at(s, a, i);
    n = snapshots_count(s);
    ck_assert_uint_gt(n, 100);
    ck_assert_uint_eq(snapshots_at(s, 0)->events, 0);
    ck_assert_uint_eq(snapshots_at(s, (unsigned)n - 1)->events, 9999);
    ck_assert_uint_lt(widest_gap(s), 4 * 10000 / n);
    pages_unmap(a, 4 * PAGE);
    pages_unmap(mem, 400 * PAGE);
}
END_TEST

/* Who stands in the past and takes snapshots there does not lose what lies ahead: every
 * place of the run stays near to one. */
START_TEST(the_future_stays_known)
{
    uint8_t *a = zeroed(4), *mem = zeroed(400);
    struct snapshot_region r = { a, 4 * PAGE, NULL };
    struct snapshots *s = snapshots_init(mem, 400 * PAGE, &r, 1, NULL);

    for (uint64_t i = 0; i < 10000; i += 10)
        take_at(s, a, i);
    for (uint64_t place = 0; place < 40; place++)
        for (uint64_t i = 0; i < 30; i++)
            take_at(s, a, place * 7 % 40 * 250 + 5 + i);
    unsigned n = snapshots_count(s);
    ck_assert_uint_ge(snapshots_at(s, n - 1)->events, 9755);
    ck_assert_uint_lt(widest_gap(s), 8 * 10000 / n);
    ck_assert(snapshots_check(s));
    pages_unmap(a, 4 * PAGE);
    pages_unmap(mem, 400 * PAGE);
}
END_TEST

/* --- machines --- */

struct world {
    const char *name, *json;
    uint32_t types;             /* process that is typed to, + 1; 0: none */
    size_t budget;              /* pages */
    enum event_kind often;      /* what it is about: there are at least 5 of these; 0: any */
};

#define ECHO "_start: li s1, 0\n" \
    "1: li a0, 0\nla a1, buf\nli a2, 16\nli a7, 63\necall\nblez a0, 2f\n" \
    "mv a2, a0\nli a0, 1\nla a1, buf\nli a7, 64\necall\n" \
    "li s0, 3000\n3: addi s0, s0, -1\nbnez s0, 3b\nj 1b\n" \
    "2: li a0, 0\nli a7, 93\necall\n.bss\nbuf: .space 16\n"
#define SPIN "_start: li s0, 60000\n1: addi s0, s0, -1\nla t0, x\nsw s0, 0(t0)\n" \
    "bnez s0, 1b\nli a0, 0\nli a7, 93\necall\n.bss\nx: .space 4\n"
#define FORK "_start: li s0, 3\n1: beqz s0, 2f\naddi s0, s0, -1\nli a0, 17\nli a1, 0\n" \
    "li a7, 220\necall\nj 1b\n2: li a0, -1\nli a1, 0\nli a2, 0\nli a3, 0\nli a7, 260\necall\n" \
    "bgtz a0, 2b\nli a0, 0\nli a7, 93\necall\n"

static const struct world worlds[] = {
    { "guests", "{'ossim': 1, 'machine': {'cpus': 2, 'costs': {'context_switch': 500}}, 'kernel': "
      "{'scheduler': 'rr:quantum=2', 'structure': {'model': 'vm', 'mode': 'full', "
      "'costs': {'trap': 3000}, 'guests': ["
      "{'name': 'a', 'cap': 60, 'workload': {'ossim': 1, 'processes': ["
      "{'name': 'x', 'count': 5, 'bursts': [{'repeat': 20, 'do': [{'cpu': {'exp': 2}}, {'io': 3}]}]}]}},"
      "{'name': 'b', 'vcpus': 2, 'workload': {'ossim': 1, 'kernel': {'structure': {'model': 'vm', "
      "'guests': [{'name': 'c', 'workload': {'ossim': 1, 'kernel': {'scheduler': 'mlfq'}, "
      "'processes': [{'name': 'y', 'count': 4, 'bursts': [{'repeat': 20, 'do': [{'cpu': "
      "{'exp': 3}}, {'sleep': 2}]}]}]}}]}}, 'processes': [{'name': 'z', 'cpu': 90}]}}]}},"
      " 'processes': [{'name': 'h', 'cpu': 60}]}", 0, 2000, 0 },
    /* Requests on their way to a disk, a drive for swapping, a console; caps that owe. */
    { "devices of guests", "{'ossim': 1, 'kernel': {'scheduler': 'rr:quantum=2', 'structure': {'model': 'vm', "
      "'mode': 'hardware', 'cap_period': 5, 'costs': {'exit': 200000}, 'guests': ["
      "{'name': 'a', 'cap': 60, 'workload': {'ossim': 1, 'machine': {'disk': 'hdd', 'memory': "
      "{'frames': 6}, 'swap': {'frames': 64, 'latency': 1}}, 'processes': ["
      "{'name': 'x', 'count': 3, 'bursts': [{'repeat': 9, 'do': [{'cpu': {'exp': 2}}, {'disk': {'read': "
      "{'uniform': [0, 900]}}}, {'touch': {'uniform': 9}, 'count': 3, 'each': 0.2, 'write': true}]}]}]}},"
      "{'name': 'b', 'workload': {'ossim': 1, 'processes': [{'name': 'p', 'asm': '_start: li s0, 20\\n"
      "1: li a0, 1\\nla a1, m\\nli a2, 3\\nli a7, 64\\necall\\nli t0, 20000\\n2: addi t0, t0, -1\\n"
      "bnez t0, 2b\\naddi s0, s0, -1\\nbnez s0, 1b\\nli a0, 0\\nli a7, 93\\necall\\n"
      ".data\\nm: .space 3\\n'}]}}]}}}", 0, 2000, 0 },
    { "bursts", "{'ossim': 1, 'time_unit': 'ms', 'machine': {'cpus': 3},"
      "'kernel': {'scheduler': 'mlfq', 'runqueues': 'per-hart'},"
      "'events': [{'at': 40, 'scheduler': 'fair'}, {'at': 120, 'scheduler': 'lottery'}],"
      "'processes': [{'name': 'a', 'count': 40, 'arrival': {'poisson': 3}, 'bursts':"
      "  [{'repeat': 5, 'do': [{'cpu': {'exp': 3}}, {'io': {'exp': 5}}]}]},"
      " {'name': 'p', 'period': 10, 'jobs': 30, 'bursts': [{'cpu': 2}, {'lock': 'm'},"
      "  {'cpu': 1}, {'unlock': 'm'}]},"
      " {'name': 'q', 'count': 2, 'bursts': [{'repeat': 30, 'do': [{'lock': 'm'}, {'cpu': 2},"
      "  {'unlock': 'm'}, {'sleep': 3}]}]}]}", 0, 2000, 0 },
    { "programs", "{'ossim': 1, 'time_unit': 'us', 'machine': {'cpus': 2, 'memory': {'frames': 256}},"
      "'kernel': {'scheduler': 'rr:quantum=7'},"
      "'events': [{'at': 60, 'scheduler': 'stride'}],"
      "'processes': [{'name': 's', 'count': 6, 'asm': '" SPIN "'},"
      " {'name': 'f', 'arrival': 20, 'asm': '" FORK "'},"
      " {'name': 'b', 'arrival': 30, 'bursts': [{'repeat': 9, 'do': [{'cpu': 5}, {'io': 9}]}]}"
      "]}", 0, 4000, 0 },
    { "typing", "{'ossim': 1, 'time_unit': 'us', 'machine': {'cpus': 1, 'memory': {'frames': 128}},"
      "'kernel': {'scheduler': 'rr:quantum=5'},"
      "'processes': [{'name': 's', 'asm': '" SPIN "'}, {'name': 'e', 'asm': '" ECHO "',"
      "'stdin': {'text': '', 'open': true}}]}",
      2, 4000, 0 },
    { "guest policies", "{'ossim': 1, 'time_unit': 'ms', 'machine': {'cpus': 2},"
      "'kernel': {'scheduler': 'guest:tests/grade/solutions/mlfq.c',"
      "  'guest_policy': {'charge': true}},"
      "'events': [{'at': 150, 'scheduler': 'guest:tests/grade/solutions/stride.c'}],"
      "'processes': [{'name': 'a', 'count': 20, 'arrival': {'poisson': 6}, 'bursts':"
      "  [{'repeat': 5, 'do': [{'cpu': {'exp': 8}}, {'io': {'exp': 9}}]}]}]}", 0, 4000, 0 },
    { "servers", "{'ossim': 1, 'time_unit': 'us', 'machine': {'costs': {'crossing': {'message': 900,"
      "'copy': 10}}}, 'kernel': {'scheduler': 'rr:quantum=70', 'structure': 'microkernel'},"
      "'processes': [{'name': 'e', 'count': 3, 'bursts': [{'repeat': 25, 'do': [{'cpu': {'exp': 20}},"
      "  {'call': 'file', 'cpu': 15, 'count': 2}, {'sleep': {'exp': 30}}]}]},"
      " {'name': 'n', 'bursts': [{'repeat': 9, 'do': [{'cpu': 90}, {'call': 'tty', 'cpu': 5}]}]}]}",
      0, 3000, 0 },
    /* Whatever may fail does, every so often, and is made anew; clients ask again. */
    { "failing servers", "{'ossim': 1, 'time_unit': 'us', 'seed': 3, 'machine': {'cpus': 2, 'costs': "
      "{'crossing': {'message': 900, 'copy': 10}}}, 'faults': {'count': 40, 'from': 50, 'to': 3000, "
      "'services': ['file', 'tty', 'block', 'driver:disk'], 'kinds': ['crash', 'hang', 'corrupt', 'leak', "
      "'attack']}, 'kernel': {'scheduler': 'mlfq:quantum=40', 'structure': {'model': 'microkernel', "
      "'restart': 90, 'heartbeat': 110, 'quota': 4, 'inherit': true}, 'bugs': [{'service': 'tty', "
      "'from': 'file', 'takes': 200}]},"
      "'processes': [{'name': 'e', 'count': 4, 'bursts': [{'repeat': 25, 'do': [{'cpu': {'exp': 20}},"
      "  {'call': 'file', 'cpu': 15, 'count': 2}, {'call': 'tty', 'cpu': 5}, {'sleep': {'exp': 30}}]}]},"
      " {'name': 'n', 'bursts': [{'repeat': 15, 'do': [{'cpu': 90}, {'call': 'block', 'cpu': 5}]}]}]}",
      0, 3000, EV_REPAIRED },
    /* The same under programs and files, whose clients get errors. */
    { "failing under programs", "{'ossim': 1, 'time_unit': 'us', 'machine': {'memory': {'frames': 256}, "
      "'disk': {'model': 'fixed', 'latency': 30, 'size': '256KiB'}, 'costs': {'crossing': {'message': 400}}}, "
      "'faults': {'count': 20, 'from': 100, 'to': 4000, 'services': ['file', 'tty', 'block'], 'kinds': "
      "['crash', 'hang', 'leak']}, 'kernel': {'scheduler': 'rr:quantum=50', 'files': {'/a': 'text'}, "
      "'structure': {'model': 'microkernel', 'restart': 70, 'heartbeat': 50, 'quota': 3, 'retry': false}}, "
      "'processes': [{'name': 'f', 'count': 2, 'asm': '" FORK "'}, {'name': 's', 'asm': '" SPIN "'},"
      " {'name': 'r', 'bursts': [{'repeat': 40, 'do': [{'cpu': 20}, {'file': {'read': '/a'}}, "
      "{'file': {'append': '/b', 'bytes': 100}}, {'call': 'tty', 'cpu': 9}]}]}]}", 0, 4000, EV_REPAIRED },
    /* Modules come and go, schedulers among them. */
    { "modules", "{'ossim': 1, 'time_unit': 'us', 'machine': {'cpus': 2, 'disk': {'model': 'fixed', "
      "'latency': 40, 'size': '1MiB'}}, 'kernel': {'scheduler': 'rr:quantum=30', 'structure': {'model': 'modular', "
      "'unload': 90, 'load': {'file': 60, 'tty': {'read': 4, 'blocks': 2}}, 'schedulers': {'rr': 50, 'mlfq': 70, "
      "'fair': {'read': 20, 'blocks': 4}}}}, 'events': [{'at': 100, 'scheduler': 'mlfq'}, "
      "{'at': 400, 'scheduler': 'fair'}, {'at': 430, 'scheduler': 'rr:quantum=10'}, {'at': 700, 'scheduler': 'mlfq:quantum=20'}, "
      "{'at': 900, 'scheduler': 'stride'}, {'at': 1100, 'scheduler': 'fair'}],"
      "'processes': [{'name': 'e', 'count': 5, 'bursts': [{'repeat': 20, 'do': [{'cpu': {'exp': 20}},"
      "  {'call': 'file', 'cpu': 15}, {'sleep': {'exp': 120}}, {'call': 'tty', 'cpu': 3}]}]}]}", 0, 3000, EV_POLICY_SWITCH },
    /* The power fails twice under a journal, on a drive with an arm; what was read is read ahead. */
    { "power cuts", "{'ossim': 1, 'machine': {'cpus': 2, 'disk': {'model': 'hdd', 'scheduler': 'look', "
      "'size': '2MiB'}}, 'kernel': {'files': {'/a': 'text'}, 'fs': {'block': 1024, 'journal': 'data'}, "
      "'cache': {'blocks': 96, 'write_back': 20, 'read_ahead': 4, 'replacement': 'arc'}}, "
      "'events': [{'at': 80, 'fault': {'disk': 'power-cut', 'for': 30}}, {'at': 250, 'fault': {'disk': 'torn'}}],"
      "'processes': [{'name': 'w', 'count': 3, 'arrival': {'exp': 4}, 'bursts': [{'repeat': 12, 'do': [{'cpu': 1}, "
      "{'file': {'append': '/b', 'bytes': 3000}}, {'file': {'sync': '/b'}}, {'file': {'read': '/a'}}, "
      "{'file': {'write': '/c', 'bytes': 900, 'at': 20000}}]}]}]}", 0, 4000, EV_DISK_DONE },
    /* An array that is being rebuilt, of flash, and pages that go out to it. */
    { "array and swap", "{'ossim': 1, 'time_unit': 'us', 'machine': {'cpus': 2, 'memory': {'frames': 40}, 'swap': "
      "{'frames': 200, 'on': 'own', 'drive': 'femu', 'readahead': 3, 'cluster': 4}, 'disk': {'raid': 5, 'of': 3, 'failed': 1, "
      "'rebuild': true, 'drive': {'model': 'ssd', 'size': '1MiB'}}}, 'kernel': {'replacement': 'two-list'}, "
      "'processes': [{'name': 't', 'count': 3, 'bursts': [{'repeat': 20, 'do': [{'touch': {'zipf': [40, 0.8]}, "
      "'count': 30, 'write': true, 'each': 0.5}, {'disk': {'write': {'uniform': [0, 900]}, 'blocks': 4}}]}]}]}",
      0, 4000, EV_DISK_DONE },
    /* Clocks that follow the load, on unlike harts, under guests too. */
    { "energy", "{'ossim': 1, 'machine': {'cpus': [{'mhz': 2000, 'kind': 'big', 'opps': [{'mhz': 500, 'mw': 100}, "
      "{'mhz': 1000, 'mw': 300}, {'mhz': 2000, 'mw': 1500}], 'idle': [{'name': 'c1', 'mw': 20, 'entry': 0.01, "
      "'exit': 0.02, 'residency': 0.1}, {'name': 'c2', 'mw': 1, 'entry': 0.2, 'exit': 0.5, 'residency': 3}]}, "
      "{'mhz': 1000, 'kind': 'little', 'opps': [{'mhz': 300, 'mw': 20}, {'mhz': 1000, 'mw': 200}]}]}, "
      "'kernel': {'governor': 'ondemand', 'structure': {'model': 'vm', 'type': 2, 'guests': [{'name': 'g', "
      "'weight': 300, 'workload': {'ossim': 1, 'processes': [{'name': 'x', 'count': 3, 'bursts': [{'repeat': 20, "
      "'do': [{'cpu': {'exp': 2}}, {'io': {'exp': 6}}]}]}]}}]}}, 'processes': [{'name': 'h', 'count': 2, 'bursts': "
      "[{'repeat': 20, 'do': [{'cpu': {'exp': 3}}, {'sleep': {'exp': 9}}]}]}]}", 0, 3000, EV_FREQUENCY },
};
enum { WORLDS = sizeof worlds / sizeof *worlds, MOST_STEPS = 100000 };

/* An observer that lives in a heap: all events, in an array that grows. */
struct seen { struct heap *heap; struct event *v; size_t n, room; };

static void see(void *ctx, const struct event *e)
{
    struct seen *s = ctx;

    if (s->n == s->room) {
        s->room = s->room ? 2 * s->room : 4;
        s->v = heap_resize(s->heap, s->v, s->room * sizeof *s->v);
        ck_assert_ptr_nonnull(s->v);
    }
    s->v[s->n++] = *e;
}

struct trial {
    const struct world *w;
    struct simulation sim;
    uint8_t *block, *pool;      /* the observer's, the snapshots' */
    struct seen *seen;
    struct snapshots *s;
};
enum { BLOCK = 4096 * PAGE };

static void trial_open(struct trial *t, const struct world *w)
{
    char *json = strdup(w->json), *out = json;

    for (const char *c = json; *c; c++)         /* quotes; newlines are \n in JSON */
        *out++ = *c == '\'' ? '"' : *c;
    *out = 0;
    char *text = malloc(2 * strlen(json) + 1), *to = text;
    for (const char *c = json; *c; c++)
        if (*c == '\n')
            *to++ = '\\', *to++ = 'n';
        else
            *to++ = *c;
    *to = 0;
    *t = (struct trial){ .w = w };
    simulate_open(&t->sim, text);
    free(json);
    free(text);
    /* Its own observer keeps memory elsewhere. */
    stream_init(machine_stream(t->sim.machine), true);
    t->block = zeroed(BLOCK / PAGE);
    struct heap *h = heap_init(t->block, BLOCK);
    t->seen = heap_take_zeroed(h, 1, sizeof *t->seen);
    t->seen->heap = h;
    stream_subscribe_kernel(machine_stream(t->sim.machine), KERNEL_ANY, EVENTS_ALL, see,
                            t->seen);
    t->pool = zeroed(w->budget);
    struct snapshot_region r[] = { { t->sim.memory, t->sim.size, NULL },
                                   { t->block, BLOCK, heap_used(h) } };
    t->s = snapshots_init(t->pool, w->budget * PAGE, r, 2, NULL);
    ck_assert_ptr_nonnull(t->s);
}

static void trial_close(struct trial *t)
{
    pages_unmap(t->block, BLOCK);
    pages_unmap(t->pool, t->w->budget * PAGE);
    simulate_close(&t->sim);
}

/* What is typed when: at every hundredth step and when nothing else is left, and an end
 * of file in the end. */
static void type(struct trial *t, uint64_t step)
{
    struct machine *m = t->sim.machine;

    if (t->w->types && (step % 100 == 0 || machine_needs_input(m)))
        machine_input(m, t->w->types - 1, "hello\n", step > 2000 ? 0 : 6);
}

/* One entry. False: it is over. */
static bool step(struct trial *t)
{
    struct machine *m = t->sim.machine;
    uint64_t before = machine_steps(m);

    type(t, before);
    machine_run(m, NS_MAX, 1);
    return machine_steps(m) != before;
}

static uint64_t hash_of(const struct trial *t)
{
    return stream_hash(machine_stream(t->sim.machine));
}

static void take(struct trial *t)
{
    struct machine *m = t->sim.machine;
    uint64_t steps = machine_steps(m);

    ck_assert(snapshots_take(t->s, &(struct snapshot_at){
        .now = machine_now(m), .events = machine_stream(m)->count, .steps = steps,
        .cost = steps }));
}

/* What was said is what the one that only went forward has said. */
static void same_past(const struct trial *t, const struct trial *straight)
{
    ck_assert_uint_eq(t->seen->n, machine_stream(t->sim.machine)->count);
    ck_assert_uint_le(t->seen->n, straight->seen->n);
    ck_assert(!t->seen->n ||
              !memcmp(t->seen->v, straight->seen->v, t->seen->n * sizeof *t->seen->v));
}

static unsigned said(const struct trial *t, enum event_kind kind)
{
    unsigned n = 0;

    for (size_t i = 0; i < t->seen->n; i++)
        n += t->seen->v[i].kind == kind;
    return n;
}

static void back_and_forth(const struct world *w, unsigned jumps)
{
    static uint64_t hash[MOST_STEPS + 1];
    uint64_t n = 0;
    struct trial one, two;

    trial_open(&one, w);
    do {
        hash[n] = hash_of(&one);
        ck_assert_uint_eq(machine_steps(one.sim.machine), n);
        ck_assert_uint_lt(n, MOST_STEPS);
    } while (step(&one) && ++n);
    ck_assert_int_eq(machine_over(one.sim.machine), MACHINE_DONE);
    ck_assert_msg(n > 400, "%s: only %llu steps", w->name, (unsigned long long)n);

    ck_assert_msg(!w->often || said(&one, w->often) >= 5, "%s: nothing happens", w->name);

    trial_open(&two, w);
    take(&two);
    for (unsigned i = 0; i < jumps; i++) {
        if (draw(2))
            snapshots_restore(two.s, draw(snapshots_count(two.s)));
        for (unsigned k = draw(draw(10) ? 30 : (unsigned)n); k && step(&two); k--)
            if (draw(20) == 0)
                take(&two);
        uint64_t at = machine_steps(two.sim.machine);
        ck_assert_msg(hash_of(&two) == hash[at], "%s: step %llu differs", w->name,
                      (unsigned long long)at);
        same_past(&two, &one);
        take(&two);
    }
    ck_assert(snapshots_check(two.s));
    while (step(&two))
        ;
    ck_assert_uint_eq(machine_steps(two.sim.machine), n);
    ck_assert(hash_of(&two) == hash[n]);
    trial_close(&one);
    trial_close(&two);
}

START_TEST(what_follows_never_differs)
{
    dice = rng_stream(2, "snapshot", 0);
    for (unsigned i = 0; i < WORLDS; i++)
        back_and_forth(&worlds[i], 150);
}
END_TEST

/* Runs that are cut at any time, between entries too, and that nobody types into. */
static void cut_anywhere(const struct world *w, unsigned jumps)
{
    struct trial one, two;

    trial_open(&one, w);
    ck_assert_int_eq(machine_run(one.sim.machine, NS_MAX, 0), MACHINE_DONE);
    trial_open(&two, w);
    take(&two);
    for (unsigned i = 0; i < jumps; i++) {
        ns_t end = machine_now(one.sim.machine);

        if (draw(2))
            snapshots_restore(two.s, draw(snapshots_count(two.s)));
        ns_t now = machine_now(two.sim.machine);
        machine_run(two.sim.machine, now + (ns_t)rng_below(&dice, (uint64_t)(end - now) / 4 + 2),
                    0);
        same_past(&two, &one);
        take(&two);
    }
    machine_run(two.sim.machine, NS_MAX, 0);
    ck_assert(hash_of(&two) == hash_of(&one));
    trial_close(&one);
    trial_close(&two);
}

START_TEST(cuts_change_nothing)
{
    dice = rng_stream(3, "snapshot", 0);
    for (unsigned i = 0; i < WORLDS; i++)
        if (!worlds[i].types)
            cut_anywhere(&worlds[i], 120);
}
END_TEST

SUITE(snapshot, 600, pages_against_whole_copies, too_little_room_is_said,
      the_past_is_thinned_out, the_future_stays_known, what_follows_never_differs,
      cuts_change_nothing)
