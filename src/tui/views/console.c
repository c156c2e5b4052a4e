/* console.c - what the console of the selected program shows. */
#include <tui/view.h>

#include <stdio.h>

enum { MOST_LINES = 512 };

/* Where the lines of a text start when it is wrapped at `width` columns; the last
 * MOST_LINES of them, as a ring. Returns how many lines there are. */
static uint32_t wrap(const char *text, uint32_t size, int width,
                     uint32_t start[MOST_LINES])
{
    uint32_t n = 0;
    int used = 0;

    start[n++ % MOST_LINES] = 0;
    for (uint32_t i = 0; i < size; i++) {
        if (text[i] == '\n' || used == width) {
            start[n++ % MOST_LINES] = text[i] == '\n' ? i + 1 : i;
            used = text[i] != '\n';
        } else {
            used++;
        }
    }
    if (start[(n - 1) % MOST_LINES] == size && n > 1)
        n--;                    /* the text ends in a newline */
    return n;
}

static void draw_line(struct canvas *c, struct rect r, const char *text, uint32_t size)
{
    char line[1024];
    uint32_t n = 0;

    while (n < size && n < sizeof line - 1 && text[n] != '\n') {
        line[n] = text[n] == '\t' ? ' ' : text[n] ? text[n] : '?';
        n++;
    }
    if (n && line[n - 1] == '\r')
        n--;
    line[n] = '\0';
    canvas_text(c, r.x, r.y, r.w, PAINT_PLAIN, line);
}

static void draw_text(struct canvas *c, struct rect r, struct look *l, const char *text,
                      uint32_t size)
{
    uint32_t start[MOST_LINES], n = wrap(text, size, r.w, start);
    uint32_t rows = (uint32_t)r.h, kept = n < MOST_LINES ? n : MOST_LINES;
    uint32_t most = kept > rows ? kept - rows : 0, last;

    if (l->console_back > most)
        l->console_back = most;
    last = n - l->console_back;
    for (uint32_t i = 0; i < rows && i + (n - kept) < last; i++) {
        uint32_t line = last > rows ? last - rows + i : i;
        uint32_t from = start[line % MOST_LINES];
        uint32_t to = line + 1 < n ? start[(line + 1) % MOST_LINES] : size;

        if (line < last)
            draw_line(c, (struct rect){ r.x, r.y + (int)i, r.w, 1 }, text + from,
                      to - from);
    }
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
