/* main.c - runs every suite that registered itself; exit status 1 if any failed. With
 * --list it only prints their names, those with long time limits first, so that whoever
 * runs them side by side (tests/tools/unit.sh) begins with what takes long.
 */
#include "suite.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SLOW = 30,       /* seconds of a test's limit above which its suite is slow */
       BUSY = 6 };      /* a machine with other work takes that much longer; only what hangs
                         * may come to its limit */
enum { HELD = 32 << 20 };       /* bytes; the most that mallopt(3) takes */

static SRunner *runner;
static struct entry {
    const char *name;
    double seconds;
} *entries;
static size_t n_entries;

static void entry_add(const char *name, double seconds)
{
    entries = realloc(entries, (n_entries + 1) * sizeof *entries);
    if (!entries)
        abort();
    entries[n_entries++] = (struct entry){ name, seconds };
}

void suite_add(const char *name, double seconds, const TTest *const *tests, size_t n)
{
    Suite *suite = suite_create(name);
    TCase *tc = tcase_create(name);

    entry_add(name, seconds);
    tcase_set_timeout(tc, seconds * BUSY);
    if (seconds > SLOW)
        tcase_set_tags(tc, "slow");
    for (size_t i = 0; i < n; i++)
        tcase_add_test(tc, tests[i]);
    suite_add_tcase(suite, tc);
    if (!runner)
        runner = srunner_create(NULL);
    srunner_add_suite(runner, suite);
}

static int longest_first(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;

    if (x->seconds != y->seconds)
        return x->seconds < y->seconds ? 1 : -1;
    return strcmp(x->name, y->name);
}

static void list(void)
{
    qsort(entries, n_entries, sizeof *entries, longest_first);
    for (size_t i = 0; i < n_entries; i++)
        puts(entries[i].name);
}

int main(int argc, char **argv)
{
    if (argc > 1 && !strcmp(argv[1], "--list")) {
        list();
        return EXIT_SUCCESS;
    }
    /* Machines come and go by the thousand: their memory stays with the process. */
    mallopt(M_MMAP_THRESHOLD, HELD);
    mallopt(M_TRIM_THRESHOLD, 2 * HELD);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
