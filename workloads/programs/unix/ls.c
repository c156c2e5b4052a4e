/* ls.c - what is in folders: ls [-1aAdFhilrRSt] [PATH...]; as POSIX has it, in one column */
#include <dirent.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 1024, PATH = 1024 };

static int wide, all, dots, itself, marks, human, numbers, backwards, deep, by_size, by_time;

struct entry { char *name; struct stat st; };

static char type_letter(mode_t mode)
{
    return S_ISDIR(mode) ? 'd' : S_ISLNK(mode) ? 'l' : S_ISCHR(mode) ? 'c' : S_ISBLK(mode) ? 'b'
           : S_ISFIFO(mode) ? 'p' : S_ISSOCK(mode) ? 's' : '-';
}

/* rwxr-xr-x, with s and t where these bits are. */
static void put_mode(mode_t mode)
{
    static const char bits[] = "rwxrwxrwx";

    putchar(type_letter(mode));
    for (int i = 0; i < 9; i++) {
        int on = mode >> (8 - i) & 1, special = i % 3 == 2 && mode >> (11 - i / 3) & 1;
        char letter = i == 8 ? 't' : 's';

        putchar(special ? on ? letter : (char)(letter - 'a' + 'A') : on ? bits[i] : '-');
    }
}

static void put_size(const struct stat *st)
{
    static const char units[] = "KMG";
    double size = (double)st->st_size;
    int unit = -1;

    for (; human && size >= 1024 && unit < 2; unit++)
        size /= 1024;
    if (S_ISCHR(st->st_mode) || S_ISBLK(st->st_mode))
        printf(" %4d,%4d", (int)(st->st_rdev >> 8 & 0xfff), (int)(st->st_rdev & 0xff));
    else if (unit >= 0)
        printf(size < 10 ? " %7.1f%c" : " %7.0f%c", size, units[unit]);
    else
        printf(" %8lld", (long long)st->st_size);
}

static void put_names(const struct stat *st)
{
    const struct passwd *user = getpwuid(st->st_uid);
    const struct group *group = getgrgid(st->st_gid);

    if (user)
        printf(" %-5s", user->pw_name);
    else
        printf(" %-5u", (unsigned)st->st_uid);
    if (group)
        printf(" %-5s", group->gr_name);
    else
        printf(" %-5u", (unsigned)st->st_gid);
}

static void put_date(time_t t)
{
    char text[32];
    time_t now = time(NULL);
    struct tm tm;

    localtime_r(&t, &tm);
    strftime(text, sizeof text, now - t > 180 * 86400 || t > now ? "%b %e  %Y" : "%b %e %H:%M", &tm);
    printf(" %s", text);
}

static void line(const char *dir, const struct entry *e)
{
    char path[PATH], target[PATH];
    mode_t mode = e->st.st_mode;
    ssize_t n = -1;

    snprintf(path, sizeof path, "%s%s%s", dir, *dir ? "/" : "", e->name);
    if (numbers)
        printf("%6lu ", (unsigned long)e->st.st_ino);
    if (wide) {
        put_mode(mode);
        printf(" %2d", (int)e->st.st_nlink);
        put_names(&e->st);
        put_size(&e->st);
        put_date(e->st.st_mtime);
        putchar(' ');
        if (S_ISLNK(mode))
            n = readlink(path, target, sizeof target);
    }
    printf("%s", e->name);
    if (marks)
        printf("%s", S_ISDIR(mode) ? "/" : S_ISLNK(mode) ? "@" : S_ISFIFO(mode) ? "|" : mode & 0111 ? "*" : "");
    if (n >= 0)
        printf(" -> %.*s", (int)n, target);
    putchar('\n');
}

static int order(const void *pa, const void *pb)
{
    const struct entry *a = pa, *b = pb;
    int c = 0;

    if (by_size)
        c = a->st.st_size > b->st.st_size ? -1 : a->st.st_size < b->st.st_size;
    else if (by_time)
        c = a->st.st_mtime > b->st.st_mtime ? -1 : a->st.st_mtime < b->st.st_mtime;
    c = c ? c : strcmp(a->name, b->name);
    return backwards ? -c : c;
}

static int list(const char *path);

static int show(const char *dir, struct entry *e, size_t n)
{
    int bad = 0;

    qsort(e, n, sizeof *e, order);
    for (size_t i = 0; i < n; i++)
        line(dir, &e[i]);
    for (size_t i = 0; i < n; i++) {
        char path[PATH];

        if (deep && S_ISDIR(e[i].st.st_mode) && strcmp(e[i].name, ".") && strcmp(e[i].name, "..")) {
            snprintf(path, sizeof path, "%s/%s", dir, e[i].name);
            printf("\n%s:\n", path);
            bad |= list(path);
        }
        free(e[i].name);
    }
    return bad;
}

/* What is in a folder. */
static int list(const char *path)
{
    struct entry *e = malloc(MOST * sizeof *e);
    struct dirent *d;
    DIR *dir = opendir(path);
    int n = 0, bad = 0;
    char in[PATH];

    if (!dir || !e) {
        perror(path);
        free(e);
        return 1;
    }
    while ((d = readdir(dir))) {
        int is_dots = !strcmp(d->d_name, ".") || !strcmp(d->d_name, "..");

        if (d->d_name[0] == '.' && !all && (is_dots || !dots))
            continue;
        snprintf(in, sizeof in, "%s/%s", path, d->d_name);
        if (n < MOST && !lstat(in, &e[n].st))
            e[n].name = strdup(d->d_name);
        n++;
    }
    closedir(dir);
    if (n > MOST) {
        fprintf(stderr, "ls: %s has %d names more\n", path, n - MOST);
        n = MOST;
    }
    bad |= show(path, e, (size_t)n);
    free(e);
    return bad;
}

/* Files that were named come first, then what is in folders that were. */
static int list_all(int n, char **path)
{
    struct entry *files = calloc((size_t)n, sizeof *files);
    int nfiles = 0, bad = 0, first = 1;

    for (int i = 0; i < n; i++) {
        struct stat st;

        if (wide || itself || marks ? lstat(path[i], &st) : stat(path[i], &st) && lstat(path[i], &st)) {
            perror(path[i]);
            bad = 2;
            path[i] = NULL;
        } else if (itself || !S_ISDIR(st.st_mode)) {
            files[nfiles++] = (struct entry){ strdup(path[i]), st };
            path[i] = NULL;
        }
    }
    int was = deep;
    deep = 0;
    bad |= show("", files, (size_t)nfiles);
    deep = was;
    for (int i = 0; i < n; i++)
        if (path[i]) {
            if (n > 1 || deep)
                printf("%s%s:\n", first && !nfiles ? "" : "\n", path[i]);
            first = 0;
            bad |= list(path[i]);
        }
    free(files);
    return bad & 2 ? 2 : bad;   /* what was named is not there: 2, as GNU has it */
}

int main(int argc, char **argv)
{
    static char here[] = ".";
    char *only[] = { here };
    int c;

    while ((c = getopt(argc, argv, "1aAdFhilrRSt")) != -1)
        switch (c) {
        case '1': break;
        case 'a': all = 1; break;
        case 'A': dots = 1; break;
        case 'd': itself = 1; break;
        case 'F': marks = 1; break;
        case 'h': human = 1; break;
        case 'i': numbers = 1; break;
        case 'l': wide = 1; break;
        case 'r': backwards = 1; break;
        case 'R': deep = 1; break;
        case 'S': by_size = 1; break;
        case 't': by_time = 1; break;
        default:
            fputs("usage: ls [-1aAdFhilrRSt] [PATH...]\n", stderr);
            return 2;
        }
    return optind < argc ? list_all(argc - optind, argv + optind) : list_all(1, only);
}
