/* formats/json.h - JSON read strictly, and every value's place remembered.
 *
 * cJSON builds the tree but is lenient (it takes 01, raw control characters, invalid
 * UTF-8, duplicate keys), keeps no positions and turns numbers into doubles. So the
 * text is scanned first by our own rules (RFC 8259), which also records where each
 * value stands; after that cJSON cannot disagree. The index of a value's mark is kept
 * in the item's `valueint`, which is of no other use here: numbers are read from the
 * source text, exactly.
 */
#ifndef FORMATS_JSON_H
#define FORMATS_JSON_H

#include <cjson/cJSON.h>
#include <ossim/err.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { JSON_NUMBER_MAX = 60 };  /* characters; cJSON's own buffer has 64 */
#define JSON_NOWHERE UINT32_MAX

/* A text that was read: the file, the value of a --set, a cost set. */
struct json_source {
    char *name;                 /* as messages call it */
    char *text;                 /* our copy, with a NUL behind it */
    size_t size;
    bool has_lines;             /* false: a position in it tells a user nothing */
};

struct json_mark {
    cJSON *item;
    uint32_t source, parent;    /* indices; the root's parent is JSON_NOWHERE */
    uint32_t at, key_at;        /* offsets; key_at is JSON_NOWHERE without a key */
};

/* A mistake at an offset of a source; path is "" or a JSON pointer. */
typedef void json_report_fn(void *ctx, enum err err, uint32_t source, uint32_t at,
                            const char *path, const char *text);

struct json {
    struct json_source *sources;
    uint32_t nsources;
    struct json_mark *marks;
    uint32_t nmarks, marks_room;
    json_report_fn *report;
    void *ctx;
};

void json_init(struct json *j, json_report_fn *report, void *ctx);
/* Everything but the trees, which are given to cJSON_Delete. */
void json_free(struct json *j);

/* Read a text as JSON. NULL if it is none, which has been reported. Duplicate keys are
 * reported too but leave a tree (which holds both), so that the rest can be checked. */
cJSON *json_read(struct json *j, const char *name, const char *text, size_t size,
                 bool has_lines);

/* Change the tree at `path` to `value`; see struct workload_set. What is wrong with
 * them is reported under the name "--set PATH". */
bool json_set(struct json *j, cJSON *root, const char *path, const char *value);

/* The mark of an item that json_read or json_set made. */
const struct json_mark *json_mark(const struct json *j, const cJSON *item);
/* The source text of an item, from its first character; NUL ends the whole source. */
const char *json_text(const struct json *j, const cJSON *item);
/* The JSON pointer to an item; cut off with "..." if it does not fit. */
void json_path(const struct json *j, const cJSON *item, char *buf, size_t size);

/* --- json_scan.c --- */

/* Check text[0..size) strictly and push one mark for each value, in the order of the
 * text. False if it is no JSON; reported. */
bool json_scan(struct json *j, uint32_t source);
/* Append a mark; NULL when there is no memory. */
struct json_mark *json_push(struct json *j, uint32_t source, uint32_t at,
                            uint32_t key_at);
/* Line and column, from 1, of an offset. Columns count characters, a tab is one. Goes on
 * from *line, *col and *from, which start as 1, 1, 0. */
void json_locate(const struct json_source *s, uint32_t at, uint32_t *from,
                 unsigned *line, unsigned *col);

#endif
