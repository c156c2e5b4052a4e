/* number.c - text to integers, and arithmetic with them. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>

static int digit_of(int c)
{
    return isdigit(c) ? c - '0' : isalpha(c) ? tolower(c) - 'a' + 10 : 99;
}

/* The magnitude that stands at s, at most `max`; *end is s if none does. */
static unsigned long long magnitude(const char *s, char **end, int base, int *negative,
                                    unsigned long long max)
{
    const char *p = s, *digits;
    unsigned long long v = 0;
    int d, over = 0;

    if (end)
        *end = (char *)(uintptr_t)s;
    if (base < 0 || base == 1 || base > 36) {
        errno = EINVAL;
        return 0;
    }
    while (isspace((unsigned char)*p))
        p++;
    *negative = *p == '-';
    if (*p == '-' || *p == '+')
        p++;
    if ((base == 0 || base == 16) && p[0] == '0' && (p[1] | 32) == 'x' &&
        isxdigit((unsigned char)p[2])) {
        p += 2;
        base = 16;
    } else if (base == 0) {
        base = *p == '0' ? 8 : 10;
    }
    for (digits = p; (d = digit_of((unsigned char)*p)) < base; p++) {
        if (v >> 27 == 0) {     /* far from any limit, and 32 bits are enough */
            v = (uint32_t)v * (unsigned)base + (unsigned)d;
        } else if (v > (ULLONG_MAX - (unsigned)d) / (unsigned)base) {
            over = 1;
        } else {
            v = v * (unsigned)base + (unsigned)d;
        }
    }
    if (end && p != digits)
        *end = (char *)(uintptr_t)p;
    if (over || v > max) {
        errno = ERANGE;
        return max;
    }
    return v;
}

/* A negative limit is one more than the positive one. */
static long long clamp(const char *s, char **end, int base, long long max)
{
    int negative = 0;
    unsigned long long v = magnitude(s, end, base, &negative, (unsigned long long)max + 1);

    if (v <= (unsigned long long)max)
        return negative ? -(long long)v : (long long)v;
    if (negative)
        return -max - 1;
    errno = ERANGE;
    return max;
}

long long strtoll(const char *s, char **end, int base) { return clamp(s, end, base, LLONG_MAX); }
long strtol(const char *s, char **end, int base) { return (long)clamp(s, end, base, LONG_MAX); }

unsigned long long strtoull(const char *s, char **end, int base)
{
    int negative = 0, was = errno;
    unsigned long long v;

    errno = 0;
    v = magnitude(s, end, base, &negative, ULLONG_MAX);
    if (errno == ERANGE)
        return v;
    if (errno == 0)
        errno = was;
    return negative ? 0 - v : v;
}

unsigned long strtoul(const char *s, char **end, int base)
{
    int negative = 0, was = errno;
    unsigned long v;

    errno = 0;
    v = (unsigned long)magnitude(s, end, base, &negative, ULONG_MAX);
    if (errno == ERANGE)
        return v;
    if (errno == 0)
        errno = was;
    return negative ? 0 - v : v;
}

intmax_t strtoimax(const char *s, char **end, int base) { return strtoll(s, end, base); }
uintmax_t strtoumax(const char *s, char **end, int base) { return strtoull(s, end, base); }
int atoi(const char *s) { return (int)strtol(s, NULL, 10); }
long atol(const char *s) { return strtol(s, NULL, 10); }
long long atoll(const char *s) { return strtoll(s, NULL, 10); }
int abs(int n) { return n < 0 ? -n : n; }
long labs(long n) { return n < 0 ? -n : n; }
long long llabs(long long n) { return n < 0 ? -n : n; }
intmax_t imaxabs(intmax_t n) { return n < 0 ? -n : n; }
div_t div(int n, int d) { return (div_t){ n / d, n % d }; }
ldiv_t ldiv(long n, long d) { return (ldiv_t){ n / d, n % d }; }
lldiv_t lldiv(long long n, long long d) { return (lldiv_t){ n / d, n % d }; }
imaxdiv_t imaxdiv(intmax_t n, intmax_t d) { return (imaxdiv_t){ n / d, n % d }; }
