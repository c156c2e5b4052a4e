/* posix.c - may use what POSIX has in its own <sched.h>, and every flag there is. */
#include <pthread.h>
#define NAME "posix"
#define FLAGS SCHED_HANDS_BACK | SCHED_EXPIRED_FIRST | SCHED_BY_DEADLINE | SCHED_MAY_IDLE
#include "honest.h"
HONEST_OPS;
