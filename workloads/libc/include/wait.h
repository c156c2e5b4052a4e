/* wait.h - an old name. */
#include <sys/wait.h>
