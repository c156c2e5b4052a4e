/* check.c - is a trial as a part of the rubric wants it? */
#include "inside.h"

#include <cjson/cJSON.h>
#include <lab/report.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- metrics --- */

/* The member at a dotted path. */
static const cJSON *walk(const cJSON *at, const char *path)
{
    char name[64];

    while (at && *path) {
        size_t n = strcspn(path, ".");

        snprintf(name, sizeof name, "%.*s", (int)(n < 63 ? n : 63), path);
        at = cJSON_GetObjectItemCaseSensitive(at, name);
        path += n + (path[n] == '.');
    }
    return at;
}

static const cJSON *entry_of(const cJSON *results, const char *task)
{
    const cJSON *t, *name;

    cJSON_ArrayForEach(t, walk(results, "tasks")) {
        name = walk(t, "name");
        if (cJSON_IsString(name) && strcmp(name->valuestring, task) == 0)
            return t;
    }
    return NULL;
}

/* The results of a guest, by its names from the outermost in: "outer/web". */
static const cJSON *guest_of(const cJSON *results, const char *path)
{
    while (results && *path) {
        size_t n = strcspn(path, "/");
        const cJSON *g, *found = NULL, *name;

        cJSON_ArrayForEach(g, walk(results, "guests")) {
            name = walk(g, "guest");
            if (cJSON_IsString(name) && strlen(name->valuestring) == n &&
                strncmp(name->valuestring, path, n) == 0)
                found = g;
        }
        results = found;
        path += n + (path[n] == '/');
    }
    return results;
}

bool grade_metric(const struct trial *t, const char *path, const char *guest, const char *task,
                  double *out)
{
    cJSON *results = cJSON_Parse(t->results);
    const cJSON *of = guest ? guest_of(results, guest) : results;
    const cJSON *at = !of ? NULL : task ? entry_of(of, task) : walk(of, "summary");

    if (of && guest && !task && !walk(at, path) && walk(of, path))      /* "steal", say */
        at = of;

    if (strncmp(path, "summary.", 8) == 0)
        path += 8;
    at = at ? walk(at, path) : NULL;
    if (cJSON_IsObject(at) && walk(at, "mean"))         /* "waiting" is its mean */
        at = walk(at, "mean");
    bool found = cJSON_IsNumber(at);
    if (found)
        *out = at->valuedouble;
    cJSON_Delete(results);
    return found;
}

static bool check_metric(const struct rubric_check *c, const struct trial *reference,
                         const struct trial *mine, char **why)
{
    const char *name = c->task ? c->task : c->guest ? c->guest : "";
    const char *of = name, *sep = *name ? " of " : "";
    double value, model;

    if (!grade_metric(mine, c->metric, c->guest, c->task, &value)) {
        *why = grade_text("%s%s%s has no value (nothing finished?)", c->metric, sep, of);
        return false;
    }
    if (c->has_most && value > c->at_most) {
        *why = grade_text("%s%s%s is %g, more than %g", c->metric, sep, of, value, c->at_most);
        return false;
    }
    if (c->has_least && value < c->at_least) {
        *why = grade_text("%s%s%s is %g, less than %g", c->metric, sep, of, value,
                          c->at_least);
        return false;
    }
    if (!c->like || !grade_metric(reference, c->metric, c->guest, c->task, &model) ||
        value <= model * c->times + 1e-12)
        return true;
    *why = grade_text("%s%s%s is %g, more than %g times that of %s (%g)", c->metric, sep, of,
                      value, c->times, c->like, model);
    return false;
}

/* --- laws --- */

static bool no_starvation(const struct rubric_check *c, const struct trial *t, char **why)
{
    double most = c->within * (double)t->config->time_unit;
    char name[2 * CONFIG_NAME], time[64];

    for (tid_t i = 0; i < t->config->ntasks; i++) {
        if ((double)t->longest_wait[i] <= most)
            continue;
        *why = grade_text("%s waits %s at a stretch, more than %g %s",
                          trial_task(t->config, i, name, sizeof name),
                          time_with_unit(t->config, t->longest_wait[i], time, sizeof time), c->within,
                          t->config->unit_name);
        return false;
    }
    return true;
}

static bool work_conserving(const struct trial *t, char **why)
{
    char time[64];

    if (!t->idle_while_waiting)
        return true;
    *why = grade_text("a hart idles at %s though a task waits that could run there",
                      time_with_unit(t->config, t->idle_at, time, sizeof time));
    return false;
}

/* --- fifo: within one priority, who came first runs first --- */

struct comer { ns_t arrival, first_run; int priority; tid_t tid; };

static int by_arrival(const void *a, const void *b)
{
    const struct comer *p = a, *q = b;

    if (p->priority != q->priority)
        return p->priority < q->priority ? -1 : 1;
    if (p->arrival != q->arrival)
        return p->arrival < q->arrival ? -1 : 1;
    return p->tid < q->tid ? -1 : p->tid > q->tid;
}

/* Of sorted comers, the first pair of which the earlier runs later; false: there is none.
 * `latest` is, of those of this priority that came strictly before, who ran last of all. */
static bool overtaken(const struct comer *all, tid_t n, const struct comer **who,
                      const struct comer **by)
{
    const struct comer *latest = NULL, *level = NULL;
    tid_t instant = 0;

    for (tid_t i = 0; i < n; i++) {
        if (!level || all[i].priority != level->priority) {
            latest = NULL;
            level = &all[i];
            instant = i;
        }
        for (; all[instant].arrival < all[i].arrival; instant++)
            if (!latest || all[instant].first_run > latest->first_run)
                latest = &all[instant];
        if (latest && latest->first_run > all[i].first_run) {
            *who = latest;
            *by = &all[i];
            return true;
        }
    }
    return false;
}

static bool fifo(const struct trial *t, char **why)
{
    char name[2 * CONFIG_NAME], other[2 * CONFIG_NAME];
    const struct comer *who, *by;
    tid_t n = 0;
    struct comer *all = malloc((t->config->ntasks + (size_t)1) * sizeof *all);
    bool good;

    if (!all)
        return false;
    for (tid_t i = 0; i < t->config->ntasks; i++)
        if (t->arrival[i] != NS_MAX)
            all[n++] = (struct comer){ t->arrival[i], t->first_run[i],
                                       config_process(t->config, i)->priority, i };
    qsort(all, n, sizeof *all, by_arrival);
    good = !overtaken(all, n, &who, &by);
    if (!good)
        *why = grade_text("%s came before %s, of the same priority, and is first dispatched "
                          "after it", trial_task(t->config, who->tid, name, sizeof name),
                          trial_task(t->config, by->tid, other, sizeof other));
    free(all);
    return good;
}

/* --- */

static bool no_miss(const struct trial *t, char **why)
{
    double misses = 0;

    if (!grade_metric(t, "deadline_misses", NULL, NULL, &misses) || misses == 0)
        return true;
    *why = grade_text("%g deadline%s missed", misses, misses == 1 ? " is" : "s are");
    return false;
}

/* Each task's share of all CPU time against its share of all tickets. */
static bool shares(const struct rubric_check *c, const struct trial *t, char **why)
{
    double cpu = 0, tickets = 0, got;
    char name[2 * CONFIG_NAME];

    for (tid_t i = 0; i < t->config->ntasks; i++) {
        tickets += config_process(t->config, i)->tickets;
        if (grade_metric(t, "cpu", NULL, trial_task(t->config, i, name, sizeof name), &got))
            cpu += got;
    }
    for (tid_t i = 0; i < t->config->ntasks && cpu > 0; i++) {
        double due = config_process(t->config, i)->tickets / tickets;

        trial_task(t->config, i, name, sizeof name);
        if (!grade_metric(t, "cpu", NULL, name, &got) || fabs(got / cpu - due) <= c->share)
            continue;
        *why = grade_text("%s got %.3f of the CPU time, and its tickets are %.3f of all",
                          name, got / cpu, due);
        return false;
    }
    return true;
}

static bool check_law(const struct rubric_check *c, const struct trial *t, char **why)
{
    switch (c->law) {
    case RUBRIC_NO_STARVATION: return no_starvation(c, t, why);
    case RUBRIC_WORK_CONSERVING: return work_conserving(t, why);
    case RUBRIC_FIFO: return fifo(t, why);
    case RUBRIC_NO_MISS: return no_miss(t, why);
    case RUBRIC_SHARES: return shares(c, t, why);
    }
    return false;
}

/* --- */

static bool check_schedule(const struct rubric_check *c, const struct trial *reference,
                           const struct trial *mine, char **why)
{
    struct divergence at;

    trial_diverge(reference, mine, c->exact, &at);
    if (!at.differ)
        return true;
    *why = grade_text("the schedule is not that of %s", c->like);
    return false;
}

bool grade_check(const struct rubric_check *check, const struct trial *reference,
                 const struct trial *mine, char **why)
{
    switch (check->kind) {
    case CHECK_SCHEDULE: return check_schedule(check, reference, mine, why);
    case CHECK_METRIC: return check_metric(check, reference, mine, why);
    case CHECK_LAW: return check_law(check, mine, why);
    default: return true;       /* it survived */
    }
}
