/* tui/model.h - what the screens know of a run, gathered from its events.
 *
 * One subscriber. It keeps what a chart of the past needs (a track for each hart and
 * for the first tasks), the last events as they came, what programs printed, and
 * each task's state and times. All of it is bounded but the table of tasks. What is
 * true only now (run queues, what a policy would pick) is asked from the machine,
 * through machine_ops, when it is drawn.
 */
#ifndef TUI_MODEL_H
#define TUI_MODEL_H

#include <ossim/event.h>
#include <sim/config.h>
#include <stat/diskbook.h>
#include <stat/membook.h>
#include <tui/canvas.h>
#include <tui/port.h>
#include <tui/track.h>
#include <tui/trail.h>

enum {
    /* All of this goes into each snapshot of a run that is full of events: what is kept
     * of the past decides how far apart snapshots are. */
    MODEL_LOG = 1 << 13,        /* events kept; a power of two */
    MODEL_MARKS = 1 << 12,      /* arrivals, misses, policies kept; a power of two */
    MODEL_TRACKED = 4096,       /* tasks with a track of their states */
    MODEL_PIECES = 1 << 14,     /* pieces kept, over all harts */
    MODEL_LOCKS = 64,           /* locks with a track of who held them */
    MODEL_STATES = 1 << 13,     /* pieces kept of states, over all tasks */
    MODEL_TEXT = 1 << 15,       /* bytes of output kept for a task */
    MODEL_NAME = CONFIG_NAME + 24,
};

struct model_task {
    uint8_t state;              /* enum task_state */
    uint8_t follows;            /* the same, follow.h */
    uint8_t cause;              /* enum wait_cause, while sleeping */
    uint16_t hart;              /* where it runs or ran last; HART_NONE */
    uint32_t object;            /* lock or channel it waits for; UINT32_MAX */
    ns_t since;                 /* of the state; while it runs, without overhead */
    ns_t arrival, start, finish;        /* NS_MAX: not yet */
    ns_t received, waiting, blocked;    /* up to `since` */
    uint32_t stretches, preempted, misses;
    uint32_t jobs;              /* done or given up */
    int32_t status, signal;     /* once it ended */
    tid_t console;              /* of a forked task: whose console it shares; TID_NONE: its
                                 * own */
    char *text;                 /* what its console shows, the last of it; NULL: nothing, or
                                 * the console is another's (model_console) */
    uint32_t text_size;
};

struct mark {                   /* something that a chart shows at one instant */
    ns_t at;
    tid_t tid;                  /* TID_NONE: another policy takes over */
    bool miss;                  /* else an arrival, or a job's release */
    int32_t policy;             /* that one, for config_switched_to */
};

struct model {
    struct heap *heap;          /* where all that is kept is; NULL: in the C library's */
    const struct config *config;
    const struct machine_ops *ops;
    struct machine *machine;    /* NULL: none yet */
    void (*output)(void *ctx, tid_t tid, const void *bytes, size_t n);
    void *ctx;                  /* of output */

    ns_t now;
    uint64_t count;             /* events seen; log[(count - 1) % MODEL_LOG] is last */
    uint64_t fresh;             /* events from this number on are the last command's */
    uint64_t dispatches;
    struct event *log;

    struct diskbook *disk;      /* NULL: the machine has none */
    struct membook *memory;
    struct track *harts;        /* config->ncpus of them; values are tasks */
    struct track *states;       /* MODEL_TRACKED; values are enum task_state, with
                                 * the wait_cause << 8 of a sleeping one */
    struct track *locks;        /* model_locks(): values are the tasks that held them */
    struct trail *trails;       /* by hart; NULL: there are no power tables */
    uint64_t nmarks;            /* ever; the last MODEL_MARKS are kept */
    struct mark *marks;
    uint32_t state_limit;       /* pieces kept of one task's states */

    struct model_task *tasks;
    tid_t ntasks, capacity;     /* slots seen so far: 0 .. ntasks - 1 */
    uint32_t in_state[TASK_DEAD + 1];   /* how many; unborn ones that are seen */
    char symbols[256];          /* of the first tasks */
    bool lost_memory;           /* the host had none; something is missing */

    uint32_t misses, faults, deadlocks, aborts, switches;
    struct event last_fault, first_deadlock;
    enum machine_end end;
    char crash[192];            /* how the policy crashed the run; "" if it did not.
                                 * The machine must not be asked any more then. */
};

/* False: no memory. The config is borrowed; so is the heap, which may be NULL. A copy of
 * *m and the heap together are all that the model knows: put back, they are as before. */
bool model_init(struct model *m, struct heap *heap, const struct config *c,
                const struct machine_ops *ops);
void model_free(struct model *m);
/* Forget everything: another machine begins. Subscribes to it unless it is NULL. */
void model_begin(struct model *m, struct machine *machine);
/* The subscriber; ctx is the model. */
void model_event(void *ctx, const struct event *e);

/* How many locks have tracks: those of the lowest numbers. */
uint32_t model_locks(const struct model *m);
/* The task whose console this one shares: its own, or that of who forked it. */
tid_t model_console(const struct model *m, tid_t tid);
/* A copy of what is known of a task, with the times up to now. */
struct model_task model_task(const struct model *m, tid_t tid);
const char *model_name(const struct model *m, tid_t tid, char *buf, size_t size);
/* As machine_ops.task; nothing but the slot once the run has crashed. */
void model_peek(const struct model *m, tid_t tid, struct peek_task *out);
/* One ASCII character that stands for the task in charts, and its paint. */
char model_symbol(const struct model *m, tid_t tid);
unsigned model_paint(tid_t tid);

/* The i-th event, counted from 0 at the beginning; NULL if it is no longer kept. */
const struct event *model_log(const struct model *m, uint64_t i);
uint64_t model_log_first(const struct model *m);
/* The index of the first mark at or after a time, among those kept. */
uint64_t model_mark_from(const struct model *m, ns_t at);

/* A time in the workload's unit, cut after `decimals` decimals, without trailing
 * zeros: "12.5". NS_MAX gives "-". Returns buf. */
const char *model_time(const struct config *c, ns_t t, int decimals, char *buf,
                      size_t size);

#endif
