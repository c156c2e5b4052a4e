/* bad-name.c - a name that no workload file could write. */
#define NAME "My Scheduler!"
#include "honest.h"

HONEST_OPS;
