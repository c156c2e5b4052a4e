/* cpu/lines.h - which line of the source an address was made from.
 *
 * Reads the line tables that compilers leave in an ELF file (DWARF 2 to 5, 32-bit
 * form). Nothing is kept: each question walks the tables, in time proportional to
 * their size, which is right for faults and wrong for every instruction. Broken or
 * missing tables are no error, only an address without a line. It does not unwind, and
 * knows no variables.
 *
 * Source: DWARF Debugging Information Format, Version 5, "Line Number Information".
 */
#ifndef CPU_LINES_H
#define CPU_LINES_H

#include <cpu/elf.h>

struct line_place {
    const char *file;           /* as the compiler was given it; inside the ELF file */
    const char *dir;            /* what `file` is relative to; "" if it says nothing */
    uint32_t line;              /* >= 1 */
};

/* The line that the instruction at addr belongs to. False: it is not known. */
bool lines_find(const struct elf *e, uint32_t addr, struct line_place *out);

#endif
