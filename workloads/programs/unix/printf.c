/* printf.c - text by a format: printf FORMAT [ARGUMENT...]; it begins anew while there are
 * arguments left. %d %i %o %u %x %X %c %s %e %f %g, and %b: a text whose \ means what it does in
 * the format; \c in it ends all. POSIX.1-2017, printf. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char **arg;              /* the next; one that is missing is 0 or empty */
static int bad;

static const char *next_text(void)
{
    return *arg ? *arg++ : "";
}

/* Is it a byte, as in 'A? What is no number as a whole is said. */
static int is_byte(const char *text)
{
    return *text == '\'' || *text == '"';
}

static void ends_number(const char *text, const char *end)
{
    if (*end || end == text) {
        fprintf(stderr, "printf: %s: no number\n", text);
        bad = 1;
    } else if (errno == ERANGE) {
        perror(text);
        bad = 1;
    }
}

static intmax_t next_whole(int is_signed)
{
    const char *text = *arg ? *arg++ : "0";
    char *end;

    if (is_byte(text))
        return (unsigned char)text[1];
    errno = 0;
    intmax_t v = is_signed ? strtoimax(text, &end, 0) : (intmax_t)strtoumax(text, &end, 0);
    ends_number(text, end);
    return v;
}

static double next_real(void)
{
    const char *text = *arg ? *arg++ : "0";
    char *end;

    if (is_byte(text))
        return (unsigned char)text[1];
    errno = 0;
    double v = strtod(text, &end);
    ends_number(text, end);
    return v;
}

/* *p is behind a backslash, and then behind what belongs to it. -1: that was a c. In an argument
 * octals may have a 0 in front. */
static int escaped(const char **p, int in_argument)
{
    static const char letters[] = "abfnrtv\\", bytes[] = "\a\b\f\n\r\t\v\\";
    const char *letter = **p ? strchr(letters, **p) : NULL;
    int n = 0, c = 0;

    if (letter || (**p == '"' && !in_argument)) {
        ++*p;
        return letter ? bytes[letter - letters] : '"';
    }
    if (**p == 'c') {
        ++*p;
        return -1;
    }
    if (in_argument && **p == '0')
        n = -1;
    const char *from = *p;
    for (; n < 3 && **p >= '0' && **p <= '7'; n++)
        c = c * 8 + *(*p)++ - '0';
    return *p == from ? '\\' : c & 255;
}

/* %b. 0: it says that this is the end. */
static int put_escaped(const char *text, int width, int most)
{
    char *to = malloc(strlen(text) + 1);
    int n = 0, c = 0, left = width < 0;

    while (to && *text && c >= 0)
        if ((c = (unsigned char)*text++) != '\\' || (c = escaped(&text, 1)) >= 0)
            to[n++] = (char)c;
    n = most >= 0 && most < n ? most : n;
    for (width = (left ? -width : width) - n; width > 0 && !left; width--)
        putchar(' ');
    fwrite(to, 1, (size_t)n, stdout);
    for (; width > 0; width--)
        putchar(' ');
    free(to);
    return c >= 0;
}

/* A width or precision; *p is behind it. */
static int take_size(const char **p)
{
    char *end;

    if (**p == '*') {
        ++*p;
        return (int)next_whole(1);
    }
    int n = (int)strtol(*p, &end, 10);
    *p = end;
    return n;
}

/* *p is behind a percent sign, and then behind its letter. 0: that is the end of all. */
static int put_one(const char **p)
{
    char spec[16] = "%";
    size_t flags = strspn(*p, "-+ #0");
    int width, most = -1;

    if (**p == '%') {
        putchar(*(*p)++);
        return 1;
    }
    for (size_t i = 0; i < flags && i < 6; i++)
        spec[1 + i] = (*p)[i];
    *p += flags;
    width = take_size(p);
    if (strchr(spec, '-') && width > 0)
        width = -width;
    if (**p == '.') {
        ++*p;
        most = take_size(p);
    }
    char letter = **p;
    *p += letter != '\0';
    snprintf(spec + strlen(spec), 8, "*.*%s%c", letter && strchr("diouxX", letter) ? "j" : "", letter);
    if (letter && strchr("di", letter))
        printf(spec, width, most, next_whole(1));
    else if (letter && strchr("ouxX", letter))
        printf(spec, width, most, next_whole(0));
    else if (letter && strchr("eEfFgG", letter))
        printf(spec, width, most, next_real());
    else if (letter == 's')
        printf(spec, width, most, next_text());
    else if (letter == 'c')
        printf("%*c", width, *next_text());
    else if (letter == 'b')
        return put_escaped(next_text(), width, most);
    else {
        fprintf(stderr, "printf: %%%c: this is not known here\n", letter);
        bad = 1;
        return 0;
    }
    return 1;
}

/* 0: it ends here, whatever is left. */
static int put_all(const char *p)
{
    while (*p) {
        int c = (unsigned char)*p++;

        if (c == '%') {
            if (!put_one(&p))
                return 0;
        } else if (c != '\\' || (c = escaped(&p, 0)) >= 0)
            putchar(c);
        else
            return 0;
    }
    return 1;
}

int main(int argc, char **argv)
{
    int first = argc > 1 && !strcmp(argv[1], "--") ? 2 : 1;
    char **before;

    if (first >= argc) {
        fputs("usage: printf FORMAT [ARGUMENT...]\n", stderr);
        return 2;
    }
    arg = argv + first + 1;
    do
        before = arg;
    while (put_all(argv[first]) && *arg && arg > before);
    return bad;
}
