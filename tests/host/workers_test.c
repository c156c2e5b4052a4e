/* workers_test.c - jobs come back by number, and a lost one is only lost itself. */
#include <host/workers.h>

#include "../suite.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void square(void *ctx, size_t i, void *result)
{
    (void)ctx;
    *(size_t *)result = i * i;
}

START_TEST(results_come_by_number)
{
    struct workers w = { .njobs = 500, .result_size = sizeof(size_t), .work = square };
    const char *why;

    for (unsigned isolate = 0; isolate < 2; isolate++)
        for (unsigned n = 1; n <= 3; n++) {
            w.nworkers = n;
            w.isolate = isolate;
            w.njobs = isolate ? 40 : 500;       /* a process each */
            struct workers_results *r = workers_run(&w);
            ck_assert_ptr_nonnull(r);
            for (size_t i = 0; i < w.njobs; i++)
                ck_assert_uint_eq(*(const size_t *)workers_result(r, i, &why), i * i);
            workers_free(r);
        }
}
END_TEST

static void sometimes_bad(void *ctx, size_t i, void *result)
{
    square(ctx, i, result);
    if (i == 1)
        raise(SIGKILL);
    if (i == 4)
        _exit(5);
}

/* Among many, a worker takes several at once: the rest of those is for who comes after it. */
START_TEST(lost_jobs_are_alone)
{
    struct workers w = { .result_size = 8, .work = sometimes_bad };
    const char *why;

    for (unsigned k = 0; k < 4; k++) {
        w.nworkers = 1 + k / 2;
        w.isolate = k % 2;
        w.njobs = w.isolate ? 20 : 300;         /* a process each */
        struct workers_results *r = workers_run(&w);
        for (size_t i = 0; i < w.njobs; i++) {
            const size_t *got = workers_result(r, i, &why);
            if (i == 1)
                ck_assert(!got && strcmp(why, "killed by SIGKILL") == 0);
            else if (i == 4)
                ck_assert(!got && strcmp(why, "ended with status 5") == 0);
            else
                ck_assert_uint_eq(*got, i * i);
        }
        workers_free(r);
    }
}
END_TEST

static int memory;              /* what a careless job leaves behind */

static void remember(void *ctx, size_t i, void *result)
{
    (void)ctx, (void)i;
    *(int *)result = memory++;
}

START_TEST(isolated_jobs_start_afresh)
{
    struct workers w = { .njobs = 10, .result_size = sizeof(int), .nworkers = 1,
                         .work = remember };
    const char *why;

    for (int isolate = 0; isolate < 2; isolate++) {
        w.isolate = isolate;
        struct workers_results *r = workers_run(&w);
        for (int i = 0; i < 10; i++)
            ck_assert_int_eq(*(const int *)workers_result(r, (size_t)i, &why),
                             isolate ? 0 : i);
        workers_free(r);
    }
    ck_assert_int_eq(memory, 0);
}
END_TEST

static volatile sig_atomic_t stop;
static size_t last_done;

static void slow(void *ctx, size_t i, void *result)
{
    (void)ctx;
    usleep(i < 4 ? 1000 : 30000000);
    *(char *)result = 1;
}

static void stop_after_four(void *ctx, size_t done, size_t of)
{
    (void)ctx, (void)of;
    last_done = done;
    stop = done >= 4;
}

START_TEST(interrupted_runs_keep_what_is_done)
{
    struct workers w = { .njobs = 9, .result_size = 1, .nworkers = 2, .work = slow,
                         .progress = stop_after_four, .stop = &stop };
    struct workers_results *r = workers_run(&w);
    const char *why;

    for (size_t i = 0; i < 4; i++)
        ck_assert_ptr_nonnull(workers_result(r, i, &why));
    ck_assert_ptr_null(workers_result(r, 8, &why));
    ck_assert_str_eq(why, "interrupted");
    ck_assert_uint_ge(last_done, 4);
    workers_free(r);
}
END_TEST

START_TEST(no_jobs_is_fine)
{
    struct workers w = { .njobs = 0, .result_size = 1, .work = square };
    struct workers_results *r = workers_run(&w);

    ck_assert_ptr_nonnull(r);
    workers_free(r);
    ck_assert_uint_ge(workers_processors(), 1);
}
END_TEST

SUITE(workers, 20, results_come_by_number, lost_jobs_are_alone, isolated_jobs_start_afresh,
      interrupted_runs_keep_what_is_done, no_jobs_is_fine)
