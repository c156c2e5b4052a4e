/* mkfifo.c - pipes with a name: mkfifo NAME... */
#include <stdio.h>
#include <sys/stat.h>

int main(int argc, char **argv)
{
    int bad = 0;

    if (argc < 2) {
        fputs("usage: mkfifo NAME...\n", stderr);
        return 2;
    }
    for (int i = 1; i < argc; i++)
        if (mkfifo(argv[i], 0666)) {
            perror(argv[i]);
            bad = 1;
        }
    return bad;
}
