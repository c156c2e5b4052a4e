/* plugin_face.c - does what a plug-in exports make sense? See plugin.h. */
#include <host/plugin.h>

#include <host/diag.h>

#include <string.h>

enum { NAME_MAX_LEN = 48 };

static bool name_is_good(const char *name)
{
    size_t n = name ? strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") : 0;

    return n > 0 && n < NAME_MAX_LEN && name[n] == '\0';
}

static enum err check_params(const char *object, const struct policy_param *params,
                             struct diag *diag)
{
    unsigned i = 0;

    for (const struct policy_param *p = params; p && p->name; p++, i++) {
        if (i == SCHED_MAX_PARAMS)
            return diag_fail(diag, ERR_PLUGIN,
                             "%s.params has more than %d rows, or no last row with "
                       ".name = NULL", object, SCHED_MAX_PARAMS);
        if (!name_is_good(p->name) || !p->def || p->type > PARAM_CHOICE)
            return diag_fail(diag, ERR_PLUGIN,
                             "row %u of %s.params needs .name ([a-z0-9-]+), .type and "
                       ".def (\"\" for none)", i, object);
        if (p->type == PARAM_CHOICE && !p->choices)
            return diag_fail(diag, ERR_PLUGIN,
                             "parameter %s is a PARAM_CHOICE without .choices", p->name);
        for (const struct policy_param *q = params; q < p; q++)
            if (!strcmp(q->name, p->name))
                return diag_fail(diag, ERR_PLUGIN,
                                 "two rows of %s.params are called %s", object, p->name);
        if (p->max_values < 1 || p->max_values > SCHED_MAX_VALUES)
            return diag_fail(diag, ERR_PLUGIN,
                             "parameter %s: .max_values is %u (expected 1 to %d)",
                       p->name, p->max_values, SCHED_MAX_VALUES);
    }
    return ERR_OK;
}

struct op { const char *name; bool there; };

static enum err check_name(const char *object, const char *name, struct diag *diag)
{
    if (name_is_good(name))
        return ERR_OK;
    return diag_fail(diag, ERR_PLUGIN,
                     "%s.name is %s%s%s (expected 1 to %d of a-z, 0-9 and -)", object,
               name ? "\"" : "", name ? name : "missing", name ? "\"" : "", NAME_MAX_LEN - 1);
}

static enum err check_abi(const char *object, unsigned abi, unsigned ours, const char *word,
                          struct diag *diag)
{
    if (abi == ours)
        return ERR_OK;
    return diag_fail(diag, ERR_PLUGIN,
                     "%s.abi is %u, but this ossim speaks %u (.abi = %s, and build it again)",
               object, abi, ours, word);
}

static enum err check_ops(const char *object, const struct op *op, size_t n, struct diag *diag)
{
    for (size_t i = 0; i < n; i++)
        if (!op[i].there)
            return diag_fail(diag, ERR_PLUGIN,
                             "%s has no .%s, which every policy must have", object, op[i].name);
    return ERR_OK;
}

static enum err check_sched(const char *object, const struct sched_ops *o, struct diag *diag)
{
    const unsigned known = SCHED_HANDS_BACK | SCHED_EXPIRED_FIRST | SCHED_MAY_IDLE |
                           SCHED_BY_DEADLINE | SCHED_BY_TICKETS | SCHED_BY_NICE |
                           SCHED_BY_ENERGY | SCHED_GANGS;

    if (o->abi == 1)
        return diag_fail(diag, ERR_PLUGIN,
                         "the plug-in was built for version 1 of the contract, but this "
                   "ossim speaks %d (build it again; struct sched_param is now struct "
                   "policy_param)", SCHED_ABI);
    const struct op needed[] = {
        { "state_size", o->state_size }, { "init", o->init }, { "enqueue", o->enqueue },
        { "pick", o->pick }, { "remove", o->remove },
    };
    enum err err = check_abi(object, o->abi, SCHED_ABI, "SCHED_ABI", diag);
    if (!err)
        err = check_name(object, o->name, diag);
    if (!err)
        err = check_ops(object, needed, sizeof needed / sizeof *needed, diag);
    if (!err && o->flags & ~known)
        err = diag_fail(diag, ERR_PLUGIN,
                        "%s.flags has bits that this ossim does not know", object);
    return err ? err : check_params(object, o->params, diag);
}

static enum err check_replace(const char *object, const struct replace_ops *o,
                              struct diag *diag)
{
    const struct op needed[] = {
        { "state_size", o->state_size }, { "init", o->init }, { "insert", o->insert },
        { "victim", o->victim }, { "remove", o->remove },
        { "touched (it says REPLACE_EXACT)", !(o->flags & REPLACE_EXACT) || o->touched },
    };
    enum err err = check_abi(object, o->abi, REPLACE_ABI, "REPLACE_ABI", diag);

    if (!err)
        err = check_name(object, o->name, diag);
    if (!err)
        err = check_ops(object, needed, sizeof needed / sizeof *needed, diag);
    if (!err && o->flags & ~(unsigned)(REPLACE_EXACT | REPLACE_FORESIGHT))
        err = diag_fail(diag, ERR_PLUGIN,
                        "%s.flags has bits that this ossim does not know", object);
    if (!err && o->flags == REPLACE_FORESIGHT)
        err = diag_fail(diag, ERR_PLUGIN,
                        "%s.flags: REPLACE_FORESIGHT needs REPLACE_EXACT with it", object);
    return err ? err : check_params(object, o->params, diag);
}

static enum err check_iosched(const char *object, const struct iosched_ops *o,
                              struct diag *diag)
{
    const struct op needed[] = {
        { "state_size", o->state_size }, { "init", o->init }, { "enqueue", o->enqueue },
        { "pick", o->pick }, { "remove", o->remove },
    };
    enum err err = check_abi(object, o->abi, IOSCHED_ABI, "IOSCHED_ABI", diag);

    if (!err)
        err = check_name(object, o->name, diag);
    if (!err)
        err = check_ops(object, needed, sizeof needed / sizeof *needed, diag);
    return err ? err : check_params(object, o->params, diag);
}

const char *plugin_symbol(enum plugin_kind kind)
{
    static const char *const symbol[] = { "ossim_policy", "ossim_replacement",
                                          "ossim_iosched" };

    return symbol[kind];
}

enum err plugin_check_face(enum plugin_kind kind, const void *ops, struct diag *diag)
{
    const char *object = plugin_symbol(kind);

    switch (kind) {
    case PLUGIN_REPLACE: return check_replace(object, ops, diag);
    case PLUGIN_IOSCHED: return check_iosched(object, ops, diag);
    default: return check_sched(object, ops, diag);
    }
}
