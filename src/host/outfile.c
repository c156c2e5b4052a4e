/* outfile.c - files being written. See file.h.
 *
 * The struct is in memory that a parent shares with its child, and only `total` says how
 * much is in it: whoever of them is left can go on where the other was killed.
 */
#include <host/file.h>

#include <host/litter.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* BASE_MAX: of a file's name, so that what is put around it still is a name. */
enum { BUFFER = 1 << 16, BASE_MAX = 200, TRIES = 8 };
static const char suffix[] = ".ossim";

struct outfile {
    char *shown;                /* as it was given */
    char *path, *temp;          /* temp NULL: written directly; both absolute */
    int fd, litter;
    bool std;
    int error;                  /* errno of the first failure */
    uint64_t total;             /* bytes taken; the last total % BUFFER are in buf */
    char buf[BUFFER];
};

static void fail(struct diag *diag, const char *path, int error)
{
    *diag = (struct diag){ 0 };
    snprintf(diag->file, sizeof diag->file, "%s", path);
    snprintf(diag->text, sizeof diag->text, "cannot write it: %s", strerror(error));
}

static void outfile_free(struct outfile *f)
{
    free(f->shown);
    free(f->path);
    free(f->temp);
    munmap(f, sizeof *f);
}

/* --- beside the file --- */

/* ".NAME.", as all begin that stand beside NAME. */
static void prefix_of(const char *path, char *prefix, size_t size)
{
    const char *slash = strrchr(path, '/');

    snprintf(prefix, size, ".%.*s.", BASE_MAX, slash ? slash + 1 : path);
}

/* Its owner holds a lock as long as it lives, wherever it runs. */
static void remove_if_left(int dir, const char *name)
{
    int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

    if (fd < 0)
        return;
    if (!flock(fd, LOCK_EX | LOCK_NB))
        unlinkat(dir, name, 0);
    close(fd);
}

static void remove_litter(const char *folder, const char *prefix)
{
    DIR *dir = opendir(folder);
    size_t n = strlen(prefix), whole = n + 6 + sizeof suffix - 1;
    struct dirent *e;

    while (dir && (e = readdir(dir)))
        if (strlen(e->d_name) == whole && !strncmp(e->d_name, prefix, n)
            && !strcmp(e->d_name + n + 6, suffix))
            remove_if_left(dirfd(dir), e->d_name);
    if (dir)
        closedir(dir);
}

/* A file of our own, locked. Between making and locking it another process may have taken
 * it for litter: then it has no name any more. */
static bool make_locked(struct outfile *f, const char *pattern)
{
    struct stat st;

    for (int i = 0; i < TRIES; i++) {
        strcpy(f->temp, pattern);
        f->fd = mkostemps(f->temp, sizeof suffix - 1, O_CLOEXEC);
        if (f->fd < 0)
            return false;
        flock(f->fd, LOCK_EX | LOCK_NB);
        if (!fstat(f->fd, &st) && st.st_nlink > 0)
            return true;
        close(f->fd);
    }
    return false;
}

/* In the same directory, since a rename cannot leave a file system; with the rights that a
 * new file would have. */
static bool open_beside(struct outfile *f)
{
    char folder[PATH_MAX], prefix[BASE_MAX + 8];
    size_t size = strlen(f->path) + sizeof prefix + 16;
    char *pattern = malloc(size);
    mode_t mask = umask(0);

    umask(mask);
    f->temp = malloc(size);
    path_dir(f->path, folder, sizeof folder);
    prefix_of(f->path, prefix, sizeof prefix);
    if (pattern)
        snprintf(pattern, size, "%s/%sXXXXXX%s", folder, prefix, suffix);
    remove_litter(folder, prefix);
    bool ok = pattern && f->temp && make_locked(f, pattern) && !fchmod(f->fd, 0666 & ~mask);

    free(pattern);
    if (ok)
        f->litter = litter_add(f->temp);
    return ok;
}

/* --- */

/* Where a file would be made, whatever becomes the working directory. */
static char *new_path(const char *path)
{
    char folder[PATH_MAX], *real, *whole = NULL;
    const char *slash = strrchr(path, '/');

    path_dir(path, folder, sizeof folder);
    real = realpath(folder, NULL);
    if (real && asprintf(&whole, "%s/%s", real, slash ? slash + 1 : path) < 0)
        whole = NULL;
    free(real);
    return whole;
}

static bool open_as_is(struct outfile *f, const char *path, bool over_inputs)
{
    struct stat st;
    bool there = !stat(path, &st);

    f->shown = strdup(path);
    /* A link stays a link: what it leads to is replaced. */
    f->path = f->std ? strdup(path) : there ? realpath(path, NULL) : new_path(path);
    if (f->std) {
        f->fd = STDOUT_FILENO;
        return f->path;
    }
    if (!f->path || !f->shown)
        return false;
    if (!there && !lstat(path, &st)) {
        errno = ELOOP;          /* one that leads nowhere: whose place it is, who knows */
        return false;
    }
    if (there && !S_ISREG(st.st_mode))
        return f->path && (f->fd = open(path, O_WRONLY | O_CLOEXEC)) >= 0;
    if (there && !over_inputs && file_was_read(&st)) {
        errno = ETXTBSY;
        return false;
    }
    return f->path && open_beside(f);
}

static const char *reason(int error)
{
    return error == ETXTBSY ? "it is one of the files that are read"
         : error == ELOOP ? "it is a symbolic link that leads nowhere" : strerror(error);
}

static struct outfile *open_file(const char *path, bool over_inputs, struct diag *diag)
{
    struct outfile *f = mmap(NULL, sizeof *f, PROT_READ | PROT_WRITE,
                             MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (f == MAP_FAILED) {
        fail(diag, path, ENOMEM);
        return NULL;
    }
    f->fd = f->litter = -1;
    f->std = !strcmp(path, "-");
    if (!open_as_is(f, path, over_inputs)) {
        fail(diag, path, 0);
        snprintf(diag->text, sizeof diag->text, "cannot write it: %s", reason(errno));
        outfile_free(f);
        return NULL;
    }
    return f;
}

struct outfile *outfile_open(const char *path, struct diag *diag)
{
    return open_file(path, false, diag);
}

struct outfile *outfile_replace(const char *path, struct diag *diag)
{
    return open_file(path, true, diag);
}

bool outfile_possible(const char *path, struct diag *diag)
{
    struct stat st;
    bool plain = strcmp(path, "-") && (stat(path, &st) || S_ISREG(st.st_mode));
    struct outfile *f = plain ? outfile_open(path, diag) : NULL;

    outfile_abort(f);
    return !plain || f;
}

/* The first n bytes of the buffer, at their place. */
static void put(struct outfile *f, size_t n)
{
    off_t at = (off_t)(f->total - f->total % BUFFER);

    for (size_t done = 0; done < n && !f->error;) {
        ssize_t m = f->temp ? pwrite(f->fd, f->buf + done, n - done, at + (off_t)done)
                            : write(f->fd, f->buf + done, n - done);

        if (m > 0)
            done += (size_t)m;
        else if (m < 0 && errno != EINTR)
            f->error = errno;
    }
}

bool outfile_write(void *outfile, const char *bytes, size_t n)
{
    struct outfile *f = outfile;

    while (n) {
        size_t at = f->total % BUFFER, part = BUFFER - at < n ? BUFFER - at : n;

        memcpy(f->buf + at, bytes, part);
        if (at + part == BUFFER)
            put(f, BUFFER);
        f->total += part;
        bytes += part;
        n -= part;
    }
    return !f->error;
}

int outfile_fd(struct outfile *f)
{
    return f->fd;
}

static void outfile_close(struct outfile *f)
{
    if (!f->std && close(f->fd) && !f->error)
        f->error = errno;
}

enum err outfile_commit(struct outfile *f, struct diag *diag)
{
    enum err err = ERR_OK;

    put(f, f->total % BUFFER);
    /* The name first: once the lock is gone, it would be taken for litter. */
    if (!f->error && f->temp && rename(f->temp, f->path))
        f->error = errno;
    outfile_close(f);
    if (f->error) {
        fail(diag, f->shown, f->error);
        err = ERR_IO;
        if (f->temp)
            unlink(f->temp);
    }
    litter_done(f->litter);
    outfile_free(f);
    return err;
}

void outfile_failed(struct outfile *f, struct diag *diag)
{
    fail(diag, f->shown, f->error ? f->error : ENOMEM);
    outfile_abort(f);
}

void outfile_abort(struct outfile *f)
{
    if (!f)
        return;
    if (f->temp)
        unlink(f->temp);
    litter_done(f->litter);
    outfile_close(f);
    outfile_free(f);
}
