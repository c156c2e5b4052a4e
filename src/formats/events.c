/* events.c - the event stream, one JSON object a line.
 *
 * Names and members come from event.def: `at`, `event`, `cpu` and `task` where there
 * are, then a and b under the names that the table gives them. Times are in the
 * workload's unit; locks, channels and enumerations are written by name.
 */
#include <formats/text.h>

#include <ossim/sched.h>
#include <string.h>

static const struct { const char *name, *a, *b; } kinds[] = {
#define EVENT(id, name, a, b, what) { name, a, b },
#include <ossim/event.def>
#undef EVENT
};

static const char *stop_name(int64_t v)
{
    static const char *const names[] = { "expired", "yielded", "preempted", "blocked",
                                         "exited" };

    return v >= 0 && v < 5 ? names[v] : "?";
}

static const char *fault_name(int64_t v)
{
    static const char *const names[] = { "?", "not_queued", "no_such_task", "idle",
                                         "quantum", "timer", "hart", "crash" };

    return v > 0 && v < 8 ? names[v] : "?";
}

static void object_name(struct text *t, const char *const *names, uint32_t n, int64_t v)
{
    if (v >= 0 && v < n && names)
        text_string(t, names[v]);
    else
        text_put(t, "null");
}

static void task_name(struct text *t, const struct event_lines *l, tid_t tid)
{
    char name[2 * CONFIG_NAME];

    text_string(t, l->name(l->ctx, tid, name, sizeof name));
}

/* What `meaning` of event.def says that v is. */
static void value(struct text *t, const struct event_lines *l, const struct event *e,
                  const char *meaning, int64_t v)
{
    const struct config *c = l->config;
    bool wait = e->kind == EV_BLOCK || e->kind == EV_WAKE;

    if (!strcmp(meaning, "overhead") || !strcmp(meaning, "ran")
        || !strcmp(meaning, "deadline") || !strcmp(meaning, "ns"))
        text_time(t, v, c->time_unit);
    else if (!strcmp(meaning, "why"))
        text_string(t, stop_name(v));
    else if (!strcmp(meaning, "fault"))
        text_string(t, fault_name(v));
    else if (wait && !strcmp(meaning, "cause"))
        text_string(t, wait_cause_name((enum wait_cause)v));
    else if (!strcmp(meaning, "lock") || (wait && e->a == WAIT_LOCK))
        object_name(t, c->lock_names, c->nlocks, v);
    else if (!strcmp(meaning, "channel") || (wait && e->a == WAIT_MSG))
        object_name(t, c->channel_names, c->nchannels, v);
    else if ((!strcmp(meaning, "donor") || !strcmp(meaning, "holder")) && l->name
             && v >= 0 && v < TID_NONE)
        task_name(t, l, (tid_t)v);
    else if (!strcmp(meaning, "process") && v >= 0 && v < c->nprocesses)
        text_string(t, c->processes[v].name);
    else if (!strcmp(meaning, "object") && v == UINT32_MAX)
        text_put(t, "null");            /* a delay has no object */
    else if (v > INT64_C(1) << 53)
        text_count(t, (uint64_t)v);
    else
        text_int(t, v);
}

static void member(struct text *t, const struct event_lines *l, const struct event *e,
                   const char *meaning, int64_t v)
{
    if (!*meaning)
        return;
    text_put(t, ", \"");
    text_put(t, meaning);
    text_put(t, "\": ");
    value(t, l, e, meaning, v);
}

void event_lines(void *lines, const struct event *e)
{
    struct event_lines *l = lines;
    struct text t;

    if (l->failed || e->kind >= EV_COUNT)
        return;
    text_init(&t, &l->out);
    text_put(&t, "{\"at\": ");
    text_time(&t, e->at, l->config->time_unit);
    text_put(&t, ", \"event\": \"");
    text_put(&t, kinds[e->kind].name);
    text_put(&t, "\"");
    if (e->hart != HART_NONE) {
        text_put(&t, ", \"cpu\": ");
        text_int(&t, e->hart);
    }
    if (e->tid != TID_NONE) {
        text_put(&t, ", \"task\": ");
        if (l->name)
            task_name(&t, l, e->tid);
        else
            text_int(&t, e->tid);
    }
    member(&t, l, e, kinds[e->kind].a, e->a);
    member(&t, l, e, kinds[e->kind].b, e->b);
    text_put(&t, "}\n");
    l->failed = !text_end(&t);
}
