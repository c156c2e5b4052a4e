/* record.h - run a scenario and keep every write and flush of its device. */
#ifndef TESTS_CRASH_RECORD_H
#define TESTS_CRASH_RECORD_H

#include "scenario.h"
#include "tree.h"

enum { SNAPS = 512 };

struct event { uint64_t sector; uint32_t nsectors; bool through; uint8_t *data; };

struct record {
    uint64_t size;
    uint8_t *start;             /* the image before the first event */
    struct event *e;            /* nsectors 0: a flush */
    unsigned *mark_before;      /* how many syncs were over when event i had not happened */
    uint32_t n, room;
    unsigned mark;              /* syncs that are over now */
    struct tree snap[SNAPS];    /* [k]: after k syncs */
    bool loose[SNAPS];          /* step k overwrote data in place */
    unsigned nsnaps;
};

/* overlap: each step is done while the sync of the one before it goes on. */
void record_scenario(struct record *r, const struct scenario *s, enum fs_journal journal,
                     uint32_t block, bool overlap);
void record_free(struct record *r);
/* In the format of dm-log-writes, as the tools of Linux replay it. */
void record_save(const struct record *r, const char *path);

#endif
