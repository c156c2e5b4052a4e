/* insn.c - instructions and pseudo-instructions: which row fits, and its words. */
#include <asm/inside.h>

#include <sim/check.h>
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

/* Of the extensions F and D. */
static bool is_floating(struct asm_str name)
{
    static const char *const stems[] = {
        "flw", "fsw", "fld", "fsd", "fadd.", "fsub.", "fmul.", "fdiv.", "fsqrt.", "fsgnj", "fmin.",
        "fmax.", "fcvt.", "fmv.", "feq.", "flt.", "fle.", "fgt.", "fge.", "fclass.", "fmadd.",
        "fmsub.", "fnmadd.", "fnmsub.", "fneg.", "fabs.", "frcsr", "fscsr", "frrm", "fsrm", "frflags",
        "fsflags",
    };

    for (size_t i = 0; i < sizeof stems / sizeof *stems; i++)
        if (name.n >= strlen(stems[i]) && !memcmp(name.p, stems[i], strlen(stems[i])))
            return true;
    return false;
}

static bool unknown(struct asm_state *a, struct asm_str name)
{
    const char *best = NULL;
    unsigned least = 3;

    if (is_floating(name))
        return asm_fail(a, name.p, "'%' needs floating-point registers, and the harts have none: "
                        "RV32IMA (C's float and double are computed in software)", name, STR(""));

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
    CHECK(n && n <= note->words && 4 * n <= sizeof bytes);
    for (unsigned i = 0; i < n * 4; i++)
        bytes[i] = (uint8_t)(words[i / 4] >> i % 4 * 8);
    return asm_emit(a, name.p, bytes, n * 4);
}

/* It stands here; by how much the code before it grew. */
static void begin_note(struct asm_state *a, struct asm_operands *o)
{
    struct asm_note *note = o->note;

    a->note_slot = &note->next;
    o->stretch = a->pass > 1 ? asm_address(a, asm_here(a)) - note->addr : 0;
    note->line = a->c.line;
    note->addr = asm_address(a, asm_here(a));
    note->has_hi = false;
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
    begin_note(a, &o);
    o.op = row.op;
    o.word = insn_table[row.op].match | row.bits | ordering;
    if (!asm_operands(a, row.operands, &o))
        return false;
    n = words_of(a, &row, &o, out);
    return emit_words(a, name, note, out, n);
}

/* ---- .insn: any instruction, by its format and fields ---- */

/* Source: GNU as manual, "RISC-V Instruction Formats". */
static const struct form {
    const char *name;
    enum insn_id like;          /* an instruction whose immediate lies there */
    const char *functs;         /* widths of the funct fields, and where they lie: 3, 7, 2 */
    const char *operands, *or;
} forms[] = {
    { "r", OP_ADD, "37", "d,s,t", NULL }, { "r", OP_ADD, "32", "d,s,t,r", NULL },
    { "r4", OP_ADD, "32", "d,s,t,r", NULL },
    { "i", OP_ADDI, "3", "d,s,j", "d,o(s)" }, { "s", OP_SW, "3", "t,q(s)", NULL },
    { "b", OP_BEQ, "3", "s,t,p", NULL }, { "sb", OP_BEQ, "3", "s,t,p", NULL },
    { "u", OP_LUI, "", "d,u", NULL }, { "j", OP_JAL, "", "d,a", NULL },
    { "uj", OP_JAL, "", "d,a", NULL },
};

/* Source: Unprivileged ISA, table "RISC-V base opcode map". */
static const struct { const char *name; uint8_t code; } opcodes[] = {
    { "LOAD", 0x03 }, { "LOAD_FP", 0x07 }, { "CUSTOM_0", 0x0b }, { "MISC_MEM", 0x0f },
    { "OP_IMM", 0x13 }, { "AUIPC", 0x17 }, { "OP_IMM_32", 0x1b }, { "STORE", 0x23 },
    { "STORE_FP", 0x27 }, { "CUSTOM_1", 0x2b }, { "AMO", 0x2f }, { "OP", 0x33 },
    { "LUI", 0x37 }, { "OP_32", 0x3b }, { "MADD", 0x43 }, { "MSUB", 0x47 }, { "NMSUB", 0x4b },
    { "NMADD", 0x4f }, { "OP_FP", 0x53 }, { "CUSTOM_2", 0x5b }, { "BRANCH", 0x63 },
    { "JALR", 0x67 }, { "JAL", 0x6f }, { "SYSTEM", 0x73 }, { "CUSTOM_3", 0x7b },
};

static bool opcode_name(struct asm_state *a, int64_t *code)
{
    struct asm_cursor start = a->c;
    struct asm_str name = asm_name(a);

    for (size_t i = 0; i < sizeof opcodes / sizeof *opcodes; i++)
        if (str_is(name, opcodes[i].name)) {
            *code = opcodes[i].code;
            return true;
        }
    a->c = start;
    return false;
}

static bool field(struct asm_state *a, unsigned bits, unsigned shift, uint32_t *word)
{
    const char *at = a->c.p;
    char most[24];
    int64_t n;

    if (!asm_number(a, &n))
        return false;
    if (n < 0 || n >> bits)
        return asm_fail(a, at, "this must be from 0 to %", asm_decimal(most, (1 << bits) - 1),
                        STR(""));
    *word |= (uint32_t)n << shift;
    return asm_expect(a, ',');
}

/* The opcode and the funct fields: those of one form are a beginning of another's. */
static bool fixed_fields(struct asm_state *a, const struct form *f, uint32_t *word)
{
    const char *at = a->c.p;
    int64_t code;

    if (!opcode_name(a, &code) && !asm_number(a, &code))
        return false;
    if (code < 0 || code > 127 || (code & 3) != 3)
        return asm_fail0(a, at, "an opcode is a number below 128 whose two low bits are set");
    *word = (uint32_t)code;
    if (!asm_expect(a, ','))
        return false;
    for (const char *p = f->functs; *p; p++)
        if (!field(a, (unsigned)(*p - '0'), *p == '3' ? 12 : 25, word))
            return false;
    return true;
}

static bool take_form(struct asm_state *a, const struct form *f, const char *operands,
                      struct asm_operands *o)
{
    o->op = (uint8_t)f->like;
    return fixed_fields(a, f, &o->word) && asm_operands(a, operands, o);
}

/* The first form of this name that fits, as asm_instruction chooses its row. */
static const struct form *choose_form(struct asm_state *a, struct asm_str name,
                                      struct asm_note *note, const char **operands)
{
    struct asm_cursor start = a->c;
    const struct form *best = NULL;
    bool quiet = a->quiet, fits = false;

    a->quiet = true;
    for (size_t i = 0; i < sizeof forms / sizeof *forms * 2 && !fits; i++) {
        const struct form *f = &forms[i / 2];
        const char *way = i % 2 ? f->or : f->operands;
        struct asm_operands o = { .note = note };

        if (!way || !str_is(name, f->name))
            continue;
        fits = take_form(a, f, way, &o);
        if (fits || !best) {
            best = f;
            *operands = way;
        }
        a->c = start;
    }
    a->quiet = quiet;
    return best;
}

/* .insn value, or .insn 4, value */
static bool whole_word(struct asm_state *a, struct asm_str name, struct asm_note *note)
{
    const char *at = a->c.p;
    uint32_t word;
    int64_t n;

    if (!asm_number(a, &n))
        return false;
    if (asm_take_char(a, ',')) {
        if (n != 4)
            return asm_fail0(a, at, "instructions have 4 bytes here");
        if (!asm_number(a, &n))
            return false;
    }
    word = (uint32_t)n;
    if (n < 0 || n > (int64_t)UINT32_MAX || (word & 3) != 3 || (word & 0x1f) == 0x1f)
        return asm_fail0(a, at, "the low bits of this do not say 4 bytes");
    return emit_words(a, name, note, &word, 1);
}

/* Behind ".insn". */
bool asm_insn(struct asm_state *a, unsigned unused)
{
    struct asm_operands o = { .note = asm_next_note(a) };
    struct asm_cursor start = a->c;
    struct asm_str name = asm_name(a);
    const char *operands = NULL;
    const struct form *f;

    (void)unused;
    if (!o.note)
        return false;
    begin_note(a, &o);
    if (!name.n) {
        a->c = start;
        return whole_word(a, (struct asm_str){ start.p, 1 }, o.note);
    }
    f = choose_form(a, name, o.note, &operands);
    if (!f)
        return asm_fail(a, name.p, "'%' is no format here (r r4 i s b sb u j uj)", name, STR(""));
    if (!take_form(a, f, operands, &o))
        return false;
    if (f->like == OP_BEQ || f->like == OP_JAL) {
        int64_t offset = distance(a, &o);

        if (offset & 1 || !in_range(offset, f->like == OP_BEQ ? 4096 : 1 << 20))
            return asm_fail0(a, o.at, "the target is too far away, or odd");
        o.word |= encode(f->like, 0, 0, (uint32_t)offset) & ~insn_table[f->like].mask;
    }
    return emit_words(a, name, o.note, &o.word, 1);
}
