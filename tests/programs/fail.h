/* fail.h - calls on files by hand, and a line for each that says which errno it gave. */
#ifndef TESTS_PROGRAMS_FAIL_H
#define TESTS_PROGRAMS_FAIL_H

#include <stdio.h>

#include "sys.h"

enum { NR_getcwd = 17, NR_flock = 32, NR_mknodat = 33, NR_mkdirat = 34, NR_unlinkat = 35, NR_symlinkat = 36,
       NR_linkat = 37, NR_statfs = 43, NR_fstatfs = 44, NR_truncate = 45, NR_ftruncate = 46,
       NR_fallocate = 47, NR_faccessat = 48, NR_chdir = 49, NR_fchdir = 50, NR_fchmod = 52,
       NR_fchmodat = 53, NR_fchownat = 54, NR_fchown = 55, NR_getdents = 61, NR_llseek = 62,
       NR_pread = 67, NR_pwrite = 68, NR_sendfile = 71, NR_readlinkat = 78, NR_fstatat = 79,
       NR_fsync = 82, NR_fdatasync = 83, NR_setuid = 146, NR_prlimit = 261,
       NR_renameat2 = 276, NR_utimensat = 412 };
enum { CWD = -100, REMOVE_DIR = 0x200 };

/* Of a result only whether it is one: numbers of descriptors and sizes differ. */
static inline void say(const char *call, const char *why, long r)
{
    printf("%-11s %-28s %ld\n", call, why, r < 0 ? -r : 0);
}
#define FAIL(call, why, ...) say(#call, why, SYS(NR_##call, ##__VA_ARGS__))

static inline void on_alarm(int signo)
{
    (void)signo;
}

/* A signal in a moment, whose handler is no reason to begin the call again. */
static inline void alarm_soon(void)
{
    static const struct { void (*handler)(int); unsigned long flags, mask[2]; } a = { on_alarm,
                                                                                      0, { 0 } };
    const long it[4] = { 0, 0, 0, 20000 };

    SYS(NR_sigaction, SIGALRM, &a, 0, 8);
    SYS(NR_setitimer, 0, it, 0);
}

#endif
