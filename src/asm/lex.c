/* lex.c - characters, names and messages of the assembler. */
#include <asm/inside.h>

#include <string.h>

/* ---- memory ---- */

void *asm_take(struct asm_state *a, size_t size)
{
    size_t at = (a->mem_used + 15) & ~(size_t)15;

    if (at > a->mem_size || size > a->mem_size - at) {
        a->out_of_memory = true;
        return NULL;
    }
    a->mem_used = at + size;
    memset(a->mem + at, 0, size);
    return a->mem + at;
}

/* ---- text ---- */

bool str_is(struct asm_str s, const char *text)
{
    return strlen(text) == s.n && memcmp(s.p, text, s.n) == 0;
}

struct asm_str asm_decimal(char buf[24], int64_t v)
{
    uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    char *p = buf + 24;

    do
        *--p = (char)('0' + u % 10);
    while (u /= 10);
    if (v < 0)
        *--p = '-';
    return (struct asm_str){ p, (size_t)(buf + 24 - p) };
}

unsigned asm_distance(struct asm_str x, const char *y)
{
    enum { LONGEST = 24 };
    unsigned row[LONGEST + 1];
    size_t n = strlen(y);

    if (x.n > LONGEST || n > LONGEST)
        return LONGEST;
    for (unsigned j = 0; j <= n; j++)
        row[j] = j;
    for (size_t i = 0; i < x.n; i++) {
        unsigned corner = row[0];

        row[0] = (unsigned)i + 1;
        for (size_t j = 0; j < n; j++) {
            unsigned best = corner + (x.p[i] != y[j]);

            corner = row[j + 1];
            if (corner + 1 < best)
                best = corner + 1;
            if (row[j] + 1 < best)
                best = row[j] + 1;
            row[j + 1] = best;
        }
    }
    return row[n];
}

/* ---- errors ---- */

static size_t append(char *out, size_t n, size_t room, struct asm_str s)
{
    for (size_t i = 0; i < s.n && n + 1 < room; i++)
        out[n++] = s.p[i];
    return n;
}

bool asm_fail(struct asm_state *a, const char *at, const char *text, struct asm_str x,
              struct asm_str y)
{
    struct asm_error *e;
    size_t n = 0;

    if (!a->last || a->quiet)
        return false;
    if (a->r->nerrors == ASM_MAX_ERRORS) {
        a->r->more = true;
        return false;
    }
    e = &a->r->error[a->r->nerrors++];
    e->file = a->c.source;
    e->line = a->c.line;
    e->col = at >= a->c.line_start && !a->c.expansion ? (unsigned)(at - a->c.line_start) + 1 : 1;
    for (; *text; text++) {
        if (*text == '%') {
            n = append(e->text, n, sizeof e->text, x);
            x = y;
        } else {
            n = append(e->text, n, sizeof e->text, (struct asm_str){ text, 1 });
        }
    }
    e->text[n] = '\0';
    return false;
}

bool asm_fail0(struct asm_state *a, const char *at, const char *text)
{
    return asm_fail(a, at, text, STR("%"), STR("%"));
}

/* ---- characters ---- */

static char peek(const struct asm_state *a, size_t i)
{
    return (size_t)(a->c.end - a->c.p) > i ? a->c.p[i] : '\n';
}

static void newline(struct asm_state *a)
{
    a->c.p++;
    a->c.line += !a->c.expansion;
    a->c.line_start = a->c.p;
}

static void block_comment(struct asm_state *a)
{
    struct asm_cursor start = a->c, end;

    a->c.p += 2;
    while (a->c.p < a->c.end) {
        if (a->c.p[0] == '*' && peek(a, 1) == '/') {
            a->c.p += 2;
            return;
        }
        if (*a->c.p == '\n')
            newline(a);
        else
            a->c.p++;
    }
    end = a->c;
    a->c = start;
    asm_fail0(a, start.p, "this comment does not end");
    a->c = end;
}

void asm_blank(struct asm_state *a)
{
    while (a->c.p < a->c.end) {
        char ch = *a->c.p;

        if (ch == ' ' || ch == '\t' || ch == '\r' || ch == '\f' || ch == '\v')
            a->c.p++;
        else if (ch == '/' && peek(a, 1) == '*')
            block_comment(a);
        else
            return;
    }
}

bool asm_at_end(struct asm_state *a)
{
    char ch;

    asm_blank(a);
    ch = peek(a, 0);
    return ch == '\n' || ch == ';' || ch == '#' || (ch == '/' && peek(a, 1) == '/');
}

static void skip_quoted(struct asm_state *a, char quote)
{
    a->c.p++;
    while (a->c.p < a->c.end && *a->c.p != quote && *a->c.p != '\n')
        a->c.p += *a->c.p == '\\' && peek(a, 1) != '\n' ? 2 : 1;
    if (a->c.p < a->c.end && *a->c.p == quote)
        a->c.p++;
}

void asm_skip_statement(struct asm_state *a)
{
    while (!asm_at_end(a)) {
        char ch = *a->c.p;

        if (ch == '"')
            skip_quoted(a, ch);
        else if (ch == '\'')
            a->c.p += peek(a, 1) == '\\' && peek(a, 2) != '\n' ? 3 : peek(a, 1) != '\n' ? 2 : 1;
        else
            a->c.p++;
    }
    if (a->c.p < a->c.end && *a->c.p == ';') {
        a->c.p++;
        return;
    }
    while (a->c.p < a->c.end && *a->c.p != '\n')
        a->c.p++;
    if (a->c.p < a->c.end)
        newline(a);
}

bool asm_take_char(struct asm_state *a, char ch)
{
    asm_blank(a);
    if (peek(a, 0) != ch || a->c.p == a->c.end)
        return false;
    a->c.p++;
    return true;
}

bool asm_take_comma(struct asm_state *a)
{
    if (asm_take_char(a, ','))
        return true;
    return !asm_at_end(a) && a->c.p > a->c.line_start &&
           (a->c.p[-1] == ' ' || a->c.p[-1] == '\t');
}

bool asm_expect(struct asm_state *a, char ch)
{
    char what[1] = { ch };

    if (asm_take_char(a, ch))
        return true;
    return asm_fail(a, a->c.p, "expected '%'", (struct asm_str){ what, 1 }, STR(""));
}

bool asm_is_name_char(char ch)
{
    return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') ||
           ch == '_' || ch == '.' || ch == '$' || (unsigned char)ch >= 0x80;
}

struct asm_str asm_name(struct asm_state *a)
{
    const char *start;

    asm_blank(a);
    start = a->c.p;
    if (peek(a, 0) >= '0' && peek(a, 0) <= '9')
        return (struct asm_str){ start, 0 };
    while (asm_is_name_char(peek(a, 0)))
        a->c.p++;
    return (struct asm_str){ start, (size_t)(a->c.p - start) };
}

static bool digit_below(char ch, int base, unsigned *value)
{
    if (ch >= '0' && ch <= '9')
        *value = (unsigned)(ch - '0');
    else if ((ch | 32) >= 'a' && (ch | 32) <= 'f')
        *value = (unsigned)((ch | 32) - 'a' + 10);
    else
        return false;
    return *value < (unsigned)base;
}

/* GNU as manual, "Strings": \b \f \n \r \t \ooo \xhh... \\ \" . */
static bool escape(struct asm_state *a, uint8_t *out)
{
    static const char letters[] = "bfnrtv", codes[] = "\b\f\n\r\t\v";
    char ch = peek(a, 0);
    unsigned value = 0, d;

    /* 8 and 9 count as digits, and a letter that means nothing is itself: GNU as, too. */
    if (digit_below(ch, 10, &d)) {
        for (int i = 0; i < 3 && digit_below(peek(a, 0), 10, &d); i++, a->c.p++)
            value = value * 8 + d;
    } else if ((ch == 'x' || ch == 'X') && digit_below(peek(a, 1), 16, &d)) {
        for (a->c.p++; digit_below(peek(a, 0), 16, &d); a->c.p++)
            value = value * 16 + d;
    } else if (ch == '\n') {
        return asm_fail0(a, a->c.p - 1, "a backslash is the last character of the line");
    } else {
        const char *known = ch ? strchr(letters, ch) : NULL;

        a->c.p++;
        value = (unsigned char)(known ? codes[known - letters] : ch);
    }
    *out = (uint8_t)value;
    return true;
}

bool asm_char(struct asm_state *a, char quote, uint8_t *out)
{
    char ch = peek(a, 0);

    if (ch == '\n')
        return asm_fail0(a, a->c.p, quote == '"' ? "this string does not end"
                                                 : "a character is missing");
    a->c.p++;
    if (ch == '\\')
        return escape(a, out);
    *out = (uint8_t)ch;
    return true;
}
