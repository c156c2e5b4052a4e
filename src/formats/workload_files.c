/* workload_files.c - "kernel.files", "kernel.fs" and "kernel.cache": what is on the disk
 * before the run, and how it is kept. */
#include <formats/load.h>

#include <string.h>

/* 1 January 2026, 00:00: what files are dated by if the machine has no date. Never 0, which
 * means "not deleted". */
enum { EPOCH = 1767225600, MAX_FILES = 1 << 20, MAX_TEXT = 16 << 20, MODE_MAX = 07777 };
enum { DEFAULT_SECTORS = 16 << 11, MAX_CACHE = 1 << 20, CACHE_MIN = 96 };

static const char *const fs_keys[] = { "block", "journal", NULL };
static const char *const cache_keys[] = {
    "blocks", "replacement", "write_back", "dirty_ratio", "read_ahead", NULL
};
static const char *const file_keys[] = { "text", "from", "mode", "uid", NULL };
static const char *const journals[] = { "none", "ordered", "data", NULL };

static bool ends_in(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);

    return n > m && strcmp(text + n - m, end) == 0;
}

/* "0755" as text, or a plain number. */
static bool load_mode(struct loader *l, const cJSON *item, uint32_t *out)
{
    const char *s = cJSON_IsString(item) ? item->valuestring : NULL;
    uint32_t mode = 0;

    if (!item || !s)
        return load_u32(l, item, 0, MODE_MAX, out);
    for (; *s >= '0' && *s <= '7' && mode <= MODE_MAX; s++)
        mode = mode * 8 + (uint32_t)(*s - '0');
    if (*s || mode > MODE_MAX || s == item->valuestring)
        return load_error(l, item, ERR_INPUT, "these are no rights (expected a text like "
                          "\"0755\", octal)");
    *out = mode;
    return true;
}

/* Sources under /bin are built. */
static bool build(struct loader *l, const cJSON *item, struct guest_file *f)
{
    struct program_source source = { .path = f->from };
    struct diag d = { .text = "cannot be built" };
    const uint8_t *elf = NULL;
    enum err err;

    if (!l->v->program)
        return load_unsupported(l, item, "machine code");
    err = l->v->program(l->v->ctx, &source, &elf, &f->size, &d);
    if (err)
        return load_error_diag(l, item, err, &d);
    f->data = elf;
    f->from = NULL;
    return true;
}

static bool load_file(struct loader *l, const cJSON *item, struct guest_file *f)
{
    const cJSON *from = load_field(item, "from"), *text = load_field(item, "text");
    const char *bytes = "", *host = NULL;
    bool bin = strncmp(item->string, "/bin/", 5) == 0;

    if (item->string[0] != '/')
        return load_error_key(l, item, "paths of files begin with / (expected \"/etc/motd\")");
    f->path = pool_copy(l->pool, item->string, strlen(item->string));
    f->mode = bin ? 0755 : UINT32_MAX;
    if (cJSON_IsObject(item)) {
        if (!load_object(l, item, file_keys) ||
            !load_mode(l, load_field(item, "mode"), &f->mode) ||
            !load_u32(l, load_field(item, "uid"), 0, UINT16_MAX, &f->uid))
            return false;
        if (from && text)
            return load_error_key(l, text, "\"from\" and \"text\" exclude each other");
    }
    if (from) {
        if (!load_text(l, from, 4095, &host) || !(f->from = load_resolve(l, host)))
            return false;
        return !bin || !(ends_in(host, ".c") || ends_in(host, ".s")) || build(l, from, f);
    }
    if (cJSON_IsObject(item) && !text) {
        f->folder = true;
        return true;
    }
    if (!load_text(l, text ? text : item, MAX_TEXT, &bytes))
        return false;
    f->data = (const uint8_t *)bytes;
    f->size = strlen(bytes);
    return true;
}

static void load_cache(struct loader *l, const cJSON *o)
{
    struct fs_config *f = &l->c->fs;
    const cJSON *replacement = load_field(o, "replacement");
    struct replace_config *policy;
    int64_t dirty = f->dirty_percent;

    if (!o || !load_object(l, o, cache_keys))
        return;
    load_u32(l, load_field(o, "blocks"), CACHE_MIN, MAX_CACHE, &f->cache_blocks);
    load_u32(l, load_field(o, "read_ahead"), 0, 256, &f->read_ahead);
    load_time(l, load_field(o, "write_back"), 1, &f->write_back);
    load_scaled(l, load_field(o, "dirty_ratio"), 100, 1, 100, "a share, like 0.4", &dirty);
    f->dirty_percent = (uint32_t)dirty;
    if (replacement && (policy = load_take(l, sizeof *policy))) {
        load_replacement(l, replacement, "lru", false, policy);
        f->replacement = policy->ops ? policy : NULL;
    }
}

static void load_format(struct loader *l, const cJSON *o, unsigned *journal)
{
    struct fs_config *f = &l->c->fs;
    const cJSON *block = load_field(o, "block");

    if (!o || !load_object(l, o, fs_keys))
        return;
    if (load_u32(l, block, 1024, 4096, &f->block_size) &&
        (f->block_size & (f->block_size - 1)))
        load_error(l, block, ERR_INPUT, "%u is no block size (expected 1024, 2048 or 4096)",
                   f->block_size);
    load_choice(l, load_field(o, "journal"), journals, journal);
}

/* --- steps --- */

static bool changes(unsigned kind)
{
    return kind == FILE_WRITE || kind == FILE_APPEND || kind == FILE_UNLINK;
}

/* What is done, and the path: the one key of `kinds` that is there. */
static const cJSON *file_step_kind(const cJSON *item, unsigned *kind)
{
    static const char *const kinds[] = { "read", "write", "append", "sync", "unlink", NULL };
    const cJSON *path = NULL;

    for (unsigned i = 0; kinds[i]; i++)
        if (load_field(item, kinds[i])) {
            if (path)
                return NULL;
            path = load_field(item, kinds[i]);
            *kind = i;
        }
    return path;
}

bool load_file_step(struct loader *l, const cJSON *item, struct step *out)
{
    static const char *const keys[] = { "read", "write", "append", "sync", "unlink", "bytes",
                                        "at", NULL };
    struct file_step *f = load_take(l, sizeof *f);
    unsigned kind = 0;
    const cJSON *path = file_step_kind(item, &kind), *bytes = load_field(item, "bytes");
    const cJSON *at = load_field(item, "at");
    char buf[64];

    if (!f || !load_object(l, item, keys))
        return false;
    if (!path || !cJSON_IsString(path))
        return load_error(l, item, ERR_INPUT, "found %s (expected one of read, write, append, "
                          "sync and unlink with a path, like {\"read\": \"/etc/motd\"})",
                          load_describe(l, item, buf));
    if (path->valuestring[0] != '/' || strlen(path->valuestring) > 4095)
        return load_error(l, path, ERR_INPUT, "this is no path of a file (expected \"/...\")");
    if (!l->c->fs.mounted)
        return load_error(l, item, ERR_INPUT, "there is no file system (expected \"files\" "
                          "under \"kernel\")");
    if (l->c->fs.read_only && changes(kind))
        return load_error(l, item, ERR_INPUT, "the file system is mounted read-only (expected "
                          "read or sync)");
    f->kind = (uint8_t)kind;
    f->path = pool_copy(l->pool, path->valuestring, strlen(path->valuestring));
    f->path_len = (uint32_t)strlen(path->valuestring);
    f->whole = !bytes;
    out->file = f;
    l->c->file_steps = true;
    if (bytes && kind > FILE_APPEND)
        return load_error_key(l, bytes, "\"bytes\" goes with read, write and append");
    if (at && kind != FILE_READ && kind != FILE_WRITE)
        return load_error_key(l, at, "\"at\" goes with read and write");
    if (!bytes && (kind == FILE_WRITE || kind == FILE_APPEND))
        return load_error(l, item, ERR_INPUT, "\"bytes\" is missing (expected how many)");
    return (!bytes || load_drawn(l, bytes, &out->len)) && (!at || load_drawn(l, at, &f->at));
}

/* --- the disk that is needed --- */

/* Without a drive, one that answers in a tenth of a millisecond, like a fast SSD. */
static void need_drive(struct loader *l)
{
    struct disk_config *d = &l->c->disk;
    struct diag diag;

    if (d->model != DISK_NONE || !l->v->drive ||
        !l->v->drive(l->v->ctx, "fixed", l->c->time_unit, d))
        return;
    d->latency = 100000;
    d->nsectors = DEFAULT_SECTORS;
    (void)l->v->disk_scheduler(l->v->ctx, "fcfs", l->dir, l->c->time_unit, &d->scheduler, &diag);
}

static struct guest_file *load_list_of(struct loader *l, const cJSON *files, uint32_t *n)
{
    struct guest_file *list;

    *n = 0;
    if (files && !cJSON_IsObject(files)) {
        char buf[64];

        load_error(l, files, ERR_INPUT, "found %s (expected an object like {\"/etc/motd\": "
                   "\"hello\\n\"})", load_describe(l, files, buf));
        return NULL;
    }
    list = load_array(l, struct guest_file, cJSON_GetArraySize(files) + 1);
    for (const cJSON *c = files && list ? files->child : NULL; c; c = c->next)
        if (load_file(l, c, &list[*n]))
            (*n)++;
    return list;
}

/* The format has 32 bits for it, which end in 2106. */
static uint32_t epoch_of(ns_t date)
{
    ns_t seconds = date / 1000000000;

    return !seconds ? EPOCH : seconds < UINT32_MAX ? (uint32_t)seconds : UINT32_MAX;
}

/* true, false or "read-only". */
static void load_mount(struct loader *l, const cJSON *mount)
{
    struct fs_config *f = &l->c->fs;

    if (!cJSON_IsString(mount)) {
        load_bool(l, mount, &f->mounted);
        return;
    }
    f->read_only = strcmp(mount->valuestring, "read-only") == 0;
    f->mounted = true;
    if (!f->read_only)
        load_error(l, mount, ERR_INPUT, "found \"%.40s\" (expected true, false or "
                   "\"read-only\")", mount->valuestring);
}

/* Where it is said why there is no file system: an image that cannot be mounted is what is
 * wrong, whoever wanted it mounted. */
static void file_system_error(struct loader *l, const cJSON *kernel, enum err err,
                              struct diag *diag)
{
    const cJSON *files = load_field(kernel, "files");
    const cJSON *disk = load_field(load_field(l->root, "machine"), "disk");
    const cJSON *image = load_field(disk, "image");

    if (image && strcmp(diag->file, "disk") == 0) {
        load_error(l, image, err, "%s (\"mount\": false takes it as mere blocks)", diag->text);
        return;
    }
    load_error_diag(l, files ? files : kernel ? kernel : l->root, err, diag);
}

void load_files(struct loader *l, const cJSON *kernel)
{
    const cJSON *files = load_field(kernel, "files"), *mount = load_field(kernel, "mount");
    struct disk_config *d = &l->c->disk;
    unsigned journal = 0;
    struct diag diag = { .text = "cannot be made" };
    struct guest_file *list;
    bool wanted = files || load_field(kernel, "fs") || load_field(kernel, "cache");
    uint32_t n;
    enum err err;

    l->c->fs = (struct fs_config){ .block_size = 1024, .cache_blocks = 256, .dirty_percent = 40,
                                   .write_back = INT64_C(5000000000), .epoch = epoch_of(l->c->date) };
    load_cache(l, load_field(kernel, "cache"));
    load_format(l, load_field(kernel, "fs"), &journal);
    l->c->fs.journal_data = journal == 2;
    l->c->fs.mounted = wanted || d->image;
    load_mount(l, mount);
    wanted = wanted || (d->image && l->c->fs.mounted);
    list = load_list_of(l, files, &n);
    if (!wanted || !list || l->disk_wrong || l->nerrors)
        return;
    if (!l->v->file_system) {
        load_unsupported(l, files ? files : kernel ? kernel : l->root, "a file system");
        return;
    }
    need_drive(l);
    if (!d->sized && d->nsectors > DEFAULT_SECTORS + d->reserved)
        d->nsectors = DEFAULT_SECTORS + d->reserved;
    d->stored = true;
    if (d->model == DISK_RAID)
        load_fit_members(l, d);
    if (d->reserved && (d->image ? d->image_size / 512 : 0) + d->reserved > d->nsectors)
        load_error(l, files, ERR_INPUT, "the disk has no room for that beside the swap space");
    err = l->v->file_system(l->v->ctx, list, n, &l->c->fs, journal, l->c->seed, d, &diag);
    if (err)
        file_system_error(l, kernel, err, &diag);
}
