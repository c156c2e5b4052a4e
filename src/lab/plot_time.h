/* lab/plot_time.h - figures over time: power and frequency of harts, steal time of guests. */
#ifndef LAB_PLOT_TIME_H
#define LAB_PLOT_TIME_H

#include <ossim/err.h>
#include <stat/powerbook.h>

/* DIR/NAME-power.*, NAME-frequency.* and NAME-steal.*, each if there is such a thing; the book
 * is settled. CSV, SVG and PNG. ERR_UNSUPPORTED: no gnuplot, the CSV files are there; ERR_IO. */
enum err plot_time(const char *dir, const char *name, const struct config *c,
                   const struct powerbook *b, struct diag *diag);

#endif
