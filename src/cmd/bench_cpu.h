/* cmd/bench_cpu.h - how fast programs are interpreted. */
#ifndef CMD_BENCH_CPU_H
#define CMD_BENCH_CPU_H

#include <stdint.h>

/* The kernels of workloads/programs/bench, with paging and counting on, under each
 * engine: million instructions a second, how much faster than the plain stepper, and
 * the geometric means; one JSON object a line on stdout. Needs a C compiler for
 * RISC-V. `scale` divides the work: 1 for figures to quote. Exit status. */
int bench_cpu(unsigned scale);

/* One kernel under one engine ("goto", "switch", "step") for a number of instructions,
 * once and untimed: for counting host instructions with callgrind. Prints how many
 * guest instructions it ran. Exit status. */
int bench_cpu_once(const char *kernel, const char *engine, uint64_t instructions);

#endif
