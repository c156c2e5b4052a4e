/* kern/filelock.h - locks on stretches of files, and on whole ones.
 *
 * Advisory: read and write do not look at them. A lock on a stretch belongs to a process (its
 * table of descriptors: fcntl F_SETLK) or to an open file (F_OFD_SETLK); these two know of each
 * other. A lock on a whole file (flock) belongs to an open file, and knows only its like.
 * Sources: POSIX, "fcntl"; Linux, fcntl(2), "Advisory record locking", and flock(2).
 *
 * Who waits is served in the order of coming, as far as what others hold lets it: a lock is
 * handed over when it becomes free, in the event that frees it.
 *
 * Only for: filelock.c sys_lock.c sys_file.c file_inode.c programs.c check.c
 */
#ifndef KERN_FILELOCK_H
#define KERN_FILELOCK_H

#include <kern/syscall.h>

enum { FILELOCK_STRETCH, FILELOCK_WHOLE };      /* file_lock.kind */

/* An array, in no order; NULL in a kernel without a file system. One more: ENOLCK. */
struct filelocks {
    uint32_t n;
    struct waitq wait;
    struct file_lock lock[FILE_LOCKS];
};

struct filelocks *filelocks_layout(struct arena *a);
/* As file_ops.let_go. */
void filelocks_let_go(struct kern *k, const struct gfile *f, const struct fdtable *t);
/* Numbers of owners. */
uint32_t filelock_of_process(const struct programs *ps, const struct fdtable *t);
uint32_t filelock_of_file(const struct programs *ps, const struct gfile *f);
/* The first lock in the file that keeps this one from being set; NULL. */
const struct file_lock *filelock_obstacle(const struct filelocks *all, const struct file_lock *want);
/* Set or give up, at once or, if it may wait, when it can be had: 0, -EAGAIN, -EDEADLK, -ENOLCK,
 * -EBADF (closed meanwhile), SYS_WAIT or SYS_RESTART. Whoever is called again, with a lock in
 * r->u.lock, was woken without it, and waits on. */
int32_t filelock_acquire(struct sysc *c, const struct file_lock *want, bool wait);
int32_t filelock_wait(struct sysc *c);
/* The owner's lock of the other type on the whole file is given up, so that it may be lost to
 * another: flock(2). */
void filelock_give_up_other(struct sysc *c, const struct file_lock *want);
/* No two locks contradict each other, and nobody waits for what is free. */
bool filelocks_check(const struct kern *k);

/* --- sys_lock.c: those of fcntl's commands that are about locks, as a sys_fn --- */

bool filelock_is_command(uint32_t command);
int32_t filelock_control(struct sysc *c);

#endif
