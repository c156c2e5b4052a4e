/* help.c - the page of keys, written from command.def. */
#include <tui/view.h>

#include <stdio.h>
#include <tui/keys.h>

enum { ENTRY = 64 };            /* columns of an entry when there are two a row */

static void draw_entry(struct canvas *c, int x, int y, int limit, enum command command)
{
    const struct command_info *k = command_info(command);
    char keys[40];

    if (k->fkey)
        snprintf(keys, sizeof keys, "F%d %s", k->fkey, k->keys);
    else
        snprintf(keys, sizeof keys, "%s", k->keys);
    canvas_right(c, x + 14, y, 14, PAINT_HEAD | STYLE_BOLD, keys);
    canvas_text(c, x + 16, y, limit - 17, PAINT_PLAIN, k->what);
}

/* What the workload says of itself, in whole, as far as it is not scrolled away. */
static void draw_about(struct canvas *c, struct rect r, const char *about, int lines, int top)
{
    char text[4096];
    const char *rest = text;

    snprintf(text, sizeof text, "%s", about);
    for (int i = 0; i < lines; i++) {
        struct rect line = { r.x + 1, r.y + i - top, r.w - 2, 1 };
        const char *next = wrapped_rest(line.w, rest);

        if (i >= top && i - top < r.h)
            wrapped_text(c, line, PAINT_PLAIN | STYLE_BOLD, rest);
        rest = next;
    }
}

static void draw(struct canvas *c, struct rect r, const struct model *m, struct look *l)
{
    int across = r.w >= 2 * ENTRY ? 2 : 1, width = r.w / across;
    struct rect whole = { r.x + 1, r.y, r.w - 2, 1000 };
    const char *about = m->config->about ? m->config->about : "";
    int head = *about ? wrapped_text(NULL, whole, 0, about) + 1 : 0;
    int n = COMMANDS - 1, rows = head + (n + across - 1) / across;
    char note[80];

    l->help_rows = r.h > 1 ? (uint32_t)r.h - 1 : 1;
    snprintf(note, sizeof note, "page %u of %u: PgDn, PgUp; any other key leaves",
             (l->help_top + l->help_rows - 1) / l->help_rows + 1,
             ((uint32_t)rows + l->help_rows - 1) / l->help_rows);
    pane_title(c, &r, view_help.name, true, note);
    if (l->help_top + l->help_rows > (uint32_t)rows)
        l->help_top = (uint32_t)rows > l->help_rows ? (uint32_t)rows - l->help_rows : 0;
    if (head)
        draw_about(c, r, about, head - 1, (int)l->help_top);
    for (int i = 0; i < n; i++) {
        int y = head + i % (rows - head) - (int)l->help_top;

        if (y >= 0 && y < r.h)
            draw_entry(c, r.x + i / (rows - head) * width, r.y + y, width,
                       (enum command)(i + 1));
    }
}

const struct view_ops view_help = { "Keys", draw };
