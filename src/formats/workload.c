/* workload.c - a workload's top level: what is read in which order, and the end.
 *
 * workloads/schema.json says the same for editors and other validators, as far as a
 * schema can; a key that is added here is added there.
 */
#include <formats/load.h>

#include <stat/metrics.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const root_keys[] = {
    "ossim", "name", "about", "source", "time_unit", "seed", "machine", "kernel",
    "knowledge", "metric", "processes", "events", "faults", "stop", NULL
};
static const char *const stop_keys[] = { "at", NULL };
static const char *const units[] = { "ns", "us", "ms", "s", NULL };
static const ns_t unit_ns[] = { 1, 1000, 1000000, 1000000000 };

/* A config with the memory that it owns. */
struct loaded {
    struct config config;
    struct pool pool;
};

/* "convoy" of "workloads/convoy.json". */
static void default_name(const char *file, char out[CONFIG_NAME])
{
    const char *base = strrchr(file, '/') ? strrchr(file, '/') + 1 : file;
    const char *dot = strrchr(base, '.');
    size_t n = dot && dot != base ? (size_t)(dot - base) : strlen(base);

    snprintf(out, CONFIG_NAME, "%.*s", (int)(n < CONFIG_NAME ? n : CONFIG_NAME - 1), base);
}

/* All 64 bits: a number, or a string of digits, since JSON readers elsewhere round
 * above 2^53. A number with a point or an exponent has 63. */
static void load_seed(struct loader *l, const cJSON *item)
{
    const char *text = !item ? "0" : cJSON_IsString(item) ? item->valuestring
                     : cJSON_IsNumber(item) ? json_text(&l->doc, item) : "";
    size_t n = strspn(text, "0123456789");
    bool fits = n > 0 && n <= 20 && !(cJSON_IsString(item) && text[n]);
    uint64_t v = 0;

    if (!item) {
        l->c->seed = l->seed;
        return;
    }
    if (cJSON_IsNumber(item) && text[n] && strchr("-.eE", text[n])) {
        int64_t seed = 0;

        load_int(l, item, 0, INT64_MAX, &seed);
        l->c->seed = (uint64_t)seed;
        return;
    }
    for (size_t i = 0; i < n && fits; i++)
        fits = !__builtin_mul_overflow(v, 10u, &v) &&
               !__builtin_add_overflow(v, (uint64_t)(text[i] - '0'), &v);
    if (!fits)
        load_error(l, item, ERR_INPUT, "this is no seed (expected a whole number from 0 "
                   "to 2^64 - 1)");
    l->c->seed = v;
}

static void load_head(struct loader *l, const cJSON *root)
{
    struct config *c = l->c;
    unsigned unit = 2;
    int64_t version;

    if (!load_field(root, "ossim"))
        load_error(l, root, ERR_INPUT, "\"ossim\" is missing (expected \"ossim\": 1, the "
                   "version of the format)");
    load_scaled(l, load_field(root, "ossim"), 1, 1, 1, "1, the version of the format",
                &version);
    load_name(l, load_field(root, "name"), c->name);
    load_string(l, load_field(root, "about"), 64 << 10, &c->about);
    load_string(l, load_field(root, "source"), 64 << 10, &c->source);
    load_choice(l, load_field(root, "time_unit"), units, &unit);
    c->time_unit = unit_ns[unit];
    memcpy(c->unit_name, units[unit], strlen(units[unit]) + 1);
    load_seed(l, load_field(root, "seed"));
}

static void load_stop(struct loader *l, const cJSON *stop)
{
    l->c->stop_at = NS_MAX;
    if (!stop || !load_object(l, stop, stop_keys))
        return;
    if (!load_field(stop, "at"))
        load_error(l, stop, ERR_INPUT, "\"at\" is missing (expected the time to stop at)");
    load_time(l, load_field(stop, "at"), 1, &l->c->stop_at);
}

/* Slots for tasks that programs make; without programs there are none. */
static void load_forks(struct loader *l, const cJSON *item)
{
    enum { MOST = 1000000 };

    if (l->c->max_forks == UINT32_MAX)
        l->c->max_forks = 0;
    load_u32(l, item, 0, MOST, &l->c->max_forks);
}

/* Hand over what grew elsewhere. */
static void finish(struct loader *l)
{
    struct config *c = l->c;
    struct process_config *p = load_array(l, struct process_config, l->nprocesses);
    const char **locks = load_array(l, const char *, l->locks.n);
    const char **channels = load_array(l, const char *, l->channels.n);

    if (!p || !locks || !channels)
        return;
    if (l->nprocesses)
        memcpy(p, l->processes, l->nprocesses * sizeof *p);
    if (l->locks.n)
        memcpy(locks, l->locks.names, l->locks.n * sizeof *locks);
    if (l->channels.n)
        memcpy(channels, l->channels.names, l->channels.n * sizeof *channels);
    c->processes = p;
    c->nprocesses = l->nprocesses;
    c->ntasks = (tid_t)l->ntasks;
    c->lock_names = locks;
    c->nlocks = l->locks.n;
    c->channel_names = channels;
    c->nchannels = l->channels.n;
}

/* A guest has the CPUs and the memory that its host gives it. */
static void fit_to_host(struct loader *l)
{
    struct config *c = l->c;
    struct cpu_config *cpus = l->vcpus ? load_array(l, struct cpu_config, l->vcpus) : NULL;

    if (l->frames)
        c->memory.frames = l->frames;
    if (!cpus || !c->cpus)
        return;
    for (uint32_t i = 0; i < l->vcpus; i++)
        cpus[i] = c->cpus[0];
    c->cpus = cpus;
    c->ncpus = l->vcpus;
}

/* The name of a number that `compare` knows. */
static bool load_metric_name(struct loader *l, const cJSON *item, const char **name)
{
    if (!load_text(l, item, CONFIG_NAME - 1, name))
        return false;
    if (!metric_find(*name))
        load_error(l, item, ERR_INPUT, "there is no metric \"%s\" (expected a name as in the "
                   "tables of compare, turnaround say)", *name);
    return true;
}

/* What matters here: one such name, or several. */
static void load_metric(struct loader *l, const cJSON *item)
{
    enum { MOST = 16 };
    bool one = !cJSON_IsArray(item);
    const char **names;
    uint32_t n = 0;

    if (!item || (!one && !load_list(l, item, 1, MOST)))
        return;
    names = load_array(l, const char *, one ? 1 : (size_t)cJSON_GetArraySize(item));
    for (const cJSON *o = one ? item : item->child; names && o; o = one ? NULL : o->next)
        n += load_metric_name(l, o, &names[n]);
    l->c->metrics = names;
    l->c->nmetrics = n;
    l->c->metric = n ? names[0] : NULL;
}

static void load_root(struct loader *l)
{
    const cJSON *root = l->root, *rubric = load_field(root, "rubric");

    if (rubric) {
        load_unsupported(l, rubric, "grading");
        return;
    }
    if (!load_object(l, root, root_keys))
        return;
    l->c->max_forks = UINT32_MAX;       /* not said yet */
    load_head(l, root);
    load_machine(l, load_field(root, "machine"));
    fit_to_host(l);
    load_kernel(l, root);
    load_metric(l, load_field(root, "metric"));
    load_stop(l, load_field(root, "stop"));
    load_processes(l, load_field(root, "processes"));
    load_servers(l, load_field(load_field(root, "kernel"), "structure"));
    load_vcpus(l);
    load_links(l);
    load_events(l, load_field(root, "events"));
    load_schedulers_fit(l, load_field(load_field(root, "kernel"), "structure"));
    load_restarts(l);
    load_drawn_faults(l, load_field(root, "faults"));
    load_forks(l, load_field(load_field(root, "kernel"), "max_forks"));
    finish(l);
}

static void start_config(struct loader *l, const char *file)
{
    default_name(file, l->c->name);
    l->c->file = pool_copy(l->pool, file, strlen(file));
    l->c->about = l->c->source = "";
}

/* What belongs to one config alone. */
static void tear_down(struct loader *l)
{
    cJSON_Delete(l->costs_tree);
    cJSON_Delete(l->structure_tree);
    free(l->processes);
    free(l->process_items);
    free(l->by_name);
    symbols_free(&l->locks);
    symbols_free(&l->channels);
}

/* The text of a guest's workload file; NULL: said. The folder that its paths are relative
 * to, in *dir. */
static cJSON *guest_file(struct loader *l, const cJSON *item, const char **path,
                         const char **dir)
{
    struct diag d = { .text = "it cannot be read" };
    const uint8_t *data;
    size_t size;

    *path = load_resolve(l, item->valuestring);
    if (!*path)
        return NULL;
    if (!l->v->file || l->v->file(l->v->ctx, *path, &data, &size, &d)) {
        load_error_diag(l, item, ERR_IO, &d);
        return NULL;
    }
    const char *slash = strrchr(*path, '/');
    *dir = slash ? pool_copy(l->pool, *path, (size_t)(slash - *path) + 1) : "";
    return json_read(&l->doc, *path, (const char *)data, size, true);
}

static struct config *load_guest(struct loader *l, const cJSON *item, const struct loader *how)
{
    enum { DEEPEST = 3 };
    struct loader in = *how;
    const char *path = l->c->file, *dir = l->dir;
    cJSON *tree = NULL;
    uint64_t before = l->nerrors;

    if (l->depth == DEEPEST) {
        load_error(l, item, ERR_LIMIT, "guests are at most %d deep", DEEPEST);
        return NULL;
    }
    if (cJSON_IsString(item) && !(tree = guest_file(l, item, &path, &dir)))
        return NULL;
    in.root = tree ? tree : (cJSON *)item;
    in.c = load_array(l, struct config, 1);
    in.doc = l->doc;
    in.doc.ctx = &in;
    in.notes = l->notes;
    in.nnotes = l->nnotes;
    in.notes_room = l->notes_room;
    in.nerrors = l->nerrors;
    in.pool = l->pool;
    in.v = l->v;
    in.dir = dir;
    in.load_guest = load_guest;
    in.depth = l->depth + 1;
    if (in.c && path) {
        start_config(&in, path);
        load_root(&in);
    }
    tear_down(&in);
    cJSON_Delete(tree);
    l->doc = in.doc;
    l->doc.ctx = l;
    l->notes = in.notes;
    l->nnotes = in.nnotes;
    l->notes_room = in.notes_room;
    l->nerrors = in.nerrors;
    return l->nerrors == before ? in.c : NULL;
}

static void set_up(struct loader *l, struct loaded *loaded, const char *file,
                   const char *dir, const struct vocabulary *v)
{
    json_init(&l->doc, load_report, l);
    l->pool = &loaded->pool;
    l->c = &loaded->config;
    l->v = v;
    l->dir = dir;
    l->load_guest = load_guest;
    start_config(l, file);
}

/* --sched means whoever schedules here, also where the structure says who that is. */
static void apply_set(struct loader *l, const struct workload_set *set)
{
    cJSON *structure = cJSON_GetObjectItemCaseSensitive(load_field(l->root, "kernel"), "structure");

    if (strcmp(set->path, "/kernel/scheduler") == 0 || strcmp(set->path, "kernel.scheduler") == 0)
        cJSON_DeleteItemFromObjectCaseSensitive(structure, "scheduler");
    json_set(&l->doc, l->root, set->path, set->value);
}

enum err workload_load(const char *file, const char *text, size_t size, const char *dir,
                       const struct vocabulary *v, const struct workload_set *sets,
                       size_t nsets, struct config **out, struct diag **diags,
                       size_t *ndiags)
{
    struct loader l = { .notes = NULL };
    struct loaded *loaded = calloc(1, sizeof *loaded);
    enum err err = ERR_OK;

    *out = NULL;
    *diags = NULL;
    *ndiags = 0;
    if (!loaded)
        return ERR_LIMIT;
    set_up(&l, loaded, file, dir, v);
    l.root = json_read(&l.doc, file, text, size, true);
    for (size_t i = 0; l.root && i < nsets; i++)
        apply_set(&l, &sets[i]);
    if (l.root)
        load_root(&l);
    if (l.nerrors) {
        *diags = load_diags(&l, ndiags, &err);
        workload_free(&loaded->config);
    } else
        *out = &loaded->config;
    cJSON_Delete(l.root);
    json_free(&l.doc);
    free(l.notes);
    tear_down(&l);
    return err;
}

void workload_free(struct config *c)
{
    struct loaded *loaded = (struct loaded *)c;

    if (!c)
        return;
    pool_free(&loaded->pool);
    free(loaded);
}
