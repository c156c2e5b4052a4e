/* sys/statvfs.h - how full a file system is. */
#ifndef SYS_STATVFS_H
#define SYS_STATVFS_H
#include <stdint.h>
#include <sys/types.h>
typedef uint64_t fsblkcnt_t;
typedef uint64_t fsfilcnt_t;
#define ST_RDONLY 1
#define ST_NOSUID 2
struct statvfs {
    unsigned long f_bsize, f_frsize;
    fsblkcnt_t f_blocks, f_bfree, f_bavail;
    fsfilcnt_t f_files, f_ffree, f_favail;
    unsigned long f_fsid, f_flag, f_namemax;
};
int statvfs(const char *path, struct statvfs *s);
int fstatvfs(int fd, struct statvfs *s);
#endif
