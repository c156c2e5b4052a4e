/* analyze.c - `ossim analyze`: what theory says about a task set, before any run. */
#include <cmd/cmd.h>

#include <cmd/options.h>
#include <cmd/predict.h>
#include <cmd/read.h>
#include <cmd/taskset.h>
#include <cmd/vocab.h>
#include <formats/text.h>
#include <formats/workload.h>
#include <host/file.h>
#include <lab/report.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NPARTITIONS = 3, RTA_PARTITION_TASKS = 200 };

static const char *const partition_name[NPARTITIONS] = { "edf", "rm", "dm" };

struct analysis {
    const struct config *config;
    struct taskset set;
    struct rt_sum utilisation, density;
    ns_t hyperperiod;           /* 0: too long */
    uint64_t hyperbolic;
    bool ll_pass, hyperbolic_pass;
    enum rt_verdict rm, dm, fp; /* fp: under any fixed priorities */
    struct rt_demand edf;
    ns_t *response_rm, *response_dm;
    /* With several cpus: */
    enum rt_verdict partitioned[NPARTITIONS];
    uint16_t *cpu[NPARTITIONS];
    bool feasible, global_edf;
    bool implicit;              /* no deadline differs from its period */
};

static double sum_value(const struct rt_sum *s)
{
    return s->exact ? (double)s->num / (double)s->den : ldexp((double)s->high, -32);
}

static double ll_bound(const struct analysis *a)
{
    return ldexp((double)rt_liu_layland(a->set.n), -62);
}

/* --- computing --- */

static bool partition(struct analysis *a)
{
    unsigned n = a->set.n, m = a->config->ncpus;
    struct rt_task *scratch = calloc(n, sizeof *scratch);
    ns_t *response = calloc(n, sizeof *response);
    bool ok = scratch && response;

    for (unsigned k = 0; ok && k < NPARTITIONS; k++) {
        a->cpu[k] = calloc(n, sizeof *a->cpu[k]);
        ok = a->cpu[k];
        a->partitioned[k] = RT_UNKNOWN;
        if (ok && (k == RT_PARTITION_EDF || n <= RTA_PARTITION_TASKS))
            a->partitioned[k] = rt_first_fit(a->set.task, n, m, (enum rt_partition)k,
                                             a->cpu[k], scratch, response);
        if (a->partitioned[k] == RT_YES && !a->set.fixed_covered)
            a->partitioned[k] = RT_UNKNOWN;
    }
    a->feasible = rt_feasible(a->set.task, n, m);
    a->global_edf = rt_global_edf_test(a->set.task, n, m) && a->set.edf_covered;
    free(scratch);
    free(response);
    return ok;
}

/* A yes that leaves something out is none. (A no stays one: what is left out only adds to
 * it.) */
static void believe(struct analysis *a)
{
    enum rt_verdict *fixed[] = { &a->rm, &a->dm, &a->fp };

    for (unsigned i = 0; i < 3; i++)
        if (!a->set.fixed_covered && *fixed[i] == RT_YES)
            *fixed[i] = RT_UNKNOWN;
    if (!a->set.edf_covered && a->edf.verdict == RT_YES)
        a->edf.verdict = RT_UNKNOWN;
    a->ll_pass &= a->set.fixed_covered && !a->set.blocking.nsections &&
                  a->set.blocking.preemptive;
    a->hyperbolic_pass &= a->set.fixed_covered && !a->set.blocking.nsections &&
                          a->set.blocking.preemptive;
}

static bool compute(struct analysis *a)
{
    const struct rt_task *t = a->set.task;
    const struct rt_blocking *b = &a->set.blocking;
    unsigned n = a->set.n;

    a->response_rm = calloc(n, sizeof *a->response_rm);
    a->response_dm = calloc(n, sizeof *a->response_dm);
    if (!a->response_rm || !a->response_dm)
        return false;
    a->utilisation = rt_utilisation(t, n);
    a->density = rt_density(t, n);
    a->hyperperiod = rt_hyperperiod(t, n);
    a->ll_pass = rt_liu_layland_test(t, n);
    a->hyperbolic = rt_hyperbolic(t, n);
    a->hyperbolic_pass = rt_hyperbolic_test(t, n);
    a->rm = rt_fixed_priority_blocked(t, n, RT_RATE_MONOTONIC, b, a->response_rm);
    a->dm = rt_fixed_priority_blocked(t, n, RT_DEADLINE_MONOTONIC, b, a->response_dm);
    a->fp = a->rm == RT_YES || a->dm == RT_YES ? RT_YES
            : b->nsections || n > RTA_PARTITION_TASKS ? RT_UNKNOWN
            : rt_some_priorities(t, n, b->preemptive);
    a->edf = rt_edf_blocked(t, n, b);
    believe(a);
    a->implicit = true;
    for (unsigned i = 0; i < n; i++)
        a->implicit &= t[i].deadline == t[i].period;
    return a->config->ncpus == 1 || partition(a);
}

static void forget(struct analysis *a)
{
    taskset_free(&a->set);
    free(a->response_rm);
    free(a->response_dm);
    for (unsigned k = 0; k < NPARTITIONS; k++)
        free(a->cpu[k]);
}

static const char *task_name(const struct analysis *a, unsigned i, char *buf, size_t size)
{
    uint32_t p = a->set.process[i];

    return results_task_name(a->config, p, a->config->processes[p].first + a->set.copy[i],
                             buf, size);
}

/* --- for people --- */

static const char *in_units(const struct analysis *a, ns_t t, char buf[48])
{
    if (t == NS_MAX || t == RT_TIME_UNKNOWN)
        return strcpy(buf, t == NS_MAX ? "never" : "not known");
    return short_time(t, a->config->time_unit, buf, 48);
}

static void print_tasks(const struct analysis *a)
{
    char name[2 * CONFIG_NAME], c[48], t[48], d[48], rm[48], dm[48];

    printf("%-16s %10s %10s %10s %8s %10s %10s\n", "task", "C", "T", "D", "C/T",
           "R (rm)", "R (dm)");
    for (unsigned i = 0; i < a->set.n; i++) {
        const struct rt_task *x = &a->set.task[i];

        printf("%-16s %10s %10s %10s %8.4f %9s%c %9s%c\n",
               task_name(a, i, name, sizeof name), in_units(a, x->wcet, c),
               in_units(a, x->period, t), in_units(a, x->deadline, d),
               (double)x->wcet / (double)x->period, in_units(a, a->response_rm[i], rm),
               a->response_rm[i] > x->deadline ? '!' : ' ', in_units(a, a->response_dm[i], dm),
               a->response_dm[i] > x->deadline ? '!' : ' ');
    }
    printf("R: worst response time on one cpu under fixed priorities%s; ! is past the "
           "deadline\n\n", a->set.blocking.preemptive ? "" : ", without preemption");
}

static const char *yes_no(enum rt_verdict v, bool covered)
{
    return v == RT_YES ? "yes" : v == RT_NO ? "no"
           : covered ? "not known (too many steps)" : "not known (see the notes)";
}

static void print_bounds(const struct analysis *a)
{
    char buf[48];

    printf("utilisation           %.6f\n", sum_value(&a->utilisation));
    if (!a->implicit)
        printf("density               %.6f   (C / min(D, T); what the bounds below test)\n",
               sum_value(&a->density));
    if (a->hyperperiod)
        printf("hyperperiod           %s %s\n", in_units(a, a->hyperperiod, buf),
               a->config->unit_name);
    else
        puts("hyperperiod           longer than 292 years");
    printf("Liu-Layland bound     %.6f   %s\n", ll_bound(a),
           a->ll_pass ? "passed: fixed priorities will do" : "not passed: says nothing");
    printf("hyperbolic bound      %.6f   %s\n", ldexp((double)a->hyperbolic, -32),
           a->hyperbolic_pass ? "at most 2: fixed priorities will do"
                              : "above 2: says nothing");
}

static void print_edf(const struct analysis *a)
{
    char at[48], needed[48];

    printf("edf                   %s", yes_no(a->edf.verdict, a->set.edf_covered));
    if (a->edf.verdict == RT_NO && a->edf.overload)
        printf(": in %s %s from a common release, %s must be done",
               in_units(a, a->edf.overload, at), a->config->unit_name,
               in_units(a, a->edf.needed, needed));
    else if (a->edf.verdict == RT_NO)
        printf(": the utilisation is above 1");
    else if (a->edf.verdict == RT_YES && a->edf.checked)
        printf(": demand fits in every interval (checked up to %s %s)",
               in_units(a, a->edf.checked, at), a->config->unit_name);
    putchar('\n');
}

static void print_one_cpu(const struct analysis *a)
{
    puts("\nall deadlines met?");
    bool covered = a->set.fixed_covered;

    printf("rate monotonic        %s\n", yes_no(a->rm, covered));
    printf("deadline monotonic    %s\n", yes_no(a->dm, covered));
    if (a->fp != a->dm)
        printf("some fixed priorities %s\n",
               yes_no(a->fp, covered && !a->set.blocking.nsections));
    print_edf(a);
}

static void print_partition(const struct analysis *a, unsigned k)
{
    char name[2 * CONFIG_NAME];

    printf("%-4sfirst fit         %s", partition_name[k], yes_no(a->partitioned[k], a->set.fixed_covered));
    if (a->partitioned[k] == RT_UNKNOWN || a->set.n > 40) {
        putchar('\n');
        return;
    }
    for (unsigned p = 0; p <= a->config->ncpus; p++) {
        bool any = false, left = p == a->config->ncpus;

        for (unsigned i = 0; i < a->set.n; i++) {
            if (a->cpu[k][i] != (left ? UINT16_MAX : p))
                continue;
            if (!any && left)
                printf("; no room for");
            else if (!any)
                printf("; cpu %u:", p);
            printf(" %s", task_name(a, i, name, sizeof name));
            any = true;
        }
    }
    putchar('\n');
}

static void print_many_cpus(const struct analysis *a)
{
    printf("\nall deadlines met on %u cpus?\n", a->config->ncpus);
    printf("by any policy         %s\n",
           !a->feasible ? "no" : a->implicit ? "yes (a fair-share policy can)"
                                             : "perhaps: the utilisation does not rule it out");
    printf("edf, global queue     %s\n",
           a->global_edf ? "yes" : "not shown (U <= m - (m - 1) u_max does not hold)");
    for (unsigned k = 0; k < NPARTITIONS; k++)
        print_partition(a, k);
}

static void print_report(const struct analysis *a)
{
    printf("%s: %u periodic task%s on %u cpu%s; times in %s\n\n", a->config->name,
           a->set.n, a->set.n == 1 ? "" : "s", a->config->ncpus,
           a->config->ncpus == 1 ? "" : "s", a->config->unit_name);
    print_tasks(a);
    print_bounds(a);
    if (a->config->ncpus == 1)
        print_one_cpu(a);
    else
        print_many_cpus(a);
    for (unsigned i = 0; i < a->set.nnotes; i++)
        printf("%snote: %s\n", i ? "" : "\n", a->set.notes[i]);
}

/* --- as JSON --- */

static void put_key(struct text *t, const char *key)
{
    text_put(t, ",\n ");
    text_string(t, key);
    text_put(t, ": ");
}

static void put_bool(struct text *t, const char *key, bool value)
{
    put_key(t, key);
    text_put(t, value ? "true" : "false");
}

static void put_verdict(struct text *t, const char *key, enum rt_verdict v)
{
    put_key(t, key);
    text_put(t, v == RT_YES ? "true" : v == RT_NO ? "false" : "null");
}

static void put_number(struct text *t, const char *key, double value)
{
    put_key(t, key);
    text_number(t, value);
}

/* Both become null. */
static ns_t counted(ns_t response)
{
    return response == RT_TIME_UNKNOWN ? NS_MAX : response;
}

static void put_times(struct text *t, const char *key, const ns_t *v, unsigned n, ns_t unit)
{
    put_key(t, key);
    for (unsigned i = 0; i < n; i++) {
        text_put(t, i ? ", " : "[");
        text_time(t, counted(v[i]), unit);
    }
    text_put(t, "]");
}

static void put_tasks(struct text *t, const struct analysis *a)
{
    char name[2 * CONFIG_NAME];
    ns_t unit = a->config->time_unit;

    put_key(t, "tasks");
    for (unsigned i = 0; i < a->set.n; i++) {
        const struct rt_task *x = &a->set.task[i];

        text_put(t, i ? ",\n  {\"name\": " : "[\n  {\"name\": ");
        text_string(t, task_name(a, i, name, sizeof name));
        text_put(t, ", \"C\": ");
        text_time(t, x->wcet, unit);
        text_put(t, ", \"T\": ");
        text_time(t, x->period, unit);
        text_put(t, ", \"D\": ");
        text_time(t, x->deadline, unit);
        text_put(t, ", \"utilization\": ");
        text_number(t, (double)x->wcet / (double)x->period);
        text_put(t, ", \"response_rm\": ");
        text_time(t, counted(a->response_rm[i]), unit);
        text_put(t, ", \"response_dm\": ");
        text_time(t, counted(a->response_dm[i]), unit);
        text_put(t, "}");
    }
    text_put(t, "]");
}

static void put_one_cpu(struct text *t, const struct analysis *a)
{
    ns_t unit = a->config->time_unit;

    put_verdict(t, "rm_schedulable", a->rm);
    put_verdict(t, "dm_schedulable", a->dm);
    put_verdict(t, "fp_schedulable", a->fp);
    put_verdict(t, "edf_schedulable", a->edf.verdict);
    put_key(t, "edf_demand");
    text_put(t, "{\"checked_to\": ");
    text_time(t, a->edf.checked, unit);
    text_put(t, ", \"overload\": ");
    text_time(t, a->edf.overload ? a->edf.overload : NS_MAX, unit);
    text_put(t, ", \"needed\": ");
    text_time(t, a->edf.overload ? a->edf.needed : NS_MAX, unit);
    text_put(t, "}");
}

static void put_many_cpus(struct text *t, const struct analysis *a)
{
    bool any = false;

    put_bool(t, "feasible", a->feasible);
    put_verdict(t, "pfair_schedulable", !a->feasible ? RT_NO : a->implicit ? RT_YES
                                                                           : RT_UNKNOWN);
    put_bool(t, "global_edf_test_pass", a->global_edf);
    put_key(t, "partitioned");
    for (unsigned k = 0; k < NPARTITIONS; k++) {
        any |= a->partitioned[k] == RT_YES;
        text_put(t, k ? ",\n  " : "{\n  ");
        text_string(t, partition_name[k]);
        text_put(t, ": {\"schedulable\": ");
        text_put(t, a->partitioned[k] == RT_YES ? "true"
                    : a->partitioned[k] == RT_NO ? "false" : "null");
        text_put(t, ", \"cpu\": [");
        for (unsigned i = 0; i < a->set.n && a->partitioned[k] != RT_UNKNOWN; i++) {
            text_put(t, i ? ", " : "");
            if (a->cpu[k][i] == UINT16_MAX)
                text_put(t, "null");
            else
                text_int(t, a->cpu[k][i]);
        }
        text_put(t, "]}");
    }
    text_put(t, "}");
    put_bool(t, "partitioned_schedulable", any);
}

static bool write_json(const struct analysis *a, struct text_out *out)
{
    struct text t;
    unsigned n = a->set.n;
    ns_t unit = a->config->time_unit;

    text_init(&t, out);
    text_put(&t, "{\"ossim\": 1");
    put_key(&t, "workload");
    text_string(&t, a->config->name);
    put_key(&t, "time_unit");
    text_string(&t, a->config->unit_name);
    put_key(&t, "cpus");
    text_int(&t, a->config->ncpus);
    put_tasks(&t, a);
    put_number(&t, "utilization", sum_value(&a->utilisation));
    put_number(&t, "density", sum_value(&a->density));
    put_key(&t, "hyperperiod");
    text_time(&t, a->hyperperiod ? a->hyperperiod : NS_MAX, unit);
    put_number(&t, "ll_bound", ll_bound(a));
    put_bool(&t, "ll_test_pass", a->ll_pass);
    put_number(&t, "hyperbolic_product", ldexp((double)a->hyperbolic, -32));
    put_bool(&t, "hyperbolic_test_pass", a->hyperbolic_pass);
    put_times(&t, "rta_rate_monotonic", a->response_rm, n, unit);
    put_times(&t, "rta_deadline_monotonic", a->response_dm, n, unit);
    if (a->config->ncpus == 1)
        put_one_cpu(&t, a);
    else
        put_many_cpus(&t, a);
    put_bool(&t, "preemptive", a->set.blocking.preemptive);
    put_key(&t, "notes");
    text_put(&t, "[");
    for (unsigned i = 0; i < a->set.nnotes; i++) {
        text_put(&t, i ? ", " : "");
        text_string(&t, a->set.notes[i]);
    }
    text_put(&t, "]}\n");
    return text_end(&t);
}

static int write_file(const struct analysis *a, const char *path)
{
    struct diag diag;
    struct outfile *f = outfile_open(path, &diag);
    struct text_out out = { outfile_write, f };

    if (f && !write_json(a, &out)) {
        outfile_abort(f);
        fprintf(stderr, "ossim analyze: error: cannot write to %s\n", path);
        return EXIT_RUN_FAILED;
    }
    if (!f || outfile_commit(f, &diag)) {
        diag_print(&diag);
        return EXIT_RUN_FAILED;
    }
    return EXIT_DONE;
}

/* --- the command --- */

static int analyze(const struct options *o, const struct config *config)
{
    struct analysis a = { .config = config };
    int status = EXIT_DONE;

    if (!taskset_make(&a.set, config)) {
        fprintf(stderr, "%s: error: no memory\n", o->files[0]);
        status = EXIT_RUN_FAILED;
    } else if (a.set.n == 0) {
        status = predict_bursts(o, config);
        if (status < 0) {
            fprintf(stderr, "%s: error: /processes: there is nothing to analyse (expected "
                            "\"period\" and \"cpu\", or bursts of constant length)\n",
                    o->files[0]);
            status = EXIT_BAD_INPUT;
        }
    } else if (!compute(&a)) {
        fprintf(stderr, "%s: error: no memory\n", o->files[0]);
        status = EXIT_RUN_FAILED;
    } else {
        if (o->json)
            status = write_file(&a, o->json);
        if (!o->quiet && !(o->json && !strcmp(o->json, "-")))
            print_report(&a);
    }
    forget(&a);
    return status;
}

int cmd_analyze(int argc, char **argv)
{
    static const struct option_help help = {
        "analyze WORKLOAD.json [options]",
        "Real-time analysis of the periodic tasks: utilisation and its bounds, worst\n"
        "response times, processor demand, and where tasks fit on several cpus. Without\n"
        "periodic tasks: what exponential averaging predicts for the CPU bursts.",
    };
    struct options o;
    int status;

    if (!options_parse(&o, argc, argv, OPTIONS_LOAD, NULL, &help, &status))
        return status;
    struct vocabulary *v = vocab_open();
    struct config *config = NULL;
    status = EXIT_BAD_INPUT;
    if (o.nfiles != 1)
        fprintf(stderr, "ossim analyze: error: expected one workload, not %u\n", o.nfiles);
    else if (v) {
        v->endless = true;
        config = read_workload(o.files[0], &o, v);
    }
    if (config)
        status = analyze(&o, config);
    workload_free(config);
    if (v)
        vocab_close(v);
    options_free(&o);
    return status;
}
