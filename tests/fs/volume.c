/* volume.c - see volume.h. */
#include "volume.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Not Check's own asserts: these files also serve programs that are no test runner. A
 * test that ends this way is reported as one that got a signal. */
#define MUST(cond, ...) ((cond) ? (void)0 : failed(__VA_ARGS__))

__attribute__((format(printf, 1, 2))) static _Noreturn void failed(const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    fputs("volume: ", stderr);
    vfprintf(stderr, format, ap);
    fputs("\n", stderr);
    va_end(ap);
    abort();
}

static void *zeroed(size_t n)
{
    void *p = aligned_alloc(64, (n + 63) & ~(size_t)63);

    MUST(p != NULL, "no memory or no file");
    return memset(p, 0, n);
}

void volume_boot(struct volume *v)
{
    volume_boot_port(v, NULL);
}

void volume_boot_port(struct volume *v, const struct fs_port *port)
{
    struct arena a;

    free(v->arena);
    arena_init(&a, NULL, 0);
    fs_create(&a, &v->p, &v->m.dev, NULL);
    v->arena_size = a.used;
    v->arena = zeroed(a.used);
    arena_init(&a, v->arena, v->arena_size);
    v->fs = fs_create(&a, &v->p, &v->m.dev, port);
    MUST((a.used) <= (v->arena_size), "line %d", __LINE__);
    /* Whatever was in flight belonged to the old one. */
    v->m.first = v->m.last = NULL;
    v->m.nqueued = 0;
}

static void memory(struct volume *v, uint64_t size, uint64_t seed)
{
    memset(v, 0, sizeof *v);
    v->size = size;
    v->seconds = 1000000000;
    memdev_init(&v->m, zeroed(size), size / BLK_SECTOR, seed);
    fs_params_init(&v->p);
}

void volume_make(struct volume *v, uint64_t size, uint32_t block_size,
                 enum fs_journal journal, uint64_t seed)
{
    struct mkfs_params mp = { .block_size = block_size, .journal = journal,
                              .reserved_percent = 5, .seconds = 1000000000, .seed = 1 };
    const char *why;

    memory(v, size, seed);
    v->p.block_size = block_size;
    v->p.journal_data = journal == FS_JOURNAL_DATA;
    MUST(mkfs(&v->m.dev, &mp, &why) == 0, "mkfs: %s", why);
    volume_boot(v);
}

void volume_load(struct volume *v, const char *path)
{
    FILE *f = fopen(path, "rb");

    MUST(f != NULL, "no memory or no file");
    fseek(f, 0, SEEK_END);
    memory(v, (uint64_t)ftell(f), 0);
    rewind(f);
    MUST((fread(v->m.bytes, 1, v->size, f)) == (v->size), "line %d", __LINE__);
    fclose(f);
    v->p.block_size = fs_probe(&v->m.dev);
    MUST((v->p.block_size) != (0), "line %d", __LINE__);
    volume_boot(v);
}

void volume_mount(struct volume *v)
{
    int err = RUN(v, fs_mount, false);

    MUST(err == 0, "mount: %d %s", err, fs_reason(v->fs));
}

void volume_unmount(struct volume *v)
{
    int err = RUN(v, fs_unmount);

    MUST(err == 0, "unmount: %d %s", err, fs_reason(v->fs));
}

void volume_free(struct volume *v)
{
    free(v->m.bytes);
    free(v->arena);
}

void volume_save(const struct volume *v, const char *path)
{
    FILE *f = fopen(path, "wb");

    MUST(f != NULL, "no memory or no file");
    MUST((fwrite(v->m.bytes, 1, v->size, f)) == (v->size), "line %d", __LINE__);
    MUST((fclose(f)) == (0), "line %d", __LINE__);
}

struct fs_op *volume_op(struct volume *v)
{
    fs_op_init(&v->op, 0, v->uid, v->uid, v->now, v->seconds);
    return &v->op;
}

void volume_step(struct volume *v)
{
    MUST(blk_due(&v->m.dev) != NS_MAX, "an operation waits for nothing");
    blk_step(&v->m.dev, ++v->now);
    v->op.now = v->now;
}

/* ---- the judge ---- */

static bool is_expected(const char *line)
{
    static const char *const expected[] = {
        "e2fsck 1.", "Pass 1:", "Pass 2:", "Pass 3:", "Pass 4:", "Pass 5:", "recovering journal",
        " files (", "Setting free", "Clearing orphaned inode", "Truncating orphaned",
    };

    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        if (strstr(line, expected[i]))
            return true;
    return line[0] == '\n';
}

const char *volume_e2fsck(const struct volume *v, int *status)
{
    static char text[8192];
    char path[64], cmd[256], line[512];
    size_t n = 0;

    snprintf(path, sizeof path, "/tmp/ossim-volume-%d.img", (int)getpid());
    volume_save(v, path);
    snprintf(cmd, sizeof cmd, "PATH=$PATH:/sbin:/usr/sbin; e2fsck -fy %s 2>&1", path);
    FILE *f = popen(cmd, "r");

    MUST(f != NULL, "no memory or no file");
    text[0] = '\0';
    while (fgets(line, sizeof line, f))
        if (!is_expected(line) && n + strlen(line) < sizeof text)
            n += (size_t)snprintf(text + n, sizeof text - n, "%s", line);
    int st = pclose(f);

    *status = WIFEXITED(st) ? WEXITSTATUS(st) : -1;
    unlink(path);
    return text;
}

void volume_check_clean(const struct volume *v)
{
    int status;
    const char *text = volume_e2fsck(v, &status);

    MUST(status == 0 && !*text, "e2fsck: status %d\n%s", status, text);
}

/* ---- shorthands ---- */

uint32_t volume_find(struct volume *v, const char *path)
{
    struct fs_walk w;
    int err = RUN(v, fs_walk, FS_ROOT, path, strlen(path), false, &w);

    MUST(err == 0 || err == -FS_ENOENT, "walk %s: %d", path, err);
    return err ? 0 : w.ino;
}

uint32_t volume_create(struct volume *v, const char *path, uint32_t mode)
{
    struct fs_walk w;
    uint32_t ino = 0;

    MUST((RUN(v, fs_walk, FS_ROOT, path, strlen(path), false, &w)) == (0), "line %d", __LINE__);
    MUST((w.ino) == (0), "line %d", __LINE__);
    int err = RUN(v, fs_make, w.parent, w.name, w.name_len, mode, 0, &ino);

    MUST(err == 0, "make %s: %d %s", path, err, fs_reason(v->fs));
    return ino;
}

void volume_write(struct volume *v, uint32_t ino, uint64_t at, const void *buf, size_t n)
{
    MUST((RUN(v, fs_write, ino, at, buf, n)) == (0), "line %d", __LINE__);
    MUST((v->op.done) == (n), "line %d", __LINE__);
}
