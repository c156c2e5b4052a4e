/* sleeps.c - sleeps for 400 ms, and reads a line if there is one. */
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

int main(void)
{
    struct pollfd in = { .fd = 0, .events = POLLIN };

    for (int i = 0; i < 40; i++)
        usleep(10000);
    printf("%d ready\n", poll(&in, 1, 0));
    return 0;
}
