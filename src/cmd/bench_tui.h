/* cmd/bench_tui.h - how long the screens take to go back. */
#ifndef CMD_BENCH_TUI_H
#define CMD_BENCH_TUI_H

/* Each workload is run to its end (or for 20 s) under the screens, without a terminal; then
 * the keys p, b, B and g are pressed at its end and at places all over it. One JSON object
 * a line on stdout: for each key the median and the longest time until the picture stands,
 * in ms of CPU time, since the machine that measures does other things too. Without files:
 * a run of 25 million decisions, divided by `scale`. Exit status. */
int bench_tui(char *const *files, int nfiles, unsigned scale);

#endif
