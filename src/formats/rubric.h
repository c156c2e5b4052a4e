/* formats/rubric.h - a grading rubric's text in, structs out.
 *
 * What is asked of a submission, part by part: INTERFACES.md, "Grading". The reader checks
 * everything that can be checked without a submission: that workloads load with their
 * sets, that reference policies exist, that prerequisites are parts that stand before. It
 * runs nothing and knows no verdicts.
 */
#ifndef FORMATS_RUBRIC_H
#define FORMATS_RUBRIC_H

#include <formats/vocabulary.h>
#include <formats/workload.h>
#include <stdbool.h>

enum rubric_check_kind {
    CHECK_COMPILES,             /* it builds and has a good face */
    CHECK_SURVIVES,             /* every run comes to its end without a fault */
    CHECK_SCHEDULE,             /* it decides as `like` does */
    CHECK_METRIC,               /* a number of the results is in bounds */
    CHECK_LAW,
    CHECK_FOLLOWS,              /* its schedule follows a change of the workload */
    CHECK_COST,                 /* how an op's instructions grow with the tasks */
};

enum rubric_law {
    RUBRIC_NO_STARVATION,       /* nobody waits longer than `within` at a stretch */
    RUBRIC_WORK_CONSERVING,     /* no hart idles while somebody waits that may run there */
    RUBRIC_FIFO,                /* first dispatches come in the order of arrival */
    RUBRIC_NO_MISS,             /* no deadline is missed */
    RUBRIC_SHARES,              /* CPU by tickets, up to the share `within` */
};

/* Changes that a schedule must follow: no reference is needed to see that it does not. */
enum rubric_change {
    CHANGE_SCALED,              /* every time, and so the unit of parameters, by one factor */
    CHANGE_SHIFTED,             /* all arrivals later by `by` */
    CHANGE_REORDERED,           /* the entries of the file from the last to the first */
    CHANGE_RENAMED,
    CHANGE_AGAIN,               /* the same again, with the variables of the first run */
};

enum rubric_growth { GROWTH_CONSTANT, GROWTH_LOG, GROWTH_LINEAR };

enum { RUBRIC_SIZES = 8, RUBRIC_PARTS = 200, RUBRIC_SEEDS = 10000,
       RUBRIC_HINTS = 100 };

struct rubric_check {
    enum rubric_check_kind kind;
    const char *like;           /* SCHEDULE, or METRIC with `times`: a policy; NULL */
    bool exact;                 /* SCHEDULE: ties too, and which hart */
    const char *metric;         /* METRIC: "waiting.mean", a path into the results */
    const char *task;           /* METRIC: of this task alone; NULL: of the summary */
    const char *guest;          /* METRIC: in this guest's results, "web", "outer/web"; NULL:
                                 * in those of the kernel under them */
    bool has_most, has_least;
    double at_most, at_least;
    double times;               /* METRIC: at most so many times that of `like` */
    enum rubric_law law;
    double within;              /* NO_STARVATION: in the time unit of each workload */
    double share;               /* SHARES: 0..1 */
    enum rubric_change change;  /* FOLLOWS */
    double by;                  /* FOLLOWS, SHIFTED: time units, > 0 */
    const char *op;             /* COST: "pick" */
    enum rubric_growth growth;
    uint32_t sizes[RUBRIC_SIZES];       /* COST: numbers of tasks, ascending */
    unsigned nsizes;
};

struct rubric_run {             /* a workload, once for each seed */
    const char *name;           /* as messages call it: its path, or "PART/0" */
    const char *dir;            /* what paths in it are relative to */
    const char *text;           /* the workload itself */
    size_t size;
    const struct workload_set *sets;
    size_t nsets;
    uint64_t seed_first, nseeds;
    bool vary;                  /* a template: see rubric_replace */
    bool seeded;                /* false: the workload's own seed, once */
};

/* What a hint is given for. */
enum rubric_when {
    WHEN_LIKE,                  /* in every run of the part it does exactly what `like` does */
    WHEN_TIE,                   /* where it first differs, it took another than the reference of
                                 * two that came at one instant: in every run that fails */
    WHEN_LATER,                 /* ... one that has waited less, or stands later in the
                                 * file and has waited as long */
    WHEN_VARIABLES,             /* it keeps something in variables of its file */
    WHEN_UNEXPIRED,             /* in all runs nobody's slice ever ends */
    WHEN_BREAKS,                /* it breaks a law, in some run */
    WHEN_PASSES,                /* the part fails though those of `passes` are passed */
};

struct rubric_hint {
    const char *name;           /* of the mistake: "boost-forgotten"; NULL: it has none */
    enum rubric_when when;
    const char *like;
    struct rubric_check breaks; /* of kind CHECK_LAW */
    const uint32_t *passes;     /* indices of earlier parts; npasses may be 0 */
    uint32_t npasses;
    const char *say;
};

struct rubric_part {
    const char *id, *title;
    double points;              /* >= 0 */
    bool hidden, partial;
    uint32_t nrequires, ntags, nruns, nhints;
    const uint32_t *requires;   /* indices of earlier parts */
    const char *const *tags;
    const struct rubric_run *runs;
    struct rubric_check check;
    const struct rubric_hint *hints;
};

struct rubric {
    const char *name, *title, *file;
    const char *dir;            /* what plug-ins that it names are relative to */
    double pass;                /* points; a submission below it fails */
    uint32_t nparts;
    const struct rubric_part *parts;
};

/* As workload_load: all mistakes at once, in *diags to be given to free(). The vocabulary
 * must outlive the rubric. */
enum err rubric_load(const char *file, const char *text, size_t size, const char *dir,
                     const struct vocabulary *v, struct rubric **out,
                     struct diag **diags, size_t *ndiags);
void rubric_free(struct rubric *r);

/* Another workload in the place of a run's, copied: a variant of the template. Nothing is
 * checked. False: no memory. */
bool rubric_replace(struct rubric *r, uint32_t part, uint32_t run, const char *text,
                    size_t size);

/* Is this JSON text meant as a rubric (it says "ossim_rubric")? */
bool rubric_looks_like(const char *text, size_t size);

/* The sum of all parts' points. */
double rubric_points(const struct rubric *r);

#endif
