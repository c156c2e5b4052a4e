/* sim/disk_view.h - what those see who look at a disk: copies, which change nothing. */
#ifndef SIM_DISK_VIEW_H
#define SIM_DISK_VIEW_H

#include <ossim/types.h>
#include <stdbool.h>
#include <stdint.h>

struct disk_now {
    uint32_t drives, drive;     /* how many; the one that began something last */
    uint32_t cylinders;         /* of a drive; 1: there is no arm */
    uint32_t arm, waiting;      /* of that drive; requests in front of all of them */
    uint32_t cache, cached, dirty;      /* blocks; cache: as many as there may be */
    uint64_t resynced, stale;   /* rows of an array looked at after power cuts; of them, those
                                 * that did not agree */
    ns_t seek, rotation, transfer;      /* what the drives' time so far was made of */
    uint64_t bad;               /* impossible answers of the disk's scheduler */
    uint32_t log_size, log_used, held;  /* of the journal; held: of the running transaction */
    uint32_t log_head;          /* the block of the log that is written next; its tail is log_used
                                 * before it, round the end of the log */
};
/* Asked by observers, who know no machines. all: cache and journal too, which takes time in
 * proportion to the cache. False: there is no disk. */
typedef bool disk_ask_fn(void *machine, bool all, struct disk_now *out);

enum { DISK_ENTRY_RUNS = 12, DISK_ENTRY_NAME = 255, DISK_TREE_DEPTH = 12 };

struct disk_entry {             /* a file or folder of the tree */
    uint32_t ino, depth;        /* depth: 0 of the root */
    uint16_t mode, links;
    uint64_t size;
    uint32_t nblocks, npointers;        /* of data; of pointers to them */
    uint32_t nruns;             /* of blocks that lie together; the first DISK_ENTRY_RUNS are: */
    struct { uint32_t from, n; } run[DISK_ENTRY_RUNS];
    char name[DISK_ENTRY_NAME + 1];
};
/* False: enough was seen. */
typedef bool disk_entry_fn(void *ctx, const struct disk_entry *e);

#endif
