/* mmu_test.c - the walker against the ten steps, over every flag, level and access. */
#include "rig.h"
#include "sv32_reference.h"
#include "../suite.h"

#include <cpu/mmu.h>

enum { NFRAMES = 16, ROOT = 1, LEAF = 2, PAGE = 5 };

/* Two memories with the same tables: one for each walker. */
struct two { uint8_t ours[NFRAMES * PAGE_SIZE], theirs[NFRAMES * PAGE_SIZE]; };

static void set(struct two *m, uint32_t pfn, uint32_t index, uint32_t pte)
{
    memcpy(m->ours + pfn * PAGE_SIZE + index * 4, &pte, 4);
    memcpy(m->theirs + pfn * PAGE_SIZE + index * 4, &pte, 4);
}

static void compare(struct two *m, uint32_t satp, bool svadu, uint32_t va,
                    enum mmu_access access)
{
    static uint8_t marks[NFRAMES];
    struct physmem pm = { .base = m->ours, .mark = marks, .nframes = NFRAMES };
    struct ref_memory ref = { m->theirs, sizeof m->theirs };
    struct mmu_leaf leaf = { 0 };
    uint64_t reads = 0;
    unsigned fault = mmu_walk(&pm, satp, svadu, va, access, &leaf, &reads);
    struct ref_result want = ref_translate(&ref, satp, svadu, va,
                                           (enum ref_access)access);

    ck_assert_int_eq((int)fault - 1, want.cause);
    ck_assert_uint_eq(reads, want.reads);
    if (!fault)
        ck_assert_uint_eq(leaf.pa, want.pa);
    ck_assert_mem_eq(m->ours, m->theirs, sizeof m->ours);
}

static void compare_accesses(struct two *m, uint32_t va)
{
    for (int svadu = 0; svadu < 2; svadu++)
        for (int access = ACCESS_FETCH; access <= ACCESS_STORE; access++) {
            struct two copy = *m;

            compare(&copy, satp_make(3, ROOT), svadu, va, (enum mmu_access)access);
        }
}

/* Frame numbers that matter: memory, aligned and not, past its end, 34 bits. */
static const uint32_t frames[] = { PAGE, LEAF, NFRAMES - 1, NFRAMES, 1024, 1025, 0,
                                   0x3fffff, 0x3ffc00 };
enum { NFRAME_CHOICES = sizeof frames / sizeof *frames };

START_TEST(every_flag_of_a_level_0_entry)
{
    static struct two m;

    for (uint32_t flags = 0; flags <= PTE_FLAGS; flags++)
        for (unsigned i = 0; i < NFRAME_CHOICES; i++) {
            set(&m, ROOT, 7, pte_make(LEAF, PTE_V));
            set(&m, LEAF, 9, pte_make(frames[i], flags));
            compare_accesses(&m, 7u << 22 | 9u << 12 | 0xabc);
        }
}
END_TEST

START_TEST(every_flag_of_a_level_1_entry)
{
    static struct two m;

    set(&m, LEAF, 9, pte_make(PAGE, PTE_V | PTE_R | PTE_W | PTE_X | PTE_U | PTE_A | PTE_D));
    for (uint32_t flags = 0; flags <= PTE_FLAGS; flags++)
        for (unsigned i = 0; i < NFRAME_CHOICES; i++) {
            set(&m, ROOT, 7, pte_make(frames[i], flags));
            compare_accesses(&m, 7u << 22 | 9u << 12 | 0xabc);
        }
}
END_TEST

START_TEST(tables_that_do_not_exist)
{
    static struct two m;
    static const uint32_t roots[] = { NFRAMES, NFRAMES - 1, 0x3fffff };

    for (unsigned i = 0; i < 3; i++)
        for (int access = ACCESS_FETCH; access <= ACCESS_STORE; access++)
            compare(&m, satp_make(0, roots[i]), true, 0xfffff000,
                    (enum mmu_access)access);
}
END_TEST

START_TEST(the_last_page_and_the_first)
{
    static struct two m;
    static const uint32_t va[] = { 0, 0xfff, 0xfffff000, 0xffffffff, 0x003ff000,
                                   0x00400000, 0x7fffffff, 0x80000000 };

    for (unsigned i = 0; i < sizeof va / sizeof *va; i++) {
        set(&m, ROOT, va_index(va[i], 1), pte_make(LEAF, PTE_V));
        set(&m, LEAF, va_index(va[i], 0), pte_make(PAGE, RIG_RWX));
        compare_accesses(&m, va[i]);
    }
}
END_TEST

START_TEST(probe_allows_what_a_walk_would)
{
    static struct two m;
    static uint8_t marks[NFRAMES];
    uint32_t va = 7u << 22 | 9u << 12 | 0x123;

    set(&m, ROOT, 7, pte_make(LEAF, PTE_V));
    for (uint32_t flags = 0; flags <= PTE_FLAGS; flags++)
        for (int access = ACCESS_FETCH; access <= ACCESS_STORE; access++) {
            struct physmem pm = { .base = m.ours, .mark = marks, .nframes = NFRAMES };
            struct mmu_leaf leaf = { 0 };
            uint64_t reads = 0, pa = 0;

            set(&m, LEAF, 9, pte_make(PAGE, flags));
            bool ok = mmu_probe(&pm, satp_make(0, ROOT), va, (enum mmu_access)access,
                                &pa);
            ck_assert_mem_eq(m.ours, m.theirs, sizeof m.ours);
            /* svadu: A and D do not matter to the walk either. */
            unsigned fault = mmu_walk(&pm, satp_make(0, ROOT), true, va,
                                      (enum mmu_access)access, &leaf, &reads);
            ck_assert_int_eq(ok, !fault);
            if (ok)
                ck_assert_uint_eq(pa, leaf.pa);
        }
}
END_TEST

SUITE(cpu_mmu, 40, every_flag_of_a_level_0_entry, every_flag_of_a_level_1_entry,
      tables_that_do_not_exist, the_last_page_and_the_first,
      probe_allows_what_a_walk_would)
