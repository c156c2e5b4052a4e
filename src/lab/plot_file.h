/* lab/plot_file.h - one figure's CSV file being written. For plot*.c only. */
#ifndef LAB_PLOT_FILE_H
#define LAB_PLOT_FILE_H

#include <ossim/err.h>
#include <stdbool.h>
#include <stddef.h>

enum { PLOT_PATH = 4096 };

struct plot_file {
    char base[PLOT_PATH];       /* DIR/NAME-KIND, without a suffix */
    char csv[PLOT_PATH + 8];
    struct outfile *file;
    bool failed;
};

/* Make DIR if need be and open DIR/NAME-KIND.csv. */
enum err plot_open(struct plot_file *f, const char *dir, const char *name,
                   const char *kind, struct diag *diag);
/* A field, quoted if it must be; the comma or line end comes with plot_put. */
void plot_field(struct plot_file *f, const char *text);
__attribute__((format(printf, 2, 3)))
void plot_put(struct plot_file *f, const char *format, ...);
enum err plot_close(struct plot_file *f, struct diag *diag);

/* Append text to `list` as one more word for gnuplot's word(): its blanks become hard
 * ones. Words that do not fit are left out. */
void plot_word(char *list, size_t size, const char *text);

#endif
