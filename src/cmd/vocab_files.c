/* vocab_files.c - the disk of a workload that has files: made in memory, or read. */
#include <cmd/vocab_files.h>

#include <cmd/disk.h>
#include <fs/mkfs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum err fail(struct diag *diag, enum err err, const char *path, const char *why)
{
    memset(diag, 0, sizeof *diag);
    snprintf(diag->text, sizeof diag->text, "%.200s%s%.200s", path, *path ? ": " : "", why);
    return err;
}

/* The folders that a path goes through. */
static int make_parents(struct image *im, const char *path)
{
    char part[FS_PATH_MAX];

    for (const char *at = strchr(path + 1, '/'); at; at = strchr(at + 1, '/')) {
        size_t n = (size_t)(at - path);
        struct fs_walk w;
        int err;

        if (n >= sizeof part)
            return -FS_ENAMETOOLONG;
        memcpy(part, path, n);
        part[n] = '\0';
        err = IMAGE_RUN(im, fs_walk, FS_ROOT, part, n, true, &w);
        if (!err && !w.ino)
            err = IMAGE_RUN(im, fs_make, w.parent, w.name, w.name_len, FS_IFDIR | 0755, 0,
                            &w.ino);
        if (err)
            return err;
    }
    return 0;
}

static int make_node(struct image *im, const char *path, uint32_t mode, uint32_t rdev,
                     uint32_t *ino)
{
    struct fs_walk w;
    int err = make_parents(im, path);

    if (!err)
        err = IMAGE_RUN(im, fs_walk, FS_ROOT, path, strlen(path), true, &w);
    *ino = err ? 0 : w.ino;
    if (!err && !w.ino)
        err = IMAGE_RUN(im, fs_make, w.parent, w.name, w.name_len, mode, rdev, ino);
    return err;
}

/* The numbers of Linux, "Documentation/admin-guide/devices.txt". */
static int make_devices(struct image *im)
{
    static const struct { const char *path; uint32_t rdev; } device[] = {
        { "/dev/null", 0x103 }, { "/dev/zero", 0x105 }, { "/dev/random", 0x108 },
        { "/dev/full", 0x107 }, { "/dev/urandom", 0x109 }, { "/dev/tty", 0x500 }, { "/dev/console", 0x501 },
    };
    uint32_t ino;
    int err = 0;

    for (size_t i = 0; !err && i < sizeof device / sizeof *device; i++)
        err = make_node(im, device[i].path, FS_IFCHR | 0666, device[i].rdev, &ino);
    if (!err)
        err = make_node(im, "/tmp", FS_IFDIR | 01777, 0, &ino);
    return err;
}

static int set_said(struct image *im, uint32_t ino, const struct guest_file *f)
{
    struct fs_stat st = { .mode = f->mode, .uid = f->uid };
    unsigned which = (f->mode != UINT32_MAX ? FS_SET_MODE : 0u) | (f->uid ? FS_SET_UID : 0u);

    return which ? IMAGE_RUN(im, fs_setattr, ino, which, &st) : 0;
}

static enum err put_file(struct image *im, const struct guest_file *f, struct diag *diag)
{
    uint32_t ino;
    int err = make_parents(im, f->path);

    if (!err && f->from) {
        struct fs_walk w;

        if (disk_put(im, f->from, f->path))
            return fail(diag, ERR_INPUT, f->path, "cannot be copied onto the disk");
        err = IMAGE_RUN(im, fs_walk, FS_ROOT, f->path, strlen(f->path), true, &w);
        ino = w.ino;
    } else if (!err)
        err = make_node(im, f->path, f->folder ? FS_IFDIR | 0755 : FS_IFREG | 0644, 0, &ino);
    if (!err && f->data && f->size)
        err = IMAGE_RUN(im, fs_write, ino, 0, f->data, f->size);
    if (!err)
        err = set_said(im, ino, f);
    if (err == -FS_ENOSPC)
        return fail(diag, ERR_LIMIT, f->path, "the disk is full (\"size\" under "
                    "machine.disk makes it larger)");
    return err ? fail(diag, ERR_INPUT, f->path, image_strerror(err)) : ERR_OK;
}

static enum err format(struct image *im, const struct fs_config *fs, unsigned journal,
                       uint64_t seed, struct diag *diag)
{
    struct mkfs_params p = { .block_size = fs->block_size, .seconds = fs->epoch,
                             .journal = (enum fs_journal)journal, .seed = seed + 1 };
    const char *why = "";

    if (mkfs(&im->m.dev, &p, &why))
        return fail(diag, ERR_INPUT, "", why);
    return image_mount(im, false, diag);
}

static enum err files_fill(struct image *im, const struct guest_file *files, uint32_t n,
                    struct diag *diag)
{
    enum err err = ERR_OK;

    if (make_devices(im))
        return fail(diag, ERR_LIMIT, "/dev", "the disk is full");
    for (uint32_t i = 0; !err && i < n; i++)
        err = put_file(im, &files[i], diag);
    return err;
}

/* What is on it as bytes that live on. */
static uint8_t *take_bytes(const struct image *im)
{
    uint8_t *bytes = calloc(1, im->size);

    for (uint64_t at = 0; bytes && at < im->size; at += MEMDEV_PAGE)
        if (im->m.written[at / MEMDEV_PAGE >> 3] >> (at / MEMDEV_PAGE & 7) & 1)
            memcpy(bytes + at, im->m.bytes + at,
                   im->size - at < MEMDEV_PAGE ? im->size - at : MEMDEV_PAGE);
    return bytes;
}

enum err files_image(const struct guest_file *files, uint32_t n, struct fs_config *fs,
                     unsigned journal, uint64_t seed, struct disk_config *disk,
                     uint8_t **bytes, struct diag *diag)
{
    struct image im;
    enum err err = image_create(&im, "disk",
                                (disk->nsectors - disk->reserved) * BLK_SECTOR, diag);

    if (err)
        return err;
    im.seconds = fs->epoch;
    if (disk->image) {
        memcpy(im.m.bytes, disk->image, disk->image_size);
        memset(im.m.written, 0xff, im.size / MEMDEV_PAGE / 8 + 1);
        fs->block_size = fs_probe(&im.m.dev);
        err = image_mount(&im, false, diag);
    } else
        err = format(&im, fs, journal, seed, diag);
    if (!err)
        err = files_fill(&im, files, n, diag);
    if (!err)
        err = image_unmount(&im, diag);
    *bytes = err ? NULL : take_bytes(&im);
    if (!err && !*bytes)
        err = fail(diag, ERR_LIMIT, "", "not enough memory for the disk");
    disk->image = *bytes;
    disk->image_size = im.size;
    image_close(&im);
    return err;
}
