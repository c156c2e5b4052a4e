/* stress.c - work to do: stress [-c CPU] [-d DISK] [-m MEMORY] [-t SECONDS]: so many processes
 * that compute, that write and remove a file, and that write to 1 MiB of memory each */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void compute(double until)
{
    static volatile unsigned x;

    while (now() < until)
        for (int i = 0; i < 10000; i++)
            x = x * 1664525u + 1013904223u;
}

static void write_files(double until, int number)
{
    static char block[4096];
    char path[32];

    snprintf(path, sizeof path, "/tmp/stress%d", number);
    while (now() < until) {
        int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

        for (int i = 0; fd >= 0 && i < 16; i++)
            if (write(fd, block, sizeof block) < 0)
                break;
        if (fd < 0 || fsync(fd))
            exit(1);
        close(fd);
    }
    unlink(path);
}

static void use_memory(double until)
{
    enum { BYTES = 1 << 20, PAGE = 4096 };
    volatile char *memory = malloc(BYTES);

    if (!memory)
        exit(1);
    while (now() < until)
        for (int i = 0; i < BYTES; i += PAGE)
            memory[i]++;
}

int main(int argc, char **argv)
{
    int ncpu = 0, ndisk = 0, nmemory = 0, bad = 0, status;
    double seconds = 1;

    for (int i = 1; i < argc; i += 2) {
        char *end = argv[i];
        double n = i + 1 < argc ? strtod(argv[i + 1], &end) : 0;

        if (argv[i][0] != '-' || !argv[i][1] || !strchr("cdmt", argv[i][1]) || argv[i][2] ||
            i + 1 == argc || end == argv[i + 1] || *end || n < 0) {
            fputs("usage: stress [-c CPU] [-d DISK] [-m MEMORY] [-t SECONDS]\n", stderr);
            return 2;
        }
        switch (argv[i][1]) {
        case 'c': ncpu = (int)n; break;
        case 'd': ndisk = (int)n; break;
        case 'm': nmemory = (int)n; break;
        case 't': seconds = n; break;
        }
    }
    double until = now() + seconds;

    for (int i = 0; i < ncpu + ndisk + nmemory; i++)
        if (fork() == 0) {
            if (i < ncpu)
                compute(until);
            else if (i >= ncpu + ndisk)
                use_memory(until);
            else
                write_files(until, i);
            _exit(0);
        }
    while (wait(&status) > 0)
        bad |= status != 0;
    return bad;
}
