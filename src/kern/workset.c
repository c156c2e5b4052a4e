/* workset.c - what programs use, looked at by the clock: their working sets, scans of the
 * replacement policy, and what allocation and load control make of them.
 *
 * What is known of a program's references are accessed bits, when somebody looks. So the
 * kernel looks at the end of each window, and whenever a scan of the policy is due, whether
 * somebody faults or not. A window is one of the program's own CPU time, its children's with
 * it, as Denning has it ("The Working Set Model for Program Behavior", CACM 11, 1968): who
 * waits for the disk, or for its turn, refers to nothing and forgets nothing. A page that
 * several programs share is counted with the one that it came in for. While nobody runs the
 * policy's scans go on for a while; then the clock stands still, until a program is dispatched.
 */
#include "memory.h"

#include <kern/pages.h>
#include <kern/proc.h>

enum { QUIET = 64 };            /* looks for nothing: an ageing policy has forgotten all */

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

/* --- programs' own clocks --- */

static struct toucher *program_of(const struct kern *k, tid_t tid)
{
    tid_t root = tid != TID_NONE && has_process(k, tid) ? thread_root(k, tid) : TID_NONE;

    return root < k->config->ntasks ? &k->memory->toucher[root] : NULL;
}

/* CPU time of the stretch on hart h so far. */
static ns_t stretch(const struct kern *k, unsigned h)
{
    const struct hart *hart = &k->hart[h];
    ns_t more = k->engine->now - hart->counted;

    return hart->ran + (more > 0 && !hart->handed_back && !hart->off ? more : 0);
}

/* The clock of the program whose thread is there goes on. */
static void tick(struct kern *k, unsigned h, tid_t tid)
{
    struct toucher *w = program_of(k, tid);
    ns_t ran = stretch(k, h);

    if (!w)
        return;
    w->clock += ran - k->memory->clocked[h];
    k->memory->clocked[h] = ran;
}

static void tick_all(struct kern *k)
{
    for (unsigned h = 0; h < k->nharts; h++)
        tick(k, h, k->hart[h].running);
}

void workset_frequency(struct kern *k, tid_t tid)
{
    struct memory *m = k->memory;

    tick_all(k);
    m->chosen = tid;
    pager_renew(&m->pager, of_chosen, memory_fault_is_rare(k, tid));
    memory_frequency(k, tid, m->pager.replacer.length[m->pager.limit ? tid : 0]);
}

/* When the window of the program that runs there is over, if it goes on; NS_MAX. A virtual
 * hart that is off goes on nobody knows when. */
static ns_t window_ends(const struct kern *k, unsigned h)
{
    const struct hart *hart = &k->hart[h];
    const struct toucher *w = program_of(k, hart->running);
    ns_t from = hart->counted > k->engine->now ? hart->counted : k->engine->now;

    if (!w)
        return NS_MAX;
    ns_t left = (ns_t)w->window * k->memory->window - w->clock;
    ns_t takes = hart->off ? k->memory->window : (left + w->running - 1) / w->running;
    return from < NS_MAX - takes ? from + takes : NS_MAX;
}

/* --- looks --- */

/* Its window is over, and the next begins. */
static void roll(struct kern *k, tid_t tid)
{
    struct toucher *w = &k->memory->toucher[tid];

    w->used_sum += w->used;
    w->windows += w->used > 0;
    w->whole = w->used;
    w->used = 0;
    w->due = false;
    w->window = (uint64_t)(w->clock / k->memory->window) + 1;
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

static bool of_due(void *ctx, uint32_t owner)
{
    const struct kern *k = ctx;
    tid_t tid = owner & MM_OWNER ? pages_task(k, owner) : TID_NONE;

    return tid < k->config->ntasks && k->memory->toucher[tid].due;
}

/* Of the configured programs. */
static bool next_program(const struct kern *k, tid_t *tid)
{
    while (++*tid < k->config->ntasks)
        if (config_process(k->config, *tid)->program)
            return true;
    return false;
}

static void windows_over(struct kern *k)
{
    struct memory *m = k->memory;
    bool any = false;

    tick_all(k);
    for (tid_t tid = TID_NONE; next_program(k, &tid);) {
        struct toucher *w = &m->toucher[tid];

        w->due = w->clock >= (ns_t)w->window * m->window;
        any = any || w->due;
    }
    if (!any)
        return;
    pager_window(&m->pager, of_due, k->config->allocation.kind == ALLOC_WORKING_SET);
    for (tid_t tid = TID_NONE; next_program(k, &tid);)
        if (m->toucher[tid].due)
            roll(k, tid);
    memory_frame_free(k);
}

static bool is_idle(const struct kern *k)
{
    return k->nidle == k->nharts && !k->nqueued;
}

/* Whoever is kept out of memory while nobody runs is looked after, too; where there are no
 * programs, by this alone. */
static void arm(struct kern *k)
{
    const struct memory *m = k->memory;
    ns_t now = k->engine->now;

    if (k->programs)            /* references of burst tasks tell of themselves */
        memory_look_at(k, m->pager.replacer.next_scan);
    for (unsigned h = 0; h < k->nharts; h++)
        memory_look_at(k, window_ends(k, h));
    if (m->suspended.first != TID_NONE && (is_idle(k) || !k->programs))
        memory_look_at(k, now < NS_MAX - m->window ? now + m->window : NS_MAX);
}

void workset_settle(struct kern *k)
{
    const struct config *c = k->config;

    if (!c->load_control || !k->programs || !k->programs->mem->left)
        return;
    k->programs->mem->left = false;
    for (tid_t tid = TID_NONE; next_program(k, &tid);)
        look_who_left(k, tid);
}

void workset_due(struct kern *k)
{
    struct memory *m = k->memory;

    if (k->programs) {
        pager_scan(&m->pager);
        windows_over(k);
    }
    m->quiet = is_idle(k) ? m->quiet + 1 : 0;
    if (m->quiet > 1 && !m->pager.flying)       /* nobody waits for a page either */
        control_nobody(k);
    if (m->quiet < QUIET || m->suspended.first != TID_NONE)
        arm(k);
}

void workset_runs(struct kern *k, unsigned h, tid_t tid)
{
    struct memory *m = k->memory;
    struct toucher *w = m ? program_of(k, tid) : NULL;

    if (!w)
        return;
    if (w->running++)
        tick_all(k);
    if (!engine_pending(k->engine, k->watch_slot)) {
        m->quiet = 0;
        if (m->pager.replacer.next_scan <= k->engine->now)
            pager_scan(&m->pager);
        memory_look_at(k, m->pager.replacer.next_scan);
    }
    memory_look_at(k, window_ends(k, h));
}

void workset_rests(struct kern *k, unsigned h, tid_t tid)
{
    struct toucher *w = k->memory ? program_of(k, tid) : NULL;

    if (!w)
        return;
    tick(k, h, tid);
    k->memory->clocked[h] = 0;
    w->running--;
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
    for (tid_t tid = 0; tid < k->config->ntasks; tid++)
        m->toucher[tid].window = config_process(k->config, tid)->program != NULL;
}
