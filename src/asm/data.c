/* data.c - directives that put bytes into a section: numbers, texts, room. */
#include <asm/inside.h>

#include <sim/utf8.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_ALIGN = 12 };        /* a page: sections start on one */

static void put(uint8_t *out, uint64_t v, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        out[i] = (uint8_t)(v >> i * 8);
}

static bool fits(int64_t v, unsigned bytes)
{
    int64_t top = bytes < 8 ? INT64_C(1) << bytes * 8 : 0;

    return bytes == 8 || (v < top && v >= -(top / 2));
}

/* RARS's "value : times", of which one has been emitted. */
static bool again(struct asm_state *a, const char *at, const uint8_t *value, unsigned bytes)
{
    int64_t times = 1;

    if (!asm_take_char(a, ':'))
        return true;
    if (!asm_number(a, &times))
        return false;
    if (times < 1)
        return asm_fail0(a, at, "a value is repeated once or more");
    while (--times)
        if (!asm_emit(a, at, value, bytes))
            return false;
    return true;
}

/* Behind a blank, one more that cannot be a part of the one before. */
static bool value_comes(struct asm_state *a)
{
    return asm_take_comma(a) && (asm_is_name_char(*a->c.p) || *a->c.p == '\'');
}

bool asm_dir_data(struct asm_state *a, unsigned bytes)
{
    do {
        uint8_t out[8];
        struct asm_value v;
        const char *at;

        asm_blank(a);
        at = a->c.p;
        if (!asm_expression(a, &v))
            return false;
        if (v.sec != SEC_ABS)
            v.n = asm_address(a, v);
        if (!fits(v.n, bytes)) {
            char buf[24];

            return asm_fail(a, at, "this does not fit in % bytes", asm_decimal(buf, bytes),
                            STR(""));
        }
        put(out, (uint64_t)v.n, bytes);
        if (!asm_emit(a, at, out, bytes) || !again(a, at, out, bytes))
            return false;
    } while (asm_take_char(a, ',') || value_comes(a));
    return true;
}

/* RARS's \u and four hexadecimal digits, which are taken: the character's bytes in UTF-8 (RFC
 * 3629). How many; 0: no such thing stands here. */
static size_t unicode(struct asm_state *a, uint8_t out[3])
{
    const char *p = a->c.p;
    uint32_t code = 0;
    char bytes[4];

    if (a->c.end - p < 6 || p[0] != '\\' || p[1] != 'u')
        return 0;
    for (unsigned i = 2; i < 6; i++) {
        unsigned digit = (unsigned char)p[i], letter = (digit | 32) - 'a';

        if (digit - '0' > 9 && letter > 5)
            return 0;
        code = code * 16 + (digit - '0' <= 9 ? digit - '0' : letter + 10);
    }
    a->c.p += 6;
    size_t n = utf8_encode(code, bytes);        /* at most three: code has 16 bits */
    memcpy(out, bytes, n);
    return n;
}

static bool one_string(struct asm_state *a)
{
    const char *start;

    if (!asm_take_char(a, '"'))
        return asm_fail0(a, a->c.p, "a string in \"quotes\" is expected here");
    start = a->c.p - 1;
    while (a->c.p < a->c.end && *a->c.p != '"') {
        uint8_t byte[3];
        size_t n = unicode(a, byte);

        if ((!n && !asm_char(a, '"', byte)) || !asm_emit(a, start, byte, n ? n : 1))
            return false;
    }
    return asm_take_char(a, '"') || asm_fail0(a, start, "this string does not end");
}

/* .ascii "a", "b" "c": strings side by side are one. */
bool asm_dir_string(struct asm_state *a, unsigned zero)
{
    do {
        const char *at = a->c.p;

        do
            if (!one_string(a))
                return false;
        while (!asm_at_end(a) && *a->c.p == '"');
        if (zero && !asm_emit(a, at, "", 1))
            return false;
    } while (asm_take_char(a, ','));
    return true;
}

/* n copies of an element of `bytes` bytes. */
static bool fill(struct asm_state *a, const char *at, int64_t n, uint64_t value, unsigned bytes)
{
    uint8_t out[8];

    if (n < 0)
        return asm_fail0(a, at, "a size cannot be negative");
    if (value == 0 || !a->section[a->here].bytes)
        return asm_emit(a, at, NULL, (uint64_t)n > UINT32_MAX ? UINT64_MAX
                                                              : (uint64_t)n * bytes);
    put(out, value, bytes);
    for (; n > 0; n--)
        if (!asm_emit(a, at, out, bytes))
            return false;
    return true;
}

bool asm_dir_space(struct asm_state *a, unsigned may_fill)
{
    const char *at = a->c.p;
    int64_t n, value = 0;

    if (!asm_number(a, &n) || (may_fill && asm_take_char(a, ',') && !asm_number(a, &value)))
        return false;
    return fill(a, at, n, (uint8_t)value, 1);
}

/* .fill repeat, size, value */
bool asm_dir_fill(struct asm_state *a, unsigned unused)
{
    const char *at = a->c.p;
    int64_t n, bytes = 1, value = 0;

    (void)unused;
    if (!asm_number(a, &n) || (asm_take_char(a, ',') && !asm_number(a, &bytes)) ||
        (asm_take_char(a, ',') && !asm_number(a, &value)))
        return false;
    if (bytes < 1 || bytes > 8)
        return asm_fail0(a, at, "elements have 1 to 8 bytes");
    return fill(a, at, n, (uint64_t)value, (unsigned)bytes);
}

/* Code is padded with nops, as far as whole ones fit. */
static bool pad(struct asm_state *a, const char *at, uint32_t n, bool given, uint8_t value)
{
    static const uint8_t nop[4] = { 0x13 };

    if (given || a->here != SEC_TEXT)
        return fill(a, at, n, value, 1);
    if (!asm_emit(a, at, NULL, n & 3))
        return false;
    for (n >>= 2; n > 0; n--)
        if (!asm_emit(a, at, nop, 4))
            return false;
    return true;
}

/* .align and .p2align count in powers of two, .balign in bytes. */
bool asm_dir_align(struct asm_state *a, unsigned in_bytes)
{
    const char *at;
    int64_t n, value = 0, most = INT64_MAX;
    bool given = false;
    uint32_t size, gap;

    asm_blank(a);
    at = a->c.p;
    if (!asm_number(a, &n))
        return false;
    if (asm_take_char(a, ',') && !asm_at_end(a) && *a->c.p != ',') {
        given = true;
        if (!asm_number(a, &value))
            return false;
    }
    if (asm_take_char(a, ',') && !asm_number(a, &most))
        return false;
    if (in_bytes && (n < 0 || n & (n - 1)))
        return asm_fail0(a, at, "an alignment is a power of two");
    if (n < 0 || n > (in_bytes ? 1 << MAX_ALIGN : MAX_ALIGN))
        return asm_fail0(a, at, in_bytes ? "an alignment is at most 4096"
                                         : "this is a power of two, at most 12 (.balign counts "
                                           "in bytes)");
    size = in_bytes ? (n ? (uint32_t)n : 1) : 1u << n;
    gap = (0 - a->section[a->here].at) & (size - 1);
    return gap > most || pad(a, at, gap, given, (uint8_t)value);
}

/* .comm and .lcomm name, size, alignment: zeroed memory. */
bool asm_dir_comm(struct asm_state *a, unsigned unused)
{
    enum asm_sec here = a->here;
    struct asm_str name = asm_name(a);
    int64_t size, align = 4;
    bool ok;

    (void)unused;
    if (!name.n)
        return asm_fail0(a, a->c.p, "a name is expected here");
    if (!asm_expect(a, ',') || !asm_number(a, &size) ||
        (asm_take_char(a, ',') && !asm_number(a, &align)))
        return false;
    if (align < 1 || align > 4096 || align & (align - 1))
        return asm_fail0(a, name.p, "an alignment is a power of two, at most 4096");
    a->here = SEC_BSS;
    ok = asm_emit(a, name.p, NULL, (0 - a->section[SEC_BSS].at) & (uint32_t)(align - 1)) &&
         asm_define(a, name, name.p) && fill(a, name.p, size, 0, 1);
    a->here = here;
    return ok;
}

/* .org offset, fill: forwards to that place in the section. */
bool asm_dir_org(struct asm_state *a, unsigned unused)
{
    const char *at = a->c.p;
    struct asm_value v;
    int64_t value = 0;

    (void)unused;
    if (!asm_expression(a, &v) || (asm_take_char(a, ',') && !asm_number(a, &value)))
        return false;
    if (v.sec == SEC_UNKNOWN)
        return true;
    if (v.sec != SEC_ABS && v.sec != a->here)
        return asm_fail0(a, at, "this is in another section");
    if (v.n < a->section[a->here].at)
        return asm_fail0(a, at, ".org does not go back");
    return fill(a, at, v.n - a->section[a->here].at, (uint8_t)value, 1);
}

/* Seven bits a byte, the lowest first. */
bool asm_dir_leb128(struct asm_state *a, unsigned is_signed)
{
    do {
        const char *at = a->c.p;
        uint8_t out[10];
        size_t n = 0;
        int64_t v;
        bool more;

        if (!asm_number(a, &v))
            return false;
        do {
            uint8_t low = v & 0x7f;

            v = is_signed ? v >> 7 : (int64_t)((uint64_t)v >> 7);
            more = is_signed ? v != (low & 0x40 ? -1 : 0) : v != 0;
            out[n++] = (uint8_t)(low | (more ? 0x80 : 0));
        } while (more);
        if (!asm_emit(a, at, out, n))
            return false;
    } while (asm_take_char(a, ','));
    return true;
}

/* The number as text, for strtod: a sign, digits, letters of exponents and names. */
static bool real_text(struct asm_state *a, char *text, size_t size)
{
    size_t n = 0;

    asm_blank(a);
    while (a->c.p < a->c.end && n + 1 < size &&
           (asm_is_name_char(*a->c.p) || *a->c.p == '+' || *a->c.p == '-'))
        text[n++] = *a->c.p++;
    text[n] = '\0';
    return n > 0;
}

bool asm_dir_real(struct asm_state *a, unsigned bytes)
{
    do {
        const char *at = a->c.p;
        char text[64], *end;
        union { double d; uint64_t u; } wide;
        union { float f; uint32_t u; } narrow;
        uint8_t out[8];

        if (!real_text(a, text, sizeof text))
            return asm_fail0(a, at, "a number is expected here");
        if (bytes == 8)
            wide.d = strtod(text, &end);
        else
            narrow.f = strtof(text, &end);
        if (*end)
            return asm_fail0(a, at, "this is no number");
        put(out, bytes == 8 ? wide.u : narrow.u, bytes);
        if (!asm_emit(a, at, out, bytes))
            return false;
    } while (asm_take_char(a, ','));
    return true;
}
