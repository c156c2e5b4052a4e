/* macro.c - what is read more than once, or not at all: macros, repetition, conditions.
 *
 * An expansion is text, read in place of the call. Passes make the same expansions again; one
 * that is the same as in the pass before keeps its memory, since symbols point into it.
 * RARS's dialect is known by its %parameters and .end_macro: labels of such a macro are its
 * own in each expansion. Sources: GNU as manual, ".macro", ".irp", ".if"; RARS help, "Macros".
 */
#include <asm/inside.h>

#include <string.h>

enum { MAX_PARAMS = 16, MAX_DEPTH = 32, MAX_LABELS = 32 };

struct asm_macro {
    struct asm_macro *next;
    struct asm_str name, body;
    struct asm_str param[MAX_PARAMS], value[MAX_PARAMS];        /* value: if none is given */
    bool required[MAX_PARAMS], rest;    /* rest: the last one takes all that is left */
    bool rars;
    unsigned nparams;
    uint32_t pass;
};

struct asm_expansion {
    struct asm_expansion *next;
    char *text;
    size_t size;
};

/* ---- bodies ---- */

static bool is_end(struct asm_str name, bool macro)
{
    return macro ? str_is(name, ".endm") || str_is(name, ".end_macro") : str_is(name, ".endr");
}

static bool is_begin(struct asm_str name, bool macro)
{
    return macro ? str_is(name, ".macro")
                 : str_is(name, ".rept") || str_is(name, ".irp") || str_is(name, ".irpc");
}

/* The lines up to the end that belongs to what has just begun, which is taken. */
static bool take_body(struct asm_state *a, bool macro, struct asm_str *body, struct asm_str *end)
{
    unsigned open = 1;

    asm_skip_statement(a);
    body->p = a->c.p;
    while (a->c.p < a->c.end) {
        const char *start;

        asm_blank(a);
        start = a->c.p;
        *end = asm_name(a);
        if (is_begin(*end, macro))
            open++;
        if (is_end(*end, macro) && --open == 0) {
            body->n = (size_t)(start - body->p);
            return true;
        }
        asm_skip_statement(a);
    }
    return asm_fail0(a, a->c.p, macro ? ".endm is missing" : ".endr is missing");
}

/* ---- substitution ---- */

struct bind {
    const struct asm_macro *m;
    struct asm_str value[MAX_PARAMS];
    struct asm_str label[MAX_LABELS];   /* of a macro in RARS's dialect */
    unsigned nlabels;
    char count[24];             /* what \@ stands for */
};

void asm_text_add(struct asm_text *t, const char *p, size_t n)
{
    if (n > t->room - t->n)
        n = t->room - t->n;     /* found out afterwards: n == room */
    memcpy(t->p + t->n, p, n);
    t->n += n;
}

bool asm_same(struct asm_str x, struct asm_str y)
{
    return x.n == y.n && memcmp(x.p, y.p, x.n) == 0;
}

static bool add_param(struct asm_text *t, const struct bind *b, struct asm_str name)
{
    for (unsigned i = 0; i < b->m->nparams; i++)
        if (asm_same(b->m->param[i], name)) {
            asm_text_add(t, b->value[i].p, b->value[i].n);
            return true;
        }
    return false;
}

size_t asm_word_length(const char *p, const char *end)
{
    size_t n = 0;

    while (p + n < end && asm_is_name_char(p[n]))
        n++;
    return n;
}

/* \name, \@, \() and, in RARS's dialect, %name and labels. How much of the body it took. */
static size_t substitute(struct asm_text *t, const struct bind *b, const char *p, const char *end)
{
    size_t n;

    if (*p == '\\' && p + 1 < end && p[1] == '@') {
        asm_text_add(t, b->count, strlen(b->count));
        return 2;
    }
    if (*p == '\\' && p + 2 < end && p[1] == '(' && p[2] == ')')
        return 3;
    n = p + 1 < end ? asm_word_length(p + 1, end) : 0;
    if ((*p == '\\' || *p == '%') && n) {
        struct asm_str name = { *p == '%' ? p : p + 1, *p == '%' ? n + 1 : n };

        for (; name.n > (*p == '%'); name.n--)  /* \a.b may be \a and ".b" */
            if (add_param(t, b, name))
                return name.n + (*p == '\\');
    }
    n = asm_is_name_char(*p) ? asm_word_length(p, end) : 1;
    if (b->m->rars && asm_is_name_char(*p) && add_param(t, b, (struct asm_str){ p, n }))
        return n;
    asm_text_add(t, p, n);
    for (unsigned i = 0; i < b->nlabels; i++)
        if (asm_same(b->label[i], (struct asm_str){ p, n })) {
            asm_text_add(t, "_M", 2);
            asm_text_add(t, b->count, strlen(b->count));
        }
    return n;
}

/* The labels that the body of a RARS macro defines. */
static void find_labels(struct bind *b)
{
    const char *p = b->m->body.p, *end = p + b->m->body.n;

    while (p < end && b->nlabels < MAX_LABELS) {
        size_t n;

        while (p < end && (*p == ' ' || *p == '\t'))
            p++;
        n = asm_word_length(p, end);
        if (n && p + n < end && p[n] == ':' && (*p < '0' || *p > '9'))
            b->label[b->nlabels++] = (struct asm_str){ p, n };
        while (p < end && *p++ != '\n')
            continue;
    }
}

/* The text, in memory that stays: that of the pass before if it is the same. */
static struct asm_expansion *keep(struct asm_state *a, const struct asm_text *t)
{
    struct asm_expansion *e = *a->expansion_slot;

    if (!e)
        e = *a->expansion_slot = asm_take(a, sizeof *e);
    if (!e)
        return NULL;
    a->expansion_slot = &e->next;
    if (e->text && e->size == t->n && memcmp(e->text, t->p, t->n) == 0)
        return e;
    e->text = asm_take(a, t->n + 1);
    if (!e->text)
        return NULL;
    memmove(e->text, t->p, t->n);
    e->size = t->n;
    return e;
}

/* What keep() takes lies below the middle of what is free. */
bool asm_text_begin(struct asm_state *a, struct asm_text *t)
{
    size_t half = (a->mem_size - a->mem_used) / 2;

    a->out_of_memory |= half < 256;
    *t = (struct asm_text){ (char *)a->mem + a->mem_used + half, 0, half < 256 ? 0 : half - 128 };
    return half >= 256;
}

bool asm_text_read(struct asm_state *a, const struct asm_text *t, bool replaced)
{
    struct asm_expansion *e = t->n < t->room ? keep(a, t) : NULL;
    struct asm_cursor after = a->c;
    unsigned conditions = a->nconditions;

    if (!e) {
        a->out_of_memory = true;
        return false;
    }
    a->c = (struct asm_cursor){ e->text, e->text + e->size, e->text, after.line, true, replaced,
                                after.source };
    a->depth++;
    asm_statements(a, false);
    a->depth--;
    a->nconditions = conditions;
    a->c = after;
    return true;
}

/* Read the body with what is bound. */
static bool expand(struct asm_state *a, struct bind *b)
{
    const char *p = b->m->body.p, *end = p + b->m->body.n;
    struct asm_text t;

    if (!asm_text_begin(a, &t))
        return false;
    if (b->m->rars)
        find_labels(b);
    while (p < end)
        p += substitute(&t, b, p, end);
    return asm_text_read(a, &t, false);
}

static bool count_expansion(struct asm_state *a, struct bind *b, const char *at)
{
    struct asm_str s = asm_decimal(b->count, a->nexpansions++);

    memmove(b->count, s.p, s.n);
    b->count[s.n] = '\0';
    return a->depth < MAX_DEPTH || asm_fail0(a, at, "macros are nested too deeply");
}

/* ---- .macro ---- */

static struct asm_macro *find_macro(const struct asm_state *a, struct asm_str name)
{
    for (struct asm_macro *m = a->macros; m; m = m->next)
        if (asm_same(m->name, name))
            return m;
    return NULL;
}

/* name, name=value, name:req, name:vararg; %name is RARS's. */
static bool read_param(struct asm_state *a, struct asm_macro *m)
{
    const char *at = a->c.p;
    bool percent = asm_take_char(a, '%');
    struct asm_str name = asm_name(a), kind;
    unsigned i = m->nparams;

    if (!name.n)
        return asm_fail0(a, at, "the name of a parameter is expected here");
    if (i == MAX_PARAMS)
        return asm_fail0(a, at, "a macro has at most 16 parameters");
    m->nparams++;
    m->rars |= percent;
    m->param[i] = percent ? (struct asm_str){ name.p - 1, name.n + 1 } : name;
    m->value[i] = STR("");
    m->required[i] = false;
    if (asm_take_char(a, ':')) {
        kind = asm_name(a);
        m->required[i] = str_is(kind, "req");
        m->rest |= str_is(kind, "vararg");
        if (!m->required[i] && !m->rest)
            return asm_fail0(a, kind.p, "expected req or vararg");
    }
    if (asm_take_char(a, '=')) {
        asm_blank(a);
        m->value[i].p = a->c.p;
        while (!asm_at_end(a) && *a->c.p != ',' && *a->c.p != ' ')
            a->c.p++;
        m->value[i].n = (size_t)(a->c.p - m->value[i].p);
    }
    return true;
}

bool asm_macro_define(struct asm_state *a)
{
    struct asm_str name = asm_name(a), end;
    struct asm_macro *m = find_macro(a, name);

    if (!name.n)
        return asm_fail0(a, a->c.p, "the name of the macro is expected here");
    if (m && m->pass == a->pass)
        return asm_fail(a, name.p, "the macro '%' is already defined", name, STR(""));
    if (!m) {
        m = asm_take(a, sizeof *m);
        if (!m)
            return false;
        m->next = a->macros;
        a->macros = m;
    }
    m->name = name;
    m->nparams = 0;
    m->rars = m->rest = false;
    m->pass = a->pass;
    asm_take_char(a, ',');
    m->rars |= asm_take_char(a, '(');
    while (!asm_at_end(a) && *a->c.p != ')') {
        if (!read_param(a, m))
            return false;
        asm_take_char(a, ',');
    }
    asm_take_char(a, ')');
    if (!take_body(a, true, &m->body, &end))
        return false;
    m->rars |= str_is(end, ".end_macro");
    return true;
}

void asm_step(struct asm_state *a)
{
    if (*a->c.p == '"') {
        for (a->c.p++; a->c.p < a->c.end && *a->c.p != '"' && *a->c.p != '\n'; a->c.p++)
            a->c.p += *a->c.p == '\\';
    } else if (*a->c.p == '\'' && a->c.end - a->c.p > 2) {
        a->c.p += a->c.p[1] == '\\' ? 2 : 1;
    }
    if (a->c.p < a->c.end)
        a->c.p++;
}

/* One argument: to a comma, or a blank that ends it; quotes and brackets hold it together. */
static struct asm_str argument(struct asm_state *a, bool bracketed)
{
    struct asm_str arg;
    int open = 0;

    asm_blank(a);
    arg.p = a->c.p;
    while (!asm_at_end(a)) {
        char ch = *a->c.p;

        if (open == 0 && (ch == ',' || (bracketed && ch == ')')))
            break;
        open += ch == '(' ? 1 : ch == ')' ? -1 : 0;
        asm_step(a);
        arg.n = (size_t)(a->c.p - arg.p);
        if (open == 0 && a->c.p < a->c.end && (*a->c.p == ' ' || *a->c.p == '\t')) {
            asm_blank(a);
            /* a blank parts arguments unless an operator stands at it */
            if (a->c.p < a->c.end && !strchr("+-*/|&^<>=!~)", *a->c.p) &&
                !strchr("+-*/|&^<>=!~(", arg.p[arg.n - 1]))
                break;
        }
    }
    arg.n = (size_t)(a->c.p - arg.p);
    while (arg.n && (arg.p[arg.n - 1] == ' ' || arg.p[arg.n - 1] == '\t'))
        arg.n--;
    return arg;
}

/* name=value names its parameter; anything else is the next one's. */
static bool bind_argument(struct asm_state *a, struct bind *b, struct asm_str arg, unsigned *next)
{
    size_t n = asm_word_length(arg.p, arg.p + arg.n);
    unsigned i = *next;

    for (unsigned k = 0; n && n < arg.n && arg.p[n] == '=' && k < b->m->nparams; k++)
        if (asm_same(b->m->param[k], (struct asm_str){ arg.p, n })) {
            i = k;
            arg = (struct asm_str){ arg.p + n + 1, arg.n - n - 1 };
            --*next;
        }
    ++*next;
    if (i >= b->m->nparams)
        return asm_fail(a, arg.p, "too many arguments for the macro '%'", b->m->name, STR(""));
    if (arg.n >= 2 && arg.p[0] == '"' && arg.p[arg.n - 1] == '"' && !b->m->rars)
        arg = (struct asm_str){ arg.p + 1, arg.n - 2 };
    if (arg.n)
        b->value[i] = arg;
    return true;
}

static bool read_arguments(struct asm_state *a, struct bind *b)
{
    bool bracketed = b->m->rars && asm_take_char(a, '(');
    unsigned next = 0;

    while (!asm_at_end(a) && !(bracketed && *a->c.p == ')')) {
        struct asm_str arg;

        if (b->m->rest && next + 1 == b->m->nparams) {
            asm_blank(a);
            arg.p = a->c.p;
            while (!asm_at_end(a))
                a->c.p++;
            arg.n = (size_t)(a->c.p - arg.p);
        } else {
            arg = argument(a, bracketed);
        }
        if (!bind_argument(a, b, arg, &next))
            return false;
        asm_take_char(a, ',');
    }
    if (bracketed && !asm_expect(a, ')'))
        return false;
    for (unsigned i = 0; i < b->m->nparams; i++)
        if (b->m->required[i] && !b->value[i].n)
            return asm_fail(a, a->c.p, "the macro '%' wants a value for '%'", b->m->name,
                            b->m->param[i]);
    return true;
}

bool asm_macro_call(struct asm_state *a, struct asm_str name, bool *ok)
{
    const struct asm_macro *m = a->macros ? find_macro(a, name) : NULL;
    struct bind b = { .m = m };

    if (!m || m->pass != a->pass)
        return false;
    memcpy(b.value, m->value, sizeof b.value);
    *ok = read_arguments(a, &b) && count_expansion(a, &b, name.p) && expand(a, &b);
    return true;
}

bool asm_macro_leave(struct asm_state *a)
{
    if (!a->c.expansion)
        return asm_fail0(a, a->c.p, ".exitm stands outside of a macro");
    a->c.p = a->c.end;
    return true;
}

bool asm_macro_purge(struct asm_state *a)
{
    struct asm_str name = asm_name(a);
    struct asm_macro *m = find_macro(a, name);

    if (!m || m->pass != a->pass)
        return asm_fail(a, name.p, "there is no macro '%'", name, STR(""));
    m->pass = 0;
    return true;
}

/* .irp name, value, value... and .irpc name, letters: the body for each of them. */
bool asm_irp(struct asm_state *a, bool letters)
{
    struct asm_macro m = { .nparams = 1 };
    struct bind b = { .m = &m };
    struct asm_cursor values, after;
    struct asm_str end;
    const char *at = a->c.p;
    bool first = true;

    m.param[0] = asm_name(a);
    if (!m.param[0].n)
        return asm_fail0(a, a->c.p, "the name of a parameter is expected here");
    asm_take_char(a, ',');
    asm_blank(a);
    values = a->c;
    if (!take_body(a, false, &m.body, &end))
        return false;
    after = a->c;
    for (;; first = false) {
        a->c = values;
        if (asm_at_end(a) && !first)
            break;
        if (letters) {
            b.value[0] = (struct asm_str){ a->c.p, !asm_at_end(a) };
            a->c.p += !asm_at_end(a);
        } else {
            b.value[0] = argument(a, false);
            asm_take_char(a, ',');
        }
        values = a->c;
        if (!count_expansion(a, &b, at) || !expand(a, &b))
            return false;
        a->c = after;
        if (a->out_of_memory)
            return false;
    }
    a->c = after;
    return true;
}

/* ---- conditions ---- */

static bool is_if(struct asm_str name)
{
    return name.n >= 3 && memcmp(name.p, ".if", 3) == 0;
}

/* To the .endif of the condition that has just been left, or to an .else or .elseif of it if
 * that may come; which one it was. */
static bool skip_branch(struct asm_state *a, bool to_else, struct asm_str *found)
{
    unsigned open = 1;

    asm_skip_statement(a);
    while (a->c.p < a->c.end) {
        struct asm_str name = asm_name(a);

        if (is_if(name))
            open++;
        if (str_is(name, ".endif") && --open == 0) {
            *found = name;
            return true;
        }
        if (open == 1 && to_else && (str_is(name, ".else") || str_is(name, ".elseif"))) {
            *found = name;
            return true;
        }
        asm_skip_statement(a);
    }
    return asm_fail0(a, a->c.p, ".endif is missing");
}

static bool is_defined(struct asm_state *a)
{
    struct asm_str name = asm_name(a);
    const struct asm_symbol *s = name.n ? asm_symbol(a, name) : NULL;

    return s && s->pass == a->pass;
}

/* The texts of .ifc; of .ifb alone. */
static bool same_texts(struct asm_state *a)
{
    struct asm_str x = argument(a, false), y;

    asm_take_char(a, ',');
    y = argument(a, false);
    return asm_same(x, y);
}

static bool holds(struct asm_state *a, struct asm_str name, bool *yes)
{
    int64_t n;

    if (str_is(name, ".ifdef") || str_is(name, ".ifndef") || str_is(name, ".ifnotdef")) {
        *yes = is_defined(a) == str_is(name, ".ifdef");
        return true;
    }
    if (str_is(name, ".ifb") || str_is(name, ".ifnb")) {
        *yes = asm_at_end(a) == str_is(name, ".ifb");
        while (!asm_at_end(a))
            a->c.p++;
        return true;
    }
    if (str_is(name, ".ifc") || str_is(name, ".ifnc")) {
        *yes = same_texts(a) == str_is(name, ".ifc");
        return true;
    }
    if (!asm_number(a, &n))
        return false;
    *yes = str_is(name, ".ifeq") ? n == 0 : str_is(name, ".ifgt") ? n > 0
         : str_is(name, ".ifge") ? n >= 0 : str_is(name, ".iflt") ? n < 0
         : str_is(name, ".ifle") ? n <= 0 : n != 0;
    return true;
}

bool asm_if(struct asm_state *a, struct asm_str name)
{
    bool yes;

    a->nconditions++;
    while (holds(a, name, &yes)) {
        if (yes)
            return true;
        if (!skip_branch(a, true, &name))
            return false;
        if (str_is(name, ".endif"))
            a->nconditions--;
        if (!str_is(name, ".elseif"))
            return true;
        name = STR(".if");
    }
    return false;
}

bool asm_else(struct asm_state *a)
{
    struct asm_str found;

    if (!a->nconditions)
        return asm_fail0(a, a->c.p, ".else without .if");
    a->nconditions--;
    return skip_branch(a, false, &found);
}

bool asm_endif(struct asm_state *a)
{
    if (!a->nconditions)
        return asm_fail0(a, a->c.p, ".endif without .if");
    a->nconditions--;
    return true;
}
