/* memory.c - the swap device, and those who wait for a frame. See memory.h. */
#include "memory.h"

#include <kern/balloon.h>
#include <kern/fault.h>
#include <kern/gabi.h>
#include <kern/pages.h>
#include <kern/proc.h>
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

    if (!k->memory->has_drive)
        block_submit(k, r);
    else if (doorbell_ring(k, &k->memory->bell, r))
        arm(k);
}

void memory_asked(struct kern *k)
{
    doorbell_due(k, &k->memory->bell);
    arm(k);
}

/* --- what the pager tells --- */

static bool is_program_page(uint32_t owner)
{
    return owner & MM_OWNER;
}

static tid_t task_of(const struct kern *k, uint32_t owner)
{
    return is_program_page(owner) ? pages_task(k, owner) : owner;
}

/* As an event names it: an address, where there are some. */
static int64_t page_name(uint32_t owner, uint32_t page)
{
    return is_program_page(owner) ? (int64_t)page << PAGE_SHIFT : page;
}

static struct toucher *counts_of(struct kern *k, tid_t tid)
{
    return tid < k->config->ntasks ? &k->memory->toucher[tid] : NULL;
}

static void left(void *ctx, uint32_t owner, uint32_t page, uint32_t frame, uint32_t slot,
                 bool dirty)
{
    struct kern *k = ctx;
    int64_t where = slot == SWAP_NONE || !dirty ? -1 : (int64_t)slot;
    tid_t tid = task_of(k, owner);

    if (is_program_page(owner))
        mm_page_left(mm_of(k), page, frame, slot);
    else
        touch_left(k, owner, page, frame, slot);
    kern_say(k, EV_EVICT, HART_NONE, tid, page_name(owner, page), where);
    if (!dirty)
        return;
    if (counts_of(k, tid))
        counts_of(k, tid)->swap_out++;
    kern_say(k, EV_SWAP_OUT, HART_NONE, tid, page_name(owner, page), where);
}

static void came(void *ctx, uint32_t owner, uint32_t page, uint32_t frame, uint32_t slot,
                 enum came how)
{
    struct kern *k = ctx;
    tid_t tid = task_of(k, owner);

    if (how == CAME_READ || how == CAME_AHEAD) {
        if (counts_of(k, tid))
            counts_of(k, tid)->swap_in++;
        kern_say(k, EV_SWAP_IN, HART_NONE, tid, page_name(owner, page), slot);
    }
    if (is_program_page(owner))
        mm_page_came(mm_of(k), page, frame, slot, how);
    else
        touch_came(k, owner, page, frame, slot, how);
}

static unsigned bits(void *ctx, uint32_t owner, uint32_t page, uint32_t frame)
{
    struct kern *k = ctx;

    return is_program_page(owner) ? mm_page_bits(mm_of(k), page, frame) : 0;
}

void memory_frame_free(struct kern *k)
{
    struct memory *m = k->memory;

    while (m->waiting.first != TID_NONE && m->pager.frames->nfree &&
           touch_serve(k, m->waiting.first))
        ;
}

/* Bursts that wait for a frame ask again, in turn. */
static void serve_waiting(struct kern *k)
{
    struct waitq *q = &k->memory->waiting;

    while (q->first != TID_NONE && touch_serve(k, q->first))
        ;
}

static void ready(void *ctx)
{
    struct kern *k = ctx;

    if (k->balloon)
        balloon_go_on(k);
    memory_frame_free(k);
    if (!k->memory->pager.flying)
        serve_waiting(k);       /* nothing will come that would do it later */
    if (k->programs)
        pages_ready(k);
}

uint32_t memory_frames_free(const struct kern *k)
{
    if (k->programs)
        return mm_of(k)->frames.nfree;
    return k->memory ? k->memory->pager.frames->nfree : 0;
}

ns_t memory_clock(const struct kern *k, tid_t tid)
{
    return has_process(k, tid) ? k->memory->toucher[tid].clock : k->task[tid].received;
}

/* Between rare faults a process gives up what it did not use, and between frequent ones it
 * may grow; else it stays within what it has. How often it faults is a matter of its own CPU
 * time: that it waits for the disk, or for others, makes its faults no rarer. Source: Chu and
 * Opderbeck, "Program Behavior and the Page Fault Frequency Replacement Algorithm", Computer 9
 * (1976); with two bounds as in Silberschatz et al., "Page-Fault Frequency". */
bool memory_fault_is_rare(const struct kern *k, tid_t tid)
{
    return memory_clock(k, tid) - k->memory->toucher[tid].last_fault >
           k->config->allocation.low;
}

void memory_frequency(struct kern *k, tid_t tid, uint32_t has)
{
    struct toucher *w = &k->memory->toucher[tid];
    ns_t now = memory_clock(k, tid), gap = now - w->last_fault;
    uint32_t *limit = k->memory->pager.limit;

    if (limit)
        limit[tid] = gap < k->config->allocation.high || !has ? UINT32_MAX : has;
    w->last_fault = now;
}

/* --- out of memory --- */

/* What it would give back. */
static uint32_t frames_of(const struct kern *k, tid_t tid)
{
    return body_of(k, tid)->resident ? body_of(k, tid)->resident(k, tid) : 0;
}

/* Higher is worse: frames held, plus a tenth for a nicer task; documented in ossim(1). */
static int64_t badness(const struct kern *k, tid_t tid)
{
    const struct process_config *p = task_process(k, tid);
    int64_t frames = frames_of(k, tid);

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

    for (tid_t tid = 0; tid < k->ntasks; tid++) {
        enum task_state s = (enum task_state)k->task[tid].state;

        if (s == TASK_UNBORN || s == TASK_DEAD || s == TASK_ZOMBIE || !frames_of(k, tid))
            continue;
        if (badness(k, tid) >= most) {
            most = badness(k, tid);
            worst = tid;
        }
    }
    if (worst == TID_NONE)
        return false;
    kern_say(k, EV_OOM_KILL, HART_NONE, worst, most, frames_of(k, worst));
    fault_out_of_memory(k, worst);
    task_kill(k, worst, G_SIGKILL);
    return true;
}

/* A program wants a frame that cannot be had: somebody is killed, at the last whoever waits
 * first. */
static void starve(struct kern *k, struct mem *mem)
{
    uint32_t flying = k->memory ? k->memory->pager.flying : 0;

    mem->starved = false;
    if (!mem->mm.frames.nfree && !flying && !memory_kill(k) && mem->waiting.first != TID_NONE)
        proc_kill(k, proc_of_task(k, mem->waiting.first), 0, G_SIGKILL);
    mem->released = true;
}

/* Without a pager nobody waits for a frame but those who starve. */
static void settle_programs(struct kern *k, struct mem *mem)
{
    if (mem->starved)
        starve(k, mem);
    if (mem->released)
        pages_settle(k);
}

void memory_settle(struct kern *k)
{
    struct mem *mem = k->programs ? k->programs->mem : NULL;
    bool again = mem && mem->released;

    if (!k->memory) {
        settle_programs(k, mem);
        return;
    }
    if (mem && mem->starved)
        starve(k, mem);
    if (again)
        serve_waiting(k);
    if (k->balloon && k->memory->pager.frames->nfree)
        balloon_go_on(k);
    memory_frame_free(k);
    if (mem)
        pages_settle(k);
}

/* --- checking --- */

static uint32_t burst_holds(const struct kern *k, uint32_t slot)
{
    const struct config *c = k->config;
    uint64_t entries = 0;
    uint32_t n = 0;

    for (uint32_t p = 0; p < c->nprocesses; p++)
        entries += (uint64_t)c->processes[p].pages * c->processes[p].count;
    for (uint64_t i = 0; i < entries; i++)
        n += k->memory->entry[i] == entry_make(ENTRY_OUT, slot);
    return n;
}

bool memory_check(const struct kern *k)
{
    return pager_check(&k->memory->pager) && control_check(k);
}

bool memory_check_slots(const struct kern *k)
{
    const struct pager *p = &k->memory->pager;

    for (uint32_t s = 0; s < p->nslots; s++) {
        uint32_t holds = pager_slot_holds(p, s);

        if (holds && holds != pager_own_holds(p, s) + burst_holds(k, s) +
                                  (k->programs ? mm_slot_holds(mm_of(k), s) : 0))
            return false;
    }
    return true;
}

/* --- layout --- */

/* How large a process is, as far as that is known beforehand. */
static uint64_t size_of(const struct process_config *p)
{
    return p->program ? image_size(p->program) : p->pages;
}

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
        pages += size_of(&c->processes[p]) * c->processes[p].count;
    for (uint32_t p = 0; p < npools; p++) {
        const struct process_config *pc = &c->processes[config_process_of(c, p)];
        uint64_t share = c->allocation.kind == ALLOC_PROPORTIONAL && pages
                             ? c->memory.frames * size_of(pc) / pages
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

/* May images stand behind the swap space? Where it has a drive of its own, that has room,
 * or can be given it because only its latency counts. */
static bool images_fit(const struct config *c, uint32_t npages)
{
    const struct swap_config *s = &c->swap;

    if (!s->frames || s->on_disk || s->frames + npages > PAGER_SLOTS)
        return false;
    return s->drive.model == DISK_FIXED ||
           pager_sectors(s->frames, npages) <= s->drive.nsectors;
}

/* The drive as it is needed: with room for the images, and for bytes. */
static struct disk_config drive_for(const struct config *c, uint32_t nimage,
                                    struct disk_config *member)
{
    struct disk_config drive = c->swap.drive;
    uint64_t needed = pager_sectors(c->swap.frames, nimage);

    if (drive.nsectors < needed)
        drive.nsectors = needed;
    if (!programs_configured(c))
        return drive;
    drive.stored = true;
    if (drive.model == DISK_RAID) {
        *member = *drive.member;
        member->stored = true;
        drive.member = member;
    }
    return drive;
}

static void lay_device(struct kern *k, struct arena *a, uint32_t nimage)
{
    const struct config *c = k->config;
    struct memory *m = k->memory;
    struct storage storage;
    struct disk_config drive, member;

    if (!c->swap.frames)
        return;
    if (m)
        m->drive = drive_for(c, nimage, &m->member);
    else
        drive = drive_for(c, nimage, &member);
    if (!c->swap.on_disk)
        storage_init(m ? &m->swap : &storage, a, m ? &m->drive : &drive, k->max_tasks);
    if (!m)
        return;
    m->has_drive = !c->swap.on_disk;
    m->bell = doorbell_of(&m->swap.dev, k->swap_bell_slot);
    m->pager.swap_base = c->swap.on_disk
                             ? c->disk.nsectors - pager_sectors(c->swap.frames, 0) : 0;
}

/* The tables of burst tasks' pages. */
static void lay_entries(struct memory *m, struct arena *a, const struct config *c)
{
    uint64_t *at = arena_array(a, uint64_t, c->nprocesses), entries = 0;

    for (uint32_t p = 0; p < c->nprocesses; p++) {
        if (at)
            at[p] = entries;
        entries += (uint64_t)c->processes[p].pages * c->processes[p].count;
    }
    uint32_t *entry = arena_array(a, uint32_t, entries);
    ns_t *seen = arena_array(a, ns_t, entries);
    struct toucher *toucher = arena_array(a, struct toucher, c->ntasks);
    if (!m)
        return;
    m->entry_at = at;
    m->entry = entry;
    m->seen = seen;
    m->toucher = toucher;
}

static void lay_pager(struct kern *k, struct arena *a, uint32_t nimage)
{
    const struct config *c = k->config;
    struct memory *m = k->memory;
    bool programs = programs_configured(c) > 0;
    struct frames own;
    struct pager measured;
    const struct pager_port port = { .left = left, .came = came, .ready = ready,
                                     .bits = programs ? bits : NULL, .submit = submit,
                                     .ctx = k };
    struct pager_setup setup = { .port = &port, .now = &k->engine->now,
                                 .stream = k->stream, .nimage = nimage,
                                 .npools = pools(c), .contents = programs };

    if (!programs)
        frames_init(&own, a, NULL, c->memory.frames);
    if (m) {
        m->port = port;
        m->own = own;
        setup.port = &m->port;
        setup.frames = programs ? &mm_of(k)->frames : &m->own;
    }
    pager_init(m ? &m->pager : &measured, a, c, &setup);
    if (m && programs) {
        mm_of(k)->pager = &m->pager;
        mm_of(k)->gate = (struct mm_gate){ pages_gate, k };
    }
}

bool memory_wanted(const struct config *c)
{
    return c->touches || (c->swap.frames && programs_configured(c));
}

void memory_layout(struct kern *k, struct arena *a)
{
    const struct config *c = k->config;
    uint32_t npages = 0, nimages = programs_configured(c) ? images_count(c, &npages) : 0;

    if (!memory_wanted(c))
        return;
    if (!images_fit(c, npages))
        nimages = npages = 0;
    struct memory *m = k->memory = arena_array(a, struct memory, 1);
    struct image *image = arena_array(a, struct image, nimages);
    ns_t *clocked = arena_array(a, ns_t, k->nharts);
    lay_entries(m, a, c);
    lay_pager(k, a, npages);
    lay_device(k, a, npages);
    if (!m)
        return;
    m->image = image;
    m->clocked = clocked;
    m->nimages = nimages;
    m->waiting = m->suspended = WAITQ_EMPTY;
    m->window = c->allocation.window ? c->allocation.window : WINDOW_UNITS * c->time_unit;
    set_limits(k, pools(c));
    images_put(k);
}
