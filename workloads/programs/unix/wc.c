/* wc.c - lines, words and bytes of files, or of the input. */
#include <stdio.h>

static long sum[3];
static int nfiles;

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
    printf("%ld %ld %ld%s%s\n", n[0], n[1], n[2], *name ? " " : "", name);
    for (int i = 0; i < 3; i++)
        sum[i] += n[i];
    nfiles++;
}

int main(int argc, char **argv)
{
    int bad = 0;

    if (argc < 2)
        count(stdin, "");
    for (int i = 1; i < argc; i++) {
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
        printf("%ld %ld %ld total\n", sum[0], sum[1], sum[2]);
    return bad;
}
