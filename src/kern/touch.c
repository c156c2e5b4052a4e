/* touch.c - burst tasks refer to pages of their own.
 *
 * One reference after the other: draw its page, let its CPU time pass, and if the page is
 * here, mark it used. If not, it is a fault: charged once, minor if zeros will do, major if
 * the page is in swap; the task sleeps while the disk works. All that is known of a
 * reference is in the task's record, so that it goes on where it was.
 */
#include "memory.h"

#include <kern/body.h>
#include <kern/pages.h>
#include <kern/request.h>
#include <kern/virtual.h>

#include <sim/check.h>

enum { MILLION = 1000000 };

/* --- which page --- */

static uint32_t any_of(struct kern *k, tid_t tid, uint32_t n)
{
    return (uint32_t)rng_below(task_rng(k, tid), n);
}

/* The first page whose sum of weights is above a random one. */
static uint32_t zipf(struct kern *k, tid_t tid, const struct touch *t)
{
    uint64_t r = rng_below(task_rng(k, tid), t->cumulative[t->n - 1]);
    uint32_t low = 0, high = t->n - 1;

    while (low < high) {
        uint32_t mid = low + (high - low) / 2;

        if (t->cumulative[mid] > r)
            high = mid;
        else
            low = mid + 1;
    }
    return low;
}

/* The last page or a neighbour of it, or else any. */
static uint32_t walk(struct kern *k, tid_t tid, const struct touch *t, uint32_t last)
{
    if (rng_below(task_rng(k, tid), MILLION) >= t->near)
        return any_of(k, tid, t->n);
    uint32_t step = any_of(k, tid, 3);          /* one back, none, one on */
    return (last % t->n + t->n - 1 + step) % t->n;
}

/* Each phase has pages of its own, behind those of the phases before it. */
static uint32_t phases(struct kern *k, tid_t tid, const struct touch *t, struct toucher *w)
{
    uint32_t first = 0;

    if (w->phase_done == t->list[2 * w->phase + 1]) {
        w->phase_done = 0;
        w->phase = (w->phase + 1) % t->n;
    }
    w->phase_done++;
    for (uint32_t i = 0; i < w->phase; i++)
        first += t->list[2 * i];
    return first + any_of(k, tid, t->list[2 * w->phase]);
}

static uint32_t draw(struct kern *k, tid_t tid, const struct touch *t, struct toucher *w)
{
    uint32_t page = 0;

    switch ((enum touch_kind)t->kind) {
    case TOUCH_LIST: page = t->list[w->done % t->n]; break;
    case TOUCH_LOOP: page = (uint32_t)(w->done % t->n); break;
    case TOUCH_UNIFORM: page = any_of(k, tid, t->n); break;
    case TOUCH_ZIPF: page = zipf(k, tid, t); break;
    case TOUCH_WALK: page = walk(k, tid, t, w->last); break;
    case TOUCH_PHASES: page = phases(k, tid, t, w); break;
    }
    return t->write ? page | TOUCH_WRITES : page;
}

/* --- the working set, measured: pages used in each window of the task's own time --- */

static ns_t *seen_of(struct kern *k, tid_t tid, uint32_t page)
{
    return &k->memory->seen[memory_entry(k, tid, page) - k->memory->entry];
}

void touch_release(struct kern *k, tid_t tid, ns_t since)
{
    const struct process_config *p = task_process(k, tid);

    for (uint32_t page = 0; page < p->pages; page++) {
        uint32_t entry = *memory_entry(k, tid, page);

        if ((entry & 3) == ENTRY_HERE && *seen_of(k, tid, page) <= since)
            pager_evict(&k->memory->pager, entry >> 2);
    }
    memory_frame_free(k);
}

static void note_use(struct kern *k, tid_t tid, struct toucher *w, uint32_t page)
{
    struct memory *m = k->memory;
    ns_t now = memory_clock(k, tid), *seen = seen_of(k, tid, page);
    uint64_t window = (uint64_t)(now / m->window) + 1;

    if (w->window != window) {
        w->used_sum += w->used;
        w->windows += w->used > 0;
        w->whole = w->window + 1 == window ? w->used : 0;
        w->used = 0;
        w->window = window;
        if (k->config->load_control)
            control_note(k, tid);
        if (k->config->allocation.kind == ALLOC_WORKING_SET)
            touch_release(k, tid, now - m->window);
    }
    w->used += !*seen || (uint64_t)((*seen - 1) / m->window) + 1 != window;
    *seen = now + 1;
    control_used(k, tid);
}

/* What it has used since the last fault stays, if that was long ago, and the page joins it. */
static void by_frequency(struct kern *k, tid_t tid, const struct toucher *w)
{
    bool rare = memory_fault_is_rare(k, tid);

    if (rare)
        touch_release(k, tid, w->last_fault);
    memory_frequency(k, tid, w->resident + rare);
}

/* --- faults --- */

/* Nothing can be had at all: somebody is killed, perhaps the task itself. */
static enum touch_result out_of_memory(struct kern *k, tid_t tid)
{
    if (!memory_kill(k))
        task_exit(k, tid, 0, 9);
    return k->task[tid].state == TASK_DEAD ? TOUCH_KILLED : TOUCH_RUN;
}

static enum touch_result sleep_for(struct kern *k, tid_t tid, uint32_t page, bool frame)
{
    task_block(k, tid, WAIT_MEMORY, page);
    if (frame)
        waitq_add(k, &k->memory->waiting, tid);
    return TOUCH_SLEEP;
}

/* Say it and charge it, once. True: the kernel's time has to pass first. */
static bool charge(struct kern *k, tid_t tid, struct toucher *w, uint32_t page, bool major)
{
    unsigned h = k->task[tid].hart;
    uint32_t cycles = k->config->costs.page_fault;

    w->faulted = true;
    if (k->config->allocation.kind == ALLOC_PFF)
        by_frequency(k, tid, w);
    *(major ? &w->major : &w->minor) += 1;
    kern_say(k, EV_PAGE_FAULT, h, tid, page, major);
    kern_exit(k, h, EXIT_FAULT);
    if (major && k->config->load_control)
        control_fault(k);
    if (!cycles)
        return false;
    hart_charge(k, h, hart_cycles_ns(k, h, cycles), -(int64_t)13);
    return true;
}

static unsigned pool_of(const struct kern *k, tid_t tid)
{
    return k->memory->pager.limit ? tid : 0;
}

/* The page is in the frame. */
static void page_in(struct toucher *w, uint32_t *entry, uint32_t frame)
{
    *entry = entry_make(ENTRY_HERE, frame);
    if (++w->resident > w->most)
        w->most = w->resident;
}

/* What the pager says to a request for the page; if it is here, it is entered. */
static enum pager_result ask(struct kern *k, tid_t tid, struct toucher *w, uint32_t page,
                             bool write)
{
    uint32_t *entry = memory_entry(k, tid, page), frame;
    uint32_t slot = (*entry & 3) == ENTRY_OUT ? *entry >> 2 : SWAP_NONE;
    if (k->programs && pages_kept_by_other(k, tid))
        return PAGER_WAIT;      /* for the time being only that one gets frames */
    enum pager_result r = pager_get(&k->memory->pager, tid, page, slot, pool_of(k, tid),
                                    write, &frame);

    if (r == PAGER_OK)
        page_in(w, entry, frame);
    return r;
}

static bool waits(const struct kern *k, tid_t tid)
{
    return k->task[tid].state == TASK_SLEEPING && k->task[tid].cause == WAIT_MEMORY;
}

void touch_left(struct kern *k, tid_t tid, uint32_t page, uint32_t frame, uint32_t slot)
{
    struct memory *m = k->memory;

    m->toucher[tid].resident--;
    *memory_entry(k, tid, page) = slot == SWAP_NONE ? ENTRY_NONE
                                                    : entry_make(ENTRY_OUT, slot);
    if (slot != SWAP_NONE)
        pager_slot_hold(&m->pager, slot);
    frame_drop(m->pager.frames, frame);
}

void touch_came(struct kern *k, tid_t tid, uint32_t page, uint32_t frame, uint32_t slot,
                enum came how)
{
    struct memory *m = k->memory;
    uint32_t *entry = memory_entry(k, tid, page);
    struct toucher *w = &m->toucher[tid];

    if (*entry != entry_make(ENTRY_OUT, slot))
        return;                 /* its task has ended meanwhile */
    if (how != CAME_FAILED) {
        page_in(w, entry, frame);
        frame_hold(m->pager.frames, frame);
        pager_slot_drop(&m->pager, slot);
    }
    if (how == CAME_READ)
        w->faulted = false;     /* stolen again, it faults anew */
    if (how != CAME_AHEAD && waits(k, tid) && !k->task[tid].waits_in &&
        (w->page & ~TOUCH_WRITES) == page)
        task_wake(k, tid);
}

static void use(struct kern *k, tid_t tid, uint32_t page, uint32_t frame, bool write)
{
    struct replacer *r = &k->memory->pager.replacer;

    replacer_advance(r, k->engine->now);
    pager_refer(&k->memory->pager, frame, write,
                r->exact ? instrument_next(k, reference_key(tid, page)) : REPLACE_NEVER);
}

/* Its fault is on its way to the mem service. */
static bool at_door(const struct kern *k, tid_t tid)
{
    return k->step && k->step[tid].way.state != WAY_NONE;
}

/* A fault is a call to the mem service. DONE: it was let in. */
static enum touch_result enter(struct kern *k, tid_t tid)
{
    struct request *r = task_request(k, tid);

    switch (service_call(k, r, SERVICE_USER, SERVICE_MEM)) {
    case OUTCOME_PASS:
        return TOUCH_DONE;
    case OUTCOME_WAIT:
        return k->task[tid].state == TASK_RUNNING ? TOUCH_RUN : TOUCH_SLEEP;
    default:
        task_exit(k, tid, 0, G_SIGBUS);         /* nobody can bring its page */
        return TOUCH_KILLED;
    }
}

/* The page is not here, or was not when its task went to the door. */
static enum touch_result fault(struct kern *k, tid_t tid, struct toucher *w, uint32_t page,
                               bool write)
{
    enum touch_result r = w->faulted ? TOUCH_DONE : enter(k, tid);

    if (r != TOUCH_DONE)
        return r;
    if ((*memory_entry(k, tid, page) & 3) == ENTRY_HERE) {
        use(k, tid, page, *memory_entry(k, tid, page) >> 2, write);
        return TOUCH_DONE;      /* it came with another's */
    }
    uint32_t entry = *memory_entry(k, tid, page);
    bool major = (entry & 3) == ENTRY_OUT &&
                 pager_slot_state(&k->memory->pager, entry >> 2) != PAGE_GOING;

    if (!w->faulted && charge(k, tid, w, page, major))
        return TOUCH_RUN;
    switch (ask(k, tid, w, page, write)) {
    case PAGER_OK: case PAGER_BACK:
        k->memory->pager.page[*memory_entry(k, tid, page) >> 2].arrived = 0;
        return TOUCH_DONE;
    case PAGER_COMING:
        return sleep_for(k, tid, page, false);
    case PAGER_WAIT:
        return sleep_for(k, tid, page, true);
    case PAGER_FULL:
        return out_of_memory(k, tid);
    default:
        task_exit(k, tid, 0, G_SIGBUS);         /* its page cannot be read */
        return TOUCH_KILLED;
    }
}

bool touch_serve(struct kern *k, tid_t tid)
{
    struct toucher *w = &k->memory->toucher[tid];

    switch (ask(k, tid, w, w->page & ~TOUCH_WRITES, w->page & TOUCH_WRITES)) {
    case PAGER_WAIT:
        return false;
    case PAGER_COMING:
        waitq_leave(k, tid);
        return true;
    case PAGER_OK: case PAGER_BACK:
        w->faulted = false;
        break;
    default:                    /* it sees for itself that there is none */
        break;
    }
    task_wake(k, tid);
    return true;
}

/* One reference, whose page is drawn. */
static enum touch_result refer(struct kern *k, tid_t tid, const struct touch *t,
                               struct toucher *w)
{
    uint32_t page = w->page & ~TOUCH_WRITES;
    bool write = w->page & TOUCH_WRITES;

    if (w->marked && control_suspend(k, tid))
        return TOUCH_SLEEP;
    if (t->each && !w->paid) {
        w->paid = true;
        k->task[tid].left += t->each;
        return TOUCH_RUN;
    }
    uint32_t entry = *memory_entry(k, tid, page);
    if ((entry & 3) == ENTRY_HERE && !at_door(k, tid)) {
        use(k, tid, page, entry >> 2, write);
    } else {
        enum touch_result r = fault(k, tid, w, page, write);

        if (r != TOUCH_DONE)
            return r;
    }
    note_use(k, tid, w, page);
    if (k->memory->instrument)
        instrument_pass(k, reference_key(tid, page));
    w->last = page;
    w->drawn = w->faulted = w->paid = false;
    w->done++;
    return TOUCH_DONE;
}

enum touch_result touch_step(struct kern *k, tid_t tid, const struct touch *t)
{
    struct toucher *w = &k->memory->toucher[tid];

    while (w->done < t->count) {
        if (!w->drawn) {
            w->page = draw(k, tid, t, w);
            w->drawn = true;
        }
        enum touch_result r = refer(k, tid, t, w);
        if (r != TOUCH_DONE)
            return r;
    }
    w->done = w->phase_done = 0;
    w->phase = 0;
    return TOUCH_DONE;
}

bool touch_facts(const struct kern *k, tid_t tid, struct touch_facts *out)
{
    const struct toucher *w;

    if (!k->memory || tid >= k->config->ntasks)
        return false;
    const struct process_config *p = &k->config->processes[config_process_of(k->config, tid)];
    if (!p->pages && !p->program)
        return false;
    w = &k->memory->toucher[tid];
    /* A window that is not over counts where there is no other: it would be too small. */
    bool over = w->windows > 0;
    *out = (struct touch_facts){
        .resident = w->resident, .most = w->most, .minor = w->minor, .major = w->major,
        .swap_in = w->swap_in, .swap_out = w->swap_out,
        .used_sum = over ? w->used_sum : w->used,
        .windows = over ? w->windows : w->used > 0,
    };
    return true;
}

void touch_begin(struct kern *k, tid_t tid)
{
    struct toucher *w = &k->memory->toucher[tid];

    w->done = w->phase_done = 0;
    w->phase = 0;
    w->drawn = w->faulted = w->paid = false;
}

void touch_ended(struct kern *k, tid_t tid)
{
    const struct process_config *p = task_process(k, tid);
    struct memory *m = k->memory;

    for (uint32_t page = 0; page < p->pages; page++) {
        uint32_t *entry = memory_entry(k, tid, page), kind = *entry & 3;

        if (kind == ENTRY_HERE) {
            pager_forget(&m->pager, *entry >> 2);
            m->toucher[tid].resident--;
        } else if (kind == ENTRY_OUT)
            pager_slot_drop(&m->pager, *entry >> 2);
        *entry = ENTRY_NONE;
        memory_frame_free(k);
    }
    if (k->config->load_control)
        control_left(k, tid);
}
