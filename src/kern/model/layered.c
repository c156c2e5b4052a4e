/* layered.c - a hierarchy: each layer uses the one below, and none above.
 *
 * Dijkstra, "The Structure of the 'THE'-Multiprogramming System"; Silberschatz et al.,
 * "Operating-System Structure", "Layered Approach". A call goes through every layer
 * between the two, each of which does its part of handing it on. A call upwards is
 * refused: the layer below would depend on one that depends on it, and could not be
 * tested without it.
 *
 * Differs from the textbook: what the kernel does on nobody's behalf (closing files of a
 * process that ends, a timer's signal) goes where it must.
 */
#include <kern/kern.h>

static void plan(const struct kern *k, enum service from, enum service to,
                 struct crossing *out)
{
    const uint8_t *level = k->config->structure.level;
    const struct crossing_costs *c = &k->config->costs.crossing;
    unsigned down = level[to] - (unsigned)level[from];

    *out = (struct crossing){ .refused = level[to] < level[from] };
    if (out->refused || from == to)
        return;
    out->cycles = down ? (uint64_t)down * c->layer : c->call;
}

static const char *mechanism(const struct kern *k, enum service from, enum service to)
{
    const uint8_t *level = k->config->structure.level;

    if (level[from] == level[to])
        return "call";
    return level[to] > level[from] ? "call through the layers" : "call upwards";
}

static bool reaches(const struct kern *k, enum service at, enum service what)
{
    (void)k;                    /* an order of calls is no wall between memories */
    return at != SERVICE_USER || what == SERVICE_USER;
}

const struct structure_ops structure_layered = {
    .name = "layered",
    .source = "Dijkstra, \"The Structure of the 'THE'-Multiprogramming System\"",
    .plan = plan, .reaches = reaches, .mechanism = mechanism,
};
