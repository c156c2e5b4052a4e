/* lab/plot.h - figures: CSV files, and one gnuplot script for each kind of figure.
 *
 * The CSV is written here, the script is plots/KIND.gp, and both an SVG and a PNG
 * come out beside the CSV. Without gnuplot the CSV files are there all the same.
 */
#ifndef LAB_PLOT_H
#define LAB_PLOT_H

#include <lab/compare.h>
#include <ossim/err.h>
#include <stat/gantt.h>

/* --- charts of who ran when --- */

/* One run in a chart: a row for each of its harts. All borrowed. */
struct plot_run {
    const char *label;          /* the policy, as given */
    const struct gantt_piece *pieces;
    size_t npieces;
    const struct gantt_mark *marks;     /* of these, missed deadlines are drawn */
    size_t nmarks;
};

/* DIR/NAME-gantt.csv, .svg and .png. The runs, all of one workload and seed, are below
 * each other on one time axis; one run has a row for each task below those of its CPUs,
 * if there are not too many; what is longer than a figure can show is cut, and the
 * figure says so. If nobody ever computes, nothing is made. DIR is made if need be.
 * ERR_UNSUPPORTED: no gnuplot, the CSV is there; ERR_IO. */
enum err plot_gantt(const char *dir, const char *name, const struct config *c,
                    const struct plot_run *runs, size_t nruns, struct diag *diag);

/* --- figures of a comparison --- */

/* For each workload: DIR/NAME-bars.*, means and intervals; NAME-waiting.* and
 * NAME-first-response.*, how the tasks' times are distributed; NAME-gantt.*, the first
 * seed's runs (not for many tasks). The plan must have asked for quantiles. Errors
 * as above; the first one, with all that can be written written. */
enum err plot_compare(const struct compare *c, const char *dir, struct diag *diag);

/* A name of files for a workload: its own, with - for what is not a letter or digit.
 * Returns buf. */
const char *plot_name(const char *workload, char *buf, size_t size);

#endif
