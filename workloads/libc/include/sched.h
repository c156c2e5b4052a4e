/* sched.h - the scheduler, as a program can speak to it. */
#ifndef SCHED_H
#define SCHED_H
#include <sys/types.h>
#define SCHED_OTHER 0
#define SCHED_FIFO 1
#define SCHED_RR 2
#define SCHED_DEADLINE 6
struct sched_param { int sched_priority; };
struct sched_attr {             /* as Linux has it; times in ns */
    uint32_t size, sched_policy;
    uint64_t sched_flags;
    int32_t sched_nice;
    uint32_t sched_priority;
    uint64_t sched_runtime, sched_deadline, sched_period;
};
int sched_yield(void);
int sched_setscheduler(pid_t pid, int policy, const struct sched_param *p);
int sched_getscheduler(pid_t pid);
int sched_setattr(pid_t pid, const struct sched_attr *attr, unsigned flags);
int sched_getattr(pid_t pid, struct sched_attr *attr, unsigned size, unsigned flags);
#define PRIO_PROCESS 0
int getpriority(int which, int who);
int setpriority(int which, int who, int nice);
#endif
