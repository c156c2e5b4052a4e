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

SUITE(program, 10, hello)
