/* host/gnuplot.h - runs one of the shipped plot scripts. */
#ifndef HOST_GNUPLOT_H
#define HOST_GNUPLOT_H

#include <ossim/err.h>

/* gnuplot -c plots/SCRIPT.gp args...: args end with NULL, and are ARG1, ARG2... in the
 * script, two to nine; those that are not given are "". ARG2 is where its figures go, without
 * a suffix: they get there whole, when all of them are drawn, or not at all. ERR_UNSUPPORTED:
 * there is no gnuplot (diag says what to install); ERR_IO: the script is not found, or gnuplot
 * failed (diag has its first words). What gnuplot warns of is an error too: the figure would
 * not show what it should. */
enum err gnuplot_run(const char *script, const char *const *args, struct diag *diag);

#endif
