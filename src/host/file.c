/* file.c - whole files in, whole files out. */
#include <host/file.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_LIMIT = 1 << 30, BUFFER = 1 << 16 };

static enum err fail(struct diag *diag, const char *path, const char *what, int error)
{
    *diag = (struct diag){ 0 };
    snprintf(diag->file, sizeof diag->file, "%s", path);
    if (error)
        snprintf(diag->text, sizeof diag->text, "%s: %s", what, strerror(error));
    else
        snprintf(diag->text, sizeof diag->text, "%s", what);
    return ERR_IO;
}

/* Read until the end; the size that a file claims is only where to begin. */
static enum err read_all(int fd, size_t hint, const char *path, uint8_t **data,
                         size_t *size, struct diag *diag)
{
    size_t room = hint + 1, n = 0;
    uint8_t *buf = malloc(room);

    while (buf) {
        ssize_t got = read(fd, buf + n, room - n);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            int error = errno;

            free(buf);
            return fail(diag, path, "cannot read it", error);
        }
        n += (size_t)got;
        if (!got || n > FILE_LIMIT)
            break;
        if (n == room) {
            uint8_t *more = realloc(buf, room *= 2);

            if (!more)
                free(buf);
            buf = more;
        }
    }
    if (!buf || n > FILE_LIMIT) {
        free(buf);
        return fail(diag, path, "too large to read", 0);
    }
    buf[n] = 0;                 /* the last read found room and nothing to put there */
    *data = buf;
    *size = n;
    return ERR_OK;
}

enum err file_read(const char *path, uint8_t **data, size_t *size, struct diag *diag)
{
    bool std = !strcmp(path, "-");
    int fd = std ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    enum err err;

    if (fd < 0)
        return fail(diag, path, "cannot open it", errno);
    if (!fstat(fd, &st) && S_ISDIR(st.st_mode))
        err = fail(diag, path, "is a directory", 0);
    else
        err = read_all(fd, st.st_size > 0 && st.st_size < FILE_LIMIT
                               ? (size_t)st.st_size : 4096, path, data, size, diag);
    if (!std)
        close(fd);
    return err;
}

bool file_exists(const char *path)
{
    return !access(path, F_OK);
}

enum err dir_make(const char *path, struct diag *diag)
{
    char part[PATH_MAX];
    struct stat st;

    if (strlen(path) >= sizeof part)
        return fail(diag, path, "the name is too long", 0);
    strcpy(part, path);
    for (char *slash = part + 1; (slash = strchr(slash, '/')); *slash++ = '/') {
        *slash = 0;
        mkdir(part, 0777);      /* what matters is whether the last one is there */
    }
    if (mkdir(part, 0777) && errno != EEXIST)
        return fail(diag, path, "cannot make the directory", errno);
    if (stat(part, &st) || !S_ISDIR(st.st_mode))
        return fail(diag, path, "is no directory", 0);
    return ERR_OK;
}

/* --- names --- */

void path_dir(const char *path, char *buf, size_t size)
{
    const char *slash = strrchr(path, '/');
    size_t n = slash ? (size_t)(slash - path) : 0;

    if (slash == path)
        n = 1;                  /* the root keeps its slash */
    if (!n)
        path = ".", n = 1;
    snprintf(buf, size, "%.*s", (int)n, path);
}

bool path_join(char *buf, size_t size, const char *dir, const char *name)
{
    bool alone = *name == '/' || !*dir || !strcmp(dir, ".");
    int n = alone ? snprintf(buf, size, "%s", name)
                  : snprintf(buf, size, "%s/%s", dir, name);

    return n >= 0 && (size_t)n < size;
}

void path_self(char *buf, size_t size)
{
    char exe[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);

    exe[n > 0 ? n : 0] = 0;
    path_dir(exe, buf, size);
}

/* --- a file being written --- */

struct outfile {
    char *path, *temp;          /* temp NULL: written directly */
    int fd;
    bool std;
    int error;                  /* errno of the first failure */
    size_t n;
    char buf[BUFFER];
};

static void outfile_free(struct outfile *f)
{
    free(f->path);
    free(f->temp);
    free(f);
}

/* A temporary file in the same directory, since a rename cannot leave a file system;
 * with the rights that a new file would have. */
static bool open_beside(struct outfile *f)
{
    size_t size = strlen(f->path) + 8;
    mode_t mask = umask(0);

    umask(mask);
    f->temp = malloc(size);
    if (!f->temp)
        return false;
    snprintf(f->temp, size, "%s.XXXXXX", f->path);
    f->fd = mkostemp(f->temp, O_CLOEXEC);
    return f->fd >= 0 && !fchmod(f->fd, 0666 & ~mask);
}

struct outfile *outfile_open(const char *path, struct diag *diag)
{
    struct outfile *f = calloc(1, sizeof *f);
    struct stat st;
    bool there = !stat(path, &st);
    bool ok;

    if (!f) {
        fail(diag, path, "no memory", 0);
        return NULL;
    }
    f->std = !strcmp(path, "-");
    /* A link stays a link: what it leads to is replaced. */
    f->path = there && !f->std ? realpath(path, NULL) : strdup(path);
    if (f->std) {
        f->fd = STDOUT_FILENO;
        ok = f->path;
    } else if (there && !S_ISREG(st.st_mode)) {
        f->fd = open(path, O_WRONLY | O_CLOEXEC);
        ok = f->path && f->fd >= 0;
    } else {
        ok = f->path && open_beside(f);
    }
    if (!ok) {
        fail(diag, path, "cannot write it", errno);
        outfile_free(f);
        return NULL;
    }
    return f;
}

static void flush(struct outfile *f)
{
    for (size_t done = 0; done < f->n && !f->error;) {
        ssize_t n = write(f->fd, f->buf + done, f->n - done);

        if (n > 0)
            done += (size_t)n;
        else if (n < 0 && errno != EINTR)
            f->error = errno;
    }
    f->n = 0;
}

bool outfile_write(void *outfile, const char *bytes, size_t n)
{
    struct outfile *f = outfile;

    while (n) {
        size_t part = sizeof f->buf - f->n < n ? sizeof f->buf - f->n : n;

        memcpy(f->buf + f->n, bytes, part);
        f->n += part;
        bytes += part;
        n -= part;
        if (f->n == sizeof f->buf)
            flush(f);
    }
    return !f->error;
}

static void outfile_close(struct outfile *f)
{
    if (!f->std && close(f->fd) && !f->error)
        f->error = errno;
}

enum err outfile_commit(struct outfile *f, struct diag *diag)
{
    enum err err = ERR_OK;

    flush(f);
    outfile_close(f);
    if (!f->error && f->temp && rename(f->temp, f->path))
        f->error = errno;
    if (f->error) {
        err = fail(diag, f->path, "cannot write it", f->error);
        if (f->temp)
            unlink(f->temp);
    }
    outfile_free(f);
    return err;
}

void outfile_abort(struct outfile *f)
{
    if (!f)
        return;
    outfile_close(f);
    if (f->temp)
        unlink(f->temp);
    outfile_free(f);
}
