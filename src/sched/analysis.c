/* analysis.c - schedulability in integers. */
#include <sched/analysis.h>

typedef unsigned __int128 wide_t;

enum { Q = 32 };                        /* fraction bits of bounds */
#define Q_ONE (UINT64_C(1) << Q)
#define LN2_Q62 UINT64_C(3196577161300663914)   /* ln 2 x 2^62, rounded down */

enum { STEPS = 2000000 };               /* of one search, before giving up */

static ns_t least(ns_t a, ns_t b)
{
    return a < b ? a : b;
}

static ns_t saturate(wide_t x)
{
    return x > NS_MAX ? NS_MAX : (ns_t)x;
}

/* x >= 0, to be computed with in 128 bits */
static wide_t wide(ns_t x)
{
    return (uint64_t)x;
}

/* How many releases there are in an interval of w that starts with one. */
static uint64_t releases(uint64_t w, ns_t period)
{
    return (w + (uint64_t)period - 1) / (uint64_t)period;
}

/* --- sums of fractions --- */

static wide_t gcd(wide_t a, wide_t b)
{
    while (b) {
        wide_t rest = a % b;

        a = b;
        b = rest;
    }
    return a;
}

static bool multiply(wide_t a, wide_t b, wide_t *product)
{
    return !__builtin_mul_overflow(a, b, product);
}

static uint64_t add_saturated(uint64_t a, wide_t b)
{
    return b > UINT64_MAX - a ? UINT64_MAX : a + (uint64_t)b;
}

/* s += a / b */
static void add_fraction(struct rt_sum *s, wide_t a, wide_t b)
{
    wide_t left, right, g;

    s->low = add_saturated(s->low, (a << Q) / b);
    s->high = add_saturated(s->high, ((a << Q) + b - 1) / b);
    if (!s->exact)
        return;
    g = gcd(s->den, b);
    s->exact = multiply(s->num, b / g, &left) && multiply(s->den / g, a, &right)
               && !__builtin_add_overflow(left, right, &s->num)
               && multiply(s->den / g, b, &s->den);
    if (s->exact) {
        g = gcd(s->num, s->den);
        s->num /= g;
        s->den /= g;
    }
}

static ns_t window(const struct rt_task *t)
{
    return least(t->deadline, t->period);
}

static struct rt_sum sum_of(const struct rt_task *t, unsigned n, bool density)
{
    struct rt_sum s = { .exact = true, .num = 0, .den = 1 };

    for (unsigned i = 0; i < n; i++)
        add_fraction(&s, wide(t[i].wcet),
                     wide(density ? window(&t[i]) : t[i].period));
    return s;
}

struct rt_sum rt_utilisation(const struct rt_task *t, unsigned n)
{
    return sum_of(t, n, false);
}

struct rt_sum rt_density(const struct rt_task *t, unsigned n)
{
    return sum_of(t, n, true);
}

bool rt_sum_within(const struct rt_sum *s, uint64_t limit)
{
    if (s->exact)
        return s->num / s->den < limit
               || (s->num / s->den == limit && s->num % s->den == 0);
    return limit <= UINT64_MAX >> Q && s->high <= limit << Q;
}

ns_t rt_hyperperiod(const struct rt_task *t, unsigned n)
{
    wide_t h = 1;

    for (unsigned i = 0; i < n; i++) {
        h = h / gcd(h, wide(t[i].period)) * wide(t[i].period);
        if (h > NS_MAX)
            return 0;
    }
    return (ns_t)h;
}

/* --- bounds on utilisation --- */

/* 2^(1/n) - 1 = x + x^2/2! + ... with x = ln 2 / n, all rounded down. */
uint64_t rt_liu_layland(unsigned n)
{
    uint64_t x = LN2_Q62 / n, term = x, sum = 0;

    if (n == 1)
        return UINT64_C(1) << 62;
    for (unsigned k = 2; term; k++) {
        sum += term;
        term = (uint64_t)(((wide_t)term * x) >> 62) / k;
    }
    return sum * n;
}

bool rt_liu_layland_test(const struct rt_task *t, unsigned n)
{
    struct rt_sum s = rt_density(t, n);

    if (n == 0)
        return true;
    if (n == 1)
        return rt_sum_within(&s, 1);
    if (!s.exact || s.num >= s.den)
        return s.high <= rt_liu_layland(n) >> (62 - Q);
    while (s.den >> 64)                 /* too long: halve, the quotient rounded up */
        s.den >>= 1, s.num = (s.num + 1) >> 1;
    return (s.num << 62) / s.den < rt_liu_layland(n);
}

uint64_t rt_hyperbolic(const struct rt_task *t, unsigned n)
{
    uint64_t product = Q_ONE;

    for (unsigned i = 0; i < n; i++) {
        wide_t w = wide(window(&t[i]));
        wide_t factor = Q_ONE + ((wide(t[i].wcet) << Q) + w - 1) / w;
        wide_t next;

        if (!multiply(product, factor, &next) || next >> (64 + Q))
            return UINT64_MAX;
        product = (uint64_t)((next + Q_ONE - 1) >> Q);
    }
    return product;
}

/* As a fraction, if that fits; the only set with irrational doubts is none. */
bool rt_hyperbolic_test(const struct rt_task *t, unsigned n)
{
    wide_t num = 1, den = 1;

    for (unsigned i = 0; i < n; i++) {
        wide_t w = wide(window(&t[i])), c = wide(t[i].wcet), g = gcd(w, c);

        if (!multiply(num, (w + c) / g, &num) || !multiply(den, w / g, &den))
            return rt_hyperbolic(t, n) <= 2 * Q_ONE;
        g = gcd(num, den);
        num /= g;
        den /= g;
        if (num / 2 > den)
            return false;               /* and it only grows */
    }
    return num <= 2 * den;
}

/* --- fixed priorities --- */

static ns_t rank(const struct rt_task *t, enum rt_order order)
{
    return order == RT_RATE_MONOTONIC ? t->period : t->deadline;
}

static bool outranks(const struct rt_task *t, unsigned a, unsigned b,
                     enum rt_order order)
{
    ns_t x = rank(&t[a], order), y = rank(&t[b], order);

    return x != y ? x < y : a < b;
}

/* Time until `own` work of task i and all more urgent work released meanwhile is done;
 * NS_MAX: never. The recurrence starts at `from`, a time known not to be too late. */
static ns_t finish(const struct rt_task *t, unsigned n, unsigned i, enum rt_order order,
                   wide_t own, ns_t from, uint64_t *steps)
{
    uint64_t w = (uint64_t)from;

    for (;;) {
        wide_t next = own;

        for (unsigned j = 0; j < n; j++)
            if (j != i && outranks(t, j, i, order))
                next += releases(w, t[j].period) * wide(t[j].wcet);
        if (next <= w)
            return (ns_t)w;
        if (next > NS_MAX || *steps == 0)
            return NS_MAX;
        --*steps;
        w = (uint64_t)next;
    }
}

/* The load of task i (if its own counts) and all that outrank it. */
static struct rt_sum load_above(const struct rt_task *t, unsigned n, unsigned i,
                                enum rt_order order, bool own)
{
    struct rt_sum s = { .exact = true, .num = 0, .den = 1 };

    for (unsigned j = 0; j < n; j++)
        if (j == i ? own : outranks(t, j, i, order))
            add_fraction(&s, wide(t[j].wcet), wide(t[j].period));
    return s;
}

static bool is_below_one(const struct rt_sum *s)
{
    return s->exact ? s->num < s->den : s->high < Q_ONE;
}

ns_t rt_response(const struct rt_task *t, unsigned n, unsigned i, enum rt_order order)
{
    struct rt_sum above = load_above(t, n, i, order, false);
    uint64_t steps = STEPS / (n + 1) + 1000;
    wide_t own = wide(t[i].wcet);

    if (!is_below_one(&above))
        return NS_MAX;
    ns_t first = finish(t, n, i, order, own, t[i].wcet, &steps);
    if (first == NS_MAX || t[i].deadline <= t[i].period)
        return first;
    struct rt_sum load = load_above(t, n, i, order, true);
    if (!rt_sum_within(&load, 1))
        return NS_MAX;                  /* each job is later than the one before */
    ns_t worst = first, end = first;
    for (wide_t released = wide(t[i].period); wide(end) > released;
         released += wide(t[i].period)) {
        own += wide(t[i].wcet);
        end = finish(t, n, i, order, own, end, &steps);
        if (end == NS_MAX)
            return NS_MAX;
        if (end - (ns_t)released > worst)
            worst = end - (ns_t)released;
    }
    return worst;
}

enum rt_verdict rt_fixed_priority(const struct rt_task *t, unsigned n,
                                  enum rt_order order, ns_t *response)
{
    enum rt_verdict verdict = RT_YES;

    for (unsigned i = 0; i < n; i++) {
        response[i] = rt_response(t, n, i, order);
        if (response[i] > t[i].deadline)
            verdict = RT_NO;
    }
    return verdict;
}

/* --- earliest deadline first --- */

ns_t rt_demand_in(const struct rt_task *t, unsigned n, ns_t interval)
{
    wide_t sum = 0;

    for (unsigned i = 0; i < n; i++)
        if (interval >= t[i].deadline)
            sum += (wide(interval - t[i].deadline) / wide(t[i].period) + 1)
                   * wide(t[i].wcet);
    return saturate(sum);
}

/* The last deadline before `limit` of a synchronous release; 0 if there is none. */
static ns_t deadline_before(const struct rt_task *t, unsigned n, ns_t limit)
{
    ns_t last = 0;

    for (unsigned i = 0; i < n; i++) {
        ns_t d = t[i].deadline;

        if (d >= limit)
            continue;
        d += (limit - 1 - d) / t[i].period * t[i].period;
        if (d > last)
            last = d;
    }
    return last;
}

/* How long the processor is busy after a synchronous release: no interval past it can
 * be the first to overflow. NS_MAX: past counting. */
static ns_t busy_period(const struct rt_task *t, unsigned n)
{
    wide_t w = 0;

    for (unsigned i = 0; i < n; i++)
        w += wide(t[i].wcet);
    for (unsigned step = 0; step < STEPS / (n + 1) + 1000 && w <= NS_MAX; step++) {
        wide_t next = 0;

        for (unsigned i = 0; i < n; i++)
            next += releases((uint64_t)w, t[i].period) * wide(t[i].wcet);
        if (next == w)
            return (ns_t)w;
        w = next;
    }
    return NS_MAX;
}

/* Past the hyperperiod and the longest deadline demand only repeats, if U <= 1. */
static ns_t horizon(const struct rt_task *t, unsigned n)
{
    ns_t h = rt_hyperperiod(t, n), busy = busy_period(t, n), longest = 0;

    for (unsigned i = 0; i < n; i++)
        if (t[i].deadline > longest)
            longest = t[i].deadline;
    if (h == 0)
        return busy;
    return least(saturate(wide(h) + wide(longest)), busy);
}

struct rt_demand rt_edf(const struct rt_task *t, unsigned n)
{
    struct rt_sum u = rt_utilisation(t, n);
    struct rt_demand r = { .verdict = RT_NO };
    ns_t shortest = NS_MAX;

    if (n == 0 || !rt_sum_within(&u, 1)) {
        if (n == 0)
            r.verdict = RT_YES;
        else if (!u.exact && u.low <= Q_ONE)
            r.verdict = RT_UNKNOWN;
        return r;
    }
    for (unsigned i = 0; i < n; i++)
        shortest = least(shortest, t[i].deadline);
    ns_t end = horizon(t, n);
    if (end == NS_MAX) {
        r.verdict = RT_UNKNOWN;
        return r;
    }
    r.checked = end;
    ns_t at = deadline_before(t, n, end < NS_MAX ? end + 1 : end);
    for (uint64_t steps = STEPS / (n + 1) + 1000; steps > 0; steps--) {
        ns_t demand = rt_demand_in(t, n, at);

        if (demand > at) {
            r.overload = at;
            r.needed = demand;
            return r;
        }
        if (demand <= shortest) {
            r.verdict = RT_YES;
            return r;
        }
        at = demand < at ? demand : deadline_before(t, n, at);
    }
    r.verdict = RT_UNKNOWN;
    return r;
}

/* --- several processors --- */

static enum rt_verdict fits(const struct rt_task *t, unsigned n, enum rt_partition kind,
                            ns_t *response)
{
    if (kind == RT_PARTITION_EDF)
        return rt_edf(t, n).verdict;
    return rt_fixed_priority(t, n, kind == RT_PARTITION_RM ? RT_RATE_MONOTONIC
                                                           : RT_DEADLINE_MONOTONIC,
                             response);
}

enum rt_verdict rt_first_fit(const struct rt_task *t, unsigned n, unsigned m,
                             enum rt_partition kind, uint16_t *cpu,
                             struct rt_task *scratch, ns_t *response)
{
    enum rt_verdict verdict = RT_YES;

    for (unsigned i = 0; i < n; i++) {
        cpu[i] = UINT16_MAX;
        for (unsigned p = 0; p < m && cpu[i] == UINT16_MAX; p++) {
            unsigned here = 0;

            for (unsigned j = 0; j < i; j++)
                if (cpu[j] == p)
                    scratch[here++] = t[j];
            scratch[here++] = t[i];
            if (fits(scratch, here, kind, response) == RT_YES)
                cpu[i] = (uint16_t)p;
            if (here == 1)
                break;                  /* the other empty ones are no better */
        }
        if (cpu[i] == UINT16_MAX)
            verdict = RT_NO;
    }
    return verdict;
}

bool rt_feasible(const struct rt_task *t, unsigned n, unsigned m)
{
    struct rt_sum u = rt_utilisation(t, n);

    for (unsigned i = 0; i < n; i++)
        if (t[i].wcet > window(&t[i]))
            return false;
    return rt_sum_within(&u, m);
}

/* sum <= m - (m - 1) largest, in whole units of the largest task's window. */
bool rt_global_edf_test(const struct rt_task *t, unsigned n, unsigned m)
{
    struct rt_sum s = rt_density(t, n);
    wide_t c = 0, w = 1;

    for (unsigned i = 0; i < n; i++)
        if (wide(t[i].wcet) * w > c * wide(window(&t[i]))) {
            c = wide(t[i].wcet);
            w = wide(window(&t[i]));
        }
    if (c > w)
        return false;
    add_fraction(&s, (m - 1) * c, w);
    return rt_sum_within(&s, m);
}
