/* cmd/rubric_files.h - what a rubric needs beside itself, to be put elsewhere with it.
 *
 * Its workloads, plug-ins, programs with the headers that they include, data and trees lie
 * anywhere at known places relative to the rubric; all of them together lie below one folder,
 * the base, and keep their places to each other when they are put below another.
 */
#ifndef CMD_RUBRIC_FILES_H
#define CMD_RUBRIC_FILES_H

#include <formats/vocabulary.h>
#include <stdbool.h>
#include <stddef.h>

struct rubric_files {
    char *base;                 /* ends with a slash */
    char *home;                 /* the rubric's folder below the base: "", or "rubrics/rr/" */
    size_t n;
    struct rubric_file { char *path, *name; } *file;    /* of the host; below the base. By name */
};

/* Of a rubric that was read with this vocabulary, and with nothing else. False: why has been
 * said. To be given to rubric_files_free either way. */
bool rubric_files_find(struct rubric_files *f, const char *rubric, const struct vocabulary *v);
void rubric_files_free(struct rubric_files *f);

#endif
