/* sys/statfs.h - a file system's numbers, as statfs64 of RV32 answers. */
#ifndef SYS_STATFS_H
#define SYS_STATFS_H
#include <stdint.h>
typedef struct { int __val[2]; } fsid_t;
struct statfs {
    uint32_t f_type, f_bsize;
    uint64_t f_blocks, f_bfree, f_bavail, f_files, f_ffree;
    fsid_t f_fsid;
    uint32_t f_namelen, f_frsize, f_flags, f_spare[4];
};
int statfs(const char *path, struct statfs *s);
int fstatfs(int fd, struct statfs *s);
#endif
