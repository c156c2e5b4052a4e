/* ps.c - the processes that there are, all of them: ps; -e, -f, -l and aux ask for the same */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HZ = 100 };

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (argv[i][strspn(argv[i], "-eflaux")]) {
            fputs("usage: ps [-efl] [aux]\n", stderr);
            return 2;
        }
    DIR *d = opendir("/proc");
    struct dirent *e;

    if (!d) {
        perror("/proc");
        return 1;
    }
    puts("  PID  PPID S  NI   TIME   RSS COMMAND");
    while ((e = readdir(d))) {
        char path[300], name[64], state;
        unsigned long user, kernel, rss;
        int pid, parent, nice, n;
        FILE *f;

        if (!atoi(e->d_name))
            continue;
        snprintf(path, sizeof path, "/proc/%s/stat", e->d_name);
        if (!(f = fopen(path, "r")))
            continue;           /* it has ended meanwhile */
        n = fscanf(f, "%d (%63[^)]) %c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %*d %*d "
                   "%*d %d %*d %*d %*u %*u %lu", &pid, name, &state, &parent, &user, &kernel,
                   &nice, &rss);
        fclose(f);
        if (n == 8)
            printf("%5d %5d %c %3d %3lu.%02lu %4luK %s\n", pid, parent, state, nice,
                   (user + kernel) / HZ, (user + kernel) % HZ, rss * 4, name);
    }
    closedir(d);
    return 0;
}
