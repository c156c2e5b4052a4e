/* host/check.h - what a failed CHECK prints besides its place. */
#ifndef HOST_CHECK_H
#define HOST_CHECK_H

/* fn writes what is known of the run (time, seed, last events) to stderr just
 * before the process ends. One at a time; NULL: none. */
void check_set_report(void (*fn)(void *ctx), void *ctx);

#endif
