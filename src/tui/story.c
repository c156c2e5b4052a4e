/* story.c - the words that the screens use.
 *
 * Texts for students say "ready" for runnable and "waiting" for sleeping.
 */
#include <tui/story.h>

#include <formats/results.h>
#include <ossim/sched.h>
#include <stat/names.h>
#include <stdio.h>
#include <string.h>

const char *story_state(const struct model_task *t)
{
    switch (t->state) {
    case TASK_UNBORN:   return "to come";
    case TASK_RUNNABLE: return "ready";
    case TASK_RUNNING:  return "running";
    case TASK_SLEEPING: return wait_state(t->cause);
    case TASK_ZOMBIE:   return "zombie";
    default:            return t->signal ? "killed" : "done";
    }
}

const char *story_cause(const struct model *m, unsigned cause, uint32_t object,
                        char *buf, size_t size)
{
    const struct config *c = m->config;

    if (cause == WAIT_LOCK && object < c->nlocks)
        snprintf(buf, size, "lock %s", c->lock_names[object]);
    else if (cause == WAIT_MSG && object < c->nchannels)
        snprintf(buf, size, "channel %s", c->channel_names[object]);
    else
        snprintf(buf, size, "%s", wait_text(cause));
    return buf;
}

/* --- the parts of a sentence --- */

struct telling {                /* what the sentence of one event is made of */
    const struct model *m;
    const struct event *e;
    char *buf;
    size_t size, used;
    char who[MODEL_NAME], a[40], b[40], what[CONFIG_NAME + 16];
    char word[2][EVENT_WORD];
};

static const char *span(const struct telling *s, ns_t t, char *buf, size_t size)
{
    const struct config *c = s->m->config;
    char number[32];

    snprintf(buf, size, "%s %.4s", model_time(c, t, 3, number, sizeof number),
             c->unit_name);
    return buf;
}

static const char *named(const void *ctx, tid_t tid, char *buf, size_t size)
{
    return model_name(ctx, tid, buf, size);
}

/* Argument i of the event as words. */
static const char *word(struct telling *s, unsigned i)
{
    struct event_words w = { s->m->config, named, s->m, NULL };

    return event_arg_text(&w, s->e, i, s->word[i]);
}

#define WORD(s, i) word((s), (i))
#define SPAN(s, t, field) span((s), (t), (s)->field, sizeof (s)->field)
#define SAY(s, ...) ((void)snprintf((s)->buf, (s)->size, __VA_ARGS__))

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
        SAY(s, "%s is killed by %s", s->who, WORD(s, 1));
    else if (s->e->a)
        SAY(s, "%s ends with status %lld", s->who, (long long)s->e->a);
    else
        SAY(s, "%s ends", s->who);
}

static void tell_reap(struct telling *s)
{
    if (s->e->tid == TID_NONE)
        SAY(s, "nobody waits for %s: it is gone", WORD(s, 0));
    else
        SAY(s, "%s collects %s", s->who, WORD(s, 0));
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
    case EV_LOCK:   SAY(s, "%s takes lock %s", s->who, WORD(s, 0)); break;
    case EV_UNLOCK: SAY(s, "%s gives lock %s back", s->who, WORD(s, 0)); break;
    case EV_INHERIT:
        if ((tid_t)e->a == e->tid)
            SAY(s, "%s has its own urgency again", s->who);
        else
            SAY(s, "%s inherits the urgency of %s", s->who, WORD(s, 0));
        break;
    case EV_SEND:
        SAY(s, "%s sends on %s (%lld queued)", s->who, WORD(s, 0),
            (long long)e->b);
        break;
    case EV_RECV:
        SAY(s, "%s receives from %s (%lld queued)", s->who, WORD(s, 0),
            (long long)e->b);
        break;
    case EV_DEADLOCK:
        SAY(s, "DEADLOCK: %s waits for lock %s, held by %s", s->who,
            WORD(s, 0), WORD(s, 1));
        break;
    default:
        SAY(s, "%s unlocks %s, which it does not hold", s->who, WORD(s, 0));
    }
}

static void tell_policy(struct telling *s)
{
    switch (s->e->kind) {
    case EV_POLICY_FAULT:
        SAY(s, "POLICY FAULT: it %s (%s)", fault_text(s->e->a), WORD(s, 1));
        break;
    case EV_POLICY_TIMER:
        SAY(s, "the policy's timer fires (queue %s)", WORD(s, 0));
        break;
    case EV_POLICY_LOAD:
        SAY(s, "the module of %s is being loaded", WORD(s, 0));
        break;
    case EV_POLICY_UNLOAD:
        SAY(s, "the module of %s leaves", WORD(s, 0));
        break;
    default:
        SAY(s, "the policy is now %s", WORD(s, 0));
    }
}

/* --- sentences of story.def --- */

static const char *const sentence[EV_COUNT] = {
#define TELL(kind, text) [EV_##kind] = text,
#include <tui/story.def>
#undef TELL
};

/* As far as there is room. */
static void put_part(struct telling *s, const char *text, size_t n)
{
    if (n > s->size - 1 - s->used)
        n = s->size - 1 - s->used;
    memcpy(s->buf + s->used, text, n);
    s->used += n;
    s->buf[s->used] = '\0';
}

static void put(struct telling *s, const char *text)
{
    put_part(s, text, strlen(text));
}

static void put_harts(struct telling *s, uint64_t bits)
{
    char number[8];

    for (unsigned h = 0; h < 64; h++)
        if (bits >> h & 1) {
            snprintf(number, sizeof number, " %u", h);
            put(s, number);
        }
}

/* Of "{0 a|b|c}", from behind the digit and the blank, the n-th; what follows it. */
static const char *put_choice(struct telling *s, const char *from, int64_t n)
{
    size_t part;

    for (;; from += part + 1) {
        part = strcspn(from, "|}");
        if (!n--)
            put_part(s, from, part);
        if (from[part] == '}')
            return from + part + 1;
    }
}

/* Behind the end of "[0 text]" if it is not to be told, else behind "[0 ". */
static const char *put_if(const char *from, bool told)
{
    char close = *from == '[' ? ']' : '>';

    return told ? from + 3 : strchr(from, close) + 1;
}

static void tell_sentence(struct telling *s)
{
    char hart[8];
    size_t plain;

    snprintf(hart, sizeof hart, "%u", s->e->hart);
    for (const char *c = sentence[s->e->kind]; *c; ) {
        unsigned i = strchr("$&{[<", *c) ? (unsigned)(c[1] - '0') : 0;
        int64_t v = i ? s->e->b : s->e->a;

        switch (*c) {
        case '@': put(s, s->who); c++; break;
        case '#': put(s, hart); c++; break;
        case '$': put(s, word(s, i)); c += 2; break;
        case '&': put_harts(s, (uint64_t)v); c += 2; break;
        case '{': c = put_choice(s, c + 3, v); break;
        case '[': c = put_if(c, v > 0); break;
        case '<': c = put_if(c, v >= 0); break;
        case ']': case '>': c++; break;
        default:
            plain = strcspn(c, "@#$&{[<]>");
            put_part(s, c, plain);
            c += plain;
        }
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
    case EV_REAP:       tell_reap(&s); break;
    case EV_JOB_RELEASE: case EV_JOB_FINISH: case EV_JOB_MISS: case EV_JOB_ABORT:
    case EV_JOB_SKIP:
        tell_job(&s);
        break;
    case EV_LOCK: case EV_UNLOCK: case EV_INHERIT: case EV_SEND: case EV_RECV:
    case EV_DEADLOCK: case EV_BAD_UNLOCK:
        tell_lock(&s);
        break;
    case EV_POLICY_TIMER: case EV_POLICY_FAULT: case EV_POLICY_SWITCH:
    case EV_POLICY_LOAD: case EV_POLICY_UNLOAD:
        tell_policy(&s);
        break;
    case EV_STUCK:
        SAY(&s, "STUCK: nothing can move again, %lld left", (long long)e->a);
        break;
    case EV_LIVELOCK:
        if (e->b)
            SAY(&s, "THRASHING: %lld dispatches without CPU", (long long)e->b);
        else
            SAY(&s, "LIVELOCK: %lld steps at one instant", (long long)e->a);
        break;
    case EV_END:
        SAY(&s, "the run is over: %s", end_text(e->a));
        break;
    default:
        tell_sentence(&s);
    }
    return buf;
}

unsigned story_paint(const struct event *e)
{
    switch (e->kind) {
    case EV_JOB_MISS: case EV_JOB_ABORT: case EV_DEADLOCK: case EV_POLICY_FAULT:
    case EV_STUCK: case EV_LIVELOCK: case EV_BAD_UNLOCK: case EV_TRAP: case EV_OOM_KILL:
    case EV_PANIC: case EV_POWER_CUT: case EV_FAULT: case EV_WORK_LOST: case EV_DISK_FAULT:
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
