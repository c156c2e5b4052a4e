/* elf_test.c - good programs open, hostile ones are refused with a reason. */
#include "../suite.h"
#include "../asm/asm_help.h"

#include <stdlib.h>

static const char program[] =
    ".globl _start\n.type _start, @function\n_start: nop\nnop\nloop: j loop\n"
    ".rodata\nr: .word 1\n.data\nd: .word 0x12345678\n.bss\nb: .space 5000\n";

static uint8_t *copy;
static size_t size;

static void setup(void)
{
    ck_assert_int_eq(assemble(program), ERR_OK);
    free(copy);
    size = asm_result.size;
    copy = malloc(size);
    memcpy(copy, asm_result.elf, size);
}

static void put32(size_t at, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        copy[at + (size_t)i] = (uint8_t)(v >> i * 8);
}

enum { PH = 52 };               /* the first program header */

START_TEST(a_program_is_read)
{
    struct elf e;
    uint32_t offset, value;

    setup();
    ck_assert_ptr_null(elf_open(&e, copy, size));
    ck_assert_uint_eq(e.nsegments, 3);
    ck_assert_uint_eq(e.end, elf_segment(&e, 2).vaddr + elf_segment(&e, 2).memsz);
    ck_assert_str_eq(elf_symbol_at(&e, 0x10004, &offset), "_start");
    ck_assert_uint_eq(offset, 4);
    ck_assert_str_eq(elf_symbol_at(&e, 0x10008, &offset), "loop");
    ck_assert_ptr_null(elf_symbol_at(&e, 0x9000, &offset));
    ck_assert_ptr_null(elf_symbol_at(&e, 0x70000000, &offset));
    ck_assert(elf_find(&e, "d", &value));
    ck_assert_uint_eq(value, 0x12000);
    ck_assert(!elf_find(&e, "nothing", &value));
    uint8_t b[8];
    ck_assert_uint_eq(elf_read(&e, 0x12000, b, 8), 8);
    ck_assert_uint_eq(b[0], 0x78);
    ck_assert_uint_eq(elf_read(&e, e.end - 3, b, 8), 3);
    ck_assert_uint_eq(elf_read(&e, e.end, b, 8), 0);
}
END_TEST

static const struct { size_t at; uint32_t value; const char *says; } hostile[] = {
    { 0, 0x464c457e, "not an ELF" },
    { 4, 0x00010102, "64-bit" }, { 4, 0x00010201, "little-endian" },
    { 16, 0x00f30001, "object file" }, { 16, 0x00f30003, "position independent" },
    { 16, 0x003e0002, "not for RISC-V" }, { 20, 2, "version" },
    { 24, 0x10002, "not aligned" }, { 24, 0x11000, "no executable segment" },
    { 24, 0, "no executable segment" }, { 24, 0xfffffffc, "no executable segment" },
    { 28, 0xfffffff0, "outside the file" }, { 36, 1, "compressed" },
    { 42, 0xffff0020, "outside the file" }, { 42, 0x00000020, "no program headers" },
    { 42, 0x00030021, "header size" },
    { PH + 4, 0xfffff000, "outside the file" }, { PH + 8, 0, "address 0" },
    { PH + 8, 0xb0000000, "above" }, { PH + 8, 0xfffff000, "above" },
    { PH + 8, 0x10010, "alignment" }, { PH + 16, 0xffffffff, "more bytes" },
    { PH + 20, 0xffffffff, "above" }, { PH + 20, 4, "more bytes" },
    { PH + 20, 0x10000, "overlap" }, { PH + 28, 3, "power of two" },
    { PH + 0, 3, "dynamically" },
    { PH + 32 + 8, 0x10000, "overlap" }, { PH + 64 + 20, 0xaffff000, "above" },
};

START_TEST(hostile_headers_are_refused_with_a_reason)
{
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
        struct elf e;
        const char *why;

        setup();
        put32(hostile[i].at, hostile[i].value);
        why = elf_open(&e, copy, size);
        ck_assert_msg(why && strstr(why, hostile[i].says), "%zu at %zu: %s, not %s", i,
                      hostile[i].at, why ? why : "accepted", hostile[i].says);
    }
}
END_TEST

/* Where boards without an operating system have their memory. */
START_TEST(linked_for_a_bare_board_it_is_a_program_still)
{
    struct elf e;

    setup();
    for (size_t i = 0; i < 3; i++) {
        uint32_t at = PH + 32 * (uint32_t)i + 8, vaddr;

        memcpy(&vaddr, copy + at, sizeof vaddr);
        put32(at, vaddr + 0x80000000u);
    }
    put32(24, 0x80010000);
    ck_assert_ptr_null(elf_open(&e, copy, size));
    ck_assert_uint_eq(e.entry, 0x80010000);
}
END_TEST

/* Each prefix in memory of exactly its size, so that sanitizers see a step outside. */
START_TEST(cut_short_anywhere_it_is_refused_or_whole)
{
    setup();
    for (size_t n = 0; n < size; n += n < 300 ? 1 : 97) {
        uint8_t *part = malloc(n ? n : 1);
        struct elf e;
        uint32_t offset;

        memcpy(part, copy, n);
        if (!elf_open(&e, part, n)) {
            ck_assert_uint_ge(n, 0x3000);
            elf_symbol_at(&e, 0x10004, &offset);
        }
        free(part);
    }
}
END_TEST

START_TEST(a_broken_symbol_table_is_none)
{
    struct elf e;
    uint32_t offset;

    setup();
    put32(32, (uint32_t)size - 8);
    ck_assert_ptr_null(elf_open(&e, copy, size));
    ck_assert_uint_eq(elf_nsymbols(&e), 0);
    ck_assert_ptr_null(elf_symbol_at(&e, 0x10000, &offset));
}
END_TEST

START_TEST(every_byte_changed_at_random_is_survived)
{
    uint64_t state = 3;
    struct elf e;
    uint32_t offset;
    uint8_t buf[64];

    for (int i = 0; i < 20000; i++) {
        if (i % 50 == 0)
            setup();
        state = state * 6364136223846793005u + 1442695040888963407u;
        copy[(state >> 33) % (i & 1 ? 52 + 96 : size)] = (uint8_t)(state >> 20);
        if (elf_open(&e, copy, size))
            continue;
        for (unsigned k = 0; k < e.nsegments; k++)
            elf_read(&e, elf_segment(&e, k).vaddr, buf, sizeof buf);
        elf_symbol_at(&e, e.entry, &offset);
    }
    free(copy);
    copy = NULL;
}
END_TEST

SUITE(elf, 20, a_program_is_read, hostile_headers_are_refused_with_a_reason,
      linked_for_a_bare_board_it_is_a_program_still, cut_short_anywhere_it_is_refused_or_whole, a_broken_symbol_table_is_none,
      every_byte_changed_at_random_is_survived)
