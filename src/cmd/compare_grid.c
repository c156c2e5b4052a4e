/* compare_grid.c - see compare_grid.h */
#include <cmd/compare_grid.h>

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool wrong(const char *option, const char *value, const char *expected)
{
    fprintf(stderr, "ossim compare: error: --%s %s: %s\n", option, value, expected);
    return false;
}

/* --- values --- */

static bool is_number(const char *text)
{
    char *end;

    strtod(text, &end);
    return end != text && !*end && !isspace((unsigned char)*text);
}

/* A value, quoted in the workload if it is to be a string. */
static bool add_value(struct grid *g, const char *text, bool quoted)
{
    if (g->nx == OPTIONS_FRAMES)
        return false;
    int n = asprintf(&g->json[g->nx], quoted ? "\"%s\"" : "%s", text);

    if (n < 0)
        g->json[g->nx] = NULL;
    g->x[g->nx] = strdup(text);
    g->nx++;
    return n >= 0 && g->x[g->nx - 1];
}

/* Up to nine digits; *text is behind them then. */
static bool take(const char **text, uint64_t *n)
{
    const char *start = *text;

    for (*n = 0; isdigit((unsigned char)**text); ++*text)
        *n = 10 * *n + (uint64_t)(**text - '0');
    return *text > start && *text - start <= 9;
}

/* A..B, A..B+K or A..B*K; else one number. */
static bool add_values(struct grid *g, const char *word, bool quoted)
{
    uint64_t from, to, by = 1;
    bool times;
    char text[24];

    if (!strstr(word, ".."))
        return is_number(word) && add_value(g, word, quoted);
    if (!take(&word, &from) || strncmp(word, "..", 2) || (word += 2, !take(&word, &to)) || to < from)
        return false;
    times = *word == '*';
    if ((times || *word == '+') && (++word, !take(&word, &by)))
        return false;
    if (*word || by < 1u + times || (times && !from))
        return false;
    for (uint64_t n = from; n <= to; n = times ? n * by : n + by) {
        snprintf(text, sizeof text, "%" PRIu64, n);
        if (!add_value(g, text, quoted))
            return false;
    }
    return true;
}

/* PATH=VALUES; within quotes, the workload is to have strings. */
static bool vary(struct grid *g, const char *text)
{
    static const char expected[] = "expected PATH=VALUES: numbers N, A..B, A..B+STEP or "
                                   "A..B*FACTOR with commas between them, 64 at most, in quotes "
                                   "where the field is a string";
    const char *equals = strchr(text, '=');
    char *list = equals ? strdup(equals + 1) : NULL, *rest = list;
    size_t n = list ? strlen(list) : 0;
    bool quoted = n > 2 && list[0] == '"' && list[n - 1] == '"', good = list && equals > text;

    if (quoted) {
        list[n - 1] = '\0';
        rest++;
    }
    g->path = good ? strndup(text, (size_t)(equals - text)) : NULL;
    good = g->path != NULL;
    while (good && rest)
        good = add_values(g, strsep(&rest, ","), quoted);
    free(list);
    return good || wrong("vary", text, expected);
}

static bool frames(struct grid *g, const struct options *o)
{
    char text[16];

    if (!(g->path = strdup("/machine/memory/frames")))
        return false;
    for (unsigned i = 0; i < o->nframes; i++) {
        snprintf(text, sizeof text, "%" PRIu32, o->frames[i]);
        if (!add_value(g, text, false))
            return false;
    }
    return true;
}

/* --- curves --- */

static bool add_change(struct grid_curve *c, const char *path, size_t n, const char *value)
{
    if (c->n == GRID_CHANGES)
        return false;
    c->path[c->n] = strndup(path, n);
    c->value[c->n] = strdup(value);
    c->n++;
    return c->path[c->n - 1] && c->value[c->n - 1];
}

static bool replace_by(struct grid_curve *c, const char *policy)
{
    static const char path[] = "/kernel/replacement";

    return add_change(c, path, sizeof path - 1, policy);
}

static bool replacement(struct grid *g, const char *policy)
{
    struct grid_curve *c = &g->curve[g->ncurves++];

    return (c->name = strdup(policy)) && replace_by(c, policy);
}

static char *trimmed(char *text)
{
    while (isspace((unsigned char)*text))
        text++;
    for (size_t n = strlen(text); n && isspace((unsigned char)text[n - 1]);)
        text[--n] = '\0';
    return text;
}

static bool add_changes(struct grid_curve *c, char *list)
{
    while (list) {
        char *change = trimmed(strsep(&list, ";")), *equals = strchr(change, '=');

        if (!equals || equals == change ||
            !add_change(c, change, (size_t)(equals - change), equals + 1))
            return false;
    }
    return true;
}

/* NAME: CHANGES, a NAME alone, or CHANGES alone; those are PATH=VALUE with semicolons between
 * them. `policy` of replacement, if not NULL, is each curve's. */
static bool curve(struct grid *g, const char *text, const char *policy)
{
    struct grid_curve *c = &g->curve[g->ncurves++];
    char *copy = strdup(text), *changes = copy;
    size_t name = strcspn(text, ":=");
    bool good;

    if (!copy)
        return false;
    if (text[name] != '=') {
        changes = text[name] ? copy + name + 1 : NULL;
        copy[name] = '\0';
    }
    good = (c->name = strdup(trimmed(copy))) && *c->name && (!policy || replace_by(c, policy)) &&
           add_changes(c, changes);
    free(copy);
    return good || wrong("curve", text, "expected NAME: PATH=VALUE; PATH=VALUE (seven at most)");
}

/* --- the grid --- */

static char *label_of(const struct grid *g, unsigned k)
{
    const char *name = g->ncurves ? g->curve[k / (g->nx ? g->nx : 1)].name : "";
    const char *x = g->nx ? g->x[k % g->nx] : "";
    char *text = NULL;
    int n = g->ncurves ? asprintf(&text, "%s%s%s", name, *x ? " " : "", x)
          : g->face.frames ? asprintf(&text, "%s frames", x)
                           : asprintf(&text, "%s=%s", g->path, x);

    return n < 0 ? NULL : text;
}

static bool may_go(const struct options *o)
{
    if (o->vary && o->nframes > 1)
        return wrong("vary", o->vary, "does not go with several --frames, which vary too");
    if (o->ncurves && o->nreplacements > 1)
        return wrong("curve", o->curves[0], "does not go with several of --replacement, which are "
                     "curves too");
    if (o->ncurves && !o->vary && o->nframes < 2)
        return wrong("curve", o->curves[0], "goes with --vary PATH=VALUES, or several --frames");
    return true;
}

static bool read_all(struct grid *g, const struct options *o)
{
    bool good = true;

    if (o->vary ? !vary(g, o->vary) : o->nframes && !frames(g, o))
        return false;
    for (unsigned i = 0; good && !o->ncurves && i < o->nreplacements; i++)
        good = replacement(g, o->replacements[i]);
    for (unsigned i = 0; good && i < o->ncurves; i++)
        good = curve(g, o->curves[i], o->nreplacements ? o->replacements[0] : NULL);
    return good;
}

static bool name_columns(struct grid *g)
{
    size_t all = (size_t)(g->nx ? g->nx : 1) * (g->ncurves ? g->ncurves : 1);

    if (all == 1)
        return true;            /* no columns, but the same for all */
    if (all > GRID_COLUMNS) {
        fprintf(stderr, "ossim compare: error: more than %d curves and values\n", GRID_COLUMNS);
        return false;
    }
    for (; g->n < all; g->n++)
        if (!(g->label[g->n] = label_of(g, g->n))) {
            fputs("ossim compare: error: out of memory\n", stderr);
            return false;
        }
    return true;
}

bool grid_make(struct grid *g, const struct options *o)
{
    *g = (struct grid){ .n = 0 };
    if (!may_go(o) || !read_all(g, o))
        return false;
    for (unsigned i = 0; i < g->ncurves; i++)
        g->names[i] = g->curve[i].name;
    g->face = (struct sweep){
        .curves = g->names, .ncurves = g->ncurves, .x = (const char *const *)g->x, .nx = g->nx,
        .what = o->vary ? g->path : "frames", .frames = !o->vary,
    };
    return name_columns(g);
}

void grid_free(struct grid *g)
{
    for (unsigned i = 0; i < g->n; i++)
        free((char *)(uintptr_t)g->label[i]);
    for (unsigned i = 0; i < g->nx; i++) {
        free(g->x[i]);
        free(g->json[i]);
    }
    for (unsigned i = 0; i < g->ncurves; i++) {
        free(g->curve[i].name);
        for (unsigned k = 0; k < g->curve[i].n; k++) {
            free(g->curve[i].path[k]);
            free(g->curve[i].value[k]);
        }
    }
    free(g->path);
    *g = (struct grid){ .n = 0 };
}

size_t grid_sets(const struct grid *g, unsigned k, struct workload_set sets[GRID_SETS])
{
    const struct grid_curve *c = g->ncurves ? &g->curve[k / (g->nx ? g->nx : 1)] : NULL;
    size_t n = 0;

    for (unsigned i = 0; c && i < c->n; i++)
        sets[n++] = (struct workload_set){ c->path[i], c->value[i] };
    if (g->nx)
        sets[n++] = (struct workload_set){ g->path, g->json[k % g->nx] };
    return n;
}
