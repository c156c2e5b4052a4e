/* linux/sched.h - an old name. */
#include <sched.h>
