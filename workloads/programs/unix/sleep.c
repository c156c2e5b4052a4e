/* sleep.c - lets time pass: sleep SECONDS, which may have decimals */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int main(int argc, char **argv)
{
    char *end = NULL;
    double seconds = argc == 2 ? strtod(argv[1], &end) : -1;

    if (seconds < 0 || seconds > 1e9 || end == argv[1] || *end) {
        fputs("usage: sleep SECONDS\n", stderr);
        return 2;
    }
    struct timespec t = { .tv_sec = (time_t)seconds,
                          .tv_nsec = (long)((seconds - (double)(time_t)seconds) * 1e9) };

    return nanosleep(&t, NULL) != 0;
}
