/* tx.c - attempts, their copies of blocks, and who waits for what. */
#include <fs/inside.h>

#include <sim/check.h>
#include <string.h>

/* ---- operations that wait ---- */

void fs_op_init(struct fs_op *op, tid_t owner, uint32_t uid, uint32_t gid, ns_t now,
                uint32_t seconds)
{
    *op = (struct fs_op){ .owner = owner, .uid = uid, .gid = gid, .now = now,
                          .seconds = seconds };
}

static void waiter_remove(struct fs *fs, struct fs_op *op)
{
    if (!op->waiting)
        return;
    if (op->prev)
        op->prev->next = op->next;
    else
        fs->waiters = op->next;
    if (op->next)
        op->next->prev = op->prev;
    op->next = op->prev = NULL;
    op->waiting = false;
}

/* At the end, so that they are woken in the order in which they began to wait. */
static void waiter_insert(struct fs *fs, struct fs_op *op)
{
    struct fs_op **p = &fs->waiters;

    CHECK(!op->waiting);
    op->prev = NULL;
    while (*p) {
        op->prev = *p;
        p = &(*p)->next;
    }
    *p = op;
    op->next = NULL;
    op->waiting = true;
    fs->waits++;
}

void op_wake(struct fs *fs, uint32_t block)
{
    for (struct fs_op *op = fs->waiters, *next; op; op = next) {
        next = op->next;
        if (op->need != block && op->need != NEED_ANY)
            continue;
        waiter_remove(fs, op);
        if (fs->port.wake)
            fs->port.wake(fs->port.self, op);
    }
}

int op_wait(struct fs *fs, uint32_t need)
{
    fs->tx.op->need = need;
    return FS_WAIT;
}

static void unpin_all(struct fs *fs, struct fs_op *op)
{
    while (op->npins)
        bcache_unpin(&fs->cache, op->pin[--op->npins]);
}

/* Keep what this attempt has touched. Operations other than the holder leave the most
 * of the cache alone, so that the holder always gets to its end. */
static void pin_touched(struct fs *fs, struct fs_op *op)
{
    struct tx *tx = &fs->tx;
    unsigned n = tx->ntouched < FS_PINS ? tx->ntouched : FS_PINS, old = op->npins;
    void *before[FS_PINS];

    if (!fs->holder)
        fs->holder = op;
    memcpy(before, op->pin, sizeof before);
    op->npins = 0;
    for (unsigned i = 0; i < n; i++) {
        struct buf *b = tx->touched[i];

        if (fs->holder != op && fs->cache.npinned >= fs->cache.nbufs / 4)
            break;
        bcache_pin(&fs->cache, b);
        op->pin[op->npins++] = b;
    }
    while (old)
        bcache_unpin(&fs->cache, before[--old]);
}

int op_begin(struct fs *fs, struct fs_op *op)
{
    waiter_remove(fs, op);
    fs->now = op->now > fs->now ? op->now : fs->now;
    fs->tx.op = op;
    tx_next(fs);
    return fs->cache.gone ? -FS_EIO : 0;
}

int op_end(struct fs *fs, struct fs_op *op, int err)
{
    if (err == FS_WAIT) {
        pin_touched(fs, op);
        waiter_insert(fs, op);
        return err;
    }
    unpin_all(fs, op);
    if (fs->holder == op)
        fs->holder = NULL;
    if (fs->waiters)
        op_wake(fs, NEED_ANY);
    return err;
}

void fs_op_cancel(struct fs *fs, struct fs_op *op)
{
    waiter_remove(fs, op);
    op_end(fs, op, 0);
    for (unsigned i = 0; i < CUTS; i++)
        if (fs->cuts[i].op == op)
            fs->cuts[i].op = NULL;
}

int fs_damaged(struct fs *fs, const char *what)
{
    size_t n = strlen(what);

    n = n < sizeof fs->reason - 1 ? n : sizeof fs->reason - 1;
    memcpy(fs->reason, what, n);
    fs->reason[n] = '\0';
    return -FS_EUCLEAN;
}

const char *fs_reason(const struct fs *fs)
{
    return fs->reason;
}

static void note_lost(struct fs *fs, uint32_t ino)
{
    struct lost_files *l = &fs->lost;

    for (uint32_t i = 0; i < l->n; i++)
        if (l->ino[i] == ino)
            return;
    if (l->n < LOST_FILES)
        l->ino[l->n++] = ino;
    else
        l->more = true;
}

bool tx_lost(struct fs *fs, uint32_t ino)
{
    struct lost_files *l = &fs->lost;

    for (uint32_t i = 0; i < l->n; i++)
        if (l->ino[i] == ino) {
            l->ino[i] = l->ino[--l->n];
            return true;
        }
    return l->more;             /* it may be one of those */
}

void fs_io_done(void *self, struct buf *b, bool was_write, bool ok)
{
    struct fs *fs = self;
    uint32_t block = b->block;

    if (was_write && !ok && b->ino)
        note_lost(fs, b->ino);
    else if (was_write && !ok)
        fs->io_error = true;
    if (was_write)
        journal_wrote(fs, b, ok);
    op_wake(fs, block);
}

/* ---- blocks ---- */

void tx_next(struct fs *fs)
{
    fs->tx.n = fs->tx.nfreed = fs->tx.ntouched = 0;
    fs->tx.dir_changed = false;
    bcache_attempt(&fs->cache);
}

static bool pinned_by(const struct fs_op *op, const struct buf *b)
{
    for (unsigned i = 0; b->pins && i < op->npins; i++)
        if (op->pin[i] == b)
            return true;
    return false;
}

static void touch(struct fs *fs, struct buf *b, bool kept)
{
    struct tx *tx = &fs->tx;
    bool again = b->attempt == fs->cache.attempt;

    bcache_use(&fs->cache, b, !pinned_by(tx->op, b), kept, fs->now);
    if (!again)
        tx->touched[tx->ntouched++ % FS_PINS] = b;
}

static struct shadow *shadow_of(struct fs *fs, uint32_t block)
{
    for (unsigned i = 0; i < fs->tx.n; i++)
        if (fs->tx.s[i].buf->block == block)
            return &fs->tx.s[i];
    return NULL;
}

/* No slot is to be had now: something that will be written has to go first. */
static int no_slot(struct fs *fs)
{
    if (fs->cache.nheld)
        journal_start(fs, JOURNAL_COMMIT);
    return op_wait(fs, NEED_ANY);
}

static int get(struct fs *fs, uint32_t block, bool kept, struct buf **b)
{
    if (block >= fs->nblocks && fs->nblocks)
        return fs_damaged(fs, "a block number is past the end");
    *b = bcache_take(&fs->cache, block, false, fs->now);
    if (!*b)
        return no_slot(fs);
    touch(fs, *b, kept);
    if ((*b)->valid)
        return 0;
    if ((*b)->failed) {
        (*b)->failed = false;
        return -FS_EIO;
    }
    bcache_read(&fs->cache, *b, fs->tx.op->owner, fs->now);
    return op_wait(fs, block);
}

static int read_bytes(struct fs *fs, uint32_t block, bool kept, const uint8_t **data)
{
    struct shadow *s = shadow_of(fs, block);
    struct buf *b;
    int err;

    if (s) {
        *data = s->data;
        return 0;
    }
    err = get(fs, block, kept, &b);
    if (!err)
        *data = b->data;
    return err;
}

int tx_get(struct fs *fs, uint32_t block, const uint8_t **data)
{
    return read_bytes(fs, block, true, data);
}

int tx_scan(struct fs *fs, uint32_t block, const uint8_t **data)
{
    return read_bytes(fs, block, false, data);
}

static int shadow_make(struct fs *fs, struct buf *b, enum tx_kind kind, uint32_t ino,
                       uint8_t **data)
{
    struct tx *tx = &fs->tx;
    struct shadow *s = &tx->s[tx->n];

    if (fs->read_only)
        return -FS_EROFS;
    if (b->writing && !b->logging)
        return op_wait(fs, b->block);
    if (journal_is_placing(&fs->j))
        return op_wait(fs, NEED_ANY);
    CHECK(tx->n < TX_MAX);
    tx->n++;
    s->buf = b;
    s->kind = (uint8_t)kind;
    s->ino = ino;
    *data = s->data;
    return 0;
}

int tx_edit(struct fs *fs, uint32_t block, enum tx_kind kind, uint32_t ino, uint8_t **data)
{
    struct shadow *s = shadow_of(fs, block);
    struct buf *b;
    int err;

    if (s) {
        *data = s->data;
        return 0;
    }
    err = get(fs, block, true, &b);
    if (!err)
        err = shadow_make(fs, b, kind, ino, data);
    if (!err)
        memcpy(*data, b->data, fs->block_size);
    return err;
}

int tx_new(struct fs *fs, uint32_t block, enum tx_kind kind, uint32_t ino, uint8_t **data)
{
    struct shadow *s = shadow_of(fs, block);
    struct buf *b;
    int err;

    if (s) {
        s->kind = (uint8_t)kind;
        s->ino = ino;
        *data = s->data;
    } else {
        b = bcache_take(&fs->cache, block, false, fs->now);
        if (!b)
            return no_slot(fs);
        touch(fs, b, true);
        if (b->reading)
            return op_wait(fs, block);
        err = shadow_make(fs, b, kind, ino, data);
        if (err)
            return err;
    }
    memset(*data, 0, fs->block_size);
    return 0;
}

bool tx_room(const struct fs *fs, unsigned blocks)
{
    return fs->tx.n + blocks <= TX_MAX && fs->tx.nfreed + blocks <= TX_FREED;
}

void tx_free(struct fs *fs, uint32_t block)
{
    CHECK(fs->tx.nfreed < TX_FREED);
    fs->tx.freed[fs->tx.nfreed++] = block;
}

/* ---- the end of an attempt ---- */

static void publish(struct fs *fs, struct shadow *s)
{
    struct buf *b = s->buf;
    uint8_t *old = b->data;
    /* What the log will have stays the log's until it has it: on a damaged disk a file's
     * block may be a folder's as well. */
    bool logged = fs->j.active && (s->kind == TX_META || fs->j.data_too || b->held ||
                                   b->logging);

    CHECK(!b->reading && (!b->writing || b->logging));  /* the disk gets one version */
    b->data = s->data;
    s->data = b->logging && !b->frozen ? journal_freeze(&fs->j, b, old) : old;
    bcache_dirty(&fs->cache, b, fs->now);
    b->ino = s->ino;
    b->failed = false;
    b->ordered = fs->j.active && !logged;
    if (logged)
        bcache_hold(&fs->cache, b, true);
}

static void publish_free(struct fs *fs, uint32_t block)
{
    struct buf *b = bcache_find(&fs->cache, block);

    if (b)
        bcache_forget(&fs->cache, b);
    if (fs->j.active) {
        block_set_add(&fs->freed, block);
        journal_revoke(fs, block);
    }
}

int tx_commit(struct fs *fs)
{
    struct tx *tx = &fs->tx;
    uint32_t limit = (uint32_t)((uint64_t)fs->cache.nbufs * fs->p.dirty_percent / 100);
    uint32_t kept, freeze = 0;

    if (!tx->n)
        return 0;
    for (unsigned i = 0; i < tx->n; i++)
        freeze += tx->s[i].buf->logging && !tx->s[i].buf->frozen;
    if (!journal_has_room(fs, tx->n, freeze))
        return op_wait(fs, NEED_ANY);
    for (unsigned i = 0; i < tx->n; i++)
        publish(fs, &tx->s[i]);
    for (unsigned i = 0; i < tx->nfreed; i++)
        publish_free(fs, tx->freed[i]);
    fs->dir_version += tx->dir_changed;
    kept = fs->cache.nheld + fs->cache.nlogging;
    if (fs->cache.ndirty > kept + limit)
        bcache_write_some(&fs->cache, fs->cache.ndirty - kept - limit, fs->now);
    tx_next(fs);
    return 0;
}

/* ---- writing out, without a journal ---- */

static void flush_done(void *self, struct blk_request *r)
{
    struct fs *fs = self;

    fs->flushing = false;
    fs->nflushes++;
    fs->io_error |= r->status != BLK_OK;
    fs->cache.gone |= r->status == BLK_GONE;
    op_wake(fs, NEED_ANY);
}

static void flush(struct fs *fs)
{
    fs->flush_sink = (struct blk_sink){ .done = flush_done, .self = fs };
    fs->flush = (struct blk_request){ .op = BLK_FLUSH, .owner = TID_NONE,
                                      .deadline = NS_MAX, .sink = &fs->flush_sink };
    fs->flushing = true;
    blk_submit(fs->dev, &fs->flush, fs->now);
}

/* Submit what is old enough; true if some of it is not yet written. */
static bool writing_out(struct fs *fs, uint32_t ino, uint64_t mark)
{
    bool some = false;

    for (uint32_t i = 0; i < fs->cache.nbufs; i++) {
        struct buf *b = &fs->cache.bufs[i];

        if (!(b->dirty || b->writing) || b->mark > mark || (ino && b->ino && b->ino != ino))
            continue;
        some = true;
        if (b->dirty && !b->writing && !b->held)
            bcache_write(&fs->cache, b, fs->tx.op->owner, fs->now);
    }
    return some;
}

static int io_result(struct fs *fs, uint32_t ino)
{
    bool lost = ino ? tx_lost(fs, ino) : fs->lost.n > 0;
    int err = fs->io_error || lost ? -FS_EIO : 0;

    fs->io_error = false;
    return err;
}

int tx_writeout(struct fs *fs, uint32_t ino, uint8_t step)
{
    struct fs_op *op = fs->tx.op;

    if (op->step == step) {
        op->mark = fs->cache.changes;
        op->step++;
    }
    if (op->step == step + 1) {
        if (writing_out(fs, ino, op->mark) || fs->flushing)
            return op_wait(fs, NEED_ANY);
        flush(fs);
        op->mark = fs->nflushes + 1;
        op->step++;
    }
    if (op->step == step + 2) {
        if (fs->nflushes < op->mark)
            return op_wait(fs, NEED_ANY);
        op->step++;
    }
    return io_result(fs, ino);
}
