/* string2.c - strings beyond the oldest functions: words, copies, case, messages. */
#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void *mempcpy(void *to, const void *from, size_t n) { return (char *)memcpy(to, from, n) + n; }
int strcoll(const char *a, const char *b) { return strcmp(a, b); }
void bzero(void *s, size_t n) { memset(s, 0, n); }
void bcopy(const void *from, void *to, size_t n) { memmove(to, from, n); }
int bcmp(const void *a, const void *b, size_t n) { return memcmp(a, b, n); }
char *index(const char *s, int ch) { return strchr(s, ch); }
char *rindex(const char *s, int ch) { return strrchr(s, ch); }
int ffs(int word) { return word ? __builtin_ctz((unsigned)word) + 1 : 0; }

void *memccpy(void *to, const void *from, int stop, size_t n)
{
    const char *end = memchr(from, stop, n);
    size_t part = end ? (size_t)(end - (const char *)from) + 1 : n;

    memcpy(to, from, part);
    return end ? (char *)to + part : NULL;
}

void *memrchr(const void *s, int byte, size_t n)
{
    const unsigned char *p = s;

    while (n--)
        if (p[n] == (unsigned char)byte)
            return (void *)(uintptr_t)(p + n);
    return NULL;
}

void *memmem(const void *s, size_t n, const void *find, size_t nfind)
{
    const char *p = s;

    for (; n >= nfind; p++, n--)
        if (memcmp(p, find, nfind) == 0)
            return (void *)(uintptr_t)p;
    return NULL;
}

char *stpcpy(char *to, const char *from)
{
    size_t n = strlen(from);

    memcpy(to, from, n + 1);
    return to + n;
}

char *stpncpy(char *to, const char *from, size_t n)
{
    size_t have = strnlen(from, n);

    strncpy(to, from, n);
    return to + have;
}

size_t strlcpy(char *to, const char *from, size_t n)
{
    size_t have = strlen(from), part = have < n ? have : n - 1;

    if (n) {
        memcpy(to, from, part);
        to[part] = '\0';
    }
    return have;
}

size_t strlcat(char *to, const char *from, size_t n)
{
    size_t at = strnlen(to, n);

    return at == n ? n + strlen(from) : at + strlcpy(to + at, from, n - at);
}

size_t strxfrm(char *to, const char *from, size_t n)
{
    size_t have = strlen(from);

    if (n)
        strlcpy(to, from, n);
    return have;
}

char *strchrnul(const char *s, int ch)
{
    while (*s && *s != (char)ch)
        s++;
    return (char *)(uintptr_t)s;
}

char *strpbrk(const char *s, const char *set)
{
    s += strcspn(s, set);
    return *s ? (char *)(uintptr_t)s : NULL;
}

/* ---- words ---- */

char *strtok_r(char *s, const char *set, char **rest)
{
    char *word;

    s = s ? s : *rest;
    if (!s || !*(s += strspn(s, set))) {
        *rest = s;
        return NULL;
    }
    word = s;
    s += strcspn(s, set);
    if (*s)
        *s++ = '\0';
    *rest = s;
    return word;
}

char *strtok(char *s, const char *set)
{
    static char *rest;

    return strtok_r(s, set, &rest);
}

char *strsep(char **s, const char *set)
{
    char *word = *s, *end;

    if (!word)
        return NULL;
    end = word + strcspn(word, set);
    *s = *end ? end + 1 : NULL;
    *end = '\0';
    return word;
}

/* ---- case ---- */

int strncasecmp(const char *a, const char *b, size_t n)
{
    for (; n--; a++, b++) {
        int x = tolower((unsigned char)*a), y = tolower((unsigned char)*b);

        if (x != y || !x)
            return x - y;
    }
    return 0;
}

int strcasecmp(const char *a, const char *b)
{
    return strncasecmp(a, b, SIZE_MAX);
}

char *strcasestr(const char *s, const char *find)
{
    size_t n = strlen(find);

    for (; *s || !n; s++)
        if (strncasecmp(s, find, n) == 0)
            return (char *)(uintptr_t)s;
    return NULL;
}

/* ---- copies ---- */

char *strndup(const char *s, size_t n)
{
    size_t have = strnlen(s, n);
    char *copy = malloc(have + 1);

    if (!copy)
        return NULL;
    memcpy(copy, s, have);
    copy[have] = '\0';
    return copy;
}

char *strdup(const char *s)
{
    return strndup(s, SIZE_MAX);
}

/* ---- messages ---- */

static const char *message(int error)
{
    static const struct { int error; const char *text; } known[] = {
        { 0, "Success" },
#define ERROR(name, number, text) { number, text },
#include "error.def"
#undef ERROR
    };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].error == error)
            return known[i].text;
    return NULL;
}

/* "Unknown error -12", without printf, which would come along with perror. */
static void unknown(int error, char *text)
{
    unsigned v = error < 0 ? 0 - (unsigned)error : (unsigned)error;
    char digits[12];
    int n = 0;

    text = stpcpy(text, "Unknown error ");
    if (error < 0)
        *text++ = '-';
    do
        digits[n++] = (char)('0' + v % 10);
    while (v /= 10);
    while (n)
        *text++ = digits[--n];
    *text = '\0';
}

char *strerror(int error)
{
    static char other[32];
    const char *known = message(error);

    if (known)
        return (char *)(uintptr_t)known;
    unknown(error, other);
    return other;
}

int strerror_r(int error, char *text, size_t n)
{
    const char *known = message(error);
    char other[32];

    if (!known)
        unknown(error, other);
    if (strlcpy(text, known ? known : other, n) >= n)
        return ERANGE;
    return known ? 0 : EINVAL;
}
