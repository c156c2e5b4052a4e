/* tui/layout.h - where each pane stands on a screen of a given size. */
#ifndef TUI_LAYOUT_H
#define TUI_LAYOUT_H

#include <tui/view.h>

enum { LAYOUT_LEAST_WIDTH = 40, LAYOUT_LEAST_HEIGHT = 12 };

struct layout {
    bool fits;                  /* false: the screen is too small for anything */
    struct rect head, bar;
    struct rect pane[PANES];    /* h = 0: not on the screen */
};

struct layout layout_make(int w, int h, const struct model *m, const struct look *l);

/* The pane after (or before) one, among those that can be shown. */
enum pane layout_next(const struct layout *y, const struct look *l, int step);

#endif
