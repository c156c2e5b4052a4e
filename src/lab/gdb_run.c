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
#include <stdio.h>

enum { CTRL_C = 3, INPUT = 1024, ECALL = 0x73, PATIENCE_MS = 20,
       NEAR = 1024 };           /* instructions back from the present that get a snapshot:
                                 * who goes one step back goes another */

static void halt(struct gdb *g, enum gdb_stand stand, tid_t tid, unsigned signo,
                 const char *more)
{
    char id[GDB_ID];

    snprintf(g->stop, sizeof g->stop, "T%02xthread:%s;%s", signo, procs_id(g, tid, id), more);
    g->stand = stand;
    g->stands = tid;
    g->thread = tid;
    g->pid = procs_pid(g, tid);
    g->pass = stand == STAND_BETWEEN ? TID_NONE : tid;
    g->stepping = TID_NONE;
    g->stepped = g->stopping = false;
}

static void halt_point(struct gdb *g, tid_t tid, const struct point *p)
{
    static const char *const names[] = { [POINT_WRITE] = "watch", [POINT_READ] = "rwatch",
                                         [POINT_ACCESS] = "awatch" };
    char more[32] = "swbreak:;";

    if (p->kind > POINT_HARD)
        snprintf(more, sizeof more, "%s:%x;", names[p->kind], p->address);
    halt(g, STAND_BEFORE, tid, GDB_TRAP, more);
}

/* Between two instructions; one thread speaks for all. */
static void halt_between(struct gdb *g, unsigned signo, const char *more)
{
    tid_t tid = g->multi ? procs_speaker(g) : machine_program(g->m, 0);

    halt(g, STAND_BETWEEN, tid == TID_NONE ? 0 : tid, signo, more);
}

/* --- watching --- */

/* On the way through what has been. */
static bool seek_before(struct gdb *g, const struct machine_point *p)
{
    struct seek *s = &g->seek;

    if (g->count > s->limit || (g->count == s->limit && (s->what != SEEK_PLACE ||
                                                         s->tid == TID_NONE || p->tid == s->tid))) {
        s->by = s->what == SEEK_PLACE ? p->tid : s->by;
        return true;
    }
    if (s->what != SEEK_POINT || (g->multi && !g->all && procs_pid(g, p->tid) != s->pid))
        return false;
    const struct point *point = point_break(g, p->tid, p->pc);
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

    if (g->multi && procs_due(g, p->tid)) {
        g->stand = STAND_BEFORE;
        g->stands = p->tid;
        g->due = true;          /* gdb_go tells it */
        return true;
    }
    if (!procs_has(g, p->tid)) {
        if (!g->stopping)
            return false;
        halt_between(g, GDB_INT, "");
        g->stand = STAND_BEFORE;
        g->stands = p->tid;
        return true;
    }
    if (pass)
        g->pass = TID_NONE;
    if (g->watched_by == p->tid && !pass) {
        g->watched_by = TID_NONE;
        halt_point(g, p->tid, &g->watched);
        return true;
    }
    if (g->stopping || (g->stepping == p->tid && g->stepped)) {
        halt(g, STAND_BEFORE, p->tid, g->stopping ? GDB_INT : GDB_TRAP, "");
        return true;
    }
    if (g->stepping == p->tid)
        g->stepped = true;
    point = pass ? NULL : point_break(g, p->tid, p->pc);
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
    if (p->word == ECALL)
        procs_called(g, p->tid);
}

static bool fault(void *ctx, const struct machine_point *p, int signo)
{
    struct gdb *g = ctx;

    if (past_ahead(g) && past_due(g, STAND_FAULT, p->tid))
        return true;
    if (g->seek.what || !procs_has(g, p->tid))
        return false;
    halt(g, STAND_FAULT, p->tid, (unsigned)signo, "");
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

static void come_back(struct gdb *g, tid_t tid, int signal);

/* An end that a signal brings about is told at the thread's last instruction, while there
 * still is something to look at; going on ends it. */
static bool look_back(struct gdb *g, tid_t tid, int signal)
{
    if (!signal || !g->past.snapshots || g->ends == g->count)
        return false;
    g->ends = g->count;
    come_back(g, tid, signal);
    return true;
}

/* The end of the run is that of its first program. */
static void report_end(struct gdb *g)
{
    struct peek_task t;

    peek_task(g->m, 0, &t);
    if (look_back(g, 0, t.exit_signal))
        return;
    g->over = true;
    snprintf(g->stop, sizeof g->stop, t.exit_signal ? "X%02x" : "W%02x",
             (unsigned)(t.exit_signal ? t.exit_signal : t.exit_status) & 0xff);
}

/* The end of one process; others may go on. */
static void report_end_of(struct gdb *g, const struct inferior *i)
{
    if (i->last != TID_NONE && look_back(g, i->last, i->signal))
        return;
    snprintf(g->stop, sizeof g->stop, "%c%02x;process:%x", i->signal ? 'X' : 'W',
             (unsigned)(i->signal ? i->signal : i->status) & 0xff, (unsigned)i->pid);
    procs_drop(g, i->pid);
    g->over = !g->ninferiors;
    g->stand = STAND_BETWEEN;
}

/* Is there something to say about processes? */
static bool report_process(struct gdb *g, bool over)
{
    const struct inferior *i;

    if (!g->multi)
        return false;
    if (procs_tell(g)) {
        g->stepping = g->pass = TID_NONE;
        g->stepped = g->stopping = false;
        return true;
    }
    i = procs_ended(g);
    if (!i && over && g->ninferiors)
        i = &g->inferior[0];    /* nobody can move any more */
    if (i)
        report_end_of(g, i);
    return i != NULL;
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
        uint64_t count = g->count, steps = machine_steps(g->m);

        g->due = false;
        enum past_went went = past_run(g);
        if ((went != WENT_HALTED || g->due) && report_process(g, went == WENT_OVER))
            return;
        if (g->due)
            continue;           /* all has been told */
        switch (went) {
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
        if (g->multi && count == g->count && steps == machine_steps(g->m))
            gdb_ready_within(g->fd, PATIENCE_MS);       /* all that could move are held */
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

/* The last halt before the present, but not before `born`: in g->seek, if found. False:
 * broken off. */
static bool seek_last(struct gdb *g, enum seek_what what, tid_t tid, uint64_t born)
{
    uint64_t limit = g->count, present = limit, from = limit;
    uint64_t first = snapshots_at(g->past.snapshots, 0)->events;

    if (first < born)
        first = born;

    g->seek = (struct seek){ .what = what, .tid = tid, .pid = g->pid };
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
    g->seek.found &= g->seek.at >= born;
    return true;
}

/* From its end to a thread's last instruction. */
static void come_back(struct gdb *g, tid_t tid, int signal)
{
    struct seek last;

    (void)seek_last(g, SEEK_STEP, tid, 0);
    last = g->seek;
    past_return(g, last.at + 1);
    g->seek = (struct seek){ .what = SEEK_PLACE, .tid = last.by };
    seek_to(g, last.at);
    g->seek.what = SEEK_NOTHING;
    if (last.found)
        halt(g, STAND_BEFORE, last.by, (unsigned)signal, "");
    else
        halt_between(g, (unsigned)signal, "");
}

void gdb_back(struct gdb *g, bool step)
{
    struct snapshot_at here;
    struct seek found;
    tid_t thread = g->thread;
    uint64_t born = procs_born(g);

    g->ends = UINT64_MAX;
    if (!past_hold(g, &here)) {
        halt_between(g, GDB_TRAP, "");
        return;
    }
    bool whole = seek_last(g, step ? SEEK_STEP : SEEK_POINT, thread, born);
    found = g->seek;
    if (whole && (found.found || born)) {
        uint64_t at = found.found ? found.at : born;

        past_return(g, at + 1);
        g->seek = (struct seek){ .what = SEEK_PLACE, .tid = found.found ? found.by : TID_NONE };
        whole = seek_to(g, at);
    }
    if (!whole) {               /* as if nobody had asked */
        past_release(g, &here);
        halt_between(g, GDB_INT, "");
    } else if (!found.found && born) {
        halt(g, STAND_BETWEEN, thread, GDB_TRAP, "replaylog:begin;");
        g->stand = STAND_BEFORE;
        g->stands = g->seek.by;
    } else if (!found.found) {
        past_return(g, 0);
        halt_between(g, GDB_TRAP, "replaylog:begin;");
    } else if (found.point) {
        halt_point(g, found.by, found.point);
    } else {
        halt(g, STAND_BEFORE, found.by, GDB_TRAP, "");
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
