/* estimate.c - means with Student's confidence intervals.
 *
 * The distribution of t comes from the incomplete beta function (Abramowitz and
 * Stegun, "Handbook of Mathematical Functions", 26.5 and 26.7), its quantile from
 * bisection: slow beside a table, but right for any number of degrees of freedom.
 */
#include <stat/estimate.h>

#include <math.h>
#include <stat/maths.h>

/* The continued fraction of the incomplete beta function (26.5.8), by the method of
 * Lentz; it converges fast for x < (a + 1) / (a + b + 2). */
static double beta_fraction(double a, double b, double x)
{
    const double tiny = 1e-300;
    double c = 1, d = 1 - (a + b) * x / (a + 1);
    double f = d = 1 / (fabs(d) < tiny ? tiny : d);

    for (int m = 1; m <= 500; m++) {
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));

        d = 1 + even * d, d = 1 / (fabs(d) < tiny ? tiny : d);
        c = 1 + even / c, c = fabs(c) < tiny ? tiny : c;
        f *= c * d;
        d = 1 + odd * d, d = 1 / (fabs(d) < tiny ? tiny : d);
        c = 1 + odd / c, c = fabs(c) < tiny ? tiny : c;
        f *= c * d;
        if (fabs(c * d - 1) < 1e-15)
            break;
    }
    return f;
}

/* The regularised incomplete beta function I_x(a, b). */
static double beta_regularised(double a, double b, double x)
{
    if (x <= 0 || x >= 1)
        return x <= 0 ? 0 : 1;
    double front = maths_exp(maths_log_gamma(a + b) - maths_log_gamma(a) - maths_log_gamma(b)
                             + a * maths_log(x) + b * maths_log1p(-x));

    if (x < (a + 1) / (a + b + 2))
        return front * beta_fraction(a, b, x) / a;
    return 1 - front * beta_fraction(b, a, 1 - x) / b;
}

/* P(T > t) for t >= 0 (26.7.1). */
static double t_upper_tail(double t, double df)
{
    return beta_regularised(df / 2, 0.5, df / (df + t * t)) / 2;
}

double t_quantile(double p, double df)
{
    if (!(p > 0 && p < 1 && df >= 1))
        return NAN;
    if (p < 0.5)
        return -t_quantile(1 - p, df);
    double low = 0, high = 1;

    while (t_upper_tail(high, df) > 1 - p && high < 1e100)
        high *= 2;
    for (int i = 0; i < 200 && low < high; i++) {
        double middle = low + (high - low) / 2;

        if (middle == low || middle == high)
            break;
        if (t_upper_tail(middle, df) > 1 - p)
            low = middle;
        else
            high = middle;
    }
    return low + (high - low) / 2;
}

void tally_value(struct tally *t, double value)
{
    if (!isnan(value))
        t->sum += value, t->n++;
}

void tally_spread(struct tally *t, double value)
{
    double off = value - t->sum / (double)t->n;

    if (!isnan(off))
        t->squares += off * off;
}

/* Half of the 95%: whoever asks for one estimate asks for many of as many values. */
static double t_of_95(double df)
{
    static double last_df, last_t;

    if (df != last_df) {
        last_t = t_quantile(0.975, df);
        last_df = df;
    }
    return last_t;
}

struct estimate tally_estimate(const struct tally *t)
{
    struct estimate e = { t->n, NAN, NAN, NAN, NAN };

    if (!e.n)
        return e;
    e.mean = t->sum / (double)e.n;
    if (e.n < 2)
        return e;
    double df = (double)(e.n - 1);

    e.sd = maths_sqrt(t->squares / df);
    double half = t_of_95(df) * e.sd / maths_sqrt((double)e.n);

    e.low = e.mean - half;
    e.high = e.mean + half;
    return e;
}

static struct estimate estimate_differences(const double *values, const double *base,
                                            size_t n)
{
    struct tally t = { 0 };

    for (size_t i = 0; i < n; i++)
        tally_value(&t, values[i] - (base ? base[i] : 0));
    for (size_t i = 0; i < n; i++)
        tally_spread(&t, values[i] - (base ? base[i] : 0));
    return tally_estimate(&t);
}

struct estimate estimate_of(const double *values, size_t n)
{
    return estimate_differences(values, NULL, n);
}

struct estimate estimate_paired(const double *values, const double *base, size_t n)
{
    return estimate_differences(values, base, n);
}
