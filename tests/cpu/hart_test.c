/* hart_test.c - the corners of the CPU, each under every engine. */
#include "rig.h"
#include "../suite.h"

enum { CODE = 0x10000, DATA = 0x20000, A0 = 10, A1 = 11, A2 = 12, T0 = 5 };

static const enum cpu_engine all[] = { CPU_STEP, CPU_FAST, CPU_SWITCH };
#define EACH_ENGINE(e) for (unsigned e = 0; e < 3; e++)

/* A computer with one page of code and one of data, about to run `code`. */
static void setup(struct rig *r, enum cpu_engine e, const uint32_t *code, size_t n)
{
    rig_init(r, e);
    uint32_t pfn = rig_map(r, CODE, RIG_RX);

    memcpy(rig_words(r, pfn), code, n * sizeof *code);
    rig_map(r, DATA, RIG_RW);
    r->regs.pc = CODE;
    r->regs.x[A1] = DATA;
}
#define SETUP(r, e, code) setup((r), all[e], (code), sizeof (code) / sizeof *(code))

static uint32_t *data_word(struct rig *r, uint32_t va)
{
    return &rig_words(r, pte_pfn(*rig_pte(r, va)))[(va & 0xfff) / 4];
}

static void expect_trap(struct rig *r, uint32_t cause, uint32_t tval, uint32_t pc)
{
    ck_assert_uint_eq(rig_run(r, 1000), CPU_TRAP);
    ck_assert_uint_eq(r->trap.cause, cause);
    ck_assert_uint_eq(r->trap.tval, tval);
    ck_assert_uint_eq(r->regs.pc, pc);
}

START_TEST(a_budget_is_kept_to_the_cycle)
{
    uint32_t code[300];

    for (unsigned i = 0; i < 299; i++)
        code[i] = enc_i(OP_ADDI, A0, A0, 1);
    code[299] = enc(OP_JAL, 0, 0, 0, -299 * 4);
    EACH_ENGINE(e)
        for (uint64_t budget = 1; budget < 1000; budget += 7) {
            struct rig r;

            SETUP(&r, e, code);
            ck_assert_uint_eq(rig_run(&r, budget), CPU_BUDGET);
            ck_assert_uint_eq(r.used, budget);
            ck_assert_uint_eq(r.counts.instructions, budget);
            ck_assert_uint_eq(r.regs.pc, CODE + budget % 300 * 4);
            rig_free(&r);
        }
}
END_TEST

START_TEST(costs_are_charged_by_class)
{
    const uint32_t code[] = {
        enc_i(OP_ADDI, A0, 0, 3), enc_r(OP_MUL, A0, A0, A0), enc_r(OP_DIV, A0, A0, A0),
        enc_i(OP_LW, A0, A1, 0), enc_s(OP_SW, A1, A0, 2), enc_s(OP_BEQ, 0, 0, 4),
        enc_s(OP_BNE, 0, 0, 4), enc(OP_JAL, 0, 0, 0, 4), enc_r(OP_AMOADD_W, A0, A1, 0),
        enc_i(OP_CSRRS, A0, 0, 0xc00), enc(OP_FENCE, 0, 0, 0, 0), ECALL_WORD,
    };
    EACH_ENGINE(e) {
        struct rig r;

        SETUP(&r, e, code);
        for (unsigned i = 0; i < INSN_CLASSES; i++)
            r.costs.insn[i] = 1u << i;
        r.costs.taken_branch = 10000;
        r.costs.misaligned = 100000;
        r.costs.tlb_walk_level = 1000000;
        ck_assert_uint_eq(rig_run(&r, 100000000), CPU_TRAP);
        /* Two pages, each walked once through two levels, in their turn: the data
         * page a second time for its D bit would be a third. */
        uint64_t classes = 1 + 2 + 4 + 8 + 16 + 2 * 32 + 64 + 128 + 256 + 512;
        ck_assert_uint_eq(r.used, classes + 10000 + 100000 + 4 * 1000000);
        ck_assert_uint_eq(r.counts.instructions, 11);
        ck_assert_uint_eq(r.counts.loads, 1);
        ck_assert_uint_eq(r.counts.stores, 2);
        ck_assert_uint_eq(r.counts.misaligned, 1);
        ck_assert_uint_eq(r.counts.tlb_misses, 2);
        ck_assert_uint_eq(r.counts.walk_reads, 4);
        ck_assert_uint_eq(r.counts.tlb_hits, 12 + 3 - 2);
        rig_free(&r);
    }
}
END_TEST

START_TEST(counters_read_what_was_used)
{
    const uint32_t code[] = {
        enc_i(OP_ADDI, 0, 0, 0), enc_i(OP_CSRRS, A0, 0, 0xc00),
        enc_i(OP_CSRRS, A1, 0, 0xc02), enc_i(OP_CSRRS, A2, 0, 0xc01),
        enc_i(OP_CSRRS, T0, 0, 0xc81), ECALL_WORD,
    };
    EACH_ENGINE(e) {
        struct rig r;

        SETUP(&r, e, code);
        cpu_set_time(r.hart, 0x500000000, 1000, 500);
        ck_assert_uint_eq(rig_run(&r, 100), CPU_TRAP);
        ck_assert_uint_eq(r.regs.x[A0], 1);
        ck_assert_uint_eq(r.regs.x[A1], 2);
        ck_assert_uint_eq(r.regs.x[A2], 6);     /* 3 cycles of 2 ns */
        ck_assert_uint_eq(r.regs.x[T0], 5);
        rig_free(&r);
    }
}
END_TEST

START_TEST(what_user_mode_may_not_do_is_illegal)
{
    static const uint32_t words[] = {
        0x00000000, 0xffffffff, 0x30002573 /* csrr a0, mstatus */,
        0xc0001573 /* csrrw a0, cycle, x0 */, 0xc000e573 /* csrrsi a0, cycle, 1 */,
        0xc000a573 /* csrrs a0, cycle, ra */, 0x30200073 /* mret */,
        0x10500073 /* wfi */, 0x12000073 /* sfence.vma */, 0xc0302573 /* hpmcounter3 */,
        0x0000b003 /* ld */, 0x40001013 /* slli with funct7 */, 0x1010a52f /* lr rs2 */,
        0x4501 /* compressed */,
    };
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++)
        EACH_ENGINE(e) {
            struct rig r;
            const uint32_t code[] = { enc_i(OP_ADDI, 1, 0, 1), words[i] };

            SETUP(&r, e, code);
            expect_trap(&r, CAUSE_ILLEGAL, words[i], CODE + 4);
            ck_assert_uint_eq(r.counts.instructions, 1);
            rig_free(&r);
        }
}
END_TEST

START_TEST(jumps_to_odd_places_trap_where_they_stand)
{
    const uint32_t words[] = { enc(OP_JAL, 1, 0, 0, 6), enc_i(OP_JALR, 1, A1, 6),
                               enc_s(OP_BEQ, 0, 0, 6) };
    for (unsigned i = 0; i < 3; i++)
        EACH_ENGINE(e) {
            struct rig r;

            setup(&r, all[e], &words[i], 1);
            r.regs.x[A1] = CODE + 1;    /* jalr clears bit 0: + 6 is at 2 mod 4 */
            expect_trap(&r, CAUSE_FETCH_MISALIGNED, CODE + 6, CODE);
            ck_assert_uint_eq(r.regs.x[1], 0);
            rig_free(&r);
        }
    EACH_ENGINE(e) {            /* a branch that is not taken does not care */
        const uint32_t code[] = { enc_s(OP_BNE, 0, 0, 6), ECALL_WORD };
        struct rig r;

        SETUP(&r, e, code);
        expect_trap(&r, CAUSE_ECALL, 0, CODE + 4);
        rig_free(&r);
    }
}
END_TEST

START_TEST(ecall_and_ebreak_stop)
{
    const uint32_t code[] = { EBREAK_WORD, ECALL_WORD };

    EACH_ENGINE(e) {
        struct rig r;

        SETUP(&r, e, code);
        ck_assert_uint_eq(rig_run(&r, 10), CPU_BREAK);
        ck_assert_uint_eq(r.regs.pc, CODE);
        r.regs.pc += 4;
        expect_trap(&r, CAUSE_ECALL, 0, CODE + 4);
        ck_assert_uint_eq(r.counts.instructions, 0);
        rig_free(&r);
    }
}
END_TEST

START_TEST(an_access_over_two_pages)
{
    const uint32_t code[] = { enc_s(OP_SW, A1, A0, -2), enc_i(OP_LW, A2, A1, -2),
                              ECALL_WORD };
    EACH_ENGINE(e) {
        struct rig r;

        SETUP(&r, e, code);
        r.regs.x[A0] = 0x11223344;
        r.regs.x[A1] = DATA + PAGE_SIZE;
        /* Nothing there: the second page is to blame, and the first is untouched. */
        expect_trap(&r, CAUSE_STORE_PAGE, DATA + PAGE_SIZE, CODE);
        ck_assert_uint_eq(*data_word(&r, DATA + PAGE_SIZE - 4), 0);
        rig_map(&r, DATA + PAGE_SIZE, RIG_RW & ~PTE_W);
        expect_trap(&r, CAUSE_STORE_PAGE, DATA + PAGE_SIZE, CODE);
        *rig_pte(&r, DATA + PAGE_SIZE) |= PTE_W;
        expect_trap(&r, CAUSE_ECALL, 0, CODE + 8);
        ck_assert_uint_eq(r.regs.x[A2], 0x11223344);
        ck_assert_uint_eq(*data_word(&r, DATA + PAGE_SIZE - 4), 0x33440000);
        ck_assert_uint_eq(*data_word(&r, DATA + PAGE_SIZE), 0x1122);
        ck_assert_uint_eq(r.counts.misaligned, 2);
        *rig_pte(&r, DATA) = 0;
        cpu_fence(r.hart, NULL, NULL);
        r.regs.pc = CODE + 4;
        expect_trap(&r, CAUSE_LOAD_PAGE, DATA + PAGE_SIZE - 2, CODE + 4);
        rig_free(&r);
    }
}
END_TEST

START_TEST(atomics_fault_as_stores)
{
    const uint32_t code[] = { enc_r(OP_AMOADD_W, A0, A1, A2) };

    EACH_ENGINE(e) {
        struct rig r;

        SETUP(&r, e, code);
        r.regs.x[A1] = DATA + 2;
        expect_trap(&r, CAUSE_STORE_MISALIGNED, DATA + 2, CODE);
        r.regs.x[A1] = 0x700000;
        expect_trap(&r, CAUSE_STORE_PAGE, 0x700000, CODE);
        *rig_pte(&r, DATA) &= ~(uint32_t)PTE_W;
        r.regs.x[A1] = DATA;
        expect_trap(&r, CAUSE_STORE_PAGE, DATA, CODE);
        *rig_pte(&r, DATA) = pte_make(0x3fffff, RIG_RW);
        expect_trap(&r, CAUSE_STORE_ACCESS, DATA, CODE);
        rig_free(&r);
    }
}
END_TEST

START_TEST(a_conditional_store_needs_its_reservation)
{
    const uint32_t code[] = {
        enc_i(OP_ADDI, A0, 0, 7),
        enc_r(OP_SC_W, A2, A1, A0),             /* none: fails */
        enc_r(OP_LR_W, 13, A1, 0), enc_r(OP_SC_W, 14, A1, A0),  /* done */
        enc_r(OP_SC_W, 15, A1, A0),             /* the last one cleared it */
        enc_r(OP_LR_W, 13, A1, 0), enc_i(OP_ADDI, A1, A1, 4),
        enc_r(OP_SC_W, 16, A1, A0),             /* another word: fails */
        enc_i(OP_ADDI, A1, A1, -4), enc_r(OP_SC_W, 17, A1, A0), /* and clears */
        ECALL_WORD,
    };
    EACH_ENGINE(e) {
        struct rig r;

        SETUP(&r, e, code);
        ck_assert_uint_eq(rig_run(&r, 100), CPU_TRAP);
        ck_assert_uint_eq(r.regs.x[A2], 1);
        ck_assert_uint_eq(r.regs.x[13], 7);
        ck_assert_uint_eq(r.regs.x[14], 0);
        ck_assert_uint_eq(r.regs.x[15], 1);
        ck_assert_uint_eq(r.regs.x[16], 1);
        ck_assert_uint_eq(r.regs.x[17], 1);
        ck_assert_uint_eq(*data_word(&r, DATA), 7);
        ck_assert_uint_eq(*data_word(&r, DATA + 4), 0);
        rig_free(&r);
    }
}
END_TEST

START_TEST(a_conditional_store_to_a_read_only_page_faults)
{
    const uint32_t code[] = { enc_r(OP_LR_W, A0, A1, 0), enc_r(OP_SC_W, A2, A1, A0) };

    EACH_ENGINE(e) {
        struct rig r;

        SETUP(&r, e, code);
        *rig_pte(&r, DATA) &= ~(uint32_t)PTE_W;
        expect_trap(&r, CAUSE_STORE_PAGE, DATA, CODE + 4);
        r.regs.pc = CODE + 4;   /* without a reservation, too */
        cpu_switch(r.hart);
        expect_trap(&r, CAUSE_STORE_PAGE, DATA, CODE + 4);
        rig_free(&r);
    }
}
END_TEST

/* Hart 0 reserves, hart 1 does `word`, hart 0 tries to store. */
static uint32_t contend(enum cpu_engine e, uint32_t word, int32_t where)
{
    const uint32_t code[] = { enc_r(OP_LR_W, A0, A1, 0), enc_r(OP_SC_W, A2, A1, A0),
                              ECALL_WORD, word, ECALL_WORD };
    struct rig r = { .memory = { .frames = 64, .tlb_entries = 16, .tlb_ways = 4 } };
    struct cpu_regs other = { .pc = CODE + 12 };

    rig_costs_unit(&r.costs);
    rig_build(&r, 2);
    cpu_set_engine(r.cpu, e);
    memcpy(rig_words(&r, rig_map(&r, CODE, RIG_RX)), code, sizeof code);
    rig_map(&r, DATA, RIG_RW);
    r.regs.pc = CODE;
    r.regs.x[A1] = DATA + 16;
    other.x[A1] = DATA + 16 + (uint32_t)where;
    /* A first run of the other hart lets it remember how to store here. */
    for (int round = 0; round < 2; round++) {
        other.pc = CODE + 12;
        cpu_run(cpu_hart(r.cpu, 1), &other, satp_make(2, RIG_ROOT), 10, &r.used,
                &r.counts, &r.trap);
        if (round == 0)
            rig_run(&r, 1);
    }
    rig_run(&r, 10);

    uint32_t failed = r.regs.x[A2];

    rig_free(&r);
    return failed;
}

START_TEST(another_hart_breaks_a_reservation)
{
    EACH_ENGINE(e) {
        ck_assert_uint_eq(contend(all[e], enc_s(OP_SW, A1, A0, 0), 0), 1);
        ck_assert_uint_eq(contend(all[e], enc_s(OP_SB, A1, A0, 0), 3), 1);
        ck_assert_uint_eq(contend(all[e], enc_s(OP_SH, A1, A0, 0), -1), 1);
        ck_assert_uint_eq(contend(all[e], enc_r(OP_AMOOR_W, A0, A1, A0), 0), 1);
        ck_assert_uint_eq(contend(all[e], enc_s(OP_SW, A1, A0, 0), 4), 0);
        ck_assert_uint_eq(contend(all[e], enc_s(OP_SB, A1, A0, 0), -1), 0);
        ck_assert_uint_eq(contend(all[e], enc_i(OP_LW, A0, A1, 0), 0), 0);
    }
}
END_TEST

START_TEST(two_harts_count_together)
{
    /* An increment by LR/SC, 1000 times on each of two harts, in odd slices. */
    const uint32_t code[] = {
        enc_r(OP_LR_W, A0, A1, 0), enc_i(OP_ADDI, A0, A0, 1),
        enc_r(OP_SC_W, A2, A1, A0), enc_s(OP_BNE, A2, 0, -12),
        enc_i(OP_ADDI, T0, T0, -1), enc_s(OP_BNE, T0, 0, -20), ECALL_WORD,
    };
    EACH_ENGINE(e) {
        struct rig r = { .memory = { .frames = 64, .tlb_entries = 16, .tlb_ways = 4 } };
        struct cpu_regs regs[2] = { { .pc = CODE }, { .pc = CODE } };
        bool done[2] = { false, false };

        rig_costs_unit(&r.costs);
        rig_build(&r, 2);
        cpu_set_engine(r.cpu, all[e]);
        memcpy(rig_words(&r, rig_map(&r, CODE, RIG_RX)), code, sizeof code);
        rig_map(&r, DATA, RIG_RW);
        for (int h = 0; h < 2; h++)
            regs[h].x[A1] = DATA, regs[h].x[T0] = 1000;
        for (unsigned n = 0; n < 20000 && !(done[0] && done[1]); n++)
            if (!done[n % 2])
                done[n % 2] = cpu_run(cpu_hart(r.cpu, n % 2), &regs[n % 2], rig_satp(),
                                      2 + n % 5, &r.used, &r.counts,
                                      &r.trap) == CPU_TRAP;
        ck_assert(done[0] && done[1]);
        ck_assert_uint_eq(*data_word(&r, DATA), 2000);
        rig_free(&r);
    }
}
END_TEST

START_TEST(code_that_rewrites_itself)
{
    /* Run a routine, overwrite its instruction, fence.i, run it again. The official
     * test's routine lies in a page that it has not run before; this one has. */
    const uint32_t code[] = {
        enc(OP_JAL, 1, 0, 0, 20),               /* call the routine */
        enc_i(OP_ADDI, 13, A0, 0), enc_s(OP_SW, A1, A2, 20),
        enc(OP_FENCE_I, 0, 0, 0, 0), enc(OP_JAL, 1, 0, 0, 4),
        enc_i(OP_ADDI, A0, 0, 1),               /* the routine; at + 20 */
        enc_s(OP_BNE, 13, 0, 8), enc_i(OP_JALR, 0, 1, 0), ECALL_WORD,
    };
    EACH_ENGINE(e) {
        struct rig r;

        SETUP(&r, e, code);
        *rig_pte(&r, CODE) |= PTE_W | PTE_D;
        r.regs.x[A1] = CODE;
        r.regs.x[A2] = enc_i(OP_ADDI, A0, 0, 2);
        expect_trap(&r, CAUSE_ECALL, 0, CODE + 32);
        ck_assert_uint_eq(r.regs.x[13], 1);
        ck_assert_uint_eq(r.regs.x[A0], 2);
        rig_free(&r);
    }
}
END_TEST

START_TEST(code_seen_through_another_address_changes_too)
{
    const uint32_t code[] = { enc_i(OP_ADDI, A0, A0, 1), enc(OP_JAL, 0, 0, 0, -4) };

    EACH_ENGINE(e) {
        struct rig r;

        SETUP(&r, e, code);
        *rig_pte(&r, DATA) = pte_make(pte_pfn(*rig_pte(&r, CODE)), RIG_RW);
        rig_run(&r, 100);
        /* The kernel puts a store through the alias over there, then it is undone. */
        uint32_t *words = data_word(&r, DATA);
        words[0] = enc_s(OP_SW, A1, A2, 4);
        r.regs.x[A2] = ECALL_WORD;
        r.regs.pc = CODE;
        expect_trap(&r, CAUSE_ECALL, 0, CODE + 4);
        rig_free(&r);
    }
}
END_TEST

START_TEST(a_frame_of_code_and_data_still_works)
{
    /* A counter in the page of its own loop: each store drops what was decoded. */
    const uint32_t code[] = { enc_i(OP_LW, A0, A1, 64), enc_i(OP_ADDI, A0, A0, 1),
                              enc_s(OP_SW, A1, A0, 64), enc_s(OP_BLT, A0, A2, -12),
                              ECALL_WORD };
    EACH_ENGINE(e) {
        struct rig r;

        SETUP(&r, e, code);
        *rig_pte(&r, CODE) |= PTE_W | PTE_D;
        r.regs.x[A1] = CODE;
        r.regs.x[A2] = 500;
        ck_assert_uint_eq(rig_run(&r, 100000), CPU_TRAP);
        ck_assert_uint_eq(r.trap.cause, CAUSE_ECALL);
        ck_assert_uint_eq(r.counts.instructions, 2000);
        rig_free(&r);
    }
}
END_TEST

START_TEST(a_stale_entry_lives_until_the_fence)
{
    const uint32_t code[] = { enc_s(OP_SW, A1, A0, 0), ECALL_WORD };

    EACH_ENGINE(e) {
        struct rig r;
        uint32_t va = DATA, asid = 1;

        SETUP(&r, e, code);
        expect_trap(&r, CAUSE_ECALL, 0, CODE + 4);
        /* Copy-on-write takes W away and forgets the fence: stores still go. */
        *rig_pte(&r, DATA) &= ~(uint32_t)PTE_W;
        r.regs.pc = CODE;
        expect_trap(&r, CAUSE_ECALL, 0, CODE + 4);
        cpu_fence(r.hart, &va, &asid);
        r.regs.pc = CODE;
        expect_trap(&r, CAUSE_STORE_PAGE, DATA, CODE);
        /* Giving it back needs no fence. */
        *rig_pte(&r, DATA) |= PTE_W;
        expect_trap(&r, CAUSE_ECALL, 0, CODE + 4);
        rig_free(&r);
    }
}
END_TEST

START_TEST(a_missing_shoot_down_shows_on_the_other_hart_only)
{
    const uint32_t code[] = { enc_i(OP_LW, A0, A1, 0), ECALL_WORD };

    EACH_ENGINE(e) {
        struct rig r = { .memory = { .frames = 64, .tlb_entries = 16, .tlb_ways = 4 } };
        struct cpu_regs regs[2];
        uint32_t loaded[2];

        rig_costs_unit(&r.costs);
        rig_build(&r, 2);
        cpu_set_engine(r.cpu, all[e]);
        memcpy(rig_words(&r, rig_map(&r, CODE, RIG_RX)), code, sizeof code);
        rig_map(&r, DATA, RIG_RW);
        *data_word(&r, DATA) = 1;
        for (int round = 0; round < 2; round++) {
            for (uint32_t h = 0; h < 2; h++) {
                regs[h] = (struct cpu_regs){ .pc = CODE };
                regs[h].x[A1] = DATA;
                cpu_run(cpu_hart(r.cpu, h), &regs[h], rig_satp(), 10, &r.used,
                        &r.counts, &r.trap);
                loaded[h] = regs[h].x[A0];
            }
            *rig_pte(&r, DATA) = pte_make(rig_frame(&r), RIG_RW);
            *data_word(&r, DATA) = 2;
            cpu_fence(cpu_hart(r.cpu, 0), NULL, NULL);
        }
        ck_assert_uint_eq(loaded[0], 2);
        ck_assert_uint_eq(loaded[1], 1);
        rig_free(&r);
    }
}
END_TEST

START_TEST(a_and_d_bits)
{
    const uint32_t code[] = { enc_i(OP_LW, A0, A1, 0), enc_s(OP_SW, A1, A0, 0),
                              ECALL_WORD };
    for (int svadu = 0; svadu < 2; svadu++)
        EACH_ENGINE(e) {
            struct rig r;

            SETUP(&r, e, code);
            r.memory.svadu = svadu;
            *rig_pte(&r, DATA) &= ~(uint32_t)(PTE_A | PTE_D);
            if (!svadu) {
                expect_trap(&r, CAUSE_LOAD_PAGE, DATA, CODE);
                *rig_pte(&r, DATA) |= PTE_A;
                expect_trap(&r, CAUSE_STORE_PAGE, DATA, CODE + 4);
                *rig_pte(&r, DATA) |= PTE_D;
            } else {
                rig_run(&r, 1);
                ck_assert_uint_eq(*rig_pte(&r, DATA) & (PTE_A | PTE_D), PTE_A);
            }
            expect_trap(&r, CAUSE_ECALL, 0, CODE + 8);
            ck_assert_uint_eq(*rig_pte(&r, DATA) & (PTE_A | PTE_D), PTE_A | PTE_D);
            rig_free(&r);
        }
}
END_TEST

START_TEST(fetch_faults)
{
    EACH_ENGINE(e) {
        const uint32_t code[] = { enc_i(OP_JALR, 1, A1, 0) };
        struct rig r;

        SETUP(&r, e, code);
        expect_trap(&r, CAUSE_FETCH_PAGE, DATA, DATA);  /* not executable */
        ck_assert_uint_eq(r.regs.x[1], CODE + 4);
        r.regs.pc = 0x700000;
        expect_trap(&r, CAUSE_FETCH_PAGE, 0x700000, 0x700000);
        *rig_pte(&r, DATA) = pte_make(64, RIG_RX);
        r.regs.pc = DATA;
        expect_trap(&r, CAUSE_FETCH_ACCESS, DATA, DATA);
        r.regs.pc = CODE + 2;
        expect_trap(&r, CAUSE_FETCH_MISALIGNED, CODE + 2, CODE + 2);
        rig_free(&r);
    }
}
END_TEST

START_TEST(a_megapage_ends_with_memory)
{
    const uint32_t code[] = { enc_i(OP_LW, A0, A1, 0), enc_i(OP_LW, A0, A2, 0) };

    EACH_ENGINE(e) {
        struct rig r;

        SETUP(&r, e, code);
        rig_words(&r, RIG_ROOT)[va_index(0x40000000, 1)] = pte_make(0, RIG_RW);
        r.regs.x[A1] = 0x40000000 + 63 * PAGE_SIZE;
        r.regs.x[A2] = 0x40000000 + 64 * PAGE_SIZE;
        expect_trap(&r, CAUSE_LOAD_ACCESS, r.regs.x[A2], CODE + 4);
        rig_free(&r);
    }
}
END_TEST

/* Ways to a leaf that look as if they were usual: an entry of the root which is no pointer, or
 * one with bits that are reserved, before a table that would allow everything. */
START_TEST(only_a_pointer_leads_to_a_table)
{
    const uint32_t code[] = { enc_i(OP_ADDI, T0, 0, 1), enc_i(OP_LW, A0, A1, 0), ECALL_WORD };
    const uint32_t reserved[] = { PTE_U, PTE_A, PTE_D };

    EACH_ENGINE(e) {
        struct rig r;
        uint32_t table, leaf;

        SETUP(&r, e, code);
        rig_words(&r, RIG_ROOT)[va_index(0x40000000, 1)] = pte_make(0, RIG_RW);
        leaf = rig_map(&r, 0x40000000 + 1024 * PAGE_SIZE, RIG_RW);
        rig_words(&r, leaf)[0] = 77;
        rig_words(&r, 0)[40] = pte_make(leaf, RIG_RW);  /* as a table it would say 77 */
        rig_words(&r, 40)[0] = 5;
        r.regs.x[A1] = 0x40000000 + 40 * PAGE_SIZE;
        expect_trap(&r, CAUSE_ECALL, 0, CODE + 8);
        ck_assert_uint_eq(r.regs.x[A0], 5);
        rig_free(&r);
        for (unsigned i = 0; i < 3; i++) {
            SETUP(&r, e, code);
            rig_map(&r, 0x40000000, RIG_RW);
            table = rig_words(&r, RIG_ROOT)[va_index(0x40000000, 1)];
            rig_words(&r, RIG_ROOT)[va_index(0x40000000, 1)] = table | reserved[i];
            r.regs.x[A1] = 0x40000000;
            expect_trap(&r, CAUSE_LOAD_PAGE, 0x40000000, CODE + 4);
            rig_free(&r);
        }
    }
}
END_TEST

START_TEST(without_translation_addresses_are_physical)
{
    const uint32_t code[] = { enc_s(OP_SW, A1, A0, 0), enc_i(OP_LW, A2, A1, 0),
                              enc_r(OP_ADD, A1, A1, A1), enc(OP_JAL, 0, 0, 0, -12) };
    EACH_ENGINE(e) {
        struct rig r;

        rig_init(&r, all[e]);
        memcpy(rig_words(&r, 2), code, sizeof code);
        r.regs.pc = 2 * PAGE_SIZE;
        r.regs.x[A0] = 99;
        r.regs.x[A1] = 4 * PAGE_SIZE;
        ck_assert_uint_eq(cpu_run(r.hart, &r.regs, 0, 1000, &r.used, &r.counts, &r.trap),
                          CPU_TRAP);
        ck_assert_uint_eq(r.trap.cause, CAUSE_STORE_ACCESS);
        ck_assert_uint_eq(r.trap.tval, 64 * PAGE_SIZE);
        ck_assert_uint_eq(r.regs.x[A2], 99);
        ck_assert_uint_eq(r.counts.tlb_hits + r.counts.tlb_misses, 0);
        rig_free(&r);
    }
}
END_TEST

SUITE(cpu_hart, 10, a_budget_is_kept_to_the_cycle, costs_are_charged_by_class,
      counters_read_what_was_used, what_user_mode_may_not_do_is_illegal,
      jumps_to_odd_places_trap_where_they_stand, ecall_and_ebreak_stop,
      an_access_over_two_pages, atomics_fault_as_stores,
      a_conditional_store_needs_its_reservation,
      a_conditional_store_to_a_read_only_page_faults, another_hart_breaks_a_reservation,
      two_harts_count_together, code_that_rewrites_itself,
      code_seen_through_another_address_changes_too, a_frame_of_code_and_data_still_works,
      a_stale_entry_lives_until_the_fence,
      a_missing_shoot_down_shows_on_the_other_hart_only, a_and_d_bits, fetch_faults,
      a_megapage_ends_with_memory, only_a_pointer_leads_to_a_table,
      without_translation_addresses_are_physical)
