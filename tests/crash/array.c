/* array.c - see array.h.
 *
 * When a write of a drive is done, and before anybody is told, the power goes: what the drives
 * have in flight never happens, the array learns of it and makes whole what it can, and its
 * image is shown. Then all is put back to where it was (the array, the drives, what was
 * written to them since), and the scenario goes on. The file system sees nothing of all that.
 */
#include "array.h"

#include <fs/raid.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MEMBERS = 4, CHUNK = 8, FRONT = 1024 };

struct array {
    struct record *r;
    struct disk_config c, member;
    struct raid *raid;
    struct blkdev dev;
    void *arena, *kept_arena;
    size_t arena_size;
    struct memdev m[MEMBERS], kept_m[MEMBERS];
    struct side { struct array *a; uint32_t member; } side[MEMBERS];
    uint8_t *shadow[MEMBERS], *start[MEMBERS];
    /* Between the file system and the array: who is told, and who not while it is dark. */
    struct front { struct blk_request copy, *of; } front[FRONT], kept_front[FRONT];
    struct blk_sink sink;
    bool dark;
    uint8_t *image;
    array_cut *cut;
    void *self;
    struct array_sum sum;
};

/* ---- in front of the array ---- */

static void front_submit(void *self, struct blk_request *q, ns_t now)
{
    struct array *a = self;
    unsigned i = 0;

    while (a->front[i].of)
        if (++i == FRONT)
            abort();
    a->front[i] = (struct front){ *q, q };
    a->front[i].copy.sink = &a->sink;
    a->front[i].copy.tag = i;
    blk_submit(&a->dev, &a->front[i].copy, now);
}

static void front_done(void *self, struct blk_request *copy)
{
    struct array *a = self;
    struct blk_request *q = a->front[copy->tag].of;

    a->front[copy->tag].of = NULL;
    if (a->dark)
        return;
    q->status = copy->status;
    q->started = copy->started;
    q->completed = copy->completed;
    q->sink->done(q->sink->self, q);
}

static ns_t front_due(const void *self)
{
    return blk_due(&((const struct array *)self)->dev);
}

static void front_step(void *self, ns_t now)
{
    blk_step(&((struct array *)self)->dev, now);
}

static bool front_peek(const void *self, uint64_t sector, uint32_t n, void *buf)
{
    return blk_peek(&((const struct array *)self)->dev, sector, n, buf);
}

static bool front_poke(void *self, uint64_t sector, uint32_t n, const void *buf)
{
    return blk_poke(&((struct array *)self)->dev, sector, n, buf);
}

static const struct blkdev_ops front_ops = {
    .submit = front_submit, .due = front_due, .step = front_step, .peek = front_peek,
    .poke = front_poke,
};

/* ---- a cut ---- */

static void keep(struct array *a)
{
    memcpy(a->kept_arena, a->arena, a->arena_size);
    memcpy(a->kept_m, a->m, sizeof a->m);
    memcpy(a->kept_front, a->front, sizeof a->front);
}

static size_t member_bytes(const struct array *a)
{
    return (size_t)a->member.nsectors * BLK_SECTOR;
}

/* What was written to the drives while it was dark is their shadows' again. */
static void put_back(struct array *a)
{
    size_t size = member_bytes(a);

    memcpy(a->arena, a->kept_arena, a->arena_size);
    memcpy(a->m, a->kept_m, sizeof a->m);
    memcpy(a->front, a->kept_front, sizeof a->front);
    for (uint32_t k = 0; k < a->c.members; k++)
        for (size_t at = 0; at < size; at += MEMDEV_PAGE) {
            size_t page = at / MEMDEV_PAGE, n = size - at < MEMDEV_PAGE ? size - at : MEMDEV_PAGE;

            if (a->m[k].written[page / 8] >> page % 8 & 1)
                memcpy(a->m[k].bytes + at, a->shadow[k] + at, n);
        }
}

static void never_happens(struct blk_request *q)
{
    q->status = BLK_GONE;
    q->sink->done(q->sink->self, q);
}

static void lose_all(struct array *a)
{
    struct blk_request *lost[MEMBERS];

    for (uint32_t k = 0; k < a->c.members; k++) {
        lost[k] = a->m[k].first;
        a->m[k].first = a->m[k].last = NULL;
        a->m[k].nqueued = 0;
        a->m[k].random = 0;
        memset(a->m[k].written, 0, member_bytes(a) / MEMDEV_PAGE / 8 + 1);
    }
    for (uint32_t k = 0; k < a->c.members; k++)
        while (lost[k]) {
            struct blk_request *q = lost[k];

            lost[k] = q->next;
            never_happens(q);
        }
}

/* Are the copies one, does the parity hold? Or the next drive that is lost comes back wrong. */
static bool is_whole(const struct array *a)
{
    for (size_t at = 0; at < member_bytes(a); at += sizeof(uint64_t)) {
        uint64_t sum = 0, word;

        for (uint32_t k = 0; k < a->c.members; k++) {
            memcpy(&word, a->m[k].bytes + at, sizeof word);
            sum ^= word;
        }
        if (sum)
            return false;
    }
    return true;
}

/* q: of a drive, done, and nobody knows. */
static void power_cut(struct array *a, struct blk_request *q)
{
    struct blk_stats before, after;

    keep(a);
    a->dark = true;
    blk_stats(&a->dev, &before);
    raid_power_cut(a->raid, q->completed);
    lose_all(a);
    never_happens(q);
    while (blk_due(&a->dev) != NS_MAX)
        blk_step(&a->dev, q->completed);
    blk_stats(&a->dev, &after);
    a->sum.stale += after.stale - before.stale;
    if (a->c.level && (!a->c.failed || a->c.rebuild) && !is_whole(a))
        a->sum.torn++;
    if (!blk_peek(&a->dev, 0, (uint32_t)a->c.nsectors, a->image))
        abort();
    a->cut(a->self, a->image, a->r->n, a->r->mark);
    put_back(a);
    a->dark = false;
}

/* The request is the array's own, in its arena: as the drive would, it may write to it. */
static void note_member(void *self, const struct blk_request *q)
{
    const struct side *side = self;
    struct array *a = side->a;

    if (a->dark)
        return;
    record_note(a->r, q, side->member);
    if (q->op != BLK_WRITE)
        return;
    memcpy(a->shadow[side->member] + q->sector * BLK_SECTOR,
           a->m[side->member].bytes + q->sector * BLK_SECTOR, (size_t)q->nsectors * BLK_SECTOR);
    power_cut(a, (struct blk_request *)(uintptr_t)q);
}

/* ---- the array ---- */

static void no_stats(const void *self, struct blk_stats *out)
{
    (void)self;
    *out = (struct blk_stats){ 0 };
}

static void member_start(struct array *a, uint32_t k, struct blkdev_ops *ops)
{
    size_t size = member_bytes(a);

    memdev_init(&a->m[k], calloc(1, size), a->member.nsectors, k + 1);
    a->m[k].written = calloc(1, size / MEMDEV_PAGE / 8 + 1);
    a->shadow[k] = malloc(size);
    a->start[k] = malloc(size);
    a->side[k] = (struct side){ a, k };
    *ops = *a->m[k].dev.ops;
    ops->stats = no_stats;
    a->m[k].dev.ops = ops;
}

static void array_start(struct array *a, const struct array_kind *kind, const uint8_t *image,
                        struct blkdev_ops *ops)
{
    uint32_t data = kind->level == 0 ? kind->members : kind->level == 1 ? 1 : kind->members - 1;
    uint64_t sectors = a->r->size / BLK_SECTOR, row = (uint64_t)CHUNK * data;
    struct blkdev member[MEMBERS] = { 0 };
    struct arena ar;

    a->member.nsectors = (sectors + row - 1) / row * CHUNK;
    a->c = (struct disk_config){ .model = DISK_RAID, .level = kind->level, .chunk = CHUNK,
        .members = kind->members, .failed = kind->failed, .rebuild = kind->rebuild,
        .member = &a->member, .stored = true, .faults = true, .nsectors = sectors };
    for (uint32_t k = 0; k < kind->members; k++) {
        member_start(a, k, ops);
        member[k] = a->m[k].dev;
    }
    arena_init(&ar, NULL, 0);
    raid_init(&ar, &a->c, member);
    a->arena_size = (ar.used + 63) & ~(size_t)63;
    a->arena = aligned_alloc(64, a->arena_size);
    a->kept_arena = malloc(a->arena_size);
    memset(a->arena, 0, a->arena_size);
    arena_init(&ar, a->arena, a->arena_size);
    a->raid = raid_init(&ar, &a->c, member);
    a->dev = raid_device(a->raid);
    a->sink = (struct blk_sink){ front_done, a };
    a->image = malloc(a->r->size);
    if (!blk_poke(&a->dev, 0, (uint32_t)sectors, image))
        abort();
    for (uint32_t k = 0; k < kind->members; k++) {
        memcpy(a->shadow[k], a->m[k].bytes, member_bytes(a));
        memcpy(a->start[k], a->m[k].bytes, member_bytes(a));
        a->m[k].record = note_member;
        a->m[k].record_self = &a->side[k];
    }
}

static void array_free(struct array *a)
{
    for (uint32_t k = 0; k < a->c.members; k++) {
        free(a->m[k].bytes);
        free(a->m[k].written);
        free(a->shadow[k]);
        free(a->start[k]);
    }
    free(a->arena);
    free(a->kept_arena);
    free(a->image);
    free(a);
}

struct array_sum array_play(struct record *r, const struct scenario *s,
                            const struct array_kind *kind, struct volume *v, const char *log,
                            array_cut *cut, void *self)
{
    struct array *a = calloc(1, sizeof *a);
    struct blkdev_ops ops;
    char path[4096];

    if (!a)
        abort();
    a->r = r;
    a->cut = cut;
    a->self = self;
    array_start(a, kind, r->start, &ops);
    v->m.dev = (struct blkdev){ &front_ops, a, r->size / BLK_SECTOR };
    record_play(r, s, v);
    for (uint32_t k = 0; log && k < kind->members; k++) {
        snprintf(path, sizeof path, "%s.%s.%u", log, kind->name, k);
        record_save(r, path, k, a->start[k], member_bytes(a));
    }
    struct array_sum sum = a->sum;

    array_free(a);
    return sum;
}
