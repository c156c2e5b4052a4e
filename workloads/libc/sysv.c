/* sysv.c - the table of System V's objects, see sysv.h. */
#include "internal.h"
#include "sysv.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static struct table {
    int lock, changes;
    struct sysv objects[SYSV_MOST];
} *all;

static struct { void *at; unsigned short seq; size_t size; } mapped[SYSV_MOST];

key_t ftok(const char *path, int id)
{
    struct stat s;

    return stat(path, &s) < 0 ? -1 : (key_t)((s.st_ino & 0xffff) | (s.st_dev & 0xff) << 16 | (unsigned)(id & 0xff) << 24);
}

static int wrong(int error)
{
    errno = error;
    return -1;
}

static int place_of(const struct sysv *o) { return (int)(o - all->objects); }
static int id_of(const struct sysv *o) { return o->perm.__seq * SYSV_MOST + place_of(o); }

static void *map(int fd, size_t n)
{
    void *at = fd < 0 ? MAP_FAILED : mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

    if (fd >= 0)
        close(fd);
    return at == MAP_FAILED ? NULL : at;
}

static int take(void)
{
    if (!all) {
        int fd = shm_open("sysv", O_RDWR | O_CREAT, 0666);
        struct stat s;

        if (fd >= 0 && fstat(fd, &s) == 0 && (size_t)s.st_size < sizeof *all && ftruncate(fd, sizeof *all) < 0) {
            close(fd);
            return -1;
        }
        all = map(fd, sizeof *all);
        if (!all)
            return -1;
    }
    __lock(&all->lock);
    return 0;
}

void __sysv_close(void) { __unlock(&all->lock); }

struct sysv *__sysv_open(int kind, int id)
{
    struct sysv *o;

    if (id < 0)
        return wrong(EINVAL), NULL;
    if (take() < 0)
        return NULL;
    o = &all->objects[id % SYSV_MOST];
    if (o->kind == kind && id_of(o) == id)
        return o;
    __sysv_close();
    return wrong(EINVAL), NULL;
}

int __sysv_file(const struct sysv *o, int create)
{
    char name[24];

    snprintf(name, sizeof name, "sysv.%d", place_of(o));
    if (create)
        shm_unlink(name);
    return shm_open(name, O_RDWR | (create ? O_CREAT | O_EXCL : 0), 0666);
}

void *__sysv_memory(struct sysv *o)
{
    int i = place_of(o);

    if (mapped[i].at && mapped[i].seq != o->perm.__seq) {
        munmap(mapped[i].at, mapped[i].size);
        mapped[i].at = NULL;
    }
    if (!mapped[i].at) {
        mapped[i].at = map(__sysv_file(o, 0), o->size);
        mapped[i].seq = o->perm.__seq;
        mapped[i].size = o->size;
    }
    return mapped[i].at;
}

void __sysv_remove(struct sysv *o)
{
    char name[24];

    snprintf(name, sizeof name, "sysv.%d", place_of(o));
    shm_unlink(name);
    o->kind = SYSV_FREE;
    __sysv_changed();
}

void __sysv_changed(void)
{
    __atomic_fetch_add(&all->changes, 1, __ATOMIC_SEQ_CST);
    futex_wake(&all->changes, 0x7fffffff);
}

struct sysv *__sysv_wait(int kind, int id, const struct timespec *until)
{
    int before = all->changes, r;
    struct sysv *o;

    __sysv_close();
    r = __futex_until(&all->changes, before, CLOCK_MONOTONIC, until, 1);
    if (r == -EINTR || r == -ETIMEDOUT)
        return wrong(r == -EINTR ? EINTR : EAGAIN), NULL;
    o = __sysv_open(kind, id);
    if (!o)
        errno = EIDRM;
    return o;
}

void __sysv_set(struct sysv *o, const struct ipc_perm *perm)
{
    o->perm.uid = perm->uid;
    o->perm.gid = perm->gid;
    o->perm.mode = (unsigned short)((o->perm.mode & ~0777) | (perm->mode & 0777));
    o->created = time(NULL);
}

/* ---- finding and making ---- */

static int make(struct sysv *o, int kind, key_t key, size_t size, int n, int flags)
{
    unsigned short seq = (unsigned short)((o->perm.__seq + 1) & 0x7fff);
    int fd = __sysv_file(o, 1);

    if (fd < 0 || ftruncate(fd, (off_t)size) < 0) {
        if (fd >= 0)
            close(fd);
        return -1;
    }
    close(fd);
    *o = (struct sysv){ .kind = kind, .size = size, .n = n, .creator = getpid(), .created = time(NULL) };
    o->perm = (struct ipc_perm){ key, geteuid(), getegid(), geteuid(), getegid(), (unsigned short)(flags & 0777), seq };
    return id_of(o);
}

static int get(int kind, key_t key, size_t size, int n, int flags)
{
    struct sysv *room = NULL;

    for (int i = 0; i < SYSV_MOST; i++) {
        struct sysv *o = &all->objects[i];

        if (o->kind == SYSV_FREE && !room)
            room = o;
        if (o->kind != kind || o->perm.__key != key || key == IPC_PRIVATE)
            continue;
        if ((flags & IPC_CREAT) && (flags & IPC_EXCL))
            return wrong(EEXIST);
        return size > o->size || n > o->n ? wrong(EINVAL) : id_of(o);
    }
    if (key != IPC_PRIVATE && !(flags & IPC_CREAT))
        return wrong(ENOENT);
    if (size == 0 || (kind == SYSV_SEM && n == 0))
        return wrong(EINVAL);
    return room ? make(room, kind, key, size, n, flags) : wrong(ENOSPC);
}

int __sysv_get(int kind, key_t key, size_t size, int n, int flags)
{
    int id;

    if (take() < 0)
        return -1;
    id = get(kind, key, size, n, flags);
    __sysv_close();
    return id;
}
