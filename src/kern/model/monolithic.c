/* monolithic.c - all services in one address space: a call is a call.
 *
 * Silberschatz et al., "Operating-System Structure", "Monolithic Structure"; Tanenbaum and
 * Bos, "Operating System Structure", "Monolithic Systems". Whoever fails takes the kernel
 * along.
 */
#include <kern/service.h>

static const char *mechanism(const struct kern *k, enum service from, enum service to)
{
    (void)k, (void)from, (void)to;
    return "call";
}

const struct structure_ops structure_monolithic = {
    .name = "monolithic",
    .source = "Silberschatz et al., \"Operating-System Structure\"",
    .mechanism = mechanism,
};
