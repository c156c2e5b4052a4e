/* workload_faults.c - what goes wrong in services and processes: events {"fault": ...},
 * "faults" that are drawn from the seed, and the "bugs" that attackers may use. */
#include <formats/load.h>

#include <string.h>

enum { MAX_FAULTS = 10000, MAX_BUGS = 256, MAX_HIT = 1 << 20, MS = 1000000 };

enum {
#define SERVICE(id, name, what) S_##id,
#include <ossim/service.def>
#undef SERVICE
    NSERVICES
};

enum {
#define SERVICE_FAULT(id, name, what) K_##id,
#include <ossim/fault.def>
#undef SERVICE_FAULT
    NKINDS
};
static const char *const kinds[] = {
#define SERVICE_FAULT(id, name, what) name,
#include <ossim/fault.def>
#undef SERVICE_FAULT
    NULL
};
static const char *const deeds[] = { "read", "write", "crash", NULL };     /* attack_does */

/* --- one fault --- */

static uint32_t find_process(const struct config *c, const char *name)
{
    for (uint32_t i = 0; i < c->nprocesses; i++)
        if (strcmp(c->processes[i].name, name) == 0)
            return i;
    return UINT32_MAX;
}

/* guest: whose kernel it is in; NULL: this one's. */
static void load_victim(struct loader *l, const cJSON *o, const struct config *guest,
                        struct fault_config *f)
{
    const cJSON *service = load_field(o, "service"), *process = load_field(o, "process");
    uint32_t s = 0;

    if (!service == !process) {
        load_error(l, o, ERR_INPUT, "a fault has exactly one of \"service\", \"process\" and "
                   "\"disk\": what fails");
        return;
    }
    if (service && load_service(l, service, &s))
        f->service = (uint8_t)s;
    if (!process)
        return;
    f->process = !cJSON_IsString(process) ? UINT32_MAX
                 : guest ? find_process(guest, process->valuestring)
                         : load_find_process(l, process->valuestring);
    if (f->process == UINT32_MAX)
        load_error(l, process, ERR_INPUT, "there is no process of this name");
    if (f->kind == K_HANG || f->kind == K_LEAK)
        load_error(l, load_field(o, "kind"), ERR_INPUT, "\"%s\" is for services: a process "
                   "only hurts itself by it", kinds[f->kind]);
}

/* Each number goes with one kind. */
static void refuse_others(struct loader *l, const cJSON *o, const struct fault_config *f)
{
    static const struct { const char *key; unsigned kinds; } owners[] = {
        { "bytes", 1u << K_CORRUPT | 1u << K_ATTACK }, { "frames", 1u << K_LEAK },
        { "every", 1u << K_LEAK }, { "does", 1u << K_ATTACK },
    };

    for (size_t i = 0; i < sizeof owners / sizeof *owners; i++)
        if (load_field(o, owners[i].key) && !(owners[i].kinds >> f->kind & 1))
            load_error_key(l, load_field(o, owners[i].key),
                           "\"%s\" says nothing to the kind \"%s\"", owners[i].key,
                           kinds[f->kind]);
}

/* "a", or "b/c" for a guest c of a guest b; NULL: there is none. */
static struct config *find_guest(const struct config *c, const char *path)
{
    size_t n = strcspn(path, "/");

    for (uint32_t i = 0; c->vm && i < c->vm->nguests; i++) {
        const struct guest_config *g = &c->vm->guest[i];

        if (g->config && strlen(g->name) == n && strncmp(g->name, path, n) == 0)
            return path[n] ? find_guest(g->config, path + n + 1)
                           : (struct config *)g->config;       /* made by this loader */
    }
    return NULL;
}

static struct config *load_guest_of(struct loader *l, const cJSON *item)
{
    struct config *g = cJSON_IsString(item) ? find_guest(l->c, item->valuestring) : NULL;

    if (item && !g && l->c->vm)
        load_error(l, item, ERR_INPUT, "there is no guest of this name");
    else if (item && !g)
        load_error(l, item, ERR_INPUT, "there are no guests (expected a \"structure\" of the "
                   "model \"vm\")");
    return g;
}

static void note_fault(struct config *c, const struct fault_config *f)
{
    c->structure.faults = true;
    c->structure.leaks |= f->kind == K_LEAK;
}

/* It is an event of the guest's own kernel, behind those of the same time. */
static void give_to_guest(struct loader *l, struct config *g, const struct timed_event *e)
{
    struct timed_event *all = load_array(l, struct timed_event, g->nevents + 1);
    uint32_t n = 0;

    if (!all)
        return;
    for (; n < g->nevents && g->events[n].at <= e->at; n++)
        all[n] = g->events[n];
    all[n] = *e;
    for (; n < g->nevents; n++)
        all[n + 1] = g->events[n];
    g->events = all;
    g->nevents++;
    note_fault(g, e->fault);
}

bool load_fault(struct loader *l, const cJSON *o, struct timed_event *e)
{
    static const char *const keys[] = { "service", "process", "kind", "bytes", "frames",
                                        "every", "does", "guest", NULL };
    struct fault_config *f = load_take(l, sizeof *f);
    struct config *guest = load_guest_of(l, load_field(o, "guest"));
    unsigned kind = K_CRASH, does = ATTACK_WRITES;

    if (!f || !load_object(l, o, keys))
        return true;
    *f = (struct fault_config){ .process = UINT32_MAX, .bytes = 64, .frames = 1, .every = MS };
    load_choice(l, load_field(o, "kind"), kinds, &kind);
    f->kind = (uint8_t)kind;
    load_victim(l, o, guest, f);
    refuse_others(l, o, f);
    load_u32(l, load_field(o, "bytes"), 1, MAX_HIT, &f->bytes);
    load_u32(l, load_field(o, "frames"), 1, MAX_HIT, &f->frames);
    load_time(l, load_field(o, "every"), 1, &f->every);
    load_choice(l, load_field(o, "does"), deeds, &does);
    f->does = (uint8_t)does;
    e->fault = f;
    if (guest)
        give_to_guest(l, guest, e);
    else
        note_fault(l->c, f);
    return !guest;
}

/* --- drawn ones --- */

const uint16_t workload_all_services = (1u << NSERVICES) - 1 - (1u << S_USER);
const uint16_t workload_all_faults = (1u << NKINDS) - 1;

static void load_kinds(struct loader *l, const cJSON *list, uint16_t *set)
{
    unsigned k;

    if (!list || !load_list(l, list, 1, NKINDS))
        return;
    *set = 0;
    for (const cJSON *e = list->child; e; e = e->next)
        if (load_choice(l, e, kinds, &k))
            *set = (uint16_t)(*set | 1u << k);
}

static void load_services(struct loader *l, const cJSON *list, uint16_t *set)
{
    uint32_t s;

    if (!list || !load_list(l, list, 1, NSERVICES))
        return;
    *set = 0;
    for (const cJSON *e = list->child; e; e = e->next)
        if (load_service(l, e, &s))
            *set = (uint16_t)(*set | 1u << s);
}

void load_drawn_faults(struct loader *l, const cJSON *item)
{
    static const char *const keys[] = { "count", "from", "to", "services", "kinds", NULL };
    struct faults_config *f = &l->c->faults;

    if (!item || !load_object(l, item, keys))
        return;
    f->services = workload_all_services;
    f->kinds = workload_all_faults;
    if (!load_field(item, "to"))
        load_error(l, item, ERR_INPUT, "\"to\" is missing (expected the time by which all "
                   "faults have struck)");
    f->count = 1;
    load_u32(l, load_field(item, "count"), 0, MAX_FAULTS, &f->count);
    load_time(l, load_field(item, "from"), 0, &f->from);
    load_time(l, load_field(item, "to"), 0, &f->to);
    if (f->to < f->from) {
        load_error(l, load_field(item, "to"), ERR_INPUT, "is before \"from\"");
        f->to = f->from;
    }
    load_services(l, load_field(item, "services"), &f->services);
    load_kinds(l, load_field(item, "kinds"), &f->kinds);
    if (!f->services || !f->kinds)
        f->count = 0;           /* said */
    l->c->structure.faults |= f->count > 0;
    l->c->structure.leaks |= f->count && f->kinds >> K_LEAK & 1;
}

/* --- bugs --- */

static bool load_caller(struct loader *l, const cJSON *item, uint16_t *set)
{
    uint32_t s = S_USER;

    if (!(cJSON_IsString(item) && strcmp(item->valuestring, "user") == 0) &&
        !load_service(l, item, &s))
        return false;
    *set = (uint16_t)(*set | 1u << s);
    return true;
}

static void load_bug(struct loader *l, const cJSON *o, struct bug_config *b)
{
    static const char *const keys[] = { "service", "from", "takes", "about", NULL };
    const cJSON *from = load_field(o, "from");
    const char *about;
    uint32_t s = S_PROC;

    if (!load_object(l, o, keys))
        return;
    if (!load_field(o, "service"))
        load_error(l, o, ERR_INPUT, "\"service\" is missing: what has the bug");
    else
        load_service(l, load_field(o, "service"), &s);
    *b = (struct bug_config){ .service = (uint8_t)s, .takes = MS,
                              .from = from ? 0 : (1u << NSERVICES) - 1 };
    if (cJSON_IsArray(from))
        for (const cJSON *e = from->child; e; e = e->next)
            load_caller(l, e, &b->from);
    else if (from)
        load_caller(l, from, &b->from);
    load_time(l, load_field(o, "takes"), 0, &b->takes);
    load_string(l, load_field(o, "about"), 1024, &about);
}

void load_bugs(struct loader *l, const cJSON *list)
{
    struct bug_config *bugs;

    if (!list || !load_list(l, list, 0, MAX_BUGS) || !list->child)
        return;
    bugs = load_array(l, struct bug_config, cJSON_GetArraySize(list));
    for (const cJSON *o = list->child; bugs && o; o = o->next)
        load_bug(l, o, &bugs[l->c->nbugs++]);
    l->c->bugs = bugs;
}
