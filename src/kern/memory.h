/* kern/memory.h - memory that does not suffice, inside the mem service.
 *
 * Only for: memory.c touch.c control.c workset.c image.c
 * pages.c pagefault.c leak.c look.c balloon.c instrument.c
 *
 * The pager (mm/pager.h) knows frames; here is the swap device behind it, who waits for
 * a frame, and whose page is where. Programs and burst tasks share one set of frames.
 */
#ifndef KERN_MEMORY_H
#define KERN_MEMORY_H

#include "doorbell.h"

#include <fs/storage.h>
#include <kern/kern.h>
#include <mm/pager.h>

/* Where a page of a burst task is: 0, it never was (or is to be zeros); else a kind in the
 * low bits, and a frame or slot above. */
enum entry_kind { ENTRY_NONE, ENTRY_HERE, ENTRY_OUT };
static inline uint32_t entry_make(enum entry_kind kind, uint32_t number)
{
    return number << 2 | kind;
}

enum part { PART_NONE, PART_UNKNOWN, PART_KNOWN };

struct toucher {                /* a configured task: a burst that touches pages, or a
                                 * program with its children, of which the counts are */
    uint64_t done;              /* references of the present step */
    uint64_t phase_done;        /* TOUCH_PHASES: of the present phase */
    uint32_t phase, last;       /* last: the page referenced last, for walks */
    uint32_t page;              /* the reference in work, with TOUCH_WRITES */
    bool drawn;                 /* ...is known */
    bool faulted;               /* ...has faulted, and was charged */
    bool paid;                  /* ...its own CPU time has passed */
    uint32_t resident, most;    /* pages in memory; the most at one time */
    ns_t clock;                 /* of programs: CPU time of its own, its children's too */
    uint32_t running;           /* ...how many of their threads are on a hart */
    bool due;                   /* ...its window is over, and is being looked at */
    uint64_t window;            /* number of the window that `used` counts in */
    uint32_t used, peak;        /* pages referenced in it, and in the fullest one so far */
    uint32_t whole;             /* ...and in the one before it */
    bool marked;                /* load control: it shall leave memory at its next chance */
    bool suspended;             /* ...and has */
    uint8_t part;               /* enum part: how load control counts it */
    uint32_t part_need;         /* ...with so many pages */
    ns_t last_fault;            /* by its own clock */
    uint64_t windows, used_sum; /* over finished windows with references */
    uint64_t minor, major, swap_in, swap_out;
};

struct image { const uint8_t *elf; uint32_t first; };   /* slot of its first page */

struct memory {
    struct pager pager;
    struct pager_port port;
    struct frames own;          /* without programs: frames without bytes */
    struct storage swap;        /* its own drive... */
    struct disk_config drive, member;   /* ...which is this; of an array, each one */
    struct doorbell bell;       /* ...and who asks it */
    bool has_drive;
    struct image *image;        /* nimages of them */
    uint32_t nimages;
    struct waitq waiting;       /* tasks that need a frame */
    uint32_t neediest;          /* the largest `peak` */
    uint64_t known;             /* load control: what is needed by those in memory that are
                                 * known, */
    uint32_t nparts, nunknown;  /* how many are there, and of them, how many are not */
    tid_t chosen;               /* whose pages are meant, while they are looked at */
    uint32_t quiet;             /* looks since anybody ran */
    ns_t look;                  /* when the next look is due */
    ns_t *clocked;              /* by hart: of the stretch there, what `clock` has */
    bool instrument;            /* each reference is looked at */
    uint32_t *cursor;           /* by key of the foresight: references so far */
    struct waitq suspended;     /* tasks that load control keeps out of memory */
    struct toucher *toucher;    /* by configured tid */
    uint32_t *entry;            /* pages of all tasks that touch */
    uint64_t *entry_at;         /* by process: where those of its first task begin */
    ns_t *seen;                 /* by entry: 1 + its task's clock when it was used last; 0:
                                 * never */
    ns_t window;                /* of the working set, in CPU time of the process */
};

/* workset_due is called at that time, or earlier. NS_MAX: need not be. */
static inline void memory_look_at(struct kern *k, ns_t at)
{
    if (at == NS_MAX || (engine_pending(k->engine, k->watch_slot) && k->memory->look <= at))
        return;
    k->memory->look = at;
    engine_set(k->engine, k->watch_slot, at, PEND_TIMER);
}

/* --- control.c: how many processes share memory --- */

/* The task has used a page more in this window. */
void control_used(struct kern *k, tid_t tid);
/* With load control: what is known of it, or whether it is in memory, has changed. */
void control_note(struct kern *k, tid_t tid);
/* It is no more. */
void control_left(struct kern *k, tid_t tid);
/* A suspended one wants to go on: if what it needs fits, it does. */
bool control_returns(struct kern *k, tid_t root);
/* Nobody runs, or can: one comes back, whatever it needs. */
void control_nobody(struct kern *k);
/* The sums are as if counted now. */
bool control_check(const struct kern *k);

/* The task has faulted for a page on disk: too many are in memory for what they use? Then
 * the newest of them is marked. */
void control_fault(struct kern *k);
/* A marked task, running, goes out of memory as a whole and sleeps. False: what it needs fits
 * by now, and it stays. */
bool control_suspend(struct kern *k, tid_t tid);
/* Somebody has left: whoever fits may come back. */
void control_resume(struct kern *k);

/* --- workset.c: programs' pages, by the clock --- */

/* The program that descends from this task faults: it may grow, or has to give pages up. */
void workset_frequency(struct kern *k, tid_t tid);

/* --- instrument.c: with memory.instrument --- */

/* When the page is referred to after the reference that is made now; REPLACE_NEVER. */
uint64_t instrument_next(const struct kern *k, uint64_t key);
/* The reference is made. */
void instrument_pass(struct kern *k, uint64_t key);

/* --- memory.c --- */

/* The task's own clock: the CPU time that it has had, and a program's children with it. Of
 * programs, as it was when workset.c last looked at all harts. */
ns_t memory_clock(const struct kern *k, tid_t tid);
/* Page-fault frequency: it is long since the task's last fault, by that clock, and what it has
 * not used since then is to go. */
bool memory_fault_is_rare(const struct kern *k, tid_t tid);
/* ...Then it has so many pages, and faults now. */
void memory_frequency(struct kern *k, tid_t tid, uint32_t has);

/* A frame was given back: bursts that wait get theirs, in turn. */
void memory_frame_free(struct kern *k);
/* What the pager tells of a burst's page: its entry, and the counts. */
void touch_left(struct kern *k, tid_t tid, uint32_t page, uint32_t frame, uint32_t slot);
void touch_came(struct kern *k, tid_t tid, uint32_t page, uint32_t frame, uint32_t slot,
                enum came how);
/* touch.c: the kernel goes on with the fault of a task that waits for a frame, which needs
 * none of its CPU time. False: it still waits. */
bool touch_serve(struct kern *k, tid_t tid);
/* Nothing can be had: kill somebody, by the workload's rule. False: there is nobody. */
bool memory_kill(struct kern *k);

/* --- pages.c: programs --- */

/* A transfer is over: those who wait for it, or for any, may ask again. */
void pages_ready(struct kern *k);

/* --- image.c --- */

/* Programs of the workload with different bytes, and all their pages with some. */
uint32_t images_count(const struct config *c, uint32_t *npages);
/* How large a program is when it starts, in pages. */
uint32_t image_size(const struct program_config *pc);
/* Write them to the device, once. */
void images_put(struct kern *k);
/* Put out what the task has not used since its clock showed that; NS_MAX: everything. */
void touch_release(struct kern *k, tid_t tid, ns_t since);
/* The entry of a task's page. */
static inline uint32_t *memory_entry(const struct kern *k, tid_t tid, uint32_t page)
{
    const struct process_config *p = task_process(k, tid);
    uint64_t at = k->memory->entry_at[k->task[tid].process];

    return &k->memory->entry[at + (uint64_t)(tid - p->first) * p->pages + page];
}

#endif
