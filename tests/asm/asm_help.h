/* asm_help.h - assemble text in a test, and look at what came out. */
#ifndef TESTS_ASM_ASM_HELP_H
#define TESTS_ASM_ASM_HELP_H

#include <asm/asm.h>
#include <cpu/elf.h>

#include <string.h>

enum { ASM_TEST_MEM = 8 << 20 };
static uint8_t asm_test_mem[ASM_TEST_MEM] __attribute__((aligned(16)));
static struct asm_result asm_result;
static struct elf asm_elf;

/* Assembles and opens; ERR_OK if both went well. */
static inline enum err assemble(const char *text)
{
    enum err err = asm_build("t.s", text, strlen(text), asm_test_mem, ASM_TEST_MEM,
                             &asm_result);

    if (err == ERR_OK && elf_open(&asm_elf, asm_result.elf, asm_result.size))
        return ERR_UNSUPPORTED;
    return err;
}

/* The word at `addr` of the program that was assembled. */
static inline uint32_t word_at(uint32_t addr)
{
    uint8_t b[4] = { 0 };

    elf_read(&asm_elf, addr, b, 4);
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

#endif
