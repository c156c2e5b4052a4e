/* blackout.c - the power fails: what was in memory is gone, the machine boots, the disk
 * recovers.
 *
 * Programs end with their memory. A process in steps has none; the workload says whether it
 * ends too (config.h, process_config.at_cut), and which processes start anew at the boot
 * are further processes of the config, which arrive then.
 */
#include <kern/body.h>
#include <kern/vfs.h>

enum { SIGPWR_GUEST = 30 };

static uint32_t ncuts(const struct config *c)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < c->nevents; i++)
        n += c->events[i].disk_fault && disk_fault_cuts(c->events[i].disk_fault);
    return n;
}

void blackouts_layout(struct kern *k, struct arena *a)
{
    k->blackout = arena_array(a, struct blackout, ncuts(k->config));
}

/* What the file system had not put onto the disk. */
static void lose_files(struct kern *k, struct blackout *b)
{
    struct fs_stats s;

    if (!k->vfs || k->vfs->state != VFS_MOUNTED)
        return;
    fs_stats(k->vfs->fs, &s);
    b->blocks_lost = s.dirty + s.held;
    b->files_lost = fs_unwritten_files(k->vfs->fs);
}

static bool ends(const struct kern *k, tid_t tid)
{
    const struct task *t = &k->task[tid];

    if (t->state == TASK_UNBORN || t->state == TASK_ZOMBIE || t->state == TASK_DEAD)
        return false;
    return body_of(k, tid)->ends_at_cut && body_of(k, tid)->ends_at_cut(k, tid);
}

static void end(struct kern *k, struct blackout *b, tid_t tid)
{
    struct task *t = &k->task[tid];

    if (t->state == TASK_RUNNING)
        hart_account(k, t->hart);
    b->tasks_lost++;
    b->work_lost += t->received;
    kern_say(k, EV_WORK_LOST, HART_NONE, tid, t->received, 0);
    task_kill(k, tid, SIGPWR_GUEST);
}

void blackout_begin(struct kern *k, const struct disk_fault *what)
{
    struct blackout *b = &k->blackout[k->nblackouts++];
    ns_t now = k->engine->now, off = what->lasts < NS_MAX - now ? what->lasts : 0;

    *b = (struct blackout){ .at = now, .up = k->vfs ? NS_MAX : now + off };
    lose_files(k, b);
    kern_say(k, EV_POWER_CUT, HART_NONE, TID_NONE, b->files_lost, b->blocks_lost);
    if (k->vfs) {
        k->living++;            /* the run goes on at least until the disk has recovered */
        vfs_power_cut(k, now + off);
    }
    for (tid_t tid = 0; tid < k->ntasks && k->end == KERN_RUNNING; tid++)
        if (ends(k, tid))
            end(k, b, tid);
}

void blackout_look(struct kern *k)
{
    bool broken = k->vfs->state == VFS_BROKEN;
    struct fs_stats s;
    uint32_t waited = 0;

    if (!k->vfs->booted || k->end != KERN_RUNNING)
        return;
    k->vfs->booted = false;
    fs_stats(k->vfs->fs, &s);
    for (uint32_t i = 0; i < k->nblackouts; i++) {
        struct blackout *b = &k->blackout[i];

        if (b->up != NS_MAX)
            continue;
        b->up = k->engine->now;
        b->replayed = s.replayed;
        b->broken = broken;
        waited++;
    }
    kern_say(k, EV_BOOT, HART_NONE, TID_NONE, s.replayed, broken ? G_EIO : 0);
    k->living -= waited;
    if (waited && k->living == 0)
        kern_finish(k, KERN_DONE);
}
