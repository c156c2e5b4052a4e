/* sys_lock.c - fcntl's commands on locks, and flock: what the program says, in the kernel's
 * words. */
#include <kern/filelock.h>
#include <kern/vfs.h>

/* --- fcntl --- */

bool filelock_is_command(uint32_t command)
{
    return (command >= G_F_GETLK && command <= G_F_SETLKW) ||
           (command >= G_F_GETLK64 && command <= G_F_SETLKW64) ||
           (command >= G_F_OFD_GETLK && command <= G_F_OFD_SETLKW);
}

/* The program's description, in the form that the command has it in. */
static int32_t take_in(struct sysc *c, struct gabi_flock64 *l)
{
    struct gabi_flock32 old;
    int32_t err;

    if (c->a[1] > G_F_SETLKW)
        return copy_in(c, l, c->a[2], sizeof *l);
    if ((err = copy_in(c, &old, c->a[2], sizeof old)))
        return err;
    *l = (struct gabi_flock64){ .type = old.type, .whence = old.whence, .start = old.start,
                                .len = old.len, .pid = old.pid };
    return 0;
}

static int32_t give_back(struct sysc *c, const struct gabi_flock64 *l)
{
    struct gabi_flock32 old = { .type = l->type, .whence = l->whence, .start = (int32_t)l->start,
                                .len = (int32_t)l->len, .pid = l->pid };

    if (c->a[1] > G_F_SETLKW)
        return copy_out(c, c->a[2], l, sizeof *l);
    if (old.start != l->start || old.len != l->len)
        return -G_EOVERFLOW;
    return copy_out(c, c->a[2], &old, sizeof old);
}

/* From which byte to which; 0, -errno or SYS_WAIT. */
static int32_t stretch(struct sysc *c, const struct gfile *f, const struct gabi_flock64 *l,
                       struct file_lock *want)
{
    int64_t from;
    int32_t err = file_from(c, f, (uint32_t)l->whence, &from);

    if (err)
        return err;
    if (__builtin_add_overflow(from, l->start, &from))
        return -G_EOVERFLOW;
    want->from = from;
    want->to = INT64_MAX;
    if (l->len > 0 && __builtin_add_overflow(from, l->len - 1, &want->to))
        return -G_EOVERFLOW;
    if (l->len < 0) {
        want->to = from - 1;
        if (__builtin_add_overflow(from, l->len, &want->from))
            return -G_EINVAL;
    }
    return want->from < 0 ? -G_EINVAL : 0;
}

static int32_t describe(struct sysc *c, const struct gabi_flock64 *l, struct file_lock *want)
{
    const struct gfile *f = file_held(c, c->a[0]);
    bool asks = c->a[1] == G_F_GETLK || c->a[1] == G_F_GETLK64 || c->a[1] == G_F_OFD_GETLK;
    bool of_open = c->a[1] >= G_F_OFD_GETLK;

    if (!file_is_inode(f) || l->type < G_F_RDLCK || l->type > G_F_UNLCK ||
        (asks && l->type == G_F_UNLCK) || (of_open && l->pid))
        return -G_EINVAL;
    if (!asks && l->type == G_F_RDLCK && (f->flags & G_O_ACCMODE) == G_O_WRONLY)
        return -G_EBADF;
    if (!asks && l->type == G_F_WRLCK && !(f->flags & G_O_ACCMODE))
        return -G_EBADF;
    *want = (struct file_lock){
        .vnode = f->object, .kind = FILELOCK_STRETCH, .type = (uint8_t)l->type,
        .owner = of_open ? filelock_of_file(c->ps, f) : filelock_of_process(c->ps, proc_fds(c->p)),
        .pid = of_open ? -1 : proc_pid(c->p),
    };
    return stretch(c, f, l, want);
}

static int32_t ask(struct sysc *c, struct gabi_flock64 *l, const struct file_lock *want)
{
    const struct file_lock *found = filelock_obstacle(c->ps->locks, want);

    if (found)
        *l = (struct gabi_flock64){ .type = found->type, .whence = G_SEEK_SET, .pid = found->pid,
                                    .start = found->from,
                                    .len = found->to == INT64_MAX ? 0 : found->to - found->from + 1 };
    else
        l->type = G_F_UNLCK;
    return give_back(c, l);
}

int32_t filelock_control(struct sysc *c)
{
    struct gabi_flock64 l;
    struct file_lock want;
    int32_t err;

    if (c->r->state == REQUEST_SENT && c->r->u.lock.want.vnode)
        return filelock_wait(c);     /* woken, and it was not handed over */
    if (!file_held(c, c->a[0]))
        return -G_EBADF;
    if (!c->ps->locks)
        return -G_EINVAL;
    if ((err = take_in(c, &l)) || (err = describe(c, &l, &want)))
        return err;
    switch (c->a[1]) {
    case G_F_GETLK: case G_F_GETLK64: case G_F_OFD_GETLK:
        return ask(c, &l, &want);
    default:
        return filelock_acquire(c, &want, c->a[1] == G_F_SETLKW || c->a[1] == G_F_SETLKW64 ||
                                 c->a[1] == G_F_OFD_SETLKW);
    }
}

/* --- flock --- */

int32_t sys_flock(struct sysc *c)
{
    enum { SHARED = 1, EXCLUSIVE = 2, NONBLOCK = 4, UNLOCK = 8 };
    struct gfile *f = file_held(c, c->a[0]);
    uint32_t how = c->a[1] & ~(uint32_t)NONBLOCK;

    if (c->r->state == REQUEST_SENT && c->r->u.lock.want.vnode)
        return filelock_wait(c);
    if (how != SHARED && how != EXCLUSIVE && how != UNLOCK)
        return -G_EINVAL;
    if (!f)
        return -G_EBADF;
    if (!c->ps->locks || !file_is_inode(f))
        return -G_EINVAL;
    struct file_lock want = {
        .vnode = f->object, .kind = FILELOCK_WHOLE, .owner = filelock_of_file(c->ps, f), .to = INT64_MAX,
        .pid = proc_pid(c->p),
        .type = how == SHARED ? G_F_RDLCK : how == EXCLUSIVE ? G_F_WRLCK : G_F_UNLCK,
    };
    filelock_give_up_other(c, &want);
    return filelock_acquire(c, &want, !(c->a[1] & NONBLOCK));
}
