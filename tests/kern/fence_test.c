/* Harts forget translations that no longer hold: each program here uses a page, so that it
 * is in the TLB, has it changed behind the TLB's back, and uses it again. */
#include "../suite.h"
#include "guest.h"

#define FORK "li a0, 17\nli a1, 0\n" SYS(220)
#define WAIT_STATUS "li a0, -1\nla a1, status\nli a2, 0\nli a3, 0\n" SYS(260)
#define DATA ".data\n.balign 4096\npage: .zero 4096\nstatus: .word 0\nthere: .word 0\n"

static void ends_with(const char *source, int status, int signal)
{
    struct guest g = { .source = source };

    guest_run(&g);
    ck_assert_int_eq(g.end, MACHINE_DONE);
    ck_assert_int_eq(g.signal, signal);
    ck_assert_int_eq(g.status, status);
}

/* Shared with the child, and read; then the kernel writes to it, into a copy. */
START_TEST(after_a_copy_the_copy_is_read)
{
    ends_with("_start: la s0, page\n" FORK "beqz a0, 1f\n"
              "lw s1, 8(s0)\n"
              "li a0, 1\nmv a1, s0\n" SYS(403)  /* clock_gettime: ns at 8 */
              "lw s2, 8(s0)\n"
              "sltu a0, s1, s2\n" SYS(94)
              "1:" EXIT(0) DATA, 1, 0);
}
END_TEST

/* The parent's entry for the page lets it write; after a fork it may not, since the child
 * is to read what stood there. */
START_TEST(after_a_fork_the_page_is_shared)
{
    ends_with("_start: la s0, page\nli t0, 3\nsw t0, 0(s0)\n"
              FORK "beqz a0, 1f\n"
              "li t0, 4\nsw t0, 0(s0)\n"
              WAIT_STATUS "lw a0, status\nsrli a0, a0, 8\n" SYS(94)
              "1: lw a0, 0(s0)\n" SYS(94) DATA, 3, 0);
}
END_TEST

/* ...and so does another thread on another hart, which has the shared page in its TLB. */
START_TEST(another_hart_reads_the_copy)
{
    struct guest g = { .cpus = 2, .until = 100000000, .source =
        "_start: la s0, page\n"
        "li a0, 0x10f00\nla a1, stack\nli a2, 0\nli a3, 0\nli a4, 0\n" SYS(220)
        "beqz a0, reader\n"
        "la s1, there\n"
        "1: lw t0, 0(s1)\nbeqz t0, 1b\n"
        FORK "beqz a0, child\n"
        "li t0, 10000\n2: addi t0, t0, -1\nbnez t0, 2b\n"   /* the reader reads */
        "li t0, 5\nsw t0, 0(s0)\n"
        "3: j 3b\n"                     /* the reader ends the process */
        "child: li t0, 1000000\n4: addi t0, t0, -1\nbnez t0, 4b\n" EXIT(0)
        "reader: la s1, there\nli t0, 1\nsw t0, 0(s1)\n"
        "5: lw a0, 0(s0)\nbeqz a0, 5b\n" SYS(94)
        ".data\n.balign 4096\npage: .zero 4096\nthere: .word 0\n.space 4096\nstack: .word 0\n" };

    guest_run(&g);
    ck_assert_int_eq(g.status, 5);
}
END_TEST

START_TEST(a_right_that_is_taken_away_is_gone)
{
    ends_with("_start: la s0, page\nsw zero, 0(s0)\n"
              "mv a0, s0\nli a1, 4096\nli a2, 1\n" SYS(226)
              "lw t0, 0(s0)\nsw t0, 0(s0)\n" EXIT(0) DATA, 0, G_SIGSEGV);
    ends_with("_start: la s0, page\nsw zero, 0(s0)\n"
              "mv a0, s0\nli a1, 4096\nli a2, 0\n" SYS(226)
              "lw t0, 0(s0)\n" EXIT(0) DATA, 0, G_SIGSEGV);
}
END_TEST

START_TEST(a_page_that_is_unmapped_is_gone)
{
    ends_with("_start: li a0, 0\nli a1, 4096\nli a2, 3\nli a3, 0x22\nli a4, -1\nli a5, 0\n"
              SYS(222) "mv s0, a0\nsw zero, 0(s0)\n"
              "mv a0, s0\nli a1, 4096\n" SYS(215)
              "lw t0, 0(s0)\n" EXIT(0) DATA, 0, G_SIGSEGV);
}
END_TEST

/* The second child has the number that the first one had, for its address space and its
 * TLB entries, but not its pages. */
START_TEST(a_number_used_again_has_no_past)
{
    ends_with("_start: la s0, page\nli s2, 3\n"
              "1: sw s2, 0(s0)\n" FORK "beqz a0, child\n"
              WAIT_STATUS "lw t0, status\nsrli t0, t0, 8\nbne t0, s2, bad\n"
              "addi s2, s2, 1\nli t0, 9\nbne s2, t0, 1b\n" EXIT(0)
              "bad:" EXIT(1)
              "child: lw s3, 0(s0)\nli t0, 77\nsw t0, 0(s0)\nlw t0, 0(s0)\nmv a0, s3\n" SYS(94)
              DATA, 0, 0);
}
END_TEST

SUITE(fence, 20, after_a_fork_the_page_is_shared, after_a_copy_the_copy_is_read,
      another_hart_reads_the_copy, a_right_that_is_taken_away_is_gone,
      a_page_that_is_unmapped_is_gone, a_number_used_again_has_no_past)
