/* text.c - numbers, times and strings as text. */
#include <formats/text.h>

#include <stdarg.h>

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Whole numbers up to here survive in a double, and so in most readers of JSON. */
static const uint64_t exact_limit = UINT64_C(1) << 53;

void text_init(struct text *t, struct text_out *out)
{
    t->out = out;
    t->failed = false;
    t->n = 0;
}

bool text_end(struct text *t)
{
    if (t->n && !t->failed)
        t->failed = !t->out->write(t->out->ctx, t->buf, t->n);
    t->n = 0;
    return !t->failed;
}

void text_bytes(struct text *t, const char *s, size_t n)
{
    if (n > sizeof t->buf - t->n)
        text_end(t);
    if (n > sizeof t->buf) {
        if (!t->failed)
            t->failed = !t->out->write(t->out->ctx, s, n);
        return;
    }
    memcpy(t->buf + t->n, s, n);
    t->n += n;
}

void text_put(struct text *t, const char *s)
{
    text_bytes(t, s, strlen(s));
}

void text_int(struct text *t, int64_t v)
{
    char buf[24];

    snprintf(buf, sizeof buf, "%" PRId64, v);
    text_put(t, buf);
}

void text_count(struct text *t, uint64_t v)
{
    char buf[32];

    snprintf(buf, sizeof buf, v > exact_limit ? "\"%" PRIu64 "\"" : "%" PRIu64, v);
    text_put(t, buf);
}

/* Decimals that a part of one unit needs; -1 when no number of them is enough. */
static int unit_decimals(ns_t unit)
{
    int decimals = 0;

    for (; unit > 1; unit /= 10, decimals++)
        if (unit % 10)
            return -1;
    return decimals;
}

const char *time_text(ns_t t, ns_t unit, char *buf, size_t size)
{
    int decimals = unit_decimals(unit);
    uint64_t magnitude = t < 0 ? -(uint64_t)t : (uint64_t)t;
    uint64_t part = magnitude % (uint64_t)unit;

    if (decimals < 0 && part)
        return number_text((double)t / (double)unit, buf, size);
    int n = snprintf(buf, size, "%s%" PRIu64, t < 0 ? "-" : "",
                     magnitude / (uint64_t)unit);

    if (part && n > 0 && (size_t)n < size) {
        for (; part % 10 == 0; part /= 10)
            decimals--;
        snprintf(buf + n, size - (size_t)n, ".%0*" PRIu64, decimals, part);
    }
    return buf;
}

const char *number_text(double x, char *buf, size_t size)
{
    if (!isfinite(x)) {
        snprintf(buf, size, "null");
        return buf;
    }
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(buf, size, "%.*g", digits, x);
        if (strtod(buf, NULL) == x)     /* a round trip, so equality is meant */
            break;
    }
    return buf;
}

void text_time(struct text *t, ns_t v, ns_t unit)
{
    char buf[48];

    if (v == NS_MAX) {
        text_put(t, "null");
        return;
    }
    bool large = v % unit == 0 && (v / unit > (ns_t)exact_limit
                                   || v / unit < -(ns_t)exact_limit);

    if (large)
        text_put(t, "\"");
    text_put(t, time_text(v, unit, buf, sizeof buf));
    if (large)
        text_put(t, "\"");
}

void text_number(struct text *t, double x)
{
    char buf[32];

    text_put(t, number_text(x, buf, sizeof buf));
}

unsigned utf8_length(const char *text, size_t n)
{
    const unsigned char *p = (const unsigned char *)text;
    unsigned need = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2
                  : p[0] < 0xf0 ? 3 : p[0] < 0xf5 ? 4 : 0;

    if (need > n)
        return 0;
    for (unsigned i = 1; i < need; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
        (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
        return 0;
    return need;
}

/* A byte that is no text, as a path may hold, is the lone surrogate U+DC00 + byte: so Python
 * does it ("surrogateescape"), and who reads it there gets the byte back. */
void text_string(struct text *t, const char *s)
{
    size_t left = strlen(s);

    text_put(t, "\"");
    for (unsigned n; left; s += n, left -= n) {
        unsigned char c = (unsigned char)*s;
        char buf[8];

        n = utf8_length(s, left);
        if (c == '"' || c == '\\')
            snprintf(buf, sizeof buf, "\\%c", c);
        else if (c == '\n')
            snprintf(buf, sizeof buf, "\\n");
        else if (c < 0x20 || c == 0x7f)
            snprintf(buf, sizeof buf, "\\u%04x", c);
        else if (n == 0)
            snprintf(buf, sizeof buf, "\\udc%02x", c);
        else
            snprintf(buf, sizeof buf, "%.*s", (int)n, s);
        text_put(t, buf);
        n += n == 0;
    }
    text_put(t, "\"");
}

void text_field(struct text *t, const char *s)
{
    if (!strpbrk(s, ",\"\r\n")) {
        text_put(t, s);
        return;
    }
    text_put(t, "\"");
    for (; *s; s++) {
        if (*s == '"')
            text_put(t, "\"");
        text_bytes(t, s, 1);
    }
    text_put(t, "\"");
}

bool json_string(struct text_out *out, const char *s)
{
    struct text t;

    text_init(&t, out);
    text_string(&t, s);
    return text_end(&t);
}

bool text_out_printf(struct text_out *out, const char *format, ...)
{
    char buf[1024];
    va_list ap;

    va_start(ap, format);
    int n = vsnprintf(buf, sizeof buf, format, ap);
    va_end(ap);
    if (n >= (int)sizeof buf)
        n = (int)sizeof buf - 1;
    return n <= 0 || out->write(out->ctx, buf, (size_t)n);
}
