/* number_test.c - decimals are read exactly, and what is not whole is refused. */
#include "../suite.h"

#include <sim/number.h>
#include <string.h>

struct row { const char *text; int64_t scale; bool ok; int64_t value; int used; };

START_TEST(decimals)
{
    static const struct row row[] = {
        { "0", 1, true, 0, 1 },
        { "-0.000", 1, true, 0, 6 },
        { "12", 1, true, 12, 2 },
        { "+7x", 1, true, 7, 2 },
        { "0.1", 1000000, true, 100000, 3 },
        { ".5", 10, true, 5, 2 },
        { "3.", 1, true, 3, 1 },
        { "1.5e3", 1, true, 1500, 5 },
        { "15e-1", 2, true, 3, 5 },
        { "3e", 1, true, 3, 1 },
        { "3e+", 1, true, 3, 1 },
        { "0.0000000000000000000000000000000000000000000000000001e52", 1, true, 1, 57 },
        { "1000000000000000000000000000000000000000000000000000e-51", 1, true, 1, 56 },
        { "9223372036854775807", 1, true, INT64_MAX, 19 },
        { "9223372036854775808", 1, false, 0, 19 },
        { "-9223372036854775808", 1, true, INT64_MIN, 20 },
        { "-9223372036854775809", 1, false, 0, 20 },
        { "9007199254740993", 1, true, 9007199254740993, 16 },
        { "0.333", 100, false, 0, 5 },
        { "1e400000000000000000000", 1, false, 0, 23 },
        { "1e-400000000000000000000", 1, false, 0, 24 },
        { "0e99999", 1, true, 0, 7 },
        { "123456789012345678901234567890123456789012345", 1, false, 0, 45 },
        { "", 1, false, 0, 0 },
        { "-", 1, false, 0, 0 },
        { ".", 1, false, 0, 0 },
        { "e5", 1, false, 0, 0 },
    };

    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        int64_t value = -1;
        const char *end;
        bool ok = decimal_parse(row[i].text, row[i].scale, &value, &end);

        ck_assert_msg(ok == row[i].ok, "%s", row[i].text);
        ck_assert_msg(end - row[i].text == row[i].used, "%s: %td read", row[i].text,
                      end - row[i].text);
        if (ok)
            ck_assert_int_eq(value, row[i].value);
    }
}
END_TEST

START_TEST(times)
{
    static const struct row row[] = {
        { "4", 1000000, true, 4000000, 1 },
        { "0.4", 1000000, true, 400000, 3 },
        { "4us", 1000000, true, 4000, 3 },
        { "1.5s", 1, true, 1500000000, 4 },
        { "0.75ms", 1, true, 750000, 6 },
        { "7ns", 1000, true, 7, 3 },
        { "0.5ns", 1, false, 0, 5 },
        { "0.5", 1, false, 0, 3 },
        { "-1", 1, false, 0, 2 },
        { "1e10s", 1, false, 0, 5 },
        { "3m", 1000, true, 3000, 1 },
        { "ms", 1, false, 0, 0 },
    };

    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        ns_t value = -1;
        const char *end;
        bool ok = time_parse(row[i].text, row[i].scale, &value, &end);

        ck_assert_msg(ok == row[i].ok, "%s", row[i].text);
        ck_assert_msg(end - row[i].text == row[i].used, "%s", row[i].text);
        if (ok)
            ck_assert_int_eq(value, row[i].value);
    }
}
END_TEST

SUITE(number, 5, decimals, times)
