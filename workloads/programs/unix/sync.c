/* sync.c - all that was written is on the disk: sync [FILE...] */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int bad = 0;

    if (argc < 2)
        sync();
    for (int i = 1; i < argc; i++) {
        int fd = open(argv[i], O_RDONLY);

        if (fd < 0 || fsync(fd)) {
            perror(argv[i]);
            bad = 1;
        }
        close(fd);
    }
    return bad;
}
