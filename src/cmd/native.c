/* native.c - the ports to plug-ins that run in this process. See native.h.
 *
 * Each op notes whose it is and which before it calls the plug-in's own, so that a crash
 * or an endless loop is reported by name.
 */
#include <cmd/native.h>

#include <host/pages.h>
#include <host/plugin_guard.h>

#include <string.h>

/* Of one queue, and of one task: more is a mistake, not a plan. */
#define STATE_LIMIT(p) ((size_t)64 << 20 | (size_t)(p)->max_tasks << 12)

static size_t state_size(void *self, const struct sched_params *p)
{
    const struct sched_ops *o = plugin_enter(self, "state_size");
    size_t size = o->state_size(p);

    plugin_leave();
    plugin_check_size(self, "state_size", size, STATE_LIMIT(p));
    return size ? size : 1;
}

static size_t task_size(void *self, const struct sched_params *p)
{
    const struct sched_ops *o = plugin_enter(self, "task_size");
    size_t size = o->task_size(p);

    plugin_leave();
    plugin_check_size(self, "task_size", size, STATE_LIMIT(p));
    return size;
}

static void init(void *self, void *rq, const struct sched_params *p)
{
    plugin_enter(self, "init")->init(rq, p);
    plugin_leave();
}

static void enqueue(void *self, void *rq, const struct sched_task *t, enum sched_why why,
                    ns_t now)
{
    plugin_enter(self, "enqueue")->enqueue(rq, t, why, now);
    plugin_leave();
}

static tid_t pick(void *self, void *rq, ns_t now)
{
    tid_t tid = plugin_enter(self, "pick")->pick(rq, now);

    plugin_leave();
    return tid;
}

static void leave(void *self, void *rq, tid_t tid)
{
    plugin_enter(self, "remove")->remove(rq, tid);
    plugin_leave();
}

static void ran(void *self, void *rq, const struct sched_task *t, ns_t got,
                enum sched_stop why, ns_t now)
{
    plugin_enter(self, "ran")->ran(rq, t, got, why, now);
    plugin_leave();
}

static ns_t quantum(void *self, const void *rq, tid_t tid)
{
    ns_t ns = plugin_enter(self, "quantum")->quantum(rq, tid);

    plugin_leave();
    return ns;
}

static bool preempts(void *self, const void *rq, const struct sched_task *queued,
                     const struct sched_task *running)
{
    bool yes = plugin_enter(self, "preempts")->preempts(rq, queued, running);

    plugin_leave();
    return yes;
}

static ns_t timer(void *self, void *rq, ns_t now)
{
    ns_t next = plugin_enter(self, "timer")->timer(rq, now);

    plugin_leave();
    return next;
}

static unsigned select_hart(void *self, const struct sched_task *t,
                            const struct sched_hart *harts, unsigned nharts,
                            enum sched_why why, ns_t now)
{
    const struct sched_ops *o = plugin_enter(self, "select_hart");
    unsigned hart = o->select_hart(t, harts, nharts, why, now);

    plugin_leave();
    return hart;
}

static tid_t pull(void *self, void *rq, unsigned idle_hart, ns_t now)
{
    tid_t tid = plugin_enter(self, "pull")->pull(rq, idle_hart, now);

    plugin_leave();
    return tid;
}

static int64_t urgency(void *self, const struct sched_params *p,
                       const struct sched_task *t)
{
    int64_t urgent = plugin_enter(self, "urgency")->urgency(p, t);

    plugin_leave();
    return urgent;
}

static unsigned level(void *self, const void *rq, tid_t tid)
{
    unsigned n = plugin_enter(self, "level")->level(rq, tid);

    plugin_leave();
    return n;
}

enum { PAGE = 4096 };

/* The last `size` bytes before a fence; NULL: too many, or no memory. */
static char *before_fence(size_t size)
{
    static char *pages;

    if (!pages && (pages = pages_map(2 * PAGE)))
        pages_fence(pages + PAGE);
    return pages && size <= PAGE ? pages + PAGE - size : NULL;
}

static void explain(void *self, const void *rq, tid_t tid, char *buf, size_t size)
{
    char *fenced = before_fence(size), *to = fenced ? fenced : buf;

    memset(to, 0, size);
    plugin_enter(self, "explain")->explain(rq, tid, to, size);
    plugin_leave();
    if (fenced)
        memcpy(buf, fenced, size);
}

/* Writing past its end is the commonest slip of all: it shall end here, with the op's name,
 * and not in what the core keeps beside it. So it is with the buffer of `explain`. */
static void fence(void *self, void *page)
{
    (void)self;
    pages_fence(page);
}

const struct sched_port native_port = {
    .state_size = state_size, .task_size = task_size, .init = init, .enqueue = enqueue,
    .pick = pick, .remove = leave, .ran = ran, .quantum = quantum, .preempts = preempts,
    .timer = timer, .select_hart = select_hart, .pull = pull, .urgency = urgency,
    .level = level, .explain = explain, .fence = fence,
};

static void enter(void *self, const char *op)
{
    plugin_note(self, op);
}

static void left(void *self)
{
    (void)self;
    plugin_leave();
}

static void size(void *self, const char *op, size_t bytes, size_t limit)
{
    plugin_check_size(self, op, bytes, limit);
}

const struct op_watch native_watch = {
    .enter = enter, .leave = left, .size = size, .fence = fence,
};
