/* kern/gabi.h - the numbers and structs that guest programs share with the kernel.
 *
 * As RISC-V Linux has them with 32 bits; names are ours, so that they do not clash
 * with the host's. Source: Linux, "include/uapi/asm-generic" and "arch/riscv/include/uapi".
 * Structs are copied as they stand: host and guest are both little-endian.
 */
#ifndef KERN_GABI_H
#define KERN_GABI_H

#include <stdint.h>

enum gabi_errno {
#define ERRNO(number, name) G_##name = number,
#include <ossim/names.def>
#undef ERRNO
};

enum gabi_signal {
#define SIGNAL(number, name) G_##name = number,
#include <ossim/names.def>
#undef SIGNAL
    G_NSIG = 64
};

enum { G_SIG_DFL = 0, G_SIG_IGN = 1 };
enum { G_SIG_BLOCK, G_SIG_UNBLOCK, G_SIG_SETMASK };
#define G_SA_NOCLDSTOP  0x00000001u
#define G_SA_NOCLDWAIT  0x00000002u
#define G_SA_SIGINFO    0x00000004u
#define G_SA_ONSTACK    0x08000000u
#define G_SA_RESTART    0x10000000u
#define G_SA_NODEFER    0x40000000u
#define G_SA_RESETHAND  0x80000000u
enum { G_SS_ONSTACK = 1, G_SS_DISABLE = 2, G_MINSIGSTKSZ = 2048 };

/* si_code. */
enum { G_SI_USER = 0, G_SI_KERNEL = 0x80, G_SI_TKILL = -6, G_SI_TIMER = -2,
       G_ILL_ILLOPC = 1, G_SEGV_MAPERR = 1, G_SEGV_ACCERR = 2, G_BUS_ADRALN = 1,
       G_BUS_ADRERR = 2, G_TRAP_BRKPT = 1, G_CLD_EXITED = 1, G_CLD_KILLED = 2,
       G_CLD_STOPPED = 5, G_CLD_CONTINUED = 6 };

struct gabi_sigaction {         /* no sa_restorer on RISC-V */
    uint32_t handler, flags;
    uint32_t mask[2];
};

struct gabi_siginfo {
    int32_t signo, err, code;
    union {
        struct { int32_t pid; uint32_t uid; int32_t status, utime, stime; } child;
        struct { int32_t pid; uint32_t uid; uint32_t value; } kill;
        uint32_t addr;
        uint32_t room[29];
    };
};

struct gabi_stack { uint32_t sp; int32_t flags; uint32_t size; };

struct gabi_ucontext {
    uint32_t flags, link;
    struct gabi_stack stack;
    uint32_t sigmask[2];
    uint8_t unused[128 - 8];
    _Alignas(16) uint32_t regs[32];     /* pc, x1 .. x31 */
    uint8_t fpregs[528];        /* unused: no floating point */
};

struct gabi_sigframe {
    struct gabi_siginfo info;
    struct gabi_ucontext uc;
};
_Static_assert(sizeof(struct gabi_siginfo) == 128, "as Linux has it");
_Static_assert(sizeof(struct gabi_sigframe) == 944, "as Linux has it");

/* clone */
#define G_CLONE_VM              0x00000100u
#define G_CLONE_FS              0x00000200u
#define G_CLONE_FILES           0x00000400u
#define G_CLONE_SIGHAND         0x00000800u
#define G_CLONE_VFORK           0x00004000u
#define G_CLONE_PARENT          0x00008000u
#define G_CLONE_THREAD          0x00010000u
#define G_CLONE_SYSVSEM         0x00040000u
#define G_CLONE_SETTLS          0x00080000u
#define G_CLONE_PARENT_SETTID   0x00100000u
#define G_CLONE_CHILD_CLEARTID  0x00200000u
#define G_CLONE_DETACHED        0x00400000u
#define G_CLONE_CHILD_SETTID    0x01000000u
#define G_CLONE_KNOWN                                                         \
    (0xffu | G_CLONE_VM | G_CLONE_FS | G_CLONE_FILES | G_CLONE_SIGHAND |      \
     G_CLONE_VFORK | G_CLONE_PARENT | G_CLONE_THREAD | G_CLONE_SYSVSEM |      \
     G_CLONE_SETTLS | G_CLONE_PARENT_SETTID | G_CLONE_CHILD_CLEARTID |        \
     G_CLONE_DETACHED | G_CLONE_CHILD_SETTID)

/* wait */
enum { G_P_ALL, G_P_PID, G_P_PGID };
#define G_WNOHANG    1u
#define G_WSTOPPED   2u
#define G_WEXITED    4u
#define G_WCONTINUED 8u
#define G_WNOWAIT    0x01000000u
#define G_WALL       0xe0000000u        /* __WNOTHREAD, __WALL, __WCLONE */

/* memory */
enum { G_PROT_READ = 1, G_PROT_WRITE = 2, G_PROT_EXEC = 4 };
enum { G_MAP_SHARED = 1, G_MAP_PRIVATE = 2, G_MAP_FIXED = 16, G_MAP_ANONYMOUS = 32,
       G_MAP_FIXED_NOREPLACE = 0x100000 };
enum { G_MS_ASYNC = 1, G_MS_INVALIDATE = 2, G_MS_SYNC = 4 };

/* files */
enum { G_O_WRONLY = 1, G_O_RDWR = 2, G_O_ACCMODE = 3, G_O_CREAT = 0100, G_O_EXCL = 0200,
       G_O_TRUNC = 01000, G_O_APPEND = 02000, G_O_NONBLOCK = 04000,
       G_O_DIRECTORY = 0200000, G_O_NOFOLLOW = 0400000, G_O_CLOEXEC = 02000000,
       G_O_PATH = 010000000, G_FD_CLOEXEC = 1 };
enum { G_AT_FDCWD = -100, G_AT_SYMLINK_NOFOLLOW = 0x100, G_AT_REMOVEDIR = 0x200,
       G_AT_EACCESS = 0x200, G_AT_SYMLINK_FOLLOW = 0x400 };
enum { G_SEEK_SET, G_SEEK_CUR, G_SEEK_END, G_SEEK_DATA, G_SEEK_HOLE };
enum { G_UTIME_NOW = 0x3fffffff, G_UTIME_OMIT = 0x3ffffffe };
enum { G_F_DUPFD = 0, G_F_GETFD, G_F_SETFD, G_F_GETFL, G_F_SETFL,
       G_F_GETLK = 5, G_F_SETLK, G_F_SETLKW, G_F_GETLK64 = 12, G_F_SETLK64, G_F_SETLKW64,
       G_F_OFD_GETLK = 36, G_F_OFD_SETLK, G_F_OFD_SETLKW,
       G_F_DUPFD_CLOEXEC = 1030, G_F_SETPIPE_SZ = 1031, G_F_GETPIPE_SZ = 1032 };
enum { G_F_RDLCK, G_F_WRLCK, G_F_UNLCK };
enum { G_TCGETS = 0x5401, G_TCSETS, G_TCSETSW, G_TCSETSF, G_TCFLSH = 0x540b,
       G_TIOCGPGRP = 0x540f, G_TIOCSPGRP, G_TIOCGWINSZ = 0x5413, G_TIOCSWINSZ,
       G_FIONREAD = 0x541b };
enum { G_S_IFCHR = 0020000, G_S_IFIFO = 0010000 };
enum { G_POLLIN = 1, G_POLLOUT = 4, G_POLLERR = 8, G_POLLHUP = 16, G_POLLNVAL = 32,
       G_POLLRDNORM = 64, G_POLLWRNORM = 256 };
enum { G_PIPE_BUF = 4096, G_IOV_MAX = 1024, G_AT_EMPTY_PATH = 0x1000 };

struct gabi_flock32 { int16_t type, whence; int32_t start, len, pid; };
struct gabi_flock64 { int16_t type, whence; int64_t start, len; int32_t pid; };
_Static_assert(sizeof(struct gabi_flock64) == 32, "as Linux has it");
struct gabi_iovec { uint32_t base, len; };
struct gabi_pollfd { int32_t fd; int16_t events, revents; };
struct gabi_winsize { uint16_t row, col, xpixel, ypixel; };

/* terminals */
enum { G_VINTR, G_VQUIT, G_VERASE, G_VKILL, G_VEOF, G_VTIME, G_VMIN, G_VSWTC, G_VSTART,
       G_VSTOP, G_VSUSP, G_VEOL, G_VREPRINT, G_VDISCARD, G_VWERASE, G_VLNEXT, G_VEOL2,
       G_NCCS = 19 };
enum { G_INLCR = 0100, G_IGNCR = 0200, G_ICRNL = 0400 };        /* iflag */
enum { G_OPOST = 1, G_ONLCR = 4 };                              /* oflag */
enum { G_ISIG = 1, G_ICANON = 2, G_ECHO = 010, G_ECHOE = 020, G_ECHOK = 040, G_ECHONL = 0100,
       G_NOFLSH = 0200, G_TOSTOP = 0400, G_ECHOCTL = 01000, G_ECHOKE = 04000,
       G_IEXTEN = 0100000 };                                    /* lflag */
struct gabi_termios { uint32_t iflag, oflag, cflag, lflag; uint8_t line, cc[G_NCCS]; };
_Static_assert(sizeof(struct gabi_termios) == 36, "as Linux has it");

struct gabi_stat64 {            /* of the generic fstat64, number 80 */
    uint64_t dev, ino;
    uint32_t mode, nlink, uid, gid;
    uint64_t rdev, pad1;
    int64_t size;
    int32_t blksize, pad2;
    int64_t blocks;
    int32_t atime;
    uint32_t atime_nsec;
    int32_t mtime;
    uint32_t mtime_nsec;
    int32_t ctime;
    uint32_t ctime_nsec, unused[2];
};
_Static_assert(sizeof(struct gabi_stat64) == 104, "as Linux has it");

struct gabi_statfs64 {
    uint32_t type, bsize;
    uint64_t blocks, bfree, bavail, files, ffree;
    uint32_t fsid[2], namelen, frsize, flags, spare[4];
};
_Static_assert(sizeof(struct gabi_statfs64) == 88, "as Linux has it");

struct gabi_dirent64 {          /* the name follows, with its NUL, padded to 8 bytes */
    uint64_t ino;
    int64_t off;
    uint16_t reclen;
    uint8_t type;
    char name[];
};

struct gabi_statx {
    uint32_t mask, blksize;
    uint64_t attributes;
    uint32_t nlink, uid, gid;
    uint16_t mode, pad1;
    uint64_t ino, size, blocks, attributes_mask;
    struct { int64_t sec; uint32_t nsec; int32_t pad; } time[4];
    uint32_t rdev_major, rdev_minor, dev_major, dev_minor;
    uint64_t mnt_id, room[13];
};
_Static_assert(sizeof(struct gabi_statx) == 256, "as Linux has it");

/* time */
enum { G_CLOCK_REALTIME, G_CLOCK_MONOTONIC, G_CLOCK_PROCESS_CPUTIME,
       G_CLOCK_THREAD_CPUTIME, G_CLOCK_MONOTONIC_RAW, G_CLOCK_REALTIME_COARSE,
       G_CLOCK_MONOTONIC_COARSE, G_CLOCK_BOOTTIME, G_CLOCK_TAI = 11, G_TIMER_ABSTIME = 1 };
enum { G_ITIMER_REAL, G_ITIMER_VIRTUAL, G_ITIMER_PROF, G_USER_HZ = 100 };

struct gabi_timespec64 { int64_t sec, nsec; };
struct gabi_mq_attr { int32_t flags, maxmsg, msgsize, curmsgs, room[4]; };
struct gabi_timespec32 { int32_t sec, nsec; };
struct gabi_timeval32 { int32_t sec, usec; };
struct gabi_itimerval { struct gabi_timeval32 interval, value; };
struct gabi_itimerspec64 { struct gabi_timespec64 interval, value; };
enum { G_SIGEV_SIGNAL, G_SIGEV_NONE, G_SIGEV_THREAD, G_SIGEV_THREAD_ID = 4 };
struct gabi_sigevent { uint32_t value; int32_t signo, notify, tid; uint32_t room[12]; };
_Static_assert(sizeof(struct gabi_sigevent) == 64, "as Linux has it");
struct gabi_tms { uint32_t utime, stime, cutime, cstime; };

struct gabi_rusage {
    struct gabi_timeval32 utime, stime;
    int32_t maxrss, ixrss, idrss, isrss, minflt, majflt, nswap, inblock, oublock, msgsnd,
            msgrcv, nsignals, nvcsw, nivcsw;
};
_Static_assert(sizeof(struct gabi_rusage) == 72, "as Linux has it");
enum { G_RUSAGE_SELF = 0, G_RUSAGE_CHILDREN = -1, G_RUSAGE_THREAD = 1 };

/* scheduling */
enum { G_SCHED_OTHER, G_SCHED_FIFO, G_SCHED_RR, G_SCHED_BATCH, G_SCHED_IDLE = 5,
       G_SCHED_DEADLINE };
enum { G_PRIO_PROCESS, G_PRIO_PGRP, G_PRIO_USER };

struct gabi_sched_attr {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime, deadline, period;
};
_Static_assert(sizeof(struct gabi_sched_attr) == 48, "SCHED_ATTR_SIZE_VER0");

/* limits, in the order of their numbers */
enum { G_RLIMIT_CPU, G_RLIMIT_FSIZE, G_RLIMIT_DATA, G_RLIMIT_STACK, G_RLIMIT_CORE,
       G_RLIMIT_RSS, G_RLIMIT_NPROC, G_RLIMIT_NOFILE, G_RLIMIT_MEMLOCK, G_RLIMIT_AS,
       G_RLIMIT_LOCKS, G_RLIMIT_SIGPENDING, G_RLIMIT_MSGQUEUE, G_RLIMIT_NICE,
       G_RLIMIT_RTPRIO, G_RLIMIT_RTTIME, G_RLIMITS };
struct gabi_rlimit64 { uint64_t cur, max; };

/* the rest */
struct gabi_utsname { char sysname[65], nodename[65], release[65], version[65],
                      machine[65], domainname[65]; };

struct gabi_sysinfo {
    int32_t uptime;
    uint32_t loads[3], totalram, freeram, sharedram, bufferram, totalswap, freeswap;
    uint16_t procs, pad;
    uint32_t totalhigh, freehigh, mem_unit;
    uint8_t room[8];
};
_Static_assert(sizeof(struct gabi_sysinfo) == 64, "as Linux has it");

enum { G_PR_SET_PDEATHSIG = 1, G_PR_SET_NAME = 15, G_PR_GET_NAME = 16 };
enum { G_FUTEX_WAIT, G_FUTEX_WAKE, G_FUTEX_REQUEUE = 3, G_FUTEX_CMP_REQUEUE, G_FUTEX_WAKE_OP,
       G_FUTEX_WAIT_BITSET = 9, G_FUTEX_WAKE_BITSET, G_FUTEX_PRIVATE = 128,
       G_FUTEX_CLOCK_REALTIME = 256 };
enum { G_FUTEX_OP_SET, G_FUTEX_OP_ADD, G_FUTEX_OP_OR, G_FUTEX_OP_ANDN, G_FUTEX_OP_XOR };
enum { G_FUTEX_CMP_EQ, G_FUTEX_CMP_NE, G_FUTEX_CMP_LT, G_FUTEX_CMP_LE, G_FUTEX_CMP_GT,
       G_FUTEX_CMP_GE };
enum { G_AT_NULL, G_AT_PHDR = 3, G_AT_PHENT, G_AT_PHNUM, G_AT_PAGESZ, G_AT_ENTRY = 9,
       G_AT_UID = 11, G_AT_EUID, G_AT_GID, G_AT_EGID, G_AT_CLKTCK = 17, G_AT_SECURE = 23,
       G_AT_RANDOM = 25, G_AT_EXECFN = 31 };

#endif
