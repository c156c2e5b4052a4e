/* print.c - printf and strtod, scanf and strftime over random formats, numbers and text.
 * Built for the host and for the machine, it must print the same. */
#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static uint64_t state = 88172645463325252u;

static uint32_t chance(uint32_t n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 32) % n;
}

static double of_bits(uint64_t bits)
{
    double d;

    memcpy(&d, &bits, sizeof d);
    return d;
}

/* All exponents, and more often those of everyday numbers, short ones and ties. */
static double some_double(void)
{
    static const double odd[] = { 0.0, 0.5, 1.5, 2.5, 0.125, 9.5, 99.5, 0.05, 1e23, 9007199254740993.0,
                                  5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 1e-5 };
    double d;

    chance(2);
    switch (chance(5)) {
    case 0: d = of_bits(state); break;
    case 1: d = (double)(int32_t)chance(UINT32_MAX) / (1 << chance(20)); break;
    case 2: d = odd[chance(sizeof odd / sizeof *odd)]; break;
    case 3: d = (double)chance(100000) / 1000; break;
    default: d = of_bits((state & 0x800fffffffffffffu) | (uint64_t)(1023 - 60 + chance(120)) << 52);
    }
    return d != d ? 1.0 : chance(2) ? -d : d;   /* a NaN's sign is nobody's promise */
}

static size_t start_format(char *f)
{
    size_t n = 0;

    f[n++] = '%';
    for (int i = (int)chance(3); i > 0; i--)
        f[n++] = "-+ #0"[chance(5)];
    if (chance(2))
        n += (size_t)sprintf(f + n, "%u", (unsigned)chance(30));
    if (chance(2))
        n += (size_t)sprintf(f + n, ".%u", (unsigned)chance(chance(8) ? 20 : 400));
    return n;
}

static void print_doubles(int count)
{
    char f[32], out[1200];

    for (int i = 0; i < count; i++) {
        size_t n = start_format(f);
        double d = some_double();
        int r;

        f[n++] = "aefgAEFG"[chance(8)];
        f[n] = '\0';
        r = snprintf(out, chance(10) ? sizeof out : chance(30), f, d);
        printf("%s %d|%s|\n", f, r, out);
    }
}

static void print_ints(int count)
{
    static const struct { const char *size; int bits; } sizes[] = {
        { "hh", 8 }, { "h", 16 }, { "", 32 }, { "ll", 64 }, { "j", 64 } };
    char f[32], out[600];

    for (int i = 0; i < count; i++) {
        size_t n = start_format(f);
        int size = (int)chance(5);
        uint64_t v = chance(3) ? state >> chance(64) : chance(3);

        n += (size_t)sprintf(f + n, "%s%c", sizes[size].size, "diouxX"[chance(6)]);
        if (sizes[size].bits == 64)
            snprintf(out, sizeof out, f, (long long)v);
        else
            snprintf(out, sizeof out, f, (int)v);
        printf("%s|%s|\n", f, out);
    }
}

static void print_texts(int count)
{
    char f[32], out[600], text[40];

    for (int i = 0; i < count; i++) {
        size_t n = start_format(f), len = chance(30);

        for (size_t k = 0; k < len; k++)
            text[k] = (char)('!' + chance(90));
        text[len] = '\0';
        f[n++] = 's';
        f[n] = '\0';
        if (strpbrk(f, "#0+"))
            continue;           /* undefined for %s */
        snprintf(out, sizeof out, f, text);
        printf("%s|%s|\n", f, out);
    }
}

static void print_back(const char *text)
{
    char *end;
    double d;
    float s;
    uint64_t bits;
    uint32_t half;
    int e;

    errno = 0;
    d = strtod(text, &end);
    e = errno;
    memcpy(&bits, &d, sizeof bits);
    printf("%s %016" PRIx64 " %d %d", text, d != d ? 1 : bits, (int)(end - text), e);
    errno = 0;
    s = strtof(text, &end);
    memcpy(&half, &s, sizeof half);
    printf(" %08" PRIx32 " %d\n", s != s ? 1 : half, errno);
}

/* Digits at random, numbers printed with too few or too many digits, halfway points. */
static void read_doubles(int count)
{
    static const char *const odd[] = {
        "", "-", ".", "1.", ".5", "+.5e", "1e", "1e+", "0x", "0x.", "0x1p", "0x1.8p3", "0X.8P-1",
        "inf", "-INFINITY", "infinite", "nan", "nan(12_a)", "nan(1", "  \t\n12", "1e400", "-1e-400",
        "1e-324", "2.4703282292062327e-324", "2.4703282292062328e-324", "4.9e-324",
        "2.2250738585072011e-308", "2.2250738585072014e-308", "1.7976931348623158e308",
        "1.7976931348623159e308", "9007199254740993", "9007199254740992.999", "0x1.fffffffffffff8p0",
        "0x1.fffffffffffff7fffffffffffffffffffffffffffffp0", "0x0.00000000000001p-1022", "1e99999999999",
        "0e99999999999", "00000000000000000000000000000001e-5", "123456789012345678901234567890e-20",
        "3.4028235677973366e38", "1.40129846432481707e-45", "7.006492321624085e-46", "0x1p-150",
        "16777217", "16777219", "1.00000005960464477539062501" };
    char text[1200];

    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        print_back(odd[i]);
    for (int i = 0; i < count; i++) {
        double d = some_double();
        size_t n = 0;

        switch (chance(4)) {
        case 0: snprintf(text, sizeof text, "%.*e", (int)chance(25), d); break;
        case 1: snprintf(text, sizeof text, "%.*f", (int)chance(10), d); break;
        case 2: {                       /* exactly between two neighbours, or next to it */
            uint64_t bits;
            double up;

            memcpy(&bits, &d, sizeof bits);
            up = of_bits((bits & ~(uint64_t)1) | 1);
            d = of_bits(bits & ~(uint64_t)1);
            if (d - d != 0 || up - up != 0)
                continue;
            /* the middle has one bit more: the digits of d and half of the last bit */
            snprintf(text, sizeof text, "%.*e", 17 + (int)chance(3), d / 2 + up / 2);
            break;
        }
        default:
            for (int k = (int)chance(40) + 1; k > 0; k--)
                text[n++] = (char)('0' + chance(10));
            text[chance((uint32_t)n)] = '.';
            sprintf(text + n, "e%d", (int)chance(700) - 350);
        }
        print_back(text);
    }
}

/* 2^-1074 times odd numbers over 2: halfway between subnormals, with all their digits. */
static void read_halves(void)
{
    char text[1300];

    for (int i = 0; i < 40; i++) {
        double d = of_bits(chance(1000) * 2u + 1);
        int n = snprintf(text, sizeof text, "%.1074f", d);

        print_back(text);
        snprintf(text + n, sizeof text - (size_t)n, "%s", chance(2) ? "1" : "0000");
        print_back(text);
    }
}

static void read_ints(int count)
{
    static const char letters[] = "0123456789abcdefghijklmnopqrstuvwxyzABCXYZ+- 0x0X";
    char text[64], *end;

    for (int i = 0; i < count; i++) {
        size_t n = chance(24);
        int base = (int)chance(38), e;
        unsigned long long u;
        long long v;

        for (size_t k = 0; k < n; k++)
            text[k] = letters[chance(chance(2) ? 11 : sizeof letters - 1)];
        text[n] = '\0';
        if (base == 1 || base > 36)
            base = 10;
        if (base == 16 && strpbrk(text, "xX"))
            continue;           /* C23 and others differ in "0x" without digits */
        errno = 0;
        v = strtoll(text, &end, base);
        e = errno;
        printf("%s/%d %lld %d %d", text, base, v, (int)(end - text), e == EINVAL ? 0 : e);
        errno = 0;
        u = strtoull(text, &end, base);
        printf(" %llu %d\n", u, errno == EINVAL ? 0 : errno);
    }
}

static void scan(int count)
{
    static const char *const formats[] = {
        "%d %d", "%i,%i", "%x:%o", "%3d%4d", "%lf %f", "%5lf%n", "%s %s", "%3s%c%c", "%[a-f]%[^a-f]",
        "%*d %d", "%d%%%d", "%u.%u", " %c %c", "%[]x]%s", "%hhd %hd" };
    static const char *const texts[] = {
        "12 34", "-5,0x1f", "ff:777", "1234567", "1.5e3 -.25", "3.14159", "alpha beta", "abcdefgh",
        "facexyz", "1 2 3", "50%20", "", "   ", "x", "+7 -8", "0x", "inf nan", "]x]y z", "300 70000",
        "12abc", "0x1.8p1 2" };

    for (int i = 0; i < count; i++) {
        const char *f = formats[chance(sizeof formats / sizeof *formats)];
        const char *t = texts[chance(sizeof texts / sizeof *texts)];
        union { int i; double d; float f; char s[64]; } a, b;
        int n = -1, r;

        memset(&a, 0, sizeof a);
        memset(&b, 0, sizeof b);
        r = f[1] == '5' ? sscanf(t, f, &a, &n) : strstr(f, "%c%c") ? sscanf(t, f, &a, &b, &n) : sscanf(t, f, &a, &b);
        if (!strncmp(t, "0x", 3) && strpbrk(f, "ix"))
            continue;
        printf("%s <%s> %d %d ", f, t, r, n);
        for (int k = 0; k < 16; k++)
            printf("%02x%02x", (unsigned char)a.s[k], (unsigned char)b.s[k]);
        printf("\n");
    }
}

static void dates(int count)
{
    static const char all[] = "aAbBcCdDeFgGhHIjklmMnpPrRsStTuUVwWxXyYzZ%";
    char f[8], out[128];

    setenv("TZ", "UTC0", 1);
    tzset();
    for (int i = 0; i < count; i++) {
        time_t t = chance(UINT32_MAX);
        struct tm tm, back;

        t = chance(4) ? t : t * 20;
        t = chance(3) ? t : t - 20000000000;
        if (!gmtime_r(&t, &tm))
            continue;
        strcpy(f, chance(4) ? "%" : "%-");
        strncat(f, all + chance(sizeof all - 1), 1);
        if (f[1] == '-' && !strchr("deHIjklmMSUVWy", f[2]))
            continue;
        if (!strftime(out, sizeof out, f, &tm))
            strcpy(out, "(none)");
        back = tm;
        back.tm_mday += 40;
        back.tm_mon -= (int)chance(30);
        back.tm_sec += 100000;
        t = mktime(&back);
        printf("%s %s %lld %d %d\n", f, out, (long long)t, back.tm_yday, back.tm_wday);
    }
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 1000;

    print_doubles(count);
    print_ints(count);
    print_texts(count / 4);
    read_doubles(count);
    read_halves();
    read_ints(count);
    scan(count);
    dates(count);
    return 0;
}
