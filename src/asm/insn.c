/* insn.c - instructions and pseudo-instructions: which row fits, and its words. */
#include <asm/inside.h>
#include <asm/rows.h>

#include <string.h>

/* ---- words ---- */

static uint32_t encode(enum insn_id op, uint32_t rd, uint32_t rs1, uint32_t imm)
{
    struct insn in = { .op = (uint8_t)op, .rd = (uint8_t)rd, .rs1 = (uint8_t)rs1, .imm = imm };

    return insn_encode(&in);
}

/* What is left for lui or auipc when the low 12 bits are added with their sign. */
static uint32_t upper(uint32_t v)
{
    return (v + 0x800) & 0xfffff000;
}

static uint32_t rd_of(uint32_t word)
{
    return word >> 7 & 31;
}

static uint32_t rs1_of(uint32_t word)
{
    return word >> 15 & 31;
}

/* GNU as: addi if 12 bits do, else lui, and addi unless the rest is zero. `wide` keeps
 * two words, once it took two. */
static unsigned load_number(uint32_t rd, uint32_t v, bool wide, uint32_t out[2])
{
    if (upper(v) == 0 && !wide) {
        out[0] = encode(OP_ADDI, rd, 0, v);
        return 1;
    }
    out[0] = encode(OP_LUI, rd, 0, upper(v));
    out[1] = encode(OP_ADDI, rd, rd, v);
    return v == upper(v) && !wide ? 1 : 2;
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
                            uint32_t out[2])
{
    uint32_t offset = asm_address(a, o->target) - asm_address(a, asm_here(a));

    out[0] = encode(OP_AUIPC, via, 0, upper(offset));
    out[1] = o->word | via << 15 | encode((enum insn_id)o->op, 0, 0, offset);
    return 2;
}

/* Shift up, then down again. */
static unsigned words_pair(const struct asm_operands *o, uint32_t bits, uint32_t out[2])
{
    uint32_t rd = rd_of(o->word), shift = bits >> 20;

    out[0] = encode(OP_SLLI, rd, rs1_of(o->word), shift);
    out[1] = encode((enum insn_id)o->op, rd, rd, shift);
    return 2;
}

static bool in_range(int64_t offset, int64_t reach)
{
    return offset >= -reach && offset < reach;
}

/* How far the target is. A label further on is where the last pass saw it; it has moved
 * at least as much as we have. */
static int64_t distance(struct asm_state *a, const struct asm_operands *o)
{
    uint32_t target = asm_address(a, o->target);

    if (o->target.sec == SEC_UNKNOWN)
        return 0;
    if (o->target.stale && o->target.sec == a->here)
        target += o->stretch;
    return (int32_t)(target - asm_address(a, asm_here(a)));
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
    *out = o->word | encode(OP_JAL, 0, 0, (uint32_t)offset);
    return 1;
}

/* GNU as manual, "RISC-V Options": a branch that does not reach is inverted around
 * a jump. */
static unsigned words_branch(struct asm_state *a, struct asm_operands *o, uint32_t out[2])
{
    int64_t offset = distance(a, o);
    struct asm_operands jump = *o;
    const uint32_t inverts = 1u << 12;  /* lowest bit of funct3 */

    if (in_range(offset, 4096) && o->note->words < 2) {
        if (offset & 1)
            asm_fail0(a, o->at, "a branch goes to an even address");
        out[0] = o->word | encode((enum insn_id)o->op, 0, 0, (uint32_t)offset);
        return 1;
    }
    out[0] = (o->word | encode((enum insn_id)o->op, 0, 0, 8)) ^ inverts;
    jump.word = 0;
    return 1 + words_jump(a, &jump, offset - 4, &out[1]);
}

static unsigned words_one(struct asm_state *a, const struct asm_row *row, struct asm_operands *o,
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

static unsigned words_of(struct asm_state *a, const struct asm_row *row,
                         struct asm_operands *o, uint32_t out[2])
{
    uint32_t rd = rd_of(o->word), rs1 = rs1_of(o->word);

    switch (row->kind) {
    case KIND_LI:
        return words_li(a, o, out);
    case KIND_LA:
        return o->target.sec == SEC_ABS ? words_li(a, o, out) : words_pcrel(a, o, rd, out);
    case KIND_LOAD:
        return words_pcrel(a, o, rd, out);
    case KIND_STORE:
        return words_pcrel(a, o, rs1, out);
    case KIND_CALL:
        return words_pcrel(a, o, rs1, out);
    case KIND_PAIR:
        return words_pair(o, row->bits, out);
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

    for (unsigned i = 0; i < asm_nrows(); i++) {
        struct asm_row row = asm_row(i);
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
 * furthest, to say why; asm_nrows() for no such name. */
static unsigned choose(struct asm_state *a, struct asm_str name, struct asm_note *note,
                       unsigned *rows)
{
    struct asm_cursor start = a->c;
    const char *furthest = NULL;
    unsigned best = asm_nrows();
    bool quiet = a->quiet, fits = false;

    *rows = 0;
    a->quiet = true;
    for (unsigned i = 0; i < asm_nrows() && !fits; i++) {
        struct asm_row row = asm_row(i);
        struct asm_operands o = { .op = row.op, .note = note };

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
    struct asm_row row;

    if (!note)
        return false;
    i = choose(a, stem, note, &rows);
    if (i == asm_nrows())
        return unknown(a, name);
    row = asm_row(i);
    if (ordering && insn_table[row.op].cls != INSN_AMO)
        return unknown(a, name);
    a->note_slot = &note->next;
    o.stretch = a->pass > 1 ? asm_address(a, asm_here(a)) - note->addr : 0;
    note->line = a->c.line;
    note->addr = asm_address(a, asm_here(a));
    note->has_hi = false;
    o.op = row.op;
    o.word = insn_table[row.op].match | row.bits | ordering;
    if (!asm_operands(a, row.operands, &o))
        return false;
    n = words_of(a, &row, &o, out);
    return emit_words(a, name, note, out, n);
}
