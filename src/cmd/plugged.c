/* plugged.c - see plugged.h */
#include <cmd/plugged.h>

#include <cmd/native.h>
#include <fs/iosched.h>
#include <host/plugin.h>
#include <host/plugin_watch.h>
#include <mm/replace/registry.h>
#include <sim/params.h>
#include <sim/replace.h>

#include <stdio.h>
#include <string.h>

/* Load it, watched from here on. */
static enum err load(enum plugin_kind kind, const char *spec, const char *dir,
                     struct op_watched *watch, const struct plugin **p, const char **params,
                     struct diag *diag)
{
    if (plugin_is_guest(spec)) {
        snprintf(diag->text, sizeof diag->text, "only schedulers run as guest code (expected "
                 "the path without guest:)");
        return ERR_UNSUPPORTED;
    }
    plugin_watch();
    enum err err = plugin_load(kind, spec, dir, stderr, p, params, diag);
    if (!err)
        *watch = (struct op_watched){ &native_watch, (void *)*p };
    return err;
}

static enum err replacement_plugin(const char *spec, const char *dir, ns_t time_unit,
                                   struct replace_config *out, struct diag *diag)
{
    struct op_watched watch;
    const struct plugin *p;
    const char *params;
    enum err err = load(PLUGIN_REPLACE, spec, dir, &watch, &p, &params, diag);

    if (!err)
        err = replace_parse(out, &p->ops.replace, params, time_unit, diag);
    if (err)
        return err;
    out->watch = watch;
    /* Results name it as it was written, since its file may say anything. */
    snprintf(out->spec, sizeof out->spec, "%s", spec);
    return ERR_OK;
}

enum err replacement_find(const char *spec, const char *dir, ns_t time_unit,
                          struct replace_config *out, struct diag *diag)
{
    size_t n = strcspn(spec, ":");
    const struct replace_ops *ops = replace_find(spec, n);

    if (plugin_named(spec))
        return replacement_plugin(spec, dir, time_unit, out, diag);
    if (ops)
        return replace_parse(out, ops, params_behind(spec, n), time_unit, diag);
    snprintf(diag->text, sizeof diag->text, "no replacement policy is called \"%.*s\" (ossim "
             "list replacement shows them)", (int)(n < 64 ? n : 64), spec);
    return ERR_INPUT;
}

enum err disk_scheduler_find(const char *spec, const char *dir, ns_t time_unit,
                             struct iosched_config *out, struct diag *diag)
{
    struct op_watched watch;
    const struct plugin *p;
    const char *params;

    if (!plugin_named(spec))
        return iosched_parse(out, spec, time_unit, diag);
    enum err err = load(PLUGIN_IOSCHED, spec, dir, &watch, &p, &params, diag);

    if (!err)
        err = iosched_parse_ops(out, &p->ops.iosched, spec, params, time_unit, diag);
    if (!err)
        out->watch = watch;
    return err;
}
