/* seq.c - numbers, one a line: seq [-w] [-s TEXT] [FIRST [STEP]] LAST; -s: the text between them;
 * -w: as wide as the widest, by zeros. Decimals are whole numbers of their last place, so that
 * ten times 0.1 is 1. */
#include <stdio.h>
#include <string.h>

enum { PLACES = 8 };            /* at most, before and behind the point */

/* How many are behind the point; -1: it is no number. */
static int places_of(const char *s)
{
    size_t whole = strspn(s += *s == '-' || *s == '+', "0123456789"), part = 0;

    if (s[whole] == '.')
        part = strspn(s + whole + 1, "0123456789");
    int all = !s[whole + (s[whole] == '.') + part];
    return all && whole + part && whole <= PLACES && part <= PLACES ? (int)part : -1;
}

/* In units of the last of so many places. */
static long long units_of(const char *s, int places)
{
    long long v = 0;
    int minus = *s == '-', behind = -1;

    for (s += *s == '-' || *s == '+'; *s; s++)
        if (*s == '.')
            behind = 0;
        else {
            v = v * 10 + *s - '0';
            behind += behind >= 0;
        }
    for (behind += behind < 0; behind < places; behind++)
        v *= 10;
    return minus ? -v : v;
}

/* With so many of the places shown. The bytes it took. */
static int format(char *to, size_t size, long long v, int places, int shown, int width)
{
    long long one = 1, u = v < 0 ? -v : v;

    for (int i = shown; i < places; i++)
        u /= 10;
    for (int i = 0; i < shown; i++)
        one *= 10;
    width -= (v < 0) + (shown ? shown + 1 : 0);
    int n = snprintf(to, size, "%s%0*lld", v < 0 ? "-" : "", width > 0 ? width : 1, u / one);
    return n + (shown ? snprintf(to + n, size - (size_t)n, ".%0*lld", shown, u % one) : 0);
}

static int usage(void)
{
    fputs("usage: seq [-w] [-s TEXT] [FIRST [STEP]] LAST\n", stderr);
    return 2;
}

int main(int argc, char **argv)
{
    const char *between = "\n", *text[3] = { "1", "1", "1" };
    int i = 1, wide = 0, places = 0, shown = 0, at[3];
    long long v[3];
    char line[64];

    for (; i < argc && argv[i][0] == '-' && places_of(argv[i]) < 0; i++)
        if (!strcmp(argv[i], "-w"))
            wide = 1;
        else if (!strncmp(argv[i], "-s", 2) && (argv[i][2] || i + 1 < argc))
            between = argv[i][2] ? argv[i] + 2 : argv[++i];
        else
            return usage();
    if (argc - i < 1 || argc - i > 3)
        return usage();
    text[2] = argv[argc - 1];
    text[0] = argc - i > 1 ? argv[i] : text[0];
    text[1] = argc - i > 2 ? argv[i + 1] : text[1];
    for (i = 0; i < 3; i++) {
        if ((at[i] = places_of(text[i])) < 0)
            return usage();
        places = at[i] > places ? at[i] : places;
        shown = i < 2 && at[i] > shown ? at[i] : shown;
    }
    for (i = 0; i < 3; i++)
        v[i] = units_of(text[i], places);
    if (!v[1])
        return usage();
    int a = format(line, sizeof line, v[0], places, shown, 0), b = format(line, sizeof line, v[2], places, shown, 0);
    int width = wide ? a > b ? a : b : 0, any = 0;
    for (long long n = v[0]; v[1] > 0 ? n <= v[2] : n >= v[2]; n += v[1], any = 1) {
        format(line, sizeof line, n, places, shown, width);
        printf("%s%s", any ? between : "", line);
    }
    if (any)
        putchar('\n');
    return 0;
}
