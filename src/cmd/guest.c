/* guest.c - see guest.h. */
#include <cmd/guest.h>

#include <host/file.h>
#include <host/guest_cc.h>
#include <host/plugin.h>
#include <host/sandbox.h>
#include <limits.h>
#include <machine/guest_policy.h>
#include <sched/registry.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_elf(const char *path)
{
    size_t n = strlen(path);

    return n > 4 && strcmp(path + n - 4, ".elf") == 0;
}

static enum err wrong(struct diag *diag, const char *text)
{
    snprintf(diag->text, sizeof diag->text, "%s", text);
    return ERR_PLUGIN;
}

struct guest_image {
    struct guest_image *next;
    uint8_t *elf;
    size_t size;
    char path[];
};

void guest_images_free(struct guest_image *images)
{
    while (images) {
        struct guest_image *next = images->next;

        free(images->elf);
        free(images);
        images = next;
    }
}

static const char *drop_to;

void guest_drop_after_build(const char *folder)
{
    drop_to = folder;
}

/* Of a stranger's source, in a box, not even warnings reach the terminal. */
static enum err make(const char *path, uint8_t **elf, size_t *size, struct diag *diag)
{
    if (is_elf(path))
        return file_read(path, elf, size, diag);
    enum err err = guest_cc_policy(path, elf, size, sandbox_layers() ? NULL : stderr, diag);
    if (!err && drop_to && !sandbox_drop(drop_to)) {
        free(*elf);
        *elf = NULL;
        return wrong(diag, "the sandbox cannot be entered");
    }
    return err;
}

static enum err image(const char *path, struct guest_image **images,
                      const struct guest_image **out, struct diag *diag)
{
    struct guest_image *i = *images;
    enum err err;

    while (i && strcmp(i->path, path) != 0)
        i = i->next;
    *out = i;
    if (i)
        return ERR_OK;
    i = calloc(1, sizeof *i + strlen(path) + 1);
    if (!i)
        return ERR_LIMIT;
    strcpy(i->path, path);
    err = make(path, &i->elf, &i->size, diag);
    if (err) {
        free(i);
        return err;
    }
    i->next = *images;
    *out = *images = i;
    return ERR_OK;
}

/* What the file says of itself, checked as a native plug-in's face is. */
static enum err face(struct guest_policy_config *c, const uint8_t *elf, size_t size,
                     struct diag *diag)
{
    const char *why = elf_open(&c->elf, elf, size);
    enum err err;

    if (why)
        return wrong(diag, why);
    err = guest_face_read(&c->face, &c->elf, diag);
    return err ? err : plugin_check_face(PLUGIN_SCHED, &c->face.ops, diag);
}

enum err guest_policy_load(const char *spec, const char *dir, ns_t time_unit,
                           struct policy_config *out, void **self,
                           struct guest_image **images, struct diag *diag)
{
    struct guest_policy_config *c = calloc(1, sizeof *c);
    char path[PATH_MAX];
    const struct guest_image *built = NULL;
    const char *params = plugin_path(spec, dir, path, sizeof path);
    enum err err = c && params ? ERR_OK : ERR_LIMIT;

    *self = c;
    if (!err)
        err = image(path, images, &built, diag);
    if (!err) {
        snprintf(diag->file, sizeof diag->file, "%.255s", path);
        err = face(c, built->elf, built->size, diag);
    }
    if (!err) {
        diag->file[0] = '\0';
        err = policy_parse(out, &c->face.ops, params, time_unit, diag);
    }
    if (err) {
        free(c);
        *self = NULL;
        return err;
    }
    out->port = &guest_policy_port;
    out->self = c;
    return ERR_OK;
}
