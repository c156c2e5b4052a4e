/* stat/diskbook.h - what the disk did: the way of the arm over its last requests, and how
 * full cache, journal and queue were over time.
 *
 * A subscriber of bounded size. What events do not say (where the arm is, how many blocks
 * are dirty) it asks the machine through a function, which changes nothing. Over time it
 * keeps at most DISKBOOK_SAMPLES, evenly spread: when they are full, every second one goes,
 * and from then on half as many are taken.
 */
#ifndef STAT_DISKBOOK_H
#define STAT_DISKBOOK_H

#include <ossim/event.h>
#include <sim/disk_view.h>

enum { DISKBOOK_PATH = 512, DISKBOOK_SAMPLES = 512, DISKBOOK_FAULTS = 16 };

struct disk_move {              /* one request: */
    ns_t from, to;              /* begun; done */
    uint32_t drive;             /* of an array */
    uint32_t cylinder, moved;   /* where the arm went, and over how many */
    tid_t tid;
};

struct disk_failure { ns_t at; uint64_t sector; unsigned kind; };   /* enum disk_fault_kind */

struct disk_sample { ns_t at; struct disk_now now; };

struct diskbook {
    disk_ask_fn *ask;
    void *machine;
    uint64_t moves;             /* ever; the last DISKBOOK_PATH are kept */
    struct disk_move move[DISKBOOK_PATH];
    uint64_t refused;           /* requests of tasks that were answered with an error */
    uint32_t nfaults;           /* ever; the first DISKBOOK_FAULTS are kept */
    struct disk_failure fault[DISKBOOK_FAULTS];
    uint32_t nsamples;
    ns_t gap, next;             /* a sample is taken from `next` on, then `gap` later */
    struct disk_sample sample[DISKBOOK_SAMPLES];
};

/* Was the arm at this cylinder before that move, as far as the way that it took says? */
static inline bool disk_move_from(const struct disk_move *m, uint32_t cylinder)
{
    return m->moved == (m->cylinder > cylinder ? m->cylinder - cylinder : cylinder - m->cylinder);
}

extern const event_set diskbook_kinds;

/* b is zeroed. */
void diskbook_begin(struct diskbook *b, disk_ask_fn *ask, void *machine);
void diskbook_event(void *book, const struct event *e);
/* The i-th of the moves that are kept, oldest first; NULL past the end. */
const struct disk_move *diskbook_move(const struct diskbook *b, uint64_t i);

#endif
