/* lab/compare_sweep.h - one field at many values, side by side: curves over it. The field may
 * be the size of memory, and the curves replacement policies. */
#ifndef LAB_COMPARE_SWEEP_H
#define LAB_COMPARE_SWEEP_H

#include <lab/compare.h>
#include <ossim/err.h>

/* The columns of a comparison are curves[k / nx] at x[k % nx]; either may be none, and counts
 * as one then. All borrowed. */
struct sweep {
    const char *const *curves;
    size_t ncurves;
    const char *const *x;       /* numbers, as written */
    size_t nx;
    const char *what;           /* what they are the numbers of: "frames", or a path */
    bool frames;                /* page faults are what matters, whatever the workload says */
};

/* A line a value and a column a curve, of means over the seeds: of each metric that matters in
 * the workload, or of page faults (with a drive for pages, those that needed it), as for a
 * workload that says nothing. False: a write failed. */
bool compare_sweep_table(const struct compare *c, const struct sweep *s,
                         const struct compare_style *style, struct text_out *out);
/* The same as curves: DIR/NAME-METRIC.csv, .svg and .png for each workload, or NAME-faults. As
 * plot_compare. */
enum err plot_sweep(const struct compare *c, const struct sweep *s, const char *dir,
                    struct diag *diag);

#endif
