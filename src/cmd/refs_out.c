/* refs_out.c - what `ossim refs` found: for people, as JSON, as CSV. */
#include <cmd/refs.h>

#include <cmd/options.h>
#include <formats/text.h>
#include <host/file.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const struct refs_run *run_of(const struct refs_answer *a, unsigned policy, size_t i)
{
    return &a->run[policy * a->o->nframes + i];
}

static double ratio(const struct refs_run *r)
{
    return (double)r->faults / (double)r->refs;
}

/* --- for people --- */

static int column(const struct refs_answer *a, unsigned k)
{
    int len = (int)strlen(a->o->spec[k]);

    return len > 10 ? len : 10;
}

static void head(const struct refs_answer *a, const char *what)
{
    printf("\n%-10s", what);
    for (unsigned k = 0; k < a->o->npolicies; k++)
        printf("  %*s", column(a, k), a->o->spec[k]);
    putchar('\n');
}

static void table(const struct refs_answer *a, const char *what,
                  void (*cell)(const struct refs_run *r, int width))
{
    head(a, what);
    for (size_t i = 0; i < a->o->nframes; i++) {
        printf("%10" PRIu32, a->o->frames[i]);
        for (unsigned k = 0; k < a->o->npolicies; k++)
            cell(run_of(a, k, i), column(a, k));
        putchar('\n');
    }
}

static void faults(const struct refs_run *r, int width)
{
    printf("  %*" PRIu64, width, r->faults);
}

static void miss_ratio(const struct refs_run *r, int width)
{
    printf("  %*.4f", width, ratio(r));
}

static void writes(const struct refs_run *r, int width)
{
    printf("  %*" PRIu64, width, r->writes);
}

/* More frames and more faults: at the first place where it is so. */
static void anomalies(const struct refs_answer *a)
{
    for (unsigned k = 0; k < a->o->npolicies; k++)
        for (size_t i = 1; i < a->o->nframes; i++) {
            const struct refs_run *small = run_of(a, k, i - 1), *large = run_of(a, k, i);

            if (large->frames <= small->frames || large->faults <= small->faults)
                continue;
            printf("\nBelady's anomaly: under %s %" PRIu32 " frames make %" PRIu64
                   " faults, %" PRIu32 " make %" PRIu64 "\n", a->o->spec[k], small->frames,
                   small->faults, large->frames, large->faults);
            break;
        }
}

static void victims(const struct refs_answer *a)
{
    for (size_t i = 0; i < a->nruns; i++) {
        const struct refs_run *r = &a->run[i];

        printf("\nvictims of %s with %" PRIu32 " frames:", r->policy, r->frames);
        for (uint64_t k = 0; k < r->evictions; k++)
            printf(" %" PRIu64, a->refs->number[r->victims[k]]);
        putchar('\n');
    }
}

static void misbehaved(const struct refs_answer *a)
{
    for (size_t i = 0; i < a->nruns; i++)
        if (a->run[i].bad)
            printf("\n%s with %" PRIu32 " frames gave %" PRIu64 " impossible answers\n",
                   a->run[i].policy, a->run[i].frames, a->run[i].bad);
}

void refs_print(const struct refs_answer *a)
{
    printf("%s%s%zu references to %" PRIu32 " pages; frames empty at first, every miss "
           "counts\n", a->name, *a->name ? ": " : "", a->refs->n, a->refs->npages);
    if (a->nruns > 0) {
        table(a, "faults", faults);
        table(a, "miss ratio", miss_ratio);
    }
    if (a->nruns > 0 && a->refs->writes)
        table(a, "written", writes);
    if (a->o->victims)
        victims(a);
    anomalies(a);
    misbehaved(a);
    refs_ws_print(a);
}

/* --- for programs --- */

static void put_count(struct text *t, const char *key, uint64_t n)
{
    text_put(t, ", \"");
    text_put(t, key);
    text_put(t, "\": ");
    text_count(t, n);
}

static void put_run(struct text *t, const struct refs_answer *a, const struct refs_run *r)
{
    text_put(t, "{\"policy\": ");
    text_string(t, r->policy);
    put_count(t, "frames", r->frames);
    put_count(t, "refs", r->refs);
    put_count(t, "faults", r->faults);
    put_count(t, "evictions", r->evictions);
    put_count(t, "writes", r->writes);
    if (r->bad)
        put_count(t, "policy_faults", r->bad);
    if (r->victims) {
        text_put(t, ", \"victims\": [");
        for (uint64_t k = 0; k < r->evictions; k++) {
            text_put(t, k ? ", " : "");
            text_count(t, a->refs->number[r->victims[k]]);
        }
        text_put(t, "]");
    }
    text_put(t, "}");
}

static bool put_json(const struct refs_answer *a, struct text_out *out)
{
    struct text t;

    text_init(&t, out);
    text_put(&t, "{\"ossim\": 1, \"trace\": ");
    text_string(&t, a->name);
    put_count(&t, "pages", a->refs->npages);
    text_put(&t, ",\n \"runs\": [");
    for (size_t i = 0; i < a->nruns; i++) {
        text_put(&t, i ? ",\n  " : "\n  ");
        put_run(&t, a, &a->run[i]);
    }
    text_put(&t, "]");
    refs_ws_json(a, &t);
    text_put(&t, "}\n");
    return text_end(&t);
}

static bool put_csv(const struct refs_answer *a, struct text_out *out)
{
    struct text t;

    text_init(&t, out);
    text_put(&t, "policy,frames,refs,faults,miss_ratio,evictions,writes\n");
    for (size_t i = 0; i < a->nruns; i++) {
        const struct refs_run *r = &a->run[i];
        const uint64_t count[] = { r->frames, r->refs, r->faults };

        text_field(&t, r->policy);
        for (size_t k = 0; k < 3; k++) {
            text_put(&t, ",");
            text_int(&t, (int64_t)count[k]);
        }
        text_put(&t, ",");
        text_number(&t, ratio(r));
        text_put(&t, ",");
        text_int(&t, (int64_t)r->evictions);
        text_put(&t, ",");
        text_int(&t, (int64_t)r->writes);
        text_put(&t, "\n");
    }
    return text_end(&t);
}

static bool write_to(const char *path, const struct refs_answer *a,
                     bool (*put)(const struct refs_answer *, struct text_out *))
{
    struct diag diag = { .line = 0 };
    struct outfile *f = outfile_open(path, &diag);
    struct text_out out = { outfile_write, f };

    if (f && !put(a, &out)) {
        outfile_abort(f);
        fprintf(stderr, "ossim refs: error: cannot write to %s\n", path);
        return false;
    }
    if (!f || outfile_commit(f, &diag)) {
        diag_print(&diag);
        return false;
    }
    return true;
}

bool refs_write_json(const struct refs_answer *a, const char *path)
{
    return write_to(path, a, put_json);
}

bool refs_write_csv(const struct refs_answer *a, const char *path)
{
    return write_to(path, a, put_csv);
}
