/* bad-abi.c - was written for another version. */
#define NAME "bad-abi"
#define ABI 999
#include "honest.h"

HONEST_OPS;
