/* module.c - services that are loaded when somebody calls them, and leave again.
 *
 * The load takes a time that the workload gives, or as long as the drive takes to read the
 * module's blocks. With `unload`, a module that nobody has called for that long leaves, and
 * is loaded anew for the next who does (as Linux's kerneld removed idle modules).
 */
#include <kern/door.h>

enum { SECTORS = 4096 / BLK_SECTOR };

/* It is there, as of now. */
static void arrived(struct kern *k, struct module *m)
{
    uint32_t which = (uint32_t)(m - k->door.module);

    m->loading = false;
    m->loaded = true;
    m->used = k->engine->now;
    if (k->config->structure.unload)
        engine_set(k->engine, k->first_door_slot + which, m->used + k->config->structure.unload,
                   PEND_CONTROL);
    waitq_wake(k, &m->wait);
}

static void was_read(void *self, struct blk_request *r)
{
    struct module *m = self;

    kern_say(m->k, EV_DISK_DONE, HART_NONE, r->owner, (int64_t)r->sector, r->status);
    arrived(m->k, m);
}

void modules_layout(struct kern *k, struct arena *a)
{
    struct module *all = arena_array(a, struct module, SERVICES);

    k->door.module = all;
    for (unsigned s = 0; a->base && s < SERVICES; s++)
        all[s] = (struct module){ .wait = WAITQ_EMPTY, .k = k, .sink = { was_read, &all[s] } };
}

static void read_it(struct kern *k, tid_t tid, enum service to, struct module *m)
{
    const struct structure_config *s = &k->config->structure;

    m->r = (struct blk_request){ .op = BLK_READ, .sector = (uint64_t)s->load_block[to] * SECTORS,
                                 .nsectors = s->load_blocks[to] * SECTORS, .owner = tid,
                                 .weight = task_process(k, tid)->tickets, .deadline = NS_MAX,
                                 .sink = &m->sink };
    kern_say(k, EV_DISK_SUBMIT, HART_NONE, tid, (int64_t)m->r.sector, m->r.nsectors);
    k->door.read(k, &m->r);
}

static void load(struct kern *k, tid_t tid, enum service to, struct module *m)
{
    const struct structure_config *s = &k->config->structure;

    kern_say(k, EV_MODULE, k->task[tid].hart, tid, to, s->load[to]);
    m->loading = true;
    if (s->load_blocks[to])
        read_it(k, tid, to, m);
    else if (!s->load[to])
        arrived(k, m);
    else
        engine_set(k->engine, k->first_door_slot + to, k->engine->now + s->load[to], PEND_WAKE);
}

bool module_wait(struct kern *k, tid_t tid, enum service to)
{
    struct module *m = &k->door.module[to];

    if (!(k->config->structure.modules >> to & 1))
        return false;
    m->used = k->engine->now;
    if (!m->loaded && !m->loading)
        load(k, tid, to, m);
    if (m->loaded)
        return false;
    task_block(k, tid, WAIT_IO, UINT32_MAX);
    waitq_add(k, &m->wait, tid);
    return true;
}

void module_due(struct kern *k, enum service which)
{
    struct module *m = &k->door.module[which];
    ns_t leaves = m->used + k->config->structure.unload;

    if (m->loading) {
        arrived(k, m);
    } else if (leaves > k->engine->now) {
        engine_set(k->engine, k->first_door_slot + which, leaves, PEND_CONTROL);
    } else {
        m->loaded = false;
        kern_say(k, EV_UNLOAD, HART_NONE, TID_NONE, which, 0);
    }
}
