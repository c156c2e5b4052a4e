/* machine/inside.h - what a machine consists of; for this room alone. */
#ifndef MACHINE_INSIDE_H
#define MACHINE_INSIDE_H

#include <kern/kern.h>
#include <machine/machine.h>

struct machine {
    struct stream stream;
    struct engine engine;
    struct kern kern;
    uint64_t steps;             /* pending entries handled */
    struct program_watch watch; /* of debug.c */
    uint8_t *scratch;           /* a queue's state and all tasks' policy memory, for
                                 * peek_queue; NULL when there are too many tasks */
};

/* Bytes of scratch; 0 when ordering by trial is too costly. */
size_t peek_scratch_size(const struct kern *k);

#endif
