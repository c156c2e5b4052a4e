/* contain.c - see contain.h. */
#include <lab/contain.h>

#include <formats/json.h>
#include <formats/text.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const costs[] = { "kernel time", "crossings", "messages", "switches", "memory" };
static const char *const harms[] = { "blast radius", "downtime", "work lost" };
static const char *const cost_keys[] = {
    "kernel_time", "crossings", "ipc_messages", "context_switches", "memory_bytes"
};
static const char *const harm_keys[] = { "blast_radius", "downtime", "work_lost" };

const char *contain_cost_name(unsigned i)
{
    return i < CONTAIN_COSTS ? costs[i] : NULL;
}

const char *contain_harm_name(unsigned i)
{
    return i < CONTAIN_HARMS ? harms[i] : NULL;
}

/* --- numbers --- */

static struct estimate measured(const struct compare *c, size_t w, size_t k, const char *metric)
{
    return compare_number(c, w, k, metric_index(metric_find(metric))).value;
}

/* Means over the seeds of what is no metric. */
static void from_cells(const struct compare *c, size_t w, size_t k, struct contain_point *out)
{
    double n = 0, crossings = 0, bytes = 0;
    const char *why;

    for (size_t s = 0; s < compare_plan(c)->nseeds; s++) {
        const struct cell *cell = compare_cell(c, w, k, s, &why);

        if (!cell || cell->state != CELL_GOOD)
            continue;
        crossings += (double)cell->crossings;
        bytes += (double)cell->structure_bytes;
        n++;
    }
    out->cost[CONTAIN_CROSSINGS] = crossings / n;
    out->cost[CONTAIN_MEMORY] = bytes / n;
}

static bool point_of(const struct compare *c, size_t w, size_t k, struct contain_point *out)
{
    const struct compare *hurt = compare_hurt(c);

    if (!compare_good(c, w, k) || !compare_good(hurt, w, k))
        return false;
    from_cells(c, w, k, out);
    out->cost[CONTAIN_TIME] = measured(c, w, k, "cpu_kernel").mean /
                              measured(c, w, k, "cpu_user").mean;
    out->cost[CONTAIN_MESSAGES] = measured(c, w, k, "ipc_messages").mean;
    out->cost[CONTAIN_SWITCHES] = measured(c, w, k, "context_switches").mean;
    for (unsigned i = 0; i < CONTAIN_HARMS; i++)
        out->harm[i] = measured(hurt, w, k, harm_keys[i]);
    return true;
}

/* Is a better than b in one of the two, and worse in none? */
static bool dominates(const struct contain_point *a, const struct contain_point *b)
{
    double ac = a->cost[CONTAIN_TIME], bc = b->cost[CONTAIN_TIME];
    double ah = a->harm[CONTAIN_RADIUS].mean, bh = b->harm[CONTAIN_RADIUS].mean;

    return ac <= bc && ah <= bh && (ac < bc || ah < bh);
}

bool contain_point(const struct compare *c, size_t w, size_t k, struct contain_point *out)
{
    struct contain_point other;

    if (!point_of(c, w, k, out))
        return false;
    out->pareto = true;
    for (size_t i = 0; i < compare_plan(c)->npolicies; i++)
        if (i != k && point_of(c, w, i, &other) && dominates(&other, out))
            out->pareto = false;
    return true;
}

/* --- as a table --- */

enum { NAME = 14, LINE = 160 };

static void append(char *line, size_t size, const char *text, unsigned width)
{
    size_t n = strlen(line);

    snprintf(line + n, size - n, "%*s", (int)width, text);
}

static const char *brief(double x, char *buf, size_t size)
{
    snprintf(buf, size, !(x < 100) || x == floor(x) ? "%.0f" : x < 1 ? "%.3f" : "%.1f", x);
    return buf;
}

static const unsigned cost_width[] = { 9, 11, 10, 10, 9 }, harm_width[] = { 12, 12, 12 };

static bool put_heads(const struct compare_workload *load, struct text_out *out)
{
    char over[LINE] = "", under[LINE] = "";
    const char *const cost_unit[] = { "%", "", "", "", "KiB" };
    const char *const harm_unit[] = { "services, %", load->unit_name, load->unit_name };

    for (unsigned i = 0; i < CONTAIN_COSTS; i++) {
        append(over, sizeof over, i ? costs[i] : "kernel", cost_width[i]);
        append(under, sizeof under, i ? cost_unit[i] : "time, %", cost_width[i]);
    }
    for (unsigned i = 0; i < CONTAIN_HARMS; i++) {
        append(over, sizeof over, harms[i], harm_width[i] + 1);
        append(under, sizeof under, harm_unit[i], harm_width[i] + 1);
    }
    return text_out_printf(out, "%*s%s\n%*s%s\n", NAME, "", over, NAME, "", under);
}

static bool put_point(const struct compare_workload *load, const char *name,
                      const struct contain_point *p, struct text_out *out)
{
    const double factor[] = { 100, 1, 1, 1, 1.0 / 1024 };
    const double unit[] = { 100, 1 / (double)load->unit, 1 / (double)load->unit };
    char line[LINE] = "", text[40];

    for (unsigned i = 0; i < CONTAIN_COSTS; i++)
        append(line, sizeof line, brief(p->cost[i] * factor[i], text, sizeof text), cost_width[i]);
    for (unsigned i = 0; i < CONTAIN_HARMS; i++)
        append(line, sizeof line, brief(p->harm[i].mean * unit[i], text, sizeof text),
               harm_width[i] + 1);
    return text_out_printf(out, "%-*.*s%s%s\n", NAME, NAME - 1, name, line, p->pareto ? " *" : "");
}

/* Whose figures these are: "?" behind those that no source is named for. */
static bool put_sources(const struct compare *c, size_t w, struct text_out *out)
{
    const struct compare_plan *plan = compare_plan(c);
    const struct compare_workload *load = &plan->workloads[w];
    char reboot[48];
    bool good = text_out_printf(out, "A lost kernel is down for %s %s%s. Costs, in cycles if not said "
                                "otherwise (?: no source is named for it):\n",
                                time_text(load->reboot, load->unit, reboot, sizeof reboot),
                                load->unit_name, load->reboot_assumed ? "?" : "");
    for (size_t k = 0; good && k < plan->npolicies; k++) {
        const char *text = plan->costs ? plan->costs(plan->ctx, w, k) : "";

        good = text_out_printf(out, "%-*.*s %s\n", NAME, NAME - 1, plan->policies[k],
                               *text ? text : "none");
    }
    return good && text_out_printf(out, "\n");
}

static bool put_workload(const struct compare *c, size_t w, struct text_out *out)
{
    const struct compare_plan *plan = compare_plan(c), *hurt = compare_plan(compare_hurt(c));
    const struct compare_workload *load = &plan->workloads[w];
    struct contain_point p;
    bool good;

    good = text_out_printf(out, "What it costs, and what a fault takes: %zu run%s under each, "
                           "with one fault drawn\nfrom each seed (%s, seeds %llu..%llu)\n\n",
                           hurt->nseeds, hurt->nseeds == 1 ? "" : "s", load->name,
                           (unsigned long long)hurt->seed_first,
                           (unsigned long long)(hurt->seed_first + hurt->nseeds - 1)) &&
           put_heads(load, out);
    for (size_t k = 0; good && k < plan->npolicies; k++)
        good = contain_point(c, w, k, &p)
                   ? put_point(load, plan->policies[k], &p, out)
                   : text_out_printf(out, "%-*.*s  failed\n", NAME, NAME - 1, plan->policies[k]);
    return good && text_out_printf(out, "\n* none costs less kernel time and loses fewer "
                                   "services. All are means.\n") &&
           put_sources(c, w, out);
}

bool contain_table(const struct compare *c, const struct compare_style *style,
                   struct text_out *out)
{
    bool good = true;

    (void)style;
    for (size_t w = 0; compare_hurt(c) && good && w < compare_plan(c)->nworkloads; w++)
        good = put_workload(c, w, out);
    return good;
}

/* --- as JSON --- */

static bool put_number(struct text_out *out, const char *between, const char *name, double x)
{
    char buf[32];

    return text_out_printf(out, "%s\"%s\": %s", between, name, number_text(x, buf, sizeof buf));
}

static bool json_point(const struct compare *c, size_t w, const struct contain_point *p,
                       struct text_out *out)
{
    double unit = (double)compare_plan(c)->workloads[w].unit;
    bool good = true;

    for (unsigned i = 0; i < CONTAIN_COSTS; i++)
        good = good && put_number(out, ", ", cost_keys[i], p->cost[i]);
    for (unsigned i = 0; i < CONTAIN_HARMS; i++) {
        const struct estimate *e = &p->harm[i];
        double scale = i == CONTAIN_RADIUS ? 1 : 1 / unit;

        good = good && text_out_printf(out, ", \"%s\": {\"n\": %zu", harm_keys[i], e->n) &&
               put_number(out, ", ", "mean", e->mean * scale) &&
               put_number(out, ", ", "low", e->low * scale) &&
               put_number(out, ", ", "high", e->high * scale) && text_out_printf(out, "}");
    }
    return good && text_out_printf(out, ", \"pareto\": %s", p->pareto ? "true" : "false");
}

bool contain_json(const struct compare *c, size_t w, struct text_out *out)
{
    const struct compare_plan *plan = compare_plan(c);
    struct contain_point p;

    if (!compare_hurt(c))
        return true;
    bool good = text_out_printf(out, ",\n    \"containment\": {\"runs\": %zu, \"structures\": [",
                                compare_plan(compare_hurt(c))->nseeds);
    for (size_t k = 0; good && k < plan->npolicies; k++) {
        good = text_out_printf(out, "%s\n     {\"structure\": ", k ? "," : "") &&
               json_string(out, plan->policies[k]) && text_out_printf(out, ", \"costs\": ") &&
               json_string(out, plan->costs ? plan->costs(plan->ctx, w, k) : "");
        if (good && contain_point(c, w, k, &p))
            good = json_point(c, w, &p, out);
        good = good && text_out_printf(out, "}");
    }
    return good && text_out_printf(out, "]}");
}
