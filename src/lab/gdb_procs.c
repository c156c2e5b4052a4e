/* gdb_procs.c - the processes that the debugger has: which it follows over a fork, which
 * run on without it, which stand still while another goes on. Source: "Debugging with GDB",
 * "Debugging Forks", and in the appendix on the protocol "Packets" (D, H, T, vAttach, vCont,
 * vKill), "General Query Packets" (multiprocess, fork-events) and "Stop Reply Packets".
 *
 * A process that stands still is held in the machine itself, so that this is a part of the
 * run, which goes backwards with it. A step of one thread alone (that is how a debugger gets
 * over a breakpoint) holds nobody. Differs: threads of one process go together. */
#include "gdb_inside.h"

#include <machine/peek.h>
#include <sim/stream.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CLONE_THREAD = 0x10000, CLONE_VFORK = 0x4000, CALL_EXECVE = 221, REG_A0 = 10, REG_A7 = 17,
       ALL = -1, ANY = 0 };

/* --- threads and processes by name --- */

int32_t procs_pid(const struct gdb *g, tid_t tid)
{
    bool own = false;
    int32_t pid = g->multi ? machine_process(g->m, tid, &own) : 0;

    return own ? g->own : pid;
}

const char *procs_id(const struct gdb *g, tid_t tid, char *buf)
{
    int32_t pid = procs_pid(g, tid);

    if (g->multi)
        snprintf(buf, GDB_ID, "p%x.%x", (unsigned)(pid ? pid : g->own), tid + 1);
    else
        snprintf(buf, GDB_ID, "%x", tid + 1);
    return buf;
}

static bool read_number(const char **s, int64_t *n)
{
    char *end;

    *n = strtoll(*s, &end, 16);
    bool some = end != *s;
    *s = end;
    return some && *n >= ALL && *n <= UINT32_MAX;
}

bool procs_read(const char *text, const char **end, int64_t *pid, int64_t *tid)
{
    *pid = ALL;
    if (*text == 'p') {
        text++;
        if (!read_number(&text, pid))
            return false;
        if (*text != '.') {
            *tid = ALL;
            *end = text;
            return true;
        }
        text++;
    }
    bool good = read_number(&text, tid);
    *end = text;
    return good;
}

static struct inferior *find(const struct gdb *g, int64_t pid)
{
    for (unsigned i = 0; i < g->ninferiors; i++)
        if (g->inferior[i].pid == pid)
            return &g->inferior[i];
    return NULL;
}

struct inferior *procs_inferior(const struct gdb *g, tid_t tid)
{
    return g->multi ? find(g, procs_pid(g, tid)) : NULL;
}

bool procs_has(const struct gdb *g, tid_t tid)
{
    return !g->multi || find(g, procs_pid(g, tid));
}

/* The next living thread that the debugger has, of one process or (0) any. */
static tid_t next_thread(const struct gdb *g, tid_t from, int64_t pid)
{
    tid_t t = from;

    while ((t = machine_program(g->m, t)) != TID_NONE &&
           (pid > 0 ? procs_pid(g, t) != pid : !procs_has(g, t)))
        t++;
    return t;
}

tid_t procs_first(const struct gdb *g, int64_t pid)
{
    return next_thread(g, 0, g->multi ? pid : ANY);
}

tid_t procs_speaker(const struct gdb *g)
{
    tid_t first = next_thread(g, 0, ANY);

    if (machine_program(g->m, g->thread) == g->thread && procs_has(g, g->thread) &&
        !machine_held(g->m, g->thread))
        return g->thread;
    for (tid_t t = first; t != TID_NONE; t = next_thread(g, t + 1, ANY))
        if (!machine_held(g->m, t))
            return t;
    return first;
}

/* The thread that was named: a living one that it has; TID_NONE. */
static tid_t named(const struct gdb *g, int64_t pid, int64_t tid)
{
    if (tid <= 0)
        return next_thread(g, 0, g->multi && pid > 0 ? pid : ANY);
    tid_t t = (tid_t)(tid - 1);
    if (machine_program(g->m, t) != t || !procs_has(g, t) ||
        (g->multi && pid > 0 && procs_pid(g, t) != pid))
        return TID_NONE;
    return t;
}

/* --- which there are --- */

static struct inferior *add(struct gdb *g, int32_t pid)
{
    struct inferior *more = realloc(g->inferior, (g->ninferiors + 1) * sizeof *more);

    if (!more)
        return NULL;
    g->inferior = more;
    more[g->ninferiors] = (struct inferior){ .pid = pid, .by = TID_NONE, .vforking = TID_NONE,
                                             .last = TID_NONE };
    return &more[g->ninferiors++];
}

void procs_drop(struct gdb *g, int32_t pid)
{
    struct inferior *i = find(g, pid);

    if (!i)
        return;
    points_drop(g, pid);
    *i = g->inferior[--g->ninferiors];
}

void procs_open(struct gdb *g)
{
    bool own = false;
    tid_t first = machine_program(g->m, 0);
    int32_t pid = first == TID_NONE ? 0 : machine_process(g->m, first, &own);

    g->own = pid ? pid : 1;
    stream_subscribe(machine_stream(g->m),
                     EVENT_BIT(EV_FORK) | EVENT_BIT(EV_EXEC) | EVENT_BIT(EV_EXIT), procs_hear, g);
}

void procs_begin(struct gdb *g)
{
    if (!g->ninferiors)
        add(g, g->own);
    g->pid = g->own;
}

void procs_close(struct gdb *g)
{
    struct stream *s = machine_stream(g->m);

    stream_unsubscribe(s, procs_hear, g);
    stream_told(s, s->told, NULL, NULL);        /* g does not live on */
    for (tid_t t = 0; (t = machine_program(g->m, t)) != TID_NONE; t++) {
        bool own;

        if (machine_held(g->m, t))
            machine_hold(g->m, machine_process(g->m, t, &own), false);
    }
    free(g->inferior);
}

/* --- what happens to them --- */

static void forked(struct gdb *g, struct inferior *parent, const struct event *e)
{
    bool vfork = e->b & CLONE_VFORK;
    int32_t pid = procs_pid(g, (tid_t)e->a);

    if (e->b & CLONE_THREAD)
        return;
    if (vfork && g->vforks)
        parent->vforking = e->tid;
    if (!(vfork ? g->vforks : g->forks))
        return;
    struct inferior *child = find(g, pid);
    bool again = child;         /* it has that one from before it went back */
    char path[GDB_PATH];

    memcpy(path, parent->path, sizeof path);    /* the table may move */
    if (!again && !(child = add(g, pid)))
        return;
    memcpy(child->path, path, sizeof path);
    child->birth = again ? BIRTH_AGAIN : vfork ? BIRTH_VFORK : BIRTH_FORK;
    child->by = e->tid;
    child->born = g->count;
    g->news = true;
}

void procs_hear(void *ctx, const struct event *e)
{
    struct gdb *g = ctx;
    struct inferior *i = g->multi && !g->seek.what && (e->kind == EV_FORK || e->kind == EV_EXEC ||
                                                       e->kind == EV_EXIT)
                             ? find(g, procs_pid(g, e->tid)) : NULL;

    if (!i)
        return;
    switch (e->kind) {
    case EV_FORK:
        forked(g, i, e);
        break;
    case EV_EXEC:
        points_drop(g, i->pid);
        memcpy(i->path, i->asked, sizeof i->path);
        i->execed = g->execs;
        i->by = e->tid;
        g->news |= g->execs;
        break;
    default:
        i->last = e->tid;
        i->status = (int32_t)e->a;
        i->signal = (int32_t)e->b;
        g->ends_seen = true;
        break;
    }
}

/* What execve will name, if it succeeds. */
void procs_called(struct gdb *g, tid_t tid)
{
    uint32_t regs[DEBUG_REGS];
    struct inferior *i = g->multi && !g->seek.what ? find(g, procs_pid(g, tid)) : NULL;

    if (!i || !machine_regs(g->m, tid, regs) || regs[REG_A7] != CALL_EXECVE)
        return;
    memset(i->asked, 0, sizeof i->asked);
    machine_peek(g->m, tid, regs[REG_A0], i->asked, sizeof i->asked - 1);
}

struct inferior *procs_ended(struct gdb *g)
{
    for (unsigned i = 0; g->ends_seen && i < g->ninferiors; i++)
        if (next_thread(g, 0, g->inferior[i].pid) == TID_NONE && g->inferior[i].last != TID_NONE)
            return &g->inferior[i];
    g->ends_seen = false;
    return NULL;
}

uint64_t procs_born(const struct gdb *g)
{
    const struct inferior *i = g->multi ? find(g, procs_pid(g, g->thread)) : NULL;

    return i ? i->born : 0;
}

bool procs_due(struct gdb *g, tid_t tid)
{
    const struct inferior *i = find(g, procs_pid(g, tid));

    return g->multi && (g->news || procs_ended(g) || (i && i->vforking == tid));
}

static void hold(struct gdb *g, tid_t tid, bool held);

/* What it knows already stands still, as the first time, if not all were to go on. */
static void born_again(struct gdb *g, struct inferior *i)
{
    tid_t child = next_thread(g, 0, i->pid);

    i->birth = BIRTH_TOLD;
    if (child != TID_NONE && !g->all)
        hold(g, child, true);
}

static void tell_birth(struct gdb *g, struct inferior *i)
{
    char child[GDB_ID], parent[GDB_ID];
    tid_t first = next_thread(g, 0, i->pid);

    snprintf(g->stop, sizeof g->stop, "T05%s:%s;thread:%s;",
             i->birth == BIRTH_VFORK ? "vfork" : "fork",
             procs_id(g, first == TID_NONE ? 0 : first, child), procs_id(g, i->by, parent));
    i->birth = BIRTH_TOLD;
    points_inherit(g, procs_pid(g, i->by), i->pid);
}

static void tell_exec(struct gdb *g, struct inferior *i)
{
    char id[GDB_ID], name[GDB_PATH];
    size_t n = (size_t)snprintf(g->stop, sizeof g->stop, "T05exec:");

    for (const char *s = files_name(g, i->by, name); *s; s++)
        n += (size_t)snprintf(g->stop + n, sizeof g->stop - n, "%02x", (unsigned char)*s);
    snprintf(g->stop + n, sizeof g->stop - n, ";thread:%s;", procs_id(g, i->by, id));
    i->execed = false;
}

bool procs_tell(struct gdb *g)
{
    char id[GDB_ID];

    for (unsigned n = 0; g->multi && n < g->ninferiors; n++) {
        struct inferior *i = &g->inferior[n];

        if (i->birth == BIRTH_AGAIN)
            born_again(g, i);
        if (i->birth) {
            g->thread = i->by;
            tell_birth(g, i);
        } else if (i->execed) {
            g->thread = i->by;
            tell_exec(g, i);
        } else if (i->vforking != TID_NONE && g->stand == STAND_BEFORE && g->stands == i->vforking) {
            g->thread = i->vforking;
            snprintf(g->stop, sizeof g->stop, "T05vforkdone:;thread:%s;",
                     procs_id(g, i->vforking, id));
            i->vforking = TID_NONE;
        } else {
            continue;
        }
        g->pid = procs_pid(g, g->thread);
        return true;
    }
    g->news = false;
    return false;
}

/* --- what is asked --- */

static void hold(struct gdb *g, tid_t tid, bool held)
{
    bool own;
    char byte = held;
    struct note note = { .kind = NOTE_HOLD, .where = (uint32_t)machine_process(g->m, tid, &own),
                         .size = 1, .bytes = &byte };

    if (machine_held(g->m, tid) == held)
        return;
    machine_hold(g->m, (int32_t)note.where, held);
    past_note(g, &note);
}

static void let_process_go(struct gdb *g, int64_t pid)
{
    for (tid_t t = 0; (t = next_thread(g, t, pid)) != TID_NONE; t++)
        hold(g, t, false);
}

/* One action of a vCont: "c:p1.-1". False: nonsense. */
struct action { char what; int64_t pid, tid; };

static bool read_action(const char **s, struct action *a)
{
    *a = (struct action){ .what = **s, .pid = ALL, .tid = ALL };
    if (!**s || !strchr("cCsS", **s))
        return false;
    *s += 1;
    if (a->what == 'C' || a->what == 'S')
        *s += strspn(*s, "0123456789abcdefABCDEF");
    if (**s == ':' && !procs_read(*s + 1, s, &a->pid, &a->tid))
        return false;
    return **s == ';' || !**s;
}

/* Those that no action is for stand still, unless it is but a step of one thread. */
static void hold_others(struct gdb *g, const struct action *a, unsigned n, bool step_alone)
{
    for (tid_t t = 0; (t = next_thread(g, t, ANY)) != TID_NONE; t++) {
        bool meant = false;

        for (unsigned i = 0; i < n; i++)
            meant |= a[i].pid == ALL || a[i].pid == procs_pid(g, t);
        if (meant || !step_alone)
            hold(g, t, !meant);
    }
}

static bool resume(struct gdb *g)
{
    enum { ACTIONS = 16 };
    struct action a[ACTIONS];
    const char *s = g->in + 5;
    unsigned n = 0, steps = 0;
    tid_t tid = TID_NONE;

    while (*s == ';' && n < ACTIONS) {
        s++;
        if (!read_action(&s, &a[n]))
            break;
        n++;
    }
    for (unsigned i = 0; i < n; i++)
        if (a[i].what == 's' || a[i].what == 'S') {
            if (tid == TID_NONE)
                tid = a[i].tid > 0 ? named(g, a[i].pid, a[i].tid) : g->thread;
            steps++;
        }
    g->all = !n;
    for (unsigned i = 0; i < n; i++)
        g->all |= a[i].pid == ALL && a[i].tid == ALL;
    if (g->multi)
        hold_others(g, a, n, n == steps && n && a[0].tid > 0);
    if (steps && (tid == TID_NONE || machine_program(g->m, tid) != tid))
        tid = procs_speaker(g);
    g->stepping = tid;
    g->stepped = false;
    return true;
}

static void list_threads(struct gdb *g, bool first)
{
    char separator = 'm', id[GDB_ID];

    if (first)
        g->listed = 0;
    for (tid_t t = g->listed; (t = next_thread(g, t, ANY)) != TID_NONE; t++) {
        if (g->nout > GDB_PACKET - 2 * GDB_ID)
            break;
        gdb_say(g, "%c%s", separator, procs_id(g, t, id));
        separator = ',';
        g->listed = t + 1;
    }
    if (separator == 'm')
        gdb_say(g, "l");
}

static void thread_name(struct gdb *g, const char *text)
{
    char name[2 * CONFIG_NAME];
    int64_t pid, tid;

    if (!procs_read(text, &text, &pid, &tid) || tid <= 0 || named(g, pid, tid) == TID_NONE)
        return;
    peek_name(g->m, named(g, pid, tid), name, sizeof name);
    for (const char *s = name; *s; s++)
        gdb_say(g, "%02x", (unsigned char)*s);
}

/* Hg and Hc: -1 and 0 are any thread, so also the one that it has chosen before. A step back
 * comes without a thread of its own (Hcp2.0, bs), behind an Hg for whatever was listed last:
 * its thread is that of the last stop, or what `thread N` has asked for since (T). */
static void choose(struct gdb *g)
{
    const char *end;
    int64_t pid, tid;
    bool good = g->in[1] && procs_read(g->in + 2, &end, &pid, &tid);
    tid_t t = good ? named(g, pid, tid) : TID_NONE;

    if (good && tid <= 0 && procs_pid(g, g->thread) == pid)
        t = g->thread;
    if (good && (tid > 0 || (g->multi && pid > 0))) {
        if (t == TID_NONE) {
            gdb_say(g, "E01");
            return;
        }
        g->thread = t;
        g->pid = procs_pid(g, t);
        if (g->in[1] == 'c' && (tid > 0 || procs_pid(g, g->chosen) != pid))
            g->chosen = t;
    }
    gdb_say(g, "OK");
}

static void is_alive(struct gdb *g)
{
    const char *end;
    int64_t pid, tid;
    bool good = procs_read(g->in + 1, &end, &pid, &tid) && tid > 0;
    tid_t t = good ? named(g, pid, tid) : TID_NONE;

    if (t != TID_NONE)
        g->chosen = t;
    gdb_say(g, t != TID_NONE ? "OK" : "E01");
}

/* Nothing is left that it has: one that cannot attach to others is done. */
static void maybe_done(struct gdb *g)
{
    g->over = !g->ninferiors;
    if (g->over && !g->extended) {
        gdb_send(g);
        g->gone = g->detached = true;
    }
}

static void detach(struct gdb *g)
{
    int64_t pid = g->in[1] == ';' ? strtoll(g->in + 2, NULL, 16) : 0;

    if (g->in[1] && !(g->multi && pid)) {
        gdb_say(g, "E01");
        return;
    }
    gdb_say(g, "OK");
    if (!pid) {
        gdb_send(g);
        g->gone = g->detached = true;
        return;
    }
    let_process_go(g, pid);
    procs_drop(g, (int32_t)pid);
    maybe_done(g);
}

/* Does anybody else live? Else the end of this one is that of the run. */
static bool others_live(const struct gdb *g, int64_t pid)
{
    for (tid_t t = 0; (t = machine_program(g->m, t)) != TID_NONE; t++)
        if (procs_pid(g, t) != pid)
            return true;
    return false;
}

static void kill_process(struct gdb *g, int64_t pid)
{
    tid_t t;
    bool own;

    gdb_say(g, "OK");
    if (!g->multi || !others_live(g, pid)) {
        gdb_send(g);
        g->gone = true;
        return;
    }
    for (unsigned most = 0; (t = next_thread(g, 0, pid)) != TID_NONE && most <= UINT16_MAX; most++) {
        struct note note = { .kind = NOTE_KILL, .size = 1, .bytes = (char[]){ 0 },
                             .where = (uint32_t)machine_process(g->m, t, &own) };

        machine_kill(g->m, (int32_t)note.where);
        past_note(g, &note);
    }
    procs_drop(g, (int32_t)pid);
    maybe_done(g);
}

static void attach(struct gdb *g, int64_t pid)
{
    char id[GDB_ID];
    tid_t t = 0;

    while (g->multi && (t = machine_program(g->m, t)) != TID_NONE && procs_pid(g, t) != pid)
        t++;
    if (!g->multi || t == TID_NONE || find(g, pid) || !add(g, (int32_t)pid)) {
        gdb_say(g, "E01");
        return;
    }
    g->over = false;
    g->thread = t;
    g->pid = (int32_t)pid;
    snprintf(g->stop, sizeof g->stop, "T00thread:%s;", procs_id(g, t, id));
    gdb_say(g, "%s", g->stop);
}

static bool v_command(struct gdb *g, bool *run)
{
    if (!strcmp(g->in, "vCont?"))
        gdb_say(g, "vCont;c;C;s;S");
    else if (!strncmp(g->in, "vCont;", 6))
        *run = !g->over && resume(g);
    else if (!strncmp(g->in, "vKill", 5))
        kill_process(g, g->in[5] == ';' ? strtoll(g->in + 6, NULL, 16) : 0);
    else if (!strncmp(g->in, "vAttach;", 8))
        attach(g, strtoll(g->in + 8, NULL, 16));
    else
        return false;
    return true;
}

bool procs_command(struct gdb *g, bool *run)
{
    char id[GDB_ID];

    switch (g->in[0]) {
    case '!': g->extended = true; gdb_say(g, "OK"); return true;
    case 'H': choose(g); return true;
    case 'T': is_alive(g); return true;
    case 'D': detach(g); return true;
    case 'v': return v_command(g, run);
    case 'q': break;
    default: return false;
    }
    if (!strcmp(g->in, "qfThreadInfo") || !strcmp(g->in, "qsThreadInfo"))
        list_threads(g, g->in[1] == 'f');
    else if (!strncmp(g->in, "qThreadExtraInfo,", 17))
        thread_name(g, g->in + 17);
    else if (!strcmp(g->in, "qC"))
        gdb_say(g, "QC%s", procs_id(g, g->thread, id));
    else if (!strncmp(g->in, "qAttached", 9))
        gdb_say(g, "1");
    else
        return false;
    return true;
}
