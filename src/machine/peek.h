/* machine/peek.h - read-only copies of a machine's state, for views and results.
 *
 * Everything is copied out; nothing returned points into the machine. Looking
 * changes nothing: a run that is watched has the hash of one that is not.
 */
#ifndef MACHINE_PEEK_H
#define MACHINE_PEEK_H

#include <machine/machine.h>
#include <sim/disk_view.h>
#include <sim/memory_view.h>

struct peek_task {
    tid_t tid;
    uint32_t process;           /* index into config.processes */
    int32_t pid;                /* as programs see it; tid + 1 for burst tasks */
    enum task_state state;
    enum wait_cause cause;      /* while sleeping */
    uint32_t object;            /* the lock or channel it waits for; UINT32_MAX none */
    uint32_t hart;              /* where it runs or ran last; HART_NONE */
    uint32_t queue;             /* the run queue it stands in; UINT32_MAX none */
    uint32_t level;             /* its level there, 0 = top */
    int32_t priority, nice;
    ns_t arrival, received;
    ns_t burst;                 /* left of the present CPU burst */
    ns_t deadline;              /* of the present job; NS_MAX none */
    uint64_t job;               /* number of the present job, from 1; 0 none */
    uint64_t instructions;      /* of a program */
    uint32_t pc;                /* of a program */
    int32_t exit_status, exit_signal;
};

struct peek_hart {
    tid_t running;              /* TID_NONE: idle */
    ns_t since;                 /* of the stretch, or of the idling */
    ns_t quantum_ends;          /* NS_MAX: never */
    uint32_t mhz;
    uint32_t queue;             /* the run queue it serves */
};

/* Slots in use or used so far: 0 .. n - 1. */
tid_t peek_ntasks(const struct machine *m);
void peek_task(const struct machine *m, tid_t tid, struct peek_task *out);
void peek_hart(const struct machine *m, unsigned hart, struct peek_hart *out);

struct peek_memory {            /* of a task with pages of its own */
    uint32_t resident, most;    /* in memory now, and at most */
    uint64_t minor, major, swap_in, swap_out;
    uint64_t used_sum, windows; /* pages used, summed over windows with any */
};
/* False: it has none. */
bool peek_memory(const struct machine *m, tid_t tid, struct peek_memory *out);
/* An access to memory that was refused a program, the last one of its process. */
struct peek_refusal {
    uint32_t va, pc;
    const char *access;         /* "fetch", "load", "store" */
    bool io_error;              /* the page could not be read from its device */
    bool past_end;              /* the file ends before it */
    bool misaligned;            /* an atomic access, and no multiple of its size */
    bool walked;                /* the walk ends at: */
    unsigned step, level;       /* of the walk; level of the entry, 1 the root's */
    uint32_t entry;             /* as it was */
    char bits[9];               /* of it: "DAGUXWRV", - for each that is not set */
    enum peek_place { PEEK_NOWHERE, PEEK_IN, PEEK_GONE, PEEK_NEAR } place;
    bool guard;                 /* it is in the gap that guards the stack, which is near */
    /* The region that it is in, was in, or is near to: */
    uint32_t start, end;
    char rights[4];             /* "rw-" */
    const char *kind;           /* "heap", "stack", "shared mapping", ... */
    int64_t by;                 /* the call that made, changed or unmapped it; -1: the loader */
    ns_t when;
};
/* False: there was none. */
bool peek_refusal(const struct machine *m, tid_t tid, struct peek_refusal *out);
/* Frames of memory; 0 where it is not simulated. */
uint32_t peek_nframes(const struct machine *m);
/* Frames from..from + n - 1. */
void peek_frames(const struct machine *m, struct memory_frame *out, uint32_t from, uint32_t n);
/* The task's entries but for the first `skip`: how many, at most max. */
uint32_t peek_pages(const struct machine *m, tid_t tid, uint32_t skip, struct memory_page *out,
                    uint32_t max);
/* Entries of a hart's TLB but for the first `skip`: how many, at most max. */
uint32_t peek_tlb(const struct machine *m, unsigned hart, uint32_t skip,
                  struct memory_translation *out, uint32_t max);
/* Memory as it is now: a memory_ask_fn. */
bool peek_memory_now(void *m, struct memory_now *out);
/* Pages copied because somebody wrote to one that is shared. */
uint64_t peek_cow_copies(const struct machine *m);
/* Frames that hold nothing; 0 where memory is not simulated. */
uint32_t peek_frames_free(const struct machine *m);

struct peek_files {             /* the file system, over all mounts of the run */
    uint64_t hits, misses;      /* of the block cache */
    uint64_t reads, writes;     /* blocks, to and from the disk */
    uint64_t read_ahead, read_ahead_used;       /* blocks */
    uint64_t commits, checkpoints, log_blocks, replayed;
    uint64_t failed_steps;      /* steps on files that failed */
    uint32_t cached, dirty;     /* blocks in the cache now */
    uint32_t log_size, log_used;        /* blocks of the journal; 0: there is none */
};
/* False: there is none. */
bool peek_files(const struct machine *m, struct peek_files *out);

/* TLB misses of all harts so far. */
uint64_t peek_tlb_misses(const struct machine *m);

/* The i-th fault of a service so far; false past the end. */
struct peek_fault {
    ns_t at, down, repaired;    /* down: since when a service is lost; NS_MAX: never */
    bool panic;                 /* it took the kernel */
    const char *service, *kind;
    uint32_t process;           /* index into config.processes; UINT32_MAX: a service's */
    uint32_t lost, corrupted, reachable;        /* a bit for each of service.def */
    uint32_t processes_lost, processes_corrupted, processes_reachable;
    uint32_t files_lost, files_corrupted, guests_lost, frames;
    uint64_t bytes;
    ns_t work_lost;
};
bool peek_fault(const struct machine *m, unsigned i, struct peek_fault *out);

/* Arm, queue, cache and journal, now: a disk_ask_fn. False: there is no disk. */
bool peek_disk(void *m, bool all, struct disk_now *out);
/* Where a drive's arm is, and the cylinders of the requests that wait in front of it, oldest
 * first, `max` at most. How many wait. */
unsigned peek_disk_queue(const struct machine *m, uint32_t drive, uint32_t *arm,
                         uint32_t *cylinders, unsigned max);
/* The file tree as it is now, root first, folders before what is in them. */
void peek_tree(const struct machine *m, disk_entry_fn *fn, void *ctx);

/* The i-th power cut so far; false past the end. */
struct peek_blackout {
    ns_t at, up;                /* up: when it ran again; NS_MAX: not yet */
    uint32_t tasks_lost, files_lost, blocks_lost, replayed;
    bool broken;                /* its disk could not be mounted any more */
    ns_t work_lost;
};
bool peek_blackout(const struct machine *m, unsigned i, struct peek_blackout *out);

/* The structure of the kernel, and how often control passed between its services: each
 * pair that it passed between at all, at most `max`. Calls of programs are no crossings. */
struct peek_crossing { const char *from, *to, *mechanism; uint64_t count; ns_t time; };
struct peek_structure { const char *model; uint64_t messages, memory_bytes; };
void peek_structure(const struct machine *m, struct peek_structure *out);
unsigned peek_crossings(const struct machine *m, struct peek_crossing *out, unsigned max);

/* The same of one pair, programs' calls too: their mechanism is NULL where they are none.
 * 0 is the user; false past the last, or if control never passed. */
bool peek_way(const struct machine *m, unsigned from, unsigned to, struct peek_crossing *out);

enum { PEEK_LINE = 8, PEEK_SERVICES = 16 };

struct peek_service {           /* as it stands, and as it is */
    const char *name;
    bool server, module, loading, loaded, lost, damaged, held;
    tid_t tid, client;          /* of a server: its process, and whom it works for; TID_NONE */
    unsigned nline;             /* tasks that wait for it, the first of them: */
    tid_t line[PEEK_LINE];
};
/* Service number s, 1 .. ; false past the last. */
bool peek_service(const struct machine *m, unsigned s, struct peek_service *out);

struct peek_module {            /* of a service, or of a scheduler, by its name */
    const char *name;
    bool scheduler, loading, loaded, used;      /* used: of a scheduler, in charge */
    uint32_t loads, unloads;
    ns_t load_time;             /* of all its loads so far */
};
/* Module i; false past the last. */
bool peek_module(const struct machine *m, unsigned i, struct peek_module *out);

/* Run queues: one, or one per hart. */
unsigned peek_nqueues(const struct machine *m);
unsigned peek_queue_length(const struct machine *m, unsigned queue);
/* The first `max` tasks of a queue in the order in which its policy would pick them
 * now (found by picking from a copy put back afterwards; with many thousand tasks
 * simply by number). Returns how many. */
unsigned peek_queue(struct machine *m, unsigned queue, tid_t *out, unsigned max);
/* Why a queued task stands where it does, as its policy says ("level 2, 3rd", "deadline
 * 60"); "" if it is not queued, or the policy does not say. size >= 32. */
void peek_explain(struct machine *m, tid_t tid, char *buf, size_t size);
/* Would the task, if it is queued, oust what runs on a hart that its queue serves? (The
 * machine has no type here, so that observers can ask who do not know machines.) */
bool peek_ousts(void *machine, tid_t tid, unsigned hart);
/* The policy that is in charge now. */
const struct policy_config *peek_policy(const struct machine *m);

/* A machine as a guest of another. */
enum { PEEK_EXITS = 8 };        /* room for those of exit.def */
struct peek_guest {
    const char *name;
    unsigned nvcpus, non;       /* CPUs, and how many of them are on a real one */
    ns_t steal;                 /* that they have waited for one, with something to do */
    uint64_t exits[PEEK_EXITS]; /* by cause */
    ns_t exit_time;             /* that the kernel under it worked for these */
    ns_t received;              /* CPU time that they got */
    uint32_t frames, balloon;   /* of memory; of them, lent back */
    bool over;
};
/* False: it is no guest. */
bool peek_guest(const struct machine *m, struct peek_guest *out);

/* A task's name for people: its process's, with "-N" (from 1) behind it if that has
 * a count, with "/pid" behind it for a forked one. Returns buf. */
const char *peek_name(const struct machine *m, tid_t tid, char *buf, size_t size);

#endif
