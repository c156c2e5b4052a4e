/* lab/compare_frames.h - replacement policies at several sizes of memory, side by side. */
#ifndef LAB_COMPARE_FRAMES_H
#define LAB_COMPARE_FRAMES_H

#include <lab/compare.h>
#include <ossim/err.h>

/* The columns of a comparison are replacements[k / nframes] at frames[k % nframes]; either
 * may be none, and counts as one then. All borrowed. */
struct frames_grid {
    const char *const *replacements;
    size_t nreplacements;
    const uint32_t *frames;
    size_t nframes;
};

/* Page faults (means over the seeds; with a drive for pages, those that needed it), a line a
 * size and a column a policy. False: a write failed. */
bool compare_frames_table(const struct compare *c, const struct frames_grid *g,
                          const struct compare_style *style, struct text_out *out);
/* The same as curves: DIR/NAME-faults.csv, .svg and .png for each workload. As plot_compare. */
enum err plot_frames(const struct compare *c, const struct frames_grid *g, const char *dir,
                     struct diag *diag);

#endif
