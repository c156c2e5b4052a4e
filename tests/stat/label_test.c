/* label_test.c - names in little room, by hand. */
#include "../suite.h"

#include <stat/label.h>

#include <stdio.h>
#include <string.h>

static const char *fit(const char *name, unsigned most, const char *gap)
{
    static char buf[64];

    ck_assert_ptr_eq(label_fit(name, most, gap, buf, sizeof buf), buf);
    return buf;
}

START_TEST(what_fits_stays)
{
    ck_assert_str_eq(fit("", 5, "~"), "");
    ck_assert_str_eq(fit("abcde", 5, "~"), "abcde");
    ck_assert_str_eq(fit("\303\244\303\266\303\274\303\237\303\251", 5, "~"),
                     "\303\244\303\266\303\274\303\237\303\251");       /* ten bytes */
}
END_TEST

/* An odd room has as many characters before the gap as behind it, an even one more before. */
START_TEST(what_does_not_loses_its_middle)
{
    ck_assert_str_eq(fit("abcdef", 5, "~"), "ab~ef");
    ck_assert_str_eq(fit("abcdefg", 6, "~"), "abc~fg");
    ck_assert_str_eq(fit("worker-number-17", 8, "\342\200\246"), "work\342\200\246-17");
    ck_assert_str_eq(fit("abcd", 3, "~"), "a~d");
}
END_TEST

START_TEST(characters_stay_whole)
{
    ck_assert_str_eq(fit("\303\244\303\266\303\274\303\237\303\251\303\250", 5, "~"),
                     "\303\244\303\266~\303\251\303\250");
    ck_assert_str_eq(fit("a\342\202\254b\360\237\230\200cde", 4, "~"), "a\342\202\254~e");
    ck_assert_str_eq(fit("ab\303\244c\360\237\230\200", 4, "~"), "ab~\360\237\230\200");
}
END_TEST

/* Where nothing could be told apart any more. */
START_TEST(below_three_nothing_is_taken_out)
{
    ck_assert_str_eq(fit("abcdef", 2, "~"), "abcdef");
    ck_assert_str_eq(fit("abcdef", 0, "~"), "abcdef");
}
END_TEST

/* All lengths in all rooms: so many characters, its beginning and its end. */
START_TEST(beginning_and_end_of_any_name)
{
    static const char all[] = "abcdefghijklmnopqrstuvwxyz";

    for (unsigned n = 0; n < sizeof all; n++)
        for (unsigned most = 3; most < n; most++) {
            char name[sizeof all];

            snprintf(name, sizeof name, "%.*s", (int)n, all);
            const char *out = fit(name, most, "~"), *gap = strchr(out, '~');

            ck_assert_uint_eq(strlen(out), most);
            ck_assert(gap && strncmp(out, name, (size_t)(gap - out)) == 0);
            ck_assert_str_eq(gap + 1, name + n - strlen(gap + 1));
            ck_assert_int_le(gap - out - (long)strlen(gap + 1), 1);
            ck_assert_int_ge(gap - out, (long)strlen(gap + 1));
        }
}
END_TEST

SUITE(label, 1, what_fits_stays, what_does_not_loses_its_middle, characters_stay_whole,
      below_three_nothing_is_taken_out, beginning_and_end_of_any_name)
