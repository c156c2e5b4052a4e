/* ls.c - what is in folders: ls [-l] [-a] [PATH...] */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MOST = 1024 };
static int wide, all;

static void line(const char *dir, const char *name)
{
    static const char bits[] = "rwxrwxrwx";
    char path[1024];
    struct stat st;

    snprintf(path, sizeof path, "%s%s%s", dir, *dir ? "/" : "", name);
    if (!wide) {
        puts(name);
        return;
    }
    if (lstat(path, &st)) {
        perror(path);
        return;
    }
    putchar(S_ISDIR(st.st_mode) ? 'd' : S_ISLNK(st.st_mode) ? 'l'
            : S_ISCHR(st.st_mode) ? 'c' : S_ISFIFO(st.st_mode) ? 'p' : '-');
    for (int i = 0; i < 9; i++)
        putchar(st.st_mode >> (8 - i) & 1 ? bits[i] : '-');
    printf(" %2d %8ld %s\n", (int)st.st_nlink, (long)st.st_size, name);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static int list(const char *path)
{
    char *names[MOST];
    struct stat st;
    struct dirent *e;
    size_t n = 0;

    if (stat(path, &st)) {
        perror(path);
        return 1;
    }
    if (!S_ISDIR(st.st_mode)) {
        line("", path);
        return 0;
    }
    DIR *d = opendir(path);
    if (!d) {
        perror(path);
        return 1;
    }
    while ((e = readdir(d)))
        if ((all || e->d_name[0] != '.') && n++ < MOST)
            names[n - 1] = strdup(e->d_name);
    closedir(d);
    if (n > MOST) {
        fprintf(stderr, "ls: %s has %d names more\n", path, (int)n - MOST);
        n = MOST;
    }
    qsort(names, n, sizeof *names, by_name);
    for (size_t i = 0; i < n; i++)
        line(path, names[i]);
    return 0;
}

int main(int argc, char **argv)
{
    int bad = 0, n = 0;

    for (int i = 1; i < argc; i++)
        if (argv[i][0] == '-' && argv[i][1]) {
            if (argv[i][1 + strspn(argv[i] + 1, "la")]) {
                fputs("usage: ls [-l] [-a] [PATH...]\n", stderr);
                return 2;
            }
            wide |= strchr(argv[i], 'l') != NULL;
            all |= strchr(argv[i], 'a') != NULL;
        } else
            n++;
    for (int i = 1; i < argc; i++)
        if (argv[i][0] != '-' || !argv[i][1])
            bad |= list(argv[i]);
    return n ? bad : list(".");
}
