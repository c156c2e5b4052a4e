/* workload_structure.c - how the kernel is built: "structure", and the steps that call
 * its services by name.
 *
 * A structure is a model's name, a system's (a file structures/NAME.json beside the cost
 * sets), or an object {"model": ..., parameters, "costs": {...}}; a system's file is such
 * an object that also says where its numbers come from and what it leaves out. What fails
 * in it is in workload_faults.c.
 */
#include <formats/load.h>

#include <stdio.h>
#include <string.h>

enum { MAX_LEVELS = 16, MS = 1000000, MAX_BLOCK = 1 << 28, MAX_MODULE = 4096,
       MAX_SCHEDULERS = 64 };

enum {
#define SERVICE(id, name, what) S_##id,
#include <ossim/service.def>
#undef SERVICE
    NSERVICES
};
_Static_assert((int)NSERVICES <= (int)STRUCTURE_SERVICES, "a place for each");

static const char *const services[] = {
#define SERVICE(id, name, what) name,
#include <ossim/service.def>
#undef SERVICE
    NULL
};
static const char *const models[] = {
    "monolithic", "layered", "rings", "microkernel", "modular", "hybrid", NULL
};
static const char *const places[] = { "kernel", "server", NULL };

enum { MONO = 1 << MODEL_MONOLITHIC, LAYERED = 1 << MODEL_LAYERED, RINGS = 1 << MODEL_RINGS,
       MICRO = 1 << MODEL_MICROKERNEL, MODULAR = 1 << MODEL_MODULAR,
       HYBRID = 1 << MODEL_HYBRID, ANY = (1 << STRUCTURE_MODELS) - 1 };

/* Which models know which key; one list for both, so that they cannot differ. */
static const unsigned known_to[] = {
    ANY, ANY, ANY, ANY, ANY, ANY, ANY, ANY, MONO, LAYERED, RINGS, RINGS, RINGS | HYBRID,
    MICRO, MICRO | HYBRID, MICRO | HYBRID, MICRO | HYBRID, MICRO | HYBRID, MICRO | HYBRID,
    MICRO | HYBRID, MICRO | HYBRID, MODULAR, MODULAR, MODULAR, ANY, ANY, MICRO | HYBRID,
    MICRO | HYBRID
};
static const char *const keys[] = {
    "model", "costs", "ossim_structure", "name", "about", "source", "modelled",
    "not_modelled", "wall", "order", "rings", "hardware", "placement", "servers", "restart",
    "retry", "inherit", "heartbeat", "priority", "nice", "tickets", "load", "schedulers", "unload",
    "iommu", "reboot", "quota", "server_memory", NULL
};
_Static_assert(sizeof known_to / sizeof *known_to + 1 == sizeof keys / sizeof *keys,
               "models for each key");

static bool find_service(const char *name, uint32_t *out)
{
    for (uint32_t s = S_PROC; services[s]; s++)
        if (strcmp(services[s], name) == 0) {
            *out = s;
            return true;
        }
    return false;
}

bool load_service(struct loader *l, const cJSON *item, uint32_t *out)
{
    unsigned s = 0;

    if (cJSON_IsString(item) && find_service(item->valuestring, out))
        return true;
    return load_choice(l, item, services + S_PROC, &s) && (*out = s + S_PROC);
}

/* --- layers and rings --- */

static const uint8_t layers[STRUCTURE_SERVICES] = {
    [S_TIME] = 1, [S_PROC] = 2, [S_FILE] = 3, [S_IPC] = 3, [S_TTY] = 4, [S_BLOCK] = 5,
    [S_MEM] = 6, [S_DRIVER_DISK] = 7, [S_DRIVER_TTY] = 7, [S_DRIVER_NET] = 7,
};
static const uint8_t rings[STRUCTURE_SERVICES] = {
    [S_USER] = 3, [S_FILE] = 2, [S_TTY] = 2, [S_BLOCK] = 1, [S_DRIVER_DISK] = 1,
    [S_DRIVER_TTY] = 1, [S_DRIVER_NET] = 1,
};

static void place_in_layer(struct loader *l, const cJSON *item, uint8_t level)
{
    uint8_t *at = l->c->structure.level;
    uint32_t s = 0;

    if (!load_service(l, item, &s))
        return;
    if (at[s])
        load_error(l, item, ERR_INPUT, "\"%s\" stands in a layer already", services[s]);
    at[s] = level;
}

/* "order": the uppermost first; an element is a service, or a list of some. */
static void load_order(struct loader *l, const cJSON *item)
{
    uint8_t *at = l->c->structure.level, level = 1;

    if (!item) {
        memcpy(at, layers, sizeof layers);
        return;
    }
    if (!load_list(l, item, 1, MAX_LEVELS))
        return;
    for (const cJSON *e = item->child; e; e = e->next, level++)
        if (!cJSON_IsArray(e))
            place_in_layer(l, e, level);
        else
            for (const cJSON *s = e->child; s; s = s->next)
                place_in_layer(l, s, level);
    for (uint32_t s = S_PROC; s < NSERVICES; s++)
        if (!at[s]) {
            load_error(l, item, ERR_INPUT, "\"%s\" stands in no layer", services[s]);
            return;
        }
}

static void load_rings(struct loader *l, const cJSON *o)
{
    const cJSON *placement = load_field(o, "placement");
    uint8_t *at = l->c->structure.level;
    uint32_t n = 4, ring, s;
    bool hardware = true;

    memcpy(at, rings, sizeof rings);
    load_u32(l, load_field(o, "rings"), 2, MAX_LEVELS, &n);
    load_bool(l, load_field(o, "hardware"), &hardware);
    l->c->structure.by_trap = !hardware;
    for (s = 0; s < NSERVICES; s++)
        if (at[s] > n - 1)
            at[s] = (uint8_t)(n - 1);
    at[S_USER] = (uint8_t)(n - 1);
    if (placement && !load_object(l, placement, services))
        return;
    for (const cJSON *e = placement ? placement->child : NULL; e; e = e->next) {
        ring = 0;
        if (!find_service(e->string, &s) && strcmp(e->string, services[S_USER]) != 0)
            continue;
        if (strcmp(e->string, services[S_USER]) == 0)
            s = S_USER;
        if (load_u32(l, e, 0, n - 1, &ring))
            at[s] = (uint8_t)ring;
    }
}

/* --- servers and modules --- */

static void load_server_list(struct loader *l, const cJSON *item)
{
    uint16_t *set = &l->c->structure.servers;
    uint32_t s = 0;

    if (!item) {
        *set = 1 << S_FILE | 1 << S_BLOCK | 1 << S_TTY | 1 << S_DRIVER_DISK |
               1 << S_DRIVER_TTY | 1 << S_DRIVER_NET;
        return;
    }
    if (!load_list(l, item, 0, NSERVICES))
        return;
    for (const cJSON *e = item->child; e; e = e->next)
        if (load_service(l, e, &s))
            *set |= (uint16_t)(1u << s);
}

static void load_hybrid(struct loader *l, const cJSON *item)
{
    uint16_t *set = &l->c->structure.servers;
    uint32_t s;

    *set = 1 << S_FILE | 1 << S_TTY;
    if (!item || !load_object(l, item, services + S_PROC))
        return;
    for (const cJSON *e = item->child; e; e = e->next) {
        unsigned place = 0;

        if (!find_service(e->string, &s) || !load_choice(l, e, places, &place))
            continue;
        *set = (uint16_t)(place ? *set | 1u << s : *set & ~(1u << s));
    }
}

/* A time is the default, for which there is no source; or it was given. */
static void assume(struct structure_config *s, unsigned which, bool assumed)
{
    s->assumed = (uint8_t)(assumed ? s->assumed | which : s->assumed & ~which);
}

static void load_repair(struct loader *l, const cJSON *o)
{
    struct structure_config *s = &l->c->structure;
    const cJSON *restart = load_field(o, "restart");

    s->restart = s->retry = true;
    s->restart_time = MS;
    s->heartbeat = 10 * MS;
    assume(s, ASSUMED_RESTART, !restart || cJSON_IsBool(restart));
    assume(s, ASSUMED_HEARTBEAT, !load_field(o, "heartbeat"));
    if (cJSON_IsBool(restart))
        load_bool(l, restart, &s->restart);
    else
        load_time(l, restart, 0, &s->restart_time);
    load_bool(l, load_field(o, "retry"), &s->retry);
    load_bool(l, load_field(o, "inherit"), &s->inherit);
    load_time(l, load_field(o, "heartbeat"), 1, &s->heartbeat);
}

/* A server's memory, if nobody says more: a page each of code and data, and of stack, and
 * the two tables of pages that a space has at least. */
enum { SERVER_BYTES = 4 * 4096, QUOTA = 64 };

static void load_bounds(struct loader *l, const cJSON *o)
{
    struct structure_config *s = &l->c->structure;

    s->iommu = true;
    s->reboot = 10 * (ns_t)1000 * MS;
    assume(s, ASSUMED_REBOOT, !load_field(o, "reboot"));
    s->quota = QUOTA;
    s->server_bytes = SERVER_BYTES;
    load_bool(l, load_field(o, "iommu"), &s->iommu);
    load_time(l, load_field(o, "reboot"), 0, &s->reboot);
    load_u32(l, load_field(o, "quota"), 1, 1 << 20, &s->quota);
    load_u32(l, load_field(o, "server_memory"), 0, 1 << 30, &s->server_bytes);
}

/* {"read": block, "blocks": n}: the module is read from the disk. */
static void load_from_disk(struct loader *l, const cJSON *o, struct module_source *out)
{
    static const char *const read_keys[] = { "read", "blocks", NULL };
    const struct disk_config *disk = &l->c->disk;

    if (!load_object(l, o, read_keys))
        return;
    if (disk->model == DISK_NONE)
        load_error(l, o, ERR_INPUT, "there is no disk to read it from");
    out->blocks = 1;
    load_u32(l, load_field(o, "read"), 0, MAX_BLOCK, &out->block);
    load_u32(l, load_field(o, "blocks"), 1, MAX_MODULE, &out->blocks);
    if (disk->model != DISK_NONE && ((uint64_t)out->block + out->blocks) * 8 > disk->nsectors)
        load_error(l, o, ERR_LIMIT, "the disk ends before that");
}

static void load_source(struct loader *l, const cJSON *item, struct module_source *out)
{
    if (cJSON_IsObject(item))
        load_from_disk(l, item, out);
    else
        load_time(l, item, 0, &out->time);
}

/* What reads modules from the disk is none of these. */
static void load_module(struct loader *l, const cJSON *item, uint32_t service)
{
    if (cJSON_IsObject(item) && (service == S_DRIVER_DISK || service == S_BLOCK))
        load_error(l, item, ERR_INPUT, "\"%s\" cannot be read from the disk: it is needed for "
                   "that (expected a time)", services[service]);
    load_source(l, item, &l->c->structure.load[service]);
}

/* "load": a time for every module, or one each. */
static void load_modules(struct loader *l, const cJSON *item)
{
    struct structure_config *c = &l->c->structure;
    ns_t all = 0;
    uint32_t s;

    c->modules = 1 << S_FILE | 1 << S_BLOCK | 1 << S_TTY | 1 << S_DRIVER_DISK |
                 1 << S_DRIVER_TTY | 1 << S_DRIVER_NET;
    if (item && !cJSON_IsObject(item))
        load_time(l, item, 0, &all);
    for (s = 0; s < NSERVICES; s++)
        c->load[s].time = all;
    if (!cJSON_IsObject(item) || !load_object(l, item, services + S_PROC))
        return;
    c->modules = 0;
    for (const cJSON *e = item->child; e; e = e->next)
        if (find_service(e->string, &s)) {
            c->modules |= (uint16_t)(1u << s);
            load_module(l, e, s);
        }
}

/* "schedulers": by the policy's name, where its module comes from. Whether there are such
 * policies is known later. */
static void load_schedulers(struct loader *l, const cJSON *item)
{
    struct structure_config *c = &l->c->structure;
    struct scheduler_module *all;
    int n = cJSON_GetArraySize(item);

    if (!item)
        return;
    if (!cJSON_IsObject(item)) {
        load_error(l, item, ERR_INPUT, "expected an object of names and load times, {\"mlfq\": 5}");
        return;
    }
    if (n > MAX_SCHEDULERS)
        load_error(l, item, ERR_LIMIT, "%d schedulers (at most %d)", n, MAX_SCHEDULERS);
    if (n < 1 || n > MAX_SCHEDULERS)
        return;
    all = load_array(l, struct scheduler_module, (size_t)n);
    c->scheduler = all;
    for (const cJSON *e = item->child; all && e; e = e->next) {
        struct scheduler_module *m = &all[c->nschedulers++];

        snprintf(m->name, sizeof m->name, "%s", e->string);
        load_source(l, e, &m->source);
    }
}

/* Is a policy of this name built in, or in the workload? */
static bool is_policy(const struct loader *l, const char *name)
{
    const struct config *c = l->c;
    const char *known;

    for (unsigned i = 0; l->v->policy_name && (known = l->v->policy_name(l->v->ctx, i)); i++)
        if (strcmp(known, name) == 0)
            return true;
    if (c->policy.ops && strcmp(c->policy.ops->name, name) == 0)
        return true;
    for (uint32_t i = 0; i < c->nevents; i++)
        if (c->events[i].policy && c->events[i].policy->ops &&
            strcmp(c->events[i].policy->ops->name, name) == 0)
            return true;
    return false;
}

void load_schedulers_fit(struct loader *l, const cJSON *structure)
{
    const cJSON *o = l->structure_tree ? l->structure_tree : structure;
    const cJSON *list = cJSON_IsObject(o) ? load_field(o, "schedulers") : NULL;

    for (const cJSON *e = cJSON_IsObject(list) ? list->child : NULL; e; e = e->next)
        if (!is_policy(l, e->string))
            load_error_key(l, e, "no scheduler is called \"%s\"", e->string);
}

/* --- the structure --- */

static void refuse_keys(struct loader *l, const cJSON *o)
{
    for (const cJSON *e = o->child; e; e = e->next)
        for (unsigned i = 0; keys[i]; i++)
            if (strcmp(e->string, keys[i]) == 0 &&
                !(known_to[i] >> l->c->structure.model & 1))
                load_error_key(l, e, "\"%s\" says nothing to the model \"%s\"", keys[i],
                               models[l->c->structure.model]);
}

static void load_parameters(struct loader *l, const cJSON *o)
{
    struct structure_config *s = &l->c->structure;
    bool wall = true;

    load_bool(l, load_field(o, "wall"), &wall);
    s->open = !wall;
    load_crossing_costs(l, load_field(o, "costs"), &l->c->costs.crossing);
    switch (s->model) {
    case MODEL_LAYERED:     load_order(l, load_field(o, "order")); break;
    case MODEL_RINGS:       load_rings(l, o); break;
    case MODEL_MICROKERNEL: load_server_list(l, load_field(o, "servers")); break;
    case MODEL_MODULAR:
        load_modules(l, load_field(o, "load"));
        load_schedulers(l, load_field(o, "schedulers"));
        load_time(l, load_field(o, "unload"), 1, &s->unload);
        break;
    case MODEL_HYBRID:      load_hybrid(l, load_field(o, "placement")); break;
    default:                break;
    }
    load_repair(l, o);
    load_bounds(l, o);
}

static void load_described(struct loader *l, const cJSON *o)
{
    const cJSON *model = load_field(o, "model");
    struct structure_config *s = &l->c->structure;
    unsigned m = 0;
    const char *text;
    int64_t version;

    if (!load_object(l, o, keys) || l->no_system)
        return;
    if (!model)
        load_error(l, o, ERR_INPUT, "\"model\" is missing");
    if (!load_choice(l, model, models, &m))
        return;
    s->model = (uint8_t)m;
    snprintf(s->name, sizeof s->name, "%s", models[m]);
    load_int(l, load_field(o, "ossim_structure"), 1, 1, &version);
    load_name(l, load_field(o, "name"), s->name);
    load_string(l, load_field(o, "about"), 4096, &text);
    load_string(l, load_field(o, "source"), 4096, &text);
    load_string(l, load_field(o, "modelled"), 4096, &text);
    load_string(l, load_field(o, "not_modelled"), 4096, &text);
    refuse_keys(l, o);
    load_parameters(l, o);
}

cJSON *load_system_tree(struct loader *l, const cJSON *item)
{
    const char *name = item->valuestring;
    struct diag d = { .text = "there is no such structure" };
    enum err err = ERR_INPUT;
    const uint8_t *data;
    size_t size;
    char path[256] = "";

    if (l->v->structure && !strchr(name, '/'))
        err = l->v->structure(l->v->ctx, name, &data, &size, path, sizeof path, &d);
    l->no_system = err != ERR_OK;
    if (err) {
        load_error_diag(l, item, err, &d);
        return NULL;
    }
    return l->structure_tree = json_read(&l->doc, path, (const char *)data, size, true);
}

static void load_named(struct loader *l, const cJSON *item)
{
    struct structure_config *s = &l->c->structure;

    for (unsigned m = 0; models[m]; m++)
        if (strcmp(item->valuestring, models[m]) == 0) {
            s->model = (uint8_t)m;
            snprintf(s->name, sizeof s->name, "%s", models[m]);
            load_parameters(l, NULL);
            return;
        }
    if (l->structure_tree || (!l->no_system && load_system_tree(l, item)))
        load_described(l, l->structure_tree);
}

void load_structure(struct loader *l, const cJSON *item)
{
    l->c->structure = (struct structure_config){ .name = "monolithic" };
    load_bounds(l, NULL);
    if (!item)
        return;
    if (cJSON_IsObject(item))
        load_described(l, item);
    else if (cJSON_IsString(item))
        load_named(l, item);
    else
        load_error(l, item, ERR_INPUT, "expected a structure's name, or "
                   "{\"model\": \"microkernel\", ...}");
}

void load_servers(struct loader *l, const cJSON *item)
{
    static const struct step end[] = { { .kind = STEP_END } };
    const cJSON *o = l->structure_tree ? l->structure_tree : item;
    struct process_config p = { .count = 1, .tickets = 100, .affinity = UINT64_MAX,
                                .steps = end, .nsteps = 1 };
    int64_t v = 0;

    if (!cJSON_IsObject(o))
        o = NULL;
    load_int(l, load_field(o, "priority"), -1000000, 1000000, &v);
    p.priority = (int32_t)v;
    v = 0;
    load_int(l, load_field(o, "nice"), -20, 19, &v);
    p.nice = (int32_t)v;
    load_u32(l, load_field(o, "tickets"), 1, 1000000, &p.tickets);
    for (uint32_t s = S_PROC; s < NSERVICES; s++) {
        if (!(l->c->structure.servers >> s & 1))
            continue;
        snprintf(p.name, sizeof p.name, "%s-server", services[s]);
        p.server = (uint8_t)s;
        load_add_process(l, item, &p, 0);
    }
}

/* --- steps --- */

static const char *const call_keys[] = { "call", "cpu", "count", "from", "bytes", NULL };

static bool refuse_upwards(struct loader *l, const cJSON *item, uint32_t from, uint32_t to)
{
    const uint8_t *at = l->c->structure.level;
    char text[512] = "";
    size_t n = 0;

    if (l->c->structure.model != MODEL_LAYERED || at[to] >= at[from])
        return true;
    for (unsigned level = 1; level <= MAX_LEVELS; level++)
        for (uint32_t s = S_PROC, first = 1; s < NSERVICES; s++)
            if (at[s] == level && n < sizeof text - 32) {
                n += (size_t)snprintf(text + n, sizeof text - n, "%s%s",
                                      !first ? ", " : level > 1 ? " / " : "", services[s]);
                first = 0;
            }
    return load_error(l, item, ERR_INPUT, "\"%s\" may not call up to \"%s\": a layer uses "
                      "those below it only (the order, the uppermost first: %s)",
                      services[from], services[to], text);
}

bool load_call_step(struct loader *l, const cJSON *o, struct step *out, ns_t *demand)
{
    const cJSON *from = load_field(o, "from"), *cpu = load_field(o, "cpu");
    uint32_t to = 0, by = 0, bytes = 0;

    load_object(l, o, call_keys);
    l->c->structure.calls = true;
    bool ok = load_service(l, load_field(o, "call"), &to);
    ok = (!from || load_service(l, from, &by)) && ok;
    ok = load_u32(l, load_field(o, "bytes"), 0, 1 << 30, &bytes) && ok;
    ok = (!cpu || load_dist(l, cpu, &out->len)) && ok;
    out->object = to;
    out->from = (uint8_t)by;
    out->count = bytes;
    if (!ok)
        return false;
    if (cpu)
        *demand = time_sum(*demand, dist_typical(&out->len));
    return refuse_upwards(l, load_field(o, "call"), by, to);
}
