/* random_test.c - random operations, done here and by the host's file system in a
 * temporary folder: the same answers, the same tree, and an image that e2fsck likes. A
 * device that completes late and out of order gives the same image as one that
 * completes at once. */
#include "../suite.h"
#include "volume.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <mm/replace/registry.h>
#include <sim/replace.h>
#include <sim/rng.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct twin {
    struct volume v;
    char root[64];              /* the host's folder; "": none */
    rng_t rng;
    unsigned step;
};

static uint8_t data[40000], back[40000], theirs[40000];

static uint64_t below(struct twin *t, uint64_t n)
{
    return rng_below(&t->rng, n);
}

/* Few names and shallow folders, so that operations meet. */
static void random_path(struct twin *t, char *path)
{
    static const char *const name[] = { "a", "b", "c", "d.with-a-longer-name", "e" };
    unsigned depth = 1 + (unsigned)below(t, 3);

    *path = '\0';
    while (depth--) {
        strcat(path, "/");
        strcat(path, name[below(t, 5)]);
    }
}

static void host_path(const struct twin *t, const char *path, char *out)
{
    snprintf(out, 256, "%.60s%.190s", t->root, path);
}

/* Ours and theirs must agree; without a host, nothing is compared. */
static void agree(struct twin *t, const char *what, const char *path, int our, int their)
{
    their = their < 0 ? -errno : 0;
    our = our > 0 ? 0 : our;
    if (*t->root)
        ck_assert_msg(our == their, "step %u: %s %s: %d, the host says %d (%s)", t->step, what,
                      path, our, their, fs_reason(t->v.fs));
}

static int walk(struct twin *t, const char *path, bool follow, struct fs_walk *w)
{
    return RUN(&t->v, fs_walk, FS_ROOT, path, strlen(path), follow, w);
}

static void do_make(struct twin *t, bool dir)
{
    char path[256], host[256];
    struct fs_walk w;
    uint32_t ino;
    int err, their = 0;

    random_path(t, path);
    host_path(t, path, host);
    err = walk(t, path, false, &w);
    if (!err)
        err = RUN(&t->v, fs_make, w.parent, w.name, w.name_len,
                  dir ? FS_IFDIR | 0755u : FS_IFREG | 0644u, 0, &ino);
    if (*t->root)
        their = dir ? mkdir(host, 0755) : mknod(host, S_IFREG | 0644, 0);
    agree(t, dir ? "mkdir" : "mknod", path, err, their);
}

static void do_write(struct twin *t)
{
    char path[256], host[256];
    struct fs_walk w;
    uint64_t at = below(t, 3) ? below(t, 30000) : below(t, 600000);
    size_t n = 1 + (below(t, 4) ? below(t, 3000) : below(t, sizeof data - 1));
    int fd = -1, err;

    random_path(t, path);
    host_path(t, path, host);
    for (size_t i = 0; i < n; i++)
        data[i] = (uint8_t)(t->step * 31 + i);
    err = walk(t, path, true, &w);
    err = err ? err : w.ino ? RUN(&t->v, fs_write, w.ino, at, data, n) : -FS_ENOENT;
    if (*t->root)
        fd = open(host, O_WRONLY);
    agree(t, "write", path, err, fd);
    if (fd >= 0) {
        ck_assert_int_eq(pwrite(fd, data, n, (off_t)at), (ssize_t)n);
        close(fd);
    }
}

static void do_read(struct twin *t)
{
    char path[256], host[256];
    struct fs_walk w;
    uint64_t at = below(t, 60000);
    int fd = -1, err;

    random_path(t, path);
    host_path(t, path, host);
    err = walk(t, path, true, &w);
    err = err ? err : w.ino ? RUN(&t->v, fs_read, w.ino, at, back, sizeof back) : -FS_ENOENT;
    if (!*t->root || err == -FS_EISDIR)
        return;
    fd = open(host, O_RDONLY);
    agree(t, "read", path, err, fd);
    if (fd < 0)
        return;
    ssize_t n = pread(fd, theirs, sizeof theirs, (off_t)at);

    close(fd);
    ck_assert_uint_eq((size_t)n, t->v.op.done);
    ck_assert_msg(memcmp(back, theirs, (size_t)n) == 0, "step %u: %s differs", t->step, path);
}

static void do_truncate(struct twin *t)
{
    char path[256], host[256];
    struct fs_walk w;
    uint64_t size = below(t, 2) ? below(t, 700000) : below(t, 5000);
    int err, their = 0;

    random_path(t, path);
    host_path(t, path, host);
    err = walk(t, path, true, &w);
    err = err ? err : w.ino ? RUN(&t->v, fs_truncate, w.ino, size) : -FS_ENOENT;
    if (*t->root)
        their = truncate(host, (off_t)size);
    agree(t, "truncate", path, err, their);
}

static void do_remove(struct twin *t, bool dir)
{
    char path[256], host[256];
    struct fs_walk w;
    int err, their = 0;

    random_path(t, path);
    host_path(t, path, host);
    err = walk(t, path, false, &w);
    if (!err)
        err = dir ? RUN(&t->v, fs_rmdir, w.parent, w.name, w.name_len)
                  : RUN(&t->v, fs_unlink, w.parent, w.name, w.name_len);
    if (*t->root)
        their = dir ? rmdir(host) : unlink(host);
    agree(t, dir ? "rmdir" : "unlink", path, err, their);
}

static void do_rename(struct twin *t)
{
    char path[256], host[256], to[256], host_to[256], what[600];
    struct fs_walk a, b;
    unsigned flags = (unsigned)below(t, 6);
    int err, their = 0;

    flags = flags > 2 ? 0 : flags;
    random_path(t, path);
    random_path(t, to);
    host_path(t, path, host);
    host_path(t, to, host_to);
    err = walk(t, path, false, &a);
    if (!err)
        err = walk(t, to, false, &b);
    if (!err)
        err = RUN(&t->v, fs_rename, a.parent, a.name, a.name_len, b.parent, b.name,
                  b.name_len, flags);
    if (*t->root)
        their = renameat2(AT_FDCWD, host, AT_FDCWD, host_to, flags);
    snprintf(what, sizeof what, "rename to %s (flags %u)", to, flags);
    agree(t, what, path, err, their);
}

static void do_link(struct twin *t)
{
    char path[256], host[256], to[256], host_to[256];
    struct fs_walk a, b;
    int err, their = 0;

    random_path(t, path);
    random_path(t, to);
    host_path(t, path, host);
    host_path(t, to, host_to);
    err = walk(t, path, false, &a);
    if (!err && !a.ino)
        err = -FS_ENOENT;
    if (!err)
        err = walk(t, to, false, &b);
    if (!err)
        err = RUN(&t->v, fs_link, a.ino, b.parent, b.name, b.name_len);
    if (*t->root)
        their = link(host, host_to);
    if (err == -FS_EPERM || (their < 0 && errno == EPERM)) {
        ck_assert(!*t->root || (err < 0) == (their < 0));       /* which comes first varies */
        return;
    }
    agree(t, to, path, err, their);
}

static void do_symlink(struct twin *t)
{
    char path[256], host[256], target[256];
    struct fs_walk w;
    uint32_t ino;
    int err, their = 0;

    random_path(t, path);
    random_path(t, target);
    host_path(t, path, host);
    if (below(t, 3) == 0)
        for (int i = 0; i < 6; i++)
            strcat(target, "/./././././././.");     /* no longer a fast one */
    err = walk(t, path, false, &w);
    if (!err)
        err = RUN(&t->v, fs_symlink, w.parent, w.name, w.name_len, target + 1,
                  strlen(target + 1), &ino);
    if (*t->root)
        their = symlink(target + 1, host);
    agree(t, "symlink", path, err, their);
}

static void do_step(struct twin *t)
{
    switch (below(t, 16)) {
    case 0: case 1: case 2: do_make(t, false); break;
    case 3: case 4: do_make(t, true); break;
    case 5: case 6: case 7: do_write(t); break;
    case 8: do_read(t); break;
    case 9: do_truncate(t); break;
    case 10: do_remove(t, false); break;
    case 11: do_remove(t, true); break;
    case 12: case 13: do_rename(t); break;
    case 14: do_link(t); break;
    case 15: below(t, 3) ? do_symlink(t) : (void)RUN(&t->v, fs_sync); break;
    }
    t->step++;
    t->v.seconds++;
}

/* ---- the trees at the end ---- */

static struct twin *compared;

static int compare_one(const char *host, const struct stat *st, int flag, struct FTW *ftw)
{
    struct twin *t = compared;
    const char *path = host + strlen(t->root);
    struct fs_stat ours;
    uint32_t ino = *path ? volume_find(&t->v, path) : FS_ROOT;

    (void)flag, (void)ftw;
    ck_assert_msg(ino, "%s is not there", path);
    ck_assert_int_eq(RUN(&t->v, fs_stat, ino, &ours), 0);
    ck_assert_uint_eq(ours.mode & S_IFMT, st->st_mode & S_IFMT);
    if (S_ISREG(st->st_mode)) {
        ck_assert_uint_eq(ours.size, (uint64_t)st->st_size);
        ck_assert_uint_eq(ours.nlink, st->st_nlink);
    }
    return 0;
}

static unsigned count_host(const char *dir)
{
    DIR *d = opendir(dir);
    unsigned n = 0;

    while (readdir(d))
        n++;
    closedir(d);
    return n;
}

static void count_entries(struct twin *t, const char *path)
{
    char host[512], sub[512];
    uint64_t cursor = 0;
    struct fs_dirent e;
    unsigned n = 0;
    uint32_t dir = *path ? volume_find(&t->v, path) : FS_ROOT;

    while (RUN(&t->v, fs_readdir, dir, &cursor, &e) == 0 && t->v.op.done) {
        n++;
        if (!strcmp(e.name, "lost+found"))
            n--;
        else if (e.type == DT_DIR && e.name[0] != '.') {
            snprintf(sub, sizeof sub, "%s/%s", path, e.name);
            count_entries(t, sub);
        }
    }
    snprintf(host, sizeof host, "%s%s", t->root, path);
    ck_assert_uint_eq(n, count_host(host));
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st, (void)flag, (void)ftw;
    return remove(path);
}

/* The i-th policy that a cache may have; NULL: its own rule. */
static const struct replace_config *cache_policy(unsigned i)
{
    static struct replace_config c;
    struct diag d;
    unsigned n = 0;

    while (replace_builtin(n))
        n++;
    const struct replace_ops *ops = i % (n + 1) ? replace_builtin(i % (n + 1) - 1) : NULL;

    if (!ops || ops->flags & REPLACE_FORESIGHT)
        return NULL;
    ck_assert_int_eq(replace_parse(&c, ops, "", 1000000, &d), 0);
    return &c;
}

static void twin_run(struct twin *t, uint32_t block, enum fs_journal journal, uint64_t seed,
                     uint64_t device_seed, unsigned steps)
{
    volume_make(&t->v, 12 << 20, block, journal, device_seed);
    t->v.p.cache_blocks = FS_CACHE_MIN;
    t->v.p.replacement = cache_policy((unsigned)seed);
    volume_boot(&t->v);
    volume_mount(&t->v);
    t->rng = rng_stream(seed, "twin", 0);
    t->step = 0;
    while (t->step < steps)
        do_step(t);
}

static const uint32_t sizes[] = { 1024, 2048, 4096 };

static void against_host(unsigned i)
{
    struct twin t;

    strcpy(t.root, "/tmp/ossim-twin-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(t.root));
    twin_run(&t, sizes[i % 3], (enum fs_journal)(i % 3), i, i % 2 ? i : 0, 1500);
    compared = &t;
    nftw(t.root, compare_one, 16, FTW_PHYS);
    count_entries(&t, "");
    volume_unmount(&t.v);
    volume_check_clean(&t.v);
    volume_free(&t.v);
    nftw(t.root, remove_one, 16, FTW_PHYS | FTW_DEPTH);
}

START_TEST(same_as_host)
{
    for (unsigned i = 0; i < 15; i++)       /* each policy once */
        against_host(i);
}
END_TEST

START_TEST(same_image_however_late)
{
    for (unsigned i = 0; i < 3; i++) {
        struct twin a = { 0 }, b = { 0 };

        twin_run(&a, 1024, FS_JOURNAL_NONE, 100 + i, 0, 600);
        twin_run(&b, 1024, FS_JOURNAL_NONE, 100 + i, 7 + i, 600);
        volume_unmount(&a.v);
        volume_unmount(&b.v);
        ck_assert(memcmp(a.v.m.bytes, b.v.m.bytes, a.v.size) == 0);
        volume_free(&a.v);
        volume_free(&b.v);
    }
}
END_TEST

SUITE(fs_random, 60, same_as_host, same_image_however_late)
