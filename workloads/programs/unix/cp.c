/* cp.c - cp FILE TO; cp FILE... FOLDER */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int copy(const char *from, const char *to)
{
    char bytes[4096];
    struct stat st;
    ssize_t n;
    int in = open(from, O_RDONLY), out;

    if (in < 0 || fstat(in, &st)) {
        perror(from);
        return 1;
    }
    out = open(to, O_WRONLY | O_CREAT | O_TRUNC, st.st_mode & 0777);
    if (out < 0) {
        perror(to);
        close(in);
        return 1;
    }
    while ((n = read(in, bytes, sizeof bytes)) > 0 && write(out, bytes, (size_t)n) == n)
        ;
    if (n)
        perror(to);
    close(in);
    close(out);
    return n != 0;
}

int main(int argc, char **argv)
{
    struct stat st;
    int bad = 0;

    if (argc < 3) {
        fputs("usage: cp FILE... TO\n", stderr);
        return 2;
    }
    if (stat(argv[argc - 1], &st) || !S_ISDIR(st.st_mode))
        return argc == 3 ? copy(argv[1], argv[2]) : 2;
    for (int i = 1; i < argc - 1; i++) {
        const char *base = strrchr(argv[i], '/');
        char to[1024];

        snprintf(to, sizeof to, "%s/%s", argv[argc - 1], base ? base + 1 : argv[i]);
        bad |= copy(argv[i], to);
    }
    return bad;
}
