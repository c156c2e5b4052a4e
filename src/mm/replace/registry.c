/* registry.c - the table of built-in replacement policies. */
#include <mm/replace/registry.h>

#include <string.h>

#define ALIAS(word, name)
#define REPLACEMENT(name) extern const struct replace_ops replace_##name;
#include <mm/replace/builtin.def>
#undef REPLACEMENT

static const struct replace_ops *const builtin[] = {
#define REPLACEMENT(name) &replace_##name,
#include <mm/replace/builtin.def>
#undef REPLACEMENT
};
#undef ALIAS
enum { NBUILTIN = sizeof builtin / sizeof *builtin };

static const struct { const char *word, *name; } alias[] = {
#define REPLACEMENT(name)
#define ALIAS(word, name) { word, name },
#include <mm/replace/builtin.def>
#undef REPLACEMENT
#undef ALIAS
};
enum { NALIAS = sizeof alias / sizeof *alias };

const struct replace_ops *replace_builtin(unsigned i)
{
    return i < NBUILTIN ? builtin[i] : NULL;
}

static bool same(const char *a, const char *b, size_t len)
{
    return strlen(a) == len && memcmp(a, b, len) == 0;
}

const struct replace_ops *replace_find(const char *name, size_t len)
{
    for (unsigned i = 0; i < NALIAS; i++)
        if (same(alias[i].word, name, len))
            return replace_find(alias[i].name, strlen(alias[i].name));
    for (unsigned i = 0; i < NBUILTIN; i++)
        if (same(builtin[i]->name, name, len))
            return builtin[i];
    return NULL;
}

const char *replace_alias(const struct replace_ops *ops, unsigned i)
{
    for (unsigned k = 0; k < NALIAS; k++)
        if (strcmp(alias[k].name, ops->name) == 0 && i-- == 0)
            return alias[k].word;
    return NULL;
}
