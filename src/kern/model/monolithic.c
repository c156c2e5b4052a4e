/* monolithic.c - all services in one address space: a call is a call.
 *
 * Silberschatz et al., "Operating-System Structure", "Monolithic Structure"; Tanenbaum and
 * Bos, "Operating System Structure", "Monolithic Systems". Whoever fails takes the kernel
 * along; without a wall between user and kernel (MS-DOS), everybody.
 */
#include <kern/kern.h>

static void plan(const struct kern *k, enum service from, enum service to,
                 struct crossing *out)
{
    *out = (struct crossing){ .cycles = 0 };
    if (from != SERVICE_USER && from != to)
        out->cycles = k->config->costs.crossing.call;
}

static const char *mechanism(const struct kern *k, enum service from, enum service to)
{
    (void)to;
    if (from == SERVICE_USER && !k->config->structure.open)
        return NULL;            /* the system call itself */
    return "call";
}

static bool reaches(const struct kern *k, enum service at, enum service what)
{
    return at != SERVICE_USER || what == SERVICE_USER || k->config->structure.open;
}

const struct structure_ops structure_monolithic = {
    .name = "monolithic",
    .source = "Silberschatz et al., \"Operating-System Structure\"",
    .plan = plan, .reaches = reaches, .mechanism = mechanism,
};
