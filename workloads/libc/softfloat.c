/* softfloat.c - double and float for compilers that come without their run-time library
 * (clang). Round to nearest, ties to even; no flags. float goes by way of double, whose 53
 * bits are enough for one rounding more to be harmless. Names are those of "The GNU C
 * Compiler Internals", "Soft float library routines". binary128 is not here.
 */
#ifdef __clang__
#include <stdint.h>

#define DF_HIDDEN (1ull << 52)
#define DF_INF (0x7ffull << 52)
#define DF_NAN (DF_INF | 1ull << 51)
#define DF_SIGN (1ull << 63)

typedef union { double d; uint64_t u; } df;
typedef union { float f; uint32_t u; } sf;

static int is_nan(uint64_t u) { return (u & ~DF_SIGN) > DF_INF; }

/* m with its highest bit at 62 and sticky bits below, times 2^(e - 62 - 1023): rounded. */
static double pack(uint64_t sign, int e, uint64_t m)
{
    uint64_t rest;
    df r;

    if (m == 0) {
        r.u = sign;
        return r.d;
    }
    if (e < 1) {                /* subnormal: the exponent is that of 1 */
        int n = 1 - e;

        m = n > 62 ? 1 : m >> n | ((m << (64 - n)) != 0);
        e = 0;
    }
    rest = m & 1023;
    m >>= 10;
    m += rest > 512 || (rest == 512 && m & 1);
    if (e == 0)
        r.u = m;                /* may have become normal: the bit is where it belongs */
    else
        r.u = ((uint64_t)e << 52) + (m - DF_HIDDEN);
    if (e >= 2047 || r.u >= DF_INF)
        r.u = DF_INF;
    r.u |= sign;
    return r.d;
}

/* The same with the highest bit anywhere. */
static double normal(uint64_t sign, int e, uint64_t m)
{
    int n;

    if (m == 0)
        return pack(sign, 0, 0);
    n = __builtin_clzll(m);
    if (n == 0)
        return pack(sign, e + 1, m >> 1 | (m & 1));
    return pack(sign, e - (n - 1), m << (n - 1));
}

/* The significand with its highest bit at 52. */
static uint64_t unpack(uint64_t u, int *e)
{
    uint64_t m = u & (DF_HIDDEN - 1);

    *e = (int)(u >> 52 & 0x7ff);
    if (*e)
        return m | DF_HIDDEN;
    if (m) {
        int n = __builtin_clzll(m) - 11;

        *e = 1 - n;
        return m << n;
    }
    return 0;
}

double __adddf3(double x, double y)
{
    df a = { x }, b = { y };
    uint64_t ma, mb, sign;
    int ea, eb, n;

    if ((a.u & ~DF_SIGN) < (b.u & ~DF_SIGN)) {
        a.d = y;
        b.d = x;
    }
    if (is_nan(a.u) || is_nan(b.u) || ((a.u & ~DF_SIGN) == DF_INF && b.u == (a.u ^ DF_SIGN))) {
        a.u = DF_NAN;
        return a.d;
    }
    if ((a.u & ~DF_SIGN) == DF_INF)
        return a.d;
    ma = unpack(a.u, &ea) << 9;
    mb = unpack(b.u, &eb) << 9;
    sign = a.u & DF_SIGN;
    if (mb == 0)
        return ma || a.u == b.u ? a.d : 0.0;
    n = ea - eb;
    mb = n > 62 ? 1 : n ? mb >> n | ((mb << (64 - n)) != 0) : mb;
    if ((a.u ^ b.u) & DF_SIGN) {
        ma -= mb;
        return ma ? normal(sign, ea + 1, ma) : 0.0;
    }
    return normal(sign, ea + 1, ma + mb);
}

double __subdf3(double x, double y)
{
    df b = { y };

    b.u ^= DF_SIGN;
    return __adddf3(x, b.d);
}

/* The high 64 bits of 128, the low ones sticky. */
static uint64_t times(uint64_t a, uint64_t b)
{
    uint64_t al = (uint32_t)a, ah = a >> 32, bl = (uint32_t)b, bh = b >> 32;
    uint64_t low = al * bl, mid = ah * bl + (low >> 32), mid2 = al * bh + (uint32_t)mid;

    return (ah * bh + (mid >> 32) + (mid2 >> 32)) | ((uint32_t)mid2 | (uint32_t)low ? 1 : 0);
}

double __muldf3(double x, double y)
{
    df a = { x }, b = { y }, r;
    uint64_t sign = (a.u ^ b.u) & DF_SIGN, ma, mb;
    int ea, eb;

    ma = unpack(a.u, &ea);
    mb = unpack(b.u, &eb);
    r.u = DF_NAN;
    if (is_nan(a.u) || is_nan(b.u))
        return r.d;
    if (ea == 2047 || eb == 2047) {
        if (ma && mb)
            r.u = sign | DF_INF;
        return r.d;
    }
    return normal(sign, ea + eb - 1023 + 1, times(ma << 10, mb << 11));
}

double __divdf3(double x, double y)
{
    df a = { x }, b = { y }, r;
    uint64_t sign = (a.u ^ b.u) & DF_SIGN, ma, mb, q = 0;
    int ea, eb;

    ma = unpack(a.u, &ea);
    mb = unpack(b.u, &eb);
    r.u = DF_NAN;
    if (is_nan(a.u) || is_nan(b.u) || (ea == 2047 && eb == 2047) || (!ma && !mb))
        return r.d;
    r.u = sign | DF_INF;
    if (ea == 2047 || !mb)
        return r.d;
    r.u = sign;
    if (eb == 2047 || !ma)
        return r.d;
    for (int i = 0; i < 57; i++) {      /* 56 bits and more below them */
        q <<= 1;
        if (ma >= mb) {
            ma -= mb;
            q |= 1;
        }
        ma <<= 1;
    }
    return normal(sign, ea - eb + 1023 + 6, q | (ma != 0));
}

/* ---- comparisons: less than 0, 0, more than 0; unordered: `if_nan` ---- */

static int compare(double x, double y, int if_nan)
{
    df a = { x }, b = { y };
    int64_t i, k;

    if (is_nan(a.u) || is_nan(b.u))
        return if_nan;
    i = a.u & DF_SIGN ? -(int64_t)(a.u & ~DF_SIGN) : (int64_t)a.u;
    k = b.u & DF_SIGN ? -(int64_t)(b.u & ~DF_SIGN) : (int64_t)b.u;
    return (i > k) - (i < k);
}

int __eqdf2(double x, double y) { return compare(x, y, 1); }
int __nedf2(double x, double y) { return compare(x, y, 1); }
int __ltdf2(double x, double y) { return compare(x, y, 1); }
int __ledf2(double x, double y) { return compare(x, y, 1); }
int __gtdf2(double x, double y) { return compare(x, y, -1); }
int __gedf2(double x, double y) { return compare(x, y, -1); }
int __unorddf2(double x, double y) { return compare(x, y, 2) == 2; }

/* ---- integers ---- */

double __floatundidf(uint64_t n) { return normal(0, 1023 + 62, n); }
double __floatunsidf(uint32_t n) { return __floatundidf(n); }

double __floatdidf(int64_t n)
{
    return normal(n < 0 ? DF_SIGN : 0, 1023 + 62, n < 0 ? 0 - (uint64_t)n : (uint64_t)n);
}

double __floatsidf(int32_t n) { return __floatdidf(n); }

/* The whole part; 2^64 - 1 if it is larger. */
static uint64_t whole(double x)
{
    df a = { x };
    int e;
    uint64_t m = unpack(a.u, &e);

    if (e < 1023)
        return 0;
    if (e >= 1023 + 64)
        return ~0ull;
    return e >= 1023 + 52 ? m << (e - 1075) : m >> (1075 - e);
}

static int is_negative(double x)
{
    df a = { x };

    return a.u >> 63;
}

uint64_t __fixunsdfdi(double x) { return is_negative(x) ? 0 : whole(x); }

uint32_t __fixunsdfsi(double x)
{
    uint64_t v = __fixunsdfdi(x);

    return v >> 32 ? ~0u : (uint32_t)v;
}

int64_t __fixdfdi(double x)
{
    uint64_t v = whole(x), most = INT64_MAX;

    if (is_negative(x))
        return v > most ? INT64_MIN : -(int64_t)v;
    return (int64_t)(v > most ? most : v);
}

int32_t __fixdfsi(double x)
{
    int64_t v = __fixdfdi(x);

    return v > INT32_MAX ? INT32_MAX : v < INT32_MIN ? INT32_MIN : (int32_t)v;
}

/* ---- float ---- */

double __extendsfdf2(float x)
{
    sf a = { x };
    uint64_t sign = (uint64_t)(a.u >> 31) << 63, m = a.u & 0x7fffff;
    int e = a.u >> 23 & 0xff;
    df r;

    if (e == 255) {
        r.u = sign | DF_INF | (m ? 1ull << 51 : 0);
        return r.d;
    }
    return normal(sign, (e ? e : 1) + 1023 - 127 + 39, e ? m | 0x800000 : m);
}

float __truncdfsf2(double x)
{
    df a = { x };
    int e;
    uint64_t m = unpack(a.u, &e), rest;
    sf r;

    r.u = (uint32_t)(a.u >> 32) & 0x80000000u;
    if (e == 2047) {
        r.u |= 0x7f800000 | (is_nan(a.u) ? 0x400000 : 0);
        return r.f;
    }
    e += 127 - 1023;
    if (e < 1) {
        int n = 1 - e;

        m = n > 60 ? m != 0 : m >> n | ((m << (64 - n)) != 0);
        e = 0;
    }
    rest = m & 0x1fffffff;
    m >>= 29;
    m += rest > 0x10000000 || (rest == 0x10000000 && m & 1);
    m = e ? ((uint64_t)e << 23) + m - 0x800000 : m;
    r.u |= e >= 255 || m >= 0x7f800000 ? 0x7f800000 : (uint32_t)m;
    return r.f;
}

float __addsf3(float x, float y) { return __truncdfsf2(__adddf3(__extendsfdf2(x), __extendsfdf2(y))); }
float __subsf3(float x, float y) { return __truncdfsf2(__subdf3(__extendsfdf2(x), __extendsfdf2(y))); }
float __mulsf3(float x, float y) { return __truncdfsf2(__muldf3(__extendsfdf2(x), __extendsfdf2(y))); }
float __divsf3(float x, float y) { return __truncdfsf2(__divdf3(__extendsfdf2(x), __extendsfdf2(y))); }
int __eqsf2(float x, float y) { return __eqdf2(__extendsfdf2(x), __extendsfdf2(y)); }
int __nesf2(float x, float y) { return __nedf2(__extendsfdf2(x), __extendsfdf2(y)); }
int __ltsf2(float x, float y) { return __ltdf2(__extendsfdf2(x), __extendsfdf2(y)); }
int __lesf2(float x, float y) { return __ledf2(__extendsfdf2(x), __extendsfdf2(y)); }
int __gtsf2(float x, float y) { return __gtdf2(__extendsfdf2(x), __extendsfdf2(y)); }
int __gesf2(float x, float y) { return __gedf2(__extendsfdf2(x), __extendsfdf2(y)); }
int __unordsf2(float x, float y) { return __unorddf2(__extendsfdf2(x), __extendsfdf2(y)); }
float __floatsisf(int32_t n) { return __truncdfsf2(__floatsidf(n)); }
float __floatunsisf(uint32_t n) { return __truncdfsf2(__floatunsidf(n)); }
int32_t __fixsfsi(float x) { return __fixdfsi(__extendsfdf2(x)); }
uint32_t __fixunssfsi(float x) { return __fixunsdfsi(__extendsfdf2(x)); }
int64_t __fixsfdi(float x) { return __fixdfdi(__extendsfdf2(x)); }
uint64_t __fixunssfdi(float x) { return __fixunsdfdi(__extendsfdf2(x)); }

/* 64 bits have more than double: rounded once, by hand. */
static float from_magnitude(uint64_t n, uint32_t sign)
{
    int shift;
    sf r = { .u = sign };

    if (n == 0)
        return r.f;
    shift = 64 - __builtin_clzll(n) - 24;
    if (shift > 0) {
        uint64_t rest = n & ((1ull << shift) - 1), half = 1ull << (shift - 1);

        n >>= shift;
        n += rest > half || (rest == half && n & 1);
    } else {
        n <<= -shift;
    }
    r.u |= ((uint32_t)(127 + 23 + shift) << 23) + (uint32_t)n - 0x800000;
    return r.f;
}

float __floatundisf(uint64_t n) { return from_magnitude(n, 0); }
float __floatdisf(int64_t n) { return from_magnitude(n < 0 ? 0 - (uint64_t)n : (uint64_t)n, n < 0 ? 0x80000000u : 0); }
#endif
