/* procfs.c - see procfs.h. */
#include <kern/procfs.h>

#include <kern/thread.h>
#include <kern/vfs.h>
#include <kern/virtual.h>

/* A node: its kind, and above that the pid. */
enum kind { NODE_NONE, NODE_ROOT, NODE_STAT, NODE_UPTIME, NODE_LOADAVG, NODE_MEMINFO,
            NODE_VERSION, NODE_PID, NODE_PID_STAT, NODE_PID_STATUS, NODE_PID_CMDLINE,
            NODE_PID_COMM };
enum { KIND_BITS = 4, TEXT = 1024, FIRST_PID_FILE = NODE_PID_STAT, PROC_INODES = 0x40000000 };

static const char *const names[] = {
    [NODE_STAT] = "stat", [NODE_UPTIME] = "uptime", [NODE_LOADAVG] = "loadavg",
    [NODE_MEMINFO] = "meminfo", [NODE_VERSION] = "version", [NODE_PID_STAT] = "stat",
    [NODE_PID_STATUS] = "status", [NODE_PID_CMDLINE] = "cmdline", [NODE_PID_COMM] = "comm",
};
enum { NNODES = sizeof names / sizeof *names };

static uint32_t node_of(enum kind kind, int32_t pid)
{
    return (uint32_t)kind | (uint32_t)pid << KIND_BITS;
}

static enum kind kind_of(uint32_t node)
{
    return (enum kind)(node & ((1u << KIND_BITS) - 1));
}

static int32_t pid_of(uint32_t node)
{
    return (int32_t)(node >> KIND_BITS);
}

static bool is_folder(uint32_t node)
{
    return kind_of(node) == NODE_ROOT || kind_of(node) == NODE_PID;
}

/* --- text --- */

struct line { char *buf; uint32_t n; };

static void put_text(struct line *l, const char *s)
{
    while (*s && l->n < TEXT)
        l->buf[l->n++] = *s++;
}

static void put_number(struct line *l, uint64_t v)
{
    char digits[24];
    unsigned k = sizeof digits - 1;

    digits[k] = '\0';
    do
        digits[--k] = (char)('0' + v % 10);
    while (v /= 10);
    put_text(l, digits + k);
}

static void put_field(struct line *l, uint64_t v)
{
    put_text(l, " ");
    put_number(l, v);
}

/* Seconds and hundredths. */
static void put_seconds(struct line *l, ns_t t)
{
    uint64_t hundredths = (uint64_t)t / 10000000;

    put_number(l, hundredths / 100);
    put_text(l, hundredths % 100 < 10 ? ".0" : ".");
    put_number(l, hundredths % 100);
}

static uint64_t ticks(ns_t t)
{
    return (uint64_t)t / (1000000000 / G_USER_HZ);
}

/* --- one process --- */

static const struct thread *leader(const struct kern *k, const struct proc *p)
{
    const struct thread *t = proc_thread(k->programs, p, 0);

    return t ? t : &k->programs->thread[proc_number(k->programs, p)];
}

static char state_letter(const struct kern *k, const struct proc *p)
{
    const struct thread *t = proc_thread(k->programs, p, 0);

    if (p->state == PROC_ZOMBIE || !t)
        return 'Z';
    if (p->stopped)
        return 'T';
    if (p->held)
        return 't';
    const struct task *task = &k->task[t->tid];
    if (task->state == TASK_SLEEPING)
        return task->cause == WAIT_DISK ? 'D' : 'S';
    return 'R';
}

static int32_t parent_pid(const struct kern *k, const struct proc *p)
{
    return p->parent == PROG_NONE ? PID_INIT : k->programs->proc[p->parent].pid;
}

static uint32_t resident(const struct proc *p)
{
    return p->as ? mem_resident(p->as) : 0;
}

/* Fields 1 to 24 as proc(5) numbers them; what ps and top do not ask for is 0. */
static void stat_text(const struct kern *k, const struct proc *p, struct line *l)
{
    const struct thread *t = leader(k, p);
    char state[] = { ' ', state_letter(k, p), '\0' };
    ns_t user, kernel, child_user, child_kernel;
    int32_t nice = t->sched_set ? t->nice : task_process(k, t->tid)->nice;

    proc_times(k, p, &user, &kernel);
    proc_child_times(p, &child_user, &child_kernel);
    put_number(l, (uint32_t)p->pid);
    put_text(l, " (");
    put_text(l, t->name);
    put_text(l, ")");
    put_text(l, state);
    put_field(l, (uint32_t)parent_pid(k, p));
    put_field(l, (uint32_t)p->pgid);
    put_field(l, (uint32_t)p->sid);
    put_text(l, " 0 0 0");
    put_field(l, t->faults + p->dead_faults);
    put_text(l, " 0 0 0");
    put_field(l, ticks(user));
    put_field(l, ticks(kernel));
    put_field(l, ticks(child_user));
    put_field(l, ticks(child_kernel));
    put_field(l, (uint32_t)(20 + nice));
    put_text(l, nice < 0 ? " -" : " ");
    put_number(l, (uint32_t)(nice < 0 ? -nice : nice));
    put_field(l, p->nthreads);
    put_text(l, " 0");
    put_field(l, ticks(k->task[t->tid].arrival));
    put_field(l, (uint64_t)resident(p) * PAGE_SIZE);
    put_field(l, resident(p));
    put_text(l, "\n");
}

/* Real, effective, saved, and that for files, which is the effective one. */
static void put_id(struct line *l, const char *name, const struct id *id)
{
    const uint32_t value[] = { id->real, id->effective, id->saved, id->effective };

    put_text(l, name);
    for (unsigned i = 0; i < sizeof value / sizeof value[0]; i++) {
        put_text(l, "\t");
        put_number(l, value[i]);
    }
}

static void status_text(const struct kern *k, const struct proc *p, struct line *l)
{
    char state[] = { state_letter(k, p), '\n', '\0' };

    put_text(l, "Name:\t");
    put_text(l, leader(k, p)->name);
    put_text(l, "\nState:\t");
    put_text(l, state);
    put_text(l, "Pid:\t");
    put_number(l, (uint32_t)p->pid);
    put_text(l, "\nPPid:\t");
    put_number(l, (uint32_t)parent_pid(k, p));
    put_id(l, "\nUid:", &proc_ids(p)->user);
    put_id(l, "\nGid:", &proc_ids(p)->group);
    put_text(l, "\nVmRSS:\t");
    put_number(l, (uint64_t)resident(p) * PAGE_SIZE / 1024);
    put_text(l, " kB\nThreads:\t");
    put_number(l, p->nthreads);
    put_text(l, "\n");
}

/* --- the machine --- */

/* Of all that ran: by programs, by the kernel for them; since the start. Bursts, guests and
 * servers are work outside of the kernel, too. */
static void machine_times(const struct kern *k, ns_t *user, ns_t *kernel)
{
    const struct programs *ps = k->programs;

    *user = *kernel = 0;
    for (tid_t tid = 0; tid < k->ntasks; tid++)
        if (!has_process(k, tid))
            *user += k->task[tid].received + hart_uncounted(k, tid);
    for (uint32_t i = 0; i < ps->nthreads; i++) {
        const struct proc *p = &ps->proc[i];
        ns_t u, s, cu, cs;

        if (p->state == PROC_FREE)
            continue;
        proc_times(k, p, &u, &s);
        proc_child_times(p, &cu, &cs);
        *user += u + cu;
        *kernel += s + cs;
    }
}

/* That its harts waited for real ones, in a machine in a machine. */
static ns_t stolen_time(const struct kern *k)
{
    return k->under ? k->under->steal(k->under->self, k->engine->now) : 0;
}

static ns_t idle_time(const struct kern *k)
{
    ns_t user, kernel, all = k->engine->now * (ns_t)k->nharts;

    machine_times(k, &user, &kernel);
    ns_t used = user + kernel + stolen_time(k);
    return all > used ? all - used : 0;
}

static void cpu_text(const struct kern *k, struct line *l)
{
    ns_t user, kernel;

    machine_times(k, &user, &kernel);
    put_text(l, "cpu ");
    put_field(l, ticks(user));
    put_text(l, " 0");
    put_field(l, ticks(kernel));
    put_field(l, ticks(idle_time(k)));
    put_text(l, " 0 0 0");
    put_field(l, ticks(stolen_time(k)));
    put_text(l, " 0 0\n");
}

static void load_text(const struct kern *k, struct line *l)
{
    uint32_t live = 0;
    int32_t last = 0;

    for (uint32_t i = 0; i < k->programs->nthreads; i++)
        if (k->programs->proc[i].state != PROC_FREE) {
            live++;
            last = k->programs->proc[i].pid > last ? k->programs->proc[i].pid : last;
        }
    put_text(l, "0.00 0.00 0.00 ");
    put_number(l, k->nqueued + k->nharts - k->nidle);
    put_text(l, "/");
    put_number(l, live);
    put_field(l, (uint32_t)last);
    put_text(l, "\n");
}

static void memory_line(struct line *l, const char *name, uint64_t frames)
{
    put_text(l, name);
    put_number(l, frames * PAGE_SIZE / 1024);
    put_text(l, " kB\n");
}

static const struct proc *proc_named(const struct kern *k, uint32_t node)
{
    return proc_by_pid(k, pid_of(node));
}

/* The text of a file; false: its process is gone. */
static bool node_text(const struct kern *k, uint32_t node, struct line *l)
{
    const struct proc *p = kind_of(node) > NODE_PID ? proc_named(k, node) : NULL;

    if (kind_of(node) > NODE_PID && !p)
        return false;
    switch (kind_of(node)) {
    case NODE_STAT:    cpu_text(k, l); break;
    case NODE_LOADAVG: load_text(k, l); break;
    case NODE_VERSION: put_text(l, "ossim\n"); break;
    case NODE_UPTIME:
        put_seconds(l, k->engine->now);
        put_text(l, " ");
        put_seconds(l, idle_time(k));
        put_text(l, "\n");
        break;
    case NODE_MEMINFO:
        memory_line(l, "MemTotal: ", mem_frames(k->programs->mem));
        memory_line(l, "MemFree: ", mem_frames_free(k->programs->mem));
        break;
    case NODE_PID_STAT:    stat_text(k, p, l); break;
    case NODE_PID_STATUS:  status_text(k, p, l); break;
    case NODE_PID_CMDLINE:
    case NODE_PID_COMM:
        put_text(l, leader(k, p)->name);
        if (kind_of(node) == NODE_PID_COMM)
            put_text(l, "\n");
        break;
    default:
        break;
    }
    return true;
}

static int32_t read_text(struct sysc *c, const struct gfile *f, uint32_t va, uint32_t n)
{
    char text[TEXT];
    struct line l = { text, 0 };
    int32_t err;

    if (is_folder(f->object))
        return -G_EISDIR;
    if (!node_text(c->k, f->object, &l))
        return -G_ESRCH;
    if (f->at >= l.n)
        return 0;
    if (n > l.n - f->at)
        n = l.n - (uint32_t)f->at;
    if ((err = copy_out(c, va, text + f->at, n)))
        return err;
    c->ps->file[f - c->ps->file].at += n;
    return (int32_t)n;
}

static unsigned poll_always(const struct programs *ps, const struct gfile *f)
{
    (void)ps, (void)f;
    return G_POLLIN;
}

static const struct file_ops procfs_ops = {
    .service = SERVICE_FILE, .mode = FS_IFREG | 0444, .read = read_text, .poll = poll_always,
};

struct gfile procfs_file(uint32_t node)
{
    return (struct gfile){ .ops = &procfs_ops, .object = node };
}

bool procfs_is(const struct gfile *f)
{
    return f->ops == &procfs_ops;
}

bool procfs_is_folder(const struct gfile *f)
{
    return procfs_is(f) && is_folder(f->object);
}

/* --- names --- */

/* The number that a name is; -1: it is none. */
static int32_t name_number(const char *name, size_t n)
{
    int32_t v = 0;

    for (size_t i = 0; i < n; i++) {
        if (name[i] < '0' || name[i] > '9' || v > 10000000)
            return -1;
        v = v * 10 + name[i] - '0';
    }
    return n ? v : -1;
}

static size_t part_length(const char *path)
{
    size_t n = 0;

    while (path[n] && path[n] != '/')
        n++;
    return n;
}

static const char *next_part(const char *path)
{
    while (*path == '/')
        path++;
    return path;
}

static enum kind find_name(const char *name, size_t n, unsigned from, unsigned to)
{
    for (unsigned i = from; i < to; i++)
        if (names[i] && strlen(names[i]) == n && !memcmp(names[i], name, n))
            return (enum kind)i;
    return NODE_NONE;
}

int32_t procfs_find(const struct sysc *c, const char *path)
{
    const char *at = next_part(path);
    size_t n = part_length(at);
    enum kind kind;
    int32_t pid;

    if (*path != '/' || n != 4 || memcmp(at, "proc", 4))
        return PROCFS_NONE;
    at = next_part(at + n);
    if (!(n = part_length(at)))
        return (int32_t)node_of(NODE_ROOT, 0);
    pid = n == 4 && !memcmp(at, "self", 4) ? c->p->pid : name_number(at, n);
    if (pid < 0) {
        kind = *next_part(at + n) ? NODE_NONE : find_name(at, n, 0, NODE_PID);
        return kind ? (int32_t)node_of(kind, 0) : -G_ENOENT;
    }
    if (!proc_by_pid(c->k, pid))
        return -G_ENOENT;
    at = next_part(at + n);
    if (!(n = part_length(at)))
        return (int32_t)node_of(NODE_PID, pid);
    kind = *next_part(at + n) ? NODE_NONE : find_name(at, n, FIRST_PID_FILE, NNODES);
    return kind ? (int32_t)node_of(kind, pid) : -G_ENOENT;
}

void procfs_stat(const struct kern *k, uint32_t node, struct fs_stat *st)
{
    uint32_t now = vfs_seconds(k);

    *st = (struct fs_stat){ .ino = PROC_INODES + node, .nlink = is_folder(node) ? 2 : 1,
                            .mode = is_folder(node) ? FS_IFDIR | 0555 : FS_IFREG | 0444,
                            .block_size = 1024, .atime = now, .mtime = now, .ctime = now };
}

static void name_entry(struct fs_dirent *d, uint32_t node, const char *name, size_t n)
{
    memcpy(d->name, name, n);
    d->name[n] = '\0';
    d->name_len = (uint8_t)n;
    d->ino = PROC_INODES + node;
    d->type = is_folder(node) ? 4 : 8;          /* DT_DIR, DT_REG */
}

/* The process with the lowest number above `pid`; NULL. */
static const struct proc *next_process(const struct kern *k, int32_t pid)
{
    const struct proc *best = NULL;

    for (uint32_t i = 0; i < k->programs->nthreads; i++) {
        const struct proc *p = &k->programs->proc[i];

        if (p->state != PROC_FREE && p->pid > pid && (!best || p->pid < best->pid))
            best = p;
    }
    return best;
}

/* Names first, by their index; in /proc then the processes, in order of their numbers, so
 * that one that ends meanwhile shifts nobody. */
bool procfs_entry(const struct sysc *c, uint32_t node, uint64_t *cursor, struct fs_dirent *d)
{
    bool root = kind_of(node) == NODE_ROOT;
    unsigned from = root ? NODE_STAT : FIRST_PID_FILE, end = root ? NODE_PID : NNODES;
    char digits[TEXT];
    struct line l = { digits, 0 };
    const struct proc *p;

    if (*cursor < 2) {
        name_entry(d, *cursor ? node_of(NODE_ROOT, 0) : node, "..", *cursor ? 2 : 1);
        ++*cursor;
        return true;
    }
    if (*cursor - 2 < end - from) {
        unsigned i = from + (unsigned)(*cursor - 2);

        name_entry(d, node_of((enum kind)i, pid_of(node)), names[i], strlen(names[i]));
        ++*cursor;
        return true;
    }
    uint64_t seen = *cursor - 2 - (end - from);

    if (!root || !(p = next_process(c->k, (int32_t)seen)))
        return false;
    put_number(&l, (uint32_t)p->pid);
    name_entry(d, node_of(NODE_PID, p->pid), digits, l.n);
    *cursor = 2 + (end - from) + (uint64_t)p->pid;
    return true;
}
