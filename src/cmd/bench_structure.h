/* cmd/bench_structure.h - what it costs to simulate that services are called. */
#ifndef CMD_BENCH_STRUCTURE_H
#define CMD_BENCH_STRUCTURE_H

/* The same calls under one structure after another, one JSON object a line on stdout: calls
 * and messages per second of CPU time. Hashes are on, nobody else listens. `scale` divides
 * the work. Exit status. */
int bench_structure(unsigned scale);

#endif
