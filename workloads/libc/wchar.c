/* wchar.c - strings of wide characters. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wchar.h>
#include <wctype.h>

size_t wcsnlen(const wchar_t *s, size_t n)
{
    size_t i = 0;

    while (i < n && s[i])
        i++;
    return i;
}

size_t wcslen(const wchar_t *s) { return wcsnlen(s, (size_t)-1); }

wchar_t *wmemcpy(wchar_t *to, const wchar_t *from, size_t n) { return memcpy(to, from, n * sizeof *to); }
wchar_t *wmemmove(wchar_t *to, const wchar_t *from, size_t n) { return memmove(to, from, n * sizeof *to); }

wchar_t *wmemset(wchar_t *to, wchar_t c, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] = c;
    return to;
}

int wmemcmp(const wchar_t *a, const wchar_t *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
    return 0;
}

wchar_t *wmemchr(const wchar_t *s, wchar_t c, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (s[i] == c)
            return (wchar_t *)(uintptr_t)(s + i);
    return NULL;
}

/* ---- copies ---- */

wchar_t *wcpcpy(wchar_t *to, const wchar_t *from)
{
    size_t n = wcslen(from);

    wmemcpy(to, from, n + 1);
    return to + n;
}

wchar_t *wcpncpy(wchar_t *to, const wchar_t *from, size_t n)
{
    size_t used = wcsnlen(from, n);

    wmemcpy(to, from, used);
    wmemset(to + used, 0, n - used);
    return to + used;
}

wchar_t *wcsncat(wchar_t *to, const wchar_t *from, size_t n)
{
    wchar_t *end = to + wcslen(to);

    n = wcsnlen(from, n);
    wmemcpy(end, from, n);
    end[n] = 0;
    return to;
}

wchar_t *wcsdup(const wchar_t *s)
{
    size_t n = wcslen(s) + 1;
    wchar_t *copy = calloc(n, sizeof *copy);

    return copy ? wmemcpy(copy, s, n) : NULL;
}

wchar_t *wcscpy(wchar_t *to, const wchar_t *from) { return wcpcpy(to, from), to; }
wchar_t *wcsncpy(wchar_t *to, const wchar_t *from, size_t n) { return wcpncpy(to, from, n), to; }
wchar_t *wcscat(wchar_t *to, const wchar_t *from) { return wcscpy(to + wcslen(to), from), to; }

/* ---- comparing ---- */

int wcsncmp(const wchar_t *a, const wchar_t *b, size_t n)
{
    size_t na = wcsnlen(a, n), nb = wcsnlen(b, n), both = na < nb ? na : nb;

    return wmemcmp(a, b, both < n ? both + 1 : n);
}

int wcsncasecmp(const wchar_t *a, const wchar_t *b, size_t n)
{
    for (; n > 0; a++, b++, n--) {
        wint_t x = towlower((wint_t)*a), y = towlower((wint_t)*b);

        if (x != y)
            return x < y ? -1 : 1;
        if (!x)
            break;
    }
    return 0;
}

int wcscmp(const wchar_t *a, const wchar_t *b) { return wcsncmp(a, b, (size_t)-1); }
int wcscasecmp(const wchar_t *a, const wchar_t *b) { return wcsncasecmp(a, b, (size_t)-1); }
int wcscoll(const wchar_t *a, const wchar_t *b) { return wcscmp(a, b); }

size_t wcsxfrm(wchar_t *to, const wchar_t *from, size_t n)
{
    size_t used = wcslen(from);

    if (n)
        wmemcpy(to, from, used < n ? used + 1 : n);
    return used;
}

/* ---- finding ---- */

wchar_t *wcschr(const wchar_t *s, wchar_t c) { return wmemchr(s, c, wcslen(s) + 1); }

wchar_t *wcsrchr(const wchar_t *s, wchar_t c)
{
    for (size_t i = wcslen(s) + 1; i > 0; i--)
        if (s[i - 1] == c)
            return (wchar_t *)(uintptr_t)(s + i - 1);
    return NULL;
}

wchar_t *wcsstr(const wchar_t *s, const wchar_t *find)
{
    for (size_t n = wcslen(find);; s++) {
        if (wcsncmp(s, find, n) == 0)
            return (wchar_t *)(uintptr_t)s;
        if (!*s)
            return NULL;
    }
}

/* How many characters at the start are in the set (or are not), the end never. */
static size_t span(const wchar_t *s, const wchar_t *set, int in)
{
    size_t n = 0;

    while (s[n] && (wmemchr(set, s[n], wcslen(set)) != NULL) == in)
        n++;
    return n;
}

size_t wcsspn(const wchar_t *s, const wchar_t *set) { return span(s, set, 1); }
size_t wcscspn(const wchar_t *s, const wchar_t *set) { return span(s, set, 0); }

wchar_t *wcspbrk(const wchar_t *s, const wchar_t *set)
{
    s += wcscspn(s, set);
    return *s ? (wchar_t *)(uintptr_t)s : NULL;
}

wchar_t *wcstok(wchar_t *s, const wchar_t *set, wchar_t **rest)
{
    s = s ? s : *rest;
    if (s)
        s += wcsspn(s, set);
    if (!s || !*s) {
        *rest = NULL;
        return NULL;
    }
    *rest = wcspbrk(s, set);
    if (*rest)
        *(*rest)++ = 0;
    return s;
}

/* ---- numbers: what can belong to one is ASCII, so places agree ---- */

static char *narrow(const wchar_t *s, size_t *blanks)
{
    size_t n = 0, from = 0;
    char *copy;

    while (iswspace((wint_t)s[from]))
        from++;
    while (s[from + n] > ' ' && s[from + n] < 0x7f)
        n++;
    *blanks = from;
    copy = malloc(n + 1);
    for (size_t i = 0; copy && i < n; i++)
        copy[i] = (char)s[from + i];
    if (copy)
        copy[n] = '\0';
    return copy;
}

#define CONVERSION(type, name, call) \
    type name \
    { \
        size_t blanks; \
        char *text = narrow(s, &blanks), *stop = text; \
        type value = text ? call : 0; \
        if (end) \
            *end = (wchar_t *)(uintptr_t)(stop > text ? s + blanks + (stop - text) : s); \
        free(text); \
        return value; \
    }

CONVERSION(long, wcstol(const wchar_t *s, wchar_t **end, int base), strtol(text, &stop, base))
CONVERSION(unsigned long, wcstoul(const wchar_t *s, wchar_t **end, int base), strtoul(text, &stop, base))
CONVERSION(long long, wcstoll(const wchar_t *s, wchar_t **end, int base), strtoll(text, &stop, base))
CONVERSION(unsigned long long, wcstoull(const wchar_t *s, wchar_t **end, int base), strtoull(text, &stop, base))
CONVERSION(float, wcstof(const wchar_t *s, wchar_t **end), strtof(text, &stop))
CONVERSION(double, wcstod(const wchar_t *s, wchar_t **end), strtod(text, &stop))
CONVERSION(long double, wcstold(const wchar_t *s, wchar_t **end), strtold(text, &stop))

size_t wcsftime(wchar_t *s, size_t n, const wchar_t *format, const struct tm *tm)
{
    size_t room = wcslen(format) * 4 + 1, size = n * 4 + 1, used = 0;
    char *narrow_format = malloc(room), *out = malloc(size);

    if (narrow_format && out && wcstombs(narrow_format, format, room) != (size_t)-1 &&
        strftime(out, size, narrow_format, tm) > 0) {
        used = mbstowcs(s, out, n);
        used = used < n ? used : 0;
    }
    free(narrow_format);
    free(out);
    return used;
}
