/* cmd/check_apart.h - `ossim check mine.c` for a native plug-in that is no scheduling policy.
 *
 * It is found, built and tried in a process of its own, since nothing keeps it from crashing.
 */
#ifndef CMD_CHECK_APART_H
#define CMD_CHECK_APART_H

#include <ossim/err.h>
#include <stdbool.h>

struct check_verdict {
    bool ran, good;
    char note[300];             /* what is wrong; the first thing that was found */
};

struct check_kind {
    /* Finds what a workload would name `spec`, into *config. */
    enum err (*find)(const char *spec, void *config, struct diag *diag);
    /* Tries it; what is wrong goes into *v, which says so far that nothing is. */
    void (*attempt)(struct check_verdict *v, const void *config);
    void *config;               /* the caller's room for it */
};

/* EXIT_DONE, or what is wrong has been said: EXIT_BAD_INPUT. */
int check_apart(const char *file, bool quiet, const struct check_kind *kind);

#endif
