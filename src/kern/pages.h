/* kern/pages.h - programs' memory, inside the mem service. Without a pager, who has to
 * wait for a page or a frame is nobody, and faults are but counted.
 *
 * Only for: mem.c pages.c keeper.c image.c pin.c uaccess.c sys_mem.c sys_remap.c memory.c touch.c
 * filemap.c shootdown.c look.c leak.c reach.c incident.c balloon.c pagefault.c control.c workset.c
 * instrument.c machine/peek.c
 *
 * The last ones are what goes wrong in a kernel, which asks no service, and a reader that
 * copies for views.
 */
#ifndef KERN_PAGES_H
#define KERN_PAGES_H

#include <cpu/elf.h>
#include <kern/mem.h>
#include <kern/programs.h>
#include <mm/aspace.h>
#include <sim/memory_view.h>

enum {
    FAULT_PAGES = 4,            /* one instruction needs at most three */
    MEM_KEPT = 6,               /* pages that a keeper keeps, at most */
};

struct page_need {              /* of a thread */
    uint64_t fault_at;          /* 1 + instructions executed at its last fault */
    uint32_t page[FAULT_PAGES]; /* pages that it needed there, the last one first */
    uint32_t again;             /* ...and needed again */
    uint32_t wait_slot;         /* asleep for memory: for the page in this slot, or */
    uint32_t wait_free;         /* ...for more free frames than these */
    bool major;                 /* the fault in work needed the disk, and was counted */
    bool kept_out;              /* about to sleep as long as load control wants it to */
    /* Its last access that was refused, for who reports the end of that process. */
    struct pages_refusal { int32_t pid; uint32_t pc; ns_t at; struct mm_refusal what; } refused;
};

struct mem {
    struct mm mm;
    struct waitq waiting;       /* for a page or frame */
    struct page_need *need;     /* by thread */
    tid_t pinner;               /* keeps its pins while it waits; TID_NONE */
    tid_t keeper;               /* keeps the pages of its faults: keeper.c; TID_NONE */
    unsigned changes;           /* hart that works for a task; HART_NONE */
    ns_t shot_at;               /* 1 + when that hart last interrupted others */
    unsigned shot_from;
    ns_t *shot;                 /* by hart: 1 + when it was interrupted then */
    bool released;              /* pages were given up: those who wait may ask again */
    bool starved;               /* no frame can be had: somebody is to be killed */
    bool left;                  /* a space is no more: load control is to know */
    uint64_t kept_at;           /* instructions that it had executed then */
    uint32_t nkept;
    struct kept { uint32_t number, pfn; } kept[MEM_KEPT];       /* pages, pinned */
};

static inline struct mm *mm_of(const struct kern *k)
{
    return &k->programs->mem->mm;
}
static inline struct page_need *page_need_of(const struct kern *k, tid_t tid)
{
    return &k->programs->mem->need[k->task[tid].own];
}

/* On whose behalf a page of programs is, as the pager names the owner; TID_NONE. */
static inline tid_t pages_task(const struct kern *k, uint32_t owner)
{
    const struct mm *mm = mm_of(k);
    uint32_t i = owner & ~MM_OWNER;

    return i < mm->naspaces ? mm->aspace[i].task : TID_NONE;
}

/* --- pages.c --- */

/* The thread goes on with the page at va that it faulted for. */
void pages_have(struct kern *k, tid_t tid, uint32_t va);

/* A fault of the task's, or of the kernel's for it, at va has come to this, after mm_fault
 * or mm_user. True: it is over, and was one (to be charged). */
bool pages_fault(struct kern *k, tid_t tid, unsigned h, uint32_t va, enum mm_result why,
                 bool brought);
/* No frame can be had for the task. MM_WAIT: it shall sleep and ask again; somebody gets
 * killed meanwhile, perhaps itself. */
enum mm_result pages_short(struct kern *k, tid_t tid);
/* The last one of the process; NULL: there was none. */
const struct pages_refusal *pages_refused(const struct kern *k, int32_t pid);
/* Once an instant: those who wait are woken as far as there is something for them. */
void pages_settle(struct kern *k);
/* The space is for a program that descends from this configured task. */
void pages_own(const struct kern *k, struct aspace *as, tid_t root);

/* --- look.c: for those who look --- */

/* Frames from..from + n - 1. Changes no bit. */
void pages_frames(const struct kern *k, struct memory_frame *out, uint32_t from, uint32_t n);

/* The task's entries but for the first `skip`: how many, at most max. */
uint32_t pages_entries(const struct kern *k, tid_t tid, uint32_t skip, struct page_look *out,
                       uint32_t max);
/* The task whose space a hart knows by that ASID; TID_NONE. */
tid_t pages_task_in(const struct kern *k, unsigned h, uint32_t asid);

/* --- shootdown.c --- */

/* The port of memory: hart h is to forget, and is interrupted if it runs in that space. */
void shootdown(void *ctx, const struct aspace *as, unsigned h, uint32_t va);

/* --- keeper.c --- */

/* It goes to sleep after MM_WAIT. */
void pages_wait(struct kern *k, tid_t tid);
/* It needs the page of va for what it does at this instruction; lost too often, it becomes
 * the keeper. */
void pages_need(struct kern *k, tid_t tid, uint32_t va);
/* It has that page now, in an entry that it can use: a keeper keeps it; if it was copied
 * since, the copy. */
void pages_keep(struct kern *k, tid_t tid, uint32_t va);
/* Another one keeps pages for good reason, for a while. */
bool pages_kept_by_other(const struct kern *k, tid_t tid);
/* Whoever kept pages and has got over it keeps them no more. */
void pages_look_at_keeper(struct kern *k);
/* The port of memory that has others wait while there is such a one. */
bool pages_gate(void *ctx, enum mm_step step, const struct aspace *as, uint32_t va,
                ns_t *after);

/* --- sys_mem.c --- */

struct sysc;
/* May a region with these flags come to [va, va + size), by RLIMIT_AS and RLIMIT_DATA? What is
 * there now goes. */
bool within_limits(const struct sysc *c, uint32_t va, uint32_t size, uint32_t flags);

#endif
