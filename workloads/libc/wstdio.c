/* wstdio.c - wide characters through streams: UTF-8 in the file. The formats are those of
 * printf and scanf, made narrow. */
#include "stream.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

int fwide(FILE *f, int mode) { (void)f; return mode; }

static wint_t get_wide(FILE *f)
{
    mbstate_t state = { 0, 0, 0 };

    for (;;) {
        int c = __get(f);
        char byte = (char)c;
        wchar_t wide = 0;
        size_t n;

        if (c == EOF && state.left)
            errno = EILSEQ, f->error = 1;
        if (c == EOF)
            return WEOF;
        n = mbrtowc(&wide, &byte, 1, &state);
        if (n == (size_t)-1)
            f->error = 1;
        if (n != (size_t)-2)
            return n == (size_t)-1 ? WEOF : (wint_t)wide;
    }
}

wint_t fgetwc(FILE *f)
{
    wint_t c;

    flockfile(f);
    c = get_wide(f);
    funlockfile(f);
    return c;
}

wint_t ungetwc(wint_t c, FILE *f)
{
    char text[4];
    size_t n = c == WEOF ? (size_t)-1 : wcrtomb(text, (wchar_t)c, NULL);

    if (n == (size_t)-1)
        return WEOF;
    while (n > 0)
        if (ungetc((unsigned char)text[--n], f) == EOF)
            return WEOF;
    return c;
}

wint_t fputwc(wchar_t c, FILE *f)
{
    char text[4];
    size_t n = wcrtomb(text, c, NULL);

    if (n == (size_t)-1)
        f->error = 1;
    return n == (size_t)-1 || fwrite(text, 1, n, f) < n ? WEOF : (wint_t)c;
}

wint_t getwc(FILE *f) { return fgetwc(f); }
wint_t getwchar(void) { return fgetwc(stdin); }
wint_t putwc(wchar_t c, FILE *f) { return fputwc(c, f); }
wint_t putwchar(wchar_t c) { return fputwc(c, stdout); }

wchar_t *fgetws(wchar_t *s, int n, FILE *f)
{
    int i = 0;
    wint_t c = 0;

    while (i < n - 1 && c != '\n' && (c = fgetwc(f)) != WEOF)
        s[i++] = (wchar_t)c;
    if (i == 0 || (c == WEOF && ferror(f)))
        return NULL;
    s[i] = 0;
    return s;
}

int fputws(const wchar_t *s, FILE *f)
{
    int r = 0;

    flockfile(f);
    while (*s && r == 0)
        r = fputwc(*s++, f) == WEOF ? EOF : 0;
    funlockfile(f);
    return r;
}

/* ---- printing and scanning ---- */

/* For the caller to free; NULL: no memory, or no character. */
static char *to_narrow(const wchar_t *s)
{
    size_t n = wcstombs(NULL, s, 0);
    char *text = n == (size_t)-1 ? NULL : malloc(n + 1);

    if (text)
        wcstombs(text, s, n + 1);
    return text;
}

int vfwprintf(FILE *f, const wchar_t *format, va_list ap)
{
    char *text = to_narrow(format);
    int n = text ? __format_wide(f, text, ap) : -1;

    free(text);
    return n;
}

int vswprintf(wchar_t *s, size_t n, const wchar_t *format, va_list ap)
{
    char *text = NULL;
    size_t size;
    FILE *f = open_memstream(&text, &size);
    int r = f ? vfwprintf(f, format, ap) : -1;

    if (f)
        fclose(f);
    if (r >= 0 && (size_t)r >= n)
        errno = EOVERFLOW, r = -1;
    if (n && text)
        s[mbstowcs(s, text, n) < n ? (size_t)r : n - 1] = 0;
    free(text);
    return r;
}

int vfwscanf(FILE *f, const wchar_t *format, va_list ap)
{
    char *text = to_narrow(format);
    int n = text ? vfscanf(f, text, ap) : EOF;

    free(text);
    return n;
}

int vswscanf(const wchar_t *s, const wchar_t *format, va_list ap)
{
    char *text = to_narrow(format), *from = to_narrow(s);
    int n = text && from ? vsscanf(from, text, ap) : EOF;

    free(text);
    free(from);
    return n;
}

int vwprintf(const wchar_t *format, va_list ap) { return vfwprintf(stdout, format, ap); }
int vwscanf(const wchar_t *format, va_list ap) { return vfwscanf(stdin, format, ap); }

#define FORWARD(call) va_list ap; int n; va_start(ap, format); n = call; va_end(ap); return n

int wprintf(const wchar_t *format, ...) { FORWARD(vfwprintf(stdout, format, ap)); }
int fwprintf(FILE *f, const wchar_t *format, ...) { FORWARD(vfwprintf(f, format, ap)); }
int wscanf(const wchar_t *format, ...) { FORWARD(vfwscanf(stdin, format, ap)); }
int fwscanf(FILE *f, const wchar_t *format, ...) { FORWARD(vfwscanf(f, format, ap)); }

int swprintf(wchar_t *s, size_t room, const wchar_t *format, ...)
{
    FORWARD(vswprintf(s, room, format, ap));
}

int swscanf(const wchar_t *s, const wchar_t *format, ...) { FORWARD(vswscanf(s, format, ap)); }
