/* fast_switch.c - the fast engine in standard C: one switch. */
#define ENGINE fast_switch
#define FAST_SWITCH
#include "fast.h"
