/* asm.c - `ossim asm FILE.s -o FILE.elf` and `ossim disasm FILE`. */
#include <cmd/cmd.h>

#include <cmd/guest_build.h>
#include <cmd/options.h>
#include <asm/disasm.h>
#include <cpu/elf.h>
#include <host/file.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* ---- asm ---- */

static enum err write_program(const char *path, const uint8_t *elf, size_t size,
                              struct diag *diag)
{
    struct outfile *f = outfile_open(path, diag);
    struct stat st;
    enum err err;

    if (!f)
        return ERR_IO;
    outfile_write(f, (const char *)elf, size);
    err = outfile_commit(f, diag);
    /* A program: executable for whoever may read it, so that qemu-riscv32 runs it too. */
    if (!err && stat(path, &st) == 0 && S_ISREG(st.st_mode))
        chmod(path, (st.st_mode | (st.st_mode & 0444) >> 2) & 0777);
    return err;
}

/* FILE.s without its suffix, with .elf behind it. */
static void default_output(const char *source, char *path, size_t size)
{
    const char *dot = strrchr(source, '.'), *slash = strrchr(source, '/');
    size_t n = dot && (!slash || dot > slash) ? (size_t)(dot - source) : strlen(source);

    snprintf(path, size, "%.*s.elf", (int)n, source);
}

static int asm_usage(FILE *out, int status)
{
    fputs("usage: ossim asm FILE.s... [-o FILE.elf]\n\n"
          "Assemble a program for RV32IMA, in GNU syntax, into a static ELF executable.\n"
          "It starts at _start (or main), with a7 and ecall for system calls. .c files are\n"
          "built too, with the C library of ossim; -I -D -U -O -l are for the compiler.\n"
          "`-o -` writes to stdout.\n", out);
    return status;
}

/* What the command line names. */
struct asm_words {
    const char **paths, **flags;        /* argc of each */
    unsigned npaths, nflags;
    const char *output;
};

static bool read_words(struct asm_words *w, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "-o") == 0 && i + 1 < argc)
            w->output = argv[++i];
        else if (argv[i][0] != '-')
            w->paths[w->npaths++] = argv[i];
        else if (argv[i][1] && strchr("IDUOl", argv[i][1]) && (argv[i][2] || argv[i][1] == 'O'))
            w->flags[w->nflags++] = argv[i];
        else
            return false;
    }
    return w->npaths > 0;
}

static int build_program(const struct asm_words *w)
{
    const struct guest_sources s = { w->paths, w->npaths, w->flags, w->nflags };
    char path[4096];
    const uint8_t *elf;
    size_t size;
    struct diag diag;
    enum err err = guest_build(&s, &elf, &size, &diag);

    if (err) {
        diag_print(&diag);
        return EXIT_BAD_INPUT;
    }
    default_output(w->paths[0], path, sizeof path);
    err = write_program(w->output ? w->output : path, elf, size, &diag);
    free((void *)(uintptr_t)elf);
    if (err)
        diag_print(&diag);
    return err ? EXIT_RUN_FAILED : EXIT_DONE;
}

int cmd_asm(int argc, char **argv)
{
    struct asm_words w = { 0 };
    int status;

    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return asm_usage(stdout, EXIT_DONE);
    w.paths = calloc((size_t)argc, sizeof *w.paths);
    w.flags = calloc((size_t)argc, sizeof *w.flags);
    if (!w.paths || !w.flags)
        status = EXIT_OUR_FAULT;
    else
        status = read_words(&w, argc, argv) ? build_program(&w) : asm_usage(stderr, EXIT_BAD_INPUT);
    free(w.paths);
    free(w.flags);
    return status;
}

/* ---- disasm ---- */

/* <name+offset>, if something has a name there. */
static void print_place(const struct elf *e, uint32_t addr)
{
    uint32_t offset;
    const char *name = elf_symbol_at(e, addr, &offset);

    if (name && offset)
        printf(" <%s+0x%x>", name, offset);
    else if (name)
        printf(" <%s>", name);
}

static void print_label(const struct elf *e, uint32_t addr)
{
    uint32_t offset;
    const char *name = elf_symbol_at(e, addr, &offset);

    if (name && offset == 0)
        printf("\n%08x <%s>:\n", addr, name);
}

static void print_instruction(const struct elf *e, uint32_t addr, bool pseudo)
{
    uint8_t b[4];
    char text[DISASM_MAX];
    uint32_t word, target;

    if (elf_read(e, addr, b, 4) < 4)
        return;
    word = (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
    disasm(word, addr, pseudo, text);
    printf("%8x:  %08x  %s", addr, word, text);
    if (disasm_target(word, addr, &target))
        print_place(e, target);
    putchar('\n');
}

static void print_code(const struct elf *e, const struct elf_segment *s, bool pseudo)
{
    for (uint32_t addr = (s->vaddr + 3) & ~3u; addr - s->vaddr + 4 <= s->filesz; addr += 4) {
        print_label(e, addr);
        print_instruction(e, addr, pseudo);
    }
}

/* How many bytes from at belong on one line: 16, or fewer if a label comes. */
static uint32_t line_length(const struct elf *e, const struct elf_segment *s, uint32_t at)
{
    uint32_t n = 1, offset;

    while (n < 16 && at + n < s->filesz &&
           !(elf_symbol_at(e, s->vaddr + at + n, &offset) && offset == 0))
        n++;
    return n;
}

/* Bytes as numbers and as text. */
static void print_data(const struct elf *e, const struct elf_segment *s)
{
    for (uint32_t at = 0, n; at < s->filesz; at += n) {
        n = line_length(e, s, at);
        print_label(e, s->vaddr + at);
        printf("%8x: ", s->vaddr + at);
        for (uint32_t i = 0; i < 16; i++)
            i < n ? printf(" %02x", s->bytes[at + i]) : printf("   ");
        fputs("  ", stdout);
        for (uint32_t i = 0; i < n; i++)
            putchar(s->bytes[at + i] >= 32 && s->bytes[at + i] < 127 ? s->bytes[at + i] : '.');
        putchar('\n');
    }
}

static void print_program(const struct elf *e, bool pseudo)
{
    printf("entry %08x, break %08x\n", e->entry, e->end);
    for (unsigned i = 0; i < e->nsegments; i++) {
        struct elf_segment s = elf_segment(e, i);

        printf("\nsegment %08x..%08x %c%c%c: %u bytes, %u from the file\n", s.vaddr,
               s.vaddr + s.memsz, s.read ? 'r' : '-', s.write ? 'w' : '-',
               s.exec ? 'x' : '-', s.memsz, s.filesz);
        if (s.exec)
            print_code(e, &s, pseudo);
        else
            print_data(e, &s);
    }
}

static int disasm_usage(FILE *out, int status)
{
    fputs("usage: ossim disasm [--plain] FILE\n\n"
          "Print a program (.elf .s .c): segments, instructions with their addresses, bytes\n"
          "and labels, and data. --plain: no pseudo-instructions.\n", out);
    return status;
}

int cmd_disasm(int argc, char **argv)
{
    const char *path = NULL;
    bool pseudo = true;
    const uint8_t *data;
    size_t size;
    struct diag diag;
    struct elf e;

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return disasm_usage(stdout, EXIT_DONE);
        if (strcmp(argv[i], "--plain") == 0)
            pseudo = false;
        else if (argv[i][0] != '-' && !path)
            path = argv[i];
        else
            return disasm_usage(stderr, EXIT_BAD_INPUT);
    }
    if (!path)
        return disasm_usage(stderr, EXIT_BAD_INPUT);
    if (guest_build_one(path, &data, &size, &diag)) {
        diag_print(&diag);
        return EXIT_BAD_INPUT;
    }
    elf_open(&e, data, size);   /* guest_build has seen that it opens */
    print_program(&e, pseudo);
    free((void *)(uintptr_t)data);
    return ferror(stdout) ? EXIT_RUN_FAILED : EXIT_DONE;
}
