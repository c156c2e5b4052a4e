/* bench_mm.c - references a second, by replacement policy.
 *
 * The string is that of REFS below, from our own generator: miss ratios agree with those of
 * another generator of the same distribution to about three places.
 */
#include <cmd/bench_mm.h>

#include <cmd/cmd.h>
#include <host/clock.h>
#include <lab/refs.h>
#include <mm/replace/registry.h>
#include <inttypes.h>
#include <stdio.h>

enum { REFS = 10000000, PAGES = 1000000, FRAMES = 100000 };

static void print(const char *policy, const struct refs_run *r, double seconds)
{
    printf("{\"bench\": \"mm\", \"policy\": \"%s\", \"refs\": %" PRIu64 ", \"frames\": %" PRIu32
           ", \"faults\": %" PRIu64 ", \"miss_ratio\": %.4f, \"seconds\": %.3f"
           ", \"refs_per_s\": %.0f}\n", policy, r->refs, r->frames, r->faults,
           (double)r->faults / (double)r->refs, seconds, (double)r->refs / seconds);
    fflush(stdout);
}

static bool one(const struct refs *r, const struct replace_ops *ops, uint32_t frames)
{
    struct replace_config c;
    struct refs_run run;
    struct diag diag;

    if (replace_parse(&c, ops, "", 1, &diag))
        return false;
    int64_t start = clock_cpu_ns();
    if (!refs_simulate(r, &c, frames, 0, false, &run))
        return false;
    print(ops->name, &run, (double)(clock_cpu_ns() - start) / 1e9);
    return true;
}

/* 16 sizes of LRU at once. */
static bool all_sizes(const struct refs *r, uint32_t frames)
{
    struct refs_run run[16] = { { .frames = 0 } };

    for (uint32_t i = 0; i < 16; i++)
        run[i].frames = frames / 16 * (i + 1);
    int64_t start = clock_cpu_ns();
    if (!refs_lru_sizes(r, run, 16))
        return false;
    print("lru, 16 sizes in one pass", &run[15], (double)(clock_cpu_ns() - start) / 1e9);
    return true;
}

int bench_mm(unsigned scale)
{
    const struct replace_ops *ops;
    struct refs r;
    bool ok = refs_zipf(&r, REFS / scale, PAGES / scale, 1.0, 0, 0);

    if (!ok)
        return EXIT_OUR_FAULT;
    int64_t start = clock_cpu_ns();
    ok = refs_next(&r);
    printf("{\"bench\": \"mm\", \"what\": \"next uses, for opt\", \"seconds\": %.3f}\n",
           (double)(clock_cpu_ns() - start) / 1e9);
    for (unsigned i = 0; ok && (ops = replace_builtin(i)); i++)
        ok = one(&r, ops, FRAMES / scale);
    ok = ok && all_sizes(&r, FRAMES / scale);
    refs_free(&r);
    return ok ? EXIT_DONE : EXIT_OUR_FAULT;
}
