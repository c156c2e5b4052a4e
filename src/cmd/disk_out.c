/* disk_out.c - see disk_out.h. */
#include <cmd/disk_out.h>

#include <cmd/disk.h>
#include <cmd/options.h>
#include <string.h>

/* n sectors; zeros for those, and those alone, that cannot be read. */
static void read_sectors(const struct machine *m, uint64_t at, uint32_t n, uint8_t *bytes)
{
    if (machine_disk_read(m, at, n, bytes))
        return;
    for (uint32_t i = 0; i < n; i++)
        if (!machine_disk_read(m, at + i, 1, bytes + i * BLK_SECTOR))
            memset(bytes + i * BLK_SECTOR, 0, BLK_SECTOR);
}

/* What the disk holds, as an image in memory: zeros stay holes. */
static bool copy_disk(const struct machine *m, struct image *im)
{
    uint32_t step = MEMDEV_PAGE / BLK_SECTOR;
    uint8_t bytes[MEMDEV_PAGE];

    for (uint64_t at = 0; at < im->m.dev.nsectors; at += step) {
        uint64_t left = im->m.dev.nsectors - at;
        uint32_t n = left < step ? (uint32_t)left : step;
        bool zero = true;

        read_sectors(m, at, n, bytes);
        for (uint32_t i = 0; zero && i < n * BLK_SECTOR; i++)
            zero = !bytes[i];
        if (!zero && !blk_poke(&im->m.dev, at, n, bytes))
            return false;
    }
    return true;
}

static bool save(struct image *im, const char *dir, bool whole)
{
    struct diag diag;

    if (whole && image_save(im, &diag)) {
        diag_print(&diag);
        return false;
    }
    if (!dir)
        return true;
    if (image_mount(im, true, &diag)) {
        diag_print(&diag);
        return false;
    }
    return !disk_get_into(im, "/.", dir, true);
}

bool disk_out(struct machine *m, const char *image, const char *dir)
{
    struct image im;
    struct diag diag;
    bool ok = true;

    if (!machine_settle(m)) {
        ok = false;
        fputs("ossim: error: the file system could not be unmounted; the disk is as it was "
              "left\n", stderr);
    }
    if (image_create(&im, image ? image : "disk",
                     machine_config(m)->disk.nsectors * BLK_SECTOR, &diag)) {
        diag_print(&diag);
        return false;
    }
    ok &= copy_disk(m, &im) && save(&im, dir, image);
    image_close(&im);
    return ok;
}
