/* feature.c - see feature.h. */
#include <fs/feature.h>

#include <string.h>

enum set { INCOMPAT, RO, COMPAT };

static const struct feature {
    enum set set;
    unsigned bit;
    bool known;
    const char *name;
} features[] = {
#define FEATURE(set, bit, known, name) { set, bit, known, name },
#include <fs/feature.def>
#undef FEATURE
};

static const struct feature *find(enum set set, unsigned bit)
{
    for (size_t i = 0; i < sizeof features / sizeof *features; i++)
        if (features[i].set == set && features[i].bit == bit)
            return &features[i];
    return NULL;
}

/* As dumpe2fs calls one that it does not know: FEATURE_I17, FEATURE_R30, FEATURE_C8. */
static const char *make_name(enum set set, unsigned bit, char name[16])
{
    memcpy(name, "FEATURE_", 8);
    name[8] = "IRC"[set];
    name[9] = (char)('0' + bit / 10);
    name[10] = (char)('0' + bit % 10);
    name[11] = '\0';
    if (bit < 10)
        memmove(name + 9, name + 10, 2);
    return name;
}

static const char more[] = ", ...";

/* False: there is no room, and that is said. */
static bool append(char *text, const char *separator, const char *name)
{
    size_t at = strlen(text), s = strlen(separator), n = strlen(name);

    if (at + s + n + sizeof more > FEATURE_TEXT) {
        memcpy(text + at, more, sizeof more);
        return false;
    }
    memcpy(text + at, separator, s);
    memcpy(text + at + s, name, n + 1);
    return true;
}

/* Names of the bits of a set that are not known. False: there are none. */
static bool refuse(enum set set, uint32_t bits, const char *what, char *text)
{
    char made[16];
    bool any = false, room = true;

    *text = '\0';
    for (unsigned bit = 0; bit < 32 && room; bit++) {
        const struct feature *f = find(set, bit);

        if (!(bits >> bit & 1) || (f && f->known))
            continue;
        room = append(text, any ? ", " : what, f ? f->name : make_name(set, bit, made));
        any = true;
    }
    return any;
}

bool feature_refuse(const struct ext2_super *sb, enum feature_use use, char *text)
{
    if (!sb->rev_level && use != FEATURE_CHECK)
        return false;
    return refuse(INCOMPAT, sb->feature_incompat, "it has features that are not supported: ",
                  text) ||
           (use != FEATURE_READ && refuse(RO, sb->feature_ro_compat,
                                          "it has features that allow reading only: ", text)) ||
           (use == FEATURE_CHECK && refuse(COMPAT, sb->feature_compat,
                                           "it has features that cannot be checked: ", text));
}
