/* lab/plot_memory.h - figures of the memory of one run, and what its results say of it. */
#ifndef LAB_PLOT_MEMORY_H
#define LAB_PLOT_MEMORY_H

#include <formats/results.h>
#include <ossim/err.h>

struct machine;

/* For the results of this machine, which is borrowed, as is the book. */
struct results_memory memory_results(struct machine *m, const struct membook *book);

/* DIR/NAME-faults.*, the rates of page faults and of TLB misses over time; NAME-working-sets.*, pages in memory
 * and working sets over time; and, if frames are in use at the end, NAME-frames.*, who has
 * them, and NAME-pages.*, which pages stand where and which a TLB knows. CSV, SVG and PNG.
 * Nothing where there was no fault. Errors as plot_disk. */
enum err plot_memory(const char *dir, const char *name, const struct config *c,
                     const struct results_memory *m, struct diag *diag);

#endif
