/* grep.c - lines with a text in them: grep [-v] [-c] TEXT [FILE...]. No patterns. */
#include <stdio.h>
#include <string.h>

static int invert, counting, found;

static void search(FILE *f, const char *text, const char *name)
{
    char line[4096];
    long n = 0;

    while (fgets(line, sizeof line, f)) {
        if ((strstr(line, text) != NULL) == invert)
            continue;
        n++;
        if (!counting)
            printf("%s%s%s", name, *name ? ":" : "", line);
    }
    if (counting)
        printf("%s%s%ld\n", name, *name ? ":" : "", n);
    found |= n > 0;
}

int main(int argc, char **argv)
{
    int i = 1;

    for (; i < argc && argv[i][0] == '-'; i++) {
        invert |= argv[i][1] == 'v';
        counting |= argv[i][1] == 'c';
    }
    if (i == argc) {
        fputs("usage: grep [-v] [-c] TEXT [FILE...]\n", stderr);
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
