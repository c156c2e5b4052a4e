/* serve.h - what judge.c and the library that it loads into e2fsck agree upon. */
#ifndef TESTS_CRASH_SERVE_H
#define TESTS_CRASH_SERVE_H

enum { SERVE_ASK = 198, SERVE_ANSWER = 199 };   /* descriptors: a byte in, a wait status out */
#define SERVE_ENV "OSSIM_CRASH_SERVE"

#endif
