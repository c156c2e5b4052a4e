/* console.c - what the console of the selected program shows. */
#include <tui/paper.h>
#include <tui/view.h>

#include <stdio.h>

static void draw_row(struct canvas *c, struct rect r, const struct paper *p, uint32_t row)
{
    const struct cell *cell = &p->sheet.cells[(int)(row % PAPER_RING) * p->sheet.w];

    for (int x = 0; x < r.w; x++)
        if (cell[x].ch)         /* 0: the right half of what stands before it */
            canvas_put(c, r.x + x, r.y, cell[x].style, cell[x].ch);
}

static void draw_text(struct canvas *c, struct rect r, struct look *l, const char *text,
                      uint32_t size)
{
    struct paper paper = { 0 };
    uint32_t rows = (uint32_t)r.h, kept, most, first;

    if (!paper_write(&paper, r.w, c->ascii, text, size))
        return;
    kept = paper.rows < PAPER_ROWS ? paper.rows : PAPER_ROWS;
    most = kept > rows ? kept - rows : 0;
    if (l->console_back > most)
        l->console_back = most;
    first = paper.rows - kept + most - l->console_back;
    for (uint32_t i = 0; i < rows && first + i < paper.rows; i++)
        draw_row(c, (struct rect){ r.x, r.y + (int)i, r.w, 1 }, &paper, first + i);
    paper_free(&paper);
}

static void draw(struct canvas *c, struct rect r, const struct model *m, struct look *l)
{
    const struct model_task *t =
        l->selected < m->ntasks ? &m->tasks[model_console(m, l->selected)] : NULL;
    char note[MODEL_NAME + 40], name[MODEL_NAME];

    if (r.h < 2)
        return;
    snprintf(note, sizeof note, "%s   t types to it",
             model_name(m, l->selected, name, sizeof name));
    pane_title(c, &r, view_console.name, l->active == PANE_CONSOLE, note);
    r.x++;
    r.w -= 2;
    l->console_rows = (uint32_t)r.h;
    if (r.w < 1)
        return;
    if (t && t->text_size)
        draw_text(c, r, l, t->text, t->text_size);
    else
        canvas_print(c, r.x, r.y, r.w, PAINT_FAINT, "%s has printed nothing", name);
}

const struct view_ops view_console = { "Console", draw };
