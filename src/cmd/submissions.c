/* submissions.c - see submissions.h. */
#include <cmd/submissions.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_BYTES = 1 << 20, MOST_HEADERS = 64 };

static bool ends_in(const char *name, const char *suffix)
{
    size_t n = strlen(name), m = strlen(suffix);

    return n > m && name[0] != '.' && strcmp(name + n - m, suffix) == 0;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash && slash[1] ? slash + 1 : path;
}

static int visible(const struct dirent *e)
{
    return e->d_name[0] != '.';
}

/* --- finding --- */

static bool add(struct submissions *s, const char *name, const char *file, bool folder,
                bool given)
{
    if (s->n == s->room) {
        size_t room = s->room ? 2 * s->room : 16;
        struct submission *more = realloc(s->all, room * sizeof *more);

        if (!more)
            return false;
        s->all = more;
        s->room = room;
    }
    s->all[s->n++] = (struct submission){ strdup(name), strdup(file), folder, given };
    return true;
}

/* The only .c file of a folder, into path. How many there are. */
static unsigned sole_source(const char *dir, char *path, size_t size)
{
    struct dirent **entries;
    int n = scandir(dir, &entries, visible, alphasort);
    unsigned sources = 0;

    for (int i = 0; i < n; i++) {
        if (ends_in(entries[i]->d_name, ".c") && sources++ == 0)
            snprintf(path, size, "%s/%s", dir, entries[i]->d_name);
        free(entries[i]);
    }
    if (n >= 0)
        free(entries);
    return sources;
}

/* Each .c file and each folder with one is a submission, in the order of their names. */
static void add_class(struct submissions *s, const char *dir)
{
    struct dirent **entries;
    int n = scandir(dir, &entries, visible, alphasort);
    char path[4096], source[4600];
    struct stat st;

    for (int i = 0; i < n; i++) {
        snprintf(path, sizeof path, "%.3000s/%.1000s", dir, entries[i]->d_name);
        if (lstat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
            if (sole_source(path, source, sizeof source) == 1)
                add(s, entries[i]->d_name, source, true, false);
            else
                fprintf(stderr, "%s: warning: no submission: not exactly one .c file in it\n",
                        path);
        } else if (ends_in(entries[i]->d_name, ".c"))
            add(s, entries[i]->d_name, path, false, false);
        free(entries[i]);
    }
    if (n >= 0)
        free(entries);
}

bool submissions_add(struct submissions *s, const char *file)
{
    size_t before = s->n;
    char path[4600];
    struct stat st;

    if (stat(file, &st) != 0) {
        fprintf(stderr, "%s: error: there is no such file or folder\n", file);
        return false;
    }
    if (!S_ISDIR(st.st_mode))
        add(s, base_name(file), file, false, true);
    else if (sole_source(file, path, sizeof path) == 1)
        add(s, base_name(path), path, true, false);
    else
        add_class(s, file);
    if (s->n == before) {
        fprintf(stderr, "%s: error: there is no submission in it (expected .c files, or "
                "folders with one)\n", file);
        return false;
    }
    return true;
}

void submissions_free(struct submissions *s)
{
    for (size_t i = 0; i < s->n; i++) {
        free(s->all[i].name);
        free(s->all[i].file);
    }
    free(s->all);
}

/* --- setting apart --- */

static bool write_all(const char *to, const char *text, size_t n)
{
    FILE *f = fopen(to, "w");
    bool good = f && fwrite(text, 1, n, f) == n;

    return f && fclose(f) == 0 && good;
}

/* NULL and *why if it is no plain file, or too large. */
static char *take(const char *from, bool link, size_t *n, const char **why)
{
    int fd = open(from, O_RDONLY | O_CLOEXEC | O_NONBLOCK | (link ? 0 : O_NOFOLLOW));
    char *text = malloc(MOST_BYTES + 1);
    struct stat st;
    ssize_t got = 0;

    *n = 0;
    *why = fd < 0 ? errno == ELOOP ? "it is a link" : "it cannot be read" : NULL;
    if (!*why && (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)))
        *why = "it is no plain file";
    while (!*why && text && *n <= MOST_BYTES &&
           (got = read(fd, text + *n, MOST_BYTES + 1 - *n)) > 0)
        *n += (size_t)got;
    if (!*why && *n > MOST_BYTES)
        *why = "it is larger than 1 MiB";
    if (fd >= 0)
        close(fd);
    if (!*why && text)
        return text;
    free(text);
    return NULL;
}

static bool copy(const char *from, const char *to, bool link)
{
    const char *why;
    char says[128];
    size_t n;
    char *text = take(from, link, &n, &why);
    bool good;

    snprintf(says, sizeof says, "#error \"this was not taken: %s\"\n", why ? why : "no memory");
    good = text ? write_all(to, text, n) : write_all(to, says, strlen(says));
    free(text);
    return good;
}

/* A name that no compiler flag and no list of policies takes for anything else. */
static void plain_name(char *name)
{
    for (; *name; name++)
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.", *name))
            *name = '_';
}

static void copy_headers(const char *source, const char *dir)
{
    char folder[4096], from[5000], to[5000];
    struct dirent **entries;
    unsigned headers = 0;

    snprintf(folder, sizeof folder, "%.*s", (int)(base_name(source) - source), source);
    int n = scandir(*folder ? folder : ".", &entries, visible, alphasort);
    for (int i = 0; i < n; i++) {
        if (ends_in(entries[i]->d_name, ".h") && headers++ < MOST_HEADERS) {
            snprintf(from, sizeof from, "%.4000s%.900s", folder, entries[i]->d_name);
            snprintf(to, sizeof to, "%.4000s/%.900s", dir, entries[i]->d_name);
            copy(from, to, false);
        }
        free(entries[i]);
    }
    if (n >= 0)
        free(entries);
}

bool submission_stage(const struct submission *s, const char *root, size_t number, char *file,
                      size_t size)
{
    char dir[256];
    int at;

    if (snprintf(dir, sizeof dir, "%s/%zu", root, number) >= (int)sizeof dir ||
        mkdir(dir, 0700) != 0)
        return false;
    at = snprintf(file, size, "%s/", dir);
    snprintf(file + at, size - (size_t)at, "%.200s", base_name(s->file));
    plain_name(file + at);
    if (file[at] == '-')
        file[at] = '_';
    if (s->folder)
        copy_headers(s->file, dir);
    return copy(s->file, file, s->given);
}

static void for_each(const char *staged, void (*each)(const char *path, void *ctx), void *ctx)
{
    char dir[4096], path[5000];
    struct dirent **entries;

    snprintf(dir, sizeof dir, "%.*s", (int)(base_name(staged) - staged), staged);
    int n = scandir(dir, &entries, visible, alphasort);
    for (int i = 0; i < n; i++) {
        snprintf(path, sizeof path, "%.4000s%.900s", dir, entries[i]->d_name);
        each(path, ctx);
        free(entries[i]);
    }
    if (n >= 0)
        free(entries);
}

/* 64-bit FNV-1a over names and texts. */
static void hash_bytes(uint64_t *h, const char *c, size_t n)
{
    for (size_t i = 0; i < n; i++)
        *h = (*h ^ (unsigned char)c[i]) * UINT64_C(0x100000001b3);
}

static void hash_file(const char *path, void *ctx)
{
    const char *why;
    size_t n;
    char *text = take(path, false, &n, &why);

    hash_bytes(ctx, base_name(path), strlen(base_name(path)) + 1);
    if (text)
        hash_bytes(ctx, text, n);
    free(text);
}

uint64_t submission_hash(const char *staged)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);

    for_each(staged, hash_file, &h);
    return h;
}
