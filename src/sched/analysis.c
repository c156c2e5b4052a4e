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

static bool is_below_one(const struct rt_sum *s)
{
    return s->exact ? s->num < s->den : s->high < Q_ONE;
}

/* One task under fixed priorities: who is above it, and what may hold it up. */
struct level {
    const struct rt_task *t;
    unsigned n, i;
    const bool *above;          /* by task */
    ns_t block;
    bool preemptive;            /* else a job that has begun is left alone */
    struct rt_sum load;         /* of those above */
    uint64_t steps;             /* left */
};

/* More urgent work that gets in the way of what would otherwise be done (or, without
 * preemption, begun) at w. */
static wide_t in_the_way(const struct level *l, uint64_t w)
{
    wide_t sum = 0;

    for (unsigned j = 0; j < l->n; j++)
        if (l->above[j])
            sum += wide(l->t[j].wcet) * (l->preemptive ? releases(w, l->t[j].period)
                                         : w / (uint64_t)l->t[j].period + 1);
    return sum;
}

/* The least w >= from with own + in_the_way(w) <= w; NS_MAX: none that counts,
 * RT_TIME_UNKNOWN: not found. Since in_the_way(w) >= w x load, it is not below
 * own / (1 - load): begin there. */
static ns_t settle(struct level *l, wide_t own, ns_t from)
{
    const struct rt_sum *u = &l->load;
    uint64_t w = (uint64_t)from;
    wide_t jump;

    if (u->exact && u->num < u->den && multiply(own, u->den, &jump) && jump / (u->den - u->num) > w)
        w = (uint64_t)saturate(jump / (u->den - u->num));
    for (;;) {
        wide_t next = own + in_the_way(l, w);

        if (next <= w)
            return (ns_t)w;
        if (next > NS_MAX)
            return NS_MAX;
        if (l->steps == 0)
            return RT_TIME_UNKNOWN;
        l->steps--;
        w = (uint64_t)next;
    }
}

/* How long i and those above are busy after a common release, with what holds them up;
 * without preemption their work may go on though a job of i has ended in time. */
static ns_t busy_with(const struct level *l)
{
    bool with[ANALYSIS_TASKS];
    struct level all = *l;
    ns_t from = saturate(wide(l->block) + wide(l->t[l->i].wcet));

    for (unsigned j = 0; j < l->n; j++)
        with[j] = l->above[j] || j == l->i;
    all.above = with;
    all.preemptive = true;
    add_fraction(&all.load, wide(l->t[l->i].wcet), wide(l->t[l->i].period));
    return settle(&all, wide(l->block), from);
}

/* The worst of all jobs of a busy period, one after another, or of the first alone. */
static ns_t worst_job(struct level *l, bool first_alone)
{
    const struct rt_task *me = &l->t[l->i];
    wide_t c = wide(me->wcet), own = wide(l->block) + (l->preemptive ? c : 0), released = 0;
    ns_t end = 0, worst = 0, busy = l->preemptive ? 0 : busy_with(l);

    if (busy == NS_MAX || busy == RT_TIME_UNKNOWN)
        return busy;
    do {
        end = settle(l, own, end);
        if (end == NS_MAX || end == RT_TIME_UNKNOWN)
            return end;
        wide_t done = wide(end) + (l->preemptive ? 0 : c);
        if (done - released > NS_MAX)
            return NS_MAX;
        if ((ns_t)(done - released) > worst)
            worst = (ns_t)(done - released);
        own += c;
        released += wide(me->period);
        if (first_alone || (done <= released && wide(busy) <= released))
            return worst;
    } while (l->steps > 0);
    return RT_TIME_UNKNOWN;
}

static ns_t response_at(const struct rt_task *t, unsigned n, unsigned i, const bool *above,
                        ns_t block, bool preemptive)
{
    struct level l = { .t = t, .n = n, .i = i, .above = above, .block = block,
                       .preemptive = preemptive, .load = { .exact = true, .den = 1 },
                       .steps = STEPS / (n + 1) + 1000 };
    bool first_alone = preemptive && t[i].deadline <= t[i].period;

    for (unsigned j = 0; j < n; j++)
        if (above[j])
            add_fraction(&l.load, wide(t[j].wcet), wide(t[j].period));
    struct rt_sum all = l.load;
    add_fraction(&all, wide(t[i].wcet), wide(t[i].period));
    if (!is_below_one(&l.load) || (!first_alone && !rt_sum_within(&all, 1)))
        return NS_MAX;                  /* each job is later than the one before */
    return worst_job(&l, first_alone);
}

/* The longest time that a task below `above` and i can keep i out. */
static ns_t held_up(const struct rt_task *t, unsigned n, unsigned i, const bool *above,
                    enum rt_order order, const struct rt_blocking *b)
{
    ns_t longest = 0, sum = 0;

    for (unsigned j = 0; j < n; j++) {
        ns_t here = b->preemptive ? 0 : t[j].wcet;

        if (j == i || above[j])
            continue;
        for (unsigned k = 0; k < b->nsections; k++) {
            const struct rt_section *s = &b->section[k];
            ns_t ceiling = order == RT_RATE_MONOTONIC ? s->period : s->deadline;

            if (s->task == j && ceiling <= rank(&t[i], order) && s->length > here)
                here = s->length;
        }
        longest = here > longest ? here : longest;
        sum = saturate(wide(sum) + wide(here));
    }
    return b->chained ? sum : longest;
}

static void all_above(const struct rt_task *t, unsigned n, unsigned i, enum rt_order order,
                      bool *above)
{
    for (unsigned j = 0; j < n; j++)
        above[j] = j != i && outranks(t, j, i, order);
}

static const struct rt_blocking unblocked = { .preemptive = true };

ns_t rt_response_blocked(const struct rt_task *t, unsigned n, unsigned i,
                         enum rt_order order, const struct rt_blocking *b)
{
    bool above[ANALYSIS_TASKS];

    all_above(t, n, i, order, above);
    return response_at(t, n, i, above, held_up(t, n, i, above, order, b), b->preemptive);
}

ns_t rt_response(const struct rt_task *t, unsigned n, unsigned i, enum rt_order order)
{
    return rt_response_blocked(t, n, i, order, &unblocked);
}

enum rt_verdict rt_fixed_priority_blocked(const struct rt_task *t, unsigned n,
                                          enum rt_order order, const struct rt_blocking *b,
                                          ns_t *response)
{
    enum rt_verdict verdict = RT_YES;

    for (unsigned i = 0; i < n; i++) {
        response[i] = rt_response_blocked(t, n, i, order, b);
        if (response[i] > t[i].deadline)
            verdict = RT_NO;
        else if (response[i] == RT_TIME_UNKNOWN && verdict == RT_YES)
            verdict = RT_UNKNOWN;
    }
    return verdict;
}

enum rt_verdict rt_fixed_priority(const struct rt_task *t, unsigned n,
                                  enum rt_order order, ns_t *response)
{
    return rt_fixed_priority_blocked(t, n, order, &unblocked, response);
}

enum rt_verdict rt_some_priorities(const struct rt_task *t, unsigned n, bool preemptive)
{
    bool above[ANALYSIS_TASKS];
    bool doubt = false, found = true;

    for (unsigned j = 0; j < n; j++)
        above[j] = true;                /* everybody who has no place yet */
    for (unsigned left = n; left > 0 && found; left--) {
        ns_t block = 0;

        found = false;
        for (unsigned j = 0; j < n && !preemptive; j++)
            if (!above[j] && t[j].wcet > block)
                block = t[j].wcet;
        for (unsigned i = 0; i < n && !found; i++) {
            if (!above[i])
                continue;
            above[i] = false;
            ns_t r = response_at(t, n, i, above, block, preemptive);
            found = r != RT_TIME_UNKNOWN && r <= t[i].deadline;
            doubt |= r == RT_TIME_UNKNOWN;
            above[i] = !found;
        }
    }
    return found ? RT_YES : doubt ? RT_UNKNOWN : RT_NO;
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

/* If no deadline is before the next release, a utilisation of at most 1 is enough (Liu,
 * Layland 1973, theorem 7). */
static bool due_late(const struct rt_task *t, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (t[i].deadline < t[i].period)
            return false;
    return true;
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
        r.verdict = due_late(t, n) ? RT_YES : RT_UNKNOWN;
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
    r.verdict = due_late(t, n) ? RT_YES : RT_UNKNOWN;
    return r;
}

/* The longest that one who is due later than `at` can hold up all that are due by then. */
static ns_t held_up_to(const struct rt_task *t, unsigned n, ns_t at,
                       const struct rt_blocking *b)
{
    ns_t longest = 0;

    for (unsigned j = 0; j < n && !b->preemptive; j++)
        if (t[j].deadline > at && t[j].wcet > longest)
            longest = t[j].wcet;
    for (unsigned k = 0; k < b->nsections; k++)
        if (t[b->section[k].task].deadline > at && b->section[k].deadline <= at &&
            b->section[k].length > longest)
            longest = b->section[k].length;
    return longest;
}

struct rt_demand rt_edf_blocked(const struct rt_task *t, unsigned n,
                                const struct rt_blocking *b)
{
    struct rt_demand r = rt_edf(t, n);
    ns_t longest = 0, at;
    uint64_t steps = STEPS / (n + 1) + 1000;

    if (r.verdict == RT_NO || (b->preemptive && b->nsections == 0))
        return r;
    for (unsigned i = 0; i < n && !b->preemptive; i++)
        longest = t[i].deadline > longest ? t[i].deadline : longest;
    for (unsigned k = 0; k < b->nsections; k++)
        if (t[b->section[k].task].deadline > longest)
            longest = t[b->section[k].task].deadline;
    for (at = deadline_before(t, n, longest); at; at = deadline_before(t, n, at)) {
        ns_t needed = saturate(wide(rt_demand_in(t, n, at)) +
                               wide(held_up_to(t, n, at, b)));

        if (needed > at) {
            r.verdict = RT_NO;
            r.overload = at;
            r.needed = needed;          /* and on, to the shortest such interval */
        }
        if (steps-- == 0) {
            if (r.verdict == RT_YES)
                r.verdict = RT_UNKNOWN;
            break;
        }
    }
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
