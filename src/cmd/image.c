/* image.c - see image.h. */
#include <cmd/image.h>
#include <host/file.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static enum err fail(const struct image *im, struct diag *diag, enum err err,
                     const char *what, const char *why)
{
    memset(diag, 0, sizeof *diag);
    snprintf(diag->file, sizeof diag->file, "%s", im->path);
    snprintf(diag->text, sizeof diag->text, "%s%s%s", what, why ? ": " : "",
             why ? why : "");
    return err;
}

uint32_t image_seconds(void)
{
    const char *fixed = getenv("SOURCE_DATE_EPOCH");

    return (uint32_t)(fixed ? strtoull(fixed, NULL, 10) : (unsigned long long)time(NULL));
}

const char *image_strerror(int err)
{
    switch (-err) {
    case FS_EUCLEAN:
        return "the file system is damaged";
    default:
        return strerror(-err); /* FS_E* has the numbers of Linux */
    }
}

/* ---- the file ---- */

static enum err map(struct image *im, int prot_fd, struct diag *diag)
{
    int flags = MAP_PRIVATE | MAP_NORESERVE | (prot_fd < 0 ? MAP_ANONYMOUS : 0);
    void *p = mmap(NULL, im->size, PROT_READ | PROT_WRITE, flags, prot_fd, 0);

    if (p == MAP_FAILED)
        return fail(im, diag, ERR_LIMIT, "cannot be mapped", strerror(errno));
    memdev_init(&im->m, p, im->size / BLK_SECTOR, 0);
    im->m.written = calloc(im->size / MEMDEV_PAGE / 8 + 1, 1);
    if (im->m.written)
        return ERR_OK;
    munmap(p, im->size);
    im->m.bytes = NULL;
    return fail(im, diag, ERR_LIMIT, "out of memory", NULL);
}

enum err image_create(struct image *im, const char *path, uint64_t size,
                      struct diag *diag)
{
    *im = (struct image){ .path = path, .fd = -1, .size = size };
    return map(im, -1, diag);
}

enum err image_open(struct image *im, const char *path, struct diag *diag)
{
    struct stat st;

    *im = (struct image){ .path = path, .fd = open(path, O_RDONLY | O_CLOEXEC) };
    if (im->fd < 0 || fstat(im->fd, &st))
        return fail(im, diag, ERR_IO, "cannot be read", strerror(errno));
    if (!S_ISREG(st.st_mode))
        return fail(im, diag, ERR_INPUT, "is no plain file", NULL);
    if (st.st_size < BLK_SECTOR)
        return fail(im, diag, ERR_INPUT, "is too small to be a disk", NULL);
    im->size = (uint64_t)st.st_size;
    return map(im, im->fd, diag);
}

void image_close(struct image *im)
{
    if (im->m.bytes)
        munmap(im->m.bytes, im->size);
    free(im->m.written);
    free(im->arena);
    if (im->fd >= 0)
        close(im->fd);
    *im = (struct image){ .fd = -1 };
}

/* ---- saving ---- */

static bool all_zero(const uint8_t *p, size_t n)
{
    return n == 0 || (p[0] == 0 && memcmp(p, p + 1, n - 1) == 0);
}

static bool write_page(const struct image *im, int out, uint64_t page)
{
    uint64_t at = page * MEMDEV_PAGE;
    size_t n = im->size - at < MEMDEV_PAGE ? im->size - at : MEMDEV_PAGE;

    return all_zero(im->m.bytes + at, n) ||
           pwrite(out, im->m.bytes + at, n, (off_t)at) == (ssize_t)n;
}

static bool was_written(const struct image *im, uint64_t page)
{
    return im->m.written[page >> 3] >> (page & 7) & 1;
}

/* Pages that the old file has bytes for, and those that were written since. */
static bool write_pages(const struct image *im, int out)
{
    uint64_t npages = (im->size + MEMDEV_PAGE - 1) / MEMDEV_PAGE, page = 0;

    while (im->fd >= 0 && page < npages) {
        off_t data = lseek(im->fd, (off_t)(page * MEMDEV_PAGE), SEEK_DATA), hole;

        if (data < 0)
            break;
        hole = lseek(im->fd, data, SEEK_HOLE);
        for (page = (uint64_t)data / MEMDEV_PAGE; (off_t)(page * MEMDEV_PAGE) < hole;
             page++)
            if (!write_page(im, out, page))
                return false;
    }
    for (page = 0; page < npages; page++)
        if (was_written(im, page) && !write_page(im, out, page))
            return false;
    return true;
}

enum err image_writable(const char *path, struct diag *diag)
{
    const struct image im = { .path = path };
    struct stat st;

    if (stat(path, &st))
        return ERR_OK;
    if (!S_ISREG(st.st_mode))
        return fail(&im, diag, ERR_INPUT, "is no plain file", NULL);
    return access(path, W_OK) || !(st.st_mode & 0222)
               ? fail(&im, diag, ERR_IO, "may not be written: it is read-only", NULL)
               : ERR_OK;
}

enum err image_save(struct image *im, struct diag *diag)
{
    struct stat st;
    struct outfile *f = outfile_replace(im->path, diag);
    int out = f ? outfile_fd(f) : -1;

    if (!f)
        return ERR_IO;
    if (ftruncate(out, (off_t)im->size) == 0 && write_pages(im, out) &&
        (im->fd < 0 || fstat(im->fd, &st) || fchmod(out, st.st_mode & 0777) == 0))
        return outfile_commit(f, diag);
    int why = errno;

    outfile_abort(f);
    return fail(im, diag, ERR_IO, "cannot be written", strerror(why));
}

/* ---- the file system on it ---- */

struct fs_op *image_op(struct image *im)
{
    fs_op_init(&im->op, TID_NONE, 0, 0, 0,
               im->seconds ? im->seconds : image_seconds());
    return &im->op;
}

void image_step(struct image *im)
{
    blk_step(&im->m.dev, 0);
}

static void *boot(struct image *im, const struct fs_params *p)
{
    struct arena a;

    arena_init(&a, NULL, 0);
    fs_create(&a, p, &im->m.dev, NULL);
    size_t size = (a.used + 63) & ~(size_t)63;

    im->arena = aligned_alloc(64, size);
    if (!im->arena)
        return NULL;
    memset(im->arena, 0, size);
    arena_init(&a, im->arena, size);
    im->fs = fs_create(&a, p, &im->m.dev, NULL);
    return im->arena;
}

enum err image_mount(struct image *im, bool read_only, struct diag *diag)
{
    struct fs_params p;
    int err;

    fs_params_init(&p);
    p.block_size = fs_probe(&im->m.dev);
    p.cache_blocks = 2048;
    if (!p.block_size)
        return fail(im, diag, ERR_INPUT, "there is no ext2 file system on it", NULL);
    if (!boot(im, &p))
        return fail(im, diag, ERR_LIMIT, "out of memory", NULL);
    err = IMAGE_RUN(im, fs_mount, read_only);
    if (!err)
        return ERR_OK;
    fail(im, diag, ERR_INPUT, "cannot be mounted",
         *fs_reason(im->fs) ? fs_reason(im->fs) : image_strerror(err));
    im->fs = NULL;
    return ERR_INPUT;
}

enum err image_unmount(struct image *im, struct diag *diag)
{
    int err = IMAGE_RUN(im, fs_unmount);

    im->fs = NULL;
    return err ? fail(im, diag, ERR_INPUT, "cannot be unmounted", image_strerror(err))
               : ERR_OK;
}
