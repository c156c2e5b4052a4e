/* mm/replace/list.h - lists of slots, linked by number. For replacement policies.
 *
 * The links live in the memory that all pools of a policy share, 8 bytes a slot. A slot
 * is on one list at most. Slots that were filled in the order of their numbers, and
 * refilled in place, are read in that order: that keeps big memories fast.
 */
#ifndef MM_REPLACE_LIST_H
#define MM_REPLACE_LIST_H

#include <ossim/replace.h>

struct link { slot_t next, prev; };             /* SLOT_NONE at the ends */
struct list { slot_t head, tail; uint32_t n; }; /* SLOT_NONE: empty */

static inline void list_init(struct list *l)
{
    *l = (struct list){ SLOT_NONE, SLOT_NONE, 0 };
}

static inline void list_append(struct list *l, struct link *links, slot_t s)
{
    links[s] = (struct link){ SLOT_NONE, l->tail };
    if (l->tail == SLOT_NONE)
        l->head = s;
    else
        links[l->tail].next = s;
    l->tail = s;
    l->n++;
}

static inline void list_remove(struct list *l, struct link *links, slot_t s)
{
    struct link k = links[s];

    if (k.prev == SLOT_NONE)
        l->head = k.next;
    else
        links[k.prev].next = k.next;
    if (k.next == SLOT_NONE)
        l->tail = k.prev;
    else
        links[k.next].prev = k.prev;
    l->n--;
}

/* To the end of the list that it is on. */
static inline void list_renew(struct list *l, struct link *links, slot_t s)
{
    if (l->tail == s)
        return;
    list_remove(l, links, s);
    list_append(l, links, s);
}

/* The first that may be given up, from s on; SLOT_NONE if all are pinned. */
static inline slot_t list_unpinned(slot_t s, const struct link *links,
                                   const struct replace_bits *bits)
{
    while (s != SLOT_NONE && replace_pinned(bits, s))
        s = links[s].next;
    return s;
}

static inline slot_t list_oldest(const struct list *l, const struct link *links,
                                 const struct replace_bits *bits)
{
    return list_unpinned(l->head, links, bits);
}

/* text into buf, ended by a NUL. */
static inline void explain_say(char *buf, size_t size, const char *text)
{
    size_t i = 0;

    for (; i + 1 < size && text[i]; i++)
        buf[i] = text[i];
    buf[i] = '\0';
}

/* The slot_size of policies that need no more than a link. */
static inline size_t link_size(const struct replace_params *p)
{
    (void)p;
    return sizeof(struct link);
}

#endif
