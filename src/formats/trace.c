/* trace.c - see trace.h */
#include <formats/trace.h>

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define WRITE_BIT (UINT64_C(1) << 63)

enum { RANGE_MAX = 1 << 24 };   /* pages that one a..b may name */

struct reader {
    const char *at, *end;
    const char *line_start;
    unsigned line;
    struct trace *t;
    bool refused;               /* by who takes the references */
    struct diag *diag;
};

/* At `where`: what is wrong. Always false. */
static bool wrong(struct reader *r, const char *where, const char *what)
{
    const char *end = where;

    while (end < r->end && end - where < 24 && !isspace((unsigned char)*end))
        end++;
    r->diag->line = r->line;
    r->diag->col = (unsigned)(where - r->line_start) + 1;
    if (end > where)
        snprintf(r->diag->text, sizeof r->diag->text, "'%.*s' is no %s", (int)(end - where),
                 where, what);
    else
        snprintf(r->diag->text, sizeof r->diag->text, "expected a %s", what);
    return false;
}

static int digit(char c, unsigned base)
{
    int d = c >= '0' && c <= '9' ? c - '0'
          : isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10 : 16;

    return d < (int)base ? d : -1;
}

/* Digits at r->at, passing them. False: none, or too many. */
static bool number(struct reader *r, unsigned base, uint64_t *out)
{
    const char *start = r->at;
    uint64_t n = 0;

    for (; r->at < r->end && digit(*r->at, base) >= 0; r->at++)
        if (__builtin_mul_overflow(n, base, &n) ||
            __builtin_add_overflow(n, (uint64_t)digit(*r->at, base), &n))
            return false;
    *out = n;
    return r->at > start;
}

static bool looking_at(const struct reader *r, const char *word)
{
    size_t n = strlen(word);

    return (size_t)(r->end - r->at) >= n && memcmp(r->at, word, n) == 0;
}

/* --- text --- */

static bool any_number(struct reader *r, uint64_t *out)
{
    if (looking_at(r, "0x") || looking_at(r, "0X")) {
        r->at += 2;
        return number(r, 16, out);
    }
    return number(r, 10, out);
}

static bool refer(struct reader *r, uint64_t page, bool write)
{
    r->refused = !r->t->add(r->t->ctx, page, write);
    if (r->refused)
        r->diag->line = r->line;
    return !r->refused;
}

static bool add(struct reader *r, uint64_t n, bool write)
{
    uint64_t page_size = r->t->page_size;

    return refer(r, page_size ? n / page_size : n, write);
}

/* w? NUMBER [.. NUMBER] */
static bool item(struct reader *r)
{
    const char *start = r->at;
    bool write = *r->at == 'w' || *r->at == 'W';
    uint64_t from, to;

    if (write)
        for (r->at++; r->at < r->end && (*r->at == ' ' || *r->at == '\t');)
            r->at++;
    if (!any_number(r, &from) || from >= WRITE_BIT)
        return wrong(r, start, "page number");
    to = from;
    if (looking_at(r, "..")) {
        r->at += 2;
        if (!any_number(r, &to) || to < from || to - from >= RANGE_MAX)
            return wrong(r, start, "range of page numbers (expected FIRST..LAST)");
    }
    if (r->at < r->end && !isspace((unsigned char)*r->at) && !strchr(",#", *r->at))
        return wrong(r, start, "page number");
    for (uint64_t n = from; n <= to; n++)
        if (!add(r, n, write))
            return false;
    return true;
}

static void pass_line(struct reader *r)
{
    while (r->at < r->end && *r->at != '\n')
        r->at++;
}

static bool read_text(struct reader *r)
{
    while (r->at < r->end) {
        char c = *r->at;

        if (c == '#') {
            pass_line(r);
        } else if (c == '\n') {
            r->line++;
            r->line_start = ++r->at;
        } else if (isspace((unsigned char)c) || c == ',') {
            r->at++;
        } else if (!item(r)) {
            return false;
        }
    }
    return true;
}

/* --- lackey --- */

/* "I  04001000,3" and " L 1ffeffe7e0,8": is this line one of them? */
static bool lackey_line(const char *at, const char *end)
{
    return end - at > 3 && ((at[0] == 'I' && at[1] == ' ' && at[2] == ' ') ||
                            (at[0] == ' ' && strchr("LSM", at[1]) && at[2] == ' ')) &&
           isxdigit((unsigned char)at[3]);
}

static bool lackey_access(struct reader *r)
{
    bool write = r->at[1] == 'S' || r->at[1] == 'M';
    uint64_t page_size = r->t->page_size ? r->t->page_size : 4096;
    const char *start = r->at;
    uint64_t addr, size, last;

    r->at += 3;
    if (!number(r, 16, &addr) || r->at == r->end || *r->at++ != ',' ||
        !number(r, 10, &size) || size == 0 || size > RANGE_MAX ||
        __builtin_add_overflow(addr, size - 1, &last) || last >= WRITE_BIT)
        return wrong(r, start + 3, "access (expected ADDRESS,SIZE)");
    for (uint64_t page = addr / page_size; page <= last / page_size; page++)
        if (!refer(r, page, write))
            return false;
    return true;
}

static bool read_lackey(struct reader *r)
{
    for (; r->at < r->end; r->line++) {
        r->line_start = r->at;
        if (lackey_line(r->at, r->end)) {
            if (!lackey_access(r))
                return false;
            if (r->at < r->end && *r->at == '\r')
                r->at++;
            if (r->at < r->end && *r->at != '\n')
                return wrong(r, r->at, "end of an access");
        } else if (!looking_at(r, "==") && !looking_at(r, "--") && *r->at != '\n' &&
                   *r->at != '\r') {
            return wrong(r, r->at, "line of lackey's (expected I, L, S or M)");
        }
        pass_line(r);
        r->at += r->at < r->end;
    }
    return true;
}

/* A file is lackey's if its first line that says anything is. */
static bool is_lackey(const char *at, const char *end)
{
    while (at < end) {
        const char *eol = memchr(at, '\n', (size_t)(end - at));
        bool valgrind = end - at > 2 && (!memcmp(at, "==", 2) || !memcmp(at, "--", 2));

        if (valgrind || lackey_line(at, end))
            return true;
        if (*at != '\n' && *at != '\r')
            return false;
        at = eol ? eol + 1 : end;
    }
    return false;
}

/* --- binary --- */

static bool read_binary(struct reader *r)
{
    const uint8_t *p = (const uint8_t *)r->at;
    size_t size = (size_t)(r->end - r->at);

    if (size % 8 != 0) {
        snprintf(r->diag->text, sizeof r->diag->text,
                 "%zu bytes are no whole number of 8-byte records (neither is it text)", size);
        return false;
    }
    for (size_t i = 0; i < size; i += 8) {
        uint64_t n = 0;

        for (unsigned k = 0; k < 8; k++)
            n |= (uint64_t)p[i + k] << (8 * k);
        if (!add(r, n & ~WRITE_BIT, n & WRITE_BIT))
            return false;
    }
    return true;
}

enum err trace_read(struct trace *t, const char *name, const uint8_t *bytes, size_t size,
                    struct diag *diag)
{
    const char *text = (const char *)bytes;
    struct reader r = { .at = text, .end = text + size, .line_start = text, .line = 1,
                        .t = t, .diag = diag };

    *diag = (struct diag){ .line = 0 };
    snprintf(diag->file, sizeof diag->file, "%s", name);
    bool binary = size && memchr(bytes, 0, size);
    t->lackey = !binary && is_lackey(r.at, r.end);
    bool ok = binary ? read_binary(&r) : t->lackey ? read_lackey(&r) : read_text(&r);
    return ok ? ERR_OK : r.refused ? ERR_LIMIT : ERR_INPUT;
}
