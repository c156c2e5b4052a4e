/* record.h - run a scenario and keep every write and flush of its device. */
#ifndef TESTS_CRASH_RECORD_H
#define TESTS_CRASH_RECORD_H

#include "../fs/volume.h"
#include "scenario.h"
#include "tree.h"

enum { SNAPS = 512 };

struct event {
    uint64_t sector;
    uint32_t nsectors, member;  /* nsectors 0: a flush; member: of an array */
    bool through;
    uint8_t *data;
};

struct record {
    uint64_t size;
    uint8_t *start;             /* the image before the first event */
    struct event *e;
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

/* The same in parts, for another device: what the trees are to be, from playing it in memory
 * without a record; then, from the same image on what v->m.dev has become, with the marks. */
void record_trees(struct record *r, const struct scenario *s, enum fs_journal journal,
                  uint32_t block, struct volume *v);
void record_play(struct record *r, const struct scenario *s, struct volume *v);
void record_note(struct record *r, const struct blk_request *req, uint32_t member);

/* In the format of dm-log-writes, as the tools of Linux replay it: what one drive was told,
 * with the image that it began with as the first write, or NULL. */
void record_save(const struct record *r, const char *path, uint32_t member,
                 const uint8_t *start, uint64_t size);

#endif
