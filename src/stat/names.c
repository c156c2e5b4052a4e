/* names.c - the lists of <ossim/names.def> as tables. */
#include <stat/names.h>

#include <ossim/replace.h>
#include <ossim/sched.h>
#include <sim/config.h>
#include <stdio.h>

#define SIZE(table) ((int64_t)(sizeof(table) / sizeof *(table)))

const struct event_info event_info[EV_COUNT] = {
#define EVENT(id, name, ta, a, tb, b, what) \
    { name, what, { { ARG_##ta, a }, { ARG_##tb, b } } },
#include <ossim/event.def>
#undef EVENT
};

const char *const disk_fault_names[] = {
    [DISK_POWER_CUT] = "power-cut", [DISK_TORN] = "torn", [DISK_BAD_SECTOR] = "bad-sector",
    [DISK_SLOW] = "slow", [DISK_LOST_WRITE] = "lost-write", NULL
};

struct words { const char *name, *text, *state; };

static const struct words args[] = {
#define ARG(id, n) { .name = n },
#include <ossim/names.def>
#undef ARG
};
static const struct words waits[] = {
#define WAIT(id, name, text, state) { name, text, state },
#include <ossim/names.def>
#undef WAIT
};
static const struct words stops[] = {
#define STOP(id, n) [STOP_##id] = { .name = n },
#include <ossim/names.def>
#undef STOP
};
static const struct words faults[] = {
#define FAULT(id, n, t) [FAULT_##id] = { .name = n, .text = t },
#include <ossim/names.def>
#undef FAULT
#define REPLACE_FAULT(id, n, t) [REPLACE_FAULT_##id] = { .name = n, .text = t },
#include <ossim/names.def>
#undef REPLACE_FAULT
};
static const struct words ends[] = {
#define END(id, n, t) { .name = n, .text = t },
#include <ossim/names.def>
#undef END
};
static const struct words services[] = {
#define SERVICE(id, n, what) { .name = n },
#include <ossim/service.def>
#undef SERVICE
};
static const struct words exits[] = {
#define EXIT(id, n, what) { .name = n },
#include <ossim/exit.def>
#undef EXIT
};
static const struct words traps[] = {
#define TRAP(code, n) [code] = { .name = n },
#include <ossim/names.def>
#undef TRAP
};
static const struct words signals[] = {
#define SIGNAL(number, n) [number] = { .name = #n },
#include <ossim/names.def>
#undef SIGNAL
};
static const struct words limits[] = {
#define LIMIT(id, n, t) [LIMIT_##id] = { .name = n, .text = t },
#include <ossim/names.def>
#undef LIMIT
};
static const struct words errnos[] = {
#define ERRNO(number, n) [number] = { .name = #n },
#include <ossim/names.def>
#undef ERRNO
};
static const struct words calls[] = {
#define SYSCALL(number, n, service, fn, t, what) [number] = { .name = n, .text = t },
#include <ossim/syscall.def>
#undef SYSCALL
};

static const struct { uint32_t number; struct words words; } foreign[] = {
#define ABI_CALL(id, number, n, handler, t, what) \
    { ABI_##id * ABI_STRIDE + number, { .name = n, .text = t } },
#include <ossim/abi.def>
};

static struct words find(const struct words *table, int64_t size, int64_t i)
{
    return i >= 0 && i < size ? table[i] : (struct words){ NULL, NULL, NULL };
}

#define FIND(table, i) find(table, SIZE(table), i)

static const char *or_unknown(const char *s)
{
    return s ? s : "?";
}

const char *arg_name(enum event_arg type)
{
    return or_unknown(FIND(args, type).name);
}

/* What a table says of a number, or "?". */
#define WORD(fn, table, field)                      \
    const char *fn(int64_t number)                  \
    {                                               \
        return or_unknown(FIND(table, number).field); \
    }
WORD(wait_name, waits, name)
WORD(wait_text, waits, text)
WORD(wait_state, waits, state)
WORD(stop_name, stops, name)
WORD(fault_name, faults, name)
WORD(end_name, ends, name)
WORD(end_text, ends, text)
WORD(service_name, services, name)
WORD(exit_name, exits, name)
WORD(limit_name, limits, name)
WORD(limit_text, limits, text)
#undef WORD

const char *fault_text(int64_t fault)
{
    const char *text = FIND(faults, fault).text;

    return text ? text : "gave an impossible answer";
}

const char *trap_name(int64_t cause)
{
    const char *name = FIND(traps, cause).name;

    return name ? name : "trap";
}

const char *signal_name(int64_t signo)
{
    return FIND(signals, signo).name;
}

const char *signal_text(int64_t signo, char buf[SIGNAL_TEXT])
{
    const char *name = signal_name(signo);

    if (name)
        (void)snprintf(buf, SIGNAL_TEXT, "%s", name);
    else
        (void)snprintf(buf, SIGNAL_TEXT, "signal %lld", (long long)signo);
    return buf;
}

/* A system call: Linux's, or another simulator's. */
static struct words call_words(int64_t number)
{
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
        if (foreign[i].number == number)
            return foreign[i].words;
    return FIND(calls, number);
}

const char *errno_name(int64_t err)
{
    return FIND(errnos, err).name;
}

const char *syscall_name(int64_t number)
{
    return call_words(number).name;
}

/* --- a system call and its arguments --- */

static int put_arg(char *buf, size_t size, char letter, uint32_t v)
{
    switch (letter) {
    case 'd':
        if ((int32_t)v == -100)
            return snprintf(buf, size, "AT_FDCWD");
        return snprintf(buf, size, "%d", (int32_t)v);
    case 'i':
        return snprintf(buf, size, "%d", (int32_t)v);
    case 'u':
        return snprintf(buf, size, "%u", v);
    case 'g':
        if (signal_name(v))
            return snprintf(buf, size, "%s", signal_name(v));
        return snprintf(buf, size, "%u", v);
    default:
        return snprintf(buf, size, v ? "0x%x" : "%x", v);
    }
}

const char *syscall_text(const struct event *e, char buf[CALL_TEXT])
{
    const struct words call = call_words(e->a);
    size_t n = 0;

    if (!call.name) {
        (void)snprintf(buf, CALL_TEXT, "call %lld", (long long)e->a);
        return buf;
    }
    n += (size_t)snprintf(buf, CALL_TEXT, "%s(", call.name);
    for (unsigned i = 0, shown = 0; i <= EVENT_MORE && call.text[i]; i++) {
        if (call.text[i] == 'p')
            continue;
        if (shown++)
            n += (size_t)snprintf(buf + n, CALL_TEXT - n, ", ");
        n += (size_t)put_arg(buf + n, CALL_TEXT - n, call.text[i],
                             i ? e->more[i - 1] : (uint32_t)e->b);
    }
    (void)snprintf(buf + n, CALL_TEXT - n, ")");
    return buf;
}

/* ", restart 1 ms?", as far as there is room. */
static size_t put_time(const struct config *c, char buf[COSTS_TEXT], size_t n, const char *what,
                       ns_t time, bool assumed)
{
    if (n >= COSTS_TEXT)
        return n;
    return n + (size_t)snprintf(buf + n, COSTS_TEXT - n, "%s%s %g %s%s", n ? ", " : "", what,
                                (double)time / (double)c->time_unit, c->unit_name,
                                assumed ? "?" : "");
}

const char *costs_text(const struct config *c, char buf[COSTS_TEXT])
{
    const struct structure_config *s = &c->structure;

    uint16_t set = config_structure_costs(c);
    size_t n = 0;

    buf[0] = 0;
    for (unsigned f = 0; f < COST_FIGURES && n < COSTS_TEXT; f++)
        if (set >> f & 1)
            n += (size_t)snprintf(buf + n, COSTS_TEXT - n, "%s%s %u%s", n ? ", " : "",
                                  cost_name((enum cost_figure)f),
                                  cost_cycles(&c->costs, (enum cost_figure)f),
                                  c->costs.uncited >> f & 1 ? "?" : "");
    if (config_is_simulated(c) && n < COSTS_TEXT)
        (void)snprintf(buf + n, COSTS_TEXT - n, "%severy instruction times %u%s", n ? ", " : "",
                       c->vm->factor, c->vm->factor_cited ? "" : "?");
    if (s->servers && s->restart) {
        n = put_time(c, buf, n, "restart", s->restart_time, s->assumed & ASSUMED_RESTART);
        (void)put_time(c, buf, n, "heartbeat", s->heartbeat, s->assumed & ASSUMED_HEARTBEAT);
    }
    return buf;
}
