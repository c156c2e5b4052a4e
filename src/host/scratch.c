/* scratch.c - see scratch.h.
 *
 * flock() on the folder itself, rather than a process number in its name: numbers are
 * reused, and mean nothing in another container that has the same /tmp.
 */
#include <host/scratch.h>

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* A folder is unlocked for a moment when it is new; no sweep takes it for old before this
 * many seconds have passed. DEPTH: of folders in folders; ours have two. */
enum { YOUNG = 60, DEPTH = 8 };

static const char prefix[] = "ossim-";

static void empty(int folder, int depth)
{
    DIR *d = fdopendir(folder);
    struct dirent *e;

    while (d && (e = readdir(d))) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0 ||
            unlinkat(dirfd(d), e->d_name, 0) == 0 || depth == DEPTH)
            continue;
        int inner = openat(dirfd(d), e->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

        if (inner >= 0)
            empty(inner, depth + 1);
        unlinkat(dirfd(d), e->d_name, AT_REMOVEDIR);
    }
    if (d)
        closedir(d);
    else
        close(folder);
}

static int open_folder(const char *path)
{
    return open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

void scratch_remove(const char *path)
{
    int folder = open_folder(path);

    if (folder >= 0)
        empty(folder, 0);
    rmdir(path);
}

/* Ours, not new, and held by nobody? */
static bool abandoned(int folder)
{
    struct stat st;

    return fstat(folder, &st) == 0 && st.st_uid == geteuid() &&
           time(NULL) - st.st_mtime > YOUNG && flock(folder, LOCK_EX | LOCK_NB) == 0;
}

/* Those of this kind that others left in `parent`. */
static void sweep(const char *parent, const char *what)
{
    char start[64], path[PATH_MAX];
    DIR *d = opendir(parent);
    struct dirent *e;
    int n = snprintf(start, sizeof start, "%s%s-", prefix, what);

    while (d && (e = readdir(d))) {
        if (strncmp(e->d_name, start, (size_t)n) != 0 || strlen(e->d_name) != (size_t)n + 6)
            continue;
        snprintf(path, sizeof path, "%.3000s/%s", parent, e->d_name);
        int folder = open_folder(path);

        if (folder < 0)
            continue;
        if (abandoned(folder))
            scratch_remove(path);
        close(folder);
    }
    if (d)
        closedir(d);
}

bool scratch_make(const char *parent, const char *what, char *path, size_t size)
{
    int folder;

    sweep(parent, what);
    if ((size_t)snprintf(path, size, "%s/%s%s-XXXXXX", parent, prefix, what) >= size ||
        !mkdtemp(path))
        return false;
    folder = open_folder(path);
    if (folder >= 0)
        flock(folder, LOCK_EX | LOCK_NB);   /* kept open: that is the lock */
    return true;
}
