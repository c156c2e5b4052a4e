/* turns.h - which of many kernels has something to do first; for this room alone.
 *
 * A tree of matches, each of two, in which each node has what its winner has to do: the
 * winner of all is at the root. A change costs at most the logarithm of how many have
 * something to do at once, since those alone have a leaf (Knuth, "The Art of Computer
 * Programming", vol. 3, "Sorting by Selection").
 */
#ifndef MACHINE_TURNS_H
#define MACHINE_TURNS_H

#include <sim/arena.h>
#include <ossim/types.h>

/* Of several kernels at one instant: one whose guest has work for a CPU that sleeps comes
 * first; then inner ones before outer ones; and last what a kernel does only when there
 * is nothing to decide at the instant any more. */
enum turn { TURN_CALLED, TURN_NORMAL, TURN_AFTER };

/* What a kernel has to do next. Two words, so that it is handed on in registers. */
struct due {
    ns_t at;                    /* NS_MAX: nothing */
    uint64_t place;             /* among those of one instant: due_place */
};

/* order: inner ones first; the outermost last. */
static inline uint64_t due_place(enum turn turn, uint32_t order)
{
    return (uint64_t)turn << 32 | order;
}

static inline uint32_t due_order(const struct due *d)
{
    return (uint32_t)d->place;
}

/* As one number, since which it is can't be predicted. Times are >= 0. */
static inline bool due_earlier(const struct due *a, const struct due *b)
{
    return ((unsigned __int128)a->at << 64 | a->place) <
           ((unsigned __int128)b->at << 64 | b->place);
}

/* That kernel has nothing to do. */
static inline struct due due_never(uint32_t order)
{
    return (struct due){ NS_MAX, due_place(TURN_AFTER, order) };
}

struct turns {
    struct due *node;           /* the root is 1, the leaves are from `leaves` on */
    uint32_t *leaf;             /* by order: where in `node`; 0: nowhere, it has nothing to do */
    uint32_t *spare;            /* leaves that nobody has, nspare of them */
    uint32_t leaves, nspare;    /* leaves: a power of two */
};

/* Of n kernels with nothing to do, of which at most `atonce` ever have. Both >= 1. */
void turns_build(struct turns *t, struct arena *a, uint32_t n, uint32_t atonce);
/* The kernel that d names has this to do from now on. */
void turns_set(struct turns *t, const struct due *d);
static inline const struct due *turns_first(const struct turns *t)
{
    return &t->node[1];
}
/* Who would be first without that one. */
struct due turns_second(const struct turns *t);

#endif
