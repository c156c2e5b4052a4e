/* lab/gdb.h - --gdb PORT: a debugger drives the run.
 *
 * The remote protocol of GDB over loopback; each thread of a program is a thread
 * there (its number is the task's slot + 1). Breakpoints and watchpoints are ours, no
 * byte of a program is changed for them.
 */
#ifndef LAB_GDB_H
#define LAB_GDB_H

#include <machine/debug.h>
#include <ossim/err.h>

/* Wait for the debugger, then run the machine as it says, until the run is over, it
 * detaches (the run goes on alone) or kills it. `idle` is called when the machine can only
 * go on with input; false: there is none. May be NULL. ERR_IO: no such port. */
enum err gdb_serve(struct machine *m, unsigned port, bool (*idle)(void *ctx), void *ctx,
                   struct diag *diag);

#endif
