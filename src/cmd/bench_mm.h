/* cmd/bench_mm.h - how fast reference strings run. */
#ifndef CMD_BENCH_MM_H
#define CMD_BENCH_MM_H

/* Every replacement policy over 10 million references to a million pages (Zipf, 1.0) with
 * 100,000 frames, one JSON object a line on stdout. `scale` divides all three. Exit
 * status. */
int bench_mm(unsigned scale);

#endif
