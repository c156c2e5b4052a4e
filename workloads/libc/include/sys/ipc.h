/* sys/ipc.h - what shared memory, semaphores and messages of System V have in common. They
 * are the library's work over a file in shared memory, not the kernel's: who may use them is not looked
 * at, SEM_UNDO is done by exit() and not by a signal's death, and shm_nattch counts what
 * shmat and shmdt did, not forks and ends. At most 64 of all three at a time. */
#ifndef SYS_IPC_H
#define SYS_IPC_H
#include <sys/types.h>
#define IPC_CREAT 01000
#define IPC_EXCL 02000
#define IPC_NOWAIT 04000
#define IPC_PRIVATE ((key_t)0)
#define IPC_RMID 0
#define IPC_SET 1
#define IPC_STAT 2
struct ipc_perm {
    key_t __key;
    uid_t uid;
    gid_t gid;
    uid_t cuid;
    gid_t cgid;
    unsigned short mode, __seq;
};
key_t ftok(const char *path, int id);
#endif
