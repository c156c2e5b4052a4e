/* disasm_test.c - what the disassembler prints, the assembler turns into the same word. */
#include "../suite.h"
#include "asm_help.h"

#include <asm/disasm.h>
#include <cpu/isa.h>
#include <stdio.h>

enum { WORDS = 4096 };

static uint32_t random_word(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 32);
}

/* Disassemble n words that stand at the text base, assemble that, compare. */
static void round_trip(const uint32_t *words, unsigned n, bool pseudo)
{
    static char text[WORDS * DISASM_MAX];
    size_t at = 0;

    at += (size_t)sprintf(text, "_start:\n");
    for (unsigned i = 0; i < n; i++) {
        at += disasm(words[i], ASM_TEXT_BASE + i * 4, pseudo, text + at);
        text[at++] = '\n';
    }
    text[at] = '\0';
    enum err err = assemble(text);
    ck_assert_msg(err == ERR_OK, "line %u: %s (word %08x)", asm_result.error[0].line,
                  asm_result.error[0].text, words[asm_result.error[0].line - 2]);
    for (unsigned i = 0; i < n; i++) {
        char line[DISASM_MAX];

        disasm(words[i], ASM_TEXT_BASE + i * 4, pseudo, line);
        ck_assert_msg(word_at(ASM_TEXT_BASE + i * 4) == words[i],
                      "%08x is '%s', which assembles to %08x", words[i], line,
                      word_at(ASM_TEXT_BASE + i * 4));
    }
}

START_TEST(every_instruction_with_random_fields_comes_back)
{
    uint32_t words[WORDS];
    uint64_t state = 1;

    for (unsigned op = 0; op < OP_COUNT; op++) {
        for (unsigned i = 0; i < WORDS / 4; i++)
            words[i] = (random_word(&state) & ~insn_table[op].mask) | insn_table[op].match;
        round_trip(words, WORDS / 4, op & 1);
    }
}
END_TEST

START_TEST(every_field_of_zeros_and_ones_comes_back)
{
    static const uint32_t fields[] = { 0x1fu << 7, 0x1fu << 15, 0x1fu << 20, 0x7fu << 25 };
    uint32_t words[OP_COUNT * 16];
    unsigned n = 0;

    for (unsigned op = 0; op < OP_COUNT; op++)
        for (unsigned pick = 0; pick < 16; pick++) {
            uint32_t w = 0;

            for (unsigned f = 0; f < 4; f++)
                w |= pick >> f & 1 ? fields[f] : 0;
            words[n++] = (w & ~insn_table[op].mask) | insn_table[op].match;
        }
    round_trip(words, n, true);
    round_trip(words, n, false);
}
END_TEST

START_TEST(any_word_at_all_comes_back)
{
    uint32_t words[WORDS];
    uint64_t state = 7;

    for (int round = 0; round < 8; round++) {
        for (unsigned i = 0; i < WORDS; i++)
            words[i] = random_word(&state);
        round_trip(words, WORDS, round & 1);
    }
}
END_TEST

static const struct { uint32_t word; const char *plain, *pseudo; } known[] = {
    { 0x00000013, "addi    zero, zero, 0", "nop" },
    { 0x00500513, "addi    a0, zero, 5", "li      a0, 5" },
    { 0x00058513, "addi    a0, a1, 0", "mv      a0, a1" },
    { 0xff010113, "addi    sp, sp, -16", "addi    sp, sp, -16" },
    { 0x00008067, "jalr    zero, 0(ra)", "ret" },
    { 0x0040006f, "jal     zero, 0x1004", "j       0x1004" },
    { 0x004000ef, "jal     ra, 0x1004", "jal     0x1004" },
    { 0xfe0508e3, "beq     a0, zero, 0xff0", "beqz    a0, 0xff0" },
    { 0x12345537, "lui     a0, 0x12345", "lui     a0, 0x12345" },
    { 0xffc5a503, "lw      a0, -4(a1)", "lw      a0, -4(a1)" },
    { 0x0ff0000f, "fence   iorw, iorw", "fence" },
    { 0x1005a52f, "lr.w    a0, (a1)", "lr.w    a0, (a1)" },
    { 0x06c5a52f, "amoadd.w.aqrl a0, a2, (a1)", "amoadd.w.aqrl a0, a2, (a1)" },
    { 0xc0002573, "csrrs   a0, cycle, zero", "rdcycle a0" },
    { 0xffffffff, ".word   0xffffffff", ".word   0xffffffff" },
    { 0x00000000, ".word   0x0", ".word   0x0" },
};

START_TEST(the_text_is_gnu_syntax)
{
    char text[DISASM_MAX];

    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        ck_assert_uint_eq(disasm(known[i].word, 0x1000, false, text), strlen(known[i].plain));
        ck_assert_str_eq(text, known[i].plain);
        disasm(known[i].word, 0x1000, true, text);
        ck_assert_str_eq(text, known[i].pseudo);
    }
}
END_TEST

START_TEST(targets_of_jumps_and_branches)
{
    uint32_t target;

    ck_assert(disasm_target(0xfe0508e3, 0x1000, &target));
    ck_assert_uint_eq(target, 0xff0);
    ck_assert(!disasm_target(0x00008067, 0x1000, &target));
    ck_assert(!disasm_target(0xffffffff, 0x1000, &target));
}
END_TEST

SUITE(disasm, 20, every_instruction_with_random_fields_comes_back,
      every_field_of_zeros_and_ones_comes_back, any_word_at_all_comes_back,
      the_text_is_gnu_syntax, targets_of_jumps_and_branches)
