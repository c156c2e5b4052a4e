/* lab/races.h - data races of a machine's programs, found while they run.
 *
 * Watches every instruction (machine/debug.h) and tells the law (stat/race.h) what is read,
 * written and synchronised by. What orders two threads here:
 *   - clone, and the end of a thread for who waits for it (CLONE_CHILD_CLEARTID, waitid);
 *   - AMOs, LR and SC by their aq and rl bits, and fences, as RVWMO and C11 have them. A
 *     load right before a fence that orders it, or a store right behind one, is an
 *     atomic one (so compilers write them: RISC-V psABI, "RISC-V atomics mappings"); any
 *     other load or store is an ordinary one. GCC writes relaxed stores as AMOs, and a plain
 *     load of what is only written atomically is let pass; what clang writes for a relaxed
 *     store is an ordinary one;
 *   - futex wake and wait, a pipe's write and read, a signal's sending and arrival.
 * What a call moves to or from memory counts as an access there (read, write, pread64,
 * pwrite64). Locks need no names: they are made of these.
 *
 * Memory is that of one address space: processes that share a mapping are not compared. A
 * space with one thread costs next to nothing. Accesses within the library's own locks are
 * not reported. The run is the same as unwatched.
 *
 * A run that is not watched pays one comparison for each time that a hart is given a program
 * (kern/body_program.c): instructions are watched by an interpreter of its own
 * (run_watched), and those that run otherwise (cpu/fast.h) know nothing of it.
 */
#ifndef LAB_RACES_H
#define LAB_RACES_H

#include <formats/results.h>
#include <machine/debug.h>
#include <stdio.h>

struct races;

/* Watch m, which nobody may watch otherwise, until its end. NULL: no memory. */
struct races *races_watch(struct machine *m);
void races_close(struct races *r);

/* Those found so far, one for each pair of source lines. Borrowed until the machine runs
 * on. */
const struct results_race *races_found(const struct races *r, unsigned *n);
/* Why there may be more of them, or NULL: memory that processes share is one reason. */
const char *races_doubt(const struct races *r);

/* Three lines for each of at most `most`, behind `prefix`, and one for how many are left
 * out. */
void races_print(const struct results_race *race, unsigned n, unsigned most,
                 const char *prefix, FILE *out);

#endif
