/* workload_disk.c - "machine.disk", and the steps that use it.
 *
 * A drive by name brings its own parameters; any of them may be given beside the name.
 * Blocks of steps are of STEP_BLOCK sectors.
 */
#include <formats/load.h>

#include <stat/names.h>
#include <stdlib.h>
#include <string.h>

enum { STEP_BLOCK = 2, SECTOR = 512, MAX_MEMBERS = 16, MAX_BLOCKS = 1 << 20 };
#define MAX_SECTORS (UINT64_C(1) << 32)

enum unit { U_NUMBER, U_TIME, U_SECTORS, U_THOUSANDTHS, U_BOOL };

/* Parameters that are a number: where they go, in which unit, and which models (bits by
 * enum disk_model) have them. */
static const struct row {
    const char *key;
    size_t at;
    enum unit unit;
    uint32_t min, max;          /* of a time: ns, and seconds */
    unsigned models;
} rows[] = {
#define AT(field) offsetof(struct disk_config, field)
#define HDD (1u << DISK_HDD)
#define SSD (1u << DISK_SSD)
#define BOOK (1u << DISK_TEXTBOOK)
#define ANY (BOOK | HDD | SSD | 1u << DISK_FIXED)
    { "slots", AT(slots), U_NUMBER, 1, 65536, ANY },
    { "depth", AT(depth), U_NUMBER, 1, 256, ANY },
    { "merge", AT(merge), U_BOOL, 0, 1, ANY },
    { "head", AT(head), U_NUMBER, 0, 1 << 24, BOOK | HDD },
    { "latency", AT(latency), U_TIME, 0, 10000, 1u << DISK_FIXED },
    { "per_cylinder", AT(per_cylinder), U_TIME, 0, 100, BOOK },
    { "cylinders", AT(cylinders), U_NUMBER, 1, 1 << 24, BOOK },
    { "cylinders", AT(hdd.cylinders), U_NUMBER, 1, 1 << 22, HDD },
    { "surfaces", AT(hdd.surfaces), U_NUMBER, 1, 256, HDD },
    { "zones", AT(hdd.zones), U_NUMBER, 1, 1024, HDD },
    { "outer", AT(hdd.outer), U_NUMBER, 1, 65536, HDD },
    { "inner", AT(hdd.inner), U_NUMBER, 1, 65536, HDD },
    { "revolution", AT(hdd.revolution), U_TIME, 1, 100, HDD },
    { "phase", AT(hdd.phase), U_TIME, 0, 100, HDD },
    { "knee", AT(hdd.knee), U_NUMBER, 1, 1 << 22, HDD },
    { "seek_one", AT(hdd.seek_one), U_TIME, 0, 100, HDD },
    { "seek_base", AT(hdd.seek_base), U_TIME, 0, 100, HDD },
    { "seek_root", AT(hdd.seek_root), U_TIME, 0, 100, HDD },
    { "seek_far", AT(hdd.seek_far), U_TIME, 0, 100, HDD },
    { "seek_per", AT(hdd.seek_per), U_TIME, 0, 100, HDD },
    { "head_switch", AT(hdd.head_switch), U_TIME, 0, 100, HDD },
    { "overhead", AT(hdd.overhead), U_TIME, 0, 100, HDD },
    { "write_settle", AT(hdd.write_settle), U_TIME, 0, 100, HDD },
    { "buffer", AT(hdd.buffer), U_SECTORS, 0, 1 << 20, HDD },
    { "bus_sector", AT(hdd.bus_sector), U_TIME, 0, 100, HDD },
    { "head_skew", AT(hdd.head_skew), U_NUMBER, 0, 65536, HDD },
    { "cylinder_skew", AT(hdd.cylinder_skew), U_NUMBER, 0, 65536, HDD },
    { "channels", AT(ssd.channels), U_NUMBER, 1, 64, SSD },
    { "dies", AT(ssd.dies), U_NUMBER, 1, 64, SSD },
    { "page", AT(ssd.page), U_SECTORS, 1, 128, SSD },
    { "pages_per_block", AT(ssd.block), U_NUMBER, 4, 4096, SSD },
    { "read", AT(ssd.read), U_TIME, 0, 10, SSD },
    { "program", AT(ssd.program), U_TIME, 0, 10, SSD },
    { "erase", AT(ssd.erase), U_TIME, 0, 10, SSD },
    { "transfer", AT(ssd.bus_page), U_TIME, 0, 10, SSD },
    { "spare", AT(ssd.spare), U_THOUSANDTHS, 0, 4000, SSD },
    { "collect", AT(ssd.collect), U_THOUSANDTHS, 0, 900, SSD },
    { "overhead", AT(ssd.overhead), U_TIME, 0, 100, SSD },
};
enum { NROWS = sizeof rows / sizeof *rows };

static const char *const general_keys[] = { "model", "scheduler", "size", "image" };
static const char *const array_keys[] = {
    "raid", "of", "drive", "chunk", "failed", "rebuild", "scheduler", "size", "image", NULL
}, *const raid_keys[] = {
    "raid", "of", "drive", "chunk", "failed", "rebuild", NULL
}, *const outer_keys[] = {
    "model", "scheduler", "size", "image", NULL
};
static const char *const step_keys[] = { "read", "write", "blocks", NULL };
static const char *const cylinder_keys[] = { "cylinder", NULL };

/* --- sizes --- */

/* A multiple of a sector, as sectors: min to max. */
static bool load_sectors(struct loader *l, const cJSON *item, uint64_t min, uint64_t max,
                         uint64_t *out)
{
    uint64_t bytes = 0;

    if (!item)
        return true;
    if (!load_bytes(l, item, SECTOR, min * SECTOR, max * SECTOR, &bytes))
        return false;
    *out = bytes / SECTOR;
    return true;
}

/* --- the drive's own parameters --- */

/* No drive is that slow, and a sum over all its cylinders or sectors has to fit. */
static void load_drive_time(struct loader *l, const cJSON *item, const struct row *r,
                            ns_t *field)
{
    if (load_time(l, item, r->min, field) && *field / 1000000000 >= r->max)
        load_error(l, item, ERR_LIMIT, "that is too long for a drive (expected less than %u s)",
                   r->max);
}

static void load_row(struct loader *l, const cJSON *item, const struct row *r,
                     struct disk_config *d)
{
    void *field = (char *)d + r->at;
    uint64_t sectors = *(uint32_t *)field;
    int64_t scaled = *(uint32_t *)field;

    switch (r->unit) {
    case U_NUMBER:
        load_u32(l, item, r->min, r->max, field);
        break;
    case U_TIME:
        load_drive_time(l, item, r, field);
        break;
    case U_BOOL:
        load_bool(l, item, field);
        break;
    case U_SECTORS:
        if (load_sectors(l, item, r->min, r->max, &sectors))
            *(uint32_t *)field = (uint32_t)sectors;
        break;
    case U_THOUSANDTHS:
        if (load_scaled(l, item, 1000, r->min, r->max, "a share, like 0.07", &scaled))
            *(uint32_t *)field = (uint32_t)scaled;
        break;
    }
}

static const struct row *find_row(const char *key, unsigned model)
{
    for (size_t i = 0; i < NROWS; i++)
        if (strcmp(rows[i].key, key) == 0 && rows[i].models >> model & 1)
            return &rows[i];
    return NULL;
}

/* The keys that this model has, NULL-ended; sizes as of the table. */
static void keys_of(unsigned model, const char *keys[NROWS + 6])
{
    size_t n = 0;

    for (size_t i = 0; i < sizeof general_keys / sizeof *general_keys; i++)
        keys[n++] = general_keys[i];
    for (size_t i = 0; i < NROWS; i++)
        if (rows[i].models >> model & 1)
            keys[n++] = rows[i].key;
    if (model == DISK_HDD)
        keys[n++] = "rpm";
    keys[n] = NULL;
}

static void load_rpm(struct loader *l, const cJSON *item, struct disk_config *d)
{
    uint32_t rpm = 0;

    if (item && load_u32(l, item, 1, 1000000, &rpm))
        d->hdd.revolution = (INT64_C(60000000000) + rpm / 2) / rpm;
}

/* Do the parameters fit each other? */
static void check_drive(struct loader *l, const cJSON *item, struct disk_config *d)
{
    uint32_t cylinders = d->model == DISK_HDD ? d->hdd.cylinders : d->cylinders;

    if (d->model == DISK_HDD && d->hdd.inner > d->hdd.outer)
        load_error(l, item, ERR_INPUT, "an inner track of %u sectors is longer than an outer "
                   "one of %u", d->hdd.inner, d->hdd.outer);
    if (d->model == DISK_HDD && d->hdd.phase >= d->hdd.revolution)
        load_error(l, load_field(item, "phase"), ERR_INPUT, "the platter is round before that "
                   "(expected less than a revolution, %lld ns)", (long long)d->hdd.revolution);
    if (d->model == DISK_HDD && d->hdd.zones > d->hdd.cylinders)
        load_error(l, item, ERR_INPUT, "more zones (%u) than cylinders (%u)", d->hdd.zones,
                   d->hdd.cylinders);
    if ((d->model == DISK_HDD || d->model == DISK_TEXTBOOK) && d->head >= cylinders)
        load_error(l, load_field(item, "head"), ERR_INPUT, "there is no cylinder %u "
                   "(expected 0 to %u)", d->head, cylinders - 1);
}

static void load_parameters(struct loader *l, const cJSON *item, struct disk_config *d)
{
    const char *keys[NROWS + 6];
    uint64_t before = l->nerrors;

    keys_of(d->model, keys);
    load_object(l, item, keys);
    for (const cJSON *c = item->child; c; c = c->next) {
        const struct row *r = find_row(c->string, d->model);

        if (r)
            load_row(l, c, r, d);
    }
    if (d->model == DISK_HDD)
        load_rpm(l, load_field(item, "rpm"), d);
    if (load_field(item, "rpm") && load_field(item, "revolution"))
        load_error(l, load_field(item, "rpm"), ERR_INPUT, "there is a revolution beside it "
                   "(expected one of the two)");
    if (l->nerrors == before)
        check_drive(l, item, d);
}

static void set_size(struct loader *l, const cJSON *item, struct disk_config *d)
{
    uint64_t most = l->v->drive_capacity(l->v->ctx, d);

    if (d->model == DISK_TEXTBOOK)
        d->nsectors = (uint64_t)d->cylinders * STEP_BLOCK;
    else if (most)
        d->nsectors = most;
    load_sectors(l, load_field(item, "size"), 1, most ? most : MAX_SECTORS, &d->nsectors);
    d->sized = load_field(item, "size");
    if (d->model == DISK_TEXTBOOK && d->nsectors < d->cylinders)
        load_error(l, load_field(item, "size"), ERR_INPUT, "fewer sectors than cylinders");
}

static bool load_model(struct loader *l, const cJSON *item, const char *name,
                       struct disk_config *d)
{
    if (l->v->drive(l->v->ctx, name, l->c->time_unit, d))
        return true;
    return load_error(l, item, ERR_INPUT, "no drive is called \"%.40s\" (expected textbook, "
                      "fixed, hdd, cheetah-9lp, hp-97560, ssd, mqsim, femu or {\"raid\": "
                      "...})", name);
}

/* --- schedulers --- */

static void load_disk_scheduler(struct loader *l, const cJSON *item, const char *otherwise,
                                struct disk_config *d)
{
    struct diag diag = { .text = "is not understood" };
    char buf[64];
    enum err err;

    if (item && !cJSON_IsString(item)) {
        load_error(l, item, ERR_INPUT, "found %s (expected a disk scheduler, like \"look\" "
                   "or \"scan:edge=turn\")", load_describe(l, item, buf));
        return;
    }
    err = l->v->disk_scheduler(l->v->ctx, item ? item->valuestring : otherwise, l->dir,
                               l->c->time_unit, &d->scheduler, &diag);
    if (err)
        load_error_diag(l, item, err, &diag);
}

/* A drive by its name alone. */
static bool load_named(struct loader *l, const cJSON *item, const char *name,
                       struct disk_config *d)
{
    if (!load_model(l, item, name, d))
        return false;
    set_size(l, NULL, d);
    load_disk_scheduler(l, NULL, "fcfs", d);
    return true;
}

/* --- arrays of drives --- */

static bool load_drive(struct loader *l, const cJSON *item, struct disk_config *d);

/* The drives of an array, one as the other. scheduler: as it is given outside; or NULL. */
static bool load_member(struct loader *l, const cJSON *o, const cJSON *scheduler,
                        struct disk_config *member)
{
    const cJSON *drive = load_field(o, "drive");
    bool ok = drive ? load_drive(l, drive, member) : load_named(l, o, "hdd", member);

    if (ok && member->model == DISK_RAID)
        ok = load_error(l, drive, ERR_UNSUPPORTED, "an array of arrays");
    if (load_field(drive, "image"))
        ok = load_error(l, load_field(drive, "image"), ERR_UNSUPPORTED, "a drive of an array "
                        "has no image of its own (\"files\" fill an array)");
    if (scheduler && load_field(drive, "scheduler"))
        ok = load_error(l, scheduler, ERR_INPUT, "the drives have another one beside it "
                        "(expected one of the two)");
    if (scheduler)
        load_disk_scheduler(l, scheduler, "fcfs", member);
    return ok;
}

/* o: the object with "raid" in it; item: that, or what has it as its model. */
static bool load_raid(struct loader *l, const cJSON *o, const cJSON *item,
                      struct disk_config *d)
{
    struct disk_config *member = load_take(l, sizeof *member);
    const cJSON *level = load_field(o, "raid");
    uint32_t failed = 0;
    uint64_t chunk = 128;
    bool ok = (o == item ? load_object(l, o, array_keys)
                         : load_object(l, o, raid_keys) && load_object(l, item, outer_keys))
              && member;

    d->model = DISK_RAID;
    memcpy(d->name, "raid", 5);
    d->members = 4;
    ok = load_u32(l, level, 0, 5, &d->level) && ok;
    if (ok && d->level > 1 && d->level < 5)
        ok = load_error(l, level, ERR_INPUT, "RAID %u is not there (expected 0, 1 or 5)",
                        d->level);
    ok = load_u32(l, load_field(o, "of"), d->level == 5 ? 3 : 2, MAX_MEMBERS, &d->members)
         && ok;
    ok = load_sectors(l, load_field(o, "chunk"), 1, 2048, &chunk) && ok;
    d->chunk = (uint32_t)chunk;
    if (load_field(o, "failed")) {
        ok = load_u32(l, load_field(o, "failed"), 0, d->members - 1, &failed) && ok;
        d->failed = failed + 1;
    }
    ok = load_bool(l, load_field(o, "rebuild"), &d->rebuild) && ok;
    if (ok && d->failed && d->level == 0)
        ok = load_error(l, load_field(o, "failed"), ERR_INPUT, "RAID 0 with a drive missing "
                        "has lost its data");
    if (ok && d->rebuild && !d->failed)
        ok = load_error(l, load_field(o, "rebuild"), ERR_INPUT, "no drive is missing (expected "
                        "\"failed\" beside it)");
    if (!member)
        return false;
    ok = load_member(l, o, load_field(item, "scheduler"), member) && ok;
    d->member = member;
    uint64_t each = member->nsectors / d->chunk * d->chunk;
    d->nsectors = d->level == 0 ? each * d->members
                  : d->level == 1 ? each : each * (d->members - 1);
    if (ok && each == 0)
        ok = load_error(l, o, ERR_INPUT, "a drive is smaller than a chunk");
    return ok;
}

static const cJSON *raid_of(const cJSON *item)
{
    const cJSON *model = load_field(item, "model");

    return load_field(item, "raid") ? item
           : cJSON_IsObject(model) && load_field(model, "raid") ? model : NULL;
}

/* What is on it at first. Its size is the disk's, if nothing else is said. */
static void load_disk_image(struct loader *l, const cJSON *item, const cJSON *o,
                            struct disk_config *d)
{
    const char *path = NULL;
    struct diag diag = { .text = "cannot be read" };
    size_t size = 0;
    enum err err;

    if (!load_text(l, item, 4095, &path) || !(path = load_resolve(l, path)))
        return;
    err = l->v->file ? l->v->file(l->v->ctx, path, &d->image, &size, &diag) : ERR_IO;
    if (err) {
        load_error_diag(l, item, err, &diag);
        return;
    }
    d->image_size = size;
    /* Zeros follow what is no whole sector at its end. */
    uint64_t sectors = (size + SECTOR - 1) / SECTOR;

    if (!load_field(o, "size") && sectors < d->nsectors)
        d->nsectors = sectors;
    if (sectors > d->nsectors || size == 0)
        load_error(l, item, ERR_INPUT, "the image has %zu bytes, the disk %llu", size,
                   (unsigned long long)d->nsectors * SECTOR);
    d->stored = d->sized = true;
}

void load_fit_members(struct loader *l, struct disk_config *d)
{
    struct disk_config *member = load_take(l, sizeof *member);
    uint64_t data = d->level == 0 ? d->members : d->level == 1 ? 1 : d->members - 1;
    uint64_t height = (d->nsectors + d->chunk * data - 1) / (d->chunk * data);

    if (!member)
        return;
    *member = *d->member;
    member->stored = d->stored;
    if (height * d->chunk < member->nsectors)
        member->nsectors = height * d->chunk;
    d->nsectors = member->nsectors / d->chunk * d->chunk * data;
    d->member = member;
}

/* Less than its drives have, or as much as its image. */
static void set_array_size(struct loader *l, const cJSON *item, struct disk_config *d)
{
    const cJSON *size = load_field(item, "size"), *image = load_field(item, "image");

    if (size && load_sectors(l, size, 1, d->nsectors, &d->nsectors))
        d->sized = true;
    if (image)
        load_disk_image(l, image, item, d);
    if (size || image)
        load_fit_members(l, d);
}

/* A name, or an object with parameters. */
static bool load_drive(struct loader *l, const cJSON *item, struct disk_config *d)
{
    const cJSON *model = load_field(item, "model");
    uint64_t before = l->nerrors;
    char buf[64];

    if (cJSON_IsString(item))
        return load_named(l, item, item->valuestring, d);
    if (!cJSON_IsObject(item))
        return load_error(l, item, ERR_INPUT, "found %s (expected a drive's name, or "
                          "{\"model\": name, ...})", load_describe(l, item, buf));
    if (raid_of(item)) {
        if (load_raid(l, raid_of(item), item, d) && l->nerrors == before)
            set_array_size(l, item, d);
        return l->nerrors == before;
    }
    if (model && !cJSON_IsString(model))
        return load_error(l, model, ERR_INPUT, "found %s (expected a drive's name)",
                          load_describe(l, model, buf));
    if (!load_model(l, model, model ? model->valuestring : "hdd", d))
        return false;
    load_parameters(l, item, d);
    if (l->nerrors == before)
        set_size(l, item, d);
    if (load_field(item, "image") && l->nerrors == before)
        load_disk_image(l, load_field(item, "image"), item, d);
    load_disk_scheduler(l, load_field(item, "scheduler"), "fcfs", d);
    return l->nerrors == before;
}

void load_swap_drive(struct loader *l, const cJSON *swap, const cJSON *drive,
                     const cJSON *latency)
{
    struct disk_config *d = &l->c->swap.drive;

    if (!l->v->drive) {
        load_unsupported(l, swap, "a disk");
        return;
    }
    if (drive ? !load_drive(l, drive, d) : !load_model(l, swap, "fixed", d))
        return;
    if (!drive)
        load_disk_scheduler(l, NULL, "fcfs", d);
    if (latency && d->model != DISK_FIXED)
        load_error_key(l, latency, "\"latency\" goes with the drive \"fixed\" only");
    load_time(l, latency, 0, &d->latency);
    if (!drive)
        d->nsectors = l->c->swap.frames * UINT64_C(8);
    else if (d->nsectors < l->c->swap.frames * UINT64_C(8))
        load_error(l, drive, ERR_INPUT, "the drive is smaller than the swap space");
}

void load_disk(struct loader *l, const cJSON *item)
{
    struct disk_config *d = &l->c->disk;

    if (!item)
        return;
    if (!l->v->drive) {
        load_unsupported(l, item, "a disk");
        return;
    }
    if (!load_drive(l, item, d))
        l->disk_wrong = true;
}

/* --- steps --- */

bool load_drawn(struct loader *l, const cJSON *item, struct dist *out)
{
    ns_t unit = l->c->time_unit;

    l->c->time_unit = 1;
    bool ok = load_dist(l, item, out);
    l->c->time_unit = unit;
    return ok;
}

static bool check_number(struct loader *l, const cJSON *item, const struct step *s,
                         uint64_t nsectors)
{
    int64_t most = s->len.kind == DIST_CONST ? s->len.a
                   : s->len.kind == DIST_UNIFORM ? s->len.b : 0;
    uint64_t last = nsectors < s->object ? 0 : (nsectors - s->object) / s->count;

    if (nsectors >= s->object && (uint64_t)most <= last)
        return true;
    return load_error(l, item, ERR_INPUT, "the disk ends before that (its last one here is "
                      "%llu)", (unsigned long long)last);
}

bool load_disk_step(struct loader *l, const cJSON *item, struct step *out)
{
    const struct disk_config *d = &l->c->disk;
    const cJSON *read = load_field(item, "read"), *write = load_field(item, "write");
    const cJSON *what = read ? read : write, *cylinder;
    uint32_t blocks = 1;
    char buf[64];

    out->kind = write ? STEP_DISK_WRITE : STEP_DISK_READ;
    if (!cJSON_IsObject(item) || !what || (read && write))
        return load_error(l, item, ERR_INPUT, "found %s (expected {\"read\": block} or "
                          "{\"write\": block}, with \"blocks\": how many)",
                          load_describe(l, item, buf));
    if (!load_object(l, item, step_keys)
        || !load_u32(l, load_field(item, "blocks"), 1, MAX_BLOCKS, &blocks))
        return false;
    if (d->model == DISK_NONE)
        return l->disk_wrong || load_error(l, item, ERR_INPUT, "there is no disk (expected "
                                           "\"disk\" under \"machine\")");
    out->count = STEP_BLOCK;
    out->object = blocks * STEP_BLOCK;
    if (d->nsectors && out->object > d->nsectors)
        out->object = (uint32_t)d->nsectors;
    if ((cylinder = load_field(what, "cylinder"))) {
        if (d->model != DISK_TEXTBOOK)
            return load_error(l, cylinder, ERR_INPUT, "cylinders are named on a \"textbook\" "
                              "disk only (expected a block)");
        out->count = d->nsectors / d->cylinders;
        if (out->object > out->count)
            out->object = (uint32_t)out->count;
        load_object(l, what, cylinder_keys);
        what = cylinder;
    }
    return load_drawn(l, what, &out->len)
           && (l->disk_wrong || check_number(l, what, out, d->nsectors));
}

/* --- faults --- */

/* What goes with which fault. */
static bool fits_fault(struct loader *l, const cJSON *item, unsigned kind)
{
    static const struct { const char *key; unsigned kinds; } owners[] = {
        { "block", 1u << DISK_BAD_SECTOR | 1u << DISK_LOST_WRITE },
        { "for", 1u << DISK_POWER_CUT | 1u << DISK_TORN | 1u << DISK_BAD_SECTOR | 1u << DISK_SLOW },
    };
    bool ok = true;

    for (size_t i = 0; i < sizeof owners / sizeof *owners; i++) {
        const cJSON *field = load_field(item, owners[i].key);

        if (field && !(owners[i].kinds >> kind & 1))
            ok = load_error_key(l, field, "\"%s\" says nothing to the fault \"%s\"",
                                owners[i].key, disk_fault_names[kind]);
    }
    if (kind == DISK_BAD_SECTOR && !load_field(item, "block"))
        ok = load_error(l, item, ERR_INPUT, "\"bad-sector\" needs \"block\"");
    return ok;
}

bool load_disk_fault(struct loader *l, const cJSON *item, struct timed_event *e)
{
    static const char *const keys[] = { "disk", "block", "for", NULL };
    struct disk_config *d = &l->c->disk;
    struct disk_fault *f = load_take(l, sizeof *f);
    const cJSON *block = load_field(item, "block");
    uint32_t number = 0, last = (uint32_t)(d->nsectors / STEP_BLOCK);
    unsigned kind = 0;

    if (!f || !load_object(l, item, keys)
        || !load_choice(l, load_field(item, "disk"), disk_fault_names, &kind))
        return false;
    if (d->model == DISK_NONE)
        return l->disk_wrong || load_error(l, item, ERR_INPUT, "there is no disk (expected "
                                           "\"disk\" under \"machine\")");
    if (!load_u32(l, block, 0, last ? last - 1 : 0, &number)
        || !load_time(l, load_field(item, "for"), 1, &f->lasts) || !fits_fault(l, item, kind))
        return false;
    f->kind = (uint8_t)kind;
    f->sector = (uint64_t)number * STEP_BLOCK;
    f->nsectors = block ? STEP_BLOCK : 0;
    d->faults = true;
    d->nbad += kind == DISK_BAD_SECTOR;
    e->disk_fault = f;
    return true;
}
