/* grade/grade.h - a submission against a rubric.
 *
 * The submission is one C file (or a folder with one, and headers) that is built as guest
 * code and called in a box: it sees the contract's structs and nothing else, so the numbers
 * come from the engine alone. The same submission and rubric give the same result, byte for
 * byte, always: nothing here depends on wall time, order or other submissions.
 *
 * What this room does not do: write files, or choose between output formats (cmd does).
 */
#ifndef GRADE_GRADE_H
#define GRADE_GRADE_H

#include <formats/rubric.h>
#include <lab/trial.h>

enum grade_status {
    GRADE_PASS,
    GRADE_PARTIAL,              /* some of the runs */
    GRADE_FAIL,
    GRADE_COMPILE_ERROR,
    GRADE_FAULT,                /* it broke: read, wrote or jumped where it may not ... */
    GRADE_OVERRUN,              /* a call, or a run, without end */
    GRADE_SKIPPED,              /* a part that it requires was not passed */
    GRADE_ERROR,                /* the grader's own fault: not the student's */
};
/* "pass", "compile-error", ... as results spell it. */
const char *grade_status_name(enum grade_status s);

enum { GRADE_RUNNABLE = 16 };

struct cJSON;

/* The first moment at which submission and reference differ. Strings are malloc'ed. */
struct grade_divergence {
    char *run;                  /* which workload */
    ns_t at;
    ns_t unit;
    char unit_name[4];
    char *expected, *got;       /* names of tasks; "idle" */
    unsigned nrunnable;
    char *runnable[GRADE_RUNNABLE];     /* "B (level 2, 3rd)" */
    struct cJSON *gantt, *reference_gantt;      /* pieces, as the results have them */
    char *charts;               /* both, as text, one above the other */
    char *workload;             /* its text (JSON), where it can be shown; or NULL */
    char *options;              /* what else the run had: " --seed 3 --set 'machine.cpus=2'"; NULL */
    const char *reference;      /* the policy, as a spec, the rubric's; NULL: its own ... */
    const char *change;         /* ... schedule, when the workload was "scaled", ... */
};

struct grade_part {
    const struct rubric_part *part;
    double points;
    enum grade_status status;
    char *message;              /* for the student; never NULL */
    const struct rubric_hint *hint;     /* the rubric's, in the message too; NULL: none */
    uint32_t runs, passed;      /* over workloads and seeds */
    struct grade_divergence *divergence;        /* NULL: none is shown */
    char *workload, *options;   /* of the first run that failed, where the divergence does not
                                 * say it; as there */
};

struct grade_result {
    char *name;                 /* of the submission */
    const struct rubric *rubric;
    double score, max;
    bool passed;                /* score >= rubric.pass */
    bool error;                 /* some part is a GRADE_ERROR: no score is final */
    uint64_t instructions;      /* of the policy, in all runs */
    uint32_t nparts;
    struct grade_part *parts;   /* in the order of the rubric */
};

/* Told after each part: the result so far, with `done` parts in it. NULL: nobody is. */
typedef void grade_watcher(void *ctx, const struct grade_result *r, uint32_t done);

/* What `file` gets. v: for policies, files and programs. NULL: no memory. */
struct grade_result *grade_submission(const struct rubric *r, const char *name,
                                      const char *file, const struct vocabulary *v,
                                      grade_watcher *watch, void *ctx);
/* Build and read the policies that the rubric itself names, so that none has to be later. */
void grade_prepare(const struct rubric *r, const struct vocabulary *v);
/* Put variants in the place of the workloads that are marked as templates: lengths and
 * arrivals drawn anew from the seed, until under the reference there are as many preemptions,
 * ties and waits as in the template, and the policies of the part's hints differ from the
 * reference where they do there. A template for which none is found stays. False: no memory. */
bool grade_vary(struct rubric *r, const struct vocabulary *v, uint64_t seed);
/* A copy without control characters and with UTF-8 only. NULL: no memory. */
char *grade_plain(const char *text);
void grade_free(struct grade_result *r);

#endif
