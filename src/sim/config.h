/* sim/config.h - what a run is made of, as plain structs.
 *
 * The loader (formats) fills them, the core only reads them. All pointers are
 * owned by whoever built the config and stay valid, unchanged, as long as any
 * machine made from it. Nothing here is checked: the loader has done that.
 */
#ifndef SIM_CONFIG_H
#define SIM_CONFIG_H

#include <ossim/iosched.h>
#include <ossim/replace.h>
#include <ossim/sched.h>
#include <ossim/types.h>
#include <sim/watch.h>

enum { CONFIG_NAME = 64, CONFIG_MAX_REPEAT_DEPTH = 8, CONFIG_TASKS_LIMIT = 10000000 };

/* --- numbers that may be drawn --- */

enum dist_kind { DIST_CONST, DIST_EXP, DIST_UNIFORM, DIST_LOGNORMAL, DIST_PARETO,
                 DIST_CHOICE };

/* Times are in ns. lognormal's mu and sigma and pareto's shape are in millionths;
 * lognormal: exp(N(mu, sigma)) time units. */
struct dist {
    uint8_t kind;               /* enum dist_kind */
    uint32_t nchoices;
    int64_t a, b;               /* const: a; exp: mean a; uniform: a..b inclusive;
                                 * lognormal: mu a, sigma b; pareto: shape a, min b */
    int64_t unit;               /* ns of one time unit, for lognormal */
    const int64_t *choices;     /* DIST_CHOICE: one of these, equally likely */
};

/* --- what a burst task does --- */

enum step_kind {
    STEP_CPU,                   /* len */
    STEP_IO,                    /* len: a delay without a queue */
    STEP_SLEEP,                 /* len */
    STEP_YIELD,
    STEP_LOCK, STEP_UNLOCK,     /* object: lock number */
    STEP_SEND, STEP_RECV,       /* object: channel number */
    STEP_DISK_READ,             /* object: sectors; count: sectors of one unit of len, */
    STEP_DISK_WRITE,            /* ...which is drawn, a block or cylinder number */
    STEP_TOUCH,                 /* touch: references to its own pages */
    STEP_FILE,                  /* file; len: bytes */
    STEP_CALL,                  /* object: service; from: who asks; len: its CPU time;
                                 * count: bytes that go along */
    STEP_LOOP,                  /* count: times to do what follows, up to... */
    STEP_NEXT,                  /* ...this; object: index of the step after LOOP;
                                 * depth: nesting level, 0 = outermost */
    STEP_END                    /* every script ends with one */
};

enum touch_kind {
    TOUCH_LIST,                 /* list, in order */
    TOUCH_LOOP,                 /* 0 .. n - 1 over and over */
    TOUCH_UNIFORM,              /* any of n, equally likely */
    TOUCH_ZIPF,                 /* page i with weight 1 / (i + 1)^s: `cumulative` */
    TOUCH_WALK,                 /* near the last one with probability `near` / 1000000 */
    TOUCH_PHASES,               /* list: n and references of each phase, in turn */
};

#define TOUCH_WRITES 0x80000000u        /* in a list: this reference writes */

struct touch {                  /* references of one step to the task's own pages */
    uint8_t kind;               /* enum touch_kind */
    bool write;                 /* all of them write */
    uint32_t n;                 /* pages, or entries of the list (of phases: pairs) */
    const uint32_t *list;
    const uint64_t *cumulative; /* zipf: n sums of weights */
    uint32_t near;
    uint64_t count;             /* references in all */
    ns_t each;                  /* CPU time of one */
    uint32_t pages;             /* all are below it */
};

enum file_step_kind { FILE_READ, FILE_WRITE, FILE_APPEND, FILE_SYNC, FILE_UNLINK };

struct file_step {              /* something done to a file of the disk */
    uint8_t kind;               /* enum file_step_kind */
    bool whole;                 /* READ: to its end */
    const char *path;           /* from the root */
    uint32_t path_len;
    struct dist at;             /* READ, WRITE: bytes from its beginning */
};

struct step {
    uint8_t kind;
    uint8_t depth;              /* LOOP, NEXT */
    uint8_t from;               /* CALL: service that calls; 0: the task itself */
    uint32_t object;
    uint64_t count;             /* LOOP: >= 1 */
    struct dist len;
    const struct touch *touch;
    const struct file_step *file;
};

/* --- processes --- */

enum arrival_kind { ARRIVAL_FIXED, ARRIVAL_DIST };
/* What a power cut does to a process in steps; programs always end. */
enum at_cut { CUT_GOES_ON, CUT_ENDS };
enum on_miss { MISS_CONTINUE, MISS_ABORT, MISS_SKIP, MISS_FAIL };

struct process_config {
    char name[CONFIG_NAME];
    uint32_t count;             /* tasks made from this entry, >= 1 */
    tid_t first;                /* slot of the first of them */
    /* Arrival: of the first at `arrival`; with a process ("poisson", or a
     * distribution) each next one comes a drawn gap later, the first included. */
    ns_t arrival;
    bool arrival_gaps;          /* gap is used */
    struct dist gap;
    int32_t priority, nice;
    uint32_t tickets;
    uint64_t affinity;          /* all ones: any hart */
    /* Periodic (period > 0), or one job with a deadline (deadline > 0). */
    ns_t period, deadline, start_deadline;  /* relative; 0 = none */
    uint64_t jobs;              /* of a periodic task; 0 = until the run stops */
    enum on_miss on_miss;
    uint8_t at_cut;             /* enum at_cut */
    bool restarts;              /* there is another of it after each power cut */
    bool job_yields;            /* a program's job ends with sched_yield, else with it */
    /* What it does: steps (of one job, for a periodic task), or a program. */
    const struct step *steps;   /* NULL: a program */
    uint32_t nsteps, repeat_depth;
    uint32_t pages;             /* its touch steps name pages below this */
    struct program_config *program;     /* NULL: steps */
    uint8_t server;             /* a service that a structure runs as a process; 0: none */
    uint16_t guest;             /* the CPUs of guest - 1, one a task; 0: no guest */
};

/* Whose system calls a program makes. */
enum program_abi {
#define ABI(id, name) ABI_##id,
#include <ossim/abi.def>
    ABIS
};
enum { ABI_STRIDE = 10000 };    /* see abi.def */

struct queue_use {              /* a channel that a program may use as a message queue */
    uint32_t channel;
    bool sends, receives;
};

struct program_config {
    const char *path;           /* host path as opened; for messages */
    const uint8_t *elf;         /* the ELF image in memory */
    size_t elf_size;
    const char *const *argv;    /* argc strings; argv[0] is the program's name */
    uint32_t argc;
    const char *const *envp;
    uint32_t envc;
    const uint8_t *stdin_data;  /* what its console says at once; may be NULL */
    size_t stdin_size;
    enum program_abi abi;
    bool stdin_closed;          /* end of file after stdin_data (else it waits) */
    bool terminal;              /* its console has a terminal's line discipline */
    uint8_t tty;                /* bit n: without one, descriptor n leads to a terminal outside */
    uint16_t width, height;     /* of that terminal, in characters */
    uint32_t nqueues;
    const struct queue_use *queue;
};

/* --- policies --- */

struct sched_port;              /* sched/port.h */

/* What policies get that run as guest code (machine/guest_policy.h). */
struct guest_limits {
    uint64_t memory;            /* bytes; 0: the default */
    uint64_t instructions;      /* that one call may take; 0: the default */
    bool charge;                /* they are simulated kernel time */
    const struct policy_config *fallback;       /* when it breaks; NULL: the run ends */
};

struct policy_config {
    const struct sched_ops *ops;        /* its face: to read, not to call */
    const struct sched_port *port;      /* how to call it; NULL: it is built in */
    void *self;                         /* the port's */
    char spec[128];             /* as written: "rr:quantum=4" */
    struct sched_params params; /* values and quantum; the core fills in the rest */
};

/* --- costs, in cycles of the hart concerned --- */

enum insn_class { INSN_ALU, INSN_MUL, INSN_DIV, INSN_LOAD, INSN_STORE, INSN_BRANCH,
                  INSN_JUMP, INSN_AMO, INSN_CSR, INSN_FENCE, INSN_SYSTEM,
                  INSN_CLASSES };

/* Control passing between services; 0 all of them in `ideal`. */
struct crossing_costs {
    uint32_t call;              /* from one service to another in one address space */
    uint32_t layer;             /* for each layer that a call goes through */
    uint32_t gate;              /* for each ring crossed, by hardware */
    uint32_t ring_trap;         /* ...or by trap */
    uint32_t check;             /* of the arguments, for each ring crossed */
    uint32_t message;           /* one way; without the switch to the receiver */
    uint32_t copy;              /* of 64 bytes of a message */
};

struct vm_costs {               /* cycles, of one exit of a guest; each mode has one of them */
    uint32_t trap, exit, hypercall;
    uint32_t process;           /* on top, if a process of the host has to see to it */
};

/* Figures of what a structure costs. */
enum cost_figure { COST_SYSCALL, COST_SWITCH, COST_CALL, COST_LAYER, COST_GATE, COST_RING_TRAP,
                   COST_CHECK, COST_MESSAGE, COST_COPY, COST_VM_TRAP, COST_VM_EXIT,
                   COST_HYPERCALL, COST_VM_PROCESS, COST_FIGURES };
_Static_assert(COST_FIGURES <= 16, "cost_config.uncited has a bit for each");

struct cost_config {
    char name[CONFIG_NAME];
    uint16_t uncited;           /* a bit for each cost_figure: nobody is named who says so */
    uint32_t insn[INSN_CLASSES];        /* >= 1 */
    uint32_t taken_branch;      /* on top, when a branch is taken */
    uint32_t misaligned;        /* on top, for an access that is not aligned */
    uint32_t tlb_walk_level;    /* for each level of the table that a miss reads */
    uint32_t trap;              /* entry and exit of an exception */
    uint32_t syscall;           /* entry and exit of a system call */
    uint32_t context_switch;    /* dispatching a task other than the last one */
    uint32_t migration;         /* on top, when it last ran on another hart; as the
                                 * metric, not for the first that a hart ever runs */
    uint32_t page_fault;        /* the kernel's work for a minor fault */
    uint32_t shootdown;         /* of a hart that is told to forget translations, and of the
                                 * one that waits until all have done so */
    struct crossing_costs crossing;
    struct vm_costs vm;
};

/* --- how the kernel is built --- */

enum structure_model {
    MODEL_MONOLITHIC, MODEL_LAYERED, MODEL_RINGS, MODEL_MICROKERNEL, MODEL_MODULAR,
    MODEL_HYBRID, STRUCTURE_MODELS
};

enum { STRUCTURE_SERVICES = 16 };       /* room for those of service.def */

enum { ASSUMED_RESTART = 1, ASSUMED_HEARTBEAT = 2, ASSUMED_REBOOT = 4 };

struct module_source {          /* where a module comes from */
    ns_t time;                  /* that its load takes; or it is read from the disk: */
    uint32_t block, blocks;     /* of 4 KiB; 0 blocks: it is not */
};

struct scheduler_module {
    char name[CONFIG_NAME];     /* of its ops: "mlfq" */
    struct module_source source;
};

struct structure_config {
    uint8_t assumed;            /* ASSUMED_...: times that are the defaults, of no source */
    uint8_t model;              /* enum structure_model */
    char name[CONFIG_NAME];     /* "layered", or the system's: "multics" */
    bool open;                  /* no wall between user and kernel: msdos */
    uint8_t level[STRUCTURE_SERVICES];  /* layered: 1 is the uppermost, under the user's 0;
                                         * rings: 0 is the innermost; [0]: the user's */
    bool by_trap;               /* rings: without hardware for them */
    uint16_t servers;           /* a bit each: runs as a process */
    bool restart, retry, inherit;       /* of servers that failed; of their clients */
    ns_t restart_time;          /* to make a new one */
    ns_t heartbeat;             /* period in which a hang is found */
    uint16_t modules;           /* a bit each: loaded at first use, which takes... */
    struct module_source load[STRUCTURE_SERVICES];
    uint32_t nschedulers;       /* that are modules, too */
    const struct scheduler_module *scheduler;
    ns_t unload;                /* a module that nobody calls for so long leaves; 0: never */
    bool iommu;                 /* devices touch only what their driver may */
    uint32_t quota;             /* frames that a server may have; more, and it is ended */
    ns_t reboot;                /* until the machine is back after its kernel failed */
    uint32_t server_bytes;      /* of memory that one server takes */
    bool faults;                /* some service or process will fail */
    bool leaks;                 /* ...by taking memory */
    bool calls;                 /* some burst calls a service by name */
};

/* --- what fails --- */

enum attack_does { ATTACK_READS, ATTACK_WRITES, ATTACK_CRASHES };

struct fault_config {           /* of a service, or of a process */
    ns_t at;                    /* of one that is drawn */
    uint8_t kind;               /* enum fault_kind, kern/service.h */
    uint8_t service;            /* of service.def; 0: a process, the first task of... */
    uint32_t process;           /* ...this entry */
    uint32_t bytes;             /* corrupt, and an attacker who writes: that change */
    uint32_t frames;            /* leak: so many, every so often */
    ns_t every;
    uint8_t does;               /* enum attack_does: with what the attacker has taken */
};

struct bug_config {             /* whoever may call a service with one can take it over */
    uint8_t service;
    uint16_t from;              /* callers for whom it works: a bit each, USER's too */
    ns_t takes;                 /* to find and use */
};

struct faults_config {          /* so many, drawn from the run's seed */
    uint32_t count;
    ns_t from, to;
    uint16_t services, kinds;   /* equally likely: a bit each */
};

/* --- the machine --- */

struct opp { uint32_t mhz, uw; };       /* operating point: MHz, power in uW when busy */

struct idle_state {             /* as the device tree's idle-states */
    char name[16];
    uint32_t uw;                /* power in uW, once it is entered */
    ns_t entry, exit;           /* how long they take, at the power of a busy hart */
    ns_t residency;             /* the shortest idling for which it is worth it */
};

enum { CPU_OPPS = 32, CPU_IDLE_STATES = 8, CPU_DMIPS = 1024 };

struct cpu_config {
    uint32_t mhz;               /* >= 1; with operating points the highest of them */
    uint32_t dmips;             /* work a MHz, 1 .. CPU_DMIPS, which is the most: the device
                                 * tree's capacity-dmips-mhz. 0 or 1 where no hart says it:
                                 * then speeds are plain MHz */
    char kind[16];              /* "big", "little", ""; for views */
    char cluster[16];           /* harts of one share a clock; "": its own */
    uint32_t clock;             /* the first hart of those that share it */
    const struct opp *opps;     /* nopps of them, frequencies rising; 0: it has one speed
                                 * and nobody knows its power */
    const struct idle_state *idle;      /* nidle of them, the shallowest first */
    uint32_t nopps, nidle;
    ns_t transition;            /* from asking for a frequency to having it */
};

/* A hand-made config may leave it out. */
static inline uint32_t cpu_dmips(const struct cpu_config *c)
{
    return c->dmips ? c->dmips : 1;
}

/* How fast it is at its highest frequency: MHz x work a MHz. */
static inline uint32_t cpu_speed(const struct cpu_config *c)
{
    return c->mhz * cpu_dmips(c);
}

enum governor { GOV_PERFORMANCE, GOV_POWERSAVE, GOV_ONDEMAND, GOV_SCHEDUTIL };

enum tlb_replace { TLB_FIFO, TLB_RANDOM, TLB_LRU };

struct memory_config {
    uint32_t frames;            /* of 4 KiB */
    uint32_t tlb_entries, tlb_ways;     /* powers of two; ways <= entries */
    enum tlb_replace tlb_replace;
    bool svadu;                 /* hardware sets A and D; else Svade: it faults */
};

struct replace_config {
    const struct replace_ops *ops;
    char spec[128];             /* as written: "clock:bit=0" */
    struct replace_params params;       /* values; the core fills in the rest */
    struct op_watched watch;       /* of a plug-in */
};

enum alloc_kind { ALLOC_GLOBAL, ALLOC_LOCAL, ALLOC_PROPORTIONAL, ALLOC_WORKING_SET,
                  ALLOC_PFF };

struct alloc_config {           /* how many frames each process may have */
    uint8_t kind;               /* enum alloc_kind */
    ns_t window;                /* working-set: what was used within it stays */
    ns_t low, high;             /* pff: time between two faults of a process */
    char spec[64];              /* as written */
};

enum oom_kind { OOM_SCORE, OOM_NEWEST, OOM_LARGEST };

/* --- disks --- */

struct iosched_config {
    const struct iosched_ops *ops;
    char spec[128];             /* as written: "scan:edge=turn" */
    struct iosched_params params;       /* values; the queue fills in the rest */
    struct op_watched watch;       /* of a plug-in */
};

/* Zones have the same number of cylinders each, and sectors per track fall linearly from
 * `outer` to `inner`. Skews are sectors by which the next track of a cylinder, and the
 * first of the next cylinder, begin later; SKEW_FIT: so that switching loses nothing. */
#define SKEW_FIT UINT32_MAX

struct hdd_params {
    uint32_t cylinders, surfaces;
    uint32_t zones, outer, inner;
    ns_t revolution;
    ns_t phase;                 /* how far the platter has turned at time 0 */
    /* Of d cylinders: seek_one if d is 1 and that is not 0; below `knee`
     * seek_base + seek_root * sqrt(d), from there seek_far + seek_per * d. */
    uint32_t knee;
    ns_t seek_one, seek_base, seek_root, seek_far, seek_per;
    ns_t head_switch;           /* to another surface of the same cylinder */
    ns_t overhead;              /* of the controller, for each request */
    ns_t write_settle;          /* on top, before a write */
    uint32_t buffer;            /* sectors of the track buffer; 0: none */
    ns_t bus_sector;            /* to the host, from the buffer */
    uint32_t head_skew, cylinder_skew;
};

struct ssd_params {
    uint32_t channels, dies;    /* dies: of one channel */
    uint32_t page;              /* sectors */
    uint32_t block;             /* pages */
    ns_t read, program, erase;  /* of a page, of a block */
    ns_t bus_page;              /* one page over the channel */
    uint32_t spare;             /* of the capacity, in thousandths */
    uint32_t collect;           /* blocks free, in thousandths: below that, collect */
    ns_t overhead;
};

enum disk_model { DISK_NONE, DISK_TEXTBOOK, DISK_FIXED, DISK_HDD, DISK_SSD, DISK_RAID };

struct disk_config {
    uint8_t model;              /* enum disk_model */
    char name[CONFIG_NAME];     /* "cheetah-9lp" */
    uint64_t nsectors;          /* of the whole device */
    uint64_t reserved;          /* of them, at its end, no file system's: swap space */
    struct iosched_config scheduler;
    uint32_t slots;             /* requests the scheduler sees, >= 1; others wait in line */
    uint32_t depth;             /* requests inside the drive, >= 1: NCQ */
    bool merge;
    uint32_t cylinders;         /* textbook */
    uint32_t head;              /* the cylinder where the arm is at first */
    ns_t per_cylinder;          /* textbook */
    ns_t latency;               /* fixed */
    struct hdd_params hdd;
    struct ssd_params ssd;
    /* RAID */
    uint32_t level, members;    /* 0, 1, 5 */
    uint32_t chunk;             /* sectors on one member before the next */
    uint32_t failed;            /* 1 + the member that is missing from the start; 0: none */
    bool rebuild;               /* it is replaced by an empty one, and filled */
    const struct disk_config *member;
    bool faults;                /* some will be injected */
    uint32_t nbad;              /* ...of them bad sectors */
    bool sized;                 /* its size was said, not taken from the drive */
    /* Contents */
    bool stored;                /* false: time only, no bytes */
    const uint8_t *image;       /* what is there at first; NULL: zeros */
    uint64_t image_size;        /* bytes */
};

/* The file system that is on the disk. */
struct fs_config {
    bool mounted;               /* false: there is none, or nobody looks at it */
    bool read_only;             /* mounted so: nothing on it can be changed */
    uint32_t block_size, cache_blocks, read_ahead;
    uint32_t dirty_percent;     /* of the cache: beyond it, the oldest are written */
    const struct replace_config *replacement;   /* of the cache; NULL: lru */
    ns_t write_back;
    bool journal_data;
    uint32_t epoch;             /* seconds since 1970 at time 0, for time stamps */
};

enum disk_fault_kind { DISK_POWER_CUT, DISK_TORN, DISK_BAD_SECTOR, DISK_SLOW,
                       DISK_LOST_WRITE };

struct disk_fault {
    uint8_t kind;               /* enum disk_fault_kind */
    uint64_t sector;
    uint32_t nsectors;          /* 0: any, for a write that gets lost */
    ns_t lasts;                 /* slow, bad sectors: 0: for ever; power cut: until the boot */
};

/* Does the power go? A torn write is a power cut that leaves what is under way half done. */
static inline bool disk_fault_cuts(const struct disk_fault *f)
{
    return f->kind == DISK_POWER_CUT || f->kind == DISK_TORN;
}

struct swap_config {            /* where pages go that do not fit */
    uint32_t frames;            /* slots; 0: there is none */
    bool on_disk;               /* the last part of the machine's disk; else its own */
    struct disk_config drive;   /* its own */
    uint32_t readahead, cluster;        /* pages read on, and written, along with one */
};

/* --- kernels on this kernel --- */

enum vm_type { VM_TYPE_1, VM_TYPE_2, VM_KVM };
enum vm_mode { VM_FULL, VM_HARDWARE, VM_PARA, VM_SIMULATED, VM_MODES };
enum { VM_EXITS = 8 };          /* room for those of exit.def */

struct guest_config {
    char name[CONFIG_NAME];
    const struct config *config;        /* of its kernel, adapted to the mode */
    uint32_t process;           /* entry of the outer config that makes its CPUs */
    uint32_t weight;            /* of all its CPUs; 100: of an ordinary process */
    uint32_t cap;               /* of one real hart, in hundredths; 0: none */
    uint32_t frames;            /* of the machine's memory, overhead included */
    uint32_t balloon;           /* of them, that it lends back at first */
};

struct link_config {            /* a channel of one kernel that ends in another */
    uint32_t from, to;          /* 1 + the guest; 0: the kernel under them */
    uint32_t out, in;           /* number of the channel there and here */
};

struct vm_config {
    uint8_t type, mode;         /* enum vm_type, vm_mode */
    char name[CONFIG_NAME];     /* "para", or the system's: "xen-pv" */
    uint32_t factor;            /* simulated: by which all instructions take longer... */
    bool factor_cited;          /* ...and somebody is named who says so */
    uint8_t exits[VM_EXITS];    /* by cause: how many exits one makes */
    uint32_t cycles[VM_EXITS];  /* ...and cycles of the real hart that all of these take */
    ns_t cap_period;            /* in which a capped guest gets its share */
    ns_t link_latency;          /* of messages between guests, and with the kernel under them */
    bool counted;               /* the guests' frames are of memory.frames, which is given */
    ns_t pv_spin;               /* a guest's task spins for a lock so long at most, and then
                                 * lets go of its CPU; 0: as long as its kernel says */
    uint32_t nguests;
    const struct guest_config *guest;
    uint32_t nlinks;
    const struct link_config *link;
};

enum knowledge { KNOW_ORACLE, KNOW_ESTIMATE, KNOW_NONE };
enum lock_protocol { LOCKS_NONE, LOCKS_PIP, LOCKS_PCP, LOCKS_SRP, LOCKS_CEILING };

struct timed_event {            /* in order of `at`, then of the file */
    ns_t at;
    const struct policy_config *policy; /* takes over from here */
    const char *input;          /* or: text typed at the console of `process` */
    uint32_t process;           /* index into processes */
    const struct disk_fault *disk_fault;        /* or: the disk fails */
    const struct fault_config *fault;           /* or: a service or a process does */
    bool balloons;              /* or: its machine wants this kernel to lend it... */
    uint32_t frames;            /* ...so many frames */
};

/* References to pages are numbered in the order in which they are made; a page is named by its
 * task and its number, of programs by the task that they descend from. */
static inline uint64_t reference_key(tid_t task, uint32_t page)
{
    return (uint64_t)task << 32 | page;
}
struct foresight {              /* what a first run has recorded, for policies that need it */
    uint32_t nkeys;
    const uint64_t *key;        /* ascending */
    const uint32_t *first;      /* nkeys + 1: where the references of each begin in `at` */
    const uint32_t *at;         /* their numbers, ascending for each key */
};

struct config {
    char name[CONFIG_NAME];
    const char *about, *source;         /* "" if not given */
    const char *metric;         /* what matters here most, by name; NULL: not said */
    const char *const *metrics; /* nmetrics of them: all that matters, that one first */
    uint32_t nmetrics;
    const char *file;           /* where it came from, for messages */
    ns_t time_unit;             /* ns, >= 1 */
    char unit_name[4];          /* "ms" */
    uint64_t seed;

    uint32_t ncpus;
    const struct cpu_config *cpus;
    struct memory_config memory;
    struct swap_config swap;
    struct replace_config replacement;
    const struct foresight *foresight;  /* NULL: nothing is known of the future */
    void (*refer)(void *ctx, uint64_t key);     /* told of each reference; NULL: nobody */
    void *refer_ctx;
    struct alloc_config allocation;
    bool load_control;          /* suspend whole processes when memory thrashes */
    uint8_t oom;                /* enum oom_kind */
    bool copy_at_fork;          /* "copy_on_write": false */
    bool touches;               /* some step touches pages */
    bool ballooned;             /* a machine under it may want frames back */
    bool file_steps;            /* some step works on files */
    struct disk_config disk;    /* DISK_NONE: there is none */
    struct fs_config fs;
    struct cost_config costs;

    struct structure_config structure;
    const struct vm_config *vm; /* NULL: no kernel runs on this one */
    uint32_t slowdown;          /* CPU bursts take so many times as long; 0 and 1: not */
    uint32_t parts;             /* of a guest: so many of them its harts get done on the
                                 * fastest hart under it, fewer on others; 1 ..
                                 * CONFIG_PARTS, 0: as 1 */
    struct policy_config policy;
    bool global_queue;          /* "runqueues": "global" */
    bool cooperative;           /* "preemption": "none": a task runs until it waits, yields
                                 * or ends, whatever the policy would like */
    struct guest_limits guest;
    enum knowledge knowledge;
    enum lock_protocol locks;
    ns_t lock_spin;             /* who waits for a lock keeps its hart so long, and sleeps
                                 * then; 0: it sleeps at once */
    ns_t smp_skew;              /* ns, >= 1 */
    ns_t balance_interval;      /* queues of busy harts are evened out so often; 0: never */
    uint32_t balance_imbalance; /* if they differ by so many tasks, >= 1 */
    ns_t timer_jitter;          /* how late the end of a quantum may come */
    uint8_t governor;           /* enum governor: of harts with operating points */
    ns_t governor_rate_limit;   /* schedutil: between two changes of a clock at least so
                                 * long; NS_MAX: by its transition, see config_rate_limit */
    bool power;                 /* some hart has operating points or idle states */

    uint32_t nprocesses;
    const struct process_config *processes;
    uint32_t nprograms;         /* that execve finds, though they are no processes */
    const struct program_config *programs;
    tid_t ntasks;               /* sum of count */
    ns_t date;                  /* where CLOCK_REALTIME starts, since 1970 */
    tid_t max_forks;            /* further slots, for tasks that programs make */

    uint32_t nlocks, nchannels;
    const char *const *lock_names;      /* for messages */
    const char *const *channel_names;
    uint32_t channel_capacity;  /* messages a channel holds; 0 = rendezvous */
    bool messages;              /* some program uses a channel: messages say something */

    uint32_t nevents;
    const struct timed_event *events;
    uint32_t nstandby;          /* policies that somebody may let take over by hand */
    const struct policy_config *standby;
    struct faults_config faults;
    uint32_t nbugs;
    const struct bug_config *bugs;
    ns_t stop_at;               /* NS_MAX: until all is done */
};

/* The entry of `processes` that slot tid belongs to, whether it has arrived or not; of a slot
 * that no entry has (a forked task's), the last. nprocesses >= 1. */
uint32_t config_process_of(const struct config *c, tid_t tid);
/* The entry itself; NULL for a forked task, which has none. */
const struct process_config *config_process(const struct config *c, tid_t tid);

/* Which policy the event EV_POLICY_SWITCH with this `a` speaks of; NULL: none. */
enum { POLICY_FIRST = -1 };     /* the one that a run begins with */
const struct policy_config *config_switched_to(const struct config *c, int64_t a);

/* The operating point in which hart h begins a run. */
static inline uint32_t config_first_opp(const struct config *c, uint32_t h)
{
    return c->governor == GOV_PERFORMANCE && c->cpus[h].nopps ? c->cpus[h].nopps - 1 : 0;
}

/* How long schedutil leaves the clock of hart h alone after it has asked for a change: one and
 * a half transitions, 1 ms if they take no time (Linux, drivers/cpufreq/cpufreq.c,
 * cpufreq_policy_transition_delay_us, since its commit 37c6dccd6837). */
static inline ns_t config_rate_limit(const struct config *c, uint32_t h)
{
    ns_t transition = c->cpus[h].transition;

    if (c->governor_rate_limit != NS_MAX)
        return c->governor_rate_limit;
    return transition ? transition + transition / 2 : 1000000;
}

/* How often as long a burst takes as on the same machine, not simulated. */
static inline uint32_t config_slowdown(const struct config *c)
{
    return c->slowdown ? c->slowdown : 1;
}

/* Machines in one, at any depth; vm NULL: none. */
uint32_t config_guests(const struct vm_config *vm);

enum { CONFIG_PARTS = 1 << 20 };
/* In how many parts the speed of the fastest hart of c is to be counted for those of each of
 * its harts, at each operating point, and of what is under them, to be whole numbers: of its
 * guests' harts. CONFIG_PARTS if that takes more: shares are rounded then. */
uint32_t config_parts_of(const struct config *c);
/* c->parts, 1 if nobody says it. */
static inline uint32_t config_parts(const struct config *c)
{
    return c->parts ? c->parts : 1;
}

/* Its frequency then. */
static inline uint32_t config_first_mhz(const struct config *c, uint32_t h)
{
    const struct cpu_config *cpu = &c->cpus[h];

    return cpu->nopps ? cpu->opps[config_first_opp(c, h)].mhz : cpu->mhz;
}

/* "message", as cost sets write it; its cycles. */
const char *cost_name(enum cost_figure f);
uint32_t cost_cycles(const struct cost_config *c, enum cost_figure f);
/* Those figures that matter to the config's structure and are not 0: a bit each. */
uint16_t config_structure_costs(const struct config *c);

/* Its guests are interpreted, by vm->factor more slowly. */
static inline bool config_is_simulated(const struct config *c)
{
    return c->vm && c->vm->mode == VM_SIMULATED;
}

#endif
