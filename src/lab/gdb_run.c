/* gdb_run.c - forward until something halts, and backward.
 *
 * Backward is forward twice: from the last snapshot to the present, to see where the last
 * halt on that way would have been, and then to there; if there was none, the same from
 * the snapshot before. A step back leads to where the thread's last instruction is about
 * to be executed, as does a breakpoint there; at a watchpoint, the value has not been
 * written yet. Source of what is replied: "Debugging with GDB", "Running Programs
 * Backward" and "Stop Reply Packets". */
#include "gdb_inside.h"

#include <host/gdb_socket.h>
#include <machine/peek.h>
#include <sim/stream.h>
#include <stdarg.h>
#include <stdio.h>

enum { CTRL_C = 3, INPUT = 1024,
       NEAR = 1024 };           /* instructions back from the present that get a snapshot:
                                 * who goes one step back goes another */

static void halt(struct gdb *g, enum gdb_stand stand, tid_t tid, const char *format, ...)
{
    va_list list;

    va_start(list, format);
    vsnprintf(g->stop, sizeof g->stop, format, list);
    va_end(list);
    g->stand = stand;
    g->stands = tid;
    g->thread = tid == TID_NONE ? 0 : tid;
    g->pass = stand == STAND_BETWEEN ? TID_NONE : tid;
    g->stepping = TID_NONE;
    g->stepped = g->stopping = false;
}

static void halt_point(struct gdb *g, tid_t tid, const struct point *p)
{
    static const char *const names[] = { [POINT_WRITE] = "watch", [POINT_READ] = "rwatch",
                                         [POINT_ACCESS] = "awatch" };

    if (p->kind <= POINT_HARD)
        halt(g, STAND_BEFORE, tid, "T05thread:%x;swbreak:;", tid + 1);
    else
        halt(g, STAND_BEFORE, tid, "T05thread:%x;%s:%x;", tid + 1, names[p->kind], p->address);
}

/* Between two instructions; the first program speaks for all. */
static void halt_between(struct gdb *g, unsigned signo, const char *more)
{
    tid_t tid = machine_program(g->m, 0);

    halt(g, STAND_BETWEEN, tid, "T%02xthread:%x;%s", signo, tid == TID_NONE ? 1 : tid + 1, more);
}

/* --- watching --- */

/* On the way through what has been. */
static bool seek_before(struct gdb *g, const struct machine_point *p)
{
    struct seek *s = &g->seek;

    if (g->count > s->limit || (g->count == s->limit && (s->what != SEEK_PLACE ||
                                                         p->tid == s->tid)))
        return true;
    if (s->what != SEEK_POINT)
        return false;
    const struct point *point = point_break(g, p->pc);
    if (!point)
        point = point_watch(g, p);
    if (point) {
        s->found = true;
        s->at = g->count;
        s->by = p->tid;
        s->point = point;
    }
    return false;
}

static bool live_before(struct gdb *g, const struct machine_point *p)
{
    bool pass = g->pass == p->tid;
    const struct point *point;

    if (pass)
        g->pass = TID_NONE;
    if (g->watched_by == p->tid && !pass) {
        g->watched_by = TID_NONE;
        halt_point(g, p->tid, &g->watched);
        return true;
    }
    if (g->stopping || (g->stepping == p->tid && g->stepped)) {
        halt(g, STAND_BEFORE, p->tid, "T%02xthread:%x;", g->stopping ? GDB_INT : GDB_TRAP,
             p->tid + 1);
        return true;
    }
    if (g->stepping == p->tid)
        g->stepped = true;
    point = pass ? NULL : point_break(g, p->pc);
    if (point) {
        halt_point(g, p->tid, point);
        return true;
    }
    point = point_watch(g, p);
    if (point) {
        g->watched = *point;    /* halts us behind it */
        g->watched_by = p->tid;
    }
    return false;
}

static bool before(void *ctx, const struct machine_point *p)
{
    struct gdb *g = ctx;

    if (past_ahead(g) && past_due(g, STAND_BEFORE, p->tid))
        return true;
    return g->seek.what ? seek_before(g, p) : live_before(g, p);
}

static void after(void *ctx, const struct machine_point *p)
{
    struct gdb *g = ctx;
    struct seek *s = &g->seek;

    if (s->what == SEEK_STEP && p->tid == s->tid && g->count < s->limit) {
        s->found = true;
        s->at = g->count;
        s->by = p->tid;
    }
    g->count++;
}

static bool fault(void *ctx, const struct machine_point *p, int signo)
{
    struct gdb *g = ctx;

    if (past_ahead(g) && past_due(g, STAND_FAULT, p->tid))
        return true;
    if (g->seek.what)
        return false;
    halt(g, STAND_FAULT, p->tid, "T%02xthread:%x;", (unsigned)signo, p->tid + 1);
    g->ends = g->count;
    return true;
}

const struct machine_watch gdb_watch = { .before = before, .after = after, .fault = fault };

/* --- forward --- */

/* All that has come is read: what else it is means nothing while the run goes on, and must
 * not stand before the end of the connection. */
bool gdb_interrupted(struct gdb *g)
{
    int c = 0;

    while (c >= 0 && c != CTRL_C && gdb_ready(g->fd))
        c = gdb_get(g->fd);
    if (c < 0)
        g->gone = true;
    return c < 0 || c == CTRL_C;
}

static void come_back(struct gdb *g, int signal);

/* The end of the run is that of its first program. One that a signal brings about is told
 * at the last instruction, while there still is something to look at; going on ends it. */
static void report_end(struct gdb *g)
{
    struct peek_task t;

    peek_task(g->m, 0, &t);
    if (t.exit_signal && g->past.snapshots && g->ends != g->count) {
        g->ends = g->count;
        come_back(g, t.exit_signal);
        return;
    }
    g->over = true;
    snprintf(g->stop, sizeof g->stop, t.exit_signal ? "X%02x" : "W%02x",
             (unsigned)(t.exit_signal ? t.exit_signal : t.exit_status) & 0xff);
}

/* False: there is none, and will be none. */
static bool feed(struct gdb *g)
{
    char buf[INPUT];
    size_t room = machine_input_room(g->m, 0);
    int n = g->s->input ? g->s->input(g->s->ctx, buf, room < INPUT ? room : INPUT)
                        : GDB_NO_INPUT;

    if (n >= 0) {
        past_note(g, &(struct note){ .kind = NOTE_INPUT, .size = (size_t)n, .bytes = buf });
        machine_input(g->m, 0, buf, (size_t)n);
    }
    return n != GDB_NO_INPUT;
}

void gdb_go(struct gdb *g)
{
    g->seek.what = SEEK_NOTHING;
    while (!g->gone) {
        bool stopping = g->stopping;

        switch (past_run(g)) {
        case WENT_OVER:
            report_end(g);
            return;
        case WENT_HALTED:
            return;
        default:
            break;
        }
        if (!stopping && gdb_interrupted(g) && !g->gone) {
            g->stopping = true; /* in front of an instruction, if one comes soon */
        } else if (stopping || (machine_needs_input(g->m) && !past_ahead(g) && !feed(g))) {
            halt_between(g, GDB_INT, "");
            return;
        }
        past_keep(g);
    }
}

/* --- backward --- */

/* Run to a place. False: broken off, or the run does not come there. */
static bool seek_to(struct gdb *g, uint64_t limit)
{
    g->seek.limit = limit;
    while (g->count < limit || g->seek.what == SEEK_PLACE) {
        enum past_went went = past_run(g);

        if (went == WENT_HALTED)
            return true;
        if (gdb_interrupted(g)) {
            g->stopping = true;
            return false;
        }
        if (went == WENT_OVER || (machine_needs_input(g->m) && !past_ahead(g)))
            return false;
    }
    return true;
}

/* The last halt before the present: in g->seek, if found. False: broken off. */
static bool seek_last(struct gdb *g, enum seek_what what, tid_t tid)
{
    uint64_t limit = g->count, present = limit, from = limit;
    uint64_t first = snapshots_at(g->past.snapshots, 0)->events;

    g->seek = (struct seek){ .what = what, .tid = tid };
    while (from > first && !g->seek.found) {
        struct snapshot_at near;

        from = past_return(g, limit);
        if (limit == present && limit - from > 4 * NEAR) {
            seek_to(g, limit - NEAR);
            past_hold(g, &near);
        }
        if (!g->stopping)
            seek_to(g, limit);
        if (g->stopping)
            return false;
        limit = from;
    }
    return true;
}

/* From the end of the run to the first program's last instruction. */
static void come_back(struct gdb *g, int signal)
{
    struct seek last;

    (void)seek_last(g, SEEK_STEP, 0);
    last = g->seek;
    past_return(g, last.at + 1);
    g->seek = (struct seek){ .what = SEEK_PLACE, .tid = last.by };
    seek_to(g, last.at);
    g->seek.what = SEEK_NOTHING;
    if (last.found)
        halt(g, STAND_BEFORE, last.by, "T%02xthread:%x;", (unsigned)signal, last.by + 1);
    else
        halt_between(g, (unsigned)signal, "");
}

void gdb_back(struct gdb *g, bool step)
{
    struct snapshot_at here;
    struct seek found;

    g->ends = UINT64_MAX;
    if (!past_hold(g, &here)) {
        halt_between(g, GDB_TRAP, "");
        return;
    }
    bool whole = seek_last(g, step ? SEEK_STEP : SEEK_POINT, g->thread);
    found = g->seek;
    if (whole && found.found) {
        past_return(g, found.at + 1);
        g->seek = (struct seek){ .what = SEEK_PLACE, .tid = found.by };
        whole = seek_to(g, found.at);
    }
    if (!whole) {               /* as if nobody had asked */
        past_release(g, &here);
        halt_between(g, GDB_INT, "");
    } else if (!found.found) {
        past_return(g, 0);
        halt_between(g, GDB_TRAP, "replaylog:begin;");
    } else if (found.point) {
        halt_point(g, found.by, found.point);
    } else {
        halt(g, STAND_BEFORE, found.by, "T05thread:%x;", found.by + 1);
    }
    g->seek.what = SEEK_NOTHING;
}

void gdb_catch_up(struct gdb *g)
{
    const struct stream *s = machine_stream(g->m);

    g->seek = (struct seek){ .what = SEEK_POINT, .limit = UINT64_MAX };
    g->npoints = 0;
    while (past_ahead(g) || s->count < g->past.heard)
        if (past_run(g) != WENT_ON || (machine_needs_input(g->m) && !past_ahead(g)))
            break;
}
