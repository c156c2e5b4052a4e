/* strtod.c - text to floating point, rounded exactly, by integers alone.
 *
 * The digits become limbs of nine; the whole is scaled by powers of two until its integer
 * part has more bits than are asked for and fits in 160, then rounded once. Digits beyond
 * those that can decide a tie only count as "not zero".
 */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { BASE = 1000000000, LIMB = 9, HEAD = 4, WORDS = 5 };

/* A format: bits of the significand, exponent of its last bit at the least, at the most;
 * limbs that surely hold more bits; digits that can matter. */
struct shape { int bits, least, most, limbs, digits; };

static const struct shape shape_float = { 24, -149, 104, 3, 130 };
static const struct shape shape_double = { 53, -1074, 971, 3, 780 };
static const struct shape shape_quad = { 113, -16494, 16271, 5, 11600 };

/* w * 2^exp, and perhaps a bit more. */
struct binary { uint32_t w[WORDS]; int exp, sticky; };

enum kind { NOTHING, ZERO, NUMBER, INFINITE, NOT_A_NUMBER };
struct result { enum kind kind; int negative, exp; uint32_t w[WORDS]; };

/* ---- rounding ---- */

static int bit_length(const uint32_t *w)
{
    for (int i = WORDS; i-- > 0;)
        if (w[i])
            return 32 * i + 32 - __builtin_clz(w[i]);
    return 0;
}

static int bit(const uint32_t *w, int i)
{
    return i < 0 || i >= 32 * WORDS ? 0 : w[i / 32] >> i % 32 & 1;
}

static int any_below(const uint32_t *w, int n)
{
    for (int i = 0; i < n && i < 32 * WORDS; i++)
        if (bit(w, i))
            return 1;
    return 0;
}

static void shift(uint32_t *w, int right)
{
    uint32_t out[WORDS] = { 0 };

    for (int i = 0; i < 32 * WORDS; i++)
        if (bit(w, i + right))
            out[i / 32] |= 1u << i % 32;
    memcpy(w, out, sizeof out);
}

static void round_to(const struct binary *b, const struct shape *s, struct result *r)
{
    int cut = bit_length(b->w) - s->bits, up, inexact;

    if (b->exp + cut < s->least)
        cut = s->least - b->exp;
    memcpy(r->w, b->w, sizeof r->w);
    r->exp = b->exp + cut;
    inexact = b->sticky || any_below(b->w, cut);
    up = bit(b->w, cut - 1) && (bit(b->w, cut) || b->sticky || any_below(b->w, cut - 1));
    shift(r->w, cut);
    for (int i = 0; up && i < WORDS; i++)
        up = ++r->w[i] == 0;
    if (bit_length(r->w) > s->bits) {
        shift(r->w, 1);
        r->exp++;
    }
    r->kind = NUMBER;
    if (r->exp > s->most) {
        r->kind = INFINITE;
        errno = ERANGE;
    } else if (bit_length(r->w) < s->bits && inexact) {
        errno = ERANGE;
    }
}

/* ---- decimal ---- */

struct text { const char *digits, *end; int first_power, n; };

/* The digits from s on: where they end, how many count, the power of ten of the first. */
static int scan_digits(const char *s, struct text *t)
{
    const char *p = s, *point = NULL;
    int seen = 0, before = 0, e = 0;

    t->digits = NULL;
    t->n = 0;
    for (;; p++) {
        if (*p == '.' && !point) {
            point = p;
            continue;
        }
        if (*p < '0' || *p > '9')
            break;
        seen = 1;
        if (*p != '0' && !t->digits)
            t->digits = p;
        if (t->digits && !point && before < INT_MAX / 4)
            before++;
        if (point && !t->digits && before > INT_MIN / 4)
            before--;           /* zeros behind the point */
    }
    if (!seen)
        return 0;
    t->end = p;
    if ((*p | 32) == 'e') {
        const char *q = p + 1 + (p[1] == '-' || p[1] == '+');

        if (*q >= '0' && *q <= '9') {
            for (; *q >= '0' && *q <= '9'; q++)
                e = e < INT_MAX / 20 ? e * 10 + *q - '0' : e;
            t->end = q;
            if (p[1] == '-')
                e = -e;
        }
    }
    for (const char *q = t->digits; q && q < p; q++)
        t->n += *q != '.';
    t->first_power = before - 1 + e;
    return 1;
}

struct limbs { uint32_t *v; int first, end, point, sticky; };

static int floor_div(int n, int d)
{
    return n >= 0 ? n / d : -((d - 1 - n) / d);
}

static void fill(struct limbs *l, const struct text *t, int n)
{
    static const uint32_t tens[LIMB] = { 1, 10, 100, 1000, 10000, 100000, 1000000, 10000000,
                                         100000000 };
    const char *p = t->digits;

    for (int k = 0; k < t->n; p++) {
        int power = t->first_power - k, up = floor_div(power, LIMB);

        if (*p == '.')
            continue;
        if (k < n)
            l->v[l->point - up] += (uint32_t)(*p - '0') * tens[power - up * LIMB];
        else
            l->sticky |= *p != '0';
        k++;
    }
}

/* Down by 2^9: what leaves the integer part only counts as not zero. */
static void scale_down(struct limbs *l)
{
    uint32_t rest = 0;

    for (int i = l->first; i <= l->point; i++) {
        uint32_t v = l->v[i];

        l->v[i] = (v >> 9) + rest * (BASE >> 9);
        rest = v & 511;
    }
    l->sticky |= rest != 0;
    if (l->v[l->first] == 0)
        l->first++;
}

static void scale_up(struct limbs *l)
{
    uint32_t carry = 0;

    for (int i = l->end; i-- > l->first;) {
        uint64_t v = ((uint64_t)l->v[i] << 29) + carry;

        carry = (uint32_t)(v / BASE);
        l->v[i] = (uint32_t)(v - (uint64_t)carry * BASE);
    }
    if (carry)
        l->v[--l->first] = carry;
    while (l->end > l->point + 1 && l->v[l->end - 1] == 0)
        l->end--;
}

static void to_binary(const struct limbs *l, struct binary *b)
{
    for (int i = l->first; i <= l->point; i++) {
        uint32_t carry = l->v[i];

        for (int k = 0; k < WORDS; k++) {
            uint64_t v = (uint64_t)b->w[k] * BASE + carry;

            b->w[k] = (uint32_t)v;
            carry = (uint32_t)(v >> 32);
        }
    }
    b->sticky = l->sticky;
    for (int i = l->point + 1; i < l->end; i++)
        b->sticky |= l->v[i] != 0;
}

static void scale(const struct text *t, const struct shape *s, struct binary *b)
{
    int n = t->n < s->digits ? t->n : s->digits, last = floor_div(t->first_power - n + 1, LIMB);
    int top = floor_div(t->first_power, LIMB), point = HEAD + (top > 0 ? top : 0);
    int size = point + 1 + (last < 0 ? -last : 0);
    uint32_t v[size];
    struct limbs l = { .v = v, .first = point - top, .end = size, .point = point };

    memset(v, 0, sizeof v);
    fill(&l, t, n);
    if (l.first <= point && l.point - l.first + 1 > s->limbs)
        for (int i = point + 1; i < l.end; i++)         /* fractions no longer matter */
            l.sticky |= v[i] != 0, v[i] = 0;
    for (; l.point - l.first + 1 > s->limbs; b->exp += 9)
        scale_down(&l);
    for (; l.point - l.first + 1 < s->limbs; b->exp -= 29)
        scale_up(&l);
    to_binary(&l, b);
}

static const char *decimal(const char *p, const struct shape *s, struct result *r)
{
    struct binary b = { .exp = 0 };
    struct text t;

    if (!scan_digits(p, &t))
        return NULL;
    r->kind = ZERO;
    if (!t.n)
        return t.end;
    if (t.first_power > 5000 || t.first_power < -5100) {
        errno = ERANGE;
        r->kind = t.first_power > 0 ? INFINITE : ZERO;
        return t.end;
    }
    scale(&t, s, &b);
    round_to(&b, s, r);
    return t.end;
}

/* ---- hexadecimal, inf and nan ---- */

static const char *hexadecimal(const char *p, const struct shape *s, struct result *r)
{
    struct binary b = { .exp = 0 };
    int seen = 0, point = 0, e = 0;

    for (;; p++) {
        int d = isdigit((unsigned char)*p) ? *p - '0' : (*p | 32) - 'a' + 10;

        if (*p == '.' && !point) {
            point = 1;
            continue;
        }
        if (!isxdigit((unsigned char)*p))
            break;
        seen = 1;
        if (b.w[WORDS - 1] >> 28) {
            b.sticky |= d != 0;
            b.exp += point ? 0 : 4;
            continue;
        }
        shift(b.w, -4);
        b.w[0] |= (uint32_t)d;
        b.exp -= point ? 4 : 0;
    }
    if (!seen)
        return NULL;
    if ((*p | 32) == 'p' && isdigit((unsigned char)p[1 + (p[1] == '-' || p[1] == '+')])) {
        int minus = p[1] == '-';

        for (p += 1 + (p[1] == '-' || p[1] == '+'); isdigit((unsigned char)*p); p++)
            e = e < 100000 ? e * 10 + *p - '0' : e;
        b.exp += minus ? -e : e;
    }
    r->kind = ZERO;
    if (bit_length(b.w))
        round_to(&b, s, r);
    return p;
}

static const char *not_a_number(const char *p)
{
    const char *q = p + 3;

    if (*q != '(')
        return q;
    for (q++; isalnum((unsigned char)*q) || *q == '_'; q++)
        continue;
    return *q == ')' ? q + 1 : p + 3;
}

static struct result parse(const char *text, char **end, const struct shape *s)
{
    struct result r = { .kind = NOTHING };
    const char *p = text, *stop;

    while (isspace((unsigned char)*p))
        p++;
    r.negative = *p == '-';
    p += *p == '-' || *p == '+';
    if (strncasecmp(p, "inf", 3) == 0) {
        r.kind = INFINITE;
        stop = p + (strncasecmp(p, "infinity", 8) == 0 ? 8 : 3);
    } else if (strncasecmp(p, "nan", 3) == 0) {
        r.kind = NOT_A_NUMBER;
        stop = not_a_number(p);
    } else if (p[0] == '0' && (p[1] | 32) == 'x') {
        stop = hexadecimal(p + 2, s, &r);
        if (!stop) {
            r.kind = ZERO;
            stop = p + 1;
        }
    } else {
        stop = decimal(p, s, &r);
    }
    if (!stop)
        r.negative = 0;
    if (end)
        *end = (char *)(uintptr_t)(stop ? stop : text);
    return r;
}

/* ---- packing ---- */

/* The words of the format, sign and exponent field set in the last one. */
static void pack(const struct result *r, const struct shape *s, int total, uint32_t *w)
{
    int top = (s->bits - 1) % 32, last = total / 32 - 1, bits = total - s->bits;
    uint32_t field = 0;

    memset(w, 0, (size_t)total / 8);
    if (r->kind == NUMBER) {
        memcpy(w, r->w, (size_t)total / 8);
        if (bit_length(r->w) == s->bits)
            field = (uint32_t)(r->exp - s->least + 1);
        w[last] &= (1u << top) - 1;
    } else if (r->kind == INFINITE || r->kind == NOT_A_NUMBER) {
        field = (1u << bits) - 1;
        if (r->kind == NOT_A_NUMBER)
            w[last] |= 1u << (top - 1);
    }
    w[last] |= field << top | (uint32_t)r->negative << 31;
}

float strtof(const char *text, char **end)
{
    struct result r = parse(text, end, &shape_float);
    union { uint32_t w[1]; float value; } u;

    pack(&r, &shape_float, 32, u.w);
    return u.value;
}

double strtod(const char *text, char **end)
{
    struct result r = parse(text, end, &shape_double);
    union { uint32_t w[2]; double value; } u;

    pack(&r, &shape_double, 64, u.w);
    return u.value;
}

long double strtold(const char *text, char **end)
{
    struct result r = parse(text, end, &shape_quad);
    union { uint32_t w[4]; long double value; } u;

    pack(&r, &shape_quad, 128, u.w);
    return u.value;
}

double atof(const char *text)
{
    return strtod(text, NULL);
}
