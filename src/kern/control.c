/* control.c - load control: the medium-term scheduler.
 *
 * What a process needs is estimated by the most pages that it used in any window so far
 * (Denning's working set, at its fullest). When a page has to be read back and all that the
 * processes in memory need together (of one that is hardly known, as much as the neediest) is
 * more than there is, the newest of them leaves as a whole, and comes back when what it needs
 * fits again. So those that stay run as if they were alone, and nobody is killed. A burst task
 * leaves at its next reference; of a program, and of its children with it, the pages go at
 * once, and each thread stops at its next fault. A process that never ends can keep another
 * out for ever: there is no turn-taking, but if nobody in memory can run, one comes back.
 *
 * The sums are kept up to date (control_note), so that a fault asks no other task.
 *
 * Source: Denning, "Working Sets Past and Present", IEEE TSE 6 (1980), load control;
 * Silberschatz, Galvin, Gagne, "Operating System Concepts", medium-term scheduler.
 */
#include "memory.h"

#include <kern/pages.h>
#include <kern/proc.h>

enum { KNOWN = 4 };             /* windows after which a process is known */

/* --- what those in memory need --- */

/* A program is there as long as a space is that descends from it: control_left. */
static bool in_memory(const struct kern *k, tid_t tid)
{
    const struct toucher *w = &k->memory->toucher[tid];
    enum task_state s = (enum task_state)k->task[tid].state;

    return w->peak && !w->suspended && !w->marked &&
           (has_process(k, tid) || (s != TASK_UNBORN && s != TASK_DEAD));
}

static bool is_known(const struct toucher *w)
{
    return w->windows >= KNOWN;
}

/* What it needs; of one that is hardly known, what the neediest so far needs. */
static uint32_t estimate(const struct memory *m, const struct toucher *w)
{
    return is_known(w) ? w->peak : m->neediest;
}

void control_note(struct kern *k, tid_t tid)
{
    struct memory *m = k->memory;
    struct toucher *w = &m->toucher[tid];

    if (w->part) {
        m->nparts--;
        m->nunknown -= w->part == PART_UNKNOWN;
        m->known -= w->part_need;
    }
    w->part = !in_memory(k, tid) ? PART_NONE : is_known(w) ? PART_KNOWN : PART_UNKNOWN;
    w->part_need = w->part == PART_KNOWN ? w->peak : 0;
    if (w->part) {
        m->nparts++;
        m->nunknown += w->part == PART_UNKNOWN;
        m->known += w->part_need;
    }
}

static uint64_t need(const struct memory *m)
{
    return m->known + (uint64_t)m->nunknown * m->neediest;
}

bool control_check(const struct kern *k)
{
    const struct memory *m = k->memory;
    uint64_t sum = 0;
    uint32_t n = 0;

    for (tid_t tid = 0; k->config->load_control && tid < k->config->ntasks; tid++)
        if (in_memory(k, tid)) {
            sum += estimate(m, &m->toucher[tid]);
            n++;
        }
    return !k->config->load_control || (sum == need(m) && n == m->nparts);
}

void control_used(struct kern *k, tid_t tid)
{
    struct memory *m = k->memory;
    struct toucher *w = &m->toucher[tid];

    if (w->used <= w->peak)
        return;
    w->peak = w->used;
    if (w->peak > m->neediest)
        m->neediest = w->peak;
    if (k->config->load_control)
        control_note(k, tid);
}

/* --- out --- */

static tid_t newest(const struct kern *k)
{
    tid_t found = TID_NONE;

    for (tid_t tid = 0; tid < k->config->ntasks; tid++)
        if (k->memory->toucher[tid].part &&
            (found == TID_NONE || k->task[tid].arrival >= k->task[found].arrival))
            found = tid;
    return found;
}

static void say_out(struct kern *k, tid_t tid)
{
    struct toucher *w = &k->memory->toucher[tid];

    kern_say(k, EV_SUSPEND, HART_NONE, tid, w->resident, 0);
    w->marked = false;
    w->suspended = true;
    control_note(k, tid);
}

/* The task sleeps, in no queue: it is out from here on. */
static void leave_memory(struct kern *k, tid_t tid)
{
    say_out(k, tid);
    waitq_add(k, &k->memory->suspended, tid);
    touch_release(k, tid, NS_MAX);
    if (!k->programs && k->engine->now < NS_MAX - k->memory->window)
        memory_look_at(k, k->engine->now + k->memory->window);  /* can anybody run then? */
}

/* What it needs fits beside those in memory. */
static bool fits(const struct kern *k, tid_t root)
{
    const struct memory *m = k->memory;

    return !m->nparts ||
           need(m) + estimate(m, &m->toucher[root]) <= k->config->memory.frames;
}

bool control_suspend(struct kern *k, tid_t tid)
{
    if (fits(k, tid)) {         /* others have left since it was marked */
        k->memory->toucher[tid].marked = false;
        control_note(k, tid);
        return false;
    }
    task_block(k, tid, WAIT_MEMORY, UINT32_MAX);
    leave_memory(k, tid);
    return true;
}

/* A page of the program that has to go. */
static bool of_chosen(void *ctx, uint32_t owner)
{
    const struct kern *k = ctx;

    return owner & MM_OWNER && pages_task(k, owner) == k->memory->chosen;
}

static void mark(struct kern *k, tid_t tid)
{
    struct memory *m = k->memory;

    if (has_process(k, tid)) {
        say_out(k, tid);
        m->chosen = tid;
        pager_put_out(&m->pager, of_chosen);
        return;
    }
    m->toucher[tid].marked = true;
    control_note(k, tid);
    if (k->task[tid].waits_in == &m->waiting) {
        waitq_leave(k, tid);    /* it need not have its frame first */
        leave_memory(k, tid);
    }
}

void control_fault(struct kern *k)
{
    const struct memory *m = k->memory;

    while (need(m) > k->config->memory.frames && m->nparts > 1)
        mark(k, newest(k));
}

/* --- and in again --- */

/* The configured task that the counts of one that sleeps here are with. */
static tid_t root_of(const struct kern *k, tid_t tid)
{
    return body_of(k, tid)->root ? body_of(k, tid)->root(k, tid) : tid;
}

static void come_back(struct kern *k, tid_t root)
{
    struct memory *m = k->memory;
    tid_t next;

    m->toucher[root].suspended = false;
    control_note(k, root);
    kern_say(k, EV_RESUME, HART_NONE, root, m->toucher[root].peak, 0);
    for (tid_t tid = m->suspended.first; tid != TID_NONE; tid = next) {
        next = k->task[tid].next;
        if (root_of(k, tid) == root)
            task_wake(k, tid);
    }
}

bool control_returns(struct kern *k, tid_t root)
{
    if (!fits(k, root))
        return false;
    come_back(k, root);
    return true;
}

void control_resume(struct kern *k)
{
    const struct memory *m = k->memory;

    while (m->suspended.first != TID_NONE && control_returns(k, root_of(k, m->suspended.first)))
        ;
}

void control_nobody(struct kern *k)
{
    if (k->memory->suspended.first == TID_NONE)
        return;
    tid_t root = root_of(k, k->memory->suspended.first);
    while (!fits(k, root))      /* or its first fault would put it out again */
        mark(k, newest(k));
    come_back(k, root);
}

void control_left(struct kern *k, tid_t tid)
{
    struct toucher *w = &k->memory->toucher[tid];

    w->peak = 0;
    w->suspended = w->marked = false;
    control_note(k, tid);
    control_resume(k);
}
