/* rmdir.c - removes empty folders: rmdir PATH... */
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int bad = 0;

    if (argc < 2 || argv[1][0] == '-') {
        fputs("usage: rmdir PATH...\n", stderr);
        return 2;
    }
    for (int i = 1; i < argc; i++)
        if (rmdir(argv[i])) {
            perror(argv[i]);
            bad = 1;
        }
    return bad;
}
