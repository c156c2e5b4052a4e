/* structure.c - the kernel as its model builds it: boxes, the ways between them, who waits
 * for whom, and what failed.
 *
 * What shares memory stands in one box, and a bug there reaches all of it; processes are
 * drawn by their symbols. What the last step, or the last moment of a run, went through is
 * bold. Below the boxes, or beside them where there is room: each way that control passed,
 * with how often and what it cost; servers and modules with those who wait for them; faults.
 */
#include <tui/nested.h>

#include <stat/names.h>
#include <stdio.h>
#include <string.h>

enum { PLACES = 18, LABEL = 8, LIST_LEAST = 38, MECHANISM = 60, TWO_COLUMNS = 78, USERS = 64,
       MOST_LINES = 100000 };

struct place {                  /* a row of the picture, from the top */
    char label[12];
    uint32_t set;               /* services, and 1: programs */
    bool apart;                 /* each has memory of its own */
    bool wall;                  /* between it and the row above */
};

struct scene {
    struct canvas *c;
    const struct model *m;
    struct look *l;
    struct rect r;              /* lines are counted from its top, scrolled ones too */
    struct peek_service service[PEEK_SERVICES];
    unsigned n;                 /* of them, the user's place 0 included */
    struct place place[PLACES];
    unsigned nplaces;
    tid_t user[USERS];          /* tasks that are no servers and not over */
    unsigned nusers;
    int guests;                 /* columns of their boxes; 0: there are none */
    int total;                  /* lines */
};

/* --- what there is --- */

static void ask_services(struct scene *s)
{
    s->n = 1;
    while (s->n < PEEK_SERVICES && s->m->ops->service(s->m->machine, s->n, &s->service[s->n]))
        s->n++;
}

static void ask_users(struct scene *s)
{
    struct peek_task p;

    for (tid_t tid = 0; tid < s->m->ntasks && s->nusers < USERS; tid++) {
        unsigned state = s->m->tasks[tid].state;

        if (state == TASK_UNBORN || state == TASK_ZOMBIE || state == TASK_DEAD)
            continue;
        model_peek(s->m, tid, &p);
        if (p.process >= s->m->config->nprocesses || !s->m->config->processes[p.process].server)
            s->user[s->nusers++] = tid;
    }
}

/* Which ways were gone since the last picture of another moment. */
static void ask_ways(struct scene *s)
{
    struct peek_crossing x;
    bool first = !s->l->structure.at || s->m->count < s->l->structure.at;

    if (s->l->structure.at == s->m->count + 1)
        return;
    for (unsigned from = 0; from < s->n; from++) {
        s->l->structure.hot[from] = 0;
        for (unsigned to = 1; to < s->n; to++) {
            uint64_t *seen = &s->l->structure.seen[from][to], now = 0;

            if (s->m->ops->way(s->m->machine, from, to, &x))
                now = x.count;
            if (!first && now > *seen)
                s->l->structure.hot[from] |= (uint16_t)(1u << to);
            *seen = now;
        }
    }
    s->l->structure.at = s->m->count + 1;
}

static bool is_hot(const struct scene *s, unsigned to)
{
    for (unsigned from = 0; from < s->n; from++)
        if (s->l->structure.hot[from] >> to & 1)
            return true;
    return false;
}

/* --- where services stand --- */

static struct place *add_place(struct scene *s, const char *label, uint32_t set, bool wall)
{
    struct place *p = &s->place[s->nplaces];

    if (!set || s->nplaces == PLACES)
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

static void place_all(struct scene *s)
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

/* --- putting it there --- */

/* Text in a line, from column x of the area; it is drawn if the line is not scrolled away.
 * Returns its width either way. */
static int put(const struct scene *s, int x, int line, unsigned style, const char *text)
{
    int y = line - (int)s->l->structure.top, limit = s->r.w - x;

    if (y >= 0 && y < s->r.h && limit > 0)
        canvas_text(s->c, s->r.x + x, s->r.y + y, limit, style, text);
    return text_width(text);
}

static const char *short_name(const struct scene *s, unsigned v, char *buf, size_t size)
{
    const char *name = v ? s->service[v].name : "user";
    bool driver = strncmp(name, "driver:", 7) == 0;

    snprintf(buf, size, "%s%s", driver ? "d:" : "", driver ? name + 7 : name);
    return buf;
}

/* "file>A+2", "(tty)", "block✕": a service, whom it serves, how many wait, what ails it. */
static unsigned cell(const struct scene *s, unsigned v, char *buf, size_t size)
{
    const struct peek_service *f = &s->service[v];
    bool absent = f->module && !f->loaded && !f->loading;
    char name[24], client[8] = "", line[16] = "";

    short_name(s, v, name, sizeof name);
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

/* The programs of a place, by their symbols. */
static int put_users(const struct scene *s, int x, int line)
{
    int width = 0;

    for (unsigned i = 0; i < s->nusers; i++, width += 2) {
        char symbol[2] = { model_symbol(s->m, s->user[i]), 0 };

        put(s, x + width, line, model_paint(s->user[i]), symbol);
    }
    return width ? width : 1 + put(s, x, line, PAINT_FAINT, "nobody");
}

/* What is in a place, one after the other, with an edge around each if they are apart. */
static int put_cells(const struct scene *s, int x, int line, const struct place *p,
                     const char *before, const char *after)
{
    int from = x;
    char text[64];

    if (p->set & 1)
        x += put_users(s, x, line);
    for (unsigned v = 1; v < s->n; v++) {
        if (!(p->set >> v & 1))
            continue;
        unsigned paint = cell(s, v, text, sizeof text);

        x += put(s, x, line, PAINT_FAINT, p->apart ? before : "");
        x += put(s, x, line, paint, text);
        x += put(s, x, line, PAINT_FAINT, p->apart ? after : "");
        x++;
    }
    return x - from - 1;
}

static int cells_width(const struct scene *s, const struct place *p)
{
    return put_cells(s, 0, -1000000, p, "[", "]");
}

static int map_width(const struct scene *s)
{
    int width = s->guests ? LABEL + 1 + s->guests : 0;

    for (unsigned i = 0; i < s->nplaces; i++) {
        int w = LABEL + 4 + cells_width(s, &s->place[i]);

        width = w > width ? w : width;
    }
    return width;
}

/* --- boxes: one line for each place, or edges around what shares memory --- */

static int put_flat(const struct scene *s, int line)
{
    for (unsigned i = 0; i < s->nplaces; i++, line++) {
        const struct place *p = &s->place[i];
        bool bare = p->apart || p->set == 1;
        int x = LABEL + 1;

        put(s, 1, line, PAINT_HEAD, p->label);
        x += put(s, x, line, PAINT_FAINT, bare ? "" : "[");
        x += put_cells(s, x, line, p, "[", "]");
        put(s, x, line, PAINT_FAINT, bare ? "" : "]");
    }
    return line;
}

/* The places from i on that share memory. */
static unsigned group(const struct scene *s, unsigned i)
{
    unsigned n = 1;

    while (i + n < s->nplaces && !s->place[i + n].wall)
        n++;
    return n;
}

static bool is_plain(const struct place *p)
{
    return p->set == 1;
}

static int tall_lines(const struct scene *s)
{
    int lines = 0;

    for (unsigned i = 0; i < s->nplaces; i += group(s, i))
        lines += (int)group(s, i) + (is_plain(&s->place[i]) ? 0 : 2);
    return lines;
}

static void put_edge(const struct scene *s, int x, int line, int width, bool top)
{
    put(s, x++, line, PAINT_FAINT, top ? "┌" : "└");
    while (--width > 1)
        put(s, x++, line, PAINT_FAINT, "─");
    put(s, x, line, PAINT_FAINT, top ? "┐" : "┘");
}

/* Edges above and below each cell of a line of places that are apart. */
static void put_edges_apart(const struct scene *s, int line, const struct place *p)
{
    int x = LABEL + 1;
    char text[64];

    for (unsigned v = 1; v < s->n; v++) {
        if (!(p->set >> v & 1))
            continue;
        cell(s, v, text, sizeof text);
        int width = text_width(text) + 2;
        put_edge(s, x, line - 1, width, true);
        put_edge(s, x, line + 1, width, false);
        x += width + 1;
    }
}

static int put_box(const struct scene *s, int line, unsigned first, unsigned n)
{
    int width = 0, top = line++;

    for (unsigned i = first; i < first + n; i++) {
        int w = cells_width(s, &s->place[i]) + 4;

        width = w > width ? w : width;
    }
    for (unsigned i = first; i < first + n; i++, line++) {
        const struct place *p = &s->place[i];

        put(s, 1, line, PAINT_HEAD, p->label);
        put_cells(s, LABEL + (p->apart ? 1 : 3), line, p, "│", "│");
        if (p->apart) {
            put_edges_apart(s, line, p);
            continue;
        }
        put(s, LABEL + 1, line, PAINT_FAINT, "│");
        put(s, LABEL + width, line, PAINT_FAINT, "│");
    }
    if (!s->place[first].apart) {
        put_edge(s, LABEL + 1, top, width, true);
        put_edge(s, LABEL + 1, line, width, false);
    }
    return line + 1;
}

static int put_tall(const struct scene *s, int line)
{
    for (unsigned i = 0, n; i < s->nplaces; i += n) {
        n = group(s, i);
        if (is_plain(&s->place[i])) {
            put(s, 1, line, PAINT_HEAD, s->place[i].label);
            put_users(s, LABEL + 1, line++);
        } else {
            line = put_box(s, line, i, n);
        }
    }
    return line;
}

/* Machines in this one stand above its kernel. */
static int put_guests(const struct scene *s, bool edges)
{
    if (!s->guests)
        return 0;
    put(s, 1, edges, PAINT_HEAD, "guests");
    return nested_put(s->c, s->r, s->m, (int)s->l->structure.top, 0, LABEL + 1, s->guests, edges);
}

/* --- ways, waits, faults --- */

struct list {
    struct scene *s;
    int x, w, line;
    int columns, column;        /* of ways */
};

static void end_row(struct list *t)
{
    t->line += t->column > 0;
    t->column = 0;
}

/* A sentence, on as many lines as it takes. */
static void put_sentence(struct list *t, unsigned style, const char *text)
{
    const struct scene *s = t->s;
    int lines = wrapped_text(NULL, (struct rect){ 0, 0, t->w - 1, 0 }, style, text);

    end_row(t);
    for (int i = 0; i < lines; i++, t->line++) {
        int y = t->line - (int)s->l->structure.top;
        struct rect one = { s->r.x + t->x, s->r.y + y, t->w - 1, 1 };

        if (y >= 0 && y < s->r.h)
            wrapped_text(s->c, one, style, text);
        text = wrapped_rest(one.w, text);
    }
}

static const char *span(const struct scene *s, ns_t t, char *buf, size_t size)
{
    char number[40];

    snprintf(buf, size, "%s %.4s", model_time(s->m->config, t, 3, number, sizeof number),
             s->m->config->unit_name);
    return buf;
}

static void put_way(struct list *t, unsigned from, unsigned to, const struct peek_crossing *x)
{
    const struct scene *s = t->s;
    bool hot = s->l->structure.hot[from] >> to & 1;
    int width = t->w / t->columns;
    char a[24], b[24], time[56] = "", text[160];

    if (x->time)
        span(s, x->time, time, sizeof time);
    snprintf(text, sizeof text, "%-6s → %-6s %8llu× %s", short_name(s, from, a, sizeof a),
             short_name(s, to, b, sizeof b), (unsigned long long)x->count, time);
    put(s, t->x + t->column * width, t->line,
        hot ? PAINT_GOOD | STYLE_BOLD : PAINT_PLAIN, text);
    if (width >= MECHANISM)
        put(s, t->x + t->column * width + 38, t->line, PAINT_FAINT,
            x->mechanism ? x->mechanism : "system call");
    if (++t->column == t->columns)
        end_row(t);
}

static void put_ways(struct list *t)
{
    struct scene *s = t->s;
    struct peek_crossing x;
    unsigned n = 0;

    for (unsigned from = 0; from < s->n; from++)
        for (unsigned to = 1; to < s->n; to++)
            if (s->m->ops->way(s->m->machine, from, to, &x)) {
                put_way(t, from, to, &x);
                n++;
            }
    end_row(t);
    if (!n)
        put_sentence(t, PAINT_FAINT, "No service has been called yet.");
}

/* ", A", appended. */
static void append(char *buf, size_t size, const char *between, const char *text)
{
    size_t n = strlen(buf);

    snprintf(buf + n, size - n, "%s%s", between, text);
}

static void append_task(const struct scene *s, char *buf, size_t size, const char *between,
                        tid_t tid)
{
    char name[MODEL_NAME];

    append(buf, size, between, model_name(s->m, tid, name, sizeof name));
}

static const char *server_state(const struct scene *s, const struct peek_service *f)
{
    struct model_task t = model_task(s->m, f->tid);

    if (f->lost)
        return " is lost";
    if (t.state == TASK_RUNNABLE)
        return " waits for a cpu";
    return t.state == TASK_RUNNING ? " works" : " is idle";
}

/* "file works for A; behind it B, C and 3 more" */
static void put_wait(struct list *t, unsigned v)
{
    const struct scene *s = t->s;
    const struct peek_service *f = &s->service[v];
    char text[512] = "", more[24];

    if (!f->nline && f->client == TID_NONE)
        return;
    append(text, sizeof text, f->name, f->server ? server_state(s, f) : " is being loaded");
    if (f->client != TID_NONE)
        append_task(s, text, sizeof text, " for ", f->client);
    for (unsigned i = 0; i < f->nline && i < PEEK_LINE; i++)
        append_task(s, text, sizeof text, i ? ", " : f->server ? "; in line " : " for ",
                    f->line[i]);
    if (f->nline > PEEK_LINE) {
        snprintf(more, sizeof more, " and %u more", f->nline - PEEK_LINE);
        append(text, sizeof text, "", more);
    }
    put_sentence(t, PAINT_PLAIN, text);
}

/* "scheduler mlfq is being loaded": those that are modules. */
static void put_schedulers(struct list *t)
{
    const struct model *m = t->s->m;
    struct peek_module p;
    char text[160], time[56];

    for (unsigned i = 0; m->ops->module && m->ops->module(m->machine, i, &p); i++) {
        if (!p.scheduler)
            continue;
        snprintf(text, sizeof text, "scheduler %.40s is %s; loads: %u, %s", p.name,
                 p.loading ? "being loaded" : !p.loaded ? "not loaded" : p.used ? "in charge"
                 : "loaded", p.loads, span(t->s, p.load_time, time, sizeof time));
        put_sentence(t, p.loading ? PAINT_WARN : p.used ? PAINT_PLAIN : PAINT_FAINT, text);
    }
}

static void put_waits(struct list *t)
{
    for (unsigned v = 1; v < t->s->n; v++)
        put_wait(t, v);
    put_schedulers(t);
}

static void append_set(const struct scene *s, char *buf, size_t size, const char *what,
                       uint32_t set)
{
    char name[24];
    const char *between = what;

    if (set == ((1u << s->n) - 1) || set == all_services(s)) {
        append(buf, size, what, "everything");
        return;
    }
    for (unsigned v = 0; v < s->n; v++)
        if (set >> v & 1) {
            append(buf, size, between, short_name(s, v, name, sizeof name));
            between = ", ";
        }
}

static void append_count(char *buf, size_t size, uint32_t n, const char *what)
{
    char text[48];

    if (!n)
        return;
    snprintf(text, sizeof text, "; %u %s%s lost", n, what, n == 1 ? "" : "es");
    append(buf, size, "", text);
}

static unsigned append_repair(const struct scene *s, const struct peek_fault *f,
                              const struct config *c, char *buf, size_t size)
{
    unsigned doubts = ASSUMED_RESTART | (strcmp(f->kind, "hang") ? 0 : ASSUMED_HEARTBEAT);
    char time[56];

    if (f->panic) {
        append(buf, size, "; ", "the kernel is gone");
        return PAINT_BAD | STYLE_BOLD;
    }
    if (f->repaired != NS_MAX) {
        append(buf, size, f->repaired <= s->m->now ? "; back at " : "; will be back at ",
               span(s, f->repaired, time, sizeof time));
        append(buf, size, "", c->structure.assumed & doubts ? "?" : "");
        return f->repaired <= s->m->now ? PAINT_WARN : PAINT_BAD;
    }
    return f->lost ? PAINT_BAD : PAINT_WARN;
}

/* c: of its kernel; guest: what that is called, "" for the outermost. */
static void put_fault(struct list *t, const struct peek_fault *f, const struct config *c,
                      const char *guest)
{
    const struct scene *s = t->s;
    char text[512] = "", time[56];

    append(text, sizeof text, span(s, f->at, time, sizeof time), ": ");
    append(text, sizeof text, "", guest);
    append(text, sizeof text, f->kind, " of ");
    append(text, sizeof text, "", f->process < c->nprocesses ? c->processes[f->process].name
                                                             : f->service);
    append_set(s, text, sizeof text, "; lost ", f->lost);
    append_set(s, text, sizeof text, "; wrong bytes in ", f->corrupted);
    append_set(s, text, sizeof text, "; could touch ", f->reachable & ~f->lost);
    append_count(text, sizeof text, f->processes_lost, "process");
    put_sentence(t, append_repair(s, f, c, text, sizeof text), text);
}

static void put_faults(struct list *t)
{
    const struct model *m = t->s->m;
    struct peek_fault f;
    struct nested n;
    char guest[80];

    for (unsigned i = 0; m->ops->fault(m->machine, i, &f); i++)
        put_fault(t, &f, m->config, "");
    for (unsigned g = 0; nested_guest(m, g, &n); g++)
        for (unsigned i = 0; m->ops->fault(n.machine, i, &f); i++) {
            snprintf(guest, sizeof guest, "in %.60s, ", n.name);
            put_fault(t, &f, n.config, guest);
        }
}

/* "?" behind a figure that no source is named for. */
static void put_costs(struct list *t)
{
    const struct config *c = t->s->m->config;
    bool assumed = c->structure.assumed & ASSUMED_REBOOT;
    char costs[COSTS_TEXT], text[COSTS_TEXT + 120] = "Cycles: ", reboot[56];

    costs_text(c, costs);
    append(text, sizeof text, "", *costs ? costs : "all free");
    append(text, sizeof text, "; reboot ", span(t->s, c->structure.reboot, reboot, sizeof reboot));
    append(text, sizeof text, assumed ? "?" : "",
           assumed || strchr(costs, '?') ? " (?: no source is named)" : "");
    put_sentence(t, PAINT_FAINT, text);
}

static void put_list(struct list *t)
{
    if (t->s->l->structure.page) {
        put_faults(t);
        put_waits(t);
        put_ways(t);
    } else {
        put_ways(t);
        put_waits(t);
        put_faults(t);
    }
    put_costs(t);
    put_sentence(t, PAINT_FAINT, "✕ lost  ! wrong bytes  @ attacked  ( ) not loaded  "
                 ">A works for A  +2 wait in line");
}

/* --- the pane --- */

static void draw_scene(struct scene *s)
{
    int width = map_width(s), tall = tall_lines(s) + nested_lines(s->m, true), map;
    bool beside = s->r.w >= width + 2 + LIST_LEAST;
    bool edges = s->r.h >= tall + (beside ? 0 : 6);
    struct list t = { .s = s, .x = 1, .w = s->r.w - 1, .columns = 1 };

    map = put_guests(s, edges);
    map = edges ? put_tall(s, map) : put_flat(s, map);
    if (beside) {
        t.x = width + 2;
        t.w = s->r.w - t.x;
    } else {
        t.line = map;
        t.columns = s->r.w >= TWO_COLUMNS ? 2 : 1;
    }
    put_list(&t);
    s->total = t.line > map ? t.line : map;
}

static void note_text(const struct model *m, char *buf, size_t size)
{
    const struct structure_config *c = &m->config->structure;
    struct peek_structure all;
    char messages[40] = "";

    m->ops->structure(m->machine, &all);
    if (all.messages)
        snprintf(messages, sizeof messages, ", %llu messages",
                 (unsigned long long)all.messages);
    if (strcmp(c->name, all.model) == 0)
        snprintf(buf, size, "%s%s", all.model, messages);
    else
        snprintf(buf, size, "%s: %s%s", c->name, all.model, messages);
}

static void draw(struct canvas *c, struct rect r, const struct model *m, struct look *l)
{
    struct scene s = { .c = c, .m = m, .l = l };
    char note[CONFIG_NAME + 80] = "";

    if (r.h < 2 || !m->machine)
        return;
    if (!m->crash[0])
        note_text(m, note, sizeof note);
    pane_title(c, &r, view_structure.name, l->active == PANE_STRUCTURE, note);
    if (m->crash[0])
        return;
    s.r = r;
    if (l->structure.top > MOST_LINES)
        l->structure.top = MOST_LINES;
    ask_services(&s);
    ask_users(&s);
    ask_ways(&s);
    s.guests = nested_width(m, r.w - LABEL - 2);
    place_all(&s);
    l->structure.rows = (uint32_t)r.h;
    draw_scene(&s);
    int most = s.total > r.h ? s.total - r.h : 0;
    if ((int)l->structure.top > most) {         /* scrolled past the end */
        l->structure.top = (uint32_t)most;
        canvas_fill(c, r, PAINT_PLAIN, ' ');
        draw_scene(&s);
    }
}

const struct view_ops view_structure = { "Structure", draw };
