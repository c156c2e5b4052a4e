/* lab/plot_scores.h - the figure beside the table of compare_scores. */
#ifndef LAB_PLOT_SCORES_H
#define LAB_PLOT_SCORES_H

#include <lab/compare.h>
#include <ossim/err.h>

/* DIR/what-matters-scores.csv, .svg and .png, if there is such a table; errors as in plot.h. */
enum err plot_scores(const struct compare *c, const char *dir, struct diag *diag);

#endif
