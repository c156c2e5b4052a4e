/* module.c - services that are loaded when somebody calls them, and leave again; and
 * schedulers that are loaded when somebody wants them.
 *
 * The load takes a time that the workload gives, or as long as the drive takes to read the
 * module's blocks. With `unload`, a module that nobody has called for that long leaves, and
 * is loaded anew for the next who does (as Linux's kerneld removed idle modules).
 *
 * A scheduler that has to be loaded lets the present one go on until it is there, and
 * takes over then, unless another was wanted meanwhile. The first of a run comes with the
 * kernel, which could run nobody without it.
 */
#include <kern/door.h>
#include <kern/fault.h>

#include <string.h>

enum { SECTORS = 4096 / BLK_SECTOR };

/* --- numbers: modules of services, and behind them those of schedulers --- */

static uint32_t nmodules(const struct config *c)
{
    return SERVICES + c->structure.nschedulers;
}

static uint32_t number_of(const struct kern *k, const struct module *m)
{
    return (uint32_t)(m - k->door.module);
}

/* Entries of faults stand between the two. */
static uint32_t slot_of(const struct kern *k, const struct module *m)
{
    uint32_t which = number_of(k, m);

    return k->first_door_slot + which + (which < SERVICES ? 0 : faults_slots(k->config));
}

static struct module_source source_of(const struct kern *k, const struct module *m)
{
    const struct structure_config *s = &k->config->structure;
    uint32_t which = number_of(k, m);

    return which < SERVICES ? s->load[which] : s->scheduler[which - SERVICES].source;
}

/* The module of a policy; NULL: it is built in. */
static struct module *module_of(const struct kern *k, const struct policy_config *p)
{
    const struct structure_config *s = &k->config->structure;

    for (uint32_t i = 0; i < s->nschedulers; i++)
        if (strcmp(s->scheduler[i].name, p->ops->name) == 0)
            return &k->door.module[SERVICES + i];
    return NULL;
}

void modules_layout(struct kern *k, struct arena *a)
{
    uint32_t n = nmodules(k->config);
    struct module *all = arena_array(a, struct module, n), *first;

    k->door.module = all;
    k->door.wanted = POLICY_FIRST;
    for (uint32_t i = 0; a->base && i < n; i++)
        all[i] = (struct module){ .wait = WAITQ_EMPTY, .asked = POLICY_FIRST, .k = k,
                                  .sink = { module_was_read, &all[i] } };
    if (a->base && (first = module_of(k, k->policy)))
        first->loaded = true;
}

/* --- coming and going --- */

/* It is not needed any more, or not yet. */
static void rests(struct kern *k, struct module *m)
{
    ns_t unload = k->config->structure.unload;

    m->used = k->engine->now;
    if (unload)
        engine_set(k->engine, slot_of(k, m), m->used + unload, PEND_CONTROL);
}

/* It is there, as of now. */
static void arrived(struct kern *k, struct module *m)
{
    m->loading = false;
    m->loaded = true;
    m->load_time += k->engine->now - m->began;
    rests(k, m);
    waitq_wake(k, &m->wait);
    if (number_of(k, m) < SERVICES || m->asked != k->door.wanted)
        return;
    k->switch_to = m->asked;
    engine_set(k->engine, k->switch_slot, k->engine->now, PEND_CONTROL);
}

void module_was_read(void *self, struct blk_request *r)
{
    struct module *m = self;

    kern_say(m->k, EV_DISK_DONE, HART_NONE, r->owner, (int64_t)r->sector, r->status);
    arrived(m->k, m);
}

static void read_it(struct kern *k, struct module *m, tid_t tid, struct module_source from)
{
    m->r = (struct blk_request){ .op = BLK_READ, .sector = (uint64_t)from.block * SECTORS,
                                 .nsectors = from.blocks * SECTORS, .owner = tid,
                                 .weight = tid == TID_NONE ? 1 : task_process(k, tid)->tickets,
                                 .deadline = NS_MAX, .sink = &m->sink };
    kern_say(k, EV_DISK_SUBMIT, HART_NONE, tid, (int64_t)m->r.sector, m->r.nsectors);
    k->door.read(k, &m->r);
}

/* tid: who needs it; TID_NONE: nobody waits. */
static void load(struct kern *k, struct module *m, tid_t tid)
{
    struct module_source from = source_of(k, m);

    m->loading = true;
    m->began = k->engine->now;
    m->loads++;
    if (from.blocks)
        read_it(k, m, tid, from);
    else if (!from.time)
        arrived(k, m);
    else
        engine_set(k->engine, slot_of(k, m), m->began + from.time,
                   number_of(k, m) < SERVICES ? PEND_WAKE : PEND_CONTROL);
}

/* --- services --- */

bool module_wait(struct kern *k, tid_t tid, enum service to)
{
    struct module *m = &k->door.module[to];

    if (!(k->config->structure.modules >> to & 1))
        return false;
    m->used = k->engine->now;
    if (!m->loaded && !m->loading) {
        kern_say(k, EV_MODULE, k->task[tid].hart, tid, to, source_of(k, m).time);
        load(k, m, tid);
    }
    if (m->loaded)
        return false;
    task_block(k, tid, WAIT_IO, UINT32_MAX);
    waitq_add(k, &m->wait, tid);
    return true;
}

/* --- schedulers --- */

bool module_ready(struct kern *k, int64_t number)
{
    struct module *m = module_of(k, config_switched_to(k->config, number));

    k->door.wanted = number;
    if (!m || m->loaded)
        return true;
    m->asked = number;
    if (!m->loading) {
        kern_say(k, EV_POLICY_LOAD, HART_NONE, TID_NONE, number, source_of(k, m).time);
        load(k, m, TID_NONE);
    }
    return false;
}

void module_replaced(struct kern *k, const struct policy_config *old)
{
    struct module *m = module_of(k, old);

    if (m && m != module_of(k, k->policy))
        rests(k, m);
}

/* --- pending entries --- */

static void leave(struct kern *k, struct module *m)
{
    uint32_t which = number_of(k, m);

    m->loaded = false;
    m->unloads++;
    if (which < SERVICES)
        kern_say(k, EV_UNLOAD, HART_NONE, TID_NONE, which, 0);
    else
        kern_say(k, EV_POLICY_UNLOAD, HART_NONE, TID_NONE, m->asked, 0);
}

void module_due(struct kern *k, uint32_t which)
{
    struct module *m = &k->door.module[which];
    ns_t leaves = m->used + k->config->structure.unload;

    if (m->loading)
        arrived(k, m);
    else if (leaves > k->engine->now)
        engine_set(k->engine, slot_of(k, m), leaves, PEND_CONTROL);
    else if (m != module_of(k, k->policy))
        leave(k, m);
}

uint32_t modules_resting(const struct kern *k)
{
    uint32_t n = 0;

    if (!k->door.active || !k->config->structure.unload)
        return 0;
    for (uint32_t i = 0; i < nmodules(k->config); i++) {
        const struct module *m = &k->door.module[i];

        n += m->loaded && engine_pending(k->engine, slot_of(k, m));
    }
    return n;
}

/* --- for those who look --- */

static bool is_module(const struct kern *k, uint32_t which)
{
    return which >= SERVICES || k->config->structure.modules >> which & 1;
}

bool module_facts(const struct kern *k, uint32_t i, struct module_facts *out)
{
    const struct structure_config *s = &k->config->structure;
    uint32_t which = 0;

    while (which < nmodules(k->config) && (!is_module(k, which) || i-- > 0))
        which++;
    if (which == nmodules(k->config) || !k->door.active)
        return false;
    const struct module *m = &k->door.module[which];
    *out = (struct module_facts){
        .scheduler = which < SERVICES ? NULL : s->scheduler[which - SERVICES].name,
        .service = which < SERVICES ? (enum service)which : SERVICE_USER,
        .loading = m->loading, .loaded = m->loaded, .used = m == module_of(k, k->policy),
        .loads = m->loads, .unloads = m->unloads, .load_time = m->load_time,
    };
    return true;
}
