/* tui/paper.h - what a program printed, as a terminal would show it: tabs, carriage returns and
 * backspaces, UTF-8, wide characters, lines that go on below, and the few escape sequences that
 * move the cursor or rub out. Colours are left out; so is what is no text.
 *
 * A terminal's screen has rows; paper has as many as were printed, and keeps the last of them.
 * ECMA-48, "Control Functions"; what a sequence names that is not known here is skipped whole.
 */
#ifndef TUI_PAPER_H
#define TUI_PAPER_H

#include <tui/canvas.h>

enum { PAPER_RING = 512,        /* rows of the sheet */
       PAPER_ROWS = PAPER_RING - 1 };   /* that are kept: one may be begun and not stand yet */

struct paper {
    struct canvas sheet;        /* a ring of PAPER_RING rows; owned */
    uint32_t rows;              /* how many there were, 1 or more; row i stands at i % PAPER_RING */
};

/* Write `size` bytes on paper `width` columns wide; what stood there is gone. `ascii` as a
 * canvas has it. False: no memory, or no width. */
bool paper_write(struct paper *p, int width, bool ascii, const char *text, uint32_t size);
void paper_free(struct paper *p);

#endif
