/* sleeper.c - a thread sleeps in a loop while another reads: how long does a line take? */
#include <pthread.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static void *sleeps(void *arg)
{
    struct timespec t = { 0, 1000000 };

    for (;;)
        nanosleep(&t, NULL);
    return arg;
}

int main(void)
{
    pthread_t thread;
    struct timespec t;
    char buf[64];
    long n;

    pthread_create(&thread, NULL, sleeps, NULL);
    for (int i = 0; i < 2; i++)
        n = read(0, buf, sizeof buf);
    clock_gettime(CLOCK_MONOTONIC, &t);
    printf("%ld at the end, %s\n", n, t.tv_sec || t.tv_nsec > 500000000 ? "late" : "in time");
    return 0;
}
