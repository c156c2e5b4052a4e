/* compare_out.c - a comparison as JSON and as CSV. See compare.h.
 *
 * JSON: { "ossim", "seeds": [...], "workloads": [ { "workload", "file", "time_unit",
 * "policies": [ { "scheduler", "runs", "failed", "alike", "metrics": { NAME: { "n", "mean", "sd",
 * "ci95": [low, high], "best", "difference": { "n", "mean", "sd", "ci95" } } },
 * "guests": [ { "guest", "metrics" } ] if there are some,
 * "by_seed": [ { "seed", "trace_hash", NAME: value... } ] } ] } ] }. "alike" is true
 * where all seeds gave the same run: sd and ci95 are null then, not 0. Of structures, each
 * workload also has "containment" (contain.h): { "runs", "structures": [ { "structure",
 * "kernel_time", "crossings", ..., "blast_radius": { "n", "mean", "low", "high" }, ...,
 * "pareto" } ] }.
 */
#include <lab/compare.h>
#include <lab/contain.h>

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- writing --- */

struct pen {
    struct text_out *out;
    bool failed;
};

__attribute__((format(printf, 2, 3)))
static void put(struct pen *p, const char *format, ...)
{
    char buf[512];
    va_list ap;

    va_start(ap, format);
    int n = vsnprintf(buf, sizeof buf, format, ap);
    va_end(ap);
    if (n < 0 || (size_t)n >= sizeof buf)
        p->failed = true;
    else if (!p->failed)
        p->failed = !p->out->write(p->out->ctx, buf, (size_t)n);
}

static void put_string(struct pen *p, const char *text)
{
    if (!p->failed)
        p->failed = !json_string(p->out, text);
}

/* Seeds and hashes above 2^53 are strings: most readers would round them. */
static void put_seed(struct pen *p, uint64_t seed)
{
    put(p, seed <= UINT64_C(1) << 53 ? "%llu" : "\"%llu\"", (unsigned long long)seed);
}

/* Numbers of a metric are shown in the workload's unit. */
static double scale_of(unsigned metric, const struct compare_workload *w)
{
    return metric_at(metric)->unit == METRIC_TIME ? 1.0 / (double)w->unit : 1.0;
}

static const char *unit_of(unsigned metric, const struct compare_workload *w)
{
    switch (metric_at(metric)->unit) {
    case METRIC_TIME:
        return w->unit_name;
    case METRIC_RATE:
        return "1/s";
    default:
        return "";
    }
}

static void put_number(struct pen *p, double x)
{
    char buf[32];

    put(p, "%s", number_text(x, buf, sizeof buf));
}

/* --- JSON --- */

static void put_estimate(struct pen *p, const struct estimate *e, double scale, bool alike)
{
    put(p, "\"n\": %zu, \"mean\": ", e->n);
    put_number(p, e->mean * scale);
    put(p, ", \"sd\": ");
    put_number(p, alike ? NAN : e->sd * scale);
    put(p, ", \"ci95\": ");
    if (alike || isnan(e->low)) {
        put(p, "null");
        return;
    }
    put(p, "[");
    put_number(p, e->low * scale);
    put(p, ", ");
    put_number(p, e->high * scale);
    put(p, "]");
}

static void put_metrics(struct pen *p, const struct compare *c, size_t w, size_t k,
                        unsigned guest)
{
    const char *comma = "";

    put(p, "\"metrics\": {");
    for (unsigned m = 0; metric_at(m); m++) {
        struct compare_number x = compare_number_of(c, w, k, guest, m);
        double scale = scale_of(m, &compare_plan(c)->workloads[w]);

        put(p, "%s\n        \"%s\": {", comma, metric_at(m)->name);
        put_estimate(p, &x.value, scale, x.alike);
        put(p, ", \"best\": %s", x.best ? "true" : "false");
        if (k > 0) {
            put(p, ", \"difference\": {");
            put_estimate(p, &x.difference, scale, x.difference_alike);
            put(p, "}");
        }
        put(p, "}");
        comma = ",";
    }
    put(p, "\n      }");
}

static unsigned nguests(const struct compare *c, size_t w)
{
    const struct compare_plan *p = compare_plan(c);

    return p->workloads[w].nguests < p->nguests ? p->workloads[w].nguests : p->nguests;
}

static void put_guests(struct pen *p, const struct compare *c, size_t w, size_t k)
{
    if (!nguests(c, w))
        return;
    put(p, ",\n      \"guests\": [");
    for (unsigned g = 0; g < nguests(c, w); g++) {
        put(p, "%s\n       {\"guest\": ", g ? "," : "");
        put_string(p, compare_plan(c)->workloads[w].guest[g].name);
        put(p, ", ");
        put_metrics(p, c, w, k, g);
        put(p, "}");
    }
    put(p, "]");
}

static void put_cell(struct pen *p, const struct compare *c, size_t w, size_t k, size_t s)
{
    const struct compare_plan *plan = compare_plan(c);
    const char *why = "";
    const struct cell *cell = compare_cell(c, w, k, s, &why);

    put(p, "{\"seed\": ");
    put_seed(p, plan->seed_first + s);
    if (cell) {
        put(p, ", \"trace_hash\": \"%016llx\"", (unsigned long long)cell->trace_hash);
        for (unsigned m = 0; m < cell->nmetrics; m++) {
            put(p, ", \"%s\": ", metric_at(m)->name);
            put_number(p, cell->metric[m] * scale_of(m, &plan->workloads[w]));
        }
    }
    if (!cell || cell->state != CELL_GOOD || *cell->note) {
        put(p, cell && cell->state == CELL_GOOD ? ", \"ended_badly\": " : ", \"failed\": ");
        put_string(p, cell ? cell->note : why);
    }
    put(p, "}");
}

static void put_policy(struct pen *p, const struct compare *c, size_t w, size_t k)
{
    const struct compare_plan *plan = compare_plan(c);
    size_t good = compare_good(c, w, k);

    put(p, "\n     {\"scheduler\": ");
    put_string(p, plan->policies[k]);
    put(p, ", \"runs\": %zu, \"failed\": %zu, \"alike\": %s,\n      ", plan->nseeds,
        plan->nseeds - good, compare_alike(c, w, k) ? "true" : "false");
    put_metrics(p, c, w, k, COMPARE_WHOLE);
    put_guests(p, c, w, k);
    put(p, ",\n      \"by_seed\": [");
    for (size_t s = 0; s < plan->nseeds; s++) {
        put(p, s ? ",\n       " : "\n       ");
        put_cell(p, c, w, k, s);
    }
    put(p, "]}");
}

bool compare_json(const struct compare *c, struct text_out *out)
{
    const struct compare_plan *plan = compare_plan(c);
    struct pen p = { .out = out };

    put(&p, "{\"ossim\": 1, \"seeds\": [");
    for (size_t s = 0; s < plan->nseeds; s++) {
        put(&p, s ? ", " : "");
        put_seed(&p, plan->seed_first + s);
    }
    put(&p, "],\n \"workloads\": [");
    for (size_t w = 0; w < plan->nworkloads; w++) {
        put(&p, "%s\n  {\"workload\": ", w ? "," : "");
        put_string(&p, plan->workloads[w].name);
        put(&p, ", \"file\": ");
        put_string(&p, plan->workloads[w].file);
        put(&p, ", \"time_unit\": \"%s\",\n    \"policies\": [",
            plan->workloads[w].unit_name);
        for (size_t k = 0; k < plan->npolicies; k++) {
            put(&p, k ? "," : "");
            put_policy(&p, c, w, k);
        }
        put(&p, "]");
        p.failed = p.failed || !contain_json(c, w, out);
        put(&p, "}");
    }
    put(&p, "]}\n");
    return !p.failed;
}

/* --- CSV, as RFC 4180 has it, but for Unix line ends --- */

static void put_field(struct pen *p, const char *text)
{
    if (!text[strcspn(text, ",\"\r\n")]) {
        put(p, "%.400s", text);
        return;
    }
    put(p, "\"");
    for (; *text; text++)
        put(p, *text == '"' ? "\"\"" : "%c", *text);
    put(p, "\"");
}

/* Nothing between the commas means: there is no such number. */
static void put_value(struct pen *p, double x)
{
    put(p, ",");
    if (isfinite(x))
        put_number(p, x);
}

/* A guest's rows are those of the workload "NAME/GUEST". */
static void put_row(struct pen *p, const struct compare *c, size_t w, size_t k, unsigned guest,
                    unsigned m)
{
    char name[2 * CONFIG_NAME + 2];
    const struct compare_plan *plan = compare_plan(c);
    const struct compare_workload *load = &plan->workloads[w];
    struct compare_number x = compare_number_of(c, w, k, guest, m);
    double scale = scale_of(m, load);

    snprintf(name, sizeof name, "%s%s%s", load->name, guest == COMPARE_WHOLE ? "" : "/",
             guest == COMPARE_WHOLE ? "" : load->guest[guest].name);
    put_field(p, name);
    put(p, ",");
    put_field(p, plan->policies[k]);
    put(p, ",%s,%s,%zu", metric_at(m)->name, unit_of(m, load), x.value.n);
    put_value(p, x.value.mean * scale);
    put_value(p, x.alike ? NAN : x.value.sd * scale);
    put_value(p, x.alike ? NAN : x.value.low * scale);
    put_value(p, x.alike ? NAN : x.value.high * scale);
    put(p, ",%d", x.best);
    put_value(p, k ? x.difference.mean * scale : NAN);
    put_value(p, k && !x.difference_alike ? x.difference.sd * scale : NAN);
    put_value(p, k && !x.difference_alike ? x.difference.low * scale : NAN);
    put_value(p, k && !x.difference_alike ? x.difference.high * scale : NAN);
    put(p, "\n");
}

bool compare_csv(const struct compare *c, struct text_out *out)
{
    const struct compare_plan *plan = compare_plan(c);
    struct pen p = { .out = out };

    put(&p, "workload,scheduler,metric,unit,n,mean,sd,ci95_low,ci95_high,best,"
        "difference,difference_sd,difference_low,difference_high\n");
    for (size_t w = 0; w < plan->nworkloads; w++)
        for (size_t k = 0; k < plan->npolicies; k++) {
            for (unsigned m = 0; metric_at(m); m++)
                put_row(&p, c, w, k, COMPARE_WHOLE, m);
            for (unsigned g = 0; g < nguests(c, w); g++)
                for (unsigned m = 0; metric_at(m); m++)
                    put_row(&p, c, w, k, g, m);
        }
    return !p.failed;
}
