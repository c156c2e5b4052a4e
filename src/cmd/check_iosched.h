/* cmd/check_iosched.h - `ossim check mine.c` for a disk scheduler. */
#ifndef CMD_CHECK_IOSCHED_H
#define CMD_CHECK_IOSCHED_H

#include <stdbool.h>

/* EXIT_DONE, or what is wrong has been said: EXIT_BAD_INPUT. */
int check_iosched(const char *file, bool quiet);

#endif
