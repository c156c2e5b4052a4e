/* plugin.c - finding, building, loading and checking plug-ins. See plugin.h. */
#include <host/plugin.h>

#include <host/compile.h>
#include <host/plugin_page.h>

#include <dlfcn.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_MAX_LEN = 48 };

static struct plugin *loaded;

bool plugin_any(void)
{
    return loaded != NULL;
}

/* --- checking its face --- */

__attribute__((format(printf, 2, 3)))
static enum err bad(struct diag *diag, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    vsnprintf(diag->text, sizeof diag->text, format, ap);
    va_end(ap);
    return ERR_PLUGIN;
}

static bool name_is_good(const char *name)
{
    size_t n = name ? strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") : 0;

    return n > 0 && n < NAME_MAX_LEN && name[n] == '\0';
}

static enum err check_params(const struct sched_ops *o, struct diag *diag)
{
    unsigned i = 0;

    for (const struct policy_param *p = o->params; p && p->name; p++, i++) {
        if (i == SCHED_MAX_PARAMS)
            return bad(diag, "ossim_policy.params has more than %d rows, or no last "
                       "row with .name = NULL", SCHED_MAX_PARAMS);
        if (!name_is_good(p->name) || !p->def || p->type > PARAM_CHOICE)
            return bad(diag, "row %u of ossim_policy.params needs .name ([a-z0-9-]+), "
                       ".type and .def (\"\" for none)", i);
        if (p->type == PARAM_CHOICE && !p->choices)
            return bad(diag, "parameter %s is a PARAM_CHOICE without .choices", p->name);
        for (const struct policy_param *q = o->params; q < p; q++)
            if (!strcmp(q->name, p->name))
                return bad(diag, "two rows of ossim_policy.params are called %s", p->name);
        if (p->max_values < 1 || p->max_values > SCHED_MAX_VALUES)
            return bad(diag, "parameter %s: .max_values is %u (expected 1 to %d)",
                       p->name, p->max_values, SCHED_MAX_VALUES);
    }
    return ERR_OK;
}

enum err plugin_check_face(const struct sched_ops *o, struct diag *diag)
{
    const unsigned known = SCHED_HANDS_BACK | SCHED_EXPIRED_FIRST | SCHED_MAY_IDLE |
                           SCHED_BY_DEADLINE | SCHED_BY_TICKETS | SCHED_BY_NICE |
                           SCHED_BY_ENERGY;

    if (o->abi == 1)
        return bad(diag, "the plug-in was built for version 1 of the contract, but this "
                   "ossim speaks %d (build it again; struct policy_param is now "
                   "policy_param)", SCHED_ABI);
    if (o->abi != SCHED_ABI)
        return bad(diag, "ossim_policy.abi is %u, but this ossim speaks %d "
                   "(.abi = SCHED_ABI, and build it again)", o->abi, SCHED_ABI);
    if (!name_is_good(o->name))
        return bad(diag, "ossim_policy.name is %s%s%s (expected 1 to %d of a-z, 0-9 "
                   "and -)", o->name ? "\"" : "", o->name ? o->name : "missing",
                   o->name ? "\"" : "", NAME_MAX_LEN - 1);
    const struct { const char *op; bool there; } needed[] = {
        { "state_size", o->state_size }, { "init", o->init },
        { "enqueue", o->enqueue }, { "pick", o->pick }, { "remove", o->remove },
    };
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (!needed[i].there)
            return bad(diag, "ossim_policy has no .%s, which every policy must have",
                       needed[i].op);
    if (o->flags & ~known)
        return bad(diag, "ossim_policy.flags has bits that this ossim does not know");
    return check_params(o, diag);
}

/* --- finding and loading --- */

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
        return bad(diag, "not a plug-in (expected a .c or .so file)");
    /* dlopen looks for a name without a slash elsewhere. */
    snprintf(object, size, "%s%s", strchr(path, '/') ? "" : "./", path);
    return ERR_OK;
}

static enum err add(void *handle, const struct sched_ops *own, const struct plugin **out)
{
    struct plugin *p = malloc(sizeof *p);

    if (!p)
        return ERR_LIMIT;
    *p = (struct plugin){ .next = loaded, .handle = handle, .ops = *own,
                          .name = plugin_page_name(own->name) };
    loaded = p;
    *out = p;
    return ERR_OK;
}

/* One that is refused stays mapped: closing it would run its destructors. */
static enum err load(const char *object, const char *path, const struct plugin **out,
                     struct diag *diag)
{
    plugin_page_loading(path, "while it was loaded (its constructors, or a damaged file)");
    void *handle = dlopen(object, RTLD_NOW | RTLD_LOCAL);

    if (!handle)
        return bad(diag, "cannot load the plug-in: %.400s", dlerror());
    for (const struct plugin *p = loaded; p; p = p->next)
        if (p->handle == handle) {
            *out = p;
            return ERR_OK;
        }
    plugin_page_loading(path, "while its ossim_policy was read (a pointer that leads "
                         "nowhere, or params without a last row of NULL)");
    const struct sched_ops *own = dlsym(handle, "ossim_policy");
    enum err err = own ? plugin_check_face(own, diag)
                       : bad(diag, "the plug-in has no ossim_policy (it must end with "
                             "const struct sched_ops ossim_policy = { ... };)");

    return err ? err : add(handle, own, out);
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
    return file[n] ? file + n + 1 : file + n;
}

enum err plugin_load(const char *spec, const char *dir, FILE *messages,
                     const struct plugin **plugin, const char **params,
                     struct diag *diag)
{
    char path[PATH_MAX], object[PATH_MAX + 8];

    *params = plugin_path(spec, dir, path, sizeof path);
    if (!*params)
        return bad(diag, "the path of the plug-in is too long");
    snprintf(diag->file, sizeof diag->file, "%.255s", path);
    enum err err = find_object(path, messages, object, sizeof object, diag);
    if (!err) {
        snprintf(diag->file, sizeof diag->file, "%.255s", path);
        err = load(object, path, plugin, diag);
        plugin_page_loading(NULL, NULL);
    }
    if (!err)
        diag->file[0] = '\0';
    return err;
}
