/* cmd/figures.h - the figures of one run. */
#ifndef CMD_FIGURES_H
#define CMD_FIGURES_H

#include <formats/results.h>

/* Into the folder: the chart, what the disk and memory did, and power and guests over time.
 * False: not all of them could be made; what is wrong was said. */
bool figures_draw(const char *dir, const struct results *s);

#endif
