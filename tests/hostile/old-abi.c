/* old-abi.c - was built for the first version of the contract. */
#define NAME "old-abi"
#define ABI 1
#include "honest.h"
HONEST_OPS;
