/* sys/mman.h - memory straight from the kernel. */
#ifndef SYS_MMAN_H
#define SYS_MMAN_H
#include <sys/types.h>
#define PROT_NONE 0
#define PROT_READ 1
#define PROT_WRITE 2
#define PROT_EXEC 4
#define MAP_SHARED 1
#define MAP_PRIVATE 2
#define MAP_FIXED 16
#define MAP_ANONYMOUS 32
#define MAP_ANON MAP_ANONYMOUS
#define MAP_NORESERVE 0x4000
#define MAP_POPULATE 0x8000
#define MAP_STACK 0x20000
#define MAP_FIXED_NOREPLACE 0x100000
#define MAP_FILE 0
#define MAP_LOCKED 0x2000
#define MAP_FAILED ((void *)-1)
#define MS_ASYNC 1
#define MS_INVALIDATE 2
#define MS_SYNC 4
#define MADV_NORMAL 0
#define MADV_RANDOM 1
#define MADV_SEQUENTIAL 2
#define MADV_WILLNEED 3
#define MADV_DONTNEED 4
#define MREMAP_MAYMOVE 1
void *mmap(void *addr, size_t n, int prot, int flags, int fd, off_t offset);
int munmap(void *addr, size_t n);
int mprotect(void *addr, size_t n, int prot);
/* Pages of files go back to the disk by this, fsync(), sync() and munmap(), not by age. */
int msync(void *addr, size_t n, int flags);
int madvise(void *addr, size_t n, int advice);
#define POSIX_MADV_NORMAL 0
#define POSIX_MADV_RANDOM 1
#define POSIX_MADV_SEQUENTIAL 2
#define POSIX_MADV_WILLNEED 3
#define POSIX_MADV_DONTNEED 4
#define MCL_CURRENT 1
#define MCL_FUTURE 2
int posix_madvise(void *addr, size_t n, int advice);
int shm_open(const char *name, int flags, mode_t mode);
int shm_unlink(const char *name);
int mlockall(int flags);
int munlockall(void);
int mlock(const void *addr, size_t n);
int munlock(const void *addr, size_t n);
void *mremap(void *addr, size_t old, size_t n, int flags, ...);
/* Names of large files, which all are here. */
#define mmap64 mmap
#endif
