/* pipe.c - a producer and a consumer, two processes with a pipe between them.
 *
 * Look for: the pipe holds little, so that the faster one is blocked again and again.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ITEMS = 5000 };

static int produce(int fd)
{
    for (uint32_t i = 1; i <= ITEMS; i++)
        if (write(fd, &i, sizeof i) != (ssize_t)sizeof i)
            return 1;
    return 0;
}

/* A read from a pipe may bring part of an item. */
static int read_item(int fd, uint32_t *item)
{
    size_t n = 0;

    while (n < sizeof *item) {
        ssize_t r = read(fd, (char *)item + n, sizeof *item - n);

        if (r <= 0)
            return 0;
        n += (size_t)r;
    }
    return 1;
}

int main(void)
{
    int fd[2], status, in_order = 1;
    uint32_t item, count = 0, sum = 0;
    pid_t child;

    if (pipe(fd) < 0 || (child = fork()) < 0) {
        perror("pipe");
        return 1;
    }
    if (child == 0) {
        close(fd[0]);
        _exit(produce(fd[1]));
    }
    close(fd[1]);               /* or the end would never come */
    while (read_item(fd[0], &item)) {
        in_order &= item == ++count;
        sum += item;
    }
    waitpid(child, &status, 0);
    printf("%u items %s, sum %u, producer ended with %d\n", (unsigned)count,
           in_order ? "in order" : "OUT OF ORDER", (unsigned)sum, WEXITSTATUS(status));
    return !(in_order && count == ITEMS);
}
