/* cost.c - how what an op takes grows with the number of tasks.
 *
 * Counted in the guest's instructions, exactly, so neither compiler flags of the host nor
 * the machine's load decide. The mean over all calls is compared between the smallest and
 * the largest number of tasks; half as much again is allowed, and a few instructions, since
 * short loops have a start-up of their own.
 */
#include "inside.h"

#include <formats/workload.h>

#include <stat/maths.h>
#include <stdio.h>
#include <string.h>

enum { SLACK = 30 };

/* n endless tasks, all there from the start, and enough quanta to see each of them. */
static struct config *crowd(const struct grading *g, uint32_t n, char **why)
{
    char text[512];
    int size = snprintf(text, sizeof text,
        "{\"ossim\": 1, \"name\": \"crowd\", \"processes\": [{\"name\": \"t\", \"count\": %u, "
        "\"bursts\": [{\"cpu\": 1000000}]}], \"stop\": {\"at\": %u}}", n, 40 * n);
    struct rubric_run run = { .name = "crowd", .dir = "", .text = text,
                              .size = (size_t)size };

    return grade_load(g, &run, 0, why);
}

/* The mean cost with n tasks; a negative number and *why if there is none. */
static double cost_with(const struct grading *g, uint32_t n, const char *op, char **why,
                        enum grade_status *status)
{
    struct config *c = crowd(g, n, why), under;
    struct trial t;
    struct diag d;
    double cost = -1;

    *status = GRADE_ERROR;
    if (!c)
        return -1;
    if (!grade_policy(g, c, g->spec, &under, &d)) {
        *why = grade_text("%s", d.text);
    } else {
        trial_run(&t, &under, 50000000, op);
        *status = t.end == TRIAL_FAULT ? GRADE_FAULT : t.end == TRIAL_OVERRUN ? GRADE_OVERRUN
                : t.end == TRIAL_FAILED ? GRADE_ERROR : GRADE_FAIL;
        if (t.end != TRIAL_GOOD)
            *why = grade_text("%s", t.note);
        else if (t.cost == 0)
            *why = grade_text("%s is never called, so nothing is known of its cost", op);
        else
            cost = t.cost;
        trial_free(&t);
    }
    workload_free(c);
    return cost;
}

static double factor(enum rubric_growth growth, uint32_t small, uint32_t large)
{
    switch (growth) {
    case GROWTH_LOG: return maths_log(large) / maths_log(small);
    case GROWTH_LINEAR: return (double)large / small;
    default: return 1;
    }
}

void grade_cost(struct grading *g, struct grade_part *out)
{
    static const char *const growths[] = { "1", "log n", "n" };
    const struct rubric_check *c = &out->part->check;
    uint32_t least = c->sizes[0], most = c->sizes[c->nsizes - 1];
    enum grade_status status;
    double cost[RUBRIC_SIZES];
    char *why = NULL;

    out->runs = 1;
    for (unsigned i = 0; i < c->nsizes; i++) {
        cost[i] = cost_with(g, c->sizes[i], c->op, &why, &status);
        if (cost[i] < 0) {
            out->status = status;
            out->message = why ? why : grade_text("out of memory");
            return;
        }
    }
    double allowed = 1.5 * cost[0] * factor(c->growth, least, most) + SLACK;
    bool good = cost[c->nsizes - 1] <= allowed;
    out->passed = good;
    out->points = good ? out->part->points : 0;
    out->status = good ? GRADE_PASS : GRADE_FAIL;
    out->hint = good ? NULL : grade_hint(g, out->part, out->status);
    out->message = grade_text("%s takes %.0f instructions with %u tasks and %.0f with %u%s%s%s%s",
                              c->op, cost[0], least, cost[c->nsizes - 1], most,
                              good ? "" : ": that grows faster than ",
                              good ? "" : growths[c->growth], out->hint ? ". Hint: " : "",
                              out->hint ? out->hint->say : "");
}
