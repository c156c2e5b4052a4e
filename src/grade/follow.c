/* follow.c - does the schedule follow when the workload is changed?
 *
 * Metamorphic tests: nobody has to know the right schedule to see that a policy which
 * decides otherwise when all times are ten times as long, everybody comes later, or tasks
 * stand in the file in another order and under other names, does not decide by what it
 * should. Where the change may well matter the rubric is refused (formats/rubric.c).
 * Source: Chen, Cheung and Yiu, "Metamorphic Testing: A New Approach for Generating Next
 * Test Cases", HKUST-CS98-01 (1998).
 */
#include "inside.h"

#include <formats/workload.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct changed {                /* a workload, and how it comes of another */
    const struct config *from;
    struct config *loaded;      /* ours to free; NULL: it was made by hand */
    struct config config;
    struct process_config *processes;   /* likewise */
    ns_t times, over, later;    /* its times are (t * times / over) + later of those of from */
};

static const char *const names[] = {
    [CHANGE_SCALED] = "scaled", [CHANGE_SHIFTED] = "shifted", [CHANGE_REORDERED] = "reordered",
    [CHANGE_RENAMED] = "renamed", [CHANGE_AGAIN] = "again",
};

/* --- changing --- */

/* The same text under a larger unit of time, or a smaller one where there is none: all that
 * is bare follows, the parameters of policies too. */
static bool scale(const struct grading *g, const struct rubric_run *run, uint64_t seed,
                  struct changed *out, char **why)
{
    static const struct { const char *is, *becomes; ns_t times, over; } units[] = {
        { "ns", "\"us\"", 1000, 1 }, { "us", "\"ms\"", 1000, 1 }, { "ms", "\"s\"", 1000, 1 },
        { "s", "\"ms\"", 1, 1000 },
    };
    struct workload_set *sets = malloc((run->nsets + 1) * sizeof *sets);
    struct rubric_run scaled = *run;
    unsigned i = 0;

    while (i < 3 && strcmp(units[i].is, out->from->unit_name) != 0)
        i++;
    if (!sets)
        return false;
    memcpy(sets, run->sets, run->nsets * sizeof *sets);
    sets[run->nsets] = (struct workload_set){ "/time_unit", units[i].becomes };
    scaled.sets = sets;
    scaled.nsets++;
    out->times = units[i].times;
    out->over = units[i].over;
    out->loaded = grade_load(g, &scaled, seed, why);
    free(sets);
    if (out->loaded)
        out->config = *out->loaded;
    return out->loaded;
}

static void shift(struct changed *out, ns_t by)
{
    out->later = by;
    for (uint32_t i = 0; i < out->config.nprocesses; i++)
        out->processes[i].arrival += by;
    if (out->config.stop_at < NS_MAX - by)
        out->config.stop_at += by;
}

static void reorder(struct changed *out)
{
    uint32_t n = out->config.nprocesses;
    tid_t first = 0;

    for (uint32_t i = 0; i < n; i++) {
        out->processes[i] = out->from->processes[n - 1 - i];
        out->processes[i].first = first;
        first += out->processes[i].count;
    }
}

/* Other lengths, and another order of the alphabet. */
static void rename_all(struct changed *out)
{
    uint32_t n = out->config.nprocesses;

    for (uint32_t i = 0; i < n; i++)
        snprintf(out->processes[i].name, sizeof out->processes[i].name, "task %u", n - i);
}

static bool change(const struct grading *g, const struct rubric_check *check,
                   const struct rubric_run *run, uint64_t seed, struct changed *out, char **why)
{
    const struct config *from = out->from;

    out->times = out->over = 1;
    if (check->change == CHANGE_SCALED)
        return scale(g, run, seed, out, why);
    out->config = *from;
    out->processes = malloc((from->nprocesses + (size_t)1) * sizeof *out->processes);
    if (!out->processes)
        return false;
    memcpy(out->processes, from->processes, from->nprocesses * sizeof *out->processes);
    out->config.processes = out->processes;
    if (check->change == CHANGE_SHIFTED)
        shift(out, (ns_t)(check->by * (double)from->time_unit));
    else if (check->change == CHANGE_REORDERED)
        reorder(out);
    else if (check->change == CHANGE_RENAMED)
        rename_all(out);
    return true;
}

static void changed_free(struct changed *c)
{
    workload_free(c->loaded);
    free(c->processes);
}

/* --- and back --- */

/* Rounded up, so that what is not exactly in place is seen. */
static ns_t time_back(const struct changed *c, ns_t t)
{
    return ((t - c->later) * c->over + c->times - 1) / c->times;
}

static tid_t task_back(const struct changed *c, const struct rubric_check *check, tid_t tid)
{
    uint32_t i;

    if (check->change != CHANGE_REORDERED || tid >= c->from->ntasks)
        return tid;
    i = config_process_of(&c->config, tid);
    return c->from->processes[c->from->nprocesses - 1 - i].first +
           (tid - c->config.processes[i].first);
}

/* The trial as if it were one of the workload as it is, as far as schedules are compared. */
static void put_back(const struct changed *c, const struct rubric_check *check,
                     const struct config *config, struct trial *t)
{
    for (size_t i = 0; i < t->npieces; i++) {
        struct gantt_piece *p = &t->pieces[i];

        p->from = time_back(c, p->from);
        p->to = time_back(c, p->to);
        p->tid = task_back(c, check, p->tid);
    }
    t->at = time_back(c, t->at);
    t->config = config;
}

/* --- judging --- */

static void went_wrong(struct follow *out, const struct trial *t, const char *when)
{
    out->status = grade_status_of(t);
    out->why = grade_text("%s%s%s", when ? when : "", when ? ": " : "", t->note);
}

/* Both end well: do they agree? */
static void compare(const struct rubric_check *check, const struct rubric_run *run,
                    const struct trial *first, struct trial *second, const struct changed *c,
                    struct follow *out)
{
    static const char *const said[] = {
        [CHANGE_SCALED] = "with all times multiplied it does not decide the same",
        [CHANGE_SHIFTED] = "when all arrive later it does not decide the same",
        [CHANGE_REORDERED] = "it decides by the order in the file, though no tie asks for that",
        [CHANGE_RENAMED] = "it decides by the names of the tasks",
        [CHANGE_AGAIN] = ("run again it does not decide the same: the first run left something "
                          "in variables of the file"),
    };
    ns_t *arrival = second->arrival;
    struct divergence at;

    put_back(c, check, first->config, second);
    second->arrival = first->arrival;   /* by task of the workload as it is */
    trial_diverge(first, second, false, &at);
    if (at.differ) {
        out->status = GRADE_FAIL;
        out->why = grade_text("%s", said[check->change]);
        out->divergence = grade_diverge_own(first, second, run->name, &at,
                                            names[check->change]);
    }
    second->arrival = arrival;
}

static void follow_from(const struct grading *g, const struct rubric_check *check,
                        const struct rubric_run *run, uint64_t seed,
                        const struct config *mine, struct changed *c, struct follow *out)
{
    uint64_t steps;
    struct trial first, second;
    struct config under;
    struct diag diag;

    trial_run(&first, mine, STEPS_ALONE, NULL);
    steps = first.steps * STEPS_TIMES + STEPS_MORE;
    *g->instructions += first.instructions;
    if (first.end != TRIAL_GOOD) {
        went_wrong(out, &first, NULL);
    } else if (!change(g, check, run, seed, c, &out->why) ||
               !grade_policy(g, &c->config, g->spec, &under, &diag)) {
        out->status = GRADE_ERROR;
        out->why = out->why ? out->why : grade_text("the changed workload cannot be run");
    } else {
        if (check->change == CHANGE_AGAIN)
            trial_run_again(&second, &under, &first, steps);
        else
            trial_run(&second, &under, steps, NULL);
        *g->instructions += second.instructions;
        if (second.end == TRIAL_GOOD)
            compare(check, run, &first, &second, c, out);
        else
            went_wrong(out, &second, names[check->change]);
        trial_free(&second);
    }
    trial_free(&first);
}

void grade_follow(const struct grading *g, const struct rubric_check *check,
                  const struct rubric_run *run, uint64_t seed, struct follow *out)
{
    struct changed c = { .loaded = NULL };
    struct config *loaded, mine;
    struct diag diag;

    *out = (struct follow){ .status = GRADE_PASS };
    loaded = grade_load(g, run, seed, &out->why);
    c.from = loaded;
    if (loaded && grade_policy(g, loaded, g->spec, &mine, &diag)) {
        follow_from(g, check, run, seed, &mine, &c, out);
    } else {
        out->status = GRADE_ERROR;
        if (!out->why)
            out->why = grade_text("the workload, or the submission, cannot be loaded");
    }
    changed_free(&c);
    workload_free(loaded);
}
