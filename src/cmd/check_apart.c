/* check_apart.c - a plug-in tried in a process of its own. See check_apart.h. */
#include <cmd/check_apart.h>

#include <cmd/cmd.h>
#include <cmd/options.h>
#include <host/plugin_watch.h>
#include <host/workers.h>

#include <stdio.h>
#include <string.h>

struct trial {
    const char *file;
    const struct check_kind *kind;
    struct check_verdict *v;
};

static void guarded(void *ctx)
{
    const struct trial *t = ctx;

    t->kind->attempt(t->v, t->kind->config);
}

static void run(void *ctx, size_t i, void *result)
{
    struct trial t = *(struct trial *)ctx;
    struct diag d = { .line = 0 };
    struct plugin_crash crash;
    char spec[4200];

    (void)i;
    t.v = result;
    snprintf(spec, sizeof spec, "%s%.4000s", strchr(t.file, '/') ? "" : "./", t.file);
    if (t.kind->find(spec, t.kind->config, &d)) {
        if (!d.file[0])
            snprintf(d.file, sizeof d.file, "%.250s", t.file);
        diag_print(&d);
        return;
    }
    t.v->ran = t.v->good = true;
    if (!plugin_guard_run(guarded, &t, &crash)) {
        t.v->good = false;
        snprintf(t.v->note, sizeof t.v->note, "%s", crash.text);
    }
}

int check_apart(const char *file, bool quiet, const struct check_kind *kind)
{
    struct trial t = { .file = file, .kind = kind };
    struct workers w = { .njobs = 1, .result_size = sizeof(struct check_verdict),
                         .nworkers = 1, .work = run, .ctx = &t };
    struct workers_results *results = workers_run(&w);
    const char *why = "no process";
    const struct check_verdict *v = results ? workers_result(results, 0, &why) : NULL;
    bool good = v && v->good;

    if (!v || (v->ran && !v->good))
        fprintf(stderr, "%s: error: %s\n", file, v ? v->note : why);
    else if (good && !quiet)
        printf("%s: ok\n", file);
    workers_free(results);
    return good ? EXIT_DONE : EXIT_BAD_INPUT;
}
