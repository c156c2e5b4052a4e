/* hist.c - distributions with nearest-rank percentiles. */
#include <stat/hist.h>

#include <math.h>
#include <stdlib.h>
#include <stat/memory.h>
#include <string.h>

/* A bucket holds the values that agree in their leading SUB_BITS + 1 bits. */
enum { SUB_BITS = 9, SUB = 1 << SUB_BITS, OCTAVES = 63 - SUB_BITS + 1,
       SIDE = OCTAVES * SUB, BUCKETS = 2 * SIDE };

static int compare_times(const void *pa, const void *pb)
{
    ns_t a = *(const ns_t *)pa, b = *(const ns_t *)pb;

    return (a > b) - (a < b);
}

static int compare_doubles(const void *pa, const void *pb)
{
    double a = *(const double *)pa, b = *(const double *)pb;

    return (a > b) - (a < b);
}

size_t percentile_rank(size_t n, unsigned p)
{
    /* ceil(n * p / 100) - 1, without overflow for any n that fits in memory */
    size_t rank = n / 100 * p + (n % 100 * p + 99) / 100;

    return rank ? rank - 1 : 0;
}

struct spread spread_of(ns_t *values, size_t n)
{
    struct spread s = { .n = n };

    if (!n)
        return s;
    qsort(values, n, sizeof *values, compare_times);
    for (size_t i = 0; i < n; i++)
        s.sum += values[i];
    s.min = values[0];
    s.p50 = values[percentile_rank(n, 50)];
    s.p95 = values[percentile_rank(n, 95)];
    s.p99 = values[percentile_rank(n, 99)];
    s.max = values[n - 1];
    return s;
}

struct ratios ratios_of(double *values, size_t n)
{
    struct ratios r = { .n = n };
    long double sum = 0;

    if (!n)
        return r;
    qsort(values, n, sizeof *values, compare_doubles);
    for (size_t i = 0; i < n; i++)
        sum += values[i];
    r.mean = (double)(sum / (long double)n);
    r.min = values[0];
    r.p50 = values[percentile_rank(n, 50)];
    r.p95 = values[percentile_rank(n, 95)];
    r.p99 = values[percentile_rank(n, 99)];
    r.max = values[n - 1];
    return r;
}

double spread_mean(const struct spread *s)
{
    return s->n ? (double)((long double)s->sum / (long double)s->n) : NAN;
}

/* --- samples that come one by one --- */

static unsigned side_index(uint64_t magnitude)
{
    if (magnitude < SUB)
        return (unsigned)magnitude;
    unsigned top = 63u - (unsigned)__builtin_clzll(magnitude);
    unsigned shift = top - SUB_BITS;

    return (shift + 1) * SUB + (unsigned)(magnitude >> shift) - SUB;
}

/* The largest magnitude of a bucket: percentiles then err on the late side. */
static uint64_t side_value(unsigned index)
{
    if (index < SUB)
        return index;
    unsigned shift = index / SUB - 1;

    return (((uint64_t)(index % SUB) + SUB + 1) << shift) - 1;
}

/* Negative values first, the most negative in front: buckets stand in order. */
static unsigned bucket_index(ns_t v)
{
    if (v >= 0)
        return SIDE + side_index((uint64_t)v);
    return SIDE - 1 - side_index(~(uint64_t)v);         /* ~v = -v - 1 >= 0 */
}

static ns_t bucket_value(unsigned index)
{
    if (index >= SIDE)
        return (ns_t)side_value(index - SIDE);
    return (ns_t)~side_value(SIDE - 1 - index);
}

static void to_buckets(struct hist *h)
{
    h->buckets = memory_zeroed(h->heap, BUCKETS, sizeof *h->buckets);
    h->lossy = !h->buckets;
    for (uint64_t i = 0; h->buckets && i < h->n; i++)
        h->buckets[bucket_index(h->exact[i])]++;
    memory_free(h->heap, h->exact);
    h->exact = NULL;
    h->room = 0;
}

static void make_room(struct hist *h)
{
    size_t room = h->room ? 2 * h->room : 64;
    ns_t *more = room <= HIST_EXACT
        ? memory_resize(h->heap, h->exact, room * sizeof *more) : NULL;

    if (!more) {
        to_buckets(h);
        return;
    }
    h->exact = more;
    h->room = room;
}

void hist_add(struct hist *h, ns_t value)
{
    if (h->n == h->room && !h->buckets && !h->lossy)
        make_room(h);
    if (h->buckets)
        h->buckets[bucket_index(value)]++;
    else if (!h->lossy)
        h->exact[h->n] = value;
    if (!h->n || value < h->min)
        h->min = value;
    if (!h->n || value > h->max)
        h->max = value;
    h->sum += value;
    h->n++;
}

static ns_t bucket_percentile(const struct hist *h, unsigned p)
{
    uint64_t rank = percentile_rank((size_t)h->n, p), seen = 0;
    unsigned i = 0;

    while (i < BUCKETS - 1 && (seen += h->buckets[i]) <= rank)
        i++;
    ns_t v = bucket_value(i);

    return v > h->max ? h->max : v < h->min ? h->min : v;
}

struct spread hist_spread(struct hist *h)
{
    struct spread s = { .n = h->n };

    if (!h->n)
        return s;
    if (h->exact)
        return spread_of(h->exact, (size_t)h->n);
    s.sum = h->sum;
    s.min = h->min;
    s.max = h->max;
    if (h->lossy) {
        s.p50 = s.p95 = s.p99 = h->max;
        return s;
    }
    s.p50 = bucket_percentile(h, 50);
    s.p95 = bucket_percentile(h, 95);
    s.p99 = bucket_percentile(h, 99);
    return s;
}

void hist_free(struct hist *h)
{
    memory_free(h->heap, h->exact);
    memory_free(h->heap, h->buckets);
    *h = (struct hist){ 0 };
}
