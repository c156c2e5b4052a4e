/* paths.h - what cp, mv and find ask of paths. */
#ifndef PATHS_H
#define PATHS_H

#include <sys/stat.h>

static inline int same_file(const struct stat *a, const struct stat *b)
{
    return a->st_ino == b->st_ino && a->st_dev == b->st_dev;
}

/* The last name of a path, and the slashes behind it. */
static inline const char *base_of(const char *path)
{
    const char *base = path;

    for (const char *p = path; *p; p++)
        if (p > path && p[-1] == '/' && *p != '/')
            base = p;
    return base;
}

#endif
