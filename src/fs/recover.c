/* recover.c - replay a journal: find its end, learn what is revoked, write the rest.
 *
 * Source: Linux, "Documentation/filesystems/ext4/journal.rst". A transaction counts only
 * if its commit block is there; the first block that does not fit ends the log. What
 * stands in the log may be anything: every number is checked.
 */
#include <fs/inside.h>

#include <sim/check.h>
#include <string.h>

enum { PASS_SCAN, PASS_REVOKE, PASS_REPLAY, PASS_DONE };
enum { HEADER_SIZE = 12, TAG_SIZE = 8, JBD_LEAST = 64 /* blocks of a log */ };

bool jbd_super_good(const struct jbd_super *jb, uint32_t block_size, uint32_t len)
{
    uint32_t type = be32(jb->h.type), max = be32(jb->maxlen);

    if (jb->h.magic != be32(JBD_MAGIC) || (type != JBD_SUPER_V1 && type != JBD_SUPER_V2))
        return false;
    if (be32(jb->block_size) != block_size || max > len || max < JBD_LEAST ||
        be32(jb->start) >= max)
        return false;
    /* Compatible features are those that need not be known. */
    return type == JBD_SUPER_V1 ||
           (!(be32(jb->feature_incompat) & ~(uint32_t)JBD_INCOMPAT_REVOKE) &&
            !jb->feature_ro_compat);
}

bool jbd_first_good(const struct jbd_super *jb)
{
    uint32_t max = be32(jb->maxlen), first = be32(jb->first);

    return first >= 1 && first < max && max - first >= JBD_LEAST;
}

static void rewind_pass(struct recovery *r)
{
    r->pos = r->start;
    r->sequence = r->start_sequence;
    r->tag = r->seen = 0;
}

bool recovery_init(struct recovery *r, const struct jbd_super *jb, uint32_t block_size,
                   uint32_t nblocks, struct revoke *revokes, uint32_t nrevokes)
{
    *r = (struct recovery){ .block_size = block_size, .nblocks = nblocks,
                            .first = be32(jb->first), .maxlen = be32(jb->maxlen),
                            .revokes = revokes, .nrevokes = nrevokes,
                            .start = be32(jb->start), .start_sequence = be32(jb->sequence),
                            .end = be32(jb->sequence) };
    if (!jb->start)
        return false;
    CHECK(nrevokes && !(nrevokes & (nrevokes - 1)));
    CHECK(r->first < r->maxlen);
    memset(revokes, 0, nrevokes * sizeof *revokes);
    rewind_pass(r);
    return true;
}

/* ---- revokes ---- */

static struct revoke *revoke_slot(struct recovery *r, uint32_t block)
{
    uint32_t i = block * 2654435761u;

    CHECK(r->nused < r->nrevokes);      /* so the search ends */
    while (r->revokes[i & (r->nrevokes - 1)].block &&
           r->revokes[i & (r->nrevokes - 1)].block != block)
        i++;
    return &r->revokes[i & (r->nrevokes - 1)];
}

static int revoke_add(struct recovery *r, uint32_t block, uint32_t sequence)
{
    if (!block)
        return 0;
    struct revoke *slot = revoke_slot(r, block);

    if (!slot->block && ++r->nused >= r->nrevokes - 1)
        return -FS_EUCLEAN;
    if (!slot->block || (int32_t)(sequence - slot->sequence) > 0)
        *slot = (struct revoke){ block, sequence };
    return 0;
}

static bool is_revoked(struct recovery *r, uint32_t block, uint32_t sequence)
{
    const struct revoke *slot = revoke_slot(r, block);

    return slot->block == block && (int32_t)(sequence - slot->sequence) <= 0;
}

static int read_revokes(struct recovery *r, const uint8_t *data)
{
    uint32_t count, block;
    int err = 0;

    memcpy(&count, data + HEADER_SIZE, 4);
    count = be32(count);
    if (count > r->block_size)
        count = r->block_size;
    for (uint32_t at = HEADER_SIZE + 4; !err && at + 4 <= count; at += 4) {
        memcpy(&block, data + at, 4);
        err = revoke_add(r, be32(block), r->sequence);
    }
    return err;
}

/* ---- descriptors ---- */

struct tag { uint32_t block; unsigned flags; };

/* Tag number i of a descriptor; false: it has fewer. */
static bool tag_at(const struct recovery *r, const uint8_t *data, uint32_t i, struct tag *t)
{
    uint32_t at = HEADER_SIZE;
    struct jbd_tag raw;

    for (uint32_t k = 0; at + TAG_SIZE <= r->block_size; k++) {
        memcpy(&raw, data + at, sizeof raw);
        t->block = be32(raw.block);
        t->flags = be16(raw.flags);
        if (k == i)
            return true;
        if (t->flags & JBD_TAG_LAST)
            return false;
        at += TAG_SIZE + (t->flags & JBD_TAG_SAME_UUID ? 0u : (uint32_t)JBD_UUID_SIZE);
    }
    return false;
}

static uint32_t count_tags(const struct recovery *r, const uint8_t *data)
{
    uint32_t at = HEADER_SIZE, n = 0;
    struct jbd_tag raw;

    while (at + TAG_SIZE <= r->block_size) {
        memcpy(&raw, data + at, sizeof raw);
        n++;
        if (be16(raw.flags) & JBD_TAG_LAST)
            break;
        at += TAG_SIZE;
        at += be16(raw.flags) & JBD_TAG_SAME_UUID ? 0u : (uint32_t)JBD_UUID_SIZE;
    }
    return n;
}

static uint32_t wrap(const struct recovery *r, uint32_t pos)
{
    return pos >= r->maxlen ? pos - r->maxlen + r->first : pos;
}

static int read_log(const struct journal_io *io, uint32_t log_block, const uint8_t **data)
{
    uint32_t block = io->map(io->self, log_block);

    return block ? io->read(io->self, block, data) : -FS_EUCLEAN;
}

/* Write what this descriptor describes; r->tag counts how far it got. */
static int replay_blocks(struct recovery *r, const struct journal_io *io)
{
    const uint8_t *data;
    struct tag t;
    int err;

    for (;;) {
        err = read_log(io, r->pos, &data);
        if (err)
            return err;
        if (!tag_at(r, data, r->tag, &t))
            return 0;
        if (t.block < r->nblocks && !is_revoked(r, t.block, r->sequence)) {
            err = read_log(io, wrap(r, r->pos + 1 + r->tag), &data);
            if (!err)
                err = io->write(io->self, t.block, data, t.flags & JBD_TAG_ESCAPE);
            if (err)
                return err;
            r->replayed++;
        }
        r->tag++;
    }
}

static void move_on(struct recovery *r, uint32_t blocks)
{
    r->pos = wrap(r, r->pos + blocks);
    r->seen += blocks;
    r->tag = 0;
}

/* ---- passes ---- */

/* One block of the log in the pass that is going on. 1 in *end: the pass is over. */
static int log_step(struct recovery *r, const struct journal_io *io, bool *end)
{
    const uint8_t *data;
    struct jbd_header h;
    int err;

    *end = r->seen >= r->maxlen - r->first ||
           (r->pass != PASS_SCAN && r->sequence == r->end);
    if (*end)
        return 0;
    err = read_log(io, r->pos, &data);
    if (err)
        return err;
    memcpy(&h, data, sizeof h);
    *end = h.magic != be32(JBD_MAGIC) || be32(h.sequence) != r->sequence;
    if (*end)
        return 0;
    switch (be32(h.type)) {
    case JBD_DESCRIPTOR: {
        uint32_t n = count_tags(r, data);

        if (r->pass == PASS_REPLAY)
            err = replay_blocks(r, io);
        if (!err)
            move_on(r, n + 1);
        return err;
    }
    case JBD_REVOKE:
        if (r->pass == PASS_REVOKE)
            err = read_revokes(r, data);
        if (!err)
            move_on(r, 1);
        return err;
    case JBD_COMMIT:
        move_on(r, 1);
        r->sequence++;
        if (r->pass == PASS_SCAN)
            r->end = r->sequence;
        return 0;
    default:
        *end = true;
        return 0;
    }
}

int recovery_run(struct recovery *r, const struct journal_io *io)
{
    while (r->pass != PASS_DONE) {
        bool end;
        int err = log_step(r, io, &end);

        if (err)
            return err;
        if (end) {
            r->pass++;
            rewind_pass(r);
        }
    }
    r->ntransactions = r->end - r->start_sequence;
    r->end++;                   /* what was not committed is never mistaken for the next */
    return 0;
}
