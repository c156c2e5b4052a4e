/* registry.c - the table of built-in policies. */
#include <sched/registry.h>

#include <sim/params.h>
#include <string.h>

#define POLICY(name) extern const struct sched_ops sched_##name;
#include <sched/builtin.def>
#undef POLICY

static const struct sched_ops *const builtin[] = {
#define POLICY(name) &sched_##name,
#include <sched/builtin.def>
#undef POLICY
};
enum { NBUILTIN = sizeof builtin / sizeof *builtin };

/* What a policy without a table of its own takes. */
static const struct policy_param only_quantum[] = {
    { "quantum", PARAM_TIME, "10", 1, NS_MAX, 1, NULL, "time a task may run at a stretch" },
    { 0 },
};

const struct sched_ops *sched_builtin(unsigned i)
{
    return i < NBUILTIN ? builtin[i] : NULL;
}

const struct sched_ops *sched_find(const char *name, size_t len)
{
    for (unsigned i = 0; i < NBUILTIN; i++)
        if (strlen(builtin[i]->name) == len && memcmp(builtin[i]->name, name, len) == 0)
            return builtin[i];
    return NULL;
}

static enum err spell(struct policy_config *p, const char *params, struct diag *d)
{
    size_t name = strlen(p->ops->name), rest = strlen(params);

    if (name + 1 + rest >= sizeof p->spec) {
        static const char text[] = "the policy's text is too long (at most 127 characters)";

        memcpy(d->text, text, sizeof text);
        return ERR_LIMIT;
    }
    memcpy(p->spec, p->ops->name, name + 1);
    if (rest > 0) {
        p->spec[name] = ':';
        memcpy(p->spec + name + 1, params, rest + 1);
    }
    return ERR_OK;
}

enum err policy_parse(struct policy_config *p, const struct sched_ops *ops,
                      const char *params, ns_t time_unit, struct diag *diag)
{
    const struct policy_param *table = ops->params ? ops->params : only_quantum;

    *p = (struct policy_config){ .ops = ops };
    diag->text[0] = '\0';
    enum err err = spell(p, params, diag);
    if (!err)
        err = params_parse(ops->name, table, params, time_unit, p->params.value, diag);
    if (err)
        return err;

    p->params.time_unit = time_unit;
    p->params.quantum = 10 * time_unit;
    for (unsigned i = 0; table[i].name; i++)
        if (strcmp(table[i].name, "quantum") == 0 && p->params.value[i].n > 0)
            p->params.quantum = p->params.value[i].v[0];
    return ERR_OK;
}
