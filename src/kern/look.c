/* look.c - who has which frame, and where a task's pages are. Nothing is changed by looking. */
#include "memory.h"

#include <kern/pages.h>
#include <kern/proc.h>

/* --- frames --- */

static const struct frames *frames_of(const struct kern *k)
{
    return k->programs ? &mm_of(k)->frames : k->memory ? k->memory->pager.frames : NULL;
}

static void look_at_pager(const struct kern *k, uint32_t pfn, struct memory_frame *out)
{
    static const uint8_t use[] = { [PAGE_HERE] = MEMORY_PAGE, [PAGE_COMING] = MEMORY_COMING,
                                   [PAGE_GOING] = MEMORY_GOING };
    const struct page *p = &k->memory->pager.page[pfn];
    unsigned bits = k->memory->pager.replacer.bits[pfn];

    if (p->state == PAGE_FREE)
        return;
    out->use = (enum memory_use)use[p->state];
    out->tid = p->owner & MM_OWNER ? pages_task(k, p->owner) : p->owner;
    out->accessed = bits & REPLACE_ACCESSED;
    out->dirty = bits & REPLACE_DIRTY;
}

/* What the tables of a program say: whose a frame is, and its bits. */
static void look_at_space(const struct mm *mm, const struct aspace *as, struct memory_frame *out,
                          uint32_t from, uint32_t n)
{
    uint64_t va = 0;

    for (; (va = pt_next(&mm->frames, as->root, va, USER_TOP)) < USER_TOP; va += PAGE_SIZE) {
        uint32_t pte = pt_get(&mm->frames, as->root, (uint32_t)va), pfn = pte_pfn(pte);

        if (pfn < from || pfn - from >= n || pfn == mm->trampoline)
            continue;
        struct memory_frame *f = &out[pfn - from];
        f->use = MEMORY_PAGE;
        f->tid = as->task;
        f->accessed |= pte & PTE_A;
        f->dirty |= pte & PTE_D;
    }
}

void pages_frames(const struct kern *k, struct memory_frame *out, uint32_t from, uint32_t n)
{
    const struct frames *f = frames_of(k);

    for (uint32_t i = 0; i < n; i++) {
        uint32_t pfn = from + i;
        bool used = f && pfn < f->nframes && (frame_refs(f, pfn) || frame_pins(f, pfn));

        out[i] = (struct memory_frame){ .use = used ? MEMORY_KERNEL : MEMORY_FREE, .tid = TID_NONE,
                                      .pinned = used && frame_pins(f, pfn) };
        if (used && k->memory)
            look_at_pager(k, pfn, &out[i]);
    }
    for (uint32_t i = 0; k->programs && i < mm_of(k)->used_spaces; i++)
        if (mm_of(k)->aspace[i].id)
            look_at_space(mm_of(k), &mm_of(k)->aspace[i], out, from, n);
}

/* --- pages --- */

uint32_t pages_of_program(const struct kern *k, tid_t tid, uint32_t skip, struct page_look *out,
                          uint32_t max)
{
    const struct proc *p = proc_led_by(k, tid);
    const struct aspace *as = p ? proc_space(p) : NULL;
    const struct frames *f = &mm_of(k)->frames;
    uint32_t n = 0, seen = 0;
    uint64_t va = 0;

    for (; as && n < max && (va = pt_next_any(f, as->root, va, USER_TOP)) < USER_TOP;
         va += PAGE_SIZE) {
        uint32_t pte = pt_get(f, as->root, (uint32_t)va);

        if (seen++ < skip)
            continue;
        out[n++] = (struct page_look){ .va = (uint32_t)va, .here = pte & PTE_V, .pte = pte,
                                       .where = pte & PTE_V ? pte_pfn(pte) : pte_slot(pte) };
    }
    return n;
}

uint32_t touch_resident(const struct kern *k, tid_t tid)
{
    return k->memory ? k->memory->toucher[tid].resident : 0;
}

uint32_t touch_pages(const struct kern *k, tid_t tid, uint32_t skip, struct page_look *out,
                     uint32_t max)
{
    uint32_t n = 0, seen = 0, pages = k->memory ? task_process(k, tid)->pages : 0;

    for (uint32_t page = 0; page < pages && n < max; page++) {
        uint32_t entry = *memory_entry(k, tid, page);

        if ((entry & 3) == ENTRY_NONE || seen++ < skip)
            continue;
        out[n++] = (struct page_look){ .va = page, .here = (entry & 3) == ENTRY_HERE,
                                       .where = entry >> 2 };
    }
    return n;
}

uint32_t pages_entries(const struct kern *k, tid_t tid, uint32_t skip, struct page_look *out,
                       uint32_t max)
{
    if (tid >= k->ntasks || !body_of(k, tid)->pages)
        return 0;
    return body_of(k, tid)->pages(k, tid, skip, out, max);
}

tid_t pages_task_in(const struct kern *k, unsigned h, uint32_t asid)
{
    const struct mm *mm = mm_of(k);
    uint64_t id = mm->entered[(size_t)h * ASID_LIMIT + asid];

    for (uint32_t i = 0; id && i < mm->used_spaces; i++)
        if (mm->aspace[i].id == id)
            return mm->aspace[i].task;
    return TID_NONE;
}

/* --- over time --- */

/* Pages used in the last window that is over. */
static uint32_t last_window(const struct kern *k, tid_t tid)
{
    const struct toucher *w = &k->memory->toucher[tid];
    uint64_t window = (uint64_t)(memory_clock(k, tid) / k->memory->window) + 1;

    return w->window == window ? w->whole : w->window + 1 == window ? w->used : 0;
}

/* Pages of programs that are in memory, by the task that they descend from; and has that any
 * spaces left? */
static void resident_of_programs(const struct kern *k, uint32_t *resident, bool *lives, uint32_t n)
{
    for (uint32_t i = 0; k->programs && i < mm_of(k)->used_spaces; i++) {
        const struct aspace *as = &mm_of(k)->aspace[i];

        if (as->id && as->task < n) {
            resident[as->task] += as->resident;
            lives[as->task] = true;
        }
    }
}

/* Who is gone uses nothing. */
static void look_at_task(const struct kern *k, tid_t tid, uint32_t resident, bool lives,
                         struct memory_now *out)
{
    const struct toucher *w = k->memory ? &k->memory->toucher[tid] : NULL;
    uint32_t used = w && lives ? last_window(k, tid) : 0;

    out->ntouching++;
    out->suspended += w && w->suspended;
    out->resident += resident;
    out->working_set += used;
    if (out->n < MEMORY_TASKS) {
        out->task[out->n].tid = tid;
        out->task[out->n].resident = resident;
        out->task[out->n++].working_set = used;
    }
}

bool memory_look(const struct kern *k, struct memory_now *out)
{
    uint32_t resident[MEMORY_SUMMED] = { 0 };
    bool lives[MEMORY_SUMMED] = { false };
    tid_t n = k->config->ntasks < MEMORY_SUMMED ? k->config->ntasks : MEMORY_SUMMED;

    if (!k->memory && !k->programs)
        return false;
    *out = (struct memory_now){ .frames = k->config->memory.frames,
                                .free = memory_frames_free(k), .windows = k->memory,
                                .tlb_misses = program_tlb_misses(k) };
    resident_of_programs(k, resident, lives, n);
    for (tid_t tid = 0; tid < n; tid++) {
        const struct process_config *p = config_process(k->config, tid);

        if (p->program)
            look_at_task(k, tid, resident[tid], lives[tid], out);
        else if (k->memory && p->pages)
            look_at_task(k, tid, k->memory->toucher[tid].resident,
                         k->task[tid].state != TASK_DEAD, out);
    }
    return true;
}
