/* asm_test.c - the assembler: layout, expressions, relaxation, messages. The encodings
 * themselves are compared with GNU as in asm_gnu.py. */
#include "../suite.h"
#include "asm_help.h"

#include <stdio.h>

static uint32_t symbol(const char *name)
{
    uint32_t v = 0;

    ck_assert_msg(elf_find(&asm_elf, name, &v), "no symbol %s", name);
    return v;
}

START_TEST(lays_out_sections_on_pages_with_rights)
{
    ck_assert_int_eq(assemble(".globl _start\n_start: nop\n.rodata\nr: .word 1\n"
                              ".data\nd: .word 2\n.bss\nb: .space 10000\n"), ERR_OK);
    ck_assert_uint_eq(asm_elf.entry, ASM_TEXT_BASE);
    ck_assert_uint_eq(asm_elf.nsegments, 3);
    struct elf_segment t = elf_segment(&asm_elf, 0), r = elf_segment(&asm_elf, 1),
                       d = elf_segment(&asm_elf, 2);
    ck_assert(t.read && t.exec && !t.write);
    ck_assert(r.read && !r.exec && !r.write && r.vaddr == 0x11000);
    ck_assert(d.read && !d.exec && d.write && d.vaddr == 0x12000);
    ck_assert_uint_eq(d.filesz, 4);
    ck_assert_uint_ge(d.memsz, 10000);
    ck_assert_uint_eq(symbol("b"), 0x12040);
    ck_assert_uint_eq(word_at(symbol("b")), 0);
}
END_TEST

/* As compilers write them. */
START_TEST(sections_have_hyphens_and_quotes_and_end_ends)
{
    ck_assert_int_eq(assemble("_start: nop\n.section .note.GNU-stack,\"\",@progbits\n"
                              ".section \".data.x-y\", \"aw\"\nd: .word 5\n"
                              ".end\nno such thing\n"), ERR_OK);
    ck_assert_uint_eq(word_at(symbol("d")), 5);
}
END_TEST

START_TEST(li_takes_one_word_or_two)
{
    ck_assert_int_eq(assemble("_start: li a0, 5\nli a0, -2048\nli a0, 2048\n"
                              "li a0, 0x12345000\nli a0, 0xffffffff\n"), ERR_OK);
    ck_assert_uint_eq(word_at(0x10000), 0x00500513);
    ck_assert_uint_eq(word_at(0x10004), 0x80000513);
    ck_assert_uint_eq(word_at(0x10008), 0x00001537);    /* lui a0, 1 */
    ck_assert_uint_eq(word_at(0x1000c), 0x80050513);    /* addi a0, a0, -2048 */
    ck_assert_uint_eq(word_at(0x10010), 0x12345537);
    ck_assert_uint_eq(word_at(0x10014), 0xfff00513);
}
END_TEST

START_TEST(numeric_labels_mean_the_nearest)
{
    ck_assert_int_eq(assemble("_start:\n1: j 1f\n1: j 1b\nj 1f\n1: nop\n"), ERR_OK);
    ck_assert_uint_eq(word_at(0x10000), 0x0040006f);
    ck_assert_uint_eq(word_at(0x10004), 0x0000006f);
    ck_assert_uint_eq(word_at(0x10008), 0x0040006f);
}
END_TEST

START_TEST(a_branch_too_far_is_inverted_around_a_jump)
{
    ck_assert_int_eq(assemble("_start: beq a0, a1, far\n.space 4092\nfar: nop\n"), ERR_OK);
    ck_assert_uint_eq(word_at(0x10000), 0x00b51463);    /* bne a0, a1, .+8 */
    ck_assert_uint_eq(word_at(0x10004) & 0xfff, 0x06f); /* j */
    ck_assert_uint_eq(symbol("far"), 0x10000 + 8 + 4092);
    ck_assert_int_eq(assemble("_start: beq a0, a1, far\n.space 4088\nfar: nop\n"), ERR_OK);
    ck_assert_uint_eq(symbol("far"), 0x10000 + 4 + 4088);
}
END_TEST

START_TEST(growth_carries_on_until_all_fits)
{
    /* Each branch reaches only while the others are short. */
    static char text[200000];
    size_t n = (size_t)sprintf(text, "_start:\n");

    for (int i = 0; i < 600; i++)
        n += (size_t)sprintf(text + n, "l%d: beq a0, a1, l%d\n.space 4\n", i,
                             i + 511 < 1200 ? i + 511 : 1199);
    for (int i = 600; i < 1200; i++)
        n += (size_t)sprintf(text + n, "l%d: .space 8\n", i);
    ck_assert_int_eq(assemble(text), ERR_OK);
    ck_assert_uint_ge(symbol("l1199") - 0x10000, 600 * 8 + 599 * 8);
}
END_TEST

START_TEST(constants_may_be_used_before_they_are_set)
{
    ck_assert_int_eq(assemble("_start: li a0, N\nli a1, len\n.equ N, 100000\n.data\n"
                              "m: .ascii \"hello\"\nlen = . - m\n"), ERR_OK);
    ck_assert_uint_eq(word_at(0x10000), 0x00018537);
    ck_assert_uint_eq(word_at(0x10008), 0x00500593);
}
END_TEST

START_TEST(set_may_change_and_rept_counts)
{
    ck_assert_int_eq(assemble("_start: nop\n.data\ni = 0\n.rept 4\n.word i\ni = i + 1\n.endr\n"
                              ".rept 0\n.word 99\n.rept 2\n.endr\n.endr\n.word 7\n"), ERR_OK);
    for (uint32_t i = 0; i < 4; i++)
        ck_assert_uint_eq(word_at(0x11000 + i * 4), i);
    ck_assert_uint_eq(word_at(0x11010), 7);
}
END_TEST

START_TEST(main_is_the_entry_if_there_is_no_start_else_the_first_instruction)
{
    ck_assert_int_eq(assemble("nop\nmain: nop\n"), ERR_OK);
    ck_assert_uint_eq(asm_elf.entry, 0x10004);
    ck_assert_int_eq(assemble(".data\nd: .word 1\n.text\nnop\nx: nop\n"), ERR_OK);
    ck_assert_uint_eq(asm_elf.entry, 0x10000);
    ck_assert_int_eq(assemble(".data\n.word 1\n"), ERR_INPUT);
    ck_assert_ptr_nonnull(strstr(asm_result.error[0].text, "no instruction to start at"));
}
END_TEST

/* text, line and column of the first error, part of the message */
static const struct { const char *text; unsigned line, col; const char *says; } wrong[] = {
    { "_start:\n  addd a0, a1, a2\n", 2, 3, "did you mean 'add" },
    { "_start: addi a0, a1, 5000\n", 1, 22, "from -2048 to 2047" },
    { "_start: add a0, a1, q7\n", 1, 21, "" },
    { "_start: add a0, a1\n", 1, 19, "expected ','" },
    { "_start: j nowhere\n", 1, 11, "'nowhere' is not defined" },
    { "_start: nop\n_start: nop\n", 2, 1, "already defined in line 1" },
    { "_start: lw a0, 4(a1\n", 1, 20, "expected ')'" },
    { "_start: j 1f\n", 1, 11, "no label 1: after" },
    { "_start: nop\n.wrod 5\n", 2, 1, "did you mean '.word'" },
    { "_start: nop\n.asciz \"abc\n", 2, 12, "does not end" },
    { "_start: nop\n.byte 256\n", 2, 7, "1 bytes" },
    { "_start: li a0, 0x123456789\n", 1, 16, "32 bits" },
    { "_start: li a0, _start\n", 1, 16, "la loads an address" },
    { "_start: slli a0, a0, 32\n", 1, 22, "from 0 to 31" },
    { "_start: lui a0, -1\n", 1, 17, "upper 20 bits" },
    { ".byte 1\n_start: nop\n", 2, 9, "no multiple of 4" },
    { "_start: nop\n.bss\n.word 1\n", 3, 7, "nothing but zeros" },
    { "_start: nop\n.macro x\n", 3, 1, ".endm is missing" },
    { "_start: nop\n.macro x a:req\n.byte \\a\n.endm\nx\n", 5, 2, "wants a value for 'a'" },
    { "_start: nop\n.macro x\n.byte 999\n.endm\n\nx\n", 6, 1, "does not fit" },
    { "_start: nop\n.macro x\nx\n.endm\nx\n", 5, 1, "nested too deeply" },
    { "_start: nop\n.if 1\n", 3, 1, ".endif is missing" },
    { "_start: nop\n.endif\n", 2, 7, ".endif without .if" },
    { "_start: nop\n.error \"stop\"\n", 2, 8, "stop" },
    { "_start: nop\nnop\n.org 4\n", 3, 6, "does not go back" },
    { "_start: nop\n.word 1/0\n", 2, 8, "division by zero" },
    { "_start: nop\n.word _start*2\n", 2, 13, "addresses" },
    { "_start: nop\n.rept 2\nnop\n", 4, 1, ".endr is missing" },
    { "_start: nop\n/* never\n", 2, 1, "does not end" },
    { "_start: addi a0, a0, %pcrel_lo(_start)\n", 1, 32, "no %pcrel_hi" },
    { "_start: beq a0, a1, 0x900000\n.space 0x400\n", 1, 21, "1 MiB" },
    { "_start: csrr a0, mstatus\n", 1, 18, "user mode" },
    { "_start: amoadd.w a0, a1, 4(a2)\n", 1, 26, "no offset" },
    { "_start: nop\n.align 13\n", 2, 8, "at most 12" },
    { "_start: nop\n 5 5\n", 2, 2, "is expected" },
    { "_start: nop nop\n", 1, 13, "nothing more" },
    { "_start: nop\n.section foo\n", 2, 10, "needs flags" },
    { "_start: .set _start, 4\n", 1, 14, "already defined" },
};

START_TEST(errors_say_where_and_what)
{
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const struct asm_error *e = &asm_result.error[0];

        ck_assert_int_eq(assemble(wrong[i].text), ERR_INPUT);
        ck_assert_msg(e->line == wrong[i].line && e->col == wrong[i].col &&
                      strstr(e->text, wrong[i].says), "%s gives %u:%u: %s", wrong[i].text,
                      e->line, e->col, e->text);
        ck_assert_ptr_null(asm_result.elf);
    }
}
END_TEST

START_TEST(all_errors_come_at_once_up_to_the_limit)
{
    char text[2000] = "_start: nop\n";

    ck_assert_int_eq(assemble("_start: foo\nli a0\nbar a1\n.word )\n"), ERR_INPUT);
    ck_assert_uint_eq(asm_result.nerrors, 4);
    ck_assert(!asm_result.more);
    for (int i = 0; i < 30; i++)
        strcat(text, "foo\n");
    ck_assert_int_eq(assemble(text), ERR_INPUT);
    ck_assert_uint_eq(asm_result.nerrors, ASM_MAX_ERRORS);
    ck_assert(asm_result.more);
}
END_TEST

START_TEST(little_memory_is_said_and_not_overrun)
{
    static uint8_t guard[65536] __attribute__((aligned(16)));
    const char *text = "_start: nop\n.data\n.space 20000\n";
    enum err err = ERR_LIMIT;

    for (size_t size = 0; size + 16 < sizeof guard && err == ERR_LIMIT; size += 512) {
        memset(guard, 0xa5, sizeof guard);
        err = asm_build("t.s", text, strlen(text), guard, size, &asm_result);
        for (size_t i = size; i < sizeof guard; i++)
            ck_assert_uint_eq(guard[i], 0xa5);
    }
    ck_assert_int_eq(err, ERR_OK);
}
END_TEST

START_TEST(sizes_that_chase_each_other_are_refused)
{
    ck_assert_int_eq(assemble("_start: nop\n.data\na: .space 8 - (b - a) % 8 + (b - a)\nb:\n"),
                     ERR_INPUT);
    ck_assert_ptr_nonnull(strstr(asm_result.error[0].text, ""));
    ck_assert_int_eq(assemble("_start: nop\n.bss\n.space 0x7fffffff\n"), ERR_INPUT);
    ck_assert_int_eq(assemble("_start: .rept 100000\n.rept 100000\n.endr\n.endr\n"), ERR_INPUT);
}
END_TEST

/* The first word at the entry of a program of two files. */
static enum err assemble_two(const char *one, const char *two)
{
    const struct asm_input in[] = { { "one.s", one, strlen(one) }, { "two.s", two, strlen(two) } };
    enum err err = asm_build_all(in, 2, NULL, asm_test_mem, ASM_TEST_MEM, &asm_result);

    if (err == ERR_OK && elf_open(&asm_elf, asm_result.elf, asm_result.size))
        return ERR_UNSUPPORTED;
    return err;
}

START_TEST(a_symbol_belongs_to_its_file_unless_it_is_global)
{
    /* jal x0, +8 past a nop: to the second file's f, not to its own `loop`. */
    ck_assert_int_eq(assemble_two("_start: j f\nloop: j loop\n", ".globl f\nloop: nop\nf: j loop\n"),
                     ERR_OK);
    ck_assert_uint_eq(word_at(0x10000), 0x00c0006f);
    ck_assert_uint_eq(word_at(0x10004), 0x0000006f);
    ck_assert_uint_eq(word_at(0x1000c), 0xffdff06f);
    ck_assert_int_eq(assemble_two("_start: j f\n", "f: nop\n"), ERR_INPUT);
    ck_assert_str_eq(asm_result.error[0].text, "'f' is not defined");
    ck_assert_int_eq(assemble_two(".globl f\n_start: nop\nf: nop\n", "nop\n.globl f\nf: nop\n"),
                     ERR_INPUT);
    ck_assert_uint_eq(asm_result.error[0].file, 1);
    ck_assert_uint_eq(asm_result.error[0].line, 3);
}
END_TEST

START_TEST(a_weak_symbol_gives_way)
{
    ck_assert_int_eq(assemble_two(".globl _start\n_start: j f\n.weak f\nf: nop\n",
                                  ".globl f\nf: nop\n"), ERR_OK);
    ck_assert_uint_eq(word_at(0x10000), 0x0080006f);
    ck_assert_int_eq(assemble_two("_start: j f\n.weak f\nf: nop\n", "nop\n"), ERR_OK);
    ck_assert_uint_eq(word_at(0x10000), 0x0040006f);
}
END_TEST

/* Commas are blanks to RARS and Venus, and a value may be repeated. */
START_TEST(commas_may_be_left_out)
{
    ck_assert_int_eq(assemble("_start: addi t0 x0 -5\nlw a0 4(sp)\nbeq t0 zero _start\njal x0 _start\n"
                              "li a1 'a'\n.data\nd: .word 3 1\t4 x 'b' -1\nx: .byte 7 : 3, 1\n"), ERR_OK);
    ck_assert_uint_eq(word_at(0x10000), 0xffb00293);
    ck_assert_uint_eq(word_at(0x10004), 0x00412503);
    ck_assert_uint_eq(word_at(0x10008), 0xfe028ce3);
    ck_assert_uint_eq(word_at(0x1000c), 0xff5ff06f);
    ck_assert_uint_eq(word_at(0x10010), 0x06100593);
    ck_assert_uint_eq(word_at(symbol("d")), 3);
    ck_assert_uint_eq(word_at(symbol("d") + 8), 4);
    ck_assert_uint_eq(word_at(symbol("d") + 12), symbol("x"));
    ck_assert_uint_eq(word_at(symbol("d") + 16), 'b' - 1);      /* as GNU as reads it */
    ck_assert_uint_eq(symbol("x") - symbol("d"), 20);
    ck_assert_uint_eq(word_at(symbol("x")), 0x01070707);
    ck_assert_int_eq(assemble("_start: add a0, a1\n"), ERR_INPUT);
    ck_assert_int_eq(assemble("_start: add a0, a1, a2 a3\n"), ERR_INPUT);
    ck_assert_int_eq(assemble("_start: nop\n.word 1 : 0\n"), ERR_INPUT);
}
END_TEST

/* RARS's escapes for characters beyond ASCII; without four digits they are GNU as's letter. */
START_TEST(unicode_in_strings)
{
    ck_assert_int_eq(assemble("_start: nop\n.data\nx: .ascii \"\\u0041\\u00e9\\u20AC\\u12\"\n"), ERR_OK);
    ck_assert_uint_eq(word_at(symbol("x")), 0xe2a9c341);
    ck_assert_uint_eq(word_at(symbol("x") + 4), 0x3175ac82);
}
END_TEST

/* As RARS writes them: parameters with %, calls in brackets, labels of each expansion's own. */
START_TEST(macros_in_the_dialect_of_rars)
{
    ck_assert_int_eq(assemble(".macro wait (%r, %n)\n li %r, %n\nagain: addi %r, %r, -1\n"
                              " bnez %r, again\n.end_macro\n.eqv SOME 7\n.text\n"
                              "main: wait(a0, SOME)\n wait (t0, 2)\n"), ERR_OK);
    ck_assert_uint_eq(word_at(0x10000), 0x00700513);    /* li a0, 7 */
    ck_assert_uint_eq(word_at(0x10004), 0xfff50513);
    ck_assert_uint_eq(word_at(0x10008), 0xfe051ee3);    /* bnez a0, -4 */
    ck_assert_uint_eq(word_at(0x1000c), 0x00200293);
    ck_assert_uint_eq(word_at(0x10014), 0xfe029ee3);
}
END_TEST

/* .eqv of any text: registers, operands, whole instructions, within macros, not in strings; a
 * text of one pass is not one of the next before it is defined. */
START_TEST(eqv_stands_for_any_text)
{
    ck_assert_int_eq(assemble(".eqv count t0\n.eqv slot 4(sp)  # a comment\n.eqv bump addi a0, a0,\n"
                              ".eqv N 3\n.eqv both count, slot\n.eqv text \"a#b\"\n"
                              ".macro twice(%r)\n add %r, count, count\n.end_macro\n.text\n"
                              "main: li count, N\n lw count, slot\nx: sw both\n bump N*2\n twice(a1)\n"
                              ".data\ny: .ascii \"count\"\n.balign 4\nz: .asciz text\n"), ERR_OK);
    ck_assert_uint_eq(word_at(0x10000), 0x00300293);    /* li t0, 3 */
    ck_assert_uint_eq(word_at(0x10004), 0x00412283);    /* lw t0, 4(sp) */
    ck_assert_uint_eq(word_at(0x10008), 0x00512223);    /* sw t0, 4(sp) */
    ck_assert_uint_eq(word_at(0x1000c), 0x00650513);    /* addi a0, a0, 6 */
    ck_assert_uint_eq(word_at(0x10010), 0x005285b3);    /* add a1, t0, t0 */
    ck_assert_uint_eq(word_at(symbol("y")), 0x6e756f63);
    ck_assert_uint_eq(word_at(symbol("z")), 0x00622361);
    ck_assert_int_eq(assemble("main: mv r, a0\n.eqv r t0\n nop\n"), ERR_INPUT);     /* not yet */
    ck_assert_int_eq(assemble(".eqv r t0\n.eqv r t1\nmain: nop\n"), ERR_INPUT);
    ck_assert_int_eq(assemble(".eqv loop loop\nmain: nop\nloop: j loop\n"), ERR_OK);
    ck_assert_int_eq(assemble(".eqv r\nmain: mv a0, a1 r\n"), ERR_OK);
}
END_TEST

SUITE(asm, 40, eqv_stands_for_any_text, commas_may_be_left_out, unicode_in_strings, macros_in_the_dialect_of_rars, a_symbol_belongs_to_its_file_unless_it_is_global, a_weak_symbol_gives_way, lays_out_sections_on_pages_with_rights,
      sections_have_hyphens_and_quotes_and_end_ends, li_takes_one_word_or_two,
      numeric_labels_mean_the_nearest, a_branch_too_far_is_inverted_around_a_jump,
      growth_carries_on_until_all_fits, constants_may_be_used_before_they_are_set,
      set_may_change_and_rept_counts, main_is_the_entry_if_there_is_no_start_else_the_first_instruction,
      errors_say_where_and_what, all_errors_come_at_once_up_to_the_limit,
      little_memory_is_said_and_not_overrun, sizes_that_chase_each_other_are_refused)
