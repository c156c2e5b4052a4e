/* host/compile.h - a student's C file becomes a shared object.
 *
 * With the compiler of this machine: $CC if set, else cc, gcc or clang. What it
 * makes is kept in the cache under the hash of the preprocessed source, so that
 * a change in any header counts and a second start costs no compilation.
 */
#ifndef HOST_COMPILE_H
#define HOST_COMPILE_H

#include <ossim/err.h>
#include <stddef.h>
#include <stdio.h>

/* Build `source` against the headers of ossim. The path of the shared object goes
 * to `object`. What the compiler says, warnings too, is written to `messages`
 * (may be NULL) as it says it: FILE:LINE:COL, with the path as given in `source`;
 * warnings are repeated when the object comes from the cache. ERR_IO: the file
 * cannot be read; ERR_PLUGIN: it does not compile (diag: place of the first
 * error), or there is no compiler, no header, or no place to keep the result. */
enum err compile_shared(const char *source, char *object, size_t size,
                        FILE *messages, struct diag *diag);

#endif
