/* lab/trial.h - one run whose schedule is looked at: for `diff`, and for grading.
 *
 * Keeps who held which hart when, the results as JSON, the laws, how long each task waited
 * at a stretch, and what the policy's ops cost if it runs as guest code. A policy that
 * breaks, answers nonsense or never comes to an end makes a trial like any other, with a
 * note. Runs in this process: a policy that may crash natively is not for here.
 */
#ifndef LAB_TRIAL_H
#define LAB_TRIAL_H

#include <sim/config.h>
#include <stat/gantt.h>
#include <stdio.h>

enum trial_end {
    TRIAL_GOOD,                 /* it ended as workloads end, or at its stop */
    TRIAL_BAD_ANSWER,           /* it ended, but the policy gave impossible answers */
    TRIAL_FAULT,                /* the policy broke: see note */
    TRIAL_STUCK,                /* nothing could move any more, or no progress */
    TRIAL_OVERRUN,              /* more decisions than it was given */
    TRIAL_FAILED,               /* not the policy's doing: no memory */
};

struct trial {
    const struct config *config;        /* borrowed */
    enum trial_end end;
    char note[400];             /* of any but TRIAL_GOOD */
    char fault_file[128];       /* of a fault, as the compiler was given it; "" */
    uint32_t fault_line;
    ns_t at;                    /* virtual time at which it ended */
    uint64_t trace_hash;
    size_t npieces;
    struct gantt_piece *pieces; /* in order of time, then hart */
    ns_t *longest_wait;         /* by configured task */
    ns_t *first_run;            /* likewise; NS_MAX: never */
    ns_t *arrival;              /* likewise */
    uint64_t blocks;            /* times that a task waited for something */
    uint64_t expired;           /* slices that ended */
    uint64_t ties;              /* arrivals, wake-ups and ends of slices at the instant of the
                                 * one before */
    uint64_t idle_while_waiting;        /* times that law was broken, and first when */
    ns_t idle_at;
    int64_t bad_answer;         /* the first impossible answer, an enum sched_fault; 0: none */
    uint64_t instructions;      /* of all calls, if the policy runs as guest code */
    double cost;                /* instructions of a call of `cost_op`; 0: not known */
    char *results;              /* JSON, as `run --json` writes it; NUL-terminated */
    size_t results_size;
    uint8_t *variables;         /* what a guest policy left in variables of its file; NULL:
                                 * it never wrote to any, as it should be */
    uint64_t steps;             /* rounds of the machine; a measure of its length */
};

/* Run the config's own policy; at most max_steps rounds (0: no limit). cost_op: of which op
 * the cost is wanted, if it runs as guest code; NULL: of none. False: no memory. To be given
 * to trial_free either way. */
bool trial_run(struct trial *t, const struct config *c, uint64_t max_steps,
               const char *cost_op);
/* The same with the variables that `before` left, as if the plug-in had stayed loaded. */
bool trial_run_again(struct trial *t, const struct config *c, const struct trial *before,
                     uint64_t max_steps);
void trial_free(struct trial *t);

/* Name of a task, into buf (>= 2 * CONFIG_NAME). Returns buf. */
const char *trial_task(const struct config *c, tid_t tid, char *buf, size_t size);

/* --- diverge.c: where two runs part --- */

struct divergence {
    bool differ;
    ns_t at;                    /* the first time at which they differ */
    unsigned hart;              /* on which; the lowest */
    tid_t expected, got;        /* TID_NONE: idle */
};

/* Compare b's schedule with a's. exact: task by task and hart by hart. Otherwise tasks that
 * could change their names without anybody noticing (the same attributes, arrival and work,
 * and the same CPU time so far) may do so, and it is the set of running tasks that counts,
 * not who stands on which hart. */
void trial_diverge(const struct trial *a, const struct trial *b, bool exact,
                   struct divergence *out);

/* Who could have run at that instant, and where each stands once it was decided: found by
 * running the config again, up to there. Running tasks first, then those in line, in the
 * order in which they would be picked. How many, at most `max`. */
struct trial_seen {
    tid_t tid;
    bool running;
    ns_t since;                 /* when it last became runnable: came, woke up, was expired or
                                 * preempted, or yielded */
    char where[64];             /* the policy's own words (`explain`), or "" */
};
unsigned trial_look(const struct config *c, ns_t at, struct trial_seen *out, unsigned max);

/* Two charts of the time around `at`, one above the other, to `out`. */
void trial_charts(const struct trial *expected, const struct trial *got, ns_t at,
                  const char *expected_name, const char *got_name, FILE *out);

#endif
