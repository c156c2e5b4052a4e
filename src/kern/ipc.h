/* kern/ipc.h - pipes and futexes: what the ipc service does for others. (Locks and
 * channels of burst tasks are in kern.h.) */
#ifndef KERN_IPC_H
#define KERN_IPC_H

#include <kern/file.h>

struct pipe;
struct futex;

struct pipe *pipes_layout(struct arena *a);
struct futex *futexes_layout(struct arena *a);
/* Wake up to n threads that wait at va; how many. */
int32_t futex_wake(struct kern *k, const struct proc *p, uint32_t va, uint32_t n,
                   uint32_t bits);

#endif
