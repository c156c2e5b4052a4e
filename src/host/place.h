/* host/place.h - where ossim's own files are, wherever it was built or installed.
 *
 * Headers, plot scripts and shipped data are looked for beside the executable (a
 * checkout: ./ossim or ./build/gcc/ossim) and then where `make install` puts
 * them (PREFIX/include, PREFIX/share/ossim). Nothing is ever created here but
 * the cache folder.
 */
#ifndef HOST_PLACE_H
#define HOST_PLACE_H

#include <stdbool.h>
#include <stddef.h>

/* Find a shipped file or folder by its path in the checkout ("plots/gantt.gp",
 * "include/ossim/sched.h"). False if there is none, or `size` is too small. */
bool place_find(const char *name, char *path, size_t size);

/* A folder of the user's own for things that can be made again, created if need
 * be: build/cache of the checkout, else $XDG_CACHE_HOME/ossim, ~/.cache/ossim or
 * a private folder under /tmp. False if none of them can be had. A folder that
 * others may write to is never used: what lies in it is loaded and run. */
bool place_cache(char *path, size_t size);

#endif
