/* rings.c - rings of protection: a ring may touch those outside it, and enters those
 * inside it through gates alone, which check what is handed in.
 *
 * Schroeder and Saltzer, "A Hardware Architecture for Implementing Protection Rings". The
 * hardware of the Multics processor 6180 crosses a ring without a trap; the 645 before it
 * trapped for each crossing. Calls outwards have their arguments checked on the return.
 */
#include <kern/kern.h>

static unsigned rings_between(const struct kern *k, enum service from, enum service to)
{
    const uint8_t *ring = k->config->structure.level;

    return ring[from] > ring[to] ? ring[from] - (unsigned)ring[to]
                                 : ring[to] - (unsigned)ring[from];
}

static void plan(const struct kern *k, enum service from, enum service to,
                 struct crossing *out)
{
    const struct crossing_costs *c = &k->config->costs.crossing;
    unsigned n = rings_between(k, from, to);
    uint64_t one = (k->config->structure.by_trap ? c->ring_trap : c->gate)
                   + (uint64_t)c->check;

    *out = (struct crossing){ .cycles = n ? n * one : from == to ? 0 : c->call };
}

static const char *mechanism(const struct kern *k, enum service from, enum service to)
{
    if (!rings_between(k, from, to))
        return "call";
    return k->config->structure.by_trap ? "gate, by trap" : "gate";
}

static bool reaches(const struct kern *k, enum service at, enum service what)
{
    return k->config->structure.level[what] >= k->config->structure.level[at];
}

const struct structure_ops structure_rings = {
    .name = "rings",
    .source = "Schroeder and Saltzer, \"A Hardware Architecture for Implementing "
              "Protection Rings\"",
    .plan = plan, .reaches = reaches, .mechanism = mechanism,
};
