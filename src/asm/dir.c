/* dir.c - directives: sections, symbols, control, and those that change nothing; the table of
 * all. */
#include <asm/inside.h>
#include <cpu/elf.h>

#include <string.h>

/* ---- sections ---- */

static bool enter(struct asm_state *a, enum asm_sec s)
{
    a->previous = a->here;
    a->here = s;
    return true;
}

static bool dir_section_short(struct asm_state *a, unsigned section)
{
    int64_t subsection;

    return enter(a, (enum asm_sec)section) && (asm_at_end(a) || asm_number(a, &subsection));
}

static bool has_prefix(struct asm_str s, const char *prefix)
{
    size_t n = strlen(prefix);

    return s.n >= n && memcmp(s.p, prefix, n) == 0 && (s.n == n || s.p[n] == '.');
}

/* By the name's beginning, as linker scripts do. */
static bool section_by_name(struct asm_str name, enum asm_sec *s)
{
    static const struct { const char *prefix; enum asm_sec s; } known[] = {
        { ".text", SEC_TEXT }, { ".init", SEC_TEXT }, { ".fini", SEC_TEXT },
        { ".rodata", SEC_RODATA }, { ".srodata", SEC_RODATA },
        { ".data", SEC_DATA }, { ".sdata", SEC_DATA },
        { ".bss", SEC_BSS }, { ".sbss", SEC_BSS },
        { ".note", SEC_DISCARD }, { ".comment", SEC_DISCARD }, { ".eh_frame", SEC_DISCARD },
    };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (has_prefix(name, known[i].prefix)) {
            *s = known[i].s;
            return true;
        }
    }
    return false;
}

/* By "flags" and @type. */
static bool section_by_flags(struct asm_state *a, enum asm_sec *s)
{
    bool alloc = false, write = false, exec = false;

    if (!asm_take_char(a, '"'))
        return asm_fail0(a, a->c.p, "the flags of the section are expected here, in \"quotes\"");
    for (; a->c.p < a->c.end && asm_is_name_char(*a->c.p); a->c.p++) {
        alloc |= *a->c.p == 'a';
        write |= *a->c.p == 'w';
        exec |= *a->c.p == 'x';
    }
    *s = !alloc ? SEC_DISCARD : exec ? SEC_TEXT : write ? SEC_DATA : SEC_RODATA;
    if (!asm_expect(a, '"'))
        return false;
    if (asm_take_char(a, ',')) {
        if (!asm_take_char(a, '@') && !asm_take_char(a, '%'))
            return asm_fail0(a, a->c.p, "expected @progbits or @nobits");
        if (str_is(asm_name(a), "nobits") && *s == SEC_DATA)
            *s = SEC_BSS;
    }
    asm_blank(a);
    while (!asm_at_end(a))      /* entry size, group: of no use here */
        a->c.p++;
    return true;
}

/* Names of sections may have a hyphen (.note.GNU-stack) or stand in quotes. */
static struct asm_str section_name(struct asm_state *a)
{
    bool quoted = asm_take_char(a, '"');
    struct asm_str name;

    asm_blank(a);
    name.p = a->c.p;
    while (a->c.p < a->c.end && (asm_is_name_char(*a->c.p) || *a->c.p == '-'))
        a->c.p++;
    name.n = (size_t)(a->c.p - name.p);
    if (quoted && !asm_take_char(a, '"'))
        name.n = 0;
    return name;
}

static bool dir_section(struct asm_state *a, unsigned push)
{
    struct asm_str name = section_name(a);
    enum asm_sec s = SEC_DISCARD, flagged = SEC_DISCARD;
    bool known = section_by_name(name, &s), flags;

    if (!name.n)
        return asm_fail0(a, a->c.p, "the name of a section is expected here");
    flags = asm_take_char(a, ',');
    if (flags && !section_by_flags(a, &flagged))
        return false;
    if (!known && !flags && !has_prefix(name, ".debug"))
        return asm_fail(a, name.p, "the section '%' needs flags: .section %, \"aw\"", name, name);
    if (push) {
        if (a->npushed == ASM_PUSHES)
            return asm_fail0(a, name.p, "sections are pushed too deeply");
        a->pushed[a->npushed++] = a->here;
    }
    return enter(a, known || !flags ? s : flagged);
}

static bool dir_popsection(struct asm_state *a, unsigned unused)
{
    (void)unused;
    if (!a->npushed)
        return asm_fail0(a, a->c.p, "no section was pushed");
    return enter(a, a->pushed[--a->npushed]);
}

static bool dir_previous(struct asm_state *a, unsigned unused)
{
    (void)unused;
    return enter(a, a->previous);
}

/* ---- symbols ---- */

/* Not, or global, or that and weak. */
static bool dir_globl(struct asm_state *a, unsigned global)
{
    do {
        struct asm_str name = asm_name(a);
        struct asm_symbol *s = name.n ? asm_own_symbol(a, name) : NULL;

        if (!name.n)
            return asm_fail0(a, a->c.p, "a name is expected here");
        if (s && global) {
            s->global = true;
            s->weak = global == 2;
        }
    } while (asm_take_char(a, ','));
    return true;
}

/* Give a symbol a value; `fixed` (.equiv) refuses a second one. */
static bool assign(struct asm_state *a, struct asm_str name, bool fixed)
{
    struct asm_symbol *s = asm_own_symbol(a, name);
    struct asm_value v;

    if (!asm_expression(a, &v) || !s)
        return false;
    if (s->pass == a->pass && (fixed || !s->set))
        return asm_fail(a, name.p, "'%' is already defined", name, STR(""));
    s->value = v;
    s->set = true;
    s->pass = a->pass;
    s->line = a->c.line;
    return true;
}

static bool dir_set(struct asm_state *a, unsigned fixed)
{
    struct asm_str name = asm_name(a);

    if (!name.n)
        return asm_fail0(a, a->c.p, "a name is expected here");
    return asm_expect(a, ',') && assign(a, name, fixed != 0);
}

/* .type name, @function */
static bool dir_type(struct asm_state *a, unsigned unused)
{
    struct asm_str name = asm_name(a), type;
    struct asm_symbol *s = name.n ? asm_own_symbol(a, name) : NULL;

    (void)unused;
    if (!name.n)
        return asm_fail0(a, a->c.p, "a name is expected here");
    asm_take_char(a, ',');
    if (!asm_take_char(a, '@') && !asm_take_char(a, '%'))
        asm_blank(a);
    type = asm_name(a);
    if (s && (str_is(type, "function") || str_is(type, "STT_FUNC")))
        s->type = ELF_STT_FUNC;
    else if (s && (str_is(type, "object") || str_is(type, "STT_OBJECT")))
        s->type = ELF_STT_OBJECT;
    return true;
}

static bool dir_size(struct asm_state *a, unsigned unused)
{
    struct asm_str name = asm_name(a);
    struct asm_symbol *s = name.n ? asm_own_symbol(a, name) : NULL;
    int64_t n;

    (void)unused;
    if (!name.n)
        return asm_fail0(a, a->c.p, "a name is expected here");
    if (!asm_expect(a, ',') || !asm_number(a, &n))
        return false;
    if (s)
        s->size = (uint32_t)n;
    return true;
}

/* ---- control ---- */

/* Past the .endr that belongs to a .rept that is not read at all. */
static bool skip_body(struct asm_state *a)
{
    unsigned open = 1;

    while (a->c.p < a->c.end) {
        struct asm_str name = asm_name(a);

        if (str_is(name, ".rept") || str_is(name, ".irp") || str_is(name, ".irpc"))
            open++;
        if (str_is(name, ".endr") && --open == 0)
            return true;
        asm_skip_statement(a);
    }
    return false;
}

static bool dir_rept(struct asm_state *a, unsigned unused)
{
    const char *at = a->c.p;
    struct asm_cursor body;
    int64_t n;
    bool ok;

    (void)unused;
    if (!asm_number(a, &n))
        return false;
    if (a->depth > 8)
        return asm_fail0(a, at, ".rept is nested too deeply");
    asm_skip_statement(a);
    body = a->c;
    if (n <= 0)
        return skip_body(a) || asm_fail0(a, a->c.p, ".endr is missing");
    a->depth++;
    do {
        a->c = body;
        ok = asm_statements(a, true);
    } while (ok && --n > 0);
    a->depth--;
    return ok;
}

static bool dir_ignore(struct asm_state *a, unsigned unused)
{
    (void)unused;
    while (!asm_at_end(a)) {
        if (*a->c.p++ != '"')
            continue;
        while (a->c.p < a->c.end && *a->c.p != '"' && *a->c.p != '\n')
            a->c.p++;
        asm_take_char(a, '"');
    }
    return true;
}

/* What stands after .end is no part of the program. */
static bool dir_end(struct asm_state *a, unsigned unused)
{
    (void)unused;
    a->c.p = a->c.end;
    return true;
}

static bool dir_option(struct asm_state *a, unsigned unused)
{
    struct asm_str what = asm_name(a);

    if (str_is(what, "rvc"))
        return asm_fail0(a, what.p, "there are no compressed instructions here");
    return dir_ignore(a, unused);
}

static bool dir_macro(struct asm_state *a, unsigned what)
{
    switch (what) {
    case 0: return asm_macro_define(a);
    case 1: return asm_macro_leave(a);
    case 2: return asm_macro_purge(a);
    case 3: return asm_irp(a, false);
    default: return asm_irp(a, true);
    }
}

static bool dir_else(struct asm_state *a, unsigned unused)
{
    (void)unused;
    return asm_else(a);
}

static bool dir_endif(struct asm_state *a, unsigned unused)
{
    (void)unused;
    return asm_endif(a);
}

/* .error "text"; .warning says nothing, as there is nobody to hear it but errors. */
static bool dir_error(struct asm_state *a, unsigned error)
{
    struct asm_str text = { a->c.p, 0 };

    while (!asm_at_end(a))
        a->c.p++;
    text.n = (size_t)(a->c.p - text.p);
    return !error || asm_fail(a, text.p, "%", text.n ? text : STR(".error"), STR(""));
}

/* Its own condition is part of its name. */
static bool dir_if(struct asm_state *a, struct asm_str name, bool *known)
{
    static const char *const names[] = { ".if", ".ifdef", ".ifndef", ".ifnotdef", ".ifeq", ".ifne",
                                         ".ifgt", ".ifge", ".iflt", ".ifle", ".ifb", ".ifnb", ".ifc",
                                         ".ifnc" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_is(name, names[i])) {
            *known = true;
            return asm_if(a, name);
        }
    *known = false;
    return false;
}

/* .eqv name, value, and without the comma, as RARS writes it; the value may be any text. */
static bool dir_eqv(struct asm_state *a, unsigned unused)
{
    struct asm_str name = asm_name(a);
    bool text, ok;

    (void)unused;
    if (!name.n)
        return asm_fail0(a, a->c.p, "a name is expected here");
    asm_take_char(a, ',');
    ok = asm_eqv_define(a, name, &text);
    return text ? ok : assign(a, name, false);
}

static const struct {
    const char *name;
    bool (*fn)(struct asm_state *, unsigned);
    unsigned arg;
} directives[] = {
    { ".byte", asm_dir_data, 1 }, { ".half", asm_dir_data, 2 }, { ".hword", asm_dir_data, 2 },
    { ".short", asm_dir_data, 2 }, { ".2byte", asm_dir_data, 2 }, { ".word", asm_dir_data, 4 },
    { ".long", asm_dir_data, 4 }, { ".int", asm_dir_data, 4 }, { ".4byte", asm_dir_data, 4 },
    { ".dword", asm_dir_data, 8 }, { ".quad", asm_dir_data, 8 }, { ".8byte", asm_dir_data, 8 },
    { ".ascii", asm_dir_string, 0 }, { ".asciz", asm_dir_string, 1 }, { ".asciiz", asm_dir_string, 1 },
    { ".string", asm_dir_string, 1 },
    { ".space", asm_dir_space, 1 }, { ".skip", asm_dir_space, 1 }, { ".zero", asm_dir_space, 0 },
    { ".fill", asm_dir_fill, 0 }, { ".align", asm_dir_align, 0 }, { ".p2align", asm_dir_align, 0 },
    { ".balign", asm_dir_align, 1 }, { ".comm", asm_dir_comm, 0 }, { ".lcomm", asm_dir_comm, 0 },
    { ".text", dir_section_short, SEC_TEXT }, { ".data", dir_section_short, SEC_DATA },
    { ".rodata", dir_section_short, SEC_RODATA }, { ".bss", dir_section_short, SEC_BSS },
    { ".section", dir_section, 0 }, { ".pushsection", dir_section, 1 },
    { ".popsection", dir_popsection, 0 }, { ".previous", dir_previous, 0 },
    { ".globl", dir_globl, 1 }, { ".global", dir_globl, 1 }, { ".weak", dir_globl, 2 },
    { ".local", dir_globl, 0 }, { ".hidden", dir_globl, 0 }, { ".internal", dir_globl, 0 },
    { ".protected", dir_globl, 0 }, { ".extern", dir_globl, 0 },
    { ".equ", dir_set, 0 }, { ".set", dir_set, 0 }, { ".equiv", dir_set, 1 },
    { ".type", dir_type, 0 }, { ".size", dir_size, 0 }, { ".rept", dir_rept, 0 },
    { ".option", dir_option, 0 }, { ".file", dir_ignore, 0 }, { ".ident", dir_ignore, 0 },
    { ".attribute", dir_ignore, 0 }, { ".loc", dir_ignore, 0 }, { ".addrsig", dir_ignore, 0 },
    { ".addrsig_sym", dir_ignore, 0 }, { ".end", dir_end, 0 },
    { ".macro", dir_macro, 0 }, { ".exitm", dir_macro, 1 }, { ".purgem", dir_macro, 2 },
    { ".irp", dir_macro, 3 }, { ".irpc", dir_macro, 4 }, { ".else", dir_else, 0 },
    { ".elseif", dir_else, 0 }, { ".endif", dir_endif, 0 }, { ".error", dir_error, 1 },
    { ".err", dir_error, 1 }, { ".warning", dir_error, 0 }, { ".print", dir_error, 0 },
    { ".org", asm_dir_org, 0 }, { ".uleb128", asm_dir_leb128, 0 }, { ".sleb128", asm_dir_leb128, 1 },
    { ".float", asm_dir_real, 4 }, { ".single", asm_dir_real, 4 }, { ".double", asm_dir_real, 8 },
    { ".eqv", dir_eqv, 0 }, { ".include", asm_include, 0 }, { ".incbin", asm_incbin, 0 },
    { ".insn", asm_insn, 0 },
};

static bool unknown(struct asm_state *a, struct asm_str name)
{
    const char *best = NULL;
    unsigned least = 3;

    for (size_t i = 0; i < sizeof directives / sizeof *directives; i++) {
        unsigned d = asm_distance(name, directives[i].name);

        if (d < least) {
            least = d;
            best = directives[i].name;
        }
    }
    if (!best)
        return asm_fail(a, name.p, "unknown directive '%'", name, STR(""));
    return asm_fail(a, name.p, "unknown directive '%' (did you mean '%'?)", name,
                    (struct asm_str){ best, strlen(best) });
}

bool asm_directive(struct asm_state *a, struct asm_str name)
{
    bool is_if, ok;

    if (name.n > 5 && memcmp(name.p, ".cfi_", 5) == 0)
        return dir_ignore(a, 0);
    ok = dir_if(a, name, &is_if);
    if (is_if)
        return ok;
    for (size_t i = 0; i < sizeof directives / sizeof *directives; i++) {
        if (!str_is(name, directives[i].name))
            continue;
        asm_blank(a);
        if (!directives[i].fn(a, directives[i].arg))
            return false;
        return asm_at_end(a) || asm_fail0(a, a->c.p, "nothing more is expected here");
    }
    return unknown(a, name);
}

bool asm_assign(struct asm_state *a, struct asm_str name)
{
    return assign(a, name, false);
}
