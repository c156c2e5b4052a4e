/* cmd/compare_grid.h - replacement policies and sizes of memory, to be compared. */
#ifndef CMD_COMPARE_GRID_H
#define CMD_COMPARE_GRID_H

#include <cmd/options.h>
#include <formats/workload.h>
#include <lab/compare_frames.h>

enum { GRID_COLUMNS = 1024 };

struct grid {
    struct frames_grid face;    /* labels and sizes, as the lab has them */
    const char *label[GRID_COLUMNS];    /* owned, but for those that are the options' */
    unsigned n;                 /* columns; 0: nothing of that kind is compared */
};

/* Of the options. False: too many, or no memory; it is said. */
bool grid_make(struct grid *g, const struct options *o);
void grid_free(struct grid *g);
/* The changes to the workload that make column k (0 where there are none): how many, at most
 * 2, into sets. number is where the text of one may stand. */
size_t grid_sets(const struct grid *g, unsigned k, struct workload_set sets[2], char number[16]);

#endif
