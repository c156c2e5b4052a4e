/* disk_fsck.c - `ossim disk fsck`: what is wrong with an image, and repairing it. */
#include <cmd/disk.h>

#include <cmd/cmd.h>
#include <cmd/options.h>
#include <fs/fsck.h>
#include <stdlib.h>
#include <string.h>

enum { FSCK_CLEAN = 0, FSCK_REPAIRED = 1, FSCK_LEFT = 4, ROUNDS = 4 };

struct telling { struct image *im; bool quiet, repair; unsigned round; };

static void tell(void *self, const struct fsck_found *found)
{
    const struct telling *t = self;
    char text[256];

    fsck_text(found, text, sizeof text);
    if (!t->quiet && (t->repair || t->round == 0))
        printf("%s: %s\n", t->im->path, text);
}

static void note_change(void *self, uint32_t block, uint32_t block_size)
{
    struct telling *t = self;
    uint64_t at = (uint64_t)block * block_size;

    for (uint64_t page = at / MEMDEV_PAGE; page <= (at + block_size - 1) / MEMDEV_PAGE; page++)
        t->im->m.written[page >> 3] =
            (uint8_t)(t->im->m.written[page >> 3] | 1u << (page & 7));
}

static bool run(struct fsck *f, struct telling *t, void *memory, size_t size, bool repair)
{
    f->repair = t->repair = repair;
    bool usable = fsck(f, memory, size);

    t->round++;
    return usable;
}

/* Repair until a look finds nothing: what one repair uncovers, the next takes on. */
static int check_image(struct fsck *f, struct telling *t, bool repair, void *memory,
                       size_t size)
{
    uint32_t found = 0;

    for (unsigned i = 0; repair && i < ROUNDS; i++) {
        if (!run(f, t, memory, size, true))
            return FSCK_LEFT;
        found += f->nfound;
        if (!f->nfound)
            break;
    }
    if (!run(f, t, memory, size, false) || f->nfound)
        return FSCK_LEFT;
    return found ? FSCK_REPAIRED : FSCK_CLEAN;
}

static const char *const verdicts[] = { [FSCK_CLEAN] = "clean",
                                        [FSCK_REPAIRED] = "repaired",
                                        [FSCK_LEFT] = "FAULTS ARE LEFT" };

/* A time that is given is none to hold others against. */
static uint32_t clock_now(void)
{
    return getenv("SOURCE_DATE_EPOCH") ? 0 : image_seconds();
}

static int judge(struct image *im, bool repair, bool quiet)
{
    struct telling t = { .im = im, .quiet = quiet };
    struct fsck f = { .image = im->m.bytes, .size = im->size, .seconds = image_seconds(),
                      .now = clock_now(), .found = tell, .touch = note_change,
                      .self = &t };
    size_t size = fsck_memory(im->m.bytes, im->size);
    void *memory = size ? malloc(size) : NULL;
    int result;
    struct diag diag;

    if (!memory)
        return disk_fail(im->path, "there is no ext2 file system on it");
    result = check_image(&f, &t, repair, memory, size);
    free(memory);
    if (f.unusable)
        disk_fail(im->path, "%s", f.unusable);
    if (!quiet && f.replayed)
        printf("%s: the journal put %u blocks in their places\n", im->path, f.replayed);
    if (!quiet && !f.unusable)
        printf("%s: %s, %u of %u inodes, %u of %u blocks in use\n", im->path, verdicts[result],
               f.nfiles, f.ninodes, f.nblocks_used, f.nblocks);
    if (repair && image_save(im, &diag)) {
        diag_print(&diag);
        return EXIT_BAD_INPUT;
    }
    return result;
}

int disk_fsck(const char *path, bool repair, bool quiet)
{
    struct image im;
    struct diag diag;
    int status = disk_status(image_open(&im, path, &diag), &diag);

    if (!status && repair)
        status = disk_status(image_writable(path, &diag), &diag);
    if (!status)
        status = judge(&im, repair, quiet);
    image_close(&im);
    return status;
}
