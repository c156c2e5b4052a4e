/* cmd/submissions.h - what is to be graded: found, and set apart.
 *
 * A submission is built from a copy in a folder of its own, which has its one .c file, and
 * its headers if it came as a folder. Links are not followed and other files not taken, so
 * that the compiler sees neither other submissions nor anything that a link points to.
 */
#ifndef CMD_SUBMISSIONS_H
#define CMD_SUBMISSIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct submission {
    char *name, *file;
    bool folder;                /* its headers belong to it */
    bool given;                 /* named on the command line: may be a link */
};

struct submissions {
    struct submission *all;     /* in the order of the command line, folders by name */
    size_t n, room;
};

/* A .c file, a folder with one, or a folder of those. False: it has been said why. */
bool submissions_add(struct submissions *s, const char *path);
void submissions_free(struct submissions *s);

/* A copy in the new folder ROOT/NUMBER; `file` (>= 256 bytes) is the .c file in it. A source
 * that is too large, or no plain file, becomes one that does not compile and says so.
 * False: no folder could be made. */
bool submission_stage(const struct submission *s, const char *root, size_t number, char *file,
                      size_t size);
/* A number for its text and its headers'. */
uint64_t submission_hash(const char *staged);

#endif
