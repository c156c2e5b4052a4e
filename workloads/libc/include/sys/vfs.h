/* sys/vfs.h - an old name. */
#include <sys/statfs.h>
