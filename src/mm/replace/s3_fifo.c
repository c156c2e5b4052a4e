/* s3_fifo.c - three queues: new pages wait in a small one, those used again move to the
 * main one, and the keys of those that were not are remembered for a while.
 *
 * A page that comes back while it is remembered goes to the main queue at once. There, each
 * use, up to three, is worth another round. `small` and `ghosts` are shares of the slots.
 *
 * Differs from the paper as its authors' simulator does: a page moves on when it was used
 * twice in the small queue.
 *
 * Exact: it counts uses. O(1) amortised. 18 bytes a slot, and ghosts.
 */
#include <mm/replace/ghost.h>
#include <mm/replace/list.h>
#include <mm/replace/s3_fifo.h>

#include <string.h>

static const struct policy_param params[] = {
    [S3_FIFO_SMALL] = { "small", PARAM_REAL, "0.1", 0, 1000000, 1, NULL,
                "share of the slots that the small queue should have" },
    [S3_FIFO_GHOSTS] = { "ghosts", PARAM_REAL, "0.9", 0, 1000000, 1, NULL,
                 "keys remembered, as a share of the slots" },
    [S3_FIFO_MOVE] = { "move", PARAM_INT, "2", 1, 3, 1, NULL,
               "uses in the small queue that move a page on" },
    { 0 },
};

struct s3_fifo {
    uint64_t *key;              /* by slot */
    struct link *links;
    uint8_t *in;                /* by slot: 0 small, 1 main */
    uint8_t *uses;              /* by slot, since it came to its queue; <= S3_FIFO_USES */
    struct replace_bits bits;
    struct list queue[2];
    struct ghosts ghosts;       /* list 0 */
    struct replace_params params;
    struct s3_fifo_sizes size;
    uint64_t mem[];
};

static size_t state_size(const struct replace_params *p)
{
    return sizeof(struct s3_fifo) + ghosts_size(p->nslots + 1, p->nkeys);
}

static size_t slot_size(const struct replace_params *p)
{
    (void)p;
    return sizeof(uint64_t) + sizeof(struct link) + 2;
}

static void resize(void *pool, slot_t capacity)
{
    struct s3_fifo *q = pool;

    q->size = s3_fifo_sizes(&q->params, capacity);
    while (q->ghosts.list[0].n > q->size.ghosts)
        ghosts_drop_oldest(&q->ghosts, 0);
}

static void init(void *pool, const struct replace_params *p)
{
    struct s3_fifo *q = pool;

    q->key = p->slots;
    q->links = (struct link *)(void *)(q->key + p->nslots);
    q->in = (uint8_t *)(q->links + p->nslots);
    q->uses = q->in + p->nslots;
    q->bits = p->bits;
    q->params = *p;
    list_init(&q->queue[0]);
    list_init(&q->queue[1]);
    ghosts_init(&q->ghosts, q->mem, p->nslots + 1, p->nkeys);
    resize(q, p->nslots);
}

static void enter(struct s3_fifo *q, unsigned queue, slot_t slot)
{
    q->in[slot] = (uint8_t)queue;
    q->uses[slot] = 0;
    list_append(&q->queue[queue], q->links, slot);
}

static void insert(void *pool, slot_t slot, const struct replace_page *page, ns_t now)
{
    struct s3_fifo *q = pool;
    uint32_t ghost = ghosts_find(&q->ghosts, page->key);

    (void)now;
    q->key[slot] = page->key;
    if (ghost != GHOST_NONE)
        ghosts_drop(&q->ghosts, ghost);
    enter(q, ghost != GHOST_NONE, slot);
}

static void touched(void *pool, slot_t slot, uint64_t next, ns_t now)
{
    struct s3_fifo *q = pool;

    (void)next, (void)now;
    if (q->uses[slot] < S3_FIFO_USES)
        q->uses[slot]++;
}

/* The first that was not used enough; those that were move to the main queue. */
static slot_t from_small(struct s3_fifo *q)
{
    slot_t s;

    while ((s = list_oldest(&q->queue[0], q->links, &q->bits)) != SLOT_NONE) {
        if (q->uses[s] < q->size.move)
            return s;
        list_remove(&q->queue[0], q->links, s);
        enter(q, 1, s);
    }
    return SLOT_NONE;
}

/* The first that was not used; those that were pay one use for another round. */
static slot_t from_main(struct s3_fifo *q)
{
    slot_t s;

    while ((s = list_oldest(&q->queue[1], q->links, &q->bits)) != SLOT_NONE && q->uses[s]) {
        q->uses[s]--;
        list_renew(&q->queue[1], q->links, s);
    }
    return s;
}

static slot_t victim(void *pool, const struct replace_page *incoming, ns_t now)
{
    struct s3_fifo *q = pool;
    slot_t s = SLOT_NONE;

    (void)incoming, (void)now;
    if (q->queue[1].n <= q->size.main)
        s = from_small(q);
    if (s == SLOT_NONE)
        s = from_main(q);
    return s != SLOT_NONE ? s : from_small(q);
}

static void leave(void *pool, slot_t slot, enum replace_why why, ns_t now)
{
    struct s3_fifo *q = pool;

    (void)now;
    list_remove(&q->queue[q->in[slot]], q->links, slot);
    if (why != REPLACE_EVICTED || q->in[slot] || q->size.ghosts == 0)
        return;
    if (q->ghosts.list[0].n == q->size.ghosts)
        ghosts_drop_oldest(&q->ghosts, 0);
    ghosts_add(&q->ghosts, 0, q->key[slot]);
}

static void explain(const void *pool, slot_t slot, char *buf, size_t size)
{
    const struct s3_fifo *q = pool;

    explain_say(buf, size, q->in[slot] ? "main, uses 0" : "small, uses 0");
    buf[strlen(buf) - 1] = (char)('0' + q->uses[slot]);
}

const struct replace_ops replace_s3_fifo = {
    .abi = REPLACE_ABI, .name = "s3-fifo",
    .source = "Yang and others, \"FIFO Queues are All You Need for Cache Eviction\", "
              "SOSP 2023",
    .about = "three queues: small, main, and what was seen",
    .flags = REPLACE_EXACT, .params = params,
    .state_size = state_size, .slot_size = slot_size, .init = init,
    .insert = insert, .touched = touched, .victim = victim, .remove = leave,
    .resize = resize, .explain = explain,
};
