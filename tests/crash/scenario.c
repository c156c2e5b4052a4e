/* scenario.c - one operation a step, so that a crash shows the tree before it or after it. */
#include "scenario.h"

#include "../fs/volume.h"

#include <sim/rng.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint8_t bytes[64 * 1024];

static struct fs_walk at(struct turn *s, const char *path)
{
    struct fs_walk w;

    if (RUN(s->v, fs_walk, FS_ROOT, path, strlen(path), false, &w))
        abort();
    return w;
}

static void must(int err, const char *what)
{
    if (err) {
        fprintf(stderr, "crash: %s: %d\n", what, err);
        abort();
    }
}

static uint32_t make(struct turn *s, const char *path, uint32_t mode)
{
    struct fs_walk w = at(s, path);
    uint32_t ino;

    must(RUN(s->v, fs_make, w.parent, w.name, w.name_len, mode, 0, &ino), path);
    return ino;
}

static void write_at(struct turn *s, const char *path, uint64_t pos, size_t n, unsigned salt)
{
    struct fs_walk w = at(s, path);

    for (size_t i = 0; i < n; i++)
        bytes[i] = (uint8_t)(i * 13 + salt * 101 + i / 256);
    must(RUN(s->v, fs_write, w.ino, pos, bytes, n), path);
}

static void cut(struct turn *s, const char *path, uint64_t size)
{
    struct fs_walk w = at(s, path);

    must(RUN(s->v, fs_truncate, w.ino, size), path);
}

static void rm(struct turn *s, const char *path)
{
    struct fs_walk w = at(s, path);

    must(RUN(s->v, fs_unlink, w.parent, w.name, w.name_len), path);
}

static void rm_folder(struct turn *s, const char *path)
{
    struct fs_walk w = at(s, path);

    must(RUN(s->v, fs_rmdir, w.parent, w.name, w.name_len), path);
}

static void mv(struct turn *s, const char *from, const char *to, unsigned flags)
{
    struct fs_walk a = at(s, from), b = at(s, to);

    must(RUN(s->v, fs_rename, a.parent, a.name, a.name_len, b.parent, b.name, b.name_len,
             flags), from);
}

static void ln(struct turn *s, const char *from, const char *to)
{
    struct fs_walk a = at(s, from), b = at(s, to);

    must(RUN(s->v, fs_link, a.ino, b.parent, b.name, b.name_len), to);
}

static void symlink_to(struct turn *s, const char *path, size_t len)
{
    struct fs_walk w = at(s, path);
    uint32_t ino;
    char target[600];

    memset(target, 'x', sizeof target);
    must(RUN(s->v, fs_symlink, w.parent, w.name, w.name_len, target, len, &ino), path);
}

/* ---- small steps of every kind ---- */

static void prepare(struct turn *s)
{
    make(s, "/d", FS_IFDIR | 0755);
    make(s, "/e", FS_IFDIR | 0755);
    make(s, "/d/a", FS_IFREG | 0644);
    write_at(s, "/d/a", 0, 20000, 1);
    make(s, "/b", FS_IFREG | 0600);
    write_at(s, "/b", 0, 700, 2);
}

static bool names(struct turn *s)
{
    switch (s->k) {
    case 0: make(s, "/c", FS_IFREG | 0644); return true;
    case 1: make(s, "/d/sub", FS_IFDIR | 0755); return true;
    case 2: mv(s, "/c", "/d/sub/c", 0); return true;
    case 3: mv(s, "/b", "/d/sub/c", 0); return true;
    case 4: ln(s, "/d/a", "/e/hard"); return true;
    case 5: rm(s, "/d/a"); return true;
    case 6: mv(s, "/d/sub", "/e/sub", 0); return true;
    case 7: symlink_to(s, "/fast", 20); return true;
    case 8: symlink_to(s, "/slow", 300); return true;
    case 9: mv(s, "/d", "/e/sub", FS_RENAME_EXCHANGE); return true;
    case 10: rm(s, "/slow"); return true;
    case 11: rm_folder(s, "/e/sub"); return true;
    case 12: rm(s, "/e/hard"); return true;
    default: return false;
    }
}

static bool contents(struct turn *s)
{
    switch (s->k) {
    case 0: write_at(s, "/b", 700, 3000, 3); return true;       /* grows */
    case 1: write_at(s, "/b", 100000, 600, 4); return true;     /* a hole */
    case 2: write_at(s, "/d/a", 3000, 5000, 5); s->overwrote = true; return true;
    /* What stood behind the new end is cleared in place, before the cut is committed. */
    case 3: cut(s, "/d/a", 13000); s->overwrote = true; return true;
    case 4: cut(s, "/d/a", 40000); return true;
    case 5: must(RUN(s->v, fs_allocate, at(s, "/b").ino, 4000, 9000), "allocate"); return true;
    case 6: cut(s, "/b", 0); return true;
    case 7: write_at(s, "/b", 0, 10000, 6); return true;        /* perhaps what was freed */
    case 8: rm(s, "/d/a"); return true;
    case 9: make(s, "/n", FS_IFREG | 0644); return true;
    case 10: write_at(s, "/n", 0, 12000, 7); return true;
    case 11: cut(s, "/n", 1); s->overwrote = true; return true;
    default: return false;
    }
}

/* Unlinked while somebody has it open; then let go of. */
static bool held(struct turn *s)
{
    switch (s->k) {
    case 0: s->held = at(s, "/d/a").ino; must(fs_hold(s->v->fs, s->held), "hold");
            rm(s, "/d/a"); return true;
    case 1: must(RUN(s->v, fs_write, s->held, 20000, bytes, 5000), "write"); return true;
    case 2: make(s, "/x", FS_IFREG | 0644); return true;
    case 3: must(RUN(s->v, fs_drop, s->held), "drop"); s->held = 0; return true;
    case 4: write_at(s, "/x", 0, 9000, 9); return true;
    default: return false;
    }
}

/* Blocks of folders and indirect blocks become data, while their old copies are in the log. */
static bool reuse(struct turn *s)
{
    char path[32];

    snprintf(path, sizeof path, "/r%u", s->k / 4);
    if (s->k >= 24)
        return false;
    switch (s->k % 4) {
    case 0: make(s, path, FS_IFDIR | 0755); break;
    case 1: rm_folder(s, path); break;
    case 2: make(s, path, FS_IFREG | 0644); break;
    case 3: write_at(s, path, (s->k & 4) * 5000, 11000, s->k); break;
    }
    return true;
}

/* Two operations to a transaction: what the first frees must not be overwritten by the
 * second before both are committed. */
static bool exchange(struct turn *s)
{
    char old[32], new[32];

    snprintf(old, sizeof old, "/x%u", s->k);
    snprintf(new, sizeof new, "/x%u", s->k + 1);
    if (s->k >= 12)
        return false;
    if (s->k)
        s->k % 3 ? rm(s, old) : cut(s, old, 0);
    make(s, new, FS_IFREG | 0644);
    write_at(s, new, 0, 9000, s->k);
    return true;
}

/* Contents that look like the journal's own blocks. */
static bool magic(struct turn *s)
{
    static const uint8_t word[] = { 0xc0, 0x3b, 0x39, 0x98, 0, 0, 0, 2, 0, 0, 0, 9 };

    if (s->k >= 3)
        return false;
    memset(bytes, 0, 5000);
    for (size_t i = 0; i < 5000; i += 1024)
        memcpy(bytes + i, word, sizeof word);
    must(RUN(s->v, fs_write, at(s, "/b").ino, s->k * 4096u + 2048u, bytes, 4096), "write");
    return true;
}

/* Enough to go round the log several times. */
static bool long_run(struct turn *s)
{
    rng_t r = rng_stream(42, "long", s->k);
    char path[32], to[32];

    if (s->k >= 260)
        return false;
    snprintf(path, sizeof path, "/d/f%u", (unsigned)rng_below(&r, 8));
    snprintf(to, sizeof to, "/e/f%u", (unsigned)rng_below(&r, 8));
    if (!at(s, path).ino)
        make(s, path, FS_IFREG | 0644);
    else if (rng_below(&r, 3) == 0)
        rng_below(&r, 2) ? rm(s, path) : mv(s, path, to, 0);
    else if (rng_below(&r, 5) == 0)
        cut(s, path, rng_below(&r, 9000));
    else
        write_at(s, path, rng_below(&r, 20000), 1 + rng_below(&r, 8000), s->k);
    s->overwrote = true;
    return true;
}

const struct scenario scenarios[] = {
    { "names", prepare, names, false },
    { "contents", prepare, contents, false },
    { "held", prepare, held, false },
    { "reuse", prepare, reuse, false },
    { "exchange", prepare, exchange, false },
    { "magic", prepare, magic, false },
    { "long", prepare, long_run, true },
    { NULL, NULL, NULL, false },
};
