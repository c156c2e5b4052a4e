/* lab/files.h - what results say about the file system of a machine. */
#ifndef LAB_FILES_H
#define LAB_FILES_H

#include <formats/results.h>
#include <machine/machine.h>

/* *out; NULL: the machine has none. */
const struct results_files *files_of(const struct machine *m, struct results_files *out);

enum { BLACKOUTS = 64 };

/* The power cuts of a run, the first of them; returns how many. */
unsigned blackouts_of(const struct machine *m, struct results_blackout out[BLACKOUTS]);

#endif
