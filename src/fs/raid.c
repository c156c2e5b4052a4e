/* raid.c - stripes, mirrors and parity.
 *
 * A request is cut into pieces that lie in one chunk of one member (mirrors have no stripes:
 * there a request is one piece); a number of pieces is worked on at once. A piece of RAID 5 that writes reads the old data and the old
 * parity first, then writes both: the small write of Patterson, Gibson and Katz ("A Case
 * for Redundant Arrays of Inexpensive Disks", SIGMOD 1988), four accesses for one. Where
 * the data's member is gone, all others are read instead, for reading as for writing; where
 * there are but three drives that is always less to read, as md(4) chooses, too;
 * where the parity's is, there is none to keep. A request that has a whole row in it writes
 * that with its parity at once, and reads nothing.
 *
 * Pieces that write the same row (a chunk of each member) go one after the other, or their
 * parity would be wrong; without parity or copies only those in one chunk do. Parity rotates to the left, data follows it (left-symmetric).
 * A member that is rebuilt is filled row by row, one row at a time, between the requests;
 * the rows that are done count as there.
 *
 * A power cut between data and parity leaves a row whose parity is wrong: the write hole.
 * Nothing is lost by that until a drive is, and then what is worked out from it is
 * anything. So the rows that were being written are noted, as with a write-intent bitmap, and
 * made whole when the power is back (md(4), "RECOVERY", "BITMAP WRITE-INTENT LOGGING"); where
 * a drive is missing, or its row is not filled yet, they cannot be.
 *
 * Differs from real arrays: two chunks of a row and more, but not all, are as many small
 * writes; the bitmap costs no writes and is exact; there is no log that closes the hole of degraded
 * arrays too.
 */
#include <fs/raid_inside.h>

#include <sim/check.h>
#include <string.h>

/* --- where things are --- */

struct raid_place raid_locate(const struct raid *r, uint64_t sector)
{
    uint64_t chunk = sector / r->chunk, within = sector % r->chunk;
    struct raid_place at = { .parity = NOBODY };

    if (r->c->level == 1) {
        at.row = chunk;
        at.sector = sector;
    } else if (r->c->level == 0) {
        at.row = chunk / r->n;
        at.member = (uint32_t)(chunk % r->n);
        at.sector = at.row * r->chunk + within;
    } else {
        at.row = chunk / (r->n - 1);
        at.parity = (uint32_t)(r->n - 1 - at.row % r->n);
        at.member = (uint32_t)((at.parity + 1 + chunk % (r->n - 1)) % r->n);
        at.sector = at.row * r->chunk + within;
    }
    CHECK(at.member != at.parity);      /* or one lost drive would take both */
    return at;
}

static uint8_t *buffer_of(const struct raid *r, const struct piece *p, uint32_t member)
{
    return p->buffer ? p->buffer + (size_t)member * r->chunk * BLK_SECTOR : NULL;
}

/* --- asking members --- */

static void ask(struct raid *r, struct piece *p, uint32_t member, enum blk_op op, void *data)
{
    struct blk_request *q = &p->child[member];

    /* A piece lies in its rows, and nobody asks a drive that is missing for good. */
    CHECK(op == BLK_FLUSH ||
          (p->nsectors && p->sector / r->chunk == p->row &&
           (p->sector + p->nsectors - 1) / r->chunk == p->last_row));
    CHECK(member != r->gone || r->c->rebuild);
    *q = (struct blk_request){ .op = (uint8_t)op, .nsectors = p->nsectors,
        .sector = p->sector, .data = data, .deadline = NS_MAX, .sink = &r->sink,
        .owner = p->parent ? p->parent->owner : TID_NONE,
        .weight = p->parent ? p->parent->weight : 1, .share = p->parent ? p->parent->share : 0,
        .through = p->parent && p->parent->through,
        .tag = (uint64_t)(p - r->piece) };
    if (p->parent && p->parent->deadline != NS_MAX)
        q->deadline = p->parent->deadline;
    p->waiting++;
    blk_submit(&r->member[member], q, r->now);
}

/* All members but one, into their buffers. */
static void ask_others(struct raid *r, struct piece *p, uint32_t but, uint32_t and_but)
{
    for (uint32_t m = 0; m < r->n; m++)
        if (m != but && m != and_but)
            ask(r, p, m, BLK_READ, buffer_of(r, p, m));
}

/* Whose turn is it among the mirrors that are there? */
static uint32_t mirror(struct raid *r, uint64_t row)
{
    uint32_t m;

    do                          /* one at most is missing; its turns are nobody's */
        m = (uint32_t)(r->reads++ % r->n);
    while (!is_there(r, m, row));
    return m;
}

static void begin_read(struct raid *r, struct piece *p)
{
    uint32_t m = r->c->level == 1 ? mirror(r, p->last_row) : p->member;

    if (is_there(r, m, p->last_row)) {
        p->kind = READ;
        ask(r, p, m, BLK_READ, p->data);
        return;
    }
    p->kind = READ_OTHERS;
    ask_others(r, p, m, NOBODY);
}

static void write_all(struct raid *r, struct piece *p)
{
    p->kind = WRITE_ALL;
    for (uint32_t m = 0; m < r->n; m++) {
        bool mine = r->c->level == 1 || m == p->member;

        /* The one that is being filled is written too: it may have passed the row. */
        if (mine && (m != r->gone || r->c->rebuild))
            ask(r, p, m, BLK_WRITE, p->data);
    }
}

/* The rest of the row, one drive, instead of old data and old parity, two? */
static bool reads_rest(const struct raid *r, const struct piece *p)
{
    return r->n == 3 && is_there(r, 3 - p->member - p->parity, p->row);
}

static void begin_write(struct raid *r, struct piece *p)
{
    if (r->c->level != 5) {
        write_all(r, p);
    } else if (!is_there(r, p->parity, p->row)) {
        write_all(r, p);        /* filling makes the parity afresh */
    } else if (is_there(r, p->member, p->row) && !reads_rest(r, p)) {
        p->kind = WRITE_OLD;
        ask(r, p, p->member, BLK_READ, buffer_of(r, p, p->member));
        ask(r, p, p->parity, BLK_READ, buffer_of(r, p, p->parity));
    } else {
        p->kind = WRITE_OTHERS;
        ask_others(r, p, p->member, p->parity);
    }
}

/* A whole row: its data, which begins at p->data, and the parity of that. */
static void write_row(struct raid *r, struct piece *p)
{
    uint8_t *parity = p->data ? buffer_of(r, p, p->parity) : NULL;

    p->kind = WRITE_ALL;
    if (parity)
        memset(parity, 0, (size_t)p->nsectors * BLK_SECTOR);
    for (uint32_t k = 0; k < r->n; k++) {
        uint32_t m = (p->parity + 1 + k) % r->n;
        uint8_t *data = p->data && m != p->parity
                            ? p->data + (size_t)k * r->chunk * BLK_SECTOR : parity;

        if (parity && m != p->parity)
            xor_into(parity, data, p->nsectors);
        if (m != r->gone || r->c->rebuild)
            ask(r, p, m, BLK_WRITE, data);
    }
}

/* --- parity --- */

/* Everything that was read, but one, summed up in that one's buffer. */
static uint8_t *sum_others(struct raid *r, struct piece *p, uint32_t of, uint32_t but)
{
    uint8_t *sum = buffer_of(r, p, of);

    if (!sum)
        return NULL;
    memset(sum, 0, (size_t)p->nsectors * BLK_SECTOR);
    for (uint32_t m = 0; m < r->n; m++)
        if (m != of && m != but)
            xor_into(sum, buffer_of(r, p, m), p->nsectors);
    return sum;
}

/* What there was is known: now the data, if its member is there, and the parity. */
static void write_new(struct raid *r, struct piece *p)
{
    uint8_t *parity = buffer_of(r, p, p->parity), *old = buffer_of(r, p, p->member);
    bool others = p->kind == WRITE_OTHERS;

    CHECK(p->holds);            /* the row, or another's parity would be lost */
    if (parity && p->data) {
        if (others)
            sum_others(r, p, p->parity, p->member);
        else
            xor_into(parity, old, p->nsectors);
        xor_into(parity, p->data, p->nsectors);
    }
    p->kind = WRITE_NEW;
    if (is_there(r, p->member, p->row) || r->c->rebuild)
        ask(r, p, p->member, BLK_WRITE, p->data);
    ask(r, p, p->parity, BLK_WRITE, p->data ? parity : NULL);
}

/* --- pieces --- */

static struct piece *piece_free(struct raid *r)
{
    for (unsigned i = 0; i < PIECES; i++)
        if (r->piece[i].kind == FREE)
            return &r->piece[i];
    return NULL;
}

/* Has a piece that would hold the rows, or only read in them, to wait? */
static bool row_busy(const struct raid *r, uint64_t row, uint64_t last, uint32_t member,
                     bool holds)
{
    for (unsigned i = 0; i < PIECES; i++) {
        const struct piece *p = &r->piece[i];

        if (p->kind != FREE && p->kind != FLUSH && p->row <= last && row <= p->last_row &&
            (p->holds || holds) && (r->c->level > 0 || p->member == member))
            return true;
    }
    return false;
}

/* How many sectors of what is left a piece may have, where it begins at `sector` of a member.
 * What is discarded is written from a chunk of zeros. */
static uint64_t piece_room(const struct raid *r, const struct blk_request *q, uint64_t sector)
{
    return r->c->level == 1 && q->op != BLK_DISCARD ? UINT64_MAX : r->chunk - sector % r->chunk;
}

static struct piece *piece_take(struct piece *p, struct blk_request *parent)
{
    uint8_t *buffer = p->buffer;

    memset(p, 0, sizeof *p);
    p->buffer = buffer;
    p->parent = parent;
    return p;
}

static void begin_flush(struct raid *r, struct piece *p)
{
    p->kind = FLUSH;
    for (uint32_t m = 0; m < r->n; m++)
        if (m != r->gone || r->c->rebuild)
            ask(r, p, m, BLK_FLUSH, NULL);
}

static void line_pop(struct raid *r)
{
    r->line = r->line->next;
    r->cut = 0;
}

/* Does a whole row begin here, so much being left? Nothing has to be read to write it. */
static bool whole_row(const struct raid *r, const struct blk_request *q, uint64_t left)
{
    uint64_t row = (uint64_t)r->chunk * (r->n - 1);

    return r->c->level == 5 && q->op == BLK_WRITE && left >= row &&
           (q->sector + r->cut) % row == 0;
}

/* The next piece of the first in line. False: it has to wait. */
static bool begin_piece(struct raid *r)
{
    struct blk_request *q = r->line;
    struct piece *p = piece_free(r);

    if (!p)
        return false;
    if (q->op == BLK_FLUSH) {
        line_pop(r);
        begin_flush(r, piece_take(p, q));
        return true;
    }
    struct raid_place at = raid_locate(r, q->sector + r->cut);
    bool writes = q->op != BLK_READ;
    bool holds = writes || (r->c->level == 5 && !is_there(r, at.member, at.row));
    uint64_t left = q->nsectors - r->cut, room = piece_room(r, q, at.sector);
    uint64_t n = left < room ? left : room, last = (at.sector + n - 1) / r->chunk;
    bool whole = whole_row(r, q, left);

    if (row_busy(r, at.row, last, at.member, holds))
        return false;
    piece_take(p, q);
    p->holds = holds;
    p->last_row = last;
    p->nsectors = (uint32_t)n;
    p->member = at.member;
    p->parity = at.parity;
    p->sector = at.sector;
    p->row = at.row;
    p->data = q->op == BLK_DISCARD ? r->zeros
              : q->data ? (uint8_t *)q->data + r->cut * BLK_SECTOR : NULL;
    r->cut += whole ? (uint64_t)r->chunk * (r->n - 1) : p->nsectors;
    if (r->cut == q->nsectors)
        line_pop(r);
    if (whole)
        write_row(r, p);
    else if (writes)
        begin_write(r, p);
    else
        begin_read(r, p);
    return true;
}

/* One row, all of it, for the array's own sake. NULL: not now. */
static struct piece *begin_row(struct raid *r, uint64_t row, enum kind kind)
{
    struct piece *p = piece_free(r);

    CHECK(row < r->rows);
    if (r->filling || !p || row_busy(r, row, row, NOBODY, true))
        return NULL;
    piece_take(p, NULL);
    r->filling = true;
    p->holds = true;
    p->kind = (uint8_t)kind;
    p->nsectors = r->chunk;
    p->row = p->last_row = row;
    p->sector = row * r->chunk;
    return p;
}

/* The next row of the member that is replaced. */
static void begin_fill(struct raid *r)
{
    struct piece *p = !r->c->rebuild || r->gone == NOBODY || r->filled == r->rows
                          ? NULL : begin_row(r, r->filled, FILL_READ);

    if (!p)
        return;
    if (r->c->level == 1)
        ask(r, p, r->gone == 0, BLK_READ, buffer_of(r, p, r->gone == 0));
    else
        ask_others(r, p, r->gone, NOBODY);
}

static bool row_set_has(const struct row_set *s, uint64_t row)
{
    return s->map[row / 8] >> row % 8 & 1;
}

static void row_set_put(struct row_set *s, uint64_t row, bool in)
{
    if (row_set_has(s, row) == in)
        return;
    CHECK(in || s->n > 0);
    s->map[row / 8] = (uint8_t)(s->map[row / 8] ^ 1u << row % 8);
    s->n += in ? 1u : UINT32_MAX;
}

/* The first row that a power cut tore. */
static void begin_sync(struct raid *r)
{
    uint64_t row = 0;

    if (!r->torn.n)
        return;
    while (!row_set_has(&r->torn, row))
        row++;
    struct piece *p = begin_row(r, row, SYNC_READ);

    if (p)
        ask_others(r, p, NOBODY, NOBODY);
}

static void begin_upkeep(struct raid *r)
{
    begin_sync(r);
    begin_fill(r);
}

static void go_on(struct raid *r)
{
    while (r->line && begin_piece(r))
        ;
    begin_upkeep(r);
}

/* --- answers --- */

static bool has_more(const struct raid *r, const struct blk_request *q)
{
    for (unsigned i = 0; i < PIECES; i++)
        if (r->piece[i].kind != FREE && r->piece[i].parent == q)
            return true;
    return r->line == q;
}

static void finish(struct raid *r, struct blk_request *q, uint8_t status)
{
    r->stats.requests++;
    r->stats.errors += status != BLK_OK;
    q->status = status;
    q->completed = r->now;
    q->sink->done(q->sink->self, q);
}

static void piece_done(struct raid *r, struct piece *p)
{
    struct blk_request *q = p->parent;

    CHECK(p->waiting == 0);     /* its buffers and its row are nobody's any more */
    if (!q) {
        bool syncs = p->kind == SYNC_READ || p->kind == SYNC_WRITE;

        r->filling = false;
        if (p->status == BLK_OK && syncs)
            row_set_put(&r->torn, p->row, false);
        else
            r->filled += p->status == BLK_OK;
    } else if (p->status != BLK_OK) {
        q->status = p->status;
    }
    p->kind = FREE;
    if (q && !has_more(r, q))
        finish(r, q, q->status);
    go_on(r);
}

static void fill_write(struct raid *r, struct piece *p)
{
    uint32_t other = r->gone == 0;
    uint8_t *what = r->c->level == 1 ? buffer_of(r, p, other)
                                     : sum_others(r, p, r->gone, r->gone);

    p->kind = FILL_WRITE;
    ask(r, p, r->gone, BLK_WRITE, what);
}

/* Do the copies agree, or does the parity hold? */
static bool row_agrees(const struct raid *r, const struct piece *p)
{
    size_t n = (size_t)r->chunk * BLK_SECTOR;

    for (size_t i = 0; i < n; i++) {
        uint8_t sum = 0;

        for (uint32_t m = 0; m < r->n; m++)
            if (r->c->level == 5)
                sum ^= buffer_of(r, p, m)[i];
            else
                sum |= buffer_of(r, p, m)[i] ^ buffer_of(r, p, 0)[i];
        if (sum)
            return false;
    }
    return true;
}

/* The first copy counts, and the data, as they are: a file system knows what to do with
 * either version of what was being written. */
static void sync_write(struct raid *r, struct piece *p)
{
    uint32_t parity = (uint32_t)(r->n - 1 - p->row % r->n);

    r->stats.resynced++;
    if (p->buffer && row_agrees(r, p)) {
        piece_done(r, p);
        return;
    }
    r->stats.stale++;
    p->kind = SYNC_WRITE;
    if (r->c->level == 5)
        ask(r, p, parity, BLK_WRITE, sum_others(r, p, parity, parity));
    for (uint32_t m = 1; r->c->level == 1 && m < r->n; m++)
        ask(r, p, m, BLK_WRITE, buffer_of(r, p, 0));
}

static void others_read(struct raid *r, struct piece *p)
{
    uint8_t *sum = sum_others(r, p, p->member, p->member);

    if (sum && p->data)
        memcpy(p->data, sum, (size_t)p->nsectors * BLK_SECTOR);
    piece_done(r, p);
}

static void answered(void *self, struct blk_request *child)
{
    struct raid *r = self;
    struct piece *p = &r->piece[child->tag];

    CHECK(p->kind != FREE && p->waiting > 0);
    r->now = child->completed;
    if (child->status != BLK_OK)
        p->status = child->status;
    if (--p->waiting > 0)
        return;
    if (p->status != BLK_OK)
        piece_done(r, p);
    else if (p->kind == WRITE_OLD || p->kind == WRITE_OTHERS)
        write_new(r, p);
    else if (p->kind == FILL_READ)
        fill_write(r, p);
    else if (p->kind == SYNC_READ)
        sync_write(r, p);
    else if (p->kind == READ_OTHERS)
        others_read(r, p);
    else
        piece_done(r, p);
}

/* --- the port --- */

static void refuse(struct raid *r, struct blk_request *q, enum blk_status status)
{
    q->status = (uint8_t)status;
    q->next = r->refused;
    r->refused = q;
}

static void submit(void *self, struct blk_request *q, ns_t now)
{
    struct raid *r = self;
    uint64_t size = r->c->nsectors;

    r->now = now;
    q->submitted = q->started = now;
    q->status = BLK_OK;
    q->next = NULL;
    if (q->op != BLK_FLUSH && (q->nsectors == 0 || q->sector >= size
                               || q->nsectors > size - q->sector)) {
        refuse(r, q, BLK_IO_ERROR);
        return;
    }
    if (r->line)
        r->line_end->next = q;
    else
        r->line = q;
    r->line_end = q;
    go_on(r);
}

static ns_t due(const void *self)
{
    const struct raid *r = self;
    ns_t least = r->wake || r->refused ? r->now : NS_MAX;

    for (uint32_t m = 0; m < r->n; m++)
        if (blk_due(&r->member[m]) < least)
            least = blk_due(&r->member[m]);
    return least;
}

static void step(void *self, ns_t now)
{
    struct raid *r = self;

    r->now = now;
    while (r->refused) {
        struct blk_request *q = r->refused;

        r->refused = q->next;
        finish(r, q, q->status);
    }
    if (r->wake) {
        r->wake = false;
        begin_upkeep(r);
    }
    for (uint32_t m = 0; m < r->n; m++)
        if (blk_due(&r->member[m]) <= now)
            blk_step(&r->member[m], now);
}

static void stats(const void *self, struct blk_stats *out)
{
    const struct raid *r = self;

    *out = r->stats;
    for (uint32_t m = 0; m < r->n; m++) {
        struct blk_stats one;

        blk_stats(&r->member[m], &one);
        out->served += one.served;
        out->sectors_read += one.sectors_read;
        out->sectors_written += one.sectors_written;
        out->cylinders += one.cylinders;
        out->busy += one.busy;
        out->seek += one.seek;
        out->rotation += one.rotation;
        out->transfer += one.transfer;
        out->policy_faults += one.policy_faults;
        out->programmed += one.programmed;
        out->moved += one.moved;
        out->erased += one.erased;
    }
}

static void watch(void *self, const struct blk_watch *w)
{
    struct raid *r = self;

    for (uint32_t m = 0; m < r->n; m++)
        r->member[m].ops->watch(r->member[m].self, w);
}

static const struct blkdev_ops ops = {
    .submit = submit, .due = due, .step = step, .peek = raid_peek, .poke = raid_poke,
    .stats = stats, .watch = watch,
};

struct blkdev raid_device(struct raid *r)
{
    return (struct blkdev){ .ops = &ops, .self = r, .nsectors = r ? r->c->nsectors : 0 };
}

/* Are all members there, or filled so far? Else there is nothing to make the row whole from. */
static bool has_all(const struct raid *r, uint64_t row)
{
    return r->gone == NOBODY || is_there(r, r->gone, row);
}

/* Rows in which some members may have been written and others not. */
static void note_torn(struct raid *r)
{
    for (unsigned i = 0; i < PIECES; i++) {
        const struct piece *p = &r->piece[i];

        for (uint64_t row = p->row; row <= p->last_row; row++)
            if ((p->kind == WRITE_NEW || p->kind == WRITE_ALL) && has_all(r, row))
                row_set_put(&r->torn, row, true);
    }
    r->wake |= r->torn.n > 0;
}

void raid_power_cut(struct raid *r, ns_t now)
{
    r->now = now;
    if (r->c->level != 0 && r->torn.map)
        note_torn(r);
    while (r->line) {
        struct blk_request *q = r->line;
        bool begun = r->cut > 0;

        line_pop(r);
        q->status = BLK_GONE;
        if (!begun || !has_more(r, q))
            refuse(r, q, BLK_GONE);
    }
}

uint32_t raid_torn(const struct raid *r)
{
    return r->torn.n;
}

uint64_t raid_rebuilt(const struct raid *r)
{
    return r->gone == NOBODY ? r->rows * r->chunk : r->filled * r->chunk;
}

struct raid *raid_init(struct arena *a, const struct disk_config *c,
                       const struct blkdev *member)
{
    struct raid *r = arena_array(a, struct raid, 1);
    struct piece *pieces = arena_array(a, struct piece, PIECES);
    size_t chunk = (size_t)c->chunk * BLK_SECTOR;
    uint8_t *buffers = c->stored ? arena_take(a, PIECES * c->members * chunk, 64) : NULL;
    uint8_t *zeros = c->stored ? arena_take(a, chunk, 64) : NULL;
    uint64_t rows = c->member->nsectors / c->chunk;
    uint8_t *torn = c->faults ? arena_array(a, uint8_t, rows / 8 + 1) : NULL;

    if (!r)
        return NULL;
    *r = (struct raid){ .c = c, .n = c->members, .chunk = c->chunk, .piece = pieces,
        .gone = c->failed ? c->failed - 1 : NOBODY, .wake = c->failed && c->rebuild,
        .rows = rows, .torn = { torn, 0 }, .zeros = zeros };
    memcpy(r->member, member, c->members * sizeof *member);
    r->sink = (struct blk_sink){ answered, r };
    for (size_t i = 0; buffers && i < PIECES; i++)
        pieces[i].buffer = buffers + i * c->members * chunk;
    return r;
}
