/* missing.c - calls that Linux has and this kernel has not: programs that could do without
 * build, and are told ENOSYS; the kernel counts each and names it. */
#include "internal.h"

#include <errno.h>
#include <pty.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>

int epoll_create1(int flags) { return (int)CALL1(SYS_epoll_create1, flags); }
int epoll_create(int n) { (void)n; return epoll_create1(0); }
int epoll_ctl(int fd, int how, int on, struct epoll_event *e) { return (int)CALL4(SYS_epoll_ctl, fd, how, on, e); }

int epoll_wait(int fd, struct epoll_event *e, int n, int timeout)
{
    return (int)CALL6(SYS_epoll_pwait, fd, e, n, timeout, 0, 0);
}

int eventfd(unsigned value, int flags) { return (int)CALL2(SYS_eventfd2, value, flags); }
int eventfd_read(int fd, eventfd_t *value) { (void)value; return (int)CALL1(SYS_eventfd2, fd); }
int eventfd_write(int fd, eventfd_t value) { (void)value; return (int)CALL1(SYS_eventfd2, fd); }

int signalfd(int fd, const sigset_t *set, int flags)
{
    return (int)CALL4(SYS_signalfd4, fd, set, sizeof *set, flags);
}

int timerfd_create(int clock, int flags) { return (int)CALL2(SYS_timerfd_create, clock, flags); }

int timerfd_settime(int fd, int flags, const struct itimerspec *to, struct itimerspec *old)
{
    return (int)CALL4(SYS_timerfd_settime64, fd, flags, to, old);
}

int timerfd_gettime(int fd, struct itimerspec *now) { return (int)CALL2(SYS_timerfd_gettime64, fd, now); }
int inotify_init1(int flags) { return (int)CALL1(SYS_inotify_init1, flags); }
int inotify_init(void) { return inotify_init1(0); }

int inotify_add_watch(int fd, const char *path, uint32_t what)
{
    return (int)CALL3(SYS_inotify_add_watch, fd, path, what);
}

int inotify_rm_watch(int fd, int watch) { return (int)CALL2(SYS_inotify_rm_watch, fd, watch); }
long ptrace(int request, ...) { return CALL1(SYS_ptrace, request); }

int mount(const char *what, const char *where, const char *kind, unsigned long flags, const void *data)
{
    return (int)CALL5(SYS_mount, what, where, kind, flags, data);
}

int umount2(const char *where, int flags) { return (int)CALL2(SYS_umount2, where, flags); }
int umount(const char *where) { return umount2(where, 0); }

/* ---- pseudo-terminals, which are files elsewhere ---- */

static int none(void)
{
    errno = ENOSYS;
    return -1;
}

int posix_openpt(int flags) { (void)flags; return none(); }
int grantpt(int fd) { (void)fd; return none(); }
int unlockpt(int fd) { (void)fd; return none(); }
char *ptsname(int fd) { (void)fd; none(); return NULL; }

int openpty(int *ours, int *theirs, char *name, const struct termios *t, const struct winsize *size)
{
    (void)ours, (void)theirs, (void)name, (void)t, (void)size;
    return none();
}

pid_t forkpty(int *ours, char *name, const struct termios *t, const struct winsize *size)
{
    (void)ours, (void)name, (void)t, (void)size;
    return none();
}
