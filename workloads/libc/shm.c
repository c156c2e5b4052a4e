/* shm.c - shared memory of System V. */
#include "sysv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <unistd.h>

static struct attached { void *at; size_t size; int id; struct attached *next; } *here;

int shmget(key_t key, size_t size, int flags) { return __sysv_get(SYSV_SHM, key, size, 0, flags); }

void *shmat(int id, const void *addr, int flags)
{
    struct attached *a = malloc(sizeof *a);
    struct sysv *o = a ? __sysv_open(SYSV_SHM, id) : NULL;
    int fd;

    if (!o) {
        free(a);
        return (void *)-1;
    }
    if (flags & SHM_RND)
        addr = (const void *)((uintptr_t)addr & ~(uintptr_t)(SHMLBA - 1));
    fd = __sysv_file(o, 0);
    *a = (struct attached){ .size = o->size, .id = id, .next = here };
    a->at = mmap((void *)(uintptr_t)addr, o->size, PROT_READ | (flags & SHM_RDONLY ? 0 : PROT_WRITE),
                 MAP_SHARED | (addr ? MAP_FIXED : 0), fd, 0);
    close(fd);
    if (a->at == MAP_FAILED) {
        free(a);
        a = NULL;
    } else {
        here = a;
        o->attached++;
        o->last = getpid();
        o->used = time(NULL);
    }
    __sysv_close();
    return a ? a->at : (void *)-1;
}

int shmdt(const void *addr)
{
    for (struct attached **slot = &here; *slot; slot = &(*slot)->next) {
        struct attached *a = *slot;
        struct sysv *o;

        if (a->at != addr)
            continue;
        *slot = a->next;
        munmap(a->at, a->size);
        o = __sysv_open(SYSV_SHM, a->id);
        if (o) {
            o->attached--;
            o->last = getpid();
            o->left = time(NULL);
            __sysv_close();
        }
        free(a);
        return 0;
    }
    errno = EINVAL;
    return -1;
}

int shmctl(int id, int how, struct shmid_ds *ds)
{
    struct sysv *o = __sysv_open(SYSV_SHM, id);
    int r = 0;

    if (!o)
        return -1;
    switch (how) {
    case IPC_STAT:
        *ds = (struct shmid_ds){ .shm_perm = o->perm, .shm_segsz = o->size, .shm_atime = o->used,
                                 .shm_dtime = o->left, .shm_ctime = o->created, .shm_cpid = o->creator,
                                 .shm_lpid = o->last, .shm_nattch = (shmatt_t)(o->attached > 0 ? o->attached : 0) };
        break;
    case IPC_SET: __sysv_set(o, &ds->shm_perm); break;
    case IPC_RMID: __sysv_remove(o); break;
    default: r = -1;
    }
    __sysv_close();
    if (r < 0)
        errno = EINVAL;
    return r;
}
