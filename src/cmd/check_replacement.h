/* cmd/check_replacement.h - `ossim check mine.c` for a replacement policy. */
#ifndef CMD_CHECK_REPLACEMENT_H
#define CMD_CHECK_REPLACEMENT_H

#include <stdbool.h>

/* EXIT_DONE, or what is wrong has been said: EXIT_BAD_INPUT. */
int check_replacement(const char *file, bool quiet);

#endif
