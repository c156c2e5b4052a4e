/* div64.c - 64-bit division for compilers that come without their run-time library
 * (clang). Schoolbook, a bit at a time. */
#ifdef __clang__
#include <stdint.h>

uint64_t __udivmoddi4(uint64_t n, uint64_t d, uint64_t *rest);
uint64_t __udivdi3(uint64_t n, uint64_t d);
uint64_t __umoddi3(uint64_t n, uint64_t d);
int64_t __divdi3(int64_t n, int64_t d);
int64_t __moddi3(int64_t n, int64_t d);
int64_t __muldi3(int64_t a, int64_t b);
int64_t __ashldi3(int64_t v, int n);
int64_t __lshrdi3(int64_t v, int n);
int64_t __ashrdi3(int64_t v, int n);

/* Division by zero gives all ones and the dividend, as the hardware does for 32 bits. */
uint64_t __udivmoddi4(uint64_t n, uint64_t d, uint64_t *rest)
{
    uint64_t q = 0, r = 0;

    if ((n | d) >> 32 == 0 && d) {
        *rest = (uint32_t)n % (uint32_t)d;
        return (uint32_t)n / (uint32_t)d;
    }
    for (int i = 63; i >= 0; i--) {
        uint32_t carry = (uint32_t)(r >> 63);

        r = r << 1 | (n >> i & 1);
        q <<= 1;
        if (carry || r >= d) {
            r -= d;
            q |= 1;
        }
    }
    *rest = r;
    return q;
}

uint64_t __udivdi3(uint64_t n, uint64_t d)
{
    uint64_t rest;

    return __udivmoddi4(n, d, &rest);
}

uint64_t __umoddi3(uint64_t n, uint64_t d)
{
    uint64_t rest;

    __udivmoddi4(n, d, &rest);
    return rest;
}

static uint64_t magnitude(int64_t v)
{
    return v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
}

int64_t __divdi3(int64_t n, int64_t d)
{
    uint64_t q = __udivdi3(magnitude(n), magnitude(d));

    return (int64_t)((n < 0) != (d < 0) ? 0 - q : q);
}

int64_t __moddi3(int64_t n, int64_t d)
{
    uint64_t r = __umoddi3(magnitude(n), magnitude(d));

    return (int64_t)(n < 0 ? 0 - r : r);
}

struct halves { uint32_t low, high; };
union both { uint64_t all; struct halves h; };

int64_t __muldi3(int64_t a, int64_t b)
{
    union both x = { .all = (uint64_t)a }, y = { .all = (uint64_t)b };
    uint32_t a0 = x.h.low & 0xffff, a1 = x.h.low >> 16, b0 = y.h.low & 0xffff,
             b1 = y.h.low >> 16, middle = a1 * b0 + (a0 * b0 >> 16), low = a0 * b1 +
             (middle & 0xffff);
    union both r = { .h = { x.h.low * y.h.low, a1 * b1 + (middle >> 16) + (low >> 16) } };

    r.h.high += x.h.low * y.h.high + x.h.high * y.h.low;
    return (int64_t)r.all;
}

int64_t __ashldi3(int64_t v, int n)
{
    union both x = { .all = (uint64_t)v };

    if (n >= 32)
        x.h = (struct halves){ 0, x.h.low << (n - 32) };
    else if (n)
        x.h = (struct halves){ x.h.low << n, x.h.high << n | x.h.low >> (32 - n) };
    return (int64_t)x.all;
}

int64_t __lshrdi3(int64_t v, int n)
{
    union both x = { .all = (uint64_t)v };

    if (n >= 32)
        x.h = (struct halves){ x.h.high >> (n - 32), 0 };
    else if (n)
        x.h = (struct halves){ x.h.low >> n | x.h.high << (32 - n), x.h.high >> n };
    return (int64_t)x.all;
}

int64_t __ashrdi3(int64_t v, int n)
{
    union both x = { .all = (uint64_t)v };
    int32_t high = (int32_t)x.h.high;

    if (n >= 32)
        x.h = (struct halves){ (uint32_t)(high >> (n - 32)), (uint32_t)(high >> 31) };
    else if (n)
        x.h = (struct halves){ x.h.low >> n | x.h.high << (32 - n), (uint32_t)(high >> n) };
    return (int64_t)x.all;
}
#endif
