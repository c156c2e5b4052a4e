/* rubric.c - see rubric.h. workloads/rubric-schema.json says the same for editors. */
#include <formats/rubric.h>

#include <formats/rubric_check.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const root_keys[] = {
    "ossim_rubric", "name", "title", "about", "pass", "parts", NULL
};
static const char *const part_keys[] = {
    "id", "title", "points", "visibility", "requires", "tags", "run", "check", "partial",
    "hints", NULL
};
static const char *const run_keys[] = { "workload", "seeds", "set", "vary", NULL };
static const char *const visibilities[] = { "visible", "hidden", NULL };

struct owned {                  /* a rubric with the memory that it owns */
    struct rubric rubric;
    struct pool pool;
};

struct reader {
    struct loader l;            /* first: its mistakes are ours */
    struct rubric *r;
    struct rubric_part *parts;  /* so far: nparts of them */
    uint32_t nparts;
};

/* --- runs --- */

static void load_sets(struct loader *l, const cJSON *o, struct rubric_run *run)
{
    struct workload_set *sets;
    size_t n = 0;

    if (!o)
        return;
    if (!cJSON_IsObject(o)) {
        load_error(l, o, ERR_INPUT, "expected {\"machine.cpus\": 2, ...}");
        return;
    }
    for (const cJSON *item = o->child; item; item = item->next)
        n++;
    sets = load_array(l, struct workload_set, n);
    if (!sets)
        return;
    n = 0;
    for (const cJSON *item = o->child; item; item = item->next) {
        char *value = cJSON_PrintUnformatted(item);

        sets[n].path = pool_copy(l->pool, item->string, strlen(item->string));
        sets[n++].value = value ? pool_copy(l->pool, value, strlen(value)) : "null";
        cJSON_free(value);
    }
    run->sets = sets;
    run->nsets = n;
}

/* "1..20", or one number. */
static void load_seeds(struct loader *l, const cJSON *item, struct rubric_run *run)
{
    uint64_t first, last;

    run->nseeds = 1;
    if (!item)
        return;
    run->seeded = true;
    if (cJSON_IsNumber(item)) {
        int64_t seed = 0;

        load_int(l, item, 0, INT64_MAX, &seed);
        run->seed_first = (uint64_t)seed;
        return;
    }
    if (!cJSON_IsString(item) ||
        !load_range(item->valuestring, INT64_MAX, &first, &last) ||
        last < first || last - first >= RUBRIC_SEEDS) {
        load_error(l, item, ERR_INPUT, "expected seeds like \"1..20\", at most %d of them",
                   RUBRIC_SEEDS);
        return;
    }
    run->seed_first = first;
    run->nseeds = last - first + 1;
}

/* Is a time of the process drawn at random? */
static bool draws(const struct process_config *p)
{
    bool any = p->arrival_gaps && p->gap.kind != DIST_CONST;

    for (uint32_t i = 0; p->steps && i < p->nsteps; i++)
        any |= p->steps[i].len.kind != DIST_CONST;
    return any;
}

static const struct process_config *comes_with(const struct config *c, uint32_t i)
{
    for (uint32_t k = 0; k < i; k++)
        if (c->processes[k].arrival == c->processes[i].arrival)
            return &c->processes[k];
    return NULL;
}

/* Can a schedule be expected to follow the change? A reason why not, or NULL. */
static const char *may_differ(const struct config *c, enum rubric_change change)
{
    bool scaled = change == CHANGE_SCALED, timed = scaled || change == CHANGE_SHIFTED;

    if (change == CHANGE_AGAIN)
        return NULL;
    if (c->structure.model || c->nevents)
        return "a structure, or an event at a time of its own, does not follow";
    if (scaled && (strcmp(c->costs.name, "ideal") != 0 || c->disk.model || c->touches ||
                   c->timer_jitter))
        return "costs, memory and disks have times of their own, which are not scaled";
    for (uint32_t i = 0; i < c->nprocesses; i++) {
        const struct process_config *p = &c->processes[i];

        if (timed && p->program)
            return "what a program takes is not in the workload and does not follow";
        if (timed && p->arrival_gaps)
            return "arrivals that are drawn do not follow";
        if ((scaled || change == CHANGE_RENAMED) && draws(p))
            return "times that are drawn at random, by names, do not follow";
        if (change == CHANGE_REORDERED && !p->arrival_gaps && comes_with(c, i))
            return "of tasks that arrive together, the order in the file decides who is first";
    }
    return NULL;
}

/* Does it load, as it will be loaded later? Mistakes are said at the item. check: what it is
 * for, NULL: not known yet. */
static void try_workload(struct loader *l, const cJSON *item, const struct rubric_run *run,
                         const struct rubric_check *check)
{
    struct diag *diags = NULL;
    struct config *c = NULL;
    size_t n = 0;
    enum err err = workload_load(run->name, run->text, run->size, run->dir, l->v, run->sets,
                                 run->nsets, &c, &diags, &n);
    const char *why = !err && check ? may_differ(c, check->change) : NULL;

    if (why)
        load_error(l, item, ERR_INPUT, "%s", why);

    for (size_t i = 0; err && i < n; i++)
        load_error(l, item, err, "%s%s%s: %.300s", diags[i].file, *diags[i].path ? ": " : "",
                   diags[i].path, diags[i].text);
    free(diags);
    workload_free(c);
}

static bool workload_file(struct loader *l, const cJSON *item, struct rubric_run *run)
{
    const char *path = load_resolve(l, item->valuestring);
    const char *slash = path ? strrchr(path, '/') : NULL;
    struct diag d = { .line = 0 };
    const uint8_t *data;

    if (!path)
        return false;
    if (l->v->file(l->v->ctx, path, &data, &run->size, &d))
        return load_error(l, item, ERR_IO, "%.300s", d.text);
    run->name = path;
    run->text = (const char *)data;
    run->dir = slash ? pool_copy(l->pool, path, (size_t)(slash - path)) : "";
    return true;
}

static bool workload_inline(struct loader *l, const cJSON *item, const char *id,
                            uint32_t number, struct rubric_run *run)
{
    char *text = cJSON_PrintUnformatted(item), name[128];

    snprintf(name, sizeof name, "%.100s/%u", id, number);
    run->name = pool_copy(l->pool, name, strlen(name));
    run->dir = l->dir;
    run->size = text ? strlen(text) : 0;
    run->text = text ? pool_copy(l->pool, text, run->size) : NULL;
    cJSON_free(text);
    return run->name && run->text;
}

static void load_run(struct loader *l, const cJSON *o, const char *id, uint32_t number,
                     struct rubric_run *run)
{
    const cJSON *workload = load_field(o, "workload");
    bool good;

    if (!load_object(l, o, run_keys))
        return;
    load_seeds(l, load_field(o, "seeds"), run);
    load_bool(l, load_field(o, "vary"), &run->vary);
    load_sets(l, load_field(o, "set"), run);
    if (!cJSON_IsString(workload) && !cJSON_IsObject(workload)) {
        load_error(l, workload ? workload : o, ERR_INPUT, "\"workload\" is a file's name, "
                   "or the workload itself");
        return;
    }
    good = cJSON_IsString(workload) ? workload_file(l, workload, run)
                                    : workload_inline(l, workload, id, number, run);
    if (good)
        try_workload(l, workload, run, NULL);
}

static void load_runs(struct loader *l, const cJSON *list, struct rubric_part *part)
{
    struct rubric_run *runs;
    uint32_t n = 0;

    if (!list || !load_list(l, list, 1, 1000))
        return;
    runs = load_array(l, struct rubric_run, cJSON_GetArraySize(list));
    for (const cJSON *o = list->child; runs && o; o = o->next, n++)
        load_run(l, o, part->id, n, &runs[n]);
    part->runs = runs;
    part->nruns = n;
}

/* --- parts --- */

static uint32_t find_part(const struct reader *r, const char *id)
{
    for (uint32_t i = 0; i < r->nparts; i++)
        if (strcmp(r->parts[i].id, id) == 0)
            return i;
    return UINT32_MAX;
}

/* Indices of earlier parts, by their ids. */
static const uint32_t *load_earlier(struct reader *r, const cJSON *list, uint32_t *count)
{
    struct loader *l = &r->l;
    uint32_t *parts, n = 0;

    if (!list || !load_list(l, list, 0, RUBRIC_PARTS))
        return NULL;
    parts = load_array(l, uint32_t, cJSON_GetArraySize(list) + 1);
    for (const cJSON *item = list->child; parts && item; item = item->next) {
        uint32_t i = cJSON_IsString(item) ? find_part(r, item->valuestring) : UINT32_MAX;

        if (i == UINT32_MAX)
            load_error(l, item, ERR_INPUT, "no part of this id stands before this one");
        else
            parts[n++] = i;
    }
    *count = n;
    return parts;
}

static void load_hints(struct reader *r, const cJSON *list, struct rubric_part *part)
{
    struct rubric_hint *hints = rubric_load_hints(&r->l, list, &part->nhints);
    const cJSON *o = hints ? list->child : NULL;

    for (uint32_t i = 0; o && i < part->nhints; i++, o = o->next)
        hints[i].passes = load_earlier(r, load_field(load_field(o, "when"), "passes"),
                                       &hints[i].npasses);
    part->hints = hints;
}

static void load_tags(struct loader *l, const cJSON *list, struct rubric_part *part)
{
    const char **tags;
    uint32_t n = 0;

    if (!list || !load_list(l, list, 0, 100))
        return;
    tags = load_array(l, const char *, cJSON_GetArraySize(list) + 1);
    for (const cJSON *item = list->child; tags && item; item = item->next)
        if (load_string(l, item, 100, &tags[n]))
            n++;
    part->tags = tags;
    part->ntags = n;
}

static bool good_id(const char *id)
{
    size_t n = strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

    return n > 0 && n <= 64 && !id[n];
}

static void load_id(struct reader *r, const cJSON *o, struct rubric_part *part)
{
    const cJSON *item = load_field(o, "id");

    part->id = "?";
    if (!load_string(&r->l, item, 64, &part->id))
        return;
    if (!item || !good_id(part->id))
        load_error(&r->l, item ? item : o, ERR_INPUT, "a part needs an \"id\" of letters, "
                   "digits and -_.");
    else if (find_part(r, part->id) != UINT32_MAX)
        load_error(&r->l, item, ERR_INPUT, "another part has this id");
}

static void load_part(struct reader *r, const cJSON *o, struct rubric_part *part)
{
    struct loader *l = &r->l;
    unsigned visibility = 0;

    if (!load_object(l, o, part_keys))
        return;
    load_id(r, o, part);
    part->title = part->id;
    load_string(l, load_field(o, "title"), 300, &part->title);
    if (!load_field(o, "points"))
        load_error(l, o, ERR_INPUT, "\"points\" is missing");
    rubric_load_number(l, load_field(o, "points"), 0, 1e6, &part->points);
    load_choice(l, load_field(o, "visibility"), visibilities, &visibility);
    part->hidden = visibility == 1;
    load_bool(l, load_field(o, "partial"), &part->partial);
    part->requires = load_earlier(r, load_field(o, "requires"), &part->nrequires);
    load_tags(l, load_field(o, "tags"), part);
    load_runs(l, load_field(o, "run"), part);
    load_hints(r, load_field(o, "hints"), part);
    if (!load_field(o, "check")) {
        load_error(l, o, ERR_INPUT, "\"check\" is missing");
        return;
    }
    rubric_load_check(l, load_field(o, "check"), &part->check);
    for (uint32_t i = 0; part->check.kind == CHECK_FOLLOWS && !l->nerrors && i < part->nruns; i++)
        try_workload(l, load_field(o, "run"), &part->runs[i], &part->check);
    bool needs = part->check.kind != CHECK_COMPILES && part->check.kind != CHECK_COST;
    for (uint32_t i = 0; i < part->nruns; i++)
        if (part->runs[i].vary && !part->check.like)
            load_error(l, o, ERR_INPUT, "only what is held against a reference can \"vary\"");
    if (needs && !part->nruns)
        load_error(l, o, ERR_INPUT, "this check needs \"run\", a list of workloads");
}

static void load_parts(struct reader *r, const cJSON *list)
{
    if (!list) {
        load_error(&r->l, r->l.root, ERR_INPUT, "\"parts\" is missing");
        return;
    }
    if (!load_list(&r->l, list, 1, RUBRIC_PARTS))
        return;
    r->parts = load_array(&r->l, struct rubric_part, cJSON_GetArraySize(list));
    for (const cJSON *o = list->child; r->parts && o; o = o->next) {
        load_part(r, o, &r->parts[r->nparts]);
        r->nparts++;
    }
    r->r->parts = r->parts;
    r->r->nparts = r->nparts;
}

static void load_root(struct reader *r)
{
    struct loader *l = &r->l;
    const cJSON *root = l->root;
    const char *about;
    int64_t version;

    if (!load_object(l, root, root_keys))
        return;
    load_scaled(l, load_field(root, "ossim_rubric"), 1, 1, 1,
                "1, the version of the format", &version);
    r->r->name = "rubric";
    load_string(l, load_field(root, "name"), 64, &r->r->name);
    r->r->title = r->r->name;
    load_string(l, load_field(root, "title"), 300, &r->r->title);
    load_string(l, load_field(root, "about"), 64 << 10, &about);
    load_parts(r, load_field(root, "parts"));
    rubric_load_number(l, load_field(root, "pass"), 0, 1e9, &r->r->pass);
    if (r->r->pass > rubric_points(r->r))
        load_error(l, load_field(root, "pass"), ERR_INPUT, "all parts together are %g "
                   "points", rubric_points(r->r));
}

double rubric_points(const struct rubric *r)
{
    double sum = 0;

    for (uint32_t i = 0; i < r->nparts; i++)
        sum += r->parts[i].points;
    return sum;
}

bool rubric_replace(struct rubric *r, uint32_t part, uint32_t run, const char *text,
                    size_t size)
{
    struct owned *owned = (struct owned *)r;    /* its first member */
    struct rubric_part *parts = (struct rubric_part *)(uintptr_t)r->parts;
    struct rubric_run *runs = (struct rubric_run *)(uintptr_t)parts[part].runs;
    char *copy = pool_copy(&owned->pool, text, size);

    if (!copy)
        return false;
    runs[run].text = copy;
    runs[run].size = size;
    return true;
}

bool rubric_looks_like(const char *text, size_t size)
{
    static const char key[] = "\"ossim_rubric\"";

    return memmem(text, size, key, sizeof key - 1) != NULL;
}

enum err rubric_load(const char *file, const char *text, size_t size, const char *dir,
                     const struct vocabulary *v, struct rubric **out,
                     struct diag **diags, size_t *ndiags)
{
    struct owned *owned = calloc(1, sizeof *owned);
    struct reader r = { .l = { .notes = NULL } };
    enum err err = ERR_OK;

    *out = NULL;
    *diags = NULL;
    *ndiags = 0;
    if (!owned)
        return ERR_LIMIT;
    json_init(&r.l.doc, load_report, &r.l);
    r.l.pool = &owned->pool;
    r.l.v = v;
    r.l.dir = pool_copy(&owned->pool, dir ? dir : "", dir ? strlen(dir) : 0);
    r.r = &owned->rubric;
    r.r->dir = r.l.dir;
    r.r->file = pool_copy(&owned->pool, file, strlen(file));
    r.l.root = json_read(&r.l.doc, file, text, size, true);
    if (r.l.root)
        load_root(&r);
    if (r.l.nerrors) {
        *diags = load_diags(&r.l, ndiags, &err);
        rubric_free(&owned->rubric);
    } else
        *out = &owned->rubric;
    cJSON_Delete(r.l.root);
    json_free(&r.l.doc);
    free(r.l.notes);
    return err;
}

void rubric_free(struct rubric *r)
{
    struct owned *owned = (struct owned *)r;

    if (!r)
        return;
    pool_free(&owned->pool);
    free(owned);
}
