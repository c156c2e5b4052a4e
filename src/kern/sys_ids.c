/* sys_ids.c - the calls that tell and change whose a process is. The rules are those of
 * credentials(7), setuid(2), setreuid(2), setresuid(2) and setgroups(2) of the Linux man-pages,
 * where a process with user 0 as its effective one has all capabilities and others have none.
 *
 * Differs from Linux: a change is one of the process, as POSIX wants it, and not of the thread
 * that calls, which the C library has to mend there; there are no file-system ids of their own
 * (setfsuid), and at most IDS_GROUPS supplementary groups.
 */
#include <kern/ids.h>
#include <kern/proc.h>
#include <kern/uaccess.h>

#include <string.h>

#define KEEP UINT32_MAX         /* -1: leave it as it is */

enum { SETGID = 02000, SETUID = 04000, GROUP_X = 010 };

struct ids ids_after_exec(struct ids w, const struct ids_file *f)
{
    if (f->mode & SETUID)
        w.user.effective = f->uid;
    if ((f->mode & (SETGID | GROUP_X)) == (SETGID | GROUP_X))
        w.group.effective = f->gid;
    w.user.saved = w.user.effective;
    w.group.saved = w.group.effective;
    return w;
}

bool ids_may_signal(const struct ids *one, const struct ids *other)
{
    const struct id *a = &one->user, *b = &other->user;

    return ids_root(one) || a->effective == b->saved || a->effective == b->real ||
           a->real == b->saved || a->real == b->real;
}

bool ids_may_schedule(const struct ids *one, const struct ids *other)
{
    uint32_t me = one->user.effective;

    return !me || me == other->user.real || me == other->user.effective;
}

static bool all_are(uint32_t me, const struct id *id)
{
    return me == id->real && me == id->effective && me == id->saved;
}

bool ids_may_limit(const struct ids *one, const struct ids *other)
{
    return ids_root(one) || (all_are(one->user.real, &other->user) &&
                             all_are(one->group.real, &other->group));
}

/* --- asking --- */

static struct ids *mine(const struct sysc *c)
{
    return &proc_place(c->p)->ids;
}

int32_t sys_getuid(struct sysc *c)
{
    return (int32_t)mine(c)->user.real;
}

int32_t sys_geteuid(struct sysc *c)
{
    return (int32_t)mine(c)->user.effective;
}

int32_t sys_getgid(struct sysc *c)
{
    return (int32_t)mine(c)->group.real;
}

int32_t sys_getegid(struct sysc *c)
{
    return (int32_t)mine(c)->group.effective;
}

static int32_t tell_all(struct sysc *c, const struct id *id)
{
    const uint32_t value[3] = { id->real, id->effective, id->saved };
    int32_t err;

    for (unsigned i = 0; i < 3; i++)
        if ((err = user_writable(c, c->a[i], sizeof value[i])))
            return err;
    for (unsigned i = 0; i < 3; i++)
        put_out(c, c->a[i], &value[i], sizeof value[i]);
    return 0;
}

int32_t sys_getresuid(struct sysc *c)
{
    return tell_all(c, &mine(c)->user);
}

int32_t sys_getresgid(struct sysc *c)
{
    return tell_all(c, &mine(c)->group);
}

/* --- changing --- */

static bool is_one_of(const struct id *id, uint32_t v)
{
    return v == KEEP || v == id->real || v == id->effective || v == id->saved;
}

/* Back to the saved one, or, for root, for good. */
static int32_t set_one(const struct sysc *c, struct id *id)
{
    uint32_t v = c->a[0];

    if (v == KEEP)
        return -G_EINVAL;
    if (ids_root(mine(c)))
        *id = (struct id){ v, v, v };
    else if (v == id->real || v == id->saved)
        id->effective = v;
    else
        return -G_EPERM;
    return 0;
}

int32_t sys_setuid(struct sysc *c)
{
    return set_one(c, &mine(c)->user);
}

int32_t sys_setgid(struct sysc *c)
{
    return set_one(c, &mine(c)->group);
}

/* The saved one goes along when the real one is set, or the effective one to another than that. */
static int32_t set_two(const struct sysc *c, struct id *id)
{
    uint32_t real = c->a[0], effective = c->a[1], was = id->real;
    bool root = ids_root(mine(c));

    if (!root && ((real != KEEP && real != id->real && real != id->effective) ||
                  !is_one_of(id, effective)))
        return -G_EPERM;
    if (real != KEEP)
        id->real = real;
    if (effective != KEEP)
        id->effective = effective;
    if (real != KEEP || (effective != KEEP && effective != was))
        id->saved = id->effective;
    return 0;
}

int32_t sys_setreuid(struct sysc *c)
{
    return set_two(c, &mine(c)->user);
}

int32_t sys_setregid(struct sysc *c)
{
    return set_two(c, &mine(c)->group);
}

static int32_t set_three(const struct sysc *c, struct id *id)
{
    uint32_t *const to[3] = { &id->real, &id->effective, &id->saved };
    bool root = ids_root(mine(c));

    for (unsigned i = 0; i < 3; i++)
        if (!root && !is_one_of(id, c->a[i]))
            return -G_EPERM;
    for (unsigned i = 0; i < 3; i++)
        if (c->a[i] != KEEP)
            *to[i] = c->a[i];
    return 0;
}

int32_t sys_setresuid(struct sysc *c)
{
    return set_three(c, &mine(c)->user);
}

int32_t sys_setresgid(struct sysc *c)
{
    return set_three(c, &mine(c)->group);
}

/* --- supplementary groups --- */

int32_t sys_getgroups(struct sysc *c)
{
    const struct ids *w = mine(c);
    int32_t n = (int32_t)c->a[0], have = (int32_t)w->ngroups, err;

    if (n < 0 || (n && n < have))
        return -G_EINVAL;
    if (n && have && (err = copy_out(c, c->a[1], w->groups, w->ngroups * sizeof w->groups[0])))
        return err;
    return have;
}

int32_t sys_setgroups(struct sysc *c)
{
    uint32_t n = c->a[0], groups[IDS_GROUPS];
    struct ids *w = mine(c);
    int32_t err;

    if (!ids_root(w))
        return -G_EPERM;
    if (n > IDS_GROUPS)
        return -G_EINVAL;
    if (n && (err = copy_in(c, groups, c->a[1], (uint32_t)(n * sizeof groups[0]))))
        return err;
    if (n)
        memcpy(w->groups, groups, n * sizeof groups[0]);
    w->ngroups = n;
    return 0;
}
