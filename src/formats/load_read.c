/* load_read.c - fields of a workload as values, each checked. */
#include <formats/load.h>
#include <sim/number.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *load_describe(const struct loader *l, const cJSON *item, char buf[64])
{
    if (cJSON_IsString(item)) {
        bool plain = strlen(item->valuestring) <= 24;

        for (const char *p = item->valuestring; *p; p++)
            plain = plain && (unsigned char)*p >= ' ' && *p != 0x7f;
        if (!plain)
            return "a string";
        snprintf(buf, 64, "the string \"%s\"", item->valuestring);
        return buf;
    }
    if (cJSON_IsNumber(item)) {
        const char *text = json_text(&l->doc, item);

        snprintf(buf, 64, "%.*s", (int)strspn(text, "+-.0123456789eE"), text);
        return buf;
    }
    return cJSON_IsObject(item) ? "an object" : cJSON_IsArray(item) ? "a list"
         : cJSON_IsNull(item) ? "null" : cJSON_IsTrue(item) ? "true" : "false";
}

static bool wrong(struct loader *l, const cJSON *item, const char *expected)
{
    char buf[64];

    return load_error(l, item, ERR_INPUT, "found %s (expected %s)",
                      load_describe(l, item, buf), expected);
}

const cJSON *load_field(const cJSON *o, const char *name)
{
    return cJSON_IsObject(o) ? cJSON_GetObjectItemCaseSensitive(o, name) : NULL;
}

static void unknown_key(struct loader *l, const cJSON *item, const char *const *keys)
{
    const char *near = suggest(item->string, keys);
    const char *place = suggest_place(item->string);
    char list[320] = "";
    size_t n = 0;

    if (near) {
        load_error_key(l, item, "unknown key (did you mean \"%s\"?)", near);
        return;
    }
    if (place) {
        load_error_key(l, item, "unknown key here (it belongs %s)", place);
        return;
    }
    for (; *keys && n < sizeof list - 40; keys++)
        n += (size_t)snprintf(list + n, sizeof list - n, "%s%s", n ? ", " : "", *keys);
    load_error_key(l, item, "unknown key (expected one of %s%s)", list,
                   *keys ? ", ..." : "");
}

bool load_object(struct loader *l, const cJSON *o, const char *const *keys)
{
    if (!cJSON_IsObject(o))
        return wrong(l, o, "an object");
    for (const cJSON *item = o->child; item; item = item->next) {
        const char *const *k = keys;

        while (*k && strcmp(*k, item->string) != 0)
            k++;
        if (!*k)
            unknown_key(l, item, keys);
    }
    return true;
}

bool load_list(struct loader *l, const cJSON *item, uint32_t min, uint32_t max)
{
    uint64_t n = 0;

    if (!cJSON_IsArray(item))
        return wrong(l, item, "a list");
    for (const cJSON *c = item->child; c; c = c->next)
        n++;
    if (n < min && n == 0)
        return load_error(l, item, ERR_INPUT, "the list is empty (expected at least %u)",
                          min);
    if (min == max && n != min)
        return load_error(l, item, ERR_INPUT, "the list has %llu elements (expected %u)",
                          (unsigned long long)n, min);
    if (n < min || n > max)
        return load_error(l, item, n > max ? ERR_LIMIT : ERR_INPUT,
                          "the list has %llu elements (expected %u to %u)",
                          (unsigned long long)n, min, max);
    return true;
}

bool load_bool(struct loader *l, const cJSON *item, bool *out)
{
    if (!item)
        return true;
    if (!cJSON_IsBool(item))
        return wrong(l, item, "true or false");
    *out = cJSON_IsTrue(item);
    return true;
}

bool load_scaled(struct loader *l, const cJSON *item, int64_t scale, int64_t min,
                 int64_t max, const char *expected, int64_t *out)
{
    const char *end;
    int64_t v;

    if (!item)
        return true;
    if (!cJSON_IsNumber(item) ||
        !decimal_parse(json_text(&l->doc, item), scale, &v, &end) || v < min || v > max)
        return wrong(l, item, expected);
    *out = v;
    return true;
}

bool load_int(struct loader *l, const cJSON *item, int64_t min, int64_t max, int64_t *out)
{
    char expected[96];

    if (max == INT64_MAX)
        snprintf(expected, sizeof expected, "a whole number, at least %lld",
                 (long long)min);
    else
        snprintf(expected, sizeof expected, "a whole number from %lld to %lld",
                 (long long)min, (long long)max);
    return load_scaled(l, item, 1, min, max, expected, out);
}

bool load_u32(struct loader *l, const cJSON *item, uint32_t min, uint32_t max,
              uint32_t *out)
{
    int64_t v = 0;

    if (!item)
        return true;
    if (!load_int(l, item, min, max, &v))
        return false;
    *out = (uint32_t)v;
    return true;
}

/* The text of a time: a number's own, or what a string holds. NULL if it is neither. */
static const char *time_text(const struct loader *l, const cJSON *item)
{
    return cJSON_IsNumber(item) ? json_text(&l->doc, item)
         : cJSON_IsString(item) ? item->valuestring : NULL;
}

/* A text that time_parse refuses: why? */
static bool no_time(struct loader *l, const cJSON *item, const char *text)
{
    char buf[64];
    const char *found = load_describe(l, item, buf), *end;
    int64_t whole;

    if (cJSON_IsString(item))
        return load_error(l, item, ERR_INPUT, "found %s (expected a time: a number of "
                          "%s, or one with ns, us, ms or s behind it, whole in ns, like "
                          "\"5ms\")", found, l->c->unit_name);
    if (*text == '-')
        return load_error(l, item, ERR_INPUT, "found %s (expected a time, and none is "
                          "negative)", found);
    if (decimal_parse(text, 1, &whole, &end))
        return load_error(l, item, ERR_LIMIT, "%s %s is too long (at most 100 years)",
                          found, l->c->unit_name);
    return load_error(l, item, ERR_INPUT, "%s %s is no whole number of ns, or past 100 "
                      "years", found, l->c->unit_name);
}

bool load_time(struct loader *l, const cJSON *item, ns_t min, ns_t *out)
{
    const char *text, *end;
    char buf[64];
    ns_t t;

    if (!item)
        return true;
    text = time_text(l, item);
    if (!text)
        return load_error(l, item, ERR_INPUT, "found %s (expected a time: a number of "
                          "%s, or one with its unit like \"5ms\")",
                          load_describe(l, item, buf), l->c->unit_name);
    if (*text == '-' || *text == '+' || !time_parse(text, l->c->time_unit, &t, &end) ||
        (cJSON_IsString(item) && *end))
        return no_time(l, item, text);
    if (t > WORKLOAD_MAX_TIME)
        return load_error(l, item, ERR_LIMIT, "%s%s%s is too long (at most 100 years)",
                          load_describe(l, item, buf), cJSON_IsNumber(item) ? " " : "",
                          cJSON_IsNumber(item) ? l->c->unit_name : "");
    if (t < min)
        return load_error(l, item, ERR_INPUT, "found %s (expected a time above 0)",
                          load_describe(l, item, buf));
    *out = t;
    return true;
}

bool load_choice(struct loader *l, const cJSON *item, const char *const *choices,
                 unsigned *out)
{
    char list[256];
    size_t n = 0;

    if (!item)
        return true;
    for (unsigned i = 0; cJSON_IsString(item) && choices[i]; i++)
        if (strcmp(item->valuestring, choices[i]) == 0) {
            *out = i;
            return true;
        }
    for (unsigned i = 0; choices[i] && n < sizeof list; i++)
        n += (size_t)snprintf(list + n, sizeof list - n, "%s\"%s\"",
                              i == 0 ? "" : choices[i + 1] ? ", " : " or ", choices[i]);
    return wrong(l, item, list);
}

/* The first byte of a control character in text, NULL if there is none. C1 controls
 * (U+0080 to U+009F) are two bytes in UTF-8. */
static const char *control(const char *text, bool breaks)
{
    for (const char *p = text; *p; p++) {
        unsigned char c = (unsigned char)*p;

        if (breaks && (c == '\n' || c == '\t'))
            continue;
        if (c < ' ' || c == 0x7f || (c == 0xc2 && (unsigned char)p[1] < 0xa0))
            return p;
    }
    return NULL;
}

bool load_text(struct loader *l, const cJSON *item, size_t max, const char **out)
{
    size_t n;

    if (!item)
        return true;
    if (!cJSON_IsString(item))
        return wrong(l, item, "a string");
    n = strlen(item->valuestring);
    if (n > max)
        return load_error(l, item, ERR_LIMIT, "the string has %zu bytes (at most %zu)",
                          n, max);
    *out = pool_copy(l->pool, item->valuestring, n);
    return *out || load_error(l, item, ERR_LIMIT, "out of memory");
}

/* Digits up to where *text is afterwards. */
static bool digits(const char **text, uint64_t max, uint64_t *out)
{
    const char *start = *text;

    for (*out = 0; **text >= '0' && **text <= '9'; ++*text) {
        uint64_t digit = (uint64_t)(**text - '0');

        if (digit > max || *out > (max - digit) / 10)
            return false;
        *out = *out * 10 + digit;
    }
    return *text > start;
}

bool load_range(const char *text, uint64_t max, uint64_t *from, uint64_t *to)
{
    return digits(&text, max, from) && text[0] == '.' && text[1] == '.' &&
           (text += 2, digits(&text, max, to)) && !*text;
}

bool load_bytes(struct loader *l, const cJSON *item, uint64_t unit, uint64_t min, uint64_t max,
                uint64_t *out)
{
    static const struct { const char *suffix; unsigned shift; } suffixes[] = {
        { "", 0 }, { "B", 0 }, { "KiB", 10 }, { "MiB", 20 }, { "GiB", 30 }, { "TiB", 40 },
    };
    char *end = NULL, buf[64];
    unsigned long long n = 0;

    if (!item)
        return true;
    if (cJSON_IsNumber(item) && item->valuedouble >= 0 && item->valuedouble < 1e15 &&
        item->valuedouble == (double)(unsigned long long)item->valuedouble) {
        n = (unsigned long long)item->valuedouble;
        end = "";
    } else if (cJSON_IsString(item) && *item->valuestring >= '0' && *item->valuestring <= '9')
        n = strtoull(item->valuestring, &end, 10);
    for (size_t i = 0; end && i < sizeof suffixes / sizeof *suffixes; i++) {
        unsigned shift = suffixes[i].shift;

        if (strcmp(end, suffixes[i].suffix) != 0 || n > UINT64_MAX >> (shift + 1))
            continue;
        n <<= shift;
        if (n % unit != 0 || n < min || n > max)
            break;
        *out = n;
        return true;
    }
    return load_error(l, item, ERR_INPUT, "%s is no size here (expected bytes, or a text "
                      "like \"64MiB\": a multiple of %llu, %llu to %llu)",
                      load_describe(l, item, buf), (unsigned long long)unit,
                      (unsigned long long)min, (unsigned long long)max);
}

bool load_string(struct loader *l, const cJSON *item, size_t max, const char **out)
{
    if (cJSON_IsString(item) && control(item->valuestring, true))
        return load_error(l, item, ERR_INPUT, "the string has a control character");
    return load_text(l, item, max, out);
}

bool load_name(struct loader *l, const cJSON *item, char out[CONFIG_NAME])
{
    size_t n;

    if (!item)
        return true;
    if (!cJSON_IsString(item))
        return wrong(l, item, "a name in quotes");
    n = strlen(item->valuestring);
    if (n == 0 || n >= CONFIG_NAME)
        return load_error(l, item, n ? ERR_LIMIT : ERR_INPUT,
                          "the name has %zu bytes (expected 1 to %d)", n, CONFIG_NAME - 1);
    if (control(item->valuestring, false))
        return load_error(l, item, ERR_INPUT, "the name has a control character");
    memcpy(out, item->valuestring, n + 1);
    return true;
}

const char *load_resolve(struct loader *l, const char *path)
{
    size_t nd = strlen(l->dir), np = strlen(path);
    char *joined;

    if (*path == '/' || nd == 0 || strcmp(l->dir, ".") == 0)
        return pool_copy(l->pool, path, np);
    joined = load_take(l, nd + np + 2);
    if (joined)
        snprintf(joined, nd + np + 2, "%s%s%s", l->dir,
                 l->dir[nd - 1] == '/' ? "" : "/", path);
    return joined;
}
