/* beside_pointers.c - a pointer to no page, in each place of each call in turn, and what is left as
 * it was: the descriptors and names that are there. */
#include "beside.h"

#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/vfs.h>

#ifndef SYS_clock_gettime64             /* the host's numbers, where a RISC-V has those with 64 bits */
#define SYS_clock_gettime64 SYS_clock_gettime
#define SYS_clock_getres_time64 SYS_clock_getres
#define SYS_clock_nanosleep_time64 SYS_clock_nanosleep
#define SYS_ppoll_time64 SYS_ppoll
#define SYS_utimensat_time64 SYS_utimensat
#define SYS_rt_sigtimedwait_time64 SYS_rt_sigtimedwait
#define SYS_futex_time64 SYS_futex
#endif

static char good[4096];         /* zeros: an empty name, no time, no signals */
static const char *const argv_bad[] = { (const char *)8, NULL };
static const struct iovec bytes_bad = { (void *)8, 4 };

/* Once for each star in `places`, with a pointer to no page as that argument. */
static void try(const char *name, long number, const char *places, long a, long b, long c, long d, long e, long f)
{
    const long given[6] = { a, b, c, d, e, f };

    for (int bad = 0; places[bad]; bad++) {
        long arg[6];
        char what[80];

        if (places[bad] == '.')
            continue;
        for (int i = 0; i < 6; i++)
            arg[i] = i == bad ? (long)nowhere : given[i];
        snprintf(what, sizeof what, "%s, argument %d", name, bad);
        say(what, syscall(number, arg[0], arg[1], arg[2], arg[3], arg[4], arg[5]));
    }
}
#define TRY(call, places, ...) TRY_(call, places, __VA_ARGS__, 0, 0, 0, 0, 0, 0)
#define TRY_(call, places, a, b, c, d, e, f, ...) \
    try(#call, SYS_##call, places, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))

static void names(void)
{
    part("names");
    put("f", "0123456789", 0755);
    SAY(symlink("f", "link"));
    TRY(openat, ".*", AT_FDCWD, "f", O_RDONLY);
    TRY(mkdirat, ".*", AT_FDCWD, "d", 0755);
    TRY(mknodat, ".*", AT_FDCWD, "n", S_IFIFO | 0644, 0);
    TRY(unlinkat, ".*", AT_FDCWD, "f", 0);
    TRY(unlinkat, ".*", AT_FDCWD, "f", AT_REMOVEDIR);
    TRY(symlinkat, "*.*", "f", AT_FDCWD, "s");
    TRY(linkat, ".*.*", AT_FDCWD, "f", AT_FDCWD, "l", 0);
    TRY(renameat2, ".*.*", AT_FDCWD, "f", AT_FDCWD, "r", 0);
    TRY(readlinkat, ".**", AT_FDCWD, "link", good, 10);
    TRY(faccessat, ".*", AT_FDCWD, "f", 0);
    TRY(fchmodat, ".*", AT_FDCWD, "f", 0600);
    TRY(fchownat, ".*", AT_FDCWD, "f", 0, 0, 0);
    TRY(utimensat_time64, ".**", AT_FDCWD, "f", good, 0);
    TRY(statx, ".*..*", AT_FDCWD, "f", 0, 0x7ff, good);
    SAY(statfs(nowhere, (void *)good));
    SAY(statfs("f", (void *)nowhere));
    SAY(truncate(nowhere, 0));
    TRY(chdir, "*", ".");
    TRY(getcwd, "*", good, sizeof good);
    TRY(execve, "*", "f", argv_bad, argv_bad);
    TRY(execve, ".**", "f", good, good);
    say("execve, a word", syscall(SYS_execve, "f", argv_bad, good));
    say("execve, a variable", syscall(SYS_execve, "f", good, argv_bad));
    SAY(size_of("f"));
    SAY(links_of("f"));
    SAY(mode_of("f"));
}

static void descriptors(void)
{
    int fd = open("f", O_RDWR), dir = open(".", O_RDONLY | O_DIRECTORY), p[2];
    long next;

    if (pipe(p))
        return;
    part("descriptors");
    next = next_fd();
    TRY(read, ".*", fd, good, 4);
    TRY(write, ".*", fd, good, 4);
    TRY(readv, ".*", fd, &bytes_bad, 1);
    TRY(writev, ".*", fd, &bytes_bad, 1);
    SAY(readv(fd, &bytes_bad, 1));
    SAY(writev(fd, &bytes_bad, 1));
    SAY(preadv(fd, &bytes_bad, 1, 0));
    SAY(pwritev(fd, &bytes_bad, 1, 0));
    SAY(pread(fd, nowhere, 4, 0));
    SAY(pwrite(fd, nowhere, 4, 0));
    SAY(write(p[1], nowhere, 4));
    SAY(write(p[1], "abcd", 4));
    SAY(read(p[0], nowhere, 4));
    SAY(sendfile(p[1], fd, (void *)nowhere, 4));
    SAY(syscall(SYS_getdents64, dir, nowhere, 512));
    SAY(syscall(SYS_pipe2, nowhere, 0));
    SAY(fstatfs(fd, (void *)nowhere));
    SAY(fcntl(fd, F_SETLK, nowhere));
    SAY(syscall(SYS_ioctl, p[0], 0x541B, nowhere));
    TRY(ppoll_time64, "*.**", good, 1, good, good, 8);
    SAY(next == next_fd());
    SAY(lseek(fd, 0, SEEK_CUR));
    SAY(size_of("f"));
    close(fd), close(dir), close(p[0]), close(p[1]);
}

static void processes(void)
{
    part("processes");
    TRY(rt_sigprocmask, ".**", SIG_BLOCK, good, good, 8);
    TRY(rt_sigaction, ".**", SIGUSR1, good, good, 8);
    TRY(rt_sigtimedwait_time64, "*", good, 0, good, 8);
    TRY(rt_sigtimedwait_time64, "..*", good, 0, good, 8);
    SAY(syscall(SYS_rt_sigpending, nowhere, 8));
    SAY(syscall(SYS_rt_sigsuspend, nowhere, 8));
    TRY(sigaltstack, "*", good, 0);
    SAY(syscall(SYS_sigaltstack, 0, nowhere));
    TRY(clock_gettime64, ".*", CLOCK_MONOTONIC, good);
    TRY(clock_getres_time64, ".*", CLOCK_MONOTONIC, good);
    TRY(clock_nanosleep_time64, "..*", CLOCK_MONOTONIC, 0, good, 0);
    TRY(uname, "*", good);
    TRY(times, "*", good);
    TRY(sysinfo, "*", good);
    TRY(getrusage, ".*", RUSAGE_SELF, good);
    TRY(prlimit64, "...*", 0, RLIMIT_NOFILE, 0, good);
    TRY(prlimit64, "..*", 0, RLIMIT_NOFILE, good, 0);
    TRY(getresuid, "***", good, good, good);
    TRY(getresgid, "***", good, good, good);
    TRY(setgroups, ".*", 1, good);
    TRY(sched_getaffinity, "..*", 0, 128, good);
    TRY(sched_setaffinity, "..*", 0, 8, good);
    TRY(sched_getparam, ".*", 0, good);
    TRY(sched_setparam, ".*", 0, good);
    TRY(sched_setscheduler, "..*", 0, 0, good);
    TRY(getitimer, ".*", 0, good);
    TRY(setitimer, ".**", 0, good, good);
    TRY(getrandom, "*", good, 8, 0);
    TRY(futex_time64, "*", good, 0, 1, good);
    TRY(futex_time64, "...*", good, 0, 0, good);
}

/* A child's end that there is no room for. (Linux has taken the child all the same; here a call that
 * fails has changed nothing, so it is still there. That is not asked.) */
static void waiting(void)
{
    part("waiting");
    for (int i = 0; i < 2; i++) {
        pid_t pid = fork();

        if (pid == 0)
            _exit(3);
        say(i ? "waitid, usage" : "waitid, what of",
            syscall(SYS_waitid, P_PID, pid, i ? good : nowhere, WEXITED, i ? nowhere : NULL));
        waitpid(pid, NULL, 0);
    }
}

static void (*const parts[])(void) = { names, descriptors, processes, waiting };

int main(void)
{
    return in_order(parts, sizeof parts / sizeof *parts);
}
