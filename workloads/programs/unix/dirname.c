/* dirname.c - the folder of a path: dirname PATH */
#include <libgen.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: dirname PATH\n", stderr);
        return 2;
    }
    puts(dirname(argv[1]));
    return 0;
}
