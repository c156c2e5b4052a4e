/* expr.c - symbols and expressions of the assembler.
 *
 * Arithmetic is in 64 bits and wraps; comparisons give -1 or 0. The ranks are
 * GNU's, in which & | ^ bind tighter than + and -. Source: GNU as manual, "Infix
 * Operators".
 */
#include <asm/inside.h>
#include <cpu/elf.h>

#include <string.h>

enum { DEPTH_LIMIT = 200 };

/* ---- symbols ---- */

static unsigned hash(struct asm_str s)
{
    uint32_t h = 2166136261u;

    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (unsigned char)s.p[i]) * 16777619u;
    return (h ^ h >> 16) % ASM_BUCKETS;
}

static bool is_called(const struct asm_symbol *s, struct asm_str name)
{
    return s->name.n == name.n && memcmp(s->name.p, name.p, name.n) == 0;
}

struct asm_symbol *asm_own_symbol(struct asm_state *a, struct asm_str name)
{
    struct asm_symbol **bucket = &a->bucket[hash(name)], *s;

    for (s = *bucket; s; s = s->chain)
        if (s->file == a->file && is_called(s, name))
            return s;
    s = asm_take(a, sizeof *s);
    if (!s)
        return NULL;
    s->name = name;
    s->file = a->file;
    s->value.sec = s->before.sec = SEC_UNKNOWN;
    s->chain = *bucket;
    *bucket = s;
    *a->symbols_end = s;
    a->symbols_end = &s->next;
    return s;
}

bool asm_is_defined(const struct asm_state *a, struct asm_str name)
{
    for (const struct asm_symbol *s = a->bucket[hash(name)]; s; s = s->chain)
        if (s->file == a->file && s->pass == a->pass && is_called(s, name))
            return true;
    return false;
}

/* A global symbol of another file, the strong one if there are several. */
static struct asm_symbol *foreign(const struct asm_state *a, struct asm_str name)
{
    struct asm_symbol *found = NULL;

    for (struct asm_symbol *s = a->bucket[hash(name)]; s; s = s->chain)
        if (s->file != a->file && s->global && s->pass && is_called(s, name) &&
            (!found || found->weak))
            found = s;
    return found;
}

struct asm_symbol *asm_symbol(struct asm_state *a, struct asm_str name)
{
    struct asm_symbol *s = asm_own_symbol(a, name), *other;

    if (!s || a->ninputs == 1 || (s->pass && !s->weak))
        return s;
    other = foreign(a, name);
    return other && (!s->pass || !other->weak) ? other : s;
}

struct asm_value asm_here(const struct asm_state *a)
{
    return (struct asm_value){ a->section[a->here].at, a->here, false };
}

uint32_t asm_address(const struct asm_state *a, struct asm_value v)
{
    return (uint32_t)v.n + (v.sec < SEC_COUNT ? a->section[v.sec].base : 0);
}

static bool define_local(struct asm_state *a, struct asm_symbol *s)
{
    struct asm_value v = asm_here(a);
    struct asm_local **slot = s->current ? &s->current->next : &s->first;

    if (!*slot) {
        *slot = asm_take(a, sizeof **slot);
        if (!*slot)
            return false;
        a->changed = true;
    }
    s->numeric = true;
    s->current = *slot;
    if (s->current->value.n != v.n || s->current->value.sec != v.sec)
        a->changed = true;
    s->current->value = v;
    s->current->note = asm_next_note(a);
    return true;
}

bool asm_define(struct asm_state *a, struct asm_str name, const char *at)
{
    struct asm_symbol *s = asm_own_symbol(a, name), *other;

    if (!s)
        return false;
    if (name.p[0] >= '0' && name.p[0] <= '9')
        return define_local(a, s);
    if (s->pass == a->pass) {
        char buf[24];

        return asm_fail(a, at, "'%' is already defined in line %", name,
                        asm_decimal(buf, s->line));
    }
    s->global |= a->ninputs > 1 && str_is(name, "main");        /* as RARS has it */
    other = s->global && !s->weak ? foreign(a, name) : NULL;
    if (other && other->pass == a->pass && !other->weak)
        return asm_fail(a, at, "'%' is already defined in %", name,
                        (struct asm_str){ a->input[other->file].name,
                                          strlen(a->input[other->file].name) });
    s->value = asm_here(a);
    s->note = asm_next_note(a);
    s->pass = a->pass;
    s->line = a->c.line;
    return true;
}

/* The instance of a numeric label that "1b" or "1f" means; NULL if there is none. */
static const struct asm_local *local_of(const struct asm_symbol *s, char direction)
{
    if (direction == 'b')
        return s->current;
    return s->current ? s->current->next : s->first;
}

/* "12b" or "12f": the digits, or n == 0 if something else stands there. */
static struct asm_str local_reference(struct asm_state *a, char *direction)
{
    const char *p = a->c.p;
    struct asm_str digits = { p, 0 };

    while (p < a->c.end && *p >= '0' && *p <= '9')
        p++;
    if (p == digits.p || p == a->c.end || (*p != 'b' && *p != 'f') ||
        (p + 1 < a->c.end && asm_is_name_char(p[1])))
        return digits;
    digits.n = (size_t)(p - digits.p);
    *direction = *p;
    return digits;
}

static bool local_value(struct asm_state *a, struct asm_str digits, char direction,
                        struct asm_value *v, struct asm_note **note)
{
    struct asm_symbol *s = asm_own_symbol(a, digits);
    const struct asm_local *l = s ? local_of(s, direction) : NULL;

    *v = (struct asm_value){ 0, SEC_UNKNOWN, false };
    if (l) {
        *v = l->value;
        v->stale = direction == 'f';
        *note = l->note;
    } else if (a->last) {
        return asm_fail(a, digits.p, direction == 'b' ? "no label %: before this line"
                                                      : "no label %: after this line",
                        digits, STR(""));
    }
    a->c.p = digits.p + digits.n + 1;
    return true;
}

/* Names that a linker script would give. */
static bool linker_symbol(const struct asm_state *a, struct asm_str name, struct asm_value *v)
{
    static const struct { const char *name; enum asm_sec sec; bool end; uint32_t add; } given[] = {
        { "__global_pointer$", SEC_DATA, false, 0x800 },
        { "_etext", SEC_TEXT, true, 0 }, { "etext", SEC_TEXT, true, 0 },
        { "_edata", SEC_DATA, true, 0 }, { "edata", SEC_DATA, true, 0 },
        { "__bss_start", SEC_BSS, false, 0 },
        { "_end", SEC_BSS, true, 0 }, { "end", SEC_BSS, true, 0 },
    };

    for (size_t i = 0; i < sizeof given / sizeof *given; i++) {
        if (!str_is(name, given[i].name))
            continue;
        *v = (struct asm_value){
            given[i].add + (given[i].end ? a->section[given[i].sec].size : 0), given[i].sec, false };
        return true;
    }
    return false;
}

static bool symbol_value(struct asm_state *a, struct asm_str name, struct asm_value *v)
{
    struct asm_symbol *s;

    if (str_is(name, ".")) {
        *v = asm_here(a);
        return true;
    }
    s = asm_symbol(a, name);
    *v = s ? s->value : (struct asm_value){ 0, SEC_UNKNOWN, false };
    v->stale = s && !s->set && s->pass != a->pass;
    if (s && s->pass == 0 && !(a->pass > 1 && linker_symbol(a, name, v)))
        return asm_fail(a, name.p, "'%' is not defined", name, STR("")) || !a->last;
    return true;
}

bool asm_label_note(struct asm_state *a, struct asm_note **note)
{
    struct asm_value v;
    struct asm_str name;
    struct asm_symbol *s;
    char direction = 0;

    *note = NULL;
    asm_blank(a);
    name = local_reference(a, &direction);
    if (name.n)
        return local_value(a, name, direction, &v, note);
    name = asm_name(a);
    if (!name.n)
        return asm_fail0(a, a->c.p, "%pcrel_lo wants the label of its auipc");
    s = asm_symbol(a, name);
    if (s && s->pass == 0)
        return asm_fail(a, name.p, "'%' is not defined", name, STR("")) || !a->last;
    *note = s ? s->note : NULL;
    return true;
}

/* ---- numbers ---- */

static unsigned digit_of(char ch)
{
    if (ch >= '0' && ch <= '9')
        return (unsigned)(ch - '0');
    if ((ch | 32) >= 'a' && (ch | 32) <= 'z')
        return (unsigned)((ch | 32) - 'a' + 10);
    return 99;
}

/* GNU as manual, "Integers": 0x hexadecimal, 0b binary, 0 octal, decimal. */
static bool number(struct asm_state *a, struct asm_value *v)
{
    const char *start = a->c.p;
    uint64_t n = 0;
    unsigned base = 10;
    bool any = true;

    if (*start == '0' && start + 1 < a->c.end) {
        char kind = (char)(start[1] | 32);

        base = kind == 'x' ? 16 : kind == 'b' ? 2 : 8;
        any = base == 8;
        a->c.p += any ? 0 : 2;
    }
    for (; a->c.p < a->c.end && digit_of(*a->c.p) < base; a->c.p++, any = true) {
        if (n > (UINT64_MAX - digit_of(*a->c.p)) / base)
            return asm_fail0(a, start, "this number needs more than 64 bits");
        n = n * base + digit_of(*a->c.p);
    }
    if (!any || (a->c.p < a->c.end && asm_is_name_char(*a->c.p)))
        return asm_fail0(a, start, "this is not a number");
    *v = (struct asm_value){ (int64_t)n, SEC_ABS, false };
    return true;
}

static bool character(struct asm_state *a, struct asm_value *v)
{
    uint8_t byte;

    a->c.p++;
    if (!asm_char(a, '\'', &byte))
        return false;
    if (a->c.p < a->c.end && *a->c.p == '\'')
        a->c.p++;
    *v = (struct asm_value){ byte, SEC_ABS, false };
    return true;
}

/* ---- operators ---- */

enum operator { DO_NONE, DO_MUL, DO_DIV, DO_MOD, DO_SHL, DO_SHR, DO_OR, DO_ORNOT, DO_XOR,
                DO_AND, DO_PLUS, DO_MINUS, DO_EQ, DO_NE, DO_LT, DO_LE, DO_GE, DO_GT,
                DO_ANDAND, DO_OROR };

/* Longer spellings before their prefixes. */
static const struct { char text[3]; uint8_t op, rank; } operators[] = {
    { "<<", DO_SHL, 8 }, { ">>", DO_SHR, 8 }, { "<=", DO_LE, 4 }, { ">=", DO_GE, 4 },
    { "<>", DO_NE, 4 }, { "!=", DO_NE, 4 }, { "==", DO_EQ, 4 }, { "&&", DO_ANDAND, 3 },
    { "||", DO_OROR, 2 }, { "*", DO_MUL, 8 }, { "/", DO_DIV, 8 }, { "%", DO_MOD, 8 },
    { "|", DO_OR, 7 }, { "!", DO_ORNOT, 7 }, { "^", DO_XOR, 7 }, { "&", DO_AND, 7 },
    { "+", DO_PLUS, 5 }, { "-", DO_MINUS, 5 }, { "<", DO_LT, 4 }, { ">", DO_GT, 4 },
};

static enum operator peek_operator(struct asm_state *a, int *rank, size_t *length)
{
    if (asm_at_end(a))
        return DO_NONE;
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
        size_t n = strlen(operators[i].text);

        if ((size_t)(a->c.end - a->c.p) >= n && memcmp(a->c.p, operators[i].text, n) == 0) {
            *rank = operators[i].rank;
            *length = n;
            return operators[i].op;
        }
    }
    return DO_NONE;
}

static int64_t divide(enum operator op, int64_t x, int64_t y)
{
    if (y == -1)                /* INT64_MIN / -1 does not fit: wrap */
        return op == DO_DIV ? (int64_t)(0 - (uint64_t)x) : 0;
    return op == DO_DIV ? x / y : x % y;
}

static int64_t calculate(enum operator op, int64_t x, int64_t y)
{
    uint64_t ux = (uint64_t)x, uy = (uint64_t)y;

    switch (op) {
    case DO_MUL:    return (int64_t)(ux * uy);
    case DO_SHL:    return uy > 63 ? 0 : (int64_t)(ux << uy);
    case DO_SHR:    return uy > 63 ? 0 : (int64_t)(ux >> uy);
    case DO_OR:     return x | y;
    case DO_ORNOT:  return x | ~y;
    case DO_XOR:    return x ^ y;
    case DO_AND:    return x & y;
    case DO_PLUS:   return (int64_t)(ux + uy);
    case DO_MINUS:  return (int64_t)(ux - uy);
    case DO_EQ:     return -(x == y);
    case DO_NE:     return -(x != y);
    case DO_LT:     return -(x < y);
    case DO_LE:     return -(x <= y);
    case DO_GE:     return -(x >= y);
    case DO_GT:     return -(x > y);
    case DO_ANDAND: return x && y;
    case DO_OROR:   return x || y;
    default:        return divide(op, x, y);
    }
}

/* x = x op y. Places may be moved by numbers and compared within their section;
 * anything else wants plain numbers. */
static bool combine(struct asm_state *a, const char *at, enum operator op,
                    struct asm_value *x, struct asm_value y)
{
    bool compares = op == DO_MINUS || (op >= DO_EQ && op <= DO_GT);

    if (x->sec == SEC_UNKNOWN || y.sec == SEC_UNKNOWN) {
        *x = (struct asm_value){ 0, SEC_UNKNOWN, false };
        return true;
    }
    if ((op == DO_DIV || op == DO_MOD) && y.n == 0 && y.sec == SEC_ABS)
        return asm_fail0(a, at, "division by zero");
    if (x->sec == y.sec && (compares || x->sec == SEC_ABS))
        x->sec = SEC_ABS;
    else if (op == DO_PLUS && x->sec == SEC_ABS)
        x->sec = y.sec;
    else if (!((op == DO_PLUS || op == DO_MINUS) && y.sec == SEC_ABS))
        return asm_fail0(a, at, "this cannot be calculated with addresses");
    x->n = calculate(op, x->n, y.n);
    x->stale |= y.stale;
    return true;
}

static bool binary(struct asm_state *a, struct asm_value *v, int min_rank);

static bool unary(struct asm_state *a, struct asm_value *v, char op)
{
    const char *at = a->c.p++;

    asm_blank(a);
    if (!binary(a, v, 9))
        return false;
    if (v->sec == SEC_UNKNOWN)
        return true;
    if (v->sec != SEC_ABS && op != '+')
        return asm_fail0(a, at, "this cannot be calculated with addresses");
    if (op == '-')
        v->n = (int64_t)(0 - (uint64_t)v->n);
    else if (op == '~')
        v->n = ~v->n;
    else if (op == '!')
        v->n = !v->n;
    return true;
}

static bool primary(struct asm_state *a, struct asm_value *v)
{
    struct asm_note *note;
    struct asm_str name;
    char ch, direction = 0;

    if (asm_at_end(a))
        return asm_fail0(a, a->c.p, "a value is missing");
    ch = *a->c.p;
    if (ch == '-' || ch == '+' || ch == '~' || ch == '!')
        return unary(a, v, ch);
    if (ch == '\'')
        return character(a, v);
    if (ch >= '0' && ch <= '9') {
        name = local_reference(a, &direction);
        return name.n ? local_value(a, name, direction, v, &note) : number(a, v);
    }
    if (ch == '(') {
        a->c.p++;
        return binary(a, v, 1) && asm_expect(a, ')');
    }
    name = asm_name(a);
    if (!name.n)
        return asm_fail0(a, a->c.p, "a value is expected here");
    return symbol_value(a, name, v);
}

/* Precedence climbing: operators of at least min_rank. */
static bool binary(struct asm_state *a, struct asm_value *v, int min_rank)
{
    enum operator op;
    int rank = 0;
    size_t length = 0;
    bool ok;

    if (a->depth >= DEPTH_LIMIT)
        return asm_fail0(a, a->c.p, "this expression is nested too deeply");
    a->depth++;
    ok = primary(a, v);
    while (ok && (op = peek_operator(a, &rank, &length)) != DO_NONE && rank >= min_rank) {
        const char *at = a->c.p;
        struct asm_value right;

        a->c.p += length;
        ok = binary(a, &right, rank + 1) && combine(a, at, op, v, right);
    }
    a->depth--;
    return ok;
}

bool asm_expression(struct asm_state *a, struct asm_value *v)
{
    *v = (struct asm_value){ 0, SEC_ABS, false };
    return binary(a, v, 1);
}

bool asm_number(struct asm_state *a, int64_t *n)
{
    struct asm_value v;
    const char *at;

    *n = 0;
    asm_blank(a);
    at = a->c.p;
    if (!asm_expression(a, &v))
        return false;
    if (v.sec != SEC_ABS && v.sec != SEC_UNKNOWN)
        return asm_fail0(a, at, "a plain number is wanted, this is an address");
    *n = v.n;
    return true;
}
