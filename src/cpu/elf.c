/* elf.c - checks and reads ELF32. Every field is hostile until it was compared
 * with the size of the file, in 64 bits, so that no sum can wrap. */
#include <cpu/elf.h>

#include <string.h>

static uint32_t get16(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static uint32_t get32(const uint8_t *p)
{
    return get16(p) | get16(p + 2) << 16;
}

/* Do n entries of `each` bytes at off lie inside the file? */
static bool inside(const struct elf *e, uint32_t off, uint64_t n, uint32_t each)
{
    return off <= e->size && n * each <= e->size - off;
}

/* ---- the file header ---- */

static const char *check_ident(const uint8_t *d, size_t size)
{
    if (size < 4 || memcmp(d, "\177ELF", 4) != 0)
        return "not an ELF file";
    if (size < ELF_EHDR_SIZE)
        return "ELF header cut short";
    if (d[4] != 1)
        return d[4] == 2 ? "a 64-bit ELF (ossim runs RV32: -march=rv32ima -mabi=ilp32)"
                         : "unknown ELF class";
    if (d[5] != 1)
        return "not little-endian";
    if (d[6] != 1 || get32(d + 20) != 1)
        return "unknown ELF version";
    return NULL;
}

static const char *check_header(const uint8_t *d)
{
    uint32_t type = get16(d + 16);

    if (get16(d + 18) != ELF_EM_RISCV)
        return "not for RISC-V";
    if (type == 1)
        return "an object file, not yet linked";
    if (type == 3)
        return "position independent or a library (link with -static -no-pie)";
    if (type != ELF_ET_EXEC)
        return "not an executable";
    if (get32(d + 36) & ELF_EF_RVC)
        return "uses compressed instructions (build with -march=rv32ima)";
    if (get16(d + 40) < ELF_EHDR_SIZE)
        return "ELF header size is wrong";
    if (get16(d + 44) == 0)
        return "has no program headers";
    if (get16(d + 42) != ELF_PHDR_SIZE)
        return "program header size is wrong";
    return NULL;
}

/* ---- segments ---- */

static const uint8_t *phdr(const struct elf *e, uint32_t i)
{
    return e->data + e->phoff + i * ELF_PHDR_SIZE;
}

static bool is_load(const uint8_t *p)
{
    return get32(p) == ELF_PT_LOAD && get32(p + 20) > 0;
}

static struct elf_segment segment_of(const struct elf *e, const uint8_t *p)
{
    uint32_t flags = get32(p + 24);

    return (struct elf_segment){
        .vaddr = get32(p + 8), .memsz = get32(p + 20),
        .bytes = e->data + get32(p + 4), .filesz = get32(p + 16),
        .read = flags & ELF_PF_R, .write = flags & ELF_PF_W, .exec = flags & ELF_PF_X,
    };
}

static const char *check_load(const struct elf *e, const uint8_t *p)
{
    uint32_t off = get32(p + 4), vaddr = get32(p + 8), align = get32(p + 28);
    uint32_t filesz = get32(p + 16), memsz = get32(p + 20);

    if (filesz > memsz)
        return "a segment has more bytes in the file than in memory";
    if (!inside(e, off, filesz, 1))
        return "a segment lies outside the file";
    if (vaddr < 0x1000)
        return "a segment covers address 0";
    if ((uint64_t)vaddr + memsz > ELF_TOP)
        return "a segment ends above 0xb0000000";
    if (align & (align - 1))
        return "a segment's alignment is not a power of two";
    if (align > 1 && (vaddr - off) & (align - 1))
        return "a segment's address and file offset disagree with its alignment";
    if (vaddr < e->end)
        return "segments overlap or are out of order";
    return NULL;
}

/* Where the program headers themselves are loaded; a program may be told (AT_PHDR). */
static void note_phdr(struct elf *e, const uint8_t *p)
{
    uint32_t off = get32(p + 4);

    if (e->phoff >= off &&
        (uint64_t)e->phoff + e->phnum * ELF_PHDR_SIZE <= (uint64_t)off + get32(p + 16))
        e->phdr_vaddr = get32(p + 8) + (e->phoff - off);
}

static const char *check_segments(struct elf *e)
{
    bool entry_ok = false;

    for (uint32_t i = 0; i < e->phnum; i++) {
        const uint8_t *p = phdr(e, i);
        const char *why;

        if (get32(p) == ELF_PT_INTERP)
            return "dynamically linked (link with -static)";
        if (!is_load(p))
            continue;
        why = check_load(e, p);
        if (why)
            return why;
        if (++e->nsegments > ELF_MAX_SEGMENTS)
            return "has too many segments";
        struct elf_segment s = segment_of(e, p);
        e->end = s.vaddr + s.memsz;
        if (s.exec && e->entry >= s.vaddr && e->entry < e->end && e->end - e->entry >= 4)
            entry_ok = true;
        note_phdr(e, p);
    }
    if (!e->nsegments)
        return "has nothing to load";
    if (e->entry & 3)
        return "the entry point is not aligned";
    return entry_ok ? NULL : "the entry point is in no executable segment";
}

/* ---- symbols ---- */

static const uint8_t *section_header(const struct elf *e, uint32_t shoff, uint32_t i)
{
    return e->data + shoff + i * ELF_SHDR_SIZE;
}

static void find_symbols(struct elf *e)
{
    uint32_t shoff = get32(e->data + 32), shnum = get16(e->data + 48);

    if (get16(e->data + 46) != ELF_SHDR_SIZE || !inside(e, shoff, shnum, ELF_SHDR_SIZE))
        return;
    for (uint32_t i = 0; i < shnum; i++) {
        const uint8_t *s = section_header(e, shoff, i), *t;
        uint32_t link = get32(s + 24), size = get32(s + 20);

        if (get32(s + 4) != ELF_SHT_SYMTAB || link >= shnum)
            continue;
        t = section_header(e, shoff, link);
        uint32_t stroff = get32(t + 16), strsize = get32(t + 20);
        if (!inside(e, get32(s + 16), size, 1) || !inside(e, stroff, strsize, 1) ||
            strsize == 0 || e->data[stroff + strsize - 1] != '\0')
            continue;
        e->symoff = get32(s + 16);
        e->nsyms = size / ELF_SYM_SIZE;
        e->stroff = stroff;
        e->strsize = strsize;
        return;
    }
}

/* ---- the interface ---- */

const char *elf_open(struct elf *e, const void *data, size_t size)
{
    const uint8_t *d = data;
    const char *why = check_ident(d, size);

    memset(e, 0, sizeof *e);
    if (!why)
        why = check_header(d);
    if (why)
        return why;
    if (size > UINT32_MAX)
        return "larger than 4 GiB";
    e->data = d;
    e->size = size;
    e->entry = get32(d + 24);
    e->phoff = get32(d + 28);
    e->phnum = get16(d + 44);
    if (!inside(e, e->phoff, e->phnum, ELF_PHDR_SIZE))
        return "the program headers lie outside the file";
    why = check_segments(e);
    if (!why)
        find_symbols(e);
    return why;
}

struct elf_segment elf_segment(const struct elf *e, unsigned i)
{
    uint32_t k = 0;

    for (;; k++)
        if (is_load(phdr(e, k)) && i-- == 0)
            return segment_of(e, phdr(e, k));
}

struct elf_symbol elf_symbol(const struct elf *e, uint32_t i)
{
    const uint8_t *s = e->data + e->symoff + i * ELF_SYM_SIZE;
    uint32_t name = get32(s);

    return (struct elf_symbol){
        .name = (const char *)e->data + e->stroff + (name < e->strsize ? name : e->strsize - 1),
        .value = get32(s + 4), .size = get32(s + 8),
        .type = s[12] & 15, .global = s[12] >> 4 != 0,
        .defined = get16(s + 14) != 0,
    };
}

/* Labels that name a place in the program: not absolute numbers, section or file
 * names, nor the mapping symbols ($x, $d) and local labels of compilers. */
static bool is_label(const struct elf *e, uint32_t i, const struct elf_symbol *s)
{
    uint32_t shndx = get16(e->data + e->symoff + i * ELF_SYM_SIZE + 14);

    return shndx != 0 && shndx < 0xff00 && s->type <= ELF_STT_FUNC && s->name[0] != '\0' &&
           s->name[0] != '$' && !(s->name[0] == '.' && s->name[1] == 'L');
}

const char *elf_symbol_at(const struct elf *e, uint32_t addr, uint32_t *offset)
{
    const char *name = NULL;
    uint32_t best = 0, base = addr;
    unsigned best_type = 0;

    for (unsigned i = 0; i < e->nsegments; i++) {
        struct elf_segment s = elf_segment(e, i);
        if (addr >= s.vaddr && addr - s.vaddr < s.memsz)
            base = s.vaddr;
    }
    for (uint32_t i = 0; i < e->nsyms; i++) {
        struct elf_symbol s = elf_symbol(e, i);

        if (s.value > addr || s.value < base || !is_label(e, i, &s))
            continue;
        if (!name || s.value > best || (s.value == best && s.type > best_type)) {
            name = s.name;
            best = s.value;
            best_type = s.type;
        }
    }
    if (name)
        *offset = addr - best;
    return name;
}

bool elf_find(const struct elf *e, const char *name, uint32_t *value)
{
    for (uint32_t i = 0; i < e->nsyms; i++) {
        struct elf_symbol s = elf_symbol(e, i);

        if (s.defined && strcmp(s.name, name) == 0) {
            *value = s.value;
            return true;
        }
    }
    return false;
}

const uint8_t *elf_section(const struct elf *e, const char *name, uint32_t *size)
{
    uint32_t shoff = get32(e->data + 32), shnum = get16(e->data + 48);
    uint32_t names = get16(e->data + 50);

    *size = 0;
    if (get16(e->data + 46) != ELF_SHDR_SIZE || !inside(e, shoff, shnum, ELF_SHDR_SIZE) ||
        names >= shnum)
        return NULL;
    const uint8_t *strings = section_header(e, shoff, names);
    uint32_t stroff = get32(strings + 16), strsize = get32(strings + 20);
    if (!inside(e, stroff, strsize, 1) || strsize == 0 ||
        e->data[stroff + strsize - 1] != '\0')
        return NULL;
    for (uint32_t i = 0; i < shnum; i++) {
        const uint8_t *s = section_header(e, shoff, i);
        uint32_t at = get32(s), off = get32(s + 16), n = get32(s + 20);

        if (at >= strsize || get32(s + 4) == ELF_SHT_NOBITS || !inside(e, off, n, 1) ||
            strcmp((const char *)e->data + stroff + at, name) != 0)
            continue;
        *size = n;
        return e->data + off;
    }
    return NULL;
}

size_t elf_read(const struct elf *e, uint32_t addr, void *buf, size_t n)
{
    for (unsigned i = 0; i < e->nsegments; i++) {
        struct elf_segment s = elf_segment(e, i);
        uint32_t at = addr - s.vaddr;
        size_t from_file;

        if (addr < s.vaddr || at >= s.memsz)
            continue;
        if (n > s.memsz - at)
            n = s.memsz - at;
        from_file = at < s.filesz ? s.filesz - at : 0;
        if (from_file > n)
            from_file = n;
        memset(buf, 0, n);
        if (from_file)
            memcpy(buf, s.bytes + at, from_file);
        return n;
    }
    return 0;
}
