/* chmod.c - set rights: chmod [-R] MODE FILE...; a mode is octal, or [ugoa]*[+-=][rwxst]* with
 * commas between, as chmod(1) of POSIX has it */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { SUID = 04000, SGID = 02000, STICKY = 01000, ALL = 0777 };

/* One clause at *p; 0: it is none. */
static int change(const char **p, mode_t mask, mode_t *mode)
{
    mode_t who = 0, bits = 0, mine;
    char op;

    for (; **p && strchr("ugoa", **p); ++*p)
        who |= **p == 'u' ? 0700 | SUID : **p == 'g' ? 070 | SGID : **p == 'o' ? 07 : ALL | SUID | SGID;
    mine = who ? who : (ALL | SUID | SGID) & ~mask;
    if (!**p || !strchr("+-=", **p))
        return 0;
    op = *(*p)++;
    for (; **p && strchr("rwxst", **p); ++*p)
        bits |= **p == 'r' ? 0444 : **p == 'w' ? 0222 : **p == 'x' ? 0111
                : **p == 's' ? SUID | SGID : STICKY;
    if (op == '=')
        *mode &= ~(who ? who : ALL);
    bits &= mine | STICKY;
    *mode = op == '-' ? *mode & ~bits : *mode | bits;
    return 1;
}

/* What the text makes of a mode; 0: it is none. */
static int apply(const char *text, mode_t mask, mode_t *mode)
{
    if (!text[strspn(text, "01234567")] && *text) {
        *mode = (mode_t)strtoul(text, NULL, 8);
        return *mode <= 07777;
    }
    for (;;) {
        if (!change(&text, mask, mode))
            return 0;
        if (!*text)
            return 1;
        if (*text++ != ',')
            return 0;
    }
}

static int set(const char *path, const char *text, mode_t mask, int deep)
{
    struct stat st;
    struct dirent *e;
    int bad = 0;
    DIR *d;

    if (stat(path, &st)) {
        perror(path);
        return 1;
    }
    mode_t mode = st.st_mode & 07777;
    apply(text, mask, &mode);
    if (chmod(path, mode)) {
        perror(path);
        bad = 1;
    }
    if (!deep || !S_ISDIR(st.st_mode) || !(d = opendir(path)))
        return bad;
    while ((e = readdir(d))) {
        char in[1024];

        if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
            continue;
        snprintf(in, sizeof in, "%s/%s", path, e->d_name);
        bad |= set(in, text, mask, deep);
    }
    closedir(d);
    return bad;
}

int main(int argc, char **argv)
{
    int deep = argc > 1 && !strcmp(argv[1], "-R"), bad = 0;
    mode_t mask = umask(0), mode = 0;

    if (argc - deep < 3 || !apply(argv[1 + deep], mask, &mode)) {
        fputs("usage: chmod [-R] OCTAL|[ugoa][+-=][rwxst] FILE...\n", stderr);
        return 2;
    }
    for (int i = 2 + deep; i < argc; i++)
        bad |= set(argv[i], argv[1 + deep], mask, deep);
    return bad;
}
