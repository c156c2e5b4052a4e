/* futex.c - waiting until a word of memory changes.
 *
 * A word is known by a name that its page has wherever it goes (mem_key). Source: Linux,
 * futex(2).
 */
#include <kern/ipc.h>
#include <kern/syscall.h>

enum { BUCKETS = 64 };

struct futex { struct waitq bucket[BUCKETS]; };

struct futex *futexes_layout(struct arena *a)
{
    struct futex *f = arena_array(a, struct futex, 1);

    for (unsigned i = 0; a->base && i < BUCKETS; i++)
        f->bucket[i] = WAITQ_EMPTY;
    return f;
}

static uint64_t key_of(const struct proc *p, uint32_t va)
{
    return mem_key(proc_space(p), va);
}

static struct waitq *bucket_of(struct programs *ps, uint64_t key)
{
    return &ps->futex->bucket[(key * 0x9e3779b97f4a7c15u) >> 58];
}
_Static_assert(BUCKETS == 64, "six bits of the product");

static uint32_t wake_key(struct kern *k, uint64_t key, uint32_t n, uint32_t bits)
{
    struct programs *ps = k->programs;
    uint32_t woken = 0;
    tid_t next;

    for (tid_t i = bucket_of(ps, key)->first; i != TID_NONE && woken < n; i = next) {
        struct request *r = thread_request(k, i);

        next = k->task[i].next;
        if (r->u.futex.key != key || !(r->u.futex.bits & bits))
            continue;
        request_complete(k, i, r, 0);
        woken++;
    }
    return woken;
}

int32_t futex_wake(struct kern *k, const struct proc *p, uint32_t va, uint32_t n,
                   uint32_t bits)
{
    return (int32_t)wake_key(k, key_of(p, va), n, bits);
}

/* Timeouts are relative, those of WAIT_BITSET absolute. */
static int32_t timeout_in(struct sysc *c, bool absolute)
{
    struct gabi_timespec64 ts;
    ns_t ns;
    int32_t err;

    if (!c->a[3])
        return 0;
    if (c->r->nr == 98) {
        struct gabi_timespec32 old;

        if ((err = copy_in(c, &old, c->a[3], sizeof old)))
            return err;
        ts = (struct gabi_timespec64){ old.sec, old.nsec };
    } else if ((err = copy_in(c, &ts, c->a[3], sizeof ts))) {
        return err;
    }
    if (ts.sec < 0 || ts.nsec < 0 || ts.nsec >= 1000000000)
        return -G_EINVAL;
    if (ts.sec >= 1000000000)
        return 0;
    ns = ts.sec * 1000000000 + ts.nsec;
    if (absolute && c->a[1] & G_FUTEX_CLOCK_REALTIME)
        ns -= c->k->config->date;
    c->r->until = absolute ? ns : c->k->engine->now + ns;
    return 0;
}

/* Nobody has woken it yet. */
static int32_t sleep_on(struct sysc *c)
{
    if (c->k->engine->now >= c->r->until)
        return -G_ETIMEDOUT;
    if (signal_waits(c->ps, c->t))
        return SYS_RESTART;
    return sysc_wait(c, WAIT_FUTEX, c->a[0], bucket_of(c->ps, c->r->u.futex.key),
                     c->r->until);
}

static int32_t futex_wait(struct sysc *c, uint32_t bits, bool absolute)
{
    uint32_t word;
    int32_t err;

    if (c->r->state == REQUEST_NEW) {
        if (!bits)
            return -G_EINVAL;
        if ((err = timeout_in(c, absolute)) ||
            (err = copy_in(c, &word, c->a[0], sizeof word)))
            return err;
        if (word != c->a[2])
            return -G_EAGAIN;
        c->r->u.futex.key = key_of(c->p, c->a[0]);
        c->r->u.futex.bits = bits;
        request_sent(c->r);
    }
    return sleep_on(c);
}

/* Wake some of those at the first word, let some more wait at the second instead. */
static int32_t futex_requeue(struct sysc *c, bool compare)
{
    uint32_t word, moved = 0;
    uint64_t from, to;
    tid_t next;
    int32_t err, woken;

    if ((int32_t)c->a[2] < 0 || (int32_t)c->a[3] < 0)
        return -G_EINVAL;
    if ((err = copy_in(c, &word, c->a[0], sizeof word)))
        return err;
    if (compare && word != c->a[5])
        return -G_EAGAIN;
    if ((err = copy_in(c, &word, c->a[4], sizeof word)))
        return err;
    from = key_of(c->p, c->a[0]);
    to = key_of(c->p, c->a[4]);
    woken = (int32_t)wake_key(c->k, from, c->a[2], UINT32_MAX);
    for (tid_t i = bucket_of(c->ps, from)->first;
         i != TID_NONE && moved < c->a[3] && from != to; i = next) {
        struct request *r = thread_request(c->k, i);
        struct waitq *q = bucket_of(c->ps, to);

        next = c->k->task[i].next;
        if (r->u.futex.key != from)
            continue;
        r->u.futex.key = to;
        waitq_leave(c->k, i);
        waitq_add(c->k, q, i);
        moved++;
    }
    return woken + (int32_t)moved;
}

/* What FUTEX_WAKE_OP makes of the second word. -ENOSYS: no such operation. */
static int32_t changed_word(uint32_t how, uint32_t old, uint32_t *new)
{
    uint32_t op = how >> 28 & 7, arg = (uint32_t)((int32_t)(how << 8) >> 20);

    if (how >> 31)              /* FUTEX_OP_OPARG_SHIFT */
        arg = UINT32_C(1) << (arg & 31);
    switch (op) {
    case G_FUTEX_OP_SET:  *new = arg; return 0;
    case G_FUTEX_OP_ADD:  *new = old + arg; return 0;
    case G_FUTEX_OP_OR:   *new = old | arg; return 0;
    case G_FUTEX_OP_ANDN: *new = old & ~arg; return 0;
    case G_FUTEX_OP_XOR:  *new = old ^ arg; return 0;
    default:              return -G_ENOSYS;
    }
}

static int32_t compared(uint32_t how, uint32_t old, bool *holds)
{
    int32_t a = (int32_t)old, b = (int32_t)(how << 20) >> 20;

    switch (how >> 24 & 15) {
    case G_FUTEX_CMP_EQ: *holds = a == b; return 0;
    case G_FUTEX_CMP_NE: *holds = a != b; return 0;
    case G_FUTEX_CMP_LT: *holds = a < b; return 0;
    case G_FUTEX_CMP_LE: *holds = a <= b; return 0;
    case G_FUTEX_CMP_GT: *holds = a > b; return 0;
    case G_FUTEX_CMP_GE: *holds = a >= b; return 0;
    default:             return -G_ENOSYS;
    }
}

/* Change the second word, wake some at the first, and at the second too if what it was
 * compares so. */
static int32_t futex_wake_op(struct sysc *c)
{
    uint32_t old, new, how = c->a[5];
    bool holds;
    int32_t err, woken;

    if (c->a[4] & 3)
        return -G_EINVAL;
    if ((err = copy_in(c, &old, c->a[4], sizeof old)) ||
        (err = changed_word(how, old, &new)) || (err = compared(how, old, &holds)) ||
        (err = copy_out(c, c->a[4], &new, sizeof new)))
        return err;
    woken = futex_wake(c->k, c->p, c->a[0], c->a[2], UINT32_MAX);
    if (holds)
        woken += futex_wake(c->k, c->p, c->a[4], c->a[3], UINT32_MAX);
    return woken;
}

int32_t sys_futex(struct sysc *c)
{
    uint32_t op = c->a[1] & ~(uint32_t)(G_FUTEX_PRIVATE | G_FUTEX_CLOCK_REALTIME);

    if (c->a[0] & 3)
        return -G_EINVAL;
    switch (op) {
    case G_FUTEX_WAIT:
        return futex_wait(c, UINT32_MAX, false);
    case G_FUTEX_WAIT_BITSET:
        return futex_wait(c, c->a[5], true);
    case G_FUTEX_WAKE:
        return futex_wake(c->k, c->p, c->a[0], c->a[2], UINT32_MAX);
    case G_FUTEX_WAKE_BITSET:
        return c->a[5] ? futex_wake(c->k, c->p, c->a[0], c->a[2], c->a[5]) : -G_EINVAL;
    case G_FUTEX_REQUEUE:
        return futex_requeue(c, false);
    case G_FUTEX_CMP_REQUEUE:
        return futex_requeue(c, true);
    case G_FUTEX_WAKE_OP:
        return futex_wake_op(c);
    default:
        return -G_ENOSYS;
    }
}
