/* json_scan.c - is this text JSON, by the letter of RFC 8259, and where is what?
 *
 * Differs from: RFC 8259 leaves limits to the reader (section 9). Ours are the
 * nesting depth, the number of values, the length of a number, and no \u0000 in
 * strings, which C strings could not hold. A byte order mark has been skipped.
 */
#include <formats/json.h>
#include <formats/text.h>
#include <formats/workload.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct scan {
    struct json *j;
    const char *text;
    uint32_t source, size, at;
    unsigned depth;
    uint32_t nvalues;
    bool any_bytes;             /* it holds words of the command line, such as paths */
};

static bool value(struct scan *s, uint32_t key_at);

__attribute__((format(printf, 4, 5)))
static bool fail(struct scan *s, enum err err, uint32_t at, const char *fmt, ...)
{
    char text[256];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    s->j->report(s->j->ctx, err, s->source, at, "", text);
    return false;
}

static int peek(const struct scan *s)
{
    return s->at < s->size ? (unsigned char)s->text[s->at] : -1;
}

static void skip_space(struct scan *s)
{
    int c;

    while ((c = peek(s)) == ' ' || c == '\t' || c == '\n' || c == '\r')
        s->at++;
}

static bool is_digit(int c)
{
    return c >= '0' && c <= '9';
}

/* "found X (expected Y)" at the present place. */
static bool unexpected(struct scan *s, const char *expected)
{
    int c = peek(s);

    if (c < 0)
        return fail(s, ERR_INPUT, s->at, "the text ends here (expected %s)", expected);
    if (c == '/' || c == '#')
        return fail(s, ERR_INPUT, s->at,
                    "found '%c', and JSON has no comments (expected %s)", c, expected);
    if (c == '\'')
        return fail(s, ERR_INPUT, s->at,
                    "found ', but strings stand in \" (expected %s)", expected);
    if (c > ' ' && c < 0x7f)
        return fail(s, ERR_INPUT, s->at, "found '%c' (expected %s)", c, expected);
    return fail(s, ERR_INPUT, s->at, "found the byte 0x%02x (expected %s)",
                (unsigned)c, expected);
}

/* Four hex digits at s->at + 2, behind a \u. -1 if they are none. */
static int hex4(const struct scan *s)
{
    int v = 0;

    if (s->at + 6 > s->size)
        return -1;
    for (uint32_t i = s->at + 2; i < s->at + 6; i++) {
        int c = s->text[i];
        int d = is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10
              : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;

        if (d < 0)
            return -1;
        v = v * 16 + d;
    }
    return v;
}

/* A backslash stands at s->at. */
static bool escape(struct scan *s)
{
    uint32_t start = s->at;
    int c = s->at + 1 < s->size ? s->text[s->at + 1] : -1;
    int v;

    if (c > 0 && strchr("\"\\/bfnrt", c)) {
        s->at += 2;
        return true;
    }
    if (c != 'u')
        return fail(s, ERR_INPUT, start, "unknown escape in a string (expected one of "
                    "\\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX)");
    v = hex4(s);
    if (v < 0)
        return fail(s, ERR_INPUT, start, "\\u needs four hex digits");
    if (v == 0)
        return fail(s, ERR_INPUT, start, "\\u0000 cannot stand in a string");
    s->at += 6;
    if (v < 0xd800 || v > 0xdfff)
        return true;
    if (v < 0xdc00 && s->at + 1 < s->size && s->text[s->at] == '\\' &&
        s->text[s->at + 1] == 'u') {
        v = hex4(s);
        s->at += 6;
        if (v >= 0xdc00 && v <= 0xdfff)
            return true;
    }
    return fail(s, ERR_INPUT, start, "half of a surrogate pair in a string");
}

/* An opening quote stands at s->at. */
static bool string(struct scan *s)
{
    uint32_t start = s->at++;

    for (;;) {
        int c = peek(s);
        unsigned n;

        if (c == '"') {
            s->at++;
            return true;
        }
        if (c < 0)
            return fail(s, ERR_INPUT, start, "this string does not end");
        if (c == '\n' || c == '\r')
            return fail(s, ERR_INPUT, start,
                        "this string does not end on its line (a line break is \\n)");
        if (c < ' ')
            return fail(s, ERR_INPUT, s->at, "control character 0x%02x in a string "
                        "(expected \\u%04x)", (unsigned)c, (unsigned)c);
        if (c == '\\') {
            if (!escape(s))
                return false;
            continue;
        }
        n = utf8_length(s->text + s->at, s->size - s->at);
        if (n == 0 && s->any_bytes)
            n = 1;
        if (n == 0)
            return fail(s, ERR_INPUT, s->at, "byte 0x%02x is not valid UTF-8",
                        (unsigned)c);
        s->at += n;
    }
}

static bool digits(struct scan *s, const char *where)
{
    if (!is_digit(peek(s)))
        return fail(s, ERR_INPUT, s->at, "a number needs a digit %s", where);
    while (is_digit(peek(s)))
        s->at++;
    return true;
}

static bool number(struct scan *s)
{
    uint32_t start = s->at;

    if (peek(s) == '-')
        s->at++;
    if (peek(s) == '0') {
        s->at++;
        if (is_digit(peek(s)))
            return fail(s, ERR_INPUT, start, "a number must not start with 0");
    } else if (!digits(s, "after its sign"))
        return false;
    if (peek(s) == '.') {
        s->at++;
        if (!digits(s, "after its decimal point"))
            return false;
    }
    if (peek(s) == 'e' || peek(s) == 'E') {
        s->at++;
        if (peek(s) == '+' || peek(s) == '-')
            s->at++;
        if (!digits(s, "in its exponent"))
            return false;
    }
    if (s->at - start > JSON_NUMBER_MAX)
        return fail(s, ERR_LIMIT, start, "this number has %u characters (at most %d)",
                    s->at - start, JSON_NUMBER_MAX);
    return true;
}

static bool word(struct scan *s, const char *w)
{
    size_t n = strlen(w);

    if (s->size - s->at < n || memcmp(s->text + s->at, w, n) != 0)
        return unexpected(s, "a JSON value");
    s->at += (uint32_t)n;
    return true;
}

/* Is this the unit of a number, as in 5ms without quotes? */
static bool unit_follows(const struct scan *s)
{
    return s->at > 0 && is_digit(s->text[s->at - 1]) && peek(s) > 0 &&
           strchr("nums", peek(s));
}

/* After a member or element: true if another follows, false with *ok telling why. */
static bool another(struct scan *s, char close, bool *ok)
{
    char expected[96];

    skip_space(s);
    *ok = true;
    if (peek(s) == ',') {
        uint32_t comma = s->at++;

        skip_space(s);
        if (peek(s) == close) {
            *ok = fail(s, ERR_INPUT, comma, "a comma before the closing %c", close);
            return false;
        }
        return true;
    }
    if (peek(s) == close) {
        s->at++;
        return false;
    }
    snprintf(expected, sizeof expected, "',' or '%c'%s", close,
             unit_follows(s) ? "; a time with a unit stands in quotes, like \"5ms\"" : "");
    *ok = unexpected(s, expected);
    return false;
}

static bool object(struct scan *s)
{
    bool ok;

    s->at++;
    skip_space(s);
    if (peek(s) == '}') {
        s->at++;
        return true;
    }
    do {
        uint32_t key_at;

        skip_space(s);
        key_at = s->at;
        if (peek(s) != '"')
            return unexpected(s, "a key in quotes");
        if (!string(s))
            return false;
        skip_space(s);
        if (peek(s) != ':')
            return unexpected(s, "':' after the key");
        s->at++;
        if (!value(s, key_at))
            return false;
    } while (another(s, '}', &ok));
    return ok;
}

static bool array(struct scan *s)
{
    bool ok;

    s->at++;
    skip_space(s);
    if (peek(s) == ']') {
        s->at++;
        return true;
    }
    do {
        if (!value(s, JSON_NOWHERE))
            return false;
    } while (another(s, ']', &ok));
    return ok;
}

static bool nested(struct scan *s, bool (*inside)(struct scan *))
{
    bool ok;

    if (s->depth == WORKLOAD_MAX_DEPTH)
        return fail(s, ERR_LIMIT, s->at, "nested too deeply (at most %d levels)",
                    WORKLOAD_MAX_DEPTH);
    s->depth++;
    ok = inside(s);
    s->depth--;
    return ok;
}

static bool value(struct scan *s, uint32_t key_at)
{
    skip_space(s);
    if (s->nvalues++ == WORKLOAD_MAX_VALUES)
        return fail(s, ERR_LIMIT, s->at, "more than %d values", WORKLOAD_MAX_VALUES);
    if (!json_push(s->j, s->source, s->at, key_at))
        return fail(s, ERR_LIMIT, s->at, "out of memory");
    switch (peek(s)) {
    case '{':
        return nested(s, object);
    case '[':
        return nested(s, array);
    case '"':
        return string(s);
    case 't':
        return word(s, "true");
    case 'f':
        return word(s, "false");
    case 'n':
        return word(s, "null");
    case '+':
        return fail(s, ERR_INPUT, s->at, "a number must not start with +");
    case '.':
        return fail(s, ERR_INPUT, s->at, "a number needs a digit before its point");
    default:
        if (peek(s) == '-' || is_digit(peek(s)))
            return number(s);
        return unexpected(s, "a JSON value");
    }
}

struct json_mark *json_push(struct json *j, uint32_t source, uint32_t at,
                            uint32_t key_at)
{
    if (j->nmarks == j->marks_room) {
        uint32_t room = j->marks_room ? j->marks_room * 2 : 256;
        struct json_mark *more = realloc(j->marks, room * sizeof *more);

        if (!more)
            return NULL;
        j->marks = more;
        j->marks_room = room;
    }
    j->marks[j->nmarks] = (struct json_mark){ NULL, source, JSON_NOWHERE, at, key_at };
    return &j->marks[j->nmarks++];
}

bool json_scan(struct json *j, uint32_t source)
{
    const struct json_source *src = &j->sources[source];
    struct scan s = { .j = j, .text = src->text, .source = source,
                      .size = (uint32_t)src->size,
                      .any_bytes = !src->has_lines || !src->name[0] };

    skip_space(&s);
    if (peek(&s) < 0)
        return fail(&s, ERR_INPUT, s.at, "there is nothing here (expected a JSON object)");
    if (!value(&s, JSON_NOWHERE))
        return false;
    skip_space(&s);
    if (peek(&s) >= 0)
        return unexpected(&s, "nothing after the end of the JSON text");
    return true;
}

void json_locate(const struct json_source *s, uint32_t at, uint32_t *from,
                 unsigned *line, unsigned *col)
{
    for (; *from < at; ++*from) {
        unsigned char c = (unsigned char)s->text[*from];

        if (c == '\n' || (c == '\r' && s->text[*from + 1] != '\n')) {
            ++*line;
            *col = 1;
        } else if ((c & 0xc0) != 0x80)
            ++*col;
    }
}
