/* multibyte.c - UTF-8 and code points. Source: RFC 3629; what is longer than need be, a
 * surrogate or beyond U+10FFFF is no character. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

static size_t wrong(mbstate_t *state)
{
    *state = (mbstate_t){ 0, 0, 0 };
    errno = EILSEQ;
    return (size_t)-1;
}

/* The first byte of several. 0: none. */
static int begin(mbstate_t *state, unsigned byte)
{
    if (byte >= 0xc2 && byte < 0xe0)
        *state = (mbstate_t){ byte & 31, 1, 0x80 };
    else if (byte >= 0xe0 && byte < 0xf0)
        *state = (mbstate_t){ byte & 15, 2, 0x800 };
    else if (byte >= 0xf0 && byte < 0xf5)
        *state = (mbstate_t){ byte & 7, 3, 0x10000 };
    else
        return 0;
    return 1;
}

/* Can these bytes still become a character? Said at the second byte, as it must be. */
static int hopeful(const mbstate_t *s)
{
    unsigned low = s->code << 6 * s->left, high = low | ((1u << 6 * s->left) - 1);

    return high >= s->least && low <= 0x10ffff && !(low >= 0xd800 && high <= 0xdfff);
}

size_t mbrtowc(wchar_t *to, const char *s, size_t n, mbstate_t *state)
{
    static mbstate_t own;
    size_t used = 0;

    if (!state)
        state = &own;
    if (!s)
        return state->left ? wrong(state) : 0;
    if (n == 0)
        return (size_t)-2;
    if (state->left == 0) {
        unsigned byte = (unsigned char)s[used++];

        if (byte < 0x80) {
            if (to)
                *to = (wchar_t)byte;
            return byte != 0;
        }
        if (!begin(state, byte))
            return wrong(state);
    }
    while (state->left) {
        if (used == n)
            return (size_t)-2;
        if (((unsigned char)s[used] & 0xc0) != 0x80)
            return wrong(state);
        state->code = state->code << 6 | ((unsigned char)s[used++] & 63);
        state->left--;
        if (!hopeful(state))
            return wrong(state);
    }
    if (to)
        *to = (wchar_t)state->code;
    *state = (mbstate_t){ 0, 0, 0 };
    return used;
}

size_t wcrtomb(char *s, wchar_t c, mbstate_t *state)
{
    unsigned u = (unsigned)c;

    (void)state;
    if (!s || u < 0x80) {
        if (s)
            *s = (char)u;
        return 1;
    }
    if (u > 0x10ffff || (u >= 0xd800 && u < 0xe000)) {
        errno = EILSEQ;
        return (size_t)-1;
    }
    size_t n = u < 0x800 ? 2 : u < 0x10000 ? 3 : 4;

    for (size_t i = n - 1; i > 0; i--, u >>= 6)
        s[i] = (char)(0x80 | (u & 63));
    s[0] = (char)((0xf00 >> n & 0xff) | u);
    return n;
}

int mbsinit(const mbstate_t *state) { return !state || state->left == 0; }

size_t mbrlen(const char *s, size_t n, mbstate_t *state)
{
    static mbstate_t own;

    return mbrtowc(NULL, s, n, state ? state : &own);
}

wint_t btowc(int c) { return c >= 0 && c < 0x80 ? (wint_t)c : WEOF; }
int wctob(wint_t c) { return c < 0x80 ? (int)c : -1; }

/* ---- strings ---- */

size_t mbsnrtowcs(wchar_t *to, const char **s, size_t bytes, size_t n, mbstate_t *state)
{
    static mbstate_t own;
    const char *at = *s;
    size_t done = 0;

    state = state ? state : &own;
    while (!to || done < n) {
        wchar_t c = 0;
        size_t used = mbrtowc(&c, at, bytes, state);

        if (used == (size_t)-1) {
            if (to)
                *s = at;
            return used;
        }
        if (used == (size_t)-2) {       /* the bytes are at their end */
            at += bytes;
            break;
        }
        if (to)
            to[done] = c;
        if (used == 0) {
            at = NULL;
            break;
        }
        done++;
        at += used;
        bytes -= used;
    }
    if (to)
        *s = at;
    return done;
}

size_t mbsrtowcs(wchar_t *to, const char **s, size_t n, mbstate_t *state)
{
    return mbsnrtowcs(to, s, strlen(*s) + 1, n, state);
}

size_t wcsnrtombs(char *to, const wchar_t **s, size_t chars, size_t n, mbstate_t *state)
{
    const wchar_t *at = *s;
    size_t done = 0;

    for (; chars > 0; chars--, at++) {
        char text[4];
        size_t size = wcrtomb(text, *at, state);

        if (size == (size_t)-1) {
            done = size;
            break;
        }
        if (to && size > n - done)
            break;
        if (to)
            memcpy(to + done, text, size);
        if (!*at) {
            at = NULL;
            break;
        }
        done += size;
    }
    if (to)
        *s = at;
    return done;
}

size_t wcsrtombs(char *to, const wchar_t **s, size_t n, mbstate_t *state)
{
    return wcsnrtombs(to, s, (size_t)-1, n, state);
}

size_t mbstowcs(wchar_t *to, const char *s, size_t n)
{
    mbstate_t state = { 0, 0, 0 };

    return mbsrtowcs(to, &s, n, &state);
}

size_t wcstombs(char *to, const wchar_t *s, size_t n) { return wcsrtombs(to, &s, n, NULL); }

int mbtowc(wchar_t *to, const char *s, size_t n)
{
    mbstate_t state = { 0, 0, 0 };
    size_t used = s ? mbrtowc(to, s, n, &state) : 0;

    if (used == (size_t)-2)
        errno = EILSEQ;
    return used >= (size_t)-2 ? -1 : (int)used;
}

int mblen(const char *s, size_t n) { return mbtowc(NULL, s, n); }
int wctomb(char *s, wchar_t c) { return s ? (int)wcrtomb(s, c, NULL) : 0; }
