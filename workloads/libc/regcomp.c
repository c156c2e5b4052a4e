/* regcomp.c - a regular expression becomes a tree, by recursive descent.
 * Source: POSIX.1-2017, "Regular Expressions"; where it says undefined, as GNU's: in an
 * extended one a lone ')' is ordinary and a repetition of nothing, or of an anchor, an error,
 * in a basic one such a '*' is ordinary.
 */
#include "regtree.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct parse {
    struct __regex *re;
    const char *start, *p;
    int error, depth, extended;
};

enum { DEEPEST = 200 };

static int parse_alternatives(struct parse *x);

static int fail(struct parse *x, int error)
{
    if (!x->error)
        x->error = error;
    x->p += strlen(x->p);
    return 0;
}

static int node(struct parse *x, enum kind kind, int left, int right)
{
    struct __regex *re = x->re;
    struct node *more = (re->nnodes & (re->nnodes - 1)) ? re->nodes
                      : realloc(re->nodes, (size_t)(re->nnodes * 2 + 1) * sizeof *more);

    if (!more)
        return fail(x, REG_ESPACE);
    re->nodes = more;
    more[re->nnodes] = (struct node){ .kind = kind, .left = left, .right = right };
    return re->nnodes++;
}

/* ---- sets ---- */

static void set_add(struct set *s, int c) { s->has[c / 8] |= (unsigned char)(1 << c % 8); }

static int set_node(struct parse *x, const struct set *set)
{
    struct __regex *re = x->re;
    struct set *more = realloc(re->sets, (size_t)(re->nsets + 1) * sizeof *more);

    if (!more)
        return fail(x, REG_ESPACE);
    re->sets = more;
    more[re->nsets] = *set;
    return node(x, RE_SET, re->nsets++, 0);
}

static void add_case(const struct parse *x, struct set *s, int c)
{
    set_add(s, c);
    if (x->re->flags & REG_ICASE) {
        set_add(s, tolower(c));
        set_add(s, toupper(c));
    }
}

static int char_node(struct parse *x, int c)
{
    struct set set = { { 0 } };

    add_case(x, &set, c);
    return set_node(x, &set);
}

/* All but the end of the text and, if lines are told apart, of a line. */
static void invert(const struct parse *x, struct set *s)
{
    for (int i = 0; i < 32; i++)
        s->has[i] = (unsigned char)~s->has[i];
    s->has[0] &= (unsigned char)~1;
    if (x->re->flags & REG_NEWLINE)
        s->has['\n' / 8] &= (unsigned char)~(1 << '\n' % 8);
}

static int any_node(struct parse *x)
{
    struct set set = { { 0 } };

    invert(x, &set);
    return set_node(x, &set);
}

static int is_word(int c) { return isalnum(c) || c == '_'; }

static void add_class(const struct parse *x, struct set *s, int (*is)(int))
{
    for (int c = 1; c < 256; c++)
        if (is(c))
            add_case(x, s, c);
}

static int class_node(struct parse *x, int (*is)(int), int not)
{
    struct set set = { { 0 } };

    add_class(x, &set, is);
    if (not)
        invert(x, &set);
    return set_node(x, &set);
}

static int (*class_called(const char *name, size_t n))(int)
{
    static const struct { const char *name; int (*is)(int); } class[] = {
        { "alpha", isalpha }, { "digit", isdigit }, { "alnum", isalnum }, { "upper", isupper },
        { "lower", islower }, { "space", isspace }, { "blank", isblank }, { "punct", ispunct },
        { "print", isprint }, { "graph", isgraph }, { "cntrl", iscntrl }, { "xdigit", isxdigit },
    };

    for (size_t i = 0; i < sizeof class / sizeof *class; i++)
        if (strlen(class[i].name) == n && strncmp(class[i].name, name, n) == 0)
            return class[i].is;
    return NULL;
}

/* One end of a range: a character, [.x.] or [=x=]. */
static int range_end(struct parse *x)
{
    const char *p = x->p;
    char mark = p[1];

    if (*p != '[' || (mark != '.' && mark != '='))
        return *p ? (unsigned char)*x->p++ : fail(x, REG_EBRACK);
    if (!p[2] || p[3] != mark || p[4] != ']')
        return fail(x, REG_ECOLLATE);
    x->p += 5;
    return (unsigned char)p[2];
}

static void bracket_item(struct parse *x, struct set *set)
{
    const char *end = x->p[0] == '[' && x->p[1] == ':' ? strstr(x->p + 2, ":]") : NULL;
    int from, to;

    if (end) {
        int (*is)(int) = class_called(x->p + 2, (size_t)(end - x->p - 2));

        if (!is) {
            fail(x, REG_ECTYPE);
            return;
        }
        add_class(x, set, is);
        x->p = end + 2;
        return;
    }
    from = to = range_end(x);
    if (x->p[0] == '-' && x->p[1] && x->p[1] != ']') {
        x->p++;
        to = range_end(x);
        if (from > to)
            fail(x, REG_ERANGE);
    }
    for (int c = from; c <= to; c++)
        add_case(x, set, c);
}

static int parse_bracket(struct parse *x)
{
    struct set set = { { 0 } };
    int not = *x->p == '^', first = 1;

    for (x->p += not; !x->error && (first || *x->p != ']'); first = 0) {
        if (!*x->p)
            return fail(x, REG_EBRACK);
        bracket_item(x, &set);
    }
    if (x->error)
        return 0;
    x->p++;
    if (not)
        invert(x, &set);
    return set_node(x, &set);
}

/* ---- atoms ---- */

/* Is an operator here? It is written as itself in an extended expression, behind a
 * backslash in a basic one. */
static int at(const struct parse *x, char operator)
{
    return x->extended ? *x->p == operator : *x->p == '\\' && x->p[1] == operator;
}

static void step_over(struct parse *x) { x->p += x->extended ? 1 : 2; }

static int parse_group(struct parse *x)
{
    int group = ++x->re->ngroups, inside, n;

    if (++x->depth > DEEPEST)
        return fail(x, REG_ESPACE);
    inside = parse_alternatives(x);
    x->depth--;
    if (!at(x, ')'))
        return fail(x, REG_EPAREN);
    step_over(x);
    n = node(x, RE_GROUP, inside, 0);
    if (!x->error)
        x->re->nodes[n].group = group;
    return n;
}

static int back_node(struct parse *x, int group)
{
    int n = group <= x->re->ngroups ? node(x, RE_BACK, 0, 0) : fail(x, REG_ESUBREG);

    if (!x->error) {
        x->re->nodes[n].group = group;
        x->re->referred |= 1u << group;
    }
    return n;
}

static int escaped(struct parse *x)
{
    int c = (unsigned char)*x->p;

    if (!c)
        return fail(x, REG_EESCAPE);
    x->p++;
    switch (c) {
    case 'w': case 'W': return class_node(x, is_word, c == 'W');
    case 's': case 'S': return class_node(x, isspace, c == 'S');
    case 'b': return node(x, RE_WORD_EDGE, 0, 0);
    case 'B': return node(x, RE_NO_EDGE, 0, 0);
    case '<': return node(x, RE_WORD_BEGIN, 0, 0);
    case '>': return node(x, RE_WORD_END, 0, 0);
    default: return c >= '1' && c <= '9' ? back_node(x, c - '0') : char_node(x, c);
    }
}

/* In a basic expression ^ and $ are anchors at the ends of a part only. */
static int begins_part(const struct parse *x)
{
    const char *p = x->p;

    return x->extended || p == x->start ||
           (p >= x->start + 2 && p[-2] == '\\' && (p[-1] == '(' || p[-1] == '|') &&
            !(p >= x->start + 3 && p[-3] == '\\'));
}

static int ends_part(const struct parse *x)
{
    const char *p = x->p + 1;

    return x->extended || !*p || (*p == '\\' && (p[1] == ')' || p[1] == '|'));
}

static int is_repetition(const struct parse *x)
{
    return *x->p == '*' || at(x, '+') || at(x, '?') || at(x, '{');
}

static int parse_atom(struct parse *x)
{
    int c = (unsigned char)*x->p;

    if (c == '^' && begins_part(x))
        return x->p++, node(x, RE_BEGIN, 0, 0);
    if (c == '$' && ends_part(x))
        return x->p++, node(x, RE_END, 0, 0);
    if (at(x, '{') || (x->extended && is_repetition(x)))
        return fail(x, REG_BADRPT);
    if (at(x, '('))
        return step_over(x), parse_group(x);
    x->p++;
    return c == '\\' ? escaped(x) : c == '[' ? parse_bracket(x) : c == '.' ? any_node(x) : char_node(x, c);
}

/* ---- repetitions, sequences, alternatives ---- */

static int read_count(struct parse *x, int none)
{
    int n = none;

    if (isdigit((unsigned char)*x->p))
        for (n = 0; isdigit((unsigned char)*x->p); x->p++)
            n = n <= RE_DUP_MAX ? n * 10 + *x->p - '0' : n;
    return n;
}

static void read_interval(struct parse *x, int *min, int *max)
{
    const char *p = x->p;

    *min = *max = read_count(x, 0);
    if (*x->p == ',') {
        x->p++;
        *max = read_count(x, -1);
    } else if (x->p == p) {
        fail(x, REG_BADBR);
    }
    if (!x->error && !at(x, '}'))
        fail(x, *x->p ? REG_BADBR : REG_EBRACE);
    else if (!x->error && (*min > RE_DUP_MAX || *max > RE_DUP_MAX || (*max >= 0 && *min > *max)))
        fail(x, REG_BADBR);
    if (!x->error)
        step_over(x);
}

static int parse_piece(struct parse *x)
{
    int atom = parse_atom(x);

    /* Anchors are not repeated: what follows begins anew. */
    while (!x->error && x->re->nodes[atom].kind < RE_BEGIN && is_repetition(x)) {
        int min = 0, max = -1, repeat;

        if (*x->p == '*') {
            x->p++;
        } else {
            min = at(x, '+');
            max = at(x, '?') ? 1 : -1;
            if (at(x, '{')) {
                step_over(x);
                read_interval(x, &min, &max);
            } else {
                step_over(x);
            }
        }
        repeat = node(x, RE_REPEAT, atom, 0);
        if (!x->error) {
            x->re->nodes[repeat].min = min;
            x->re->nodes[repeat].max = max;
        }
        atom = repeat;
    }
    return atom;
}

static int parse_sequence(struct parse *x)
{
    int all = -1;

    while (!x->error && *x->p && !at(x, '|') && !(at(x, ')') && (x->depth || !x->extended))) {
        int piece = parse_piece(x);

        all = all < 0 ? piece : node(x, RE_CAT, all, piece);
    }
    return all < 0 ? node(x, RE_EMPTY, 0, 0) : all;
}

static int parse_alternatives(struct parse *x)
{
    int all = parse_sequence(x);

    while (!x->error && at(x, '|')) {
        int other;

        step_over(x);
        other = parse_sequence(x);
        all = node(x, RE_ALT, all, other);
    }
    return all;
}

int regcomp(regex_t *re, const char *pattern, int flags)
{
    struct parse x = { .start = pattern, .p = pattern, .extended = flags & REG_EXTENDED };

    x.re = re->__program = calloc(1, sizeof *x.re);
    if (!x.re)
        return REG_ESPACE;
    x.re->flags = flags;
    x.re->root = parse_alternatives(&x);
    if (!x.error && *x.p)
        x.error = REG_EPAREN;   /* a \) without its \( */
    re->re_nsub = (size_t)x.re->ngroups;
    if (x.error)
        regfree(re);
    return x.error;
}

void regfree(regex_t *re)
{
    if (re->__program) {
        free(re->__program->nodes);
        free(re->__program->sets);
        free(re->__program);
    }
    re->__program = NULL;
}

size_t regerror(int error, const regex_t *re, char *text, size_t size)
{
    static const char *const says[] = {
        "Success", "No match", "Invalid regular expression", "Invalid collation character",
        "Invalid character class name", "Trailing backslash", "Invalid back reference",
        "Unmatched [, [^, [:, [., or [=", "Unmatched ( or \\(", "Unmatched \\{",
        "Invalid content of \\{\\}", "Invalid range end", "Memory exhausted",
        "Invalid preceding regular expression",
    };
    const char *s = error >= 0 && error <= REG_BADRPT ? says[error] : "Unknown error";

    (void)re;
    if (size)
        snprintf(text, size, "%s", s);
    return strlen(s) + 1;
}
