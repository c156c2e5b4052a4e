/* structure.c - the kernel as its model builds it: boxes, the ways between them, who waits
 * for whom, and what failed.
 *
 * What shares memory stands in one box, and a bug there reaches all of it; processes are
 * drawn by their symbols. What the last step, or the last moment of a run, went through is
 * bold. Below the boxes, or beside them where there is room: each way that control passed,
 * with how often and what it cost; servers and modules with those who wait for them; faults.
 */
#include <tui/nested.h>
#include <tui/scene.h>

#include <stat/names.h>
#include <stdio.h>
#include <string.h>

enum { LIST_LEAST = 38, MECHANISM = 60, TWO_COLUMNS = 78, MOST_LINES = 100000 };

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

    for (tid_t tid = 0; tid < s->m->ntasks && s->nusers < SCENE_USERS; tid++) {
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

/* Machines in this one stand above its kernel. */
static int put_guests(const struct scene *s, bool edges)
{
    if (!s->guests)
        return 0;
    scene_put(s, 1, edges, PAINT_HEAD, "guests");
    return nested_put(s->c, s->r, s->m, (int)s->l->structure.top, 0, SCENE_LABEL + 1, s->guests, edges);
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
    snprintf(text, sizeof text, "%-6s → %-6s %8llu× %s", scene_name(s, from, a, sizeof a),
             scene_name(s, to, b, sizeof b), (unsigned long long)x->count, time);
    scene_put(s, t->x + t->column * width, t->line,
        hot ? PAINT_GOOD | STYLE_BOLD : PAINT_PLAIN, text);
    if (width >= MECHANISM)
        scene_put(s, t->x + t->column * width + 38, t->line, PAINT_FAINT,
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

    if (set == ((1u << s->n) - 1) || set == ((1u << s->n) - 2)) {
        append(buf, size, what, "everything");
        return;
    }
    for (unsigned v = 0; v < s->n; v++)
        if (set >> v & 1) {
            append(buf, size, between, scene_name(s, v, name, sizeof name));
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
    int guests = s->guests ? SCENE_LABEL + 1 + s->guests : 0, own = scene_width(s), map;
    int width = own > guests ? own : guests;
    int tall = scene_lines(s) + nested_lines(s->m, s->guests, true);
    bool beside = s->r.w >= width + 2 + LIST_LEAST;
    bool edges = s->r.h >= tall + (beside ? 0 : 6);
    struct list t = { .s = s, .x = 1, .w = s->r.w - 1, .columns = 1 };

    map = put_guests(s, edges);
    map = scene_draw(s, map, edges);
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

/* "vm, 3 messages  lines 0-9 of 20" */
static void note_text(const struct scene *s, char *buf, size_t size)
{
    const struct model *m = s->m;
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
    if (s->total <= s->r.h)
        return;
    size_t n = strlen(buf);
    snprintf(buf + n, size - n, "  lines %u-%u of %d", s->l->structure.top,
             s->l->structure.top + (uint32_t)s->r.h - 1, s->total);
}

static void draw(struct canvas *c, struct rect r, const struct model *m, struct look *l)
{
    struct scene s = { .c = c, .m = m, .l = l, .r = { r.x, r.y + 1, r.w, r.h - 1 } };
    bool active = l->active == PANE_STRUCTURE;
    char note[CONFIG_NAME + 120] = "";

    if (r.h < 2 || !m->machine)
        return;
    if (m->crash[0]) {
        pane_title(c, &r, view_structure.name, active, note);
        return;
    }
    if (l->structure.top > MOST_LINES)
        l->structure.top = MOST_LINES;
    ask_services(&s);
    ask_users(&s);
    ask_ways(&s);
    s.guests = nested_width(m, r.w - SCENE_LABEL - 2);
    scene_places(&s);
    l->structure.rows = (uint32_t)s.r.h;
    draw_scene(&s);
    int most = s.total > s.r.h ? s.total - s.r.h : 0;
    if ((int)l->structure.top > most) {         /* scrolled past the end */
        l->structure.top = (uint32_t)most;
        canvas_fill(c, s.r, PAINT_PLAIN, ' ');
        draw_scene(&s);
    }
    note_text(&s, note, sizeof note);
    pane_title(c, &r, view_structure.name, active, note);
}

const struct view_ops view_structure = { "Structure", draw };
