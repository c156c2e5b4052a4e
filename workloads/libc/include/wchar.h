/* wchar.h - wide characters, which are code points of Unicode; the narrow ones are UTF-8,
 * whatever the locale is called. A stream takes narrow and wide output alike. */
#ifndef WCHAR_H
#define WCHAR_H
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#define WEOF ((wint_t)-1)
#ifndef __wint_t_defined
#define __wint_t_defined
typedef __WINT_TYPE__ wint_t;
#endif
typedef unsigned long wctype_t;
typedef struct { unsigned code, left, least; } mbstate_t;
typedef struct __file FILE;
struct tm;

size_t wcslen(const wchar_t *s);
size_t wcsnlen(const wchar_t *s, size_t n);
wchar_t *wcscpy(wchar_t *to, const wchar_t *from);
wchar_t *wcsncpy(wchar_t *to, const wchar_t *from, size_t n);
wchar_t *wcpcpy(wchar_t *to, const wchar_t *from);
wchar_t *wcpncpy(wchar_t *to, const wchar_t *from, size_t n);
wchar_t *wcscat(wchar_t *to, const wchar_t *from);
wchar_t *wcsncat(wchar_t *to, const wchar_t *from, size_t n);
wchar_t *wcsdup(const wchar_t *s);
int wcscmp(const wchar_t *a, const wchar_t *b);
int wcsncmp(const wchar_t *a, const wchar_t *b, size_t n);
int wcscasecmp(const wchar_t *a, const wchar_t *b);
int wcsncasecmp(const wchar_t *a, const wchar_t *b, size_t n);
int wcscoll(const wchar_t *a, const wchar_t *b);
size_t wcsxfrm(wchar_t *to, const wchar_t *from, size_t n);
wchar_t *wcschr(const wchar_t *s, wchar_t c);
wchar_t *wcsrchr(const wchar_t *s, wchar_t c);
wchar_t *wcsstr(const wchar_t *s, const wchar_t *find);
size_t wcsspn(const wchar_t *s, const wchar_t *set);
size_t wcscspn(const wchar_t *s, const wchar_t *set);
wchar_t *wcspbrk(const wchar_t *s, const wchar_t *set);
wchar_t *wcstok(wchar_t *s, const wchar_t *set, wchar_t **rest);
wchar_t *wmemcpy(wchar_t *to, const wchar_t *from, size_t n);
wchar_t *wmemmove(wchar_t *to, const wchar_t *from, size_t n);
wchar_t *wmemset(wchar_t *to, wchar_t c, size_t n);
int wmemcmp(const wchar_t *a, const wchar_t *b, size_t n);
wchar_t *wmemchr(const wchar_t *s, wchar_t c, size_t n);
long wcstol(const wchar_t *s, wchar_t **end, int base);
unsigned long wcstoul(const wchar_t *s, wchar_t **end, int base);
long long wcstoll(const wchar_t *s, wchar_t **end, int base);
unsigned long long wcstoull(const wchar_t *s, wchar_t **end, int base);
float wcstof(const wchar_t *s, wchar_t **end);
double wcstod(const wchar_t *s, wchar_t **end);
long double wcstold(const wchar_t *s, wchar_t **end);
int wcwidth(wchar_t c);         /* columns: 0, 1, 2; -1: not to be printed */
int wcswidth(const wchar_t *s, size_t n);
size_t wcsftime(wchar_t *s, size_t n, const wchar_t *format, const struct tm *tm);

wint_t btowc(int c);
int wctob(wint_t c);
int mbsinit(const mbstate_t *state);
size_t mbrlen(const char *s, size_t n, mbstate_t *state);
size_t mbrtowc(wchar_t *to, const char *s, size_t n, mbstate_t *state);
size_t wcrtomb(char *s, wchar_t c, mbstate_t *state);
size_t mbsrtowcs(wchar_t *to, const char **s, size_t n, mbstate_t *state);
size_t mbsnrtowcs(wchar_t *to, const char **s, size_t bytes, size_t n, mbstate_t *state);
size_t wcsrtombs(char *to, const wchar_t **s, size_t n, mbstate_t *state);
size_t wcsnrtombs(char *to, const wchar_t **s, size_t chars, size_t n, mbstate_t *state);

int fwide(FILE *f, int mode);
wint_t fgetwc(FILE *f);
wint_t getwc(FILE *f);
wint_t getwchar(void);
wint_t ungetwc(wint_t c, FILE *f);
wint_t fputwc(wchar_t c, FILE *f);
wint_t putwc(wchar_t c, FILE *f);
wint_t putwchar(wchar_t c);
wchar_t *fgetws(wchar_t *s, int n, FILE *f);
int fputws(const wchar_t *s, FILE *f);
int wprintf(const wchar_t *format, ...);
int fwprintf(FILE *f, const wchar_t *format, ...);
int swprintf(wchar_t *s, size_t n, const wchar_t *format, ...);
int vwprintf(const wchar_t *format, va_list ap);
int vfwprintf(FILE *f, const wchar_t *format, va_list ap);
int vswprintf(wchar_t *s, size_t n, const wchar_t *format, va_list ap);
int wscanf(const wchar_t *format, ...);
int fwscanf(FILE *f, const wchar_t *format, ...);
int swscanf(const wchar_t *s, const wchar_t *format, ...);
int vwscanf(const wchar_t *format, va_list ap);
int vfwscanf(FILE *f, const wchar_t *format, va_list ap);
int vswscanf(const wchar_t *s, const wchar_t *format, va_list ap);
#endif
