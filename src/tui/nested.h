/* tui/nested.h - machines in the machine, as boxes in boxes; part of the structure's view. */
#ifndef TUI_NESTED_H
#define TUI_NESTED_H

#include <tui/view.h>

enum { NESTED_TEXT = 160 };

/* A guest, at any depth, the outer before those in it. */
struct nested {
    struct machine *machine;
    const struct config *config;        /* of its own kernel */
    const char *name;
    unsigned depth;             /* 0: of the machine shown */
    unsigned index;             /* among the guests of its own host */
    struct peek_guest facts;    /* all 0 where nobody can tell */
    char text[NESTED_TEXT];     /* "web: microkernel, 2 cpus, 1 on; lost file" */
    unsigned name_bytes;        /* of the name in it */
    unsigned paint;
};

/* Guest number i in that order; false past the last. */
bool nested_guest(const struct model *m, unsigned i, struct nested *out);
/* Columns that the picture of all of them needs, at most `most`; lines in that many columns,
 * with edges or without: a name that has no room loses its middle, and what a line has no
 * room for even so goes on in the next. */
int nested_width(const struct model *m, int most);
int nested_lines(const struct model *m, int width, bool edges);
/* Draw it in r, of which `top` lines are scrolled away, from line `line` on and in `width`
 * columns from x on. Returns the line below. */
int nested_put(struct canvas *c, struct rect r, const struct model *m, int top, int line, int x,
               int width, bool edges);

#endif
