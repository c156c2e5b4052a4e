/* ossim/iosched.h - what a disk scheduler owes the queue in front of a drive.
 *
 * One instance serves one queue. The core owns its memory: zeroed, flat, best linked by
 * slot number, so that it can be copied and rewound. An op may not allocate, do I/O or
 * read a clock. The core checks every answer: an impossible one is replaced by the oldest
 * request and counted, no worse. The order of two requests in flight is nobody's promise,
 * so any order that serves each request once is correct.
 *
 * A plug-in is one .c file that includes this header and ends with
 *
 *     const struct iosched_ops ossim_iosched = { .abi = IOSCHED_ABI, ... };
 */
#ifndef OSSIM_IOSCHED_H
#define OSSIM_IOSCHED_H

#include <ossim/sched.h>

enum { IOSCHED_ABI = 1 };       /* bumped when anything below changes */

#define IOREQ_NONE UINT32_MAX   /* no slot */

struct iosched_params {         /* constant for the whole run */
    uint32_t max_requests;      /* slots, >= 1 */
    uint32_t max_owners;        /* owners are below this, or TID_NONE */
    uint32_t cylinders;         /* of the drive, >= 1; 1 where there is no arm */
    bool down;                  /* the arm moves towards cylinder 0 at first */
    ns_t time_unit;             /* ns that one unit of the workload has */
    struct sched_value value[SCHED_MAX_PARAMS];
};

struct iosched_request {        /* a copy; gone when the op returns */
    uint32_t slot;              /* below max_requests; reused when served */
    tid_t owner;                /* on whose behalf: the process, by its first thread; TID_NONE:
                                 * nobody's */
    uint32_t weight;            /* of the owner, for shares; >= 1 */
    bool write;
    uint32_t cylinder;          /* below `cylinders`; does not fall as sector grows */
    uint32_t nsectors;          /* >= 1 */
    uint64_t sector;
    ns_t arrival;
    ns_t deadline;              /* absolute; NS_MAX: none */
};

struct iosched_arm {            /* where the drive is */
    uint32_t cylinder;
    uint64_t sector;            /* that after the last one transferred */
    ns_t now;
    /* How long positioning to a queued slot would take from now, in ns; as the drive
     * itself knows it. O(1). */
    ns_t (*access)(const void *drive, uint32_t slot);
    const void *drive;          /* for `access` alone */
};

enum { IOSCHED_VIA = 2 };

/* Which request is next, and how the arm gets there: over the `nvia` cylinders of via,
 * one after the other. Bit i of `free` says that leg i (of nvia + 1) is not counted as
 * movement: textbooks differ in that for the return of C-SCAN. It takes its time. */
struct iosched_answer {
    uint32_t slot;
    uint32_t nvia, free;
    uint32_t via[IOSCHED_VIA];
};

struct iosched_ops {
    unsigned abi;               /* IOSCHED_ABI */
    const char *name;           /* as a config file writes it: [a-z0-9-]+ */
    const char *source;         /* the book section or paper this follows */
    const char *about;          /* optional: one line for `ossim list disk` */
    const struct policy_param *params;   /* optional: ends with name == NULL */

    /* Bytes of state, >= 1. Pure. */
    size_t (*state_size)(const struct iosched_params *p);
    /* Turn zeroed memory into an empty queue. */
    void (*init)(void *q, const struct iosched_params *p);
    /* r is queued from here on. */
    void (*enqueue)(void *q, const struct iosched_request *r, ns_t now);
    /* Take off and name the request to serve; the answer comes in zeroed. Something is
     * queued: slot IOREQ_NONE would be an impossible answer. */
    void (*pick)(void *q, const struct iosched_arm *arm, struct iosched_answer *out);
    /* The slot is queued and leaves without being picked. */
    void (*remove)(void *q, uint32_t slot);
    /* Optional. A queued request grew at its end, since another was merged into it. */
    void (*grown)(void *q, uint32_t slot, uint32_t nsectors);
};

#endif
