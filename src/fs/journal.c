/* journal.c - commit and checkpoint, as a machine of states that completions drive. */
#include <fs/inside.h>

#include <sim/check.h>
#include <string.h>

enum { TAG_SIZE = 8, HEADER_SIZE = 12, REVOKE_HEADER = 16, COMMIT_SEC_AT = 48 };

static void step(struct fs *fs);

/* ---- the log as blocks ---- */

uint32_t journal_capacity(const struct journal *j)
{
    return j->maxlen - j->first;
}

uint32_t journal_map(const struct journal *j, uint32_t log_block)
{
    for (uint32_t i = 0; i < j->nruns; i++)
        if (log_block - j->runs[i].at < j->runs[i].len)
            return j->runs[i].block + (log_block - j->runs[i].at);
    return 0;
}

static uint32_t tags_per_block(const struct fs *fs)
{
    return 1 + (fs->block_size - HEADER_SIZE - TAG_SIZE - JBD_UUID_SIZE) / TAG_SIZE;
}

static uint32_t revokes_per_block(const struct fs *fs)
{
    return (fs->block_size - REVOKE_HEADER) / 4;
}

static uint32_t log_space(const struct fs *fs, uint32_t blocks, uint32_t revokes)
{
    uint32_t tags = tags_per_block(fs), per = revokes_per_block(fs);

    return blocks + (blocks + tags - 1) / tags + (revokes + per - 1) / per + 1;
}

/* The device's block for the next block of the log. */
static uint32_t log_next(struct journal *j)
{
    uint32_t at = j->head++;

    if (j->head == j->maxlen)
        j->head = j->first;
    j->used++;
    j->nlogged++;
    CHECK(j->used <= journal_capacity(j));
    return journal_map(j, at);
}

/* ---- what is being committed ---- */

uint8_t *journal_freeze(struct journal *j, struct buf *b, uint8_t *sealed)
{
    CHECK(b->logging && !b->frozen && j->nspare > 0);
    b->frozen = sealed;
    return j->spare[--j->nspare];
}

static void unseal(struct fs *fs, struct buf *b)
{
    if (b->frozen)
        fs->j.spare[fs->j.nspare++] = b->frozen;
    b->frozen = NULL;
    bcache_logged(&fs->cache, b);
}

static void swap(struct block_set *a, struct block_set *b)
{
    struct block_set old = *a;

    *a = *b;
    *b = old;
}

/* What is changed from now on is the next transaction's. */
static void seal(struct fs *fs)
{
    struct journal *j = &fs->j;

    CHECK(fs->cache.nlogging == 0 && fs->freeing.n == 0 && j->revoking.n == 0);
    swap(&j->revoke, &j->revoking);
    swap(&fs->freed, &fs->freeing);
    j->nlist = j->at = j->tagged = j->revoke_at = 0;
    for (uint32_t i = 0; i < fs->cache.nbufs; i++) {
        struct buf *b = &fs->cache.bufs[i];

        if (!b->held)
            continue;
        bcache_seal(&fs->cache, b);
        bit_set(j->logged_map, b->block);
        j->list[j->nlist++] = i;
    }
}

static const uint8_t *sealed_bytes(const struct buf *b)
{
    return b->frozen ? b->frozen : b->data;
}

/* ---- slots ---- */

static const char unwritten[] = "the journal could not be written";

static void journal_abort(struct fs *fs, const char *why)
{
    for (uint32_t i = 0; i < fs->cache.nbufs; i++) {
        struct buf *b = &fs->cache.bufs[i];

        b->awaited = false;
        if (b->held || b->logging) {
            bcache_forget(&fs->cache, b);
            b->valid = false;
        }
        if (b->logging)
            unseal(fs, b);
    }
    fs->j.active = fs->j.then_place = false;
    fs->j.failed = true;
    fs->j.state = J_IDLE;
    fs->read_only = true;
    fs->io_error = true;
    fs_damaged(fs, why);
    op_wake(fs, NEED_ANY);
}

static void slot_done(void *self, struct blk_request *r)
{
    struct fs *fs = self;

    CHECK(fs->j.slot[r->tag].busy && fs->j.inflight > 0);
    fs->j.slot[r->tag].busy = false;
    fs->j.inflight--;
    fs->now = r->completed > fs->now ? r->completed : fs->now;
    fs->cache.gone |= r->status == BLK_GONE;
    if (r->status != BLK_OK) {
        if (fs->j.state != J_IDLE)
            journal_abort(fs, unwritten);
        return;
    }
    step(fs);
}

static struct journal_slot *slot_take(struct fs *fs)
{
    for (unsigned i = 0; i < JOURNAL_SLOTS; i++)
        if (!fs->j.slot[i].busy) {
            memset(fs->j.slot[i].data, 0, fs->block_size);
            return &fs->j.slot[i];
        }
    return NULL;
}

static void slot_submit(struct fs *fs, struct journal_slot *s, enum blk_op op,
                        uint32_t block, bool through)
{
    CHECK(!s->busy && (op != BLK_WRITE || block));     /* block 0 is none of the log's */
    s->busy = true;
    s->req = (struct blk_request){ .op = (uint8_t)op, .through = through, .owner = TID_NONE,
                                   .deadline = NS_MAX, .sink = &fs->j.sink,
                                   .tag = (uint64_t)(s - fs->j.slot) };
    if (op == BLK_WRITE) {
        s->req.nsectors = fs->cache.sectors;
        s->req.sector = (uint64_t)block * fs->cache.sectors;
        s->req.data = s->data;
    }
    fs->j.inflight++;
    blk_submit(fs->dev, &s->req, fs->now);
}

static void header_set(void *data, uint32_t type, uint32_t sequence)
{
    struct jbd_header *h = data;

    *h = (struct jbd_header){ be32(JBD_MAGIC), be32(type), be32(sequence) };
}

void journal_create(struct fs *fs, struct arena *a)
{
    uint32_t map = (uint32_t)(fs->dev->nsectors * BLK_SECTOR / fs->p.block_size + 7) / 8;
    uint32_t *list = arena_array(a, uint32_t, fs->p.cache_blocks);
    uint8_t *revoke = arena_array(a, uint8_t, map), *revoking = arena_array(a, uint8_t, map);
    uint8_t *logged_map = arena_array(a, uint8_t, map);
    struct revoke *revokes = arena_array(a, struct revoke, JOURNAL_REVOKES);
    uint8_t *bytes = arena_take(a, (size_t)JOURNAL_SLOTS * fs->p.block_size, 64);
    uint8_t *frozen = arena_take(a, (size_t)JOURNAL_FROZEN * fs->p.block_size, 64);

    if (!a->base)
        return;
    fs->j = (struct journal){ .list = list, .revoke = { revoke, 0 },
                              .revoking = { revoking, 0 }, .logged_map = logged_map,
                              .revokes = revokes, .nspare = JOURNAL_FROZEN };
    for (unsigned i = 0; i < JOURNAL_FROZEN; i++)
        fs->j.spare[i] = frozen + (size_t)i * fs->p.block_size;
    fs->j.sink = (struct blk_sink){ .done = slot_done, .self = fs };
    for (unsigned i = 0; i < JOURNAL_SLOTS; i++)
        fs->j.slot[i].data = bytes + (size_t)i * fs->p.block_size;
}

/* ---- writing a transaction ---- */

/* Data that was written with it: a file must not be seen with another's old bytes. */
static void write_ordered(struct fs *fs)
{
    for (uint32_t i = 0; i < fs->cache.nbufs; i++) {
        struct buf *b = &fs->cache.bufs[i];

        if (!b->ordered)
            continue;
        if (b->dirty && !b->writing)
            bcache_write(&fs->cache, b, TID_NONE, fs->now);
        b->ordered = false;
        b->awaited = b->writing;
        fs->j.inflight += b->writing;
    }
}

/* False: no slot is free now. */
static bool log_revokes(struct fs *fs)
{
    struct journal *j = &fs->j;

    while (j->revoking.n) {
        struct journal_slot *s = slot_take(fs);
        uint32_t n = 0;

        if (!s)
            return false;
        struct jbd_revoke *r = (void *)s->data;
        uint32_t *block = (uint32_t *)(void *)(s->data + REVOKE_HEADER);

        for (; j->revoking.n && n < revokes_per_block(fs); j->revoke_at++)
            if (bit_test(j->revoking.map, j->revoke_at)) {
                bit_clear(j->revoking.map, j->revoke_at);
                block[n++] = be32(j->revoke_at);
                j->revoking.n--;
                j->nrevoked++;
            }
        header_set(r, JBD_REVOKE, j->sequence);
        r->count = be32(REVOKE_HEADER + n * 4);
        slot_submit(fs, s, BLK_WRITE, log_next(j), false);
    }
    return true;
}

static bool needs_escape(const struct buf *b)
{
    uint32_t word;

    memcpy(&word, sealed_bytes(b), sizeof word);
    return word == be32(JBD_MAGIC);
}

/* Tags for the blocks from j->at on, as many as one descriptor holds. */
static void fill_descriptor(struct fs *fs, uint8_t *data)
{
    struct journal *j = &fs->j;
    uint32_t n = j->nlist - j->at, max = tags_per_block(fs);
    uint8_t *p = data + HEADER_SIZE;

    n = n < max ? n : max;
    header_set(data, JBD_DESCRIPTOR, j->sequence);
    for (uint32_t i = 0; i < n; i++) {
        const struct buf *b = &fs->cache.bufs[j->list[j->at + i]];
        unsigned flags = (needs_escape(b) ? JBD_TAG_ESCAPE : 0u) |
                         (i ? JBD_TAG_SAME_UUID : 0u) | (i + 1 == n ? JBD_TAG_LAST : 0u);
        struct jbd_tag tag = { be32(b->block), 0, be16((uint16_t)flags) };

        memcpy(p, &tag, sizeof tag);
        p += sizeof tag;
        if (i == 0) {
            memcpy(p, j->super.uuid, JBD_UUID_SIZE);
            p += JBD_UUID_SIZE;
        }
    }
    j->tagged = j->at + n;
}

static bool log_blocks(struct fs *fs)
{
    struct journal *j = &fs->j;

    for (; j->at < j->nlist; j->at++) {
        struct buf *b = &fs->cache.bufs[j->list[j->at]];
        struct journal_slot *s;

        if (j->at == j->tagged) {
            s = slot_take(fs);
            if (!s)
                return false;
            fill_descriptor(fs, s->data);
            slot_submit(fs, s, BLK_WRITE, log_next(j), false);
        }
        if (!needs_escape(b)) {
            bcache_write_to(&fs->cache, b, log_next(j), fs->now);
            j->inflight++;
            continue;
        }
        s = slot_take(fs);
        if (!s)
            return false;
        memcpy(s->data, sealed_bytes(b), fs->block_size);
        memset(s->data, 0, 4);
        slot_submit(fs, s, BLK_WRITE, log_next(j), false);
    }
    return true;
}

static void write_commit(struct fs *fs)
{
    struct journal_slot *s = slot_take(fs);
    uint64_t sec = (uint64_t)fs->now / 1000000000u;
    uint32_t low = be32((uint32_t)sec);

    CHECK(s && fs->j.inflight == 0);    /* all that it speaks of is on the medium */
    header_set(s->data, JBD_COMMIT, fs->j.sequence);
    memcpy(s->data + COMMIT_SEC_AT + 4, &low, 4);
    slot_submit(fs, s, BLK_WRITE, log_next(&fs->j), true);
}

static void committed(struct fs *fs)
{
    struct journal *j = &fs->j;

    CHECK(j->at == j->nlist && j->revoking.n == 0);
    for (uint32_t i = 0; i < j->nlist; i++)
        unseal(fs, &fs->cache.bufs[j->list[i]]);
    if (fs->freeing.n)
        block_set_clear(&fs->freeing, fs->nblocks);
    j->sequence++;
    j->ncommits++;
}

/* Commit what there is; false: there is nothing. */
static bool commit_begin(struct fs *fs)
{
    if (!fs->cache.nheld)
        return false;
    seal(fs);
    fs->j.state = J_DATA;
    write_ordered(fs);
    return true;
}

/* ---- checkpoint ---- */

static void write_places(struct fs *fs)
{
    for (uint32_t i = 0; i < fs->cache.nbufs; i++) {
        struct buf *b = &fs->cache.bufs[i];

        if (b->dirty && !b->writing)
            bcache_write(&fs->cache, b, TID_NONE, fs->now);
    }
}

static void place_begin(struct fs *fs)
{
    CHECK(fs->cache.nheld == 0 && fs->cache.nlogging == 0);
    fs->j.state = J_PLACE;
    write_places(fs);
}

static void write_super(struct fs *fs)
{
    struct journal *j = &fs->j;
    struct journal_slot *s = slot_take(fs);

    CHECK(s && j->inflight == 0 && fs->cache.nlogging == 0);
    j->super.start = be32(j->head);
    j->super.sequence = be32(j->sequence);
    memcpy(s->data, &j->super, sizeof j->super);
    slot_submit(fs, s, BLK_WRITE, journal_map(j, 0), true);
}

static void placed(struct fs *fs)
{
    fs->j.used = 0;
    fs->j.ncheckpoints++;
    memset(fs->j.logged_map, 0, (fs->nblocks + 7) / 8);
}

/* ---- the states ---- */

/* One change of state; false: it has to wait. */
static bool advance(struct fs *fs)
{
    struct journal *j = &fs->j;

    if (j->state == J_PLACE ? fs->cache.ndirty || fs->cache.nwriting : j->inflight != 0)
        return false;
    switch ((enum journal_state)j->state) {
    case J_IDLE:
        return false;
    case J_DATA:
        j->state = J_LOG;
        return true;
    case J_LOG:
        if (log_revokes(fs) && log_blocks(fs) && !j->inflight) {
            j->state = J_FLUSH;
            slot_submit(fs, slot_take(fs), BLK_FLUSH, 0, false);
        }
        return false;
    case J_FLUSH:
        j->state = J_COMMIT;
        write_commit(fs);
        return false;
    case J_COMMIT:
        committed(fs);
        j->state = J_IDLE;
        if (j->then_place && !commit_begin(fs))
            place_begin(fs);
        return true;
    case J_PLACE:
        if (j->unplaced) {      /* the log has the only copy: it must stay */
            journal_abort(fs, "what the journal holds could not be put into its places");
            return false;
        }
        j->state = J_PLACE_FLUSH;
        slot_submit(fs, slot_take(fs), BLK_FLUSH, 0, false);
        return false;
    case J_PLACE_FLUSH:
        j->state = J_SUPER;
        write_super(fs);
        return false;
    case J_SUPER:
        placed(fs);
        j->then_place = false;
        j->state = J_IDLE;
        return true;
    }
    return false;
}

static void step(struct fs *fs)
{
    if (fs->j.state == J_IDLE)
        return;
    uint64_t before = fs->j.ncommits;

    while (advance(fs))
        ;
    if (fs->j.state == J_IDLE || fs->j.ncommits != before)
        op_wake(fs, NEED_ANY);
}

void journal_start(struct fs *fs, enum journal_what what)
{
    struct journal *j = &fs->j;

    if (!j->active)
        return;
    j->then_place |= what == JOURNAL_CHECKPOINT;
    if (j->state != J_IDLE)
        return;
    if (!commit_begin(fs) && j->then_place)
        place_begin(fs);
    step(fs);
}

bool journal_has_room(struct fs *fs, uint32_t blocks, uint32_t freeze)
{
    struct journal *j = &fs->j;
    uint32_t all = fs->cache.nheld + blocks, limit = fs->cache.nbufs / 3;

    if (!j->active)
        return true;
    if (limit > journal_capacity(j) / 4)
        limit = journal_capacity(j) / 4;
    uint32_t space = log_space(fs, all, j->revoke.n + TX_FREED);

    if (j->state != J_IDLE)     /* of which some may be in the log already */
        space += log_space(fs, j->nlist, j->revoking.n);
    if (j->used + space > journal_capacity(j)) {
        journal_start(fs, JOURNAL_CHECKPOINT);
        return false;
    }
    if (fs->cache.nheld && all > limit) {
        journal_start(fs, JOURNAL_COMMIT);
        return false;
    }
    return freeze <= j->nspare;
}

void journal_wrote(struct fs *fs, struct buf *b, bool ok)
{
    struct journal *j = &fs->j;

    if (!ok && !b->logging && (!b->ino || j->data_too))
        j->unplaced = j->active;
    if (b->logging) {
        j->inflight--;
        if (!ok) {
            journal_abort(fs, unwritten);
            return;
        }
    } else if (b->awaited) {
        CHECK(j->state == J_DATA);
        b->awaited = false;
        j->inflight--;
    } else if (!b->dirty) {
        b->ordered = false;
    }
    step(fs);
}

void journal_revoke(struct fs *fs, uint32_t block)
{
    struct journal *j = &fs->j;

    if (bit_test(j->logged_map, block))
        block_set_add(&j->revoke, block);
}
