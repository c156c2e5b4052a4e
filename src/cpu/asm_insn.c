/* asm_insn.c - instructions and pseudo-instructions: which row fits, and its words. */
#include <cpu/asm_int.h>
#include <cpu/isa.h>

#include <string.h>

enum kind { KIND_ONE, KIND_LI, KIND_LA, KIND_CALL, KIND_LOAD, KIND_STORE, KIND_PAIR };

struct row {
    const char *name, *operands;
    uint8_t op, kind;
    uint32_t bits;
};

static const char *const format_operands[] = {
    [INSN_FMT_R] = "d,s,t", [INSN_FMT_I] = "d,s,j", [INSN_FMT_SHIFT] = "d,s,>",
    [INSN_FMT_LOAD] = "d,o(s)", [INSN_FMT_JALR] = "d,o(s)", [INSN_FMT_S] = "t,q(s)",
    [INSN_FMT_B] = "s,t,p", [INSN_FMT_U] = "d,u", [INSN_FMT_J] = "d,a",
    [INSN_FMT_FENCE] = "P,Q", [INSN_FMT_NONE] = "", [INSN_FMT_LR] = "d,0(s)",
    [INSN_FMT_AMO] = "d,t,0(s)", [INSN_FMT_CSR] = "d,E,s", [INSN_FMT_CSRI] = "d,E,Z",
};

static const struct row pseudo[] = {
#define PSEUDO(name, operands, kind, op, bits) { name, operands, OP_##op, KIND_##kind, bits },
#include <cpu/asm_pseudo.def>
#undef PSEUDO
};

enum { NPSEUDO = sizeof pseudo / sizeof *pseudo, NROWS = OP_COUNT + NPSEUDO };

/* Row i: the instructions themselves, then the pseudo-instructions. */
static struct row row_at(unsigned i)
{
    if (i >= OP_COUNT)
        return pseudo[i - OP_COUNT];
    return (struct row){ insn_table[i].name, format_operands[insn_table[i].format], (uint8_t)i,
                         KIND_ONE, 0 };
}

/* ---- words ---- */

static uint32_t low12(uint32_t v)
{
    return v & 0xfff;
}

static uint32_t upper(uint32_t v)
{
    return (v + 0x800) & 0xfffff000;
}

static uint32_t rd_of(uint32_t word)
{
    return word & 0x1fu << 7;
}

/* GNU as: addi if 12 bits do, else lui, and addi unless the rest is zero. `wide` keeps
 * two words, once it took two. */
static unsigned load_number(uint32_t rd, uint32_t v, bool wide, uint32_t out[2])
{
    uint32_t addi = insn_table[OP_ADDI].match | rd;

    if (upper(v) == 0 && !wide) {
        out[0] = asm_put_i(addi, v);
        return 1;
    }
    out[0] = insn_table[OP_LUI].match | rd | upper(v);
    out[1] = asm_put_i(addi | rd << 8, low12(v));
    return low12(v) == 0 && !wide ? 1 : 2;
}

static unsigned words_li(struct asm_state *a, struct asm_operands *o, uint32_t out[2])
{
    int64_t n = o->target.n;

    if (n < INT32_MIN || n > (int64_t)UINT32_MAX)
        asm_fail0(a, o->at, "this does not fit in 32 bits");
    return load_number(rd_of(o->word), (uint32_t)n, o->note->words > 1, out);
}

/* auipc through `via`, then the instruction with the low part. */
static unsigned words_pcrel(struct asm_state *a, const struct asm_operands *o, uint32_t via,
                            bool store, uint32_t out[2])
{
    uint32_t offset = asm_address(a, o->target) - asm_address(a, asm_here(a));

    out[0] = insn_table[OP_AUIPC].match | via << 7 | upper(offset);
    out[1] = store ? asm_put_s(o->word, low12(offset)) : asm_put_i(o->word, low12(offset));
    return 2;
}

static unsigned words_pair(const struct row *row, const struct asm_operands *o, uint32_t out[2])
{
    uint32_t rd = rd_of(o->word);

    out[0] = insn_table[OP_SLLI].match | (o->word & ~insn_table[row->op].mask);
    out[1] = insn_table[row->op].match | row->bits | rd | rd << 8;
    return 2;
}

static bool in_range(int64_t offset, int64_t reach)
{
    return offset >= -reach && offset < reach;
}

static int64_t distance(struct asm_state *a, const struct asm_operands *o)
{
    if (o->target.sec == SEC_UNKNOWN)
        return 0;
    return (int32_t)(asm_address(a, o->target) - asm_address(a, asm_here(a)));
}

static unsigned words_jump(struct asm_state *a, const struct asm_operands *o, int64_t offset,
                           uint32_t *out)
{
    if (offset & 1)
        asm_fail0(a, o->at, "a jump goes to an even address");
    if (!in_range(offset, 1 << 20)) {
        char buf[24];

        asm_fail(a, o->at, "the target is % bytes away, a jump reaches 1 MiB: use call or tail",
                 asm_decimal(buf, offset), STR(""));
    }
    *out = asm_put_j(o->word, (uint32_t)offset);
    return 1;
}

/* GNU as manual, "RISC-V Options": a branch that does not reach is inverted around
 * a jump. */
static unsigned words_branch(struct asm_state *a, struct asm_operands *o, uint32_t out[2])
{
    int64_t offset = distance(a, o);
    struct asm_operands jump = *o;

    if (in_range(offset, 4096) && o->note->words < 2) {
        if (offset & 1)
            asm_fail0(a, o->at, "a branch goes to an even address");
        out[0] = asm_put_b(o->word, (uint32_t)offset);
        return 1;
    }
    out[0] = asm_put_b(o->word ^ 1u << 12, 8);
    jump.word = insn_table[OP_JAL].match;
    return 1 + words_jump(a, &jump, offset - 4, &out[1]);
}

static unsigned words_one(struct asm_state *a, const struct row *row, struct asm_operands *o,
                          uint32_t out[2])
{
    uint8_t format = insn_table[row->op].format;

    if (format == INSN_FMT_B)
        return words_branch(a, o, out);
    if (format == INSN_FMT_J)
        return words_jump(a, o, distance(a, o), out);
    out[0] = o->word;
    return 1;
}

static unsigned words_of(struct asm_state *a, const struct row *row, struct asm_operands *o,
                         uint32_t out[2])
{
    uint32_t rd = o->word >> 7 & 31, rs1 = o->word >> 15 & 31;

    switch (row->kind) {
    case KIND_LI:
        return words_li(a, o, out);
    case KIND_LA:
        if (o->target.sec == SEC_ABS)
            return words_li(a, o, out);
        o->word |= rd << 15;
        return words_pcrel(a, o, rd, false, out);
    case KIND_LOAD:
        o->word |= rd << 15;
        return words_pcrel(a, o, rd, false, out);
    case KIND_STORE:
        return words_pcrel(a, o, rs1, true, out);
    case KIND_CALL:
        if (rs1 == 0) {
            o->word |= rd << 15;
            rs1 = rd;
        }
        return words_pcrel(a, o, rs1, false, out);
    case KIND_PAIR:
        return words_pair(row, o, out);
    default:
        return words_one(a, row, o, out);
    }
}

/* ---- choosing ---- */

/* Take .aq, .rl or .aqrl off an atomic instruction's name; their bits. */
static uint32_t ordering_suffix(struct asm_str *name)
{
    static const struct { const char *text; uint32_t bits; } suffix[] = {
        { ".aqrl", 3u << 25 }, { ".aq", 1u << 26 }, { ".rl", 1u << 25 },
    };

    for (size_t i = 0; i < sizeof suffix / sizeof *suffix; i++) {
        size_t n = strlen(suffix[i].text);

        if (name->n > n + 2 && memcmp(name->p + name->n - n, suffix[i].text, n) == 0 &&
            memcmp(name->p + name->n - n - 2, ".w", 2) == 0) {
            name->n -= n;
            return suffix[i].bits;
        }
    }
    return 0;
}

static bool unknown(struct asm_state *a, struct asm_str name)
{
    const char *best = NULL;
    unsigned least = 3;

    for (unsigned i = 0; i < NROWS; i++) {
        struct row row = row_at(i);
        unsigned d = asm_distance(name, row.name);

        if (d < least) {
            least = d;
            best = row.name;
        }
    }
    if (!best)
        return asm_fail(a, name.p, "unknown instruction '%'", name, STR(""));
    return asm_fail(a, name.p, "unknown instruction '%' (did you mean '%'?)", name,
                    (struct asm_str){ best, strlen(best) });
}

/* The first row of this name whose operands fit; if none does, the one that came
 * furthest, to say why. NROWS: no such name. */
static unsigned choose(struct asm_state *a, struct asm_str name, struct asm_note *note,
                       unsigned *rows)
{
    struct asm_cursor start = a->c;
    const char *furthest = NULL;
    unsigned best = NROWS;
    bool quiet = a->quiet, fits = false;

    *rows = 0;
    a->quiet = true;
    for (unsigned i = 0; i < NROWS && !fits; i++) {
        struct row row = row_at(i);
        struct asm_operands o = { .note = note };

        if (row.name[0] != name.p[0] || !str_is(name, row.name))
            continue;
        ++*rows;
        fits = asm_operands(a, row.operands, &o);
        if (fits || !furthest || a->c.p > furthest) {
            furthest = a->c.p;
            best = i;
        }
        a->c = start;
    }
    a->quiet = quiet;
    return best;
}

static bool emit_words(struct asm_state *a, struct asm_str name, struct asm_note *note,
                       const uint32_t *words, unsigned n)
{
    uint8_t bytes[8];

    if (a->here == SEC_BSS)
        return asm_fail0(a, name.p, "there is no code in .bss");
    if (a->section[a->here].at & 3)
        return asm_fail0(a, name.p, "this instruction is at an address that is no multiple of "
                         "4 (put .align 2 before it)");
    if (n > note->words) {
        note->words = (uint8_t)n;
        a->changed = true;
    }
    for (unsigned i = 0; i < n * 4; i++)
        bytes[i] = (uint8_t)(words[i / 4] >> i % 4 * 8);
    return asm_emit(a, name.p, bytes, n * 4);
}

bool asm_instruction(struct asm_state *a, struct asm_str name)
{
    struct asm_note *note = asm_next_note(a);
    struct asm_str stem = name;
    uint32_t out[2] = { 0, 0 }, ordering = ordering_suffix(&stem);
    struct asm_operands o = { .note = note };
    unsigned i, rows, n;
    struct row row;

    if (!note)
        return false;
    i = choose(a, stem, note, &rows);
    if (i == NROWS)
        return unknown(a, name);
    row = row_at(i);
    if (ordering && insn_table[row.op].cls != INSN_AMO)
        return unknown(a, name);
    a->note_slot = &note->next;
    note->line = a->c.line;
    note->addr = asm_address(a, asm_here(a));
    note->has_hi = false;
    o.word = insn_table[row.op].match | row.bits | ordering;
    if (!asm_operands(a, row.operands, &o))
        return false;
    n = words_of(a, &row, &o, out);
    return emit_words(a, name, note, out, n);
}
