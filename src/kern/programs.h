/* kern/programs.h - what kernels that run programs have besides, as a whole: the tables of
 * the services. What stands in a table only its own service knows. */
#ifndef KERN_PROGRAMS_H
#define KERN_PROGRAMS_H

#include <cpu/program.h>
#include <kern/kern.h>

enum {
    PROG_PIPES = 1024,
    FILE_LOCKS = 1024,          /* on files of a machine */
    FILES_BESIDES = 4096,       /* open files, but for three a process */
    EXEC_BUFFERS = 2,           /* for what execve passes on */
};

struct console;
struct exec_buffer;
struct fdtable;
struct filelocks;
struct futex;
struct gfile;
struct mail;
struct mem;
struct pipe;
struct proc;
struct thread;

struct programs {
    struct cpu *cpu;
    struct mem *mem;            /* of the processes */
    uint32_t nconfigured;       /* threads of the workload */
    uint32_t nborn;             /* of them, arrived */
    uint32_t nthreads;          /* slots: nconfigured + max_forks */
    tid_t next_fork;            /* where to look for a free slot first */
    struct thread *thread;
    struct proc *proc;          /* nthreads of them */
    struct fdtable *fdtable;    /* nthreads of them */
    uint32_t nfiles;
    struct gfile *file;
    struct filelocks *locks;    /* on files; NULL: there is no file system */
    struct pipe *pipe;          /* PROG_PIPES */
    struct console *console;    /* nconfigured */
    struct futex *futex;
    rng_t random;               /* getrandom */
    const struct mail *mail;    /* of queues; NULL: there are none */
    struct exec_buffer *exec;   /* EXEC_BUFFERS */
    struct waitq exec_wait;     /* for one of them */
    const struct program_watch *watch;  /* borrowed; NULL */
};

/* Threads of the workload, which have programs. */
uint32_t programs_configured(const struct config *c);

#endif
