/* ucontext.h - what a handler of signals gets to see. */
#include <signal.h>
