/* host/litter.h - files that must not stay behind when the process is killed.
 *
 * Who writes beside a file says so; the names are removed by a signal that ends the
 * process, or by the process that watches it. After SIGKILL to all of them the next one to
 * write there finds them (host/file.h).
 */
#ifndef HOST_LITTER_H
#define HOST_LITTER_H

#include <stdbool.h>

/* Note a file, or an empty folder. What to give to litter_done, or -1: too many, or too long a
 * name. The path is copied; a relative one must stay valid. */
int litter_add(const char *path);
void litter_done(int slot);

/* Remove what this process noted. Async-signal-safe. */
void litter_sweep(void);
/* ...and what any process did that shares our notes. */
void litter_sweep_all(void);
/* From here on share the notes with the children to come. False: no memory. */
bool litter_share(void);

/* On SIGINT, SIGTERM and SIGHUP sweep, then die of it, as without us; those that are
 * ignored stay so. A limit on the size of files is an error of write(). For the start. */
void litter_on_signals(void);

#endif
