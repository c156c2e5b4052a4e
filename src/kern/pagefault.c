/* pagefault.c - a program touched a page: it is brought, and allocation and load control have
 * their say. */
#include "memory.h"

#include <kern/pages.h>
#include <kern/proc.h>
#include <kern/virtual.h>

/* Load control has put its program out of memory, and there is no room for it yet. */
static bool kept_out(struct kern *k, tid_t tid, tid_t root)
{
    struct mm *mm = mm_of(k);

    if (!k->memory->toucher[root].suspended || control_returns(k, root))
        return false;
    mm->wait_ns = NS_MAX;
    mm->wait_slot = SWAP_NONE;
    page_need_of(k, tid)->kept_out = true;
    return true;
}

/* The fault of the thread was counted now: what its allocation makes of it. */
static void allocate(struct kern *k, tid_t root, bool major)
{
    if (k->config->allocation.kind == ALLOC_PFF)
        workset_frequency(k, root);
    if (major && k->config->load_control)
        control_fault(k);
}

enum mm_result mem_fault(struct kern *k, tid_t tid, uint32_t va, enum mmu_access access)
{
    tid_t root = pages_root(k, tid);
    unsigned h = k->task[tid].hart;
    bool brought, known = page_need_of(k, tid)->major;

    if (root != TID_NONE && k->config->load_control && kept_out(k, tid, root))
        return MM_WAIT;
    enum mm_result why = mm_fault(mm_of(k), proc_space(proc_of_task(k, tid)), va, access,
                                  &brought);

    if (pages_fault(k, tid, h, va, why, brought))
        kern_exit(k, h, EXIT_FAULT);
    bool major = page_need_of(k, tid)->major && !known;
    if (root != TID_NONE && (major || (!why && brought && !known)))
        allocate(k, root, major);
    if (!why)
        pages_have(k, tid, va);
    return why == MM_NO_MEMORY ? pages_short(k, tid) : why;
}
