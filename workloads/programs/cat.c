/* cat.c - files, or standard input, to standard output: cat [-n] [FILE...]; -n: with numbers */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int numbers;

static int copy_numbered(int fd)
{
    static int line, inside;
    char buf[512];
    ssize_t n;

    while ((n = read(fd, buf, sizeof buf)) > 0)
        for (ssize_t i = 0; i < n; i++) {
            if (!inside)
                printf("%6d\t", ++line);
            putchar(buf[i]);
            inside = buf[i] != '\n';
        }
    fflush(stdout);
    return n < 0;
}

static int copy(int fd)
{
    char buf[512];
    ssize_t n;

    if (numbers)
        return copy_numbered(fd);
    while ((n = read(fd, buf, sizeof buf)) > 0)
        for (ssize_t done = 0; done < n;) {
            ssize_t r = write(1, buf + done, (size_t)(n - done));

            if (r < 0)
                return 1;
            done += r;
        }
    return n < 0;
}

/* What it writes would be there to be read, for ever. */
static int is_output(int fd)
{
    struct stat in, out;

    return !fstat(fd, &in) && !fstat(1, &out) && S_ISREG(out.st_mode) && out.st_size > 0 &&
           in.st_ino == out.st_ino && in.st_dev == out.st_dev;
}

int main(int argc, char **argv)
{
    int bad = 0;

    numbers = argc > 1 && !strcmp(argv[1], "-n");
    if (argc < 2 + numbers)
        return copy(0);
    for (int i = 1 + numbers; i < argc; i++) {
        int fd = strcmp(argv[i], "-") ? open(argv[i], O_RDONLY) : 0;

        if (fd >= 0 && is_output(fd)) {
            fprintf(stderr, "cat: %s is the output, too\n", argv[i]);
            bad = 1;
        } else if (fd < 0 || copy(fd)) {
            perror(argv[i]);
            bad = 1;
        }
        if (fd > 0)
            close(fd);
    }
    return bad;
}
