/* cmd/image.h - a disk image in a file, as a device with a file system on it.
 *
 * The file is mapped privately: what is changed stays in memory until image_save writes
 * it beside and gives it the name, so that it is there whole or not at all, with holes
 * where the image has zeros.
 */
#ifndef CMD_IMAGE_H
#define CMD_IMAGE_H

#include <fs/fs.h>
#include <fs/memdev.h>
#include <ossim/err.h>

struct image {
    const char *path;
    int fd;                     /* -1: there is no file yet */
    uint64_t size;              /* bytes; whole sectors are used */
    struct memdev m;
    struct fs *fs;              /* mounted, or NULL */
    void *arena;
    struct fs_op op;
    uint32_t seconds;           /* what time stamps get; 0: image_seconds() */
};

/* A new one of `size` bytes, all zeros; or the file that is there. */
enum err image_create(struct image *im, const char *path, uint64_t size, struct diag *diag);
enum err image_open(struct image *im, const char *path, struct diag *diag);
/* A new file takes the old one's place, which asks for no right to write the old one: this
 * does. A file without any bit for writing is not meant to be written, by root neither. */
enum err image_writable(const char *path, struct diag *diag);
enum err image_save(struct image *im, struct diag *diag);
void image_close(struct image *im);

/* Read-only still replays a journal, in memory. */
enum err image_mount(struct image *im, bool read_only, struct diag *diag);
enum err image_unmount(struct image *im, struct diag *diag);

/* Run an operation to its end (its arguments are evaluated at every try): int err = IMAGE_RUN(im, fs_stat, ino, &st); */
struct fs_op *image_op(struct image *im);
void image_step(struct image *im);
#define IMAGE_RUN(im, call, ...)                                              \
    ({                                                                        \
        struct fs_op *op_ = image_op(im);                                     \
        int err_;                                                             \
        while ((err_ = call((im)->fs, op_, ##__VA_ARGS__)) == FS_WAIT)        \
            image_step(im);                                                   \
        err_;                                                                 \
    })

/* "no such file or folder" and the like, for a negative FS_E* value. */
const char *image_strerror(int err);
/* What time stamps get: now, or SOURCE_DATE_EPOCH. */
uint32_t image_seconds(void);

#endif
