/* vocab.c - policies, programs, files and cost sets, looked up for real. */
#include <cmd/vocab.h>

#include <cmd/guest.h>
#include <cmd/guest_build.h>
#include <cmd/native.h>
#include <cmd/plugged.h>
#include <cmd/vocab_files.h>
#include <fs/drives.h>
#include <fs/iosched.h>
#include <host/clock.h>
#include <host/file.h>
#include <host/place.h>
#include <host/plugin.h>
#include <host/plugin_watch.h>
#include <sched/registry.h>
#include <sim/params.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_GIVEN = 64 };
#define PATIENCE INT64_C(1000000000)    /* ns */

/* What was read or built; again under the same key it is the same bytes: a grader that has
 * shut itself off can read and build no more. */
struct kept {
    struct kept *next;
    uint8_t *data;
    size_t size;
    char *key;                  /* NULL: nobody asks for it again */
};

struct vocab {
    struct vocabulary face;     /* first: the one is the other */
    struct kept *kept;
    struct guest_image *images; /* of policies that run as guest code */
    const char *given[MAX_GIVEN];
    unsigned ngiven;
    char **used;                /* see vocab_used; those for which there was no memory miss */
    size_t nused;
    int64_t building;           /* of the host's clock: since when; 0: nothing was built yet */
};

static bool was_given(const struct vocab *v, const char *spec)
{
    for (unsigned i = 0; i < v->ngiven; i++)
        if (!strcmp(v->given[i], spec))
            return true;
    return false;
}

static void note_used(struct vocab *v, const char *path)
{
    char *copy, **more;

    for (size_t i = 0; i < v->nused; i++)
        if (!strcmp(v->used[i], path))
            return;
    copy = strdup(path);
    more = realloc(v->used, (v->nused + 1) * sizeof *more);
    if (more)
        v->used = more;
    if (copy && more)
        v->used[v->nused++] = copy;
    else
        free(copy);
}

const char *const *vocab_used(const struct vocabulary *v, size_t *n)
{
    const struct vocab *own = v->ctx;

    *n = own->nused;
    return (const char *const *)own->used;
}

/* --- policies --- */

static enum err plugin(struct vocab *v, const char *spec, const char *dir,
                       ns_t time_unit, struct policy_config *out, struct diag *diag)
{
    const struct plugin *p;
    const char *params;

    plugin_watch();
    enum err err = plugin_load(PLUGIN_SCHED, spec, was_given(v, spec) ? "" : dir, stderr, &p,
                               &params, diag);

    if (err)
        return err;
    err = policy_parse(out, &p->ops.sched, params, time_unit, diag);
    out->port = &native_port;
    out->self = (void *)p;
    /* Results name it as it was written, since its file may say anything. */
    snprintf(out->spec, sizeof out->spec, "%s", spec);
    return err;
}

static enum err keep(struct vocab *v, uint8_t *data);

static enum err guest(struct vocab *v, const char *spec, const char *dir, ns_t time_unit,
                      struct policy_config *out, struct diag *diag)
{
    void *self;
    enum err err = guest_policy_load(spec, was_given(v, spec) ? "" : dir, time_unit, out,
                                     &self, &v->images, diag);

    if (err)
        return err;
    snprintf(out->spec, sizeof out->spec, "%s", spec);
    return keep(v, self);
}

static enum err policy(void *ctx, const char *spec, const char *dir, ns_t time_unit,
                       struct policy_config *out, struct diag *diag)
{
    size_t len = strcspn(spec, ":");
    const struct sched_ops *ops = sched_find(spec, len);
    char path[4096];

    if ((plugin_is_guest(spec) || plugin_named(spec)) &&
        plugin_path(spec, was_given(ctx, spec) ? "" : dir, path, sizeof path))
        note_used(ctx, path);
    if (plugin_is_guest(spec))
        return guest(ctx, spec, dir, time_unit, out, diag);
    if (plugin_named(spec))
        return plugin(ctx, spec, dir, time_unit, out, diag);
    if (!ops) {
        snprintf(diag->text, sizeof diag->text,
                 "no policy is called \"%.*s\" (ossim list policies shows them)",
                 (int)(len < 64 ? len : 64), spec);
        return ERR_INPUT;
    }
    return policy_parse(out, ops, params_behind(spec, len), time_unit, diag);
}

static const char *policy_name(void *ctx, unsigned i)
{
    const struct sched_ops *ops = sched_builtin(i);

    (void)ctx;
    return ops ? ops->name : NULL;
}

/* --- files --- */

static enum err keep(struct vocab *v, uint8_t *data)
{
    struct kept *k = malloc(sizeof *k);

    if (!k) {
        free(data);
        return ERR_LIMIT;
    }
    *k = (struct kept){ .next = v->kept, .data = data };
    v->kept = k;
    return ERR_OK;
}

/* The same, to be found under the key, which is ours from here on. */
static enum err keep_as(struct vocab *v, char *key, const uint8_t *data, size_t size)
{
    enum err err = keep(v, (uint8_t *)(uintptr_t)data);

    if (err) {
        free(key);
        return err;
    }
    v->kept->key = key;
    v->kept->size = size;
    return ERR_OK;
}

static bool kept_as(const struct vocab *v, const char *key, const uint8_t **data, size_t *size)
{
    const struct kept *k = v->kept;

    while (k && !(key && k->key && strcmp(k->key, key) == 0))
        k = k->next;
    if (!k)
        return false;
    *data = k->data;
    *size = k->size;
    return true;
}

static enum err read_once(void *ctx, const char *path, const uint8_t **data, size_t *size,
                          struct diag *diag)
{
    uint8_t *read;
    enum err err;

    if (kept_as(ctx, path, data, size))
        return ERR_OK;
    err = file_read(path, &read, size, diag);
    if (!err)
        err = keep_as(ctx, strdup(path), read, *size);
    if (!err)
        *data = read;
    return err;
}

static enum err file(void *ctx, const char *path, const uint8_t **data, size_t *size,
                     struct diag *diag)
{
    note_used(ctx, path);
    return read_once(ctx, path, data, size, diag);
}

bool share_find(const char *name, char *buf, size_t size)
{
    char under[512];

    snprintf(under, sizeof under, "workloads/%s", name);
    if (place_find(under, buf, size) || place_find(name, buf, size))
        return true;
    if (!file_exists(under) || strlen(under) >= size)
        return false;
    strcpy(buf, under);
    return true;
}

static enum err costs(void *ctx, const char *name, const uint8_t **data, size_t *size,
                      char *path, size_t path_size, struct diag *diag)
{
    char relative[128];

    snprintf(relative, sizeof relative, "costs/%.100s.json", name);
    if (!share_find(relative, path, path_size)) {
        snprintf(diag->text, sizeof diag->text,
                 "there is no cost set \"%.100s\" (ossim list costs shows them)", name);
        return ERR_INPUT;
    }
    return read_once(ctx, path, data, size, diag);
}

static enum err structure(void *ctx, const char *name, const uint8_t **data, size_t *size,
                          char *path, size_t path_size, struct diag *diag)
{
    char relative[128];

    snprintf(relative, sizeof relative, "structures/%.100s.json", name);
    if (!share_find(relative, path, path_size)) {
        snprintf(diag->text, sizeof diag->text, "there is no structure \"%.100s\" (ossim "
                 "list structures shows them)", name);
        return ERR_INPUT;
    }
    return read_once(ctx, path, data, size, diag);
}

/* Compiling all of a /bin for the first time takes many seconds: after the first, a person at
 * a terminal is told what is being built. */
static bool say_built(struct vocab *v, const char *path)
{
    if (!v->building)
        v->building = clock_ns();
    if (clock_ns() - v->building < PATIENCE || !isatty(STDERR_FILENO))
        return false;
    fprintf(stderr, "\r\033[Kbuilding %s\r", path);
    return true;
}

static enum err build(const struct program_source *p, const uint8_t **elf, size_t *size,
                      struct diag *diag)
{
    const char **paths = calloc(p->nmore + 1, sizeof *paths);
    struct guest_sources s = { .path = paths, .npaths = p->nmore + 1, .flag = p->flags,
                               .nflags = p->nflags };
    enum err err;

    if (!paths)
        return ERR_LIMIT;
    paths[0] = p->path;
    for (uint32_t i = 0; i < p->nmore; i++)
        paths[i + 1] = p->more[i];
    err = guest_build(&s, elf, size, diag);
    free(paths);
    return err;
}

/* All that it is built from, in one text; NULL: no memory. */
static char *program_key(const struct program_source *p)
{
    char *key = NULL;
    size_t size;
    FILE *f = open_memstream(&key, &size);

    if (!f)
        return NULL;
    fprintf(f, "program\n%s\n%s", p->path, p->text ? p->text : "");
    for (uint32_t i = 0; i < p->nmore; i++)
        fprintf(f, "\nwith %s", p->more[i]);
    for (uint32_t i = 0; i < p->nflags; i++)
        fprintf(f, "\nflag %s", p->flags[i]);
    fclose(f);
    return key;
}

static void note_sources(struct vocab *v, const struct program_source *p)
{
    if (!p->text)
        note_used(v, p->path);
    for (uint32_t i = 0; i < p->nmore; i++)
        note_used(v, p->more[i]);
    for (uint32_t i = 0; i < p->nflags; i++)
        if (!strncmp(p->flags[i], "-I", 2))
            note_used(v, p->flags[i]);
}

static enum err program(void *ctx, const struct program_source *p,
                        const uint8_t **elf, size_t *size, struct diag *diag)
{
    const uint8_t *built;
    char *key = program_key(p);
    enum err err;

    note_sources(ctx, p);
    if (kept_as(ctx, key, elf, size)) {
        free(key);
        return ERR_OK;
    }
    bool said = say_built(ctx, p->path);
    err = p->text ? guest_build_text(p->path, p->text, &built, size, diag)
                  : build(p, &built, size, diag);
    if (said)
        fputs("\r\033[K", stderr);
    if (err)
        free(key);
    else
        err = keep_as(ctx, key, built, *size);
    if (!err)
        *elf = built;
    return err;
}

/* --- disks --- */

static bool drive(void *ctx, const char *name, ns_t time_unit, struct disk_config *out)
{
    const struct drive_set *set = drive_find(name);

    (void)ctx;
    if (set)
        drive_default(out, set, time_unit);
    return set;
}

static enum err disk_scheduler(void *ctx, const char *spec, const char *dir, ns_t time_unit,
                               struct iosched_config *out, struct diag *diag)
{
    return disk_scheduler_find(spec, was_given(ctx, spec) ? "" : dir, time_unit, out, diag);
}

static enum err replacement(void *ctx, const char *spec, const char *dir, ns_t time_unit,
                            struct replace_config *out, struct diag *diag)
{
    return replacement_find(spec, was_given(ctx, spec) ? "" : dir, time_unit, out, diag);
}

static uint64_t capacity(void *ctx, const struct disk_config *disk)
{
    (void)ctx;
    return drive_capacity(disk);
}

static enum err file_system(void *ctx, const struct guest_file *files, uint32_t n,
                            struct fs_config *fs, unsigned journal, uint64_t seed,
                            struct disk_config *disk, struct diag *diag)
{
    uint8_t *bytes;
    enum err err = files_image(files, n, fs, journal, seed, disk, &bytes, diag);

    for (uint32_t i = 0; i < n; i++)
        if (files[i].from)
            note_used(ctx, files[i].from);
    return err ? err : keep(ctx, bytes);
}

struct vocabulary *vocab_open(void)
{
    struct vocab *v = calloc(1, sizeof *v);

    if (!v)
        return NULL;
    v->face = (struct vocabulary){ .ctx = v, .policy = policy, .policy_name = policy_name,
                                   .program = program, .file = file, .costs = costs,
                                   .structure = structure, .drive = drive,
                                   .disk_scheduler = disk_scheduler, .replacement = replacement,
                                   .drive_capacity = capacity,
                                   .file_system = file_system };
    return &v->face;
}

void vocab_given(struct vocabulary *vocabulary, const char *spec)
{
    struct vocab *v = vocabulary->ctx;

    if (v->ngiven < MAX_GIVEN)
        v->given[v->ngiven++] = spec;
}

void vocab_close(struct vocabulary *vocabulary)
{
    struct vocab *v = vocabulary ? vocabulary->ctx : NULL;

    while (v && v->kept) {
        struct kept *k = v->kept;

        v->kept = k->next;
        free(k->data);
        free(k->key);
        free(k);
    }
    if (v) {
        guest_images_free(v->images);
        for (size_t i = 0; i < v->nused; i++)
            free(v->used[i]);
        free(v->used);
    }
    free(v);
}
