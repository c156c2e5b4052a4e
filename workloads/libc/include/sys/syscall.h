/* sys/syscall.h - numbers of Linux on RV32 ("Linux kernel, include/uapi/asm-generic/unistd.h"). */
#ifndef SYS_SYSCALL_H
#define SYS_SYSCALL_H
#define SYS_dup 23
#define SYS_dup3 24
#define SYS_openat 56
#define SYS_close 57
#define SYS_pipe2 59
#define SYS_read 63
#define SYS_write 64
#define SYS_writev 66
#define SYS_exit 93
#define SYS_exit_group 94
#define SYS_waitid 95
#define SYS_set_tid_address 96
#define SYS_sched_setscheduler 119
#define SYS_sched_getscheduler 120
#define SYS_sched_yield 124
#define SYS_kill 129
#define SYS_tgkill 131
#define SYS_rt_sigaction 134
#define SYS_rt_sigprocmask 135
#define SYS_setpriority 140
#define SYS_getpriority 141
#define SYS_times 153
#define SYS_uname 160
#define SYS_getrusage 165
#define SYS_prctl 167
#define SYS_getpid 172
#define SYS_getppid 173
#define SYS_gettid 178
#define SYS_sysinfo 179
#define SYS_brk 214
#define SYS_munmap 215
#define SYS_clone 220
#define SYS_execve 221
#define SYS_mmap2 222
#define SYS_mprotect 226
#define SYS_sched_setattr 274
#define SYS_sched_getattr 275
#define SYS_clock_gettime64 403
#define SYS_clock_nanosleep_time64 407
#define SYS_futex_time64 422
/* Any call: the result, or -1 and errno. */
long syscall(long number, ...);
#endif
