/* host/similar.h - sources that look copied, by `sim_c` (Debian: similarity-tester), which
 * compares C by its tokens and so sees through renamed identifiers. */
#ifndef HOST_SIMILAR_H
#define HOST_SIMILAR_H

#include <stdbool.h>
#include <stddef.h>

/* Told of each pair of files of which at least `percent` of the first is found in the second.
 * False: sim_c is not here, or failed. */
bool similar_find(const char *const *files, size_t n, unsigned percent,
                  void (*found)(void *ctx, const char *a, const char *b, unsigned percent),
                  void *ctx);

#endif
