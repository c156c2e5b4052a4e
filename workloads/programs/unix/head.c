/* head.c - the first lines: head [-n N | -N] [FILE] */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
    int n = 10, i = 1;
    char line[4096];

    if (argc > 2 && !strcmp(argv[1], "-n")) {
        n = atoi(argv[2]);
        i = 3;
    } else if (argc > 1 && argv[1][0] == '-' && argv[1][1] >= '0' && argv[1][1] <= '9') {
        n = atoi(argv[1] + 1);
        i = 2;
    } else if (argc > 1 && argv[1][0] == '-' && argv[1][1]) {
        fputs("usage: head [-n N | -N] [FILE]\n", stderr);
        return 2;
    }
    FILE *f = i < argc ? fopen(argv[i], "r") : stdin;
    if (!f) {
        perror(argv[i]);
        return 1;
    }
    while (n-- > 0 && fgets(line, sizeof line, f))
        fputs(line, stdout);
    return 0;
}
