/* disk.c - `ossim disk mkfs|fsck|ls|cat|put|get|stat IMAGE ...`. */
#include <cmd/cmd.h>

#include <cmd/disk.h>
#include <cmd/image.h>
#include <cmd/options.h>
#include <errno.h>
#include <fs/mkfs.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char usage[] =
    "usage: ossim disk mkfs IMAGE [--size SIZE] [--block 1024|2048|4096] [--journal "
    "MODE]\n"
    "                  [--journal-blocks N] [--inodes N] [--reserved PERCENT]\n"
    "                  [--label TEXT] [--from DIR]\n"
    "       ossim disk fsck IMAGE [--repair] [--quiet]\n"
    "       ossim disk ls IMAGE [PATH...] [-l] [-a] [-R]\n"
    "       ossim disk cat IMAGE PATH...\n"
    "       ossim disk put IMAGE HOSTPATH... PATH\n"
    "       ossim disk get IMAGE PATH... HOSTPATH\n"
    "       ossim disk stat IMAGE [PATH...]\n\n"
    "Make, check and look into disk images: ext2 revision 1, with or without the "
    "journal\n"
    "of ext3. SIZE is in bytes, or has a suffix (64MiB, 1G). MODE: none, ordered, data.\n"
    "put and get copy folders with all that is in them. An image is written whole or "
    "not\n"
    "at all. fsck ends with 0 (clean), 1 (all faults repaired) or 4 (faults are left).\n";

__attribute__((format(printf, 1, 2)))
static int bad_usage(const char *format, ...)
{
    va_list ap;

    fputs("ossim: error: disk: ", stderr);
    va_start(ap, format);
    vfprintf(stderr, format, ap);
    va_end(ap);
    fprintf(stderr, "\n%s", usage);
    return EXIT_BAD_INPUT;
}

/* ---- options ---- */

enum { MKFS = 1, FSCK = 2, LS = 4, CAT = 8, PUT = 16, GET = 32, STAT = 64 };

struct args;

struct action {
    const char *name;
    unsigned bit;
    int (*look)(struct image *im, struct args *a);      /* NULL: mkfs and fsck */
};

struct args {
    const struct action *action;
    const char *image, *path[256];
    unsigned npaths;
    uint64_t size;
    struct mkfs_params mkfs;
    const char *from;
    bool has_size, repair, quiet, list_long, all, recursive;
};

/* 64MiB, 64M, 1g, 4096. 0: none. */
static uint64_t parse_size(const char *text)
{
    static const char units[] = "kmgt";
    char *end;
    errno = 0;
    uint64_t n = strtoull(text, &end, 10);
    unsigned shift = 0;

    if (*text < '0' || *text > '9' || errno)
        return 0;
    if (*end) {
        const char *u = strchr(units, *end | 0x20);

        if (!u || (strcmp(end + 1, "") && strcmp(end + 1, "iB") && strcmp(end + 1, "B")))
            return strcmp(end, "B") ? 0 : n;
        shift = 10 * (unsigned)(u - units + 1);
    }
    return n > UINT64_MAX >> shift ? 0 : n << shift;
}

static bool parse_count(const char *text, uint32_t max, uint32_t *n)
{
    char *end;
    errno = 0;
    unsigned long v = strtoul(text, &end, 10);

    *n = (uint32_t)v;
    return *text >= '0' && *text <= '9' && !*end && !errno && v <= max;
}

static bool parse_journal(const char *text, enum fs_journal *j)
{
    static const char *const names[] = { "none", "ordered", "data" };

    for (int i = 0; i < 3; i++)
        if (!strcmp(text, names[i])) {
            *j = (enum fs_journal)i;
            return true;
        }
    return false;
}

/* What an option is one of; a switch wants nothing. */
static const struct option {
    const char *name;
    unsigned of;                /* actions that have it */
    const char *wants;
} options[] = {
    { "--size", MKFS, "bytes, 1 or more, or with a suffix: 64MiB, 1G" },
    { "--block", MKFS, "1024, 2048 or 4096" },
    { "--journal", MKFS, "none, ordered or data" },
    { "--journal-blocks", MKFS, "0 (as many as are usual) to 10485760" },
    { "--inodes", MKFS, "0 (as many as are usual) to 2147483647" },
    { "--reserved", MKFS, "a percentage from 0 to 50" },
    { "--label", MKFS, "at most 16 bytes" },
    { "--from", MKFS, "a folder" },
    { "--repair", FSCK, NULL },
    { "-y", FSCK, NULL },
    { "-n", FSCK, NULL },
    { "--quiet", FSCK, NULL },
    { "-q", FSCK, NULL },
    { "-l", LS, NULL },
    { "-a", LS, NULL },
    { "-R", LS, NULL },
};

/* An option with a value. False: the value is wrong. */
static bool take_value(struct args *a, const char *name, const char *value)
{
    struct mkfs_params *m = &a->mkfs;

    if (!strcmp(name, "--size"))
        return a->has_size = true, (a->size = parse_size(value)) != 0;
    if (!strcmp(name, "--block"))
        return parse_count(value, 4096, &m->block_size) &&
               (m->block_size == 1024 || m->block_size == 2048 || m->block_size == 4096);
    if (!strcmp(name, "--journal"))
        return parse_journal(value, &m->journal);
    if (!strcmp(name, "--journal-blocks"))
        return parse_count(value, 10u << 20, &m->journal_blocks);
    if (!strcmp(name, "--inodes"))
        return parse_count(value, INT32_MAX, &m->inodes);
    if (!strcmp(name, "--reserved"))
        return parse_count(value, 50, &m->reserved_percent);
    if (!strcmp(name, "--label"))
        return m->label = value, strlen(value) <= 16;
    a->from = value;
    return true;
}

static void take_switch(struct args *a, const char *name)
{
    if (!strcmp(name, "--repair") || !strcmp(name, "-y"))
        a->repair = true;
    else if (!strcmp(name, "-n"))
        a->repair = false;
    else if (!strcmp(name, "--quiet") || !strcmp(name, "-q"))
        a->quiet = true;
    else if (!strcmp(name, "-l"))
        a->list_long = true;
    else if (!strcmp(name, "-a"))
        a->all = true;
    else
        a->recursive = true;
}

static const struct option *find_option(const char *name, unsigned action)
{
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (!strcmp(options[i].name, name) && options[i].of & action)
            return &options[i];
    return NULL;
}

/* Switches of one letter, together: -lR. */
static int take_letters(struct args *a, const char *letters)
{
    for (const char *c = letters; *c; c++) {
        char name[] = { '-', *c, '\0' };

        if (!find_option(name, a->action->bit))
            return bad_usage("%s has no option '%s'", a->action->name, name);
        take_switch(a, name);
    }
    return 0;
}

/* The option at *i, with its value, of which *i is left on the last word. */
static int take_option(struct args *a, int argc, char **argv, int *i)
{
    const char *name = argv[*i];
    const struct option *o = find_option(name, a->action->bit);

    if (!o && name[1] != '-')
        return take_letters(a, name + 1);
    if (!o)
        return bad_usage("%s has no option '%s'", a->action->name, name);
    if (!o->wants)
        return take_switch(a, name), 0;
    if (*i + 1 == argc)
        return bad_usage("%s needs a value: %s", name, o->wants);
    return take_value(a, name, argv[++*i])
               ? 0
               : bad_usage("%s cannot be '%s' (expected %s)", name, argv[*i], o->wants);
}

static int parse(struct args *a, int argc, char **argv)
{
    int status = 0;

    a->mkfs = (struct mkfs_params){ .block_size = 1024, .reserved_percent = 5 };
    for (int i = 2; i < argc && !status; i++) {
        if (argv[i][0] == '-' && argv[i][1])
            status = take_option(a, argc, argv, &i);
        else if (!a->image)
            a->image = argv[i];
        else if (a->npaths < sizeof a->path / sizeof *a->path)
            a->path[a->npaths++] = argv[i];
        else
            status = bad_usage("too many paths, from '%s' on", argv[i]);
    }
    if (!status && !a->image)
        status = bad_usage("%s needs an image", argv[1]);
    return status;
}

/* ---- mkfs ---- */

static int mkfs_image(struct args *a)
{
    struct image im;
    struct diag diag;
    const char *why;
    struct stat st;
    uint64_t size = a->size;

    if (a->npaths)
        return bad_usage("mkfs takes no '%s'", a->path[0]);
    if (!a->has_size && stat(a->image, &st) == 0)
        size = (uint64_t)st.st_size;
    if (!size)
        return bad_usage("mkfs of a new image (%s) needs --size", a->image);
    if (image_writable(a->image, &diag) || image_create(&im, a->image, size, &diag))
        return disk_status(ERR_LIMIT, &diag);
    a->mkfs.seconds = image_seconds();
    a->mkfs.seed = getenv("SOURCE_DATE_EPOCH") ? 1
                                               : ((uint64_t)a->mkfs.seconds << 20) ^ size;
    int status = mkfs(&im.m.dev, &a->mkfs, &why)
                     ? disk_fail(a->image, "no file system fits into %llu bytes: %s",
                                 (unsigned long long)size, why)
                     : EXIT_DONE;

    if (!status && a->from) {
        status = disk_status(image_mount(&im, false, &diag), &diag);
        if (!status)
            status = disk_put(&im, a->from, "/");
        if (!status)
            status = disk_status(image_unmount(&im, &diag), &diag);
    }
    if (!status)
        status = disk_status(image_save(&im, &diag), &diag);
    image_close(&im);
    return status;
}

/* ---- looking and copying ---- */

static int with_image(struct args *a, int (*fn)(struct image *, struct args *))
{
    bool write = a->action->bit == PUT;
    struct image im;
    struct diag diag;
    int status = disk_status(image_open(&im, a->image, &diag), &diag);

    if (!status && write)
        status = disk_status(image_writable(a->image, &diag), &diag);
    if (!status)
        status = disk_status(image_mount(&im, !write, &diag), &diag);
    if (!status)
        status = fn(&im, a);
    if (!status && write)
        status = disk_status(image_unmount(&im, &diag), &diag);
    if (!status && write)
        status = disk_status(image_save(&im, &diag), &diag);
    image_close(&im);
    return status;
}

static int ls(struct image *im, struct args *a)
{
    int status = EXIT_DONE;

    if (!a->npaths)
        a->path[a->npaths++] = "/";
    for (unsigned i = 0; i < a->npaths; i++) {
        int one = disk_ls(im, a->path[i], a->list_long, a->all, a->recursive,
                          a->npaths > 1);

        status = status ? status : one;
    }
    return status;
}

static int cat(struct image *im, struct args *a)
{
    int status = a->npaths ? EXIT_DONE : bad_usage("cat needs a %s", "path");

    for (unsigned i = 0; !status && i < a->npaths; i++)
        status = disk_cat(im, a->path[i], stdout);
    return status;
}

static int put(struct image *im, struct args *a)
{
    int status = a->npaths >= 2 ? EXIT_DONE
                                : bad_usage("put needs %s", "HOSTPATH and PATH");

    for (unsigned i = 0; !status && i + 1 < a->npaths; i++)
        status = disk_put_into(im, a->path[i], a->path[a->npaths - 1], a->npaths > 2);
    return status;
}

static int get(struct image *im, struct args *a)
{
    int status = a->npaths >= 2 ? EXIT_DONE
                                : bad_usage("get needs %s", "PATH and HOSTPATH");

    for (unsigned i = 0; !status && i + 1 < a->npaths; i++)
        status = disk_get_into(im, a->path[i], a->path[a->npaths - 1], a->npaths > 2);
    return status;
}

static int stat_paths(struct image *im, struct args *a)
{
    int status = EXIT_DONE;

    if (!a->npaths)
        return disk_stat_super(im);
    for (unsigned i = 0; !status && i < a->npaths; i++)
        status = disk_stat(im, a->path[i]);
    return status;
}

static const struct action actions[] = {
    { "mkfs", MKFS, NULL }, { "fsck", FSCK, NULL }, { "ls", LS, ls }, { "cat", CAT, cat },
    { "put", PUT, put }, { "get", GET, get }, { "stat", STAT, stat_paths },
};

static const struct action *find_action(const char *name)
{
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        if (!strcmp(actions[i].name, name))
            return &actions[i];
    return NULL;
}

int cmd_disk(int argc, char **argv)
{
    struct args a = { 0 };
    int status;

    for (int i = 1; i < argc; i++)
        if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h")) {
            fputs(usage, stdout);
            return EXIT_DONE;
        }
    if (argc < 2)
        return bad_usage("say what to do");
    a.action = find_action(argv[1]);
    if (!a.action)
        return bad_usage("there is no 'disk %s'", argv[1]);
    status = parse(&a, argc, argv);
    if (status)
        return status;
    if (a.action->look)
        return with_image(&a, a.action->look);
    return a.action->bit == MKFS ? mkfs_image(&a) : disk_fsck(a.image, a.repair, a.quiet);
}
