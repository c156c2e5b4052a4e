/* full_disk.c - four processes fill the disk at once, each with a file that it then
 * unlinks while it is open: all of it is free again at the end. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static char bytes[8192];

int main(void)
{
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
