/* label.c - see label.h */
#include <stat/label.h>

#include <stdbool.h>
#include <stdio.h>

static bool begins(char byte)
{
    return ((unsigned char)byte & 0xc0) != 0x80;
}

/* Behind the first n characters. */
static const char *behind(const char *s, size_t n)
{
    while (*s && (n > 0 || !begins(*s)))
        n -= begins(*s++);
    return s;
}

char *label_fit(const char *name, unsigned most, const char *gap, char *buf, size_t size)
{
    size_t n = 0, head = most / 2;

    for (const char *s = name; *s; s++)
        n += begins(*s);
    if (n <= most || most < 3)
        snprintf(buf, size, "%s", name);
    else
        snprintf(buf, size, "%.*s%s%s", (int)(behind(name, head) - name), name, gap,
                 behind(name, n - (most - head - 1)));
    return buf;
}
