/* names.c - names of files: temporary ones, and what a path leads to. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- temporary ---- */

/* The X's before the last `suffix` characters become a name that `make` takes. */
static int make_name(char *name, int suffix, int flags, int (*make)(const char *, int))
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    size_t n = strlen(name);
    char *x = name + n - (size_t)suffix - 6;

    if (suffix < 0 || n < 6 + (size_t)suffix || strncmp(x, "XXXXXX", 6)) {
        errno = EINVAL;
        return -1;
    }
    for (int tries = 0; tries < 100; tries++) {
        unsigned char r[6];
        int fd;

        getrandom(r, sizeof r, 0);
        for (int i = 0; i < 6; i++)
            x[i] = letters[r[i] % (sizeof letters - 1)];
        fd = make(name, flags);
        if (fd >= 0 || errno != EEXIST)
            return fd;
    }
    return -1;
}

static int make_file(const char *name, int flags)
{
    return open(name, O_RDWR | O_CREAT | O_EXCL | flags, 0600);
}

static int make_folder(const char *name, int flags) { return mkdir(name, 0700 | (mode_t)flags); }

static int make_nothing(const char *name, int flags)
{
    (void)flags;
    if (access(name, F_OK) < 0)
        return 0;
    errno = EEXIST;
    return -1;
}

int mkstemp(char *name) { return make_name(name, 0, 0, make_file); }
int mkostemp(char *name, int flags) { return make_name(name, 0, flags, make_file); }
int mkstemps(char *name, int suffix) { return make_name(name, suffix, 0, make_file); }
char *mkdtemp(char *name) { return make_name(name, 0, 0, make_folder) < 0 ? NULL : name; }

char *mktemp(char *name)
{
    if (make_name(name, 0, 0, make_nothing) < 0)
        *name = '\0';
    return name;
}

char *tempnam(const char *folder, const char *prefix)
{
    char name[PATH_MAX];

    folder = getenv("TMPDIR") ? getenv("TMPDIR") : folder ? folder : P_tmpdir;
    snprintf(name, sizeof name, "%s/%.5sXXXXXX", folder, prefix ? prefix : "file");
    return *mktemp(name) ? strdup(name) : NULL;
}

char *tmpnam(char *name)
{
    static char own[L_tmpnam];

    name = strcpy(name ? name : own, P_tmpdir "/fileXXXXXX");
    return *mktemp(name) ? name : NULL;
}

/* ---- where a path leads ---- */

enum { MOST_LINKS = 40 };

/* `text` stands for what was read of a link, before the rest of the path. */
static int put_before(char *rest, const char *text)
{
    size_t n = strlen(text), tail = strlen(rest);

    if (n + tail + 2 > PATH_MAX) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memmove(rest + n + 1, rest, tail + 1);
    memcpy(rest, text, n);
    rest[n] = '/';
    return 0;
}

/* The next part of the path behind what is known of it. */
static int add_part(char *full, char *rest, const char *part, int *links)
{
    char text[PATH_MAX];
    size_t n = strlen(full);
    ssize_t got;

    if (strcmp(part, ".") == 0 || !*part)
        return 0;
    if (strcmp(part, "..") == 0) {
        *(strrchr(full, '/') ? strrchr(full, '/') : full) = '\0';
        return 0;
    }
    if (n + strlen(part) + 2 > PATH_MAX) {
        errno = ENAMETOOLONG;
        return -1;
    }
    full[n] = '/';
    strcpy(full + n + 1, part);
    got = readlink(full, text, sizeof text - 1);
    if (got < 0)
        return errno == EINVAL ? 0 : -1;
    if (++*links > MOST_LINKS) {
        errno = ELOOP;
        return -1;
    }
    text[got] = '\0';
    full[*text == '/' ? 0 : n] = '\0';
    return put_before(rest, text);
}

char *realpath(const char *path, char *out)
{
    char full[PATH_MAX] = "", rest[PATH_MAX], part[NAME_MAX + 1];
    int links = 0;

    if (!path || !*path || strlen(path) >= sizeof rest) {
        errno = !path ? EINVAL : !*path ? ENOENT : ENAMETOOLONG;
        return NULL;
    }
    if (*path != '/' && (!getcwd(full, sizeof full) || strcmp(full, "/") == 0))
        *full = '\0';
    strcpy(rest, path);
    while (*rest) {
        char *slash = strchrnul(rest, '/');
        size_t n = (size_t)(slash - rest);

        if (n > NAME_MAX) {
            errno = ENAMETOOLONG;
            return NULL;
        }
        memcpy(part, rest, n);
        part[n] = '\0';
        memmove(rest, *slash ? slash + 1 : slash, strlen(*slash ? slash + 1 : slash) + 1);
        if (add_part(full, rest, part, &links) < 0)
            return NULL;
    }
    if (!*full)
        strcpy(full, "/");
    return out ? strcpy(out, full) : strdup(full);
}

char *canonicalize_file_name(const char *path) { return realpath(path, NULL); }
