/* volume.h - a file system over memory, for tests: made, mounted, driven to the end of
 * every operation, and judged by e2fsck. */
#ifndef TESTS_FS_VOLUME_H
#define TESTS_FS_VOLUME_H

#include <fs/fs.h>
#include <fs/memdev.h>
#include <fs/mkfs.h>

struct volume {
    struct memdev m;
    struct fs_params p;
    struct fs *fs;
    void *arena;
    size_t arena_size;
    uint64_t size;
    struct fs_op op;
    uint32_t seconds, uid;
    ns_t now;
};

/* Memory of `size` bytes with an empty file system in it; not mounted. seed != 0: the
 * device completes late and out of order. */
void volume_make(struct volume *v, uint64_t size, uint32_t block_size,
                 enum fs_journal journal, uint64_t seed);
/* The same, of an image in a file. */
void volume_load(struct volume *v, const char *path);
/* A new `struct fs` over it, as after a boot; what the old one knew is forgotten. */
void volume_boot(struct volume *v);
void volume_boot_port(struct volume *v, const struct fs_port *port);
void volume_mount(struct volume *v);
void volume_unmount(struct volume *v);
void volume_free(struct volume *v);
void volume_save(const struct volume *v, const char *path);

/* A fresh record; call before an operation. */
struct fs_op *volume_op(struct volume *v);
/* Let the device do something. Fails the test if nothing is in flight. */
void volume_step(struct volume *v);

/* Run an operation to its end (its arguments are evaluated at every try): int err = RUN(v, fs_stat, ino, &st); */
#define RUN(v, call, ...)                                                     \
    ({                                                                        \
        struct fs_op *op_ = volume_op(v);                                     \
        int err_;                                                             \
        while ((err_ = call((v)->fs, op_, ##__VA_ARGS__)) == FS_WAIT)         \
            volume_step(v);                                                   \
        err_;                                                                 \
    })

/* e2fsck -fy on a copy: what it had to say that was not expected, and its status. The
 * text is static. */
const char *volume_e2fsck(const struct volume *v, int *status);
void volume_check_clean(const struct volume *v);

/* Shorthands on paths; they fail the test. */
uint32_t volume_find(struct volume *v, const char *path);       /* 0: not there */
uint32_t volume_create(struct volume *v, const char *path, uint32_t mode);
void volume_write(struct volume *v, uint32_t ino, uint64_t at, const void *buf, size_t n);

#endif
