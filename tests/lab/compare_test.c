/* compare_test.c - what runs say side by side, on workloads with known answers. */
#include <cmd/vocab.h>
#include <formats/workload.h>
#include <lab/compare.h>
#include <lab/plot.h>
#include <lab/plot_file.h>

#include "../suite.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Three tasks at once, 24, 3 and 3: FCFS waits 0, 24, 27, SJF 6, 0, 3 (Silberschatz,
 * Galvin, Gagne: "CPU Scheduling", the example of FCFS). */
static const char convoy[] =
    "{\"ossim\": 1, \"name\": \"convoy\", \"processes\": ["
    "{\"name\": \"P1\", \"bursts\": [{\"cpu\": 24}]},"
    "{\"name\": \"P2\", \"bursts\": [{\"cpu\": 3}]},"
    "{\"name\": \"P3\", \"bursts\": [{\"cpu\": 3}]}]}";
static const char chance[] =
    "{\"ossim\": 1, \"name\": \"chance\", \"processes\": ["
    "{\"name\": \"r\", \"count\": 12, \"arrival\": {\"poisson\": 4},"
    " \"bursts\": [{\"cpu\": {\"exp\": 5}}]}]}";

enum { POLICIES = 3 };
static const char *const policies[POLICIES] = { "fcfs", "sjf", "lottery" };

struct desk {
    struct vocabulary *v;
    struct config *config, cell;
    struct policy_config policy[POLICIES];
    struct compare_workload load;
    struct compare_plan plan;
    struct compare *c;
};

static const struct config *cell_config(void *ctx, size_t workload, size_t policy,
                                        uint64_t seed)
{
    struct desk *d = ctx;

    (void)workload;
    d->cell = *d->config;
    d->cell.policy = d->policy[policy];
    d->cell.seed = seed;
    return seed == 13 ? NULL : &d->cell;
}

static void desk_open(struct desk *d, const char *text, size_t nseeds, unsigned jobs)
{
    struct diag *diags = NULL, diag;
    size_t n = 0;

    memset(d, 0, sizeof *d);
    d->v = vocab_open();
    ck_assert_int_eq(workload_load("w", text, strlen(text), "", d->v, NULL, 0, &d->config,
                                   &diags, &n), ERR_OK);
    for (int k = 0; k < POLICIES; k++)
        ck_assert_int_eq(d->v->policy(d->v->ctx, policies[k], "", d->config->time_unit,
                                      &d->policy[k], &diag), ERR_OK);
    d->load = (struct compare_workload){
        .name = d->config->name, .about = "", .file = "w", .unit_name = "ms",
        .unit = d->config->time_unit, .ntasks = d->config->ntasks, .ncpus = 1 };
    d->plan = (struct compare_plan){
        .workloads = &d->load, .policies = policies, .nworkloads = 1,
        .npolicies = POLICIES, .nseeds = nseeds, .seed_first = 1, .quantiles = true,
        .audit = true, .jobs = jobs, .config = cell_config, .ctx = d };
    d->c = compare_run(&d->plan);
    ck_assert_ptr_nonnull(d->c);
}

static void desk_close(struct desk *d)
{
    compare_free(d->c);
    workload_free(d->config);
    vocab_close(d->v);
}

static struct compare_number number(const struct desk *d, size_t policy, const char *name)
{
    unsigned m = 0;

    while (strcmp(metric_at(m)->name, name) != 0)
        m++;
    return compare_number(d->c, 0, policy, m);
}

START_TEST(textbook_numbers_come_out)
{
    struct desk d;

    desk_open(&d, convoy, 3, 2);
    struct compare_number fcfs = number(&d, 0, "waiting"), sjf = number(&d, 1, "waiting");
    ck_assert_double_eq_tol(fcfs.value.mean, 17e6, 1);
    ck_assert_double_eq_tol(sjf.value.mean, 3e6, 1);
    ck_assert_double_eq_tol(sjf.difference.mean, -14e6, 1);
    ck_assert(sjf.best && !fcfs.best);
    ck_assert(fcfs.alike && sjf.alike && sjf.difference_alike);
    ck_assert(!number(&d, 2, "waiting").alike);
    ck_assert(!number(&d, 2, "waiting").difference_alike);
    ck_assert(!number(&d, 0, "makespan").best);     /* the same for all: no best */
    ck_assert_uint_eq(compare_failures(d.c), 0);
    desk_close(&d);
}
END_TEST

START_TEST(intervals_are_of_pairs)
{
    struct desk d;

    desk_open(&d, chance, 8, 2);
    struct compare_number fcfs = number(&d, 0, "turnaround");
    struct compare_number sjf = number(&d, 1, "turnaround");
    ck_assert(!fcfs.alike && fcfs.value.n == 8);
    ck_assert(fcfs.value.low < fcfs.value.mean && fcfs.value.mean < fcfs.value.high);
    ck_assert_double_eq_tol(sjf.difference.mean, sjf.value.mean - fcfs.value.mean, 1);
    /* One seed's arrivals are the same for both, so their difference varies less. */
    ck_assert(sjf.difference.sd < fcfs.value.sd);
    desk_close(&d);
}
END_TEST

START_TEST(lost_cells_are_left_out)
{
    struct desk d;
    const char *why = "";

    desk_open(&d, chance, 20, 2);       /* seed 13 cannot be had */
    ck_assert_ptr_null(compare_cell(d.c, 0, 0, 12, &why));
    ck_assert_ptr_nonnull(strstr(why, "seed"));
    ck_assert_uint_eq(compare_good(d.c, 0, 0), 19);
    ck_assert_uint_eq(compare_failures(d.c), POLICIES);
    ck_assert_uint_eq(number(&d, 0, "waiting").value.n, 19);
    ck_assert_uint_eq(number(&d, 1, "waiting").difference.n, 19);
    desk_close(&d);
}
END_TEST

struct text { char bytes[65536]; size_t n; };

static bool add_text(void *ctx, const char *bytes, size_t n)
{
    struct text *t = ctx;

    if (t->n + n >= sizeof t->bytes)
        return false;
    memcpy(t->bytes + t->n, bytes, n);
    t->n += n;
    t->bytes[t->n] = '\0';
    return true;
}

START_TEST(tables_fit_the_screen)
{
    static struct text t;
    struct compare_style style = { .utf8 = false, .columns = 60 };
    struct text_out out = { .write = add_text, .ctx = &t };
    struct desk d;

    desk_open(&d, chance, 5, 1);
    t.n = 0;
    ck_assert(compare_table(d.c, &style, &out));
    for (char *line = strtok(t.bytes, "\n"); line; line = strtok(NULL, "\n"))
        if (strstr(line, "(less)"))
            ck_assert_msg(strlen(line) <= 60, "%zu: %s", strlen(line), line);
    desk_close(&d);
}
END_TEST

START_TEST(many_workers_say_the_same)
{
    static struct text one, four;
    struct text_out out[2] = { { add_text, &one }, { add_text, &four } };
    struct desk d;

    one.n = four.n = 0;
    desk_open(&d, chance, 6, 1);
    ck_assert(compare_json(d.c, &out[0]));
    desk_close(&d);
    desk_open(&d, chance, 6, 4);
    ck_assert(compare_json(d.c, &out[1]));
    desk_close(&d);
    ck_assert_str_eq(one.bytes, four.bytes);
}
END_TEST

START_TEST(samples_are_every_task)
{
    struct desk d;
    const char *why;

    desk_open(&d, convoy, 1, 1);
    const struct cell *fcfs = compare_cell(d.c, 0, 0, 0, &why);
    ck_assert_uint_eq(fcfs->waiting.n, 3);
    ck_assert_int_eq(fcfs->waiting.value[0], 0);
    ck_assert_int_eq(fcfs->waiting.value[1], 24000000);
    ck_assert_int_eq(fcfs->waiting.value[2], 27000000);
    ck_assert_uint_eq(fcfs->first_response.n, 3);
    desk_close(&d);
}
END_TEST

START_TEST(every_metric_has_room)
{
    unsigned n = 0;

    while (metric_at(n))
        n++;
    ck_assert_uint_le(n, CELL_METRICS);
}
END_TEST

START_TEST(names_become_files_and_words)
{
    char buf[32], words[16] = "";

    ck_assert_str_eq(plot_name("a/b c.d", buf, sizeof buf), "a-b-c-d");
    ck_assert_str_eq(plot_name("", buf, sizeof buf), "workload");
    plot_word(words, sizeof words, "P 1");
    plot_word(words, sizeof words, "it\"s");
    ck_assert_str_eq(words, "P\xc2\xa0" "1 it_s");
    plot_word(words, sizeof words, "too long to fit");
    ck_assert_str_eq(words, "P\xc2\xa0" "1 it_s");
}
END_TEST

SUITE(compare, 20, textbook_numbers_come_out, intervals_are_of_pairs,
      lost_cells_are_left_out, tables_fit_the_screen, many_workers_say_the_same,
      samples_are_every_task, every_metric_has_room, names_become_files_and_words)
