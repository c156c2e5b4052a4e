/* host/file.h - whole files in, whole files out.
 *
 * "-" is stdin or stdout. A file that is written is there whole or not at all:
 * the text goes beside it first (.NAME.??????.ossim) and takes its name when it is complete.
 * What a killed process left behind there is removed by the next one that writes NAME.
 */
#ifndef HOST_FILE_H
#define HOST_FILE_H

#include <ossim/err.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The whole file, with a NUL byte behind it that `size` does not count. *data is
 * given to free(). Directories and files past 1 GiB are errors. */
enum err file_read(const char *path, uint8_t **data, size_t *size, struct diag *diag);

/* A file that somebody else reads for us (a compiler, dlopen): outfile_open refuses to
 * write over what was read. */
void file_note_input(const char *path);
struct stat;
bool file_was_read(const struct stat *st);

/* Do two paths name one plain file, there or not yet? "-" is none. */
bool file_same(const char *a, const char *b);

bool file_exists(const char *path);
/* Can it be read more than once? Not "-", and no pipe. */
bool file_is_regular(const char *path);
/* Make a directory and those above it; it is fine if it is there. */
enum err dir_make(const char *path, struct diag *diag);

/* The directory part of path into buf, "." if it has none. */
void path_dir(const char *path, char *buf, size_t size);
/* dir/name, or name alone if it is absolute or dir is "" or ".". False: cut off. */
bool path_join(char *buf, size_t size, const char *dir, const char *name);

/* A file being written. */
struct outfile;

/* NULL on error. `-`: stdout. A path that is there and no plain file (a terminal,
 * /dev/null, a pipe) is written to directly. A link to a file stays one; one that leads
 * nowhere is an error, and so is a file that this process has read. */
struct outfile *outfile_open(const char *path, struct diag *diag);
/* The same, over what was read too: for who changes a file. */
struct outfile *outfile_replace(const char *path, struct diag *diag);
/* Before a long run: could it be opened? Nothing is left of the attempt. */
bool outfile_possible(const char *path, struct diag *diag);
/* Buffered. False once anything failed. The type fits text_fn. */
bool outfile_write(void *outfile, const char *bytes, size_t n);
/* For what is not written from its beginning to its end: its descriptor, until it gets its
 * name. Nothing may be written the other way as well. */
int outfile_fd(struct outfile *f);
/* Give it its name. Frees it in any case. */
enum err outfile_commit(struct outfile *f, struct diag *diag);
/* The same after what it was to hold came to nothing: *diag says why. Frees it. */
void outfile_failed(struct outfile *f, struct diag *diag);
/* Throw away what was written. */
void outfile_abort(struct outfile *f);

#endif
