/* sys/ucontext.h - an old name. */
#include <ucontext.h>
