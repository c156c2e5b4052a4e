/* decode.c - words to instructions and back, by the table.
 *
 * Source: RISC-V Unprivileged ISA, "Base Instruction Formats" and "Immediate
 * Encoding Variants".
 */
#include <cpu/isa.h>

#include <string.h>

const struct insn_info insn_table[OP_COUNT] = {
#define INSN(id, name, match, mask, fmt, cls, what) \
    [OP_##id] = { name, match, mask, INSN_FMT_##fmt, INSN_##cls, what },
#include <cpu/isa.def>
#undef INSN
};

/* The bits that tell instructions apart, those of the coarsest choice on top:
 * opcode[6:2], funct3, funct7, and bit 20 (ECALL or EBREAK). What an instruction
 * does not care about is then a run of low bits, so that it owns one range. */
#define KEY(w) (((w) >> 2 & 31) << 11 | ((w) >> 12 & 7) << 8 | (w) >> 25 << 1 | \
                ((w) >> 20 & 1))

static const uint8_t op_by_key[1 << 16] = {     /* enum insn_id + 1; 0: none */
#define INSN(id, name, match, mask, fmt, cls, what) \
    [KEY(match##u) ... KEY(match##u | ~mask##u)] = OP_##id + 1,
#include <cpu/isa.def>
#undef INSN
};

enum insn_id insn_op(uint32_t w)
{
    unsigned op = op_by_key[KEY(w)] - 1u;

    /* Expected: so that no conditional move puts the check on the way to the result. */
    if (__builtin_expect(op < OP_COUNT, 1) &&
        __builtin_expect((w & insn_table[op].mask) == insn_table[op].match, 1))
        return (enum insn_id)op;
    return OP_ILLEGAL;
}

struct insn insn_decode(uint32_t w)
{
    enum insn_id op = insn_op(w);
    struct insn in = { .op = OP_ILLEGAL };

    if (op != OP_ILLEGAL) {
        in = insn_fields(insn_table[op].format, w);
        in.op = (uint8_t)op;
    }
    return in;
}

static uint32_t encode_immediate(enum insn_format f, uint32_t v)
{
    switch (f) {
    case INSN_FMT_I: case INSN_FMT_LOAD: case INSN_FMT_JALR:
    case INSN_FMT_CSR: case INSN_FMT_CSRI: case INSN_FMT_FENCE:
        return v << 20;
    case INSN_FMT_SHIFT:
        return (v & 31) << 20;
    case INSN_FMT_S:
        return (v >> 5 & 0x7f) << 25 | (v & 31) << 7;
    case INSN_FMT_B:
        return (v >> 12 & 1) << 31 | (v >> 5 & 0x3f) << 25 | (v >> 1 & 15) << 8 |
               (v >> 11 & 1) << 7;
    case INSN_FMT_U:
        return v & 0xfffff000;
    case INSN_FMT_J:
        return (v >> 20 & 1) << 31 | (v >> 1 & 0x3ff) << 21 | (v >> 11 & 1) << 20 |
               (v >> 12 & 0xff) << 12;
    default:
        return 0;
    }
}

uint32_t insn_encode(const struct insn *in)
{
    const struct insn_info *info = &insn_table[in->op];
    enum insn_format f = info->format;
    uint32_t w = info->match | encode_immediate(f, in->imm);

    w |= ((in->rd & 31u) << 7 | (in->rs1 & 31u) << 15 | (in->rs2 & 31u) << 20) &
         insn_register_bits(f);
    return w;
}

static const struct { uint32_t number; const char *name; } csrs[] = {
#define CSR(number, name, what) { number, name },
#include <cpu/csr.def>
#undef CSR
};

const char *csr_name(uint32_t number)
{
    for (size_t i = 0; i < sizeof csrs / sizeof *csrs; i++)
        if (csrs[i].number == number)
            return csrs[i].name;
    return NULL;
}

int csr_number(const char *name)
{
    for (size_t i = 0; i < sizeof csrs / sizeof *csrs; i++)
        if (strcmp(csrs[i].name, name) == 0)
            return (int)csrs[i].number;
    return -1;
}
