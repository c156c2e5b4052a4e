/* string.c - memory and strings; memcpy and memset by words where that is possible. */
#include <stdint.h>
#include <string.h>

typedef uint32_t __attribute__((may_alias)) word;

void *memcpy(void *to, const void *from, size_t n)
{
    char *d = to;
    const char *s = from;

    if ((((uintptr_t)d ^ (uintptr_t)s) & 3) == 0) {
        for (; n && (uintptr_t)d & 3; n--)
            *d++ = *s++;
        for (; n >= 16; n -= 16, d += 16, s += 16) {
            word a = ((const word *)s)[0], b = ((const word *)s)[1];
            word c = ((const word *)s)[2], e = ((const word *)s)[3];

            ((word *)d)[0] = a;
            ((word *)d)[1] = b;
            ((word *)d)[2] = c;
            ((word *)d)[3] = e;
        }
        for (; n >= 4; n -= 4, d += 4, s += 4)
            *(word *)d = *(const word *)s;
    }
    while (n--)
        *d++ = *s++;
    return to;
}

void *memmove(void *to, const void *from, size_t n)
{
    char *d = to;
    const char *s = from;

    if ((uintptr_t)d - (uintptr_t)s >= n)
        return memcpy(to, from, n);
    while (n--)
        d[n] = s[n];
    return to;
}

void *memset(void *to, int byte, size_t n)
{
    char *d = to;
    word all = (uint8_t)byte * 0x01010101u;

    for (; n && (uintptr_t)d & 3; n--)
        *d++ = (char)byte;
    for (; n >= 4; n -= 4, d += 4)
        *(word *)d = all;
    while (n--)
        *d++ = (char)byte;
    return to;
}

int memcmp(const void *a, const void *b, size_t n)
{
    const unsigned char *x = a, *y = b;

    for (; n--; x++, y++)
        if (*x != *y)
            return *x - *y;
    return 0;
}

void *memchr(const void *s, int byte, size_t n)
{
    const unsigned char *p = s;

    for (; n--; p++)
        if (*p == (unsigned char)byte)
            return (void *)(uintptr_t)p;
    return NULL;
}

size_t strnlen(const char *s, size_t n)
{
    size_t i = 0;

    while (i < n && s[i])
        i++;
    return i;
}

size_t strlen(const char *s)
{
    return strnlen(s, SIZE_MAX);
}

char *strcpy(char *to, const char *from)
{
    return memcpy(to, from, strlen(from) + 1);
}

char *strncpy(char *to, const char *from, size_t n)
{
    size_t have = strnlen(from, n);

    memcpy(to, from, have);
    memset(to + have, 0, n - have);
    return to;
}

char *strncat(char *to, const char *from, size_t n)
{
    size_t at = strlen(to), have = strnlen(from, n);

    memcpy(to + at, from, have);
    to[at + have] = '\0';
    return to;
}

char *strcat(char *to, const char *from)
{
    return strncat(to, from, SIZE_MAX);
}

int strncmp(const char *a, const char *b, size_t n)
{
    for (; n--; a++, b++)
        if (*a != *b || !*a)
            return (unsigned char)*a - (unsigned char)*b;
    return 0;
}

int strcmp(const char *a, const char *b)
{
    return strncmp(a, b, SIZE_MAX);
}

char *strchr(const char *s, int ch)
{
    for (;; s++) {
        if (*s == (char)ch)
            return (char *)(uintptr_t)s;
        if (!*s)
            return NULL;
    }
}

char *strrchr(const char *s, int ch)
{
    const char *found = NULL;

    for (;; s++) {
        if (*s == (char)ch)
            found = s;
        if (!*s)
            return (char *)(uintptr_t)found;
    }
}

char *strstr(const char *s, const char *find)
{
    size_t n = strlen(find);

    for (; *s || !n; s++)
        if (strncmp(s, find, n) == 0)
            return (char *)(uintptr_t)s;
    return NULL;
}

size_t strspn(const char *s, const char *set)
{
    size_t n = 0;

    while (s[n] && strchr(set, s[n]))
        n++;
    return n;
}

size_t strcspn(const char *s, const char *set)
{
    size_t n = 0;

    while (s[n] && !strchr(set, s[n]))
        n++;
    return n;
}
