/* strip.c - see strip.h */
#include <stat/strip.h>

#include <string.h>

enum { NAME = 2 * CONFIG_NAME, LEAST_NAME = 5 };

static ns_t cell_start(const struct strip *s, unsigned i)
{
    return s->from + (ns_t)i * s->cell;
}

static ns_t cell_length(const struct strip *s, unsigned i)
{
    ns_t left = s->end - cell_start(s, i);

    return left < s->cell ? left : s->cell;
}

static void add_share(struct strip_cell *c, tid_t tid, ns_t share)
{
    unsigned i = 0;

    c->used += share;
    while (i < c->ntop && c->top[i].tid != tid)
        i++;
    if (i == STRIP_KNOWN) {
        c->crowd = true;
        return;
    }
    if (i == c->ntop) {
        c->top[i].tid = tid;
        c->top[i].share = 0;
        c->ntop++;
    }
    c->top[i].share += share;
}

void strip_add(struct strip *s, ns_t from, ns_t to, tid_t tid)
{
    if (from < s->from)
        from = s->from;
    if (to > s->end)
        to = s->end;
    if (from >= to)
        return;
    for (ns_t i = (from - s->from) / s->cell; i < (ns_t)s->n; i++) {
        ns_t start = cell_start(s, (unsigned)i), stop = start + s->cell;
        ns_t a = from > start ? from : start, b = to < stop ? to : stop;

        if (a >= b)
            break;
        add_share(&s->cells[i], tid, b - a);
    }
}

struct strip_view strip_view(const struct strip *s, unsigned i)
{
    const struct strip_cell *c = &s->cells[i];
    ns_t length = cell_length(s, i);
    struct strip_view v = { STRIP_EMPTY, TID_NONE, 0 };

    if (!c->used || length <= 0)
        return v;
    v.eighths = (unsigned)((__int128)c->used * 8 / length);
    v.eighths = v.eighths ? v.eighths < 8 ? v.eighths : 8 : 1;
    v.kind = c->used < length - c->used ? STRIP_PART : STRIP_SHARED;
    if (c->ntop == 1 && !c->crowd)
        v.tid = c->top[0].tid;
    for (unsigned k = 0; k < c->ntop; k++)
        if (c->top[k].share >= length - c->top[k].share) {
            v.kind = STRIP_TASK;
            v.tid = c->top[k].tid;
            break;              /* of two halves, the first */
        }
    return v;
}

/* --- drawing --- */

static uint32_t eighth_glyph(unsigned eighths)
{
    return 0x2580 + eighths;            /* LOWER ONE EIGHTH BLOCK .. FULL BLOCK */
}

char strip_ascii(uint32_t glyph)
{
    static const char eighths[] = ",,,::++#";

    if (glyph < 0x80)
        return (char)glyph;
    if (glyph > 0x2580 && glyph <= 0x2588)
        return eighths[glyph - 0x2581];
    return glyph == STRIP_SHARED_GLYPH ? '*' : glyph == STRIP_BAR_GLYPH ? '=' : '.';
}

static uint32_t next_glyph(const char **s)
{
    const unsigned char *p = (const unsigned char *)*s;
    unsigned more = *p >= 0xf0 ? 3 : *p >= 0xe0 ? 2 : *p >= 0xc0 ? 1 : 0;
    uint32_t ch = more ? *p & (0x3fu >> more) : *p;

    for (p++; more && (*p & 0xc0) == 0x80; more--)
        ch = ch << 6 | (*p++ & 0x3f);
    *s = (const char *)p;
    return ch;
}

static unsigned count_glyphs(const char *s)
{
    unsigned n = 0;

    while (*s) {
        next_glyph(&s);
        n++;
    }
    return n;
}

/* Cells x to end - 1 are tid's. A name that is cut says little in less than five. */
static void draw_stretch(const struct strip_pen *pen, unsigned x, unsigned end, tid_t tid)
{
    char buf[NAME];
    const char *name = pen->name(pen->ctx, tid, buf, sizeof buf);
    unsigned length = count_glyphs(name);
    bool named = length > 1 && (length <= end - x || end - x >= LEAST_NAME);
    uint32_t fill = named ? STRIP_BAR_GLYPH : (unsigned char)pen->symbol(pen->ctx, tid);

    for (; x < end; x++)
        pen->put(pen->ctx, x, named && *name ? next_glyph(&name) : fill, tid);
}

void strip_draw_owners(const struct strip *s, const struct strip_pen *pen)
{
    for (unsigned x = 0, end; x < s->n; x = end) {
        struct strip_view v = strip_view(s, x), next;

        end = x + 1;
        if (v.kind != STRIP_TASK) {
            pen->put(pen->ctx, x, v.kind == STRIP_EMPTY ? STRIP_IDLE_GLYPH
                     : v.kind == STRIP_SHARED ? STRIP_SHARED_GLYPH
                     : eighth_glyph(v.eighths), v.kind == STRIP_EMPTY ? TID_NONE : v.tid);
            continue;
        }
        while (end < s->n && (next = strip_view(s, end)).kind == STRIP_TASK
               && next.tid == v.tid)
            end++;
        draw_stretch(pen, x, end, v.tid);
    }
}

void strip_draw_shares(const struct strip *s, const struct strip_pen *pen)
{
    for (unsigned x = 0; x < s->n; x++) {
        struct strip_view v = strip_view(s, x);

        pen->put(pen->ctx, x, v.eighths ? eighth_glyph(v.eighths) : STRIP_IDLE_GLYPH,
                 v.eighths ? v.tid : TID_NONE);
    }
}

/* --- symbols --- */

static const char pool[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

struct symbols { char *of; size_t n; };

static bool is_free(const struct symbols *s, char ch)
{
    return ch && strchr(pool, ch) && !memchr(s->of, ch, s->n);
}

/* A name that ends in a digit (T1) wants the digit, others their first letter, then
 * another of their own; then anything that is not taken. */
static char choose(const struct symbols *s, const char *name, tid_t tid)
{
    size_t n = strlen(name);

    if (n > 1 && name[n - 1] >= '0' && name[n - 1] <= '9' && is_free(s, name[n - 1]))
        return name[n - 1];
    for (size_t i = 0; i < n; i++)
        if (is_free(s, name[i]))
            return name[i];
    for (size_t i = 0; pool[i]; i++)
        if (is_free(s, pool[i]))
            return pool[i];
    return strip_symbol(tid);
}

/* Those that are alone under their name choose first; of many with one name, each takes
 * what is left. */
void strip_symbols(const struct config *c, char *symbol, size_t n)
{
    struct symbols s = { symbol, n };

    memset(symbol, 0, n);
    for (int many = 0; many < 2; many++)
        for (uint32_t i = 0; i < c->nprocesses; i++) {
            const struct process_config *p = &c->processes[i];

            if ((p->count > 1) != many)
                continue;
            for (tid_t t = p->first; t < p->first + p->count && t < n; t++)
                symbol[t] = choose(&s, p->name, t);
        }
}

char strip_symbol(tid_t tid)
{
    return pool[tid % (sizeof pool - 1)];
}
