/* rubric_check.c - see rubric_check.h. */
#include <formats/rubric_check.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- values --- */

bool rubric_load_number(struct loader *l, const cJSON *item, double min, double max,
                        double *out)
{
    if (!item)
        return true;
    if (!cJSON_IsNumber(item) || !(item->valuedouble >= min) || !(item->valuedouble <= max))
        return load_error(l, item, ERR_INPUT, "expected a number from %g to %g", min, max);
    *out = item->valuedouble;
    return true;
}

/* A policy that exists, at least with some unit of time. */
static void load_reference(struct loader *l, const cJSON *item, const char **out)
{
    struct policy_config scrap;
    struct diag d = { .line = 0 };

    if (!load_string(l, item, sizeof scrap.spec - 1, out) || !item)
        return;
    enum err err = l->v->policy(l->v->ctx, *out, l->dir, 1000000, &scrap, &d);
    if (err)
        load_error_diag(l, item, err, &d);
}

/* The one member that says which kind an object is. */
static const cJSON *only_of(struct loader *l, const cJSON *o, const char *const *kinds)
{
    const cJSON *found = NULL;
    unsigned n = 0;

    for (const char *const *k = kinds; *k; k++)
        if (load_field(o, *k)) {
            found = load_field(o, *k);
            n++;
        }
    if (n != 1) {
        load_error(l, o, ERR_INPUT, "a check says exactly one of compiles, survives, "
                   "schedule, follows, metric, law and cost");
        return NULL;
    }
    return found;
}

/* --- checks --- */

static void load_schedule(struct loader *l, const cJSON *o, struct rubric_check *c)
{
    static const char *const keys[] = { "like", "ties", NULL };
    static const char *const ties[] = { "any", "exact", NULL };
    unsigned which = 0;

    c->kind = CHECK_SCHEDULE;
    if (!load_object(l, o, keys))
        return;
    if (!load_field(o, "like"))
        load_error(l, o, ERR_INPUT, "\"like\" is missing (expected the reference policy)");
    load_reference(l, load_field(o, "like"), &c->like);
    load_choice(l, load_field(o, "ties"), ties, &which);
    c->exact = which == 1;
}

static void load_metric(struct loader *l, const cJSON *check, struct rubric_check *c)
{
    const cJSON *most = load_field(check, "at_most"), *least = load_field(check, "at_least");
    const cJSON *times = load_field(check, "times"), *of = load_field(check, "of");

    c->kind = CHECK_METRIC;
    load_string(l, load_field(check, "metric"), 200, &c->metric);
    load_string(l, load_field(check, "task"), CONFIG_NAME, &c->task);
    load_string(l, load_field(check, "guest"), 4 * CONFIG_NAME, &c->guest);
    c->has_most = most;
    c->has_least = least;
    rubric_load_number(l, most, -1e18, 1e18, &c->at_most);
    rubric_load_number(l, least, -1e18, 1e18, &c->at_least);
    rubric_load_number(l, times, 0, 1e9, &c->times);
    load_reference(l, of, &c->like);
    if (!times != !of)
        load_error(l, check, ERR_INPUT, "\"times\" and \"of\" go together");
    if (!most && !least && !times)
        load_error(l, check, ERR_INPUT, "a metric needs a bound: at_most, at_least, or "
                   "times and of");
}

/* A law's name, and `within` beside it where it needs one. */
static void load_law_of(struct loader *l, const cJSON *o, const char *key, enum rubric_law *law,
                        double *time, double *share)
{
    static const char *const laws[] = {
        "no-starvation", "work-conserving", "fifo-in-level", "no-deadline-missed", "shares",
        NULL
    };
    const cJSON *within = load_field(o, "within");
    unsigned which = 0;

    load_choice(l, load_field(o, key), laws, &which);
    *law = (enum rubric_law)which;
    bool needs = *law == RUBRIC_NO_STARVATION || *law == RUBRIC_SHARES;
    if (needs != !!within)
        load_error(l, o, ERR_INPUT, needs ? "this law needs \"within\""
                                          : "this law takes no \"within\"");
    if (*law == RUBRIC_SHARES)
        rubric_load_number(l, within, 0, 1, share);
    else
        rubric_load_number(l, within, 0, 1e15, time);
}

static void load_law(struct loader *l, const cJSON *check, struct rubric_check *c)
{
    c->kind = CHECK_LAW;
    load_law_of(l, check, "law", &c->law, &c->within, &c->share);
}

static void load_follows(struct loader *l, const cJSON *check, struct rubric_check *c)
{
    static const char *const changes[] = {
        "scaled", "shifted", "reordered", "renamed", "again", NULL
    };
    const cJSON *by = load_field(check, "by");
    unsigned which = 0;

    c->kind = CHECK_FOLLOWS;
    load_choice(l, load_field(check, "follows"), changes, &which);
    c->change = (enum rubric_change)which;
    if (!by != (c->change != CHANGE_SHIFTED))
        load_error(l, check, ERR_INPUT, "\"by\", in time units, goes with \"shifted\", and "
                   "with nothing else");
    rubric_load_number(l, by, 1, 1e9, &c->by);
}

static void load_cost(struct loader *l, const cJSON *check, struct rubric_check *c)
{
    static const char *const costs[] = { "instructions", NULL };
    static const char *const growths[] = { "1", "log n", "n", NULL };
    const cJSON *tasks = load_field(check, "tasks");
    unsigned which = 0;

    c->kind = CHECK_COST;
    c->op = "pick";
    load_choice(l, load_field(check, "cost"), costs, &which);
    load_string(l, load_field(check, "op"), 32, &c->op);
    load_choice(l, load_field(check, "growth"), growths, &which);
    c->growth = (enum rubric_growth)which;
    if (!tasks || !load_list(l, tasks, 2, RUBRIC_SIZES)) {
        if (!tasks)
            load_error(l, check, ERR_INPUT, "\"tasks\" is missing (expected numbers of "
                       "tasks, like [10, 100, 1000])");
        return;
    }
    for (const cJSON *item = tasks->child; item; item = item->next) {
        uint32_t n = 2;

        load_u32(l, item, 2, 100000, &n);
        if (c->nsizes && n <= c->sizes[c->nsizes - 1])
            load_error(l, item, ERR_INPUT, "the numbers of tasks must grow");
        c->sizes[c->nsizes++] = n;
    }
}

void rubric_load_check(struct loader *l, const cJSON *o, struct rubric_check *c)
{
    static const char *const kinds[] = {
        "compiles", "survives", "schedule", "metric", "law", "cost", "follows", NULL
    };
    static const char *const keys[][8] = {      /* in the same order */
        { "compiles" }, { "survives" }, { "schedule" },
        { "metric", "at_most", "at_least", "task", "guest", "times", "of" }, { "law", "within" },
        { "cost", "op", "growth", "tasks" }, { "follows", "by" },
    };
    const cJSON *which = cJSON_IsObject(o) ? only_of(l, o, kinds) : NULL;
    bool yes = true;
    unsigned kind = 0;

    if (!which) {
        if (!cJSON_IsObject(o))
            load_error(l, o, ERR_INPUT, "expected an object");
        return;
    }
    while (strcmp(kinds[kind], which->string) != 0)
        kind++;
    if (!load_object(l, o, keys[kind]))
        return;
    if (strcmp(which->string, "schedule") == 0)
        load_schedule(l, which, c);
    else if (strcmp(which->string, "metric") == 0)
        load_metric(l, o, c);
    else if (strcmp(which->string, "law") == 0)
        load_law(l, o, c);
    else if (strcmp(which->string, "cost") == 0)
        load_cost(l, o, c);
    else if (strcmp(which->string, "follows") == 0)
        load_follows(l, o, c);
    else {
        c->kind = strcmp(which->string, "compiles") == 0 ? CHECK_COMPILES : CHECK_SURVIVES;
        if (load_bool(l, which, &yes) && !yes)
            load_error(l, which, ERR_INPUT, "expected true");
    }
}

/* --- hints --- */

static const char *const hint_keys[] = { "name", "when", "say", NULL };
static const char *const when_keys[] = {
    "like", "tie", "later", "variables", "unexpired", "breaks", "within", "passes", NULL
};

/* The one condition of a hint; false: there is not exactly one. */
static bool load_when(struct loader *l, const cJSON *when, struct rubric_hint *h)
{
    static const struct { const char *key; enum rubric_when when; } kinds[] = {
        { "like", WHEN_LIKE }, { "tie", WHEN_TIE }, { "later", WHEN_LATER },
        { "variables", WHEN_VARIABLES }, { "unexpired", WHEN_UNEXPIRED },
        { "breaks", WHEN_BREAKS }, { "passes", WHEN_PASSES },
    };
    unsigned n = 0;

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (load_field(when, kinds[i].key)) {
            h->when = kinds[i].when;
            n++;
        }
    if (n != 1)
        return false;
    if (h->when == WHEN_LIKE)
        load_reference(l, load_field(when, "like"), &h->like);
    else if (h->when == WHEN_BREAKS)
        load_law_of(l, when, "breaks", &h->breaks.law, &h->breaks.within, &h->breaks.share);
    else if (h->when == WHEN_PASSES)
        return true;            /* who those are, the reader of parts knows */
    else
        return cJSON_IsTrue(load_field(when, kinds[h->when].key));
    return true;
}

static void load_hint(struct loader *l, const cJSON *o, struct rubric_hint *h)
{
    const cJSON *when = load_field(o, "when");

    h->breaks.kind = CHECK_LAW;
    if (!load_object(l, o, hint_keys))
        return;
    load_string(l, load_field(o, "name"), 64, &h->name);
    load_string(l, load_field(o, "say"), 1000, &h->say);
    if (!h->say || !when || !load_object(l, when, when_keys) || !load_when(l, when, h))
        load_error(l, o, ERR_INPUT, "a hint is {\"name\": NAME, \"when\": {\"like\": POLICY}, "
                   "\"say\": TEXT}, or when {\"tie\": true}, {\"later\": true}, {\"variables\": "
                   "true}, {\"unexpired\": true}, {\"breaks\": LAW}, {\"passes\": [PART, ...]}");
    if (!h->say)
        h->say = "";
}

struct rubric_hint *rubric_load_hints(struct loader *l, const cJSON *list, uint32_t *count)
{
    struct rubric_hint *hints;
    uint32_t n = 0;

    if (!list || !load_list(l, list, 0, RUBRIC_HINTS))
        return NULL;
    hints = load_array(l, struct rubric_hint, cJSON_GetArraySize(list));
    for (const cJSON *o = list->child; hints && o; o = o->next, n++)
        load_hint(l, o, &hints[n]);
    *count = n;
    return hints;
}
