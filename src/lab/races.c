/* races.c - instructions, calls and events of programs, told to the law of races. */
#include <lab/races_inside.h>

#include <machine/peek.h>
#include <stdlib.h>
#include <string.h>

enum { REG_RA = 1, REG_A0 = 10, REG_A7 = 17, ECALL = 0x73,
       OPCODE = 0x7f, LOAD = 0x03, STORE = 0x23, FENCE = 0x0f, AMO = 0x2f, SYSTEM = 0x73,
       FENCE_NEAR = 3 };        /* instructions between an atomic access and its fence */

/* The calls that order, or move memory. Source: Linux, the generic table of calls. */
enum call { CALL_READ = 63, CALL_WRITE = 64, CALL_READV = 65, CALL_WRITEV = 66, CALL_PREAD64 = 67,
            CALL_PWRITE64 = 68, CALL_SET_TID_ADDRESS = 96, CALL_FUTEX = 98, CALL_KILL = 129,
            CALL_TKILL = 130, CALL_TGKILL = 131, CALL_SIGTIMEDWAIT = 137, CALL_SIGQUEUEINFO = 138,
            CALL_MUNMAP = 215, CALL_MREMAP = 216, CALL_CLONE = 220, CALL_MMAP = 222,
            CALL_TGSIGQUEUEINFO = 240, CALL_SIGTIMEDWAIT64 = 421, CALL_FUTEX64 = 422 };
enum { CLONE_VM = 0x100, CLONE_VFORK = 0x4000, CLONE_CLEARTID = 0x200000,
       MAP_SHARED = 1, PROT_WRITE = 2, FUTEX_COMMAND = 0x7f, FUTEX_WAIT = 0, FUTEX_WAKE = 1, FUTEX_WAIT_BITSET = 9,
       FUTEX_WAKE_BITSET = 10 };

enum key { KEY_FUTEX, KEY_END, KEY_PIPE, KEY_SIGNAL };  /* kinds of what orders */

struct task {                   /* by tid */
    uint32_t thread;            /* of the law; RACE_NOBODY: none that we follow */
    uint32_t space;
    uint32_t clear_tid;
    uint32_t nr, arg[6];        /* of the call that it is in */
    uint32_t site;              /* of that call's access to memory */
    tid_t child;                /* the last that it made; TID_NONE */
};

struct space {
    unsigned threads;           /* that live in it */
    bool shared;                /* there were two at a time once */
};

/* What the instruction that is about to be executed will do. */
struct intent {
    enum { DO_NOTHING, DO_READ, DO_WRITE, DO_ATOMIC, DO_SC, DO_FENCE, DO_CALL } what;
    uint32_t va, size, site, rd;
    struct race_atomic how;     /* of DO_FENCE: acquire and release */
};

/* Threads as the law numbers them: who they were, for reports. */
struct who { int32_t pid; char name[2 * CONFIG_NAME]; };

struct races {
    struct machine *m;
    struct race_law *law;
    struct machine_watch watch;
    struct task *task;
    tid_t ntasks;
    struct space *space;
    uint32_t nspaces;
    struct who *who;
    uint32_t nwho;
    struct intent intent;
    struct sites sites;
    struct found found;
    bool failed;
    bool maps_shared;           /* writable memory that other processes may have as well */
};

/* --- threads and spaces --- */

static struct task *task_of(struct races *r, tid_t tid)
{
    if (tid >= r->ntasks) {
        tid_t n = tid + 16;
        struct task *more = realloc(r->task, n * sizeof *more);

        if (!more)
            return r->failed = true, NULL;
        for (tid_t i = r->ntasks; i < n; i++)
            more[i] = (struct task){ .thread = RACE_NOBODY };
        r->task = more;
        r->ntasks = n;
    }
    return &r->task[tid];
}

static bool new_space(struct races *r, uint32_t *space)
{
    struct space *more = realloc(r->space, (r->nspaces + 1) * sizeof *more);

    if (!more)
        return r->failed = true, false;
    r->space = more;
    more[*space = r->nspaces++] = (struct space){ .threads = 1 };
    return true;
}

static void leave_space(struct races *r, uint32_t space)
{
    if (--r->space[space].threads == 0 && r->space[space].shared)
        race_forget(r->law, space, 0, UINT64_C(1) << 32);
}

static void remember_who(struct races *r, uint32_t thread, tid_t tid)
{
    struct who *more = realloc(r->who, (thread + 1) * sizeof *more);
    struct peek_task t;

    if (!more) {
        r->failed = true;
        return;
    }
    r->who = more;
    r->nwho = thread + 1;
    peek_task(r->m, tid, &t);
    more[thread].pid = t.pid;
    peek_name(r->m, tid, more[thread].name, sizeof more[thread].name);
}

static bool begin_thread(struct races *r, struct task *t, tid_t tid, uint32_t parent)
{
    t->thread = race_thread(r->law, parent);
    if (t->thread == RACE_NOBODY)
        return false;
    remember_who(r, t->thread, tid);
    return !r->failed;
}

/* The task's record; one that nobody made is the first of its program. NULL: no memory. */
static struct task *followed(struct races *r, tid_t tid)
{
    struct task *t = task_of(r, tid);

    if (!t || t->thread != RACE_NOBODY)
        return t;
    *t = (struct task){ .thread = RACE_NOBODY };
    return new_space(r, &t->space) && begin_thread(r, t, tid, RACE_NOBODY) ? t : NULL;
}

static void forked(struct races *r, tid_t tid, tid_t child, uint32_t flags)
{
    struct task *up = followed(r, tid), *t = up ? task_of(r, child) : NULL;

    if (!t)
        return;
    up = &r->task[tid];         /* the table may have moved */
    *t = (struct task){ .thread = RACE_NOBODY, .space = up->space };
    up->child = child;
    if (flags & CLONE_CLEARTID && up->nr == CALL_CLONE)
        t->clear_tid = up->arg[4];
    if (flags & CLONE_VM) {
        struct space *s = &r->space[t->space];

        s->threads++;
        s->shared = true;
    } else if (!new_space(r, &t->space)) {
        return;
    }
    begin_thread(r, t, child, up->thread);
}

static void ended(struct races *r, tid_t tid)
{
    struct task *t = task_of(r, tid);

    if (!t || t->thread == RACE_NOBODY)
        return;
    if (t->clear_tid && r->space[t->space].shared)
        race_farewell(r->law, t->thread, t->space, t->clear_tid);
    race_release(r->law, t->thread, RACE_KEY(KEY_END, tid));
    race_end(r->law, t->thread);
    leave_space(r, t->space);
    t->thread = RACE_NOBODY;
}

/* Its memory is another now. */
static void replaced(struct races *r, tid_t tid)
{
    struct task *t = followed(r, tid);

    if (!t)
        return;
    race_release(r->law, t->thread, RACE_KEY(KEY_END, tid));    /* a vfork's parent waits */
    leave_space(r, t->space);
    t->clear_tid = 0;
    new_space(r, &t->space);
}

/* --- instructions --- */

static uint32_t word_at(const struct races *r, tid_t tid, uint32_t pc)
{
    uint32_t word = 0;

    machine_peek(r->m, tid, pc, &word, sizeof word);
    return word;
}

/* Does it touch memory, or go elsewhere? */
static bool is_barrier(uint32_t word)
{
    switch (word & OPCODE) {
    case LOAD: case STORE: case AMO: case SYSTEM: case 0x63: case 0x67: case 0x6f: case 0:
        return true;
    default:
        return false;
    }
}

/* Of a fence: does it order earlier reads before all, all before later writes? */
static bool fence_acquires(uint32_t word)
{
    return word >> 25 & 1 && (word >> 20 & 3) == 3;     /* r in pred; r, w in succ */
}

static bool fence_releases(uint32_t word)
{
    return word >> 20 & 1 && (word >> 24 & 3) == 3;     /* w in succ; r, w in pred */
}

static bool is_fence(uint32_t word)
{
    return (word & OPCODE) == FENCE && !(word >> 12 & 7);
}

/* Loads that a fence follows, and stores that follow one, are how compilers write atomic
 * ones. */
static bool fence_near(const struct races *r, const struct machine_point *p)
{
    bool store = (p->word & OPCODE) == STORE;

    for (uint32_t i = 1; i <= FENCE_NEAR + 1; i++) {
        uint32_t word = word_at(r, p->tid, store ? p->pc - 4 * i : p->pc + 4 * i);

        if (is_fence(word))
            return store ? fence_releases(word) : fence_acquires(word);
        if (is_barrier(word))
            break;
    }
    return false;
}

static enum site_kind kind_of(const struct spot *s)
{
    switch (s->word & OPCODE) {
    case LOAD:
        return s->atomic ? SITE_ATOMIC_READ : SITE_READ;
    case STORE:
        return s->atomic ? SITE_ATOMIC_WRITE : SITE_WRITE;
    case AMO:
        return s->word >> 27 == 2 ? SITE_ATOMIC_READ : SITE_ATOMIC_BOTH;        /* LR */
    default:
        return (s->word & OPCODE) == SYSTEM ? SITE_CALL_READ : SITE_READ;
    }
}

static struct site site_of(const struct spot *s)
{
    uint32_t word = s->word;
    bool call = (word & OPCODE) == SYSTEM;

    return (struct site){ .image = s->image, .pc = s->pc, .kind = (uint8_t)kind_of(s),
                          .size = (uint8_t)(call ? 0 : 1u << (word >> 12 & 3)) };
}

/* What the instruction is. */
static const struct spot *spot_of(struct races *r, const struct machine_point *p)
{
    const struct program_config *image = machine_image(r->m, p->tid);
    struct spot *s = &r->sites.spot[p->pc / 4 % SPOTS];

    if (s->word == p->word && s->pc == p->pc && s->image == image)
        return s;
    *s = (struct spot){ .image = image, .pc = p->pc, .word = p->word };
    s->atomic = ((p->word & OPCODE) == LOAD || (p->word & OPCODE) == STORE) && fence_near(r, p);
    s->lined = site_lined(image, p->pc);
    if (s->lined)
        s->site = site_number(&r->sites, site_of(s));
    return s;
}

/* In the library, who called it is a part of the place. */
static uint32_t place_of(struct races *r, const struct spot *s, const uint32_t *regs)
{
    struct site site;

    if (s->lined)
        return s->site;
    site = site_of(s);
    site.from = regs[REG_RA] - 4;
    return site_number(&r->sites, site);
}

static void intend_call(struct races *r, struct task *t, const uint32_t *regs)
{
    t->nr = regs[REG_A7];
    memcpy(t->arg, &regs[REG_A0], sizeof t->arg);
    r->intent.what = DO_CALL;
}

static struct intent intent_of(const struct spot *s, const uint32_t *regs)
{
    struct intent i = { .what = DO_READ, .size = 1u << (s->word >> 12 & 3), .rd = s->word >> 7 & 31 };
    uint32_t base = regs[s->word >> 15 & 31], funct = s->word >> 27;
    bool aq = s->word >> 26 & 1, rl = s->word >> 25 & 1;

    switch (s->word & OPCODE) {
    case LOAD:
        i.va = base + (uint32_t)((int32_t)s->word >> 20);
        i.how.how = RACE_LOAD;
        break;
    case STORE:
        i.va = base + (uint32_t)((int32_t)s->word >> 25) * 32 + (s->word >> 7 & 31);
        i.what = DO_WRITE;
        i.how.how = RACE_STORE;
        break;
    default:                    /* an AMO: 2 is LR, 3 SC */
        i.va = base;
        i.what = funct == 3 ? DO_SC : DO_ATOMIC;
        i.how = (struct race_atomic){ funct == 2 ? RACE_LOAD : RACE_RMW, aq, rl };
        return i;
    }
    if (s->atomic)
        i.what = DO_ATOMIC;
    return i;
}

static bool before(void *ctx, const struct machine_point *p)
{
    struct races *r = ctx;
    uint32_t regs[DEBUG_REGS], opcode = p->word & OPCODE;
    bool call = p->word == ECALL;

    r->intent.what = DO_NOTHING;
    if (opcode != LOAD && opcode != STORE && opcode != AMO && opcode != FENCE && !call)
        return false;
    struct task *t = followed(r, p->tid);

    if (!t || (!call && !r->space[t->space].shared))
        return false;
    if (opcode == FENCE) {
        if (is_fence(p->word))
            r->intent = (struct intent){ .what = DO_FENCE, .how = { 0, fence_acquires(p->word),
                                                                    fence_releases(p->word) } };
        return false;
    }
    if (!machine_regs(r->m, p->tid, regs))
        return false;
    if (call) {
        intend_call(r, t, regs);
    } else {
        const struct spot *s = spot_of(r, p);

        r->intent = intent_of(s, regs);
        r->intent.site = place_of(r, s, regs);
    }
    return false;
}

/* --- calls --- */

static uint64_t futex_key(const struct task *t)
{
    return RACE_KEY(KEY_FUTEX, (uint64_t)t->space << 32 | t->arg[0]);
}

static uint64_t signal_key(const struct task *t, uint32_t signo)
{
    return RACE_KEY(KEY_SIGNAL, (uint64_t)t->space << 8 | (signo & 0xff));
}

static uint64_t pipe_key(uint32_t pipe)
{
    return RACE_KEY(KEY_PIPE, pipe);
}

/* Who has called a call of the library: the nearest place of the program itself whose
 * return address is on the stack; 0: none was found. */
static uint32_t caller_of(const struct races *r, tid_t tid, const struct program_config *image)
{
    enum { WORDS = 64 };
    uint32_t regs[DEBUG_REGS], word[WORDS], call;
    size_t n;

    if (!machine_regs(r->m, tid, regs))
        return 0;
    if (site_lined(image, regs[REG_RA] - 4))
        return regs[REG_RA] - 4;
    n = machine_peek(r->m, tid, regs[2], word, sizeof word) / 4;
    for (size_t i = 0; i < n; i++) {
        if (word[i] & 3 || !site_lined(image, word[i] - 4))
            continue;
        call = word_at(r, tid, word[i] - 4) & 0xfff;
        if (call == 0xef || call == 0xe7)       /* jal ra, jalr ra */
            return word[i] - 4;
    }
    return 0;
}

static uint32_t call_place(struct races *r, const struct machine_point *p, bool write)
{
    const struct program_config *image = machine_image(r->m, p->tid);
    struct site s = { .image = image, .pc = p->pc,
                      .kind = write ? SITE_CALL_WRITE : SITE_CALL_READ };

    if (!site_lined(image, p->pc))
        s.from = caller_of(r, p->tid, image);
    return site_number(&r->sites, s);
}

/* The way into the kernel: what was done before is published, what it reads is read. */
static void enter(struct races *r, struct task *t, const struct machine_point *p)
{
    const uint32_t *a = t->arg;
    uint32_t pipe, command = a[1] & FUTEX_COMMAND;

    switch (t->nr) {
    case CALL_FUTEX: case CALL_FUTEX64:
        if (command != FUTEX_WAIT && command != FUTEX_WAIT_BITSET)
            race_release(r->law, t->thread, futex_key(t));
        break;
    case CALL_WRITE: case CALL_PWRITE64:
        race_read(r->law, t->thread, t->space, a[1], a[2], call_place(r, p, false));
        __attribute__((fallthrough));
    case CALL_WRITEV:
        if ((pipe = machine_pipe(r->m, p->tid, a[0])))
            race_release(r->law, t->thread, pipe_key(pipe));
        break;
    case CALL_READ: case CALL_PREAD64:
        t->site = call_place(r, p, true);
        break;
    case CALL_KILL: case CALL_TKILL: case CALL_SIGQUEUEINFO:
        race_release(r->law, t->thread, signal_key(t, a[1]));
        break;
    case CALL_TGKILL: case CALL_TGSIGQUEUEINFO:
        race_release(r->law, t->thread, signal_key(t, a[2]));
        break;
    case CALL_MUNMAP:
        race_forget(r->law, t->space, a[0], (uint64_t)a[0] + a[1]);
        break;
    default:
        break;
    }
}

static void called(struct races *r, const struct machine_point *p)
{
    struct task *t = task_of(r, p->tid);

    if (!t || t->thread == RACE_NOBODY)
        return;
    if (t->nr == CALL_SET_TID_ADDRESS)
        t->clear_tid = t->arg[0];
    if (r->space[t->space].shared)
        enter(r, t, p);
}

/* The way back: what others have published is known, what was written is written. */
static void returned(struct races *r, tid_t tid, int32_t result)
{
    struct task *t = task_of(r, tid);
    uint32_t pipe;

    if (!t || t->thread == RACE_NOBODY || !r->space[t->space].shared || result < 0)
        return;
    switch (t->nr) {
    case CALL_FUTEX: case CALL_FUTEX64:
        race_acquire(r->law, t->thread, futex_key(t));
        break;
    case CALL_READ: case CALL_PREAD64:
        if (result > 0)
            race_write(r->law, t->thread, t->space, t->arg[1], (uint32_t)result, t->site);
        __attribute__((fallthrough));
    case CALL_READV:
        if ((pipe = machine_pipe(r->m, tid, t->arg[0])))
            race_acquire(r->law, t->thread, pipe_key(pipe));
        break;
    case CALL_CLONE:
        if (t->arg[0] & CLONE_VFORK)
            race_acquire(r->law, t->thread, RACE_KEY(KEY_END, t->child));
        break;
    case CALL_SIGTIMEDWAIT: case CALL_SIGTIMEDWAIT64:
        race_acquire(r->law, t->thread, signal_key(t, (uint32_t)result));
        break;
    default:
        break;
    }
}

/* A mapping's address is no negative number in any sense. */
static void mapped(struct races *r, tid_t tid, uint32_t result)
{
    struct task *t = task_of(r, tid);

    if (!t || t->thread == RACE_NOBODY || result > UINT32_MAX - 4096)
        return;
    if (t->nr == CALL_MMAP && t->arg[2] & PROT_WRITE && t->arg[3] & MAP_SHARED)
        r->maps_shared = true;
    if (!r->space[t->space].shared)
        return;
    if (t->nr == CALL_MMAP)
        race_forget(r->law, t->space, result, (uint64_t)result + t->arg[1]);
    if (t->nr == CALL_MREMAP)
        race_forget(r->law, t->space, result, (uint64_t)result + t->arg[2]);
}

/* --- what was done --- */

static bool stored(const struct races *r, tid_t tid, uint32_t rd)
{
    uint32_t regs[DEBUG_REGS];

    return rd == 0 || (machine_regs(r->m, tid, regs) && regs[rd] == 0);
}

static void after(void *ctx, const struct machine_point *p)
{
    struct races *r = ctx;
    struct intent *i = &r->intent;
    struct task *t = i->what ? task_of(r, p->tid) : NULL;

    if (!t || t->thread == RACE_NOBODY)
        return;
    switch (i->what) {
    case DO_READ:
        race_read(r->law, t->thread, t->space, i->va, i->size, i->site);
        break;
    case DO_WRITE:
        race_write(r->law, t->thread, t->space, i->va, i->size, i->site);
        break;
    case DO_SC:
        if (!stored(r, p->tid, i->rd))
            break;
        __attribute__((fallthrough));
    case DO_ATOMIC:
        race_atomic(r->law, t->thread, t->space, i->va, i->size, i->how, i->site);
        break;
    case DO_FENCE:
        race_fence(r->law, t->thread, i->how.acquire, i->how.release);
        break;
    case DO_CALL:
        called(r, p);
        break;
    case DO_NOTHING:
        break;
    }
    i->what = DO_NOTHING;
}

static void event(void *ctx, const struct event *e)
{
    struct races *r = ctx;
    struct task *t;

    switch (e->kind) {
    case EV_FORK:
        forked(r, e->tid, (tid_t)e->a, (uint32_t)e->b);
        break;
    case EV_EXIT:
        ended(r, e->tid);
        break;
    case EV_EXEC:
        replaced(r, e->tid);
        break;
    case EV_SYSRET:
        returned(r, e->tid, (int32_t)e->b);
        mapped(r, e->tid, (uint32_t)e->b);
        break;
    case EV_SIGNAL:
        t = task_of(r, e->tid);
        if (t && t->thread != RACE_NOBODY)
            race_acquire(r->law, t->thread, signal_key(t, (uint32_t)e->a));
        break;
    case EV_REAP:
        t = e->tid != TID_NONE ? task_of(r, e->tid) : NULL;
        if (t && t->thread != RACE_NOBODY)
            race_acquire(r->law, t->thread, RACE_KEY(KEY_END, (uint64_t)e->a));
        break;
    case EV_JOB_RELEASE:        /* a program of its own each time, if it is alone */
        t = task_of(r, e->tid);
        if (t && t->thread != RACE_NOBODY && r->space[t->space].threads == 1)
            replaced(r, e->tid);
        break;
    default:
        break;
    }
}

/* --- what is found --- */

static void name_thread(const struct races *r, uint32_t thread, struct results_access *a)
{
    const struct who *w = thread < r->nwho ? &r->who[thread] : NULL;

    snprintf(a->task, sizeof a->task, "%s", w ? w->name : "?");
    a->thread = w ? w->pid : 0;
}

static void hear(void *ctx, const struct race_pair *p)
{
    struct races *r = ctx;
    struct results_race *race;

    if (!found_add(&r->found, &r->sites, p, &race))
        return;
    name_thread(r, p->was, &race->access[0]);
    name_thread(r, p->now, &race->access[1]);
}

struct races *races_watch(struct machine *m)
{
    struct races *r = calloc(1, sizeof *r);

    if (!r || !(r->law = race_create(hear, r))) {
        free(r);
        return NULL;
    }
    r->m = m;
    r->watch = (struct machine_watch){ .ctx = r, .before = before, .after = after };
    machine_watch(m, &r->watch);
    stream_subscribe(machine_stream(m),
                     EVENT_BIT(EV_FORK) | EVENT_BIT(EV_EXIT) | EVENT_BIT(EV_EXEC) |
                     EVENT_BIT(EV_SYSRET) | EVENT_BIT(EV_SIGNAL) | EVENT_BIT(EV_REAP) |
                     EVENT_BIT(EV_JOB_RELEASE), event, r);
    return r;
}

void races_close(struct races *r)
{
    if (!r)
        return;
    race_destroy(r->law);
    found_free(&r->found);
    free(r->task);
    free(r->space);
    free(r->who);
    free(r->sites.at);
    free(r);
}

const struct results_race *races_found(const struct races *r, unsigned *n)
{
    static const struct results_race none;

    *n = r->found.n;
    return r->found.race ? r->found.race : &none;
}

const char *races_doubt(const struct races *r)
{
    if (r->failed || r->sites.failed || race_failed(r->law))
        return "there was not enough memory to look for all data races";
    if (r->found.left_out)
        return "there are more data races than are kept";
    return r->maps_shared && r->nspaces > 1
           ? "data races in memory that processes share (MAP_SHARED) are not looked for" : NULL;
}
