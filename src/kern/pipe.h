/* kern/pipe.h - fifos: what the ipc service does for those that open one by its name. */
#ifndef KERN_PIPE_H
#define KERN_PIPE_H

#include <kern/vfs.h>

/* Open the fifo that x->vnode is, into *f: 0, -errno, SYS_WAIT or SYS_RESTART. Waits for the
 * other end, as POSIX, "open", has it; should the call end meanwhile,
 * x->give_up closes it again; whoever takes *f clears that. */
int32_t fifo_open(struct sysc *c, struct fcall *x, uint32_t flags, struct gfile *f);

#endif
