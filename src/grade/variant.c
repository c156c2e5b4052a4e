/* variant.c - workloads of equal difficulty from a template, by a seed.
 *
 * So that students who compare notes have to compare rules: the numbers are everyone's own,
 * what they ask is not. Equal difficulty is measured, not hoped for: under the reference a
 * variant has as many preemptions, ties and waits as its template, and each known mistake
 * (the policies that hints name) shows on it if and only if it shows on the template.
 */
#include "inside.h"

#include <cjson/cJSON.h>
#include <formats/workload.h>
#include <sim/rng.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* TRIES: at each width of change, of which there are WIDTHS. */
enum { NUMBERS = 256, TRIES = 150, WIDTHS = 3 };

struct template {
    cJSON *root;
    unsigned n;
    struct { cJSON *item; double was; bool arrival; } number[NUMBERS];
};

struct difficulty {
    uint64_t blocks, ties;
    double preemptions;
    bool shows[RUBRIC_HINTS];   /* by hint of the part */
};

/* --- the numbers of a workload --- */

static void note_number(struct template *t, cJSON *item, bool arrival)
{
    bool whole = cJSON_IsNumber(item) && item->valuedouble >= 1 &&
                 item->valuedouble < 1e9 && item->valuedouble == (double)item->valueint;

    if (!whole || t->n == NUMBERS)
        return;
    t->number[t->n].item = item;
    t->number[t->n].was = item->valuedouble;
    t->number[t->n++].arrival = arrival;
}

static void note_steps(struct template *t, cJSON *steps)
{
    cJSON *step;

    cJSON_ArrayForEach(step, steps) {
        note_number(t, cJSON_GetObjectItemCaseSensitive(step, "cpu"), false);
        note_number(t, cJSON_GetObjectItemCaseSensitive(step, "io"), false);
        note_number(t, cJSON_GetObjectItemCaseSensitive(step, "sleep"), false);
        note_steps(t, cJSON_GetObjectItemCaseSensitive(step, "do"));
    }
}

static bool template_read(struct template *t, const struct rubric_run *run)
{
    cJSON *p;

    t->n = 0;
    t->root = cJSON_ParseWithLength(run->text, run->size);
    cJSON_ArrayForEach(p, cJSON_GetObjectItemCaseSensitive(t->root, "processes")) {
        note_number(t, cJSON_GetObjectItemCaseSensitive(p, "arrival"), true);
        note_steps(t, cJSON_GetObjectItemCaseSensitive(p, "bursts"));
    }
    return t->root;
}

/* Up or down by up to a third, a sixth, or one; who came together comes together. */
static void draw(struct template *t, rng_t *rng, unsigned width)
{
    for (unsigned i = 0; i < t->n; i++) {
        int64_t was = (int64_t)t->number[i].was, most = width < 2 ? was / (3 << width) : 0;
        int64_t now = was - most, room = 2 * most + 1;
        unsigned same = i;

        if (most == 0) {
            now = was > 1 ? was - 1 : 1;
            room = was + 2 - now;
        }
        now += (int64_t)rng_below(rng, (uint64_t)room);
        for (unsigned k = 0; t->number[i].arrival && k < i; k++)
            if (t->number[k].arrival && (int64_t)t->number[k].was == was)
                same = k;
        cJSON_SetNumberValue(t->number[i].item, same == i ? (double)now
                                                : t->number[same].item->valuedouble);
    }
}

static bool changed(const struct template *t)
{
    for (unsigned i = 0; i < t->n; i++)
        if (t->number[i].item->valuedouble != t->number[i].was)
            return true;
    return false;
}

/* --- how hard it is --- */

static bool shows(const struct grading *g, const struct rubric_part *part,
                  const struct rubric_hint *h, const struct config *c,
                  const struct trial *reference)
{
    struct divergence at = { .differ = true };
    struct config under;
    struct trial t;
    struct diag d;

    if (h->when != WHEN_LIKE || !grade_policy(g, c, h->like, &under, &d))
        return false;
    trial_run(&t, &under, reference->steps * STEPS_TIMES + STEPS_MORE, NULL);
    if (t.end == TRIAL_GOOD)
        trial_diverge(reference, &t, part->check.exact, &at);
    trial_free(&t);
    return at.differ;
}

/* Measure a workload; against `wanted`, unless that is NULL, and no longer than they agree.
 * False: they do not, or it does not run. */
static bool measure(const struct grading *g, const struct rubric_part *part,
                    const struct rubric_run *run, const struct difficulty *wanted,
                    struct difficulty *out)
{
    struct config *c, under;
    struct trial t;
    struct diag d;
    bool good = false;
    char *why;

    memset(out, 0, sizeof *out);
    c = grade_load(g, run, run->seed_first, &why);
    if (why)
        grade_text_free(why);
    if (c && grade_policy(g, c, part->check.like, &under, &d)) {
        trial_run(&t, &under, STEPS_ALONE, NULL);
        out->blocks = t.blocks;
        out->ties = t.ties;
        good = t.end == TRIAL_GOOD &&
               grade_metric(&t, "preemptions", NULL, NULL, &out->preemptions) &&
               (!wanted || (out->blocks == wanted->blocks && out->ties == wanted->ties &&
                            out->preemptions == wanted->preemptions));
        for (uint32_t i = 0; i < part->nhints && good; i++) {
            out->shows[i] = shows(g, part, &part->hints[i], c, &t);
            good = !wanted || out->shows[i] == wanted->shows[i];
        }
        trial_free(&t);
    }
    workload_free(c);
    return good;
}

/* --- looking for one --- */

static char *find(const struct grading *g, const struct rubric_part *part, uint32_t run,
                  uint64_t seed, struct template *t)
{
    struct rubric_run variant = part->runs[run];
    struct difficulty wanted, got;
    char *text = NULL;

    if (!measure(g, part, &part->runs[run], NULL, &wanted))
        return NULL;
    for (unsigned i = 0; i < WIDTHS * TRIES; i++) {
        rng_t rng = rng_stream(seed, part->id, run * 10000 + i);

        draw(t, &rng, i / TRIES);
        if (!changed(t))
            continue;
        text = cJSON_PrintUnformatted(t->root);
        variant.text = text;
        variant.size = text ? strlen(text) : 0;
        if (text && measure(g, part, &variant, &wanted, &got))
            return text;
        cJSON_free(text);
    }
    return NULL;
}

static bool vary_run(const struct grading *g, struct rubric *r, uint32_t part, uint32_t run,
                     uint64_t seed)
{
    struct template t;
    bool good = true;

    if (template_read(&t, &r->parts[part].runs[run])) {
        char *text = find(g, &r->parts[part], run, seed, &t);

        good = !text || rubric_replace(r, part, run, text, strlen(text));
        cJSON_free(text);
    }
    cJSON_Delete(t.root);
    return good;
}

bool grade_vary(struct rubric *r, const struct vocabulary *v, uint64_t seed)
{
    struct policy_cache cache = { .n = 0 };
    struct grading g = { .rubric = r, .v = v, .cache = &cache };
    bool good = true;

    for (uint32_t p = 0; p < r->nparts && good; p++)
        for (uint32_t i = 0; i < r->parts[p].nruns && good; i++)
            if (r->parts[p].runs[i].vary)
                good = vary_run(&g, r, p, i, seed);
    for (unsigned i = 0; i < cache.n; i++)
        grade_text_free(cache.entry[i].spec);
    return good;
}
