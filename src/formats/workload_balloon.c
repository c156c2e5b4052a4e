/* workload_balloon.c - memory that guests lend back: "balloon" of a guest, and the event of
 * that name, which is an event of the guest's own kernel. */
#include <formats/load.h>

#include <stdlib.h>
#include <string.h>

/* One event more of a guest's kernel, behind those of the same time. */
static void add_event(struct loader *l, struct config *c, const struct timed_event *e)
{
    struct timed_event *all = load_array(l, struct timed_event, c->nevents + 1);
    uint32_t at = c->nevents;

    if (!all)
        return;
    while (at > 0 && c->events[at - 1].at > e->at)
        at--;
    if (at)
        memcpy(all, c->events, at * sizeof *all);
    all[at] = *e;
    if (at < c->nevents)
        memcpy(all + at + 1, c->events + at, (c->nevents - at) * sizeof *all);
    c->events = all;
    c->nevents++;
}

/* A guest's config is the loader's own until all is loaded. */
static struct config *config_of(const struct vm_config *vm, uint32_t guest)
{
    return (struct config *)vm->guest[guest].config;
}

/* Returns how many frames it shall have; 0: there is no such balloon. */
static uint32_t put_balloon(struct loader *l, struct config *c, const cJSON *item, ns_t at)
{
    struct timed_event e = { .at = at, .balloons = true };

    if (!load_u32(l, item, 0, c->memory.frames - 1, &e.frames))
        return 0;
    c->ballooned = true;
    add_event(l, c, &e);
    return e.frames;
}

void load_balloon(struct loader *l, const cJSON *item, struct guest_config *g)
{
    struct config *c = (struct config *)g->config;

    if (item && c)
        g->balloon = put_balloon(l, c, item, 0);
}

void load_balloon_event(struct loader *l, const cJSON *o, ns_t at)
{
    static const char *const keys[] = { "guest", "frames", NULL };
    const struct vm_config *vm = l->c->vm;
    const cJSON *name = load_field(o, "guest"), *frames = load_field(o, "frames");
    uint32_t i = 0;

    if (!load_object(l, o, keys))
        return;
    if (!cJSON_IsString(name) || !frames) {
        load_error(l, o, ERR_INPUT, "a balloon needs \"guest\", whose it is, and \"frames\", how "
                   "many it shall have");
        return;
    }
    while (vm && i < vm->nguests && strcmp(vm->guest[i].name, name->valuestring) != 0)
        i++;
    if (!vm || i == vm->nguests)
        load_error(l, name, ERR_INPUT, "there is no guest of this name");
    else if (vm->guest[i].config)
        put_balloon(l, config_of(vm, i), frames, at);
}

/* --- does it fit? --- */

struct change { ns_t at; uint32_t guest, frames; };

static int by_time(const void *pa, const void *pb)
{
    const struct change *a = pa, *b = pb;

    return (a->at > b->at) - (a->at < b->at);
}

static uint32_t gather(const struct vm_config *vm, struct change *out)
{
    uint32_t n = 0;

    for (uint32_t g = 0; g < vm->nguests; g++) {
        const struct config *c = vm->guest[g].config;

        for (uint32_t i = 0; c && i < c->nevents; i++) {
            if (out && c->events[i].balloons)
                out[n] = (struct change){ c->events[i].at, g, c->events[i].frames };
            n += c->events[i].balloons;
        }
    }
    return n;
}

/* Does it fit as the guests say themselves? Else that has been reported. */
static bool fits_at_first(const struct loader *l, const struct vm_config *vm)
{
    uint64_t sum = 0;

    for (uint32_t g = 0; g < vm->nguests; g++)
        sum += vm->guest[g].frames - vm->guest[g].balloon;
    return sum <= l->c->memory.frames;
}

/* Follow what all guests have together; between two instants nothing changes. */
static void follow(struct loader *l, const cJSON *events, const struct change *all, uint32_t n,
                   uint32_t *in)
{
    const struct vm_config *vm = l->c->vm;
    uint64_t sum = 0;

    for (uint32_t g = 0; g < vm->nguests; g++)
        sum += vm->guest[g].frames;
    for (uint32_t i = 0; i < n; i++) {
        sum += in[all[i].guest];
        sum -= in[all[i].guest] = all[i].frames;
        if ((i + 1 < n && all[i + 1].at == all[i].at) || sum <= l->c->memory.frames)
            continue;
        load_error(l, events, ERR_LIMIT, "from %lld ns on the guests need %llu frames of memory, "
                   "less their balloons, and the machine has %u", (long long)all[i].at,
                   (unsigned long long)sum, l->c->memory.frames);
        return;
    }
}

void load_balloons_fit(struct loader *l, const cJSON *events)
{
    const struct vm_config *vm = l->c->vm;
    const cJSON *memory = load_field(load_field(l->root, "machine"), "memory");
    uint32_t n = vm && vm->guest ? gather(vm, NULL) : 0;

    if (!n || !events || !load_field(memory, "frames") || !fits_at_first(l, vm))
        return;
    struct change *all = calloc(n, sizeof *all);
    uint32_t *in = calloc(vm->nguests, sizeof *in);

    if (all && in) {
        gather(vm, all);
        qsort(all, n, sizeof *all, by_time);
        follow(l, events, all, n, in);
    }
    free(all);
    free(in);
}
