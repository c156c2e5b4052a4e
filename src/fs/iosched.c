/* iosched.c - the table of disk schedulers. */
#include <fs/iosched.h>

#include <sim/params.h>
#include <string.h>

#define IOSCHED(name) extern const struct iosched_ops iosched_##name;
#include <fs/iosched.def>
#undef IOSCHED

static const struct iosched_ops *const builtin[] = {
#define IOSCHED(name) &iosched_##name,
#include <fs/iosched.def>
#undef IOSCHED
};
enum { NBUILTIN = sizeof builtin / sizeof *builtin };

static const struct policy_param no_params[] = { { 0 } };

const struct iosched_ops *iosched_builtin(unsigned i)
{
    return i < NBUILTIN ? builtin[i] : NULL;
}

const struct iosched_ops *iosched_find(const char *name, size_t len)
{
    for (unsigned i = 0; i < NBUILTIN; i++)
        if (strlen(builtin[i]->name) == len && memcmp(builtin[i]->name, name, len) == 0)
            return builtin[i];
    return NULL;
}

static enum err refuse(struct diag *diag, enum err err, const char *text)
{
    memcpy(diag->text, text, strlen(text) + 1);
    return err;
}

enum err iosched_parse_ops(struct iosched_config *out, const struct iosched_ops *ops,
                           const char *spec, const char *params, ns_t time_unit,
                           struct diag *diag)
{
    size_t len = strlen(spec);

    *out = (struct iosched_config){ .ops = ops };
    diag->text[0] = '\0';
    if (len >= sizeof out->spec)
        return refuse(diag, ERR_LIMIT, "the scheduler's text is too long "
                      "(at most 127 characters)");
    memcpy(out->spec, spec, len + 1);
    out->params.time_unit = time_unit;
    return params_parse(ops->name, ops->params ? ops->params : no_params, params, time_unit,
                        out->params.value, diag);
}

enum err iosched_parse(struct iosched_config *out, const char *spec, ns_t time_unit,
                       struct diag *diag)
{
    size_t name = strcspn(spec, ":");
    const struct iosched_ops *ops = iosched_find(spec, name);

    if (!ops)
        return refuse(diag, ERR_INPUT, "no disk scheduler has this name "
                      "(ossim list disk shows them)");
    return iosched_parse_ops(out, ops, spec, params_behind(spec, name), time_unit, diag);
}
