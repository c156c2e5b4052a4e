/* suite.h - how a test file joins the one runner.
 *
 *     START_TEST(heap_keeps_order) { ... } END_TEST
 *     SUITE(engine, 10, heap_keeps_order, time_never_falls)
 *
 * SUITE registers a Check suite of that name before main runs; the number is the
 * time limit of each test in seconds, on a machine that does nothing else (six times that
 * is given). A limit above 30 marks it "slow": much repetition
 * of the same code, which is not run under Valgrind.
 */
#ifndef TESTS_SUITE_H
#define TESTS_SUITE_H

#include <check.h>
#include <stddef.h>

/* Check writes down each assertion that held, to say after a crash which was the last: a
 * system call each, and most of the time of a loop over millions. Here each place does so
 * for the first few times. */
enum { PASSES_MARKED = 4 };
#define _mark_point(file, line)                     \
    ({                                              \
        static unsigned passed_;                    \
                                                    \
        if (passed_ < PASSES_MARKED) {              \
            passed_++;                              \
            (_mark_point)(file, line);              \
        }                                           \
    })

void suite_add(const char *name, double seconds, const TTest *const *tests, size_t n);

#define SUITE(name, seconds, ...)                                            \
    __attribute__((constructor)) static void suite_##name(void)              \
    {                                                                        \
        const TTest *const tests[] = { __VA_ARGS__ };                        \
                                                                             \
        suite_add(#name, seconds, tests, sizeof tests / sizeof *tests);      \
    }

#endif
