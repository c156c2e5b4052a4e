/* serve.h - what judge.c and the library that it loads into e2fsck agree upon. */
#ifndef HOST_PRELOAD_SERVE_H
#define HOST_PRELOAD_SERVE_H

enum { SERVE_ASK = 198, SERVE_ANSWER = 199 };   /* descriptors: a byte in, an exit status (int) out */
#define SERVE_ENV "OSSIM_JUDGE_SERVE"           /* the image's path */

#endif
