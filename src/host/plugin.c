/* plugin.c - finding, building and loading plug-ins. See plugin.h. */
#include <host/plugin.h>

#include <host/compile.h>
#include <host/diag.h>
#include <host/plugin_page.h>

#include <dlfcn.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

static struct plugin *loaded;

bool plugin_any(void)
{
    return loaded != NULL;
}

static bool has_suffix(const char *s, size_t n, const char *suffix)
{
    size_t m = strlen(suffix);

    return n > m && memcmp(s + n - m, suffix, m) == 0;
}

static const char *skip_prefix(const char *s, const char *prefix)
{
    size_t n = strlen(prefix);

    return strncmp(s, prefix, n) == 0 ? s + n : NULL;
}

bool plugin_named(const char *spec)
{
    size_t n = strcspn(spec, ":");

    return skip_prefix(spec, "native:") || skip_prefix(spec, "guest:") ||
           memchr(spec, '/', n) || has_suffix(spec, n, ".c") || has_suffix(spec, n, ".so");
}

const char *plugin_spec_end(const char *list)
{
    return list + strcspn(list, ",");
}

/* The file to load: of a .c, what it was built into. */
static enum err find_object(const char *path, FILE *messages, char *object, size_t size,
                            struct diag *diag)
{
    size_t n = strlen(path);

    if (has_suffix(path, n, ".c"))
        return compile_shared(path, object, size, messages, diag);
    if (!has_suffix(path, n, ".so"))
        return diag_fail(diag, ERR_PLUGIN, "not a plug-in (expected a .c or .so file)");
    /* dlopen looks for a name without a slash elsewhere. */
    snprintf(object, size, "%s%s", strchr(path, '/') ? "" : "./", path);
    return ERR_OK;
}

static enum err add(void *handle, enum plugin_kind kind, const void *own,
                    const struct plugin **out)
{
    struct plugin *p = calloc(1, sizeof *p);

    if (!p)
        return ERR_LIMIT;
    p->next = loaded;
    p->handle = handle;
    p->kind = kind;
    switch (kind) {
    case PLUGIN_SCHED: p->ops.sched = *(const struct sched_ops *)own; break;
    case PLUGIN_REPLACE: p->ops.replace = *(const struct replace_ops *)own; break;
    case PLUGIN_IOSCHED: p->ops.iosched = *(const struct iosched_ops *)own; break;
    }
    p->name = plugin_page_name(kind == PLUGIN_SCHED     ? p->ops.sched.name
                               : kind == PLUGIN_REPLACE ? p->ops.replace.name
                                                        : p->ops.iosched.name);
    loaded = p;
    *out = p;
    return ERR_OK;
}

/* It has nothing of that kind; something else perhaps? */
static enum err other_kind(void *handle, enum plugin_kind kind, struct diag *diag)
{
    static const struct { const char *type, *what; } about[] = {
        [PLUGIN_SCHED] = { "sched_ops", "a scheduler" },
        [PLUGIN_REPLACE] = { "replace_ops", "a replacement policy" },
        [PLUGIN_IOSCHED] = { "iosched_ops", "a disk scheduler" },
    };

    for (enum plugin_kind other = PLUGIN_SCHED; other <= PLUGIN_IOSCHED; other++)
        if (dlsym(handle, plugin_symbol(other)))
            return diag_fail(diag, ERR_PLUGIN,
                             "the plug-in is %s (%s), where %s is needed (%s)",
                       about[other].what, plugin_symbol(other), about[kind].what,
                       plugin_symbol(kind));
    return diag_fail(diag, ERR_PLUGIN,
                     "the plug-in has no %s (it must end with const struct %s %s = { ... };)",
               plugin_symbol(kind), about[kind].type, plugin_symbol(kind));
}

static const char *reading(enum plugin_kind kind)
{
    switch (kind) {
    case PLUGIN_REPLACE:
        return "while its ossim_replacement was read (a pointer that leads nowhere, or params "
               "without a last row of NULL)";
    case PLUGIN_IOSCHED:
        return "while its ossim_iosched was read (a pointer that leads nowhere, or params "
               "without a last row of NULL)";
    default:
        return "while its ossim_policy was read (a pointer that leads nowhere, or params "
               "without a last row of NULL)";
    }
}

/* One that is refused stays mapped: closing it would run its destructors. */
static enum err load(enum plugin_kind kind, const char *object, const char *path,
                     const struct plugin **out, struct diag *diag)
{
    plugin_page_loading(path, "while it was loaded (its constructors, or a damaged file)");
    void *handle = dlopen(object, RTLD_NOW | RTLD_LOCAL);

    if (!handle)
        return diag_fail(diag, ERR_PLUGIN, "cannot load the plug-in: %.400s", dlerror());
    for (const struct plugin *p = loaded; p; p = p->next)
        if (p->handle == handle && p->kind == kind) {
            *out = p;
            return ERR_OK;
        }
    plugin_page_loading(path, reading(kind));
    const void *own = dlsym(handle, plugin_symbol(kind));
    if (!own)
        return other_kind(handle, kind, diag);
    enum err err = plugin_check_face(kind, own, diag);

    return err ? err : add(handle, kind, own, out);
}

bool plugin_is_guest(const char *spec)
{
    return skip_prefix(spec, "guest:");
}

const char *plugin_path(const char *spec, const char *dir, char *path, size_t size)
{
    const char *native = skip_prefix(spec, "native:");
    const char *guest = skip_prefix(spec, "guest:");
    const char *file = native ? native : guest ? guest : spec;
    size_t n = strcspn(file, ":");
    bool relative = file[0] != '/' && dir && *dir;
    int len = snprintf(path, size, "%s%s%.*s", relative ? dir : "", relative ? "/" : "",
                       (int)n, file);

    if (len < 0 || (size_t)len >= size)
        return NULL;
    return file + n + (file[n] && file[n + 1]);         /* as params_behind, sim/params.h */
}

enum err plugin_load(enum plugin_kind kind, const char *spec, const char *dir,
                     FILE *messages, const struct plugin **plugin, const char **params,
                     struct diag *diag)
{
    char path[PATH_MAX], object[PATH_MAX + 8];

    *params = plugin_path(spec, dir, path, sizeof path);
    if (!*params)
        return diag_fail(diag, ERR_PLUGIN, "the path of the plug-in is too long");
    snprintf(diag->file, sizeof diag->file, "%.255s", path);
    enum err err = find_object(path, messages, object, sizeof object, diag);
    if (!err) {
        snprintf(diag->file, sizeof diag->file, "%.255s", path);
        err = load(kind, object, path, plugin, diag);
        plugin_page_loading(NULL, NULL);
    }
    if (!err)
        diag->file[0] = '\0';
    return err;
}
