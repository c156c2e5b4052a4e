/* wctype.c - kinds of wide characters.
 *
 * Beyond ASCII: the letters of the alphabets in `letters`, blanks, and everything else that
 * can be printed is punctuation. Source of the ranges: The Unicode Standard 15, code charts.
 */
#include <string.h>
#include <wctype.h>

struct range { wint_t from, to; };

#define HAS(table, c) has(table, sizeof(table) / sizeof *(table), c)

static int has(const struct range *r, size_t n, wint_t c)
{
    for (size_t i = 0; i < n; i++)
        if (c >= r[i].from && c <= r[i].to)
            return 1;
    return 0;
}

static const struct range letters[] = {
    { 'A', 'Z' }, { 'a', 'z' }, { 0xaa, 0xaa }, { 0xb5, 0xb5 }, { 0xba, 0xba }, { 0xc0, 0xd6 },
    { 0xd8, 0xf6 }, { 0xf8, 0x2c1 }, { 0x370, 0x373 }, { 0x376, 0x377 }, { 0x37b, 0x37d },
    { 0x37f, 0x37f }, { 0x386, 0x386 }, { 0x388, 0x38a }, { 0x38c, 0x38c }, { 0x38e, 0x3a1 },
    { 0x3a3, 0x3f5 }, { 0x3f7, 0x481 }, { 0x48a, 0x52f }, { 0x531, 0x556 }, { 0x560, 0x588 },
    { 0x5d0, 0x5ea }, { 0x620, 0x64a }, { 0x904, 0x939 }, { 0x1e00, 0x1f15 }, { 0x3041, 0x3096 },
    { 0x30a1, 0x30fa }, { 0x3400, 0x4dbf }, { 0x4e00, 0x9fff }, { 0xac00, 0xd7a3 },
    { 0x20000, 0x2fa1d },
};

int iswdigit(wint_t c) { return c >= '0' && c <= '9'; }
int iswxdigit(wint_t c) { return iswdigit(c) || ((c | 32) >= 'a' && (c | 32) <= 'f'); }
int iswalpha(wint_t c) { return HAS(letters, c); }
int iswalnum(wint_t c) { return iswdigit(c) || iswalpha(c); }
int iswblank(wint_t c) { return c == '\t' || (iswspace(c) && !(c >= '\n' && c <= '\r') && c != 0x2028 && c != 0x2029); }
int iswcntrl(wint_t c) { return c < 32 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029; }
int iswupper(wint_t c) { return towlower(c) != c; }
int iswgraph(wint_t c) { return iswprint(c) && !iswspace(c); }
int iswpunct(wint_t c) { return iswgraph(c) && !iswalnum(c); }

int iswspace(wint_t c)
{
    static const struct range spaces[] = {
        { '\t', '\r' }, { ' ', ' ' }, { 0x1680, 0x1680 }, { 0x2000, 0x2006 }, { 0x2008, 0x200a },
        { 0x2028, 0x2029 }, { 0x205f, 0x205f }, { 0x3000, 0x3000 },
    };

    return HAS(spaces, c);
}

int iswprint(wint_t c)
{
    return c <= 0x10ffff && !iswcntrl(c) && !(c >= 0xd800 && c < 0xe000) && (c & 0xfffe) != 0xfffe;
}

/* ---- case ---- */

/* Upper cases in `from` to `to`: `distance` below their lower ones, or, 1, alternating with
 * them, the first one upper. */
static const struct { unsigned short from, to, distance; } cases[] = {
    { 'A', 'Z', 32 }, { 0xc0, 0xd6, 32 }, { 0xd8, 0xde, 32 }, { 0x100, 0x12e, 1 },
    { 0x132, 0x136, 1 }, { 0x139, 0x147, 1 }, { 0x14a, 0x176, 1 }, { 0x179, 0x17d, 1 },
    { 0x386, 0x386, 38 }, { 0x388, 0x38a, 37 }, { 0x38c, 0x38c, 64 }, { 0x38e, 0x38f, 63 },
    { 0x391, 0x3a1, 32 }, { 0x3a3, 0x3ab, 32 }, { 0x400, 0x40f, 80 }, { 0x410, 0x42f, 32 },
    { 0x460, 0x480, 1 }, { 0x48a, 0x4be, 1 }, { 0x4c1, 0x4cd, 1 }, { 0x4d0, 0x52e, 1 },
    { 0x531, 0x556, 48 }, { 0x1e00, 0x1e94, 1 }, { 0x1ea0, 0x1efe, 1 },
};

wint_t towlower(wint_t c)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (c >= cases[i].from && c <= cases[i].to)
            return cases[i].distance > 1 || (c - cases[i].from) % 2 == 0 ? c + cases[i].distance : c;
    return c == 0x130 ? 'i' : c == 0x178 ? 0xff : c;
}

wint_t towupper(wint_t c)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wint_t up = c - cases[i].distance;

        if (c >= cases[i].distance && up >= cases[i].from && up <= cases[i].to &&
            (cases[i].distance > 1 || (up - cases[i].from) % 2 == 0))
            return up;
    }
    return c == 0xff ? 0x178 : c == 0xb5 ? 0x39c : c == 0x3c2 ? 0x3a3 : c == 0x131 ? 'I'
         : c == 0x17f ? 'S' : c;
}

int iswlower(wint_t c)
{
    static const wint_t alone[] = { 0xaa, 0xba, 0xdf, 0x138, 0x149, 0x390, 0x3b0 };

    return towupper(c) != c || wmemchr((const wchar_t *)alone, (wchar_t)c, sizeof alone / sizeof *alone);
}

/* ---- by name ---- */

static const struct { const char *name; int (*is)(wint_t); } kinds[] = {
    { "alnum", iswalnum }, { "alpha", iswalpha }, { "blank", iswblank }, { "cntrl", iswcntrl },
    { "digit", iswdigit }, { "graph", iswgraph }, { "lower", iswlower }, { "print", iswprint },
    { "punct", iswpunct }, { "space", iswspace }, { "upper", iswupper }, { "xdigit", iswxdigit },
};

wctype_t wctype(const char *name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].name, name) == 0)
            return i + 1;
    return 0;
}

int iswctype(wint_t c, wctype_t kind)
{
    return kind > 0 && kind <= sizeof kinds / sizeof *kinds && kinds[kind - 1].is(c);
}

static const int lower = 0, upper = 1;

wctrans_t wctrans(const char *name)
{
    return strcmp(name, "tolower") == 0 ? &lower : strcmp(name, "toupper") == 0 ? &upper : NULL;
}

wint_t towctrans(wint_t c, wctrans_t how) { return how == &lower ? towlower(c) : towupper(c); }

/* ---- columns ---- */

int wcwidth(wchar_t c)
{
    static const struct range none[] = { { 0x300, 0x36f }, { 0x483, 0x489 }, { 0x591, 0x5bd },
        { 0x64b, 0x65f }, { 0x200b, 0x200f }, { 0x20d0, 0x20f0 }, { 0xfe00, 0xfe0f } };
    static const struct range two[] = { { 0x1100, 0x115f }, { 0x2e80, 0x303e }, { 0x3041, 0x33ff },
        { 0x3400, 0x4dbf }, { 0x4e00, 0xa4c6 }, { 0xac00, 0xd7a3 }, { 0xf900, 0xfaff },
        { 0xfe30, 0xfe6b }, { 0xff01, 0xff60 }, { 0xffe0, 0xffe6 }, { 0x1f300, 0x1f64f },
        { 0x1f680, 0x1f6fc }, { 0x1f900, 0x1f9ff }, { 0x20000, 0x3fffd } };
    wint_t u = (wint_t)c;

    return u == 0 ? 0 : !iswprint(u) ? -1 : HAS(none, u) ? 0 : HAS(two, u) ? 2 : 1;
}

int wcswidth(const wchar_t *s, size_t n)
{
    int width = 0;

    for (; n > 0 && *s; s++, n--) {
        int w = wcwidth(*s);

        if (w < 0)
            return -1;
        width += w;
    }
    return width;
}
