/* memory.c - the swap device, and those who wait for a frame. See memory.h. */
#include "memory.h"

#include <sim/check.h>

enum { WINDOW_UNITS = 10 };

/* --- the device --- */

static void arm(struct kern *k)
{
    ns_t due = blk_due(&k->memory->swap.dev), now = k->engine->now;

    if (due == NS_MAX)
        engine_cancel(k->engine, k->swap_slot);
    else
        engine_set(k->engine, k->swap_slot, due > now ? due : now,
                   due > now ? PEND_WAKE : PEND_DISK);
}

void memory_due(struct kern *k)
{
    blk_step(&k->memory->swap.dev, k->engine->now);
    arm(k);
}

static void submit(void *ctx, struct blk_request *r)
{
    struct kern *k = ctx;

    if (!k->memory->has_drive) {
        block_submit(k, r);
        return;
    }
    blk_submit(&k->memory->swap.dev, r, k->engine->now);
    arm(k);
}

/* --- what the pager tells --- */

static void left(void *ctx, uint32_t owner, uint32_t page, uint32_t frame, uint32_t slot,
                 bool dirty)
{
    struct kern *k = ctx;
    int64_t where = slot == SWAP_NONE ? -1 : (int64_t)slot;

    (void)frame;
    k->memory->toucher[owner].resident--;
    *memory_entry(k, owner, page) = slot == SWAP_NONE ? ENTRY_NONE
                                                      : entry_make(ENTRY_OUT, slot);
    kern_say(k, EV_EVICT, HART_NONE, owner, page, where);
    k->memory->toucher[owner].swap_out += dirty;
    if (dirty)
        kern_say(k, EV_SWAP_OUT, HART_NONE, owner, page, where);
}

static void count_in(struct toucher *t)
{
    if (++t->resident > t->most)
        t->most = t->resident;
}

static bool waits(const struct kern *k, tid_t tid)
{
    return k->task[tid].state == TASK_SLEEPING && k->task[tid].cause == WAIT_MEMORY;
}

static void came(void *ctx, uint32_t owner, uint32_t page, uint32_t frame, uint32_t slot,
                 bool good)
{
    struct kern *k = ctx;

    if (good) {
        *memory_entry(k, owner, page) = entry_make(ENTRY_HERE, frame);
        count_in(&k->memory->toucher[owner]);
        k->memory->toucher[owner].swap_in++;
        k->memory->toucher[owner].faulted = false;      /* stolen again, it faults anew */
        kern_say(k, EV_SWAP_IN, HART_NONE, owner, page, slot);
    } else
        *memory_entry(k, owner, page) = entry_make(ENTRY_OUT, slot);
    /* Of a task that has ended meanwhile nothing is kept. */
    if (k->task[owner].state == TASK_DEAD && good) {
        *memory_entry(k, owner, page) = ENTRY_NONE;
        k->memory->toucher[owner].resident--;
        pager_forget(&k->memory->pager, frame, k->engine->now);
    } else if (waits(k, owner) && !k->task[owner].waits_in)
        task_wake(k, owner);
}

void memory_frame_free(struct kern *k)
{
    struct memory *m = k->memory;

    while (m->waiting.first != TID_NONE && m->pager.frames->nfree &&
           touch_serve(k, m->waiting.first))
        ;
}

static void ready(void *ctx)
{
    memory_frame_free(ctx);
}

uint32_t memory_frames_free(const struct kern *k)
{
    return k->memory ? k->memory->pager.frames->nfree : 0;
}

/* --- out of memory --- */

/* Higher is worse: frames held, plus a tenth for a nicer task; documented in ossim(1). */
static int64_t badness(const struct kern *k, tid_t tid)
{
    const struct process_config *p = task_process(k, tid);
    int64_t frames = k->memory->toucher[tid].resident;

    switch (k->config->oom) {
    case OOM_NEWEST: return k->task[tid].arrival;
    case OOM_LARGEST: return frames;
    default: return frames * (20 + p->nice) + k->task[tid].arrival / k->config->time_unit % 20;
    }
}

bool memory_kill(struct kern *k)
{
    tid_t worst = TID_NONE;
    int64_t most = -1;

    for (tid_t tid = 0; tid < k->config->ntasks; tid++) {
        enum task_state s = (enum task_state)k->task[tid].state;

        if (s == TASK_UNBORN || s == TASK_DEAD || s == TASK_ZOMBIE ||
            !k->memory->toucher[tid].resident)
            continue;
        if (badness(k, tid) >= most) {
            most = badness(k, tid);
            worst = tid;
        }
    }
    if (worst == TID_NONE)
        return false;
    kern_say(k, EV_OOM_KILL, HART_NONE, worst, most, k->memory->toucher[worst].resident);
    task_exit(k, worst, 0, 9);
    return true;
}

/* --- layout --- */

/* How many frames a process may have, by the workload's rule; pools are by process. */
static void set_limits(struct kern *k, uint16_t npools)
{
    const struct config *c = k->config;
    uint64_t pages = 0;

    if (!k->memory->pager.limit)
        return;
    if (c->allocation.kind == ALLOC_PFF) {
        for (uint32_t p = 0; p < npools; p++)
            k->memory->pager.limit[p] = UINT32_MAX;
        return;
    }
    for (uint32_t p = 0; p < c->nprocesses; p++)
        pages += (uint64_t)c->processes[p].pages * c->processes[p].count;
    for (uint32_t p = 0; p < npools; p++) {
        const struct process_config *pc = &c->processes[config_process_of(c, p)];
        uint64_t share = c->allocation.kind == ALLOC_PROPORTIONAL && pages
                             ? (uint64_t)c->memory.frames * pc->pages / pages
                             : c->memory.frames / npools;

        k->memory->pager.limit[p] = share ? (uint32_t)share : 1;
        replacer_resize(&k->memory->pager.replacer, p, k->memory->pager.limit[p]);
    }
}

static uint16_t pools(const struct config *c)
{
    bool local = c->allocation.kind == ALLOC_LOCAL ||
                 c->allocation.kind == ALLOC_PROPORTIONAL || c->allocation.kind == ALLOC_PFF;

    return local ? (uint16_t)(c->ntasks < UINT16_MAX ? c->ntasks : UINT16_MAX - 1) : 1;
}

static void lay_device(struct kern *k, struct arena *a)
{
    const struct config *c = k->config;
    struct storage measured;
    struct storage *s = k->memory ? &k->memory->swap : &measured;

    if (!c->swap.frames)
        return;
    if (!c->swap.on_disk)
        storage_init(s, a, &c->swap.drive, k->max_tasks);
    if (!k->memory)
        return;
    k->memory->has_drive = !c->swap.on_disk;
    k->memory->pager.swap_base = c->swap.on_disk
                                     ? c->disk.nsectors - c->swap.frames * UINT64_C(8) : 0;
}

void memory_layout(struct kern *k, struct arena *a)
{
    const struct config *c = k->config;
    const struct pager_port port = { .left = left, .came = came, .ready = ready,
                                     .submit = submit, .ctx = k };
    uint64_t entries = 0;
    struct frames own;

    if (!c->touches)
        return;
    struct memory *m = arena_array(a, struct memory, 1);
    uint64_t *at = arena_array(a, uint64_t, c->nprocesses);
    for (uint32_t p = 0; p < c->nprocesses; p++) {
        if (at)
            at[p] = entries;
        entries += (uint64_t)c->processes[p].pages * c->processes[p].count;
    }
    uint32_t *entry = arena_array(a, uint32_t, entries);
    ns_t *seen = arena_array(a, ns_t, entries);
    struct toucher *toucher = arena_array(a, struct toucher, c->ntasks);
    struct pager pager;
    frames_init(&own, a, NULL, c->memory.frames);
    if (m) {
        m->port = port;
        m->own = own;
    }
    pager_init(m ? &m->pager : &pager, a, c, m ? &m->own : NULL, m ? &m->port : &port,
               pools(c), false, k->stream);
    k->memory = m;
    lay_device(k, a);
    if (!m)
        return;
    m->waiting = m->suspended = WAITQ_EMPTY;
    m->toucher = toucher;
    m->entry = entry;
    m->entry_at = at;
    m->seen = seen;
    m->window = c->allocation.window ? c->allocation.window : WINDOW_UNITS * c->time_unit;
    set_limits(k, pools(c));
}
