/* decode_test.c - words and instructions, by the table and back. */
#include "../suite.h"

#include <cpu/isa.h>
#include <sim/rng.h>

START_TEST(no_word_is_two_instructions)
{
    for (unsigned i = 0; i < OP_COUNT; i++)
        for (unsigned k = 0; k < i; k++) {
            const struct insn_info *a = &insn_table[i], *b = &insn_table[k];

            ck_assert_msg(((a->match ^ b->match) & a->mask & b->mask) != 0,
                          "%s and %s overlap", a->name, b->name);
        }
}
END_TEST

START_TEST(decoding_is_what_the_table_says)
{
    rng_t rng = 1;

    for (unsigned n = 0; n < 1000000; n++) {
        uint32_t w = (uint32_t)rng_next(&rng) | (n % 8 ? 3 : 0);
        unsigned op = 0;

        /* Half of them close to something legal. */
        if (n % 2) {
            const struct insn_info *t = &insn_table[rng_below(&rng, OP_COUNT)];

            w = t->match | (w & ~t->mask);
        }
        while (op < OP_COUNT && (w & insn_table[op].mask) != insn_table[op].match)
            op++;
        ck_assert_uint_eq(insn_decode(w).op, op);
    }
}
END_TEST

/* Bits of a word that its fields do not keep. */
static uint32_t unkept(unsigned op)
{
    switch (insn_table[op].format) {
    case INSN_FMT_LR: case INSN_FMT_AMO:
        return 3u << 25;                /* aq, rl */
    case INSN_FMT_FENCE:
        return 0x000f8f80;              /* reserved rd and rs1 */
    case INSN_FMT_NONE:
        return ~insn_table[op].mask;    /* the same of fence.i */
    default:
        return 0;
    }
}

START_TEST(encoding_gives_the_word_back)
{
    rng_t rng = 2;

    for (unsigned op = 0; op < OP_COUNT; op++)
        for (unsigned n = 0; n < 2000; n++) {
            const struct insn_info *t = &insn_table[op];
            uint32_t w = t->match | ((uint32_t)rng_next(&rng) & ~t->mask);
            struct insn in = insn_decode(w);

            ck_assert_uint_eq(in.op, op);
            ck_assert_uint_eq(insn_encode(&in), w & ~unkept(op));
        }
}
END_TEST

START_TEST(immediates_of_known_words)
{
    ck_assert_uint_eq(insn_decode(0xfff00093).imm, 0xffffffffu);    /* addi x1, x0, -1 */
    ck_assert_uint_eq(insn_decode(0xfe208ee3).imm, (uint32_t)-4);   /* beq x1, x2, .-4 */
    ck_assert_uint_eq(insn_decode(0xffdff06f).imm, (uint32_t)-4);   /* j .-4 */
    ck_assert_uint_eq(insn_decode(0x12345537).imm, 0x12345000u);    /* lui x10, 0x12345 */
    ck_assert_uint_eq(insn_decode(0xfe112e23).imm, (uint32_t)-4);   /* sw x1, -4(x2) */
    ck_assert_uint_eq(insn_decode(0x41f5d593).imm, 31);     /* srai x11, x11, 31 */
    ck_assert_uint_eq(insn_decode(0xc0002573).imm, 0xc00);  /* rdcycle x10 */
}
END_TEST

START_TEST(csr_names_go_both_ways)
{
    ck_assert_str_eq(csr_name(0xc82), "instreth");
    ck_assert_int_eq(csr_number("time"), 0xc01);
    ck_assert_ptr_null(csr_name(0x300));
    ck_assert_int_eq(csr_number("mstatus"), -1);
}
END_TEST

SUITE(cpu_decode, 40, no_word_is_two_instructions, decoding_is_what_the_table_says,
      encoding_gives_the_word_back, immediates_of_known_words, csr_names_go_both_ways)
