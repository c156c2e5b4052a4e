/* load.c - workloads and policies for a grading, each looked up once. */
#include "inside.h"

#include <formats/workload.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char no_memory[] = "";

char *grade_text(const char *format, ...)
{
    va_list ap;
    char *text;

    va_start(ap, format);
    if (vasprintf(&text, format, ap) < 0)
        text = no_memory;
    va_end(ap);
    return text;
}

void grade_text_free(char *text)
{
    if (text != no_memory)
        free(text);
}

struct config *grade_load(const struct grading *g, const struct rubric_run *run,
                          uint64_t seed, char **why)
{
    size_t n = 0, ndiags = 0;
    struct workload_set *sets = malloc((run->nsets + 2) * sizeof *sets);
    struct config *c = NULL;
    struct diag *diags = NULL;
    char number[24];

    *why = NULL;
    if (!sets)
        return NULL;
    for (; n < run->nsets; n++)
        sets[n] = run->sets[n];
    sets[n++] = (struct workload_set){ "/kernel/scheduler", "fcfs" };
    snprintf(number, sizeof number, "%llu", (unsigned long long)seed);
    if (run->seeded)
        sets[n++] = (struct workload_set){ "/seed", number };
    if (workload_load(run->name, run->text, run->size, run->dir, g->v, sets, n, &c, &diags,
                      &ndiags) && ndiags)
        *why = grade_text("%s: %s", diags[0].path, diags[0].text);
    free(diags);
    free(sets);
    return c;
}

bool grade_look_up(const struct grading *g, const char *spec, ns_t unit,
                   struct policy_config *out, struct diag *diag)
{
    struct policy_cache *cache = g->cache;

    for (unsigned i = 0; i < cache->n; i++)
        if (cache->entry[i].unit == unit && strcmp(cache->entry[i].spec, spec) == 0) {
            *out = cache->entry[i].policy;
            return true;
        }
    *diag = (struct diag){ .line = 0 };
    /* What the rubric names is relative to it; the submission has a path of its own. */
    if (g->v->policy(g->v->ctx, spec, spec == g->spec ? "" : g->rubric->dir, unit, out, diag))
        return false;
    if (cache->n < GRADE_POLICIES) {
        cache->entry[cache->n].spec = grade_text("%s", spec);
        cache->entry[cache->n].unit = unit;
        cache->entry[cache->n++].policy = *out;
    }
    return true;
}

bool grade_policy(const struct grading *g, const struct config *c, const char *spec,
                  struct config *out, struct diag *diag)
{
    *out = *c;
    return grade_look_up(g, spec, c->time_unit, &out->policy, diag);
}

void grade_take_parameters(struct grading *g, const char *like)
{
    const char *p = like ? strchr(like, ':') : NULL;
    struct policy_config scrap;
    struct diag diag;

    g->spec[g->bare] = '\0';
    while (p && p[1]) {
        size_t n = strcspn(p + 1, ":") + 1, used = strlen(g->spec);

        if (used + n >= sizeof g->spec || used + n >= sizeof scrap.spec)
            return;
        memcpy(g->spec + used, p, n);
        g->spec[used + n] = '\0';
        if (!grade_look_up(g, g->spec, 1000000, &scrap, &diag))
            g->spec[used] = '\0';
        p = p[n] ? p + n : NULL;
    }
}
