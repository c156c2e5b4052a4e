/* tui/scene.h - the picture of a kernel's structure: what stands in one box, and who; part of
 * the structure's view. */
#ifndef TUI_SCENE_H
#define TUI_SCENE_H

#include <tui/view.h>

enum { SCENE_PLACES = 18, SCENE_LABEL = 8, SCENE_USERS = 64 };

struct place {                  /* a row of the picture, from the top */
    char label[12];
    uint32_t set;               /* services, and 1: programs */
    bool apart;                 /* each has memory of its own */
    bool wall;                  /* between it and the row above */
};

struct scene {
    struct canvas *c;
    const struct model *m;
    struct look *l;
    struct rect r;              /* lines are counted from its top, scrolled ones too */
    struct peek_service service[PEEK_SERVICES];
    unsigned n;                 /* of them, the user's place 0 included */
    struct place place[SCENE_PLACES];
    unsigned nplaces;
    tid_t user[SCENE_USERS];    /* tasks that are no servers and not over */
    unsigned nusers;
    int guests;                 /* columns of their boxes; 0: there are none */
    int total;                  /* lines */
};

/* Text in a line, from column x of the area; it is drawn if the line is not scrolled away.
 * Returns its width either way. */
int scene_put(const struct scene *s, int x, int line, unsigned style, const char *text);
/* "file", "d:disk", "user". */
const char *scene_name(const struct scene *s, unsigned v, char *buf, size_t size);

/* Which places the kernel's model has. */
void scene_places(struct scene *s);
/* Columns that they would like to have, so that each stands in one line. */
int scene_width(const struct scene *s);
/* Lines that they need with edges around what shares memory. */
int scene_lines(const struct scene *s);
/* Draw them from `line` on, with such edges, or a line for each; what does not fit into the
 * area's width goes on in further lines. Returns the line below. */
int scene_draw(const struct scene *s, int line, bool edges);

#endif
