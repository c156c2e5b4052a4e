/* host/similar.h - sources that look copied, by `sim_c` (Debian: similarity-tester), which
 * compares C by its tokens and so sees through renamed identifiers. */
#ifndef HOST_SIMILAR_H
#define HOST_SIMILAR_H

#include <stdbool.h>
#include <stddef.h>

/* Told of each pair of files of which at least `percent` of the first is found in the second.
 * Files over 256 KiB are left out, and its time is limited. False: sim_c is not here, failed
 * or ran out of time; pairs may have been told of all the same. */
bool similar_find(const char *const *files, size_t n, unsigned percent,
                  void (*found)(void *ctx, const char *a, const char *b, unsigned percent),
                  void *ctx);

#endif
