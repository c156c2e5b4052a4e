/* workset.c - what programs use, looked at by the clock: their working sets, scans of the
 * replacement policy, and what allocation and load control make of them.
 *
 * What is known of a program's references are accessed bits, when somebody looks. So the
 * kernel looks at the end of each window, and whenever a scan of the policy is due, whether
 * somebody faults or not. A page that several processes share is counted with the one that
 * it came in for. While nobody runs nothing is referenced: after some looks for nothing the
 * clock stands still, until a program is dispatched.
 */
#include "memory.h"

#include <kern/pages.h>
#include <kern/proc.h>

enum { QUIET = 64 };            /* looks for nothing: an ageing policy has forgotten all */

static bool of_programs(void *ctx, uint32_t owner)
{
    (void)ctx;
    return owner & MM_OWNER;
}

/* Of the program that something is done to. */
static bool of_chosen(void *ctx, uint32_t owner)
{
    const struct kern *k = ctx;

    return owner & MM_OWNER && pages_task(k, owner) == k->memory->chosen;
}

static void used(void *ctx, uint32_t owner)
{
    struct kern *k = ctx;
    tid_t tid = owner & MM_OWNER ? pages_task(k, owner) : TID_NONE;

    if (tid >= k->config->ntasks)
        return;
    k->memory->toucher[tid].used++;
    control_used(k, tid);
}

void workset_frequency(struct kern *k, tid_t tid)
{
    struct memory *m = k->memory;

    m->chosen = tid;
    pager_renew(&m->pager, of_chosen, memory_fault_is_rare(k, tid));
    memory_frequency(k, tid, m->pager.replacer.length[m->pager.limit ? tid : 0]);
}

/* --- by the clock --- */

static void roll(struct kern *k, tid_t tid)
{
    struct toucher *w = &k->memory->toucher[tid];

    w->used_sum += w->used;
    w->windows += w->used > 0;
    w->whole = w->used;
    w->used = 0;
    w->window = (uint64_t)(k->engine->now / k->memory->window) + 1;
    if (k->config->load_control)
        control_note(k, tid);
}

/* Is there a space of what descends from that task? */
static bool lives(const struct mm *mm, tid_t task)
{
    for (uint32_t i = 0; i < mm->used_spaces; i++)
        if (mm->aspace[i].id && mm->aspace[i].task == task)
            return true;
    return false;
}

/* A program that has ended needs no memory any more. */
static void look_who_left(struct kern *k, tid_t tid)
{
    const struct toucher *w = &k->memory->toucher[tid];

    if ((w->part || w->suspended) && !lives(mm_of(k), tid))
        control_left(k, tid);
}

static void window_over(struct kern *k)
{
    const struct config *c = k->config;

    pager_window(&k->memory->pager, of_programs, c->allocation.kind == ALLOC_WORKING_SET);
    for (uint32_t p = 0; p < c->nprocesses; p++)
        for (uint32_t i = 0; c->processes[p].program && i < c->processes[p].count; i++)
            roll(k, c->processes[p].first + i);
    memory_frame_free(k);
}

static ns_t window_end(const struct kern *k)
{
    ns_t now = k->engine->now, window = k->memory->window;

    return now < NS_MAX - window ? now - now % window + window : NS_MAX;
}

static void arm(struct kern *k)
{
    const struct memory *m = k->memory;
    ns_t at = m->window_end < m->pager.replacer.next_scan ? m->window_end
                                                          : m->pager.replacer.next_scan;

    if (at < NS_MAX)
        engine_set(k->engine, k->watch_slot, at, PEND_TIMER);
}

void workset_settle(struct kern *k)
{
    const struct config *c = k->config;

    if (!c->load_control || !k->programs || !k->programs->mem->left)
        return;
    k->programs->mem->left = false;
    for (uint32_t p = 0; p < c->nprocesses; p++)
        for (uint32_t i = 0; c->processes[p].program && i < c->processes[p].count; i++)
            look_who_left(k, c->processes[p].first + i);
}

void workset_due(struct kern *k)
{
    struct memory *m = k->memory;
    bool idle = k->nidle == k->nharts && !k->nqueued;

    pager_scan(&m->pager);
    if (k->engine->now >= m->window_end) {
        window_over(k);
        m->window_end = window_end(k);
    }
    m->quiet = idle ? m->quiet + 1 : 0;
    if (m->quiet > 1)
        control_nobody(k);
    if (m->quiet < QUIET || m->suspended.first != TID_NONE)
        arm(k);
}

void workset_awake(struct kern *k)
{
    struct memory *m = k->memory;

    if (!m || engine_pending(k->engine, k->watch_slot))
        return;
    m->quiet = 0;
    if (m->window_end <= k->engine->now)
        m->window_end = window_end(k);
    if (m->pager.replacer.next_scan <= k->engine->now)
        pager_scan(&m->pager);
    arm(k);
}

bool workset_idles(const struct kern *k)
{
    return k->memory && k->memory->suspended.first == TID_NONE &&
           engine_pending(k->engine, k->watch_slot);
}

void workset_layout(struct kern *k, struct arena *a)
{
    struct memory *m = k->memory;

    if (!a->base || !m || !k->programs)
        return;
    m->port.used = used;
    m->window_end = m->window;
    for (tid_t tid = 0; tid < k->config->ntasks; tid++)
        m->toucher[tid].window = config_process(k->config, tid)->program != NULL;
}
