/* sys/unistd.h - an old name. */
#include <unistd.h>
