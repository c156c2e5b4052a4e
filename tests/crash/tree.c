/* tree.c - see tree.h. */
#include "tree.h"

#include <fcntl.h>
#include <fs/ondisk.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- reading ---- */

struct image { const uint8_t *bytes; const struct ext2_super *sb; uint32_t bs; };

static const struct ext2_inode *inode_of(const struct image *im, uint32_t ino)
{
    uint32_t g = (ino - 1) / im->sb->inodes_per_group, i = (ino - 1) % im->sb->inodes_per_group;
    const struct ext2_group *gd =
        (const void *)(im->bytes + (uint64_t)(im->sb->first_data_block + 1) * im->bs);

    return (const void *)(im->bytes + (uint64_t)gd[g].inode_table * im->bs +
                          (uint64_t)i * im->sb->inode_size);
}

/* Direct and single indirect are enough for these scenarios; others are zeros here. */
static const uint8_t *block_of(const struct image *im, const struct ext2_inode *in, uint64_t l)
{
    static const uint8_t zero[4096];
    uint32_t b = 0;

    if (l < 12)
        b = in->block[l];
    else if (l < 12 + im->bs / 4 && in->block[12])
        memcpy(&b, im->bytes + (uint64_t)in->block[12] * im->bs + (l - 12) * 4, 4);
    return b ? im->bytes + (uint64_t)b * im->bs : zero;
}

static uint64_t hash_more(uint64_t h, const uint8_t *data, uint64_t n)
{
    uint64_t word;

    for (uint64_t i = 0; i + 8 <= n; i += 8) {
        memcpy(&word, data + i, 8);
        h = (h ^ word) * 1099511628211u;
    }
    for (uint64_t i = n & ~7ull; i < n; i++)
        h = (h ^ data[i]) * 1099511628211u;
    return h;
}

uint64_t tree_hash(const uint8_t *data, uint64_t n)
{
    return hash_more(14695981039346656037u, data, n);
}

uint64_t tree_hash_link(const uint8_t *target, uint64_t n)
{
    uint64_t h = 0;

    for (uint64_t i = 0; i < n; i++)
        h = h * 31 + target[i];
    return h;
}

static uint64_t hash_of(const struct image *im, const struct ext2_inode *in)
{
    uint64_t h = 14695981039346656037u;
    uint32_t type = in->mode & 0170000;

    if (type == 0120000 && !in->blocks)
        return tree_hash_link((const uint8_t *)in->block, in->size < 60 ? in->size : 0);
    if (type != 0100000 && type != 0120000)
        return 0;
    for (uint64_t at = 0; at < in->size; at += im->bs)
        h = hash_more(h, block_of(im, in, at / im->bs),
                      in->size - at < im->bs ? in->size - at : im->bs);
    return h;
}

static void read_folder(struct tree *t, const struct image *im, uint32_t ino, const char *path)
{
    const struct ext2_inode *dir = inode_of(im, ino);

    for (uint32_t l = 0; l < dir->size / im->bs; l++) {
        const uint8_t *data = block_of(im, dir, l);

        for (uint32_t at = 0; at < im->bs;) {
            const struct ext2_dirent *e = (const void *)(data + at);

            at += e->rec_len ? e->rec_len : im->bs;
            if (!e->ino || e->name[0] == '.' || (e->name_len == 10 && e->name[0] == 'l'))
                continue;
            if (t->count == TREE_MAX)
                return;
            const struct ext2_inode *in = inode_of(im, e->ino);
            struct node *n = &t->n[t->count++];

            snprintf(n->path, sizeof n->path, "%s/%.*s", path, e->name_len, e->name);
            n->mode = in->mode;
            n->nlink = in->links_count;
            n->size = (in->mode & 0170000) == 0040000 ? 0 : in->size;
            n->hash = hash_of(im, in);
            if ((in->mode & 0170000) == 0040000)
                read_folder(t, im, e->ino, n->path);
        }
    }
}

void tree_read(struct tree *t, const uint8_t *image)
{
    struct image im = { .bytes = image, .sb = (const void *)(image + 1024) };

    im.bs = 1024u << im.sb->log_block_size;
    t->count = 0;
    read_folder(t, &im, EXT2_ROOT_INO, "");
}

static const struct node *find(const struct tree *t, const char *path)
{
    for (unsigned i = 0; i < t->count; i++)
        if (!strcmp(t->n[i].path, path))
            return &t->n[i];
    return NULL;
}

static bool node_same(const struct node *a, const struct node *b, bool loose)
{
    return a && b && a->mode == b->mode && a->nlink == b->nlink && a->size == b->size &&
           (loose || a->hash == b->hash);
}

bool tree_same(const struct tree *a, const struct tree *b, bool loose)
{
    bool same = a->count == b->count;

    for (unsigned i = 0; same && i < a->count; i++)
        same = node_same(&a->n[i], strcmp(a->n[i].path, b->n[i].path) ? find(b, a->n[i].path)
                                                                     : &b->n[i], loose);
    return same;
}

const char *tree_difference(const struct tree *a, const struct tree *b)
{
    for (unsigned i = 0; i < a->count; i++)
        if (!node_same(&a->n[i], find(b, a->n[i].path), false))
            return a->n[i].path;
    for (unsigned i = 0; i < b->count; i++)
        if (!find(a, b->n[i].path))
            return b->n[i].path;
    return "(none)";
}

/* ---- the judge ---- */

static bool is_expected(const char *line)
{
    static const char *const expected[] = {
        "e2fsck 1.", "Pass ", "recovering journal", " files (", "Clearing orphaned inode",
        "Truncating orphaned", "was not cleanly unmounted", "Setting free ",
        "FILE SYSTEM WAS MODIFIED",     /* by these */
    };

    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        if (strstr(line, expected[i]))
            return true;
    return line[0] == '\n';
}

/* ---- e2fsck, several images at a time ---- */

enum { LANES = 4, PAGE = 4096 };

/* A file in memory that has no name, and goes with this process; of the next image only
 * what differs is copied. */
static struct lane {
    char path[64];              /* by way of /proc */
    int fd;
    uint8_t *map;
    uint64_t size;
    pid_t pid;                  /* 0: nothing goes on there */
    int out;
    uint32_t tag;
    bool twice;
} lanes[LANES];
static unsigned next_lane;

static void lane_close(struct lane *l)
{
    if (!l->map)
        return;
    munmap(l->map, l->size);
    close(l->fd);
    l->map = NULL;
}

static bool lane_open(struct lane *l, uint64_t size)
{
    if (l->map && l->size == size)
        return true;
    lane_close(l);
    l->fd = memfd_create("crash", MFD_CLOEXEC);
    snprintf(l->path, sizeof l->path, "/proc/%d/fd/%d", (int)getpid(), l->fd);
    if (l->fd < 0 || ftruncate(l->fd, (off_t)size))
        return false;
    l->map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, l->fd, 0);
    l->size = size;
    if (l->map == MAP_FAILED)
        l->map = NULL;
    return l->map;
}

static void lane_put(struct lane *l, const uint8_t *image)
{
    for (uint64_t at = 0; at < l->size; at += PAGE)
        if (memcmp(l->map + at, image + at, PAGE))
            memcpy(l->map + at, image + at, PAGE);
}

static pid_t start_e2fsck(const char *how, const char *path, int *from)
{
    int out[2];

    if (pipe(out))
        return -1;
    fcntl(out[0], F_SETFD, FD_CLOEXEC);
    fcntl(out[1], F_SETFD, FD_CLOEXEC);
    pid_t pid = vfork();

    if (pid == 0) {
        dup2(out[1], 1);
        dup2(out[1], 2);
        execl("/sbin/e2fsck", "e2fsck", how, path, (char *)NULL);
        execl("/usr/sbin/e2fsck", "e2fsck", how, path, (char *)NULL);
        _exit(127);
    }
    close(out[1]);
    *from = out[0];
    return pid;
}

static int end_e2fsck(pid_t pid, int from, char *why, size_t whysize)
{
    char line[512];
    int status;
    FILE *f = fdopen(from, "r");

    while (fgets(line, sizeof line, f))
        if (!is_expected(line) && !*why)
            snprintf(why, whysize, "%.*s", (int)strcspn(line, "\n"), line);
    fclose(f);
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void lane_end(struct lane *l, e2fsck_said *said, void *ctx)
{
    char why[256] = "";
    int status = end_e2fsck(l->pid, l->out, why, sizeof why), from;

    l->pid = 0;
    if (!*why && (status > 1 || status < 0))
        snprintf(why, sizeof why, "status %d", status);
    if (!*why && l->twice) {
        pid_t pid = start_e2fsck("-fn", l->path, &from);

        if ((status = end_e2fsck(pid, from, why, sizeof why)) && !*why)
            snprintf(why, sizeof why, "status %d the second time", status);
    }
    said(ctx, l->tag, why);
}

void e2fsck_begin(const uint8_t *image, uint64_t size, bool twice, uint32_t tag,
                  e2fsck_said *said, void *ctx)
{
    struct lane *l = &lanes[next_lane++ % LANES];

    if (l->pid)
        lane_end(l, said, ctx);
    if (!lane_open(l, size)) {
        said(ctx, tag, "the image cannot be written");
        return;
    }
    lane_put(l, image);
    l->twice = twice;
    l->tag = tag;
    l->pid = start_e2fsck("-fy", l->path, &l->out);
}

void e2fsck_all(e2fsck_said *said, void *ctx)
{
    for (unsigned i = 0; i < LANES; i++) {
        struct lane *l = &lanes[next_lane++ % LANES];

        if (l->pid)
            lane_end(l, said, ctx);
        lane_close(l);
    }
}
