/* Requests stand before doors: a made-up structure that takes time at each, or lets nobody
 * into a service, under programs and bursts. */
#include "../suite.h"
#include "guest.h"

#include "../../src/kern/door.h"
#include <machine/inside.h>

enum { TOLL = 300 };            /* cycles, ns at 1 GHz */

static enum service shut;       /* nobody gets in there */

static void toll(const struct kern *k, enum service from, enum service to,
                 struct crossing *out)
{
    (void)k, (void)from;
    *out = (struct crossing){ .cycles = TOLL, .refused = to == shut };
}

static bool nowhere(const struct kern *k, enum service at, enum service what)
{
    (void)k;
    return at == what;
}

static const char *call(const struct kern *k, enum service from, enum service to)
{
    (void)k, (void)from, (void)to;
    return "toll";
}

static const struct structure_ops toll_house = {
    .name = "toll-house", .source = "made up", .plan = toll, .reaches = nowhere,
    .mechanism = call,
};

static struct kern *open_behind_doors(struct guest *g, enum service dead)
{
    shut = dead;
    g->costs.crossing.call = 1;         /* so that there are doors at all */
    guest_open(g);
    g->machine->kern.door.ops = &toll_house;
    return &g->machine->kern;
}

static uint64_t paid(const struct kern *k, enum service from, enum service to)
{
    ck_assert_uint_eq((uint64_t)k->door.time[from][to] % TOLL, 0);
    return (uint64_t)k->door.time[from][to] / TOLL;
}

static void run(struct guest *g)
{
    while (!(g->end = machine_run(g->machine, NS_MAX, 1)))
        ck_assert(kern_check(&g->machine->kern));
    ck_assert_int_eq(g->end, MACHINE_DONE);
    g->out[g->nout] = 0;
}

/* --- ends --- */

START_TEST(an_end_is_paid_for)
{
    static struct guest g;

    g = (struct guest){ .source = "_start:\n" EXIT(5) };
    const struct kern *k = open_behind_doors(&g, SERVICE_USER);

    run(&g);
    ck_assert_int_eq(g.status, 5);
    ck_assert_uint_eq(paid(k, SERVICE_USER, SERVICE_PROC), 1);
    ck_assert_uint_eq(paid(k, SERVICE_PROC, SERVICE_FILE), 1);
    ck_assert_uint_eq(paid(k, SERVICE_PROC, SERVICE_MEM), 1);
    ck_assert_uint_eq(k->door.count[SERVICE_PROC][SERVICE_FILE], 1);
    ck_assert_uint_eq(k->door.count[SERVICE_PROC][SERVICE_MEM], 2);     /* it was loaded */
    ck_assert_int_ge(machine_now(g.machine), 3 * TOLL);
    guest_close(&g);
}
END_TEST

/* Two threads, of which one ends the process: while it stands at the doors, the other does
 * not run on. */
START_TEST(who_ends_takes_the_others_along_first)
{
    static struct guest g;

    g = (struct guest){ .cpus = 2, .source =
        "_start: li a0, 0x50f00\nla a1, top\nli a2, 0\nli a3, 0\nli a4, 0\n" SYS(220)
        "beqz a0, 2f\n"
        "li t0, 2000\n1: addi t0, t0, -1\nbnez t0, 1b\n" EXIT(3)
        "2: la t1, word\nli t2, 1\n3: amoadd.w x0, t2, (t1)\nj 3b\n"
        ".data\n.balign 16\nword: .word 0\n.zero 256\ntop: .word 0\n" };
    open_behind_doors(&g, SERVICE_USER);
    run(&g);
    ck_assert_int_eq(g.status, 3);
    ck_assert_uint_eq(g.count[EV_EXIT], 2);
    ck_assert_int_eq(machine_now(g.machine) < 100000, 1);
    guest_close(&g);
}
END_TEST

START_TEST(a_dead_service_keeps_nobody)
{
    static struct guest g;

    g = (struct guest){ .source = "_start:\n" EXIT(0) };
    const struct kern *k = open_behind_doors(&g, SERVICE_FILE);

    run(&g);
    ck_assert_int_eq(g.status, 0);
    ck_assert_uint_eq(g.count[EV_REFUSED], 1);
    ck_assert_uint_eq(paid(k, SERVICE_PROC, SERVICE_FILE), 0);
    guest_close(&g);
}
END_TEST

/* --- faults --- */

static const char touches[] = "_start: la t0, far\nli t1, 1\nsw t1, 0(t0)\nlui t2, 1\n"
                              "add t0, t0, t2\nsw t1, 0(t0)\n" EXIT(0)
                              ".bss\n.balign 4096\n.zero 4096\nfar: .zero 8192\n";

START_TEST(a_fault_is_paid_for_once)
{
    static struct guest g;

    g = (struct guest){ .source = touches };
    const struct kern *k = open_behind_doors(&g, SERVICE_USER);

    run(&g);
    ck_assert_int_eq(g.status, 0);
    ck_assert_uint_eq(paid(k, SERVICE_USER, SERVICE_MEM), 2);
    ck_assert_uint_eq(k->door.count[SERVICE_USER][SERVICE_MEM], 2);
    guest_close(&g);
}
END_TEST

START_TEST(without_memory_a_fault_is_fatal)
{
    static struct guest g;

    g = (struct guest){ .source = touches };
    open_behind_doors(&g, SERVICE_MEM);
    run(&g);
    ck_assert_int_eq(g.signal, G_SIGBUS);
    guest_close(&g);
}
END_TEST

/* The kernel touches the page: a call of the service that writes there. */
START_TEST(the_kernels_own_fault_is_a_call_too)
{
    static struct guest g;

    g = (struct guest){ .source = "_start: la a0, far\n" SYS(160) "seqz a0, a0\n" SYS(94)
                                  ".bss\n.balign 4096\n.zero 4096\nfar: .zero 4096\n" };
    const struct kern *k = open_behind_doors(&g, SERVICE_USER);

    run(&g);
    ck_assert_int_eq(g.status, 1);
    ck_assert_uint_eq(paid(k, SERVICE_PROC, SERVICE_MEM), 2);   /* and the end */
    guest_close(&g);
    g = (struct guest){ .source = "_start: la a0, far\n" SYS(160) "neg a0, a0\n" SYS(94)
                                  ".bss\n.balign 4096\n.zero 4096\nfar: .zero 4096\n" };
    open_behind_doors(&g, SERVICE_MEM);
    run(&g);
    ck_assert_int_eq(g.status, G_EIO);
    guest_close(&g);
}
END_TEST

/* --- SIGPIPE --- */

static const char broken_pipe[] =
    "_start: la a0, fds\nli a1, 0\n" SYS(59) "lw a0, fds\n" SYS(57)
    "la t0, fds\nlw a0, 4(t0)\nla a1, fds\nli a2, 1\n" SYS(64) "neg a0, a0\n" SYS(94)
    ".data\nfds: .word 0, 0\n";

START_TEST(sigpipe_is_sent_through_the_door)
{
    static struct guest g;

    g = (struct guest){ .source = broken_pipe };
    const struct kern *k = open_behind_doors(&g, SERVICE_USER);

    run(&g);
    ck_assert_int_eq(g.signal, G_SIGPIPE);
    ck_assert_uint_eq(paid(k, SERVICE_IPC, SERVICE_PROC), 1);
    ck_assert_uint_eq(paid(k, SERVICE_PROC, SERVICE_MEM), 1);   /* its end, by a signal */
    guest_close(&g);
}
END_TEST

/* --- bursts --- */

#include "simulate.h"

/* A step is paid for once, however often its task has to come again. */
START_TEST(a_step_is_a_request)
{
    static const char json[] =
        "{\"ossim\": 1, \"time_unit\": \"us\", \"kernel\":"
        " {\"scheduler\": \"rr:quantum=5\", \"structure\": \"layered\"},"
        " \"processes\": [{\"name\": \"a\", \"count\": 2,"
        " \"bursts\": [{\"repeat\": 3, \"do\": [{\"lock\": \"l\"}, {\"cpu\": 2}, {\"io\": 3},"
        " {\"unlock\": \"l\"}]}]}]}";
    struct simulation s;

    simulate_open(&s, json);
    struct kern *k = &s.machine->kern;
    shut = SERVICE_USER;
    k->door.ops = &toll_house;
    while (!(s.end = machine_run(s.machine, NS_MAX, 1)))
        ck_assert(kern_check(k));
    ck_assert_int_eq(s.end, MACHINE_DONE);
    ck_assert_uint_eq(k->door.count[SERVICE_USER][SERVICE_IPC], 2 * 3 * 2);
    ck_assert_uint_eq(k->door.count[SERVICE_USER][SERVICE_BLOCK], 2 * 3);
    ck_assert_uint_eq(paid(k, SERVICE_USER, SERVICE_IPC), 2 * 3 * 2);
    ck_assert_uint_eq(paid(k, SERVICE_USER, SERVICE_BLOCK), 2 * 3);
    simulate_close(&s);
}
END_TEST

SUITE(door, 60, an_end_is_paid_for, who_ends_takes_the_others_along_first,
      a_dead_service_keeps_nobody, a_fault_is_paid_for_once, without_memory_a_fault_is_fatal,
      the_kernels_own_fault_is_a_call_too, sigpipe_is_sent_through_the_door, a_step_is_a_request)
