/* pages.c - programs that have to wait for memory: who is woken when, and what their faults
 * count as.
 *
 * Whoever waits for a page to be read is woken when it has come; those who wait for a frame
 * are woken in turn, as many as there are frames, and all of them when no transfer is left
 * that could wake them later.
 */
#include "memory.h"

#include <sim/check.h>

#include <kern/pages.h>
#include <kern/proc.h>
#include <kern/request.h>
#include <kern/virtual.h>

/* --- waking --- */

static bool waits_for_frame(const struct page_need *n)
{
    return n->wait_slot == SWAP_NONE;
}

void pages_ready(struct kern *k)
{
    const struct pager *p = &k->memory->pager;
    bool first = true;
    tid_t next;

    for (tid_t tid = k->programs->mem->waiting.first; tid != TID_NONE; tid = next) {
        const struct page_need *n = page_need_of(k, tid);

        next = k->task[tid].next;
        if (n->wait_slot == MM_WAIT_FILE)
            continue;           /* of a mapped file: filemap.c sees to it */
        if (waits_for_frame(n) ? first || !p->flying
                               : pager_slot_state(p, n->wait_slot) != PAGE_COMING) {
            first = first && !waits_for_frame(n);
            task_wake(k, tid);
        }
    }
}

/* --- who is meant --- */

uint32_t pages_resident(const struct kern *k, tid_t tid)
{
    const struct proc *p = proc_led_by(k, tid);

    return p && proc_space(p) ? proc_space(p)->resident : 0;
}

void pages_settle(struct kern *k)
{
    struct mem *mem = k->programs->mem;
    uint32_t nfree = mem->mm.frames.nfree, n = nfree;
    tid_t next;

    pages_look_at_keeper(k);
    if (mem->released)
        waitq_wake(k, &mem->waiting);
    mem->released = false;
    for (tid_t tid = mem->waiting.first; tid != TID_NONE && n; tid = next) {
        const struct page_need *need = page_need_of(k, tid);

        next = k->task[tid].next;
        if (waits_for_frame(need) && nfree > need->wait_free) {
            n--;
            task_wake(k, tid);
        }
    }
}

/* --- faults --- */

tid_t pages_root(const struct kern *k, tid_t tid)
{
    const struct aspace *as = proc_space(proc_of_task(k, tid));

    return k->memory && as && as->task < k->config->ntasks ? as->task : TID_NONE;
}

static struct toucher *counts_of(const struct kern *k, tid_t tid)
{
    tid_t root = pages_root(k, tid);

    return root != TID_NONE ? &k->memory->toucher[root] : NULL;
}

static void count(struct kern *k, tid_t tid, unsigned h, uint32_t va, bool major)
{
    struct toucher *w = counts_of(k, tid);

    thread_faulted(k, tid, major);
    if (w)
        *(major ? &w->major : &w->minor) += 1;
    kern_say(k, EV_PAGE_FAULT, h, tid, va, major);
}

bool pages_fault(struct kern *k, tid_t tid, unsigned h, uint32_t va, enum mm_result why,
                 bool brought)
{
    const struct mm *mm = mm_of(k);
    struct page_need *n = page_need_of(k, tid);
    bool counted = n->major;

    if (k->memory && (brought || why == MM_WAIT))
        pages_need(k, tid, va);
    if (why == MM_WAIT) {
        if (mm->wait_slot != SWAP_NONE && !counted) {
            count(k, tid, h, va, true);
            n->major = true;
        }
        return false;
    }
    n->major = false;
    if (why || !(brought || counted))
        return false;
    if (!counted)
        count(k, tid, h, va, false);
    return true;
}

void pages_have(struct kern *k, tid_t tid, uint32_t va)
{
    struct aspace *as = proc_space(proc_of_task(k, tid));
    struct toucher *w = counts_of(k, tid);

    if (!k->memory)
        return;
    pages_look_at_keeper(k);
    pages_keep(k, tid, va);
    if (!w)
        return;
    w->resident = as->resident;
    if (w->resident > w->most)
        w->most = w->resident;
}

enum mm_result pages_short(struct kern *k, tid_t tid)
{
    struct mm *mm = mm_of(k);

    pages_look_at_keeper(k);
    mm->wait_slot = SWAP_NONE;
    mm->wait_ns = NS_MAX;
    k->programs->mem->starved |= !pages_kept_by_other(k, tid);
    return MM_WAIT;
}

/* --- waiting --- */

struct waitq *mem_wait(struct kern *k, tid_t tid, struct request *r, ns_t *until)
{
    struct mem *mem = k->programs->mem;
    ns_t after = mem->mm.wait_ns, now = k->engine->now;

    CHECK(k->task[tid].state == TASK_RUNNING);
    if (page_need_of(k, tid)->kept_out) {
        page_need_of(k, tid)->kept_out = false;
        request_unpin(k, tid, r);
        mem_let_go(k, tid);
        *until = NS_MAX;
        return &k->memory->suspended;
    }
    if (r->npins && mem->pinner == TID_NONE && !pages_kept_by_other(k, tid))
        mem->pinner = tid;
    if (mem->pinner != tid)
        request_unpin(k, tid, r);
    pages_wait(k, tid);
    *until = after < NS_MAX - now ? now + after : NS_MAX;
    return &mem->waiting;
}

void memory_ready(struct kern *k)
{
    if (k->programs)
        waitq_wake(k, &k->programs->mem->waiting);
}

void pages_own(const struct kern *k, struct aspace *as, tid_t root)
{
    as->task = root;
    as->pool = k->memory && k->memory->pager.limit && root < k->config->ntasks
                   ? (uint16_t)root : 0;
}

/* --- accesses that are refused --- */

void mem_refuse(struct kern *k, tid_t tid, uint32_t pc, uint32_t va, enum mmu_access access,
                enum mm_result why)
{
    const struct proc *p = proc_of_task(k, tid);
    struct pages_refusal *r = &page_need_of(k, tid)->refused;

    *r = (struct pages_refusal){ .pid = proc_pid(p), .pc = pc, .at = k->engine->now };
    mm_explain(mm_of(k), proc_space(p), va, access, why, &r->what);
}

void mem_unrefuse(struct kern *k, int32_t pid)
{
    for (uint32_t i = 0; i < k->programs->nthreads; i++)
        if (k->programs->mem->need[i].refused.pid == pid)
            k->programs->mem->need[i].refused.pid = 0;
}

const struct pages_refusal *pages_refused(const struct kern *k, int32_t pid)
{
    const struct pages_refusal *last = NULL;

    for (uint32_t i = 0; k->programs && i < k->programs->nthreads; i++) {
        const struct pages_refusal *r = &k->programs->mem->need[i].refused;

        if (r->pid == pid && pid && (!last || r->at >= last->at))
            last = r;
    }
    return last;
}
