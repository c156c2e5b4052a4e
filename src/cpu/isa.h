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

/* Take a word apart. Never fails: an unknown word is OP_ILLEGAL. */
struct insn insn_decode(uint32_t word);

/* The immediate of a word by its format, as in struct insn. */
uint32_t insn_immediate(enum insn_format f, uint32_t word);

/* Put an instruction together from fields that are in range; bits of imm that the
 * format cannot hold are dropped. The inverse of insn_decode, but for aq and rl. */
uint32_t insn_encode(const struct insn *in);

/* The name of a CSR, NULL if user mode has none of that number; and back,
 * -1 if there is none of that name. */
const char *csr_name(uint32_t number);
int csr_number(const char *name);

#endif
