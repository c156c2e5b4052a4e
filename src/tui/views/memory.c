/* memory.c - who has the frames, where the selected process's pages are, what the TLBs know,
 * when there were faults, and how large working sets were: pictures, one after the other by
 * the same key. */
#include <tui/view.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FRAMES, PAGES, TLB, FAULTS, SETS, FIELD = 38 };
_Static_assert(SETS + 1 == MEMORY_PAGES, "each has its page");

/* --- the map of frames --- */

static void put_frame(struct canvas *c, int x, int y, const struct model *m,
                      const struct memory_frame *f)
{
    static const char sign[] = { [MEMORY_FREE] = '.', [MEMORY_KERNEL] = '#', [MEMORY_PAGE] = '?',
                                 [MEMORY_COMING] = '>', [MEMORY_GOING] = '<' };
    bool owned = f->tid != TID_NONE && f->tid < m->ntasks;
    unsigned style = owned ? model_paint(f->tid) : PAINT_FAINT;
    char ch = f->use == MEMORY_PAGE && owned ? model_symbol(m, f->tid) : sign[f->use];

    if (f->use == MEMORY_PAGE)
        style |= (f->dirty ? STYLE_BOLD | STYLE_UNDERLINE : 0u) |
                 (f->pinned ? STYLE_REVERSE : 0u);
    if (f->use == MEMORY_PAGE && !f->accessed && !f->dirty && !f->pinned)
        style = PAINT_FAINT;
    canvas_put(c, x, y, style, (uint32_t)(unsigned char)ch);
}

/* At the bottom, in as many lines as it needs in a narrow pane; r becomes what is above. */
static void frames_legend(struct canvas *c, struct rect *r)
{
    const char *text = ". free  # kernel  > coming  < going; underlined: dirty, faint: not used "
                       "lately";
    int lines = wrapped_text(NULL, *r, PAINT_FAINT, text);

    if (lines > r->h / 2)
        lines = 1;
    r->h -= lines;
    if (lines > 1)
        wrapped_text(c, (struct rect){ r->x, r->y + r->h, r->w, lines }, PAINT_FAINT, text);
    else
        canvas_text(c, r->x, r->y + r->h, r->w, PAINT_FAINT, text);
}

static void draw_frames(struct canvas *c, struct rect r, const struct model *m, struct look *l)
{
    frames_legend(c, &r);
    uint32_t all = m->ops->nframes(m->machine), columns = (uint32_t)r.w;
    uint32_t rows = (all + columns - 1) / columns, shown = (uint32_t)r.h;
    struct memory_frame *f = calloc(columns, sizeof *f);

    if (l->memory_top + shown > rows)
        l->memory_top = rows > shown ? rows - shown : 0;
    for (uint32_t y = 0; f && y < shown && l->memory_top + y < rows; y++) {
        uint32_t from = (l->memory_top + y) * columns;
        uint32_t n = all - from < columns ? all - from : columns;

        m->ops->frames(m->machine, f, from, n);
        for (uint32_t x = 0; x < n; x++)
            put_frame(c, r.x + (int)x, r.y + (int)y, m, &f[x]);
    }
    free(f);
}

/* --- pages of the selected process --- */

static void draw_pages(struct canvas *c, struct rect r, const struct model *m, struct look *l)
{
    uint32_t across = (uint32_t)(r.w / FIELD ? r.w / FIELD : 1), rows = (uint32_t)r.h;
    struct memory_page p;
    uint32_t i = 0;

    for (; i < across * rows; i++) {
        int x = r.x + (int)(i % across) * FIELD, y = r.y + (int)(i / across);

        if (!m->ops->pages(m->machine, l->selected, l->memory_top * across + i, &p, 1))
            break;
        if (p.bits[0])
            canvas_print(c, x, y, FIELD - 1, p.here ? PAINT_PLAIN : PAINT_FAINT,
                         "0x%08" PRIx32 " %s %-6" PRIu32 " %s", p.va,
                         p.here ? "frame" : "slot ", p.where, p.here ? p.bits : "");
        else
            canvas_print(c, x, y, FIELD - 1, p.here ? PAINT_PLAIN : PAINT_FAINT,
                         "page %-6" PRIu32 " %s %" PRIu32, p.va, p.here ? "frame" : "slot ",
                         p.where);
    }
    if (!i && l->memory_top)
        l->memory_top--;
    else if (!i)
        canvas_text(c, r.x, r.y, r.w, PAINT_FAINT, "it has no pages now");
}

/* --- translation buffers --- */

/* Entry number skip of all harts' buffers, one after the other. False: there are fewer. */
static bool translation(const struct model *m, uint32_t skip, unsigned *hart,
                        struct memory_translation *out)
{
    for (*hart = 0; *hart < m->config->ncpus; ++*hart) {
        uint32_t n = 0;

        while (n <= skip && m->ops->tlb(m->machine, *hart, n, out, 1))
            n++;
        if (n > skip)
            return true;
        skip -= n;
    }
    return false;
}

static void draw_tlb(struct canvas *c, struct rect r, const struct model *m, struct look *l)
{
    uint32_t across = (uint32_t)(r.w / FIELD ? r.w / FIELD : 1), i = 0;
    struct memory_translation t;
    struct memory_now now = { 0 };
    unsigned hart;

    if (m->ops->memory && m->ops->memory(m->machine, &now))
        canvas_print(c, r.x, r.y, r.w, PAINT_FAINT, "%" PRIu64 " misses so far; %" PRIu32
                     " entries a CPU, %" PRIu32 " ways", now.tlb_misses,
                     m->config->memory.tlb_entries, m->config->memory.tlb_ways);
    for (; i < across * (uint32_t)(r.h - 1); i++) {
        int x = r.x + (int)(i % across) * FIELD, y = r.y + 1 + (int)(i / across);

        if (!m->ops->tlb || !translation(m, l->memory_top * across + i, &hart, &t))
            break;
        bool owned = t.tid != TID_NONE && t.tid < m->ntasks;
        canvas_put(c, x, y, owned ? model_paint(t.tid) : PAINT_FAINT,
                   owned ? (uint32_t)(unsigned char)model_symbol(m, t.tid) : '?');
        canvas_print(c, x + 2, y, FIELD - 3, PAINT_PLAIN, "cpu %u 0x%08" PRIx32 " > %-5" PRIu32
                     " %s", hart, t.va, t.frame, t.bits);
    }
    if (!i && l->memory_top)
        l->memory_top--;
    else if (!i)
        canvas_text(c, r.x, r.y + 1, r.w, PAINT_FAINT, "no translation is remembered now");
}

/* --- over time: from the beginning to now, so much a column --- */

static ns_t column_at(const struct model *m, struct rect r, int x)
{
    return (ns_t)((__int128)(m->now + 1) * x / r.w);
}

static struct memory_counts column_faults(const struct model *m, struct rect r, int x)
{
    struct memory_counts a = membook_counts(m->memory, column_at(m, r, x) - 1);
    struct memory_counts b = membook_counts(m->memory, column_at(m, r, x + 1) - 1);

    return (struct memory_counts){ .minor = b.minor - a.minor, .major = b.major - a.major };
}

static void scale_note(struct canvas *c, struct rect r, const struct model *m,
                       const char *signs, uint64_t most, const char *what)
{
    char width[48];

    canvas_print(c, r.x, r.y + r.h - 1, r.w, PAINT_FAINT, "%s; a column is %s %s, the highest is %"
                 PRIu64 " %s", signs, model_time(m->config, (m->now + 1) / r.w, 3, width,
                                                 sizeof width),
                 m->config->unit_name, most, what);
}

static void draw_faults(struct canvas *c, struct rect r, const struct model *m)
{
    uint64_t most = 0;
    int height = r.h - 1;

    for (int x = 0; x < r.w; x++) {
        struct memory_counts n = column_faults(m, r, x);

        most = n.minor + n.major > most ? n.minor + n.major : most;
    }
    if (!most) {
        canvas_text(c, r.x, r.y, r.w, PAINT_FAINT, "no page fault so far");
        return;
    }
    for (int x = 0; x < r.w; x++) {
        struct memory_counts n = column_faults(m, r, x);
        int major = (int)(n.major * (unsigned)height / most);
        int all = (int)(((n.minor + n.major) * (unsigned)height + most - 1) / most);

        for (int y = 0; y < all; y++)
            canvas_put(c, r.x + x, r.y + height - 1 - y, y < major ? PAINT_BAD : PAINT_GOOD,
                       y < major ? '#' : '+');
    }
    scale_note(c, r, m, "# major + minor", most, "faults");
}

/* Pages of the i-th task in a sample, or, behind the last one, of all that are not shown. */
static uint32_t set_of(const struct memory_now *s, unsigned i)
{
    uint32_t rest = s->windows ? s->working_set : s->resident;

    if (i < s->n)
        return s->windows ? s->task[i].working_set : s->task[i].resident;
    for (unsigned k = 0; k < s->n; k++)
        rest -= set_of(s, k);
    return rest;
}

/* Tasks on top of each other; where they are higher than memory, it does not suffice. */
static void draw_set_column(struct canvas *c, struct rect r, const struct model *m, int x,
                            const struct memory_now *s, uint64_t most)
{
    int height = r.h - 1, y = 0;
    uint64_t sum = 0;

    for (unsigned i = 0; i <= s->n; i++) {
        bool shown = i < s->n;
        int to;

        sum += set_of(s, i);
        to = (int)((sum * (unsigned)height + most - 1) / most);
        for (; y < to && y < height; y++)
            canvas_put(c, r.x + x, r.y + height - 1 - y,
                       shown ? model_paint(s->task[i].tid) : PAINT_FAINT,
                       shown ? (uint32_t)(unsigned char)model_symbol(m, s->task[i].tid) : '?');
    }
    int line = (int)((uint64_t)s->frames * (unsigned)height / most);
    if (line < height && line >= y)
        canvas_put(c, r.x + x, r.y + height - 1 - line, PAINT_FAINT, '-');
}

static void draw_sets(struct canvas *c, struct rect r, const struct model *m)
{
    const struct membook *b = m->memory;
    const struct memory_sample *s;
    uint64_t most = 0;

    for (uint32_t i = 0; i < b->n; i++) {
        const struct memory_now *n = &b->sample[i].now;
        uint64_t all = n->windows ? n->working_set : n->resident;

        most = all > most ? all : most;
    }
    if (!most) {
        canvas_text(c, r.x, r.y, r.w, PAINT_FAINT, "no window is over yet, or nothing was used");
        return;
    }
    const struct memory_now *last = &b->sample[b->n - 1].now;
    if (last->frames > most && last->frames < 3 * most)
        most = last->frames;    /* the line is worth seeing */
    for (int x = 0; x < r.w; x++)
        if ((s = membook_at(b, column_at(m, r, x + 1) - 1)))
            draw_set_column(c, r, m, x, &s->now, most);
    scale_note(c, r, m, last->windows ? "pages used in the last window, - memory"
                                      : "pages in memory, - memory", most, "pages");
}

/* --- one of them --- */

static void draw_picture(struct canvas *c, struct rect r, const struct model *m, struct look *l)
{
    switch (l->memory_page) {
    case FRAMES: draw_frames(c, r, m, l); break;
    case PAGES:  draw_pages(c, r, m, l); break;
    case TLB:    draw_tlb(c, r, m, l); break;
    case FAULTS: draw_faults(c, r, m); break;
    default:     draw_sets(c, r, m); break;
    }
}

static void draw(struct canvas *c, struct rect r, const struct model *m, struct look *l)
{
    static const char *const pictures[MEMORY_PAGES] = {
        [FRAMES] = "frames", [PAGES] = "pages", [TLB] = "translations", [FAULTS] = "faults",
        [SETS] = "working sets",
    };
    char note[2 * MODEL_NAME + 60], name[MODEL_NAME];

    if (r.h < 3 || r.w < 12)
        return;
    bool there = m->machine && !m->crash[0] && m->ops->nframes &&
                 m->ops->nframes(m->machine);
    bool one = l->memory_page == PAGES;
    snprintf(note, sizeof note, "%s%s%s (%u of %u, M: %s)", pictures[l->memory_page],
             one ? " of " : "", one ? model_name(m, l->selected, name, sizeof name) : "",
             l->memory_page + 1, MEMORY_PAGES, pictures[(l->memory_page + 1) % MEMORY_PAGES]);
    pane_title(c, &r, view_memory.name, l->active == PANE_MEMORY, note);
    r.x++;
    r.w -= 2;
    l->memory_rows = (uint32_t)r.h;
    if (there)
        draw_picture(c, r, m, l);
    else
        canvas_text(c, r.x, r.y, r.w, PAINT_FAINT, "there is no memory to look at in this run");
}

const struct view_ops view_memory = { "Memory", draw };
