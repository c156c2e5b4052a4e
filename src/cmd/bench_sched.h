/* cmd/bench_sched.h - how fast the machine schedules. */
#ifndef CMD_BENCH_SCHED_H
#define CMD_BENCH_SCHED_H

/* RR, MLFQ, fair and EDF at 10 to 1,000,000 tasks, one JSON object a line on stdout:
 * decisions a second (a decision is one successful pick), bytes a task, events. Metrics
 * and hash are on. `scale` divides the work: 1 for figures to quote. Exit status. */
int bench_sched(unsigned scale);

#endif
