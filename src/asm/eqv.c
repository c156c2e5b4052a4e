/* eqv.c - .eqv of RARS: a name that stands for whatever text follows it, to the end of the line.
 *
 * A value that is an expression makes a symbol, as .set does: that can be used in any
 * expression. Other text is put in before a statement is read, word for word, outside of
 * strings. Source: RARS help, "Directives", .eqv.
 */
#include <asm/inside.h>

#include <string.h>

struct asm_eqv {
    struct asm_eqv *next;
    struct asm_str name, text;
    uint32_t pass;              /* in which it was defined last */
};

static const struct asm_eqv *find(const struct asm_state *a, struct asm_str name)
{
    for (const struct asm_eqv *e = a->eqvs; e; e = e->next)
        if (e->pass == a->pass && asm_same(e->name, name))
            return e;
    return NULL;
}

/* What is left of the statement, taken. */
static struct asm_str rest(struct asm_state *a)
{
    struct asm_str s;

    asm_blank(a);
    s = (struct asm_str){ a->c.p, 0 };
    while (!asm_at_end(a)) {
        asm_step(a);
        s.n = (size_t)(a->c.p - s.p);
    }
    return s;
}

/* Is all of it an expression over what has a value already? A register has none. */
static bool is_expression(struct asm_state *a)
{
    struct asm_cursor start = a->c;
    struct asm_str text = rest(a);
    const char *p = text.p, *end = p + text.n;
    struct asm_value v;
    bool ok = text.n > 0, quiet = a->quiet;

    a->c = start;
    while (p < end && ok) {
        size_t n = *p == '\'' ? (end - p > 2 ? 3 : 1) : asm_word_length(p, end);

        if (n && *p != '\'' && (*p < '0' || *p > '9'))
            ok = asm_is_defined(a, (struct asm_str){ p, n });
        p += n ? n : 1;
    }
    if (!ok)
        return false;
    a->quiet = true;
    ok = asm_expression(a, &v) && asm_at_end(a);
    a->quiet = quiet;
    a->c = start;
    return ok;
}

bool asm_eqv_define(struct asm_state *a, struct asm_str name, bool *text)
{
    struct asm_eqv *e = a->eqvs;

    *text = !is_expression(a);
    if (!*text)
        return true;
    if (asm_is_defined(a, name) || find(a, name))
        return asm_fail(a, name.p, "'%' is already defined", name, STR(""));
    while (e && !asm_same(e->name, name))
        e = e->next;
    if (!e) {
        e = asm_take(a, sizeof *e);
        if (!e)
            return false;
        e->next = a->eqvs;
        a->eqvs = e;
    }
    e->name = name;
    e->pass = a->pass;
    e->text = rest(a);
    return true;
}

/* Bodies are read from where they stand; their statements are replaced in their turn. */
static bool has_body(struct asm_str s)
{
    static const char *const words[] = { ".macro", ".irp", ".rept", ".if", ".el", ".end" };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (s.n >= strlen(words[i]) && memcmp(s.p, words[i], strlen(words[i])) == 0)
            return true;
    return false;
}

/* The statement with the texts put in; false: there is nothing to put in. */
static bool replace(struct asm_state *a, struct asm_text *t)
{
    struct asm_cursor start = a->c;
    struct asm_str s = rest(a);
    bool any = false, naming = false;

    a->c = start;
    a->c.end = s.p + s.n;
    for (a->c.p = s.p; a->c.p < a->c.end;) {
        const char *p = a->c.p;
        size_t n = asm_word_length(p, a->c.end);
        const struct asm_eqv *e = n && !naming ? find(a, (struct asm_str){ p, n }) : NULL;

        if (n)
            naming = str_is((struct asm_str){ p, n }, ".eqv");  /* what it names stays */
        any |= e != NULL;
        if (n)
            a->c.p += n;
        else
            asm_step(a);
        asm_text_add(t, e ? e->text.p : p, e ? e->text.n : (size_t)(a->c.p - p));
    }
    a->c = start;
    return any && !has_body(s);
}

bool asm_eqv_replace(struct asm_state *a, bool *ok)
{
    struct asm_text t;

    if (!a->eqvs || a->c.replaced || asm_at_end(a) || !asm_text_begin(a, &t) || !replace(a, &t))
        return false;
    *ok = asm_text_read(a, &t, true);
    return true;
}
