/* formats/load.h - what the parts of the workload loader share; private to formats.
 *
 * Every reader takes a JSON item that may be NULL (an absent field: *out stays as it
 * is, the default), reports what is wrong with it and returns false, and lets the
 * caller go on: mistakes are counted, and a load with any of them gives no config.
 */
#ifndef FORMATS_LOAD_H
#define FORMATS_LOAD_H

#include <formats/json.h>
#include <formats/pool.h>
#include <formats/workload.h>
#include <formats/suggest.h>

/* A mistake, kept until all are known, then put in the order of the text. */
struct note {
    struct diag diag;
    enum err err;
    uint32_t source, at, seq;
    bool placed;                /* diag.file and diag.line are final */
};

/* Names of locks or channels, numbered in the order of first use. */
struct symbols {
    const char **names;         /* malloc'ed array of pooled strings */
    uint32_t n, room;
    uint32_t *slots;            /* 2 * room of them, by hash: number + 1, 0 = free */
};

struct loader {
    struct json doc;
    cJSON *root;
    struct note *notes;
    uint32_t nnotes, notes_room;        /* kept, at most WORKLOAD_MAX_DIAGS */
    uint64_t nerrors;           /* all of them */
    struct pool *pool;          /* of the config */
    struct config *c;
    const struct vocabulary *v;
    const char *dir;
    struct symbols locks, channels;
    struct process_config *processes;   /* malloc'ed; moves to the pool at the end */
    const cJSON **process_items;        /* where each one stands */
    uint32_t *by_name;          /* indices of the workload's own, nnamed of them, sorted by
                                 * name; malloc'ed. Servers and vCPUs come behind those. */
    uint32_t nnamed;
    uint64_t ntasks;
    ns_t total_demand;          /* of all tasks; stays at NS_MAX / 2 once there */
    bool full;                  /* no more processes are taken; said */
    bool cpus_wrong;            /* ncpus is not what the user meant */
    bool disk_wrong;            /* the disk is not what the user meant */
    uint32_t nprocesses, processes_room;
    cJSON *costs_tree;          /* of a cost set in a file of its own */
    cJSON *structure_tree;      /* of a system's, likewise */
    bool no_system;             /* there is none of this name, which was said */
    /* workload.c: the workload of a guest, a file's name or an object, in a config of its
     * own in the same pool; its mistakes are among those of l. NULL: it has some. */
    struct config *(*load_guest)(struct loader *l, const cJSON *item,
                                 const struct loader *how);
    unsigned depth;             /* of guests around it */
    uint32_t vcpus, frames;     /* of a guest, if its host says so; else 0 */
    uint64_t seed;              /* if it says none itself */
};

/* The longest name that a number is put behind: T1, A-1. */
enum { NUMBERED_NAME = 50 };

/* --- load.c: mistakes and memory --- */

void load_report(void *ctx, enum err err, uint32_t source, uint32_t at,
                 const char *path, const char *text);
/* At an item; always returns false. */
__attribute__((format(printf, 4, 5)))
bool load_error(struct loader *l, const cJSON *item, enum err err, const char *fmt, ...);
/* At the key of an item. */
__attribute__((format(printf, 3, 4)))
bool load_error_key(struct loader *l, const cJSON *item, const char *fmt, ...);
/* At an item, with the text (and place, if it has one) that somebody else wrote. */
bool load_error_diag(struct loader *l, const cJSON *item, enum err err,
                     const struct diag *d);
/* "needs WHAT, which this version does not have". */
bool load_unsupported(struct loader *l, const cJSON *item, const char *needs);
/* The mistakes in order of the text, with their lines, as an array for the caller to
 * free(); *n >= 1. *err: ERR_UNSUPPORTED if they are all of that kind, else the first. */
struct diag *load_diags(struct loader *l, size_t *n, enum err *err);
/* Zeroed memory of the config; reports when there is none. */
void *load_take(struct loader *l, size_t size);
#define load_array(l, type, n) ((type *)load_take((l), sizeof(type) * (size_t)(n)))

/* --- load_symbols.c --- */

/* The number of a lock or channel by its name; a new one at its first use. */
bool load_symbol(struct loader *l, const cJSON *item, struct symbols *all, uint32_t *out);
void symbols_free(struct symbols *all);

/* --- load_read.c: fields and values --- */

/* The member `name` of an object; NULL if it is absent or o is NULL. */
const cJSON *load_field(const cJSON *o, const char *name);
/* o is an object with no keys but those in the NULL-ended list. Unknown keys do not
 * make it false, only reported: the other fields can still be read. */
bool load_object(struct loader *l, const cJSON *o, const char *const *keys);
bool load_list(struct loader *l, const cJSON *item, uint32_t min, uint32_t max);
bool load_bool(struct loader *l, const cJSON *item, bool *out);
bool load_int(struct loader *l, const cJSON *item, int64_t min, int64_t max,
              int64_t *out);
bool load_u32(struct loader *l, const cJSON *item, uint32_t min, uint32_t max,
              uint32_t *out);
/* A decimal number times `scale` as a whole number, min..max. */
bool load_scaled(struct loader *l, const cJSON *item, int64_t scale, int64_t min,
                 int64_t max, const char *expected, int64_t *out);
/* "2..5", all of text: digits, two dots, digits, each up to max. The first may be the larger. */
bool load_range(const char *text, uint64_t max, uint64_t *from, uint64_t *to);
/* Bytes, as a number or as a text like "64MiB": a multiple of `unit`, min .. max. */
bool load_bytes(struct loader *l, const cJSON *item, uint64_t unit, uint64_t min, uint64_t max,
                uint64_t *out);
/* A span of time, min <= t <= WORKLOAD_MAX_TIME. */
bool load_time(struct loader *l, const cJSON *item, ns_t min, ns_t *out);
/* A time, or a distribution of times. */
bool load_dist(struct loader *l, const cJSON *item, struct dist *out);
/* A number that is no time, or a distribution of it. */
bool load_drawn(struct loader *l, const cJSON *item, struct dist *out);
/* Gaps between arrivals: an object, with "poisson" as a further kind. */
bool load_gap(struct loader *l, const cJSON *item, struct dist *out);
/* The longest time that it draws, or the mean where there is no longest. */
ns_t dist_typical(const struct dist *d);
/* One of NULL-ended `choices`, by index. */
bool load_choice(struct loader *l, const cJSON *item, const char *const *choices,
                 unsigned *out);
/* A string without control characters other than line breaks and tabs, pooled. */
bool load_string(struct loader *l, const cJSON *item, size_t max, const char **out);
/* A name: 1 .. CONFIG_NAME - 1 bytes, no control characters. */
bool load_name(struct loader *l, const cJSON *item, char out[CONFIG_NAME]);
/* Any string, as it is; for arguments and input. */
bool load_text(struct loader *l, const cJSON *item, size_t max, const char **out);
/* dir/path, or path if it is absolute; pooled. NULL when there is no memory. */
const char *load_resolve(struct loader *l, const char *path);
/* What an item is, for messages: `a string`, `the number 5`. In buf. */
const char *load_describe(const struct loader *l, const cJSON *item, char buf[64]);

/* --- the parts --- */

/* A policy of <ossim/replace.h>; `otherwise` if item is NULL. foresees: it may be one that needs
 * the future. */
void load_replacement(struct loader *l, const cJSON *item, const char *otherwise, bool foresees,
                      struct replace_config *out);
/* workload_machine.c */
void load_machine(struct loader *l, const cJSON *machine);
/* workload_power.c: one hart, and, when all of a list are known, who shares a clock. */
void load_cpu(struct loader *l, const cJSON *item, struct cpu_config *cpu);
void load_clusters(struct loader *l, const cJSON *list, struct cpu_config *cpus);
void load_governor(struct loader *l, const cJSON *item);
/* workload_kernel.c */
void load_kernel(struct loader *l, const cJSON *root);
void load_events(struct loader *l, const cJSON *list);
/* workload_process.c: those that start anew at boots, when all events are known. */
void load_restarts(struct loader *l);
bool load_policy(struct loader *l, const cJSON *item, struct policy_config *out);
/* workload_disk.c */
void load_disk(struct loader *l, const cJSON *item);
/* An array's drives are as big as its size asks of each, and keep bytes if it does; its size
 * is rounded up to whole rows of chunks. */
void load_fit_members(struct loader *l, struct disk_config *d);
/* {"read": block, "blocks": n} and its like, after load_disk. */
bool load_disk_step(struct loader *l, const cJSON *item, struct step *out);
/* The event {"at": T, "fault": {"disk": ...}}. */
bool load_disk_fault(struct loader *l, const cJSON *item, struct timed_event *e);
/* workload_memory.c */
void load_swap(struct loader *l, const cJSON *item);
void load_memory_rules(struct loader *l, const cJSON *kernel);
/* A touch step: o is all of it, item what "touch" says. */
bool load_touch(struct loader *l, const cJSON *o, const cJSON *item, struct touch *t,
                ns_t *demand);
/* workload_disk.c: the drive behind swap, if that is not the disk. */
void load_swap_drive(struct loader *l, const cJSON *swap, const cJSON *drive,
                     const cJSON *latency);
/* workload_files.c */
void load_files(struct loader *l, const cJSON *kernel);
/* {"read": "/path", "bytes": n, "at": n} and its like, after load_files. */
bool load_file_step(struct loader *l, const cJSON *item, struct step *out);
/* workload_costs.c */
void load_costs(struct loader *l, const cJSON *item);
/* {"call": n, ...}, or NULL; what it does not name stays. */
void load_crossing_costs(struct loader *l, const cJSON *o, struct crossing_costs *c);
/* workload_structure.c: "structure" of the kernel, after load_machine. */
void load_structure(struct loader *l, const cJSON *item);
/* Are its schedulers that are modules policies at all? After load_events. */
void load_schedulers_fit(struct loader *l, const cJSON *structure);
/* The object of a system by name; NULL, and said: there is none. */
cJSON *load_system_tree(struct loader *l, const cJSON *item);
/* A number of cycles, or {"cycles": n, "source": "..."}. */
void load_cycles(struct loader *l, const cJSON *item, uint32_t min, uint32_t *out);
/* ...of a structure, into *out; and whether somebody is named who says so. */
void load_figure(struct loader *l, const cJSON *item, uint32_t *out, enum cost_figure f);
/* workload_vm.c: "structure" if it is a machine for guests; false: it is not, and nothing
 * was done. */
bool load_vm(struct loader *l, const cJSON *item, const cJSON *guests);
/* What schedules them; NULL: the kernel's own. */
const cJSON *load_vm_scheduler(const struct loader *l, const cJSON *item);
/* Their CPUs, as processes; after load_processes. */
void load_vcpus(struct loader *l);
/* workload_link.c: all processes, of guests too, are there. */
void load_links(struct loader *l);
/* workload_balloon.c: a guest's "balloon"; the event {"balloon": {"guest", "frames"}}; and
 * whether all fits at all times, after load_events. */
void load_balloon(struct loader *l, const cJSON *item, struct guest_config *g);
void load_balloon_event(struct loader *l, const cJSON *o, ns_t at);
void load_balloons_fit(struct loader *l, const cJSON *events);
/* Its servers, as processes; after load_processes. */
void load_servers(struct loader *l, const cJSON *item);
/* workload_faults.c: the event {"at": T, "fault": {"service" or "process", "kind", ...}}.
 * False: it has become an event of the guest that it names. */
bool load_fault(struct loader *l, const cJSON *fault, struct timed_event *e);
/* "faults" of the workload, that are drawn; "bugs" of the kernel. */
void load_drawn_faults(struct loader *l, const cJSON *item);
void load_bugs(struct loader *l, const cJSON *list);
/* A service by name; false: said. */
bool load_service(struct loader *l, const cJSON *item, uint32_t *out);
/* A step {"call": service, ...}. */
bool load_call_step(struct loader *l, const cJSON *o, struct step *out, ns_t *demand);
/* workload_steps.c: list of steps into out; *demand: the time that they take alone. */
bool load_steps(struct loader *l, const cJSON *list, struct process_config *out,
                ns_t *demand);
/* One `cpu` step of an item's length. */
bool load_cpu_only(struct loader *l, const cJSON *item, struct process_config *out,
                   ns_t *demand);
/* workload_process.c */
void load_affinity(struct loader *l, const cJSON *item, uint64_t *out);
void load_processes(struct loader *l, const cJSON *list);
/* Index of the process of this name, UINT32_MAX if there is none; after
 * load_processes. */
uint32_t load_find_process(const struct loader *l, const char *name);
/* workload_program.c */
void load_program(struct loader *l, const cJSON *o, struct process_config *out);
/* workload_uunifast.c: make the tasks of a generator; base has what they share. */
void load_uunifast(struct loader *l, const cJSON *o, const struct process_config *base);
/* workload_list.c: a copy of p joins the workload: its tasks get slots. */
void load_add_process(struct loader *l, const cJSON *item,
                      const struct process_config *p, ns_t demand);
enum { MAX_PROCESSES = 1 << 20 };
/* a + b and a * n of times >= 0; NS_MAX / 2 if it would be more. */
ns_t time_sum(ns_t a, ns_t b);
ns_t time_times(ns_t a, uint64_t n);

#endif
