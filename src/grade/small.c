/* small.c - the smallest workload that shows a difference.
 *
 * Random small workloads, from a seed, so that everybody gets the same; the first on which
 * submission and reference decide differently is made smaller, one change at a time, as long
 * as the difference stays: a process less, a burst less, a shorter burst, an earlier
 * arrival, plainer attributes. What is left is shown in place of a hidden test: it gives
 * away the mistake and nothing of the test. Source of the method: Zeller and Hildebrandt,
 * "Simplifying and Isolating Failure-Inducing Input", IEEE TSE 28 (2002).
 */
#include "inside.h"

#include <formats/workload.h>
#include <sim/rng.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PROCESSES = 4, BURSTS = 3, TRIES = 400, STEPS = 200000 };

struct small_process {
    uint32_t arrival, priority, tickets, nice;
    uint32_t nbursts;           /* 1 .. BURSTS; between two of them an I/O */
    uint32_t cpu[BURSTS], io[BURSTS];
};

struct small {
    uint32_t n;
    struct small_process p[PROCESSES];
    bool periodic;              /* cpu[0] every `arrival + 10` units, 3 jobs */
};

struct search {
    const struct grading *g;
    const char *like;
    bool exact, periodic;
    unsigned runs;              /* left */
};

/* --- as text --- */

static void put_process(FILE *f, const struct small *w, unsigned i)
{
    const struct small_process *p = &w->p[i];

    fprintf(f, "%s\n  {\"name\": \"%c\", ", i ? "," : "", 'A' + i);
    if (w->periodic) {
        fprintf(f, "\"period\": %u, \"cpu\": %u, \"jobs\": 3}", p->arrival + 10, p->cpu[0]);
        return;
    }
    fprintf(f, "\"arrival\": %u, ", p->arrival);
    if (p->priority)
        fprintf(f, "\"priority\": %u, ", p->priority);
    if (p->tickets != 100)
        fprintf(f, "\"tickets\": %u, ", p->tickets);
    if (p->nice)
        fprintf(f, "\"nice\": %u, ", p->nice);
    fputs("\"bursts\": [", f);
    for (unsigned k = 0; k < p->nbursts; k++) {
        if (k)
            fprintf(f, ", {\"io\": %u}, ", p->io[k]);
        fprintf(f, "{\"cpu\": %u}", p->cpu[k]);
    }
    fputs("]}", f);
}

static char *small_text(const struct small *w, size_t *size)
{
    char *text = NULL;
    FILE *f = open_memstream(&text, size);

    if (!f)
        return NULL;
    fputs("{\"ossim\": 1, \"name\": \"smallest\", \"processes\": [", f);
    for (unsigned i = 0; i < w->n; i++)
        put_process(f, w, i);
    fputs("]}\n", f);
    fclose(f);
    return text;
}

/* --- does it show a difference? --- */

/* Both trials and where they part; true if they do. The trials are the caller's to free if
 * `keep`, and then *c is to be freed too. */
static bool differs(struct search *s, const struct small *w,
                    struct grade_divergence **out)
{
    struct rubric_run run = { .name = "a small workload", .dir = "" };
    struct config *c = NULL, reference, mine;
    struct trial a = { .config = NULL }, b = { .config = NULL };
    struct divergence at = { .differ = false };
    struct diag d;
    char *why = NULL, *text = small_text(w, &run.size);

    if (!text || s->runs == 0) {
        free(text);
        return false;
    }
    s->runs--;
    run.text = text;
    c = grade_load(s->g, &run, 0, &why);
    if (c && grade_policy(s->g, c, s->like, &reference, &d) &&
        grade_policy(s->g, c, s->g->spec, &mine, &d) &&
        trial_run(&a, &reference, STEPS, NULL) && trial_run(&b, &mine, STEPS, NULL)) {
        trial_diverge(&a, &b, s->exact, &at);
        if (at.differ && out) {
            *out = grade_diverge(&a, &b, run.name, &at);
            if (*out)
                (*out)->workload = grade_text("%s", text);
        }
    }
    trial_free(&a);
    trial_free(&b);
    workload_free(c);
    if (why)
        grade_text_free(why);
    free(text);
    return at.differ;
}

/* --- making and shrinking --- */

static uint32_t one_of(rng_t *rng, const uint32_t *values, unsigned n)
{
    return values[rng_below(rng, n)];
}

static void draw(struct small *w, rng_t *rng, bool periodic)
{
    static const uint32_t lengths[] = { 1, 2, 3, 5, 8, 13, 21, 34, 60, 120, 250 };
    static const uint32_t tickets[] = { 100, 100, 50, 200, 300 };

    *w = (struct small){ .n = 2 + (uint32_t)rng_below(rng, PROCESSES - 1),
                         .periodic = periodic };
    for (unsigned i = 0; i < w->n; i++) {
        struct small_process *p = &w->p[i];

        p->arrival = (uint32_t)rng_below(rng, 12);
        p->priority = (uint32_t)rng_below(rng, 4);
        p->tickets = one_of(rng, tickets, 5);
        p->nice = (uint32_t)rng_below(rng, 3) * 5;
        p->nbursts = 1 + (uint32_t)rng_below(rng, BURSTS);
        for (unsigned k = 0; k < BURSTS; k++) {
            p->cpu[k] = one_of(rng, lengths, periodic ? 4 : 11);
            p->io[k] = one_of(rng, lengths, 7);
        }
    }
}

static void drop_process(struct small *w, unsigned i)
{
    memmove(&w->p[i], &w->p[i + 1], (w->n - i - 1) * sizeof w->p[0]);
    w->n--;
}

/* Change number `which` of a process to something smaller; false: there is no such number,
 * or it is as small as it gets. */
static bool lower(struct small_process *p, unsigned which, bool by_half)
{
    uint32_t *numbers[] = { &p->arrival, &p->priority, &p->nice, &p->cpu[0], &p->cpu[1],
                            &p->cpu[2], &p->io[1], &p->io[2] };
    uint32_t least = which >= 3;

    if (which == 8) {           /* tickets are plain, or not */
        bool changed = p->tickets != 100;
        p->tickets = 100;
        return changed;
    }
    if (which == 9)
        return p->nbursts > 1 && p->nbursts--;
    if (*numbers[which] <= least)
        return false;
    *numbers[which] = by_half ? *numbers[which] / 2 : *numbers[which] - 1;
    if (*numbers[which] < least)
        *numbers[which] = least;
    return true;
}

enum { NUMBERS = 10 };

/* Try one change after another; true if any was kept. */
static bool shrink_once(struct search *s, struct small *w)
{
    bool any = false;

    for (unsigned i = 0; i < w->n && w->n > 1; i++) {
        struct small less = *w;

        drop_process(&less, i);
        if (differs(s, &less, NULL)) {
            *w = less;
            any = true;
        }
    }
    for (unsigned i = 0; i < w->n; i++)
        for (unsigned which = NUMBERS; which-- > 0;)
            for (int half = 1; half >= 0; half--) {
                struct small less = *w;

                if (lower(&less.p[i], which, half) && differs(s, &less, NULL)) {
                    *w = less;
                    any = true;
                }
            }
    return any;
}

/* Does the reference schedule by deadlines? Then tasks without one tell nothing. */
static bool wants_periods(const char *like)
{
    static const char *const names[] = { "edf", "rm", "dm", "llf" };
    size_t n = strcspn(like, ":");

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i]) == n && strncmp(names[i], like, n) == 0)
            return true;
    return false;
}

struct grade_divergence *grade_counterexample(const struct grading *g, const char *like,
                                              bool exact, uint64_t seed)
{
    struct search s = { .g = g, .like = like, .exact = exact, .runs = TRIES };
    struct grade_divergence *d = NULL;
    bool periodic = wants_periods(like), found = false;
    struct small w;

    for (uint64_t i = 0; s.runs && !found; i++) {
        rng_t rng = rng_stream(seed, "counterexample", i);

        draw(&w, &rng, periodic);
        found = differs(&s, &w, NULL);
    }
    if (!found)
        return NULL;
    s.runs = TRIES;
    while (shrink_once(&s, &w))
        ;
    s.runs = 1;
    differs(&s, &w, &d);
    return d;
}
