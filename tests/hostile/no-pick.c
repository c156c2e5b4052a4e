/* no-pick.c - leaves out an op that every policy must have. */
#define NAME "no-pick"
#define PICK NULL
#include "honest.h"

HONEST_OPS;
