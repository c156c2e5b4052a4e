/* formats/workload.h - a workload file's text in, the config of a run out.
 *
 * Reads no file itself: the text comes from the caller, and what the workload names
 * (programs, plug-ins, cost sets, stdin files) is fetched through the vocabulary. It
 * does not stop at the first mistake: all of them come back at once, each with its
 * line, column and JSON pointer, in the order of the file.
 */
#ifndef FORMATS_WORKLOAD_H
#define FORMATS_WORKLOAD_H

#include <formats/vocabulary.h>
#include <ossim/err.h>
#include <sim/config.h>
#include <stddef.h>

enum {
    WORKLOAD_MAX_BYTES = 64 << 20,
    WORKLOAD_MAX_VALUES = 4 << 20,      /* JSON values in one file */
    WORKLOAD_MAX_DEPTH = 64,            /* of nested JSON */
    WORKLOAD_MAX_DIAGS = 100            /* further ones are only counted */
};

/* No time in a workload, and no sum of times of one task, may exceed this, so that
 * the core can add without overflow: 100 years of 365 days, in ns. */
#define WORKLOAD_MAX_TIME (INT64_C(100) * 365 * 86400 * 1000000000)

/* One `--set PATH=VALUE`. The path is a JSON pointer ("/kernel/scheduler") or dotted
 * ("kernel.scheduler", "processes[0].cpu"); what is missing on the way is made, and "-"
 * as an index appends. The value is JSON if it reads as JSON, else a string. Other
 * options are sets too: --sched P is {"/kernel/scheduler", P}, --seed N {"/seed", N}, and
 * so on: /machine/cpus, /machine/memory/frames. */
struct workload_set {
    const char *path;
    const char *value;
};

/* Turn `size` bytes of text (no NUL needed) into *out, which owns all its memory except
 * what the vocabulary gave it; give it back with workload_free. `file` names the text in
 * messages, `dir` is what relative paths inside it are relative to ("" or "." for the
 * current directory). Sets are applied in order, before anything is checked.
 *
 * On error *out is NULL and *diags an array of *ndiags >= 1 mistakes, to be given to
 * free(). A mistake in a set's value has the file "--set PATH" and no line. Result:
 * ERR_UNSUPPORTED if all that is wrong is that this version cannot do it, else the
 * code of the first mistake (ERR_INPUT, ERR_LIMIT, ERR_IO, ERR_PLUGIN). */
enum err workload_load(const char *file, const char *text, size_t size,
                       const char *dir, const struct vocabulary *v,
                       const struct workload_set *sets, size_t nsets,
                       struct config **out, struct diag **diags, size_t *ndiags);

/* NULL is fine. */
void workload_free(struct config *c);

/* Does the "source" of a figure name somebody who says so? NULL: it has none. */
bool workload_cited(const char *source);

/* Of "faults": what is drawn from where the workload does not say; a bit each. */
extern const uint16_t workload_all_services, workload_all_faults;

#endif
