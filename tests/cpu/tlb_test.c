/* tlb_test.c - geometry, replacement, ASIDs and fences of the simulated TLB. */
#include "../suite.h"

#include <cpu/tlb.h>

#include <string.h>

enum { FLAGS = PTE_V | PTE_R | PTE_W | PTE_U | PTE_A | PTE_D };

static uint8_t bytes[1 << 16] __attribute__((aligned(64)));

static struct tlb make(uint32_t entries, uint32_t ways, enum tlb_replace replace)
{
    struct memory_config m = { .tlb_entries = entries, .tlb_ways = ways,
                               .tlb_replace = replace };
    struct arena a;
    struct tlb t;

    memset(bytes, 0, sizeof bytes);
    arena_init(&a, bytes, sizeof bytes);
    tlb_init(&t, &a, &m, 42);
    return t;
}

static void put(struct tlb *t, uint32_t asid, uint32_t vpn)
{
    struct tlb_entry gone;

    tlb_insert(t, asid, vpn, pte_make(vpn, FLAGS), 0, NULL, &gone);
    ck_assert(tlb_check(t));
}

static bool has(const struct tlb *t, uint32_t asid, uint32_t vpn)
{
    return tlb_find(t, asid, vpn) != NULL;
}

START_TEST(a_set_holds_as_many_as_it_has_ways)
{
    for (uint32_t entries = 1; entries <= 64; entries *= 2)
        for (uint32_t ways = 1; ways <= entries; ways *= 2) {
            struct tlb t = make(entries, ways, TLB_FIFO);
            uint32_t sets = entries / ways;

            for (uint32_t i = 0; i < ways; i++)
                put(&t, 1, 5 + i * sets);
            for (uint32_t i = 0; i < ways; i++)
                ck_assert(has(&t, 1, 5 + i * sets));
            put(&t, 1, 5 + ways * sets);
            ck_assert(!has(&t, 1, 5));
            ck_assert(has(&t, 1, 5 + ways * sets));
        }
}
END_TEST

START_TEST(fifo_evicts_the_oldest_however_used)
{
    struct tlb t = make(4, 4, TLB_FIFO);

    for (uint32_t i = 0; i < 4; i++)
        put(&t, 1, i);
    for (uint32_t i = 0; i < 20; i++) {
        tlb_touch(&t, tlb_find(&t, 1, i));
        put(&t, 1, i + 4);
        ck_assert(!has(&t, 1, i));
        ck_assert(has(&t, 1, i + 1) && has(&t, 1, i + 4));
    }
}
END_TEST

START_TEST(lru_evicts_the_least_recently_used)
{
    struct tlb t = make(4, 4, TLB_LRU);

    for (uint32_t i = 0; i < 4; i++)
        put(&t, 1, i);
    tlb_touch(&t, tlb_find(&t, 1, 0));
    tlb_touch(&t, tlb_find(&t, 1, 2));
    put(&t, 1, 10);
    ck_assert(!has(&t, 1, 1));
    put(&t, 1, 11);
    ck_assert(!has(&t, 1, 3));
    put(&t, 1, 12);
    ck_assert(!has(&t, 1, 0) && has(&t, 1, 2));
}
END_TEST

START_TEST(random_uses_every_way_and_repeats_with_the_seed)
{
    struct tlb t = make(8, 8, TLB_RANDOM);
    unsigned kept = 0;

    for (uint32_t i = 0; i < 16; i++)
        put(&t, 1, i);
    for (uint32_t i = 0; i < 8; i++)
        kept += has(&t, 1, i);
    ck_assert(kept > 0 && kept < 8);

    struct tlb again = make(8, 8, TLB_RANDOM);
    unsigned same = 0;

    for (uint32_t i = 0; i < 16; i++)
        put(&again, 1, i);
    for (uint32_t i = 0; i < 8; i++)
        same += has(&again, 1, i);
    ck_assert_uint_eq(kept, same);
}
END_TEST

START_TEST(address_spaces_do_not_see_each_other)
{
    struct tlb t = make(16, 4, TLB_FIFO);
    struct tlb_entry gone;

    put(&t, 1, 100);
    ck_assert(has(&t, 1, 100) && !has(&t, 2, 100));
    tlb_insert(&t, 3, 200, pte_make(200, FLAGS | PTE_G), 0, NULL, &gone);
    ck_assert(has(&t, 3, 200) && has(&t, 2, 200) && has(&t, 511, 200));
}
END_TEST

START_TEST(a_megapage_is_one_entry)
{
    struct tlb t = make(16, 4, TLB_FIFO);
    struct tlb_entry gone;

    tlb_insert(&t, 1, 3 * 1024 + 77, pte_make(1024, FLAGS), 1, NULL, &gone);
    ck_assert(tlb_check(&t));
    for (uint32_t i = 0; i < 1024; i++)
        ck_assert(has(&t, 1, 3 * 1024 + i));
    ck_assert(!has(&t, 1, 3 * 1024 - 1) && !has(&t, 1, 4 * 1024));
}
END_TEST

START_TEST(the_four_fences)
{
    for (int with_va = 0; with_va < 2; with_va++)
        for (int with_asid = 0; with_asid < 2; with_asid++) {
            struct tlb t = make(16, 4, TLB_FIFO);
            struct tlb_entry gone;
            uint32_t va = 100u << 12 | 0x10, asid = 1;

            put(&t, 1, 100);
            put(&t, 1, 101);
            put(&t, 2, 100);
            put(&t, 2, 101);
            tlb_insert(&t, 1, 102, pte_make(9, FLAGS | PTE_G), 0, NULL, &gone);
            tlb_fence(&t, with_va ? &va : NULL, with_asid ? &asid : NULL);
            ck_assert(!has(&t, 1, 100));
            ck_assert_int_eq(has(&t, 1, 101), with_va);
            ck_assert_int_eq(has(&t, 2, 100), with_asid);
            ck_assert_int_eq(has(&t, 2, 101), with_va || with_asid);
            ck_assert_int_eq(has(&t, 1, 102), with_va || with_asid);
        }
}
END_TEST

START_TEST(a_fence_of_one_address_hits_its_megapage)
{
    struct tlb t = make(16, 4, TLB_FIFO);
    struct tlb_entry gone;
    uint32_t va = (3 * 1024 + 500) << 12;

    tlb_insert(&t, 1, 3 * 1024, pte_make(1024, FLAGS), 1, NULL, &gone);
    tlb_fence(&t, &va, NULL);
    ck_assert(!has(&t, 1, 3 * 1024 + 1));
}
END_TEST

START_TEST(an_entry_is_replaced_in_place)
{
    struct tlb t = make(4, 4, TLB_FIFO);
    struct tlb_entry gone;

    for (uint32_t i = 0; i < 4; i++)
        put(&t, 1, i);
    tlb_insert(&t, 1, 2, pte_make(77, FLAGS), 0, tlb_find(&t, 1, 2), &gone);
    ck_assert(gone.valid && gone.vpn == 2 && tlb_check(&t));
    for (uint32_t i = 0; i < 4; i++)
        ck_assert(has(&t, 1, i));
    ck_assert_uint_eq(pte_pfn(tlb_find(&t, 1, 2)->pte), 77);
}
END_TEST

SUITE(cpu_tlb, 10, a_set_holds_as_many_as_it_has_ways,
      fifo_evicts_the_oldest_however_used, lru_evicts_the_least_recently_used,
      random_uses_every_way_and_repeats_with_the_seed,
      address_spaces_do_not_see_each_other, a_megapage_is_one_entry, the_four_fences,
      a_fence_of_one_address_hits_its_megapage, an_entry_is_replaced_in_place)
