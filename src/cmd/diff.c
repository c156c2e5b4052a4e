/* diff.c - ossim diff W... --sched a,b: where two policies first decide differently. */
#include <cmd/cmd.h>
#include <cmd/options.h>
#include <cmd/read.h>
#include <cmd/vocab.h>

#include <formats/workload.h>
#include <lab/report.h>
#include <lab/trial.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SEEN = 16 };

static const struct option_help help = {
    "diff WORKLOAD.json... --sched A,B [options]",
    "The first moment at which two policies decide differently on the same workload: who\n"
    "could run and where each stood, what either did, and both charts. Tasks that nothing\n"
    "tells apart may change places (--exact: they may not, nor may harts). Exit status 0 if\n"
    "the schedules are the same, 1 if they differ.",
};

struct diff {
    struct options o;
    struct vocabulary *v;
    bool exact;
};

static const char *task_or_idle(const struct config *c, tid_t tid, char *buf, size_t size)
{
    return tid == TID_NONE ? "nobody" : trial_task(c, tid, buf, size);
}

static void say_seen(const struct config *c, const char *policy, ns_t at)
{
    struct trial_seen seen[SEEN];
    unsigned n = trial_look(c, at, seen, SEEN);
    char name[2 * CONFIG_NAME];

    printf("  under %s:", policy);
    for (unsigned i = 0; i < n; i++)
        printf("%s %s%s%s%s", i ? "," : "", trial_task(c, seen[i].tid, name, sizeof name),
               seen[i].running ? " runs" : " waits", seen[i].where[0] ? ": " : "",
               seen[i].where);
    puts(n ? "" : " nobody can run");
}

static void say(const struct diff *d, const char *file, const struct trial *a,
                const struct trial *b, const struct divergence *at)
{
    const struct config *c = a->config;
    char time[48], x[2 * CONFIG_NAME], y[2 * CONFIG_NAME];

    printf("%s: %s and %s part at %s %s: ", file, d->o.policies[0], d->o.policies[1],
           short_time(at->at, c->time_unit, time, sizeof time), c->unit_name);
    if (c->ncpus > 1)
        printf("on hart %u ", at->hart);
    printf("%s runs under the first, %s under the second\n",
           task_or_idle(c, at->expected, x, sizeof x), task_or_idle(c, at->got, y, sizeof y));
    say_seen(a->config, d->o.policies[0], at->at);
    say_seen(b->config, d->o.policies[1], at->at);
    trial_charts(a, b, at->at, d->o.policies[0], d->o.policies[1], stdout);
}

static bool run_one(const struct diff *d, unsigned which, const struct config *loaded,
                    struct config *c, struct trial *t)
{
    struct diag diag = { .line = 0 };

    *c = *loaded;
    if (d->v->policy(d->v->ctx, d->o.policies[which], "", c->time_unit, &c->policy, &diag)) {
        if (!diag.file[0])
            snprintf(diag.file, sizeof diag.file, "--sched %.200s", d->o.policies[which]);
        diag_print(&diag);
        return false;
    }
    trial_run(t, c, 0, NULL);
    if (t->end != TRIAL_GOOD)
        fprintf(stderr, "%s: error: %s: %s\n", loaded->file, d->o.policies[which], t->note);
    return true;
}

static int diff_file(struct diff *d, const char *file)
{
    struct options o = d->o;
    struct config *loaded, first, second;
    struct trial a = { .config = NULL }, b = { .config = NULL };
    struct divergence at;
    int status = EXIT_BAD_INPUT;

    o.npolicies = 0;
    loaded = read_workload(file, &o, d->v);
    if (loaded && run_one(d, 0, loaded, &first, &a) && run_one(d, 1, loaded, &second, &b)) {
        trial_diverge(&a, &b, d->exact, &at);
        if (at.differ && !o.quiet)
            say(d, file, &a, &b, &at);
        else if (!o.quiet)
            printf("%s: %s and %s decide alike\n", file, d->o.policies[0],
                   d->o.policies[1]);
        status = at.differ || a.end != TRIAL_GOOD || b.end != TRIAL_GOOD ? EXIT_RUN_FAILED
                                                                        : EXIT_DONE;
    }
    trial_free(&a);
    trial_free(&b);
    workload_free(loaded);
    return status;
}

int cmd_diff(int argc, char **argv)
{
    const char *exact = NULL;
    const struct option_extra extra[] = {
        { "exact", false, NULL, "ties and harts count too", &exact }, { .name = NULL },
    };
    struct diff d = { .v = NULL };
    int status;

    if (!options_parse(&d.o, argc, argv, OPTIONS_COMPARE, extra, &help, &status))
        return status;
    d.exact = exact;
    d.v = vocab_open();
    if (d.o.nfiles == 0 || d.o.npolicies != 2) {
        fprintf(stderr, "ossim diff: error: expected workloads and two policies "
                "(--sched A,B)\ntry: ossim diff --help\n");
        status = EXIT_BAD_INPUT;
    } else
        status = d.v ? EXIT_DONE : EXIT_OUR_FAULT;
    for (unsigned i = 0; i < d.o.nfiles && status < EXIT_BAD_INPUT; i++) {
        int this = diff_file(&d, d.o.files[i]);

        status = this > status ? this : status;
    }
    if (d.v)
        vocab_close(d.v);
    options_free(&d.o);
    return status;
}
