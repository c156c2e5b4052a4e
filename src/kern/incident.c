/* incident.c - what is known of faults: which there will be and were, what they reach, and
 * the memory of services that they damage. What they do is elsewhere: fault.h. */
#include <kern/fault.h>
#include <kern/pages.h>
#include <kern/proc.h>

/* --- layout --- */

static uint32_t ndrawn(const struct config *c)
{
    return c->faults.count;
}

/* Each of the workload's, and one for each service that programs may store to. */
static uint32_t nincidents(const struct config *c)
{
    uint32_t n = ndrawn(c);

    if (c->structure.open && kern_wants_cpu(c))
        n += SERVICES;
    for (uint32_t i = 0; i < c->nevents; i++)
        n += c->events[i].fault != NULL;
    return n;
}

uint32_t faults_slots(const struct config *c)
{
    uint32_t n = nincidents(c);

    return n ? 1 + n : 0;
}

void faults_layout(struct kern *k, struct arena *a)
{
    const struct config *c = k->config;
    uint32_t n = nincidents(c);

    if (!n)
        return;
    struct faults *f = arena_array(a, struct faults, 1);
    struct faults all = {
        .rng = rng_stream(c->seed, "fault_bytes", k->number), .max = n, .ndrawn = ndrawn(c),
        .incident = arena_array(a, struct incident, n),
        .drawn = arena_array(a, struct fault_config, ndrawn(c)),
        .bytes = arena_take(a, (size_t)SERVICES * SERVICE_BYTES, 64),
        .hit = arena_array(a, uint16_t, k->max_tasks),
        .leaked = c->structure.leaks ? arena_array(a, uint16_t, c->memory.frames) : NULL,
    };
    if (!a->base)
        return;
    *f = all;
    k->door.faults = f;
    for (unsigned s = SERVICE_PROC; s < SERVICES; s++)
        service_mend(k, (enum service)s);
}

/* --- what a service has for itself --- */

static uint8_t pattern(enum service s, uint32_t i)
{
    return (uint8_t)(s * 37 + i * 11 + (i >> 8));
}

uint8_t *service_bytes(const struct kern *k, enum service s)
{
    if (k->programs && mm_of(k)->open)
        return cpu_frame(k->programs->cpu, mm_of(k)->common[s]);
    return k->door.faults->bytes[s];
}

void service_mend(struct kern *k, enum service s)
{
    struct faults *f = k->door.faults;
    uint8_t *bytes = service_bytes(k, s);

    for (uint32_t i = 0; i < SERVICE_BYTES; i++)
        bytes[i] = pattern(s, i);
    f->damaged &= ~(1u << s);
    f->by[s] = 0;
}

bool service_sound(const struct kern *k, enum service s)
{
    const uint8_t *bytes = service_bytes(k, s);

    for (uint32_t i = 0; i < SERVICE_BYTES; i++)
        if (bytes[i] != pattern(s, i))
            return false;
    return true;
}

/* --- chance --- */

unsigned fault_draw(rng_t *rng, uint32_t set)
{
    unsigned n = 0, bit = 0;

    for (unsigned i = 0; i < 32; i++)
        n += set >> i & 1;
    for (uint64_t skip = rng_below(rng, n);; bit++)
        if (set >> bit & 1 && !skip--)
            return bit;
}

/* --- whom it can touch --- */

/* What its memory is: crashing code takes those along whose memory it can touch. */
uint32_t fault_walls(const struct kern *k, enum service at)
{
    uint32_t set = 0;

    for (unsigned s = SERVICE_USER; s < SERVICES; s++)
        if (k->door.ops->reaches(k, at, (enum service)s))
            set |= 1u << s;
    return set;
}

uint32_t fault_reach(const struct kern *k, enum service at)
{
    bool device = at == SERVICE_DRIVER_DISK || at == SERVICE_DRIVER_NET;

    if (device && !k->config->structure.iommu)
        return (1u << SERVICES) - 1;    /* it tells its device to write there */
    return fault_walls(k, at);
}

bool fault_alive(const struct kern *k, tid_t tid)
{
    const struct task *t = &k->task[tid];

    return t->state != TASK_UNBORN && t->state != TASK_ZOMBIE && t->state != TASK_DEAD &&
           !body_of(k, tid)->service;
}

bool fault_may_hit(const struct kern *k, tid_t tid)
{
    return fault_alive(k, tid) && (!body_of(k, tid)->leads || body_of(k, tid)->leads(k, tid));
}

void fault_widen(struct kern *k, struct incident *r, uint32_t set)
{
    uint32_t n = 0;

    r->reach |= set;
    if (!in_set(r->reach, SERVICE_USER))
        return;
    for (unsigned s = SERVICE_USER; s < SERVICES; s++)
        if (in_set(set, (enum service)s) && in_set(fault_reach(k, (enum service)s), SERVICE_USER))
            r->users |= s != SERVICE_USER || k->config->structure.open;
    for (tid_t tid = 0; tid < k->ntasks; tid++)
        n += fault_may_hit(k, tid);
    if (!r->users)
        n = 1;                  /* itself */
    if (n > r->processes_reachable)
        r->processes_reachable = n;
}

/* --- the record --- */

struct incident *incident_new(struct kern *k, const struct fault_config *what)
{
    struct faults *f = k->door.faults;
    struct incident *r = &f->incident[f->n++];
    enum service at = (enum service)what->service;

    *r = (struct incident){ .what = what, .at = k->engine->now, .repaired = NS_MAX,
                            .down = NS_MAX, .next = NS_MAX };
    fault_widen(k, r, fault_reach(k, at));
    kern_say(k, EV_FAULT, HART_NONE,
             at == SERVICE_USER && what->process != UINT32_MAX
                 ? k->config->processes[what->process].first : TID_NONE, at, what->kind);
    return r;
}

/* Machines that run in one of this config, at any depth. */
static uint32_t guests_in(const struct config *c)
{
    uint32_t n = 0;

    for (uint32_t i = 0; c->vm && i < c->vm->nguests; i++)
        n += 1 + guests_in(c->vm->guest[i].config);
    return n;
}

/* The first CPU of a guest stands for it. */
static uint32_t guests_of(const struct kern *k, tid_t tid)
{
    const struct process_config *p = task_process(k, tid);

    if (!p->guest || tid != p->first)
        return 0;
    return 1 + guests_in(k->config->vm->guest[p->guest - 1].config);
}

/* Its work is lost, whether or not anybody is left to say so. */
void fault_book(struct kern *k, struct incident *r, tid_t tid)
{
    ns_t work = k->task[tid].received;

    r->processes_lost++;
    r->guests_lost += guests_of(k, tid);
    r->work_lost += work;
    kern_say(k, EV_WORK_LOST, HART_NONE, tid, work, 0);
}

void fault_out_of_memory(struct kern *k, tid_t tid)
{
    struct faults *f = k->door.faults;

    for (uint32_t i = f ? f->n : 0; i-- > 0;)
        if (f->incident[i].active && f->incident[i].frames) {
            fault_book(k, &f->incident[i], tid);
            return;
        }
}

/* --- when it goes on --- */

uint32_t faults_pending(const struct kern *k)
{
    const struct faults *f = k->door.faults;
    uint32_t first = k->first_door_slot + SERVICES, n;

    if (!f)
        return 0;
    n = engine_pending(k->engine, first);
    for (uint32_t i = 0; i < f->n; i++)
        n += !f->incident[i].found && engine_pending(k->engine, first + 1 + i);
    return n;
}

static void set_entry(struct kern *k, const struct incident *r, ns_t at)
{
    uint32_t slot = k->first_door_slot + SERVICES + 1 +
                    (uint32_t)(r - k->door.faults->incident);

    if (at != NS_MAX && k->end == KERN_RUNNING)
        engine_set(k->engine, slot, at, PEND_CONTROL);
}

void fault_again(struct kern *k, struct incident *r, ns_t at)
{
    r->next = at;
    set_entry(k, r, at);
}

/* Programs that share the kernel's memory have stored to it. */
static const struct fault_config wild_store = { .kind = FAULT_KIND_CORRUPT,
                                                .process = UINT32_MAX };

static bool stored_to(struct kern *k, enum service to)
{
    struct faults *f = k->door.faults;

    if (!k->programs || !mm_of(k)->open || in_set(f->damaged, to) ||
        service_sound(k, to))
        return false;
    struct incident *r = incident_new(k, &wild_store);
    f->damaged |= 1u << to;
    f->by[to] = f->n;
    r->corrupted |= 1u << to;
    return true;
}

bool fault_meet(struct kern *k, enum service to)
{
    struct faults *f = k->door.faults;

    if (!f || in_set(k->door.lost, to))
        return false;
    if (!in_set(f->damaged, to) && !stored_to(k, to))
        return false;
    struct incident *r = &f->incident[f->by[to] - 1];
    r->found |= 1u << to;
    set_entry(k, r, k->engine->now);
    return true;
}
