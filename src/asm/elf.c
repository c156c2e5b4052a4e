/* elf.c - the file that the assembler writes: three segments, symbols.
 *
 *     0       ELF header, program headers
 *     0x1000  .text, then each section on a page of its own, as in memory
 *     after   .symtab, .strtab, .shstrtab, section headers
 */
#include <asm/inside.h>
#include <cpu/elf.h>

#include <string.h>

enum { PAGE = 4096 };

/* Section headers, in the order of the file. */
enum { SH_NULL, SH_TEXT, SH_RODATA, SH_DATA, SH_BSS, SH_SYMTAB, SH_STRTAB, SH_SHSTRTAB,
       SH_COUNT };

static const char section_names[] =
    "\0.text\0.rodata\0.data\0.bss\0.symtab\0.strtab\0.shstrtab";

static uint32_t page_up(uint32_t v)
{
    return (v + PAGE - 1) & ~(uint32_t)(PAGE - 1);
}

static void put16(uint8_t *p, uint32_t v)
{
    p[0] = (uint8_t)v;
    p[1] = (uint8_t)(v >> 8);
}

static void put32(uint8_t *p, uint32_t v)
{
    put16(p, v);
    put16(p + 2, v >> 16);
}

/* .bss follows .data at once, so that both are one segment. */
void asm_layout(struct asm_state *a)
{
    uint32_t at = ASM_TEXT_BASE;

    for (int i = SEC_TEXT; i <= SEC_BSS; i++) {
        at = i == SEC_BSS ? (at + 63) & ~(uint32_t)63 : page_up(at);
        a->section[i].base = at;
        at += a->section[i].size;
    }
}

static uint32_t file_offset(const struct asm_state *a, enum asm_sec s)
{
    return PAGE + a->section[s].base - ASM_TEXT_BASE;
}

/* ---- symbols ---- */

static bool is_written(const struct asm_symbol *s)
{
    return s->pass > 0 && !s->numeric && s->value.sec != SEC_DISCARD &&
           !(s->name.n > 1 && s->name.p[0] == '.' && s->name.p[1] == 'L');
}

static void write_symbol(const struct asm_state *a, const struct asm_symbol *s, uint8_t *out,
                         uint32_t name)
{
    static const uint8_t index[] = { SH_TEXT, SH_RODATA, SH_DATA, SH_BSS };

    put32(out, name);
    put32(out + 4, asm_address(a, s->value));
    put32(out + 8, s->size);
    out[12] = (uint8_t)((s->weak ? 2 : s->global) << 4 | s->type);
    put16(out + 14, s->value.sec <= SEC_BSS ? index[s->value.sec] : 0xfff1);
}

struct tables {
    uint8_t *sym, *str;
    uint32_t nsyms, nlocals, strsize;
};

/* The symbols that are, or are not, global. */
static void write_symbols(const struct asm_state *a, struct tables *t, bool global, bool count)
{
    for (const struct asm_symbol *s = a->symbols; s; s = s->next) {
        if (!is_written(s) || s->global != global)
            continue;
        if (!count) {
            write_symbol(a, s, t->sym + t->nsyms * ELF_SYM_SIZE, t->strsize);
            memcpy(t->str + t->strsize, s->name.p, s->name.n);
        }
        t->nsyms++;
        t->strsize += (uint32_t)s->name.n + 1;
    }
}

/* The symbol table, locals first, or only its size. */
static void write_all(const struct asm_state *a, struct tables *t, bool count)
{
    t->nsyms = 2;               /* the null symbol and the file's name */
    t->strsize = 1 + (uint32_t)strlen(a->input->name) + 1;
    if (!count) {
        memcpy(t->str + 1, a->input->name, strlen(a->input->name));
        put32(t->sym + ELF_SYM_SIZE, 1);
        t->sym[ELF_SYM_SIZE + 12] = 4;      /* STT_FILE */
        put16(t->sym + ELF_SYM_SIZE + 14, 0xfff1);
    }
    write_symbols(a, t, false, count);
    t->nlocals = t->nsyms;
    write_symbols(a, t, true, count);
}

/* ---- headers ---- */

static void write_section(const struct asm_state *a, uint8_t *sh, enum asm_sec s,
                          uint32_t name, uint32_t flags)
{
    put32(sh, name);
    put32(sh + 4, s == SEC_BSS ? ELF_SHT_NOBITS : ELF_SHT_PROGBITS);
    put32(sh + 8, flags | ELF_SHF_ALLOC);
    put32(sh + 12, a->section[s].base);
    put32(sh + 16, file_offset(a, s));
    put32(sh + 20, a->section[s].size);
    put32(sh + 32, 4);
}

static void write_table(uint8_t *sh, uint32_t name, uint32_t type, uint32_t off, uint32_t size)
{
    put32(sh, name);
    put32(sh + 4, type);
    put32(sh + 16, off);
    put32(sh + 20, size);
    put32(sh + 32, type == ELF_SHT_SYMTAB ? 4 : 1);
}

static void write_sections(const struct asm_state *a, uint8_t *sh, const struct tables *t,
                           uint32_t symoff, uint32_t stroff, uint32_t nameoff)
{
    uint8_t *sym = sh + SH_SYMTAB * ELF_SHDR_SIZE;

    write_section(a, sh + SH_TEXT * ELF_SHDR_SIZE, SEC_TEXT, 1, ELF_SHF_EXEC);
    write_section(a, sh + SH_RODATA * ELF_SHDR_SIZE, SEC_RODATA, 7, 0);
    write_section(a, sh + SH_DATA * ELF_SHDR_SIZE, SEC_DATA, 15, ELF_SHF_WRITE);
    write_section(a, sh + SH_BSS * ELF_SHDR_SIZE, SEC_BSS, 21, ELF_SHF_WRITE);
    write_table(sym, 26, ELF_SHT_SYMTAB, symoff, t->nsyms * ELF_SYM_SIZE);
    put32(sym + 24, SH_STRTAB);
    put32(sym + 28, t->nlocals);
    put32(sym + 36, ELF_SYM_SIZE);
    write_table(sh + SH_STRTAB * ELF_SHDR_SIZE, 34, ELF_SHT_STRTAB, stroff, t->strsize);
    write_table(sh + SH_SHSTRTAB * ELF_SHDR_SIZE, 42, ELF_SHT_STRTAB, nameoff,
                sizeof section_names);
}

static void write_segment(uint8_t *ph, uint32_t off, uint32_t addr, uint32_t filesz,
                          uint32_t memsz, uint32_t flags)
{
    put32(ph, ELF_PT_LOAD);
    put32(ph + 4, off);
    put32(ph + 8, addr);
    put32(ph + 12, addr);
    put32(ph + 16, filesz);
    put32(ph + 20, memsz);
    put32(ph + 24, flags);
    put32(ph + 28, PAGE);
}

/* Segments that hold nothing are left out. Returns how many there are. */
static uint32_t write_segments(const struct asm_state *a, uint8_t *ph)
{
    const struct asm_section *s = a->section;
    uint32_t n = 0, all = s[SEC_BSS].base + s[SEC_BSS].size - s[SEC_DATA].base;
    uint32_t writable = s[SEC_BSS].size ? all : s[SEC_DATA].size;

    if (s[SEC_TEXT].size)
        write_segment(ph + n++ * ELF_PHDR_SIZE, file_offset(a, SEC_TEXT), s[SEC_TEXT].base,
                      s[SEC_TEXT].size, s[SEC_TEXT].size, ELF_PF_R | ELF_PF_X);
    if (s[SEC_RODATA].size)
        write_segment(ph + n++ * ELF_PHDR_SIZE, file_offset(a, SEC_RODATA), s[SEC_RODATA].base,
                      s[SEC_RODATA].size, s[SEC_RODATA].size, ELF_PF_R);
    if (writable)
        write_segment(ph + n++ * ELF_PHDR_SIZE, file_offset(a, SEC_DATA), s[SEC_DATA].base,
                      s[SEC_DATA].size, writable, ELF_PF_R | ELF_PF_W);
    return n;
}

static void write_header(uint8_t *h, uint32_t entry, uint32_t nsegments, uint32_t shoff)
{
    memcpy(h, "\177ELF\1\1\1", 7);
    put16(h + 16, ELF_ET_EXEC);
    put16(h + 18, ELF_EM_RISCV);
    put32(h + 20, 1);
    put32(h + 24, entry);
    put32(h + 28, ELF_EHDR_SIZE);
    put32(h + 32, shoff);
    put16(h + 40, ELF_EHDR_SIZE);
    put16(h + 42, ELF_PHDR_SIZE);
    put16(h + 44, nsegments);
    put16(h + 46, ELF_SHDR_SIZE);
    put16(h + 48, SH_COUNT);
    put16(h + 50, SH_SHSTRTAB);
}

/* ---- the whole ---- */

static const struct asm_symbol *find_defined(struct asm_state *a, struct asm_str name)
{
    for (a->file = 0; a->file < a->ninputs; a->file++) {
        const struct asm_symbol *s = asm_symbol(a, name);

        if (s && s->pass)
            return s;
    }
    a->file = a->ninputs - 1;
    return NULL;
}

static bool find_entry(struct asm_state *a, uint32_t *entry)
{
    static const char *const names[] = { "_start", "main" };

    for (size_t i = 0; i < 2; i++) {
        struct asm_str name = { names[i], strlen(names[i]) };
        const struct asm_symbol *s = find_defined(a, name);

        if (a->out_of_memory)
            return false;
        if (!s)
            continue;
        if (s->value.sec != SEC_TEXT || s->value.n & 3 ||
            s->value.n >= a->section[SEC_TEXT].size)
            return asm_fail(a, a->c.p, "'%', where the program starts, must stand at an "
                            "instruction in .text", name, STR(""));
        *entry = asm_address(a, s->value);
        return true;
    }
    /* As GNU ld has it, and the simulators of courses: at the beginning of the text. */
    if (!a->section[SEC_TEXT].size)
        return asm_fail0(a, a->c.p, "the program has no instruction to start at");
    *entry = a->section[SEC_TEXT].base;
    return true;
}

/* Where what follows the sections goes. */
struct tail {
    uint32_t symbols, strings, names, sections, end;
};

static struct tail plan(const struct asm_state *a)
{
    uint32_t data_end = file_offset(a, SEC_DATA) + a->section[SEC_DATA].size;
    struct tables t = { NULL, NULL, 0, 0, 0 };
    struct tail at;

    write_all(a, &t, true);
    at.symbols = (data_end + 15) & ~15u;
    at.strings = at.symbols + t.nsyms * ELF_SYM_SIZE;
    at.names = at.strings + t.strsize;
    at.sections = (at.names + (uint32_t)sizeof section_names + 3) & ~3u;
    at.end = at.sections + SH_COUNT * ELF_SHDR_SIZE;
    return at;
}

bool asm_elf_begin(struct asm_state *a)
{
    struct tail at = plan(a);
    uint8_t *file = asm_take(a, at.end);

    if (!file)
        return false;
    a->r->elf = file;
    a->r->size = at.end;
    a->section[SEC_TEXT].bytes = file + file_offset(a, SEC_TEXT);
    a->section[SEC_RODATA].bytes = file + file_offset(a, SEC_RODATA);
    a->section[SEC_DATA].bytes = file + file_offset(a, SEC_DATA);
    return true;
}

bool asm_elf_end(struct asm_state *a)
{
    uint8_t *file = a->section[SEC_TEXT].bytes - file_offset(a, SEC_TEXT);
    struct tail at = plan(a);
    struct tables t = { file + at.symbols, file + at.strings, 0, 0, 0 };
    uint32_t entry = 0;

    if (!find_entry(a, &entry))
        return false;
    write_all(a, &t, false);
    memcpy(file + at.names, section_names, sizeof section_names);
    write_sections(a, file + at.sections, &t, at.symbols, at.strings, at.names);
    write_header(file, entry, write_segments(a, file + ELF_EHDR_SIZE), at.sections);
    return true;
}
