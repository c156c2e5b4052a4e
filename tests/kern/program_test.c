/* program_test.c - programs from birth to exit: traps, faults, counts and time. */
#include "../suite.h"
#include "guest.h"

START_TEST(hello)
{
    struct guest g = { .source =
        ".globl _start\n_start:\n"
        "li a0, 1\nla a1, text\nli a2, 6\n" SYS(64)
        "mv s0, a0\n"
        "li a0, 7\n" SYS(94)
        ".data\ntext: .ascii \"hello\\n\"\n" };

    guest_run(&g);
    ck_assert_int_eq(g.end, MACHINE_DONE);
    ck_assert_str_eq(g.out, "hello\n");
    ck_assert_int_eq(g.status, 7);
    ck_assert_int_eq(g.signal, 0);
}
END_TEST


/* 1 GHz and one cycle an instruction: time is the count of instructions. */
START_TEST(time_is_exact)
{
    struct guest g = { .source =
        "_start: li t0, 1000\n1: addi t0, t0, -1\nbnez t0, 1b\n" EXIT(0) };

    guest_run(&g);
    ck_assert_int_eq(g.time, 1 + 2000 + 2);
    ck_assert_int_eq(g.status, 0);
}
END_TEST

START_TEST(time_follows_the_frequency)
{
    static const struct { uint32_t mhz; ns_t ns; } rows[] = {
        { 1, 2003000 }, { 3, 667666 }, { 333, 6015 }, { 2000, 1001 }, { 3700, 541 } };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct guest g = { .mhz = rows[i].mhz, .policy = "rr:quantum=1us", .source =
            "_start: li t0, 1000\n1: addi t0, t0, -1\nbnez t0, 1b\n" EXIT(0) };

        guest_run(&g);
        /* Slices of 1 us cut it in many pieces, and not a cycle is lost. */
        ck_assert_int_eq(g.time, rows[i].ns);
    }
}
END_TEST

START_TEST(costs_are_charged)
{
    static const char source[] = "_start: li a7, 172\necall\nmul t0, t1, t2\n" EXIT(0);
    struct guest cheap = { .source = source }, dear = { .source = source };

    for (unsigned i = 0; i < INSN_CLASSES; i++)
        dear.costs.insn[i] = 1;
    dear.costs.insn[INSN_MUL] = 4;
    dear.costs.syscall = 100;
    dear.costs.page_fault = 1000;
    guest_run(&cheap);
    guest_run(&dear);
    ck_assert_int_eq(cheap.time, 4);
    ck_assert_int_eq(dear.time, 4 + 3 + 2 * 100);       /* text is there from the start */
    ck_assert_uint_eq(dear.count[EV_KERNEL], 2);
    ck_assert_uint_eq(dear.count[EV_SYSCALL], 2);
    ck_assert_uint_eq(dear.count[EV_SYSRET], 1);
}
END_TEST

/* A loop under a small quantum is expired exactly at its ends; nothing else happens. */
START_TEST(preempted_in_time)
{
    struct guest g = { .policy = "rr:quantum=10us", .until = 1000000,
                       .source = "_start: j _start\n" };

    guest_run(&g);
    ck_assert_int_eq(g.end, MACHINE_RUNNING);
    ck_assert_uint_eq(g.count[EV_DISPATCH], 1 + 100);
    ck_assert_int_eq(g.time, 1000000);
}
END_TEST

/* Events at `until` are included, also what a program does at that very time. */
START_TEST(until_includes_its_end)
{
    for (ns_t until = 1; until < 4; until++) {
        struct guest g = { .until = until,
                           /* An instruction is 1 ns, a call none. */
                           .source = "_start: li a7, 172\necall\necall\n" EXIT(0) };

        guest_run(&g);
        ck_assert_uint_eq(g.count[EV_SYSCALL], until < 3 ? 2 : 3);
    }
}
END_TEST

static const char fork_tree[] =
    "_start: li s0, 4\n"
    "1: beqz s0, 2f\n"
    "addi s0, s0, -1\n"
    "li a0, 17\nli a1, 0\n" SYS(220)
    "j 1b\n"
    "2: li a0, -1\nli a1, 0\nli a2, 0\nli a3, 0\n" SYS(260)
    "bgtz a0, 2b\n"
    EXIT(3);

/* 2^4 processes; every one that was made is waited for, or ends with its parent. */
START_TEST(a_tree_of_forks)
{
    struct guest g = { .source = fork_tree };

    guest_run(&g);
    ck_assert_int_eq(g.end, MACHINE_DONE);
    ck_assert_uint_eq(g.count[EV_FORK], 15);
    ck_assert_uint_eq(g.count[EV_EXIT], 16);
    ck_assert_uint_eq(g.count[EV_ARRIVE], 16);
    ck_assert_uint_eq(g.count[EV_REAP], 16);
    ck_assert_int_eq(g.status, 3);
}
END_TEST

START_TEST(runs_repeat)
{
    for (uint32_t cpus = 1; cpus <= 4; cpus *= 2) {
        struct guest a = { .source = fork_tree, .cpus = cpus };
        struct guest b = { .source = fork_tree, .cpus = cpus };

        guest_run(&a);
        guest_run(&b);
        ck_assert_uint_eq(a.hash, b.hash);
        ck_assert_uint_eq(a.count[EV_FORK], 15);
    }
}
END_TEST

/* A run that is cut into many pieces is the same run. */
START_TEST(pieces_are_the_whole)
{
    struct guest whole = { .source = fork_tree }, cut = { .source = fork_tree };

    guest_run(&whole);
    guest_open(&cut);
    for (ns_t t = 0; machine_over(cut.machine) == MACHINE_RUNNING; t += 7)
        machine_run(cut.machine, t, 3);
    ck_assert_uint_eq(stream_hash(machine_stream(cut.machine)), whole.hash);
    guest_close(&cut);
}
END_TEST

START_TEST(unknown_calls_are_counted)
{
    struct guest g = { .source = "_start:\n" SYS(400) "neg a0, a0\n" SYS(94) };

    guest_run(&g);
    ck_assert_int_eq(g.status, G_ENOSYS);
    ck_assert_uint_eq(g.count[EV_ENOSYS], 1);
}
END_TEST

START_TEST(faults_are_said)
{
    struct guest g = { .source = "_start: lw t0, 64(zero)\n" };

    guest_run(&g);
    ck_assert_int_eq(g.signal, G_SIGSEGV);
    ck_assert_uint_eq(g.count[EV_TRAP], 1);
    ck_assert_uint_eq(g.count[EV_SIGNAL], 1);
}
END_TEST

static const char echo[] =
    "_start: li a0, 0\nla a1, buf\nli a2, 64\n" SYS(63)
    "blez a0, 1f\nmv a2, a0\nli a0, 1\nla a1, buf\n" SYS(64)
    "j _start\n1:\n" EXIT(5)
    ".bss\nbuf: .space 64\n";

START_TEST(input_of_the_workload)
{
    struct guest g = { .source = echo, .input = "some text\nand more\n" };

    guest_run(&g);
    ck_assert_str_eq(g.out, "some text\nand more\n");
    ck_assert_int_eq(g.status, 5);
}
END_TEST

START_TEST(typed_input)
{
    struct guest g = { .source = echo, .input_open = true };

    guest_open(&g);
    ck_assert_int_eq(machine_run(g.machine, NS_MAX, 0), MACHINE_RUNNING);
    ck_assert(machine_needs_input(g.machine));
    ck_assert(machine_input(g.machine, 0, "line\n", 5));
    ck_assert(!machine_needs_input(g.machine));
    ck_assert_int_eq(machine_run(g.machine, NS_MAX, 0), MACHINE_RUNNING);
    ck_assert_str_eq(g.out, "line\n");
    char much[5000] = "";
    ck_assert(!machine_input(g.machine, 0, much, sizeof much));
    ck_assert(machine_input(g.machine, 0, NULL, 0));
    ck_assert_int_eq(machine_run(g.machine, NS_MAX, 0), MACHINE_DONE);
    ck_assert(!machine_input(g.machine, 0, "x", 1));
    ck_assert_int_eq(g.status, 5);
    ck_assert_uint_eq(g.count[EV_INPUT], 2);
    guest_close(&g);
}
END_TEST

/* A buffer that crosses from a mapped page to one that is not: nothing is taken. */
START_TEST(bad_pointers_change_nothing)
{
    struct guest g = { .input = "abcdefgh", .source =
        "_start: li a0, 0\nla a1, last\nli a2, 8\n" SYS(63)
        "li t0, -14\nbne a0, t0, 1f\n"
        "li a0, 0\nla a1, last\nli a2, 4\n" SYS(63)     /* all of it is still there */
        "li a0, 1\nla a1, last\nli a2, 4\n" SYS(64)
        EXIT(0)
        "1:" EXIT(1)
        ".data\n.space 4092\nlast: .space 4\n" };

    guest_run(&g);
    ck_assert_int_eq(g.status, 0);
    ck_assert_str_eq(g.out, "abcd");
}
END_TEST

START_TEST(no_memory_no_program)
{
    for (uint32_t frames = 1; frames < 24; frames++) {
        struct guest g = { .source = fork_tree, .frames = frames };

        guest_run(&g);
        ck_assert_int_eq(g.end, MACHINE_DONE);
        ck_assert(g.signal == G_SIGKILL || g.status == 3);
    }
}
END_TEST

START_TEST(forks_have_a_limit)
{
    struct guest g = { .forks = 8, .source =
        "_start: li a0, 17\nli a1, 0\n" SYS(220)
        "bgtz a0, _start\n"
        "bltz a0, 1f\n"
        "2: li a7, 124\necall\nj 2b\n"
        "1: neg s0, a0\nli a0, 0\nli a1, 9\n" SYS(129)  /* the whole group */ };

    guest_run(&g);
    ck_assert_int_eq(g.end, MACHINE_DONE);
    ck_assert_uint_eq(g.count[EV_FORK], 8);
    ck_assert_int_eq(g.signal, G_SIGKILL);
}
END_TEST

SUITE(program, 10, hello, time_is_exact, until_includes_its_end, time_follows_the_frequency, costs_are_charged,
      preempted_in_time, a_tree_of_forks, runs_repeat, pieces_are_the_whole,
      unknown_calls_are_counted, faults_are_said, input_of_the_workload, typed_input,
      bad_pointers_change_nothing, no_memory_no_program, forks_have_a_limit)
