/* load.c - the loader's list of mistakes, and its memory. */
#include <formats/load.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Most texts have no mistakes, so the list begins with none. False: there are enough. */
static bool note_room(struct loader *l)
{
    uint32_t room = l->notes_room ? l->notes_room * 2 : 8;

    if (l->nnotes < l->notes_room)
        return true;
    if (l->nnotes == WORKLOAD_MAX_DIAGS)
        return false;
    if (room > WORKLOAD_MAX_DIAGS)
        room = WORKLOAD_MAX_DIAGS;
    struct note *more = realloc(l->notes, room * sizeof *more);

    if (!more)
        return false;
    l->notes = more;
    l->notes_room = room;
    return true;
}

/* Keep a mistake; NULL if there are already enough. */
static struct note *new_note(struct loader *l, enum err err, uint32_t source,
                             uint32_t at, const char *path)
{
    struct note *n;

    l->nerrors++;
    if (!note_room(l))
        return NULL;
    n = &l->notes[l->nnotes];
    *n = (struct note){ .err = err, .source = source, .at = at, .seq = l->nnotes++ };
    snprintf(n->diag.path, sizeof n->diag.path, "%s", path);
    return n;
}

void load_report(void *ctx, enum err err, uint32_t source, uint32_t at,
                 const char *path, const char *text)
{
    struct note *n = new_note(ctx, err, source, at, path);

    if (n)
        snprintf(n->diag.text, sizeof n->diag.text, "%s", text);
}

static struct note *note_at(struct loader *l, const cJSON *item, enum err err, bool key)
{
    const struct json_mark *m = json_mark(&l->doc, item);
    char path[256] = "";

    if (l->nnotes < WORKLOAD_MAX_DIAGS)     /* finding an index takes time */
        json_path(&l->doc, item, path, sizeof path);
    return new_note(l, err, m->source, key && m->key_at != JSON_NOWHERE ? m->key_at
                                                                        : m->at, path);
}

bool load_error(struct loader *l, const cJSON *item, enum err err, const char *fmt, ...)
{
    struct note *n = note_at(l, item, err, false);
    va_list ap;

    if (!n)
        return false;
    va_start(ap, fmt);
    vsnprintf(n->diag.text, sizeof n->diag.text, fmt, ap);
    va_end(ap);
    return false;
}

bool load_error_key(struct loader *l, const cJSON *item, const char *fmt, ...)
{
    struct note *n = note_at(l, item, ERR_INPUT, true);
    va_list ap;

    if (!n)
        return false;
    va_start(ap, fmt);
    vsnprintf(n->diag.text, sizeof n->diag.text, fmt, ap);
    va_end(ap);
    return false;
}

bool load_error_diag(struct loader *l, const cJSON *item, enum err err,
                     const struct diag *d)
{
    struct note *n = note_at(l, item, err, false);

    if (!n)
        return false;
    if (d->file[0] && !d->line && !strstr(d->text, d->file))
        snprintf(n->diag.text, sizeof n->diag.text, "%s: %.250s", d->file, d->text);
    else
        memcpy(n->diag.text, d->text, sizeof n->diag.text);
    if (d->file[0] && d->line) {
        memcpy(n->diag.file, d->file, sizeof n->diag.file);
        n->diag.line = d->line;
        n->diag.col = d->col;
        n->placed = true;
    }
    return false;
}

bool load_unsupported(struct loader *l, const cJSON *item, const char *needs)
{
    struct note *n = note_at(l, item, ERR_UNSUPPORTED, true);

    if (n)
        snprintf(n->diag.text, sizeof n->diag.text,
                 "needs %s, which this version does not have", needs);
    return false;
}

/* --- handing them out --- */

static int by_place(const void *pa, const void *pb)
{
    const struct note *a = pa, *b = pb;

    if (a->source != b->source)
        return a->source < b->source ? -1 : 1;
    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    return a->seq < b->seq ? -1 : 1;
}

/* A message may quote the file: nothing in it shall command a terminal. C1 controls are
 * 0xc2 and a byte below 0xa0 in UTF-8. */
static void disarm(char *text)
{
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;

        if (c == '\n')
            *text = ' ';
        else if (c < ' ' || c == 0x7f)
            *text = '?';
        else if (c == 0xc2 && (unsigned char)text[1] < 0xa0 && text[1])
            text[0] = text[1] = '?';
    }
}

struct diag *load_diags(struct loader *l, size_t *n, enum err *err)
{
    struct diag *diags = malloc((l->nnotes + 1) * sizeof *diags);
    uint32_t source = UINT32_MAX, from = 0;
    unsigned line = 1, col = 1;

    *err = ERR_UNSUPPORTED;
    *n = 0;
    if (!diags || !l->nnotes) {         /* nor memory for the first of them */
        *err = ERR_LIMIT;
        return diags;
    }
    qsort(l->notes, l->nnotes, sizeof *l->notes, by_place);
    for (uint32_t i = 0; i < l->nnotes; i++) {
        struct note *note = &l->notes[i];
        const struct json_source *s = &l->doc.sources[note->source];

        if (*err == ERR_UNSUPPORTED)
            *err = note->err;
        if (note->source != source) {
            source = note->source;
            from = 0;
            line = col = 1;
        }
        if (!note->placed) {
            snprintf(note->diag.file, sizeof note->diag.file, "%s", s->name);
            if (s->has_lines && note->at != JSON_NOWHERE) {
                json_locate(s, note->at, &from, &line, &col);
                note->diag.line = line;
                note->diag.col = col;
            }
        }
        disarm(note->diag.text);
        disarm(note->diag.path);
        diags[(*n)++] = note->diag;
    }
    if (l->nerrors > l->nnotes) {
        struct diag more = diags[0];

        more.line = more.col = 0;
        more.path[0] = '\0';
        snprintf(more.text, sizeof more.text, "and %llu more mistakes",
                 (unsigned long long)(l->nerrors - l->nnotes));
        diags[(*n)++] = more;
    }
    return diags;
}

void *load_take(struct loader *l, size_t size)
{
    void *p = pool_take(l->pool, size);

    if (!p)
        load_report(l, ERR_LIMIT, 0, JSON_NOWHERE, "", "out of memory");
    return p;
}
