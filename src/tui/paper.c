/* paper.c - text, control characters and escape sequences onto rows of cells. */
#include <tui/paper.h>

#include <string.h>

enum { TAB = 8, ESCAPE = 033, BELL = 7, MOST_NUMBERS = 2, FARTHEST = 1 << 14,
       SCREEN_ROWS = 128 };

struct pen {
    struct paper *paper;
    int x, width;               /* x == width: the next character goes below */
    uint32_t y, top;            /* top: the screen's first row, since it was cleared */
};

static void clear_row(struct pen *p, int from, int to)
{
    canvas_fill(&p->paper->sheet, (struct rect){ from, (int)(p->y % PAPER_RING), to - from, 1 },
                PAINT_PLAIN, ' ');
}

/* A flood has some 16,000 rows, and is laid out at each redraw: cell by cell that took longer
 * than all else. */
static void blank_row(struct pen *p)
{
    struct canvas *sheet = &p->paper->sheet;
    struct cell *row = &sheet->cells[(int)(p->y % PAPER_RING) * sheet->w];

    for (int x = 0; x < sheet->w; x++)
        row[x] = (struct cell){ .ch = ' ', .style = PAINT_PLAIN };
}

static void go_to_row(struct pen *p, uint32_t y)
{
    while (p->paper->rows <= y) {
        p->y = p->paper->rows++;
        blank_row(p);
    }
    p->y = y;
}

static void put(struct pen *p, uint32_t ch)
{
    int wide = p->paper->sheet.ascii && ch >= 0x80 ? 1 : glyph_width(ch);

    if (!wide)
        return;
    if (p->x + wide > p->width) {
        go_to_row(p, p->y + 1);
        p->x = 0;
    }
    canvas_put(&p->paper->sheet, p->x, (int)(p->y % PAPER_RING), PAINT_PLAIN, ch);
    p->x += wide;
}

/* Behind the last column the cursor still stands on it. */
static int column_of(const struct pen *p)
{
    return p->x < p->width ? p->x : p->width - 1;
}

static void tab(struct pen *p)
{
    int to = (p->x / TAB + 1) * TAB;

    p->x = to < p->width ? to : p->width - 1;
}

/* --- escape sequences --- */

/* Rows that are no longer kept, and columns that there are not, cannot be reached; nor what is
 * far below all text, so that jumps cost no more than the text has bytes. */
static void move(struct pen *p, int64_t y, int64_t x)
{
    int64_t last = p->paper->rows - 1, foot = (int64_t)p->top + SCREEN_ROWS - 1;

    int64_t oldest = p->paper->rows > PAPER_ROWS ? p->paper->rows - PAPER_ROWS : 0;

    oldest = oldest > p->top ? oldest : p->top;
    last = last > foot ? last : foot;
    go_to_row(p, (uint32_t)(y < oldest ? oldest : y < last ? y : last));
    p->x = x < 0 ? 0 : x < p->width ? (int)x : p->width - 1;
}

/* CSI J: below the cursor; 2 and 3: all, so that a new screen begins. */
static void rub_out_screen(struct pen *p, int how)
{
    uint32_t y = p->y;

    if (how >= 2) {
        go_to_row(p, p->paper->rows);
        p->top = p->y;
        return;
    }
    for (p->y++; how == 0 && p->y < p->paper->rows; p->y++)
        clear_row(p, 0, p->width);
    p->y = y;
    clear_row(p, how ? 0 : p->x, how ? p->x + 1 : p->width);
}

static void control(struct pen *p, char final, const int *number)
{
    int by = number[0] > 0 ? number[0] : 1, column = number[1] > 0 ? number[1] : 1;

    p->x = final == 'm' ? p->x : column_of(p);
    switch (final) {
    case 'A':
        move(p, (int64_t)p->y - by, p->x);
        break;
    case 'B':
        move(p, (int64_t)p->y + by, p->x);
        break;
    case 'C':
        move(p, p->y, (int64_t)p->x + by);
        break;
    case 'D':
        move(p, p->y, (int64_t)p->x - by);
        break;
    case 'G':
        move(p, p->y, by - 1);
        break;
    case 'H': case 'f':
        move(p, (int64_t)p->top + by - 1, column - 1);
        break;
    case 'J':
        rub_out_screen(p, number[0]);
        break;
    case 'K':
        clear_row(p, number[0] ? 0 : p->x, number[0] == 1 ? p->x + 1 : p->width);
        break;
    default:
        break;
    }
}

/* CSI, numbers, intermediate bytes, one final byte (ECMA-48, 5.4). Behind it. */
static const char *control_sequence(struct pen *p, const char *s, const char *end)
{
    int number[MOST_NUMBERS] = { 0 }, n = 0;
    bool private = s < end && *s >= '<' && *s <= '?';

    for (; s < end && *s >= 0x20 && *s < 0x40; s++) {
        if (*s == ';')
            n++;
        else if (*s >= '0' && *s <= '9' && n < MOST_NUMBERS && number[n] < FARTHEST)
            number[n] = number[n] * 10 + (*s - '0');
    }
    if (s == end)
        return end;
    if (!private)
        control(p, *s, number);
    return s + 1;
}

/* Behind an ESC. */
static const char *escape(struct pen *p, const char *s, const char *end)
{
    if (s < end && *s == '[')
        return control_sequence(p, s + 1, end);
    if (s < end && *s == ']') {                 /* a title; it ends with BEL or ESC \ */
        while (s < end && *s != BELL && *s != ESCAPE)
            s++;
        return s < end && *s == BELL ? s + 1 : s;
    }
    while (s < end && *s >= 0x20 && *s < 0x30)
        s++;
    return s < end ? s + 1 : end;
}

/* --- text --- */

static const char *character(struct pen *p, const char *s, const char *end)
{
    char one[5] = { 0 };        /* text_next stops at a NUL, and what is left has none */
    const char *at = one;

    memcpy(one, s, end - s < 4 ? (size_t)(end - s) : 4);
    put(p, text_next(&at));
    return s + (at - one);
}

static const char *special(struct pen *p, const char *s, const char *end)
{
    switch (*s++) {
    case '\n': case '\v': case '\f':
        go_to_row(p, p->y + 1);
        p->x = s[-1] == '\n' ? 0 : p->x;
        break;
    case '\r':
        p->x = 0;
        break;
    case '\b':
        p->x = column_of(p);
        p->x -= p->x > 0;
        break;
    case '\t':
        tab(p);
        break;
    case ESCAPE:
        return escape(p, s, end);
    default:                    /* a bell, a NUL: nothing to be seen */
        break;
    }
    return s;
}

bool paper_write(struct paper *p, int width, bool ascii, const char *text, uint32_t size)
{
    struct pen pen = { .paper = p, .width = width };

    p->sheet.ascii = ascii;
    p->rows = 1;
    if (width < 1 || !canvas_resize(&p->sheet, width, PAPER_RING))
        return false;
    for (const char *s = text, *end = text + size; s < end;)
        s = (unsigned char)*s < 0x20 || *s == 0x7f ? special(&pen, s, end) : character(&pen, s, end);
    if (pen.y + 1 == p->rows && !pen.x && p->rows > 1 && size && text[size - 1] == '\n')
        p->rows--;              /* nothing stands on it yet */
    return true;
}

void paper_free(struct paper *p)
{
    canvas_free(&p->sheet);
}
