/* sysv.h - what sysv.c, shm.c, sem.c and msg.c share.
 *
 * A file in shared memory holds the table of all objects, and each object has a file of its
 * own. One lock guards them all; whoever waits for a change of any waits for `changes`.
 */
#ifndef LIBC_SYSV_H
#define LIBC_SYSV_H
#include <stddef.h>
#include <sys/ipc.h>
#include <time.h>

enum sysv_kind { SYSV_FREE, SYSV_SHM, SYSV_SEM, SYSV_MSG };
enum { SYSV_MOST = 64 };

struct sysv {
    int kind;
    struct ipc_perm perm;       /* __seq grows with each reuse of the place */
    size_t size;                /* of its memory, bytes */
    int n;                      /* semaphores in the set */
    pid_t creator, last, last_reader;
    time_t created, used, left; /* shm: attached, detached; msg: sent, received; sem: used */
    int attached;
};

/* The object with a key, made if it is not there and flags say so; its id, or -1 and errno.
 * `size` 0 takes an object of any size, else EINVAL if it has less. */
int __sysv_get(int kind, key_t key, size_t size, int n, int flags);

/* Take the lock and find an object; NULL, errno, and no lock: there is none. */
struct sysv *__sysv_open(int kind, int id);
void __sysv_close(void);
/* The object's memory, mapped on first use and left so; NULL and errno. Wants the lock. */
void *__sysv_memory(struct sysv *o);
int __sysv_file(const struct sysv *o, int create);      /* a descriptor */
/* The object is no more; wants the lock. */
void __sysv_remove(struct sysv *o);
/* Something has changed: who waits looks again. Wants the lock. */
void __sysv_changed(void);
/* Let go of the lock until something changes, and take it again; the object may be gone by
 * then (EIDRM). until: of CLOCK_MONOTONIC, NULL: for ever. NULL and errno, without the lock. */
struct sysv *__sysv_wait(int kind, int id, const struct timespec *until);
/* IPC_STAT's and IPC_SET's common part. */
void __sysv_set(struct sysv *o, const struct ipc_perm *perm);
#endif
