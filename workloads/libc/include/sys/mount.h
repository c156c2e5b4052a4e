/* sys/mount.h - a workload says what is mounted: ENOSYS. */
#ifndef SYS_MOUNT_H
#define SYS_MOUNT_H
#define MS_RDONLY 1
#define MS_REMOUNT 32
#define MNT_FORCE 1
#define MNT_DETACH 2
int mount(const char *what, const char *where, const char *kind, unsigned long flags, const void *data);
int umount(const char *where);
int umount2(const char *where, int flags);
#endif
