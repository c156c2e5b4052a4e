/* kern/pages.h - programs in little memory: what the mem service does for them. Without a
 * pager these do nothing but count.
 */
#ifndef KERN_PAGES_H
#define KERN_PAGES_H

#include <cpu/elf.h>
#include <kern/programs.h>

struct load_progress;

enum { FAULT_PAGES = 4 };       /* one instruction needs at most three */

struct page_need {              /* of a thread */
    uint64_t fault_at;          /* 1 + instructions executed at its last fault */
    uint32_t page[FAULT_PAGES]; /* pages that it needed there, the last one first */
    uint32_t again;             /* ...and needed again */
    uint32_t wait_slot;         /* asleep for memory: for the page in this slot, or */
    uint32_t wait_free;         /* ...for more free frames than these */
    bool major;                 /* the fault in work needed the disk, and was counted */
    /* Its last access that was refused, for who reports the end of that process. */
    struct pages_refusal { int32_t pid; uint32_t pc; ns_t at; struct mm_refusal what; } refused;
};

static inline struct page_need *page_need_of(const struct kern *k, tid_t tid)
{
    return &k->programs->need[k->task[tid].own];
}

/* --- pages.c --- */

/* A fault of the task's, or of the kernel's for it, at va has come to this, after mm_fault
 * or mm_user. True: it is over, and was one (to be charged). */
bool pages_fault(struct kern *k, tid_t tid, unsigned h, uint32_t va, enum mm_result why,
                 bool brought);
/* It is about to go on with the page that it faulted for. */
void pages_have(struct kern *k, tid_t tid, uint32_t va);
/* No frame can be had for the task. MM_WAIT: it shall sleep and ask again; somebody gets
 * killed meanwhile, perhaps itself. MM_NO_MEMORY: there is no pager. */
enum mm_result pages_short(struct kern *k, tid_t tid);
/* An access of the task's at pc is refused: that is kept. */
void pages_refuse(struct kern *k, tid_t tid, uint32_t pc, uint32_t va, enum mmu_access access,
                  enum mm_result why);
/* The last one of the process; NULL: there was none. */
const struct pages_refusal *pages_refused(const struct kern *k, int32_t pid);
/* Once an instant: those who wait are woken as far as there is something for them. */
void pages_settle(struct kern *k);
/* The space is for a program that descends from this configured task. */
void pages_own(const struct kern *k, struct aspace *as, tid_t root);

/* --- shootdown.c --- */

/* Hart `from` works for a task: what memory changes on the way is its doing. HART_NONE: it is
 * nobody's, but a device's. */
void shootdown_from(struct kern *k, unsigned from);
/* The port of memory: hart h is to forget, and is interrupted if it runs in that space. */
void shootdown(void *ctx, const struct aspace *as, unsigned h, uint32_t va);

/* --- keeper.c --- */

struct page_need *pages_layout(struct arena *a, uint32_t nthreads);
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
/* The task ends, or sleeps for something else than memory. */
void pages_keeper_gone(struct kern *k, tid_t tid);
/* The port of memory that has others wait while there is such a one. */
bool pages_gate(void *ctx, enum mm_step step, const struct aspace *as, uint32_t va,
                ns_t *after);

/* --- image.c --- */

/* The pages of a program whose boot image the machine has are to come from there: x->placed
 * of them are entered. *is: it has. MM_WAIT, MM_NO_MEMORY. */
enum mm_result image_map(struct kern *k, struct load_progress *x, const struct elf *e,
                         bool *is);

#endif
