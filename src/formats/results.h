/* formats/results.h - the results of a run as text: JSON, CSV, events by line.
 *
 * Everything goes to a writer that the caller gives; no files here. Times are
 * written in the workload's unit, as exact decimals; integers above 2^53 as
 * strings, since most readers of JSON would round them.
 */
#ifndef FORMATS_RESULTS_H
#define FORMATS_RESULTS_H

#include <ossim/event.h>
#include <sim/config.h>
#include <sim/disk_view.h>
#include <stat/diskbook.h>
#include <stat/gantt.h>
#include <stat/membook.h>
#include <stat/metrics.h>

/* Takes n bytes; false: it cannot, and the rest is not worth writing. */
typedef bool text_fn(void *ctx, const char *bytes, size_t n);

struct text_out {
    text_fn *write;
    void *ctx;
};

/* A task's pages. */
struct task_memory {
    uint64_t resident;          /* frames that it had at most */
    double working_set;         /* pages used in a window, the mean; NAN: not measured */
    uint64_t minor, major, swap_in, swap_out;
};

/* An access to memory that was refused a program and was its end. */
struct task_fault {
    uint32_t address, pc;
    const char *access;         /* "store" */
    unsigned step, level;       /* where the walk of the page table ends; 0: it does not */
    uint32_t entry;             /* and at which entry */
    char text[400];             /* why, as far as is known */
};

/* What a run leaves behind. All borrowed. */
/* How control passed between the services of the kernel. */
struct results_crossing { const char *from, *to, *mechanism; uint64_t count; ns_t time; };
/* A service or a process that went wrong, and what it took along. Sets have a bit for each
 * of service.def, the user among them. */
struct results_fault {
    ns_t at, down, repaired;    /* down: since when a service is lost; NS_MAX never */
    bool assumed;               /* those are no better than defaults of ours */
    bool panic;                 /* it took the kernel, which is back `reboot` later */
    ns_t reboot;
    const char *service, *kind;
    const char *process;        /* NULL: it was a service's */
    const char *guest;          /* in whose kernel, of guests in guests the innermost; NULL:
                                 * in this one */
    uint32_t lost, corrupted, reachable;
    uint64_t processes_lost, processes_corrupted, processes_reachable;
    uint64_t files_lost, files_corrupted, guests_lost, bytes, frames;
    ns_t work_lost;
};
/* How long something was not there because of it. */
ns_t results_downtime(const struct results_fault *f, ns_t end);
struct results_module {         /* of a service, or of a scheduler */
    const char *name;
    bool scheduler, loaded;     /* loaded: at the end */
    uint64_t loads, unloads;
    ns_t load_time;             /* of all loads */
};
struct results_structure {
    const char *model;
    uint64_t messages, memory_bytes;
    unsigned n;
    struct results_crossing by[128];    /* each pair that passed at all */
    unsigned nmodules;          /* the first of them */
    struct results_module module[80];
    unsigned nfaults;           /* likewise */
    struct results_fault fault[64];
};

/* What the file system did. */
struct results_files {
    uint64_t hits, misses;      /* of the block cache */
    uint64_t reads, writes, read_ahead, read_ahead_used;        /* blocks */
    uint64_t commits, checkpoints, log_blocks, replayed;
    uint64_t failed_steps;      /* of burst tasks */
};
/* The power failed. */
struct results_blackout {
    ns_t at, up;                /* up: NS_MAX: not within the run */
    uint32_t processes_lost, files_lost, blocks_lost, replayed;
    bool broken;
    ns_t work_lost;
};

/* Two accesses of a program's threads to the same byte that nothing orders. */
struct results_race {
    struct results_access {     /* [0] the earlier one */
        const char *kind;       /* "read", "write", "atomic read" ... */
        unsigned size;          /* bytes; 0: of a call, as many as it moves */
        char task[2 * CONFIG_NAME];
        int32_t thread;         /* its number for programs */
        uint32_t pc;
        const char *symbol;     /* the function it is in; NULL: unknown */
        uint32_t offset;        /* from there */
        const char *file;       /* of the source; NULL: unknown */
        uint32_t line;
        const char *from_file;  /* in the library: the line that called it; NULL: unknown */
        uint32_t from_line;
    } access[2];
    uint32_t address;
    const char *symbol;         /* the variable; NULL: on a stack or heap, or unknown */
    uint32_t offset;
    uint64_t times;             /* that this pair of lines raced */
};

/* A machine in this one. */
struct results_guest {
    const char *name;
    const struct results *results;
    unsigned vcpus;
    uint32_t frames, balloon;   /* of memory, overhead included; of them, lent back at the end */
    ns_t steal, received;       /* that its CPUs waited for real ones, and had them */
    ns_t exit_time;
    uint64_t exits[8];          /* by cause, exit.def */
};

/* Memory over time, and as it is at the end. */
struct results_memory {
    const struct membook *book;
    tid_t ntasks;               /* slots in use or used */
    void (*frames)(void *ctx, struct memory_frame *out, uint32_t from, uint32_t n);
    uint32_t (*pages)(void *ctx, tid_t tid, uint32_t skip, struct memory_page *out,
                      uint32_t max);
    uint32_t (*tlb)(void *ctx, unsigned hart, uint32_t skip, struct memory_translation *out,
                    uint32_t max);
    const char *(*name)(void *ctx, tid_t tid, char *buf, size_t size);
    void *ctx;
};
struct powerbook;

struct results {
    const struct config *config;
    struct metrics *metrics;
    struct gantt *gantt;        /* NULL: none was kept */
    ns_t end;
    uint64_t trace_hash;
    const char *ended;          /* "done", "stopped", "stuck", "livelock", ... */
    /* A task's name into buf; NULL: results_task_name() is used. */
    const char *(*name)(void *ctx, const struct task_metrics *t, char *buf, size_t size);
    /* Instructions that a task's program has executed; NULL: unknown. */
    uint64_t (*instructions)(void *ctx, const struct task_metrics *t);
    uint64_t tlb_misses;        /* of all harts */
    uint64_t frames_free;       /* at the end; 0 where memory is not simulated */
    const struct results_memory *memory_now;    /* NULL: memory is not simulated */
    /* Of a task with pages; false: it has none. NULL: nobody has. */
    bool (*memory)(void *ctx, const struct task_metrics *t, struct task_memory *out);
    /* Of a program that a signal killed: false, no access was refused it. NULL: unknown. */
    bool (*fault)(void *ctx, const struct task_metrics *t, struct task_fault *out);
    uint64_t cow_copies;        /* pages copied since a fork, because somebody wrote */
    const struct results_structure *structure;  /* NULL: unknown */
    const struct results_files *files;  /* NULL: there is no file system */
    const struct results_blackout *blackouts;   /* nblackouts */
    unsigned nblackouts;
    const struct diskbook *disk;        /* NULL: there is no disk */
    const struct powerbook *over_time;  /* settled; NULL: there is neither power nor guests */
    /* The file tree at the end; NULL: there is none. */
    void (*tree)(void *ctx, disk_entry_fn *fn, void *to);
    const struct results_race *races;   /* nraces; NULL: nobody looked for them */
    unsigned nraces;
    const struct results_guest *guests; /* nguests */
    unsigned nguests;
    void *ctx;
};

/* The name from the config alone: "A", "A-3" (from 1) if A has a count, "A/7" for a
 * forked task in slot 7. Returns buf. */
const char *results_task_name(const struct config *c, uint32_t process, tid_t tid,
                              char *buf, size_t size);

/* One JSON object, INTERFACES.md, "Results", and a newline. False: a write failed or
 * there is no memory. */
bool results_json(const struct results *r, struct text_out *out);

/* One table: a line per task under a line of column names. RFC 4180, but lines end in
 * a newline alone, as cut and awk like them. The summary is in the JSON. */
bool results_csv(const struct results *r, struct text_out *out);

/* --- the parts, for others who write results --- */

/* t as an exact decimal in units of `unit` ns: "2.5", "-0.001". Returns buf (>= 48). */
const char *time_text(ns_t t, ns_t unit, char *buf, size_t size);
/* The shortest decimal that reads back as x, "null" unless finite. Returns buf (>= 32). */
const char *number_text(double x, char *buf, size_t size);
/* bytes as a JSON string, with its quotes. */
bool json_string(struct text_out *out, const char *text);

/* --- events --- */

struct event_words {            /* what the words for numbers are taken from */
    const struct config *config;
    /* The name of a task of the first kernel into buf; NULL: tasks are numbers. */
    const char *(*name)(const void *ctx, tid_t tid, char *buf, size_t size);
    const void *ctx;
    /* The words of another kernel; its times are written in this one's unit all the same.
     * NULL: there are none, and its tasks are numbers. */
    const struct event_words *(*inner)(const void *ctx, uint16_t kernel);
};

/* Argument i (0: a, 1: b) of an event as words: "lock m", "12 ms", "write(1, 4)", "SIGTERM";
 * a bare number if there are none. May return buf. */
enum { EVENT_WORD = 2 * CONFIG_NAME };
const char *event_arg_text(const struct event_words *w, const struct event *e, unsigned i,
                           char buf[EVENT_WORD]);

/* One JSON object a line: an event_fn. */
struct event_lines {            /* filled in by the caller, lives as long as the run */
    struct event_words words;
    struct text_out out;
    bool failed;                /* a write failed */
};

void event_lines(void *lines, const struct event *e);

#endif
