/* cmd/compare_grid.h - what a sweep compares: a field at many values (--vary, --frames), for
 * each of several curves (--curve, --replacement). */
#ifndef CMD_COMPARE_GRID_H
#define CMD_COMPARE_GRID_H

#include <cmd/options.h>
#include <formats/workload.h>
#include <lab/compare_sweep.h>

enum {
    GRID_COLUMNS = 1024,
    GRID_CHANGES = 8,           /* of one curve */
    GRID_SETS = GRID_CHANGES + 1
};

struct grid {
    struct sweep face;          /* as the lab has it: the strings below */
    char *path;                 /* of the field that varies */
    char *x[OPTIONS_FRAMES];    /* its values... */
    char *json[OPTIONS_FRAMES]; /* ...and as the workload is to have them */
    unsigned nx;
    struct grid_curve {
        char *name;
        char *path[GRID_CHANGES], *value[GRID_CHANGES];
        unsigned n;
    } curve[OPTIONS_POLICIES];
    const char *names[OPTIONS_POLICIES];
    unsigned ncurves;
    const char *label[GRID_COLUMNS];    /* owned */
    unsigned n;                 /* columns; 0: nothing of that kind is compared */
};

/* Of the options. False: they are wrong, too many, or there is no memory; it is said. */
bool grid_make(struct grid *g, const struct options *o);
void grid_free(struct grid *g);
/* The changes to the workload that make column k (0 where there are none): how many. */
size_t grid_sets(const struct grid *g, unsigned k, struct workload_set sets[GRID_SETS]);

#endif
