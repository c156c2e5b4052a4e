/* registry.c - the table of built-in policies, and the reader of their parameters. */
#include <sched/registry.h>

#include <sim/number.h>
#include <string.h>

#define POLICY(name) extern const struct sched_ops sched_##name;
#include <sched/builtin.def>
#undef POLICY

static const struct sched_ops *const builtin[] = {
#define POLICY(name) &sched_##name,
#include <sched/builtin.def>
#undef POLICY
};
enum { NBUILTIN = sizeof builtin / sizeof *builtin };

/* What a policy without a table of its own takes. */
static const struct sched_param only_quantum[] = {
    { "quantum", PARAM_TIME, "10", 1, NS_MAX, 1, NULL, "time a task may run at a stretch" },
    { 0 },
};

const struct sched_ops *sched_builtin(unsigned i)
{
    return i < NBUILTIN ? builtin[i] : NULL;
}

const struct sched_ops *sched_find(const char *name, size_t len)
{
    for (unsigned i = 0; i < NBUILTIN; i++)
        if (strlen(builtin[i]->name) == len && memcmp(builtin[i]->name, name, len) == 0)
            return builtin[i];
    return NULL;
}

/* --- messages, since the core has no stdio --- */

static void say(struct diag *d, const char *text, size_t len)
{
    size_t used = strlen(d->text), room = sizeof d->text - 1 - used;

    if (len > room)
        len = room;
    memcpy(d->text + used, text, len);
    d->text[used + len] = '\0';
}

static void says(struct diag *d, const char *text)
{
    say(d, text, strlen(text));
}

static void say_number(struct diag *d, int64_t n)
{
    char buf[20], *p = buf + sizeof buf;
    uint64_t u = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;

    if (n < 0)
        says(d, "-");
    do
        *--p = (char)('0' + u % 10);
    while (u /= 10);
    say(d, p, (size_t)(buf + sizeof buf - p));
}

/* A value in the unit of its type, as a user would write it. */
static void say_value(struct diag *d, const struct sched_param *row, int64_t v)
{
    static const struct { int64_t ns; const char *suffix; } unit[] = {
        { 1000000000, "s" }, { 1000000, "ms" }, { 1000, "us" }, { 1, "ns" },
    };

    if (row->type == PARAM_TIME) {
        size_t i = 0;

        while (v % unit[i].ns)
            i++;
        say_number(d, v / unit[i].ns);
        says(d, unit[i].suffix);
    } else if (row->type == PARAM_REAL) {
        char digits[8] = ".";
        int64_t rest = v % 1000000;

        say_number(d, v / 1000000);
        for (int i = 6; i >= 1; i--, rest /= 10)
            digits[i] = (char)('0' + rest % 10);
        size_t len = 7;
        while (digits[len - 1] == '0')
            len--;
        if (len > 1)
            say(d, digits, len);
    } else {
        say_number(d, v);
    }
}

/* --- the nearest known name --- */

enum { NAME_MAX = 32 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Edits (insert, delete, replace) from a to b; Wagner and Fischer, "The
 * String-to-String Correction Problem", JACM 21 (1974). */
static size_t distance(const char *a, size_t na, const char *b, size_t nb)
{
    size_t row[NAME_MAX + 1];

    if (na > NAME_MAX || nb > NAME_MAX)
        return SIZE_MAX;
    for (size_t j = 0; j <= nb; j++)
        row[j] = j;
    for (size_t i = 1; i <= na; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= nb; j++) {
            size_t replace = diagonal + (a[i - 1] != b[j - 1]);

            diagonal = row[j];
            row[j] = least(replace, 1 + least(row[j], row[j - 1]));
        }
    }
    return row[nb];
}

static void say_unknown(struct diag *d, const struct sched_ops *ops,
                        const struct sched_param *table, const char *key, size_t len)
{
    const char *nearest = NULL;
    size_t best = len / 2 + 2;

    for (const struct sched_param *row = table; row->name; row++) {
        size_t edits = distance(key, len, row->name, strlen(row->name));

        if (edits < best) {
            best = edits;
            nearest = row->name;
        }
    }
    says(d, "policy '"), says(d, ops->name), says(d, "' has no parameter '");
    say(d, key, len), says(d, "'");
    if (nearest) {
        says(d, " (did you mean '"), says(d, nearest), says(d, "'?)");
    } else if (!table->name) {
        says(d, " (it has none)");
    } else {
        says(d, " (it has");
        for (const struct sched_param *row = table; row->name; row++)
            says(d, row == table ? " " : ", "), says(d, row->name);
        says(d, ")");
    }
}

/* --- values --- */

static bool choice_parse(const char *choices, const char *text, size_t len, int64_t *out)
{
    for (int64_t i = 0; choices; i++) {
        const char *end = strchr(choices, '/');
        size_t n = end ? (size_t)(end - choices) : strlen(choices);

        if (n == len && memcmp(choices, text, len) == 0) {
            *out = i;
            return true;
        }
        choices = end ? end + 1 : NULL;
    }
    return false;
}

static const char *type_wants(const struct sched_param *row)
{
    switch (row->type) {
    case PARAM_TIME:
        return "a time: a number of time units, or one with ns, us, ms or s";
    case PARAM_INT:
        return "a whole number";
    case PARAM_REAL:
        return "a number with six decimals at most";
    case PARAM_CHOICE:
        break;
    }
    return row->choices;
}

/* One value, all of text[0 .. len-1]. False after saying why not. */
static bool value_parse(const struct sched_param *row, const char *text, size_t len,
                        ns_t time_unit, int64_t *out, struct diag *d)
{
    char copy[64];
    const char *end = copy;
    bool ok = false;

    if (row->type == PARAM_CHOICE) {
        ok = choice_parse(row->choices, text, len, out);
    } else if (len > 0 && len < sizeof copy) {
        memcpy(copy, text, len);
        copy[len] = '\0';
        ok = row->type == PARAM_TIME
             ? time_parse(copy, time_unit, out, &end)
             : decimal_parse(copy, row->type == PARAM_REAL ? 1000000 : 1, out, &end);
        ok = ok && *end == '\0';
    }
    if (!ok) {
        says(d, "'"), say(d, text, len), says(d, "' is no value for '");
        says(d, row->name), says(d, "' (expected "), says(d, type_wants(row));
        says(d, ")");
        return false;
    }
    if (row->type != PARAM_CHOICE && (*out < row->min || *out > row->max)) {
        says(d, "'"), says(d, row->name), says(d, "' is "), say(d, text, len);
        says(d, " (expected "), say_value(d, row, row->min);
        if (row->max == INT64_MAX) {
            says(d, " or more)");
        } else {
            says(d, " to "), say_value(d, row, row->max), says(d, ")");
        }
        return false;
    }
    return true;
}

/* A value or, where allowed, several with '/' between them. */
static bool values_parse(const struct sched_param *row, const char *text, size_t len,
                         ns_t time_unit, struct sched_value *out, struct diag *d)
{
    uint32_t max = row->max_values < SCHED_MAX_VALUES ? row->max_values : SCHED_MAX_VALUES;

    out->n = 0;
    for (;;) {
        const char *slash = max > 1 ? memchr(text, '/', len) : NULL;
        size_t n = slash ? (size_t)(slash - text) : len;

        if (out->n == max) {
            says(d, "'"), says(d, row->name), says(d, "' takes at most ");
            say_number(d, max), says(d, " values");
            return false;
        }
        if (!value_parse(row, text, n, time_unit, &out->v[out->n], d))
            return false;
        out->n++;
        if (!slash)
            return true;
        text += n + 1;
        len -= n + 1;
    }
}

/* --- the whole --- */

static enum err defaults(struct policy_config *p, const struct sched_param *table,
                         ns_t time_unit, struct diag *d)
{
    unsigned n = 0;

    for (const struct sched_param *row = table; row->name; row++, n++) {
        if (n == SCHED_MAX_PARAMS) {
            says(d, "the policy's table of parameters is too long");
            return ERR_PLUGIN;
        }
        if (row->def && *row->def
            && !values_parse(row, row->def, strlen(row->def), time_unit,
                             &p->params.value[n], d)) {
            says(d, ", in the policy's own table of parameters");
            return ERR_PLUGIN;
        }
    }
    return ERR_OK;
}

/* "key=value" in text[0 .. len-1]. */
static enum err assign(struct policy_config *p, const struct sched_param *table,
                       const char *text, size_t len, ns_t time_unit, struct diag *d)
{
    const char *equals = memchr(text, '=', len);
    size_t nkey = equals ? (size_t)(equals - text) : len;

    if (!equals) {
        says(d, "'"), say(d, text, len);
        says(d, "' sets no parameter (expected name=value)");
        return ERR_INPUT;
    }
    for (unsigned i = 0; table[i].name; i++) {
        struct sched_value *v = &p->params.value[i];

        if (strlen(table[i].name) != nkey || memcmp(table[i].name, text, nkey) != 0)
            continue;
        if (v->given) {
            says(d, "'"), says(d, table[i].name), says(d, "' is given twice");
            return ERR_INPUT;
        }
        v->given = 1;
        return values_parse(&table[i], equals + 1, len - nkey - 1, time_unit, v, d)
               ? ERR_OK : ERR_INPUT;
    }
    say_unknown(d, p->ops, table, text, nkey);
    return ERR_INPUT;
}

static enum err spell(struct policy_config *p, const char *params, struct diag *d)
{
    size_t name = strlen(p->ops->name), rest = strlen(params);

    if (name + 1 + rest >= sizeof p->spec) {
        says(d, "the policy's text is too long (at most 127 characters)");
        return ERR_LIMIT;
    }
    memcpy(p->spec, p->ops->name, name + 1);
    if (rest > 0) {
        p->spec[name] = ':';
        memcpy(p->spec + name + 1, params, rest + 1);
    }
    return ERR_OK;
}

enum err policy_parse(struct policy_config *p, const struct sched_ops *ops,
                      const char *params, ns_t time_unit, struct diag *diag)
{
    const struct sched_param *table = ops->params ? ops->params : only_quantum;

    *p = (struct policy_config){ .ops = ops };
    diag->text[0] = '\0';
    enum err err = spell(p, params, diag);
    if (!err)
        err = defaults(p, table, time_unit, diag);
    for (const char *text = params; !err && *params; ) {
        size_t len = strcspn(text, ":");

        err = assign(p, table, text, len, time_unit, diag);
        if (text[len] == '\0')
            break;
        text += len + 1;
    }
    if (err)
        return err;

    p->params.time_unit = time_unit;
    p->params.quantum = 10 * time_unit;
    for (unsigned i = 0; table[i].name; i++)
        if (strcmp(table[i].name, "quantum") == 0 && p->params.value[i].n > 0)
            p->params.quantum = p->params.value[i].v[0];
    return ERR_OK;
}
