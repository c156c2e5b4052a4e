/* main.c - runs every suite that registered itself; exit status 1 if any failed. */
#include "suite.h"

#include <stdlib.h>

static SRunner *runner;

void suite_add(const char *name, double seconds, const TTest *const *tests, size_t n)
{
    Suite *suite = suite_create(name);
    TCase *tc = tcase_create(name);

    tcase_set_timeout(tc, seconds);
    if (seconds > 30)
        tcase_set_tags(tc, "slow");
    for (size_t i = 0; i < n; i++)
        tcase_add_test(tc, tests[i]);
    suite_add_tcase(suite, tc);
    if (!runner)
        runner = srunner_create(NULL);
    srunner_add_suite(runner, suite);
}

int main(void)
{
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
