/* wc.c - lines, words and bytes of files, or of the input: wc [-l] [-w] [-c] [FILE...] */
#include <stdio.h>
#include <string.h>

static long sum[3];
static int nfiles, shown[3], bad;

static void show(const long n[3], const char *name)
{
    const char *between = "";

    for (int i = 0; i < 3; i++)
        if (shown[i]) {
            printf("%s%ld", between, n[i]);
            between = " ";
        }
    printf("%s%s\n", *name ? " " : "", name);
}

/* The options before the files; 0: one is none. */
static int take_options(int argc, char **argv, int *first)
{
    static const char letters[] = "lwc";
    int any = 0;

    for (*first = 1; *first < argc && argv[*first][0] == '-' && argv[*first][1]; ++*first)
        for (const char *p = argv[*first] + 1; *p; p++) {
            const char *letter = strchr(letters, *p);

            if (!letter) {
                fprintf(stderr, "usage: wc [-l] [-w] [-c] [FILE...]\n");
                return 0;
            }
            shown[letter - letters] = any = 1;
        }
    for (int i = 0; i < 3 && !any; i++)
        shown[i] = 1;
    return 1;
}

static void count(FILE *f, const char *name)
{
    long n[3] = { 0 };
    int c, in = 0;

    while ((c = getc(f)) != EOF) {
        int space = c == ' ' || c == '\n' || c == '\t';

        n[0] += c == '\n';
        n[1] += !space && !in;
        n[2]++;
        in = !space;
    }
    if (ferror(f)) {
        perror(*name ? name : "wc");
        bad = 1;
    }
    show(n, name);
    for (int i = 0; i < 3; i++)
        sum[i] += n[i];
    nfiles++;
}

int main(int argc, char **argv)
{
    int first;

    if (!take_options(argc, argv, &first))
        return 2;
    if (first == argc)
        count(stdin, "");
    for (int i = first; i < argc; i++) {
        FILE *f = fopen(argv[i], "r");

        if (!f) {
            perror(argv[i]);
            bad = 1;
            continue;
        }
        count(f, argv[i]);
        fclose(f);
    }
    if (nfiles > 1)
        show(sum, "total");
    return bad;
}
