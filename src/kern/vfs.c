/* vfs.c - see vfs.h. */
#include <kern/vfs.h>

#include <sim/check.h>

enum { OPEN_INODES = VFS_NODES / 2 };

/* --- layout --- */

static void params_of(const struct config *c, struct fs_params *p)
{
    fs_params_init(p);
    p->block_size = c->fs.block_size;
    p->cache_blocks = c->fs.cache_blocks;
    p->read_ahead = c->fs.read_ahead;
    p->dirty_percent = c->fs.dirty_percent;
    p->replacement = c->fs.replacement;
    p->write_back = c->fs.write_back;
    p->journal_data = c->fs.journal_data;
    p->open_files = OPEN_INODES;
}

/* Called from completions: it may not call back. */
static void wake(void *self, struct fs_op *op)
{
    struct kern *k = self;

    if (op->owner == TID_NONE) {
        *(bool *)op->user = true;
        engine_set(k->engine, k->vfs_slot, k->engine->now, PEND_WAKE);
    } else if (k->task[op->owner].state == TASK_SLEEPING &&
               k->task[op->owner].cause == WAIT_DISK)
        task_wake(k, op->owner);
}

uint32_t vfs_seconds(const struct kern *k)
{
    uint64_t seconds = k->config->fs.epoch + (uint64_t)k->engine->now / 1000000000;

    return seconds < UINT32_MAX ? (uint32_t)seconds : UINT32_MAX;
}

static void op_begin(struct kern *k, struct fs_op *op, tid_t owner, bool *due)
{
    fs_op_init(op, owner, 0, 0, k->engine->now, vfs_seconds(k));
    op->user = due;
}

void vfs_op_begin(struct kern *k, struct fs_op *op, tid_t owner)
{
    op_begin(k, op, owner, NULL);
}

void vfs_background_op(struct kern *k, struct fs_op *op, bool *due)
{
    op_begin(k, op, TID_NONE, due);
}

static bool users_due(const struct kern *k)
{
    bool any = false;

    for (unsigned i = 0; i < VFS_USERS; i++)
        any |= k->vfs->user[i] && k->vfs->user[i]->due && k->vfs->user[i]->due(k);
    return any;
}

void vfs_arm(struct kern *k)
{
    struct vfs *v = k->vfs;
    ns_t due = v->state == VFS_MOUNTED ? fs_due(v->fs) : NS_MAX, now = k->engine->now;

    block_arm(k);
    if (v->mount_due || users_due(k))
        due = now;
    else if (v->state == VFS_CUT && (v->boot_at > now || !block_in_flight(k)))
        due = v->boot_at;
    for (uint32_t i = 0; i < v->nvnodes && due > now; i++)
        if (v->vnode[i].due)
            due = now;
    if (due == NS_MAX)
        engine_cancel(k->engine, k->vfs_slot);
    else
        engine_set(k->engine, k->vfs_slot, due > now ? due : now, PEND_WAKE);
}

/* As a machine finds it when it is switched on. */
static void boot(struct kern *k)
{
    struct vfs *v = k->vfs;
    const struct fs_port port = { .wake = wake, .self = k };
    struct fs_params p;
    struct arena a;

    if (v->fs)
        (void)vfs_stats(k, &v->before);
    memset(v->memory, 0, v->size);
    arena_init(&a, v->memory, v->size);
    params_of(k->config, &p);
    v->fs = fs_create(&a, &p, block_device(k, NULL), &port);
    v->state = VFS_MOUNTING;
    v->generation++;
    v->mount_due = true;
    v->mounting = false;
    engine_set(k->engine, k->vfs_slot, k->engine->now, PEND_WAKE);
}

void vfs_layout(struct kern *k, struct arena *a)
{
    const struct config *c = k->config;
    struct arena inner;
    struct blkdev measured;
    struct fs_params p;

    if (!c->fs.mounted || c->disk.model == DISK_NONE)
        return;
    params_of(c, &p);
    arena_init(&inner, NULL, 0);
    (void)fs_create(&inner, &p, block_device(k, &measured), NULL);
    size_t size = (inner.used + 63) & ~(size_t)63;
    struct vfs v = { .size = size, .nvnodes = VFS_NODES, .mount_wait = WAITQ_EMPTY,
                     .drop_wait = WAITQ_EMPTY };
    uint32_t ncalls = programs_nslots(c);
    struct vfs *at = arena_array(a, struct vfs, 1);
    v.memory = arena_take(a, size, 64);
    v.vnode = arena_array(a, struct vnode, v.nvnodes);
    v.call = arena_array(a, struct fcall, ncalls);
    if (!a->base)
        return;
    *at = v;
    k->vfs = at;
    boot(k);
}

bool vfs_stats(const struct kern *k, struct fs_stats *out)
{
    if (!k->vfs)
        return false;
    fs_stats(k->vfs->fs, out);
    fs_stats_add(out, &k->vfs->before);
    return true;
}

/* --- inodes --- */

uint32_t vnode_ino(const struct kern *k, uint32_t number)
{
    const struct vnode *n = vnode_of(k, number);

    return n->generation == k->vfs->generation ? n->ino : 0;
}

uint32_t vnode_get(struct kern *k, uint32_t ino)
{
    struct vfs *v = k->vfs;
    struct vnode *n = NULL;

    CHECK(ino);
    for (uint32_t i = 0; i < v->nvnodes; i++) {
        struct vnode *o = &v->vnode[i];

        if (o->ino == ino && o->refs && o->generation == v->generation) {
            o->refs++;
            return i + 1;
        }
        if (!n && !o->ino)
            n = o;
    }
    if (!n || fs_hold(v->fs, ino))
        return 0;
    *n = (struct vnode){ .ino = ino, .refs = 1, .generation = v->generation };
    return (uint32_t)(n - v->vnode) + 1;
}

/* Go on with giving an inode back. */
static void drop_on(struct kern *k, struct vnode *n)
{
    n->due = false;
    n->op.now = k->engine->now;
    if (fs_drop(k->vfs->fs, &n->op, n->ino) == FS_WAIT)
        return;
    *n = (struct vnode){ 0 };
    waitq_wake(k, &k->vfs->drop_wait);
}

static bool drops(const struct kern *k)
{
    bool any = false;

    for (uint32_t i = 0; i < k->vfs->nvnodes; i++)
        any |= k->vfs->vnode[i].dropping;
    return any;
}

int32_t vfs_drops_wait(struct sysc *c)
{
    return drops(c->k) ? sysc_wait(c, WAIT_DISK, UINT32_MAX, &c->k->vfs->drop_wait, NS_MAX) : 0;
}

void vnode_put(struct kern *k, uint32_t number)
{
    struct vnode *n = vnode_of(k, number);

    if (--n->refs)
        return;
    if (n->generation != k->vfs->generation || k->vfs->state != VFS_MOUNTED) {
        *n = (struct vnode){ 0 };
        return;
    }
    op_begin(k, &n->op, TID_NONE, &n->due);
    n->dropping = true;
    drop_on(k, n);
    vfs_arm(k);
}

/* --- in the background --- */

static void mount_on(struct kern *k)
{
    struct vfs *v = k->vfs;

    v->mount_due = false;
    if (v->state == VFS_CUT) {
        if (!block_in_flight(k) && k->engine->now >= v->boot_at)
            boot(k);
        return;
    }
    if (!v->mounting)
        op_begin(k, &v->mount, TID_NONE, &v->mount_due);
    v->mounting = true;
    v->mount.now = k->engine->now;
    int err = fs_mount(v->fs, &v->mount, k->config->fs.read_only);
    if (err == FS_WAIT)
        return;
    v->mounting = false;
    v->state = err ? VFS_BROKEN : VFS_MOUNTED;
    v->booted = v->generation > 1;
    waitq_wake(k, &v->mount_wait);
}

void vfs_due(struct kern *k)
{
    struct vfs *v = k->vfs;
    ns_t now = k->engine->now;

    if (v->mount_due || (v->state == VFS_CUT && v->boot_at <= now))
        mount_on(k);
    for (uint32_t i = 0; i < v->nvnodes; i++)
        if (v->vnode[i].due && v->vnode[i].dropping)
            drop_on(k, &v->vnode[i]);
    for (unsigned i = 0; i < VFS_USERS; i++)
        if (v->user[i] && v->user[i]->go_on)
            v->user[i]->go_on(k);
    if (v->state == VFS_MOUNTED && fs_due(v->fs) <= now)
        fs_tick(v->fs, now);
    vfs_arm(k);
}

void vfs_after_disk(struct kern *k)
{
    if (k->vfs->state == VFS_CUT)
        k->vfs->mount_due = true;
    vfs_arm(k);
}

/* What was open is gone with the memory of the machine; who works on files is told so. */
void vfs_power_cut(struct kern *k, ns_t boot_at)
{
    struct vfs *v = k->vfs;
    tid_t tid;

    v->state = VFS_CUT;
    v->boot_at = boot_at;
    v->mount_due = v->mounting = false;
    v->generation++;
    for (uint32_t i = 0; i < v->nvnodes; i++)
        if (v->vnode[i].dropping)
            v->vnode[i] = (struct vnode){ 0 };
    waitq_wake(k, &v->drop_wait);
    for (uint32_t i = 0; k->programs && i < k->programs->nthreads; i++)
        if (v->call[i].running && (tid = thread_task(k, i)) != TID_NONE &&
            k->task[tid].state == TASK_SLEEPING && k->task[tid].cause == WAIT_DISK)
            task_wake(k, tid);
    for (unsigned i = 0; i < VFS_USERS; i++)
        if (v->user[i])
            v->user[i]->power_cut(k);
    vfs_after_disk(k);
}

/* --- calls --- */

static struct fcall *record(const struct kern *k, const struct request *r)
{
    return &k->vfs->call[k->task[r->tid].own];
}

static void let_go(struct kern *k, struct fcall *x)
{
    if (x->running && x->generation == k->vfs->generation)
        fs_op_cancel(k->vfs->fs, &x->op);
    x->running = false;
    if (x->give_up)
        x->give_up(k, x);
    x->give_up = NULL;
    if (x->vnode)
        vnode_put(k, x->vnode);
    x->vnode = 0;
}

void fcall_undo(struct kern *k, struct request *r)
{
    let_go(k, record(k, r));
    vfs_arm(k);
}

/* Whose rights count. */
static void op_as(const struct sysc *c, const struct fcall *x, struct fs_op *op)
{
    const struct ids *w = &proc_place(c->p)->ids;

    op->uid = x->real ? w->user.real : w->user.effective;
    op->gid = x->real ? w->group.real : w->group.effective;
    op->groups = w->groups;
    op->ngroups = w->ngroups;
}

void fcall_as_real(const struct sysc *c, struct fcall *x, bool real)
{
    x->real = real;
    op_as(c, x, &x->op);
}

struct fcall *fcall_of(struct sysc *c)
{
    struct fcall *x;

    if (!c->k->vfs)
        return NULL;
    x = record(c->k, c->r);
    x->at = 0;
    if (c->r->filed)
        return x;
    c->r->filed = true;
    if (!c->r->undo)            /* an execve has its own, which calls this one */
        c->r->undo = fcall_undo;
    x->running = x->full = false;
    x->done = x->vnode = x->have = x->n = x->ino = 0;
    x->pos = x->cursor = 0;
    x->give_up = NULL;
    x->real = false;
    x->generation = c->k->vfs->generation;
    op_as(c, x, &x->op);
    return x;
}

int32_t fcall_before(struct sysc *c, struct fcall *x)
{
    struct vfs *v = c->k->vfs;

    CHECK(c->r->filed);
    if (x->at++ < x->done)
        return 1;
    if (x->done == 0 && !x->running)
        x->generation = v->generation;
    if (v->state == VFS_BROKEN)
        return -G_EIO;
    if (x->running && x->generation != v->generation) {
        x->running = false;
        return -G_EIO;
    }
    if (v->state != VFS_MOUNTED) {
        x->at--;
        return sysc_wait(c, WAIT_DISK, UINT32_MAX, &v->mount_wait, NS_MAX);
    }
    if (x->generation != v->generation)
        return -G_EIO;
    if (!x->running) {
        op_begin(c->k, &x->op, c->r->tid, NULL);
        op_as(c, x, &x->op);
    }
    x->running = true;
    x->op.now = c->k->engine->now;
    return 0;
}

int32_t fcall_after(struct sysc *c, struct fcall *x, int err)
{
    vfs_arm(c->k);
    if (err == FS_WAIT)
        return sysc_wait(c, WAIT_DISK, UINT32_MAX, NULL, NS_MAX);
    CHECK(x->running && x->at == x->done + 1);
    x->running = false;
    if (err == -FS_ENOSPC && vfs_drops_wait(c))
        return SYS_WAIT;        /* and then this operation again */
    if (err)
        return err;
    x->done++;
    request_sent(c->r);
    return 0;
}

int32_t fcall_end(struct sysc *c, struct fcall *x, int32_t result)
{
    if (result == SYS_WAIT)
        return result;
    let_go(c->k, x);
    c->r->filed = false;
    if (c->r->undo == fcall_undo)
        c->r->undo = NULL;
    return result;
}

/* --- working folders --- */

uint32_t cwd_ino(const struct kern *k, const struct file_place *p)
{
    return p->cwd ? vnode_ino(k, p->cwd) : FS_ROOT;
}

void cwd_copied(struct kern *k, const struct file_place *p)
{
    if (p->cwd)
        vnode_of(k, p->cwd)->refs++;
}

void cwd_drop(struct kern *k, struct file_place *p)
{
    if (p->cwd)
        vnode_put(k, p->cwd);
    p->cwd = 0;
}

/* --- the end of a run --- */

/* The drive works on, though the run is over. False: it has nothing to do. */
static bool pump(struct kern *k)
{
    const struct blkdev *d = block_medium(k);
    ns_t due = blk_due(d);

    if (due == NS_MAX)
        return false;
    if (due > k->engine->now)
        k->engine->now = due;
    blk_step(d, k->engine->now);
    return true;
}

static void give_up(struct kern *k)
{
    struct vfs *v = k->vfs;

    for (uint32_t i = 0; k->programs && i < k->programs->nthreads; i++)
        let_go(k, &v->call[i]);
    for (unsigned i = 0; i < VFS_USERS; i++)
        if (v->user[i])
            v->user[i]->settle(k);
    for (uint32_t i = 0; i < v->nvnodes; i++)
        if (v->vnode[i].ino && !v->vnode[i].dropping) {
            v->vnode[i].refs = 1;
            vnode_put(k, i + 1);
        }
}

static bool users_left(struct kern *k)
{
    bool left = false;

    for (unsigned i = 0; i < VFS_USERS; i++)
        left |= k->vfs->user[i] && k->vfs->user[i]->flush && k->vfs->user[i]->flush(k);
    return left;
}

static bool drops_left(struct kern *k)
{
    struct vfs *v = k->vfs;
    bool left = false;

    for (uint32_t i = 0; i < v->nvnodes; i++)
        if (v->vnode[i].dropping) {
            drop_on(k, &v->vnode[i]);
            left |= v->vnode[i].dropping;
        }
    return left;
}

bool vfs_settle(struct kern *k)
{
    struct vfs *v = k->vfs;
    struct fs_op op;
    int err;

    if (!v)
        return true;
    block_silence(k);
    v->boot_at = 0;
    while (v->state == VFS_CUT || v->state == VFS_MOUNTING) {
        bool worked = pump(k);

        mount_on(k);
        if (!worked && blk_due(block_medium(k)) == NS_MAX && v->state == VFS_MOUNTING &&
            !v->mount_due)
            return false;
    }
    if (v->state == VFS_BROKEN)
        return false;
    while (users_left(k))
        if (!pump(k))
            break;
    give_up(k);
    while (drops_left(k))
        if (!pump(k))
            return false;
    op_begin(k, &op, TID_NONE, &v->mount_due);
    while ((err = fs_unmount(v->fs, &op)) == FS_WAIT)
        if (!pump(k))
            return false;
    v->state = VFS_BROKEN;
    return !err;
}
