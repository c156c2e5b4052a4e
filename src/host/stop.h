/* host/stop.h - somebody wants us to stop: SIGINT, SIGTERM, SIGHUP.
 *
 * For who has results to write first. Asked a second time, a second or more after the first,
 * the process dies of it; signals that come closer are one and the same wish (a terminal and
 * a shell may both send one).
 */
#ifndef HOST_STOP_H
#define HOST_STOP_H

#include <signal.h>
#include <stdbool.h>

/* From here on. What is ignored (nohup) stays so. */
void stop_listen(void);
bool stop_asked(void);
/* The same, to look at: 0, or the signal. */
extern volatile sig_atomic_t stop_signal;

#endif
