/* story.c - the words that the screens use.
 *
 * Texts for students say "ready" for runnable and "waiting" for sleeping.
 */
#include <tui/story.h>

#include <ossim/sched.h>
#include <stdio.h>

const char *story_state(const struct model_task *t)
{
    switch (t->state) {
    case TASK_UNBORN:   return "to come";
    case TASK_RUNNABLE: return "ready";
    case TASK_RUNNING:  return "running";
    case TASK_SLEEPING:
        switch (t->cause) {
        case WAIT_IO: case WAIT_DISK: return "I/O";
        case WAIT_SLEEP:        return "asleep";
        case WAIT_LOCK:         return "lock";
        case WAIT_MSG:          return "message";
        case WAIT_RELEASE:      return "job done";
        case WAIT_TTY:          return "input";
        case WAIT_SIGNAL:       return "stopped";
        default:                return "waiting";
        }
    case TASK_ZOMBIE:   return "zombie";
    default:            return t->signal ? "killed" : "done";
    }
}

const char *story_cause(const struct model *m, unsigned cause, uint32_t object,
                        char *buf, size_t size)
{
    static const char *const plain[WAIT_CAUSES] = {
        [WAIT_NONE] = "something", [WAIT_IO] = "I/O", [WAIT_SLEEP] = "a time",
        [WAIT_LOCK] = "a lock", [WAIT_MSG] = "a message",
        [WAIT_RELEASE] = "its next release", [WAIT_MEMORY] = "memory",
        [WAIT_DISK] = "the disk", [WAIT_CHILD] = "a child", [WAIT_PIPE] = "a pipe",
        [WAIT_FUTEX] = "a futex", [WAIT_TTY] = "console input",
        [WAIT_SIGNAL] = "a signal",
    };
    const struct config *c = m->config;

    if (cause == WAIT_LOCK && object < c->nlocks)
        snprintf(buf, size, "lock %s", c->lock_names[object]);
    else if (cause == WAIT_MSG && object < c->nchannels)
        snprintf(buf, size, "channel %s", c->channel_names[object]);
    else
        snprintf(buf, size, "%s", cause < WAIT_CAUSES ? plain[cause] : "something");
    return buf;
}

const char *story_end(enum machine_end end)
{
    switch (end) {
    case MACHINE_RUNNING:   return "not over";
    case MACHINE_DONE:      return "every process has ended";
    case MACHINE_STOPPED:   return "the stop time is reached";
    case MACHINE_STUCK:     return "STUCK: nothing can ever move again";
    case MACHINE_LIVELOCK:  return "LIVELOCK: endless steps at one instant";
    case MACHINE_BAD_UNLOCK: return "a process unlocked what it does not hold";
    }
    return "over";
}

const char *story_fault(int64_t fault)
{
    switch (fault) {
    case FAULT_NOT_QUEUED:      return "picked a task that is not queued";
    case FAULT_NO_SUCH_TASK:    return "picked a task that does not exist";
    case FAULT_IDLE:            return "picked nothing though tasks are ready";
    case FAULT_QUANTUM:         return "gave a quantum below 1";
    case FAULT_TIMER:           return "set a timer in the past";
    case FAULT_HART:            return "chose a cpu that is not there or not allowed";
    case FAULT_CRASH:           return "crashed or did not return";
    default:                    return "gave an impossible answer";
    }
}

/* --- the parts of a sentence --- */

struct telling {                /* what the sentence of one event is made of */
    const struct model *m;
    const struct event *e;
    char *buf;
    size_t size;
    char who[MODEL_NAME], other[MODEL_NAME], a[40], b[40], what[CONFIG_NAME + 16];
};

static const char *span(const struct telling *s, ns_t t, char *buf, size_t size)
{
    const struct config *c = s->m->config;
    char number[32];

    snprintf(buf, size, "%s %.4s", model_time(c, t, 3, number, sizeof number),
             c->unit_name);
    return buf;
}

#define SPAN(s, t, field) span((s), (t), (s)->field, sizeof (s)->field)
#define SAY(s, ...) ((void)snprintf((s)->buf, (s)->size, __VA_ARGS__))

static const char *lock_name(const struct telling *s, int64_t i)
{
    const struct config *c = s->m->config;

    return i >= 0 && i < c->nlocks ? c->lock_names[i] : "?";
}

static const char *channel_name(const struct telling *s, int64_t i)
{
    const struct config *c = s->m->config;

    return i >= 0 && i < c->nchannels ? c->channel_names[i] : "?";
}

static const char *task_name(struct telling *s, int64_t tid)
{
    return model_name(s->m, (tid_t)tid, s->other, sizeof s->other);
}

static void tell_stop(struct telling *s)
{
    const char *ran = SPAN(s, s->e->b, b);

    switch (s->e->a) {
    case STOP_EXPIRED:   SAY(s, "%s: quantum over after %s", s->who, ran); break;
    case STOP_YIELDED:   SAY(s, "%s yields after %s", s->who, ran); break;
    case STOP_PREEMPTED: SAY(s, "%s is preempted after %s", s->who, ran); break;
    case STOP_BLOCKED:   SAY(s, "%s stops after %s", s->who, ran); break;
    default:             SAY(s, "%s has run its last %s", s->who, ran); break;
    }
}

static void tell_run(struct telling *s)
{
    if (s->e->a > 0)
        SAY(s, "%s runs on cpu %u after %s in the kernel", s->who, s->e->hart,
            SPAN(s, s->e->a, a));
    else
        SAY(s, "%s runs on cpu %u", s->who, s->e->hart);
}

static void tell_block(struct telling *s)
{
    unsigned cause = (unsigned)s->e->a;
    uint32_t object = (uint32_t)s->e->b;

    if (cause == WAIT_SLEEP)
        SAY(s, "%s goes to sleep", s->who);
    else
        SAY(s, "%s waits for %s", s->who,
            story_cause(s->m, cause, object, s->what, sizeof s->what));
}

static void tell_wake(struct telling *s)
{
    switch (s->e->a) {
    case WAIT_IO: case WAIT_DISK:
        SAY(s, "%s: I/O done, ready again", s->who);
        break;
    case WAIT_SLEEP:
        SAY(s, "%s wakes up", s->who);
        break;
    default:
        SAY(s, "%s is ready again", s->who);
    }
}

static void tell_exit(struct telling *s)
{
    if (s->e->b)
        SAY(s, "%s is killed by signal %lld", s->who, (long long)s->e->b);
    else if (s->e->a)
        SAY(s, "%s ends with status %lld", s->who, (long long)s->e->a);
    else
        SAY(s, "%s ends", s->who);
}

static void tell_job(struct telling *s)
{
    long long job = (long long)s->e->a;
    ns_t deadline = s->e->b, left = deadline - s->e->at;
    bool none = deadline == NS_MAX;

    switch (s->e->kind) {
    case EV_JOB_RELEASE:
        if (none)
            SAY(s, "%s: job %lld is released", s->who, job);
        else
            SAY(s, "%s: job %lld is released, due at %s", s->who, job,
                SPAN(s, deadline, b));
        break;
    case EV_JOB_FINISH:
        if (none)
            SAY(s, "%s: job %lld is done", s->who, job);
        else if (left >= 0)
            SAY(s, "%s: job %lld is done, %s early", s->who, job, SPAN(s, left, b));
        else
            SAY(s, "%s: job %lld is done, %s LATE", s->who, job, SPAN(s, -left, b));
        break;
    case EV_JOB_MISS:
        SAY(s, "%s: job %lld MISSES its deadline", s->who, job);
        break;
    case EV_JOB_ABORT:
        SAY(s, "%s: job %lld is given up", s->who, job);
        break;
    default:
        SAY(s, "%s: the release of job %lld is skipped", s->who, job);
    }
}

static void tell_lock(struct telling *s)
{
    const struct event *e = s->e;

    switch (e->kind) {
    case EV_LOCK:   SAY(s, "%s takes lock %s", s->who, lock_name(s, e->a)); break;
    case EV_UNLOCK: SAY(s, "%s gives lock %s back", s->who, lock_name(s, e->a)); break;
    case EV_INHERIT:
        if ((tid_t)e->a == e->tid)
            SAY(s, "%s has its own urgency again", s->who);
        else
            SAY(s, "%s inherits the urgency of %s", s->who, task_name(s, e->a));
        break;
    case EV_SEND:
        SAY(s, "%s sends on %s (%lld queued)", s->who, channel_name(s, e->a),
            (long long)e->b);
        break;
    case EV_RECV:
        SAY(s, "%s receives from %s (%lld queued)", s->who, channel_name(s, e->a),
            (long long)e->b);
        break;
    case EV_DEADLOCK:
        SAY(s, "DEADLOCK: %s waits for lock %s, held by %s", s->who,
            lock_name(s, e->a), task_name(s, e->b));
        break;
    default:
        SAY(s, "%s unlocks %s, which it does not hold", s->who, lock_name(s, e->a));
    }
}

static void tell_policy(struct telling *s)
{
    const struct config *c = s->m->config;
    const struct policy_config *p = s->e->a >= 0 && s->e->a < c->nevents
        ? c->events[s->e->a].policy : NULL;

    if (s->e->kind == EV_POLICY_FAULT)
        SAY(s, "POLICY FAULT: it %s (%lld)", story_fault(s->e->a), (long long)s->e->b);
    else if (s->e->kind == EV_POLICY_TIMER)
        SAY(s, "the policy's timer fires (queue %lld)", (long long)s->e->a);
    else
        SAY(s, "the policy is now %s", p ? p->spec : "another");
}

/* Privileged ISA, "Machine Cause (mcause) Register": exception codes. */
static const char *trap_name(int64_t cause)
{
    static const char *const names[] = {
        "misaligned jump", "fetch from nowhere", "illegal instruction", "breakpoint",
        "misaligned load", "load from nowhere", "misaligned store", "store to nowhere",
        "system call", "system call", "trap 10", "system call", "fetch page fault",
        "load page fault", "trap 14", "store page fault",
    };

    return cause >= 0 && cause < (int64_t)(sizeof names / sizeof *names)
        ? names[cause] : "trap";
}

static void tell_program(struct telling *s)
{
    const struct event *e = s->e;
    long long a = (long long)e->a, b = (long long)e->b;

    switch (e->kind) {
    case EV_SYSCALL:    SAY(s, "%s: system call %lld (%lld)", s->who, a, b); break;
    case EV_SYSRET:     SAY(s, "%s: system call %lld gives %lld", s->who, a, b); break;
    case EV_ENOSYS:     SAY(s, "%s: there is no system call %lld", s->who, a); break;
    case EV_TRAP:
        SAY(s, "%s: %s at 0x%llx", s->who, trap_name(e->a),
            (unsigned long long)e->b & 0xffffffff);
        break;
    case EV_PAGE_FAULT:
        SAY(s, "%s: page fault at 0x%llx%s", s->who,
            (unsigned long long)e->a & 0xffffffff, e->b ? ", from disk" : "");
        break;
    case EV_SIGNAL:     SAY(s, "%s gets signal %lld", s->who, a); break;
    case EV_FORK:       SAY(s, "%s makes %s", s->who, task_name(s, e->a)); break;
    case EV_EXEC:       SAY(s, "%s starts another program", s->who); break;
    case EV_REAP:       SAY(s, "%s collects child %lld", s->who, a); break;
    case EV_OUTPUT:     SAY(s, "%s prints %lld bytes", s->who, b); break;
    case EV_INPUT:      SAY(s, "%s: %lld bytes are typed", s->who, a); break;
    default:            SAY(s, "%s: %s in the kernel", s->who, SPAN(s, e->a, a));
    }
}

const char *story_event(const struct model *m, const struct event *e, char *buf,
                        size_t size)
{
    struct telling s = { .m = m, .e = e, .buf = buf, .size = size };

    model_name(m, e->tid, s.who, sizeof s.who);
    switch (e->kind) {
    case EV_ARRIVE:     SAY(&s, "%s arrives", s.who); break;
    case EV_DISPATCH:   tell_run(&s); break;
    case EV_DESCHED:    tell_stop(&s); break;
    case EV_BLOCK:      tell_block(&s); break;
    case EV_WAKE:       tell_wake(&s); break;
    case EV_EXIT:       tell_exit(&s); break;
    case EV_MIGRATE:
        SAY(&s, "%s moves from cpu %lld to cpu %lld", s.who, (long long)e->a,
            (long long)e->b);
        break;
    case EV_JOB_RELEASE: case EV_JOB_FINISH: case EV_JOB_MISS: case EV_JOB_ABORT:
    case EV_JOB_SKIP:
        tell_job(&s);
        break;
    case EV_LOCK: case EV_UNLOCK: case EV_INHERIT: case EV_SEND: case EV_RECV:
    case EV_DEADLOCK: case EV_BAD_UNLOCK:
        tell_lock(&s);
        break;
    case EV_POLICY_TIMER: case EV_POLICY_FAULT: case EV_POLICY_SWITCH:
        tell_policy(&s);
        break;
    case EV_STUCK:
        SAY(&s, "STUCK: nothing can move again, %lld left", (long long)e->a);
        break;
    case EV_LIVELOCK:
        SAY(&s, "LIVELOCK: %lld steps at one instant", (long long)e->a);
        break;
    case EV_END:
        SAY(&s, "the run is over: %s", story_end((enum machine_end)e->a));
        break;
    default:
        tell_program(&s);
    }
    return buf;
}

unsigned story_paint(const struct event *e)
{
    switch (e->kind) {
    case EV_JOB_MISS: case EV_JOB_ABORT: case EV_DEADLOCK: case EV_POLICY_FAULT:
    case EV_STUCK: case EV_LIVELOCK: case EV_BAD_UNLOCK: case EV_TRAP:
        return PAINT_BAD | STYLE_BOLD;
    case EV_JOB_SKIP: case EV_ENOSYS: case EV_SIGNAL:
        return PAINT_WARN;
    case EV_END:
        return e->a == MACHINE_DONE || e->a == MACHINE_STOPPED ? PAINT_GOOD
                                                               : PAINT_BAD;
    default:
        return PAINT_PLAIN;
    }
}
