/* mm/replace/ring.h - slots on a ring with a hand. For clock and wsclock.
 *
 * The order is that of arrival; a slot that comes in is put right behind the hand, so
 * that the hand reaches it last.
 */
#ifndef MM_REPLACE_RING_H
#define MM_REPLACE_RING_H

#include <mm/replace/list.h>

struct ring {
    slot_t hand;                /* the next to be looked at; SLOT_NONE: empty */
    uint32_t n;
};

static inline void ring_insert(struct ring *r, struct link *links, slot_t s)
{
    if (r->n++ == 0) {
        links[s] = (struct link){ s, s };
        r->hand = s;
        return;
    }
    slot_t last = links[r->hand].prev;
    links[s] = (struct link){ r->hand, last };
    links[last].next = s;
    links[r->hand].prev = s;
}

static inline void ring_remove(struct ring *r, struct link *links, slot_t s)
{
    struct link k = links[s];

    links[k.prev].next = k.next;
    links[k.next].prev = k.prev;
    if (r->hand == s)
        r->hand = k.next;
    if (--r->n == 0)
        r->hand = SLOT_NONE;
}

static inline void ring_turn(struct ring *r, const struct link *links)
{
    r->hand = links[r->hand].next;
}

#endif
