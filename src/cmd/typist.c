/* typist.c - see typist.h */
#include <cmd/typist.h>

#include <errno.h>
#include <host/clock.h>
#include <host/stop.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 1 << 12, LOOK = 64 };

/* The writer of a pipe may take so long to begin before a program's sleep ends. */
#define SECOND INT64_C(1000000000)
/* A program that computes is interrupted so often, for keys. */
#define GLANCE INT64_C(10000000)

bool typist_has_terminal(void)
{
    return isatty(STDIN_FILENO);
}

bool typist_readable(ns_t wait)
{
    struct pollfd fd = { .fd = STDIN_FILENO, .events = POLLIN };
    struct timespec ts = { wait / SECOND, wait % SECOND };

    return ppoll(&fd, 1, &ts, NULL) > 0;
}

/* The two keys that are not the machine's are taken out. */
static size_t keys_for_the_machine(struct typist *t, char *buf, size_t n)
{
    size_t kept = 0;

    for (size_t i = 0; i < n && !t->left; i++)
        if (buf[i] == TYPIST_LEAVE)
            t->left = true;
        else if (buf[i] == TYPIST_NEXT && t->next)
            t->next(t->ctx);
        else
            buf[kept++] = buf[i];
    return kept;
}

size_t typist_take(struct typist *t, char *buf, size_t room)
{
    ssize_t n;

    do {
        n = read(STDIN_FILENO, buf, room);
    } while (n < 0 && errno == EINTR && !stop_asked() && !(t->called && *t->called));
    if (n < 0 && errno == EINTR)
        return 0;
    t->over = n <= 0;
    if (n < 0)
        return 0;
    return t->raw ? keys_for_the_machine(t, buf, (size_t)n) : (size_t)n;
}

void typist_feed(struct typist *t)
{
    size_t room = machine_input_room(t->machine, t->process), n;
    char buf[1024];

    if (!room)
        return;
    n = typist_take(t, buf, room < sizeof buf ? room : sizeof buf);
    if (n || t->over)
        machine_input(t->machine, t->process, buf, n);
}

/* What there is already, as far as it has room. From a terminal's lines one at most is taken
 * ahead: they are read one by one. */
static void feed_what_is_there(struct typist *t)
{
    size_t room;

    if (t->terminal) {
        if ((t->raw || !t->early) && typist_readable(0)) {
            t->early = !t->raw;
            typist_feed(t);
        }
        return;
    }
    do {
        room = machine_input_room(t->machine, t->process);
        if (room && typist_readable(0))
            typist_feed(t);
    } while (!t->over && machine_input_room(t->machine, t->process) < room);
}

/* All sleep until `next`: so does the host, or until something is typed. On a terminal
 * that is when it was typed; through a pipe it has no time of its own. */
static void hold(struct typist *t, ns_t next)
{
    ns_t now = machine_now(t->machine), wait = next - now, from = clock_ns(), slept;

    if (!t->begun && !t->terminal && wait < SECOND)
        wait = SECOND;
    t->begun = true;
    if (t->over || t->early) {
        clock_sleep_ns(wait);
        return;
    }
    if (!typist_readable(wait))
        return;
    slept = clock_ns() - from;
    if (t->terminal && slept < next - now)
        machine_run(t->machine, now + slept, 1);
    t->early = t->terminal && !t->raw;
    typist_feed(t);
}

/* Input comes before any sleep or timeout that it might have come before. */
static void attend(struct typist *t, bool idle)
{
    bool open = !t->over, awaited = open && machine_awaits_input(t->machine);
    ns_t next;

    if (open && (awaited || t->terminal || t->steps++ % LOOK == 0))
        feed_what_is_there(t);
    awaited = !t->over && machine_awaits_input(t->machine);
    if (idle || !(t->terminal || awaited) || (t->fast && (t->terminal || t->begun)))
        return;
    next = machine_next(t->machine);
    if (next > machine_now(t->machine) && next < NS_MAX)
        hold(t, next);
}

bool typist_turn(struct typist *t, bool idle)
{
    if (machine_awaits_input(t->machine))
        t->early = false;
    if (machine_needs_input(t->machine))
        typist_feed(t);
    else
        attend(t, idle);
    ns_t now = machine_now(t->machine);
    bool busy = machine_next(t->machine) <= now && now < NS_MAX - GLANCE;
    ns_t until = t->raw && busy ? now + GLANCE : NS_MAX;

    return machine_run(t->machine, until, t->over && !t->terminal ? BATCH : 1) ==
           MACHINE_RUNNING;
}
