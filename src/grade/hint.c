/* hint.c - does a submission do what a known mistake does?
 *
 * Looked for only where a part has failed, over all its runs. Hints are tried in the order of
 * the rubric; the first that holds is given. That a submission does what a wrong policy does
 * on one small workload may be chance: where other parts know the same policy it must hold
 * there too, passed or not, or it is another mistake.
 */
#include "inside.h"

#include <formats/workload.h>
#include <ossim/sched.h>

#include <string.h>

/* GATHERS: nothing so far speaks for the hint, nothing against it. */
enum verdict { GATHERS, HOLDS, FAILS };

struct search {
    const struct grading *g;
    const struct rubric_part *part;
    const struct rubric_hint *hint;
};

/* --- one run, one hint --- */

/* Exactly as that policy, this time too? */
static enum verdict like(const struct search *s, const struct config *c,
                         const struct trial *mine)
{
    struct divergence at = { .differ = true };
    struct trial wrong;
    struct config under;
    struct diag diag;

    if (mine->end != TRIAL_GOOD || !grade_policy(s->g, c, s->hint->like, &under, &diag))
        return FAILS;
    trial_run(&wrong, &under, mine->steps * STEPS_TIMES + STEPS_MORE, NULL);
    if (wrong.end == TRIAL_GOOD)
        trial_diverge(&wrong, mine, s->part->check.exact, &at);
    trial_free(&wrong);
    return at.differ ? FAILS : HOLDS;
}

static const struct trial_seen *find(const struct trial_seen *seen, unsigned n, tid_t tid)
{
    for (unsigned i = 0; i < n; i++)
        if (seen[i].tid == tid)
            return &seen[i];
    return NULL;
}

/* Who was taken, and who should have been, at the first difference of this run. */
static enum verdict difference(const struct search *s, const struct trial *reference,
                               const struct trial *mine)
{
    struct trial_seen seen[GRADE_RUNNABLE];
    const struct trial_seen *got, *due;
    struct divergence at;
    unsigned n;

    if (reference->end != TRIAL_GOOD || mine->end != TRIAL_GOOD)
        return GATHERS;
    trial_diverge(reference, mine, s->part->check.exact, &at);
    if (!at.differ)
        return GATHERS;
    n = trial_look(reference->config, at.at, seen, GRADE_RUNNABLE);
    got = find(seen, n, at.got);
    due = find(seen, n, at.expected);
    if (!got || !due)
        return FAILS;
    if (s->hint->when == WHEN_TIE)
        return reference->arrival[at.got] == reference->arrival[at.expected] ? HOLDS : FAILS;
    return got->since > due->since || (got->since == due->since && got->tid > due->tid)
               ? HOLDS : FAILS;
}

/* Who picks nobody though somebody waits is made to pick, and so the law is kept. */
static bool idled(const struct rubric_hint *h, const struct trial *mine)
{
    return h->breaks.law == RUBRIC_WORK_CONSERVING && mine->end == TRIAL_BAD_ANSWER &&
           mine->bad_answer == FAULT_IDLE;
}

static enum verdict breaks(const struct rubric_hint *h, const struct trial *mine)
{
    char *why = NULL;
    bool good = mine->end != TRIAL_GOOD || grade_check(&h->breaks, NULL, mine, &why);

    if (idled(h, mine))
        return HOLDS;

    if (why)
        grade_text_free(why);
    return good ? GATHERS : HOLDS;
}

static enum verdict of_trials(const struct search *s, const struct config *c,
                              const struct trial *reference, const struct trial *mine)
{
    switch (s->hint->when) {
    case WHEN_LIKE: return like(s, c, mine);
    case WHEN_VARIABLES: return mine->variables ? HOLDS : GATHERS;
    case WHEN_UNEXPIRED: return mine->end != TRIAL_GOOD || mine->expired ? FAILS : HOLDS;
    case WHEN_BREAKS: return breaks(s->hint, mine);
    default: return difference(s, reference, mine);
    }
}

static void reference_run(const struct search *s, const struct config *c,
                          struct config *under, struct trial *t)
{
    bool wanted = s->hint->when == WHEN_TIE || s->hint->when == WHEN_LATER;
    struct diag diag;

    *t = (struct trial){ .end = TRIAL_FAILED };
    if (wanted && s->part->check.like &&
        grade_policy(s->g, c, s->part->check.like, under, &diag))
        trial_run(t, under, STEPS_ALONE, NULL);
}

static enum verdict of_run(const struct search *s, const struct rubric_run *run, uint64_t seed)
{
    enum verdict v = FAILS;
    struct trial mine, reference;
    struct config *c, under, model;
    struct diag diag;
    char *why;

    c = grade_load(s->g, run, seed, &why);
    if (why)
        grade_text_free(why);
    if (c && grade_policy(s->g, c, s->g->spec, &under, &diag)) {
        trial_run(&mine, &under, STEPS_ALONE, NULL);
        reference_run(s, c, &model, &reference);
        v = of_trials(s, c, &reference, &mine);
        trial_free(&mine);
        trial_free(&reference);
    }
    workload_free(c);
    return v;
}

/* --- all runs, all parts --- */

static enum verdict over_part(const struct search *s)
{
    enum verdict all = GATHERS;

    for (uint32_t i = 0; i < s->part->nruns; i++)
        for (uint64_t k = 0; k < s->part->runs[i].nseeds && all != FAILS; k++) {
            enum verdict v = of_run(s, &s->part->runs[i], s->part->runs[i].seed_first + k);

            all = v == GATHERS ? all : v;
        }
    return all;
}

static bool has_hint(const struct rubric_part *part, const struct rubric_hint *h)
{
    for (uint32_t i = 0; i < part->nhints; i++)
        if (part->hints[i].when == h->when &&
            (h->when != WHEN_LIKE || strcmp(part->hints[i].like, h->like) == 0))
            return true;
    return false;
}

/* Does no other part with that hint speak against it? What a submission keeps, or breaks
 * somewhere, is no matter of chance. */
static bool confirmed(struct grading *g, const struct search *s)
{
    bool good = true;

    if (s->hint->when != WHEN_LIKE && s->hint->when != WHEN_TIE && s->hint->when != WHEN_LATER)
        return true;
    for (uint32_t i = 0; i < g->rubric->nparts && good; i++) {
        struct search other = { g, &g->rubric->parts[i], s->hint };

        if (other.part == s->part || !has_hint(other.part, s->hint))
            continue;
        grade_take_parameters(g, other.part->check.like);
        good = over_part(&other) != FAILS;
    }
    grade_take_parameters(g, s->part->check.like);
    return good;
}

/* It fails by what it does, and not those: no run has to be looked at. */
static bool only_here(const struct grading *g, const struct rubric_hint *h,
                      enum grade_status status)
{
    bool good = status == GRADE_FAIL;

    for (uint32_t i = 0; i < h->npasses; i++)
        good &= g->parts[h->passes[i]].status == GRADE_PASS;
    return good;
}

const struct rubric_hint *grade_hint(struct grading *g, const struct rubric_part *part,
                                     enum grade_status status)
{
    for (uint32_t i = 0; i < part->nhints; i++) {
        struct search s = { g, part, &part->hints[i] };

        if (s.hint->when == WHEN_PASSES ? only_here(g, s.hint, status)
                                        : over_part(&s) == HOLDS && confirmed(g, &s))
            return s.hint;
    }
    return NULL;
}
