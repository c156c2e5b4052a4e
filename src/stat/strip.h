/* stat/strip.h - a row of a Gantt chart: time cut into cells, each one glyph.
 *
 * One drawing for the printed report and for the screens: what a cell shows is decided
 * here, and where the glyphs go is the caller's. A cell belongs to the task that has at
 * least half of it; where several share it and none has that much, it shows that; where
 * less than half of it is used, how much. It knows nothing of colours, labels and scales.
 */
#ifndef STAT_STRIP_H
#define STAT_STRIP_H

#include <ossim/types.h>
#include <sim/config.h>

enum { STRIP_KNOWN = 4 };

struct strip_cell {             /* begins as all zeroes */
    ns_t used;                  /* of the cell, by anybody */
    struct { tid_t tid; ns_t share; } top[STRIP_KNOWN];
    uint8_t ntop;               /* tasks in `top`; more than STRIP_KNOWN are only counted */
    bool crowd;                 /* there were more */
};

struct strip {
    ns_t from, cell, end;       /* the first cell begins at `from`; the last may be cut */
    unsigned n;                 /* cells */
    struct strip_cell *cells;   /* the caller's */
};

/* A task has [from, to). */
void strip_add(struct strip *s, ns_t from, ns_t to, tid_t tid);

enum strip_kind {
    STRIP_EMPTY,                /* nobody */
    STRIP_TASK,                 /* tid has half of it or more */
    STRIP_SHARED,               /* several have it together, none half */
    STRIP_PART,                 /* less than half of it is used */
};

/* eighths of the cell that are used: 0 .. 8, at least 1 unless it is empty. */
struct strip_view { enum strip_kind kind; tid_t tid; unsigned eighths; };
struct strip_view strip_view(const struct strip *s, unsigned i);

/* Glyphs, as Unicode characters. */
enum { STRIP_IDLE_GLYPH = 0xb7, STRIP_SHARED_GLYPH = 0x2261, STRIP_BAR_GLYPH = 0x2500 };

/* What stands for a glyph where there is only ASCII. */
char strip_ascii(uint32_t glyph);

struct strip_pen {
    void *ctx;
    /* UTF-8; may use buf. */
    const char *(*name)(void *ctx, tid_t tid, char *buf, size_t size);
    char (*symbol)(void *ctx, tid_t tid);
    /* Glyph x of the row; tid is TID_NONE where it is nobody's. */
    void (*put)(void *ctx, unsigned x, uint32_t glyph, tid_t tid);
};

/* Who had a hart, or a lock: in a stretch that is long enough the task's name and a bar,
 * in a shorter one its symbol. */
void strip_draw_owners(const struct strip *s, const struct strip_pen *pen);
/* How much of each cell one task had, in eighths. */
void strip_draw_shares(const struct strip *s, const struct strip_pen *pen);

/* A symbol for each of the first n tasks of the config, told apart as long as the pool
 * lasts: the digit at the end of a name (T1), a letter of its own, or any. */
void strip_symbols(const struct config *c, char *symbol, size_t n);
/* That of a task beyond those. */
char strip_symbol(tid_t tid);

#endif
