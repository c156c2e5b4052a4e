/* workload_kernel.c - the section "kernel", and the events that change it. */
#include <formats/load.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_EVENTS = 1 << 20, MAX_INPUT = 64 << 10, MAX_NAMES = 64 };

static const char *const kernel_keys[] = {
    "files", "fs", "cache", "mount",
    "scheduler", "runqueues", "locks", "lock_spin", "knowledge", "smp_skew", "timer_jitter", "channel_capacity",
    "max_forks", "balance", "governor", "governor_rate_limit", "preemption", "guest_policy", "replacement", "allocation", "load_control",
    "oom", "copy_on_write", "structure", "guests", "bugs", NULL
};
static const char *const preemption[] = { "full", "none", NULL };
static const char *const runqueues[] = { "per-hart", "global", NULL };
static const char *const locks[] = { "none", "pip", "pcp", "srp", "ceiling", NULL };
static const char *const knowledge[] = { "oracle", "estimate", "none", NULL };
static const char *const event_keys[] = {
    "at", "scheduler", "input", "process", "fault", "balloon", NULL
};

struct spec {
    char text[sizeof ((struct policy_config *)0)->spec];
    size_t n;
    bool full;
};

static void spec_add(struct spec *s, const char *text, size_t n)
{
    if (n >= sizeof s->text - s->n) {
        s->full = true;
        return;
    }
    memcpy(s->text + s->n, text, n);
    s->n += n;
    s->text[s->n] = '\0';
}

/* A parameter's value as --sched would have it: 4, oracle, 10/20/40. */
static bool spec_value(struct loader *l, struct spec *s, const cJSON *item, bool nested)
{
    if (cJSON_IsNumber(item)) {
        const char *text = json_text(&l->doc, item);

        spec_add(s, text, strspn(text, "+-.0123456789eE"));
    } else if (cJSON_IsString(item)) {
        size_t n = strlen(item->valuestring);

        if (n == 0 || strcspn(item->valuestring, ":=,") != n)
            return load_error(l, item, ERR_INPUT, "a parameter's value has no : = or , "
                              "and is not empty");
        spec_add(s, item->valuestring, n);
    } else if (cJSON_IsBool(item))
        spec_add(s, cJSON_IsTrue(item) ? "1" : "0", 1);
    else if (cJSON_IsArray(item) && item->child && !nested) {
        for (const cJSON *c = item->child; c; c = c->next) {
            if (c != item->child)
                spec_add(s, "/", 1);
            if (!spec_value(l, s, c, true))
                return false;
        }
    } else {
        char buf[64];

        return load_error(l, item, ERR_INPUT, "found %s (expected a number, a string, "
                          "true, false or a list of them)", load_describe(l, item, buf));
    }
    return true;
}

static enum err ask(struct loader *l, const char *spec, struct policy_config *out,
                    struct diag *d)
{
    *d = (struct diag){ .text = "is not understood" };
    *out = (struct policy_config){ .ops = NULL };
    return l->v->policy(l->v->ctx, spec, l->dir, l->c->time_unit, out, d);
}

/* A name that no policy has, but nearly: say which one. */
static void guess(const struct loader *l, const char *spec, struct diag *d)
{
    const char *names[MAX_NAMES + 1] = { NULL }, *near;
    char name[32];
    size_t n = strcspn(spec, ":");

    if (!l->v->policy_name || n >= sizeof name || memchr(spec, '/', n) ||
        memchr(spec, '.', n))
        return;
    memcpy(name, spec, n);
    name[n] = '\0';
    for (unsigned i = 0; i < MAX_NAMES; i++) {
        names[i] = l->v->policy_name(l->v->ctx, i);
        if (!names[i])
            break;
        if (strcmp(names[i], name) == 0)
            return;
    }
    near = suggest(name, names);
    if (near)
        snprintf(d->text, sizeof d->text, "no policy is called \"%s\" (did you mean "
                 "\"%s\"?)", name, near);
}

/* Which of an object's parameters is it? Each is asked about alone; if every one of
 * them is fine, what they say together is not. A plug-in would be built again for
 * each, so its mistakes stand at the whole object. */
static void blame(struct loader *l, const cJSON *o, const char *name, enum err err,
                  const struct diag *whole)
{
    struct policy_config alone;
    uint64_t before = l->nerrors;
    struct diag d;

    if (!strpbrk(name, "/.") && !ask(l, name, &alone, &d))
        for (const cJSON *item = o->child; item; item = item->next) {
            struct spec s = { .n = 0 };
            struct policy_config scrap;

            if (strcmp(item->string, "policy") == 0)
                continue;
            spec_add(&s, name, strlen(name));
            spec_add(&s, ":", 1);
            spec_add(&s, item->string, strlen(item->string));
            spec_add(&s, "=", 1);
            if (spec_value(l, &s, item, false) && ask(l, s.text, &scrap, &d))
                load_error_diag(l, item, ERR_INPUT, &d);
        }
    if (l->nerrors == before) {
        const cJSON *policy = load_field(o, "policy");

        load_error_diag(l, policy ? policy : o, err, whole);
    }
}

static bool policy_object(struct loader *l, const cJSON *o, struct policy_config *out)
{
    const cJSON *policy = load_field(o, "policy");
    struct spec s = { .n = 0 };
    struct diag d;
    enum err err;
    bool ok = true;

    if (!cJSON_IsString(policy) || !*policy->valuestring)
        return load_error(l, policy ? policy : o, ERR_INPUT, "%s (expected "
                          "{\"policy\": \"rr\", ...})", policy ? "this is no policy's name"
                                                      : "\"policy\" is missing");
    spec_add(&s, policy->valuestring, strlen(policy->valuestring));
    for (const cJSON *item = o->child; item; item = item->next) {
        if (item == policy)
            continue;
        if (strcspn(item->string, ":=,") != strlen(item->string)) {
            ok = load_error_key(l, item, "this is no parameter's name");
            continue;
        }
        spec_add(&s, ":", 1);
        spec_add(&s, item->string, strlen(item->string));
        spec_add(&s, "=", 1);
        ok = spec_value(l, &s, item, false) && ok;
    }
    if (!ok)
        return false;
    if (s.full)
        return load_error(l, o, ERR_LIMIT, "the policy and its parameters are too long");
    err = ask(l, s.text, out, &d);
    if (err) {
        guess(l, s.text, &d);
        blame(l, o, policy->valuestring, err, &d);
    }
    return !err;
}

bool load_policy(struct loader *l, const cJSON *item, struct policy_config *out)
{
    char buf[64];
    struct diag d;
    enum err err;

    if (cJSON_IsObject(item))
        return policy_object(l, item, out);
    if (!cJSON_IsString(item))
        return load_error(l, item, ERR_INPUT, "found %s (expected a policy, like "
                          "\"rr:quantum=4\" or {\"policy\": \"rr\", \"quantum\": 4})",
                          load_describe(l, item, buf));
    if (strlen(item->valuestring) >= sizeof out->spec)
        return load_error(l, item, ERR_LIMIT, "the policy and its parameters are too long");
    err = ask(l, item->valuestring, out, &d);
    if (!err)
        return true;
    guess(l, item->valuestring, &d);
    return load_error_diag(l, item, err, &d);
}

/* --- policies that run as guest code --- */

static const char *const guest_keys[] = {
    "memory", "instructions", "charge", "on_fault", NULL
};

static void load_on_fault(struct loader *l, const cJSON *item)
{
    static const char prefix[] = "fallback:";
    struct policy_config *p;
    struct diag d;
    enum err err;

    if (!item || (cJSON_IsString(item) && strcmp(item->valuestring, "stop") == 0))
        return;
    if (!cJSON_IsString(item) ||
        strncmp(item->valuestring, prefix, sizeof prefix - 1) != 0) {
        load_error(l, item, ERR_INPUT, "expected \"stop\", or \"fallback:\" and a policy");
        return;
    }
    p = load_take(l, sizeof *p);
    if (!p)
        return;
    err = ask(l, item->valuestring + sizeof prefix - 1, p, &d);
    if (err)
        load_error_diag(l, item, err, &d);
    l->c->guest.fallback = p;
}

static void load_guest_policy(struct loader *l, const cJSON *o)
{
    struct guest_limits *g = &l->c->guest;
    int64_t n = 0;

    if (!o || !load_object(l, o, guest_keys))
        return;
    load_bytes(l, load_field(o, "memory"), 1, 4096, UINT64_C(1) << 32, &g->memory);
    load_int(l, load_field(o, "instructions"), 1, INT64_C(1) << 40, &n);
    g->instructions = (uint64_t)n;
    load_bool(l, load_field(o, "charge"), &g->charge);
    load_on_fault(l, load_field(o, "on_fault"));
}

/* 0, or when and from which difference on. */
static void load_balance(struct loader *l, const cJSON *o)
{
    static const char *const keys[] = { "interval", "imbalance", NULL };
    struct config *c = l->c;

    c->balance_interval = 4000000;
    c->balance_imbalance = 2;
    if (cJSON_IsNumber(o) && o->valuedouble == 0)
        c->balance_interval = 0;
    else if (o && load_object(l, o, keys)) {
        load_time(l, load_field(o, "interval"), 0, &c->balance_interval);
        load_u32(l, load_field(o, "imbalance"), 1, 1 << 20, &c->balance_imbalance);
    }
}

/* Who spins stands in no queue, so nobody inherits from it. */
static void load_spin(struct loader *l, const cJSON *item)
{
    if (load_time(l, item, 0, &l->c->lock_spin) && l->c->lock_spin &&
        l->c->locks != LOCKS_NONE)
        load_error_key(l, item, "\"lock_spin\" goes with \"locks\": \"none\" only: protocols "
                       "are for tasks that sleep");
}

void load_kernel(struct loader *l, const cJSON *root)
{
    const cJSON *kernel = load_field(root, "kernel");
    const cJSON *scheduler, *know = load_field(root, "knowledge");
    struct config *c = l->c;
    unsigned queues = 0, cooperative = 0, protocol = LOCKS_NONE, knows = KNOW_ORACLE;
    struct diag d;

    c->smp_skew = 1000;
    c->governor_rate_limit = NS_MAX;
    c->channel_capacity = 16;
    if (kernel && !load_object(l, kernel, kernel_keys))
        kernel = NULL;
    if (know && load_field(kernel, "knowledge"))
        load_error_key(l, know, "\"knowledge\" stands under kernel too");
    load_choice(l, know ? know : load_field(kernel, "knowledge"), knowledge, &knows);
    c->knowledge = (enum knowledge)knows;
    load_choice(l, load_field(kernel, "runqueues"), runqueues, &queues);
    c->global_queue = queues == 1;
    load_choice(l, load_field(kernel, "locks"), locks, &protocol);
    c->locks = (enum lock_protocol)protocol;
    load_spin(l, load_field(kernel, "lock_spin"));
    load_time(l, load_field(kernel, "smp_skew"), 1, &c->smp_skew);
    load_time(l, load_field(kernel, "timer_jitter"), 0, &c->timer_jitter);
    load_u32(l, load_field(kernel, "channel_capacity"), 0, 1 << 20, &c->channel_capacity);
    load_choice(l, load_field(kernel, "preemption"), preemption, &cooperative);
    c->cooperative = cooperative;
    load_balance(l, load_field(kernel, "balance"));
    load_governor(l, load_field(kernel, "governor"));
    load_time(l, load_field(kernel, "governor_rate_limit"), 0, &c->governor_rate_limit);
    load_memory_rules(l, kernel);
    if (!load_vm(l, load_field(kernel, "structure"), load_field(kernel, "guests")))
        load_structure(l, load_field(kernel, "structure"));
    load_bugs(l, load_field(kernel, "bugs"));
    load_files(l, kernel);
    load_guest_policy(l, load_field(kernel, "guest_policy"));
    scheduler = load_vm_scheduler(l, load_field(kernel, "structure"));
    if (scheduler && load_field(kernel, "scheduler"))
        load_error_key(l, scheduler, "the scheduler of the virtual CPUs stands under kernel too: "
                       "say it once");
    if (!scheduler)
        scheduler = load_field(kernel, "scheduler");
    if (scheduler)
        load_policy(l, scheduler, &c->policy);
    else if (ask(l, "rr", &c->policy, &d))
        load_error_diag(l, root, ERR_INPUT, &d);
}

/* --- events --- */

static void event_input(struct loader *l, const cJSON *o, struct timed_event *e)
{
    const cJSON *process = load_field(o, "process");
    uint32_t i;

    load_text(l, load_field(o, "input"), MAX_INPUT, &e->input);
    if (!cJSON_IsString(process)) {
        load_error(l, process ? process : o, ERR_INPUT, "\"input\" needs \"process\", the "
                   "name of the process that it is typed to");
        return;
    }
    i = load_find_process(l, process->valuestring);
    if (i == UINT32_MAX)
        load_error(l, process, ERR_INPUT, "there is no process of this name");
    else if (!l->processes[i].program)
        load_error(l, process, ERR_INPUT, "this process runs no program, so it has no "
                   "console");
    else
        l->processes[i].program->stdin_closed = false;
    e->process = i;
}

/* False: it is none of this kernel's. */
static bool load_event(struct loader *l, const cJSON *o, struct timed_event *e)
{
    const cJSON *scheduler = load_field(o, "scheduler"), *input = load_field(o, "input");
    const cJSON *fault = load_field(o, "fault"), *balloon = load_field(o, "balloon");

    if (!load_object(l, o, event_keys))
        return true;
    if (!load_field(o, "at"))
        load_error(l, o, ERR_INPUT, "\"at\" is missing (expected the time when it "
                   "happens)");
    load_time(l, load_field(o, "at"), 0, &e->at);
    if (!!scheduler + !!input + !!fault + !!balloon != 1) {
        load_error(l, o, ERR_INPUT, "an event has exactly one of \"scheduler\", \"input\", "
                   "\"fault\" and \"balloon\"");
        return true;
    }
    if (balloon)
        load_balloon_event(l, balloon, e->at);
    if (!input && load_field(o, "process"))
        load_error_key(l, load_field(o, "process"), "\"process\" goes with \"input\" only");
    if (fault && load_field(fault, "disk"))
        load_disk_fault(l, fault, e);
    else if (fault)
        return load_fault(l, fault, e);
    if (input)
        event_input(l, o, e);
    if (scheduler) {
        struct policy_config *p = load_take(l, sizeof *p);

        if (p)
            load_policy(l, scheduler, p);
        e->policy = p;
    }
    return !balloon;
}

struct placed { struct timed_event event; uint32_t place; };

static int by_time(const void *pa, const void *pb)
{
    const struct placed *a = pa, *b = pb;

    if (a->event.at != b->event.at)
        return a->event.at < b->event.at ? -1 : 1;
    return a->place < b->place ? -1 : 1;
}

void load_events(struct loader *l, const cJSON *list)
{
    struct timed_event *events;
    struct placed *sorted;
    uint32_t n = 0;

    if (!list || !load_list(l, list, 0, MAX_EVENTS) || !list->child)
        return;
    n = (uint32_t)cJSON_GetArraySize(list);
    events = load_array(l, struct timed_event, n);
    sorted = calloc(n, sizeof *sorted);
    if (events && sorted) {
        n = 0;
        for (const cJSON *o = list->child; o; o = o->next) {
            sorted[n].place = n;
            n += load_event(l, o, &sorted[n].event);
        }
        qsort(sorted, n, sizeof *sorted, by_time);
        for (uint32_t i = 0; i < n; i++)
            events[i] = sorted[i].event;
        l->c->events = events;
        l->c->nevents = n;
    }
    load_balloons_fit(l, list);
    free(sorted);
}
