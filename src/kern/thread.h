/* kern/thread.h - processes and threads of guest programs, inside.
 *
 * Only for: abi.c birth.c body_program.c check.c deliver.c exit.c load.c load.h proc.c
 * procfs.c programs.c signal.c signal_private.h sys_limit.c sys_proc.c sys_sched.c sys_signal.c trap.c watch.c
 *
 * That is the proc service, and those who look at it from outside; others have proc.h. A
 * *thread* is what is scheduled (a task with machine code for a body), a *process* is what
 * threads share. Thread i and process i belong together when i leads it; task.own is the
 * thread's number. The first threads are those of the workload, in order of arrival;
 * behind them is one for each slot that forks may use.
 *
 * How a system call runs. ECALL stops the hart; at that time trap.c notes number and
 * arguments in the thread's request and charges the cost; when that has passed the
 * handler is called, and perhaps again: request.h.
 */
#ifndef KERN_THREAD_H
#define KERN_THREAD_H

#include <kern/file.h>
#include <kern/gabi.h>
#include <kern/syscall.h>
#include <kern/timer.h>

enum { PROG_NAME = 16, PROG_RANDOMS = 4,
       SIGNAL_QUEUE = 32,         /* real-time signals that wait in a process; RLIMIT_SIGPENDING */
       SIGNAL_RT = 32 };          /* the first of them */
#define PROG_NONE UINT32_MAX

/* --- threads and processes --- */

enum attention {                /* why a thread must enter the kernel before it runs on */
    ATTEND_TRAP = 1,            /* body.trap is to be handled */
    ATTEND_SIGNAL = 2,          /* a signal may be deliverable */
};

enum thread_job {               /* of a thread that leads a periodic program */
    JOB_NONE,                   /* not begun or over: the next one starts at main */
    JOB_RUNS,                   /* also of all other threads */
    JOB_YIELDED,                /* over: the next one goes on behind sched_yield */
};

struct thread {
    struct program body;
    tid_t tid;
    int32_t pid;                /* number of the thread for programs */
    uint32_t generation;        /* times that the slot was used */
    tid_t root;                 /* the configured task that it descends from */
    uint32_t proc;              /* process number; PROG_NONE: the slot is free */
    uint8_t attention;          /* enum attention */
    uint8_t doomed;             /* could not be loaded: this signal ends it */
    uint8_t job;                /* enum thread_job */
    struct request request;     /* in progress: it enters the kernel for that, too */
    uint32_t clear_tid;         /* set_tid_address; 0: none */
    uint32_t set_tid;           /* where the new thread is to write its number */
    uint64_t blocked, pending;  /* signals, bit signo - 1 */
    uint64_t awaited;           /* signals that rt_sigtimedwait sleeps for */
    uint64_t restore;           /* mask to go back to after rt_sigsuspend's signal */
    bool has_restore;
    struct gabi_stack altstack;
    ns_t kernel;                /* ns spent in the kernel for it */
    uint32_t faults, majors;    /* pages brought in, without and with the disk */
    char name[PROG_NAME];
    bool sched_set;             /* the following hold, not the workload's */
    uint32_t sched_policy;
    int32_t nice;
    uint32_t rt_priority;       /* 1 .. 99 of FIFO and RR */
    ns_t runtime, deadline, period;     /* of SCHED_DEADLINE */
    ns_t release;               /* start of its present period */
    uint64_t affinity;          /* TASK_PINNED: harts that it may run on */
};

/* One of several real-time signals that wait, in order. */
struct queued_signal {
    uint8_t signo;
    uint32_t thread;            /* whose it is; PROG_NONE: the process's */
    struct signote note;
};

/* A generator of the calls of other simulators. */
struct abi_random { bool used; uint32_t index; uint64_t state; };

enum proc_state { PROC_FREE, PROC_LIVE, PROC_ZOMBIE };

struct proc {
    uint8_t state;              /* enum proc_state */
    int32_t pid, pgid, sid;
    uint32_t parent;            /* process number; PROG_NONE: the kernel */
    uint32_t first_child, next_sibling;
    uint32_t nthreads;          /* that have not ended */
    const struct program_config *image;
    bool from_disk;             /* what it executes is not that, but a file of the disk */
    struct aspace *as;
    struct fdtable *fds;
    uint32_t console;
    struct file_place place;
    bool exiting;               /* exit_status and exit_signal are decided */
    bool passed;                /* ...and the doors on the way out */
    int32_t exit_status, exit_signal;   /* signal: 0, or what killed it */
    uint8_t parent_signal;      /* what the parent gets at the end; 0: nothing */
    uint8_t stopped;            /* by this signal; 0: not stopped */
    bool held;                  /* stopped by a debugger, which nobody is told */
    bool tell_stop, tell_continue;      /* not yet told to the parent */
    uint32_t vfork_parent;      /* thread that waits for exec or exit; PROG_NONE */
    struct waitq child_wait;    /* threads in waitid or wait4 */
    uint64_t pending;           /* signals to the process */
    struct gabi_sigaction act[G_NSIG + 1];
    struct signote note[G_NSIG + 1];    /* of the one that is delivered next */
    uint32_t nqueued;
    struct queued_signal queue[SIGNAL_QUEUE];
    ns_t dead_user, dead_kernel;        /* of threads that ended */
    ns_t child_user, child_kernel;      /* of children that were collected */
    uint32_t dead_faults, child_faults, dead_majors, child_majors;
    uint32_t max_resident;      /* pages */
    struct timers timers;
    struct gabi_rlimit64 limit[G_RLIMITS];
    struct abi_random random[PROG_RANDOMS];
};

/* --- proc.c --- */

static inline struct thread *thread_of(const struct kern *k, tid_t tid)
{
    return &k->programs->thread[k->task[tid].own];
}
static inline uint32_t thread_number(const struct programs *ps, const struct thread *t)
{
    return (uint32_t)(t - ps->thread);
}
static inline uint32_t proc_number(const struct programs *ps, const struct proc *p)
{
    return (uint32_t)(p - ps->proc);
}
static inline struct proc *proc_of(const struct programs *ps, const struct thread *t)
{
    return &ps->proc[t->proc];
}
/* The live thread with this number for programs, NULL. */
struct thread *thread_by_pid(const struct kern *k, int32_t pid);
/* The process, live or zombie, with this number; NULL. */
struct proc *proc_by_pid(const struct kern *k, int32_t pid);
/* The next live thread of p at or after number `from`; NULL. */
struct thread *proc_thread(const struct programs *ps, const struct proc *p, uint32_t from);

/* --- birth.c --- */

void program_born(struct kern *k, tid_t tid);
bool program_begin(struct kern *k, tid_t tid);
/* The thread's name, from the last part of a path. */
void thread_name(struct thread *t, const char *path);
/* Is there a slot for one more task? */
bool thread_available(const struct kern *k);
/* That slot, its generation and pid set; NULL: there is none. */
struct thread *thread_claim(struct kern *k);
/* Make a claimed and filled-in thread a task that may run, child of `parent`. */
void thread_start(struct kern *k, struct thread *t, const struct thread *parent,
                  uint32_t flags);

/* --- exit.c --- */

/* A zombie is collected: its slot is free. */
void proc_reap(struct kern *k, struct proc *p, tid_t by);
/* Its parent, if it waits in vfork, goes on. */
void proc_release_vfork(struct kern *k, struct proc *p);
/* What it has, and its children, are given up; it may be loaded again. */
void proc_empty(struct kern *k, struct proc *p);
/* The running thread ends its process, as a request of its own, which may have to wait at
 * the doors of those who take back what the process has. The caller must return SYS_GONE;
 * the thread may run on towards its end. */
void proc_leave(struct kern *k, struct thread *t, int status, int signal);
void exit_continue(struct kern *k, struct thread *t);
/* It says that it has done its work: that is the end of its job if there can be another,
 * else of the process. The caller must return SYS_GONE. */
void proc_done(struct kern *k, struct thread *t, int status);
void program_abandon(struct kern *k, tid_t tid);
void program_finish(struct kern *k, tid_t tid);
enum task_state program_exited(struct kern *k, tid_t tid, int status, int signal);

/* --- signal.c, deliver.c --- */

static inline uint64_t signal_bit(unsigned signo)
{
    return UINT64_C(1) << (signo - 1);
}
/* It is taken off those that wait; p->note[signo] says what came with it. */
void signal_take(struct kern *k, struct thread *t, unsigned signo);
/* All that wait with this number vanish; of a thread that has ended, all. */
void signal_forget(struct proc *p, struct thread *t, unsigned signo);
void signals_of_dead(struct proc *p, uint32_t thread);
/* An exception: cannot be blocked or ignored. */
void signal_fault(struct kern *k, struct thread *t, unsigned signo, int32_t code,
                  uint32_t addr);
/* Act on what is pending before the thread goes back to user mode. How its call is to
 * be answered, SYS_RESTART or SYS_INTR, or 0 if it has been. */
enum delivery { DELIVER_NONE, DELIVER_HANDLER, DELIVER_GONE };  /* gone, or asleep */
enum delivery signal_deliver(struct kern *k, struct thread *t, int32_t answer);
/* The process goes on after a stop. */
void proc_continue(struct kern *k, struct proc *p);
/* A debugger holds it, or lets it go: nobody else is told. Not by itself: between two
 * instructions. */
void proc_hold(struct kern *k, struct proc *p, bool held);
/* The parent learns of an end, a stop or a continuation. */
void tell_parent(struct kern *k, struct proc *p, int32_t code, int32_t status);

/* --- watch.c --- */

/* Run a hart as its body does, under the eyes of the watcher. */
void run_watched(struct kern *k, unsigned h, struct thread *t, ns_t to);

/* --- sys_limit.c --- */

/* Those of a new process, and what they mean for one that has inherited them. */
void limits_init(const struct programs *ps, struct proc *p);
void limits_inherited(struct kern *k, struct proc *p);
/* May the process have one task more (RLIMIT_NPROC)? */
bool limits_let_fork(const struct programs *ps, const struct proc *p);

/* --- trap.c --- */

/* What a page fault was an attempt at, by its cause. */
static inline enum mmu_access fault_access(uint32_t cause)
{
    return cause == CAUSE_FETCH_PAGE ? ACCESS_FETCH :
           cause == CAUSE_LOAD_PAGE || cause == CAUSE_LOAD_MISALIGNED ? ACCESS_LOAD : ACCESS_STORE;
}
/* The program on hart h stopped before its slice ended: a trap. */
void program_stopped(struct kern *k, unsigned h);

/* --- abi.c: a program's calls that are not Linux's --- */

/* Number and arguments of the call that the thread makes. */
void abi_decode(const struct thread *t, uint32_t abi, struct request *r);
/* As a sys_fn. */
int32_t abi_call(struct sysc *c);

#endif
