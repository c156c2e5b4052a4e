/* events.c - the event stream, one JSON object a line; and arguments as words.
 *
 * Names, members and types come from event.def: `at`, `event`, `cpu` and `task` where
 * there are, then a and b under the names that the table gives them. Times are in the
 * workload's unit; all that has a name is written by name, addresses and bits in hex.
 */
#include <formats/text.h>

#include <inttypes.h>
#include <stat/names.h>
#include <stdio.h>

/* OBJECT is a lock or a channel if the event's cause says so. */
static enum event_arg type_of(const struct event *e, unsigned i)
{
    enum event_arg type = event_info[e->kind].args[i].type;
    int64_t v = i ? e->b : e->a;

    if (type == ARG_OBJECT)
        return e->a == WAIT_LOCK ? ARG_LOCK : e->a == WAIT_MSG ? ARG_CHANNEL : ARG_OBJECT;
    if (type == ARG_WORK)
        return v < 0 ? ARG_TRAP : ARG_SYSCALL;
    return type;
}

static const char *of_list(const char *const *names, uint32_t n, int64_t v)
{
    return v >= 0 && v < n && names ? names[v] : NULL;
}

static const char *policy_of(const struct config *c, int64_t v)
{
    const struct policy_config *p = config_switched_to(c, v);

    return p ? p->spec : NULL;
}

static const char *hex(int64_t v, char *buf, size_t size)
{
    snprintf(buf, size, "0x%" PRIx64, (uint64_t)v);
    return buf;
}

static const struct config no_names;

/* The names of an event's own kernel. */
static const struct event_words *words_of(const struct event_words *w, const struct event *e)
{
    static const struct event_words none = { .config = &no_names };
    const struct event_words *own = !e->kernel ? w
                                  : w->inner ? w->inner(w->ctx, e->kernel) : NULL;

    return own ? own : &none;
}

/* The name of an argument; NULL: it is a number, or nothing at all. */
static const char *word_of(const struct event_words *w, const struct event *e, unsigned i,
                           char *buf, size_t size)
{
    int64_t v = i ? e->b : e->a;

    w = words_of(w, e);
    const struct config *c = w->config;
    switch (type_of(e, i)) {
    case ARG_BITS: case ARG_ADDRESS:
        return hex(v, buf, size);
    case ARG_TASK:
        return w->name && v >= 0 && v < TID_NONE
                   ? w->name(w->ctx, (tid_t)v, buf, size) : NULL;
    case ARG_PROCESS:
        return v >= 0 && v < c->nprocesses ? c->processes[v].name : NULL;
    case ARG_LOCK:      return of_list(c->lock_names, c->nlocks, v);
    case ARG_CHANNEL:   return of_list(c->channel_names, c->nchannels, v);
    case ARG_POLICY:    return policy_of(c, v);
    case ARG_WAIT:      return wait_name(v);
    case ARG_STOP:      return stop_name(v);
    case ARG_FAULT:     return fault_name(v);
    case ARG_END:       return end_name(v);
    case ARG_SERVICE:   return service_name(v);
    case ARG_EXIT:      return exit_name(v);
    case ARG_LIMIT:     return limit_name(v);
    case ARG_TRAP:      return trap_name(v < 0 ? -1 - v : v);   /* < 0: as ARG_WORK has it */
    case ARG_SIGNAL:    return signal_name(v);
    case ARG_ERRNO:     return errno_name(v);
    case ARG_SYSCALL:
        return e->kind == EV_SYSCALL && size >= CALL_TEXT ? syscall_text(e, buf)
                                                          : syscall_name(v);
    default:
        return NULL;
    }
}

/* --- as a JSON value --- */

static void value(struct text *t, const struct event_words *w, const struct event *e,
                  unsigned i)
{
    int64_t v = i ? e->b : e->a;
    enum event_arg type = type_of(e, i);
    char buf[CONFIG_NAME + CALL_TEXT];
    const char *word = word_of(w, e, i, buf, sizeof buf);

    if (word)
        text_string(t, word);
    else if (type == ARG_NS)
        text_time(t, v, w->config->time_unit);
    else if (type == ARG_LOCK || type == ARG_CHANNEL || type == ARG_OBJECT
             || (type == ARG_SIGNAL && !v))
        text_put(t, "null");            /* a delay waits for nothing that has a name */
    else if (v > INT64_C(1) << 53)
        text_count(t, (uint64_t)v);
    else
        text_int(t, v);
}

void event_member(struct text *t, const struct event_words *w, const struct event *e,
                  unsigned i)
{
    enum event_arg type = event_info[e->kind].args[i].type;
    int64_t v = i ? e->b : e->a;

    if (type == ARG_NONE)
        return;
    text_put(t, ", \"");
    text_put(t, event_info[e->kind].args[i].name);
    text_put(t, "\": ");
    value(t, w, e, i);
    if (type == ARG_RESULT && v < 0 && errno_name(-v)) {
        text_put(t, ", \"error\": ");
        text_string(t, errno_name(-v));
    }
}

/* --- as words --- */

static const char *number_of(const struct event_words *w, enum event_arg type, int64_t v,
                             char *buf, size_t size)
{
    char number[48];

    if (type == ARG_RESULT && v < 0 && errno_name(-v))
        snprintf(buf, size, "%" PRId64 " %s", v, errno_name(-v));
    else if (type == ARG_SIGNAL)
        signal_text(v, buf);
    else if (type == ARG_NS && v != NS_MAX)
        snprintf(buf, size, "%s %.4s",
                 time_text(v, w->config->time_unit, number, sizeof number),
                 w->config->unit_name);
    else if (type == ARG_NS)
        snprintf(buf, size, "never");
    else
        snprintf(buf, size, "%" PRId64, v);
    return buf;
}

const char *event_arg_text(const struct event_words *w, const struct event *e, unsigned i,
                           char buf[EVENT_WORD])
{
    const char *word = word_of(w, e, i, buf, EVENT_WORD);

    return word ? word : number_of(w, type_of(e, i), i ? e->b : e->a, buf, EVENT_WORD);
}

/* --- the line --- */

static void line(struct text *t, const struct event_words *w, const struct event *e)
{
    char name[2 * CONFIG_NAME];

    text_put(t, "{\"at\": ");
    text_time(t, e->at, w->config->time_unit);
    text_put(t, ", \"event\": \"");
    text_put(t, event_info[e->kind].name);
    text_put(t, "\"");
    if (e->kernel) {
        text_put(t, ", \"kernel\": ");
        text_int(t, e->kernel);
    }
    if (e->hart != HART_NONE) {
        text_put(t, ", \"cpu\": ");
        text_int(t, e->hart);
    }
    if (e->tid != TID_NONE) {
        text_put(t, ", \"task\": ");
        const struct event_words *own = words_of(w, e);

        if (own->name)
            text_string(t, own->name(own->ctx, e->tid, name, sizeof name));
        else
            text_int(t, e->tid);
    }
    event_member(t, w, e, 0);
    event_member(t, w, e, 1);
    text_put(t, "}\n");
}

void event_lines(void *lines, const struct event *e)
{
    struct event_lines *l = lines;
    struct text t;

    if (l->failed || e->kind >= EV_COUNT)
        return;
    text_init(&t, &l->out);
    line(&t, &l->words, e);
    l->failed = !text_end(&t);
}
