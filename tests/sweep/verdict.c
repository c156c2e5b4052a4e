/* verdict.c - one damaged image: what fsck says and does, and what e2fsck says and does.
 *
 * Both call it damaged, or neither. What fsck has repaired, e2fsck calls clean, and repairing it
 * again changes nothing; what e2fsck has repaired, fsck calls clean. What e2fsck kept as it was
 * before the damage, contents or names, fsck has kept, too. Where fs/fsck.h says that fsck
 * differs on purpose, the case is counted instead of failed, if it is that case and no other.
 */
#include "sweep.h"

#include <fs/group.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 4, TEXT = 256 };

/* What one check of ours found. */
struct report {
    const struct court *c;
    const uint8_t *image;
    uint32_t nfound;
    unsigned exception;         /* of the first */
    bool all_excepted;
    char first[TEXT], unusable[TEXT];   /* "": none */
};

static void failed(const struct court *c, const char *what, const char *theirs,
                   const struct report *ours)
{
    c->tally->failed++;
    printf("FAIL %s, %s: %s; e2fsck: %s; fsck: %s%s\n", c->image_name, c->case_name, what, theirs,
           ours->unusable, ours->first);
    fflush(stdout);
}

/* ---- where fsck differs on purpose ---- */

static bool is_short_link(const struct report *r, uint32_t ino)
{
    const struct layout *l = r->c->good;
    const struct ext2_inode *in =
        (const void *)(r->image + ((uint8_t *)layout_inode(l, ino) - l->bytes));

    return in->mode >> 12 == 10 && in->size < EXT2_FAST_SYMLINK && in->blocks;
}

static bool is_groups_own(const struct layout *l, uint32_t block)
{
    for (uint32_t g = 0; g < l->ngroups; g++) {
        struct group_span s = group_span(l->sb, g);

        if (block - s.start < s.front || block == l->gd[g].block_bitmap ||
            block == l->gd[g].inode_bitmap || block - l->gd[g].inode_table < s.table)
            return true;
    }
    return false;
}

/* Its number in fs/fsck.h; 0: it is none. */
static unsigned exception_of(const struct report *r, const struct fsck_found *f)
{
    const struct layout *l = r->c->good;

    switch (f->fault) {
    case FSCK_JOURNAL_FIRST:
        return 1;
    case FSCK_RESIZE_INODE:
        return 2;
    case FSCK_DIR_SAME_NAME:
        return !(l->sb->feature_incompat & EXT2_INCOMPAT_FILETYPE) ||
               !(l->sb->feature_compat & EXT2_COMPAT_DIR_INDEX) ? 3 : 0;
    case FSCK_BAD_BLOCK:
        return is_groups_own(l, f->block) ? 6 : 0;
    case FSCK_JOURNAL_RESTORED:
        return 7;
    case FSCK_INODE_SIZE:
        return f->is > UINT64_C(512) * UINT32_MAX ? 8 : 0;
    case FSCK_INODE_BLOCKS:
    case FSCK_INODE_LINK:
        return is_short_link(r, f->ino) ? 9 : 0;
    case FSCK_DIR_LOST:
        return files_go_round(l, r->image, f->ino) ? 10 : 0;
    default:
        return 0;
    }
}

/* Faults that leave others behind, which are none of their own: a link's entry and blocks, the
 * blocks that were kept, inodes of a table that a bad block is in, who is in lost+found. */
static bool has_followers(unsigned n)
{
    return n == 2 || n == 4 || n == 6 || n == 9 || n == 10;
}

/* Of an image that e2fsck calls clean. */
static bool is_tolerated(const struct report *r)
{
    unsigned n = strstr(r->unusable, "feature") ? 4 : r->exception;

    if (!n || (!has_followers(n) && !r->all_excepted))
        return false;
    r->c->tally->tolerated[n]++;
    return true;
}

static bool has_copy(const struct layout *l)
{
    for (uint32_t g = 1; g < l->ngroups; g++) {
        uint64_t at = ((uint64_t)l->sb->first_data_block + (uint64_t)g * l->sb->blocks_per_group) *
                      l->bs;

        if (((const struct ext2_super *)(const void *)(l->bytes + at))->magic == EXT2_MAGIC)
            return true;
    }
    return false;
}

/* An image that fsck gives up. */
static bool may_give_up(const struct report *r)
{
    unsigned n = strstr(r->unusable, "feature") ? 4
                 : strstr(r->unusable, "no superblock") && !has_copy(r->c->good) ? 5 : 0;

    r->c->tally->tolerated[n] += n > 0;
    return n > 0;
}

/* ---- ours ---- */

static void note(void *self, const struct fsck_found *f)
{
    struct report *r = self;
    unsigned n = exception_of(r, f);

    if (!*r->first) {
        fsck_text(f, r->first, sizeof r->first);
        r->exception = n;
        r->all_excepted = true;
    }
    r->all_excepted &= n > 0;
}

static struct report check(const struct court *c, uint8_t *image, bool repair)
{
    struct report r = { .c = c, .image = image };
    uint32_t now = (uint32_t)time(NULL);
    struct fsck f = { .image = image, .size = c->good->size, .repair = repair, .seconds = now,
                      .now = now, .found = note, .self = &r };
    size_t n = fsck_memory(image, f.size);
    void *memory = malloc(n + 8);

    if (!memory)
        abort();
    if (!n || !fsck(&f, memory, n))
        snprintf(r.unusable, sizeof r.unusable, "%s",
                 n ? f.unusable : "there is no superblock at all");
    r.nfound = f.nfound + (*r.unusable != '\0');
    free(memory);
    return r;
}

/* ---- theirs ---- */

/* What it repairs without a word, it calls wrong; of the superblock it always writes something. */
static bool changed(const struct court *c)
{
    const struct layout *l = c->good;
    const uint8_t *left = judge_left(c->judge);
    uint64_t end = EXT2_SUPER_AT + EXT2_SUPER_SIZE;

    return memcmp(left, c->damaged, EXT2_SUPER_AT) != 0 ||
           memcmp(left + end, c->damaged + end, l->size - end) != 0;
}

struct theirs { bool damaged, crashed; int repaired; char why[JUDGE_WHY]; };

static void ask_repair(const struct court *c, struct theirs *t, char *why)
{
    t->repaired = judge_ask(c->judge, c->damaged, c->good->size, true, why);
    t->crashed |= t->repaired < 0;
}

/* A flag of images to test ext4 with is wrong where the kernel that runs has ext4; a hint is added
 * where none was needed; or e2fsck has an error of its own and goes no further. */
static bool is_no_verdict(const char *why)
{
    return strstr(why, "test_fs flag") || strstr(why, "Adding dirhash hint") ||
           !strncmp(why, "e2fsck: ", 8);
}

/* A log is not replayed by who only looks. */
static struct theirs ask(const struct court *c, bool ours_damaged)
{
    static char said[1 << 16];
    struct theirs t;
    char why[JUDGE_WHY];
    int look = judge_ask(c->judge, c->damaged, c->good->size, false, t.why);
    bool log;

    judge_last(c->judge, said, sizeof said);
    log = strstr(said, "skipping journal recovery");
    t.crashed = look < 0 || strstr(said, "Programming error");
    t.damaged = look != 0 || (*t.why && !log);
    t.crashed |= is_no_verdict(t.why);
    if (!log && (t.damaged || !ours_damaged))
        return t;
    ask_repair(c, &t, why);
    judge_last(c->judge, said, sizeof said);
    if (log) {
        memcpy(t.why, why, sizeof why);
        t.damaged = *why != '\0';
    } else if (t.repaired >= 0) {
        t.damaged = strstr(said, "FILE SYSTEM WAS MODIFIED") || strstr(said, "Setting free") ||
                    strstr(said, "Backing up journal inode") || changed(c);
    }
    return t;
}

/* ---- after the repairs ---- */

static bool lost_contents(const struct court *c, uint32_t *ino)
{
    for (*ino = EXT2_ROOT_INO; *ino <= c->good->sb->inodes_count; ++*ino)
        if (c->before.contents[*ino] && c->theirs.contents[*ino] == c->before.contents[*ino] &&
            c->ours.contents[*ino] != c->before.contents[*ino])
            return true;
    return false;
}

static uint32_t lost_names(const struct court *c)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < c->before.nentries; i++)
        n += files_have(&c->theirs, c->before.entry[i]) &&
             !files_have(&c->ours, c->before.entry[i]);
    return n;
}

static void compare_files(struct court *c, const struct theirs *theirs, const struct report *first)
{
    char what[96];
    uint32_t ino, n;

    files_read(c->good, c->work, &c->ours);
    files_read(c->good, c->left, &c->theirs);
    if (lost_contents(c, &ino)) {
        snprintf(what, sizeof what, "contents of inode %u are lost, which e2fsck keeps", ino);
        failed(c, what, theirs->why, first);
    } else if ((n = lost_names(c)) != 0) {
        snprintf(what, sizeof what, "%u names are lost, which e2fsck keeps", n);
        failed(c, what, theirs->why, first);
    }
}

/* e2fsck's repair, still as it left it: `damaged` from here on. */
static void check_theirs(struct court *c, const struct theirs *theirs, const struct report *first)
{
    memcpy(c->left, judge_left(c->judge), c->good->size);
    compare_files(c, theirs, first);
    memcpy(c->damaged, c->left, c->good->size);
    struct report r = check(c, c->left, false);

    if (!r.nfound || is_tolerated(&r))
        return;
    if (theirs->crashed || ask(c, true).damaged)
        c->tally->tolerated[0]++;       /* it did not repair all of it */
    else
        failed(c, "fsck does not call e2fsck's repair clean", theirs->why, &r);
}

/* Ours, in c->work; what is left to say of it. */
static struct report repair(const struct court *c, const struct report *first)
{
    struct report r = { .c = c };

    memcpy(c->work, c->damaged, c->good->size);
    int i = 0;

    for (; i < ROUNDS; i++) {
        if (i)
            memcpy(c->left, c->work, c->good->size);
        r = check(c, c->work, true);
        if (!r.nfound || *r.unusable)
            break;
    }
    if (i && !r.nfound && memcmp(c->left, c->work, c->good->size) != 0)
        failed(c, "repairing again changes what was right", "", first);
    if (!*r.unusable)
        r = check(c, c->work, false);
    return r;
}

static void check_repairs(struct court *c, struct theirs *theirs, const struct report *first)
{
    struct report r = repair(c, first);
    char why[JUDGE_WHY];

    if (*r.unusable) {
        if (theirs->repaired >= 0 && theirs->repaired < 4 && !may_give_up(&r))
            failed(c, "fsck gives up, and e2fsck repairs it", theirs->why, &r);
        return;
    }
    if (r.nfound)
        failed(c, "it is not repaired", theirs->why, &r);
    if (judge_ask(c->judge, c->work, c->good->size, false, why) != 0)
        failed(c, "e2fsck does not call the repair clean", why, first);
    ask_repair(c, theirs, why);
    if (theirs->repaired >= 0 && theirs->repaired < 4)
        check_theirs(c, theirs, first);
    else
        c->tally->tolerated[0]++;
}

void verdict(struct court *c)
{
    c->tally->cases++;
    memcpy(c->work, c->damaged, c->good->size);
    struct report ours = check(c, c->work, false);
    struct theirs theirs = ask(c, ours.nfound);

    if (theirs.damaged && !ours.nfound && is_no_verdict(theirs.why)) {
        c->tally->tolerated[0]++;
        return;
    }
    if (theirs.damaged && !ours.nfound)
        failed(c, "only e2fsck calls it damaged", theirs.why, &ours);
    else if (!theirs.damaged && ours.nfound && theirs.crashed)
        c->tally->tolerated[0]++;
    else if (!theirs.damaged && ours.nfound && !is_tolerated(&ours))
        failed(c, "only fsck calls it damaged", theirs.why, &ours);
    c->tally->damaged += theirs.damaged;
    if (theirs.damaged || ours.nfound)
        check_repairs(c, &theirs, &ours);
}
