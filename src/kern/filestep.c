/* filestep.c - burst tasks at a step on files: {"file": {"read": "/path", ...}}.
 *
 * A script has no memory that bytes could go to: what is read goes to one buffer that all
 * share, and what is written comes from one of zeros. The step stays the present one until
 * its last operation is done; each time an operation has to wait, the task leaves its hart
 * and is dispatched again, as a program is. A step that fails (no such file, no room) is
 * said, and the script goes on. After a power cut the step begins anew.
 */
#include <kern/filemap.h>

enum { PIECE = 65536 };
enum stage { STAGE_NONE, STAGE_WALK, STAGE_MAKE, STAGE_MOVE, STAGE_LAST };

struct filer {                  /* a task at such a step */
    struct fs_op op;
    uint8_t stage;              /* enum stage */
    bool running;               /* op is in progress */
    uint32_t generation;        /* of the mount that it works on */
    uint32_t vnode;             /* held, + 1; 0: none */
    uint32_t ino;
    uint64_t at, left;          /* where it is, bytes to go */
    struct fs_walk walk;
};

struct filers {
    struct filer *of;           /* by tid */
    uint8_t *read;              /* PIECE bytes: what was read, by anybody */
    const uint8_t *zeros;       /* as many */
    uint64_t failed;            /* steps */
};

void filestep_cancel(struct kern *k, tid_t tid)
{
    struct filer *f = &k->filers->of[tid];

    if (f->running && f->generation == k->vfs->generation)
        fs_op_cancel(k->vfs->fs, &f->op);
    if (f->vnode)
        vnode_put(k, f->vnode);
    f->running = false;
    f->vnode = 0;
    f->stage = STAGE_NONE;
    vfs_arm(k);
}

static void cancel_all(struct kern *k)
{
    for (tid_t tid = 0; k->filers && tid < k->max_tasks; tid++)
        if (k->filers->of[tid].stage != STAGE_NONE)
            filestep_cancel(k, tid);
}

static void power_cut(struct kern *k)
{
    for (tid_t tid = 0; k->filers && tid < k->max_tasks; tid++)
        if (k->filers->of[tid].running && k->task[tid].state == TASK_SLEEPING &&
            k->task[tid].cause == WAIT_DISK)
            task_wake(k, tid);
}

void filestep_layout(struct kern *k, struct arena *a)
{
    static const struct vfs_user user = { .power_cut = power_cut, .settle = cancel_all };

    if (!k->config->file_steps)
        return;
    struct filers *f = arena_array(a, struct filers, 1);
    struct filer *of = arena_array(a, struct filer, k->max_tasks);
    uint8_t *read = arena_array(a, uint8_t, PIECE), *zeros = arena_array(a, uint8_t, PIECE);

    if (!a->base)
        return;
    *f = (struct filers){ .of = of, .read = read, .zeros = zeros };
    k->filers = f;
    k->vfs->user[VFS_USER_STEPS] = &user;
}

/* --- one operation after another --- */

static bool makes(const struct file_step *s)
{
    return s->kind == FILE_WRITE || s->kind == FILE_APPEND;
}

static int walk(struct kern *k, struct filer *f, const struct file_step *s)
{
    int err = fs_walk(k->vfs->fs, &f->op, FS_ROOT, s->path, s->path_len,
                      s->kind == FILE_UNLINK ? FS_LAST_STAYS : FS_LAST_FOLLOWED, &f->walk);

    if (err)
        return err;
    f->ino = f->walk.ino;
    if (!f->ino && !makes(s))
        return -FS_ENOENT;
    f->stage = f->ino ? s->kind == FILE_SYNC || s->kind == FILE_UNLINK ? STAGE_LAST : STAGE_MOVE
                      : STAGE_MAKE;
    return 0;
}

static int make(struct kern *k, struct filer *f)
{
    int err = fs_make(k->vfs->fs, &f->op, f->walk.parent, f->walk.name, f->walk.name_len,
                      FS_IFREG | 0644, 0, &f->ino);

    if (err == -FS_EEXIST)      /* somebody else was quicker */
        f->stage = STAGE_WALK;
    else if (!err)
        f->stage = STAGE_MOVE;
    return err == -FS_EEXIST ? 0 : err;
}

/* A piece of what is to be moved; the file is there and held. */
static int move(struct kern *k, struct filer *f, const struct file_step *s)
{
    uint32_t n = f->left < PIECE ? (uint32_t)f->left : PIECE;
    int err;

    if (s->kind == FILE_READ)
        err = fs_read(k->vfs->fs, &f->op, f->ino, f->at, k->filers->read, n);
    else
        err = fs_write(k->vfs->fs, &f->op, f->ino, s->kind == FILE_APPEND ? FS_APPEND : f->at,
                       k->filers->zeros, n);
    if (err)
        return err;
    if (s->kind != FILE_READ)
        filemap_written(k, f->ino, &f->op, k->filers->zeros);
    f->at += f->op.done;
    f->left -= f->op.done;
    if (f->op.done < n || !f->left)
        f->stage = STAGE_NONE;
    return 0;
}

static int last(struct kern *k, struct filer *f, const struct file_step *s)
{
    struct fs *fs = k->vfs->fs;
    int err = s->kind == FILE_UNLINK
                  ? fs_unlink(fs, &f->op, f->walk.parent, f->walk.name, f->walk.name_len)
              : f->ino == FS_ROOT ? fs_sync(fs, &f->op) : fs_fsync(fs, &f->op, f->ino);

    if (!err)
        f->stage = STAGE_NONE;
    return err;
}

/* The operation that is in progress, or the next one. */
static int operate(struct kern *k, tid_t tid, struct filer *f, const struct file_step *s)
{
    int err;

    if (!f->running)
        vfs_op_begin(k, &f->op, tid);
    f->running = true;
    f->op.now = k->engine->now;
    err = f->stage == STAGE_WALK ? walk(k, f, s) : f->stage == STAGE_MAKE ? make(k, f)
          : f->stage == STAGE_MOVE ? move(k, f, s) : last(k, f, s);
    f->running = err == FS_WAIT;
    if (!err && f->stage == STAGE_MOVE && !f->vnode && !(f->vnode = vnode_get(k, f->ino)))
        err = -FS_ENFILE;
    return err;
}

static void begin(struct kern *k, tid_t tid, struct filer *f, const struct step *s)
{
    f->generation = k->vfs->generation;
    f->stage = STAGE_WALK;
    f->running = false;
    f->vnode = 0;
    f->at = (uint64_t)task_draw(k, tid, &s->file->at);
    f->left = s->file->whole ? UINT64_MAX : (uint64_t)task_draw(k, tid, &s->len);
}

static void fall_asleep(struct kern *k, tid_t tid, struct waitq *q)
{
    task_block(k, tid, WAIT_DISK, UINT32_MAX);
    if (q)
        waitq_add(k, q, tid);
}

bool filestep_on(struct kern *k, tid_t tid, const struct step *s)
{
    struct filer *f = &k->filers->of[tid];
    struct vfs *v = k->vfs;
    int err = 0;

    if (f->stage != STAGE_NONE && f->generation != v->generation)
        filestep_cancel(k, tid);
    if (v->state == VFS_MOUNTING || v->state == VFS_CUT) {
        fall_asleep(k, tid, &v->mount_wait);
        return false;
    }
    if (f->stage == STAGE_NONE)
        begin(k, tid, f, s);
    if (v->state == VFS_BROKEN)
        err = -FS_EIO;
    while (!err && f->stage != STAGE_NONE)
        err = operate(k, tid, f, s->file);
    if (err == FS_WAIT) {
        vfs_arm(k);
        fall_asleep(k, tid, NULL);
        return false;
    }
    if (err) {
        k->filers->failed++;
        kern_say(k, EV_FILE_FAILED, k->task[tid].hart, tid, err, s->file->kind);
    }
    filestep_cancel(k, tid);
    return true;
}

uint64_t filestep_failed(const struct kern *k)
{
    return k->filers ? k->filers->failed : 0;
}
