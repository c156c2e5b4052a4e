/* nested.c - see nested.h. A guest is a box with its kernel's line in it, and the boxes of
 * its own guests below that. */
#include <tui/nested.h>

#include <stat/label.h>
#include <stdio.h>
#include <string.h>

enum {
    EDGES = 4,                  /* columns of a box's two sides */
    NAME_LEAST = 10,            /* below that a name is better on a line of its own */
};

/* --- who they are --- */

/* "; lost file, tty": what ails its kernel. Returns the paint. */
static unsigned append_ails(const struct model *m, const struct machine *inner, char *buf,
                            size_t size)
{
    const char *between = "; lost ";
    struct peek_service f;
    unsigned paint = PAINT_PLAIN, all = 0, lost = 0;
    size_t n = strlen(buf), before = n;

    for (; m->ops->service(inner, all + 1, &f); all++) {
        if (f.damaged && !f.lost && paint == PAINT_PLAIN)
            paint = PAINT_WARN;
        if (!f.lost || n >= size)
            continue;
        lost++;
        n += (size_t)snprintf(buf + n, size - n, "%s%s", between, f.name);
        between = ", ";
    }
    if (lost && lost == all)
        snprintf(buf + before, size - before, "; lost everything");
    return lost ? PAINT_BAD : paint;
}

static void describe(const struct model *m, const struct peek_guest *g, struct nested *out)
{
    size_t n;

    snprintf(out->text, sizeof out->text, "%.40s", g->name);
    n = out->name_bytes = (unsigned)strlen(out->text);
    n += (size_t)snprintf(out->text + n, sizeof out->text - n, ": %s, ",
                          out->config->structure.name);
    if (g->nvcpus == 1 && !g->over)
        snprintf(out->text + n, sizeof out->text - n, g->non ? "cpu on" : "cpu off");
    else
        snprintf(out->text + n, sizeof out->text - n, "%u cpu%s", g->nvcpus,
                 g->nvcpus == 1 ? "" : "s");
    n = strlen(out->text);
    if (g->over)
        snprintf(out->text + n, sizeof out->text - n, "; over");
    else if (g->nvcpus > 1)
        snprintf(out->text + n, sizeof out->text - n, ", %u on", g->non);
    out->paint = append_ails(m, out->machine, out->text, sizeof out->text);
    if (g->over && out->paint == PAINT_PLAIN)
        out->paint = PAINT_FAINT;
    else if (g->non && out->paint == PAINT_PLAIN)
        out->paint = PAINT_GOOD | STYLE_BOLD;
}

/* Number *i of those in `machine`, or *i less by how many there are. */
static bool find(const struct model *m, struct machine *machine, const struct config *c,
                 unsigned depth, unsigned *i, struct nested *out)
{
    for (unsigned g = 0; c->vm && g < c->vm->nguests; g++) {
        struct machine *inner = m->ops->inner(machine, g);
        const struct config *own = c->vm->guest[g].config;

        if ((*i)-- == 0) {
            *out = (struct nested){ .machine = inner, .config = own, .depth = depth, .index = g,
                                    .name = c->vm->guest[g].name };
            if (m->ops->guest(machine, g, &out->facts))
                describe(m, &out->facts, out);
            return true;
        }
        if (find(m, inner, own, depth + 1, i, out))
            return true;
    }
    return false;
}

bool nested_guest(const struct model *m, unsigned i, struct nested *out)
{
    return m->ops->inner && m->ops->guest && find(m, m->machine, m->config, 0, &i, out);
}

/* --- the picture --- */

int nested_width(const struct model *m, int most)
{
    struct nested n;
    int width = 0;

    for (unsigned i = 0; nested_guest(m, i, &n); i++) {
        int w = text_width(n.text) + EDGES * ((int)n.depth + 1);

        width = w > width ? w : width;
    }
    return width < most ? width : most;
}

/* Columns for the text of one at that depth. */
static int text_room(int width, unsigned depth, bool edges)
{
    int room = width - (edges ? EDGES * ((int)depth + 1) : 2 * (int)depth);

    return room > 1 ? room : 1;
}

/* As it stands there: a name that is too long for the line loses its middle, so that what
 * tells it from others is left. */
static const char *written(const struct nested *n, int room, bool edges,
                           char text[NESTED_TEXT + 4])
{
    const char *rest = n->text + n->name_bytes;
    int space = room - 2 * !edges, left = space - text_width(rest);
    char name[64], whole[64];

    if (left < NAME_LEAST)      /* behind it at least the colon */
        left = space > NAME_LEAST ? space - 1 : NAME_LEAST;
    snprintf(whole, sizeof whole, "%.*s", (int)n->name_bytes, n->text);
    snprintf(text, NESTED_TEXT + 4, edges ? "%s%s" : "[%s%s]",
             label_fit(whole, (unsigned)left, "\u2026", name, sizeof name), rest);
    return text;
}

int nested_lines(const struct model *m, int width, bool edges)
{
    char text[NESTED_TEXT + 4];
    struct nested n;
    int lines = 0;

    for (unsigned i = 0; nested_guest(m, i, &n); i++) {
        struct rect r = { 0, 0, text_room(width, n.depth, edges), 0 };

        lines += wrapped_text(NULL, r, 0, written(&n, r.w, edges, text)) + 2 * edges;
    }
    return lines;
}

struct sheet { struct canvas *c; struct rect r; int top, x, width; };

/* At most `limit` columns of text. */
static void put(const struct sheet *s, int x, int line, int limit, unsigned paint,
                const char *text)
{
    int y = line - s->top, room = s->r.w - x < limit ? s->r.w - x : limit;

    if (y >= 0 && y < s->r.h && room > 0)
        canvas_text(s->c, s->r.x + x, s->r.y + y, room, paint, text);
}

/* The sides of all boxes around depth `depth`, and what stands between these. */
static void put_sides(const struct sheet *s, int line, unsigned depth)
{
    for (int d = 0; d < (int)depth; d++) {
        put(s, s->x + 2 * d, line, 1, PAINT_FAINT, "│");
        put(s, s->x + s->width - 1 - 2 * d, line, 1, PAINT_FAINT, "│");
    }
}

static void put_edge(const struct sheet *s, int line, unsigned depth, bool top)
{
    int x = s->x + 2 * (int)depth, last = s->x + s->width - 1 - 2 * (int)depth;

    put_sides(s, line, depth);
    put(s, x, line, 1, PAINT_FAINT, top ? "┌" : "└");
    while (++x < last)
        put(s, x, line, 1, PAINT_FAINT, "─");
    put(s, last, line, 1, PAINT_FAINT, top ? "┐" : "┘");
}

/* The text with the sides of its box, on as many lines as it takes. Returns the line below. */
static int put_text(const struct sheet *s, int line, const struct nested *n, bool edges)
{
    int room = text_room(s->width, n->depth, edges), x = s->x + 2 * (int)n->depth + 2 * edges;
    char buf[NESTED_TEXT + 4];

    for (const char *text = written(n, room, edges, buf); *text; text = wrapped_rest(room, text)) {
        int y = line - s->top;
        struct rect one = { s->r.x + x, s->r.y + y, room, 1 };

        if (edges)
            put_sides(s, line, n->depth + 1);
        if (y >= 0 && y < s->r.h)
            wrapped_text(s->c, one, n->paint, text);
        line++;
    }
    return line;
}

int nested_put(struct canvas *c, struct rect r, const struct model *m, int top, int line, int x,
               int width, bool edges)
{
    const struct sheet s = { c, r, top, x, width };
    struct nested n, next;

    for (unsigned i = 0; nested_guest(m, i, &n); i++) {
        bool more = nested_guest(m, i + 1, &next);
        unsigned open = more ? next.depth : 0;

        if (edges)
            put_edge(&s, line++, n.depth, true);
        line = put_text(&s, line, &n, edges);
        for (unsigned d = n.depth + 1; edges && d-- > open;)
            put_edge(&s, line++, d, false);
    }
    return line;
}
