/* asm/asm.h - assembles RV32IMA text in the GNU syntax into a static ELF32 program.
 *
 * Files in, one executable out: there is no linker and no object file. A symbol belongs to
 * its file, unless it is global. Text goes to 0x10000, read-only data, data and zeroed data to the pages after it. It keeps
 * the GNU assembler's choices (the expansion of `li`, precedence of operators,
 * branches out of range turned into an inverted branch and a jump), so that
 * both give the same bytes.
 *
 * Differs from GNU as: no compressed instructions, no floating point, and
 * what does not fit (an instruction at an odd address, an undefined symbol) is an error
 * here and not later. RARS's macros (%parameters, .end_macro), .eqv of any text and \uXXXX in
 * strings are read too.
 *
 * Sources: "RISC-V Assembly Programmer's Manual"; GNU as manual, "Expressions",
 * "Assembler Directives" and "RISC-V Dependent Features".
 */
#ifndef ASM_ASM_H
#define ASM_ASM_H

#include <ossim/err.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ASM_TEXT_BASE UINT32_C(0x10000)
enum { ASM_MAX_ERRORS = 20 };

struct asm_input {
    const char *name;           /* what messages and the symbol table call it */
    const char *text;
    size_t size;
};

/* What .include and .incbin read. */
struct asm_reader {
    /* The file that `name` (n bytes) means in input number `from`, the same each time, and its
     * own number, from that of the inputs on. It stays until the end. False: unreadable. */
    bool (*get)(void *ctx, unsigned from, const char *name, size_t n, struct asm_input *out,
                unsigned *number);
    void *ctx;
};

struct asm_error {
    unsigned file;              /* of the inputs, or as the reader numbers them */
    unsigned line, col;         /* from 1 */
    char text[200];
};

struct asm_result {
    const uint8_t *elf;         /* in the memory that was lent; NULL on error */
    size_t size;
    unsigned nerrors;           /* kept; in the order of the text */
    bool more;                  /* there were more than fit */
    struct asm_error error[ASM_MAX_ERRORS];
};

/* Assemble n files, one after the other. Without a reader (NULL) they may name no others. mem is lent for the work and holds the result; it
 * should have some 64 KiB and 32 bytes for each byte of text. ERR_INPUT: the text is
 * wrong, see r->error; ERR_LIMIT: mem is too small, come again with twice as much. */
enum err asm_build_all(const struct asm_input *input, unsigned n, const struct asm_reader *reader,
                       void *mem, size_t mem_size, struct asm_result *r);

/* The same for one text. */
enum err asm_build(const char *name, const char *text, size_t size, void *mem,
                   size_t mem_size, struct asm_result *r);

#endif
