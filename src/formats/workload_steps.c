/* workload_steps.c - what a burst task does: its list of steps as a flat script. */
#include <formats/load.h>

#include <stdlib.h>
#include <string.h>

enum { MAX_REPEAT = 1000000000 };

static const char *const step_keys[] = {
    "cpu", "io", "sleep", "yield", "lock", "unlock", "send", "recv", "repeat", "do",
    "disk", "file", "touch", "call", "from", "bytes", "count", NULL
};

struct script {
    struct step *steps;         /* malloc'ed while it grows */
    uint32_t n, room;
    uint32_t deepest;           /* loops inside each other */
    uint32_t pages;             /* that steps touch */
    bool ok;
    struct step scrap;          /* where steps go when there is no memory */
};

static struct step *add(struct script *s, enum step_kind kind)
{
    if (s->n == s->room) {
        uint32_t room = s->room ? s->room * 2 : 8;
        struct step *more = realloc(s->steps, room * sizeof *more);

        if (!more) {
            s->ok = false;
            return &s->scrap;
        }
        s->steps = more;
        s->room = room;
    }
    s->steps[s->n] = (struct step){ .kind = (uint8_t)kind };
    return &s->steps[s->n++];
}

static bool list(struct loader *l, const cJSON *item, struct script *s, uint32_t depth,
                 ns_t *demand);

static bool repeat(struct loader *l, const cJSON *o, const cJSON *item, struct script *s,
                   uint32_t depth, ns_t *demand)
{
    const cJSON *body = load_field(o, "do");
    int64_t count = 1;
    ns_t once = 0;
    uint32_t first;
    struct step *step;
    bool ok;

    if (depth == CONFIG_MAX_REPEAT_DEPTH)
        return load_error_key(l, item, "repeat inside repeat too deeply (at most %d)",
                              CONFIG_MAX_REPEAT_DEPTH);
    ok = load_int(l, item, 1, MAX_REPEAT, &count);
    if (!body)
        return load_error(l, o, ERR_INPUT, "\"repeat\" needs \"do\", a list of steps");
    step = add(s, STEP_LOOP);
    step->depth = (uint8_t)depth;
    step->count = (uint64_t)count;
    first = s->n;
    if (depth + 1 > s->deepest)
        s->deepest = depth + 1;
    ok = list(l, body, s, depth + 1, &once) && ok;
    step = add(s, STEP_NEXT);
    step->depth = (uint8_t)depth;
    step->object = first;
    *demand = time_sum(*demand, time_times(once, (uint64_t)count));
    return ok;
}

static bool timed(struct loader *l, const cJSON *item, struct script *s,
                  enum step_kind kind, ns_t *demand)
{
    struct step *step = add(s, kind);

    if (!load_dist(l, item, &step->len))
        return false;
    *demand = time_sum(*demand, dist_typical(&step->len));
    return true;
}

static bool named(struct loader *l, const cJSON *item, struct script *s,
                  enum step_kind kind, struct symbols *all)
{
    return load_symbol(l, item, all, &add(s, kind)->object);
}

/* {"yield": true}; null, {} and 1 say no more and no less. */
static bool yield(struct loader *l, const cJSON *item, struct script *s)
{
    char buf[64];

    add(s, STEP_YIELD);
    if (cJSON_IsTrue(item) || cJSON_IsNull(item) ||
        (cJSON_IsObject(item) && !item->child) ||
        (cJSON_IsNumber(item) && item->valuedouble == 1))
        return true;
    return load_error(l, item, ERR_INPUT, "found %s (expected true)",
                      load_describe(l, item, buf));
}

static bool touched(struct loader *l, const cJSON *o, const cJSON *item, struct script *s,
                    ns_t *demand)
{
    struct touch *t = load_take(l, sizeof *t);

    if (!t || !load_touch(l, o, item, t, demand))
        return false;
    add(s, STEP_TOUCH)->touch = t;
    if (t->pages > s->pages)
        s->pages = t->pages;
    return true;
}

/* {"call": "file", "cpu": 0.05, "count": 3}: a loop, if it is done more than once. */
static bool call(struct loader *l, const cJSON *o, struct script *s, uint32_t depth,
                 ns_t *demand)
{
    int64_t count = 1;
    uint32_t first;
    ns_t once = 0;
    bool ok = load_int(l, load_field(o, "count"), 1, MAX_REPEAT, &count);

    if (count > 1) {
        if (depth == CONFIG_MAX_REPEAT_DEPTH)
            return load_error(l, o, ERR_INPUT, "repeat inside repeat too deeply (at most %d)",
                              CONFIG_MAX_REPEAT_DEPTH);
        struct step *loop = add(s, STEP_LOOP);
        loop->depth = (uint8_t)depth;
        loop->count = (uint64_t)count;
        if (depth + 1 > s->deepest)
            s->deepest = depth + 1;
    }
    first = s->n;
    ok = load_call_step(l, o, add(s, STEP_CALL), &once) && ok;
    if (count > 1) {
        struct step *next = add(s, STEP_NEXT);
        next->depth = (uint8_t)depth;
        next->object = first;
    }
    *demand = time_sum(*demand, time_times(once, (uint64_t)count));
    return ok;
}

static bool one(struct loader *l, const cJSON *o, const cJSON *item, struct script *s,
                uint32_t depth, ns_t *demand)
{
    const char *kind = item->string;

    if (strcmp(kind, "cpu") == 0)
        return timed(l, item, s, STEP_CPU, demand);
    if (strcmp(kind, "io") == 0)
        return timed(l, item, s, STEP_IO, demand);
    if (strcmp(kind, "sleep") == 0)
        return timed(l, item, s, STEP_SLEEP, demand);
    if (strcmp(kind, "yield") == 0)
        return yield(l, item, s);
    if (strcmp(kind, "touch") == 0)
        return touched(l, o, item, s, demand);
    if (strcmp(kind, "lock") == 0)
        return named(l, item, s, STEP_LOCK, &l->locks);
    if (strcmp(kind, "unlock") == 0)
        return named(l, item, s, STEP_UNLOCK, &l->locks);
    if (strcmp(kind, "send") == 0)
        return named(l, item, s, STEP_SEND, &l->channels);
    if (strcmp(kind, "recv") == 0)
        return named(l, item, s, STEP_RECV, &l->channels);
    if (strcmp(kind, "repeat") == 0)
        return repeat(l, o, item, s, depth, demand);
    if (strcmp(kind, "disk") == 0)
        return load_disk_step(l, item, add(s, STEP_DISK_READ));
    if (strcmp(kind, "file") == 0)
        return load_file_step(l, item, add(s, STEP_FILE));
    return call(l, o, s, depth, demand);
}

/* Keys that are no kinds: they say more about one. */
static bool is_detail(const char *key)
{
    return strcmp(key, "do") == 0 || strcmp(key, "from") == 0 || strcmp(key, "bytes") == 0 ||
           strcmp(key, "count") == 0;
}

static bool step(struct loader *l, const cJSON *o, struct script *s, uint32_t depth,
                 ns_t *demand)
{
    const cJSON *kind = NULL, *other = NULL;
    uint64_t before = l->nerrors;
    unsigned nkinds = 0;

    if (cJSON_IsString(o) && strcmp(o->valuestring, "yield") == 0) {
        add(s, STEP_YIELD);
        return true;
    }
    if (!cJSON_IsObject(o)) {
        char buf[64];

        return load_error(l, o, ERR_INPUT, "found %s (expected a step like {\"cpu\": 5})",
                          load_describe(l, o, buf));
    }
    if (!load_field(o, "touch"))        /* that has fields of its own */
        load_object(l, o, step_keys);
    if (load_field(o, "call"))
        return one(l, o, load_field(o, "call"), s, depth, demand) && l->nerrors == before;
    for (const cJSON *item = o->child; item; item = item->next)
        for (unsigned i = 0; step_keys[i]; i++)
            if (strcmp(step_keys[i], item->string) == 0 &&
                !is_detail(item->string)) {
                other = kind ? item : NULL;
                kind = kind ? kind : item;
                nkinds++;
            }
    for (const cJSON *item = o->child; kind && item; item = item->next)
        if (is_detail(item->string) && strcmp(item->string, "do") != 0 &&
            strcmp(kind->string, "touch") != 0)
            return load_error_key(l, item, "\"%s\" goes with \"call\" only", item->string);
    if (nkinds == 1) {
        if (load_field(o, "do") && strcmp(kind->string, "repeat") != 0)
            return load_error_key(l, load_field(o, "do"), "\"do\" goes with \"repeat\" "
                                  "only");
        return one(l, o, kind, s, depth, demand) && l->nerrors == before;
    }
    if (nkinds > 1)
        return load_error(l, o, ERR_INPUT, "a step has exactly one kind, and this has "
                          "\"%s\" and \"%s\" (expected {\"%s\": ...}, {\"%s\": ...})",
                          kind->string, other->string, kind->string, other->string);
    if (l->nerrors == before)
        load_error(l, o, ERR_INPUT, "a step has exactly one kind (expected cpu, io, "
                   "sleep, yield, lock, unlock, send, recv, disk, file, touch, call or repeat)");
    return false;
}

static bool list(struct loader *l, const cJSON *item, struct script *s, uint32_t depth,
                 ns_t *demand)
{
    bool ok = load_list(l, item, 1, WORKLOAD_MAX_VALUES);

    for (const cJSON *o = ok ? item->child : NULL; o; o = o->next)
        ok = step(l, o, s, depth, demand) && ok;
    return ok;
}

/* Move a finished script into the config. */
static bool finish(struct loader *l, const cJSON *item, struct script *s,
                   struct process_config *out)
{
    struct step *steps;

    add(s, STEP_END);
    steps = s->ok ? load_array(l, struct step, s->n) : NULL;
    if (steps)
        memcpy(steps, s->steps, s->n * sizeof *steps);
    else if (!s->ok)
        load_error(l, item, ERR_LIMIT, "out of memory");
    free(s->steps);
    out->steps = steps;
    out->nsteps = s->n;
    out->repeat_depth = s->deepest;
    out->pages = s->pages;
    return steps != NULL;
}

bool load_steps(struct loader *l, const cJSON *item, struct process_config *out,
                ns_t *demand)
{
    struct script s = { .ok = true };
    bool ok = list(l, item, &s, 0, demand);

    return finish(l, item, &s, out) && ok;
}

bool load_cpu_only(struct loader *l, const cJSON *item, struct process_config *out,
                   ns_t *demand)
{
    struct script s = { .ok = true };
    bool ok = timed(l, item, &s, STEP_CPU, demand);

    return finish(l, item, &s, out) && ok;
}
