/* cmd/vocab.h - the names a workload may use, looked up for real.
 *
 * Policies come from the registry or are plug-ins, programs are built or read,
 * files are read, cost sets are found beside the executable, under
 * PREFIX/share/ossim, or in ./workloads. What was found is kept until vocab_close.
 */
#ifndef CMD_VOCAB_H
#define CMD_VOCAB_H

#include <formats/vocabulary.h>

/* NULL: no memory. */
struct vocabulary *vocab_open(void);
void vocab_close(struct vocabulary *v);
/* A policy that was given on the command line: a path in it is relative to the working
 * directory, not to the workload. The text is borrowed. */
void vocab_given(struct vocabulary *v, const char *spec);

/* The host's files and folders that names have led to so far: data, sources, plug-ins, trees;
 * nothing that is shipped, and nothing twice. One in which headers are looked for only comes
 * as "-I" and its path. Borrowed. */
const char *const *vocab_used(const struct vocabulary *v, size_t *n);

/* A file that is shipped with ossim ("costs/pentium.json"), as a path in buf. False
 * if it is nowhere. */
bool share_find(const char *name, char *buf, size_t size);

#endif
