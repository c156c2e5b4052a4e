/* sys/dir.h - an old name. */
#include <dirent.h>
