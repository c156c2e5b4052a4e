/* dirent.c - folders, entry by entry: getdents64(2). */
#include "internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct __dir {
    int fd, at, n;
    off_t next;                 /* what telldir says */
    _Alignas(8) char buf[2048];
};

DIR *fdopendir(int fd)
{
    DIR *d = calloc(1, sizeof *d);

    if (d)
        d->fd = fd;
    return d;
}

DIR *opendir(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *d = fd < 0 ? NULL : fdopendir(fd);

    if (fd >= 0 && !d)
        close(fd);
    return d;
}

struct dirent *readdir(DIR *d)
{
    struct dirent *e;

    if (d->at == d->n) {
        d->at = 0;
        d->n = (int)CALL3(SYS_getdents64, d->fd, d->buf, sizeof d->buf);
        if (d->n <= 0) {
            d->n = 0;
            return NULL;
        }
    }
    e = (struct dirent *)(d->buf + d->at);
    d->at += e->d_reclen;
    d->next = e->d_off;
    return e;
}

int readdir_r(DIR *d, struct dirent *entry, struct dirent **result)
{
    int before = errno, failed;
    const struct dirent *e;

    errno = 0;
    e = readdir(d);
    failed = e ? 0 : errno;
    errno = before;
    if (e)
        memcpy(entry, e, e->d_reclen < sizeof *entry ? e->d_reclen : sizeof *entry);
    *result = e ? entry : NULL;
    return failed;
}

int closedir(DIR *d)
{
    int r = close(d->fd);

    free(d);
    return r;
}

void seekdir(DIR *d, long at)
{
    lseek(d->fd, at, SEEK_SET);
    d->at = d->n = 0;
    d->next = at;
}

void rewinddir(DIR *d) { seekdir(d, 0); }
long telldir(DIR *d) { return (long)d->next; }
int dirfd(DIR *d) { return d->fd; }

int alphasort(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int keep(struct dirent ***list, size_t n, const struct dirent *e)
{
    struct dirent **more = realloc(*list, (n + 1) * sizeof **list);

    if (!more)
        return -1;
    *list = more;
    if (!(more[n] = malloc(e->d_reclen)))
        return -1;
    memcpy(more[n], e, e->d_reclen);
    return 0;
}

int scandir(const char *path, struct dirent ***list, int (*filter)(const struct dirent *),
            int (*compare)(const struct dirent **, const struct dirent **))
{
    DIR *d = opendir(path);
    struct dirent *e, **all = NULL;
    size_t n = 0;
    int failed = 0;

    if (!d)
        return -1;
    while (!failed && (e = readdir(d)))
        if (!filter || filter(e))
            failed = keep(&all, n++, e);
    closedir(d);
    if (failed) {
        while (n-- > 1)
            free(all[n - 1]);
        free(all);
        errno = ENOMEM;
        return -1;
    }
    if (compare && n)
        qsort(all, n, sizeof *all, (int (*)(const void *, const void *))compare);
    *list = all;
    return (int)n;
}
