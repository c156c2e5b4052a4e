/* cmd/bench_memory.h - faults, and what memory costs. */
#ifndef CMD_BENCH_MEMORY_H
#define CMD_BENCH_MEMORY_H

/* Minor faults of a program a second of the host; what the simulator keeps for each frame;
 * what a machine of 4 GiB costs that uses little of it. One JSON object a line on stdout.
 * `scale` divides the work. Exit status. */
int bench_memory(unsigned scale);

#endif
