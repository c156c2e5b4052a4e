/* syscall.h - an old name. */
#include <sys/syscall.h>
