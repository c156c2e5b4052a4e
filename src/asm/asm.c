/* asm.c - the passes of the assembler, and its statements. */
#include <asm/inside.h>

#include <sim/check.h>
#include <string.h>

enum {
    MAX_PASSES = 500,
    MAX_STATEMENTS = 8000000,   /* in one pass: .rept in .rept must end */
};
#define MAX_FILE_BYTES  UINT32_C(0x04000000)    /* of a section that is in the file */
#define MAX_ZERO_BYTES  UINT32_C(0x40000000)

struct asm_note *asm_next_note(struct asm_state *a)
{
    if (!*a->note_slot)
        *a->note_slot = asm_take(a, sizeof **a->note_slot);
    return *a->note_slot;
}

bool asm_emit(struct asm_state *a, const char *at, const void *bytes, uint64_t n)
{
    struct asm_section *s = &a->section[a->here];
    uint32_t most = a->here == SEC_BSS ? MAX_ZERO_BYTES : MAX_FILE_BYTES;

    if (n > most - s->at)
        return asm_fail0(a, at, "this section becomes too large");
    for (size_t i = 0; a->here == SEC_BSS && bytes && i < n; i++)
        if (((const uint8_t *)bytes)[i])
            return asm_fail0(a, at, ".bss holds nothing but zeros (use .data)");
    /* The pass before has measured what the last one writes. */
    CHECK(!s->bytes || s->at + n <= s->size);
    if (s->bytes && bytes)
        memcpy(s->bytes + s->at, bytes, (size_t)n);
    s->at += (uint32_t)n;
    return true;
}

/* ---- statements ---- */

/* "12:" or "name:" or "name =", each taken if it is there. */
static bool numeric_label(struct asm_state *a, bool *taken)
{
    const char *p = a->c.p;

    while (p < a->c.end && *p >= '0' && *p <= '9')
        p++;
    *taken = p > a->c.p && p < a->c.end && *p == ':';
    if (!*taken)
        return true;
    struct asm_str digits = { a->c.p, (size_t)(p - a->c.p) };
    a->c.p = p + 1;
    return asm_define(a, digits, digits.p);
}

static bool starts_assignment(struct asm_state *a)
{
    return !asm_at_end(a) && *a->c.p == '=' && !(a->c.end - a->c.p > 1 && a->c.p[1] == '=');
}

/* One statement with the labels before it. *end: it was .endr. */
static bool statement(struct asm_state *a, bool *end)
{
    struct asm_str name;
    bool taken;

    if (asm_eqv_replace(a, &taken))
        return taken;
    for (;;) {
        if (asm_at_end(a))
            return true;
        if (!numeric_label(a, &taken))
            return false;
        if (taken)
            continue;
        name = asm_name(a);
        if (!name.n)
            return asm_fail0(a, a->c.p, "an instruction, a directive or a label is expected");
        if (asm_take_char(a, ':')) {
            if (!asm_define(a, name, name.p))
                return false;
            continue;
        }
        if (starts_assignment(a)) {
            a->c.p++;
            return asm_assign(a, name) &&
                   (asm_at_end(a) || asm_fail0(a, a->c.p, "nothing more is expected here"));
        }
        *end = str_is(name, ".endr");
        if (*end)
            return true;
        if (asm_macro_call(a, name, &taken))
            return taken;
        return name.p[0] == '.' ? asm_directive(a, name) : asm_instruction(a, name);
    }
}

bool asm_statements(struct asm_state *a, bool repeated)
{
    while (a->c.p < a->c.end && !a->out_of_memory) {
        bool end = false;

        if (++a->statements > MAX_STATEMENTS)
            return asm_fail0(a, a->c.p, "the program repeats too much");
        statement(a, &end);
        if (end && repeated)
            return true;
        if (end)
            asm_fail0(a, a->c.p, ".endr without .rept");
        asm_skip_statement(a);
    }
    return !repeated || asm_fail0(a, a->c.p, ".endr is missing");
}

/* ---- passes ---- */

/* Did a symbol or a section end elsewhere than in the pass before? */
static bool settled(struct asm_state *a)
{
    bool same = !a->changed;

    for (struct asm_symbol *s = a->symbols; s; s = s->next) {
        if (s->value.n != s->before.n || s->value.sec != s->before.sec)
            same = false;
        s->before = s->value;
    }
    for (int i = 0; i < SEC_COUNT; i++) {
        if (a->section[i].size != a->section[i].at)
            same = false;
        a->section[i].size = a->section[i].at;
    }
    return same;
}

static void open_input(struct asm_state *a, unsigned file)
{
    const struct asm_input *in = &a->input[file];

    a->file = file;
    a->c = (struct asm_cursor){ in->text, in->text + in->size, in->text, 1, false, false, file };
    a->here = a->previous = SEC_TEXT;
    a->npushed = 0;
}

static void pass(struct asm_state *a)
{
    a->pass++;
    a->changed = false;
    a->statements = 0;
    a->note_slot = &a->notes;
    a->expansion_slot = &a->expansions;
    a->nexpansions = 0;
    a->nconditions = 0;
    for (int i = 0; i < SEC_COUNT; i++)
        a->section[i].at = 0;
    for (struct asm_symbol *s = a->symbols; s; s = s->next)
        s->current = NULL;
    for (unsigned i = 0; i < a->ninputs; i++) {
        open_input(a, i);
        asm_statements(a, false);
        if (a->nconditions)
            asm_fail0(a, a->c.p, ".endif is missing");
        a->nconditions = 0;
    }
}

/* Passes until nothing moves. */
static bool settle(struct asm_state *a)
{
    for (int i = 0; i < MAX_PASSES && !a->out_of_memory; i++) {
        asm_layout(a);
        pass(a);
        if (settled(a))
            return true;
    }
    return false;
}

static enum err finish(struct asm_state *a)
{
    if (!asm_elf_begin(a))
        return ERR_LIMIT;
    a->last = true;
    pass(a);
    if (!a->out_of_memory && a->r->nerrors == 0)
        asm_elf_end(a);
    if (a->out_of_memory)
        return ERR_LIMIT;
    return a->r->nerrors ? ERR_INPUT : ERR_OK;
}

enum err asm_build_all(const struct asm_input *input, unsigned n, const struct asm_reader *reader,
                       void *mem, size_t mem_size, struct asm_result *r)
{
    struct asm_state *a = mem;
    enum err err;

    memset(r, 0, sizeof *r);
    if (mem_size < sizeof *a)
        return ERR_LIMIT;
    memset(a, 0, sizeof *a);
    a->input = input;
    a->ninputs = n;
    a->reader = reader;
    a->mem = mem;
    a->mem_size = mem_size;
    a->mem_used = sizeof *a;
    a->symbols_end = &a->symbols;
    a->r = r;
    if (!settle(a)) {
        if (a->out_of_memory)
            return ERR_LIMIT;
        a->last = true;
        open_input(a, 0);
        asm_fail0(a, a->c.p, "sizes depend on each other and do not settle");
        return ERR_INPUT;
    }
    err = finish(a);
    if (err) {
        r->elf = NULL;
        r->size = 0;
    }
    return err;
}

enum err asm_build(const char *name, const char *text, size_t size, void *mem,
                   size_t mem_size, struct asm_result *r)
{
    const struct asm_input input = { name, text, size };

    return asm_build_all(&input, 1, NULL, mem, mem_size, r);
}
