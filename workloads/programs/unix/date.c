/* date.c - what time it is: date [-u] [+FORMAT]; the format is that of strftime() */
#include <stdio.h>
#include <string.h>
#include <time.h>

int main(int argc, char **argv)
{
    const char *format = "%a %b %e %H:%M:%S %Z %Y";
    int utc = argc > 1 && !strcmp(argv[1], "-u");
    time_t now = time(NULL);
    char text[1024] = "";

    if (argc - utc > 2 || (argc - utc == 2 && argv[1 + utc][0] != '+')) {
        fputs("usage: date [-u] [+FORMAT]\n", stderr);
        return 2;
    }
    if (argc - utc == 2)
        format = argv[1 + utc] + 1;
    if (!strftime(text, sizeof text, format, utc ? gmtime(&now) : localtime(&now)) && *format)
        fputs("date: the text is too long\n", stderr);
    puts(text);
    return 0;
}
