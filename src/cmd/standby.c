/* standby.c - see standby.h */
#include <cmd/standby.h>

#include <stdlib.h>
#include <string.h>

bool standby_gather(struct config *c, const struct vocabulary *v)
{
    struct policy_config *list;
    unsigned n = 0;
    struct diag ignored;

    while (v->policy_name(v->ctx, n))
        n++;
    list = calloc(n + (size_t)1, sizeof *list);
    if (!list)
        return false;
    list[0] = c->policy;
    c->nstandby = 1;
    for (unsigned i = 0; i < n; i++) {
        struct policy_config *p = &list[c->nstandby];

        /* One that cannot do without parameters is left out. */
        if (!v->policy(v->ctx, v->policy_name(v->ctx, i), "", c->time_unit, p, &ignored) &&
            strcmp(p->spec, c->policy.spec) != 0)
            c->nstandby++;
    }
    c->standby = list;
    return true;
}

void standby_free(struct config *c)
{
    if (!c)
        return;
    free((void *)(uintptr_t)c->standby);
    c->standby = NULL;
    c->nstandby = 0;
}
