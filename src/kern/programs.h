/* kern/programs.h - what kernels that run programs have besides, as a whole: the tables of
 * the services. What stands in a table only its own service knows. */
#ifndef KERN_PROGRAMS_H
#define KERN_PROGRAMS_H

#include <cpu/program.h>
#include <kern/kern.h>
#include <mm/aspace.h>

enum {
    PROG_PIPES = 256,
    FILES_BESIDES = 768,        /* open files, but for three a process */
    EXEC_BUFFERS = 2,           /* for what execve passes on */
    PROG_KEPT = 6,              /* pages that a keeper keeps (pages.c), at most */
};

struct console;
struct exec_buffer;
struct fdtable;
struct futex;
struct gfile;
struct page_need;
struct pipe;
struct proc;
struct thread;

struct programs {
    struct cpu *cpu;
    struct mm mm;
    uint32_t nconfigured;       /* threads of the workload */
    uint32_t nborn;             /* of them, arrived */
    uint32_t nthreads;          /* slots: nconfigured + max_forks */
    tid_t next_fork;            /* where to look for a free slot first */
    struct thread *thread;
    struct proc *proc;          /* nthreads of them */
    struct fdtable *fdtable;    /* nthreads of them */
    uint32_t nfiles;
    struct gfile *file;
    struct pipe *pipe;          /* PROG_PIPES */
    struct console *console;    /* nconfigured */
    struct futex *futex;
    rng_t random;               /* getrandom */
    struct exec_buffer *exec;   /* EXEC_BUFFERS */
    struct waitq exec_wait;     /* for one of them */
    struct waitq memory_wait;   /* for a page or frame */
    struct page_need *need;     /* by thread */
    tid_t pinner;               /* keeps its pins while it waits; TID_NONE */
    tid_t keeper;               /* keeps the pages of its faults: pages.c; TID_NONE */
    unsigned changes;           /* hart that works for a task; HART_NONE */
    ns_t shot_at;               /* 1 + when that hart last interrupted others */
    unsigned shot_from;
    ns_t *shot;                 /* by hart: 1 + when it was interrupted then */
    bool released;              /* pages were given up: those who wait may ask again */
    bool starved;               /* no frame can be had: somebody is to be killed */
    uint64_t kept_at;           /* instructions that it had executed then */
    uint32_t nkept;
    struct kept { uint32_t number, pfn; } kept[PROG_KEPT];      /* pages, pinned */
    const struct program_watch *watch;  /* borrowed; NULL */
};

/* Threads of the workload, which have programs. */
uint32_t programs_configured(const struct config *c);

#endif
