/* feedback.c - the first difference from the reference, for the student. */
#include "inside.h"

#include <cjson/cJSON.h>
#include <lab/report.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { AROUND = 12 };           /* pieces shown before the difference, and after */

static char *task_text(const struct config *c, tid_t tid)
{
    char name[2 * CONFIG_NAME];

    return grade_text("%s", tid == TID_NONE ? "idle" : trial_task(c, tid, name, sizeof name));
}

/* Who could run in the reference's eyes, and where each stood. */
static void note_runnable(struct grade_divergence *d, const struct config *reference,
                          ns_t at)
{
    struct trial_seen seen[GRADE_RUNNABLE];
    unsigned n = trial_look(reference, at, seen, GRADE_RUNNABLE);
    char name[2 * CONFIG_NAME];

    for (unsigned i = 0; i < n; i++) {
        trial_task(reference, seen[i].tid, name, sizeof name);
        d->runnable[i] = seen[i].where[0] ? grade_text("%s (%s)", name, seen[i].where)
                                          : grade_text("%s", name);
    }
    d->nrunnable = n;
}

static char *charts(const struct trial *reference, const struct trial *mine, ns_t at,
                    const char *first, const char *second)
{
    char *text = NULL;
    size_t size;
    FILE *f = open_memstream(&text, &size);

    if (!f)
        return grade_text("%s", "");
    trial_charts(reference, mine, at, first, second, f);
    fclose(f);
    return text ? text : grade_text("%s", "");
}

/* The pieces around `at`, in units of time. */
static cJSON *pieces(const struct trial *t, ns_t at)
{
    double unit = (double)t->config->time_unit;
    cJSON *list = cJSON_CreateArray();
    char name[2 * CONFIG_NAME];
    size_t first = 0;

    while (first < t->npieces && t->pieces[first].to < at)
        first++;
    first = first > AROUND ? first - AROUND : 0;
    for (size_t i = first; i < t->npieces && i < first + 2 * AROUND; i++) {
        const struct gantt_piece *p = &t->pieces[i];
        cJSON *o = cJSON_CreateObject();

        cJSON_AddNumberToObject(o, "cpu", p->hart);
        cJSON_AddStringToObject(o, "task", trial_task(t->config, p->tid, name, sizeof name));
        cJSON_AddNumberToObject(o, "from", (double)p->from / unit);
        cJSON_AddNumberToObject(o, "to", (double)p->to / unit);
        cJSON_AddItemToArray(list, o);
    }
    return list;
}

static struct grade_divergence *diverge(const struct trial *reference,
                                        const struct trial *mine, const char *run,
                                        const struct divergence *at, const char *first,
                                        const char *second)
{
    struct grade_divergence *d = calloc(1, sizeof *d);
    const struct config *c = reference->config;
    const char *base = strrchr(run, '/');

    if (!d)
        return NULL;
    d->run = grade_text("%s", base && strstr(base, ".json") ? base + 1 : run);
    d->at = at->at;
    d->unit = c->time_unit;
    memcpy(d->unit_name, c->unit_name, sizeof d->unit_name);
    d->expected = task_text(c, at->expected);
    d->got = task_text(c, at->got);
    note_runnable(d, c, at->at);
    d->gantt = pieces(mine, at->at);
    d->reference_gantt = pieces(reference, at->at);
    d->charts = charts(reference, mine, at->at, first, second);
    return d;
}

struct grade_divergence *grade_diverge(const struct trial *reference,
                                       const struct trial *mine, const char *run,
                                       const struct divergence *at)
{
    return diverge(reference, mine, run, at, "reference", "yours");
}

struct grade_divergence *grade_diverge_own(const struct trial *first, const struct trial *mine,
                                           const char *run, const struct divergence *at,
                                           const char *change)
{
    struct grade_divergence *d = diverge(first, mine, run, at, "as it is", change);

    if (d)
        d->change = change;
    return d;
}

static const char *idles_or_runs(const char *task)
{
    return strcmp(task, "idle") == 0 ? "is " : "runs ";
}

char *grade_diverge_text(const struct grade_divergence *d)
{
    char time[48];

    if (d->change)
        return grade_text("First difference at %s %s in %s (times as in the workload as it is): "
                          "%s, yours %s%s, and as it is %s%s",
                          short_time(d->at, d->unit, time, sizeof time), d->unit_name, d->run,
                          d->change, idles_or_runs(d->got), d->got, idles_or_runs(d->expected),
                          d->expected);
    return grade_text("First difference at %s %s in %s: yours %s%s, the reference %s%s",
                      short_time(d->at, d->unit, time, sizeof time), d->unit_name, d->run,
                      idles_or_runs(d->got), d->got, idles_or_runs(d->expected), d->expected);
}

void grade_divergence_free(struct grade_divergence *d)
{
    if (!d)
        return;
    grade_text_free(d->run);
    grade_text_free(d->expected);
    grade_text_free(d->got);
    grade_text_free(d->charts);
    cJSON_Delete(d->gantt);
    cJSON_Delete(d->reference_gantt);
    if (d->workload)
        grade_text_free(d->workload);
    if (d->options)
        grade_text_free(d->options);
    for (unsigned i = 0; i < d->nrunnable; i++)
        grade_text_free(d->runnable[i]);
    free(d);
}
