/* predict.c - the textbook table of predicted CPU bursts.
 *
 * Silberschatz, Galvin, Gagne, Operating System Concepts, "Shortest-Job-First
 * Scheduling": tau' = alpha t + (1 - alpha) tau. The rule is the one by which sjf and srtf
 * estimate (sched/average.h); here it is shown burst by burst.
 */
#include <cmd/predict.h>

#include <cmd/cmd.h>
#include <formats/text.h>
#include <host/file.h>
#include <lab/report.h>
#include <sched/average.h>

#include <stdio.h>
#include <string.h>

enum { MAX_BURSTS = 64 };

struct forecast {
    int64_t alpha;              /* millionths */
    ns_t tau0;
};

static struct forecast forecast_of(const struct config *c)
{
    struct forecast f = { 500000, 10 * c->time_unit };
    const struct policy_param *p = c->policy.ops->params;

    for (unsigned i = 0; p && p[i].name; i++) {
        const struct sched_value *v = &c->policy.params.value[i];

        if (v->n && strcmp(p[i].name, "alpha") == 0)
            f.alpha = v->v[0];
        if (v->n && strcmp(p[i].name, "tau0") == 0)
            f.tau0 = v->v[0];
    }
    return f;
}

/* The bursts of one entry, adjacent CPU steps as one; 0 if some length is drawn, or the
 * script repeats. */
static unsigned bursts_of(const struct process_config *p, ns_t *bursts)
{
    unsigned n = 0;
    bool inside = false;

    for (uint32_t i = 0; i < p->nsteps; i++) {
        const struct step *s = &p->steps[i];

        if (s->kind == STEP_LOOP || (s->kind == STEP_CPU && s->len.kind != DIST_CONST))
            return 0;
        if (s->kind == STEP_CPU) {
            if (!inside && n == MAX_BURSTS)
                break;
            if (!inside)
                bursts[n++] = 0;
            bursts[n - 1] += s->len.a;
        }
        inside = s->kind == STEP_CPU ||
                 (inside && (s->kind == STEP_LOCK || s->kind == STEP_UNLOCK));
    }
    return n;
}

static void print_entry(const struct config *c, const struct process_config *p,
                        struct forecast f)
{
    ns_t bursts[MAX_BURSTS], tau = f.tau0;
    unsigned n = bursts_of(p, bursts);

    if (!n)
        return;
    printf(" %-12s burst    ", p->name);
    for (unsigned i = 0; i < n; i++)
        printf(" %8g", (double)bursts[i] / (double)c->time_unit);
    printf("\n %-12s predicted", "");
    for (unsigned i = 0; i <= n; i++) {
        printf(" %8g", (double)tau / (double)c->time_unit);
        if (i < n)
            tau = average_next(tau, bursts[i], f.alpha);
    }
    printf("\n");
}

static bool write_entry(struct text *t, const struct config *c,
                        const struct process_config *p, struct forecast f, bool first)
{
    ns_t bursts[MAX_BURSTS], tau = f.tau0;
    unsigned n = bursts_of(p, bursts);

    if (!n)
        return false;
    text_put(t, first ? "\n  " : ",\n  ");
    text_string(t, p->name);
    for (unsigned i = 0; i <= n; i++) {
        text_put(t, i ? ", " : ": [");
        text_time(t, tau, c->time_unit);
        if (i < n)
            tau = average_next(tau, bursts[i], f.alpha);
    }
    text_put(t, "]");
    return true;
}

static bool write_json(const struct config *c, struct forecast f, struct text_out *out)
{
    struct text t;
    bool first = true;

    text_init(&t, out);
    text_put(&t, "{\"ossim\": 1,\n \"workload\": ");
    text_string(&t, c->name);
    text_put(&t, ",\n \"time_unit\": ");
    text_string(&t, c->unit_name);
    text_put(&t, ",\n \"alpha\": ");
    text_number(&t, (double)f.alpha / 1e6);
    text_put(&t, ",\n \"tau0\": ");
    text_time(&t, f.tau0, c->time_unit);
    text_put(&t, ",\n \"predictions\": {");
    for (uint32_t p = 0; p < c->nprocesses; p++)
        if (write_entry(&t, c, &c->processes[p], f, first))
            first = false;
    text_put(&t, "}}\n");
    return text_end(&t);
}

static int write_file(const struct config *c, struct forecast f, const char *path)
{
    struct diag diag;
    struct outfile *file = outfile_open(path, &diag);
    struct text_out out = { outfile_write, file };

    if (file && !write_json(c, f, &out)) {
        outfile_abort(file);
        fprintf(stderr, "ossim analyze: error: cannot write to %s\n", path);
        return EXIT_RUN_FAILED;
    }
    if (!file || outfile_commit(file, &diag)) {
        diag_print(&diag);
        return EXIT_RUN_FAILED;
    }
    return EXIT_DONE;
}

int predict_bursts(const struct options *o, const struct config *config)
{
    struct forecast f = forecast_of(config);
    ns_t bursts[MAX_BURSTS];
    int status = -1;

    for (uint32_t p = 0; p < config->nprocesses && status < 0; p++)
        if (config->processes[p].steps && bursts_of(&config->processes[p], bursts))
            status = EXIT_DONE;
    if (status < 0)
        return status;
    if (o->json)
        status = write_file(config, f, o->json);
    if (!o->quiet && !(o->json && !strcmp(o->json, "-"))) {
        printf("%s: CPU bursts and their predictions, alpha %g, tau0 %g %s\n", config->name,
               (double)f.alpha / 1e6, (double)f.tau0 / (double)config->time_unit,
               config->unit_name);
        for (uint32_t p = 0; p < config->nprocesses; p++)
            print_entry(config, &config->processes[p], f);
    }
    return status;
}
