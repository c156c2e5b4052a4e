/* grep.c - lines with a text in them: grep [-v] [-c] [-n] [-q] TEXT [FILE...].
 * No patterns. */
#include <stdio.h>
#include <string.h>

static int invert, counting, numbers, quiet, found;

static void search(FILE *f, const char *text, const char *name)
{
    char line[4096];
    long n = 0, at = 0;

    while (fgets(line, sizeof line, f)) {
        at++;
        if ((strstr(line, text) != NULL) == invert)
            continue;
        n++;
        if (counting || quiet)
            continue;
        printf("%s%s", name, *name ? ":" : "");
        if (numbers)
            printf("%ld:", at);
        printf("%s%s", line, strchr(line, '\n') ? "" : "\n");
    }
    if (counting && !quiet)
        printf("%s%s%ld\n", name, *name ? ":" : "", n);
    found |= n > 0;
}

/* 0: one of the letters is none. */
static int take_option(const char *p)
{
    for (; *p; p++)
        if (*p == 'v')
            invert = 1;
        else if (*p == 'c')
            counting = 1;
        else if (*p == 'n')
            numbers = 1;
        else if (*p == 'q')
            quiet = 1;
        else
            return 0;
    return 1;
}

int main(int argc, char **argv)
{
    int i = 1, known = 1;

    for (; i < argc && argv[i][0] == '-' && argv[i][1]; i++)
        known &= take_option(argv[i] + 1);
    if (!known || i == argc) {
        fputs("usage: grep [-v] [-c] [-n] [-q] TEXT [FILE...]\n", stderr);
        return 2;
    }
    const char *text = argv[i++];
    int many = argc - i > 1;

    if (i == argc)
        search(stdin, text, "");
    for (; i < argc; i++) {
        FILE *f = fopen(argv[i], "r");

        if (!f) {
            perror(argv[i]);
            return 2;
        }
        search(f, text, many ? argv[i] : "");
        fclose(f);
    }
    return !found;
}
