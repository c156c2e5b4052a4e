/* unix.c - what few programs ask of a system: users, groups, limits of paths, locks by
 * region. One user, root, and one group have names; others have numbers only. Source: POSIX.1-2017. */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* --- who --- */

enum { KEEP = -1 };

int setreuid(uid_t uid, uid_t effective) { return (int)CALL2(SYS_setreuid, uid, effective); }
int setregid(gid_t gid, gid_t effective) { return (int)CALL2(SYS_setregid, gid, effective); }
int seteuid(uid_t uid) { return (int)CALL3(SYS_setresuid, KEEP, uid, KEEP); }
int setegid(gid_t gid) { return (int)CALL3(SYS_setresgid, KEEP, gid, KEEP); }
int getgroups(int n, gid_t list[]) { return (int)CALL2(SYS_getgroups, n, list); }

int setpgrp(void) { return setpgid(0, 0); }

int getlogin_r(char *buf, size_t n)
{
    const char *name = getlogin();

    if (n <= strlen(name))
        return ERANGE;
    strcpy(buf, name);
    return 0;
}

static int users_read, groups_read;

void setpwent(void) { users_read = 0; }
void endpwent(void) { users_read = 0; }
struct passwd *getpwent(void) { return users_read++ ? NULL : getpwuid(0); }

static int copy_user(const struct passwd *from, struct passwd *to, struct passwd **result)
{
    *result = from ? to : NULL;
    if (from)
        *to = *from;            /* the texts last for ever */
    return 0;
}

int getpwuid_r(uid_t uid, struct passwd *p, char *buf, size_t n, struct passwd **result)
{
    (void)buf, (void)n;
    return copy_user(getpwuid(uid), p, result);
}

int getpwnam_r(const char *name, struct passwd *p, char *buf, size_t n, struct passwd **result)
{
    (void)buf, (void)n;
    return copy_user(getpwnam(name), p, result);
}

static char group_name[] = "root", group_password[] = "";
static char *group_members[] = { group_name, NULL };
static struct group group = { group_name, group_password, 0, group_members };

struct group *getgrgid(gid_t gid) { return gid == 0 ? &group : NULL; }
struct group *getgrnam(const char *name) { return strcmp(name, group_name) ? NULL : &group; }
void setgrent(void) { groups_read = 0; }
void endgrent(void) { groups_read = 0; }
struct group *getgrent(void) { return groups_read++ ? NULL : &group; }

long gethostid(void) { return 0x7f000001; }

/* --- limits --- */

/* -1 without a change of errno: there is no such limit. */
static long path_limit(int name)
{
    switch (name) {
    case _PC_LINK_MAX: return 32000;
    case _PC_MAX_CANON: case _PC_MAX_INPUT: return 255;
    case _PC_NAME_MAX: return NAME_MAX;
    case _PC_PATH_MAX: return PATH_MAX;
    case _PC_PIPE_BUF: return PIPE_BUF;
    case _PC_CHOWN_RESTRICTED: case _PC_NO_TRUNC: return 1;
    case _PC_VDISABLE: return 0;
    default:
        errno = EINVAL;
        return -1;
    }
}

long pathconf(const char *path, int name) { return access(path, F_OK) < 0 ? -1 : path_limit(name); }
long fpathconf(int fd, int name) { return fcntl(fd, F_GETFD) < 0 ? -1 : path_limit(name); }

size_t confstr(int name, char *buf, size_t n)
{
    static const char path[] = "/bin:/usr/bin";

    if (name != _CS_PATH) {
        errno = EINVAL;
        return 0;
    }
    if (n)
        snprintf(buf, n, "%s", path);
    return sizeof path;
}

int statfs(const char *path, struct statfs *s) { return (int)CALL3(SYS_statfs64, path, sizeof *s, s); }
int fstatfs(int fd, struct statfs *s) { return (int)CALL3(SYS_fstatfs64, fd, sizeof *s, s); }

static int vfs_of(int r, const struct statfs *f, struct statvfs *s)
{
    if (r < 0)
        return -1;
    *s = (struct statvfs){ .f_bsize = f->f_bsize, .f_frsize = f->f_frsize ? f->f_frsize : f->f_bsize,
                           .f_blocks = f->f_blocks, .f_bfree = f->f_bfree, .f_bavail = f->f_bavail,
                           .f_files = f->f_files, .f_ffree = f->f_ffree, .f_favail = f->f_ffree,
                           .f_fsid = (unsigned long)f->f_fsid.__val[0], .f_flag = f->f_flags,
                           .f_namemax = f->f_namelen };
    return 0;
}

int statvfs(const char *path, struct statvfs *s)
{
    struct statfs f;

    return vfs_of(statfs(path, &f), &f, s);
}

int fstatvfs(int fd, struct statvfs *s)
{
    struct statfs f;

    return vfs_of(fstatfs(fd, &f), &f, s);
}

/* --- files --- */

int lockf(int fd, int how, off_t n)
{
    struct flock l = { .l_type = how == F_ULOCK ? F_UNLCK : F_WRLCK, .l_whence = SEEK_CUR, .l_len = n };

    if (how != F_TEST)
        return fcntl(fd, how == F_LOCK ? F_SETLKW : F_SETLK, &l);
    if (fcntl(fd, F_GETLK, &l) < 0)
        return -1;
    if (l.l_type == F_UNLCK || l.l_pid == getpid())
        return 0;
    errno = EACCES;
    return -1;
}

int fallocate(int fd, int mode, off_t at, off_t n)
{
    return (int)CALL6(SYS_fallocate, fd, mode, at, at >> 32, n, n >> 32);
}

int posix_fallocate(int fd, off_t at, off_t n)
{
    int before = errno, failed = fallocate(fd, 0, at, n) < 0 ? errno : 0;

    errno = before;
    return failed;
}

/* Advice may be disregarded. */
int posix_fadvise(int fd, off_t at, off_t n, int advice)
{
    (void)at, (void)n;
    return advice < 0 || advice > 5 ? EINVAL : fcntl(fd, F_GETFD) < 0 ? EBADF : 0;
}

void swab(const void *from, void *to, ssize_t n)
{
    const char *s = from;
    char *d = to;

    for (; n > 1; n -= 2, s += 2, d += 2) {
        char low = s[0];

        d[0] = s[1];
        d[1] = low;
    }
}

/* Shared memory by name is a file in /dev/shm, or, where there is none, in /tmp or /. */
static int shm_path(const char *name, char *path, size_t n)
{
    static const char *const folders[] = { "/dev/shm", "/tmp", "" };
    unsigned i = 0;

    while (*name == '/')
        name++;
    if (!*name || strchr(name, '/')) {
        errno = EINVAL;
        return -1;
    }
    while (*folders[i] && access(folders[i], W_OK) < 0)
        i++;
    if ((size_t)snprintf(path, n, "%s/%s", folders[i], name) < n)
        return 0;
    errno = ENAMETOOLONG;
    return -1;
}

int shm_open(const char *name, int flags, mode_t mode)
{
    char path[NAME_MAX + 16];

    return shm_path(name, path, sizeof path) < 0 ? -1 : open(path, flags | O_CLOEXEC | O_NOFOLLOW, mode);
}

int shm_unlink(const char *name)
{
    char path[NAME_MAX + 16];

    return shm_path(name, path, sizeof path) < 0 ? -1 : unlink(path);
}

int posix_madvise(void *addr, size_t n, int advice)
{
    int before = errno, failed = advice == POSIX_MADV_DONTNEED ? 0 : madvise(addr, n, advice) < 0 ? errno : 0;

    errno = before;             /* POSIX's "not needed" keeps what is there, madvise's does not */
    return failed;
}
