/* full_disk.c - a write gets what fits and says so; the next is refused. Then four processes
 * fill the disk at once, each with a file that it then unlinks while it is open: all of it is
 * free again at the end. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static char bytes[8192];

/* Of 7,000 bytes each: an odd number, so that the last one is cut within it. */
static long fill(int fd, int how)
{
    struct iovec part[2] = { { bytes, 3000 }, { bytes + 3000, 4000 } };
    long at = 0, n, cut = 0;

    for (;; at += n) {
        n = how == 0 ? write(fd, bytes, 7000) : how == 1 ? writev(fd, part, 2)
                                              : pwrite(fd, bytes, 7000, at);
        if (n <= 0)
            break;
        if (cut)
            return -1;          /* after a short one nothing fits */
        cut = n < 7000 ? n : 0;
    }
    return n < 0 && errno == ENOSPC ? cut : -1;
}

/* All that was answered for is there, and nothing else. */
static void short_write(int how)
{
    static char back[8192];
    int fd = open("short", O_CREAT | O_TRUNC | O_RDWR, 0600);
    struct stat st = { 0 };

    for (int i = 0; i < 7000; i++)
        bytes[i] = (char)(i * 7 + 1);
    long cut = fill(fd, how), size = 0, n;

    fsync(fd);
    fstat(fd, &st);
    lseek(fd, 0, SEEK_SET);
    while ((n = read(fd, back, 7000)) == 7000 && !memcmp(back, bytes, 7000))
        size += n;
    int right = n == cut && !memcmp(back, bytes, (size_t)n) && size + n == st.st_size;

    printf("short %d: %s\n", how, cut > 0 && cut < 7000 && right ? "right" : "wrong");
    if (!right || cut <= 0)
        printf("cut %ld, read %ld, size %ld of %ld\n", cut, n, size, (long)st.st_size);
    close(fd);
    unlink("short");
}

int main(void)
{
    for (int how = 0; how < 3; how++)
        short_write(how);
    fflush(stdout);
    for (int p = 0; p < 4; p++) {
        char name[16];
        int fd;

        if (fork())
            continue;
        snprintf(name, sizeof name, "f%d", p);
        fd = open(name, O_CREAT | O_RDWR, 0600);
        while (write(fd, bytes, sizeof bytes) > 0)
            ;
        unlink(name);
        exit(errno);
    }
    for (int status; wait(&status) > 0;)
        printf("errno %d\n", WEXITSTATUS(status));
    return 0;
}
