/* file.c - descriptors, names and folders: the kernel's calls under the names that C
 * programs know. */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define WAIT3(n, a, b, c) __result(__wait_call(n, (long)(a), (long)(b), (long)(c), 0, 0, 0))

/* A 64-bit argument takes two, the low half first, from an even one on. */
#define LOW(n) ((long)(n))
#define HIGH(n) ((long)((n) >> 32))

ssize_t read(int fd, void *buf, size_t n) { return WAIT3(SYS_read, fd, buf, n); }
ssize_t write(int fd, const void *buf, size_t n) { return WAIT3(SYS_write, fd, buf, n); }
ssize_t readv(int fd, const struct iovec *v, int n) { return WAIT3(SYS_readv, fd, v, n); }
ssize_t writev(int fd, const struct iovec *v, int n) { return WAIT3(SYS_writev, fd, v, n); }

ssize_t pread(int fd, void *buf, size_t n, off_t at)
{
    return CALL5(SYS_pread64, fd, buf, n, LOW(at), HIGH(at));
}

ssize_t pwrite(int fd, const void *buf, size_t n, off_t at)
{
    return CALL5(SYS_pwrite64, fd, buf, n, LOW(at), HIGH(at));
}

off_t lseek(int fd, off_t offset, int whence)
{
    off_t at;

    return CALL5(SYS_llseek, fd, HIGH(offset), LOW(offset), &at, whence) < 0 ? -1 : at;
}

int close(int fd) { return (int)CALL1(SYS_close, fd); }
int pipe2(int fd[2], int flags) { return (int)CALL2(SYS_pipe2, fd, flags); }
int pipe(int fd[2]) { return pipe2(fd, 0); }
int dup(int fd) { return (int)CALL1(SYS_dup, fd); }
int dup3(int from, int to, int flags) { return (int)CALL3(SYS_dup3, from, to, flags); }

int dup2(int from, int to)
{
    return from == to ? (fcntl(from, F_GETFD) < 0 ? -1 : to) : dup3(from, to, 0);
}

int openat(int dir, const char *path, int flags, ...)
{
    va_list ap;
    mode_t mode;

    va_start(ap, flags);
    mode = flags & O_CREAT ? va_arg(ap, mode_t) : 0;
    va_end(ap);
    return (int)CALL4(SYS_openat, dir, path, flags | O_LARGEFILE, mode);
}

int open(const char *path, int flags, ...)
{
    va_list ap;
    mode_t mode;

    va_start(ap, flags);
    mode = flags & O_CREAT ? va_arg(ap, mode_t) : 0;
    va_end(ap);
    return openat(AT_FDCWD, path, flags, mode);
}

int creat(const char *path, mode_t mode)
{
    return open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
}

int fcntl(int fd, int command, ...)
{
    va_list ap;
    long arg;

    va_start(ap, command);
    arg = va_arg(ap, long);
    va_end(ap);
    return (int)CALL3(SYS_fcntl64, fd, command, arg);
}

int ioctl(int fd, unsigned long request, ...)
{
    va_list ap;
    long arg;

    va_start(ap, request);
    arg = va_arg(ap, long);
    va_end(ap);
    return (int)CALL3(SYS_ioctl, fd, request, arg);
}

int isatty(int fd)
{
    struct winsize size;

    return ioctl(fd, TIOCGWINSZ, &size) == 0;
}

int fsync(int fd) { return (int)CALL1(SYS_fsync, fd); }
int fdatasync(int fd) { return (int)CALL1(SYS_fdatasync, fd); }
void sync(void) { CALL0(SYS_sync); }
int flock(int fd, int how) { return (int)CALL2(SYS_flock, fd, how); }

int ftruncate(int fd, off_t size)
{
    return (int)CALL3(SYS_ftruncate64, fd, LOW(size), HIGH(size));
}

int truncate(const char *path, off_t size)
{
    return (int)CALL3(SYS_truncate64, path, LOW(size), HIGH(size));
}

int faccessat(int dir, const char *path, int how, int flags)
{
    return flags ? (int)CALL4(SYS_faccessat2, dir, path, how, flags)
                 : (int)CALL3(SYS_faccessat, dir, path, how);
}

int access(const char *path, int how) { return faccessat(AT_FDCWD, path, how, 0); }

int linkat(int dir, const char *from, int to_dir, const char *to, int flags)
{
    return (int)CALL5(SYS_linkat, dir, from, to_dir, to, flags);
}

int link(const char *from, const char *to) { return linkat(AT_FDCWD, from, AT_FDCWD, to, 0); }

int symlinkat(const char *text, int dir, const char *path)
{
    return (int)CALL3(SYS_symlinkat, text, dir, path);
}

int symlink(const char *text, const char *path) { return symlinkat(text, AT_FDCWD, path); }

ssize_t readlinkat(int dir, const char *path, char *buf, size_t n)
{
    return CALL4(SYS_readlinkat, dir, path, buf, n);
}

ssize_t readlink(const char *path, char *buf, size_t n) { return readlinkat(AT_FDCWD, path, buf, n); }

int unlinkat(int dir, const char *path, int flags)
{
    return (int)CALL3(SYS_unlinkat, dir, path, flags);
}

int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }

int remove(const char *path)
{
    int r = unlink(path);

    return r < 0 && errno == EISDIR ? rmdir(path) : r;
}

int renameat(int dir, const char *from, int to_dir, const char *to)
{
    return (int)CALL5(SYS_renameat2, dir, from, to_dir, to, 0);
}

int rename(const char *from, const char *to) { return renameat(AT_FDCWD, from, AT_FDCWD, to); }

int chdir(const char *path) { return (int)CALL1(SYS_chdir, path); }
int fchdir(int fd) { return (int)CALL1(SYS_fchdir, fd); }

char *getcwd(char *buf, size_t n)
{
    char *own = NULL;

    if (!buf)                   /* an extension that all have: the caller frees it */
        buf = own = malloc(n = n ? n : PATH_MAX);
    if (!buf || CALL2(SYS_getcwd, buf, n) >= 0)
        return buf;
    free(own);
    return NULL;
}

int fchownat(int dir, const char *path, uid_t uid, gid_t gid, int flags)
{
    return (int)CALL5(SYS_fchownat, dir, path, uid, gid, flags);
}

int chown(const char *path, uid_t uid, gid_t gid) { return fchownat(AT_FDCWD, path, uid, gid, 0); }

int lchown(const char *path, uid_t uid, gid_t gid)
{
    return fchownat(AT_FDCWD, path, uid, gid, AT_SYMLINK_NOFOLLOW);
}

int fchown(int fd, uid_t uid, gid_t gid) { return (int)CALL3(SYS_fchown, fd, uid, gid); }

int mkdirat(int dir, const char *path, mode_t mode)
{
    return (int)CALL3(SYS_mkdirat, dir, path, mode);
}

int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

int mknodat(int dir, const char *path, mode_t mode, dev_t dev)
{
    return (int)CALL4(SYS_mknodat, dir, path, mode, dev);
}

int mknod(const char *path, mode_t mode, dev_t dev) { return mknodat(AT_FDCWD, path, mode, dev); }
int mkfifoat(int dir, const char *path, mode_t mode) { return mknodat(dir, path, mode | S_IFIFO, 0); }
int mkfifo(const char *path, mode_t mode) { return mkfifoat(AT_FDCWD, path, mode); }

/* A link has no mode of its own. */
int fchmodat(int dir, const char *path, mode_t mode, int flags)
{
    if (flags) {
        errno = flags == AT_SYMLINK_NOFOLLOW ? EOPNOTSUPP : EINVAL;
        return -1;
    }
    return (int)CALL3(SYS_fchmodat, dir, path, mode);
}

int chmod(const char *path, mode_t mode) { return fchmodat(AT_FDCWD, path, mode, 0); }
int fchmod(int fd, mode_t mode) { return (int)CALL2(SYS_fchmod, fd, mode); }
mode_t umask(mode_t mask) { return (mode_t)CALL1(SYS_umask, mask); }
