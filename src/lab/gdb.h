/* lab/gdb.h - --gdb PORT: a debugger drives the run.
 *
 * The remote protocol of GDB over loopback; each thread of a program is a thread
 * there (its number is the task's slot + 1). A debugger that knows of processes (multiprocess+)
 * has the workload's programs as one, and hears of fork, vfork and execve; it may keep, hold,
 * detach and kill each by itself. Breakpoints and watchpoints are ours, no
 * byte of a program is changed for them.
 *
 * The run can go backwards: by an instruction, or to the last breakpoint or access to
 * what is watched. What was printed or typed on that way is neither taken back nor asked
 * for again; whatever the debugger changes in the past begins another future.
 */
#ifndef LAB_GDB_H
#define LAB_GDB_H

#include <machine/debug.h>
#include <ossim/err.h>

enum { GDB_NOTHING_YET = -1, GDB_NO_INPUT = -2 };

struct gdb_session {            /* all borrowed until gdb_serve returns */
    struct machine *machine;
    void *memory;               /* its block, */
    size_t size;                /* a multiple of 4 KiB */
    /* The machine can only go on with input for its first process: up to room bytes of it,
     * 0: its end, or one of the above (NOTHING_YET: ask again, after a while). May be
     * NULL: there is none. */
    int (*input)(void *ctx, char *buf, size_t room);
    void *ctx;
};

/* Wait for the debugger, then run the machine as it says, until the run is over, it
 * detaches (the run goes on alone, from where it was furthest) or kills it. ERR_IO: no
 * such port. */
enum err gdb_serve(const struct gdb_session *s, unsigned port, struct diag *diag);

#endif
