/* rubric_files.c - see rubric_files.h. */
#include <cmd/rubric_files.h>

#include <cmd/vocab.h>
#include <host/file.h>

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_FILES = 2000, MOST_FOLDERS = 16 };

struct finder {
    struct rubric_files *f;
    const char *const *used;
    size_t nused;
    bool good;
};

static bool trouble(struct finder *s, const char *path, const char *what)
{
    fprintf(stderr, "%s: error: %s\n", path, what);
    s->good = false;
    return false;
}

/* --- paths --- */

/* From the root, without "." and ".."; links are left as they are. False: too long. */
static bool tidy_path(const char *path, char *out, size_t size)
{
    char whole[PATH_MAX], cwd[PATH_MAX] = "";
    size_t n = 0;

    if (*path != '/' && !getcwd(cwd, sizeof cwd))
        return false;
    if (snprintf(whole, sizeof whole, "%s/%s", cwd, path) >= (int)sizeof whole)
        return false;
    for (const char *at = whole; *at;) {
        size_t part = strcspn(at, "/");

        if (part == 2 && strncmp(at, "..", 2) == 0) {
            while (n && out[--n] != '/')
                ;
        } else if (part && !(part == 1 && *at == '.')) {
            if (n + part + 2 > size)
                return false;
            out[n++] = '/';
            memcpy(out + n, at, part);
            n += part;
        }
        at += part + (at[part] == '/');
    }
    out[n] = '\0';
    return true;
}

/* Cut the base to what it has in common with a path from the root. */
static void widen(char *base, const char *path)
{
    size_t same = 0;

    for (size_t i = 0; base[i] && base[i] == path[i]; i++)
        if (base[i] == '/')
            same = i + 1;
    base[same] = '\0';
}

/* --- files --- */

static bool is_there(const struct rubric_files *f, const char *path)
{
    for (size_t i = 0; i < f->n; i++)
        if (strcmp(f->file[i].path, path) == 0)
            return true;
    return false;
}

/* path: tidy. True if it is new. */
static bool add(struct finder *s, const char *path)
{
    struct rubric_files *f = s->f;
    struct rubric_file *more;

    if (is_there(f, path))
        return false;
    if (f->n == MOST_FILES)
        return trouble(s, path, "the rubric needs too many files");
    more = realloc(f->file, (f->n + 1) * sizeof *more);
    if (!more)
        return trouble(s, path, "out of memory");
    f->file = more;
    f->file[f->n] = (struct rubric_file){ .path = strdup(path) };
    if (!f->file[f->n].path)
        return trouble(s, path, "out of memory");
    f->n++;
    widen(f->base, path);
    return true;
}

static void add_source(struct finder *s, const char *path);

/* The header that a line includes by name: beside the file, or in a folder for headers. */
static void add_header(struct finder *s, const char *includer, const char *name)
{
    char dir[PATH_MAX], path[2 * PATH_MAX], clean[PATH_MAX];

    path_dir(includer, dir, sizeof dir);
    for (size_t i = 0;; i++) {
        snprintf(path, sizeof path, "%s/%s", dir, name);
        if (tidy_path(path, clean, sizeof clean) && file_exists(clean)) {
            add_source(s, clean);
            return;
        }
        while (i < s->nused && strncmp(s->used[i], "-I", 2) != 0)
            i++;
        if (i >= s->nused)
            return;             /* the compiler has not missed it: it is the library's */
        snprintf(dir, sizeof dir, "%.4000s", s->used[i] + 2);
    }
}

static void add_source(struct finder *s, const char *path)
{
    struct diag d = { .line = 0 };
    uint8_t *text;
    size_t size;

    if (!add(s, path) || file_read(path, &text, &size, &d))
        return;
    for (char *line = (char *)text, *end; line && *line; line = end ? end + 1 : NULL) {
        char name[PATH_MAX];

        end = strchr(line, '\n');
        if (end)
            *end = '\0';
        if (sscanf(line, " # include \"%4000[^\"]\"", name) == 1 ||
            sscanf(line, " # include <%4000[^>]>", name) == 1)
            add_header(s, path, name);
    }
    free(text);
}

static bool is_source(const char *path)
{
    const char *dot = strrchr(path, '.');

    return dot && strchr("csSh", dot[1]) && dot[1] && !dot[2];
}

static int no_dots(const struct dirent *e)
{
    return strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
}

static void add_any(struct finder *s, const char *path, unsigned depth)
{
    struct dirent **entries;
    char below[PATH_MAX];
    struct stat st;
    int n;

    if (stat(path, &st) != 0) {
        trouble(s, path, "it is not there any more");
    } else if (!S_ISDIR(st.st_mode)) {
        if (is_source(path))
            add_source(s, path);
        else
            add(s, path);
    } else {
        n = depth < MOST_FOLDERS ? scandir(path, &entries, no_dots, alphasort) : -1;
        for (int i = 0; i < n; i++) {
            snprintf(below, sizeof below, "%.3000s/%.900s", path, entries[i]->d_name);
            add_any(s, below, depth + 1);
            free(entries[i]);
        }
        if (n >= 0)
            free(entries);
        else
            trouble(s, path, "a folder that cannot be read");
    }
}

/* Relative names are those that the rubric's folder was put before. */
static bool is_relative(const char *path, const char *dir)
{
    return *path != '/' || (*dir == '/' && strncmp(path, dir, strlen(dir)) == 0);
}

/* --- all of it --- */

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct rubric_file *)a)->name, ((const struct rubric_file *)b)->name);
}

static bool name_all(struct rubric_files *f, const char *home)
{
    size_t base = strlen(f->base);

    f->home = strdup(home + base);
    for (size_t i = 0; i < f->n; i++) {
        f->file[i].name = strdup(f->file[i].path + base);
        if (!f->file[i].name)
            return false;
    }
    if (f->n)
        qsort(f->file, f->n, sizeof *f->file, by_name);
    return f->home;
}

bool rubric_files_find(struct rubric_files *f, const char *rubric, const struct vocabulary *v)
{
    struct finder s = { .f = f, .good = true };
    char dir[PATH_MAX], home[PATH_MAX], path[PATH_MAX];

    *f = (struct rubric_files){ .n = 0 };
    s.used = vocab_used(v, &s.nused);
    path_dir(rubric, dir, sizeof dir);
    if (!tidy_path(dir, home, sizeof home - 1))
        return trouble(&s, rubric, "its path is too long");
    strcat(home, "/");
    f->base = strdup(home);
    if (!f->base)
        return trouble(&s, rubric, "out of memory");
    for (size_t i = 0; i < s.nused && s.good; i++) {
        const char *used = s.used[i];

        if (strncmp(used, "-I", 2) == 0)
            continue;
        if (!is_relative(used, dir))
            trouble(&s, rubric, "it names a file by its path from the root, which will not be "
                    "the same elsewhere");
        else if (tidy_path(used, path, sizeof path))
            add_any(&s, path, 0);
    }
    return s.good && name_all(f, home);
}

void rubric_files_free(struct rubric_files *f)
{
    for (size_t i = 0; i < f->n; i++) {
        free(f->file[i].path);
        free(f->file[i].name);
    }
    free(f->file);
    free(f->base);
    free(f->home);
    *f = (struct rubric_files){ .n = 0 };
}
