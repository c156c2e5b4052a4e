/* canvas.c - cells, UTF-8 in and out, and the ASCII twins of the glyphs we draw. */
#include <tui/canvas.h>

#include <sim/utf8.h>
#include <stat/label.h>
#include <stat/strip.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool canvas_resize(struct canvas *c, int w, int h)
{
    struct cell *cells = NULL;

    if (w > 0 && h > 0)
        cells = realloc(c->cells, sizeof *cells * (size_t)w * (size_t)h);
    if (!cells) {
        free(c->cells);
        w = h = 0;
    }
    c->cells = cells;
    c->w = w;
    c->h = h;
    canvas_clear(c);
    return cells != NULL;
}

void canvas_free(struct canvas *c)
{
    free(c->cells);
    c->cells = NULL;
    c->w = c->h = 0;
}

void canvas_clear(struct canvas *c)
{
    canvas_fill(c, (struct rect){ 0, 0, c->w, c->h }, PAINT_PLAIN, ' ');
}

/* --- text --- */

uint32_t text_next(const char **text)
{
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    const unsigned char *s = (const unsigned char *)*text;
    uint32_t ch = *s++;
    int n = 1;

    if (ch >= 0xc2 && ch < 0xf5) {
        n = ch < 0xe0 ? 2 : ch < 0xf0 ? 3 : 4;
        ch &= 0x7fu >> n;
        for (int i = 1; i < n; i++, s++) {
            if ((*s & 0xc0) != 0x80) {
                *text = (const char *)s;
                return '?';
            }
            ch = ch << 6 | (*s & 0x3f);
        }
        if (ch < least[n] || ch > 0x10ffff || (ch >= 0xd800 && ch < 0xe000))
            ch = '?';
    } else if (ch >= 0x80) {
        ch = '?';
    }
    *text = (const char *)s;
    return ch < 0x20 || (ch >= 0x7f && ch < 0xa0) ? '?' : ch;
}

/* Enough of Unicode's East Asian Width for names that people give to processes:
 * wcwidth() depends on the locale, and a canvas must not. */
int glyph_width(uint32_t ch)
{
    static const struct { uint32_t from, to; int width; } range[] = {
        { 0x0300, 0x036f, 0 }, { 0x200b, 0x200f, 0 }, { 0xfe00, 0xfe0f, 0 },
        { 0x1100, 0x115f, 2 }, { 0x2e80, 0xa4cf, 2 }, { 0xac00, 0xd7a3, 2 },
        { 0xf900, 0xfaff, 2 }, { 0xfe30, 0xfe6f, 2 }, { 0xff00, 0xff60, 2 },
        { 0xffe0, 0xffe6, 2 }, { 0x1f300, 0x1faff, 2 }, { 0x20000, 0x3fffd, 2 },
    };

    for (size_t i = 0; ch >= 0x300 && i < sizeof range / sizeof *range; i++)
        if (ch >= range[i].from && ch <= range[i].to)
            return range[i].width;
    return 1;
}

int text_width(const char *text)
{
    int w = 0;

    while (*text)
        w += glyph_width(text_next(&text));
    return w;
}

/* Every glyph beyond ASCII that the views use, and what stands for it. */
static uint32_t to_ascii(uint32_t ch)
{
    static const struct { uint32_t ch; char ascii; } twin[] = {
        { 0x2500, '-' }, { 0x2502, '|' }, { 0x251c, '+' }, { 0x253c, '+' },
        { 0x2524, '+' }, { 0x252c, '+' }, { 0x2534, '+' }, { 0x2550, '=' },
        { 0x00b7, '.' }, { 0x2026, '~' }, { 0x2592, '%' }, { 0x2591, ':' },
        { 0x25b6, '>' }, { 0x25a0, '#' }, { 0x2016, '"' }, { 0x25b2, '^' },
        { 0x25bc, 'v' }, { 0x2192, '>' }, { 0x203a, '>' },
        { 0x2261, '*' }, { 0x23f8, '"' }, { 0x2715, 'x' }, { 0x2190, '<' },
        { 0x2191, '^' }, { 0x2193, 'v' }, { 0x00d7, 'x' }, { 0x25c0, '<' },
        { 0x250c, '+' }, { 0x2510, '+' }, { 0x2514, '+' }, { 0x2518, '+' },
    };

    if (ch > 0x2580 && ch <= 0x2588)
        return (unsigned char)strip_ascii(ch);
    for (size_t i = 0; i < sizeof twin / sizeof *twin; i++)
        if (twin[i].ch == ch)
            return (uint32_t)twin[i].ascii;
    return '?';
}

/* --- drawing --- */

void canvas_put(struct canvas *c, int x, int y, unsigned style, uint32_t ch)
{
    if (x < 0 || y < 0 || x >= c->w || y >= c->h)
        return;
    if (c->ascii && ch >= 0x80)
        ch = to_ascii(ch);
    if (glyph_width(ch) == 2 && x + 1 >= c->w)
        ch = '?';
    c->cells[y * c->w + x] = (struct cell){ ch, (uint16_t)style };
    if (glyph_width(ch) == 2)
        c->cells[y * c->w + x + 1] = (struct cell){ 0, (uint16_t)style };
}

void canvas_fill(struct canvas *c, struct rect r, unsigned style, uint32_t ch)
{
    for (int y = r.y; y < r.y + r.h && y < c->h; y++)
        for (int x = r.x; x < r.x + r.w && x < c->w; x++)
            canvas_put(c, x, y, style, ch);
}

void canvas_restyle(struct canvas *c, struct rect r, unsigned style)
{
    for (int y = r.y < 0 ? 0 : r.y; y < r.y + r.h && y < c->h; y++)
        for (int x = r.x < 0 ? 0 : r.x; x < r.x + r.w && x < c->w; x++)
            c->cells[y * c->w + x].style = (uint16_t)style;
}

int canvas_text(struct canvas *c, int x, int y, int limit, unsigned style,
                const char *text)
{
    bool cut = text_width(text) > limit;
    int used = 0;

    while (*text) {
        uint32_t ch = text_next(&text);
        int width = c->ascii && ch >= 0x80 ? 1 : glyph_width(ch);

        if (used + width > limit - cut)
            break;
        if (width)
            canvas_put(c, x + used, y, style, ch);
        used += width;
    }
    if (cut && limit > 0)
        canvas_put(c, x + used++, y, style, 0x2026);
    return used;
}

int canvas_name(struct canvas *c, int x, int y, int limit, unsigned style, const char *name)
{
    char text[256];

    return canvas_text(c, x, y, limit, style,
                       label_fit(name, limit > 0 ? (unsigned)limit : 0, "\u2026", text, sizeof text));
}

int canvas_print(struct canvas *c, int x, int y, int limit, unsigned style,
                 const char *format, ...)
{
    char text[512];
    va_list ap;

    va_start(ap, format);
    vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    return canvas_text(c, x, y, limit, style, text);
}

int canvas_right(struct canvas *c, int x, int y, int limit, unsigned style,
                 const char *text)
{
    int width = text_width(text);

    if (width > limit)
        width = limit;
    return canvas_text(c, x - width, y, width, style, text);
}

/* --- for tests --- */

char *canvas_to_text(const struct canvas *c)
{
    char *text = malloc((size_t)c->h * ((size_t)c->w * 4 + 1) + 1), *out = text;

    if (!text)
        return NULL;
    for (int y = 0; y < c->h; y++) {
        const struct cell *row = &c->cells[y * c->w];
        int end = c->w;

        while (end > 0 && row[end - 1].ch == ' ')
            end--;
        for (int x = 0; x < end; x++)
            if (row[x].ch)
                out += utf8_encode(row[x].ch, out);
        *out++ = '\n';
    }
    *out = '\0';
    return text;
}

static char paint_letter(unsigned paint)
{
    if (paint == PAINT_PLAIN)
        return '.';
    if (paint < PAINT_TASK)
        return (char)('A' + paint - 1);
    return "0123456789ab"[(paint - PAINT_TASK) % PAINT_TASKS];
}

char *canvas_to_paints(const struct canvas *c)
{
    char *text = malloc((size_t)c->h * ((size_t)c->w + 1) + 1), *out = text;

    if (!text)
        return NULL;
    for (int y = 0; y < c->h; y++) {
        for (int x = 0; x < c->w; x++)
            *out++ = paint_letter(c->cells[y * c->w + x].style & STYLE_PAINT);
        *out++ = '\n';
    }
    *out = '\0';
    return text;
}
