/* place.c - see place.h */
#include <host/place.h>

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The folder of the running executable, links resolved. */
static bool executable_folder(char *path, size_t size)
{
    ssize_t n = readlink("/proc/self/exe", path, size - 1);

    if (n <= 0 || (size_t)n >= size - 1)
        return false;
    path[n] = '\0';
    char *slash = strrchr(path, '/');
    if (!slash)
        return false;
    *slash = '\0';
    return true;
}

static bool join(char *path, size_t size, const char *a, const char *b, const char *c)
{
    int n = snprintf(path, size, "%s%s%s", a, b, c);

    return n > 0 && (size_t)n < size;
}

bool place_find(const char *name, char *path, size_t size)
{
    static const char *const step[] = { "/", "/../", "/../../", "/../share/ossim/" };
    char folder[PATH_MAX], found[PATH_MAX];

    if (!executable_folder(folder, sizeof folder))
        return false;
    for (size_t i = 0; i < sizeof step / sizeof *step; i++) {
        if (!join(found, sizeof found, folder, step[i], name))
            continue;
        char *real = realpath(found, NULL);     /* without the ".." for messages */
        if (!real)
            continue;
        bool fits = join(path, size, real, "", "");
        free(real);
        return fits;
    }
    return false;
}

/* Make the folder and its parent; it must be ours alone to write. */
static bool own_folder(const char *path)
{
    char parent[PATH_MAX];
    struct stat st;

    if (!join(parent, sizeof parent, path, "", ""))
        return false;
    char *slash = strrchr(parent, '/');
    if (slash && slash != parent) {
        *slash = '\0';
        if (mkdir(parent, 0700) != 0 && errno != EEXIST)
            return false;
    }
    if (mkdir(path, 0700) != 0 && errno != EEXIST)
        return false;
    return lstat(path, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == geteuid() &&
           !(st.st_mode & (S_IWGRP | S_IWOTH)) && access(path, W_OK) == 0;
}

/* A checkout has its executables in build/COMPILER. */
static bool build_cache(char *path, size_t size)
{
    char folder[PATH_MAX];

    if (!executable_folder(folder, sizeof folder))
        return false;
    char *slash = strrchr(folder, '/');
    if (!slash)
        return false;
    *slash = '\0';
    slash = strrchr(folder, '/');
    return slash && strcmp(slash, "/build") == 0 &&
           join(path, size, folder, "/cache", "") && own_folder(path);
}

bool place_cache(char *path, size_t size)
{
    const char *xdg = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    char user[32];

    if (build_cache(path, size))
        return true;
    if (xdg && *xdg == '/' && join(path, size, xdg, "/ossim", "") && own_folder(path))
        return true;
    if (home && *home == '/' && join(path, size, home, "/.cache/ossim", "") &&
        own_folder(path))
        return true;
    snprintf(user, sizeof user, "%u", (unsigned)geteuid());
    return join(path, size, "/tmp/ossim-", user, "") && own_folder(path);
}
