/* cp.c - cp [-rapvf] FILE TO; cp [-rapvf] FILE... FOLDER; -p keeps rights, owners and times,
 * -a is -r and -p */
#include "paths.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PATH = 1024 };

static int trees, keep, said;
static struct stat made;        /* the first folder of a tree that was made */
static int has_made;

static int fail(const char *path)
{
    perror(path);
    return 1;
}

static int pour(int in, int out, const char *from, const char *to)
{
    char bytes[4096];
    ssize_t n;

    while ((n = read(in, bytes, sizeof bytes)) > 0)
        if (write(out, bytes, (size_t)n) != n)
            return fail(to);
    return n ? fail(from) : 0;
}

/* It is there: with what is to be kept of the old one. */
static int done(const char *from, const char *to, const struct stat *st)
{
    const struct timespec times[2] = { { .tv_sec = st->st_atime }, { .tv_sec = st->st_mtime } };

    if (said)
        printf("cp: %s to %s\n", from, to);
    if (keep && ((chown(to, st->st_uid, st->st_gid) && errno != EPERM) ||
                 chmod(to, st->st_mode & 07777) || utimensat(AT_FDCWD, to, times, 0)))
        return fail(to);
    return 0;
}

static int copy_file(const char *from, const char *to, const struct stat *st)
{
    struct stat there;
    int in, out, bad;

    /* Opening it would cut it off. */
    if (!stat(to, &there) && same_file(&there, st)) {
        fprintf(stderr, "cp: %s and %s are the same file\n", from, to);
        return 1;
    }
    in = open(from, O_RDONLY);
    if (in < 0)
        return fail(from);
    out = open(to, O_WRONLY | O_CREAT | O_TRUNC, st->st_mode & 0777);
    bad = out < 0 ? fail(to) : pour(in, out, from, to);
    close(in);
    if (out >= 0 && close(out))
        bad = fail(to);
    return bad || done(from, to, st);
}

/* What it points to is none of its business. */
static int copy_link(const char *from, const char *to, const struct stat *st)
{
    struct stat there;
    char target[PATH];
    ssize_t n = readlink(from, target, sizeof target - 1);

    if (n < 0)
        return fail(from);
    target[n] = '\0';
    if (!lstat(to, &there)) {
        if (same_file(&there, st)) {
            fprintf(stderr, "cp: %s and %s are the same file\n", from, to);
            return 1;
        }
        if (unlink(to))
            return fail(to);
    }
    if (symlink(target, to))
        return fail(to);
    if (said)
        printf("cp: %s to %s\n", from, to);
    return 0;
}

static int copy(const char *from, const char *to);

/* A folder that is copied into itself has its copy in it, which is left out. */
static int copy_entry(const char *from, const char *to)
{
    struct stat st;

    if (has_made && !lstat(from, &st) && same_file(&st, &made)) {
        fprintf(stderr, "cp: %s: cannot be copied into itself\n", from);
        return 1;
    }
    return copy(from, to);
}

static int copy_folder(const char *from, const char *to, const struct stat *st)
{
    DIR *d = opendir(from);
    struct stat there;
    struct dirent *e;
    int bad = 0;

    if (!d)
        return fail(from);
    if (mkdir(to, (st->st_mode & 0777) | 0700) && (errno != EEXIST || stat(to, &there) ||
                                                   !S_ISDIR(there.st_mode))) {
        closedir(d);
        return fail(to);
    }
    has_made = has_made || !stat(to, &made);
    while ((e = readdir(d))) {
        char a[PATH], b[PATH];

        if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
            continue;
        snprintf(a, sizeof a, "%s/%s", from, e->d_name);
        snprintf(b, sizeof b, "%s/%s", to, e->d_name);
        bad |= copy_entry(a, b);
    }
    closedir(d);
    return bad || done(from, to, st);
}

static int copy(const char *from, const char *to)
{
    struct stat st;

    if (trees ? lstat(from, &st) : stat(from, &st))
        return fail(from);
    if (S_ISLNK(st.st_mode))
        return copy_link(from, to, &st);
    if (S_ISFIFO(st.st_mode) && trees)
        return mkfifo(to, st.st_mode & 0777) ? fail(to) : done(from, to, &st);
    if (!S_ISDIR(st.st_mode))
        return copy_file(from, to, &st);
    if (trees)
        return copy_folder(from, to, &st);
    fprintf(stderr, "cp: %s: is a folder (-r copies it)\n", from);
    return 1;
}

int main(int argc, char **argv)
{
    struct stat st;
    int c, bad = 0, i, wrong = 0, folder;

    while ((c = getopt(argc, argv, "rRapvf")) != -1) {
        trees |= c == 'r' || c == 'R' || c == 'a';
        keep |= c == 'p' || c == 'a';
        said |= c == 'v';
        wrong |= c == '?';
    }
    i = optind;
    folder = !stat(argv[argc - 1], &st) && S_ISDIR(st.st_mode);
    if (wrong || argc - i < 2 || (argc - i > 2 && !folder)) {
        fputs("usage: cp [-rapvf] FILE TO; cp [-rapvf] FILE... FOLDER\n", stderr);
        return 2;
    }
    for (; i < argc - 1; i++) {
        char to[PATH];

        snprintf(to, sizeof to, "%s/%s", argv[argc - 1], base_of(argv[i]));
        has_made = 0;
        bad |= copy(argv[i], folder ? to : argv[argc - 1]);
    }
    return bad;
}
