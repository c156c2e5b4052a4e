/* params.c - the reader of policy parameters: values, defaults, and what is wrong. */
#include <sim/params.h>

#include <sim/number.h>
#include <string.h>

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
static void say_value(struct diag *d, const struct policy_param *row, int64_t v)
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

static void say_unknown(struct diag *d, const char *owner,
                        const struct policy_param *table, const char *key, size_t len)
{
    const char *nearest = NULL;
    size_t best = len / 2 + 2;

    for (const struct policy_param *row = table; row->name; row++) {
        size_t edits = distance(key, len, row->name, strlen(row->name));

        if (edits < best) {
            best = edits;
            nearest = row->name;
        }
    }
    says(d, "policy '"), says(d, owner), says(d, "' has no parameter '");
    say(d, key, len), says(d, "'");
    if (nearest) {
        says(d, " (did you mean '"), says(d, nearest), says(d, "'?)");
    } else if (!table->name) {
        says(d, " (it has none)");
    } else {
        says(d, " (it has");
        for (const struct policy_param *row = table; row->name; row++)
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

static const char *type_wants(const struct policy_param *row)
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
static bool value_parse(const struct policy_param *row, const char *text, size_t len,
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
static bool values_parse(const struct policy_param *row, const char *text, size_t len,
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

static enum err defaults(const struct policy_param *table, ns_t time_unit,
                         struct sched_value *value, struct diag *d)
{
    unsigned n = 0;

    for (const struct policy_param *row = table; row->name; row++, n++) {
        if (n == SCHED_MAX_PARAMS) {
            says(d, "the policy's table of parameters is too long");
            return ERR_PLUGIN;
        }
        if (row->def && *row->def
            && !values_parse(row, row->def, strlen(row->def), time_unit,
                             &value[n], d)) {
            says(d, ", in the policy's own table of parameters");
            return ERR_PLUGIN;
        }
    }
    return ERR_OK;
}

/* "key=value" in text[0 .. len-1]. */
static enum err assign(const char *owner, const struct policy_param *table,
                       const char *text, size_t len, ns_t time_unit,
                       struct sched_value *value, struct diag *d)
{
    const char *equals = memchr(text, '=', len);
    size_t nkey = equals ? (size_t)(equals - text) : len;

    if (!equals) {
        says(d, "'"), say(d, text, len);
        says(d, "' sets no parameter (expected name=value)");
        return ERR_INPUT;
    }
    for (unsigned i = 0; table[i].name; i++) {
        struct sched_value *v = &value[i];

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
    say_unknown(d, owner, table, text, nkey);
    return ERR_INPUT;
}

enum err params_parse(const char *owner, const struct policy_param *table, const char *text,
                      ns_t time_unit, struct sched_value *value, struct diag *diag)
{
    enum err err = defaults(table, time_unit, value, diag);

    for (bool more = *text; !err && more; ) {
        size_t len = strcspn(text, ":");

        err = assign(owner, table, text, len, time_unit, value, diag);
        more = text[len] == ':';
        text += len + 1;
    }
    return err;
}
