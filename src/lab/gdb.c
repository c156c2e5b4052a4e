/* gdb.c - the remote protocol: what is asked and what is answered. Source: "Debugging with GDB", appendix "GDB Remote Serial
 * Protocol". All threads stop and go together; c, s and vCont say what the chosen one
 * does. */
#include "gdb_inside.h"

#include <sim/check.h>
#include <host/gdb_socket.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- packets --- */

void gdb_say(struct gdb *g, const char *format, ...)
{
    va_list list;

    va_start(list, format);
    int n = vsnprintf(g->out + g->nout, sizeof g->out - g->nout, format, list);
    va_end(list);
    g->nout += n < 0 ? 0 : (size_t)n;
    if (g->nout > GDB_PACKET - 8)
        g->nout = GDB_PACKET - 8;
}

static void put_word(struct gdb *g, uint32_t w)
{
    for (unsigned i = 0; i < 4; i++)
        gdb_say(g, "%02x", w >> 8 * i & 0xff);
}

void gdb_send(struct gdb *g)
{
    char head = '$', tail[4];
    unsigned sum = 0;

    CHECK(g->nout <= GDB_PACKET - 8);   /* gdb_say has cut it */
    for (size_t i = 0; i < g->nout; i++)
        sum += (unsigned char)g->out[i];
    snprintf(tail, sizeof tail, "#%02x", sum & 0xff);
    if (!gdb_put(g->fd, &head, 1) || !gdb_put(g->fd, g->out, g->nout) ||
        !gdb_put(g->fd, tail, 3))
        g->gone = true;
    g->nout = 0;
}

/* The next packet into g->in. False: the debugger is gone. Ctrl-C between packets means
 * nothing: we have stopped already. */
static bool receive(struct gdb *g)
{
    size_t n = 0;
    int c;

    while ((c = gdb_get(g->fd)) != '$')
        if (c < 0)
            return false;
    while ((c = gdb_get(g->fd)) != '#') {
        if (c < 0)
            return false;
        if (n < GDB_PACKET)
            g->in[n++] = (char)c;
    }
    g->in[n] = '\0';
    return gdb_get(g->fd) >= 0 && gdb_get(g->fd) >= 0 && gdb_put(g->fd, "+", 1);
}

static unsigned nibble(char c)
{
    return c >= '0' && c <= '9' ? (unsigned)(c - '0') :
           c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 :
           c >= 'A' && c <= 'F' ? (unsigned)(c - 'A') + 10 : 16;
}

static uint32_t word_at(const char *hex)
{
    uint32_t w = 0;

    for (unsigned i = 0; i < 4 && hex[2 * i] && hex[2 * i + 1]; i++)
        w |= (nibble(hex[2 * i]) << 4 | (nibble(hex[2 * i + 1]) & 15)) << 8 * i;
    return w;
}

/* --- what the debugger asks --- */

static const char target_xml[] =
    "<?xml version=\"1.0\"?><!DOCTYPE target SYSTEM \"gdb-target.dtd\">"
    "<target version=\"1.0\"><architecture>riscv:rv32</architecture>"
    "<osabi>GNU/Linux</osabi><feature name=\"org.gnu.gdb.riscv.cpu\">"
#define R(n) "<reg name=\"" n "\" bitsize=\"32\" type=\"int\"/>"
    R("zero") "<reg name=\"ra\" bitsize=\"32\" type=\"code_ptr\"/>"
    "<reg name=\"sp\" bitsize=\"32\" type=\"data_ptr\"/>" R("gp") R("tp") R("t0") R("t1")
    R("t2") R("fp") R("s1") R("a0") R("a1") R("a2") R("a3") R("a4") R("a5") R("a6") R("a7")
    R("s2") R("s3") R("s4") R("s5") R("s6") R("s7") R("s8") R("s9") R("s10") R("s11")
    R("t3") R("t4") R("t5") R("t6")
    "<reg name=\"pc\" bitsize=\"32\" type=\"code_ptr\"/></feature></target>";

static void query_features(struct gdb *g, const char *args)
{
    unsigned from, n;

    if (sscanf(args, "%x,%x", &from, &n) != 2) {
        gdb_say(g, "E01");
        return;
    }
    size_t left = from < sizeof target_xml - 1 ? sizeof target_xml - 1 - from : 0;
    if (n > GDB_PACKET / 2)
        n = GDB_PACKET / 2;
    gdb_say(g, left > n ? "m" : "l");
    gdb_say(g, "%.*s", (int)(left < n ? left : n), target_xml + (left ? from : 0));
}

/* What both of us can do. */
static void query_supported(struct gdb *g)
{
    char id[GDB_ID];

    g->multi = strstr(g->in, "multiprocess+");
    g->forks = g->multi && strstr(g->in, ";fork-events+");
    g->vforks = g->multi && strstr(g->in, "vfork-events+");
    g->execs = g->multi && strstr(g->in, "exec-events+");
    if (g->multi)
        procs_begin(g);
    snprintf(g->stop, sizeof g->stop, "T%02xthread:%s;", GDB_TRAP, procs_id(g, g->thread, id));
    gdb_say(g, "PacketSize=%x;qXfer:features:read+;swbreak+;hwbreak+;vContSupported+;qXfer:exec-file:read+"
               "%s%s%s%s%s",
            GDB_PACKET - 64, g->past.snapshots ? ";ReverseContinue+;ReverseStep+" : "",
            g->multi ? ";multiprocess+" : "", g->forks ? ";fork-events+" : "",
            g->vforks ? ";vfork-events+" : "", g->execs ? ";exec-events+" : "");
}

static void query(struct gdb *g)
{
    const char *q = g->in;

    if (!strncmp(q, "qSupported", 10))
        query_supported(g);
    else if (!strncmp(q, "qXfer:features:read:target.xml:", 31))
        query_features(g, q + 31);
    else if (files_exec_file(g))
        return;
    else if (!strncmp(q, "qSymbol", 7))
        gdb_say(g, "OK");
}

static void read_registers(struct gdb *g)
{
    uint32_t regs[DEBUG_REGS];

    if (!machine_regs(g->m, g->thread, regs)) {
        gdb_say(g, "E01");
        return;
    }
    for (unsigned i = 0; i < DEBUG_REGS; i++)
        put_word(g, regs[i]);
}

/* What is changed is put in again whenever the run comes here from before. */
static bool set_register(struct gdb *g, unsigned n, uint32_t value)
{
    struct note note = { .kind = NOTE_REGISTER, .tid = g->thread, .where = n,
                         .size = sizeof value, .bytes = (char *)&value };

    if (!machine_set_reg(g->m, g->thread, n, value))
        return false;
    past_note(g, &note);
    return true;
}

static bool set_memory(struct gdb *g, uint32_t address, uint8_t *bytes, unsigned n)
{
    struct note note = { .kind = NOTE_MEMORY, .tid = g->thread, .where = address, .size = n,
                         .bytes = (char *)bytes };
    size_t done = machine_poke(g->m, g->thread, address, bytes, n);

    if (done)
        past_note(g, &note);
    return done == n;
}

static void one_register(struct gdb *g)
{
    uint32_t regs[DEBUG_REGS];
    unsigned long n = strtoul(g->in + 1, NULL, 16);
    const char *equals = strchr(g->in, '=');

    if (n >= DEBUG_REGS || !machine_regs(g->m, g->thread, regs))
        gdb_say(g, "E01");
    else if (g->in[0] == 'p')
        put_word(g, regs[n]);
    else
        gdb_say(g, equals && set_register(g, (unsigned)n, word_at(equals + 1))
                   ? "OK" : "E01");
}

static void write_registers(struct gdb *g)
{
    if (strlen(g->in + 1) < DEBUG_REGS * 8) {
        gdb_say(g, "E01");
        return;
    }
    for (unsigned i = 0; i < DEBUG_REGS; i++)
        set_register(g, i, word_at(g->in + 1 + 8 * i));
    gdb_say(g, "OK");
}

static void memory(struct gdb *g)
{
    unsigned address, n;
    uint8_t bytes[GDB_PACKET / 2];
    const char *colon = strchr(g->in, ':');

    if (sscanf(g->in + 1, "%x,%x", &address, &n) != 2 || n > GDB_PACKET / 2 - 64) {
        gdb_say(g, "E01");
        return;
    }
    if (g->in[0] == 'm') {
        size_t got = machine_peek(g->m, g->thread, address, bytes, n);

        for (size_t i = 0; i < got; i++)
            gdb_say(g, "%02x", bytes[i]);
        if (!got && n)
            gdb_say(g, "E0e");
        return;
    }
    if (!colon || strlen(colon + 1) < 2 * (size_t)n) {
        gdb_say(g, "E01");
        return;
    }
    for (unsigned i = 0; i < n; i++)
        bytes[i] = (uint8_t)(nibble(colon[1 + 2 * i]) << 4 | nibble(colon[2 + 2 * i]));
    gdb_say(g, set_memory(g, address, bytes, n) ? "OK" : "E0e");
}

static void set_point(struct gdb *g)
{
    unsigned kind, address, size;
    struct point p;

    if (sscanf(g->in + 1, "%u,%x,%x", &kind, &address, &size) != 3 || kind > POINT_ACCESS)
        return;                 /* an empty answer: not supported */
    p = (struct point){ (enum point_kind)kind, address, size, g->multi ? g->pid : 0 };
    for (unsigned i = 0; i < g->npoints; i++)
        if (g->point[i].kind == p.kind && g->point[i].address == p.address &&
            g->point[i].pid == p.pid)
            g->point[i--] = g->point[--g->npoints];
    if (g->in[0] == 'Z') {
        if (g->npoints == GDB_POINTS) {
            gdb_say(g, "E1c");
            return;
        }
        g->point[g->npoints++] = p;
    }
    gdb_say(g, "OK");
}

/* c and s without a list of threads. */
static bool resume(struct gdb *g)
{
    tid_t tid = machine_program(g->m, g->thread) == g->thread ? g->thread : procs_speaker(g);

    g->stepping = g->in[0] == 's' || g->in[0] == 'S' ? tid : TID_NONE;
    g->stepped = false;
    return true;
}

/* bc and bs. */
static void reverse(struct gdb *g)
{
    bool step = g->in[1] == 's';

    if (!g->past.snapshots || (g->in[1] != 'c' && !step) || g->in[2])
        return;
    if (step && machine_program(g->m, g->chosen) == g->chosen && procs_has(g, g->chosen))
        g->thread = g->chosen;
    gdb_back(g, step);
    g->chosen = g->thread;
    gdb_say(g, "%s", g->stop);
}

/* True: the machine is to run; false: the answer is in g->out. */
static bool command(struct gdb *g)
{
    bool run = false;

    if (files_command(g) || procs_command(g, &run))
        return run;
    switch (g->in[0]) {
    case '?': gdb_say(g, "%s", g->stop); break;
    case 'g': read_registers(g); break;
    case 'G': write_registers(g); break;
    case 'p': case 'P': one_register(g); break;
    case 'm': case 'M': memory(g); break;
    case 'Z': case 'z': set_point(g); break;
    case 'q': query(g); break;
    case 'b': reverse(g); break;
    case 'k':
        g->gone = true;
        return false;
    case 'c': case 'C': case 's': case 'S':
        return !g->over && resume(g);
    default:
        break;
    }
    return false;
}

static void say_waiting(unsigned port)
{
    fprintf(stderr, "ossim: waiting for a debugger: target remote :%u\n", port);
}

/* A run that is not to go on, or goes on alone. */
static void let_go(struct gdb *g)
{
    if (g->past.snapshots)
        gdb_catch_up(g);
    machine_watch(g->m, NULL);
    procs_close(g);
    /* Whoever is gone without a word will not end an endless program any more. */
    if (!g->detached && !(g->multi && !g->ninferiors) && machine_over(g->m) == MACHINE_RUNNING)
        machine_stop(g->m);
    past_close(g);
    gdb_close(g->fd);
}

enum err gdb_serve(const struct gdb_session *s, unsigned port, struct diag *diag)
{
    struct gdb *g = calloc(1, sizeof *g);
    struct machine *m = s->machine;
    struct machine_watch watch = gdb_watch;
    enum err err = g ? gdb_accept(port, say_waiting, &g->fd, diag) : ERR_LIMIT;

    if (err) {
        free(g);
        return err;
    }
    g->s = s;
    g->m = m;
    g->stepping = g->pass = g->watched_by = TID_NONE;
    g->ends = UINT64_MAX;
    watch.ctx = g;
    machine_watch(m, &watch);
    /* Programs do not exist before they arrive: stop in front of the first instruction, if
     * one comes at time 0. */
    g->stopping = true;
    machine_run(m, 0, 0);
    g->stopping = false;
    procs_open(g);
    past_open(g);
    g->thread = machine_program(m, 0) == TID_NONE ? 0 : machine_program(m, 0);
    snprintf(g->stop, sizeof g->stop, "T%02xthread:%x;", GDB_TRAP, g->thread + 1);
    while (!g->gone && receive(g)) {
        if (command(g)) {
            gdb_go(g);
            g->chosen = g->thread;
            gdb_say(g, "%s", g->stop);
        }
        if (!g->gone)
            gdb_send(g);
    }
    let_go(g);
    free(g);
    return ERR_OK;
}
