/* touch.c - files are there, and of now: touch [-c] FILE... */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int c, make = 1, bad = 0;

    while ((c = getopt(argc, argv, "c")) != -1) {
        make = 0;
        bad |= c == '?';
    }
    if (bad || optind == argc) {
        fputs("usage: touch [-c] FILE...\n", stderr);
        return 2;
    }
    for (int i = optind; i < argc; i++) {
        int fd = make ? open(argv[i], O_WRONLY | O_CREAT | O_NONBLOCK, 0666) : -1;

        if (fd >= 0)
            close(fd);
        if (utimensat(AT_FDCWD, argv[i], NULL, 0) && make) {
            perror(argv[i]);
            bad = 1;
        }
    }
    return bad;
}
