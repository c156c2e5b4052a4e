/* sched.h - the scheduler, as a program can speak to it. */
#ifndef SCHED_H
#define SCHED_H
#include <sys/types.h>
#include <time.h>
#define SCHED_OTHER 0
#define SCHED_FIFO 1
#define SCHED_RR 2
#define SCHED_BATCH 3
#define SCHED_IDLE 5
#define SCHED_DEADLINE 6
#define CLONE_NEWNS 0x20000
#define CLONE_NEWUTS 0x4000000
#define CLONE_NEWIPC 0x8000000
#define CLONE_NEWUSER 0x10000000
#define CLONE_NEWPID 0x20000000
#define CLONE_NEWNET 0x40000000
#define CLONE_VM 0x100
#define CLONE_FS 0x200
#define CLONE_FILES 0x400
#define CLONE_SIGHAND 0x800
#define CLONE_VFORK 0x4000
#define CLONE_THREAD 0x10000
#define CLONE_SYSVSEM 0x40000
#define CLONE_SETTLS 0x80000
#define CLONE_PARENT_SETTID 0x100000
#define CLONE_CHILD_CLEARTID 0x200000
#define CLONE_CHILD_SETTID 0x1000000
struct sched_param { int sched_priority; };
struct sched_attr {             /* as Linux has it; times in ns */
    uint32_t size, sched_policy;
    uint64_t sched_flags;
    int32_t sched_nice;
    uint32_t sched_priority;
    uint64_t sched_runtime, sched_deadline, sched_period;
};
typedef struct { unsigned long bits[32]; } cpu_set_t;
#define CPU_SETSIZE 1024
#define CPU_ZERO(s) __builtin_memset((s), 0, sizeof(cpu_set_t))
#define CPU_SET(c, s) ((void)((s)->bits[(c) / 32] |= 1ul << (c) % 32))
#define CPU_CLR(c, s) ((void)((s)->bits[(c) / 32] &= ~(1ul << (c) % 32)))
#define CPU_ISSET(c, s) ((int)((s)->bits[(c) / 32] >> (c) % 32 & 1))
int __cpu_count(const cpu_set_t *s);
#define CPU_COUNT(s) __cpu_count(s)
int sched_yield(void);
int sched_setscheduler(pid_t pid, int policy, const struct sched_param *p);
int sched_getscheduler(pid_t pid);
int sched_setparam(pid_t pid, const struct sched_param *p);
int sched_getparam(pid_t pid, struct sched_param *p);
int sched_get_priority_max(int policy);
int sched_get_priority_min(int policy);
int sched_rr_get_interval(pid_t pid, struct timespec *t);
int sched_setattr(pid_t pid, const struct sched_attr *attr, unsigned flags);
int sched_getattr(pid_t pid, struct sched_attr *attr, unsigned size, unsigned flags);
int sched_setaffinity(pid_t pid, size_t size, const cpu_set_t *set);
int sched_getaffinity(pid_t pid, size_t size, cpu_set_t *set);
int sched_getcpu(void);
/* fn runs on the stack that ends at `top`; then parent_tid, tls, child_tid. */
int clone(int (*fn)(void *), void *top, int flags, void *arg, ...);
#ifndef PRIO_PROCESS
#define PRIO_PROCESS 0
#endif
int getpriority(int which, id_t who);
int setpriority(int which, id_t who, int nice);
#endif
