/* source.c - symbols and lines of a program's image. */
#include <machine/source.h>

#include <cpu/elf.h>
#include <cpu/lines.h>

static bool open_image(const struct program_config *image, struct elf *e)
{
    return image && !elf_open(e, image->elf, image->elf_size);
}

struct source_place source_code(const struct program_config *image, uint32_t pc)
{
    struct source_place p = { 0 };
    struct line_place line;
    struct elf e;

    if (!open_image(image, &e))
        return p;
    p.symbol = elf_symbol_at(&e, pc, &p.offset);
    if (lines_find(&e, pc, &line))
        p.file = line.file, p.line = line.line;
    return p;
}

struct source_place source_data(const struct program_config *image, uint32_t va)
{
    struct source_place p = { 0 };
    struct elf e;

    if (!open_image(image, &e) || va >= e.end)
        return p;
    for (uint32_t i = 0; i < elf_nsymbols(&e); i++) {
        struct elf_symbol s = elf_symbol(&e, i);

        if (s.defined && s.type == ELF_STT_OBJECT && va >= s.value && va - s.value < s.size)
            return (struct source_place){ .symbol = s.name, .offset = va - s.value };
    }
    p.symbol = elf_symbol_at(&e, va, &p.offset);        /* of assembly: no sizes */
    return p;
}
