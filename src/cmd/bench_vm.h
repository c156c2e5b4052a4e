/* cmd/bench_vm.h - what it costs to simulate machines in a machine. */
#ifndef CMD_BENCH_VM_H
#define CMD_BENCH_VM_H

/* n guests of 100 tasks each against the same n workloads on machines of their own, one
 * JSON object a line on stdout: CPU seconds of both, and their ratio. Hashes are on,
 * nobody else listens. `scale` divides the work. Exit status. */
int bench_vm(unsigned scale);

#endif
