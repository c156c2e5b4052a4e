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

static void load_victim(struct loader *l, const cJSON *o, struct fault_config *f)
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
    f->process = cJSON_IsString(process) ? load_find_process(l, process->valuestring)
                                         : UINT32_MAX;
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

void load_fault(struct loader *l, const cJSON *o, struct timed_event *e)
{
    static const char *const keys[] = { "service", "process", "kind", "bytes", "frames",
                                        "every", "does", "guest", NULL };
    struct fault_config *f = load_take(l, sizeof *f);
    unsigned kind = K_CRASH, does = ATTACK_WRITES;

    if (!f || !load_object(l, o, keys))
        return;
    *f = (struct fault_config){ .process = UINT32_MAX, .bytes = 64, .frames = 1, .every = MS };
    load_choice(l, load_field(o, "kind"), kinds, &kind);
    f->kind = (uint8_t)kind;
    load_victim(l, o, f);
    refuse_others(l, o, f);
    load_u32(l, load_field(o, "bytes"), 1, MAX_HIT, &f->bytes);
    load_u32(l, load_field(o, "frames"), 1, MAX_HIT, &f->frames);
    load_time(l, load_field(o, "every"), 1, &f->every);
    load_choice(l, load_field(o, "does"), deeds, &does);
    f->does = (uint8_t)does;
    if (load_field(o, "guest"))
        load_unsupported(l, load_field(o, "guest"), "faults inside of guests");
    e->fault = f;
    l->c->structure.faults = true;
    l->c->structure.leaks |= kind == K_LEAK;
}

/* --- drawn ones --- */

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
    f->services = (1u << NSERVICES) - 1 - (1u << S_USER);
    f->kinds = (1u << NKINDS) - 1;
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
