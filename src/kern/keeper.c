/* keeper.c - in very little memory, somebody always gets on.
 *
 * Pages brought in for one instruction could be taken away before it is executed, again
 * and again. A thread to which that happens becomes the keeper: its pages stay (they are
 * pinned), and nobody else gets a frame, until it has got over that instruction. So does
 * one that keeps the pins of a call while it sleeps for memory (request.h). There is one
 * such at a time, and it always gets on, and after it the next. A keeper of low priority
 * may thus hold up others, as the owner of any lock may.
 */
#include <kern/pages.h>
#include <kern/proc.h>

struct page_need *pages_layout(struct arena *a, uint32_t nthreads)
{
    return arena_array(a, struct page_need, nthreads);
}

void pages_wait(struct kern *k, tid_t tid)
{
    const struct mm *mm = &k->programs->mm;
    struct page_need *n = page_need_of(k, tid);

    n->wait_slot = mm->wait_slot;
    n->wait_free = mm->frames.nfree;
}

static void release(struct kern *k)
{
    struct programs *ps = k->programs;

    while (ps->nkept)
        mm_unpin(&ps->mm, ps->kept[--ps->nkept].pfn);
    ps->keeper = TID_NONE;
    ps->released = true;
}

void pages_keeper_gone(struct kern *k, tid_t tid)
{
    if (k->programs && k->programs->keeper == tid)
        release(k);
}

bool pages_gate(void *ctx, enum mm_step step, const struct aspace *as, uint32_t va,
                ns_t *after)
{
    const struct kern *k = ctx;
    const struct programs *ps = k->programs;
    tid_t tid = ps->keeper != TID_NONE ? ps->keeper : ps->pinner;

    (void)step, (void)va;
    *after = NS_MAX;
    return tid != TID_NONE && proc_space(proc_of_task(k, tid)) != as;
}

void pages_look_at_keeper(struct kern *k)
{
    const struct programs *ps = k->programs;

    if (ps->keeper != TID_NONE &&
        thread_instructions(k, ps->keeper) != ps->kept_at)
        release(k);
}

bool pages_kept_by_other(const struct kern *k, tid_t tid)
{
    const struct programs *ps = k->programs;

    return (ps->keeper != TID_NONE && ps->keeper != tid) ||
           (ps->pinner != TID_NONE && ps->pinner != tid);
}

void pages_keep(struct kern *k, tid_t tid, uint32_t va)
{
    struct programs *ps = k->programs;
    const struct aspace *as = proc_space(proc_of_task(k, tid));
    uint32_t number = va >> PAGE_SHIFT, pfn = pte_pfn(pt_get(&ps->mm.frames, as->root, va));
    unsigned i = 0;

    if (ps->keeper != tid)
        return;
    while (i < ps->nkept && ps->kept[i].number != number)
        i++;
    if (i == PROG_KEPT)
        return;
    mm_pin(&ps->mm, pfn);
    if (i < ps->nkept)
        mm_unpin(&ps->mm, ps->kept[i].pfn);
    else
        ps->nkept++;
    ps->kept[i] = (struct kept){ number, pfn };
}

/* Needed again and again, it was lost again and again; copying it, and bits that software
 * sets, are no losses. */
void pages_need(struct kern *k, tid_t tid, uint32_t va)
{
    struct page_need *n = page_need_of(k, tid);
    uint64_t at = thread_instructions(k, tid) + 1;
    uint32_t number = va >> PAGE_SHIFT, i = 0;

    if (n->fault_at != at) {
        memset(n->page, 0, sizeof n->page);
        n->again = 0;
        n->fault_at = at;
    }
    while (i < FAULT_PAGES - 1 && n->page[i] && n->page[i] != number)
        i++;
    n->again += n->page[i] == number;
    memmove(&n->page[1], &n->page[0], i * sizeof n->page[0]);
    n->page[0] = number;
    if (n->again > 2 * FAULT_PAGES && k->programs->keeper == TID_NONE &&
        !pages_kept_by_other(k, tid)) {
        k->programs->keeper = tid;
        k->programs->kept_at = at - 1;
    }
}
