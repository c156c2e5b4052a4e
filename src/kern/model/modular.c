/* modular.c - services that are loaded when somebody first calls them.
 *
 * Silberschatz et al., "Operating-System Structure", "Modules". Whoever calls first waits
 * for the load; afterwards a module is like any other part of the kernel: a call is a
 * call, and nothing keeps a bug in it from the rest.
 */
#include <kern/kern.h>

static void plan(const struct kern *k, enum service from, enum service to,
                 struct crossing *out)
{
    structure_monolithic.plan(k, from, to, out);
}

static const char *mechanism(const struct kern *k, enum service from, enum service to)
{
    if (k->config->structure.modules >> to & 1)
        return "call to a module";
    return structure_monolithic.mechanism(k, from, to);
}

static bool reaches(const struct kern *k, enum service at, enum service what)
{
    (void)k;                    /* a module is in the kernel's memory */
    return at != SERVICE_USER || what == SERVICE_USER;
}

const struct structure_ops structure_modular = {
    .name = "modular",
    .source = "Silberschatz et al., \"Operating-System Structure\", \"Modules\"",
    .plan = plan, .reaches = reaches, .mechanism = mechanism,
};
