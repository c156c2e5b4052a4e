/* scenario.h - lists of operations for the crash tests. */
#ifndef TESTS_CRASH_SCENARIO_H
#define TESTS_CRASH_SCENARIO_H

#include <fs/fs.h>

struct volume;

struct turn {
    struct volume *v;
    unsigned k;                 /* number of the step, from 0 */
    bool overwrote;             /* the step changed data in place */
    uint32_t held;              /* an inode that the scenario holds, or 0 */
};

struct scenario {
    const char *name;
    void (*prepare)(struct turn *s);    /* on a mounted volume; durable afterwards */
    bool (*step)(struct turn *s);       /* one operation; false: there are no more */
    bool is_long;
};

extern const struct scenario scenarios[];       /* ends with a NULL name */

#endif
