/* asm/disasm.h - a word as assembly text, which the assembler turns into the same word.
 *
 * Targets of jumps and branches are absolute (0x10054): given pc, the text means the
 * same wherever it is read. Words that are no instruction, and those with reserved
 * bits set, come out as .word.
 */
#ifndef ASM_DISASM_H
#define ASM_DISASM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DISASM_MAX = 64 };       /* bytes that the longest text needs */

/* The text of `word`, which stands at pc, without a newline; returns its length.
 * pseudo: prefer "ret" to "jalr zero, 0(ra)". */
size_t disasm(uint32_t word, uint32_t pc, bool pseudo, char text[DISASM_MAX]);

/* Does this instruction go to one fixed address? */
bool disasm_target(uint32_t word, uint32_t pc, uint32_t *target);

#endif
