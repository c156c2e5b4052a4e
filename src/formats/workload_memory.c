/* workload_memory.c - memory that does not suffice: swap, replacement, allocation, and the
 * steps that touch pages. */
#include <formats/load.h>
#include <formats/trace.h>

#include <sim/params.h>
#include <sim/rng.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_SWAP = 1 << 22, MAX_PAGES = 1 << 24, MAX_LIST = 1 << 24, DEFAULT_SWAP_MS = 5 };
#define MAX_COUNT INT64_C(1000000000000)

static const char *const swap_keys[] = {
    "frames", "on", "drive", "latency", "readahead", "cluster", NULL
};
static const char *const touch_keys[] = { "touch", "write", "each", "count", NULL };

/* --- swap --- */

/* Room at the end of the machine's disk. */
static void reserve(struct loader *l, const cJSON *item)
{
    struct disk_config *d = &l->c->disk;

    if (d->model == DISK_RAID)
        load_error(l, load_field(item, "on"), ERR_UNSUPPORTED, "swap on an array of drives "
                   "(\"own\" may be one)");
    d->reserved = l->c->swap.frames * UINT64_C(8);
    d->stored = true;
    if (d->nsectors < d->reserved)
        load_error(l, load_field(item, "frames"), ERR_INPUT, "the disk is smaller than that");
}

void load_swap(struct loader *l, const cJSON *item)
{
    static const char *const places[] = { "own", "disk", NULL };
    struct swap_config *s = &l->c->swap;
    const cJSON *latency = load_field(item, "latency"), *drive = load_field(item, "drive");
    unsigned on = 0;

    s->cluster = 1;
    if (!item || !load_object(l, item, swap_keys))
        return;
    if (!load_field(item, "frames"))
        load_error(l, item, ERR_INPUT, "\"frames\" is missing (expected the pages that it "
                   "holds)");
    load_u32(l, load_field(item, "frames"), 1, MAX_SWAP, &s->frames);
    load_choice(l, load_field(item, "on"), places, &on);
    s->on_disk = on == 1;
    load_u32(l, load_field(item, "readahead"), 0, 64, &s->readahead);
    load_u32(l, load_field(item, "cluster"), 1, 64, &s->cluster);
    load_swap_drive(l, item, drive, latency);
    if (s->on_disk && l->c->disk.model == DISK_NONE)
        load_error(l, load_field(item, "on"), ERR_INPUT, "there is no machine.disk");
    else if (s->on_disk)
        reserve(l, item);
}

/* --- policies --- */

void load_replacement(struct loader *l, const cJSON *item, const char *otherwise,
                      bool foresees, struct replace_config *out)
{
    struct diag d = { .text = "" };
    char buf[64];
    enum err err;

    if (!l->v->replacement) {
        if (item)
            load_unsupported(l, item, "replacement policies");
        return;
    }
    if (item && !cJSON_IsString(item)) {
        load_error(l, item, ERR_INPUT, "found %s (expected a replacement policy, like "
                   "\"clock\" or \"aging:interval=5\")", load_describe(l, item, buf));
        return;
    }
    err = l->v->replacement(l->v->ctx, item ? item->valuestring : otherwise, l->dir,
                            l->c->time_unit, out, &d);
    if (err)
        load_error_diag(l, item, err, &d);
    else if (out->ops->flags & REPLACE_FORESIGHT && !foresees)
        load_error(l, item, ERR_UNSUPPORTED, "this policy needs to know the future: it is "
                   "for page frames (kernel.replacement), and for strings (ossim refs)");
}

/* By number of enum alloc_kind. */
static const struct allocation { const char *name; struct policy_param params[3]; } allocations[] = {
    { "global", { { 0 } } },
    { "local", { { 0 } } },
    { "proportional", { { 0 } } },
    { "working-set", { { "window", PARAM_TIME, "100", 1, NS_MAX, 1, NULL,
        "what a process has not used in so much of its own CPU time goes" } } },
    { "pff", {
        { "low", PARAM_TIME, "10", 1, NS_MAX, 1, NULL,
          "own CPU time between two faults above which they are rare" },
        { "high", PARAM_TIME, "2", 1, NS_MAX, 1, NULL,
          "...below which they are frequent: at most low" } } },
};

/* "working-set:window=T", "pff:low=T:high=T" */
static bool allocation_parse(struct loader *l, const cJSON *item, struct alloc_config *a)
{
    const char *spec = item->valuestring;
    struct sched_value value[SCHED_MAX_PARAMS] = { 0 };
    struct diag d = { .text = "" };
    size_t n = strcspn(spec, ":"), i = 0, count = sizeof allocations / sizeof *allocations;

    while (i < count && (strlen(allocations[i].name) != n ||
                         strncmp(allocations[i].name, spec, n) != 0))
        i++;
    if (i == count || strlen(spec) >= sizeof a->spec)
        return load_error(l, item, ERR_INPUT, "expected global, local, proportional, "
                          "working-set:window=T or pff:low=T:high=T");
    enum err err = params_parse(allocations[i].name, allocations[i].params,
                                params_behind(spec, n), l->c->time_unit, value, &d);
    if (err)
        return load_error_diag(l, item, err, &d);
    a->kind = (uint8_t)i;
    a->window = a->kind == ALLOC_WORKING_SET ? value[0].v[0] : 0;
    a->low = a->kind == ALLOC_PFF ? value[0].v[0] : 0;
    a->high = a->kind == ALLOC_PFF ? value[1].v[0] : 0;
    if (a->high > a->low)
        return load_error(l, item, ERR_INPUT, "'high' is longer than 'low' (expected the time "
                          "between frequent faults to be at most that between rare ones; they "
                          "are 2 and 10 where nothing is said)");
    memcpy(a->spec, spec, strlen(spec) + 1);
    return true;
}

void load_allocation(struct loader *l, const cJSON *item)
{
    struct alloc_config *a = &l->c->allocation;
    char buf[64];

    *a = (struct alloc_config){ .spec = "global" };
    if (item && !cJSON_IsString(item))
        load_error(l, item, ERR_INPUT, "found %s (expected an allocation, like \"local\" or "
                   "\"pff:low=10:high=2\")", load_describe(l, item, buf));
    else if (item)
        allocation_parse(l, item, a);
}

void load_memory_rules(struct loader *l, const cJSON *kernel)
{
    static const char *const controls[] = { "none", "suspend", NULL };
    static const char *const ooms[] = { "score", "newest", "largest", NULL };
    unsigned control = 0, oom = 0;
    bool cow = true;

    load_replacement(l, load_field(kernel, "replacement"), "clock", true, &l->c->replacement);
    load_allocation(l, load_field(kernel, "allocation"));
    load_choice(l, load_field(kernel, "load_control"), controls, &control);
    load_choice(l, load_field(kernel, "oom"), ooms, &oom);
    l->c->load_control = control == 1;
    l->c->oom = (uint8_t)oom;
    load_bool(l, load_field(kernel, "copy_on_write"), &cow);
    l->c->copy_at_fork = !cow;
}

/* --- touch steps --- */

struct pages {                  /* a list while it grows */
    uint32_t *at;
    uint32_t n, room;
};

static bool push(struct pages *p, uint32_t page)
{
    if (p->n == p->room) {
        uint32_t room = p->room ? 2 * p->room : 64;
        uint32_t *more = room <= MAX_LIST ? realloc(p->at, room * sizeof *more) : NULL;

        if (!more)
            return false;
        p->at = more;
        p->room = room;
    }
    p->at[p->n++] = page;
    return true;
}

/* A page, or "2..5". */
static bool load_page(struct loader *l, const cJSON *item, struct pages *list)
{
    uint64_t from, to;

    if (cJSON_IsString(item) && load_range(item->valuestring, MAX_PAGES - 1, &from, &to)) {
        for (uint64_t p = from; push(list, (uint32_t)p) && p != to; p += from < to ? 1 : -1ULL)
            ;
        return true;
    }
    int64_t page = 0;
    if (!cJSON_IsNumber(item))
        return load_error(l, item, ERR_INPUT, "expected a page's number, or \"2..5\"");
    return load_int(l, item, 0, MAX_PAGES - 1, &page) && push(list, (uint32_t)page);
}

static bool keep_list(struct loader *l, const cJSON *item, struct pages *list,
                      struct touch *t)
{
    uint32_t *kept = load_array(l, uint32_t, list->n + 1);

    if (kept && list->n)
        memcpy(kept, list->at, list->n * sizeof *kept);
    free(list->at);
    if (!kept)
        return false;
    if (list->n == 0)
        return load_error(l, item, ERR_INPUT, "there is no page in it");
    t->list = kept;
    t->n = list->n;
    t->count = list->n;
    for (uint32_t i = 0; i < list->n; i++)
        if ((kept[i] & ~TOUCH_WRITES) >= t->pages)
            t->pages = (kept[i] & ~TOUCH_WRITES) + 1;
    return true;
}

static bool touch_list(struct loader *l, const cJSON *item, struct touch *t)
{
    struct pages list = { .at = NULL };
    bool good = true;

    for (const cJSON *c = item->child; c; c = c->next)
        good = load_page(l, c, &list) && good;
    if (good)
        return keep_list(l, item, &list, t);
    free(list.at);
    return false;
}

struct touched { struct trace trace; struct pages list; };

/* Addresses are far apart: of their pages as many bits are kept as may name one. */
static bool touch_refer(void *ctx, uint64_t page, bool write)
{
    struct touched *t = ctx;

    if (t->trace.lackey)
        page &= MAX_PAGES - 1;
    return page < MAX_PAGES &&
           push(&t->list, (uint32_t)page | (write ? TOUCH_WRITES : 0));
}

static bool touch_trace(struct loader *l, const cJSON *item, struct touch *t)
{
    struct touched to = { .trace = { .add = touch_refer, .ctx = &to } };
    struct diag d = { .line = 0 };
    const char *path = cJSON_IsString(item) ? load_resolve(l, item->valuestring) : NULL;
    const uint8_t *data;
    size_t size;
    enum err err;

    if (!path)
        return load_error(l, item, ERR_INPUT, "expected a file's name");
    if (l->v->file(l->v->ctx, path, &data, &size, &d))
        return load_error_diag(l, item, ERR_IO, &d);
    if (!(err = trace_read(&to.trace, path, data, size, &d)))
        return keep_list(l, item, &to.list, t);
    free(to.list.at);
    return load_error(l, item, err, "%s:%u: %s", path, d.line,
                      d.text[0] ? d.text : to.list.n < MAX_LIST
                          ? "pages are numbered from 0 to 16777215" : "too many references");
}

/* Sums of 1 / (i + 1)^s, in fixed point: the same on every machine. */
static bool zipf_sums(struct loader *l, struct touch *t, int64_t s_millionths)
{
    uint64_t *sums = load_array(l, uint64_t, t->n), sum = 0;

    if (!sums)
        return false;
    for (uint32_t i = 0; i < t->n; i++) {
        int64_t log = fixed_log((uint64_t)(i + 1) << 32);
        int64_t weight = fixed_exp(-(int64_t)((__int128)log * s_millionths / 1000000));

        sum += (uint64_t)(weight > 0 ? weight : 1);
        sums[i] = sum;
    }
    t->cumulative = sums;
    return true;
}

/* [n, x]: the second in millionths. */
static bool pair(struct loader *l, const cJSON *item, uint32_t *n, int64_t *x, int64_t most)
{
    return load_list(l, item, 2, 2) && load_u32(l, item->child, 1, MAX_PAGES, n) &&
           load_scaled(l, item->child->next, 1000000, 0, most, "a number from 0 to 1, or a "
                       "skew up to 10", x);
}

static bool touch_phases(struct loader *l, const cJSON *item, struct touch *t)
{
    uint32_t *list, n = 0;

    if (!load_list(l, item, 1, 1000))
        return false;
    list = load_array(l, uint32_t, 2 * cJSON_GetArraySize(item));
    for (const cJSON *c = item->child; list && c; c = c->next, n++) {
        if (!load_list(l, c, 2, 2) || !load_u32(l, c->child, 1, MAX_PAGES, &list[2 * n]) ||
            !load_u32(l, c->child->next, 1, 1U << 31, &list[2 * n + 1]))
            return false;
        t->pages += list[2 * n];
        t->count += list[2 * n + 1];
    }
    t->list = list;
    t->n = n;
    return list && (t->pages <= MAX_PAGES || load_error(l, item, ERR_LIMIT, "too many pages"));
}

static bool touch_pattern(struct loader *l, const cJSON *o, struct touch *t)
{
    static const char *const keys[] = {
        "loop", "uniform", "zipf", "walk", "phases", "trace", NULL
    };
    const cJSON *item = o->child;
    int64_t x = 0;

    if (!load_object(l, o, keys) || !item || item->next)
        return load_error(l, o, ERR_INPUT, "expected one of {\"loop\": n}, {\"uniform\": n}, "
                          "{\"zipf\": [n, s]}, {\"walk\": [n, p]}, {\"phases\": [[n, "
                          "references], ...]} and {\"trace\": FILE}");
    if (strcmp(item->string, "trace") == 0)
        return touch_trace(l, item, t);
    if (strcmp(item->string, "phases") == 0) {
        t->kind = TOUCH_PHASES;
        return touch_phases(l, item, t);
    }
    bool good = true;
    if (strcmp(item->string, "zipf") == 0) {
        t->kind = TOUCH_ZIPF;
        good = pair(l, item, &t->n, &x, 10000000) && zipf_sums(l, t, x);
    } else if (strcmp(item->string, "walk") == 0) {
        t->kind = TOUCH_WALK;
        good = pair(l, item, &t->n, &x, 1000000);
        t->near = (uint32_t)x;
    } else {
        t->kind = item->string[0] == 'l' ? TOUCH_LOOP : TOUCH_UNIFORM;
        good = load_u32(l, item, 1, MAX_PAGES, &t->n);
    }
    t->pages = t->n;
    t->count = t->n;
    return good;
}

bool load_touch(struct loader *l, const cJSON *o, const cJSON *item, struct touch *t,
                ns_t *demand)
{
    int64_t count = 0;
    char buf[64];

    for (const cJSON *c = o->child; c; c = c->next) {
        const char *const *k = touch_keys;

        while (*k && strcmp(*k, c->string) != 0)
            k++;
        if (!*k)
            return load_error_key(l, c, "a touch step has touch, write, each and count");
    }
    bool good = cJSON_IsArray(item)    ? touch_list(l, item, t)
                : cJSON_IsObject(item) ? touch_pattern(l, item, t)
                : load_error(l, item, ERR_INPUT, "found %s (expected a list of pages, or a "
                             "pattern like {\"loop\": 50})", load_describe(l, item, buf));
    good = load_bool(l, load_field(o, "write"), &t->write) && good;
    good = load_time(l, load_field(o, "each"), 0, &t->each) && good;
    good = load_int(l, load_field(o, "count"), 1, MAX_COUNT, &count) && good;
    if (count)
        t->count = (uint64_t)count;
    l->c->touches = true;
    *demand = time_sum(*demand, time_times(t->each, t->count));
    return good;
}
