/* lab/plot_arm.h - the picture of every textbook: where the arm was when. */
#ifndef LAB_PLOT_ARM_H
#define LAB_PLOT_ARM_H

#include <ossim/err.h>
#include <ossim/types.h>

struct plot_arm_point {
    uint32_t cylinder;
    ns_t at;
    bool served;                /* a request; else only passed, like an edge */
};

struct plot_arm_run {
    const char *label;
    const struct plot_arm_point *points;
    size_t n;
    unsigned long moves;
};

/* What the pictures are called, if nothing else is to be said. */
#define PLOT_ARM_TITLE "The arm over the cylinders"

/* DIR/NAME-KIND.csv, .svg and .png: a panel for each run, cylinder across, time downwards.
 * ERR_UNSUPPORTED: no gnuplot, the CSV is there; ERR_IO. */
enum err plot_arm(const char *dir, const char *name, const char *kind, const char *title,
                  const struct plot_arm_run *runs, size_t nruns, uint32_t cylinders,
                  struct diag *diag);

#endif
