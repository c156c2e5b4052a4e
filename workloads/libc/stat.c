/* stat.c - what a file is: RV32 has statx alone. Source: statx(2). */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/time.h>

struct statx_time { int64_t sec; uint32_t nsec; int32_t pad; };
struct statx {
    uint32_t mask, blksize;
    uint64_t attributes;
    uint32_t nlink, uid, gid;
    uint16_t mode, pad;
    uint64_t ino, size, blocks, attributes_mask;
    struct statx_time atime, btime, ctime, mtime;
    uint32_t rdev_major, rdev_minor, dev_major, dev_minor;
    uint64_t mnt_id, room[13];
};
enum { STATX_BASIC = 0x7ff };

static struct timespec time_of(const struct statx_time *t)
{
    return (struct timespec){ .tv_sec = t->sec, .tv_nsec = (long)t->nsec };
}

/* As Linux packs the two numbers of a device. */
static dev_t device(uint32_t major, uint32_t minor)
{
    return (dev_t)major << 8 | (minor & 0xff) | (dev_t)(minor & ~0xffu) << 12;
}

int fstatat(int dir, const char *path, struct stat *s, int flags)
{
    struct statx x;

    if (CALL5(SYS_statx, dir, path, flags, STATX_BASIC, &x) < 0)
        return -1;
    *s = (struct stat){
        .st_dev = device(x.dev_major, x.dev_minor), .st_ino = x.ino, .st_mode = x.mode,
        .st_nlink = x.nlink, .st_uid = x.uid, .st_gid = x.gid,
        .st_rdev = device(x.rdev_major, x.rdev_minor), .st_size = (off_t)x.size,
        .st_blksize = (blksize_t)x.blksize, .st_blocks = (blkcnt_t)x.blocks,
        .st_atim = time_of(&x.atime), .st_mtim = time_of(&x.mtime),
        .st_ctim = time_of(&x.ctime),
    };
    return 0;
}

int stat(const char *path, struct stat *s) { return fstatat(AT_FDCWD, path, s, 0); }
int lstat(const char *path, struct stat *s) { return fstatat(AT_FDCWD, path, s, AT_SYMLINK_NOFOLLOW); }
int fstat(int fd, struct stat *s) { return fstatat(fd, "", s, AT_EMPTY_PATH); }

int utimensat(int dir, const char *path, const struct timespec times[2], int flags)
{
    struct __ktime k[2];

    for (int i = 0; times && i < 2; i++)
        k[i] = (struct __ktime){ times[i].tv_sec, times[i].tv_nsec };
    return (int)CALL4(SYS_utimensat_time64, dir, path, times ? k : NULL, flags);
}

int futimens(int fd, const struct timespec times[2])
{
    return utimensat(fd, NULL, times, 0);
}

int utimes(const char *path, const struct timeval times[2])
{
    struct timespec t[2];

    for (int i = 0; times && i < 2; i++)
        t[i] = (struct timespec){ .tv_sec = times[i].tv_sec, .tv_nsec = times[i].tv_usec * 1000 };
    return utimensat(AT_FDCWD, path, times ? t : NULL, 0);
}
