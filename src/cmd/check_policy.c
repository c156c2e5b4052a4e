/* check_policy.c - `ossim check mine.c`: what is wrong with a plug-in, before it is graded.
 *
 * Built and run in both ways, on one CPU and on two, over a small workload in which tasks
 * arrive, block, yield and have deadlines; `explain` is asked as views ask it. The native run
 * is a process of its own, since nothing keeps it from crashing.
 */
#include <cmd/check_policy.h>

#include <cmd/cmd.h>
#include <formats/workload.h>
#include <host/workers.h>
#include <lab/trial.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char smoke[] =
    "{\"ossim\": 1, \"name\": \"smoke\", \"processes\": ["
    "{\"name\": \"A\", \"priority\": 3, \"tickets\": 50,"
    " \"bursts\": [{\"cpu\": 37}, {\"io\": 5}, {\"cpu\": 12}]},"
    "{\"name\": \"B\", \"arrival\": 3, \"priority\": 1, \"nice\": 5,"
    " \"bursts\": [{\"cpu\": 4}, {\"io\": 9}, {\"cpu\": 8}, {\"yield\": true}, {\"cpu\": 6}]},"
    "{\"name\": \"C\", \"count\": 6, \"arrival\": {\"uniform\": [1, 9]},"
    " \"bursts\": [{\"cpu\": {\"uniform\": [1, 30]}}, {\"io\": 3}, {\"cpu\": 10}]},"
    "{\"name\": \"T\", \"period\": 40, \"cpu\": 5, \"jobs\": 6}]}";

enum { STEPS = 2000000 };

struct smoke_result { bool ran, good; uint64_t hash; char note[400]; };

struct smoke {
    const char *file;
    struct vocabulary *v;
    bool guest;
    const char *cpus;
};

static bool say(const char *file, const char *how, const char *what)
{
    fprintf(stderr, "%s: error: %s: %s\n", file, how, what);
    return false;
}

/* Load it under the smoke workload; false: what is wrong has been said. */
static struct config *load(const struct smoke *s, bool quiet)
{
    const struct workload_set set = { "/machine/cpus", s->cpus };
    struct diag *diags = NULL, d = { .line = 0 };
    struct config *c = NULL;
    char spec[4200];
    size_t n;

    snprintf(spec, sizeof spec, "%s%s%.4000s", s->guest ? "guest:" : "native:",
             strchr(s->file, '/') ? "" : "./", s->file);
    if (workload_load("smoke", smoke, sizeof smoke - 1, "", s->v, &set, 1, &c, &diags, &n))
        say(s->file, "the smoke workload", n ? diags[0].text : "out of memory");
    else if (s->v->policy(s->v->ctx, spec, "", c->time_unit, &c->policy, &d)) {
        if (!d.file[0])
            snprintf(d.file, sizeof d.file, "%.250s", s->file);
        if (!quiet)
            diag_print(&d);
        workload_free(c);
        c = NULL;
    }
    free(diags);
    return c;
}

/* What views ask, in the middle of the run. As guest code an explain that breaks says nothing,
 * to them and to us. */
static bool explains(const struct config *c, ns_t end)
{
    enum { LOOKS = 8, SEEN = 16 };
    struct trial_seen seen[SEEN];

    for (unsigned i = 1; c->policy.ops->explain && i < LOOKS; i++)
        for (unsigned n = trial_look(c, end * i / LOOKS, seen, SEEN); n > 0; n--)
            if (!seen[n - 1].running && !seen[n - 1].where[0])
                return false;
    return true;
}

static void run(void *ctx, size_t i, void *result)
{
    const struct smoke *s = ctx;
    struct smoke_result *r = result;
    struct config *c = load(s, i > 0);
    struct trial t;

    if (!c)
        return;
    trial_run(&t, c, STEPS, NULL);
    r->ran = true;
    r->good = t.end == TRIAL_GOOD;
    r->hash = t.trace_hash;
    snprintf(r->note, sizeof r->note, "%s", t.note);
    if (r->good && !explains(c, t.at)) {
        r->good = false;
        snprintf(r->note, sizeof r->note, "explain breaks, or says nothing of a task that is queued");
    }
    trial_free(&t);
    workload_free(c);
}

/* One run in a child; false: it has been said why. */
static bool child(struct smoke *s, struct smoke_result *out)
{
    struct workers w = { .njobs = 1, .result_size = sizeof *out, .nworkers = 1, .work = run,
                         .ctx = s };
    struct workers_results *results = workers_run(&w);
    const char *how = s->guest ? "as guest code" : "natively", *why = "no process";
    const struct smoke_result *r = results ? workers_result(results, 0, &why) : NULL;
    bool good = r && r->good;

    if (r)
        *out = *r;
    if (!r)
        say(s->file, how, why);
    else if (r->ran && !r->good)
        say(s->file, how, r->note);
    workers_free(results);
    return good;
}

static bool both_ways(struct smoke *s)
{
    struct smoke_result guest = { .hash = 0 }, native = { .hash = 0 };

    s->guest = true;
    bool good = child(s, &guest);
    s->guest = false;
    if (!good)                  /* natively it would hang, or crash, the same way */
        return false;
    good = child(s, &native);
    if (good && guest.hash != native.hash)
        return say(s->file, "on the smoke workload", "it decides otherwise as guest code than "
                   "natively (does it read memory that nobody has set, or keep pointers?)");
    return good;
}

int check_policy(const char *file, struct vocabulary *v, bool quiet)
{
    struct smoke s = { .file = file, .v = v };

    s.cpus = "1";
    bool good = both_ways(&s);
    s.cpus = "2";
    if (!good || !both_ways(&s))
        return EXIT_BAD_INPUT;
    if (!quiet)
        printf("%s: ok, as guest code and natively\n", file);
    return EXIT_DONE;
}
