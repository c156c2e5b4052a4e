/* grade.c - part by part. See grade.h. */
#include "inside.h"

#include <sim/check.h>
#include <formats/workload.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Bytes of a workload that is repeated in the results. */
enum { MOST_SHOWN = 4000 };

const char *grade_status_name(enum grade_status s)
{
    static const char *const names[] = {
        "pass", "partial", "fail", "compile-error", "fault", "overrun", "skipped",
        "grader-error",
    };

    return names[s];
}

/* --- one part --- */

struct attempt {                /* a part being judged */
    struct grading *g;
    struct grade_part *out;
    const struct rubric_part *part;
    char *why;                  /* of the first run that failed */
    enum grade_status worst;
    const struct rubric_run *failed;    /* that run; NULL: none so far */
    uint64_t failed_seed;
};

static void note_failure(struct attempt *a, enum grade_status status, char *why)
{
    if (status == GRADE_ERROR || !a->why) {
        grade_text_free(a->why);
        a->why = why;
        a->worst = status;
    } else
        grade_text_free(why);
}

enum grade_status grade_status_of(const struct trial *t)
{
    switch (t->end) {
    case TRIAL_FAULT: return strstr(t->note, "did not return") ? GRADE_OVERRUN : GRADE_FAULT;
    case TRIAL_OVERRUN: return GRADE_OVERRUN;
    case TRIAL_FAILED: return GRADE_ERROR;
    default: return GRADE_FAIL;
    }
}

/* The seed and the changes of a run, as options of a command. */
static char *options_of(const struct rubric_run *run, uint64_t seed)
{
    char *text = NULL;
    size_t size;
    FILE *f = open_memstream(&text, &size);

    if (!f)
        return grade_text("%s", "");
    if (run->seeded)
        fprintf(f, " --seed %llu", (unsigned long long)seed);
    for (size_t i = 0; i < run->nsets; i++)
        fprintf(f, " --set '%s=%s'", run->sets[i].path, run->sets[i].value);
    fclose(f);
    return text ? text : grade_text("%s", "");
}

static void show_divergence(struct attempt *a, const struct rubric_run *run, uint64_t seed,
                            const struct trial *reference, const struct trial *mine)
{
    struct divergence at;

    if (a->part->hidden || a->out->divergence || !reference->config)
        return;
    trial_diverge(reference, mine, a->part->check.exact, &at);
    if (at.differ)
        a->out->divergence = grade_diverge(reference, mine, run->name, &at);
    if (!a->out->divergence)
        return;
    a->out->divergence->reference = a->part->check.like;
    a->out->divergence->options = options_of(run, seed);
    if (run->size < MOST_SHOWN)
        a->out->divergence->workload = grade_text("%.*s", (int)run->size, run->text);
}

/* The submission on one config; `reference` has no config if there is none. */
static bool judge(struct attempt *a, const struct rubric_run *run, uint64_t seed,
                  const struct config *c, const struct trial *reference, uint64_t steps)
{
    const struct rubric_check *check = &a->part->check;
    struct config under;
    struct trial mine;
    struct diag diag;
    char *why = NULL;
    bool good;

    if (!grade_policy(a->g, c, a->g->spec, &under, &diag)) {
        note_failure(a, GRADE_ERROR, grade_text("the submission was built, but cannot be "
                                                "loaded again: %s", diag.text));
        return false;
    }
    trial_run(&mine, &under, steps, NULL);
    *a->g->instructions += mine.instructions;
    good = mine.end == TRIAL_GOOD && grade_check(check, reference, &mine, &why);
    if (!good) {
        note_failure(a, mine.end == TRIAL_GOOD ? GRADE_FAIL : grade_status_of(&mine),
                     why ? why : grade_text("%s", mine.note));
        show_divergence(a, run, seed, reference, &mine);
    }
    trial_free(&mine);
    return good;
}

/* A reference that does not come to a good end tells nothing of a submission. */
static bool run_reference(struct attempt *a, const struct config *c, const char *like,
                          struct config *model, struct trial *t)
{
    struct diag diag;
    bool had = grade_policy(a->g, c, like, model, &diag);

    if (had && trial_run(t, model, 0, NULL) && t->end == TRIAL_GOOD)
        return true;
    note_failure(a, GRADE_ERROR, grade_text("the reference %s cannot run: %s", like,
                                            had ? t->note : diag.text));
    return false;
}

static bool judge_change(struct attempt *a, const struct rubric_run *run, uint64_t seed)
{
    struct follow f;

    grade_follow(a->g, &a->part->check, run, seed, &f);
    if (f.status == GRADE_PASS)
        return true;
    note_failure(a, f.status, f.why);
    if (a->part->hidden || a->out->divergence)
        grade_divergence_free(f.divergence);
    else
        a->out->divergence = f.divergence;
    return false;
}

/* One workload with one seed. */
static bool judge_run(struct attempt *a, const struct rubric_run *run, uint64_t seed)
{
    const struct rubric_check *check = &a->part->check;
    struct trial reference = { .config = NULL };
    uint64_t steps = STEPS_ALONE;
    struct config *c, model;
    bool good = true;
    char *why;

    if (check->kind == CHECK_FOLLOWS)
        return judge_change(a, run, seed);
    c = grade_load(a->g, run, seed, &why);
    if (!c) {
        note_failure(a, GRADE_ERROR, why ? why : grade_text("out of memory"));
        return false;
    }
    if (check->like) {
        good = run_reference(a, c, check->like, &model, &reference);
        steps = reference.steps * STEPS_TIMES + STEPS_MORE;
    }
    good = good && judge(a, run, seed, c, &reference, steps);
    trial_free(&reference);
    workload_free(c);
    return good;
}

static void judge_runs(struct attempt *a)
{
    const struct rubric_part *part = a->part;

    for (uint32_t i = 0; i < part->nruns; i++)
        for (uint64_t k = 0; k < part->runs[i].nseeds; k++) {
            const struct rubric_run *run = &part->runs[i];
            bool good = judge_run(a, run, run->seed_first + k);

            a->out->runs++;
            a->out->passed += good;
            if (good || a->failed)
                continue;
            a->failed = run;
            a->failed_seed = run->seed_first + k;
        }
}

/* --- what is said --- */

/* Of a hidden part nothing is told but its kind of failure, and a small workload of our own
 * making on which the difference shows. */
static void say_hidden(struct attempt *a)
{
    const struct rubric_check *check = &a->part->check;

    grade_text_free(a->why);
    a->why = NULL;
    if (check->kind != CHECK_SCHEDULE || a->worst != GRADE_FAIL) {
        a->why = grade_text("a hidden test: %s", grade_status_name(a->worst));
        return;
    }
    a->out->divergence = grade_counterexample(a->g, check->like, check->exact, 1);
    if (a->out->divergence)
        a->out->divergence->reference = check->like;
    a->why = grade_text(a->out->divergence
                            ? "a hidden test fails; this small workload shows a difference"
                            : "a hidden test fails; no small workload was found that shows "
                              "the difference");
}

/* What the student needs to see it again, where nothing else says it. */
static void show_run(struct attempt *a)
{
    const struct rubric_run *run = a->failed;

    if (!run || a->part->hidden || run->size >= MOST_SHOWN ||
        (a->out->divergence && a->out->divergence->workload))
        return;
    a->out->workload = grade_text("%.*s", (int)run->size, run->text);
    a->out->options = options_of(run, a->failed_seed);
}

static void conclude(struct attempt *a)
{
    struct grade_part *out = a->out;
    const char *hint;
    char *said;

    CHECK(out->passed <= out->runs);
    if (out->passed == out->runs) {
        out->status = GRADE_PASS;
        out->points = a->part->points;
        out->message = grade_text("%s", "");
        grade_text_free(a->why);
        return;
    }
    if (a->part->partial && a->worst != GRADE_ERROR)
        out->points = a->part->points * out->passed / out->runs;
    out->status = out->passed && a->part->partial && a->worst == GRADE_FAIL ? GRADE_PARTIAL
                                                                            : a->worst;
    if (a->worst == GRADE_FAIL || a->worst == GRADE_FAULT || a->worst == GRADE_OVERRUN)
        out->hint = grade_hint(a->g, a->part, a->worst);
    hint = out->hint ? out->hint->say : NULL;
    if (a->part->hidden && a->worst != GRADE_ERROR)
        say_hidden(a);
    show_run(a);
    said = out->divergence ? grade_diverge_text(out->divergence) : NULL;
    out->message = grade_text("%u of %u run%s pass%s. %s%s%s%s%s", out->passed, out->runs,
                              out->runs == 1 ? "" : "s", out->runs == 1 ? "es" : "",
                              a->why, said && *said ? ". " : "", said ? said : "",
                              hint ? ". Hint: " : "", hint ? hint : "");
    if (said)
        grade_text_free(said);
    grade_text_free(a->why);
}

static void grade_part(struct grading *g, struct grade_part *out)
{
    struct attempt a = { .g = g, .out = out, .part = out->part, .worst = GRADE_FAIL };

    grade_take_parameters(g, out->part->check.like);
    if (out->part->check.kind == CHECK_COMPILES) {
        out->runs = out->passed = 1;
        conclude(&a);
    } else if (out->part->check.kind == CHECK_COST) {
        grade_cost(g, out);
    } else {
        judge_runs(&a);
        conclude(&a);
    }
}

/* --- a submission --- */

/* Everything that the compiler and the face have to say against it. */
static void build(struct grading *g)
{
    struct policy_config scrap;
    struct diag d = { .line = 0 };

    if (grade_look_up(g, g->spec, 1000000, &scrap, &d)) {
        g->built = true;
        return;
    }
    const char *base = strrchr(d.file, '/') ? strrchr(d.file, '/') + 1 : d.file;
    if (d.line)
        snprintf(g->build_error, sizeof g->build_error, "%.200s:%u:%u: %s", base, d.line,
                 d.col, d.text);
    else
        snprintf(g->build_error, sizeof g->build_error, "%s", d.text);
}

static bool requirements_met(const struct grade_result *r, const struct rubric_part *part)
{
    for (uint32_t i = 0; i < part->nrequires; i++)
        if (r->parts[part->requires[i]].status != GRADE_PASS)
            return false;
    return true;
}

static void add_up(struct grade_result *r)
{
    for (uint32_t i = 0; i < r->nparts; i++) {
        r->score += r->parts[i].points;
        r->max += r->parts[i].part->points;
        r->error |= r->parts[i].status == GRADE_ERROR;
    }
    CHECK(r->score <= r->max + 1e-9);
    r->passed = r->score + 1e-9 >= r->rubric->pass;
}

/* Bytes of the UTF-8 character at c; 0: it is none. */
static unsigned character(const unsigned char *c)
{
    unsigned n = c[0] < 0x80 ? 1 : c[0] >= 0xc2 && c[0] < 0xe0 ? 2
                 : c[0] >= 0xe0 && c[0] < 0xf0 ? 3 : c[0] >= 0xf0 && c[0] < 0xf5 ? 4 : 0;

    for (unsigned i = 1; i < n; i++)
        if ((c[i] & 0xc0) != 0x80)
            return 0;
    return n;
}

/* What a compiler, or a policy, was made to say must not pass for more than text: no
 * control characters, and nothing that is not UTF-8. */
static void plain(const struct grading *g, char *text)
{
    for (char *at; g && g->dir_size && (at = memmem(text, strlen(text), g->dir, g->dir_size));)
        memmove(at, at + g->dir_size, strlen(at + g->dir_size) + 1);
    for (unsigned char *c = (unsigned char *)text; *c;) {
        unsigned n = character(c);

        if (n == 0 || (*c < ' ' && *c != '\n') || *c == 127)
            *c = '?';
        c += n ? n : 1;
    }
}

char *grade_plain(const char *text)
{
    char *copy = strdup(text);

    if (copy)
        plain(NULL, copy);
    return copy;
}

static void one_part(struct grading *g, struct grade_result *r, uint32_t i)
{
    struct grade_part *p = &r->parts[i];

    p->part = &g->rubric->parts[i];
    g->instructions = &r->instructions;
    g->parts = r->parts;
    if (!g->built) {
        p->status = GRADE_COMPILE_ERROR;
        p->message = grade_text("%s", g->build_error);
    } else if (!requirements_met(r, p->part)) {
        p->status = GRADE_SKIPPED;
        p->message = grade_text("a part that this one requires was not passed");
    } else
        grade_part(g, p);
    plain(g, p->message);
}

static void prepare_one(const struct rubric *r, const struct vocabulary *v, const char *spec)
{
    struct policy_config scrap;
    struct diag d = { .line = 0 };

    if (spec)
        v->policy(v->ctx, spec, r->dir, 1000000, &scrap, &d);
}

void grade_prepare(const struct rubric *r, const struct vocabulary *v)
{
    for (uint32_t i = 0; i < r->nparts; i++) {
        prepare_one(r, v, r->parts[i].check.like);
        for (uint32_t k = 0; k < r->parts[i].nhints; k++)
            prepare_one(r, v, r->parts[i].hints[k].like);
    }
}

struct grade_result *grade_submission(const struct rubric *rubric, const char *name,
                                      const char *file, const struct vocabulary *v,
                                      grade_watcher *watch, void *ctx)
{
    struct policy_cache cache = { .n = 0 };
    struct grading g = { .rubric = rubric, .v = v, .cache = &cache };
    struct grade_result *r = calloc(1, sizeof *r);

    if (!r)
        return NULL;
    r->parts = calloc(rubric->nparts, sizeof *r->parts);
    r->name = grade_text("%s", name);
    plain(NULL, r->name);
    if (!r->parts) {
        grade_free(r);
        return NULL;
    }
    r->rubric = rubric;
    r->nparts = rubric->nparts;
    snprintf(g.spec, sizeof g.spec, "guest:%s%.4000s", strchr(file, '/') ? "" : "./", file);
    g.bare = strlen(g.spec);
    g.dir = file;
    g.dir_size = strrchr(file, '/') ? (size_t)(strrchr(file, '/') + 1 - file) : 0;
    build(&g);
    for (uint32_t i = 0; i < r->nparts; i++) {
        one_part(&g, r, i);
        if (watch)
            watch(ctx, r, i + 1);
    }
    add_up(r);
    for (unsigned i = 0; i < cache.n; i++)
        grade_text_free(cache.entry[i].spec);
    return r;
}

void grade_free(struct grade_result *r)
{
    if (!r)
        return;
    for (uint32_t i = 0; r->parts && i < r->nparts; i++) {
        grade_text_free(r->parts[i].message);
        grade_divergence_free(r->parts[i].divergence);
        if (r->parts[i].workload)
            grade_text_free(r->parts[i].workload);
        if (r->parts[i].options)
            grade_text_free(r->parts[i].options);
    }
    free(r->parts);
    grade_text_free(r->name);
    free(r);
}
