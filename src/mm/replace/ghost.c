/* ghost.c - see ghost.h */
#include <mm/replace/ghost.h>

/* A table by key for as many keys as there could be ghosts, many times over; above
 * that a hash table is the smaller one. */
enum { DENSE = 1 << 28 };

static uint32_t table_size(uint32_t room)
{
    uint32_t n = 16;

    while (n < 2 * room)
        n *= 2;
    return n;
}

static bool dense(uint64_t nkeys)
{
    return nkeys > 0 && nkeys <= DENSE;
}

size_t ghosts_size(uint32_t room, uint64_t nkeys)
{
    size_t where = dense(nkeys) ? (size_t)nkeys : table_size(room);

    return room * sizeof(struct ghost) + where * sizeof(uint32_t);
}

void ghosts_init(struct ghosts *g, void *mem, uint32_t room, uint64_t nkeys)
{
    *g = (struct ghosts){ .of = mem, .where = (uint32_t *)((struct ghost *)mem + room),
                          .mask = dense(nkeys) ? 0 : table_size(room) - 1 };
    for (unsigned i = 0; i < 2; i++)
        g->list[i].head = g->list[i].tail = GHOST_NONE;
    for (uint32_t i = 0; i < room; i++)
        g->of[i].next = i + 1 < room ? i + 1 : GHOST_NONE;
}

static uint32_t home(const struct ghosts *g, uint64_t key)
{
    return (uint32_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & g->mask;
}

/* Where key stands in the table, or would. */
static uint64_t place(const struct ghosts *g, uint64_t key)
{
    if (!g->mask)
        return key;
    uint32_t i = home(g, key);
    while (g->where[i] && g->of[g->where[i] - 1].key != key)
        i = (i + 1) & g->mask;
    return i;
}

uint32_t ghosts_find(const struct ghosts *g, uint64_t key)
{
    return g->where[place(g, key)] - 1;
}

/* Those behind an emptied place move up, so that no search stops early. */
static void close_gap(struct ghosts *g, uint32_t gap)
{
    for (uint32_t i = (gap + 1) & g->mask; g->where[i]; i = (i + 1) & g->mask) {
        uint32_t from = home(g, g->of[g->where[i] - 1].key);

        if (((i - from) & g->mask) >= ((i - gap) & g->mask)) {
            g->where[gap] = g->where[i];
            gap = i;
        }
    }
    g->where[gap] = 0;
}

void ghosts_drop(struct ghosts *g, uint32_t ghost)
{
    struct ghost *x = &g->of[ghost];
    uint64_t at = place(g, x->key);

    g->where[at] = 0;
    if (g->mask)
        close_gap(g, (uint32_t)at);
    if (x->prev == GHOST_NONE)
        g->list[x->list].head = x->next;
    else
        g->of[x->prev].next = x->next;
    if (x->next == GHOST_NONE)
        g->list[x->list].tail = x->prev;
    else
        g->of[x->next].prev = x->prev;
    g->list[x->list].n--;
    x->next = g->free;
    g->free = ghost;
}

void ghosts_drop_oldest(struct ghosts *g, unsigned list)
{
    ghosts_drop(g, g->list[list].head);
}

void ghosts_add(struct ghosts *g, unsigned list, uint64_t key)
{
    if (g->free == GHOST_NONE)
        ghosts_drop_oldest(g, g->list[list].n ? list : !list);
    uint32_t i = g->free, tail = g->list[list].tail;

    g->free = g->of[i].next;
    g->of[i] = (struct ghost){ key, GHOST_NONE, tail, list };
    g->where[place(g, key)] = i + 1;
    if (tail == GHOST_NONE)
        g->list[list].head = i;
    else
        g->of[tail].next = i;
    g->list[list].tail = i;
    g->list[list].n++;
}
