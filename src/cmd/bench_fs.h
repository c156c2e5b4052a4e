/* cmd/bench_fs.h - `ossim bench fs`. */
#ifndef CMD_BENCH_FS_H
#define CMD_BENCH_FS_H

/* One JSON object a line on stdout. scale 10: a tenth of the work. */
int bench_fs(unsigned scale);

#endif
