/* find.c - names under folders: find [PATH...] [TEST or ACTION...]
 *   -name P  -path P  -type T  -size [+-]N[c]  -newer FILE  -empty  -links [+-]N  -perm OCTAL
 *   -maxdepth N  -mindepth N  -prune  -print  -delete (and -depth)  -exec COMMAND {} ;
 *   ( A )   ! A   A [-a] B   A -o B
 * An expression is gone over anew for each name, with the words as its tree. POSIX.1-2017, find. */
#include "paths.h"

#include <dirent.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORDS = 256, PATH = 1024 };

static char **first, **word;            /* of the expression; the next */
static const char *path, *name;         /* what is looked at */
static struct stat st;
static int depth, most = 1 << 30, least, below_first, prints = 1, pruned, bad;

static int any_of(int counts);

static void wrong(const char *what)
{
    fprintf(stderr, "find: %s: this does not belong there\n", what ? what : "the end");
    exit(2);
}

static const char *next(void)
{
    if (!*word)
        wrong(NULL);
    return *word++;
}

static int is(const char *what)
{
    return *word && !strcmp(*word, what);
}

/* N, or more than +N, or less than -N. */
static int compares(const char *text, long long v)
{
    char *end;
    long long n = strtoll(text + (*text == '+' || *text == '-'), &end, 10);

    if (end == text || (*end && strcmp(end, "c")))
        wrong(text);
    return *text == '+' ? v > n : *text == '-' ? v < n : v == n;
}

static int has_type(const char *t)
{
    static const char letters[] = "fdlpcb";
    static const mode_t kinds[] = { S_IFREG, S_IFDIR, S_IFLNK, S_IFIFO, S_IFCHR, S_IFBLK };
    const char *letter = *t && !t[1] ? strchr(letters, *t) : NULL;

    if (!letter)
        wrong(t);
    return (st.st_mode & S_IFMT) == kinds[letter - letters];
}

static int is_empty(void)
{
    struct dirent *e;
    int n = 0;

    if (!S_ISDIR(st.st_mode))
        return S_ISREG(st.st_mode) && !st.st_size;
    DIR *d = opendir(path);
    while (d && (e = readdir(d)))
        n++;
    if (d)
        closedir(d);
    return d && n == 2;
}

/* Up to its semicolon; each {} in a word is the path. */
static int execute(int counts)
{
    static char room[4096];
    char *argv[WORDS], *to = room;
    int n = 0, how = 1;
    pid_t pid;

    for (; !is(";"); word++) {
        char *in = *word, *at;

        if (!*word || n == WORDS - 1)
            wrong(*word);
        for (argv[n++] = to; (at = strstr(in, "{}")) != NULL && counts; in = at + 2)
            to += snprintf(to, (size_t)(room + sizeof room - to), "%.*s%s", (int)(at - in), in, path);
        to += snprintf(to, (size_t)(room + sizeof room - to), "%s", in) + 1;
        if (to > room + sizeof room) {
            fputs("find: -exec: the command is too long\n", stderr);
            exit(1);
        }
    }
    word++;
    argv[n] = NULL;
    if (!n)
        wrong(";");
    fflush(stdout);
    if (counts && (pid = fork()) == 0) {
        execvp(argv[0], argv);
        perror(argv[0]);
        _exit(127);
    } else if (counts && (pid < 0 || waitpid(pid, &how, 0) < 0)) {
        perror("find: -exec");
        bad = 1;
    }
    return !how;
}

static int removes(void)
{
    if (!strcmp(path, "."))
        return 1;
    if (!(S_ISDIR(st.st_mode) ? rmdir(path) : unlink(path)))
        return 1;
    perror(path);
    bad = 1;
    return 0;
}

static int newer(const char *than, int counts)
{
    struct stat other = { 0 };

    if (counts && stat(than, &other)) {
        perror(than);
        exit(1);
    }
    return st.st_mtim.tv_sec != other.st_mtim.tv_sec ? st.st_mtim.tv_sec > other.st_mtim.tv_sec
                                                     : st.st_mtim.tv_nsec > other.st_mtim.tv_nsec;
}

/* One test or action. If it does not count, it is only passed. */
static int one(int counts)
{
    const char *what = next();

    if (!strcmp(what, "-name"))
        return !fnmatch(next(), name, 0);
    if (!strcmp(what, "-path"))
        return !fnmatch(next(), path, 0);
    if (!strcmp(what, "-type"))
        return has_type(next());
    if (!strcmp(what, "-size")) {
        const char *n = next();

        return compares(n, strchr(n, 'c') ? st.st_size : (st.st_size + 511) / 512);
    }
    if (!strcmp(what, "-links"))
        return compares(next(), (long long)st.st_nlink);
    if (!strcmp(what, "-perm"))
        return (st.st_mode & 07777) == (mode_t)strtoul(next(), NULL, 8);
    if (!strcmp(what, "-newer"))
        return newer(next(), counts);
    if (!strcmp(what, "-empty"))
        return is_empty();
    if (!strcmp(what, "-exec")) {
        prints = 0;
        return execute(counts);
    }
    if (!strcmp(what, "-maxdepth"))
        most = atoi(next());
    else if (!strcmp(what, "-mindepth"))
        least = atoi(next());
    else if (!strcmp(what, "-prune"))
        pruned |= counts;
    else if (!strcmp(what, "-depth") || !strcmp(what, "-delete"))
        below_first = 1;
    else if (strcmp(what, "-print"))
        wrong(what);
    if (!strcmp(what, "-print") || !strcmp(what, "-delete")) {
        prints = 0;
        return !counts || (what[1] == 'p' ? puts(path) >= 0 : removes());
    }
    return 1;
}

static int not(int counts)
{
    if (is("!")) {
        word++;
        return !not(counts);
    }
    if (!is("("))
        return one(counts);
    word++;
    int is_true = any_of(counts);
    if (!is(")"))
        wrong(*word);
    word++;
    return is_true;
}

static int all_of(int counts)
{
    int is_true = not(counts);

    while (*word && !is("-o") && !is(")")) {
        word += is("-a");
        is_true &= not(counts && is_true);
    }
    return is_true;
}

static int any_of(int counts)
{
    int is_true = all_of(counts);

    while (is("-o")) {
        word++;
        is_true |= all_of(counts && !is_true);
    }
    return is_true;
}

/* What the expression says of a name. */
static void look(const char *at)
{
    path = at;
    name = base_of(at);
    word = first;
    if (depth >= least && (!*word || any_of(1)) && prints)
        puts(path);
}

static void walk(const char *at)
{
    struct dirent *e;
    struct stat here;

    if (lstat(at, &here)) {
        perror(at);
        bad = 1;
        return;
    }
    st = here;
    pruned = 0;
    if (!below_first)
        look(at);
    if (S_ISDIR(here.st_mode) && depth < most && !pruned) {
        DIR *d = opendir(at);

        if (!d) {
            perror(at);
            bad = 1;
        }
        depth++;
        while (d && (e = readdir(d))) {
            char in[PATH];

            if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
                continue;
            snprintf(in, sizeof in, "%s%s%s", at, at[strlen(at) - 1] == '/' ? "" : "/", e->d_name);
            walk(in);
        }
        depth--;
        if (d)
            closedir(d);
    }
    st = here;
    if (below_first)
        look(at);
}

int main(int argc, char **argv)
{
    int paths = 1;

    while (paths < argc && argv[paths][0] != '-' && strcmp(argv[paths], "!") && strcmp(argv[paths], "("))
        paths++;
    first = word = argv + paths;
    path = name = "";
    if (*word)
        any_of(0);              /* its options hold for all of it, and it must be one */
    if (*word)
        wrong(*word);
    if (paths == 1)
        walk(".");
    for (int i = 1; i < paths; i++)
        if (*argv[i])
            walk(argv[i]);
    return bad;
}
