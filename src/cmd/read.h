/* cmd/read.h - a workload file, with the changes that the command line asks for. */
#ifndef CMD_READ_H
#define CMD_READ_H

#include <cmd/options.h>
#include <formats/vocabulary.h>

/* Read and check the file at path. NULL if anything is wrong with it, all of which has
 * been said on stderr. To be given to workload_free; v must outlive it. */
struct config *read_workload(const char *path, const struct options *o,
                             struct vocabulary *v);

/* Paths of plug-ins on the command line are relative to the working directory. */
void read_given(const struct options *o, struct vocabulary *v);

/* For scandir: NAME.json, and not hidden. */
struct dirent;
int entry_is_json(const struct dirent *entry);

struct rubric;

/* Does the file at path say that it is a rubric? False too if it cannot be read. */
bool is_rubric(const char *path);
/* The same for a rubric: to be given to rubric_free. */
struct rubric *read_rubric(const char *path, const struct vocabulary *v);

#endif
