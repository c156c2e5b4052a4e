/* fifo.c - first in, first out: the page that came in longest ago goes.
 *
 * It asks no bits at all, and so shows Belady's anomaly: more frames can mean more
 * faults. Every operation is O(1), but for pinned slots that a victim passes. 8 bytes a
 * slot.
 */
#include <mm/replace/list.h>

struct fifo {
    struct link *links;         /* by slot */
    struct replace_bits bits;
    struct list line;           /* the oldest first */
};

static size_t state_size(const struct replace_params *p)
{
    (void)p;
    return sizeof(struct fifo);
}

static void init(void *pool, const struct replace_params *p)
{
    struct fifo *f = pool;

    f->links = p->slots;
    f->bits = p->bits;
    list_init(&f->line);
}

static void insert(void *pool, slot_t slot, const struct replace_page *page, ns_t now)
{
    struct fifo *f = pool;

    (void)page, (void)now;
    list_append(&f->line, f->links, slot);
}

static slot_t victim(void *pool, const struct replace_page *incoming, ns_t now)
{
    struct fifo *f = pool;

    (void)incoming, (void)now;
    return list_oldest(&f->line, f->links, &f->bits);
}

static void leave(void *pool, slot_t slot, enum replace_why why, ns_t now)
{
    struct fifo *f = pool;

    (void)why, (void)now;
    list_remove(&f->line, f->links, slot);
}

const struct replace_ops replace_fifo = {
    .abi = REPLACE_ABI, .name = "fifo",
    .source = "Silberschatz, Galvin, Gagne, Operating System Concepts, "
              "\"FIFO Page Replacement\"",
    .about = "first in, first out",
    .state_size = state_size, .slot_size = link_size, .init = init,
    .insert = insert, .victim = victim, .remove = leave,
};
