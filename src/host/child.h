/* host/child.h - a process of ours that shall not go on for ever: compilers, above all.
 *
 * Macros that never end, /dev/zero as a header, a pipe that nobody writes to.
 */
#ifndef HOST_CHILD_H
#define HOST_CHILD_H

#include <sys/types.h>

enum { CHILD_CPU_SECONDS = 10, CHILD_KILLED = 124, CHILD_NO_START = 125, CHILD_BROKEN = 126 };

/* As fork(), for who is about to exec. The new process and all that it makes are a group of
 * their own: killed after `seconds` of real time, each with CHILD_CPU_SECONDS of CPU time,
 * 1 GiB of memory and 256 MiB in a file; killed with us, too. -1: see errno. */
pid_t child_fork(unsigned seconds);

/* Its exit status; CHILD_KILLED: its time was up; CHILD_BROKEN: it died; CHILD_NO_START for
 * -1, with errno as it was. */
int child_wait(pid_t pid);

/* What became of the last that was waited for, if it was not for the compiler to say: "cannot
 * start the compiler: ..."; else NULL. Valid until the next call. */
const char *child_trouble(void);

#endif
