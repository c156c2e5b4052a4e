/* grep.c - lines that fit a pattern: grep [-cEFhilnoqrsvwx] [-e] PATTERN [FILE...]
 * Patterns are those of regex(7). */
#include <dirent.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH = 1024, PATTERN = 1024 };

static int invert, counting, numbers, quiet, names_only, deep, silent, parts, words, lines;
static int names = -1;          /* 1, 0: in front of lines; -1: if there are several files */
static int found, bad;
static regex_t pattern;

static int is_word(int c)
{
    return c == '_' || (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
}

/* The next place in the line, from `at`, that fits. */
static int fits(const char *line, size_t at, regmatch_t *m)
{
    while (regexec(&pattern, line + at, 1, m, at ? REG_NOTBOL : 0) == 0) {
        size_t from = at + (size_t)m->rm_so, to = at + (size_t)m->rm_eo;

        m->rm_so = (regoff_t)from;
        m->rm_eo = (regoff_t)to;
        if (!words || ((!from || !is_word(line[from - 1])) && !is_word(line[to])))
            return !lines || (!from && !line[to]);
        if (!line[from])
            break;
        at = from + 1;
    }
    return 0;
}

static void put_front(const char *name, long at)
{
    if (*name)
        printf("%s:", name);
    if (numbers)
        printf("%ld:", at);
}

static void put_parts(const char *line, const char *name, long n)
{
    regmatch_t m;

    for (size_t at = 0; fits(line, at, &m); at = (size_t)m.rm_eo + (m.rm_so == m.rm_eo)) {
        if (m.rm_eo > m.rm_so) {
            put_front(name, n);
            printf("%.*s\n", (int)(m.rm_eo - m.rm_so), line + m.rm_so);
        }
        if (!line[m.rm_eo])
            break;
    }
}

static void complain(const char *path)
{
    if (!silent)
        perror(path);
    bad = 1;
}

static void search(FILE *f, const char *path, const char *name)
{
    char *line = NULL;
    size_t size = 0;
    ssize_t len;
    long n = 0, at = 0;
    regmatch_t m;

    while ((len = getline(&line, &size, f)) > 0 && !(n && (quiet || names_only))) {
        at++;
        if (line[len - 1] == '\n')
            line[len - 1] = '\0';
        if (fits(line, 0, &m) == invert)
            continue;
        n++;
        if (counting || quiet || names_only)
            continue;
        if (parts && !invert)
            put_parts(line, name, at);
        else if (!parts) {
            put_front(name, at);
            puts(line);
        }
    }
    free(line);
    if (ferror(f))
        complain(path);
    if (names_only && n && !quiet)
        puts(path);
    else if (counting && !quiet)
        printf("%s%s%ld\n", name, *name ? ":" : "", n);
    found |= n > 0;
}

/* What was found in a folder is only looked at if it is a plain file: a device may have no end. */
static void search_path(const char *path, int named)
{
    struct stat st;
    struct dirent *e;
    char in[PATH];
    DIR *d;
    FILE *f;

    if (!stat(path, &st) && S_ISDIR(st.st_mode)) {
        if (!deep) {
            fprintf(stderr, "grep: %s: is a folder (-r goes into it)\n", path);
            if (counting && !quiet)
                printf("%s%s0\n", names > 0 ? path : "", names > 0 ? ":" : "");
            bad = 1;
            return;
        }
        if (!(d = opendir(path)))
            complain(path);
        while (d && (e = readdir(d)))
            if (strcmp(e->d_name, ".") && strcmp(e->d_name, "..")) {
                snprintf(in, sizeof in, "%s/%s", path, e->d_name);
                search_path(in, 0);
            }
        if (d)
            closedir(d);
        return;
    }
    if (!named && (lstat(path, &st) || !S_ISREG(st.st_mode)))
        return;
    if (!(f = fopen(path, "r"))) {
        complain(path);
        return;
    }
    search(f, path, names > 0 ? path : "");
    fclose(f);
}

/* -F: every letter stands for itself. */
static const char *plain(const char *text, char *to)
{
    char *p = to;

    for (; *text && p < to + PATTERN - 3; text++) {
        if (strchr("\\.*[]^$", *text))
            *p++ = '\\';
        *p++ = *text;
    }
    *p = '\0';
    return to;
}

int main(int argc, char **argv)
{
    const char *text = NULL;
    char quoted[PATTERN];
    int c, how = 0, fixed = 0, wrong;

    while ((c = getopt(argc, argv, "cEFhHilnoqrRsvwxe:")) != -1)
        switch (c) {
        case 'c': counting = 1; break;
        case 'E': how |= REG_EXTENDED; break;
        case 'F': fixed = 1; break;
        case 'h': names = 0; break;
        case 'H': names = 1; break;
        case 'i': how |= REG_ICASE; break;
        case 'l': names_only = 1; break;
        case 'n': numbers = 1; break;
        case 'o': parts = 1; break;
        case 'q': quiet = 1; break;
        case 'r': case 'R': deep = 1; break;
        case 's': silent = 1; break;
        case 'v': invert = 1; break;
        case 'w': words = 1; break;
        case 'x': lines = 1; break;
        case 'e': text = optarg; break;
        default: optind = argc + 1; break;
        }
    if (optind > argc || (!text && optind == argc)) {
        fputs("usage: grep [-cEFhHilnoqrsvwx] [-e] PATTERN [FILE...]\n", stderr);
        return 2;
    }
    text = text ? text : argv[optind++];
    if ((wrong = regcomp(&pattern, fixed ? plain(text, quoted) : text, fixed ? 0 : how))) {
        char why[80];

        regerror(wrong, &pattern, why, sizeof why);
        fprintf(stderr, "grep: %s: %s\n", text, why);
        return 2;
    }
    names = names >= 0 ? names : deep || argc - optind > 1;
    if (optind == argc && deep)
        search_path(".", 1);
    else if (optind == argc)
        search(stdin, "(standard input)", "");
    for (int i = optind; i < argc; i++)
        search_path(argv[i], 1);
    return bad && !(quiet && found) ? 2 : !found;
}
