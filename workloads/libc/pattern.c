/* pattern.c - patterns of a shell: fnmatch and glob. Source: POSIX.1-2017, "Pattern
 * Matching Notation". Classes like [:alpha:] are by ctype; there are no collating symbols. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* --- fnmatch --- */

static int in_class(const char *name, size_t n, int c)
{
    static const struct { const char *name; int (*is)(int); } class[] = {
        { "alpha", isalpha }, { "digit", isdigit }, { "alnum", isalnum }, { "upper", isupper },
        { "lower", islower }, { "space", isspace }, { "blank", isblank }, { "punct", ispunct },
        { "print", isprint }, { "graph", isgraph }, { "cntrl", iscntrl }, { "xdigit", isxdigit },
    };

    for (size_t i = 0; i < sizeof class / sizeof *class; i++)
        if (strlen(class[i].name) == n && !strncmp(class[i].name, name, n))
            return class[i].is(c);
    return 0;
}

/* Behind a '[': where the bracket ends (behind its ']'), NULL: it is an ordinary '['. */
static const char *bracket(const char *p, int c, int flags, int *match)
{
    int not = *p == '!' || *p == '^', first = 1;

    *match = 0;
    for (p += not; *p && (*p != ']' || first); first = 0) {
        const char *end = p[0] == '[' && p[1] == ':' ? strstr(p + 2, ":]") : NULL;

        if (end) {
            *match |= in_class(p + 2, (size_t)(end - p - 2), c);
            p = end + 2;
            continue;
        }
        if (*p == '\\' && !(flags & FNM_NOESCAPE) && p[1])
            p++;
        if (*p == '/' && flags & FNM_PATHNAME)
            return NULL;
        unsigned char from = (unsigned char)*p++, to = from;
        if (p[0] == '-' && p[1] && p[1] != ']') {
            to = (unsigned char)p[1];
            p += 2;
        }
        *match |= from <= c && c <= to;
    }
    *match ^= not;
    return *p ? p + 1 : NULL;
}

static int match(const char *p, const char *s, const char *begin, int flags)
{
    for (; *p; p++, s++) {
        int leads = *s == '.' && flags & FNM_PERIOD &&
                    (s == begin || (flags & FNM_PATHNAME && s[-1] == '/'));

        if (strchr("*?[", *p) && leads)
            return FNM_NOMATCH;
        if (*p == '*') {
            while (*p == '*')
                p++;
            for (;; s++) {
                if (match(p, s, begin, flags) == 0)
                    return 0;
                if (!*s || (*s == '/' && flags & FNM_PATHNAME))
                    return FNM_NOMATCH;
            }
        }
        if (!*s || (strchr("?[", *p) && *s == '/' && flags & FNM_PATHNAME))
            return FNM_NOMATCH;
        if (*p == '?')
            continue;
        if (*p == '[') {
            int good;
            const char *end = bracket(p + 1, (unsigned char)*s, flags, &good);

            if (end && !good)
                return FNM_NOMATCH;
            if (end) {
                p = end - 1;
                continue;
            }
        } else if (*p == '\\' && !(flags & FNM_NOESCAPE) && p[1]) {
            p++;
        }
        if (*p != *s)
            return FNM_NOMATCH;
    }
    return *s ? FNM_NOMATCH : 0;
}

int fnmatch(const char *pattern, const char *name, int flags) { return match(pattern, name, name, flags); }

/* --- glob --- */

struct search { glob_t *g; int flags; int (*failed)(const char *, int); };

static int found(struct search *s, const char *path, int folder)
{
    glob_t *g = s->g;
    size_t n = strlen(path);
    char **more = realloc(g->gl_pathv, (g->gl_offs + g->gl_pathc + 2) * sizeof *more), *copy;

    if (!more)
        return GLOB_NOSPACE;
    g->gl_pathv = more;
    copy = malloc(n + 2);
    if (!copy)
        return GLOB_NOSPACE;
    memcpy(copy, path, n + 1);
    if (folder && s->flags & GLOB_MARK)
        memcpy(copy + n, "/", 2);
    more[g->gl_offs + g->gl_pathc++] = copy;
    more[g->gl_offs + g->gl_pathc] = NULL;
    return 0;
}

/* path[0..n) is settled; what `rest` stands for below it. */
static int below(struct search *s, char *path, size_t n, const char *rest)
{
    enum { LONGEST = 4096 };
    char part[256];
    struct stat st;
    struct dirent *e;
    int r = 0;

    while (*rest == '/' && n < LONGEST - 2)
        path[n++] = *rest++;
    path[n] = '\0';
    if (!*rest)
        return stat(n ? path : ".", &st) < 0 ? 0 : found(s, path, S_ISDIR(st.st_mode));
    size_t len = strcspn(rest, "/");
    if (len >= sizeof part || n + 256 > LONGEST)
        return 0;
    memcpy(part, rest, len);
    part[len] = '\0';
    if (!part[strcspn(part, "*?[\\")]) {
        memcpy(path + n, part, len + 1);
        return lstat(path, &st) < 0 ? 0 : below(s, path, n + len, rest + len);
    }
    DIR *d = opendir(n ? path : ".");
    if (!d)
        return errno != ENOENT && errno != ENOTDIR &&
               ((s->failed && s->failed(n ? path : ".", errno)) || s->flags & GLOB_ERR) ? GLOB_ABORTED : 0;
    while (!r && (e = readdir(d)))
        if (!fnmatch(part, e->d_name, FNM_PERIOD | (s->flags & GLOB_NOESCAPE ? FNM_NOESCAPE : 0))) {
            strcpy(path + n, e->d_name);
            r = below(s, path, n + strlen(e->d_name), rest + len);
        }
    closedir(d);
    return r;
}

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

int glob(const char *pattern, int flags, int (*failed)(const char *, int), glob_t *g)
{
    char path[4096 + 256];
    struct search s = { g, flags, failed };

    if (!(flags & GLOB_DOOFFS))
        g->gl_offs = 0;
    if (!(flags & GLOB_APPEND)) {
        g->gl_pathc = 0;
        g->gl_pathv = calloc(g->gl_offs + 1, sizeof *g->gl_pathv);
        if (!g->gl_pathv)
            return GLOB_NOSPACE;
    }
    size_t before = g->gl_pathc;
    int r = below(&s, path, 0, pattern);
    if (r)
        return r;
    if (g->gl_pathc == before)
        return flags & GLOB_NOCHECK ? found(&s, pattern, 0) : GLOB_NOMATCH;
    if (!(flags & GLOB_NOSORT))
        qsort(g->gl_pathv + g->gl_offs + before, g->gl_pathc - before, sizeof *g->gl_pathv, by_name);
    return 0;
}

void globfree(glob_t *g)
{
    for (size_t i = 0; i < g->gl_pathc; i++)
        free(g->gl_pathv[g->gl_offs + i]);
    free(g->gl_pathv);
    g->gl_pathv = NULL;
    g->gl_pathc = 0;
}
