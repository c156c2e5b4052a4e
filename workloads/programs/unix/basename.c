/* basename.c - the last name of a path: basename PATH [ENDING]; without the ending, if it has it */
#include <libgen.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    if (argc != 2 && argc != 3) {
        fputs("usage: basename PATH [ENDING]\n", stderr);
        return 2;
    }
    const char *name = *argv[1] ? basename(argv[1]) : "", *ending = argc > 2 ? argv[2] : "";
    size_t n = strlen(name), cut = strlen(ending);

    if (n > cut && !strcmp(name + n - cut, ending))
        n -= cut;
    printf("%.*s\n", (int)n, name);
    return 0;
}
