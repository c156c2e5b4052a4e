/* lab/gdb_inside.h - what the files of the debugger's protocol share.
 * Only for: gdb.c gdb_run.c gdb_past.c gdb_points.c gdb_procs.c gdb_files.c
 *
 * gdb.c speaks, gdb_run.c runs both ways, gdb_past.c keeps what is needed to go back,
 * gdb_points.c knows where to halt, gdb_procs.c which processes the debugger has, gdb_files.c
 * what they were made of.
 *
 * A place in a run is how many instructions programs have executed up to there, all
 * threads together: the machine is a function of its config and what is put into it, so
 * that number and what was put in lead to the same state again.
 */
#ifndef LAB_GDB_INSIDE_H
#define LAB_GDB_INSIDE_H

#include <lab/gdb.h>
#include <machine/snapshot.h>

enum { GDB_PACKET = 4096, GDB_POINTS = 64, GDB_TRAP = 5, GDB_INT = 2, GDB_PATH = 256, GDB_ID = 24,
       GDB_FILES = 8 };

enum point_kind { POINT_SOFT, POINT_HARD, POINT_WRITE, POINT_READ, POINT_ACCESS };

struct point {
    enum point_kind kind;
    uint32_t address, size;
    int32_t pid;                /* of the process that it is in; 0: in all */
};

/* A process that the debugger has. The programs of the workload are one to it. */
struct inferior {
    int32_t pid;
    /* What it has not been told yet. */
    enum { BIRTH_TOLD, BIRTH_AGAIN, BIRTH_FORK, BIRTH_VFORK } birth;
    uint64_t born;              /* instructions executed up to its fork */
    bool execed;
    tid_t by;                   /* the thread that forked, or executed another program */
    tid_t vforking;             /* waits for its child to do that, or to end; TID_NONE */
    tid_t last;                 /* the last thread that ended, */
    int32_t status, signal;     /* and how; signal 0: with that status */
    char path[GDB_PATH];        /* what it executes, as execve was given it; "": the first one */
    char asked[GDB_PATH];       /* ...what it last asked for */
};

/* Where the machine stands when it is not running. */
enum gdb_stand {
    STAND_BETWEEN,              /* between two instructions, whose soever */
    STAND_BEFORE,               /* a thread is about to execute one */
    STAND_FAULT,                /* a thread's instruction has failed */
};

enum note_kind { NOTE_INPUT, NOTE_REGISTER, NOTE_MEMORY, NOTE_HOLD, NOTE_KILL };

struct note {                   /* what was put in, and where in the run */
    enum gdb_stand stand;
    uint64_t count;
    ns_t now;
    tid_t halted;               /* the thread that stands there; not STAND_BETWEEN */
    enum note_kind kind;
    tid_t tid;                  /* whose register or memory */
    uint32_t where;             /* register or address; a process's number */
    size_t size;
    char *bytes;                /* owned */
};

struct past {
    void *pool;                 /* of the snapshots */
    size_t pool_size;
    struct snapshots *snapshots;        /* NULL: no way back */
    struct note *note;
    size_t nnotes, next;        /* the next one to put in again */
    bool at_note;               /* it halted us */
    uint64_t heard;             /* events that subscribers were told */
    int64_t taken_at, take_ns;  /* our CPU time: at the last snapshot, and what it took */
    ns_t portion;               /* that the machine may run at once */
};

enum seek_what { SEEK_NOTHING, SEEK_PLACE, SEEK_STEP, SEEK_POINT };

struct seek {                   /* on the way through what has been */
    enum seek_what what;
    uint64_t limit;             /* halt there */
    tid_t tid;                  /* PLACE: and before this one's instruction (TID_NONE: any);
                                 * STEP: whose */
    int32_t pid;                /* POINT: only this process's, if not all were to go on */
    bool found;                 /* STEP, POINT: the last one before the limit */
    uint64_t at;
    tid_t by;
    const struct point *point;
};

struct gdb {
    const struct gdb_session *s;
    struct machine *m;
    int fd;
    bool gone, over;            /* connection lost or detached; run over */
    bool detached;              /* in good order: the run goes on without a debugger */
    char in[GDB_PACKET + 1], out[GDB_PACKET + 1];
    size_t nout;
    struct point point[GDB_POINTS];
    unsigned npoints;
    tid_t thread;               /* Hg: whose registers; also where we stopped */
    tid_t chosen;               /* whose a step back is */
    tid_t stepping;             /* TID_NONE: not stepping */
    bool stepped;               /* its one instruction is under way */
    bool stopping;              /* Ctrl-C: at the next instruction */
    tid_t pass;                 /* may execute the instruction that it halted at */
    struct point watched;       /* what the last instruction touched, and who did */
    tid_t watched_by;           /* TID_NONE: nobody did */
    char stop[GDB_PATH * 2 + 64];       /* the reply to ? */
    uint64_t count;             /* instructions executed up to here */
    uint64_t ends;              /* count at an end by a signal that was told; UINT64_MAX */
    enum gdb_stand stand;
    tid_t stands;               /* the thread; not STAND_BETWEEN */
    struct past past;
    struct seek seek;
    /* The debugger knows of processes, and wants to hear of these. Without `multi`, all
     * threads of all programs are those of one. */
    bool multi, extended, forks, vforks, execs;
    struct inferior *inferior;  /* owned; multi: those that it has */
    unsigned ninferiors;
    int32_t own;                /* number of the workload's programs as one process */
    int32_t pid;                /* Hg: the process of `thread` */
    bool news, ends_seen;       /* something to tell; a thread has ended */
    bool due;                   /* ...which has halted the machine */
    bool all;                   /* all were to go on, when the run was resumed */
    tid_t listed;               /* qsThreadInfo goes on there */
    const struct program_config *file[GDB_FILES];       /* that it has open; NULL: none */
};

/* --- gdb.c --- */

/* Add to the answer. */
__attribute__((format(printf, 2, 3))) void gdb_say(struct gdb *g, const char *format, ...);
/* Send it. */
void gdb_send(struct gdb *g);

/* --- gdb_points.c --- */

/* The breakpoint of a thread at an address; NULL. */
const struct point *point_break(const struct gdb *g, tid_t tid, uint32_t pc);
/* The child has those of its parent; the process has none any more. */
void points_inherit(struct gdb *g, int32_t parent, int32_t child);
void points_drop(struct gdb *g, int32_t pid);
/* The watchpoint that what is about to be executed will touch; NULL. */
const struct point *point_watch(const struct gdb *g, const struct machine_point *p);

/* --- gdb_past.c --- */

/* Without memory for it, there is no way back; then all else works. */
void past_open(struct gdb *g);
void past_close(struct gdb *g);

enum past_went { WENT_ON, WENT_HALTED, WENT_OVER };
/* Let the machine run for a tenth of a second of ours at most, and put in again what was
 * put in there. */
enum past_went past_run(struct gdb *g);
/* About to execute: is something to be put in first? The watcher halts if so. */
bool past_due(struct gdb *g, enum gdb_stand stand, tid_t tid);
/* Is something ahead that was put in? */
bool past_ahead(const struct gdb *g);
/* Something was put in, here: another future begins. */
void past_note(struct gdb *g, const struct note *n);
/* Keep a snapshot of the present, if it is time. */
void past_keep(struct gdb *g);
/* Go to the last snapshot that lies before a place; how many instructions that is. */
uint64_t past_return(struct gdb *g, uint64_t before);
/* Keep the present whatever it costs, and put exactly it back. */
bool past_hold(struct gdb *g, struct snapshot_at *here);
void past_release(struct gdb *g, const struct snapshot_at *here);

/* --- gdb_procs.c --- */

void procs_open(struct gdb *g);
void procs_close(struct gdb *g);
/* The debugger knows of processes: it has that of the workload's programs. */
void procs_begin(struct gdb *g);
/* An event, heard for the first time or again. */
void procs_hear(void *g, const struct event *e);
/* How the debugger writes a thread; buf, which has room for GDB_ID. */
const char *procs_id(const struct gdb *g, tid_t tid, char *buf);
/* Read that; false: nonsense. *pid, *tid: -1 all, 0 any, *tid a slot + 1. */
bool procs_read(const char *text, const char **end, int64_t *pid, int64_t *tid);
/* Does the debugger have the process of this thread? */
bool procs_has(const struct gdb *g, tid_t tid);
/* What it has of the process of this thread; NULL: without `multi`, or nothing. */
struct inferior *procs_inferior(const struct gdb *g, tid_t tid);
/* The first living thread that it has, of that process or (0) any; TID_NONE. */
tid_t procs_first(const struct gdb *g, int64_t pid);
/* That process's number; 0: without `multi`, or no living thread. */
int32_t procs_pid(const struct gdb *g, tid_t tid);
/* A thread that may speak for a stop which is nobody's; TID_NONE. */
tid_t procs_speaker(const struct gdb *g);
/* Is there something to tell before this thread executes its next instruction? */
bool procs_due(struct gdb *g, tid_t tid);
/* It calls the kernel. */
void procs_called(struct gdb *g, tid_t tid);
/* Tell the first of what is to be told, but for an end: g->stop says it, and g->thread is
 * whose it is. False: there is nothing. */
bool procs_tell(struct gdb *g);
/* Where the past of the process begins that g->thread is of: instructions executed. */
uint64_t procs_born(const struct gdb *g);
/* A process without a living thread; NULL. It is forgotten by procs_drop. */
struct inferior *procs_ended(struct gdb *g);
void procs_drop(struct gdb *g, int32_t pid);
/* The packets about threads and processes; false: it is none of them. *run: the machine is
 * to run. */
bool procs_command(struct gdb *g, bool *run);

/* --- gdb_files.c --- */

/* The path of what a living thread executes: as execve was given it, or as the workload has it,
 * in /bin; buf, which has room for GDB_PATH. */
const char *files_name(const struct gdb *g, tid_t tid, char *buf);
/* The query for that name, and the packets that read such files; false: it is none of them. */
bool files_exec_file(struct gdb *g);
bool files_command(struct gdb *g);

/* --- gdb_run.c --- */

extern const struct machine_watch gdb_watch;    /* ctx is to be set */
/* Is there a Ctrl-C, or an end of the connection? */
bool gdb_interrupted(struct gdb *g);
/* Run until something halts us: g->stop says what. */
void gdb_go(struct gdb *g);
/* The same backwards; step: by one instruction of g->thread. */
void gdb_back(struct gdb *g, bool step);
/* Forward to where the run was furthest, so that who listens has heard all in order. */
void gdb_catch_up(struct gdb *g);

#endif
