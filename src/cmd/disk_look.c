/* disk_look.c - what is on an image: ls, cat, stat. */
#include <cmd/disk.h>

#include <cmd/cmd.h>
#include <fs/ondisk.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int disk_error(struct image *im, const char *path, int err)
{
    if (err == -FS_EUCLEAN)
        return disk_fail(im->path, "%s: the file system is damaged: %s", path,
                         fs_reason(im->fs));
    return disk_fail(im->path, "%s: %s", path, image_strerror(err));
}

uint32_t disk_find(struct image *im, const char *path, bool follow, struct fs_stat *st)
{
    struct fs_walk w;
    int err = IMAGE_RUN(im, fs_walk, FS_ROOT, path, strlen(path), follow, &w);

    if (!err && !w.ino)
        err = -FS_ENOENT;
    if (!err)
        err = IMAGE_RUN(im, fs_stat, w.ino, st);
    if (err)
        disk_error(im, path, err);
    return err ? 0 : w.ino;
}

/* ---- ls ---- */

static char type_letter(uint32_t mode)
{
    switch (mode & FS_IFMT) {
    case FS_IFDIR: return 'd';
    case FS_IFLNK: return 'l';
    case FS_IFCHR: return 'c';
    case FS_IFBLK: return 'b';
    case FS_IFIFO: return 'p';
    case FS_IFSOCK: return 's';
    default: return '-';
    }
}

static void mode_text(uint32_t mode, char text[11])
{
    static const char rwx[] = "rwxrwxrwx";

    text[0] = type_letter(mode);
    for (int i = 0; i < 9; i++)
        text[1 + i] = mode >> (8 - i) & 1 ? rwx[i] : '-';
    if (mode & 04000)
        text[3] = mode & 0100 ? 's' : 'S';
    if (mode & 02000)
        text[6] = mode & 010 ? 's' : 'S';
    if (mode & 01000)
        text[9] = mode & 1 ? 't' : 'T';
    text[10] = '\0';
}

static void time_text(uint32_t seconds, char text[32])
{
    time_t t = (time_t)seconds;
    struct tm tm;

    strftime(text, 32, "%Y-%m-%d %H:%M:%S", gmtime_r(&t, &tm));
}

static uint32_t dev_major(uint32_t rdev)
{
    return rdev >> 8 & 0xfff;
}

static uint32_t dev_minor(uint32_t rdev)
{
    return (rdev & 0xff) | (rdev >> 12 & 0xfff00);
}

static int print_entry(struct image *im, const char *name, uint32_t ino, bool list_long)
{
    struct fs_stat st;
    char mode[11], when[32], size[32], target[4097] = "";
    int err = list_long ? IMAGE_RUN(im, fs_stat, ino, &st) : 0;

    if (err)
        return disk_error(im, name, err);
    if (!list_long) {
        puts(name);
        return EXIT_DONE;
    }
    mode_text(st.mode, mode);
    time_text(st.mtime, when);
    if (mode[0] == 'c' || mode[0] == 'b')
        snprintf(size, sizeof size, "%u,%u", dev_major(st.rdev), dev_minor(st.rdev));
    else
        snprintf(size, sizeof size, "%llu", (unsigned long long)st.size);
    if (mode[0] == 'l' && !IMAGE_RUN(im, fs_readlink, ino, target, sizeof target - 1))
        target[im->op.done] = '\0';
    printf("%7u %s %3u %5u %5u %10s %s %s%s%s\n", ino, mode, st.nlink, st.uid, st.gid, size,
           when, name, *target ? " -> " : "", target);
    return EXIT_DONE;
}

struct entries { struct fs_dirent *e; size_t n, room; };

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct fs_dirent *)a)->name, ((const struct fs_dirent *)b)->name);
}

/* All entries of a folder, sorted; the caller frees e. */
static int read_folder(struct image *im, uint32_t dir, struct entries *list)
{
    uint64_t cursor = 0;
    struct fs_dirent d;
    int err;

    *list = (struct entries){ 0 };
    while (!(err = IMAGE_RUN(im, fs_readdir, dir, &cursor, &d)) && im->op.done) {
        if (list->n == list->room) {
            list->room = list->room ? list->room * 2 : 32;
            list->e = realloc(list->e, list->room * sizeof *list->e);
            if (!list->e)
                abort();
        }
        list->e[list->n++] = d;
    }
    if (list->n)
        qsort(list->e, list->n, sizeof *list->e, by_name);
    return err;
}

static bool is_dots(const char *name)
{
    return !strcmp(name, ".") || !strcmp(name, "..");
}

static int list_folder(struct image *im, const char *path, uint32_t dir, bool list_long,
                       bool all, bool recursive, bool titled, unsigned depth)
{
    struct entries list;
    int status = EXIT_DONE, err = read_folder(im, dir, &list);

    if (titled)
        printf("%s:\n", path);
    for (size_t i = 0; !err && !status && i < list.n; i++)
        if (all || list.e[i].name[0] != '.')
            status = print_entry(im, list.e[i].name, list.e[i].ino, list_long);
    for (size_t i = 0; !err && !status && recursive && i < list.n; i++) {
        char sub[FS_PATH_MAX + FS_NAME_MAX];
        const char *name = list.e[i].name;
        struct fs_stat st;

        if (is_dots(name) || (!all && name[0] == '.') || depth > 512 ||
            IMAGE_RUN(im, fs_stat, list.e[i].ino, &st) || (st.mode & FS_IFMT) != FS_IFDIR)
            continue;
        snprintf(sub, sizeof sub, "%s%s%s", path, path[strlen(path) - 1] == '/' ? "" : "/", name);
        putchar('\n');
        status = list_folder(im, sub, st.ino, list_long, all, true, true, depth + 1);
    }
    free(list.e);
    return err ? disk_error(im, path, err) : status;
}

int disk_ls(struct image *im, const char *path, bool list_long, bool all, bool recursive,
            bool titled)
{
    struct fs_stat st;
    uint32_t ino = disk_find(im, path, !list_long, &st);

    if (!ino)
        return EXIT_BAD_INPUT;
    if ((st.mode & FS_IFMT) != FS_IFDIR)
        return print_entry(im, path, ino, list_long);
    return list_folder(im, path, ino, list_long, all, recursive, titled || recursive, 0);
}

/* ---- cat ---- */

int disk_cat(struct image *im, const char *path, FILE *out)
{
    static char buf[65536];
    struct fs_stat st;
    uint32_t ino = disk_find(im, path, true, &st);

    if (!ino)
        return EXIT_BAD_INPUT;
    for (uint64_t at = 0;; at += im->op.done) {
        int err = IMAGE_RUN(im, fs_read, ino, at, buf, sizeof buf);

        if (err)
            return disk_error(im, path, err);
        if (!im->op.done)
            return EXIT_DONE;
        if (fwrite(buf, 1, im->op.done, out) != im->op.done)
            return EXIT_RUN_FAILED;
    }
}

/* ---- stat ---- */

static int print_blocks(struct image *im, const struct fs_stat *st)
{
    uint64_t n = (st->size + st->block_size - 1) / st->block_size;
    uint64_t from = 0, hole;
    uint32_t first = 0, block;

    fputs("  blocks:", stdout);
    for (uint64_t i = 0; i <= n; i++) {
        int err = i < n ? IMAGE_RUN(im, fs_block_of, st->ino, i * st->block_size, &block, &hole)
                        : (block = 0, hole = 0, 0);

        if (err)
            return err;
        if (first && block == first + (i - from))
            continue;
        if (first)
            printf(i - from > 1 ? " %llu:%u-%u" : " %llu:%u", (unsigned long long)from, first,
                   first + (uint32_t)(i - from) - 1);
        first = block;
        from = i;
        if (hole > st->block_size)      /* the rest of it is passed over */
            i = n - i > hole / st->block_size ? i + hole / st->block_size - 1 : n - 1;
    }
    putchar('\n');
    return 0;
}

int disk_stat(struct image *im, const char *path)
{
    struct fs_stat st;
    char mode[11], when[32];
    int err = 0;

    if (!disk_find(im, path, false, &st))
        return EXIT_BAD_INPUT;
    mode_text(st.mode, mode);
    printf("%s\n  inode %u  mode %s (%04o)  links %u  uid %u  gid %u\n", path, st.ino, mode,
           st.mode & 07777, st.nlink, st.uid, st.gid);
    printf("  size %llu  sectors %llu  generation %u  flags 0x%x\n",
           (unsigned long long)st.size, (unsigned long long)st.blocks, st.generation, st.flags);
    if (mode[0] == 'c' || mode[0] == 'b')
        printf("  device %u,%u\n", dev_major(st.rdev), dev_minor(st.rdev));
    time_text(st.mtime, when);
    printf("  modified %s", when);
    time_text(st.ctime, when);
    printf("  changed %s", when);
    time_text(st.atime, when);
    printf("  accessed %s\n", when);
    if (mode[0] == '-' || mode[0] == 'd')
        err = print_blocks(im, &st);
    return err ? disk_error(im, path, err) : EXIT_DONE;
}

int disk_stat_super(struct image *im)
{
    struct ext2_super sb;
    struct fs_statfs st;
    struct fs_stats stats;
    int err = IMAGE_RUN(im, fs_statfs, &st);

    memcpy(&sb, im->m.bytes + EXT2_SUPER_AT, sizeof sb);
    fs_stats(im->fs, &stats);
    if (err)
        return disk_error(im, "/", err);
    printf("label        %.16s\n", sb.volume_name);
    printf("block size   %u\n", st.block_size);
    printf("blocks       %u, %llu free, %llu of them for everybody\n", sb.blocks_count,
           (unsigned long long)st.free, (unsigned long long)st.available);
    printf("inodes       %u of %u bytes, %u free\n", st.inodes,
           sb.rev_level ? sb.inode_size : 128u, st.free_inodes);
    printf("groups       %u of %u blocks and %u inodes\n",
           st.inodes / sb.inodes_per_group, sb.blocks_per_group, sb.inodes_per_group);
    printf("journal      %s\n", sb.feature_compat & EXT3_COMPAT_HAS_JOURNAL ? "yes" : "no");
    printf("state        %s%s\n", sb.state & EXT2_VALID ? "clean" : "not unmounted",
           sb.feature_incompat & EXT3_INCOMPAT_RECOVER ? ", to be recovered" : "");
    printf("mounted      %u times\n", sb.mnt_count);
    return EXIT_DONE;
}
