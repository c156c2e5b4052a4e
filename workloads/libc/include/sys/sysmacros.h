/* sys/sysmacros.h - the parts of a device's number. */
#ifndef SYS_SYSMACROS_H
#define SYS_SYSMACROS_H
#define major(dev) ((unsigned)((dev) >> 8) & 0xfff)
#define minor(dev) ((unsigned)((dev) & 0xff) | ((unsigned)((dev) >> 12) & 0xffffff00u))
#define makedev(major, minor) \
    ((dev_t)((unsigned)(major) & 0xfff) << 8 | ((unsigned)(minor) & 0xff) | (dev_t)((unsigned)(minor) & 0xffffff00u) << 12)
#endif
