/* stat/race.h - which accesses to memory nothing orders: the law of data races.
 *
 * Told what threads read, write and synchronise by, in the order in which it happened, it
 * says which two accesses to one byte, at least one of them an ordinary write, are not
 * ordered by "happens before": such a pair may come the other way round in another run.
 * It finds the race even if this run went well, and the first one on each byte for
 * certain. It knows nothing of instructions, symbols or system calls: lab/races.h does.
 *
 * Atomic accesses do not race with each other, nor with plain reads: a plain load of a word
 * that is written atomically may be a relaxed atomic load, which looks the same. With a
 * plain write they do. A plain write to such a word is taken for a release all the same,
 * so that a lock that is freed by a plain store is one race and not many.
 *
 * Sources: Flanagan and Freund, "FastTrack: Efficient and Precise Dynamic Race Detection"
 * (PLDI 2009), figures 2 and 5. Differs from it: fences and release sequences are those of
 * C11, 5.1.2.4 and 7.17.4; an atomic access is booked as a read, since it conflicts with
 * just what a read conflicts with.
 */
#ifndef STAT_RACE_H
#define STAT_RACE_H

#include <stdbool.h>
#include <stdint.h>

struct race_law;

#define RACE_NOBODY UINT32_MAX

enum race_how { RACE_LOAD = 1, RACE_STORE = 2, RACE_RMW = RACE_LOAD | RACE_STORE };

/* A race: `va` in `space`. A site is whatever the caller gave for the place. */
struct race_pair {
    uint32_t space, va;
    uint32_t was, was_site;     /* thread and site of the earlier access */
    uint32_t now, now_site;
};
typedef void race_fn(void *ctx, const struct race_pair *p);

/* NULL: no memory. */
struct race_law *race_create(race_fn *fn, void *ctx);
void race_destroy(struct race_law *l);
/* There was no memory: what is found from then on is not to be relied upon. */
bool race_failed(const struct race_law *l);

/* A new thread; behind all that `parent` has done so far, if it has one. Its number is
 * never used again. RACE_NOBODY: no memory. */
uint32_t race_thread(struct race_law *l, uint32_t parent);
/* It does nothing any more. Whoever waits for it must be able to acquire what it has
 * released before. */
void race_end(struct race_law *l, uint32_t thread);

/* Ordinary accesses to `size` bytes, >= 1. */
void race_read(struct race_law *l, uint32_t thread, uint32_t space, uint32_t va,
               uint32_t size, uint32_t site);
void race_write(struct race_law *l, uint32_t thread, uint32_t space, uint32_t va,
                uint32_t size, uint32_t site);
/* An atomic one, within a word. */
struct race_atomic { enum race_how how; bool acquire, release; };
void race_atomic(struct race_law *l, uint32_t thread, uint32_t space, uint32_t va,
                 uint32_t size, struct race_atomic a, uint32_t site);
/* A fence: acquire, if it orders reads before it; release, if writes behind it. */
void race_fence(struct race_law *l, uint32_t thread, bool acquire, bool release);

/* Anything else that orders: what was done before race_release happens before what is done
 * after a later race_acquire of the same key. The upper bit of keys is the caller's. */
#define RACE_KEY(kind, number) (UINT64_C(1) << 63 | (uint64_t)(kind) << 56 | (number))
void race_release(struct race_law *l, uint32_t thread, uint64_t key);
void race_acquire(struct race_law *l, uint32_t thread, uint64_t key);
/* The kernel writes the word as the thread ends; whoever reads that is behind it. */
void race_farewell(struct race_law *l, uint32_t thread, uint32_t space, uint32_t va);

/* Memory from .. to - 1 is new: nobody has used it. */
void race_forget(struct race_law *l, uint32_t space, uint32_t from, uint64_t to);

#endif
