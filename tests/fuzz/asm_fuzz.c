/* asm_fuzz.c - any text as a program: errors, or an ELF that opens and comes back the
 * same when it is disassembled. */
#include "found.h"

#include <asm/asm.h>
#include <asm/disasm.h>
#include <cpu/elf.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MEM = 4 << 20, WORDS = 512 };

static uint32_t word_at(const struct elf *e, uint32_t addr)
{
    uint8_t b[4] = { 0 };

    elf_read(e, addr, b, 4);
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static void round_trip(const struct elf *e, const struct elf_segment *s, void *mem)
{
    static char text[WORDS * DISASM_MAX + 16];
    size_t n = (size_t)sprintf(text, "_start:\n");
    uint32_t words = s->filesz / 4 < WORDS ? s->filesz / 4 : WORDS;
    struct asm_result r;
    struct elf again;

    for (uint32_t i = 0; i < words; i++) {
        n += disasm(word_at(e, s->vaddr + i * 4), s->vaddr + i * 4, i & 1, text + n);
        text[n++] = '\n';
    }
    if (asm_build("again", text, n, mem, MEM, &r) != ERR_OK ||
        elf_open(&again, r.elf, r.size))
        __builtin_trap();
    for (uint32_t i = 0; i < words; i++)
        if (word_at(&again, ASM_TEXT_BASE + i * 4) != word_at(e, s->vaddr + i * 4))
            __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t *mem, *second;
    struct asm_result r;
    struct elf e;
    enum err err;

    if (!mem) {
        mem = malloc(MEM);
        second = malloc(MEM);
    }
    err = asm_build("fuzz", (const char *)data, size, mem, MEM, &r);
    if (err == ERR_INPUT && r.nerrors == 0)
        __builtin_trap();
    if (err != ERR_OK)
        return 0;
    if (elf_open(&e, r.elf, r.size))
        __builtin_trap();
    struct elf_segment s = elf_segment(&e, 0);
    if (s.exec && s.vaddr == ASM_TEXT_BASE && s.filesz >= 4)
        round_trip(&e, &s, second);
    return 0;
}
