/* tui/canvas.h - a grid of cells that views draw on.
 *
 * A canvas knows nothing of terminals: screen.c shows it with ncurses, tests read
 * it as text. Whatever lies outside the grid is cut off, so a view need not ask
 * how large the window is before it draws.
 */
#ifndef TUI_CANVAS_H
#define TUI_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a cell is for; the screen chooses colours, or attributes without colour. */
enum paint {
    PAINT_PLAIN,
    PAINT_BAR,                  /* the head line and the bar of keys */
    PAINT_KEY,                  /* a key's name in the bar */
    PAINT_TITLE,                /* a pane's title */
    PAINT_ACTIVE,               /* the title of the pane that has the keys */
    PAINT_FAINT,                /* rules, axes, what matters least */
    PAINT_HEAD,                 /* column heads and labels */
    PAINT_GOOD,
    PAINT_WARN,
    PAINT_BAD,
    PAINT_SELECT,               /* the selected row */
    PAINT_TASK,                 /* PAINT_TASK + 0 .. PAINT_TASKS - 1: a task's own */
    PAINT_TASKS = 12,
    PAINTS = PAINT_TASK + PAINT_TASKS
};

/* A style is an enum paint with these added. */
enum { STYLE_BOLD = 0x100, STYLE_UNDERLINE = 0x200, STYLE_REVERSE = 0x400,
       STYLE_PAINT = 0xff };

struct rect { int x, y, w, h; };

struct cell {
    uint32_t ch;                /* code point; 0: the right half of a wide one */
    uint16_t style;
};

struct canvas {
    int w, h;
    bool ascii;                 /* turn every glyph into ASCII as it is put */
    struct cell *cells;         /* w * h, row by row; owned */
};

/* Give the canvas a size, all blank. False: no memory, and it has no size. */
bool canvas_resize(struct canvas *c, int w, int h);
void canvas_free(struct canvas *c);
void canvas_clear(struct canvas *c);

void canvas_put(struct canvas *c, int x, int y, unsigned style, uint32_t ch);
void canvas_fill(struct canvas *c, struct rect r, unsigned style, uint32_t ch);
/* Change the style of cells that are already drawn. */
void canvas_restyle(struct canvas *c, struct rect r, unsigned style);

/* UTF-8 text from (x, y), at most `limit` columns; longer text is cut and ends in
 * an ellipsis. Bytes that are no text become '?'. Returns the columns used. */
int canvas_text(struct canvas *c, int x, int y, int limit, unsigned style,
                const char *text);
/* The same, but what is longer loses its middle: names of many alike differ at their ends. */
int canvas_name(struct canvas *c, int x, int y, int limit, unsigned style, const char *name);
/* The same as canvas_text through printf; the text may have 511 bytes. */
int canvas_print(struct canvas *c, int x, int y, int limit, unsigned style,
                 const char *format, ...) __attribute__((format(printf, 6, 7)));
/* So that it ends before column x. Returns the columns used. */
int canvas_right(struct canvas *c, int x, int y, int limit, unsigned style,
                 const char *text);

/* Columns that UTF-8 text takes, and that one code point takes (0, 1, 2). */
int text_width(const char *text);
int glyph_width(uint32_t ch);
/* The next code point; '?' for a malformed or control byte. *text moves on. */
uint32_t text_next(const char **text);

/* The grid as text, a line for each row, without blanks at the ends of lines; and
 * the paint of each cell as a character: '.' plain, 'A'.. by enum paint, tasks
 * '0'..'9' 'a' 'b'. Owned by the caller (free); NULL without memory. */
char *canvas_to_text(const struct canvas *c);
char *canvas_to_paints(const struct canvas *c);

#endif
