/* System calls whose answer depends on more than their arguments: other processes, what
 * was there when they began, and which table is full. */
#include "../suite.h"
#include "guest.h"

#define FORK "li a0, 17\nli a1, 0\n" SYS(220)
#define REAP "li a0, -1\nla a1, status\nli a2, 0\nli a3, 0\n" SYS(260)
#define SPIN(n) "li t0, " #n "\n9: addi t0, t0, -1\nbnez t0, 9b\n"

static struct guest done(struct guest g)
{
    guest_run(&g);
    ck_assert_int_eq(g.end, MACHINE_DONE);
    ck_assert_int_eq(g.signal, 0);
    return g;
}

/* FUTEX_WAIT_BITSET says until when, FUTEX_WAIT how long. The program sleeps 3 ms first. */
START_TEST(futex_timeouts_absolute_and_relative)
{
    static const struct { const char *op; ns_t ends; } t[] = {
        { "9", 5000000 }, { "137", 5000000 }, { "0", 8000000 }, { "128", 8000000 } };

    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        char source[600];

        snprintf(source, sizeof source,
                 "_start: li a0, 1\nli a1, 0\nla a2, three\nli a3, 0\n" SYS(407)
                 "la a0, word\nli a1, %s\nli a2, 0\nla a3, five\nli a4, 0\nli a5, -1\n"
                 SYS(422) "neg a0, a0\n" SYS(94)
                 ".data\n.balign 8\nthree: .dword 0, 3000000\nfive: .dword 0, 5000000\n"
                 "word: .word 0\n", t[i].op);
        struct guest g = done((struct guest){ .source = source });
        ck_assert_int_eq(g.status, G_ETIMEDOUT);
        ck_assert_int_ge(g.time, t[i].ends);
        ck_assert_int_lt(g.time, t[i].ends + 1000);
    }
}
END_TEST

/* One whose time has passed is over at once. */
START_TEST(a_past_time_is_not_waited_for)
{
    struct guest g = done((struct guest){ .source =
        "_start: la a0, word\nli a1, 9\nli a2, 0\nla a3, past\nli a4, 0\nli a5, -1\n"
        SYS(422) "neg a0, a0\n" SYS(94)
        ".data\n.balign 8\npast: .dword 0, 1\nword: .word 0\n" });

    ck_assert_int_eq(g.status, G_ETIMEDOUT);
    ck_assert_int_lt(g.time, 100);
}
END_TEST

/* The grandchild spins for 4 ms. The child waits for it, or (argument 0) does not. ms of
 * user time of the children, as the program sees them. */
static int children_ms(bool waits)
{
    char source[1200];

    snprintf(source, sizeof source,
             "_start: " FORK "bnez a0, 1f\n" FORK "bnez a0, 2f\n"
             SPIN(2000000) EXIT(0)
             "2: %s" EXIT(0)
             "1: " REAP
             "li a0, -1\nla a1, usage\n" SYS(165)       /* RUSAGE_CHILDREN */
             "lw a0, usage+4\nli t1, 1000\ndivu a0, a0, t1\n" SYS(94)
             ".data\n.balign 8\nusage: .zero 144\nstatus: .word 0\n", waits ? REAP : "");
    return done((struct guest){ .source = source }).status;
}

START_TEST(grandchildren_count_once_they_are_waited_for)
{
    ck_assert_int_eq(children_ms(true), 4);
    ck_assert_int_eq(children_ms(false), 0);
}
END_TEST

/* All descriptors but one are used: EMFILE. A hundred processes are not needed to have
 * all open files used: one opens pipes and closes none, passes the descriptors on to a
 * child and makes room for its own. */
START_TEST(which_table_is_full)
{
    struct guest mine = done((struct guest){ .source =
        "_start: li a0, 0\n" SYS(23) "bgez a0, _start\n"
        "li a0, 9\n" SYS(57)
        "la a0, fds\nli a1, 0\n" SYS(59) "neg a0, a0\n" SYS(94)
        ".data\n.balign 4\nfds: .word 0, 0\n" });
    ck_assert_int_eq(mine.status, G_EMFILE);

    /* Each process opens pipes to its limit and forks; the child closes all of its copies,
     * while the parent waits and keeps them. */
    struct guest all = done((struct guest){ .forks = 128, .source =
        "_start: li s1, 40\n"
        "1: la a0, fds\nli a1, 0\n" SYS(59)
        "li t0, -23\nbeq a0, t0, full\n"
        "beqz a0, 1b\n"
        "addi s1, s1, -1\nbeqz s1, full\n"
        FORK "bnez a0, parent\n"
        "li s0, 3\n"
        "2: mv a0, s0\n" SYS(57) "addi s0, s0, 1\nli t0, 64\nbne s0, t0, 2b\n"
        "j 1b\n"
        "parent: " REAP "lw a0, status\nsrli a0, a0, 8\n" SYS(94)
        "full: neg a0, a0\n" SYS(94)
        ".data\n.balign 4\nfds: .word 0, 0\nstatus: .word 0\n" });
    ck_assert_int_eq(all.status, G_ENFILE);
}
END_TEST

/* While a thread waits in readv, its descriptor is closed and the number given to another
 * pipe, where something else is to be read. It reads from the one that it began with. */
START_TEST(a_wait_keeps_the_file_that_it_began_with)
{
    struct guest g = done((struct guest){ .source =
        "_start: la a0, one\nli a1, 0\n" SYS(59) "la a0, two\nli a1, 0\n" SYS(59)
        "li a0, 0x10f00\nla a1, stack\nli a2, 0\nli a3, 0\nli a4, 0\n" SYS(220)
        "beqz a0, reader\n"
        "li a0, 1\nli a1, 0\nla a2, nap\nli a3, 0\n" SYS(407)
        "lw a0, two+4\nla a1, wrong\nli a2, 8\n" SYS(64)
        "lw a0, two\nlw a1, one\nli a2, 0\n" SYS(24)       /* dup3: 'one' is gone */
        "lw a0, one+4\nla a1, right\nli a2, 8\n" SYS(64)
        "li a0, 0\n" SYS(93)
        "reader: lw a0, one\nla a1, vector\nli a2, 2\n" SYS(65)
        "mv a2, a0\nli a0, 1\nla a1, first\n" SYS(64)
        "li a0, 0\n" SYS(94)
        ".data\n.balign 8\nnap: .dword 0, 1000\none: .word 0, 0\ntwo: .word 0, 0\n"
        "vector: .word first, 3, second, 5\nfirst: .ascii \"...\"\nsecond: .ascii \".....\"\n"
        "right: .ascii \"abcdefgh\"\nwrong: .ascii \"12345678\"\n"
        ".balign 16\n.space 1024\nstack: .word 0\n" });

    ck_assert_str_eq(g.out, "abcdefgh");
}
END_TEST

/* Both are blocked. A stop takes a continue that waits along, and the other way round. */
START_TEST(stop_and_continue_cancel_each_other)
{
#define SEND(n) SYS(172) "li a1, " #n "\n" SYS(129)
#define PENDING "la a0, set\nli a1, 8\n" SYS(136)
    struct guest g = done((struct guest){ .source =
        "_start: li a0, 0\nla a1, both\nli a2, 0\nli a3, 8\n" SYS(135)
        SEND(18) SEND(20) PENDING "lw s0, set\n"
        SEND(18) PENDING "lw s1, set\n"
        "li t0, 0x80000\nbne s0, t0, 1f\nli t0, 0x20000\nbne s1, t0, 1f\n" EXIT(0)
        "1:" EXIT(1)
        ".data\n.balign 8\nboth: .word 0xa0000, 0\nset: .word 0, 0\n" });

    ck_assert_int_eq(g.status, 0);
}
END_TEST

/* SA_NOCLDWAIT: children leave nothing to wait for; wait lasts until the last has ended. */
START_TEST(children_that_nobody_wants)
{
    struct guest g = done((struct guest){ .source =
        "_start: li a0, 17\nla a1, act\nli a2, 0\nli a3, 8\n" SYS(134)
        FORK "beqz a0, 1f\n" REAP "neg a0, a0\n" SYS(94)
        "1: " SPIN(1000000) EXIT(3)
        ".data\n.balign 8\nact: .word 0, 2, 0, 0\nstatus: .word 0\n" });

    ck_assert_int_eq(g.status, G_ECHILD);
    ck_assert_int_gt(g.time, 2000000);
}
END_TEST

/* KiB, with what is gone by then: the child uses 20 pages. */
START_TEST(the_most_memory_that_a_child_had)
{
    struct guest g = done((struct guest){ .source =
        "_start: " FORK "beqz a0, 1f\n"
        "li a0, -1\nla a1, status\nli a2, 0\nla a3, usage\n" SYS(260)
        "lw a0, usage+16\n" SYS(94)
        "1: la t0, room\nli t1, 20\nli t2, 4096\n"
        "2: sw t1, 0(t0)\nadd t0, t0, t2\naddi t1, t1, -1\nbnez t1, 2b\n" EXIT(0)
        ".data\n.balign 8\nusage: .zero 144\nstatus: .word 0\n"
        ".bss\n.balign 4096\nroom: .zero 81920\n" });

    ck_assert_int_ge(g.status, 80);
    ck_assert_int_le(g.status, 80 + 40);
}
END_TEST

SUITE(calls, 20, futex_timeouts_absolute_and_relative, a_past_time_is_not_waited_for,
      grandchildren_count_once_they_are_waited_for, which_table_is_full,
      a_wait_keeps_the_file_that_it_began_with, stop_and_continue_cancel_each_other,
      children_that_nobody_wants, the_most_memory_that_a_child_had)
