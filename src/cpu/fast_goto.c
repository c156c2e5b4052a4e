/* fast_goto.c - the fast engine with a computed goto at the end of each handler. */
#define ENGINE fast_goto
#include "fast.h"
