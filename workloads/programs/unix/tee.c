/* tee.c - its input, to the output and to files: tee [-a] [FILE...]; -a: behind what is in them */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { FILES = 32 };

/* All of it, or not at all. */
static int put(int fd, const char *p, size_t n)
{
    ssize_t done;

    for (; n; p += done, n -= (size_t)done)
        if ((done = write(fd, p, n)) < 0)
            return 0;
    return 1;
}

int main(int argc, char **argv)
{
    int fd[FILES] = { 1 }, n = 1, append = 0, bad = 0, c;
    const char *name[FILES] = { "tee" };
    char buf[4096];
    ssize_t got;

    while ((c = getopt(argc, argv, "a")) != -1) {
        append = O_APPEND;
        bad |= c == '?';
    }
    if (bad || argc - optind >= FILES) {
        fprintf(stderr, "usage: tee [-a] [FILE...], at most %d\n", FILES - 1);
        return 2;
    }
    for (int i = optind; i < argc; i++, n++) {
        name[n] = argv[i];
        fd[n] = open(argv[i], O_WRONLY | O_CREAT | (append ? append : O_TRUNC), 0666);
        if (fd[n] < 0) {
            perror(argv[i]);
            bad = 1;
        }
    }
    while ((got = read(0, buf, sizeof buf)) > 0)
        for (int i = 0; i < n; i++)
            if (fd[i] >= 0 && !put(fd[i], buf, (size_t)got)) {
                perror(name[i]);        /* the others go on */
                fd[i] = -1;
                bad = 1;
            }
    if (got < 0)
        perror("tee");
    return bad || got < 0;
}
