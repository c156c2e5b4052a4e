/* cpu/elf.h - a static ELF32 RISC-V executable, read where it lies.
 *
 * elf_open checks everything that a reader could trip over; after that the other
 * functions cannot fail and never read past the file. Nothing is allocated or
 * copied: every pointer goes into the caller's bytes.
 *
 * Sources: "System V ABI", chapters "Object Files" and "Program Loading";
 * "RISC-V ELF psABI", section "ELF Object File".
 */
#ifndef CPU_ELF_H
#define CPU_ELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* First address that no segment may reach: what is above is left for mappings and
 * the stack. Programs linked for bare boards start at 0x80000000: that is below. */
#define ELF_TOP UINT32_C(0xb0000000)
enum { ELF_MAX_SEGMENTS = 64 };

/* The numbers of the format that ossim reads and writes. */
enum {
    ELF_EHDR_SIZE = 52, ELF_PHDR_SIZE = 32, ELF_SHDR_SIZE = 40, ELF_SYM_SIZE = 16,
    ELF_ET_EXEC = 2, ELF_EM_RISCV = 243, ELF_EF_RVC = 1,
    ELF_PT_LOAD = 1, ELF_PT_INTERP = 3, ELF_PF_X = 1, ELF_PF_W = 2, ELF_PF_R = 4,
    ELF_SHT_PROGBITS = 1, ELF_SHT_SYMTAB = 2, ELF_SHT_STRTAB = 3, ELF_SHT_NOBITS = 8,
    ELF_SHF_WRITE = 1, ELF_SHF_ALLOC = 2, ELF_SHF_EXEC = 4,
    ELF_STT_NOTYPE = 0, ELF_STT_OBJECT = 1, ELF_STT_FUNC = 2,
};

struct elf {
    const uint8_t *data;        /* borrowed */
    size_t size;
    uint32_t entry;             /* inside an executable segment, multiple of 4 */
    unsigned nsegments;         /* PT_LOAD with memsz > 0, 1..ELF_MAX_SEGMENTS */
    uint32_t end;               /* first address after the last segment: the break */
    uint32_t phdr_vaddr;        /* where the program headers are loaded; 0: they are not */
    /* private to elf.c */
    uint32_t phoff, phnum;
    uint32_t symoff, nsyms;     /* 0 without a symbol table */
    uint32_t stroff, strsize;
};

struct elf_segment {
    uint32_t vaddr, memsz;      /* memsz >= 1 */
    const uint8_t *bytes;       /* the first filesz bytes; the rest is zero */
    uint32_t filesz;            /* <= memsz */
    bool read, write, exec;
};

struct elf_symbol {
    const char *name;           /* ends in NUL, inside the file */
    uint32_t value, size;
    unsigned type;              /* STT_* */
    bool global;
    bool defined;               /* has an address (or is an absolute number) */
};

/* NULL if these bytes are a program that can be loaded, otherwise why not (a
 * static string for people). Segments come in ascending order, overlap nowhere and
 * end below ELF_TOP; two may share a page, whose rights are then the union. */
const char *elf_open(struct elf *e, const void *data, size_t size);

/* Segment i of nsegments, in ascending order of address. */
struct elf_segment elf_segment(const struct elf *e, unsigned i);

/* Symbols in the order of the file; 0 without a symbol table. A broken symbol
 * table is treated as none: a program runs without. */
static inline uint32_t elf_nsymbols(const struct elf *e)
{
    return e->nsyms;
}
struct elf_symbol elf_symbol(const struct elf *e, uint32_t i);

/* The nearest defined label at or below addr and in the same segment; its name, and
 * in *offset the distance. NULL if there is none. Functions and objects are
 * preferred to plain labels at the same address. O(symbols). */
const char *elf_symbol_at(const struct elf *e, uint32_t addr, uint32_t *offset);

/* The value of a defined symbol. False if there is none of that name. */
bool elf_find(const struct elf *e, const char *name, uint32_t *value);

/* The bytes of a section as they are in the file; NULL, and *size 0, if there is none
 * of that name or it lies outside the file. For debuggers: nothing that is loaded. */
const uint8_t *elf_section(const struct elf *e, const char *name, uint32_t *size);

/* What stands at loaded address addr: copies up to n bytes that come from the file
 * or its zeros, returns how many lie in the segment. */
size_t elf_read(const struct elf *e, uint32_t addr, void *buf, size_t n);

#endif
