/* json_set.c - `--set PATH=VALUE`: one edit of a JSON tree. */
#include <formats/json.h>
#include <formats/workload.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct edit {
    struct json *j;
    const char *path, *p;       /* the whole path; what is left of it */
    bool dotted;
    uint32_t source;
    char name[256];             /* "--set PATH" */
};

struct part {
    char key[128];
    bool is_index;              /* written as [3]: only a list can have it */
};

__attribute__((format(printf, 2, 3)))
static bool fail(const struct edit *e, const char *fmt, ...)
{
    char text[384];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    e->j->report(e->j->ctx, ERR_INPUT, e->source, 0, "", text);
    return false;
}

static void swallow(void *ctx, enum err err, uint32_t source, uint32_t at,
                    const char *path, const char *text)
{
    (void)err, (void)source, (void)at, (void)path, (void)text;
    *(bool *)ctx = true;
}

/* The value as JSON, or else as a string. What begins like an object, list or string
 * was meant as JSON, so its mistakes are told. */
static cJSON *read_value(struct json *j, const char *name, const char *value)
{
    json_report_fn *report = j->report;
    void *ctx = j->ctx;
    bool failed = false;
    cJSON *item;
    char *quoted;

    if (strchr("{[\"", *value) && *value)
        return json_read(j, name, value, strlen(value), false);
    j->report = swallow;
    j->ctx = &failed;
    item = json_read(j, name, value, strlen(value), false);
    j->report = report;
    j->ctx = ctx;
    if (item)
        return item;
    item = cJSON_CreateString(value);
    quoted = item ? cJSON_PrintUnformatted(item) : NULL;
    cJSON_Delete(item);
    item = quoted ? json_read(j, name, quoted, strlen(quoted), false) : NULL;
    free(quoted);
    return item;
}

/* Take the next step off a pointer: "/a~1b/3". */
static bool pointer_part(struct edit *e, struct part *s)
{
    size_t n = 0;

    for (e->p++; *e->p && *e->p != '/'; e->p++) {
        char c = *e->p;

        if (c == '~' && (e->p[1] == '0' || e->p[1] == '1'))
            c = *++e->p == '0' ? '~' : '/';
        if (n + 1 == sizeof s->key)
            return fail(e, "a part of the path is too long");
        s->key[n++] = c;
    }
    s->key[n] = '\0';
    s->is_index = false;
    return true;
}

/* Take the next step off a dotted path: "a.b[3].c". */
static bool dotted_part(struct edit *e, struct part *s)
{
    size_t n;

    s->is_index = *e->p == '[';
    if (s->is_index || (*e->p == '.' && e->p != e->path))
        e->p++;
    n = strcspn(e->p, s->is_index ? "]" : ".[");
    if (n == 0 || n >= sizeof s->key || (s->is_index && e->p[n] != ']'))
        return fail(e, "the path is not understood (expected one like "
                    "kernel.scheduler, processes[0].cpu or /processes/0/cpu)");
    memcpy(s->key, e->p, n);
    s->key[n] = '\0';
    e->p += n + s->is_index;
    return true;
}

static bool next_part(struct edit *e, struct part *s)
{
    return e->dotted ? dotted_part(e, s) : pointer_part(e, s);
}

/* The element that s names; *end: it would be the one behind the last. */
static bool find_element(const struct edit *e, const cJSON *list, const struct part *s,
                         cJSON **found, bool *end)
{
    int n = cJSON_GetArraySize(list);
    char *rest;
    unsigned long i;

    *found = NULL;
    *end = strcmp(s->key, "-") == 0;
    if (*end)
        return true;
    i = strtoul(s->key, &rest, 10);
    if (s->key[0] < '0' || s->key[0] > '9' || *rest)
        return fail(e, "\"%s\" is no index of a list (expected 0 to %d, or - to append)",
                    s->key, n);
    if (i > (unsigned long)n)
        return fail(e, "there is no element %lu, the list has %d (- appends)", i, n);
    *end = i == (unsigned long)n;
    if (!*end)
        *found = cJSON_GetArrayItem(list, (int)i);
    return true;
}

static bool find(const struct edit *e, const cJSON *in, const struct part *s,
                 cJSON **found)
{
    bool end;

    if (cJSON_IsArray(in))
        return find_element(e, in, s, found, &end);
    if (!cJSON_IsObject(in))
        return fail(e, "\"%s\" cannot be set inside %s", s->key,
                    cJSON_IsString(in) ? "a string" : "a plain value");
    if (s->is_index)
        return fail(e, "[%s] wants a list, and this is an object", s->key);
    *found = cJSON_GetObjectItemCaseSensitive(in, s->key);
    return true;
}

/* Put `value` into `in` at s, in place of `old` if there is one. */
static bool put(struct edit *e, cJSON *in, const struct part *s, cJSON *old,
                cJSON *value)
{
    bool ok;

    e->j->marks[value->valueint].parent = (uint32_t)in->valueint;
    if (cJSON_IsArray(in))
        ok = old ? cJSON_ReplaceItemViaPointer(in, old, value)
                 : cJSON_AddItemToArray(in, value);
    else
        ok = old ? cJSON_ReplaceItemInObjectCaseSensitive(in, s->key, value)
                 : cJSON_AddItemToObject(in, s->key, value);
    if (ok)
        return true;
    cJSON_Delete(value);
    return fail(e, "out of memory");
}

/* A new, empty object at s in `in`, for the rest of the path to go into. */
static cJSON *make(struct edit *e, cJSON *in, const struct part *s)
{
    struct json_mark *m = json_push(e->j, e->source, 0, 0);
    cJSON *item = m ? cJSON_CreateObject() : NULL;

    if (!item) {
        fail(e, "out of memory");
        return NULL;
    }
    m->item = item;
    item->valueint = (int)(m - e->j->marks);
    return put(e, in, s, NULL, item) ? item : NULL;
}

bool json_set(struct json *j, cJSON *root, const char *path, const char *value)
{
    struct edit e = { .j = j, .path = path, .p = path, .dotted = *path != '/' };
    struct part s;
    cJSON *item, *in = root, *old = NULL;

    if (path[0] == '$' && (path[1] == '.' || path[1] == '['))
        e.p++;                  /* the root, as JSONPath writes it */
    snprintf(e.name, sizeof e.name, "--set %s", path);
    item = read_value(j, e.name, value);
    if (!item)
        return false;
    e.source = json_mark(j, item)->source;
    for (unsigned depth = 0;; depth++) {
        if (depth == WORKLOAD_MAX_DEPTH) {
            fail(&e, "the path is too deep");
            break;
        }
        if (!next_part(&e, &s) || !find(&e, in, &s, &old))
            break;
        if (!*e.p)
            return put(&e, in, &s, old, item);
        in = old ? old : make(&e, in, &s);
        if (!in)
            break;
    }
    cJSON_Delete(item);
    return false;
}
