/* machine/snapshot.h - memory that can be put back as it was.
 *
 * A snapshot is the whole contents of a few regions of memory: a machine's block, and
 * that of the observers which go back with it. All of them share the pages that did not
 * change between them. What changed is found by comparing with the last one that was
 * taken or put back (not by write protection: crashes of plug-ins have the signals). What
 * in the regions points out of them (config, ops, subscribers) must not change, and
 * nothing outside may keep what would not be true any more.
 *
 * All memory is the caller's: one block, the budget. When it is full, snapshots of the
 * past are dropped, where they stand closest. It neither knows what is in the regions,
 * nor runs anything: which snapshot to put back, and how to go on from there, is the
 * caller's.
 */
#ifndef MACHINE_SNAPSHOT_H
#define MACHINE_SNAPSHOT_H

#include <ossim/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SNAPSHOT_PAGE = 4096, SNAPSHOT_REGIONS = 4, SNAPSHOT_LIMIT = 1024 };

struct snapshot_region {
    uint8_t *base;              /* page aligned; of zeroes before anything is written */
    size_t size;                /* a multiple of the page */
    /* Bytes from base that were ever written, as far as that is known; NULL: all may
     * have been. May be in the region itself. Never falls but by going back. */
    const size_t *used;
};

/* Optional. Says of npages pages from base whether they were ever written: 0 in map[i]:
 * certainly not. Saves reading, and so bringing to life, what was never touched. */
typedef void snapshot_touched_fn(const uint8_t *base, size_t npages, uint8_t *map);

/* Where a snapshot stands. Ordered by events, then by time, then by steps. */
struct snapshot_at {
    ns_t now;
    uint64_t events, steps;
    uint64_t cost;              /* effort from the beginning to here, in any unit: tells
                                 * which snapshots stand close to each other */
    ns_t mark_at;               /* the caller's own from here on */
    uint64_t mark_events, typed;
    bool at_mark;
};

struct snapshots;

/* Start keeping snapshots in `size` bytes at mem (aligned to a page). NULL: the regions
 * are more than 4 GiB, or the memory is too small to keep any. There is none yet. */
struct snapshots *snapshots_init(void *mem, size_t size, const struct snapshot_region *r,
                                 unsigned nregions, snapshot_touched_fn *touched);

/* Take one of what the regions hold now. The first one is kept for ever. False: there was
 * no room, even with all others dropped that may be. */
bool snapshots_take(struct snapshots *s, const struct snapshot_at *at);

unsigned snapshots_count(const struct snapshots *s);
/* The i-th in order; borrowed until the next call that changes their number. */
const struct snapshot_at *snapshots_at(const struct snapshots *s, unsigned i);

/* Put the i-th back. */
void snapshots_restore(struct snapshots *s, unsigned i);
/* Drop all from the i-th on: another future begins. i > 0. */
void snapshots_forget(struct snapshots *s, unsigned i);

/* Bytes of the block in use, pages of snapshots and their tables alike. */
size_t snapshots_bytes(const struct snapshots *s);
/* Every page is accounted for. */
bool snapshots_check(const struct snapshots *s);

#endif
