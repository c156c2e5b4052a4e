/* top.c - who uses the CPU: top [-n TIMES] [-d SECONDS]
 *
 * Plain lines, no cursor movement: it is to be read in a pane. On a terminal, as many as
 * the window has. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { MOST = 128, HZ = 100 };

struct entry { int pid, nice; char state, name[32]; unsigned long time, use; };

static int read_entry(const char *number, struct entry *e)
{
    char path[300];
    unsigned long user, kernel;
    FILE *f;
    int n;

    snprintf(path, sizeof path, "/proc/%s/stat", number);
    if (!(f = fopen(path, "r")))
        return 0;
    n = fscanf(f, "%d (%31[^)]) %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %*d %*d "
               "%*d %d", &e->pid, e->name, &e->state, &user, &kernel, &e->nice);
    fclose(f);
    e->time = user + kernel;
    return n == 6;
}

static int read_all(struct entry *list)
{
    DIR *d = opendir("/proc");
    struct dirent *e;
    int n = 0;

    if (!d) {
        perror("/proc");
        exit(1);
    }
    while (n < MOST && (e = readdir(d)))
        if (atoi(e->d_name))
            n += read_entry(e->d_name, &list[n]);
    closedir(d);
    return n;
}

static double uptime(void)
{
    double up = 0;
    FILE *f = fopen("/proc/uptime", "r");

    if (f) {
        if (fscanf(f, "%lf", &up) != 1)
            up = 0;
        fclose(f);
    }
    return up;
}

static unsigned long before(const struct entry *list, int n, int pid)
{
    for (int i = 0; i < n; i++)
        if (list[i].pid == pid)
            return list[i].time;
    return 0;
}

static int lines(void)
{
    struct winsize w;

    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_row > 4 ? w.ws_row - 3 : MOST;
}

static int by_use(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;

    return x->use != y->use ? (x->use < y->use) - (x->use > y->use) : x->pid - y->pid;
}

int main(int argc, char **argv)
{
    static struct entry old[MOST], now[MOST], shown[MOST];
    int times = 1, seconds = 1, nold;
    double from;

    for (int i = 1; i < argc; i += 2) {
        int n = i + 1 < argc ? atoi(argv[i + 1]) : 0;

        if ((strcmp(argv[i], "-n") && strcmp(argv[i], "-d")) || n < 1) {
            fputs("usage: top [-n TIMES] [-d SECONDS]\n", stderr);
            return 2;
        }
        *(argv[i][1] == 'n' ? &times : &seconds) = n;
    }
    nold = read_all(old);
    from = uptime();
    while (times-- > 0) {
        sleep((unsigned)seconds);
        int n = read_all(now);
        double to = uptime(), span = (to - from) * HZ;

        for (int i = 0; i < n; i++) {
            shown[i] = now[i];
            shown[i].use = now[i].time - before(old, nold, now[i].pid);
        }
        qsort(shown, (size_t)n, sizeof *shown, by_use);
        printf("up %.2f s, %d processes\n  PID  NI S  %%CPU   TIME COMMAND\n", to, n);
        for (int i = 0; i < n && i < lines(); i++)
            printf("%5d %3d %c %5.1f %3lu.%02lu %s\n", shown[i].pid, shown[i].nice,
                   shown[i].state, span > 0 ? 100.0 * (double)shown[i].use / span : 0.0,
                   shown[i].time / HZ, shown[i].time % HZ, shown[i].name);
        for (int i = 0; i < n; i++)
            old[i] = now[i];
        nold = n;
        from = to;
    }
    return 0;
}
