/* ulimit.h */
#ifndef ULIMIT_H
#define ULIMIT_H
#define UL_GETFSIZE 1
#define UL_SETFSIZE 2
long ulimit(int what, ...);
#endif
