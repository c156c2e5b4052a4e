/* names_test.c - every number that events carry has its word. */
#include "../suite.h"

#include <ossim/sched.h>
#include <stat/names.h>

START_TEST(every_number_has_a_word)
{
    for (int i = 0; i < WAIT_CAUSES; i++)
        ck_assert(*wait_name(i) != '?' && *wait_text(i) != '?' && *wait_state(i) != '?');
    for (int i = STOP_EXPIRED; i <= STOP_EXITED; i++)
        ck_assert_str_ne(stop_name(i), "?");
    for (int i = FAULT_NOT_QUEUED; i <= FAULT_CRASH; i++)
        ck_assert_str_ne(fault_name(i), "?");
    for (unsigned k = 0; k < EV_COUNT; k++)
        for (unsigned i = 0; i < 2; i++)
            ck_assert_msg((event_info[k].args[i].type == ARG_NONE)
                              == !*event_info[k].args[i].name, "%s", event_info[k].name);
}
END_TEST

/* Every event of a file has these before its own members (formats/events.c). */
START_TEST(no_member_of_an_event_stands_twice)
{
    static const char *const all[] = { "at", "event", "kernel", "cpu", "task" };

    for (unsigned k = 0; k < EV_COUNT; k++) {
        const char *a = event_info[k].args[0].name, *b = event_info[k].args[1].name;

        ck_assert_msg(!*a || strcmp(a, b) != 0, "%s: %s", event_info[k].name, a);
        for (unsigned i = 0; i < sizeof all / sizeof *all; i++)
            ck_assert_msg(strcmp(a, all[i]) != 0 && strcmp(b, all[i]) != 0, "%s: %s",
                          event_info[k].name, all[i]);
    }
}
END_TEST

START_TEST(numbers_are_those_of_linux)
{
    ck_assert_str_eq(signal_name(11), "SIGSEGV");
    ck_assert_str_eq(signal_name(17), "SIGCHLD");
    ck_assert_str_eq(errno_name(110), "ETIMEDOUT");
    ck_assert_str_eq(errno_name(38), "ENOSYS");
    ck_assert_str_eq(syscall_name(64), "write");
    ck_assert_str_eq(trap_name(15), "store page fault");
}
END_TEST

START_TEST(unknown_numbers_do_no_harm)
{
    char buf[SIGNAL_TEXT], call[CALL_TEXT];
    struct event e = { .kind = EV_SYSCALL, .a = 9999 };

    ck_assert_str_eq(wait_name(-1), "?");
    ck_assert_str_eq(end_name(INT64_MAX), "?");
    ck_assert_ptr_null(signal_name(0));
    ck_assert_str_eq(signal_text(40, buf), "signal 40");
    ck_assert_ptr_null(errno_name(INT64_MIN));
    ck_assert_str_eq(syscall_text(&e, call), "call 9999");
}
END_TEST

START_TEST(calls_show_what_says_something)
{
    char buf[CALL_TEXT];
    struct event kill = { .kind = EV_SYSCALL, .a = 129, .b = 3, .more = { 15 } };
    struct event openat = { .kind = EV_SYSCALL, .a = 56, .b = -100, .more = { 0x2000, 0x40 } };
    struct event getpid = { .kind = EV_SYSCALL, .a = 172, .b = 77 };

    ck_assert_str_eq(syscall_text(&kill, buf), "kill(3, SIGTERM)");
    ck_assert_str_eq(syscall_text(&openat, buf), "openat(AT_FDCWD, 0x40, 0)");
    ck_assert_str_eq(syscall_text(&getpid, buf), "getpid()");
}
END_TEST

SUITE(names, 5, every_number_has_a_word, no_member_of_an_event_stands_twice,
      numbers_are_those_of_linux, unknown_numbers_do_no_harm, calls_show_what_says_something)
