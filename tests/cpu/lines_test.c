/* lines_test.c - line tables, judged by addr2line; and broken ones, which must not harm. */
#include "../suite.h"

#include <cpu/lines.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char source[] =
    "static inline int third(int v)\n{\n    return v / 3;\n}\n"
    "int sum(const int *x)\n{\n    int s = 0;\n\n    for (int i = 0; i < 10; i++)\n"
    "        s += third(x[i]);\n    return s;\n}\n"
    "void _start(void)\n{\n    int a[10] = { 1 };\n\n    *(volatile int *)a = sum(a);\n"
    "    for (;;)\n        ;\n}\n";

static char dir[] = "/tmp/ossim-lines-XXXXXX";
static uint8_t *elf_bytes;
static size_t elf_size;

/* Until clean(). */
static void build(unsigned version)
{
    char command[512], path[128];

    ck_assert_ptr_nonnull(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/a.c", dir);
    FILE *f = fopen(path, "w");
    fputs(source, f);
    fclose(f);
    snprintf(command, sizeof command,
             "cd %s && riscv64-unknown-elf-gcc -march=rv32ima -mabi=ilp32 -O1 -nostdlib "
             "-gdwarf-%u a.c -o a.elf 2>/dev/null", dir, version);
    ck_assert_int_eq(system(command), 0);
    snprintf(path, sizeof path, "%s/a.elf", dir);
    f = fopen(path, "rb");
    fseek(f, 0, SEEK_END);
    elf_size = (size_t)ftell(f);
    rewind(f);
    free(elf_bytes);
    elf_bytes = malloc(elf_size);
    ck_assert_uint_eq(fread(elf_bytes, 1, elf_size, f), elf_size);
    fclose(f);
}

static void clean(void)
{
    char command[256];

    snprintf(command, sizeof command, "rm -r %s", dir);
    ck_assert_int_eq(system(command), 0);
    strcpy(dir, "/tmp/ossim-lines-XXXXXX");
}

/* The line that addr2line says; 0 if it does not know. */
static unsigned judged(uint32_t addr)
{
    char command[256], answer[256] = "";
    unsigned line = 0;

    snprintf(command, sizeof command, "riscv64-unknown-elf-addr2line -e %s/a.elf 0x%x", dir,
             addr);
    FILE *p = popen(command, "r");
    if (fgets(answer, sizeof answer, p) && strrchr(answer, ':'))
        sscanf(strrchr(answer, ':'), ":%u", &line);
    pclose(p);
    return line;
}

static void compare_all(void)
{
    struct elf e;
    unsigned known = 0;

    ck_assert_ptr_null(elf_open(&e, elf_bytes, elf_size));
    for (unsigned i = 0; i < e.nsegments; i++) {
        struct elf_segment s = elf_segment(&e, i);

        for (uint32_t a = s.vaddr & ~3U; s.exec && a < s.vaddr + s.memsz; a += 8) {
            struct line_place p = { .line = 0 };
            bool found = lines_find(&e, a, &p);

            ck_assert_msg((found ? p.line : 0) == judged(a), "0x%x: line %u, addr2line %u",
                          a, p.line, judged(a));
            if (found)
                ck_assert_str_eq(p.file, "a.c");
            known += found;
        }
    }
    ck_assert_uint_gt(known, 8);
}

START_TEST(lines_are_those_of_addr2line)
{
    static const unsigned versions[] = { 2, 4, 5 };

    for (size_t i = 0; i < sizeof versions / sizeof *versions; i++) {
        build(versions[i]);
        compare_all();
        clean();
    }
}
END_TEST

START_TEST(without_tables_there_is_no_line)
{
    struct line_place p;
    struct elf e;

    build(5);
    clean();
    ck_assert_ptr_null(elf_open(&e, elf_bytes, elf_size));
    ck_assert(lines_find(&e, e.entry, &p));
    uint32_t size;
    ck_assert_ptr_null(elf_section(&e, ".debug_none", &size));
    ck_assert_uint_eq(size, 0);
    ck_assert(!lines_find(&e, 0x7000000, &p));
}
END_TEST

/* Any byte of the sections changed, at random: an answer or none, never a read beyond the
 * file (the sanitizers watch) and never without end. */
START_TEST(broken_tables_do_no_harm)
{
    static const char *const sections[] = { ".debug_line", ".debug_line_str" };
    uint32_t rng = 1, size;
    struct elf e;

    build(5);
    clean();
    uint8_t *broken = malloc(elf_size);
    for (unsigned round = 0; round < 4000; round++) {
        memcpy(broken, elf_bytes, elf_size);
        ck_assert_ptr_null(elf_open(&e, broken, elf_size));
        for (unsigned k = 0; k < 1 + round % 4; k++) {
            uint8_t *s = (uint8_t *)(uintptr_t)elf_section(&e, sections[k & 1], &size);

            rng = rng * 1664525 + 1013904223;
            s[(rng >> 8) % size] = (uint8_t)(rng >> 3);
        }
        struct line_place p = { .file = "", .dir = "" };
        if (lines_find(&e, e.entry + 4 * (round % 32), &p)) {
            ck_assert_uint_ge(p.line, 1);
            ck_assert_uint_lt(strlen(p.file) + strlen(p.dir), elf_size);
        }
    }
    free(broken);
}
END_TEST

SUITE(lines, 30, lines_are_those_of_addr2line, without_tables_there_is_no_line,
      broken_tables_do_no_harm)
