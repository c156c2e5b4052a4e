/* cpu/isa.h - the instruction table as data, and the fields of an instruction.
 *
 * Everything follows from isa.def. Nothing here executes or prints anything.
 */
#ifndef CPU_ISA_H
#define CPU_ISA_H

#include <sim/config.h>

enum insn_id {
#define INSN(id, name, match, mask, fmt, cls, what) OP_##id,
#include <cpu/isa.def>
#undef INSN
    OP_COUNT,
    OP_ILLEGAL = OP_COUNT       /* what decoding gives for any other word */
};

/* How operands are encoded, and how they are written in assembly. */
enum insn_format {
    INSN_FMT_R,                 /* rd, rs1, rs2 */
    INSN_FMT_I,                 /* rd, rs1, imm12 */
    INSN_FMT_SHIFT,             /* rd, rs1, shamt (0..31) */
    INSN_FMT_LOAD,              /* rd, imm12(rs1) */
    INSN_FMT_JALR,              /* rd, imm12(rs1); also rd, rs1, imm12 */
    INSN_FMT_S,                 /* rs2, imm12(rs1) */
    INSN_FMT_B,                 /* rs1, rs2, target (+-4 KiB, even) */
    INSN_FMT_U,                 /* rd, imm20 (the field: 0..0xfffff) */
    INSN_FMT_J,                 /* rd, target (+-1 MiB, even) */
    INSN_FMT_FENCE,             /* pred, succ: of i o r w; both may be left out */
    INSN_FMT_NONE,              /* no operands */
    INSN_FMT_LR,                /* rd, (rs1) */
    INSN_FMT_AMO,               /* rd, rs2, (rs1) */
    INSN_FMT_CSR,               /* rd, csr, rs1 */
    INSN_FMT_CSRI,              /* rd, csr, uimm5 */
};

struct insn_info {
    const char *name;
    uint32_t match, mask;
    uint8_t format;             /* enum insn_format */
    uint8_t cls;                /* enum insn_class */
    const char *what;
};

/* Indexed by enum insn_id, OP_COUNT entries. */
extern const struct insn_info insn_table[OP_COUNT];

/* A word taken apart. Fields that the format has not are 0. */
struct insn {
    uint8_t op;                 /* enum insn_id; OP_ILLEGAL */
    uint8_t rd, rs1, rs2;       /* rs1 is the uimm5 of INSN_FMT_CSRI */
    uint32_t imm;               /* sign-extended; of U: shifted left by 12; of SHIFT:
                                 * the shamt; of CSR and CSRI: the number; of FENCE:
                                 * bits 31:20 of the word */
};

/* Which instruction a word is; OP_ILLEGAL if none. */
enum insn_id insn_op(uint32_t word);

/* Take a word apart. Never fails: an unknown word is OP_ILLEGAL. */
struct insn insn_decode(uint32_t word);

/* Put an instruction together from fields that are in range; bits of imm that the
 * format cannot hold are dropped. The inverse of insn_decode, but for aq and rl. */
uint32_t insn_encode(const struct insn *in);

static inline uint32_t insn_sign_extend(uint32_t v, unsigned bits)
{
    uint32_t sign = 1u << (bits - 1);

    return (v ^ sign) - sign;
}

/* The immediate of a word by its format, as in struct insn. */
static inline uint32_t insn_immediate(enum insn_format f, uint32_t w)
{
    switch (f) {
    case INSN_FMT_I: case INSN_FMT_LOAD: case INSN_FMT_JALR:
        return insn_sign_extend(w >> 20, 12);
    case INSN_FMT_S:
        return insn_sign_extend((w >> 25) << 5 | (w >> 7 & 31), 12);
    case INSN_FMT_B:
        return insn_sign_extend((w >> 31) << 12 | (w >> 7 & 1) << 11 |
                                (w >> 25 & 0x3f) << 5 | (w >> 8 & 15) << 1, 13);
    case INSN_FMT_U:
        return w & 0xfffff000;
    case INSN_FMT_J:
        return insn_sign_extend((w >> 31) << 20 | (w >> 12 & 0xff) << 12 |
                                (w >> 20 & 1) << 11 | (w >> 21 & 0x3ff) << 1, 21);
    case INSN_FMT_SHIFT:
        return w >> 20 & 31;
    case INSN_FMT_CSR: case INSN_FMT_CSRI: case INSN_FMT_FENCE:
        return w >> 20;
    default:
        return 0;
    }
}

/* The bits of a word that are register fields in a format. */
static inline uint32_t insn_register_bits(enum insn_format f)
{
    enum { RD = 31 << 7, RS1 = 31 << 15, RS2 = 31 << 20 };

    switch (f) {
    case INSN_FMT_R: case INSN_FMT_AMO:
        return RD | RS1 | RS2;
    case INSN_FMT_S: case INSN_FMT_B:
        return RS1 | RS2;
    case INSN_FMT_U: case INSN_FMT_J:
        return RD;
    case INSN_FMT_FENCE: case INSN_FMT_NONE:
        return 0;
    default:
        return RD | RS1;
    }
}

/* The fields of a word in a known format; op is left 0. Inline, since with a constant
 * format little of it remains. */
static inline struct insn insn_fields(enum insn_format f, uint32_t w)
{
    uint32_t kept = w & insn_register_bits(f);

    return (struct insn){ .rd = kept >> 7 & 31, .rs1 = kept >> 15 & 31,
                          .rs2 = kept >> 20 & 31, .imm = insn_immediate(f, w) };
}

/* The name of a CSR, NULL if user mode has none of that number; and back,
 * -1 if there is none of that name. */
const char *csr_name(uint32_t number);
int csr_number(const char *name);

#endif
