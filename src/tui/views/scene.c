/* scene.c - see scene.h */
#include <tui/scene.h>

#include <stdio.h>
#include <string.h>

enum { NOWHERE = -1000000 };    /* a line that is never seen */

/* Text in a line, from column x of the area; it is drawn if the line is not scrolled away.
 * Returns its width either way. */
int scene_put(const struct scene *s, int x, int line, unsigned style, const char *text)
{
    int y = line - (int)s->l->structure.top, limit = s->r.w - x;

    if (y >= 0 && y < s->r.h && limit > 0)
        canvas_text(s->c, s->r.x + x, s->r.y + y, limit, style, text);
    return text_width(text);
}

const char *scene_name(const struct scene *s, unsigned v, char *buf, size_t size)
{
    const char *name = v ? s->service[v].name : "user";
    bool driver = strncmp(name, "driver:", 7) == 0;

    snprintf(buf, size, "%s%s", driver ? "d:" : "", driver ? name + 7 : name);
    return buf;
}

/* --- where services stand --- */

static struct place *add_place(struct scene *s, const char *label, uint32_t set, bool wall)
{
    struct place *p = &s->place[s->nplaces];

    if (!set || s->nplaces == SCENE_PLACES)
        return p;
    *p = (struct place){ .set = set, .wall = wall };
    snprintf(p->label, sizeof p->label, "%s", label);
    s->nplaces++;
    return p;
}

static uint32_t all_services(const struct scene *s)
{
    return (1u << s->n) - 2;
}

static uint32_t at_level(const struct scene *s, unsigned level)
{
    uint32_t set = 0;

    for (unsigned v = 0; v < s->n; v++)
        if (s->m->config->structure.level[v] == level)
            set |= 1u << v;
    return set;
}

/* Layers from the top; rings from the outermost. */
static void place_levels(struct scene *s, bool rings)
{
    char label[12];

    for (unsigned i = 0; i < PEEK_SERVICES; i++) {
        unsigned level = rings ? PEEK_SERVICES - 1 - i : i;

        snprintf(label, sizeof label, "%s %u", rings ? "ring" : "layer", level);
        add_place(s, rings || level ? label : "user", at_level(s, level), rings || level == 1);
    }
}

void scene_places(struct scene *s)
{
    const struct structure_config *c = &s->m->config->structure;
    uint32_t inside = all_services(s) & ~(uint32_t)(c->servers | c->modules);

    if (c->model == MODEL_LAYERED || c->model == MODEL_RINGS) {
        place_levels(s, c->model == MODEL_RINGS);
        return;
    }
    if (c->open) {
        add_place(s, "no wall", inside | 1, true);
        return;
    }
    add_place(s, "user", 1, false);
    if (c->servers)
        add_place(s, "servers", c->servers, true)->apart = true;
    add_place(s, "kernel", inside, true);
    add_place(s, "modules", c->modules, false);
}

/* --- one after the other, in as many lines as they take --- */

static bool is_hot(const struct scene *s, unsigned to)
{
    for (unsigned from = 0; from < s->n; from++)
        if (s->l->structure.hot[from] >> to & 1)
            return true;
    return false;
}

/* "file>A+2", "(tty)", "block✕": a service, whom it serves, how many wait, what ails it. */
static unsigned cell(const struct scene *s, unsigned v, char *buf, size_t size)
{
    const struct peek_service *f = &s->service[v];
    bool absent = f->module && !f->loaded && !f->loading;
    char name[24], client[8] = "", line[16] = "";

    scene_name(s, v, name, sizeof name);
    if (f->client != TID_NONE)
        snprintf(client, sizeof client, ">%c", model_symbol(s->m, f->client));
    if (f->nline)
        snprintf(line, sizeof line, "+%u", f->nline);
    snprintf(buf, size, "%s%s%s%s%s%s%s%s%s", absent ? "(" : "", name, absent ? ")" : "",
             f->loading ? "..." : "", f->lost ? "✕" : "", f->damaged ? "!" : "",
             f->held ? "@" : "", client, line);
    if (f->lost || f->held)
        return PAINT_BAD | STYLE_BOLD;
    if (f->damaged || f->loading)
        return PAINT_WARN | STYLE_BOLD;
    return absent ? PAINT_FAINT : is_hot(s, v) ? PAINT_GOOD | STYLE_BOLD : PAINT_PLAIN;
}

struct flow {
    int from, limit;            /* columns */
    int step;                   /* lines from one row to the next */
    int x, line;                /* where the next one goes */
    int end, rows;              /* the last column that was used, and one; rows so far */
};

static struct flow flow_at(int from, int limit, int step, int line)
{
    return (struct flow){ from, limit, step, from, line, from, 1 };
}

/* Where something of that width goes; behind it a column stays free. */
static int flow_take(struct flow *f, int width)
{
    int x;

    if (f->x > f->from && f->x + width > f->limit) {
        f->x = f->from;
        f->line += f->step;
        f->rows++;
    }
    x = f->x;
    f->x += width + 1;
    f->end = x + width > f->end ? x + width : f->end;
    return x;
}

/* The programs of a place, by their symbols. */
static void put_users(const struct scene *s, struct flow *f)
{
    for (unsigned i = 0; i < s->nusers; i++) {
        char symbol[2] = { model_symbol(s->m, s->user[i]), 0 };
        int x = flow_take(f, 1);

        scene_put(s, x, f->line, model_paint(s->user[i]), symbol);
    }
    if (!s->nusers)
        scene_put(s, flow_take(f, 6), f->line, PAINT_FAINT, "nobody");
}

static void put_edge(const struct scene *s, int x, int line, int width, bool top)
{
    scene_put(s, x++, line, PAINT_FAINT, top ? "┌" : "└");
    while (--width > 1)
        scene_put(s, x++, line, PAINT_FAINT, "─");
    scene_put(s, x, line, PAINT_FAINT, top ? "┐" : "┘");
}

/* A service; with sides, and with edges if there is room between the rows, if it is apart. */
static void put_cell(const struct scene *s, struct flow *f, unsigned v, bool apart)
{
    bool edges = f->step > 1;
    char text[64];
    unsigned paint = cell(s, v, text, sizeof text);
    int width = text_width(text) + 2 * apart, x = flow_take(f, width);

    scene_put(s, x + apart, f->line, paint, text);
    if (!apart)
        return;
    scene_put(s, x, f->line, PAINT_FAINT, edges ? "│" : "[");
    scene_put(s, x + width - 1, f->line, PAINT_FAINT, edges ? "│" : "]");
    if (edges) {
        put_edge(s, x, f->line - 1, width, true);
        put_edge(s, x, f->line + 1, width, false);
    }
}

static void put_cells(const struct scene *s, struct flow *f, const struct place *p)
{
    if (p->set & 1)
        put_users(s, f);
    for (unsigned v = 1; v < s->n; v++)
        if (p->set >> v & 1)
            put_cell(s, f, v, p->apart);
}

/* --- a line for each place --- */

static bool is_plain(const struct place *p)
{
    return p->set == 1;
}

static int put_flat(const struct scene *s, int line)
{
    for (unsigned i = 0; i < s->nplaces; i++) {
        const struct place *p = &s->place[i];
        int bracket = !p->apart && !is_plain(p);
        struct flow f = flow_at(SCENE_LABEL + 1 + bracket, s->r.w - bracket, 1, line);

        scene_put(s, 1, line, PAINT_HEAD, p->label);
        scene_put(s, SCENE_LABEL + 1, line, PAINT_FAINT, bracket ? "[" : "");
        put_cells(s, &f, p);
        scene_put(s, f.x - 1, f.line, PAINT_FAINT, bracket ? "]" : "");
        line += f.rows;
    }
    return line;
}

/* --- edges around what shares memory --- */

/* The places from i on that share memory. */
static unsigned group(const struct scene *s, unsigned i)
{
    unsigned n = 1;

    while (i + n < s->nplaces && !s->place[i + n].wall)
        n++;
    return n;
}

/* Where the cells of a place stand in its box. */
static struct flow flow_in_box(const struct scene *s, const struct place *p, int line)
{
    return p->apart ? flow_at(SCENE_LABEL + 1, s->r.w, 3, line)
         : is_plain(p) ? flow_at(SCENE_LABEL + 1, s->r.w, 1, line)
                       : flow_at(SCENE_LABEL + 3, s->r.w - 2, 1, line);
}

/* Its lines, without the edges above and below. */
static int rows_of(const struct scene *s, const struct place *p, int *end)
{
    struct flow f = flow_in_box(s, p, NOWHERE);

    put_cells(s, &f, p);
    *end = f.end > *end ? f.end : *end;
    return f.line - NOWHERE + 1;
}

int scene_lines(const struct scene *s)
{
    int lines = 0, end = 0;

    for (unsigned i = 0, n; i < s->nplaces; i += n) {
        n = group(s, i);
        for (unsigned k = i; k < i + n; k++)
            lines += rows_of(s, &s->place[k], &end);
        lines += is_plain(&s->place[i]) ? 0 : 2;
    }
    return lines;
}

int scene_width(const struct scene *s)
{
    struct scene wide = *s;
    int end = 0;

    wide.r.w = -NOWHERE;
    for (unsigned i = 0; i < s->nplaces; i++)
        rows_of(&wide, &s->place[i], &end);
    return end + 1;
}

static int put_box(const struct scene *s, int line, unsigned first, unsigned n)
{
    bool edges = !s->place[first].apart;
    int end = 0, top = line++;

    for (unsigned i = first; i < first + n; i++)
        rows_of(s, &s->place[i], &end);
    for (unsigned i = first; i < first + n; i++) {
        const struct place *p = &s->place[i];
        struct flow f = flow_in_box(s, p, line);

        scene_put(s, 1, line, PAINT_HEAD, p->label);
        put_cells(s, &f, p);
        for (; line <= f.line; line++) {
            scene_put(s, SCENE_LABEL + 1, line, PAINT_FAINT, edges ? "│" : "");
            scene_put(s, end + 1, line, PAINT_FAINT, edges ? "│" : "");
        }
    }
    if (edges) {
        put_edge(s, SCENE_LABEL + 1, top, end + 1 - SCENE_LABEL, true);
        put_edge(s, SCENE_LABEL + 1, line, end + 1 - SCENE_LABEL, false);
    }
    return line + 1;
}

static int put_tall(const struct scene *s, int line)
{
    for (unsigned i = 0, n; i < s->nplaces; i += n) {
        n = group(s, i);
        if (!is_plain(&s->place[i])) {
            line = put_box(s, line, i, n);
            continue;
        }
        struct flow f = flow_in_box(s, &s->place[i], line);

        scene_put(s, 1, line, PAINT_HEAD, s->place[i].label);
        put_users(s, &f);
        line = f.line + 1;
    }
    return line;
}

int scene_draw(const struct scene *s, int line, bool edges)
{
    return edges ? put_tall(s, line) : put_flat(s, line);
}
