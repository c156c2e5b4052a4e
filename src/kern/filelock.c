/* filelock.c - see filelock.h */
#include <kern/filelock.h>

#include "file_private.h"

struct filelocks *filelocks_layout(struct arena *a)
{
    struct filelocks *l = arena_array(a, struct filelocks, 1);

    if (a->base)
        l->wait = WAITQ_EMPTY;
    return l;
}

/* --- whose --- */

/* Processes first, by their tables of descriptors; behind them the open files. */
uint32_t filelock_of_process(const struct programs *ps, const struct fdtable *t)
{
    return (uint32_t)(t - ps->fdtable);
}

uint32_t filelock_of_file(const struct programs *ps, const struct gfile *f)
{
    return ps->nthreads + (uint32_t)(f - ps->file);
}

static bool is_process(const struct programs *ps, const struct file_lock *l)
{
    return l->owner < ps->nthreads;
}

static bool same_file(const struct file_lock *a, const struct file_lock *b)
{
    return a->vnode == b->vnode && a->kind == b->kind;
}

static bool overlap(const struct file_lock *a, const struct file_lock *b)
{
    return a->from <= b->to && b->from <= a->to;
}

static bool contradict(const struct file_lock *a, const struct file_lock *b)
{
    return same_file(a, b) && a->owner != b->owner && overlap(a, b) &&
           (a->type == G_F_WRLCK || b->type == G_F_WRLCK);
}

const struct file_lock *filelock_obstacle(const struct filelocks *all, const struct file_lock *want)
{
    const struct file_lock *first = NULL;

    for (uint32_t i = 0; i < all->n; i++)
        if (contradict(&all->lock[i], want) && (!first || all->lock[i].from < first->from))
            first = &all->lock[i];
    return first;
}

/* --- setting and giving up --- */

static void drop_at(struct filelocks *all, uint32_t i)
{
    all->lock[i] = all->lock[--all->n];
}

/* What remains of the owner's locks beside the new one; those of its type that touch it become
 * a part of it. */
static void make_room(struct filelocks *all, struct file_lock *l)
{
    for (uint32_t i = 0; i < all->n;) {
        struct file_lock old = all->lock[i];
        bool mine = same_file(&old, l) && old.owner == l->owner;

        if (mine && old.type == l->type && old.from <= (l->to == INT64_MAX ? l->to : l->to + 1) &&
            l->from <= (old.to == INT64_MAX ? old.to : old.to + 1)) {
            l->from = old.from < l->from ? old.from : l->from;
            l->to = old.to > l->to ? old.to : l->to;
            drop_at(all, i);
        } else if (mine && old.type != l->type && overlap(&old, l)) {
            drop_at(all, i);
            if (old.from < l->from) {
                all->lock[all->n] = old;
                all->lock[all->n++].to = l->from - 1;
            }
            if (old.to > l->to) {
                all->lock[all->n] = old;
                all->lock[all->n++].from = l->to + 1;
            }
        } else {
            i++;
        }
    }
}

/* Nothing contradicts it. False: no room; then nothing is changed. */
static bool set(struct filelocks *all, struct file_lock l)
{
    if (all->n + 2 > FILE_LOCKS)
        return false;
    make_room(all, &l);
    if (l.type != G_F_UNLCK)
        all->lock[all->n++] = l;
    return true;
}

/* Has the owner the file open still? Another thread may have closed it meanwhile. */
static bool still_open(const struct programs *ps, const struct file_lock *l)
{
    if (!is_process(ps, l))
        return true;            /* the request holds it */
    const struct fdtable *t = &ps->fdtable[l->owner];

    for (uint32_t fd = 0; fd < t->end; fd++) {
        const struct gfile *f = t->file[fd] ? &ps->file[t->file[fd] - 1] : NULL;

        if (f && f->ops->let_go && f->object == l->vnode)
            return true;
    }
    return false;
}

static int32_t take(struct programs *ps, const struct file_lock *l)
{
    if (l->type != G_F_UNLCK && !still_open(ps, l))
        return -G_EBADF;
    return set(ps->locks, *l) ? 0 : -G_ENOLCK;
}

/* The first that waits for no more than what is free; TID_NONE. */
static tid_t next_in_line(const struct kern *k)
{
    const struct filelocks *all = k->programs->locks;

    for (tid_t t = all->wait.first; t != TID_NONE; t = k->task[t].next)
        if (!filelock_obstacle(all, &thread_request(k, t)->u.lock.want))
            return t;
    return TID_NONE;
}

/* Something is free. (What is handed over may free something in turn: a lock to write that
 * becomes one to read.) */
static void hand_over(struct kern *k)
{
    tid_t t;

    while ((t = next_in_line(k)) != TID_NONE) {
        struct request *r = thread_request(k, t);

        request_complete(k, t, r, take(k->programs, &r->u.lock.want));
        waitq_leave(k, t);
    }
}

static void forget(struct kern *k, uint32_t owner, uint32_t vnode)
{
    struct filelocks *all = k->programs->locks;
    uint32_t before = all->n;

    for (uint32_t i = 0; i < all->n;)
        if (all->lock[i].owner == owner && all->lock[i].vnode == vnode)
            drop_at(all, i);
        else
            i++;
    if (all->n != before)
        hand_over(k);
}

void filelocks_let_go(struct kern *k, const struct gfile *f, const struct fdtable *t)
{
    const struct programs *ps = k->programs;

    if (ps->locks && ps->locks->n)
        forget(k, t ? filelock_of_process(ps, t) : filelock_of_file(ps, f), f->object);
}

void filelock_give_up_other(struct sysc *c, const struct file_lock *want)
{
    struct filelocks *all = c->ps->locks;

    for (uint32_t i = 0; i < all->n; i++)
        if (same_file(&all->lock[i], want) && all->lock[i].owner == want->owner &&
            all->lock[i].type != want->type) {
            drop_at(all, i);
            hand_over(c->k);
            return;
        }
}

/* --- waiting --- */

/* Would the process `want` is of wait for itself? Those that wait are marked, from the ones that
 * hold what it wants, as far as they in turn wait for others. Locks of open files are nobody's,
 * so no cycle goes through them: Linux, "fs/locks.c", posix_locks_deadlock. */
static bool deadlocks(struct kern *k, const struct file_lock *want)
{
    struct programs *ps = k->programs;
    const struct filelocks *all = ps->locks;
    const struct file_lock *at = want;
    bool more = true;

    if (!is_process(ps, want))
        return false;
    for (tid_t t = all->wait.first; t != TID_NONE; t = k->task[t].next)
        thread_request(k, t)->u.lock.seen = thread_request(k, t)->u.lock.followed = false;
    while (more) {
        for (uint32_t i = 0; i < all->n; i++) {
            if (!contradict(&all->lock[i], at))
                continue;
            if (at != want && all->lock[i].owner == want->owner)
                return true;
            for (tid_t t = all->wait.first; t != TID_NONE; t = k->task[t].next)
                if (thread_request(k, t)->u.lock.want.owner == all->lock[i].owner)
                    thread_request(k, t)->u.lock.seen = true;
        }
        more = false;
        for (tid_t t = all->wait.first; t != TID_NONE && !more; t = k->task[t].next) {
            struct request *r = thread_request(k, t);

            if (r->u.lock.seen && !r->u.lock.followed) {
                r->u.lock.followed = more = true;
                at = &r->u.lock.want;
            }
        }
    }
    return false;
}

int32_t filelock_wait(struct sysc *c)
{
    if (signal_waits(c->ps, c->t))
        return SYS_RESTART;
    return sysc_wait(c, WAIT_FILELOCK, UINT32_MAX, &c->ps->locks->wait, NS_MAX);
}

int32_t filelock_acquire(struct sysc *c, const struct file_lock *want, bool wait)
{
    int32_t err;

    if (want->type == G_F_UNLCK || !filelock_obstacle(c->ps->locks, want)) {
        err = take(c->ps, want);
        hand_over(c->k);        /* an exclusive one may have become a shared one */
        return err;
    }
    if (!wait)
        return -G_EAGAIN;
    if (deadlocks(c->k, want))
        return -G_EDEADLK;
    c->r->u.lock.want = *want;
    request_sent(c->r);
    return filelock_wait(c);
}

/* --- what must hold --- */

/* Two locks of one owner on one file: apart, and not two parts of one. */
static bool apart(const struct file_lock *a, const struct file_lock *b)
{
    const struct file_lock *low = a->from < b->from ? a : b, *high = low == a ? b : a;

    return low->to < high->from && (low->type != high->type || low->to + 1 < high->from);
}

bool filelocks_check(const struct kern *k)
{
    const struct filelocks *all = k->programs ? k->programs->locks : NULL;

    for (uint32_t i = 0; all && i < all->n; i++)
        for (uint32_t j = 0; j < i; j++) {
            const struct file_lock *a = &all->lock[i], *b = &all->lock[j];

            if (contradict(a, b) || (same_file(a, b) && a->owner == b->owner && !apart(a, b)))
                return false;
        }
    for (tid_t t = all ? all->wait.first : TID_NONE; t != TID_NONE; t = k->task[t].next)
        if (!filelock_obstacle(all, &thread_request(k, t)->u.lock.want))
            return false;
    return true;
}
