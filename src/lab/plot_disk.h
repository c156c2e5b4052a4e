/* lab/plot_disk.h - figures of the disk of one run. */
#ifndef LAB_PLOT_DISK_H
#define LAB_PLOT_DISK_H

#include <ossim/err.h>
#include <sim/config.h>
#include <stat/diskbook.h>

/* DIR/NAME-arm.*, the way of the arm over its last requests; NAME-cache.* and NAME-journal.*,
 * how full they were over time; each only if there is such a thing. CSV, SVG and PNG.
 * ERR_UNSUPPORTED: no gnuplot, the CSV files are there; ERR_IO. */
enum err plot_disk(const char *dir, const char *name, const struct config *c,
                   const struct diskbook *d, struct diag *diag);

#endif
