/* perfetto.c - see perfetto.h
 *
 * Track numbers: process 1 is the machine, its thread h + 1 is cpu h; task t is process
 * and thread FIRST_TASK + t. Times are in us with three decimals, exact. Slices of one
 * track may not overlap without nesting, so a switch and the stretch after it are two.
 */
#include <formats/perfetto.h>

#include <formats/text.h>
#include <ossim/sched.h>
#include <stat/follow.h>
#include <stat/names.h>
#include <stdlib.h>
#include <string.h>

enum { MACHINE = 1, FIRST_TASK = 100, US = 1000 };
#define NOT_SINCE INT64_MIN

struct track {                  /* of a task */
    ns_t since;                 /* of its state */
    ns_t call_since;            /* of its system call; NOT_SINCE: in none */
    ns_t woken_at;              /* by the task on `waker`, which an arrow shall say */
    uint16_t waker;             /* HART_NONE: by nobody */
    uint16_t hart;
    uint8_t state;              /* enum task_state */
    uint8_t cause;
    char call[CALL_TEXT];
};

struct stretch { ns_t since, overhead; tid_t tid; };

struct perfetto {
    struct event_words words;
    struct text_out out;
    struct text t;
    struct track *track;
    size_t ntracks;
    struct stretch *hart;
    tid_t actor;                /* whose deed the last event was, and when */
    ns_t acted;
    uint64_t arrows;
    int64_t nrunnable;
    bool any, failed;
};

struct perfetto *perfetto_create(const struct event_words *words, struct text_out out)
{
    struct perfetto *p = calloc(1, sizeof *p);
    uint32_t ncpus = words->config->ncpus;

    if (p)
        p->hart = malloc(ncpus * sizeof *p->hart);
    if (!p || !p->hart) {
        free(p);
        return NULL;
    }
    p->words = *words;
    p->out = out;
    p->actor = TID_NONE;
    for (uint32_t h = 0; h < ncpus; h++)
        p->hart[h].tid = TID_NONE;
    return p;
}

static struct track *track_of(struct perfetto *p, tid_t tid)
{
    if (tid < p->ntracks)
        return &p->track[tid];
    size_t n = tid + (size_t)tid / 2 + 16;
    struct track *more = tid == TID_NONE ? NULL : realloc(p->track, n * sizeof *more);

    if (!more) {
        p->failed |= tid != TID_NONE;
        return NULL;
    }
    for (size_t i = p->ntracks; i < n; i++)
        more[i] = (struct track){ .state = TASK_UNBORN, .call_since = NOT_SINCE,
                                  .hart = HART_NONE, .waker = HART_NONE };
    p->track = more;
    p->ntracks = n;
    return &more[tid];
}

/* --- the parts of an entry --- */

static void put_number(struct perfetto *p, const char *key, int64_t v)
{
    text_put(&p->t, ", \"");
    text_put(&p->t, key);
    text_put(&p->t, "\": ");
    text_int(&p->t, v);
}

static void put_time(struct perfetto *p, const char *key, ns_t v)
{
    text_put(&p->t, ", \"");
    text_put(&p->t, key);
    text_put(&p->t, "\": ");
    text_time(&p->t, v, US);
}

static const char *task_name(const struct perfetto *p, tid_t tid, char *buf, size_t size)
{
    return p->words.name ? p->words.name(p->words.ctx, tid, buf, size) : "task";
}

/* {"ph": ..., "name": ..., "pid": ..., "tid": ..., "ts": ... and no end. */
static void begin(struct perfetto *p, char phase, const char *name, int64_t pid, int64_t tid,
                  ns_t at)
{
    char ph[] = "{\"ph\": \"X\", \"name\": ";

    text_put(&p->t, p->any ? ",\n" : "{\"displayTimeUnit\": \"ns\", \"traceEvents\": [\n");
    p->any = true;
    ph[8] = phase;
    text_put(&p->t, ph);
    text_string(&p->t, name);
    put_number(p, "pid", pid);
    put_number(p, "tid", tid);
    if (phase != 'M')
        put_time(p, "ts", at);
}

static void end(struct perfetto *p)
{
    text_put(&p->t, "}");
}

static void slice(struct perfetto *p, const char *name, const char *category, int64_t pid,
                  int64_t tid, ns_t from, ns_t to)
{
    begin(p, 'X', name, pid, tid, from);
    put_time(p, "dur", to - from);
    text_put(&p->t, ", \"cat\": \"");
    text_put(&p->t, category);
    text_put(&p->t, "\"");
    end(p);
}

/* what: "process_name" or "thread_name" of a track. */
static void name_track(struct perfetto *p, const char *what, int64_t pid, int64_t tid,
                       const char *name)
{
    begin(p, 'M', what, pid, tid, 0);
    text_put(&p->t, ", \"args\": {\"name\": ");
    text_string(&p->t, name);
    text_put(&p->t, "}");
    end(p);
}

static void name_machine(struct perfetto *p)
{
    char name[] = "CPU 0000";

    name_track(p, "process_name", MACHINE, 0, "CPUs");
    for (uint32_t h = 0; h < p->words.config->ncpus; h++) {
        uint32_t digits = h;
        char *s = name + sizeof name - 1;

        do
            *--s = (char)('0' + digits % 10);
        while (digits /= 10);
        memmove(name + 4, s, (size_t)(name + sizeof name - s));
        name_track(p, "thread_name", MACHINE, h + 1, name);
        memcpy(name + 4, "0000", 5);
    }
}

/* An arrow from one track, phase s, to another, phase f. */
static void arrow(struct perfetto *p, char phase, uint64_t id, uint32_t hart, ns_t at)
{
    begin(p, phase, "wake", MACHINE, (int64_t)hart + 1, at);
    put_number(p, "id", (int64_t)id);
    text_put(&p->t, phase == 'f' ? ", \"cat\": \"flow\", \"bp\": \"e\"" : ", \"cat\": \"flow\"");
    end(p);
}

static void instant(struct perfetto *p, const struct event *e)
{
    bool of_task = e->tid != TID_NONE;
    bool of_hart = !of_task && e->hart != HART_NONE;
    int64_t track = of_task ? FIRST_TASK + (int64_t)e->tid : of_hart ? e->hart + 1 : 0;

    begin(p, 'i', event_info[e->kind].name, of_task ? track : MACHINE, track, e->at);
    text_put(&p->t, of_task || of_hart ? ", \"s\": \"t\", \"args\": {\"what\": "
                                       : ", \"s\": \"g\", \"args\": {\"what\": ");
    text_string(&p->t, event_info[e->kind].what);
    event_member(&p->t, &p->words, e, 0);
    event_member(&p->t, &p->words, e, 1);
    text_put(&p->t, "}");
    end(p);
}

/* --- states --- */

static const char *state_name(const struct track *s)
{
    switch (follow_shown(s->state)) {
    case TASK_RUNNABLE: return "Runnable";
    case TASK_RUNNING:  return "Running";
    default:            return "Sleeping";
    }
}

static void put_state(struct perfetto *p, tid_t tid, const struct track *s, ns_t at)
{
    if (at <= s->since || s->state == TASK_UNBORN || s->state == TASK_DEAD)
        return;
    begin(p, 'T', state_name(s), FIRST_TASK + (int64_t)tid, FIRST_TASK + (int64_t)tid, s->since);
    put_time(p, "dur", at - s->since);
    text_put(&p->t, ", \"cat\": \"thread_state\", \"args\": {");
    if (follow_on_hart(s->state)) {
        text_put(&p->t, "\"cpu\": ");
        text_int(&p->t, s->hart);
    } else if (s->state == TASK_SLEEPING) {
        text_put(&p->t, "\"cause\": ");
        text_string(&p->t, wait_name(s->cause));
    }
    text_put(&p->t, "}");
    end(p);
}

static void set_state(struct perfetto *p, tid_t tid, struct track *s, uint8_t state, ns_t at)
{
    int64_t before = p->nrunnable;

    if (follow_on_hart(s->state) && follow_on_hart(state)) {
        s->state = state;       /* it leaves, with a reason that was said before */
        return;
    }
    put_state(p, tid, s, at);
    p->nrunnable += (state == TASK_RUNNABLE) - (s->state == TASK_RUNNABLE);
    s->state = state;
    s->since = at;
    if (p->nrunnable == before)
        return;
    begin(p, 'C', "runnable", MACHINE, 0, at);
    text_put(&p->t, ", \"args\": {\"tasks\": ");
    text_int(&p->t, p->nrunnable);
    text_put(&p->t, "}");
    end(p);
}

/* --- events --- */

static void follow(struct perfetto *p, const struct event *e, struct track *s)
{
    set_state(p, e->tid, s, (uint8_t)follow_after(s->state, e), e->at);
}

static void on_arrive(struct perfetto *p, const struct event *e, struct track *s)
{
    char name[EVENT_WORD];
    int64_t id = FIRST_TASK + (int64_t)e->tid;

    task_name(p, e->tid, name, sizeof name);
    name_track(p, "process_name", id, id, name);
    name_track(p, "thread_name", id, id, name);
    *s = (struct track){ .since = e->at, .call_since = NOT_SINCE, .hart = HART_NONE,
                         .waker = HART_NONE };
    follow(p, e, s);
}

static void on_dispatch(struct perfetto *p, const struct event *e, struct track *s)
{
    p->hart[e->hart] = (struct stretch){ e->at, e->a, e->tid };
    s->hart = e->hart;
    follow(p, e, s);
    if (s->waker != HART_NONE) {
        arrow(p, 's', ++p->arrows, s->waker, s->woken_at);
        arrow(p, 'f', p->arrows, e->hart, e->at);
    }
    s->waker = HART_NONE;
}

/* The stretch of a hart as slices, when it is over or the trace is. */
static void put_stretch(struct perfetto *p, uint32_t hart, ns_t at)
{
    struct stretch *h = &p->hart[hart];
    ns_t work = h->since + h->overhead < at ? h->since + h->overhead : at;
    char name[EVENT_WORD];

    if (h->overhead)
        slice(p, "switch", "kernel", MACHINE, (int64_t)hart + 1, h->since, work);
    if (work < at)
        slice(p, task_name(p, h->tid, name, sizeof name), "sched", MACHINE, (int64_t)hart + 1,
              work, at);
    h->tid = TID_NONE;
}

static void on_desched(struct perfetto *p, const struct event *e, struct track *s)
{
    if (p->hart[e->hart].tid != e->tid)
        return;
    put_stretch(p, e->hart, e->at);
    if (e->a == STOP_PREEMPTED) {
        begin(p, 'i', "preempted", MACHINE, e->hart + 1, e->at);
        text_put(&p->t, ", \"s\": \"t\"");
        end(p);
    }
    if (follow_on_hart(s->state))
        follow(p, e, s);
}

static bool woken_by_a_task(int64_t cause)
{
    return cause == WAIT_LOCK || cause == WAIT_MSG || cause == WAIT_CHILD
           || cause == WAIT_PIPE || cause == WAIT_FUTEX || cause == WAIT_SIGNAL
           || cause == WAIT_FILELOCK;
}

static void on_wake(struct perfetto *p, const struct event *e, struct track *s)
{
    const struct track *by = p->actor < p->ntracks && p->actor != e->tid
        && p->acted == e->at && woken_by_a_task(e->a) ? &p->track[p->actor] : NULL;

    if (by && follow_on_hart(by->state) && p->hart[by->hart].tid == p->actor
        && p->hart[by->hart].since + p->hart[by->hart].overhead < e->at) {
        s->waker = by->hart;
        s->woken_at = e->at - 1;        /* inside the slice, not at its end */
    }
    follow(p, e, s);
}

static void end_call(struct perfetto *p, tid_t tid, struct track *s, ns_t at)
{
    int64_t id = FIRST_TASK + (int64_t)tid;

    if (s->call_since != NOT_SINCE)
        slice(p, s->call, "syscall", id, id, s->call_since, at);
    s->call_since = NOT_SINCE;
}

static void on_task(struct perfetto *p, const struct event *e, struct track *s)
{
    switch (e->kind) {
    case EV_ARRIVE:     on_arrive(p, e, s); break;
    case EV_DISPATCH:   on_dispatch(p, e, s); break;
    case EV_DESCHED:    on_desched(p, e, s); break;
    case EV_BLOCK:
        follow(p, e, s);
        s->cause = (uint8_t)e->a;
        break;
    case EV_WAKE:       on_wake(p, e, s); break;
    case EV_EXIT:
        end_call(p, e->tid, s, e->at);
        follow(p, e, s);
        instant(p, e);
        break;
    case EV_SYSCALL:
        end_call(p, e->tid, s, e->at);          /* one that a signal had it make again */
        syscall_text(e, s->call);
        s->call_since = e->at;
        break;
    case EV_SYSRET:     end_call(p, e->tid, s, e->at); break;
    default:            instant(p, e);
    }
}

void perfetto_event(void *perfetto, const struct event *e)
{
    struct perfetto *p = perfetto;
    struct track *s = e->tid == TID_NONE ? NULL : track_of(p, e->tid);
    bool hart_known = e->hart < p->words.config->ncpus;

    if (p->failed || e->kind >= EV_COUNT || (e->tid != TID_NONE && !s))
        return;
    text_init(&p->t, &p->out);
    if (!p->any)
        name_machine(p);
    if (s && (hart_known || (e->kind != EV_DISPATCH && e->kind != EV_DESCHED)))
        on_task(p, e, s);
    else
        instant(p, e);
    if (s && follow_on_hart(s->state)) {        /* not what a lock or message does to it */
        p->actor = e->tid;
        p->acted = e->at;
    }
    p->failed |= !text_end(&p->t);
}

bool perfetto_finish(struct perfetto *p, ns_t at)
{
    if (!p)
        return true;
    text_init(&p->t, &p->out);
    if (!p->any)
        name_machine(p);
    for (uint32_t h = 0; h < p->words.config->ncpus; h++)
        if (p->hart[h].tid != TID_NONE)
            put_stretch(p, h, at);
    for (size_t i = 0; i < p->ntracks; i++) {
        end_call(p, (tid_t)i, &p->track[i], at);
        put_state(p, (tid_t)i, &p->track[i], at);
    }
    text_put(&p->t, "\n]}\n");
    bool ok = text_end(&p->t) && !p->failed;

    free(p->track);
    free(p->hart);
    free(p);
    return ok;
}
