/* time.h - the simulated clock. */
#ifndef TIME_H
#define TIME_H
#include <sys/types.h>
#define CLOCK_REALTIME 0
#define CLOCK_MONOTONIC 1
#define CLOCK_PROCESS_CPUTIME_ID 2
#define CLOCK_THREAD_CPUTIME_ID 3
struct timespec { time_t tv_sec; int32_t tv_nsec; int32_t __pad; };
int clock_gettime(int clock, struct timespec *t);
int nanosleep(const struct timespec *t, struct timespec *left);
time_t time(time_t *t);
#endif
