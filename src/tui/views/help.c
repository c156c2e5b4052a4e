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

static void draw(struct canvas *c, struct rect r, const struct model *m, struct look *l)
{
    int across = r.w >= 2 * ENTRY ? 2 : 1, width = r.w / across;
    int n = COMMANDS - 1, rows = (n + across - 1) / across;

    (void)m;
    pane_title(c, &r, view_help.name, true, "up and down scroll, any other key leaves");
    l->help_rows = r.h > 0 ? (uint32_t)r.h : 1;
    if (l->help_top + l->help_rows > (uint32_t)rows)
        l->help_top = (uint32_t)rows > l->help_rows ? (uint32_t)rows - l->help_rows : 0;
    for (int i = 0; i < n; i++) {
        int y = i % rows - (int)l->help_top;

        if (y >= 0 && y < r.h)
            draw_entry(c, r.x + i / rows * width, r.y + y, width,
                       (enum command)(i + 1));
    }
}

const struct view_ops view_help = { "Keys", draw };
