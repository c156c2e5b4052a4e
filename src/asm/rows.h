/* asm/rows.h - every way to write an instruction: what the assembler reads and the
 * disassembler prints. Rows 0..OP_COUNT-1 are the instructions of isa.def, then those of
 * pseudo.def, whose head explains the letters of the patterns.
 */
#ifndef ASM_ROWS_H
#define ASM_ROWS_H

#include <cpu/isa.h>

enum asm_kind {
    KIND_ONE,                   /* one instruction, read and printed */
    KIND_ALIAS,                 /* one instruction, read only */
    KIND_LI, KIND_LA, KIND_CALL, KIND_LOAD, KIND_STORE, KIND_PAIR,
};

struct asm_row {
    const char *name, *operands;
    uint8_t op;                 /* enum insn_id */
    uint8_t kind;               /* enum asm_kind */
    uint32_t bits;              /* fixed fields besides op's match */
};

unsigned asm_nrows(void);
/* i < asm_nrows() */
struct asm_row asm_row(unsigned i);

/* The bits of a word that the operand `letter` of a pattern fills. */
uint32_t asm_field(char letter);
/* Those that a whole pattern fills. */
uint32_t asm_fields(const char *pattern);

/* x0..x31 as the ABI calls them. */
extern const char asm_abi_names[32][5];

#endif
