/* host/plugin_watch.h - native plug-ins, watched from outside.
 *
 * A guard (host/plugin.h) shares its process with the plug-in, and so with whatever ends or
 * stops that: SIGKILL, a limit, a replaced handler, exec. So a process that loads plug-ins
 * goes on as a child, and who waits for it says what became of it:
 *
 *     plugin_watch();                      before the first is loaded
 *     plugin_watch_subject(path);          what it is about, for the message
 *     if (!plugin_watch_run(run, ctx, &crash))
 *         the child is gone; what it wrote into pages_map_shared() is there
 *
 * Nothing of this happens under a debugger, or where no process can be made: then all
 * runs in the process itself, under guards alone.
 */
#ifndef HOST_PLUGIN_WATCH_H
#define HOST_PLUGIN_WATCH_H

#include <host/plugin_guard.h>

/* The caller goes on in a child; its own process waits, and ends as that does. If the child
 * dies, one line on stderr names the plug-in, what it was doing and why, files half written
 * are removed, and the status is 2 while it was loaded and 1 afterwards. Once a process. */
void plugin_watch(void);

/* What runs, to begin the line with; copied, 255 bytes at most. */
void plugin_watch_subject(const char *path);

/* As plugin_guard_run, but in another child, which goes on if `run` returned or its guard
 * was left. False in the caller's own process too, if the child died: what it
 * did to memory of its own is lost then. `run` brings its own guards if `guarded` is false.
 * Not watched without a plug-in. */
bool plugin_watch_run(void (*run)(void *ctx), void *ctx, bool guarded,
                      struct plugin_crash *crash);

/* Wait for a child that calls plug-ins and notes it in our page. Its status as from
 * waitpid; *killed: it hung in an op and was killed. */
int plugin_wait(int pid, bool *killed);
/* What is to be said of a child that ended so. */
void plugin_died(int status, bool killed, struct plugin_crash *c);

#endif
