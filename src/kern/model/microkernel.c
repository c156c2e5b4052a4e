/* microkernel.c - services as server processes, reached by messages; and hybrids, where
 * each service stands where its placement says.
 *
 * Liedtke, "On micro-Kernel Construction"; Herder et al., "MINIX 3: A Highly Reliable,
 * Self-Repairing Operating System". The kernel keeps scheduling, memory and messages.
 * Silberschatz et al., "Operating-System Structure", "Hybrid Systems".
 *
 * Differs from the sources: while a server works for a program, and in turn asks another,
 * it does not itself wait for that one; the messages and their costs are the same.
 */
#include <kern/kern.h>

static bool is_server(const struct kern *k, enum service s)
{
    return k->config->structure.servers >> s & 1;
}

static void plan(const struct kern *k, enum service from, enum service to,
                 struct crossing *out)
{
    const struct cost_config *c = &k->config->costs;

    *out = (struct crossing){ .message = is_server(k, to) && from != to };
    if (out->message)
        out->cycles = (uint64_t)c->crossing.message + c->crossing.copy;
    else if (is_server(k, from) && from != to)
        out->cycles = c->syscall;
    else if (from != SERVICE_USER && from != to)
        out->cycles = c->crossing.call;
}

static const char *mechanism(const struct kern *k, enum service from, enum service to)
{
    if (is_server(k, to))
        return from == to ? "call" : "message";
    if (is_server(k, from))
        return "kernel call";
    return from == SERVICE_USER ? NULL : "call";
}

static bool reaches(const struct kern *k, enum service at, enum service what)
{
    if (is_server(k, at))
        return at == what;
    return at != SERVICE_USER || what == SERVICE_USER;
}

const struct structure_ops structure_microkernel = {
    .name = "microkernel",
    .source = "Liedtke, \"On micro-Kernel Construction\"",
    .plan = plan, .reaches = reaches, .mechanism = mechanism,
};

const struct structure_ops structure_hybrid = {
    .name = "hybrid",
    .source = "Silberschatz et al., \"Operating-System Structure\", \"Hybrid Systems\"",
    .plan = plan, .reaches = reaches, .mechanism = mechanism,
};
