/* elf_fuzz.c - any bytes as a program: refused with a reason, or safe to read. */
#include "found.h"

#include <asm/disasm.h>
#include <cpu/elf.h>

#include <string.h>

static void read_segment(const struct elf *e, unsigned i, uint32_t *before)
{
    struct elf_segment s = elf_segment(e, i);
    char text[DISASM_MAX];
    uint8_t buf[64];
    uint32_t word = 0, target;

    if (s.memsz == 0 || s.filesz > s.memsz || s.vaddr < *before ||
        (uint64_t)s.vaddr + s.memsz > ELF_TOP)
        __builtin_trap();
    *before = s.vaddr + s.memsz;
    if (s.filesz)               /* the whole piece must be readable */
        __builtin_memmove(buf, s.bytes + s.filesz - 1, 1);
    if (elf_read(e, s.vaddr, buf, sizeof buf) == 0)
        __builtin_trap();
    memcpy(&word, buf, 4);
    if (disasm(word, s.vaddr, i & 1, text) >= DISASM_MAX)
        __builtin_trap();
    disasm_target(word, s.vaddr, &target);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct elf e;
    uint32_t offset, value, before = 0;

    if (elf_open(&e, data, size))
        return 0;
    if (e.nsegments == 0 || e.nsegments > ELF_MAX_SEGMENTS || e.entry & 3)
        __builtin_trap();
    for (unsigned i = 0; i < e.nsegments; i++)
        read_segment(&e, i, &before);
    if (before != e.end)
        __builtin_trap();
    elf_symbol_at(&e, e.entry, &offset);
    elf_find(&e, "main", &value);
    return 0;
}
