/* kern/ids.h - whose a process is: credentials(7) of the Linux man-pages, "User and group
 * identifiers". Plain values; the calls that change them are in sys_ids.c.
 */
#ifndef KERN_IDS_H
#define KERN_IDS_H

#include <stdbool.h>
#include <stdint.h>

enum { IDS_GROUPS = 32 };       /* NGROUPS_MAX: supplementary groups, at most */

struct id { uint32_t real, effective, saved; };

struct ids {
    struct id user, group;      /* who is effectively user 0 may do all */
    uint32_t ngroups;
    uint32_t groups[IDS_GROUPS];
};

static inline bool ids_root(const struct ids *w)
{
    return w->user.effective == 0;
}

/* What a program's file says of who its processes are: execve(2). */
struct ids_file { uint32_t mode, uid, gid; };

struct ids ids_after_exec(struct ids w, const struct ids_file *f);

/* May one send the other a signal? kill(2), "DESCRIPTION": its real or effective user is the
 * other's real or saved one. */
bool ids_may_signal(const struct ids *one, const struct ids *other);
/* May one change how the other is scheduled? setpriority(2), sched_setscheduler(2), ERRORS:
 * its effective user is the other's real or effective one. */
bool ids_may_schedule(const struct ids *one, const struct ids *other);
/* May one change the other's limits? prlimit(2), ERRORS: its real user is all of the other's,
 * and its real group too. */
bool ids_may_limit(const struct ids *one, const struct ids *other);

#endif
