/* process.c - processes: their birth, what they become, their end. */
#include "internal.h"

#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/times.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

long syscall(long number, ...)
{
    long a[6];
    va_list ap;

    va_start(ap, number);
    for (int i = 0; i < 6; i++)
        a[i] = va_arg(ap, long);
    va_end(ap);
    return __result(__syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]));
}

pid_t getpid(void) { return (pid_t)CALL0(SYS_getpid); }
pid_t getppid(void) { return (pid_t)CALL0(SYS_getppid); }
pid_t gettid(void) { return (pid_t)CALL0(SYS_gettid); }
pid_t getpgid(pid_t pid) { return (pid_t)CALL1(SYS_getpgid, pid); }
pid_t getpgrp(void) { return getpgid(0); }
int setpgid(pid_t pid, pid_t group) { return (int)CALL2(SYS_setpgid, pid, group); }
pid_t getsid(pid_t pid) { return (pid_t)CALL1(SYS_getsid, pid); }
pid_t setsid(void) { return (pid_t)CALL0(SYS_setsid); }
uid_t getuid(void) { return (uid_t)CALL0(SYS_getuid); }
uid_t geteuid(void) { return (uid_t)CALL0(SYS_geteuid); }
gid_t getgid(void) { return (gid_t)CALL0(SYS_getgid); }
gid_t getegid(void) { return (gid_t)CALL0(SYS_getegid); }
int setuid(uid_t uid) { return (int)CALL1(SYS_setuid, uid); }
int setgid(gid_t gid) { return (int)CALL1(SYS_setgid, gid); }

/* ---- fork ---- */

pid_t fork(void)
{
    long pid;

    __fork_prepare();
    pid = __syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0, 0);
    if (pid == 0) {             /* the child's one thread has another number */
        __self()->tid = (int)__syscall(SYS_set_tid_address, (long)&__self()->tid, 0, 0, 0, 0, 0);
        __fork_child();
    } else {
        __fork_parent();
    }
    return (pid_t)__result(pid);
}

/* ---- exec ---- */

int execve(const char *path, char *const argv[], char *const envp[])
{
    return (int)CALL3(SYS_execve, path, argv, envp);
}

int execv(const char *path, char *const argv[])
{
    return execve(path, argv, environ);
}

/* Each folder of PATH in turn. A folder where the file may not be run is remembered. */
int execvpe(const char *file, char *const argv[], char *const envp[])
{
    const char *path = getenv("PATH"), *at;
    char full[PATH_MAX];
    int refused = 0;

    if (!*file) {
        errno = ENOENT;
        return -1;
    }
    if (strchr(file, '/'))
        return execve(file, argv, envp);
    for (at = path ? path : "/bin:/usr/bin"; at; at = strchr(at, ':')) {
        size_t n;

        at += *at == ':';
        n = strcspn(at, ":");
        if (n + strlen(file) + 2 > sizeof full)
            continue;
        memcpy(full, at, n);
        full[n] = '/';
        strcpy(full + n + (n > 0), file);
        execve(full, argv, envp);
        if (errno == EACCES)
            refused = 1;
        else if (errno != ENOENT && errno != ENOTDIR)
            return -1;
    }
    errno = refused ? EACCES : ENOENT;
    return -1;
}

int execvp(const char *file, char *const argv[])
{
    return execvpe(file, argv, environ);
}

/* The arguments up to NULL as an array on the caller's stack. */
#define COLLECT(argv, first, ap)                                              \
    size_t n_ = 1;                                                            \
    va_start(ap, first);                                                      \
    while (va_arg(ap, char *))                                                \
        n_++;                                                                 \
    va_end(ap);                                                               \
    char *argv[n_ + 1];                                                       \
    argv[0] = (char *)(uintptr_t)first;                                       \
    va_start(ap, first);                                                      \
    for (size_t i_ = 1; i_ <= n_; i_++)                                       \
        argv[i_] = va_arg(ap, char *)

int execl(const char *path, const char *arg, ...)
{
    va_list ap;

    COLLECT(argv, arg, ap);
    va_end(ap);
    return execv(path, argv);
}

int execlp(const char *file, const char *arg, ...)
{
    va_list ap;

    COLLECT(argv, arg, ap);
    va_end(ap);
    return execvp(file, argv);
}

int execle(const char *path, const char *arg, ...)
{
    va_list ap;
    char **envp;

    COLLECT(argv, arg, ap);
    envp = va_arg(ap, char **);
    va_end(ap);
    return execve(path, argv, envp);
}

/* ---- wait ---- */

int waitid(idtype_t type, id_t id, siginfo_t *info, int options)
{
    return (int)__result(__wait_call(SYS_waitid, (long)type, (long)id, (long)info, options, 0, 0));
}

static long wait_usage(pid_t pid, int *status, int options, void *usage)
{
    siginfo_t info = { 0 };
    idtype_t type = pid == -1 ? P_ALL : pid > 0 ? P_PID : P_PGID;
    int word;

    if (__result(__wait_call(SYS_waitid, (long)type, pid < 0 ? (pid == -1 ? 0 : -pid) : pid,
                             (long)&info, options | WEXITED, (long)usage, 0)) < 0)
        return -1;
    if (info.si_pid == 0)
        return 0;               /* WNOHANG, and none has ended */
    word = info.si_code == CLD_EXITED ? (info.si_status & 255) << 8
         : info.si_code == CLD_KILLED ? info.si_status
         : info.si_code == CLD_DUMPED ? info.si_status | 128
         : info.si_code == CLD_CONTINUED ? 0xffff : info.si_status << 8 | 127;
    if (status)
        *status = word;
    return info.si_pid;
}

/* RV32 has no wait4: waitid's siginfo becomes the old status word. */
pid_t waitpid(pid_t pid, int *status, int options)
{
    return (pid_t)wait_usage(pid, status, options, NULL);
}

pid_t wait(int *status)
{
    return waitpid(-1, status, 0);
}

/* ---- what it has used ---- */

struct kernel_usage { int32_t utime[2], stime[2]; long rest[14]; };

static void convert(struct rusage *to, const struct kernel_usage *k)
{
    to->ru_utime = (struct timeval){ .tv_sec = k->utime[0], .tv_usec = k->utime[1] };
    to->ru_stime = (struct timeval){ .tv_sec = k->stime[0], .tv_usec = k->stime[1] };
    memcpy(&to->ru_maxrss, k->rest, sizeof k->rest);
}

pid_t wait4(pid_t pid, int *status, int options, struct rusage *usage)
{
    struct kernel_usage k = { 0 };
    pid_t r = (pid_t)wait_usage(pid, status, options, usage ? &k : NULL);

    if (usage)
        convert(usage, &k);
    return r;
}

pid_t wait3(int *status, int options, struct rusage *usage)
{
    return wait4(-1, status, options, usage);
}

int getrusage(int who, struct rusage *usage)
{
    struct kernel_usage k = { 0 };
    int r = (int)CALL2(SYS_getrusage, who, &k);

    if (r == 0)
        convert(usage, &k);
    return r;
}

clock_t times(struct tms *t)
{
    return CALL1(SYS_times, t);
}

int getrlimit(int resource, struct rlimit *limit)
{
    return (int)CALL4(SYS_prlimit64, 0, resource, NULL, limit);
}

int setrlimit(int resource, const struct rlimit *limit)
{
    return (int)CALL4(SYS_prlimit64, 0, resource, limit, NULL);
}

/* ---- the system ---- */

int uname(struct utsname *u) { return (int)CALL1(SYS_uname, u); }
int sysinfo(struct sysinfo *info) { return (int)CALL1(SYS_sysinfo, info); }

int prctl(int what, ...)
{
    long a[4];
    va_list ap;

    va_start(ap, what);
    for (int i = 0; i < 4; i++)
        a[i] = va_arg(ap, long);
    va_end(ap);
    return (int)CALL5(SYS_prctl, what, a[0], a[1], a[2], a[3]);
}

int gethostname(char *name, size_t n)
{
    struct utsname u;

    if (uname(&u) < 0)
        return -1;
    strncpy(name, u.nodename, n);
    return 0;
}

int getpagesize(void) { return 4096; }

static long harts(void)
{
    uint32_t mask[32];
    long n = 0, bytes = __syscall(SYS_sched_getaffinity, 0, sizeof mask, (long)mask, 0, 0, 0);

    for (long i = 0; i < bytes / 4; i++)
        n += __builtin_popcount(mask[i]);
    return n > 0 ? n : 1;
}

int get_nprocs(void) { return (int)harts(); }
int get_nprocs_conf(void) { return (int)harts(); }

/* -1 without an error: there is no limit. */
static const struct { int name, value; } fixed[] = {
    { _SC_ARG_MAX, ARG_MAX }, { _SC_CLK_TCK, 100 }, { _SC_PAGESIZE, 4096 }, { _SC_NGROUPS_MAX, NGROUPS_MAX },
    { _SC_STREAM_MAX, -1 }, { _SC_TZNAME_MAX, -1 }, { _SC_JOB_CONTROL, 1 }, { _SC_SAVED_IDS, 1 },
    { _SC_REALTIME_SIGNALS, 200809 }, { _SC_PRIORITY_SCHEDULING, 200809 }, { _SC_TIMERS, 200809 },
    { _SC_FSYNC, 200809 }, { _SC_MAPPED_FILES, 200809 }, { _SC_SEMAPHORES, 200809 },
    { _SC_SHARED_MEMORY_OBJECTS, 200809 }, { _SC_VERSION, 200809 }, { _SC_RTSIG_MAX, RTSIG_MAX },
    { _SC_SEM_NSEMS_MAX, -1 }, { _SC_SEM_VALUE_MAX, SEM_VALUE_MAX }, { _SC_SIGQUEUE_MAX, 32 },
    { _SC_TIMER_MAX, 32 }, { _SC_LINE_MAX, LINE_MAX }, { _SC_IOV_MAX, IOV_MAX }, { _SC_THREADS, 200809 },
    { _SC_GETGR_R_SIZE_MAX, 1024 }, { _SC_GETPW_R_SIZE_MAX, 1024 }, { _SC_LOGIN_NAME_MAX, LOGIN_NAME_MAX },
    { _SC_THREAD_DESTRUCTOR_ITERATIONS, PTHREAD_DESTRUCTOR_ITERATIONS },
    { _SC_THREAD_KEYS_MAX, PTHREAD_KEYS_MAX }, { _SC_THREAD_STACK_MIN, PTHREAD_STACK_MIN },
    { _SC_THREAD_THREADS_MAX, -1 }, { _SC_ATEXIT_MAX, INT_MAX }, { _SC_MONOTONIC_CLOCK, 200809 },
    { _SC_SYMLOOP_MAX, -1 }, { _SC_HOST_NAME_MAX, HOST_NAME_MAX },
};

long sysconf(int name)
{
    struct sysinfo info;
    struct rlimit limit;

    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        if (fixed[i].name == name)
            return fixed[i].value;
    switch (name) {
    case _SC_CHILD_MAX: return getrlimit(RLIMIT_NPROC, &limit) ? 256 : (long)limit.rlim_cur;
    case _SC_OPEN_MAX: return getrlimit(RLIMIT_NOFILE, &limit) ? OPEN_MAX : (long)limit.rlim_cur;
    case _SC_NPROCESSORS_CONF: case _SC_NPROCESSORS_ONLN: return harts();
    case _SC_PHYS_PAGES: return sysinfo(&info) ? -1 : (long)(info.totalram * info.mem_unit / 4096);
    case _SC_AVPHYS_PAGES: return sysinfo(&info) ? -1 : (long)(info.freeram * info.mem_unit / 4096);
    default:
        errno = EINVAL;
        return -1;
    }
}

static char root_name[] = "root", root_home[] = "/", root_shell[] = "/bin/sh", root_rest[] = "";
static struct passwd root = { .pw_name = root_name, .pw_passwd = root_rest, .pw_gecos = root_rest,
                              .pw_dir = root_home, .pw_shell = root_shell };

struct passwd *getpwuid(uid_t uid) { return uid == 0 ? &root : NULL; }
struct passwd *getpwnam(const char *name) { return strcmp(name, root_name) ? NULL : &root; }
char *getlogin(void) { return root_name; }
pid_t tcgetpgrp(int fd) { int g; return CALL3(SYS_ioctl, fd, 0x540f, &g) < 0 ? -1 : g; }
int tcsetpgrp(int fd, pid_t group) { return (int)CALL3(SYS_ioctl, fd, 0x5410, &group); }

int system(const char *command)
{
    sigset_t block, old;
    struct sigaction ignore = { .sa_handler = SIG_IGN }, on_int, on_quit;
    int status = -1;
    pid_t pid;

    if (!command)
        return access("/bin/sh", X_OK) == 0;
    sigemptyset(&block);
    sigaddset(&block, SIGCHLD);
    sigprocmask(SIG_BLOCK, &block, &old);
    sigaction(SIGINT, &ignore, &on_int);
    sigaction(SIGQUIT, &ignore, &on_quit);
    pid = fork();
    if (pid == 0) {
        sigaction(SIGINT, &on_int, NULL);
        sigaction(SIGQUIT, &on_quit, NULL);
        sigprocmask(SIG_SETMASK, &old, NULL);
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    sigaction(SIGINT, &on_int, NULL);
    sigaction(SIGQUIT, &on_quit, NULL);
    sigprocmask(SIG_SETMASK, &old, NULL);
    return status;
}
