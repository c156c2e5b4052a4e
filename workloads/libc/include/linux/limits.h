/* linux/limits.h - an old name. */
#include <limits.h>
