/* json.c - the tree of a JSON text, its marks and paths. */
#include <formats/json.h>
#include <formats/workload.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void json_init(struct json *j, json_report_fn *report, void *ctx)
{
    *j = (struct json){ .report = report, .ctx = ctx };
}

void json_free(struct json *j)
{
    for (uint32_t i = 0; i < j->nsources; i++) {
        free(j->sources[i].name);
        free(j->sources[i].text);
    }
    free(j->sources);
    free(j->marks);
}

/* A copy of the text as a source; JSON_NOWHERE when there is no memory. */
static uint32_t add_source(struct json *j, const char *name, const char *text,
                           size_t size, bool has_lines)
{
    struct json_source *more = realloc(j->sources, (j->nsources + 1) * sizeof *more);
    struct json_source *s;

    if (!more)
        return JSON_NOWHERE;
    j->sources = more;
    s = &more[j->nsources];
    if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        text += 3;              /* a byte order mark, as some editors leave it */
        size -= 3;
    }
    *s = (struct json_source){ strdup(name), malloc(size + 1), size, has_lines };
    if (!s->name || !s->text) {
        free(s->name);
        free(s->text);
        return JSON_NOWHERE;
    }
    if (size)
        memcpy(s->text, text, size);
    s->text[size] = '\0';
    return j->nsources++;
}

static int by_name_then_place(const void *pa, const void *pb)
{
    const cJSON *a = *(cJSON *const *)pa, *b = *(cJSON *const *)pb;
    int order = strcmp(a->string, b->string);

    return order ? order : (a->valueint > b->valueint) - (a->valueint < b->valueint);
}

static void report_duplicates(struct json *j, const cJSON *object, size_t n)
{
    cJSON **all = malloc(n * sizeof *all);
    size_t i = 0;

    if (!all)
        return;
    for (cJSON *child = object->child; child; child = child->next)
        all[i++] = child;
    qsort(all, n, sizeof *all, by_name_then_place);
    for (i = 1; i < n; i++)
        if (strcmp(all[i - 1]->string, all[i]->string) == 0) {
            const struct json_mark *m = json_mark(j, all[i]);
            char path[256];

            json_path(j, all[i], path, sizeof path);
            j->report(j->ctx, ERR_INPUT, m->source, m->key_at, path,
                      "this key stands here twice");
        }
    free(all);
}

/* Pair the tree with the marks that the scan pushed: both are in the text's order. */
static void pair(struct json *j, cJSON *item, uint32_t parent, uint32_t *next)
{
    uint32_t mine = (*next)++;
    size_t nchildren = 0;

    item->valueint = (int)mine;
    j->marks[mine].item = item;
    j->marks[mine].parent = parent;
    for (cJSON *child = item->child; child; child = child->next) {
        pair(j, child, mine, next);
        nchildren++;
    }
    if (cJSON_IsObject(item) && nchildren > 1)
        report_duplicates(j, item, nchildren);
}

cJSON *json_read(struct json *j, const char *name, const char *text, size_t size,
                 bool has_lines)
{
    uint32_t first = j->nmarks, next = first;
    uint32_t source = add_source(j, name, text, size < WORKLOAD_MAX_BYTES ? size : 0,
                                 has_lines);
    cJSON *root;

    if (source == JSON_NOWHERE)
        return NULL;
    if (size >= WORKLOAD_MAX_BYTES) {
        j->report(j->ctx, ERR_LIMIT, source, JSON_NOWHERE, "",
                  "the file is too large (at most 64 MiB)");
        return NULL;
    }
    if (!json_scan(j, source)) {
        j->nmarks = first;
        return NULL;
    }
    root = cJSON_ParseWithLengthOpts(j->sources[source].text, j->sources[source].size,
                                     NULL, false);
    if (!root) {
        j->report(j->ctx, ERR_LIMIT, source, 0, "", "out of memory");
        j->nmarks = first;
        return NULL;
    }
    pair(j, root, JSON_NOWHERE, &next);
    return root;
}

const struct json_mark *json_mark(const struct json *j, const cJSON *item)
{
    return &j->marks[item->valueint];
}

const char *json_text(const struct json *j, const cJSON *item)
{
    const struct json_mark *m = json_mark(j, item);

    return j->sources[m->source].text + m->at;
}

/* One step of a pointer, "/name" or "/3", escaped as RFC 6901 says. Control characters
 * of a key must not reach a terminal. */
static void path_step(const struct json *j, const cJSON *item, char *buf, size_t size)
{
    const cJSON *parent = j->marks[json_mark(j, item)->parent].item;
    const char *p;
    size_t n = 0;

    if (!cJSON_IsObject(parent)) {
        unsigned long index = 0;

        for (const cJSON *c = parent->child; c && c != item; c = c->next)
            index++;
        snprintf(buf, size, "/%lu", index);
        return;
    }
    buf[n++] = '/';
    for (p = item->string; *p && n + 3 < size; p++) {
        if (*p == '~' || *p == '/') {
            buf[n++] = '~';
            buf[n++] = *p == '~' ? '0' : '1';
        } else
            buf[n++] = (unsigned char)*p < ' ' || *p == 0x7f ? '?' : *p;
    }
    while (*p && ((unsigned char)*p & 0xc0) == 0x80 && n > 1)   /* whole characters only */
        p--, n--;
    buf[n] = '\0';
}

void json_path(const struct json *j, const cJSON *item, char *buf, size_t size)
{
    const cJSON *chain[WORKLOAD_MAX_DEPTH * 2];
    size_t n = 0, used = 0;

    buf[0] = '\0';
    for (; json_mark(j, item)->parent != JSON_NOWHERE && n < WORKLOAD_MAX_DEPTH * 2;
         item = j->marks[json_mark(j, item)->parent].item)
        chain[n++] = item;
    while (n-- > 0) {
        char step[128];
        size_t length;

        path_step(j, chain[n], step, sizeof step);
        length = strlen(step);
        if (used + length + 4 > size) {
            memcpy(buf + used, "...", 4);
            return;
        }
        memcpy(buf + used, step, length + 1);
        used += length;
    }
}
