/* polls.c - what poll says of standard input within 100 ms, and what is then read. */
#include <poll.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

int main(void)
{
    struct pollfd in = { .fd = 0, .events = POLLIN };
    struct timespec t;
    char buf[64];
    int ready = poll(&in, 1, 100);
    long n = ready ? read(0, buf, sizeof buf) : -1;

    clock_gettime(CLOCK_MONOTONIC, &t);
    printf("%d ready, %ld read, %s\n", ready, n,
           t.tv_sec || t.tv_nsec > 50000000 ? "late" : "in time");
    return 0;
}
