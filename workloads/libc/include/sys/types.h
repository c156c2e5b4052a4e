/* sys/types.h */
#ifndef SYS_TYPES_H
#define SYS_TYPES_H
#include <stddef.h>
#include <stdint.h>
typedef int32_t pid_t;
typedef int32_t ssize_t;
typedef int64_t off_t;
typedef int64_t time_t;
typedef uint32_t mode_t;
typedef uint32_t uid_t;
#endif
