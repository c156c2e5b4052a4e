/* hist.c - distributions with nearest-rank percentiles. */
#include <stat/hist.h>

#include <sim/check.h>
#include <math.h>
#include <stdlib.h>
#include <stat/memory.h>
#include <string.h>

/* A bucket holds the values that agree in their leading SUB_BITS + 1 bits. */
enum { SUB_BITS = 9, SUB = 1 << SUB_BITS, OCTAVES = 63 - SUB_BITS + 1,
       SIDE = OCTAVES * SUB, BUCKETS = 2 * SIDE };

/* --- percentiles by selection ---
 *
 * Hoare, "Algorithm 65: Find": partition around a pivot, go on in the part that has the
 * rank. The pivot is the median of three, equal values are set apart, and a range that
 * does not shrink is sorted, so that no order of the values costs more than a sort.
 */
#define SELECTION(type, name)                                                          \
    static int compare_##name(const void *pa, const void *pb)                          \
    {                                                                                  \
        type a = *(const type *)pa, b = *(const type *)pb;                             \
                                                                                       \
        return (a > b) - (a < b);                                                      \
    }                                                                                  \
                                                                                       \
    static type median_##name(type a, type b, type c)                                  \
    {                                                                                  \
        type low = a < b ? a : b, high = a < b ? b : a;                                \
                                                                                       \
        return c < low ? low : c > high ? high : c;                                    \
    }                                                                                  \
                                                                                       \
    /* v[rank] is as if v[0..n) were sorted, no value before it larger, none after it \
     * smaller. */                                                                     \
    static type select_##name(type *v, size_t n, size_t rank)                          \
    {                                                                                  \
        size_t low = 0, high = n;                                                      \
                                                                                       \
        for (unsigned rounds = 0; high - low > 1; rounds++) {                          \
            if (rounds == SELECT_ROUNDS || high - low < SELECT_SORT) {                 \
                qsort(v + low, high - low, sizeof *v, compare_##name);                 \
                break;                                                                 \
            }                                                                          \
            type pivot = median_##name(v[low], v[low + (high - low) / 2], v[high - 1]); \
            size_t less = low, at = low, more = high;                                  \
            while (at < more) {                                                        \
                type x = v[at];                                                        \
                if (x < pivot) {                                                       \
                    v[at++] = v[less];                                                 \
                    v[less++] = x;                                                     \
                } else if (x > pivot) {                                                \
                    v[at] = v[--more];                                                 \
                    v[more] = x;                                                       \
                } else {                                                               \
                    at++;                                                              \
                }                                                                      \
            }                                                                          \
            if (rank < less)                                                           \
                high = less;                                                           \
            else if (rank >= more)                                                     \
                low = more;                                                            \
            else                                                                       \
                break;                                                                 \
        }                                                                              \
        return v[rank];                                                                \
    }                                                                                  \
                                                                                       \
    /* The highest rank first: the others then lie in the part before it. */           \
    static void percentiles_##name(type *v, size_t n, type *p50, type *p95, type *p99) \
    {                                                                                  \
        size_t r99 = percentile_rank(n, 99), r95 = percentile_rank(n, 95);             \
                                                                                       \
        *p99 = select_##name(v, n, r99);                                               \
        *p95 = select_##name(v, r99 + 1, r95);                                         \
        *p50 = select_##name(v, r95 + 1, percentile_rank(n, 50));                      \
    }

enum { SELECT_ROUNDS = 64, SELECT_SORT = 12 };
SELECTION(ns_t, times)
SELECTION(double, ratios)

size_t percentile_rank(size_t n, unsigned p)
{
    CHECK(p <= 100);
    /* ceil(n * p / 100) - 1, without overflow for any n that fits in memory */
    size_t rank = n / 100 * p + (n % 100 * p + 99) / 100;

    return rank ? rank - 1 : 0;
}

struct spread spread_of(ns_t *values, size_t n)
{
    struct spread s = { .n = n };

    if (!n)
        return s;
    s.min = s.max = values[0];
    for (size_t i = 0; i < n; i++) {
        s.sum += values[i];
        s.min = values[i] < s.min ? values[i] : s.min;
        s.max = values[i] > s.max ? values[i] : s.max;
    }
    percentiles_times(values, n, &s.p50, &s.p95, &s.p99);
    return s;
}

struct ratios ratios_of(double *values, size_t n)
{
    struct ratios r = { .n = n };
    long double sum = 0;

    if (!n)
        return r;
    r.min = r.max = values[0];
    for (size_t i = 0; i < n; i++) {
        sum += values[i];
        r.min = values[i] < r.min ? values[i] : r.min;
        r.max = values[i] > r.max ? values[i] : r.max;
    }
    r.mean = (double)(sum / (long double)n);
    percentiles_ratios(values, n, &r.p50, &r.p95, &r.p99);
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
    CHECK(h->buckets || h->lossy || h->n < h->room);
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

void hist_merge(struct hist *to, const struct hist *from)
{
    if (!from->buckets && !from->lossy) {
        for (uint64_t i = 0; i < from->n; i++)
            hist_add(to, from->exact[i]);
        return;
    }
    if (!to->buckets && !to->lossy)
        to_buckets(to);
    to->lossy |= from->lossy;
    for (unsigned i = 0; i < BUCKETS && to->buckets && from->buckets; i++)
        to->buckets[i] += from->buckets[i];
    if (!to->n || from->min < to->min)
        to->min = from->min;
    if (!to->n || from->max > to->max)
        to->max = from->max;
    to->sum += from->sum;
    to->n += from->n;
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
