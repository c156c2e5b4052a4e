/* wide.c - wide characters, UTF-8, streams in memory, and calendar times out of text. */
#include <ctype.h>
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wchar.h>
#include <wctype.h>

static unsigned long long seed = 1;
static unsigned rnd(unsigned n)
{
    seed = seed * 6364136223846793005ull + 1442695040888963407ull;
    return (unsigned)(seed >> 33) % n;
}

/* Bytes that are now and then characters. */
static void bytes(void)
{
    static const unsigned char likely[] = { 'a', 0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80,
                                            0xed, 0xa0, 0xe0, 0x9f, 0xf4, 0x90, 0xc0, 0xff, 0x7f, 0x01 };
    char s[16], back[64];
    wchar_t w[16];
    mbstate_t state = { 0 };
    const char *at = s;
    const wchar_t *from = w;
    size_t n = rnd(8), r;

    for (size_t i = 0; i < n; i++)
        s[i] = (char)likely[rnd(sizeof likely)];
    s[n] = '\0';
    errno = 0;
    r = mbstowcs(w, s, 1 + rnd(12));
    printf("%d %d;", (int)r, errno == EILSEQ);
    printf(" %d %d;", mblen(s, n + 1), (int)mbrlen(s, n + 1, &state));
    memset(&state, 0, sizeof state);
    r = mbsrtowcs(w, &at, 16, &state);
    printf(" %d %d", (int)r, at ? (int)(at - s) : -1);
    if (r != (size_t)-1) {
        r = wcsrtombs(back, &from, rnd(20), &state);
        printf(" %d %d", (int)r, from ? (int)(from - w) : -1);
    }
    puts("");
}

static void one(wint_t c)
{
    char s[8] = { 0 };

    printf("%x %d %d%d%d%d%d%d%d%d%d %x %x %s\n", (unsigned)c, wctomb(s, (wchar_t)c), !!iswalpha(c), !!iswdigit(c),
           !!iswupper(c), !!iswlower(c), !!iswspace(c), !!iswprint(c), !!iswpunct(c), !!iswcntrl(c),
           !!iswctype(c, wctype("alnum")), (unsigned)towlower(c), (unsigned)towupper(c), c < 32 ? "" : s);
}

static void text(void)
{
    wchar_t a[64], b[64], *rest, *p, words[] = L" one,two,,thr\u00e9\u00e9 ";
    char s[128];
    int n;

    wcscpy(a, L"\u00fcber");
    wcscat(a, L" Stra\u00dfe");
    printf("%d %d %d\n", (int)wcslen(a), (int)(wcschr(a, L'S') - a), (int)(wcsrchr(a, L'e') - a));
    printf("%d %d %d\n", wcscmp(L"abc", L"abd") < 0, wcsncmp(L"abc", L"abd", 2), wcscasecmp(L"\u00c4B", L"\u00e4b"));
    printf("%d %d %d\n", (int)wcsspn(a, L"reb\u00fc"), (int)wcscspn(a, L"S"), (int)(wcsstr(a, L"ra") - a));
    printf("%d %d\n", wcswidth(L"a\u4e2d\u0301", 3), wcwidth(L'\n'));
    for (p = wcstok(words, L" ,", &rest); p; p = wcstok(NULL, L" ,", &rest))
        printf("<%ls>", p);
    wmemset(b, L'x', 5);
    b[5] = 0;
    printf("%ls %d\n", b, wmemcmp(b, L"xxy", 3) < 0);
    printf("%ld %lld %lu %g\n", wcstol(L" -42z", &p, 10), wcstoll(L"0x7fffffffff", NULL, 0),
           wcstoul(L"777", NULL, 8), wcstod(L"1e-3x", &rest));
    printf("%d %d\n", rest[0] == L'x', p[0] == L'z');
    printf("[%ls] [%8.3ls] [%-6lc] [%.4ls] [%C] [%S]\n", a, a, (wint_t)0x20ac, L"\u20ac\u20ac", (wint_t)L'c', a);
    n = swprintf(b, 64, L"%s|%5s|%-4ls|%.2s|%d|%.3f|%c\u00e9", "\xc3\xa9t\xc3\xa9", "\xc3\xa9", L"\u00f6",
                 "\xc3\xa9\xc3\xa9\xc3\xa9", -7, 2.5, '!');
    printf("%d %ls\n", n, b);
    printf("%d %d\n", swprintf(b, 4, L"%d", 12345), swprintf(b, 6, L"%d", 12345));
    n = swscanf(L"12 gr\u00fcn 3.5 \u00e9", L"%d %ls %lf %lc", &n, b, &(double){ 0 }, b + 20);
    printf("%d %ls %x\n", n, b, (unsigned)b[20]);
    n = sscanf("\xc3\xa9\xc3\xa9" "abc", "%3ls%s", b, s);
    printf("%d %ls %s\n", n, b, s);
    for (const char *names = "C\0POSIX\0C.UTF-8\0xx_YY\0"; *names; names += strlen(names) + 1)
        printf("%d ", setlocale(LC_ALL, names) != NULL);
    printf("%d %s %s\n", wcsftime(b, 64, L"%d\u00e9%Y", &(struct tm){ .tm_mday = 3, .tm_year = 99 }) > 0,
           nl_langinfo(DAY_3), nl_langinfo(ABMON_12));
    setlocale(LC_ALL, "C.UTF-8");
}

static void memory(void)
{
    char *s, room[8], *line = NULL;
    size_t n, size = 0;
    FILE *f = open_memstream(&s, &n);

    for (int i = 0; i < 100; i++)
        fprintf(f, "%d,", i);
    fflush(f);
    printf("%d %d %.12s %ld\n", (int)n, (int)strlen(s), s, ftell(f));
    fseek(f, 2, SEEK_SET);
    fputc('X', f);
    fflush(f);
    printf("%d %.12s\n", (int)n, s);
    fseek(f, 500, SEEK_SET);
    fputc('Y', f);
    fclose(f);
    printf("%d %d %c\n", (int)n, s[400], s[500]);
    free(s);
    f = fmemopen(room, sizeof room, "w");
    fprintf(f, "abc");
    printf("%d\n", fclose(f));
    puts(room);
    f = fmemopen(NULL, 32, "w+");
    fputs("one\ntwo\n", f);
    rewind(f);
    while (getline(&line, &size, f) > 0)
        printf("<%s>", line);
    fclose(f);
    free(line);
    f = tmpfile();
    if (f) {
        fputwc(L'\u20ac', f);
        fputws(L"x\u00e9\n", f);
        rewind(f);
        for (wint_t c; (c = fgetwc(f)) != WEOF;)
            printf(" %x", (unsigned)c);
        fclose(f);
    }
    puts("");
}

static void dates(void)
{
    static const struct { const char *text, *format; } t[] = {
        { "2024-02-29 13:45:06 rest", "%Y-%m-%d %H:%M:%S" }, { "03/04/69", "%D" }, { "12:00 am", "%I:%M %p" },
        { "11 PM", "%I %p" }, { "Wednesday, 5 mar 2003", "%A, %d %b %Y" }, { "1/2 99", "%d/%m %y" }, { "20 05 1 2", "%C %y %d %m" },
        { "366 2024", "%j %Y" }, { "Feb 30", "%B %e" }, { "1:2:3", "%T" }, { "2001", "%Y%%" }, { "5%x", "%d%%x" },
        { "Mon Jan  1 00:00:00 2001", "%c" }, { "13/1", "%m/%d" }, { "  7", "%d" }, { "24:00", "%H:%M" },
        { "+0130", "%z" }, { "x", "%Q" }, { "60", "%S" }, { "62", "%S" }, { "12", "%I" },
    };

    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        struct tm tm = { 0 };
        char *end = strptime(t[i].text, t[i].format, &tm);

        printf("%s %s: ", t[i].text, t[i].format);
        if (end)
            printf("[%s] %d %d %d %d:%d:%d %d %d %ld", end, tm.tm_year, tm.tm_mon, tm.tm_mday, tm.tm_hour, tm.tm_min,
                   tm.tm_sec, tm.tm_wday, tm.tm_yday, (long)tm.tm_gmtoff);
        puts("");
    }
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    for (int i = 0; i < 500; i++)
        bytes();
    for (wint_t c = 0; c < 0x180; c++)
        if (c != 0x149)
            one(c);
    for (wint_t c = 0x391; c < 0x460; c++)
        if (c != 0x3a2 && (c < 0x3cf || c >= 0x400))
            one(c);
    one(0x2003);
    one(0x20ac);
    one(0x4e2d);
    text();
    memory();
    dates();
    return 0;
}
