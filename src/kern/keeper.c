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

void pages_wait(struct kern *k, tid_t tid)
{
    const struct mm *mm = mm_of(k);
    struct page_need *n = page_need_of(k, tid);

    n->wait_slot = mm->wait_slot;
    n->wait_free = mm->frames.nfree;
}

static void release(struct kern *k)
{
    struct mem *mem = k->programs->mem;

    while (mem->nkept)
        mm_unpin(&mem->mm, mem->kept[--mem->nkept].pfn);
    mem->keeper = TID_NONE;
    mem->released = true;
}

void mem_let_go(struct kern *k, tid_t tid)
{
    if (k->programs && k->programs->mem->keeper == tid)
        release(k);
}

bool pages_gate(void *ctx, enum mm_step step, const struct aspace *as, uint32_t va,
                ns_t *after)
{
    const struct kern *k = ctx;
    const struct mem *mem = k->programs->mem;
    tid_t tid = mem->keeper != TID_NONE ? mem->keeper : mem->pinner;

    (void)step, (void)va;
    *after = NS_MAX;
    return tid != TID_NONE && proc_space(proc_of_task(k, tid)) != as;
}

void pages_look_at_keeper(struct kern *k)
{
    const struct mem *mem = k->programs->mem;

    if (mem->keeper != TID_NONE &&
        thread_instructions(k, mem->keeper) != mem->kept_at)
        release(k);
}

bool pages_kept_by_other(const struct kern *k, tid_t tid)
{
    const struct mem *mem = k->programs->mem;

    return (mem->keeper != TID_NONE && mem->keeper != tid) ||
           (mem->pinner != TID_NONE && mem->pinner != tid);
}

void pages_keep(struct kern *k, tid_t tid, uint32_t va)
{
    struct mem *mem = k->programs->mem;
    const struct aspace *as = proc_space(proc_of_task(k, tid));
    uint32_t number = va >> PAGE_SHIFT, pfn = pte_pfn(pt_get(&mem->mm.frames, as->root, va));
    unsigned i = 0;

    if (mem->keeper != tid)
        return;
    while (i < mem->nkept && mem->kept[i].number != number)
        i++;
    if (i == MEM_KEPT)
        return;
    mm_pin(&mem->mm, pfn);
    if (i < mem->nkept)
        mm_unpin(&mem->mm, mem->kept[i].pfn);
    else
        mem->nkept++;
    mem->kept[i] = (struct kept){ number, pfn };
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
    if (n->again > 2 * FAULT_PAGES && k->programs->mem->keeper == TID_NONE &&
        !pages_kept_by_other(k, tid)) {
        k->programs->mem->keeper = tid;
        k->programs->mem->kept_at = at - 1;
    }
}
