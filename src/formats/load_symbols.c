/* load_symbols.c - names that a workload uses without saying first what they stand for. */
#include <formats/load.h>

#include <stdlib.h>
#include <string.h>

enum { MAX_SYMBOLS = 1 << 16 };

/* FNV-1a (Fowler, Noll, Vo). */
static uint32_t hash(const char *name)
{
    uint32_t h = 2166136261u;

    for (; *name; name++)
        h = (h ^ (unsigned char)*name) * 16777619u;
    return h;
}

/* Where name stands, or the free slot where it would; room is a power of two. */
static uint32_t *slot(const struct symbols *all, const char *name)
{
    uint32_t mask = all->room * 2 - 1, i = hash(name) & mask;

    while (all->slots[i] && strcmp(all->names[all->slots[i] - 1], name) != 0)
        i = (i + 1) & mask;
    return &all->slots[i];
}

static bool grow(struct symbols *all)
{
    uint32_t room = all->room ? all->room * 2 : 16;
    const char **names = realloc(all->names, room * sizeof *names);
    uint32_t *slots = calloc(room * 2, sizeof *slots);

    all->names = names ? names : all->names;
    if (!names || !slots) {
        free(slots);
        return false;
    }
    free(all->slots);
    all->slots = slots;
    all->room = room;
    for (uint32_t i = 0; i < all->n; i++)
        *slot(all, names[i]) = i + 1;
    return true;
}

bool load_symbol(struct loader *l, const cJSON *item, struct symbols *all, uint32_t *out)
{
    char name[CONFIG_NAME];
    uint32_t *s;

    if (!load_name(l, item, name))
        return false;
    if (all->n == all->room && !grow(all))
        return load_error(l, item, ERR_LIMIT, "out of memory");
    s = slot(all, name);
    if (*s) {
        *out = *s - 1;
        return true;
    }
    if (all->n == MAX_SYMBOLS)
        return load_error(l, item, ERR_LIMIT, "more than %d different names", MAX_SYMBOLS);
    all->names[all->n] = pool_copy(l->pool, name, strlen(name));
    if (!all->names[all->n])
        return load_error(l, item, ERR_LIMIT, "out of memory");
    *out = all->n++;
    *s = all->n;
    return true;
}

void symbols_free(struct symbols *all)
{
    free(all->names);
    free(all->slots);
}
