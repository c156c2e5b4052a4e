/* sim/memory_view.h - what those see who look at memory: copies, which change nothing. */
#ifndef SIM_MEMORY_VIEW_H
#define SIM_MEMORY_VIEW_H

#include <ossim/types.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    MEMORY_TASKS = 8,           /* that are shown one by one */
    MEMORY_SUMMED = 1024,       /* that the sums are of, the first of the workload */
};

struct memory_now {
    uint32_t frames, free;
    uint64_t tlb_misses;        /* of all harts so far */
    uint32_t ntouching;         /* tasks with pages, of those that are summed */
    uint32_t suspended;         /* of them, out of memory as a whole */
    uint32_t resident, working_set;     /* pages of all of them; see below */
    bool windows;               /* working sets are measured */
    unsigned n;                 /* the first of them: */
    struct {
        tid_t tid;
        uint32_t resident;      /* pages in memory; of a program, its children's too */
        uint32_t working_set;   /* pages that it used in the last window that is over */
    } task[MEMORY_TASKS];
};
/* Asked by observers, who know no machines. False: memory is not simulated. */
typedef bool memory_ask_fn(void *machine, struct memory_now *out);

struct memory_frame {           /* what a frame is used for */
    enum memory_use { MEMORY_FREE, MEMORY_KERNEL, MEMORY_PAGE, MEMORY_COMING,
                      MEMORY_GOING } use;
    tid_t tid;                  /* whose page; TID_NONE: nobody's */
    bool accessed, dirty, pinned;
};

struct memory_page {            /* an entry of a task's page table */
    uint32_t va;                /* of a burst: the number of the page */
    bool here;
    uint32_t where;             /* the frame, or the slot on the drive */
    char bits[9];               /* "DAGUXWRV"; of a burst "" */
};

struct memory_translation {     /* an entry of a hart's TLB */
    uint32_t va, frame;
    uint16_t asid;
    tid_t tid;                  /* whose space that is; TID_NONE: of none that is left */
    bool mega;                  /* of 4 MiB */
    char bits[9];               /* as in memory_page */
};

#endif
