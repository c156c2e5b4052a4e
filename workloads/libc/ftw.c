/* ftw.c - see ftw.h. A folder is read before what is below it is walked, so that one
 * descriptor is open for each level at most. Source: nftw(3). */
#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <stddef.h>
#include <string.h>

typedef int old_fn(const char *, const struct stat *, int);
typedef int new_fn(const char *, const struct stat *, int, struct FTW *);
struct walk { old_fn *old; new_fn *fn; int flags; dev_t device; char path[4096]; };

static int tell(const struct walk *w, const struct stat *s, int kind, int base, int level)
{
    struct FTW f = { base, level };

    return w->fn ? w->fn(w->path, s, kind, &f) : w->old(w->path, s, kind);
}

static int kind_of(const struct walk *w, struct stat *s)
{
    if (lstat(w->path, s) < 0)
        return FTW_NS;
    if (S_ISLNK(s->st_mode)) {
        if (w->flags & FTW_PHYS)
            return FTW_SL;
        if (stat(w->path, s) < 0)
            return FTW_SLN;
    }
    return S_ISDIR(s->st_mode) ? FTW_D : FTW_F;
}

static int visit(struct walk *w, size_t n, int base, int level)
{
    struct stat s = { 0 };
    int kind = kind_of(w, &s), r = 0;
    struct dirent *e;
    DIR *d;

    if (!level) {
        w->device = s.st_dev;
        if (kind == FTW_NS)
            return -1;
    } else if (w->flags & FTW_MOUNT && kind != FTW_NS && s.st_dev != w->device) {
        return 0;
    }
    if (kind != FTW_D)
        return tell(w, &s, kind, base, level);
    if (!(d = opendir(w->path)))
        return tell(w, &s, FTW_DNR, base, level);
    if (!(w->flags & FTW_DEPTH))
        r = tell(w, &s, FTW_D, base, level);
    while (!r && (e = readdir(d))) {
        size_t more = strlen(e->d_name), at = n + (w->path[n - 1] != '/');

        if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..") || at + more >= sizeof w->path)
            continue;
        w->path[at - 1] = '/';
        memcpy(w->path + at, e->d_name, more + 1);
        r = visit(w, at + more, (int)at, level + 1);
        w->path[n] = '\0';
    }
    closedir(d);
    if (!r && w->flags & FTW_DEPTH)
        r = tell(w, &s, FTW_DP, base, level);
    return r;
}

static int begin(const char *path, struct walk *w)
{
    size_t n = strlen(path);
    const char *slash = strrchr(path, '/');

    if (!n || n >= sizeof w->path || w->flags & FTW_CHDIR) {
        errno = !n ? ENOENT : n >= sizeof w->path ? ENAMETOOLONG : EINVAL;
        return -1;
    }
    memcpy(w->path, path, n + 1);
    return visit(w, n, slash && slash[1] ? (int)(slash - path) + 1 : 0, 0);
}

int ftw(const char *path, old_fn *fn, int fds)
{
    struct walk w = { .old = fn };

    (void)fds;
    return begin(path, &w);
}

int nftw(const char *path, new_fn *fn, int fds, int flags)
{
    struct walk w = { .fn = fn, .flags = flags };

    (void)fds;
    return begin(path, &w);
}
