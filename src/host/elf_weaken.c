/* elf_weaken.c - see elf_weaken.h. Source: System V ABI, "Symbol Table". */
#include <host/elf_weaken.h>

#include <host/file.h>

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>

static void weaken(uint8_t *elf, size_t size)
{
    Elf32_Ehdr *h = (Elf32_Ehdr *)elf;
    Elf32_Shdr *s = (Elf32_Shdr *)(elf + h->e_shoff);

    if (size < sizeof *h || h->e_shoff > size || (size - h->e_shoff) / sizeof *s < h->e_shnum)
        return;
    for (unsigned i = 0; i < h->e_shnum; i++) {
        Elf32_Sym *sym = (Elf32_Sym *)(elf + s[i].sh_offset);

        if (s[i].sh_type != SHT_SYMTAB || s[i].sh_offset > size ||
            size - s[i].sh_offset < s[i].sh_size)
            continue;
        for (size_t k = 0; k < s[i].sh_size / sizeof *sym; k++)
            if (sym[k].st_shndx != SHN_UNDEF && ELF32_ST_BIND(sym[k].st_info) == STB_GLOBAL)
                sym[k].st_info = ELF32_ST_INFO(STB_WEAK, ELF32_ST_TYPE(sym[k].st_info));
    }
}

int elf_weaken(const char *path)
{
    struct diag diag;
    uint8_t *elf;
    size_t size;
    FILE *f;
    bool done;

    if (file_read(path, &elf, &size, &diag))
        return 126;
    weaken(elf, size);
    f = fopen(path, "w");
    done = f && fwrite(elf, 1, size, f) == size;
    free(elf);
    return f && fclose(f) == 0 && done ? 0 : 126;
}
