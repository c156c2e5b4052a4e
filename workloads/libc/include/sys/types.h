/* sys/types.h - as Linux has them on RV32: times and offsets have 64 bits. */
#ifndef SYS_TYPES_H
#define SYS_TYPES_H
#include <stddef.h>
#include <stdint.h>
typedef int pid_t;
typedef int ssize_t;
typedef long long off_t;
typedef off_t off64_t;
typedef long long time_t;
typedef long suseconds_t;
typedef unsigned useconds_t;
typedef unsigned mode_t;
typedef unsigned uid_t;
typedef unsigned gid_t;
typedef unsigned id_t;
typedef unsigned long long ino_t;
typedef unsigned long long dev_t;
typedef unsigned nlink_t;
typedef int blksize_t;
typedef long long blkcnt_t;
typedef unsigned long long fsblkcnt_t;
typedef unsigned long long fsfilcnt_t;
typedef int clockid_t;
typedef long clock_t;
typedef void *timer_t;
typedef int key_t;
typedef uint8_t u_int8_t;
typedef uint16_t u_int16_t;
typedef uint32_t u_int32_t;
typedef uint64_t u_int64_t;
typedef long long quad_t;
typedef off_t loff_t;
typedef ino_t ino64_t;
typedef int daddr_t;
typedef char *caddr_t;
typedef long register_t;
typedef unsigned char u_char;
typedef unsigned short u_short;
typedef unsigned u_int;
typedef unsigned long u_long;
typedef unsigned uint;
typedef unsigned short ushort;
typedef unsigned long ulong;
#endif
