/* kern/load.h - programs are loaded, inside the proc service.
 *
 * Only for: birth.c load.c programs.c sys_proc.c trap.c
 */
#ifndef KERN_LOAD_H
#define KERN_LOAD_H

#include <kern/thread.h>

enum {
    EXEC_BYTES = 65536,         /* of what execve passes on */
    EXEC_IMAGE = 2 << 20,       /* the largest program that the disk may have */
};

struct exec_buffer {
    bool used;
    uint8_t *image;             /* EXEC_IMAGE bytes for a program of the disk; NULL */
    uint8_t bytes[EXEC_BYTES];
};

/* A program by the name that execve is given: path, file name, or file name without its
 * suffix, of any program in the workload. NULL. */
const struct program_config *program_find(const struct kern *k, const char *path);
/* The first program of a process; as far as it comes without waiting. The thread goes on
 * with it when it runs. */
void load_first(struct kern *k, struct thread *t, struct proc *p);
/* Go on with it, running. True: it is done; false: it sleeps. */
bool load_continue(struct kern *k, struct thread *t);
/* Load r->u.load.pc, with the strings that were taken or the workload's own, into a new
 * space: go on from the record. 0, -errno (nothing is left of it), or SYS_WAIT: after
 * MM_WAIT, the caller lets the task sleep. */
int32_t program_load(struct kern *k, struct request *r);
/* The path, arguments and environment of an execve: 0, -errno or SYS_WAIT. */
int32_t exec_take(struct sysc *c, char *path, uint32_t size);
/* What is to be loaded: a file of the disk, which is read, or a program of the workload.
 * 0, -errno or SYS_WAIT. */
int32_t exec_find(struct sysc *c, const char *path);
/* Give up what a load has. */
void load_undo(struct kern *k, struct request *r);

#endif
