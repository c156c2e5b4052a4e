/* stdlib.c - numbers, sorting, chance, and what ends a program. */
#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- numbers ---- */

/* The magnitude that stands at s; *end is s if none does. */
static unsigned long long magnitude(const char *s, char **end, int base, int *negative)
{
    const char *p = s, *digits;
    unsigned long long v = 0;

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
    for (digits = p;; p++) {
        int d = isdigit((unsigned char)*p) ? *p - '0'
              : isalpha((unsigned char)*p) ? (*p | 32) - 'a' + 10 : 99;

        if (d >= base)
            break;
        if (v > (ULLONG_MAX - (unsigned)d) / (unsigned)base) {
            errno = ERANGE;
            v = ULLONG_MAX;
        } else {
            v = v * (unsigned)base + (unsigned)d;
        }
    }
    if (end)
        *end = (char *)(uintptr_t)(p == digits ? s : p);
    return v;
}

static long long clamp(unsigned long long v, int negative, long long max)
{
    if (v <= (unsigned long long)max)
        return negative ? -(long long)v : (long long)v;
    if (!negative || v > (unsigned long long)max + 1)
        errno = ERANGE;
    return negative ? -max - 1 : max;
}

long long strtoll(const char *s, char **end, int base)
{
    int negative;
    unsigned long long v = magnitude(s, end, base, &negative);

    return clamp(v, negative, LLONG_MAX);
}

unsigned long long strtoull(const char *s, char **end, int base)
{
    int negative;
    unsigned long long v = magnitude(s, end, base, &negative);

    return negative ? 0 - v : v;
}

long strtol(const char *s, char **end, int base)
{
    int negative;
    unsigned long long v = magnitude(s, end, base, &negative);

    return (long)clamp(v, negative, LONG_MAX);
}

unsigned long strtoul(const char *s, char **end, int base)
{
    unsigned long long v = strtoull(s, end, base);

    if (v > ULONG_MAX && v < 0 - (unsigned long long)ULONG_MAX) {
        errno = ERANGE;
        return ULONG_MAX;
    }
    return (unsigned long)v;
}

int atoi(const char *s) { return (int)strtol(s, NULL, 10); }
long atol(const char *s) { return strtol(s, NULL, 10); }
int abs(int n) { return n < 0 ? -n : n; }
long labs(long n) { return n < 0 ? -n : n; }

/* ---- chance: Marsaglia, "Xorshift RNGs" ---- */

static uint32_t state = 1;

void srand(unsigned seed)
{
    state = seed ? seed : 1;
}

int rand(void)
{
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return (int)(state & RAND_MAX);
}

/* ---- sorting: heapsort, so that no input is slow and no memory is needed ---- */

static void swap(char *a, char *b, size_t size)
{
    while (size--) {
        char t = *a;

        *a++ = *b;
        *b++ = t;
    }
}

static void sift(char *base, size_t at, size_t n, size_t size,
                 int (*compare)(const void *, const void *))
{
    for (size_t child; (child = 2 * at + 1) < n; at = child) {
        if (child + 1 < n && compare(base + child * size, base + (child + 1) * size) < 0)
            child++;
        if (compare(base + at * size, base + child * size) >= 0)
            return;
        swap(base + at * size, base + child * size, size);
    }
}

void qsort(void *base, size_t n, size_t size, int (*compare)(const void *, const void *))
{
    char *b = base;

    for (size_t i = n / 2; i-- > 0;)
        sift(b, i, n, size, compare);
    for (size_t i = n; i-- > 1;) {
        swap(b, b + i * size, size);
        sift(b, 0, i, size, compare);
    }
}

void *bsearch(const void *key, const void *base, size_t n, size_t size,
              int (*compare)(const void *, const void *))
{
    const char *b = base;

    while (n > 0) {
        const char *middle = b + n / 2 * size;
        int order = compare(key, middle);

        if (order == 0)
            return (void *)(uintptr_t)middle;
        if (order > 0) {
            b = middle + size;
            n -= n / 2 + 1;
        } else {
            n /= 2;
        }
    }
    return NULL;
}

/* ---- the rest ---- */

char *getenv(const char *name)
{
    size_t n = strlen(name);

    for (char **e = environ; e && *e; e++)
        if (strncmp(*e, name, n) == 0 && (*e)[n] == '=')
            return *e + n + 1;
    return NULL;
}

_Noreturn void abort(void)
{
    fflush(NULL);
    signal(SIGABRT, SIG_DFL);
    raise(SIGABRT);
    _exit(127);
}

_Noreturn void __assert_failed(const char *condition, const char *file, int line)
{
    fprintf(stderr, "%s:%d: assertion failed: %s\n", file, line, condition);
    abort();
}

char *strerror(int error)
{
    static const struct { int error; const char *text; } known[] = {
        { 0, "no error" }, { EPERM, "not permitted" }, { ENOENT, "no such file" },
        { ESRCH, "no such process" }, { EINTR, "interrupted by a signal" }, { EIO, "I/O error" },
        { E2BIG, "arguments too long" }, { ENOEXEC, "not executable" },
        { EBADF, "bad descriptor" }, { ECHILD, "no children" }, { EAGAIN, "try again" },
        { ENOMEM, "out of memory" }, { EACCES, "access denied" }, { EFAULT, "bad address" },
        { EEXIST, "exists" }, { EINVAL, "invalid argument" }, { EMFILE, "too many open files" },
        { EPIPE, "nobody reads the pipe" }, { ERANGE, "out of range" },
        { EDEADLK, "deadlock avoided" }, { ENOSYS, "no such system call" },
        { ETIMEDOUT, "timed out" },
    };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].error == error)
            return (char *)(uintptr_t)known[i].text;
    return (char *)(uintptr_t)"unknown error";
}
