/* kern/timer.h - what a process has asked to be told of: setitimer and timer_create.
 *
 * All of a process's timers share one pending entry, which stands at the first of them.
 * Those that run by CPU time stand where it will be reached if whoever runs now goes on;
 * while nobody does they stand nowhere, and whoever is dispatched looks again.
 */
#ifndef KERN_TIMER_H
#define KERN_TIMER_H

#include <kern/kern.h>

enum {
    PROC_ITIMERS = 3,           /* ITIMER_REAL, _VIRTUAL and _PROF, in this order */
    PROC_TIMERS = 32,           /* of timer_create; RLIMIT_SIGPENDING */
    LIMIT_TIMER = PROC_ITIMERS + PROC_TIMERS,   /* RLIMIT_CPU */
    ALL_TIMERS
};

enum timer_clock { TIMER_REAL, TIMER_USER, TIMER_CPU, TIMER_THREAD };

struct timer {
    bool used;
    uint8_t clock;              /* enum timer_clock */
    uint8_t signo;              /* 0: nobody is told */
    bool told;                  /* its signal was sent, and perhaps not delivered yet */
    bool realtime;              /* its times are those of the calendar */
    int32_t to;                 /* the thread that is told; 0: the process */
    int32_t thread;             /* TIMER_THREAD: whose */
    ns_t at, interval;          /* of its clock; at NS_MAX: off. interval 0: once */
    uint32_t value;             /* sigev_value */
    uint32_t missed, overrun;   /* expiries since it was told; of the last delivery */
};

struct timers {
    unsigned ncpu;              /* armed, and not TIMER_REAL */
    ns_t most;                  /* CPU time at which the process is killed */
    struct timer timer[ALL_TIMERS];
};

struct proc;

/* All off; exec: those of timer_create only. */
void timers_init(struct timers *t);
void timers_exec(struct kern *k, struct proc *p);
/* SIGXCPU from so many seconds of CPU time on, each second; SIGKILL at `hard`. NO_LIMIT:
 * never. */
void timers_limit(struct kern *k, struct proc *p, uint64_t soft, uint64_t hard);
/* A thread of the process begins to run. */
void timers_dispatched(struct kern *k, struct proc *p);
/* The signal of timer number id is delivered: how often it has expired besides. */
uint32_t timer_delivered(struct proc *p, uint32_t id);

#endif
