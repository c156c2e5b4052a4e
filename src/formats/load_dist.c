/* load_dist.c - numbers that may be drawn: {"exp": 10} and its like. */
#include <formats/load.h>
#include <sim/number.h>
#include <sim/rng.h>

#include <stdlib.h>

enum { MILLION = 1000000, MAX_CHOICES = 1 << 20 };
#define ONE (INT64_C(1) << 32)

static const char *const kinds[] = {
    "exp", "uniform", "lognormal", "pareto", "choice", NULL
};
static const char *const gap_kinds[] = {
    "poisson", "exp", "uniform", "lognormal", "pareto", "choice", NULL
};

/* Two elements, [a, b]. */
static bool two(struct loader *l, const cJSON *item, const cJSON **a, const cJSON **b)
{
    if (!load_list(l, item, 2, 2))
        return false;
    *a = item->child;
    *b = item->child->next;
    return true;
}

static bool uniform(struct loader *l, const cJSON *item, struct dist *out)
{
    const cJSON *a, *b;
    bool ok;

    if (!two(l, item, &a, &b))
        return false;
    ok = load_time(l, a, 0, &out->a);
    if (!load_time(l, b, 0, &out->b) || !ok)
        return false;
    out->kind = DIST_UNIFORM;
    return out->a <= out->b ||
           load_error(l, item, ERR_INPUT, "the first is above the second (expected "
                      "[least, most])");
}

static bool lognormal(struct loader *l, const cJSON *item, struct dist *out)
{
    const cJSON *mu, *sigma;
    bool ok;

    if (!two(l, item, &mu, &sigma))
        return false;
    out->kind = DIST_LOGNORMAL;
    out->unit = l->c->time_unit;
    ok = load_scaled(l, mu, MILLION, -20 * MILLION, 40 * MILLION,
                     "mu, from -20 to 40 with at most 6 decimals", &out->a);
    return load_scaled(l, sigma, MILLION, 0, 10 * MILLION,
                       "sigma, from 0 to 10 with at most 6 decimals", &out->b) && ok;
}

static bool pareto(struct loader *l, const cJSON *item, struct dist *out)
{
    const cJSON *shape, *min;
    bool ok;

    if (!two(l, item, &shape, &min))
        return false;
    out->kind = DIST_PARETO;
    ok = load_scaled(l, shape, MILLION, MILLION / 100, 1000LL * MILLION,
                     "a shape from 0.01 to 1000 with at most 6 decimals", &out->a);
    return load_time(l, min, 1, &out->b) && ok;
}

static bool choice(struct loader *l, const cJSON *item, struct dist *out)
{
    int64_t *values;
    uint32_t n = 0;
    bool ok = true;

    if (!load_list(l, item, 1, MAX_CHOICES))
        return false;
    values = load_array(l, int64_t, cJSON_GetArraySize(item));
    if (!values)
        return false;
    for (const cJSON *c = item->child; c; c = c->next)
        ok &= load_time(l, c, 0, &values[n++]);
    out->kind = DIST_CHOICE;
    out->choices = values;
    out->nchoices = n;
    return ok;
}

/* The object of a distribution, which has one of `known` as its only key. */
static bool drawn(struct loader *l, const cJSON *item, const char *const *known,
                  struct dist *out)
{
    const cJSON *of;

    *out = (struct dist){ .kind = DIST_CONST };
    load_object(l, item, known);
    if (!item->child || item->child->next)
        return load_error(l, item, ERR_INPUT, "a distribution has exactly one kind "
                          "(expected {\"exp\": mean}, {\"uniform\": [a, b]}, {\"lognormal\""
                          ": [mu, sigma]}, {\"pareto\": [shape, min]} or {\"choice\": "
                          "[...]})");
    of = load_field(item, "exp");
    if (!of && known == gap_kinds)
        of = load_field(item, "poisson");   /* gaps of a Poisson process */
    if (of) {
        out->kind = DIST_EXP;
        return load_time(l, of, 1, &out->a);
    }
    if ((of = load_field(item, "uniform")))
        return uniform(l, of, out);
    if ((of = load_field(item, "lognormal")))
        return lognormal(l, of, out);
    if ((of = load_field(item, "pareto")))
        return pareto(l, of, out);
    if ((of = load_field(item, "choice")))
        return choice(l, of, out);
    return false;               /* an unknown kind, reported above */
}

bool load_dist(struct loader *l, const cJSON *item, struct dist *out)
{
    if (cJSON_IsObject(item))
        return drawn(l, item, kinds, out);
    *out = (struct dist){ .kind = DIST_CONST };
    return load_time(l, item, 0, &out->a);
}

bool load_gap(struct loader *l, const cJSON *item, struct dist *out)
{
    return drawn(l, item, gap_kinds, out);
}

/* exp(mu) units, of a lognormal distribution; as the square of exp(mu / 2), which fits
 * in 32.32 up to the largest mu. */
static ns_t median(const struct dist *d)
{
    unsigned __int128 half = (unsigned __int128)fixed_exp(
        (int64_t)((__int128)d->a * ONE / (2 * MILLION)));
    unsigned __int128 t = (half * half >> 32) * (unsigned __int128)d->unit >> 32;

    return t < (unsigned __int128)(NS_MAX / 2) ? (ns_t)t : NS_MAX / 2;
}

ns_t dist_typical(const struct dist *d)
{
    ns_t most = 0;

    switch ((enum dist_kind)d->kind) {
    case DIST_CONST: case DIST_EXP:
        return d->a;
    case DIST_UNIFORM: case DIST_PARETO:
        return d->b;
    case DIST_LOGNORMAL:
        return median(d);
    case DIST_CHOICE:
        for (uint32_t i = 0; i < d->nchoices; i++)
            if (d->choices[i] > most)
                most = d->choices[i];
        return most;
    }
    return 0;
}
