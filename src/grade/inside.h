/* grade/inside.h - what the files of this room share. */
#ifndef GRADE_INSIDE_H
#define GRADE_INSIDE_H

#include <grade/grade.h>

enum { GRADE_POLICIES = 64 };

/* Policies by what was asked for: a submission is built once, not for every run. */
struct policy_cache {
    unsigned n;
    struct { char *spec; ns_t unit; struct policy_config policy; } entry[GRADE_POLICIES];
};

struct grading {                /* one submission being judged */
    const struct rubric *rubric;
    const struct vocabulary *v;
    struct policy_cache *cache;
    char spec[4200];            /* "guest:./mine.c", and the part's parameters */
    const char *dir;            /* the submission's folder, with a slash: not to be told */
    size_t dir_size;
    uint64_t *instructions;     /* to be counted up */
    const struct grade_part *parts;     /* in the order of the rubric; so far */
    size_t bare;                /* of it, without parameters */
    bool built;                 /* it compiles, and its face is good */
    char build_error[1000];
};

/* printf into malloc'ed memory; never NULL ("" if there is none: a static one). */
__attribute__((format(printf, 1, 2)))
char *grade_text(const char *format, ...);
void grade_text_free(char *text);

/* So many rounds a run may take: what the reference took and a good deal more, so that a
 * bad schedule is told from one without end. */
enum { STEPS_TIMES = 20, STEPS_MORE = 100000, STEPS_ALONE = 5000000 };

/* A workload of the rubric, loaded with its sets and this seed; NULL: the reason is in
 * *why (malloc'ed). To be given to workload_free. */
struct config *grade_load(const struct grading *g, const struct rubric_run *run,
                          uint64_t seed, char **why);
/* A copy of c under another policy, a spec; false: it cannot be had. */
bool grade_policy(const struct grading *g, const struct config *c, const char *spec,
                  struct config *out, struct diag *diag);

/* A policy by its spec, for a unit of time; true if it is had. */
bool grade_look_up(const struct grading *g, const char *spec, ns_t unit,
                   struct policy_config *out, struct diag *diag);
/* What the reference is given the submission is given too, as far as it has such a
 * parameter: mlfq:quantum=5:boost=100 makes guest:mine.c:quantum=5 if it knows no boost. */
void grade_take_parameters(struct grading *g, const char *like);

/* check.c: is this trial of the submission as the part wants it? `reference` is a trial of
 * check.like where it has one. False, and why, for the student. */
bool grade_check(const struct rubric_check *check, const struct trial *reference,
                 const struct trial *mine, char **why);
/* A number of the results: "waiting.mean" of the summary, or of a task's entry. */
bool grade_metric(const struct trial *t, const char *path, const char *guest, const char *task,
                  double *out);

/* cost.c: the check of kind CHECK_COST. */
void grade_cost(struct grading *g, struct grade_part *out);

/* follow.c: what came of a check of kind CHECK_FOLLOWS on one workload. */
struct follow {
    enum grade_status status;   /* PASS, or what went wrong */
    char *why;                  /* for the student; NULL if it passed */
    struct grade_divergence *divergence;        /* NULL: there is none to show */
};
void grade_follow(const struct grading *g, const struct rubric_check *check,
                  const struct rubric_run *run, uint64_t seed, struct follow *out);
/* hint.c: the first hint of a part that fits a submission which failed it so; NULL: none does. */
const struct rubric_hint *grade_hint(struct grading *g, const struct rubric_part *part,
                                     enum grade_status status);

/* What a trial of the submission that did not end well counts as. */
enum grade_status grade_status_of(const struct trial *t);

/* feedback.c: the divergence of two trials, in words and charts. */
struct grade_divergence *grade_diverge(const struct trial *reference,
                                       const struct trial *mine, const char *run,
                                       const struct divergence *at);
/* The same where `first` is the submission's own schedule of the workload as it is, and
 * `mine` that of the workload "scaled", "shifted", ..., with its times put back. */
struct grade_divergence *grade_diverge_own(const struct trial *first, const struct trial *mine,
                                           const char *run, const struct divergence *at,
                                           const char *change);
/* A sentence: what ran, what the reference would have run. */
char *grade_diverge_text(const struct grade_divergence *d);
void grade_divergence_free(struct grade_divergence *d);

/* small.c: the smallest workload found on which the submission and policy `like` differ;
 * NULL: none of those that were tried. *text gets its JSON (malloc'ed). */
struct grade_divergence *grade_counterexample(const struct grading *g, const char *like,
                                              bool exact, uint64_t seed);

#endif
