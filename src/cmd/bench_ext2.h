/* cmd/bench_ext2.h - how fast the file system is, on a device that answers at once. */
#ifndef CMD_BENCH_EXT2_H
#define CMD_BENCH_EXT2_H

/* Further lines of `ossim bench fs`: operations a second in each journal mode, what a
 * larger cache saves, and crash states checked a second (replay and fsck). Exit status. */
int bench_ext2(unsigned scale);

#endif
