/* host/clock.h - real time, for progress and measurements; never for a run. */
#ifndef HOST_CLOCK_H
#define HOST_CLOCK_H

#include <stdint.h>

/* ns since some moment in the past; never falls. */
int64_t clock_ns(void);
/* ns of CPU time that this process has used. */
int64_t clock_cpu_ns(void);
void clock_sleep_ns(int64_t ns);

#endif
