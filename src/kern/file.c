/* file.c - open files and descriptor tables. */
#include "file_private.h"

#include <kern/proc.h>
#include <kern/programs.h>

#include <sim/check.h>

/* --- open files --- */

/* Its number + 1; 0: the table is full. */
uint32_t file_new(struct programs *ps, struct gfile f)
{
    for (uint32_t i = 0; i < ps->nfiles; i++)
        if (!ps->file[i].ops) {
            ps->file[i] = f;
            ps->file[i].refs = 1;
            return i + 1;
        }
    return 0;
}

void file_drop(struct kern *k, uint32_t number)
{
    struct programs *ps = k->programs;
    struct gfile *f = &ps->file[number - 1];

    CHECK(f->ops && f->refs > 0);
    if (--f->refs)
        return;
    if (f->ops->let_go)
        f->ops->let_go(k, f, NULL);
    if (f->ops->closed) {
        (void)service_call(k, NULL, SERVICE_FILE, f->ops->service);
        f->ops->closed(k, f);
    }
    f->ops = NULL;
}

struct gfile *file_hold(struct programs *ps, uint32_t number)
{
    struct gfile *f = &ps->file[number - 1];

    CHECK(f->ops && f->refs > 0);
    f->refs++;
    return f;
}

/* --- descriptor tables --- */

struct fdtable *fdtables_layout(struct arena *a, uint32_t n)
{
    return arena_array(a, struct fdtable, n);
}

static struct fdtable *table_new(struct programs *ps)
{
    for (uint32_t i = 0; i < ps->nthreads; i++)
        if (!ps->fdtable[i].users) {
            ps->fdtable[i] = (struct fdtable){ .users = 1 };
            return &ps->fdtable[i];
        }
    return NULL;
}

struct fdtable *fds_create(struct programs *ps, const struct gfile standard[3])
{
    struct fdtable *t = table_new(ps);

    if (!t)
        return NULL;
    for (unsigned fd = 0; fd < 3; fd++)
        fd_set(t, fd, file_new(ps, standard[fd]), false);
    return t;
}

struct fdtable *fds_copy(struct programs *ps, const struct fdtable *from)
{
    struct fdtable *t = table_new(ps);

    if (!t)
        return NULL;
    CHECK(from->users > 0 && from != t);
    *t = *from;
    t->users = 1;
    for (unsigned fd = 0; fd < t->end; fd++)
        if (t->file[fd])
            ps->file[t->file[fd] - 1].refs++;
    return t;
}

void fd_close(struct kern *k, struct fdtable *t, uint32_t fd)
{
    CHECK(fd < PROG_FDS);
    uint32_t number = t->file[fd];

    t->file[fd] = 0;
    t->cloexec[fd / 32] &= ~(UINT32_C(1) << fd % 32);
    if (!number)
        return;
    const struct gfile *f = &k->programs->file[number - 1];

    if (f->ops->let_go)
        f->ops->let_go(k, f, t);
    file_drop(k, number);
}

void fds_hold(struct fdtable *t)
{
    CHECK(t->users > 0);
    t->users++;
}

bool fds_has(const struct fdtable *t, uint32_t fd)
{
    return fd < PROG_FDS && t->file[fd];
}

uint32_t fds_pipe(const struct programs *ps, const struct fdtable *t, uint32_t fd)
{
    const struct gfile *f = fds_has(t, fd) ? &ps->file[t->file[fd] - 1] : NULL;

    return f && f->ops->capacity ? f->object + 1 : 0;
}

void fds_drop(struct kern *k, struct fdtable *t)
{
    CHECK(t->users > 0);
    if (--t->users)
        return;
    for (uint32_t fd = 0; fd < t->end; fd++)
        fd_close(k, t, fd);
}

void fds_exec(struct kern *k, struct fdtable *t)
{
    for (uint32_t fd = 0; fd < t->end; fd++)
        if (fd_cloexec(t, fd))
            fd_close(k, t, fd);
}

uint32_t fd_limit(const struct sysc *c)
{
    uint64_t limit = proc_limit(c->p, G_RLIMIT_NOFILE);

    CHECK(limit <= PROG_FDS);
    return (uint32_t)limit;
}

int32_t fd_free(const struct sysc *c, uint32_t from)
{
    const struct fdtable *t = proc_fds(c->p);

    for (uint32_t fd = from, limit = fd_limit(c); fd < limit; fd++)
        if (!t->file[fd])
            return (int32_t)fd;
    return -G_EMFILE;
}

bool fd_cloexec(const struct fdtable *t, uint32_t fd)
{
    return t->cloexec[fd / 32] >> fd % 32 & 1;
}

void fd_set(struct fdtable *t, uint32_t fd, uint32_t number, bool cloexec)
{
    CHECK(fd < PROG_FDS);
    uint32_t bit = UINT32_C(1) << fd % 32;

    t->file[fd] = number;
    if (fd >= t->end)
        t->end = fd + 1;
    if (cloexec)
        t->cloexec[fd / 32] |= bit;
    else
        t->cloexec[fd / 32] &= ~bit;
}

int32_t fds_open(const struct sysc *c, struct gfile file, bool cloexec)
{
    int32_t fd = fd_free(c, 0);
    uint32_t number;

    if (fd < 0)
        return fd;
    if (!(number = file_new(c->ps, file)))
        return -G_ENFILE;
    fd_set(proc_fds(c->p), (uint32_t)fd, number, cloexec);
    return fd;
}

int32_t fds_open_pair(const struct sysc *c, const struct gfile file[2], bool cloexec,
                      int32_t fd[2])
{
    uint32_t number[2];

    if ((fd[0] = fd_free(c, 0)) < 0 || (fd[1] = fd_free(c, (uint32_t)fd[0] + 1)) < 0)
        return -G_EMFILE;
    if (!(number[0] = file_new(c->ps, file[0])))
        return -G_ENFILE;
    if (!(number[1] = file_new(c->ps, file[1]))) {
        c->ps->file[number[0] - 1] = (struct gfile){ 0 };
        return -G_ENFILE;
    }
    for (unsigned i = 0; i < 2; i++)
        fd_set(proc_fds(c->p), (uint32_t)fd[i], number[i], cloexec);
    return 0;
}
