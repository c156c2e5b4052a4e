/* machine/inside.h - what a machine consists of; for this room alone. */
#ifndef MACHINE_INSIDE_H
#define MACHINE_INSIDE_H

#include <kern/kern.h>
#include <machine/machine.h>

#include "turns.h"

struct guest;
struct links;

struct machine {
    struct stream stream;       /* of the outermost one; guests' kernels speak there too */
    struct engine engine;
    struct kern kern;
    uint64_t steps;             /* pending entries handled */
    struct program_watch watch; /* of debug.c */
    uint8_t *scratch;           /* a queue's state and all tasks' policy memory, for
                                 * peek_queue; NULL when there are too many tasks */
    struct guest *guest;        /* machines in it, nguests of them: vcpu.c */
    uint32_t nguests;
    uint64_t spare;             /* frames that none of them has, where they are counted */
    struct guest *as_guest;     /* it is one itself; NULL: the outermost */
    struct machine *outermost;
    uint32_t order;             /* among all of the run: its own guests come before it, and
                                 * the outermost is the last */
    struct links *links;        /* to other kernels: link.h; NULL: none */
    bool called;                /* a guest woke one of its own CPUs, which is to be decided on */
    /* Of the outermost one */
    struct guest **active;      /* guests with a CPU that is on a real one, by `order` */
    uint32_t nactive, nall;     /* nall: guests at any depth */
    struct turns turns;         /* of all of them; those that are not active have nothing */
    struct guest **all;         /* by order */
    struct guest **stirred;     /* nstirred of them: what they have to do may be another */
    uint64_t *looked;           /* a bit by order: a CPU of it was put on, and may be idle */
    uint32_t nstirred, nlooked; /* nlooked: bits set */
    bool executes;              /* some run programs: those go on ahead of each other */
    bool touched;               /* what a guest did has changed something outside it */
};

/* The parts of a machine in the arena, measuring it if it has no base. number: the next
 * kernel's, which is counted on. */
void machine_build(struct machine *m, struct arena *a, const struct config *c,
                   struct stream *stream, struct guest *as_guest, uint16_t *number);

/* Bytes of scratch; 0 when ordering by trial is too costly. */
size_t peek_scratch_size(const struct kern *k);

#endif
