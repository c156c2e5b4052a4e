/* memory.c - who has the frames, where the selected process's pages are, and when there were
 * faults: three pictures, one after the other by the same key. */
#include <tui/view.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FRAMES, PAGES, FAULTS, PICTURES, FIELD = 38 };

/* --- the map of frames --- */

static void put_frame(struct canvas *c, int x, int y, const struct model *m,
                      const struct peek_frame *f)
{
    static const char sign[] = { [PEEK_FREE] = '.', [PEEK_KERNEL] = '#', [PEEK_PAGE] = '?',
                                 [PEEK_COMING] = '>', [PEEK_GOING] = '<' };
    bool owned = f->tid != TID_NONE && f->tid < m->ntasks;
    unsigned style = owned ? model_paint(f->tid) : PAINT_FAINT;
    char ch = f->use == PEEK_PAGE && owned ? model_symbol(m, f->tid) : sign[f->use];

    if (f->use == PEEK_PAGE)
        style |= (f->dirty ? STYLE_BOLD | STYLE_UNDERLINE : 0u) |
                 (f->pinned ? STYLE_REVERSE : 0u);
    if (f->use == PEEK_PAGE && !f->accessed && !f->dirty && !f->pinned)
        style = PAINT_FAINT;
    canvas_put(c, x, y, style, (uint32_t)(unsigned char)ch);
}

static void draw_frames(struct canvas *c, struct rect r, const struct model *m, struct look *l)
{
    uint32_t all = m->ops->nframes(m->machine), columns = (uint32_t)r.w;
    uint32_t rows = (all + columns - 1) / columns, shown = (uint32_t)r.h - 1;
    struct peek_frame *f = calloc(columns, sizeof *f);

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
    canvas_text(c, r.x, r.y + r.h - 1, r.w, PAINT_FAINT,
                ". free  # kernel  > coming  < going; underlined: dirty, faint: not used lately");
}

/* --- pages of the selected process --- */

static void draw_pages(struct canvas *c, struct rect r, const struct model *m, struct look *l)
{
    uint32_t across = (uint32_t)(r.w / FIELD ? r.w / FIELD : 1), rows = (uint32_t)r.h;
    struct peek_page p;
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

/* --- faults over time --- */

static void draw_faults(struct canvas *c, struct rect r, const struct model *m)
{
    uint32_t most = 0, last = 0, columns = (uint32_t)r.w;
    int height = r.h - 1;

    for (uint32_t i = 0; i < MODEL_RATES; i++) {
        uint32_t sum = m->rate[i].minor + m->rate[i].major;

        most = sum > most ? sum : most;
        last = sum ? i : last;
    }
    if (!most) {
        canvas_text(c, r.x, r.y, r.w, PAINT_FAINT, "no page fault so far");
        return;
    }
    uint32_t from = last + 1 > columns ? last + 1 - columns : 0;
    for (uint32_t i = from; i <= last; i++) {
        uint64_t sum = m->rate[i].minor + m->rate[i].major;
        int major = (int)((uint64_t)m->rate[i].major * (unsigned)height / most);
        int all = (int)((sum * (unsigned)height + most - 1) / most);

        for (int y = 0; y < all; y++)
            canvas_put(c, r.x + (int)(i - from), r.y + height - 1 - y,
                       y < major ? PAINT_BAD : PAINT_GOOD, y < major ? '#' : '+');
    }
    canvas_print(c, r.x, r.y + height, r.w, PAINT_FAINT,
                 "# major + minor; a column is %" PRId64 ".%03" PRId64 " %s, the highest has %" PRIu32,
                 m->rate_width / m->config->time_unit,
                 m->rate_width % m->config->time_unit * 1000 / m->config->time_unit,
                 m->config->unit_name, most);
}

/* --- one of them --- */

static void draw(struct canvas *c, struct rect r, const struct model *m, struct look *l)
{
    unsigned picture = l->memory_page % PICTURES;
    char note[MODEL_NAME + 60], name[MODEL_NAME];

    if (r.h < 3 || r.w < 12)
        return;
    bool there = m->machine && !m->crash[0] && m->ops->nframes &&
                 m->ops->nframes(m->machine);
    snprintf(note, sizeof note, "%s   M: %s",
             picture == FRAMES ? "frames" : picture == PAGES
                 ? model_name(m, l->selected, name, sizeof name) : "faults",
             picture == FRAMES ? "pages" : picture == PAGES ? "faults" : "frames");
    pane_title(c, &r, view_memory.name, l->active == PANE_MEMORY, note);
    r.x++;
    r.w -= 2;
    l->memory_rows = (uint32_t)r.h;
    if (!there)
        canvas_text(c, r.x, r.y, r.w, PAINT_FAINT, "there is no memory to look at in this run");
    else if (picture == FRAMES)
        draw_frames(c, r, m, l);
    else if (picture == PAGES)
        draw_pages(c, r, m, l);
    else
        draw_faults(c, r, m);
}

const struct view_ops view_memory = { "Memory", draw };
