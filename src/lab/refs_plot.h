/* lab/refs_plot.h - the curve of miss ratios by size. */
#ifndef LAB_REFS_PLOT_H
#define LAB_REFS_PLOT_H

#include <lab/refs.h>

/* DIR/NAME-misses.csv, .svg and .png, from npolicies x nsizes runs, by policy, then by
 * size. NAME comes from the string's. ERR_UNSUPPORTED: no gnuplot, the CSV is there;
 * ERR_IO. */
enum err refs_plot(const char *dir, const char *name, const struct refs_run *run,
                   size_t npolicies, size_t nsizes, struct diag *diag);

#endif
