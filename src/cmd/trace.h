/* cmd/trace.h - --trace-insn FILE: a line for each instruction that a program executes.
 *
 * "TIME HART TASK PC WORD TEXT", the time in ns; system calls are among them,
 * instructions that were interrupted by a fault are not until they succeed.
 */
#ifndef CMD_TRACE_H
#define CMD_TRACE_H

#include <host/file.h>
#include <machine/debug.h>

struct trace {
    struct machine *machine;
    struct outfile *file;       /* NULL: none is written */
    struct machine_watch watch;
};

/* Watch the machine, if path is not NULL. False: the file cannot be written, which has
 * been said on stderr. `t` must stay where it is until trace_close. */
bool trace_open(struct trace *t, const char *path, struct machine *m);
/* Give the file its name. False: it could not be written. Harmless if there is none. */
bool trace_close(struct trace *t);

#endif
