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

enum { FILE_LIMIT = 1 << 30 };

/* --- what was read --- */

static struct input { dev_t device; ino_t inode; } *inputs;
static size_t ninputs;

static void note_input(const struct stat *st)
{
    struct input *more = S_ISREG(st->st_mode)
        ? realloc(inputs, (ninputs + 1) * sizeof *inputs) : NULL;

    if (!more)
        return;                 /* only a protection against a slip is lost */
    inputs = more;
    inputs[ninputs++] = (struct input){ st->st_dev, st->st_ino };
}

void file_note_input(const char *path)
{
    struct stat st;

    if (!stat(path, &st) && !file_was_read(&st))
        note_input(&st);
}

bool file_was_read(const struct stat *st)
{
    for (size_t i = 0; i < ninputs; i++)
        if (inputs[i].device == st->st_dev && inputs[i].inode == st->st_ino)
            return true;
    return false;
}

/* --- reading --- */

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
    if (!std && !err)
        file_note_input(path);
    if (!std)
        close(fd);
    return err;
}

bool file_exists(const char *path)
{
    return !access(path, F_OK);
}

bool file_is_regular(const char *path)
{
    struct stat st;

    return strcmp(path, "-") && !stat(path, &st) && S_ISREG(st.st_mode);
}

/* Where a file that is not there yet would stand; "": nowhere. */
static void place_of(const char *path, char *buf, size_t size)
{
    char folder[PATH_MAX], real[PATH_MAX];
    const char *slash = strrchr(path, '/');

    path_dir(path, folder, sizeof folder);
    buf[0] = '\0';
    if (realpath(folder, real) &&
        (size_t)snprintf(buf, size, "%s/%s", real, slash ? slash + 1 : path) >= size)
        buf[0] = '\0';
}

bool file_same(const char *a, const char *b)
{
    char x[2 * PATH_MAX], y[2 * PATH_MAX];
    struct stat s, t;
    bool there = !stat(a, &s);

    if (!strcmp(a, "-") || !strcmp(b, "-") || there != !stat(b, &t))
        return false;
    if (there)
        return S_ISREG(s.st_mode) && s.st_dev == t.st_dev && s.st_ino == t.st_ino;
    place_of(a, x, sizeof x);
    place_of(b, y, sizeof y);
    return x[0] && !strcmp(x, y);
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
