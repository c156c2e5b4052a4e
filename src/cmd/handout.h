/* cmd/handout.h - what a student takes home: the visible parts of a rubric, as files. */
#ifndef CMD_HANDOUT_H
#define CMD_HANDOUT_H

#include <stdbool.h>
#include <stdint.h>

/* Into the folder: the rubric without its hidden parts, each workload as a file that `run` and
 * `diff` take, and what those need. seed: of the variant in the place of templates, which is
 * the one that a grading with this seed has; NULL: the templates. False: said why. */
bool handout_write(const char *rubric, const uint64_t *seed, const char *folder);

#endif
