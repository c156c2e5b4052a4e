/* no-policy.c - forgot to name its ops ossim_policy. */
#define NAME "no-policy"
#define ossim_policy my_policy
#include "honest.h"

HONEST_OPS;
